//! The GPUs needed are there.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Judge, Subject};

/// `gpus = tp × pp × (DP attention ? 1 : dp)` is at most nodes × GPUs per node. Source: arithmetic.
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new(
        "parallelism/fits-node",
        Level::Error,
        "the GPUs needed are at most those of the nodes given",
    ),
    check,
};

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let Some(hardware) = subject.hardware else { return judge.lacks(RULE.rule, "the hardware") };
    let (Some(gpus), Some(nodes)) = (subject.gpus(), subject.nodes.value) else {
        return judge.lacks(RULE.rule, "the values behind placeholders");
    };
    let there = nodes.max(1) * hardware.gpus_per_node;
    if gpus <= there {
        return;
    }
    let replicas = subject.dp_attention.is_none() && subject.dp.value.is_some_and(|dp| dp > 1);
    let setting = if replicas && subject.tp.value <= Some(there) { &subject.dp } else { &subject.tp };
    let nodes_needed = gpus.div_ceil(hardware.gpus_per_node);
    let on = if nodes <= 1 { "a node".to_owned() } else { format!("{nodes} nodes") };
    judge.report(
        Diagnostic::new(
            RULE.rule,
            subject.place(setting),
            format!("this needs {gpus} GPUs, but {on} of {} has {there}", hardware.name),
        )
        .help(format!("use at most {there} GPUs, or {nodes_needed} nodes with `--nnodes {nodes_needed}`")),
    );
}
