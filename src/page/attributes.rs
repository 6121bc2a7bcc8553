//! `key=value key="quoted" flag #id .class {1,3-5}`: the attributes of fences and directives.
//!
//! The parser reads one line of the page's own bytes, so that every key and value knows where it stands. It knows
//! no key by name: fences and directives decide which keys they have.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use crate::page::spanned::Spanned;
use crate::text::Span;

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The key; `id` for `#id` and `class` for `.class`, whose span is then the sign alone.
    pub key: Spanned<Box<str>>,
    /// The value without its quotes, escapes resolved; `None` for a bare flag.
    pub value: Option<Spanned<Box<str>>>,
    /// All bytes of the attribute.
    pub span: Span,
}

/// All attributes of a fence or of a directive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// In the order written.
    pub entries: Vec<Attribute>,
    /// Lines to highlight, from 1, in the order written: `{1,3-5}`.
    pub lines: Vec<RangeInclusive<u32>>,
}

/// Something that is no attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The offending bytes of the file.
    pub span: Span,
    /// What is wrong: a lower-case sentence without a full stop.
    pub message: String,
}

impl Attributes {
    /// The attribute of a key, the first one where the key is repeated.
    pub fn entry(&self, key: &str) -> Option<&Attribute> {
        self.entries.iter().find(|entry| &*entry.key.value == key)
    }

    /// The value of a key; `None` for a flag.
    pub fn get(&self, key: &str) -> Option<&Spanned<Box<str>>> {
        self.entry(key)?.value.as_ref()
    }

    /// The text of a key's value; `None` for a flag.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key).map(|value| &*value.value)
    }

    /// Whether a key stands there, with or without a value, unless the value is `false`.
    pub fn flag(&self, key: &str) -> bool {
        self.entry(key).is_some_and(|entry| entry.value.as_ref().is_none_or(|value| &*value.value != "false"))
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.lines.is_empty()
    }
}

/// Reads the attributes in the bytes `span` of `text`, which hold no line break.
pub fn parse(text: &str, span: Span) -> (Attributes, Vec<Problem>) {
    let mut parser = Parser {
        text,
        at: span.start,
        end: span.end,
        attributes: Attributes::default(),
        problems: Vec::new(),
    };
    parser.words(false);
    parser.repeated();
    (parser.attributes, parser.problems)
}

/// The bytes of a `{…}` group that opens at `open`, braces included, if it closes before `end`; quotes protect.
pub(crate) fn group(text: &str, open: usize, end: usize) -> Option<Span> {
    let mut quote = None;
    let mut bytes = text.as_bytes().get(open..end)?.iter().enumerate().skip(1);
    while let Some((at, &byte)) = bytes.next() {
        match (quote, byte) {
            (Some(_), b'\\') => drop(bytes.next()),
            (Some(open), close) if open == close => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'}') => return Some(Span::new(open, open + at + 1)),
            _ => {}
        }
    }
    None
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    attributes: Attributes,
    problems: Vec<Problem>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes()[..self.end].get(self.at).copied()
    }

    fn words(&mut self, braced: bool) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b',' => self.at += 1,
                b'{' if !braced => self.braces(),
                b'}' => self.stray(self.at),
                _ => self.word(),
            }
        }
    }

    /// `{1,3-5}` or a group of attributes.
    fn braces(&mut self) {
        let Some(group) = group(self.text, self.at, self.end) else {
            let span = Span::new(self.at, self.at + 1);
            self.problem(span, "this `{` has no `}`".into());
            self.at = self.end;
            return;
        };
        let inner = Span::new(group.start + 1, group.end - 1);
        if let Some(lines) = lines(inner.of(self.text)) {
            self.attributes.lines.extend(lines);
        } else {
            let outer = std::mem::replace(&mut self.end, inner.end);
            self.at = inner.start;
            self.words(true);
            self.end = outer;
        }
        self.at = group.end;
    }

    fn word(&mut self) {
        let start = self.at;
        let sign = self.peek().filter(|byte| matches!(byte, b'#' | b'.'));
        self.at += usize::from(sign.is_some());
        self.skip_while(|c| c.is_alphanumeric() || "_-:.".contains(c));
        let name = Span::new(start + usize::from(sign.is_some()), self.at);
        if name.is_empty() {
            return self.stray(start);
        }
        if let Some(sign) = sign {
            let key =
                Spanned::new(if sign == b'#' { "id" } else { "class" }.into(), Span::new(start, start + 1));
            let value = Spanned::new(name.of(self.text).into(), name);
            return self.attributes.entries.push(Attribute {
                key,
                value: Some(value),
                span: Span::new(start, self.at),
            });
        }
        let key = Spanned::new(name.of(self.text).into(), name);
        let value = if self.peek() == Some(b'=') {
            self.at += 1;
            self.value(&key)
        } else {
            None
        };
        self.attributes.entries.push(Attribute { key, value, span: Span::new(start, self.at) });
    }

    fn value(&mut self, key: &Spanned<Box<str>>) -> Option<Spanned<Box<str>>> {
        let start = self.at;
        if let Some(quote @ (b'"' | b'\'')) = self.peek() {
            return Some(self.quoted(quote));
        }
        self.skip_while(|c| !c.is_whitespace());
        let span = Span::new(start, self.at);
        if span.is_empty() {
            self.problem(key.span.to(span), format!("the attribute `{}` has no value after `=`", key.value));
            return None;
        }
        Some(Spanned::new(span.of(self.text).into(), span))
    }

    fn quoted(&mut self, quote: u8) -> Spanned<Box<str>> {
        let open = self.at;
        self.at += 1;
        let (start, mut value) = (self.at, String::new());
        loop {
            let rest = &self.text[self.at..self.end];
            let mut chars = rest.chars();
            match chars.next() {
                None => {
                    self.problem(Span::new(open, self.end), "this quoted value has no closing quote".into());
                    return Spanned::new(value.into(), Span::new(start, self.at));
                }
                Some(c) if c == char::from(quote) => {
                    let span = Span::new(start, self.at);
                    self.at += 1;
                    return Spanned::new(value.into(), span);
                }
                Some('\\') if chars.clone().next().is_some_and(|c| c == char::from(quote) || c == '\\') => {
                    value.extend(chars.next());
                    self.at += 2;
                }
                Some(c) => {
                    value.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
    }

    /// Reports the word at `start`, which is no attribute, and goes past it.
    fn stray(&mut self, start: usize) {
        self.at = start + self.text[start..self.end].chars().next().map_or(0, char::len_utf8);
        self.skip_while(|c| !c.is_whitespace());
        let span = Span::new(start, self.at);
        self.problem(span, format!("`{}` is not an attribute", span.of(self.text)));
    }

    /// Reports keys that stand more than once.
    fn repeated(&mut self) {
        let mut seen = HashSet::new();
        for entry in &self.attributes.entries {
            let key = &*entry.key.value;
            if key != "class" && !seen.insert(key) {
                let message = format!("the attribute `{key}` stands twice");
                self.problems.push(Problem { span: entry.key.span, message });
            }
        }
    }

    fn problem(&mut self, span: Span, message: String) {
        self.problems.push(Problem { span, message });
    }

    fn skip_while(&mut self, goes_on: impl Fn(char) -> bool) {
        let rest = &self.text[self.at..self.end];
        self.at += rest.find(|c| !goes_on(c)).unwrap_or(rest.len());
    }
}

/// `1,3-5`: nothing when it is something else.
pub(crate) fn lines(text: &str) -> Option<Vec<RangeInclusive<u32>>> {
    text.split(',')
        .map(|part| {
            let (first, last) = part.trim().split_once('-').unwrap_or((part.trim(), part.trim()));
            let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
            (1 <= first && first <= last).then_some(first..=last)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Attributes, Vec<Problem>) {
        parse(text, Span::new(0, text.len()))
    }

    #[test]
    fn every_shape_is_read_with_its_bytes() {
        let text = r#"title="a \"b\"" {1,3-5} version=0.5.10 derive {model='x y' #id .big .red}"#;
        let (attributes, problems) = read(text);
        assert_eq!(problems, []);
        assert_eq!(attributes.text("title"), Some("a \"b\""));
        assert_eq!(attributes.get("title").unwrap().span.of(text), r#"a \"b\""#);
        assert_eq!(attributes.lines, [1..=1, 3..=5]);
        assert_eq!(attributes.get("version").unwrap().span.of(text), "0.5.10");
        assert!(attributes.flag("derive") && attributes.get("derive").is_none());
        assert_eq!(attributes.text("model"), Some("x y"));
        assert_eq!(attributes.text("id"), Some("id"));
        assert_eq!(attributes.entries.iter().filter(|entry| &*entry.key.value == "class").count(), 2);
        assert_eq!(attributes.entry("model").unwrap().span.of(text), "model='x y'");
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (text, wrong) in [
            ("version=", "version="),
            ("a=1 title=\"open", "\"open"),
            ("a=1 {b", "{"),
            ("a=1 }", "}"),
            ("a=1 ä=2 a=3", "a"),
            ("a=1 \"loose\"", "\"loose\""),
            ("# x", "#"),
            ("{a=1 {b=2}}", "{b=2"),
        ] {
            let (_, problems) = read(text);
            assert!(!problems.is_empty(), "{text}");
            assert_eq!(problems[0].span.of(text), wrong, "{text}: {problems:?}");
        }
    }

    #[test]
    fn lines_are_numbers_from_one() {
        assert_eq!(lines("2"), Some(vec![2..=2]));
        assert_eq!(lines("0"), None);
        assert_eq!(lines("5-3"), None);
        assert_eq!(lines("a"), None);
    }
}
