//! DP attention is for models that support it.

use crate::catalog::facts::Architecture;
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Judge, Subject};

/// DeepSeek V2/V3 and their successors, Qwen MoE, and other MLA or MoE models. Source: the parallelism guide.
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new(
        "parallelism/dp-attention-needs-moe",
        Level::Warning,
        "DP attention is used with MLA or mixture-of-experts models",
    ),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let Some(place) = &subject.dp_attention else { return };
    let Some(facts) = subject.facts else { return judge.lacks(RULE.rule, "the model") };
    let supported = match (facts.dp_attention, facts.architecture) {
        (Some(stated), _) => stated,
        (None, _) if facts.is_mla() => true,
        (None, Some(architecture)) => architecture == Architecture::Moe,
        (None, None) => return judge.lacks(RULE.rule, "the model's architecture"),
    };
    if supported {
        return;
    }
    judge.report(
        Diagnostic::new(
            RULE.rule,
            place.clone(),
            format!("{} is a dense model, which DP attention is not made for", subject.model_name()),
        )
        .help("run `dp` replicas without DP attention, behind the router"),
    );
}
