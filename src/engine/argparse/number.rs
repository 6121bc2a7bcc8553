//! Numbers as Python's `int()` and `float()` read them from a text.

use std::borrow::Cow;

use super::digit::decimal;
use crate::engine::value::Value;

/// The longest whole number that Python reads (`sys.int_info.default_max_str_digits`).
const MOST_DIGITS: usize = 4300;

/// What `int(text)` gives.
pub(super) fn int(text: &str) -> Option<Value> {
    let text = ascii(text);
    let (negative, digits) = sign(strip(&text));
    let digits = without_underscores(digits)?;
    whole(negative, &digits)
}

/// The whole number of a run of decimal digits.
pub(super) fn whole(negative: bool, digits: &str) -> Option<Value> {
    if digits.is_empty() || digits.len() > MOST_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Some(Value::Int(0));
    }
    let signed = format!("{}{significant}", if negative { "-" } else { "" });
    Some(signed.parse().map_or(Value::BigInt(signed), Value::Int))
}

/// What `float(text)` gives.
pub(super) fn float(text: &str) -> Option<f64> {
    let text = ascii(text);
    let text = without_underscores(strip(&text))?;
    let (negative, body) = sign(&text);
    let magnitude = match body.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" => f64::NAN,
        _ if is_decimal(body) => body.parse().ok()?,
        _ => return None,
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// Whether the text is digits with at most one point and at most one exponent, as `1.5e-3`, `.5` and `5.` are.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Drops underscores, each of which must stand between two digits.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    for (at, _) in text.match_indices('_') {
        if !is_digit(at.checked_sub(1)) || !is_digit(Some(at + 1)) {
            return None;
        }
    }
    Some(text.replace('_', ""))
}

/// Writes digits of other scripts as ASCII's and other white space as blanks.
pub(super) fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let letter = |c: char| match decimal(c) {
        Some(digit) => char::from(b'0' + digit),
        None if !c.is_ascii() && c.is_whitespace() => ' ',
        None => c,
    };
    Cow::Owned(text.chars().map(letter).collect())
}

/// Drops the white space around a number.
fn strip(text: &str) -> &str {
    text.trim_matches(|c| matches!(c, ' ' | '\t'..='\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each row was compared with CPython 3.11.
    #[test]
    fn whole_numbers_are_pythons() {
        for (text, value) in [
            ("8", Some(8)),
            (" 8\n", Some(8)),
            ("+8", Some(8)),
            ("-8", Some(-8)),
            ("1_000", Some(1000)),
            ("007", Some(7)),
            ("\u{a0}8", Some(8)),
            ("٣", Some(3)),
            ("١_٠", Some(10)),
            ("\u{85}-𝟘８", Some(-8)),
            ("٣\u{1f}", None),
            ("²", None),
            ("1__0", None),
            ("_1", None),
            ("1_", None),
            ("- 1", None),
            ("", None),
            (" ", None),
            ("8.0", None),
            ("1e3", None),
            ("0x10", None),
            ("\u{1c}8", None),
            ("--8", None),
        ] {
            assert_eq!(int(text), value.map(Value::Int), "{text:?}");
        }
        let long = "9".repeat(50);
        assert_eq!(int(&long), Some(Value::BigInt(long)));
        assert_eq!(int(&"9".repeat(4301)), None);
    }

    #[test]
    fn floating_point_numbers_are_pythons() {
        for (text, value) in [
            ("0.9", Some(0.9)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("1e3", Some(1000.0)),
            ("1E+3", Some(1000.0)),
            ("1_0.2_5", Some(10.25)),
            (" -inf ", Some(f64::NEG_INFINITY)),
            ("Infinity", Some(f64::INFINITY)),
            ("1e999", Some(f64::INFINITY)),
            ("٣.٥", Some(3.5)),
            ("1e３", Some(1000.0)),
            ("ｉｎｆ", None),
            (".", None),
            ("e3", None),
            ("1e", None),
            ("1_.5", None),
            ("1._5", None),
            ("0x1p3", None),
            ("infinit", None),
            ("1 2", None),
            ("", None),
        ] {
            assert_eq!(float(text), value, "{text:?}");
        }
        assert!(float("nan").is_some_and(f64::is_nan));
    }
}
