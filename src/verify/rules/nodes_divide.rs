//! Nodes share the GPUs evenly.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Judge, Subject};

/// The engine asserts `(tp_size * pp_size) % nnodes == 0`. Source: `check_server_args` in
/// `sglang/srt/server_args.py` (0.5.6 to 0.5.10) and `sglang/srt/arg_groups/validation_hook.py` (0.5.23).
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new("parallelism/nodes-divide", Level::Error, "`nnodes` divides `tp × pp`"),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let (Some(tp), Some(pp), Some(nodes)) = (subject.tp.value, subject.pp.value, subject.nodes.value) else {
        return judge.lacks(RULE.rule, "the values behind placeholders");
    };
    if nodes == 0 || tp.saturating_mul(pp).is_multiple_of(nodes) {
        return;
    }
    let size = tp.saturating_mul(pp);
    judge.report(
        Diagnostic::new(
            RULE.rule,
            subject.place(&subject.nodes),
            format!("{nodes} nodes can't share tp × pp = {size} GPUs evenly"),
        )
        .help(format!("use tp {}, or another number of nodes", tp.next_multiple_of(nodes))),
    );
}
