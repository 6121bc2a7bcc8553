//! `ep` divides the model's routed experts.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::{LaunchRule, common_divisors};
use crate::verify::subject::{Judge, Subject};

/// Every expert-parallel group holds the same number of experts. Source: the engine's fused MoE layer,
/// `sglang/srt/layers/moe/fused_moe_triton/layer.py`.
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new("parallelism/experts-divide", Level::Error, "`ep` divides the number of routed experts"),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let Some(ep) = subject.ep.value.filter(|&ep| ep > 1) else { return };
    let Some(experts) = subject.facts.and_then(|facts| facts.routed_experts()) else {
        return judge.lacks(RULE.rule, "the number of routed experts");
    };
    if experts.is_multiple_of(ep) {
        return;
    }
    let message = format!("ep {ep} does not divide the {experts} routed experts of {}", subject.model_name());
    let near = common_divisors(experts, subject.tp.value.unwrap_or(experts));
    judge.report(
        Diagnostic::new(RULE.rule, subject.place(&subject.ep), message).help(format!("use one of {near}")),
    );
}
