//! What the engine asserts about speculative decoding.

use super::flags::{Flags, SINCE_0_5_23};
use crate::diagnostic::{Diagnostic, Level, Rule};

/// `_handle_speculative_decoding`: 1674 to 1798 (0.5.6), 2130 to 2268 (0.5.8), 2989 to 3131 (0.5.10);
/// `arg_groups/speculative_hook.py`, 1077 to 1369 (0.5.23).
pub(super) static SPECULATION: Rule = Rule::new(
    "cli/speculation",
    Level::Error,
    "the sizes of speculative decoding stand together, and its algorithm fits DP attention",
);

/// The algorithms that have a draft of these sizes.
const DRAFTED: [&str; 4] = ["EAGLE", "EAGLE3", "NEXTN", "STANDALONE"];
const STEPS: &str = "--speculative-num-steps";
const TOP_K: &str = "--speculative-eagle-topk";
const DRAFT_TOKENS: &str = "--speculative-num-draft-tokens";

/// Judges the flags about speculative decoding.
pub(super) fn check(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    let Some((algorithm, place)) = flags.text("--speculative-algorithm") else { return };
    let rewritten = flags.in_versions(SINCE_0_5_23);
    if DRAFTED.contains(&algorithm) && !rewritten {
        sizes(flags, findings);
    }
    if !matches!(algorithm, "STANDALONE" | "NGRAM") {
        return;
    }
    let groups = if rewritten { flags.integer("--attn-dp-size") } else { None };
    let groups =
        groups.or_else(|| flags.switch("--enable-dp-attention").and_then(|_| flags.integer("--dp-size")));
    // With one group the engine switches DP attention off before it looks.
    if let Some((count, groups)) = groups.filter(|(count, _)| *count > 1) {
        let message =
            format!("the speculative algorithm `{algorithm}` can't be used with {count} attention groups");
        findings.push(
            Diagnostic::new(&SPECULATION, place, message)
                .related(groups, "the attention groups are asked for here")
                .help("use `EAGLE`, or leave DP attention out"),
        );
    }
}

/// Without a number of steps the engine chooses all three sizes, and refuses to take one of the others; with it, it
/// compares `--speculative-eagle-topk` with 1 whether it is there or not.
fn sizes(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    if flags.lacks(STEPS) {
        let given = [TOP_K, DRAFT_TOKENS].into_iter().find_map(|flag| Some((flag, flags.given(flag)?.1)));
        if let Some((flag, place)) = given {
            let message = format!("`{flag}` stands without `{STEPS}`");
            findings.push(Diagnostic::new(&SPECULATION, place, message).help(format!(
                "add `{STEPS}`, or leave all three sizes out, so that the engine chooses them"
            )));
        }
    } else if let Some((_, place)) = flags.given(STEPS).filter(|_| flags.lacks(TOP_K)) {
        let message = format!("`{STEPS}` stands without `{TOP_K}`, and the engine fails on that");
        findings.push(
            Diagnostic::new(&SPECULATION, place, message)
                .help(format!("add `{TOP_K} 1`, or leave all three sizes out")),
        );
    }
}
