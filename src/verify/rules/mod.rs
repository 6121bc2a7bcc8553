//! The rules about launches, one file each: its check, its name, its level, its source.

mod dp_attention_divides_tp;
mod dp_attention_equals_tp;
mod dp_attention_low_latency;
mod dp_attention_needs_moe;
mod dp_attention_without_dp;
mod ep_divides_tp;
mod ep_needs_moe;
mod experts_divide;
mod fits_node;
mod heads_divide;
mod moe_dp;
mod multi_node_dp;
mod nodes_divide;
mod pipeline;
mod prefer_router;
mod tp_power_of_two;
mod weights_fit;

use crate::diagnostic::Rule;
use crate::verify::subject::{Judge, Subject};

/// A rule about one launch, written as YAML or as a command.
#[derive(Debug)]
pub struct LaunchRule {
    /// Its entry in the registry.
    pub rule: &'static Rule,
    /// The check: reports what is wrong, or what it would have to know.
    pub check: fn(&Subject<'_>, &mut Judge),
}

/// All rules about launches, in the order of their names.
pub static LAUNCH_RULES: [&LaunchRule; 17] = [
    &weights_fit::RULE,
    &dp_attention_divides_tp::RULE,
    &dp_attention_equals_tp::RULE,
    &dp_attention_low_latency::RULE,
    &dp_attention_needs_moe::RULE,
    &dp_attention_without_dp::RULE,
    &ep_divides_tp::RULE,
    &ep_needs_moe::RULE,
    &experts_divide::RULE,
    &fits_node::RULE,
    &heads_divide::RULE,
    &moe_dp::RULE,
    &multi_node_dp::RULE,
    &nodes_divide::RULE,
    &pipeline::RULE,
    &prefer_router::RULE,
    &tp_power_of_two::RULE,
];

/// Applies every rule about launches.
pub fn judge(subject: &Subject<'_>, judge: &mut Judge) {
    for rule in LAUNCH_RULES {
        (rule.check)(subject, judge);
    }
}

/// The divisors of a number in words: `1, 2, 4 or 8`.
fn divisors(number: u64) -> String {
    common_divisors(number, number)
}

/// The numbers that divide both, in words, the twelve smallest at most.
fn common_divisors(a: u64, b: u64) -> String {
    let both: Vec<String> = (1..=a.min(b).min(4096))
        .filter(|&size| a.is_multiple_of(size) && b.is_multiple_of(size))
        .take(12)
        .map(|size| size.to_string())
        .collect();
    match both.as_slice() {
        [] => "1".into(),
        [only] => only.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

/// `one of` these numbers, where they are several.
fn one_of(numbers: &str) -> String {
    if numbers.contains(' ') { format!("one of {numbers}") } else { numbers.to_owned() }
}
