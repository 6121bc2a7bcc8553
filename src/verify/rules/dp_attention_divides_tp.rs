//! With DP attention, `dp` divides `tp`.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::{LaunchRule, divisors};
use crate::verify::subject::{Judge, Subject};

/// The engine asserts `tp_size % dp_size == 0`. Source: `sglang/srt/server_args.py`,
/// `_handle_data_parallelism`, in 0.5.6 to 0.5.10.
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new(
        "parallelism/dp-attention-divides-tp",
        Level::Error,
        "with DP attention, `dp` divides `tp`",
    ),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    if subject.dp_attention.is_none() {
        return;
    }
    let (Some(tp), Some(dp)) = (subject.tp.value, subject.dp.value) else {
        return judge.lacks(RULE.rule, "the values behind placeholders");
    };
    if dp == 0 || tp.is_multiple_of(dp) {
        return;
    }
    let message =
        format!("dp {dp} does not divide tp {tp}: with DP attention the dp groups live inside the TP group");
    let mut finding = Diagnostic::new(RULE.rule, subject.place(&subject.dp), message)
        .help(format!("use {tp}, which keeps no copy of the KV cache, or another of {}", divisors(tp)));
    if let Some(place) = &subject.tp.place {
        finding = finding.related(place.clone(), "`tp` is set here");
    }
    judge.report(finding);
}
