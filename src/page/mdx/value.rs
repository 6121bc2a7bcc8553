//! What expressions show: texts, pieces of JSX, or what only a program can say.

use super::script::{Names, Piece, Value, evaluate};

/// What an expression shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shown {
    /// This text, which may be empty.
    Text(String),
    /// These pieces of JSX.
    Pieces(Vec<Piece>),
    /// What the page that holds this part gives it under this name.
    Property(String),
    /// What only a program can say.
    Computed,
    /// It is none; the braces are text.
    NoExpression,
}

/// What the expression `written` shows, without its braces.
pub(crate) fn shown(written: &str, names: &Names) -> Shown {
    let inner = written.trim();
    if inner.is_empty() || is_comment(inner) {
        return Shown::Text(String::new());
    }
    if let Some(name) = inner.strip_prefix("props.")
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
    {
        return Shown::Property(name.to_owned());
    }
    let value = evaluate(inner, names);
    let is_read = value.is_some();
    match value {
        None | Some(Value::Unknown) => {}
        Some(Value::Text(text)) => return Shown::Text(text),
        Some(value) => {
            return match value.pieces() {
                Some(pieces) => merged(pieces),
                None => Shown::Computed,
            };
        }
    }
    let path =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_$.?[]".contains(c));
    let root = inner.split(['.', '[', '?', '(']).next().unwrap_or_default();
    if ["props", "frontMatter", "frontmatter", "children", "contentTitle"].contains(&root) {
        return Shown::Computed;
    }
    if path(inner) {
        // A name that the page does not know is no expression: MDX would fail on it.
        return if names.contains_key(root) { Shown::Computed } else { Shown::NoExpression };
    }
    let calls =
        inner.contains("=>") || inner.contains(".map(") || inner.contains("&&") || inner.contains(" ? ");
    let element = inner.starts_with(['<', '(']) && inner.contains('<');
    let call = inner.ends_with(')') && path(inner.split('(').next().unwrap_or_default());
    // `{"a": 1}` in prose is JSON, and `{"a", "b"}` a set.
    let text = is_read && inner.starts_with(['`', '"', '\'']) && !inner.contains(',');
    if calls || element || call || text { Shown::Computed } else { Shown::NoExpression }
}

/// Pieces that are nothing but text as one.
fn merged(pieces: Vec<Piece>) -> Shown {
    let is_text = pieces.iter().all(|piece| matches!(piece, Piece::Text(_)));
    if !is_text {
        return Shown::Pieces(pieces);
    }
    let texts =
        pieces.into_iter().map(|piece| if let Piece::Text(text) = piece { text } else { String::new() });
    Shown::Text(texts.collect())
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
pub(crate) fn plain(written: &str, names: &Names) -> Option<String> {
    evaluate(written.trim(), names)?.text()
}

/// A text without entities, which JSX resolves as HTML does.
pub(crate) fn decoded(text: &str) -> Box<str> {
    if !text.contains('&') {
        return text.into();
    }
    let named = [
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", "\u{a0}"),
        ("&amp;", "&"),
    ];
    named.iter().fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_are_read() {
        let constants = Names::from([("version".to_owned(), Value::Text("0.5.10".into()))]);
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
        let constants = Names::from([("items".to_owned(), Value::Unknown)]);
        for (written, expected) in [
            ("/* c */", Shown::Text(String::new())),
            ("items.map(x => x)", Shown::Computed),
            ("props.name", Shown::Property("name".into())),
            ("props.name.length", Shown::Computed),
            ("1 + 2", Shown::Text("3".into())),
            ("\"tool\", \"prompt\"", Shown::NoExpression),
            ("'a' + items", Shown::Computed),
            ("1, 2", Shown::NoExpression),
            ("PORT", Shown::NoExpression),
            ("\"a\": 1", Shown::NoExpression),
            ("a: 1, b", Shown::NoExpression),
            ("x_i", Shown::NoExpression),
        ] {
            assert_eq!(shown(written, &constants), expected, "{written}");
        }
    }
}
