//! With DP attention, `dp` equals `tp`.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Judge, Subject};

/// The engine takes any divisor; between 1 and `tp` a part of the KV cache stays duplicated. Source: the
/// parallelism guide.
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new(
        "parallelism/dp-attention-equals-tp",
        Level::Warning,
        "with DP attention, `dp` equals `tp`",
    ),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    if subject.dp_attention.is_none() {
        return;
    }
    let (Some(tp), Some(dp), Some(cp)) = (subject.tp.value, subject.dp.value, subject.attention_cp.value)
    else {
        return judge.lacks(RULE.rule, "the values behind placeholders");
    };
    // Context parallelism lives inside a group: with as many groups as GPUs there would be none.
    if cp > 1 {
        return;
    }
    // Equal to 1 is `dp-attention-without-dp`, no divisor is `dp-attention-divides-tp`.
    if dp <= 1 || dp == tp || !tp.is_multiple_of(dp) {
        return;
    }
    // Groups that hold one KV head each keep no copy, so fewer groups lose nothing.
    let known = subject.facts.and_then(|facts| facts.kv_heads());
    let kv_heads = known.unwrap_or(1);
    let attention_tp = tp / dp;
    if attention_tp <= kv_heads {
        return;
    }
    let copies = attention_tp / kv_heads.min(attention_tp);
    let unless = if known.is_some() { "" } else { " if the model has one KV head, as with MLA" };
    judge.report(
        Diagnostic::new(
            RULE.rule,
            subject.place(&subject.dp),
            format!(
                "dp {dp} is less than tp {tp}, so each group keeps {copies} copies of its KV cache{unless}"
            ),
        )
        .help(format!("use dp {tp}; the engine also runs with {dp}, with less room for requests")),
    );
}
