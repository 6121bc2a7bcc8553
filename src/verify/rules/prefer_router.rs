//! Replicas run behind the router.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Form, Judge, Subject};

/// The router balances by cache and keeps serving when a replica fails. Source: the parallelism guide.
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new("parallelism/prefer-router", Level::Note, "replicas are launched through the router"),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let Some(dp) = subject.dp.value.filter(|&dp| dp > 1) else { return };
    if subject.form != Form::Server || subject.dp_attention.is_some() {
        return;
    }
    let message = format!("{dp} replicas in one server are balanced better by the router");
    judge.report(Diagnostic::new(RULE.rule, subject.place(&subject.dp), message).help(
        "start one server for each replica, behind `python -m sglang_router.launch_router --worker-urls …`",
    ));
}
