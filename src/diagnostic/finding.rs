//! One finding.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::{Level, Rule};
use crate::text::Location;

/// A place with an optional word about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub location: Location,
    /// What to say about it; empty when the message says all.
    pub message: String,
}

/// A replacement of some bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub location: Location,
    /// What comes in their place.
    pub replacement: String,
}

/// A change that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the change does: ``replace `--dp-size` by `--attn-dp-size` ``.
    pub description: String,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
    /// Whether the text means the same afterwards, so that `--fix` makes the change; others are suggestions.
    pub safe: bool,
}

impl Fix {
    /// A change that means the same.
    pub fn safe(description: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { description: description.into(), edits, safe: true }
    }

    /// A change that a person should look at.
    pub fn suggestion(description: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { description: description.into(), edits, safe: false }
    }
}

/// One finding: which rule, how grave, where, what, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// Its weight: the rule's, unless the site's configuration changed it.
    pub level: Level,
    /// One sentence that stands alone: lower case, no full stop, names in backticks.
    pub message: String,
    /// The offending word.
    pub primary: Label,
    /// Other places that matter, such as the first of two equal keys.
    pub related: Vec<Label>,
    /// What to do, a sentence each; the nearest valid alternative first.
    pub help: Vec<String>,
    /// A change that mends it, if one is known.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding of `rule` at `location`, at the rule's own level.
    pub fn new(rule: &'static Rule, location: Location, message: impl Into<String>) -> Self {
        Self {
            rule,
            level: rule.level,
            message: message.into(),
            primary: Label { location, message: String::new() },
            related: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// With a word at the offending place.
    #[must_use]
    pub fn label(mut self, message: impl Into<String>) -> Self {
        self.primary.message = message.into();
        self
    }

    /// With another place.
    #[must_use]
    pub fn related(mut self, location: Location, message: impl Into<String>) -> Self {
        self.related.push(Label { location, message: message.into() });
        self
    }

    /// With a sentence on what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// With a sentence on what to do, if there is one.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help.extend(help);
        self
    }

    /// With a change that mends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// What tells this finding from others while the lines around it move: rule, file, offending text and message. Two
    /// findings of one file may have the same.
    pub fn identity(&self) -> [&str; 4] {
        let at = &self.primary.location;
        [self.rule.name, at.source.path(), at.text(), &self.message]
    }

    /// A hash of the identity, for programs that remember findings.
    pub fn fingerprint(&self) -> String {
        let mut hash = blake3::Hasher::new();
        for part in self.identity() {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().to_hex()[..32].to_owned()
    }

    /// The order of a report: by file, place, rule, message.
    pub fn order(&self, other: &Self) -> Ordering {
        self.sort_key().cmp(&other.sort_key())
    }

    fn sort_key(&self) -> (&str, usize, usize, &str, &str) {
        let at = &self.primary.location;
        (at.source.path(), at.span.start, at.span.end, self.rule.name, &self.message)
    }
}

/// Sorts findings as reports show them and drops those that say the same of the same place.
pub fn sort(findings: &mut Vec<Diagnostic>) {
    findings.sort_by(Diagnostic::order);
    findings.dedup_by(|a, b| a.sort_key() == b.sort_key());
}

/// What is found now and was not found before, and how many of the earlier findings are gone.
pub fn news(before: &[Diagnostic], now: &[Diagnostic]) -> (Vec<Diagnostic>, usize) {
    let known: HashSet<[&str; 4]> = before.iter().map(Diagnostic::identity).collect();
    let found: HashSet<[&str; 4]> = now.iter().map(Diagnostic::identity).collect();
    let new = now.iter().filter(|finding| !known.contains(&finding.identity())).cloned().collect();
    (new, known.difference(&found).count())
}
