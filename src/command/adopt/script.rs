//! Settings in JavaScript, as far as they are plain: texts and objects behind their keys.

use crate::page::mdx::script::Names;
use crate::page::mdx::token::braces;
use crate::page::mdx::value::plain;

/// A script without its comments, at equal length.
pub(super) fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut quote: Option<char> = None;
    let mut previous = '\n';
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let comment = match quote {
            None if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            None if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ => 0,
        };
        if comment > 0 {
            out.extend(std::iter::repeat_n(' ', comment));
            at += comment;
            continue;
        }
        match quote {
            Some(open) if (c == open && previous != '\\') || (c == '\n' && open != '`') => quote = None,
            None if "\"'`".contains(c) => quote = Some(c),
            _ => {}
        }
        previous = if previous == '\\' { ' ' } else { c };
        out.push(c);
        at += c.len_utf8();
    }
    out
}

/// What stands behind each `key:`.
fn values<'t>(text: &'t str, key: &str) -> Vec<&'t str> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(key).map(|at| from + at) {
        let before = text[..at].chars().next_back();
        let rest = text[at + key.len()..].trim_start_matches(['"', '\'']).trim_start();
        if !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$' || c == '.')
            && let Some(value) = rest.strip_prefix(':')
        {
            found.push(value.trim_start());
        }
        from = at + key.len();
    }
    found
}

/// A text literal at the head of a value.
fn literal(value: &str) -> Option<String> {
    let quote = value.chars().next().filter(|quote| "\"'`".contains(*quote))?;
    let mut escaped = false;
    let end = value[1..].find(|c| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    plain(&value[..end + 2], &Names::new())
}

/// The texts behind a key, in their order.
pub(super) fn texts(text: &str, key: &str) -> Vec<String> {
    values(text, key).into_iter().filter_map(literal).collect()
}

/// The first text behind a key.
pub(super) fn text(text: &str, key: &str) -> Option<String> {
    texts(text, key).into_iter().next()
}

/// The path behind a key: a text, or one that `require.resolve` is given.
pub(super) fn path_behind(text: &str, key: &str) -> Option<String> {
    values(text, key).into_iter().find_map(|value| {
        let value = value.strip_prefix("require.resolve(").map_or(value, str::trim_start);
        literal(value)
    })
}

/// The list of texts behind a key.
pub(super) fn list(text: &str, key: &str) -> Vec<String> {
    let Some(value) = values(text, key).into_iter().find_map(|value| value.strip_prefix('[')) else {
        return Vec::new();
    };
    let mut rest = value.split(']').next().unwrap_or_default();
    let mut found = Vec::new();
    while let Some(open) = rest.find(['"', '\'', '`']) {
        let Some(item) = literal(&rest[open..]) else { break };
        rest = &rest[(open + 2 + item.len()).min(rest.len())..];
        found.push(item);
    }
    found
}

/// The list behind a key, brackets included.
pub(super) fn list_text<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    values(text, key).into_iter().find_map(|value| {
        let mut depth = 0_usize;
        let mut quote: Option<char> = None;
        let mut escaped = false;
        for (at, c) in value.char_indices() {
            match quote {
                Some(open) => {
                    if c == open && !escaped {
                        quote = None;
                    }
                    escaped = c == '\\' && !escaped;
                    continue;
                }
                None if "\"'`".contains(c) => quote = Some(c),
                None if c == '[' => depth += 1,
                None if c == ']' => depth = depth.saturating_sub(1),
                None => {}
            }
            if depth == 0 {
                return (at > 0).then(|| &value[..at + c.len_utf8()]);
            }
        }
        None
    })
}

/// The object behind a key, braces included.
pub(super) fn object<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    values(text, key).into_iter().find_map(first_object)
}

/// Whether `key: false` stands there.
pub(super) fn is_off(text: &str, key: &str) -> bool {
    values(text, key).iter().any(|value| value.starts_with("false"))
}

/// The value of a key, where it is `true` or `false`.
pub(super) fn boolean(text: &str, key: &str) -> Option<bool> {
    let is_word = |value: &str, word: &str| {
        value.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    };
    values(text, key).iter().find_map(|value| match value {
        value if is_word(value, "true") => Some(true),
        value if is_word(value, "false") => Some(false),
        _ => None,
    })
}

/// The object at the head of a text.
pub(super) fn first_object(text: &str) -> Option<&str> {
    let end = text.starts_with('{').then(|| braces(text, 0)).flatten()?;
    Some(&text[..end])
}
