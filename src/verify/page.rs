//! The pass over one page: every block, then pairs, then what authors expected or silenced.

use super::context::Context;
use super::pair::{self, Side};
use super::snippet::{Launch, Proof, check};
use super::tally::{Outcome, Tally};
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::page::Page;
use crate::page::snippet::Snippet;
use crate::text::Location;

/// A block that was to show a finding and does not.
pub static UNMET_EXPECTATION: Rule = Rule::new(
    "snippet/unmet-expectation",
    Level::Error,
    "a block with `expect` has the finding that it is to show",
);

/// A page's blocks, checked.
#[derive(Debug, Default)]
pub struct PageProof {
    /// The proofs, in the order of the page's snippets.
    pub snippets: Vec<Proof>,
    /// What was counted.
    pub tally: Tally,
    /// What was found.
    pub findings: Vec<Diagnostic>,
}

/// Checks all blocks of a page.
pub fn verify(page: &Page, context: &Context<'_>) -> PageProof {
    let mut proof = PageProof::default();
    for snippet in &page.snippets {
        let scope = context.scope(snippet, &page.front_matter);
        let mut findings = Vec::new();
        let mut checked = check(snippet, &scope, context, &mut findings);
        proof.tally.count(&checked.outcome);
        proof.tally.commands += checked.commands;
        for not_judged in &checked.not_judged {
            *proof.tally.not_judged.entry((not_judged.rule, not_judged.lacks)).or_default() += 1;
        }
        if let Some(other) = partner(snippet, &proof.snippets) {
            compare(snippet, &proof.snippets[other], &checked, context, &mut findings);
        }
        // What a rule calls an error is not called checked, whichever parser takes it.
        if findings.iter().any(|finding| finding.level == Level::Error) {
            checked.accepted.clear();
        }
        // What a block is to show, it is to show in its own version.
        expect(snippet, context.against.is_none(), &checked.outcome, &mut findings);
        proof.findings.append(&mut findings);
        proof.snippets.push(checked);
    }
    proof
}

/// The earlier block that this one makes a pair with.
fn partner(snippet: &Snippet, proofs: &[Proof]) -> Option<usize> {
    let before = snippet
        .follows
        .or_else(|| snippet.attributes.flag("pair").then(|| snippet.index.checked_sub(1))?)?;
    (before < proofs.len()).then_some(before)
}

/// Compares a block of YAML with the command behind it, where each describes one server.
fn compare(
    snippet: &Snippet,
    before: &Proof,
    this: &Proof,
    context: &Context<'_>,
    findings: &mut Vec<Diagnostic>,
) {
    let ([yaml], [command]) = (before.launches.as_slice(), this.launches.as_slice()) else { return };
    if yaml.is_command || !command.is_command || snippet.attributes.text("pair") == Some("false") {
        return;
    }
    let (of_yaml, of_command) = (|name: &str| yaml.place(name), |name: &str| Launch::place(command, name));
    findings.extend(pair::compare(
        context.engines.schema(),
        &Side { block: &yaml.block, place: &of_yaml },
        &Side { block: &command.block, place: &of_command },
        snippet.attributes.flag("pair"),
    ));
}

/// Takes the findings away that a block is there to show; where `all` have to show up, one that does not is a finding.
fn expect(snippet: &Snippet, all: bool, outcome: &Outcome, findings: &mut Vec<Diagnostic>) {
    let Some(expected) = snippet.attributes.get("expect") else { return };
    for rule in expected.value.split([',', ' ']).filter(|rule| !rule.is_empty()) {
        let before = findings.len();
        findings.retain(|finding| finding.rule.name != rule);
        if all && findings.len() == before && !matches!(outcome, Outcome::Unchecked(_)) {
            let place = Location::new(snippet.code.source(), expected.span);
            let message = format!("this block does not have the finding `{rule}` that it is to show");
            findings.push(Diagnostic::new(&UNMET_EXPECTATION, place, message));
        }
    }
}
