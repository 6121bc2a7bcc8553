//! The weights fit.

use crate::catalog::memory::weight_bytes_per_gpu;
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Judge, Subject};

/// Parameters × bytes per parameter / (tp × pp) is at most 90 % of a GPU's memory. Source: arithmetic.
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new(
        "memory/weights-fit",
        Level::Warning,
        "each GPU's share of the weights is at most 90 % of its memory",
    ),
    check,
};

/// The share of a GPU's memory that weights may take.
const SHARE: f64 = 0.9;

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let (Some(facts), Some(hardware)) = (subject.facts, subject.hardware) else {
        return judge.lacks(RULE.rule, "the model or the hardware");
    };
    let (Some(tp), Some(pp)) = (subject.tp.value, subject.pp.value) else {
        return judge.lacks(RULE.rule, "the values behind placeholders");
    };
    let Some(bytes) = weight_bytes_per_gpu(facts, subject.quantization.as_deref(), tp, pp) else {
        return judge.lacks(RULE.rule, "the model's size or precision");
    };
    let memory = hardware.memory_bytes() as f64;
    if bytes <= SHARE * memory {
        return;
    }
    let message = format!(
        "the weights of {} take {:.0} GB of each GPU, more than 90 % of the {} GB of {}",
        subject.model_name(),
        bytes / 1e9,
        hardware.memory_gb,
        hardware.name
    );
    let enough = std::iter::successors(Some(tp), |tp| tp.checked_mul(2))
        .find(|&more| bytes * tp as f64 / more as f64 <= SHARE * memory);
    let help = enough.map(|tp| format!("use tp {tp}, or weights of a lower precision"));
    judge.report(Diagnostic::new(RULE.rule, subject.place(&subject.tp), message).maybe_help(help));
}
