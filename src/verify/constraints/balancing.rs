//! Balancing of experts.

use super::flags::{Flags, none_of};
use crate::diagnostic::{Diagnostic, Level, Rule};

/// `_handle_eplb_and_dispatch`, 1580 (0.5.6), 2020 (0.5.8), 2824 (0.5.10); `arg_groups/parallel_hook.py` 791 (0.5.23).
pub(super) static EPLB: Rule = Rule::new(
    "parallelism/eplb-needs-ep",
    Level::Error,
    "the balancing of experts comes with expert parallelism",
);

/// Judges `--enable-eplb`.
pub(super) fn check(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    let Some(place) = flags.switch("--enable-eplb") else { return };
    // All-to-all backends set `ep` to `tp` by themselves.
    if flags.splits_context() || !flags.fails(&none_of("--moe-a2a-backend", &["none"])) {
        return;
    }
    let ep = match flags.given("--ep-size") {
        Some((value, _)) => value.integer(),
        None => flags.lacks("--ep-size").then_some(1),
    };
    if ep == Some(1) {
        let message = "`--enable-eplb` needs `ep` above 1: there is nothing to balance within one group";
        findings.push(
            Diagnostic::new(&EPLB, place, message)
                .help("add `--ep-size`, or `--moe-a2a-backend deepep`, which sets it to `tp`"),
        );
    }
}
