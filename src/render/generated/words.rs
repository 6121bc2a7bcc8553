//! Words, numbers and units as generated pages write them.

use crate::render::escape::{escape, escape_into};

/// The part of an address, or an anchor, that a name becomes: lower case, everything but letters, digits, `.`
/// and `_` a single dash.
pub(crate) fn slug(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '.' || c == '_' {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let length = out.trim_end_matches('-').len();
    out.truncate(length);
    if out.is_empty() { "unnamed".into() } else { out }
}

/// A message as HTML: what stands in backticks is code.
pub(crate) fn inline(message: &str) -> String {
    let mut out = String::with_capacity(message.len() + 32);
    let mut rest = message;
    while let Some((before, (code, after))) =
        rest.split_once('`').and_then(|(before, behind)| Some((before, behind.split_once('`')?)))
    {
        escape_into(before, &mut out);
        out.push_str("<code>");
        escape_into(code, &mut out);
        out.push_str("</code>");
        rest = after;
    }
    escape_into(rest, &mut out);
    out
}

/// A word as code in HTML.
pub(crate) fn code(word: &str) -> String {
    format!("<code>{}</code>", escape(word))
}

/// `1 model`, `3 models`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number as u64), if number == 1 { "" } else { "s" })
}

/// A whole number with commas between its groups of three: `163,840`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number rounded to three significant digits, with the prefix of its thousands and a unit: `83.9 GB`. The
/// units are decimal: 1 GB is 10⁹ bytes.
pub(crate) fn quantity(number: f64, unit: &str) -> String {
    const PREFIXES: [&str; 5] = ["", "k", "M", "G", "T"];
    let mut value = number;
    let mut prefix = 0;
    // 999.5 and more would be rounded to 1000 of the smaller unit.
    while value >= 999.5 && prefix + 1 < PREFIXES.len() {
        value /= 1000.0;
        prefix += 1;
    }
    format!("{} {}{unit}", significant(value), PREFIXES[prefix]).trim_end().to_owned()
}

/// A number of parameters: `671 B`, `1.04 T`.
pub(crate) fn parameters(number: u64) -> String {
    quantity(number as f64, "").replace('G', "B")
}

/// A number rounded to three significant digits, zeros behind the point dropped.
pub(crate) fn significant(number: f64) -> String {
    let decimals = if number >= 99.95 {
        0
    } else if number >= 9.995 {
        1
    } else {
        2
    };
    let text = format!("{number:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_say_their_unit() {
        assert_eq!(quantity(83_895_477_294.9, "B"), "83.9 GB");
        assert_eq!(quantity(70_272.0, "B"), "70.3 kB");
        assert_eq!(quantity(999_600.0, ""), "1 M");
        assert_eq!(quantity(0.0, ""), "0");
        assert_eq!(parameters(671_000_000_000), "671 B");
        assert_eq!(parameters(1_040_000_000_000), "1.04 T");
        assert_eq!(grouped(163_840), "163,840");
        assert_eq!(grouped(999), "999");
    }

    #[test]
    fn slugs_are_lower_case_words() {
        assert_eq!(slug("Qwen3-235B-A22B (FP8)"), "qwen3-235b-a22b-fp8");
        assert_eq!(slug("DeepSeek-V3.2"), "deepseek-v3.2");
        assert_eq!(slug("/"), "unnamed");
    }

    #[test]
    fn backticks_become_code_and_the_rest_is_escaped() {
        assert_eq!(inline("unknown `--a<b`: <x> `"), "unknown <code>--a&lt;b</code>: &lt;x&gt; `");
    }
}
