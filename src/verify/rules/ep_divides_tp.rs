//! `ep` divides `tp`.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::{LaunchRule, divisors, one_of};
use crate::verify::subject::{Judge, Subject};

/// The tensor parallelism inside the experts is `tp // ep`. Source: the engine's
/// `sglang/srt/distributed/parallel_state.py`, `initialize_model_parallel`.
pub(super) static RULE: LaunchRule =
    LaunchRule { rule: &Rule::new("parallelism/ep-divides-tp", Level::Error, "`ep` divides `tp`"), check };

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let (Some(tp), Some(ep)) = (subject.tp.value, subject.ep.value) else {
        return judge.lacks(RULE.rule, "the values behind placeholders");
    };
    if ep == 0 || tp.is_multiple_of(ep) {
        return;
    }
    let mut finding = Diagnostic::new(
        RULE.rule,
        subject.place(&subject.ep),
        format!("ep {ep} does not divide tp {tp}: the experts' share of tensor parallelism is tp / ep"),
    )
    .help(format!("use {}", one_of(&divisors(tp))));
    if let Some(place) = &subject.tp.place {
        finding = finding.related(place.clone(), "`tp` is set here");
    }
    judge.report(finding);
}
