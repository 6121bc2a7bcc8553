//! Values of YAML as Python's PyYAML reads them (`yaml.safe_load`, YAML 1.1) and as Python writes them out again.

use crate::world::yaml::{Node, Scalar, Value};

/// What a scalar is to Python.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Loaded {
    /// `None`.
    Null,
    /// `True` or `False`, which YAML 1.1 also writes `yes`, `on`, `no`, `off`.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A floating point number.
    Float(f64),
    /// A text.
    Text(String),
}

/// Reads a scalar. Dates, which Python prints much as they are written, stay texts.
pub(super) fn scalar(scalar: &Scalar) -> Loaded {
    let text = scalar.text.as_str();
    if !scalar.plain {
        return Loaded::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Loaded::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Loaded::Bool(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Loaded::Bool(false);
        }
        _ => {}
    }
    if let Some(number) = int(text) {
        return Loaded::Int(number);
    }
    float(text).map_or_else(|| Loaded::Text(text.to_owned()), Loaded::Float)
}

impl Loaded {
    /// What `str()` gives.
    pub(super) fn str(&self) -> String {
        match self {
            Self::Null => "None".into(),
            Self::Bool(true) => "True".into(),
            Self::Bool(false) => "False".into(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => float_text(*number),
            Self::Text(text) => text.clone(),
        }
    }
}

/// What `repr()` gives, which is also `str()` of a list or a mapping.
pub(super) fn repr(node: &Node) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match &node.value {
        Value::Scalar(it) => match scalar(it) {
            Loaded::Text(text) => quoted(&text),
            other => other.str(),
        },
        Value::Sequence(items) => format!("[{}]", list(items.iter().map(repr).collect())),
        Value::Mapping(entries) => {
            let entry =
                |entry: &crate::world::yaml::Entry| format!("{}: {}", quoted(&entry.key), repr(&entry.value));
            format!("{{{}}}", list(entries.iter().map(entry).collect()))
        }
    }
}

/// What `json.dumps()` gives.
pub(super) fn json(node: &Node) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match &node.value {
        Value::Scalar(it) => match scalar(it) {
            Loaded::Null => "null".into(),
            Loaded::Bool(value) => value.to_string(),
            Loaded::Text(text) => json_text(&text),
            Loaded::Float(number) if number.is_nan() => "NaN".into(),
            Loaded::Float(number) if number.is_infinite() => {
                if number > 0.0 {
                    "Infinity".into()
                } else {
                    "-Infinity".into()
                }
            }
            number => number.str(),
        },
        Value::Sequence(items) => format!("[{}]", list(items.iter().map(json).collect())),
        Value::Mapping(entries) => {
            let entry = |entry: &crate::world::yaml::Entry| {
                format!("{}: {}", json_text(&entry.key), json(&entry.value))
            };
            format!("{{{}}}", list(entries.iter().map(entry).collect()))
        }
    }
}

fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c == quote => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

fn json_text(text: &str) -> String {
    let mut out = String::new();
    for c in serde_json::Value::from(text).to_string().chars() {
        if c.is_ascii() && c != '\u{7f}' {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

fn float_text(number: f64) -> String {
    let text = format!("{number:?}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => {
            let mantissa = mantissa.strip_suffix(".0").unwrap_or(mantissa);
            let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
            format!("{mantissa}e{sign}{digits:0>2}")
        }
        None => text.to_lowercase(),
    }
}

fn signed(text: &str) -> (i128, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn int(text: &str) -> Option<i128> {
    let (sign, rest) = signed(text);
    let first = *rest.as_bytes().first()?;
    if !first.is_ascii_digit() {
        return None;
    }
    if rest.contains(':') {
        let (whole, parts) = sexagesimal(rest)?;
        let value = parts.iter().try_fold(whole, |sum, part| sum.checked_mul(60)?.checked_add(*part))?;
        return (first != b'0').then_some(sign * value);
    }
    let (digits, radix) = match rest.get(..2) {
        Some("0b") => (&rest[2..], 2),
        Some("0x") => (&rest[2..], 16),
        _ if first == b'0' && rest.len() > 1 => (&rest[1..], 8),
        _ => (rest, 10),
    };
    let plain = digits.replace('_', "");
    if digits.is_empty() || digits.contains(['+', '-']) {
        return None;
    }
    if plain.is_empty() {
        return (radix == 8).then_some(0);
    }
    i128::from_str_radix(&plain, radix).ok().map(|value| sign * value)
}

/// `1:30` is 90: the first number, and the parts below sixty.
fn sexagesimal(text: &str) -> Option<(i128, Vec<i128>)> {
    let mut parts = text.split(':');
    let whole = parts.next()?.replace('_', "").parse().ok()?;
    let rest: Option<Vec<i128>> = parts
        .map(|part| {
            let fits = matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
            fits.then(|| part.parse().ok())?
        })
        .collect();
    Some((whole, rest?))
}

fn float(text: &str) -> Option<f64> {
    let (sign, rest) = signed(text);
    let sign = if sign < 0 { -1.0 } else { 1.0 };
    match rest {
        ".inf" | ".Inf" | ".INF" => return Some(sign * f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" if rest.len() == text.len() => return Some(f64::NAN),
        _ => {}
    }
    // A number without a point is a text, as is an exponent without a sign.
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let (whole, fraction) = mantissa.split_once('.')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let starts = if whole.is_empty() { fraction } else { whole };
    let sound = digits(whole)
        && digits(fraction)
        && starts.starts_with(|c: char| c.is_ascii_digit())
        && (!whole.is_empty() || rest.len() == text.len())
        && exponent.is_none_or(|it| {
            it.strip_prefix(['+', '-'])
                .is_some_and(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()))
        });
    if !sound {
        return None;
    }
    rest.replace('_', "").parse::<f64>().ok().map(|number| sign * number)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each row was compared with PyYAML 6.0.3.
    #[test]
    fn scalars_are_pyyamls() {
        for (text, loaded) in [
            ("8", "8"),
            ("010", "8"),
            ("0x1F", "31"),
            ("0b11", "3"),
            ("1_000", "1000"),
            ("1:30", "90"),
            ("-5", "-5"),
            ("08", "08"),
            ("1e3", "1e3"),
            ("1.e+3", "1000.0"),
            ("1.5e20", "1.5e20"),
            (".9", "0.9"),
            ("-.9", "-.9"),
            ("1.5e+20", "1.5e+20"),
            ("1.0e-5", "1e-05"),
            ("on", "True"),
            ("Off", "False"),
            ("y", "y"),
            ("~", "None"),
            (".inf", "inf"),
            ("0o17", "0o17"),
            ("0", "0"),
            ("10.0.0.1", "10.0.0.1"),
        ] {
            let plain = Scalar { text: text.into(), plain: true };
            assert_eq!(scalar(&plain).str(), loaded, "{text}");
        }
    }
}
