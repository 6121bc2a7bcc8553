//! What was looked at and what was not: the honest denominator of a run.

use std::collections::BTreeMap;

/// What became of one block of code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Checked against an engine, the schema or its pair: what it was.
    Checked(&'static str),
    /// Parsed, with nothing in it to compare with an engine: its language.
    SyntaxOnly(String),
    /// Not checked: why.
    Unchecked(String),
}

/// Counts of blocks by what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Blocks found.
    pub found: usize,
    /// Blocks checked, by what they were.
    pub checked: BTreeMap<&'static str, usize>,
    /// Blocks of which the syntax was checked, by language.
    pub syntax_only: BTreeMap<String, usize>,
    /// Blocks that were not checked, by reason.
    pub unchecked: BTreeMap<String, usize>,
    /// Commands of engine programs, which blocks hold any number of.
    pub commands: usize,
    /// Rules that lacked a fact, by rule and fact.
    pub not_judged: BTreeMap<(&'static str, &'static str), usize>,
}

impl Tally {
    /// Counts one block.
    pub fn count(&mut self, outcome: &Outcome) {
        self.found += 1;
        match outcome {
            Outcome::Checked(kind) => *self.checked.entry(kind).or_default() += 1,
            Outcome::SyntaxOnly(language) => *self.syntax_only.entry(language.clone()).or_default() += 1,
            Outcome::Unchecked(reason) => *self.unchecked.entry(reason.clone()).or_default() += 1,
        }
    }

    /// Blocks that were checked.
    pub fn checked_total(&self) -> usize {
        self.checked.values().sum()
    }

    /// Adds another tally.
    pub fn add(&mut self, other: &Self) {
        self.found += other.found;
        self.commands += other.commands;
        merge(&mut self.checked, &other.checked);
        merge(&mut self.syntax_only, &other.syntax_only);
        merge(&mut self.unchecked, &other.unchecked);
        merge(&mut self.not_judged, &other.not_judged);
    }
}

fn merge<K: Ord + Clone>(into: &mut BTreeMap<K, usize>, from: &BTreeMap<K, usize>) {
    for (key, count) in from {
        // Most keys are known, and cost no copy then.
        match into.get_mut(key) {
            Some(known) => *known += count,
            None => drop(into.insert(key.clone(), *count)),
        }
    }
}
