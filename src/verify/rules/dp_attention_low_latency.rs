//! DP attention is not for low latency.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Judge, Subject};

/// The attention of one request then runs on a part of the GPUs. Source: the parallelism guide.
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new(
        "parallelism/dp-attention-low-latency",
        Level::Warning,
        "a low-latency configuration does not use DP attention",
    ),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let Some(place) = &subject.dp_attention else { return };
    if subject.optimization.as_deref() != Some("low-latency") {
        return;
    }
    judge.report(
        Diagnostic::new(
            RULE.rule,
            place.clone(),
            "DP attention serves throughput, but this configuration is for low latency",
        )
        .help("leave DP attention out, or call the configuration `high-throughput`"),
    );
}
