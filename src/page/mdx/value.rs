//! Expressions that are plain texts: literals, constants of the page, and the few calls that make addresses.

use std::collections::BTreeMap;

use super::token::{braces, tag};

/// The names that a page knows, and the texts behind them; `None` for what is no text.
pub(crate) type Constants = BTreeMap<String, Option<String>>;

/// What an expression shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// This text, which may be empty.
    Text(String),
    /// What only a program can say.
    Computed,
    /// It is none; the braces are text.
    NoExpression,
}

/// What the expression `written` shows, without its braces.
pub(crate) fn shown(written: &str, constants: &Constants) -> Shown {
    let inner = written.trim();
    if inner.is_empty() || is_comment(inner) {
        return Shown::Text(String::new());
    }
    if let Some(text) = plain(inner, constants) {
        return Shown::Text(text);
    }
    let path =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_$.?[]".contains(c));
    let root = inner.split(['.', '[', '?', '(']).next().unwrap_or_default();
    if ["props", "frontMatter", "frontmatter", "children", "contentTitle"].contains(&root) {
        return Shown::Computed;
    }
    if path(inner) {
        // A name that the page does not know is no expression: MDX would fail on it.
        return if constants.contains_key(root) { Shown::Computed } else { Shown::NoExpression };
    }
    let calls =
        inner.contains("=>") || inner.contains(".map(") || inner.contains("&&") || inner.contains(" ? ");
    let element = inner.starts_with(['<', '(']) && inner.contains('<');
    let call = inner.ends_with(')') && path(inner.split('(').next().unwrap_or_default());
    // `{"a": 1}` in prose is JSON.
    let text = inner.starts_with(['`', '"', '\'']) && !inner.contains(':');
    if calls || element || call || text {
        return Shown::Computed;
    }
    Shown::NoExpression
}

/// Whether an expression is nothing but comments.
pub(crate) fn is_comment(inner: &str) -> bool {
    let mut rest = inner.trim();
    while let Some(comment) = rest.strip_prefix("/*") {
        let Some(end) = comment.find("*/") else { return false };
        rest = comment[end + 2..].trim_start();
    }
    rest.is_empty() || (rest.starts_with("//") && !rest.contains('\n'))
}

/// The text that an expression stands for, where that can be read.
pub(crate) fn plain(written: &str, constants: &Constants) -> Option<String> {
    let inner = written.trim();
    if let Some(text) = literal(inner, constants) {
        return Some(text);
    }
    if let Some(inner) = inner.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        return plain(inner, constants);
    }
    if matches!(inner, "true" | "false" | "null" | "undefined") {
        return Some(String::new());
    }
    if !inner.is_empty()
        && inner.parse::<f64>().is_ok()
        && inner.starts_with(|c: char| c.is_ascii_digit() || c == '-')
    {
        return Some(inner.to_owned());
    }
    if let Some(text) = constants.get(inner) {
        return text.clone();
    }
    for call in ["require(", "useBaseUrl(", "withBaseUrl("] {
        if let Some(argument) = inner.strip_prefix(call) {
            let (argument, rest) = argument.split_once(')')?;
            return matches!(rest.trim(), "" | ".default").then(|| plain(argument, constants))?;
        }
    }
    if inner.starts_with('<') {
        return Some(words(inner));
    }
    None
}

/// A string or a template literal.
fn literal(inner: &str, constants: &Constants) -> Option<String> {
    let quote = inner.chars().next().filter(|quote| "\"'`".contains(*quote))?;
    let mut text = String::new();
    let mut at = 1;
    loop {
        let rest = inner.get(at..)?;
        let c = rest.chars().next()?;
        match c {
            _ if c == quote => return (at + 1 == inner.len()).then_some(text),
            '\\' => {
                let escaped = rest[1..].chars().next()?;
                match escaped {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    '\n' => {}
                    'u' => {
                        let code = rest.get(2..6).and_then(|hex| u32::from_str_radix(hex, 16).ok())?;
                        text.push(char::from_u32(code)?);
                        at += 4;
                    }
                    other => text.push(other),
                }
                at += 1 + escaped.len_utf8();
            }
            '$' if quote == '`' && rest.starts_with("${") => {
                let end = braces(inner, at + 1)?;
                text.push_str(&plain(&inner[at + 2..end - 1], constants)?);
                at = end;
            }
            c => {
                text.push(c);
                at += c.len_utf8();
            }
        }
    }
}

/// The words between the tags of a piece of JSX.
fn words(jsx: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(c) = jsx[at..].chars().next() {
        if c == '<'
            && let Some(tag) = tag(jsx, at)
        {
            at = tag.span.end;
            continue;
        }
        if c == '{'
            && let Some(end) = braces(jsx, at)
        {
            out.push_str(&literal(jsx[at + 1..end - 1].trim(), &Constants::new()).unwrap_or_default());
            at = end;
            continue;
        }
        out.push(c);
        at += c.len_utf8();
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_are_read() {
        let constants = Constants::from([("version".to_owned(), Some("0.5.10".to_owned()))]);
        for (written, expected) in [
            ("'a\\'b'", Some("a'b")),
            ("\"\\u00e4\"", Some("ä")),
            ("`v${version}!`", Some("v0.5.10!")),
            ("version", Some("0.5.10")),
            ("7", Some("7")),
            ("true", Some("")),
            ("require('./a.png').default", Some("./a.png")),
            ("<b>An {'x'} <i/>y</b>", Some("An x y")),
            ("other", None),
            ("'a' + b", None),
            ("`${b}`", None),
            ("'a", None),
        ] {
            assert_eq!(plain(written, &constants).as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn braces_of_prose_are_text() {
        let constants = Constants::from([("items".to_owned(), None)]);
        for (written, expected) in [
            ("/* c */", Shown::Text(String::new())),
            ("items.map(x => x)", Shown::Computed),
            ("props.name", Shown::Computed),
            ("PORT", Shown::NoExpression),
            ("\"a\": 1", Shown::NoExpression),
            ("a: 1, b", Shown::NoExpression),
            ("x_i", Shown::NoExpression),
        ] {
            assert_eq!(shown(written, &constants), expected, "{written}");
        }
    }
}
