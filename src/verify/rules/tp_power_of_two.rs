//! `tp` is a power of two.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Judge, Subject};

/// Kernels and heads are cut for powers of two; the engine takes other sizes. Source: the parallelism guide.
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new("parallelism/tp-power-of-two", Level::Warning, "`tp` is a power of two"),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    // A rank is a sub-NUMA cluster there, and servers have 3 or 6 of them.
    if subject.on_cpu {
        return;
    }
    let Some(tp) = subject.tp.value.filter(|&tp| tp > 0 && !tp.is_power_of_two()) else { return };
    let (below, above) = (tp.next_power_of_two() / 2, tp.next_power_of_two());
    judge.report(
        Diagnostic::new(RULE.rule, subject.place(&subject.tp), format!("tp {tp} is not a power of two"))
            .help(format!("use {below} or {above}")),
    );
}
