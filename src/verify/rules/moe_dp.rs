//! MoE data parallelism shares the TP group with expert parallelism.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Judge, Subject};

/// The engine asserts `tp % moe_dp == 0`, `ep × moe_dp <= tp`, and `== tp` when `ep > 1`. Source:
/// `_handle_context_parallelism` in `sglang/srt/server_args.py`, from 0.5.10.
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new(
        "parallelism/moe-dp",
        Level::Error,
        "`moe-dp` divides `tp`, and `ep × moe-dp` is `tp` when `ep` is above 1",
    ),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let Some(moe_dp) = subject.moe_dp.value.filter(|&size| size > 1) else { return };
    let (Some(tp), Some(ep)) = (subject.tp.value, subject.ep.value) else {
        return judge.lacks(RULE.rule, "the values behind placeholders");
    };
    let groups = ep.saturating_mul(moe_dp);
    let message = if !tp.is_multiple_of(moe_dp) {
        format!("moe-dp {moe_dp} does not divide tp {tp}")
    } else if groups > tp {
        format!("ep {ep} × moe-dp {moe_dp} is more than tp {tp}")
    } else if ep > 1 && groups != tp {
        format!("ep {ep} × moe-dp {moe_dp} is not tp {tp}")
    } else {
        return;
    };
    let finding = Diagnostic::new(RULE.rule, subject.place(&subject.moe_dp), message);
    judge.report(finding.help(format!("choose them so that ep × moe-dp = {tp}")));
}
