//! Reading YAML that people write: every mistake is a finding at its word, and reading goes on.

use super::yaml::{self, Entry, Node};
use crate::diagnostic::{Checked, Diagnostic, Level, Rule};
use crate::text::nearest::did_you_mean;
use crate::text::{Excerpt, Span};

/// The text is not YAML.
pub static SYNTAX: Rule = Rule::new("yaml/syntax", Level::Error, "the text is valid YAML");
/// A key stands twice in one mapping.
pub static DUPLICATE_KEY: Rule = Rule::new("yaml/duplicate-key", Level::Error, "a mapping has each key once");
/// A key that has no meaning here.
pub static UNKNOWN_KEY: Rule = Rule::new("yaml/unknown-key", Level::Error, "every key is one that is read");
/// A value of another type than its key wants.
pub static WRONG_TYPE: Rule = Rule::new("yaml/wrong-type", Level::Error, "every value has its key's type");
/// A key that has to be there is not.
pub static MISSING_KEY: Rule = Rule::new("yaml/missing-key", Level::Error, "every required key is there");
/// A value outside of what its key allows.
pub static INVALID_VALUE: Rule =
    Rule::new("yaml/invalid-value", Level::Error, "every value is one that its key allows");

/// The rules of this module.
pub static RULES: [&Rule; 6] =
    [&SYNTAX, &DUPLICATE_KEY, &UNKNOWN_KEY, &WRONG_TYPE, &MISSING_KEY, &INVALID_VALUE];

/// Reads all documents of an excerpt; syntax errors and repeated keys are findings.
pub fn documents(excerpt: &Excerpt) -> Checked<Vec<Node>> {
    let stream = yaml::parse(excerpt.text());
    let mut findings = Vec::new();
    for duplicate in &stream.duplicates {
        let message = format!("the key `{}` stands twice in this mapping", duplicate.key);
        findings.push(
            Diagnostic::new(&DUPLICATE_KEY, excerpt.locate(duplicate.again), message)
                .label("again here")
                .related(excerpt.locate(duplicate.first), "first here")
                .help("keep one of the two; alternatives belong into two blocks or into a list"),
        );
    }
    if let Some(error) = stream.error {
        let message = format!("this is not valid YAML: {}", error.message);
        findings.push(Diagnostic::new(&SYNTAX, excerpt.locate(error.span), message));
    }
    Checked::new(stream.documents, findings)
}

/// Takes values out of a tree and keeps what is wrong with them.
#[derive(Debug)]
pub struct Reader<'a> {
    excerpt: &'a Excerpt,
    /// What was found so far.
    pub findings: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    /// A reader of trees of this excerpt.
    pub fn new(excerpt: &'a Excerpt) -> Self {
        Self { excerpt, findings: Vec::new() }
    }

    /// The excerpt that positions refer to.
    pub fn excerpt(&self) -> &'a Excerpt {
        self.excerpt
    }

    /// Adds a finding at some bytes of the excerpt.
    pub fn report(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.findings.push(Diagnostic::new(rule, self.excerpt.locate(span), message));
        self.findings.last_mut().expect("just pushed")
    }

    /// The entries of a mapping whose keys must be among `known`; `what` names the mapping in messages.
    pub fn mapping<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> &'n [Entry] {
        let Some(entries) = node.entries() else {
            self.wrong_type(node, what, "a mapping");
            return &[];
        };
        for entry in entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            self.unknown_key(entry, what, known);
        }
        entries
    }

    /// Reports a key that `what` does not have.
    pub fn unknown_key(&mut self, entry: &Entry, what: &str, known: &[&str]) {
        let message = format!("`{}` is not a key of {what}", entry.key);
        let help = did_you_mean(&entry.key, known.iter().copied()).unwrap_or_else(|| {
            format!("{what} has {}", known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", "))
        });
        self.report(&UNKNOWN_KEY, entry.key_span, message).help.push(help);
    }

    /// Reports a value of another type than wanted.
    pub fn wrong_type(&mut self, node: &Node, what: &str, wanted: &str) {
        let message = format!("{what} must be {wanted}, not {}", node.describe());
        let span =
            Span::new(node.span.start, node.span.start + first_line(node.span.of(self.excerpt.text())));
        self.report(&WRONG_TYPE, span, message);
    }

    /// A text; numbers and booleans are taken as they are written.
    pub fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        let text = node.text();
        if text.is_none() {
            self.wrong_type(node, what, "a text");
        }
        text.map(str::to_owned)
    }

    /// A boolean.
    pub fn boolean(&mut self, node: &Node, what: &str) -> Option<bool> {
        let value = node.scalar().and_then(|scalar| scalar.boolean());
        if value.is_none() {
            self.wrong_type(node, what, "`true` or `false`");
        }
        value
    }

    /// A whole number.
    pub fn integer(&mut self, node: &Node, what: &str) -> Option<i64> {
        let value = node.scalar().and_then(|scalar| scalar.integer());
        if value.is_none() {
            self.wrong_type(node, what, "a whole number");
        }
        value
    }

    /// A number.
    pub fn number(&mut self, node: &Node, what: &str) -> Option<f64> {
        let value = node.scalar().and_then(|scalar| scalar.number());
        if value.is_none() {
            self.wrong_type(node, what, "a number");
        }
        value
    }

    /// A list of texts.
    pub fn texts(&mut self, node: &Node, what: &str) -> Vec<String> {
        let Some(items) = node.items() else {
            self.wrong_type(node, what, "a list");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.text(item, &format!("an item of {what}"))).collect()
    }

    /// One word of a few.
    pub fn word<'w>(&mut self, node: &Node, what: &str, words: &[&'w str]) -> Option<&'w str> {
        let text = self.text(node, what)?;
        let found = words.iter().find(|word| **word == text).copied();
        if found.is_none() {
            let list = words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ");
            let help = did_you_mean(&text, words.iter().copied());
            let message = format!("`{text}` is not a value of {what}; it is one of {list}");
            self.report(&INVALID_VALUE, node.span, message).help.extend(help);
        }
        found
    }
}

fn first_line(text: &str) -> usize {
    text.find(['\n', '\r']).unwrap_or(text.len())
}
