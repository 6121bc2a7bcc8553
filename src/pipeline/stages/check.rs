//! The check of the pages: snippets and links, and what authors silenced.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Map, ParsedPage, Scene, parts};
use crate::diagnostic::{Checked, Diagnostic};
use crate::links::resolve::{BROKEN_PAGE, Hrefs, LinkCounts, resolve};
use crate::pipeline::memo::Memo;
use crate::pipeline::settle::{self, Silenced};
use crate::text::{Digest, Digester};
use crate::verify::page::{PageProof, verify};

/// A page that was checked.
#[derive(Clone, Debug)]
pub struct CheckedPage {
    /// The page.
    pub parsed: Arc<ParsedPage>,
    /// Its blocks.
    pub proof: Arc<PageProof>,
    /// Its links.
    pub links: Arc<Links>,
    checks: Arc<Checks>,
    /// The digest of all that it was made from.
    pub(super) key: Digest,
}

impl CheckedPage {
    /// What its author silenced.
    pub fn silenced(&self) -> &[Silenced] {
        &self.checks.value
    }
}

/// The links of a page.
#[derive(Debug)]
pub struct Links {
    /// The addresses.
    pub hrefs: Hrefs,
    /// How many there are.
    pub counts: LinkCounts,
    findings: Vec<Diagnostic>,
    /// The digest of the addresses and of what was found.
    key: Digest,
}

/// What is left of the findings of a page, and what its author silenced.
pub type Checks = Checked<Vec<Silenced>>;

/// Checks all pages.
pub fn check(
    scene: &Scene<'_>,
    memo: &mut Memo,
    pages: &[Arc<ParsedPage>],
    map: &Map,
    known: &HashSet<&str>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<CheckedPage> {
    let context = scene.context();
    let judged = |parsed: &Arc<ParsedPage>| Digest::all([parsed.key, scene.keys.ground]);
    let proofs = memo.proofs.all(pages, judged, |parsed| verify(&parsed.page, &context));
    let linked = |parsed: &Arc<ParsedPage>| Digest::all([parsed.key, map.key]);
    let links = memo.links.all(pages, linked, |parsed| Links::of(scene, parsed, map));
    let key = |(parsed, links): &(&Arc<ParsedPage>, &Arc<Links>)| Digest::all([judged(parsed), links.key]);
    let pairs: Vec<_> = pages.iter().zip(&links).collect();
    let keys: Vec<Digest> = pairs.iter().map(key).collect();
    let all: Vec<_> =
        pairs.iter().zip(&proofs).zip(keys).map(|((pair, proof), key)| (pair, proof, key)).collect();
    let checks = memo.checked.all(
        &all,
        |(.., key)| *key,
        |((parsed, links), proof, _)| {
            let mut found = parsed.findings.clone();
            found.extend(proof.findings.iter().cloned());
            found.extend(links.findings.iter().cloned());
            crate::diagnostic::finding::sort(&mut found);
            settle::silence(&parsed.page, found, known)
        },
    );
    let checked = all.iter().zip(checks).map(|(((parsed, links), proof, key), checks)| {
        findings.extend(checks.findings.iter().cloned());
        CheckedPage {
            parsed: Arc::clone(parsed),
            proof: Arc::clone(proof),
            links: Arc::clone(links),
            checks,
            key: *key,
        }
    });
    checked.collect()
}

impl Links {
    fn of(scene: &Scene<'_>, parsed: &ParsedPage, map: &Map) -> Self {
        let site = &scene.inputs.site;
        let mut findings = Vec::new();
        let resolved = resolve(&parsed.page, &parsed.route.url, map, site.base_path(), &site.layout);
        let (hrefs, counts) = resolved.take(&mut findings);
        findings.append(&mut parts::missing(scene.inputs, &parsed.page));
        if parsed.is_part {
            // Addresses in a part lead on from the pages that hold it.
            findings.retain(|finding| !is_relative_address(finding));
        }
        let mut key = Digester::default();
        hrefs.iter().for_each(|href| key.add(href.as_bytes()));
        if !findings.is_empty() {
            key.add(format!("{findings:?}").as_bytes());
        }
        Self { hrefs, counts, findings, key: key.finish() }
    }
}

fn is_relative_address(finding: &Diagnostic) -> bool {
    let written = finding.primary.location.text();
    let path = written.split(['#', '?']).next().unwrap_or(written);
    finding.rule.name == BROKEN_PAGE.name
        && !path.starts_with(['/', '@'])
        && !path.ends_with(".md")
        && !path.ends_with(".mdx")
}
