//! Replicas live on one node.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Form, Judge, Subject};

/// The engine refuses `dp_size > 1` with `nnodes != 1` unless the groups are DP attention's. Source:
/// `check_server_args`, in every version.
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new(
        "parallelism/multi-node-dp",
        Level::Error,
        "`dp` above 1 over several nodes comes with DP attention",
    ),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let (Some(dp), Some(nodes)) = (subject.dp.value, subject.nodes.value) else {
        return judge.lacks(RULE.rule, "the values behind placeholders");
    };
    if subject.form == Form::Router || dp <= 1 || nodes == 1 || subject.dp_attention.is_some() {
        return;
    }
    let message = format!("dp {dp} makes replicas, which can't span {nodes} nodes");
    judge.report(
        Diagnostic::new(RULE.rule, subject.place(&subject.dp), message)
            .help("start one server per node behind the router, or add DP attention"),
    );
}
