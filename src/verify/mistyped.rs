//! What was meant by a flag or a value that is wrong in a way that people are wrong in.

use super::command::Parsed;
use crate::engine::argparse::parser::ArgumentParser;
use crate::engine::option::{OptionSpec, ValueType};

/// The flag that a word was meant to be, and why it is not.
pub(super) struct Meant {
    /// What to write for the word.
    pub(super) write: String,
    /// The message's help.
    pub(super) help: String,
}

/// The flag behind a spelling that no program has: underscores, capitals, a value that clings to it.
pub(super) fn flag(parsed: &Parsed<'_>, written: &str) -> Option<Meant> {
    let parser = parsed.program.parser();
    let name = written.trim_start_matches('-');
    if name.is_empty() || !written.starts_with('-') {
        return None;
    }
    let dashed = name.replace('_', "-").to_ascii_lowercase();
    if dashed != name
        && let Some(flag) = named(parser, &dashed)
    {
        let why = match (name.contains('_'), name.contains(|c: char| c.is_ascii_uppercase())) {
            (true, false) => "flags have dashes, not underscores",
            (false, true) => "flags are in lower case",
            _ => "flags are in lower case, with dashes",
        };
        return Some(Meant { write: flag.to_owned(), help: format!("write `{flag}`: {why}") });
    }
    // `--tp:8`, `--tp8`, `-tp8`: a value that is not parted from its flag.
    let end = name
        .find([':', '\u{ff1a}', '\u{ff1d}'])
        .unwrap_or_else(|| name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len());
    let (name, value) = name.split_at(end);
    let value = value.trim_start_matches([':', '\u{ff1a}', '\u{ff1d}']);
    if name.is_empty() || value.is_empty() {
        return None;
    }
    let flag = named(parser, name)?;
    let takes_value = parser.find(flag).is_some_and(|(_, option)| !option.is_switch());
    takes_value.then(|| Meant {
        write: format!("{flag}={value}"),
        help: format!("write `{flag} {value}`: a blank or `=` parts a flag from its value"),
    })
}

/// The flag of a name without dashes, perhaps abbreviated.
pub(super) fn named<'a>(parser: &'a ArgumentParser, name: &str) -> Option<&'a str> {
    let bare = |spelling: &&'a str| spelling.strip_prefix("--").is_some_and(|rest| rest == name);
    let begins = |spelling: &&'a str| spelling.strip_prefix("--").is_some_and(|rest| rest.starts_with(name));
    let mut beginning = parser.spellings().filter(begins);
    parser.spellings().find(bare).or_else(|| beginning.next().filter(|_| beginning.next().is_none()))
}

/// What to write for a value of another type.
pub(super) fn value(option: &OptionSpec, written: &str) -> Option<String> {
    let written = written.trim();
    if matches!(written.to_ascii_lowercase().as_str(), "none" | "null" | "auto" | "default") {
        return Some(format!("leave `{}` out to have the default", option.name()));
    }
    match option.value_type {
        ValueType::Int => integer(written).map(|number| format!("write `{number}`")),
        ValueType::Float => float(written).map(|number| format!("write `{number}`")),
        ValueType::Json => json(written),
        _ => None,
    }
}

/// The whole number of `30000.0`, `30,000`, `8x` or `1e5`.
fn integer(written: &str) -> Option<String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((whole, fraction)) = written.split_once('.')
        && digits(whole)
        && fraction.bytes().all(|byte| byte == b'0')
    {
        return Some(whole.to_owned());
    }
    if let Some(grouped) = grouped(written) {
        return Some(grouped);
    }
    if let Some((mantissa, exponent)) = written.split_once(['e', 'E'])
        && digits(mantissa)
        && let Ok(zeros) = exponent.trim_start_matches('+').parse::<usize>()
        && zeros <= 12
    {
        return Some(format!("{mantissa}{}", "0".repeat(zeros)));
    }
    let number = written.trim_end_matches(|c: char| c.is_alphabetic());
    let (unit, number) = (&written[number.len()..], number.trim_end());
    if !digits(number) {
        return None;
    }
    // The engine has no units here, so that a reader must not wonder whether a thousand or 1024 is meant.
    let times = match unit.to_ascii_lowercase().as_str() {
        "k" => 1000_u64,
        "m" => 1_000_000,
        "ki" => 1024,
        "mi" => 1_048_576,
        "x" | "gpu" | "gpus" => 1,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(times).map(|number| number.to_string())
}

/// The number of `85%`, `0,85` or `1,000.5`.
fn float(written: &str) -> Option<String> {
    if let Some(percent) = written.strip_suffix(['%', '\u{ff05}'])
        && let Ok(share) = percent.trim().parse::<f64>()
        && share.is_finite()
    {
        // Rounded, so that 7 % is 0.07 and not what binary fractions make of it.
        return Some(format!("{}", (share * 1e4).round() / 1e6));
    }
    if let Some(grouped) = grouped(written) {
        return Some(grouped);
    }
    let point = written.replacen(',', ".", 1);
    (point != written && point.parse::<f64>().is_ok_and(f64::is_finite)).then_some(point)
}

/// A number whose thousands are parted: `30,000` or `1,000,000`.
fn grouped(written: &str) -> Option<String> {
    let mut groups = written.split(',');
    let first = groups.next()?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let rest: Vec<&str> = groups.collect();
    let is_grouped = (1..=3).contains(&first.len())
        && first != "0"
        && digits(first)
        && !rest.is_empty()
        && rest.iter().all(|group| group.len() == 3 && digits(group));
    is_grouped.then(|| written.replace(',', ""))
}

/// JSON that was written as Python writes it, or that lost its quotes to the shell.
fn json(written: &str) -> Option<String> {
    if !written.starts_with(['{', '[']) {
        return None;
    }
    let loads = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    let mended =
        written.replace('\'', "\"").replace("True", "true").replace("False", "false").replace("None", "null");
    if mended != written && loads(&mended) {
        return Some(format!("write it as JSON does: `'{mended}'`"));
    }
    let unquoted = !written.contains('"') && written.contains(|c: char| c.is_ascii_alphabetic());
    unquoted.then(|| {
        "put the whole JSON text into single quotes, so that the shell leaves its own alone".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::{float, integer, json};

    #[test]
    fn numbers_are_mended() {
        let whole = |text: &str| integer(text);
        assert_eq!(whole("30000.0").as_deref(), Some("30000"));
        assert_eq!(whole("30,000").as_deref(), Some("30000"));
        assert_eq!(whole("32k").as_deref(), Some("32000"));
        assert_eq!(whole("32Ki").as_deref(), Some("32768"));
        assert_eq!(whole("1e5").as_deref(), Some("100000"));
        assert_eq!(whole("8 GPUs").as_deref(), Some("8"));
        for odd in ["8.5", "x", "", "k", "1e99", "99999999999999999999k", "0,850"] {
            assert_eq!(whole(odd), None, "{odd}");
        }
        assert_eq!(float("85%").as_deref(), Some("0.85"));
        assert_eq!(float("7 %").as_deref(), Some("0.07"));
        assert_eq!(float("0,85").as_deref(), Some("0.85"));
        assert_eq!(float("x%"), None);
        assert_eq!(float("0.85"), None);
    }

    #[test]
    fn json_is_mended() {
        assert_eq!(json("{'a': True}").as_deref(), Some("write it as JSON does: `'{\"a\": true}'`"));
        assert!(json("{a: 1}").is_some());
        assert_eq!(json("x"), None);
    }
}
