//! `<!-- shardbook-silence group/name: reason -->`: a rule keeps quiet about the block that follows.

use crate::diagnostic::{Level, Rule};
use crate::page::spanned::Spanned;
use crate::text::{Excerpt, Span};

/// A silencing comment that silences nothing.
pub static SILENCE: Rule = Rule::new(
    "page/silence",
    Level::Warning,
    "a silencing comment names a rule and a reason and stands directly before a block",
);

/// A rule that keeps quiet, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// The rule's name, `group/name`.
    pub rule: Spanned<Box<str>>,
    /// The reason, never empty.
    pub reason: Spanned<Box<str>>,
}

/// A silence and the block that it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockSilence {
    /// The rule and the reason.
    pub silence: Silence,
    /// The bytes of the block.
    pub covers: Span,
}

const WORD: &str = "shardbook-silence";

/// What the comments of a raw HTML block say, in their order: a silence, or what is wrong and where.
///
/// Only comments that begin with the word `shardbook-silence` count. Spans are those of the page's file.
pub(crate) fn comments(html: &Excerpt) -> Vec<Result<Silence, (Span, &'static str)>> {
    let text = html.text();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("<!--").map(|open| at + open) {
        let start = open + 4;
        let end = text[start..].find("-->").map_or(text.len(), |close| start + close);
        let body = text[start..end].trim_start();
        if let Some(rest) = body.strip_prefix(WORD) {
            found.push(one(html, Span::new(end - rest.len(), end)));
        }
        at = end;
    }
    found
}

/// Reads ` group/name: reason ` at the bytes `span` of the excerpt.
fn one(html: &Excerpt, span: Span) -> Result<Silence, (Span, &'static str)> {
    let spanned = |text: &str, at: usize| {
        let lead = text.len() - text.trim_start().len();
        let value = text.trim();
        Spanned::new(Box::from(value), html.origin(Span::new(at + lead, at + lead + value.len())))
    };
    let text = span.of(html.text());
    let whole = || {
        let start = span.start - WORD.len();
        html.origin(Span::new(
            start,
            start + (WORD.len() + text.len()).min(WORD.len() + text.trim_end().len()),
        ))
    };
    let Some((rule, reason)) = text.split_once(':') else {
        return Err((whole(), "this silencing comment has no `: reason` after the rule"));
    };
    let (name, reason) = (spanned(rule, span.start), spanned(reason, span.start + rule.len() + 1));
    if !is_rule_name(&name.value) || !rule.starts_with(char::is_whitespace) {
        return Err((
            if name.value.is_empty() { whole() } else { name.span },
            "this is not the name of a rule",
        ));
    }
    if reason.value.is_empty() {
        return Err((name.span, "this silencing comment gives no reason"));
    }
    Ok(Silence { rule: name, reason })
}

/// Whether a text has the form `group/name`, both in kebab-case.
fn is_rule_name(text: &str) -> bool {
    let kebab = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.split_once('/').is_some_and(|(group, name)| kebab(group) && kebab(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceFile;

    fn read(text: &str) -> Vec<Result<(String, String), String>> {
        let source = SourceFile::new("a.md", text);
        comments(&Excerpt::whole(&source))
            .into_iter()
            .map(|found| match found {
                Ok(silence) => {
                    assert_eq!(silence.rule.span.of(text), &*silence.rule.value);
                    assert_eq!(silence.reason.span.of(text), &*silence.reason.value);
                    Ok((silence.rule.value.into(), silence.reason.value.into()))
                }
                Err((span, _)) => Err(span.of(text).into()),
            })
            .collect()
    }

    #[test]
    fn a_comment_names_rule_and_reason() {
        let found = read("<!-- other --><!-- shardbook-silence cli/unknown-flag: old: on purpose -->");
        assert_eq!(found, [Ok(("cli/unknown-flag".into(), "old: on purpose".into()))]);
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (text, wrong) in [
            ("<!-- shardbook-silence cli/x -->", "shardbook-silence cli/x"),
            ("<!-- shardbook-silence cli: r -->", "cli"),
            ("<!-- shardbook-silence cli/x:  -->", "cli/x"),
            ("<!-- shardbook-silence: r -->", "shardbook-silence: r"),
        ] {
            assert_eq!(read(text), [Err(wrong.into())], "{text}");
        }
    }
}
