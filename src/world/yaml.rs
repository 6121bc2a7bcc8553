//! YAML with positions: a tree in which every key and value knows its bytes.
//!
//! Files that people write are read through this tree, so that *all* of their mistakes are found, each at its
//! word. Data that a program wrote is read straight into types by `serde_yaml`.

use saphyr_parser::{Event, Parser, ScalarStyle, Span as YamlSpan};

use crate::text::Span;

/// One value and the bytes that it takes in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The bytes of the value.
    pub span: Span,
    /// The value.
    pub value: Value,
}

/// A YAML value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A scalar.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// A mapping, in the order written; repeated keys are all kept.
    Mapping(Vec<Entry>),
}

/// One `key: value` of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key's text; keys that are no scalars have the empty text.
    pub key: String,
    /// The bytes of the key.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// A scalar as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text without quotes, escapes resolved.
    pub text: String,
    /// Whether it was written without quotes, so that it may stand for a number, a boolean or null.
    pub plain: bool,
}

/// A key that a mapping already has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    /// The key.
    pub key: String,
    /// Where it stands first.
    pub first: Span,
    /// Where it stands again.
    pub again: Span,
}

/// Why a text is not YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// Where the parser gave up.
    pub span: Span,
}

/// What was read from a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stream {
    /// The documents before the first error.
    pub documents: Vec<Node>,
    /// Keys that stand more than once in one mapping.
    pub duplicates: Vec<DuplicateKey>,
    /// The first syntax error, if any.
    pub error: Option<SyntaxError>,
}

impl Node {
    /// The mapping's entries, if it is a mapping.
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.value {
            Value::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// The list's items, if it is a list.
    pub fn items(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The scalar, if it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The entry of a key, the last one where the key is repeated.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries()?.iter().rev().find(|entry| entry.key == key)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The text of a scalar that is not null.
    pub fn text(&self) -> Option<&str> {
        self.scalar().filter(|scalar| !scalar.is_null()).map(|scalar| scalar.text.as_str())
    }

    /// Whether this is null: `null`, `~` or nothing.
    pub fn is_null(&self) -> bool {
        self.scalar().is_some_and(Scalar::is_null)
    }

    /// What kind of value this is, in a reader's words: `a list`, `the number 8`, `the text "a"`.
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Sequence(_) => "a list".into(),
            Value::Mapping(_) => "a mapping".into(),
            Value::Scalar(scalar) if scalar.is_null() => "null".into(),
            Value::Scalar(scalar) if scalar.boolean().is_some() => format!("`{}`", scalar.text),
            Value::Scalar(scalar) if scalar.number().is_some() => format!("the number {}", scalar.text),
            Value::Scalar(scalar) => format!("the text \"{}\"", scalar.text),
        }
    }
}

impl Scalar {
    /// Whether it stands for null.
    pub fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// The boolean that it stands for.
    pub fn boolean(&self) -> Option<bool> {
        match self.text.as_str() {
            "true" | "True" | "TRUE" if self.plain => Some(true),
            "false" | "False" | "FALSE" if self.plain => Some(false),
            _ => None,
        }
    }

    /// The whole number that it stands for.
    pub fn integer(&self) -> Option<i64> {
        self.plain.then(|| self.text.parse().ok())?
    }

    /// The number that it stands for.
    pub fn number(&self) -> Option<f64> {
        let numeric = self.plain && self.text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        numeric.then(|| self.text.parse().ok())?
    }
}

/// The most nodes that a text may hold after its aliases are written out; more is refused, not expanded.
const MOST_NODES: usize = 2_000_000;

/// The deepest nesting that is read.
const DEEPEST: usize = 128;

/// Reads all documents of a text.
pub fn parse(text: &str) -> Stream {
    let mut builder = Builder {
        offsets: CharOffsets::new(text),
        text,
        stream: Stream::default(),
        open: Vec::new(),
        anchors: Vec::new(),
        nodes: 0,
    };
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    builder.offsets.skipped = usize::from(body.len() != text.len());
    for event in Parser::new_from_str(body) {
        let outcome = match event {
            Ok((event, span)) => builder.event(event, span),
            Err(error) => {
                let at = builder.offsets.byte(error.marker().index());
                Err(SyntaxError { message: error.info().to_lowercase(), span: word_at(text, at) })
            }
        };
        if let Err(error) = outcome {
            builder.stream.error = Some(error);
            break;
        }
    }
    builder.stream
}

/// The word that starts at an offset, for an error that has only a point.
fn word_at(text: &str, at: usize) -> Span {
    let rest = text.get(at..).unwrap_or("");
    let length = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
    Span::new(at, at + length)
}

/// Translates the parser's character offsets to byte offsets.
struct CharOffsets {
    /// The byte offset of every 64th character; empty for ASCII text.
    starts: Vec<usize>,
    text: String,
    skipped: usize,
}

impl CharOffsets {
    fn new(text: &str) -> Self {
        if text.is_ascii() {
            return Self { starts: Vec::new(), text: String::new(), skipped: 0 };
        }
        let starts = text.char_indices().step_by(64).map(|(at, _)| at).collect();
        Self { starts, text: text.to_owned(), skipped: 0 }
    }

    fn byte(&self, character: usize) -> usize {
        let character = character + self.skipped;
        let Some(&start) = self.starts.get(character / 64).or(self.starts.last()) else {
            return character;
        };
        let index = (character / 64).min(self.starts.len() - 1) * 64;
        let rest = &self.text[start..];
        rest.char_indices().nth(character - index).map_or(self.text.len(), |(at, _)| start + at)
    }
}

/// A collection whose end has not come yet.
struct Open {
    span: Span,
    anchor: usize,
    items: Vec<Node>,
    mapping: bool,
}

struct Builder<'a> {
    text: &'a str,
    offsets: CharOffsets,
    stream: Stream,
    open: Vec<Open>,
    anchors: Vec<(usize, Node)>,
    nodes: usize,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: YamlSpan) -> Result<(), SyntaxError> {
        let span = Span::new(self.offsets.byte(span.start.index()), self.offsets.byte(span.end.index()));
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                let span = if plain { self.trimmed(span) } else { span };
                let scalar = Scalar { text: text.into_owned(), plain };
                self.add(Node { span, value: Value::Scalar(scalar) }, anchor)
            }
            Event::SequenceStart(anchor, _) => self.start(span, anchor, false),
            Event::MappingStart(anchor, _) => self.start(span, anchor, true),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => {
                let known = self.anchors.iter().rev().find(|(id, _)| *id == anchor);
                let Some(node) = known.map(|(_, node)| node.clone()) else {
                    return Err(SyntaxError { message: "an alias to itself".into(), span });
                };
                self.nodes += count(&node);
                self.add(Node { span, value: node.value }, 0)
            }
            _ => Ok(()),
        }
    }

    /// The parser lets plain scalars run on over trailing white space.
    fn trimmed(&self, span: Span) -> Span {
        Span::new(span.start, span.start + span.of(self.text).trim_end().len())
    }

    fn start(&mut self, span: Span, anchor: usize, mapping: bool) -> Result<(), SyntaxError> {
        if self.open.len() >= DEEPEST {
            return Err(SyntaxError { message: format!("nested deeper than {DEEPEST} levels"), span });
        }
        self.open.push(Open { span, anchor, items: Vec::new(), mapping });
        Ok(())
    }

    fn end(&mut self, end: Span) -> Result<(), SyntaxError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let last = open.items.last().map_or(open.span.end, |node| node.span.end);
        // A block collection's end event stands after the blank lines that follow it.
        let closed = end.of(self.text);
        let end = if closed == "]" || closed == "}" { end.end } else { last };
        let opens = self.text.get(open.span.start..).unwrap_or("");
        let start = match open.items.first() {
            Some(first) if !opens.starts_with(['[', '{', '-']) => first.span.start,
            _ => open.span.start,
        };
        let span = Span::new(start, end);
        let value = if open.mapping { self.mapping(open.items) } else { Value::Sequence(open.items) };
        self.add(Node { span, value }, open.anchor)
    }

    fn mapping(&mut self, items: Vec<Node>) -> Value {
        let mut entries: Vec<Entry> = Vec::with_capacity(items.len() / 2);
        let mut seen = std::collections::HashMap::with_capacity(items.len() / 2);
        let mut items = items.into_iter();
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            let is_scalar = key.scalar().is_some();
            let text = key.scalar().map(|scalar| scalar.text.clone()).unwrap_or_default();
            // Lists and mappings that are keys are not compared.
            if let Some(&first) = seen.get(&text).filter(|_| is_scalar) {
                self.stream.duplicates.push(DuplicateKey { key: text.clone(), first, again: key.span });
            } else if is_scalar {
                seen.insert(text.clone(), key.span);
            }
            entries.push(Entry { key: text, key_span: key.span, value });
        }
        Value::Mapping(entries)
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), SyntaxError> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Err(SyntaxError { message: "too many values".into(), span: node.span });
        }
        if anchor != 0 {
            self.anchors.push((anchor, node.clone()));
        }
        match self.open.last_mut() {
            Some(open) => open.items.push(node),
            None => self.stream.documents.push(node),
        }
        Ok(())
    }
}

fn count(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(_) => 1,
        Value::Sequence(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Mapping(entries) => 1 + entries.iter().map(|entry| 1 + count(&entry.value)).sum::<usize>(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<&str> {
        fn walk<'a>(node: &Node, text: &'a str, out: &mut Vec<&'a str>) {
            out.push(node.span.of(text));
            for item in node.items().unwrap_or_default() {
                walk(item, text, out);
            }
            for entry in node.entries().unwrap_or_default() {
                out.push(entry.key_span.of(text));
                walk(&entry.value, text, out);
            }
        }
        let mut out = Vec::new();
        for document in parse(text).documents {
            walk(&document, text, &mut out);
        }
        out
    }

    #[test]
    fn every_word_knows_its_bytes() {
        let text = "tp: 8 # x\nä: \"é\"\nlist:\n  - a\n  - {b: [1, 2]}\n";
        let found = spans(text);
        assert_eq!(found[1..5], ["tp", "8", "ä", "\"é\""]);
        assert_eq!(found[5..7], ["list", "- a\n  - {b: [1, 2]}"]);
        assert_eq!(found[7..], ["a", "{b: [1, 2]}", "b", "[1, 2]", "1", "2"]);
    }

    #[test]
    fn repeated_keys_are_reported_and_kept() {
        let stream = parse("tp: 8\ntp: 4\n");
        assert_eq!(stream.duplicates.len(), 1);
        assert_eq!(stream.duplicates[0].again, Span::new(6, 8));
        assert_eq!(stream.documents[0].get("tp").and_then(Node::text), Some("4"));
        assert_eq!(
            parse("? [a]\n: 1\n? {b: c}\n: 2\n").duplicates.len(),
            0,
            "keys that are no scalars differ"
        );
    }

    #[test]
    fn a_syntax_error_has_a_place() {
        let error = parse("a: [1, 2\nb: 3\n").error.expect("not YAML");
        assert!(error.span.start > 0, "{error:?}");
    }

    #[test]
    fn aliases_do_not_explode() {
        let mut text = String::from("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let before = (b'a' + level - 1) as char;
            let name = (b'a' + level) as char;
            text.push_str(&format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 10].join(", ")));
        }
        assert!(parse(&text).error.is_some());
    }
}
