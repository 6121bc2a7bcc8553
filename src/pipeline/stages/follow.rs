//! The finished pages read back, and the links that lead out of the site.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Beside, CheckedPage, Scene};
use crate::catalog::outdated::GENERATED;
use crate::diagnostic::{Checked, Diagnostic, Level};
use crate::links::built::{self, Origins};
use crate::links::external;
use crate::links::resolve::ON_HOST;
use crate::page::links::LinkKind;
use crate::pipeline::settle::{self, Silenced};
use crate::render::artifact::Artifact;
use crate::render::search;
use crate::text::{Location, SourceFile};
use crate::world::site::Site;

/// What is known of the links of a site beside its files. With it they can be followed when the pages are shown
/// already.
#[derive(Clone, Debug)]
pub struct Following {
    site: Site,
    sources: Vec<Arc<SourceFile>>,
    checked: Vec<CheckedPage>,
    reported: HashSet<String>,
    /// The addresses of what stands on the host beside the site, as authors said.
    on_host: HashSet<Box<str>>,
}

/// Follows every address of the built site. Gives what authors silenced.
pub fn follow(
    scene: &Scene<'_>,
    checked: &[CheckedPage],
    silenced: &[Silenced],
    artifact: &Artifact,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Silenced> {
    Following::new(scene, checked, silenced, findings).follow(artifact, |_| false).take(findings)
}

impl Following {
    /// What the stages before know.
    pub fn new(
        scene: &Scene<'_>,
        checked: &[CheckedPage],
        silenced: &[Silenced],
        findings: &[Diagnostic],
    ) -> Self {
        let inputs = scene.inputs;
        let reported = findings.iter().chain(silenced.iter().map(|(finding, _)| finding));
        let reported = reported.filter(|finding| finding.rule.group() == "link");
        // What is compiled says again what a source says.
        let (compiled, written): (Vec<_>, Vec<_>) =
            inputs.data.iter().partition(|(path, _)| path.starts_with(GENERATED));
        let data = written.into_iter().chain(compiled).map(|(_, file)| file);
        let sources = inputs.templates.values().chain(&inputs.site_file).chain(data);
        // Feeds and pages that are published as they are.
        let published = inputs.assets.iter().filter(|(path, _)| built::is_read_back(path));
        let published = published
            .map(|(_, asset)| SourceFile::new(asset.source.as_str(), String::from_utf8_lossy(&asset.bytes)));
        let links = checked.iter().flat_map(|page| page.parsed.page.links.iter().zip(&page.links.hrefs));
        let on_host = links.filter(|(link, _)| link.destination.starts_with(ON_HOST));
        Self {
            on_host: on_host.map(|(_, href)| href.clone()).collect(),
            site: inputs.site.clone(),
            sources: sources.cloned().chain(published).collect(),
            checked: checked.to_vec(),
            reported: reported.map(|finding| finding.primary.location.text().to_owned()).collect(),
        }
    }

    /// What is wrong with the links of these files and the lists beside them, at the levels that the site gives. The
    /// index of the search is not made for that.
    pub fn findings(&self, artifact: &Artifact, beside: &Beside) -> Vec<Diagnostic> {
        let mut whole = artifact.clone();
        let lists = beside.lists();
        for (path, bytes) in lists.value.files() {
            whole.add(path, Arc::clone(bytes));
        }
        let mut found = self.follow(&whole, |inside| inside.starts_with(search::FOLDER)).findings;
        found.extend(lists.findings.iter().cloned());
        for finding in &mut found {
            finding.level = self.site.level(finding.rule.name).unwrap_or(finding.level);
        }
        found.retain(|finding| finding.level != Level::Off);
        crate::diagnostic::finding::sort(&mut found);
        found
    }

    /// Follows the addresses of these files. `unmade` files are there though they were not made.
    fn follow(&self, artifact: &Artifact, unmade: impl Fn(&str) -> bool + Sync) -> Checked<Vec<Silenced>> {
        let found = self.with_origins(unmade, |origins| {
            let files = artifact.files().map(|(path, bytes)| (path, &**bytes));
            built::check(files, &self.site.base_url, origins)
        });
        settle::silence_later(&self.checked, found)
    }

    /// Works with where addresses of the built site may have come from.
    fn with_origins<T>(
        &self,
        unmade: impl Fn(&str) -> bool + Sync,
        work: impl FnOnce(&Origins<'_>) -> T,
    ) -> T {
        let pages = self.checked.iter().filter(|page| !page.parsed.is_part);
        let pages = pages.map(|page| (page.parsed.route.output(), Arc::clone(&page.parsed.page.source)));
        let base_path = self.site.base_path();
        let layout = &self.site.layout;
        let elsewhere = |address: &str| {
            let inside = address.strip_prefix(base_path);
            let matches =
                |address: &str| layout.elsewhere.matches(address.split('#').next().unwrap_or(address));
            self.on_host.contains(address)
                || matches(address)
                || inside.is_some_and(|inside| unmade(inside) || matches(&format!("/{inside}")))
        };
        let with_more = self.checked.iter().filter(|page| page.parsed.page.has_more_anchors);
        let origins = Origins {
            sources: self.sources.iter().collect(),
            pages: pages.collect(),
            reported: self.reported.clone(),
            elsewhere: &elsewhere,
            has_more: with_more.map(|page| page.parsed.route.output()).collect(),
        };
        work(&origins)
    }
}

/// A link to another host.
#[derive(Clone, Debug)]
pub struct Outside {
    /// The address.
    pub address: String,
    /// Where it is written.
    pub place: Location,
    /// The rules about other hosts that its page silences there, with the reasons.
    pub silences: Vec<(&'static str, String)>,
}

/// All links that lead to other hosts: those of pages where they stand, in the order of the pages; then those that
/// templates and data put into the built site, each once.
pub fn outside(scene: &Scene<'_>, checked: &[CheckedPage], artifact: &Artifact) -> Vec<Outside> {
    let mut all = Vec::new();
    for page in checked {
        let page = &page.parsed.page;
        for link in &page.links {
            if matches!(link.kind, LinkKind::Email | LinkKind::UndefinedReference) {
                continue;
            }
            let Some(address) = built::at_other_host(&link.destination) else { continue };
            let span = link.destination_span;
            let silences = external::RULES
                .iter()
                .filter_map(|rule| Some((rule.name, settle::reason(page, rule.name, span)?.to_owned())));
            let silences = silences.collect();
            all.push(Outside { address, place: Location::new(&page.source, span), silences });
        }
    }
    let site = &scene.inputs.site;
    let known: HashSet<&str> = all.iter().map(|link| link.address.as_str()).collect();
    // Links to edit a page lead to a form, and exist for pages that were never pushed.
    let edits = site.edit_url.as_deref().and_then(|url| url.split_once("{path}")).map(|(before, _)| before);
    let is_wanted =
        |address: &str| !known.contains(address) && !edits.is_some_and(|edits| address.starts_with(edits));
    let following = Following::new(scene, checked, &[], &[]);
    let found = following.with_origins(
        |_| false,
        |origins| {
            let files = artifact.files().map(|(path, bytes)| (path, &**bytes));
            built::outside(files, &site.base_url, origins, &is_wanted)
        },
    );
    let others = found.into_iter();
    all.extend(others.map(|(address, place)| Outside { address, place, silences: Vec::new() }));
    all
}
