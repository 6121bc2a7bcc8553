//! Expert parallelism needs experts.

use crate::catalog::facts::Architecture;
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Judge, Subject};

/// A dense model has no experts to spread. Source: the parallelism guide.
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new(
        "parallelism/ep-needs-moe",
        Level::Error,
        "`ep` above 1 is used with mixture-of-experts models only",
    ),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let Some(ep) = subject.ep.value.filter(|&ep| ep > 1) else { return };
    let Some(architecture) = subject.facts.and_then(|facts| facts.architecture) else {
        return judge.lacks(RULE.rule, "the model's architecture");
    };
    if architecture != Architecture::Dense {
        return;
    }
    let message =
        format!("{} is a dense model and has no experts to spread over ep {ep}", subject.model_name());
    judge.report(Diagnostic::new(RULE.rule, subject.place(&subject.ep), message).help("leave `ep` out"));
}
