//! DP attention needs `dp` above 1.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Judge, Subject};

/// The engine switches DP attention off at `dp` 1 without a word. Source: `sglang/srt/server_args.py`,
/// `_handle_data_parallelism`.
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new(
        "parallelism/dp-attention-without-dp",
        Level::Warning,
        "DP attention comes with `dp` above 1",
    ),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let Some(place) = &subject.dp_attention else { return };
    let Some(dp) = subject.dp.value else {
        return judge.lacks(RULE.rule, "the values behind placeholders");
    };
    if dp > 1 {
        return;
    }
    let equal = subject.tp.value.filter(|&tp| tp > 1).map_or_else(
        || "set `dp` to the value of `tp`".to_owned(),
        |tp| format!("set dp to {tp}, the value of tp"),
    );
    judge.report(
        Diagnostic::new(
            RULE.rule,
            place.clone(),
            "DP attention does nothing at dp 1: the engine switches it off silently",
        )
        .help(format!("{equal}, or leave DP attention out")),
    );
}
