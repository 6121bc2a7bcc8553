//! The objects in `style={{…}}` as CSS.

use super::script::{Names, Value};
use super::value::plain;

/// The declarations of an object such as `{ maxWidth: '30%', margin: 0 }`; those that are computed are left out.
pub(crate) fn css(object: &str) -> String {
    let inner = object.trim().trim_start_matches('{').trim_end_matches('}');
    let mut css = String::new();
    for declaration in split(inner) {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let name = kebab(name.trim().trim_matches(['"', '\'']));
        let known = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let Some(value) = plain(value, &Names::new()).filter(|value| known && !value.is_empty()) else {
            continue;
        };
        if value.contains([';', '{', '}', '<', '\\']) {
            continue;
        }
        let is_number = value.parse::<f64>().is_ok_and(|number| number != 0.0);
        let unitless =
            ["opacity", "flex", "z-index", "line-height", "font-weight", "order", "flex-grow", "flex-shrink"];
        let unit = if is_number && !unitless.contains(&name.as_str()) { "px" } else { "" };
        css.push_str(&format!("{name}:{value}{unit};"));
    }
    css
}

/// The declarations of an object that an expression gives.
pub(crate) fn declarations(entries: &[(String, Value)]) -> String {
    let written = entries.iter().filter_map(|(name, value)| match value {
        Value::Number(number) => Some(format!("{name}: {number}")),
        Value::Text(text) if !text.contains(['\\', '\'', ',']) => Some(format!("{name}: '{text}'")),
        _ => None,
    });
    css(&written.collect::<Vec<_>>().join(", "))
}

/// `maxWidth` as CSS has it: `max-width`.
pub(crate) fn kebab(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// The parts between commas that stand in no brackets and quotes.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0i32, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::css;

    #[test]
    fn objects_become_declarations() {
        for (object, expected) in [
            (
                "{ maxWidth: '30%', margin: 0, padding: 4, opacity: 1 }",
                "max-width:30%;margin:0;padding:4px;opacity:1;",
            ),
            ("{background: 'rgba(0, 0, 0, 0.5)', ...rest, color: theme.x}", "background:rgba(0, 0, 0, 0.5);"),
            ("{}", ""),
            ("{a: 'x;y'}", ""),
        ] {
            assert_eq!(css(object), expected, "{object}");
        }
    }
}
