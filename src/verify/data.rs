//! Blocks of data formats: their syntax.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::text::{Excerpt, Span};

use super::shell::scan;

/// A block that its language's parser refuses.
pub static SYNTAX: Rule =
    Rule::new("snippet/syntax", Level::Error, "every block is valid in the language that it names");

/// What is wrong with a block of JSON. Comments and ellipses make it an illustration, which is not judged: `None`.
pub fn json(code: &Excerpt) -> Option<Vec<Diagnostic>> {
    let text = code.text();
    if text.trim().is_empty() || is_illustration(text) {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    // Several values after one another are JSON lines.
    let error = values.find_map(Result::err).filter(|_| !is_fragment(text) && !has_placeholder(text));
    Some(
        error
            .map(|error| syntax(code, "JSON", place(text, error.line(), error.column()), &error.to_string()))
            .into_iter()
            .collect(),
    )
}

/// What is wrong with a block of TOML.
pub fn toml(code: &Excerpt) -> Option<Vec<Diagnostic>> {
    let text = code.text();
    if is_illustration(text) {
        return None;
    }
    let error = toml::from_str::<toml::Table>(text).err().filter(|_| !has_placeholder(text));
    let finding = error.map(|error| {
        let span = error.span().map_or_else(Span::default, Span::from);
        syntax(code, "TOML", span, error.message())
    });
    Some(finding.into_iter().collect())
}

/// Whether parts were left out, as no parser could take it.
fn is_illustration(text: &str) -> bool {
    text.contains("...") || text.contains('…') || text.lines().any(|line| line.trim_start().starts_with("//"))
}

/// Whether a text of JSON shows entries of an object without the braces around them.
fn is_fragment(text: &str) -> bool {
    let entries = text.trim().trim_end_matches(',');
    let object = format!("{{{entries}}}");
    entries.starts_with('"') && serde_json::from_str::<serde::de::IgnoredAny>(&object).is_ok()
}

/// Whether a text leaves a name to its reader: `<path>`.
fn has_placeholder(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| scan::placeholder_end(text, at).is_some())
}

fn syntax(code: &Excerpt, language: &str, span: Span, reason: &str) -> Diagnostic {
    let reason = reason.split(" at line ").next().unwrap_or(reason).trim().to_lowercase();
    Diagnostic::new(&SYNTAX, code.locate(span), format!("this block is not valid {language}: {reason}"))
}

/// The word at a line and column, both from 1, columns in bytes.
fn place(text: &str, line: usize, column: usize) -> Span {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let rest = &text[at..];
    let length = rest.find(|c: char| c.is_whitespace() || ",:]}".contains(c)).unwrap_or(rest.len());
    let first = rest.chars().next().map_or(0, char::len_utf8);
    Span::new(at, at + length.max(first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceFile;

    #[test]
    fn the_place_of_a_mistake_is_exact() {
        let code = Excerpt::whole(&SourceFile::new("a.json", "{\"tp\": 8,\n \"dp\": x}\n"));
        let findings = json(&code).unwrap();
        assert_eq!(findings[0].primary.location.text(), "x");
        assert_eq!(json(&Excerpt::whole(&SourceFile::new("a", "{\"a\": ...}"))), None);
        assert_eq!(json(&Excerpt::whole(&SourceFile::new("a", "{}\n{}\n"))), Some(Vec::new()));
        let illustrations = ["\"a\": 1,\n\"b\": {},\n", "{\"a\": <number>}"];
        for text in illustrations {
            assert_eq!(json(&Excerpt::whole(&SourceFile::new("a", text))), Some(Vec::new()), "{text}");
        }
        let table = Excerpt::whole(&SourceFile::new("a.toml", "[plugin.<name>]\n<key> = <value>\n"));
        assert_eq!(toml(&table), Some(Vec::new()));
        let code = Excerpt::whole(&SourceFile::new("a.toml", "a = 1\na = 2\n"));
        assert_eq!(toml(&code).unwrap().len(), 1);
    }
}
