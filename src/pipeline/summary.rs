//! What a run did, in numbers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use super::lacking::{Lacked, Lacking};
use crate::diagnostic::report::{Counts, plural};
use crate::links::resolve::LinkCounts;
use crate::verify::tally::Tally;

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Pages, those made from data included.
    pub pages: usize,
    /// Models of the catalog.
    pub models: usize,
    /// Configurations of the catalog.
    pub configurations: usize,
    /// Verdicts on configurations: one for each configuration, server and engine version.
    pub verdicts: usize,
    /// Blocks of code.
    pub tally: Tally,
    /// Links.
    pub links: LinkCounts,
    /// What rules lacked to judge all configurations.
    pub lacking: Lacking,
    /// Findings that authors silenced.
    pub silenced: usize,
    /// What only a program can read: components that are shown as what they hold, and expressions that are not shown.
    pub unread: BTreeMap<String, usize>,
}

/// The summary as reports for programs have it.
#[derive(Debug, Serialize)]
pub struct JsonSummary<'a> {
    pages: usize,
    models: usize,
    configurations: usize,
    verdicts: usize,
    snippets: JsonSnippets<'a>,
    lacking: Vec<Lacked<'a>>,
    links: JsonLinks,
    silenced: usize,
    unread: &'a BTreeMap<String, usize>,
}

#[derive(Debug, Serialize)]
struct JsonSnippets<'a> {
    found: usize,
    checked: &'a std::collections::BTreeMap<&'static str, usize>,
    syntax_only: &'a std::collections::BTreeMap<String, usize>,
    unchecked: &'a std::collections::BTreeMap<String, usize>,
    commands: usize,
    not_judged: usize,
}

#[derive(Debug, Serialize)]
struct JsonLinks {
    internal: usize,
    external: usize,
}

impl Summary {
    /// The summary for a JSON report.
    pub fn json(&self) -> JsonSummary<'_> {
        JsonSummary {
            pages: self.pages,
            models: self.models,
            configurations: self.configurations,
            verdicts: self.verdicts,
            snippets: JsonSnippets {
                found: self.tally.found,
                checked: &self.tally.checked,
                syntax_only: &self.tally.syntax_only,
                unchecked: &self.tally.unchecked,
                commands: self.tally.commands,
                not_judged: self.tally.not_judged.values().sum(),
            },
            lacking: self.lacking.list(&self.tally),
            links: JsonLinks { internal: self.links.internal, external: self.links.external },
            silenced: self.silenced,
            unread: &self.unread,
        }
    }

    /// The summary as a person reads it at the end of a run.
    pub fn text(&self, findings: Counts, took: Duration) -> String {
        let mut text = String::new();
        let tally = &self.tally;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}, {}, {} ({})",
            plural(self.pages, "page"),
            plural(self.models, "model"),
            plural(self.configurations, "configuration"),
            plural(self.verdicts, "verdict"),
        );
        let _ = writeln!(
            text,
            "{}: {} checked{}, {} syntax only{}, {} unchecked{}; {} judged",
            plural(tally.found, "snippet"),
            tally.checked_total(),
            listed(&tally.checked),
            tally.syntax_only.values().sum::<usize>(),
            listed(&tally.syntax_only),
            tally.unchecked.values().sum::<usize>(),
            listed(&tally.unchecked),
            plural(tally.commands, "command"),
        );
        let lacking = self.lacking.list(tally);
        for (place, count) in PLACES {
            let mut facts = BTreeMap::new();
            for lacked in lacking.iter().filter(|lacked| count(lacked) > 0) {
                *facts.entry(lacked.fact).or_default() += count(lacked);
            }
            let total: usize = facts.values().sum();
            if total > 0 {
                let rules = plural(total, "rule");
                let _ = writeln!(text, "{rules} not judged in {place}, for want of a fact{}", listed(&facts));
            }
        }
        let _ = writeln!(
            text,
            "{} in the site, {} to other hosts (not looked up)",
            plural(self.links.internal, "link"),
            self.links.external
        );
        if !self.unread.is_empty() {
            let total: usize = self.unread.values().sum();
            let _ = writeln!(text, "{} of MDX not read{}", plural(total, "piece"), listed(&self.unread));
        }
        let silenced =
            if self.silenced > 0 { format!(", {} silenced", self.silenced) } else { String::new() };
        let _ = writeln!(text, "{}{silenced}, in {:.2} s", findings.sentence(), took.as_secs_f64());
        text
    }
}

/// How often a fact was lacking in one kind of place.
type Count = fn(&Lacked<'_>) -> usize;

/// Where a rule can lack a fact.
const PLACES: [(&str, Count); 2] =
    [("snippets", |lacked| lacked.snippets), ("configurations", |lacked| lacked.configurations)];

/// ` (12 commands, 3 engine blocks)`, most first.
fn listed<K: std::fmt::Display>(counts: &std::collections::BTreeMap<K, usize>) -> String {
    let mut parts: Vec<(usize, String)> =
        counts.iter().map(|(what, count)| (*count, what.to_string())).collect();
    parts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    if parts.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = parts.into_iter().map(|(count, what)| format!("{count} {what}")).collect();
    format!(" ({})", parts.join(", "))
}
