//! What the rules lacked to judge everything: which facts, how often, and of which models.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::render::generated::Proven;
use crate::verify::catalog::weights_path;
use crate::verify::tally::Tally;

/// What rules lacked to judge the configurations of the catalog, by fact and rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lacking(BTreeMap<(&'static str, &'static str), OfConfigurations>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct OfConfigurations {
    servers: usize,
    models: BTreeSet<String>,
}

/// A fact that a rule lacked, as reports for programs have it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Lacked<'a> {
    /// What is not known: `the number of attention heads`.
    pub fact: &'static str,
    /// The rule that was not applied.
    pub rule: &'static str,
    /// How many blocks of pages it was not applied to.
    pub snippets: usize,
    /// How many servers of configurations.
    pub configurations: usize,
    /// The weights that those configurations run.
    pub models: Vec<&'a str>,
}

impl Lacking {
    /// What was lacking of these configurations.
    pub(super) fn of(proven: &[Proven<'_>]) -> Self {
        let mut all: BTreeMap<_, OfConfigurations> = BTreeMap::new();
        for one in proven {
            for lacked in &one.proof.not_judged {
                let entry = all.entry((lacked.lacks, lacked.rule)).or_default();
                entry.servers += 1;
                let model = weights_path(one.place);
                if !entry.models.contains(model) {
                    entry.models.insert(model.to_owned());
                }
            }
        }
        Self(all)
    }

    /// The same together with what was lacking of the blocks of pages, sorted by fact and rule.
    pub(super) fn list<'a>(&'a self, tally: &Tally) -> Vec<Lacked<'a>> {
        let mut snippets = BTreeMap::new();
        for (&(rule, fact), &count) in &tally.not_judged {
            snippets.insert((fact, rule), count);
        }
        let keys: BTreeSet<_> = self.0.keys().chain(snippets.keys()).copied().collect();
        let lacked = |(fact, rule)| {
            let of_configurations = self.0.get(&(fact, rule));
            Lacked {
                fact,
                rule,
                snippets: snippets.get(&(fact, rule)).copied().unwrap_or_default(),
                configurations: of_configurations.map_or(0, |found| found.servers),
                models: of_configurations
                    .map(|found| found.models.iter().map(String::as_str).collect())
                    .unwrap_or_default(),
            }
        };
        keys.into_iter().map(lacked).collect()
    }
}
