//! Sources of components that hold commands: checked, and shown nowhere.

use rayon::prelude::*;

use super::Scene;
use crate::diagnostic::{Checked, Diagnostic};
use crate::page::front_matter::FrontMatter;
use crate::page::generator;
use crate::verify::problems;
use crate::verify::snippet::check;
use crate::verify::tally::Tally;

/// Checks the commands in the files that the site names. Only what is wrong by itself counts: any part of a command may
/// be added elsewhere.
pub fn generators(scene: &Scene<'_>, findings: &mut Vec<Diagnostic>) -> Tally {
    let context = scene.context();
    let rules = [
        &problems::UNKNOWN_FLAG,
        &problems::AMBIGUOUS_FLAG,
        &problems::INVALID_CHOICE,
        &problems::INVALID_TYPE,
        &problems::UNEXPECTED_VALUE,
        &problems::REFUSED_FLAG,
    ];
    let sources: Vec<_> = scene.inputs.generators.values().collect();
    let checked: Vec<Checked<Tally>> = sources
        .par_iter()
        .map(|source| {
            let mut tally = Tally::default();
            let mut kept = Vec::new();
            for generated in generator::read(source) {
                let front_matter = FrontMatter::default();
                let scope = context.scope(&generated.snippet, &front_matter);
                let mut found = Vec::new();
                let proof = check(&generated.snippet, &scope, &context, &mut found);
                tally.count(&proof.outcome);
                tally.commands += proof.commands;
                kept.extend(found.into_iter().filter(|finding| {
                    rules.iter().any(|rule| rule.name == finding.rule.name)
                        && !finding.primary.location.span.is_empty()
                        && generated.text.contains(finding.primary.location.span)
                }));
            }
            Checked::new(tally, kept)
        })
        .collect();
    let mut tally = Tally::default();
    for one in checked {
        tally.add(&one.take(findings));
    }
    tally
}
