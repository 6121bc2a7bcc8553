//! Attention context parallelism.

use super::flags::{Flags, V0_5_10, Versions};
use crate::diagnostic::{Diagnostic, Level, Rule};

/// `_handle_context_parallelism`, 2603 and 2622 (0.5.10); `arg_groups/parallel_hook.py` 159 (0.5.23).
pub(super) static ATTENTION_CP: Rule =
    Rule::new("parallelism/attention-cp", Level::Error, "attention context parallelism divides `tp`");

/// Judges `--attn-cp-size`.
pub(super) fn check(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    // Flags that split the prefill of some models choose the size by themselves.
    let chosen = flags.parsed.parse.uses.iter().any(|used| used.flag.contains("prefill-c"));
    let size = flags.integer("--attn-cp-size").filter(|(size, _)| *size > 1);
    let Some((size, place)) = size.filter(|_| !chosen && flags.in_versions(Versions::from(V0_5_10))) else {
        return;
    };
    let tp = match flags.given("--tp-size") {
        Some((value, _)) => value.integer(),
        None => flags.lacks("--tp-size").then_some(1),
    };
    if let Some(tp) = tp.filter(|tp| tp % size != 0) {
        let message = format!("attention context parallelism {size} does not divide tp {tp}");
        findings.push(
            Diagnostic::new(&ATTENTION_CP, place, message)
                .help("the groups live inside the TP group: use a divisor of tp"),
        );
    }
}
