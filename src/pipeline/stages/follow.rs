//! The finished pages read back, and the links that lead out of the site.

use std::sync::Arc;

use super::{CheckedPage, Scene};
use crate::diagnostic::Diagnostic;
use crate::links::built::{self, Origins};
use crate::page::links::LinkKind;
use crate::pipeline::settle::Silenced;
use crate::render::artifact::Artifact;
use crate::text::{Location, SourceFile};

/// Follows every address of the built site.
pub fn follow(
    scene: &Scene<'_>,
    checked: &[CheckedPage],
    silenced: &[Silenced],
    artifact: &Artifact,
    findings: &mut Vec<Diagnostic>,
) {
    let inputs = scene.inputs;
    let reported = findings.iter().chain(silenced.iter().map(|(finding, _)| finding));
    let reported = reported.filter(|finding| finding.rule.group() == "link");
    let sources: Vec<&Arc<SourceFile>> =
        inputs.templates.values().chain(&inputs.site_file).chain(inputs.data.values()).collect();
    let pages = checked.iter().filter(|page| !page.parsed.is_part);
    let pages = pages.map(|page| (page.parsed.route.output(), Arc::clone(&page.parsed.page.source)));
    let base_path = inputs.site.base_path();
    let layout = &inputs.site.layout;
    let elsewhere = |address: &str| {
        let inside = address.strip_prefix(base_path).map(|rest| format!("/{rest}"));
        let matches = |address: &str| layout.elsewhere.matches(address.split('#').next().unwrap_or(address));
        matches(address) || inside.is_some_and(|inside| matches(&inside))
    };
    let origins = Origins {
        sources,
        pages: pages.collect(),
        reported: reported.map(|finding| finding.primary.location.text().to_owned()).collect(),
        elsewhere: &elsewhere,
    };
    let files = artifact.files().map(|(path, bytes)| (path, &**bytes));
    let found = built::check(files, &inputs.site.base_url, &origins);
    findings.extend(found);
}

/// The links of all pages that lead to other hosts, in the order of the pages.
pub fn outside(checked: &[CheckedPage]) -> Vec<(String, Location)> {
    let mut all = Vec::new();
    for page in checked {
        let page = &page.parsed.page;
        for link in &page.links {
            let is_link = !matches!(link.kind, LinkKind::Email | LinkKind::UndefinedReference);
            let address = &*link.destination;
            if is_link && (address.starts_with("http://") || address.starts_with("https://")) {
                all.push((address.to_owned(), Location::new(&page.source, link.destination_span)));
            }
        }
    }
    all
}
