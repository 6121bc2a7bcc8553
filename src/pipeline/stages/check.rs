//! The check of the pages: snippets and links, and what authors silenced.

use std::collections::HashSet;

use rayon::prelude::*;

use super::{ParsedPage, Scene};
use crate::diagnostic::{Checked, Diagnostic};
use crate::links::resolve::{Hrefs, LinkCounts, resolve};
use crate::links::sitemap::Sitemap;
use crate::pipeline::settle::{self, Silenced};
use crate::verify::page::{PageProof, verify};

/// A page that was checked.
#[derive(Debug)]
pub struct CheckedPage<'a> {
    /// The page.
    pub parsed: &'a ParsedPage,
    /// Its blocks.
    pub proof: PageProof,
    /// The addresses of its links.
    pub hrefs: Hrefs,
    /// How many links it has.
    pub links: LinkCounts,
    /// What its author silenced.
    pub silenced: Vec<Silenced>,
}

/// Checks all pages.
pub fn check<'a>(
    scene: &Scene<'_>,
    pages: &'a [ParsedPage],
    sitemap: &Sitemap,
    known: &HashSet<&str>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<CheckedPage<'a>> {
    let context = scene.context();
    let base = scene.inputs.site.base_path();
    let layout = &scene.inputs.site.layout;
    let checked: Vec<Checked<CheckedPage<'a>>> = pages
        .par_iter()
        .map(|parsed| {
            let mut found = parsed.findings.clone();
            let mut proof = verify(&parsed.page, &context);
            found.append(&mut proof.findings);
            let (hrefs, links) =
                resolve(&parsed.page, &parsed.route.url, sitemap, base, layout).take(&mut found);
            crate::diagnostic::finding::sort(&mut found);
            settle::silence(&parsed.page, found, known).map(|silenced| CheckedPage {
                parsed,
                proof,
                hrefs,
                links,
                silenced,
            })
        })
        .collect();
    checked.into_iter().map(|page| page.take(findings)).collect()
}
