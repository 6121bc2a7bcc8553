//! Attention heads split evenly.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Judge, Subject};

/// The engine's model code asserts that attention-TP divides the heads, and divides the KV heads or is divided by
/// them. Source: `sglang/srt/models/*.py` (`assert self.total_num_heads % attn_tp_size == 0`).
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new(
        "parallelism/heads-divide",
        Level::Error,
        "attention heads and KV heads split evenly over the GPUs that share attention",
    ),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    // On CPUs the engine adds heads until they split: `adjust_config_with_unaligned_cpu_tp` in
    // `sglang/srt/configs/update_config.py`, in every version.
    if subject.on_cpu {
        return;
    }
    let Some(attention_tp) = subject.attention_tp() else {
        return judge.lacks(RULE.rule, "the values behind placeholders");
    };
    if attention_tp <= 1 {
        return;
    }
    let Some(heads) = subject.facts.and_then(|facts| facts.attention_heads()) else {
        return judge.lacks(RULE.rule, "the number of attention heads");
    };
    let place = subject.place(&subject.tp);
    let name = subject.model_name();
    if !heads.is_multiple_of(attention_tp) {
        let message = format!("the {heads} attention heads of {name} do not split over {attention_tp} GPUs");
        judge.report(Diagnostic::new(RULE.rule, place, message).maybe_help(smaller(heads, attention_tp)));
        return;
    }
    let Some(kv_heads) = subject.facts.and_then(|facts| facts.kv_heads()) else {
        return judge.lacks(RULE.rule, "the number of KV heads");
    };
    if !kv_heads.is_multiple_of(attention_tp) && !attention_tp.is_multiple_of(kv_heads) {
        let message = format!(
            "the {kv_heads} KV heads of {name} neither split over {attention_tp} GPUs nor repeat evenly on them"
        );
        judge.report(Diagnostic::new(RULE.rule, place, message).maybe_help(smaller(kv_heads, attention_tp)));
    }
}

/// The largest power of two below `size` that divides `heads`.
fn smaller(heads: u64, size: u64) -> Option<String> {
    let size = (size.next_power_of_two() / 2).min(1 << heads.trailing_zeros().min(63));
    Some(format!("share attention over {size}: lower `tp`, or raise `dp` with DP attention"))
}
