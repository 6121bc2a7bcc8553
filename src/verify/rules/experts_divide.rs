//! `ep` divides the model's routed experts.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::{LaunchRule, common_divisors, one_of};
use crate::verify::subject::{Judge, Subject};

/// Every expert-parallel group holds the same number of experts, the copies of `--ep-num-redundant-experts` among them
/// where the model's code counts them (DeepSeek, Qwen and GLM do). Source: the engine's fused MoE layer,
/// `sglang/srt/layers/moe/fused_moe_triton/layer.py`, and `sglang/srt/eplb/expert_location.py`.
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new("parallelism/experts-divide", Level::Error, "`ep` divides the number of routed experts"),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let Some(ep) = subject.ep.value.filter(|&ep| ep > 1) else { return };
    let Some(experts) = subject.facts.and_then(|facts| facts.routed_experts()) else {
        return judge.lacks(RULE.rule, "the number of routed experts");
    };
    let Some(copies) = subject.redundant_experts.value else {
        return judge.lacks(RULE.rule, "the values behind placeholders");
    };
    let physical = experts.saturating_add(copies);
    match (experts.is_multiple_of(ep), physical.is_multiple_of(ep)) {
        (true, true) => return,
        (false, false) => {}
        _ => return judge.lacks(RULE.rule, "whether the model counts redundant experts"),
    }
    let model = subject.model_name();
    let message = if copies == 0 {
        format!("ep {ep} does not divide the {experts} routed experts of {model}")
    } else {
        format!(
            "ep {ep} does not divide the {experts} routed experts of {model}, with their {copies} copies or without"
        )
    };
    let near = one_of(&common_divisors(experts, subject.tp.value.unwrap_or(experts)));
    let more = physical.checked_next_multiple_of(ep).map(|enough| enough - experts);
    let copied = more
        .map_or_else(String::new, |more| format!(", or add copies with `--ep-num-redundant-experts {more}`"));
    let finding = Diagnostic::new(RULE.rule, subject.place(&subject.ep), message);
    judge.report(finding.help(format!("use {near}{copied}")));
}
