//! The buckets of the metrics' histograms.

use super::flags::Flags;
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::engine::value::Value;
use crate::text::nearest::did_you_mean;

/// `validate_buckets_rule`: 4228 to 4283 (0.5.6), 5110 to 5165 (0.5.8), 6346 to 6401 (0.5.10);
/// `arg_groups/validation_hook.py`, 380 to 440 (0.5.23).
pub(super) static BUCKETS: Rule =
    Rule::new("cli/buckets", Level::Error, "buckets begin with the name of the rule that makes them");

const RULES: [&str; 3] = ["tse", "default", "custom"];

/// Judges both flags.
pub(super) fn check(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    for flag in ["--prompt-tokens-buckets", "--generation-tokens-buckets"] {
        let Some((Value::List(words), place)) = flags.given(flag) else { continue };
        let Some(rule) = words.first().and_then(Value::text) else { continue };
        if !RULES.contains(&rule) {
            let message = format!("`{rule}` is not a rule for `{flag}`");
            findings.push(
                Diagnostic::new(&BUCKETS, place, message)
                    .maybe_help(did_you_mean(rule, RULES))
                    .help("write `default`, `tse MIDDLE BASE COUNT` or `custom` and the numbers"),
            );
            continue;
        }
        let numbers: Vec<&str> = words[1..].iter().filter_map(Value::text).collect();
        // A placeholder may hold any of them.
        if numbers.len() + 1 != words.len() {
            continue;
        }
        if let Some(message) = wrong_numbers(rule, &numbers) {
            findings.push(Diagnostic::new(
                &BUCKETS,
                place,
                format!("the rule `{rule}` of `{flag}` {message}"),
            ));
        }
    }
}

/// What is wrong with the numbers behind a rule.
fn wrong_numbers(rule: &str, numbers: &[&str]) -> Option<String> {
    let count = numbers.len();
    let wanted = match rule {
        "default" if count > 0 => "takes no number",
        "tse" if count != 3 => "takes three numbers: the middle, the base and the count",
        "custom" if count == 0 => "takes the limits of the buckets",
        _ => "",
    };
    if !wanted.is_empty() {
        return Some(format!("{wanted}, not {count} words"));
    }
    let mut read = Vec::with_capacity(count);
    for word in numbers {
        // Python reads more than Rust, as `1_000`; a word with a digit is left to it.
        match word.trim().parse::<f64>() {
            Ok(number) => read.push(number),
            Err(_) if word.contains(|c: char| c.is_numeric()) => return None,
            Err(_) => return Some(format!("takes numbers, not `{word}`")),
        }
    }
    match (rule, read.as_slice()) {
        ("tse", [middle, _, _]) if *middle <= 0.0 => Some(format!("has a middle above 0, not {middle}")),
        ("tse", [_, base, _]) if *base <= 1.0 => Some(format!("has a base above 1, not {base}")),
        ("tse", [_, _, number]) if *number <= 0.0 => Some(format!("has a count above 0, not {number}")),
        ("custom", limits) => {
            let negative = limits.iter().find(|limit| **limit < 0.0);
            let again = limits.iter().enumerate().find(|(at, limit)| limits[..*at].contains(limit));
            negative
                .map(|limit| format!("has no negative limit, as {limit} is"))
                .or_else(|| again.map(|(_, limit)| format!("has each limit once, and {limit} twice")))
        }
        _ => None,
    }
}
