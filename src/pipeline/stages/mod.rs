//! The stages of a run, in the order of the files: what pages are judged by, the pages themselves, their rendering.

mod beside;
mod categories;
mod check;
mod children;
mod dates;
mod feed;
mod follow;
mod generators;
mod included;
mod navigated;
mod order;
mod pages;
mod parts;
mod render;
mod sidebars;
pub mod titles;

pub use beside::Beside;
pub use check::{CheckedPage, Checks, Links, check};
pub use follow::{Following, Outside, follow, outside};
pub use generators::generators;
pub use included::included;
pub use navigated::Navigated;
pub use pages::{Map, ParsedPage, pages, sitemap};
pub use render::{Rendered, render};

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::Options;
use super::lacking::Lacking;
use super::load::Inputs;
use super::summary::Summary;
use crate::catalog::{Catalog, outdated};
use crate::diagnostic::{Checked, Diagnostic, Rule};
use crate::engine::Engines;
use crate::engine::version::Version;
use crate::render::generated::{GeneratedPage, Library, Parts, Proven};
use crate::text::{Digest, Digester, Location, SourceFile, Span};
use crate::verify::catalog::{ConfigurationProof, Place, prove as prove_configuration};
use crate::verify::context::Context;
use crate::world::reader::INVALID_VALUE;

/// What all stages see: the site and what its pages are judged by.
#[derive(Debug)]
pub struct Scene<'a> {
    /// What was read.
    pub inputs: &'a Inputs,
    /// The engine's versions.
    pub engines: &'a Engines,
    /// The catalog.
    pub catalog: &'a Catalog,
    /// What the run is asked for.
    pub options: &'a Options,
    /// The version of snippets that name none.
    pub default_version: Version,
    diffusion_models: Vec<String>,
    /// What results are looked up by.
    pub(super) keys: Keys,
}

/// The digests of what all pages read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Keys {
    /// `site.yaml`, and what was said over it.
    site: Digest,
    /// What pages are judged by.
    ground: Digest,
}

impl Keys {
    fn new(inputs: &Inputs, ground: Digest) -> Self {
        let mut site = Digester::default();
        site.add_digest(inputs.site_file.as_ref().map(|file| file.digest()).unwrap_or_default());
        site.add(inputs.site.base_url.as_bytes());
        Self { site: site.finish(), ground }
    }
}

/// Compiles the catalog.
pub fn catalog(inputs: &Inputs, engines: &Engines) -> Checked<Catalog> {
    let files: Vec<_> = inputs.data.iter().map(|(path, file)| (path.as_str(), file)).collect();
    Catalog::from_named(&files, engines.schema())
}

/// Compares the committed compiled files with what the sources compile to. A site that commits none is asked for
/// none.
pub fn outdated(scene: &Scene<'_>) -> Vec<Diagnostic> {
    let generated = &scene.inputs.data;
    if !generated.keys().any(|path| path.starts_with(outdated::GENERATED)) {
        return Vec::new();
    }
    let by_path: HashMap<&str, &Arc<SourceFile>> =
        generated.values().map(|file| (file.path(), file)).collect();
    let compiled: Vec<_> = scene.catalog.versions().flat_map(|(_, models)| models.files()).collect();
    compiled
        .par_iter()
        .filter_map(|file| {
            let source = file.origin.source();
            let committed = by_path.get(&*outdated::generated_path(source.path())?).copied();
            outdated::check(source, file, committed, scene.engines.schema())
        })
        .collect()
}

impl<'a> Scene<'a> {
    /// Sets the scene. A default version that the engine does not have is a finding, and the newest is used.
    pub fn new(
        inputs: &'a Inputs,
        engines: &'a Engines,
        catalog: &'a Catalog,
        options: &'a Options,
        findings: &mut Vec<Diagnostic>,
    ) -> Self {
        let newest = engines.versions().next_back().unwrap_or(Version::release(0, 0, 0));
        let wanted = inputs.site.engine_version.as_deref();
        let known = wanted.map_or(Some(newest), |wanted| {
            wanted.parse::<Version>().ok().filter(|version| engines.version(*version).is_some())
        });
        if let (None, Some(file), Some(wanted)) = (known, &inputs.site_file, wanted) {
            let at = file.text().find(wanted).unwrap_or(0);
            let place = Location::new(file, Span::new(at, at + wanted.len()));
            let versions: Vec<String> = engines.versions().map(|version| format!("`{version}`")).collect();
            let message = format!("there is no data on version `{wanted}` of the engine");
            let finding = Diagnostic::new(&INVALID_VALUE, place, message);
            findings.push(finding.help(format!("the versions known are {}", versions.join(", "))));
        }
        let models = catalog.versions().flat_map(|(_, models)| models.models());
        let diffusion = models.filter(|model| model.attributes.diffusion().is_some());
        let mut diffusion_models: Vec<String> =
            diffusion.map(|model| model.model_path.value.clone()).collect();
        diffusion_models.sort_unstable();
        diffusion_models.dedup();
        let default_version = known.unwrap_or(newest);
        let keys = Keys::default();
        Self { inputs, engines, catalog, options, default_version, diffusion_models, keys }
    }

    /// The same with the digests that results are looked up by; `ground` is that of engines and catalog.
    pub(super) fn with_key(mut self, ground: Digest) -> Self {
        self.keys = Keys::new(self.inputs, ground);
        self
    }

    /// What snippets are judged by.
    pub fn context(&self) -> Context<'_> {
        Context {
            engines: self.engines,
            facts: &self.catalog.facts,
            hardware: &self.catalog.hardware,
            vendors: &self.catalog.vendors,
            diffusion_models: &self.diffusion_models,
            default_version: self.default_version,
            against: self.options.against,
        }
    }
}

/// The proofs of all configurations of a catalog, in its order. They are made once for each catalog, engine and version
/// that is judged for.
#[derive(Debug, Default)]
pub struct Proofs(OnceLock<Vec<Checked<ConfigurationProof>>>);

/// Proves every configuration of the catalog for every version. `proofs` belong to this scene.
pub fn prove<'a>(scene: &Scene<'a>, proofs: &'a Proofs) -> Checked<Vec<Proven<'a>>> {
    let catalog = scene.catalog;
    let mut places = Vec::new();
    for (version, models) in catalog.versions() {
        for file in models.files() {
            for family in &file.families {
                for model in &family.models {
                    let vendor = file.vendor.value.as_str();
                    for (hardware, configuration) in model.configurations() {
                        places.push((vendor, family, Place { version, model, hardware, configuration }));
                    }
                }
            }
        }
    }
    let context = scene.context();
    let make =
        || places.par_iter().map(|(.., place)| prove_configuration(*place, &context)).collect::<Vec<_>>();
    let proofs = proofs.0.get_or_init(make);
    let proven = places.iter().zip(proofs).map(|(&(vendor, family, place), checked)| {
        Checked::new(Proven { place, vendor, family, proof: &checked.value }, checked.findings.clone())
    });
    proven.collect()
}

/// What generated pages and directives are made from.
pub fn library<'a>(
    scene: &Scene<'a>,
    proven: &'a [Proven<'a>],
    rules: &'a [&'static Rule],
    pages: &[Arc<ParsedPage>],
) -> Library<'a> {
    let rule_pages = pages.iter().filter_map(|page| {
        let path = page.page.source.path().strip_prefix("content/rules/")?.strip_suffix(".md")?;
        Some((path.to_owned(), page.route.url.clone()))
    });
    let checks = pages.iter().find(|page| page.page.source.path() == CHECKS_PAGE);
    Library::new(Parts {
        catalog: scene.catalog,
        engines: scene.engines,
        default_version: scene.default_version,
        proven,
        rules,
        rule_urls: rule_pages.collect(),
        checks_url: checks.map(|page| page.route.url.clone()),
    })
}

/// The page that says what a badge is worth.
const CHECKS_PAGE: &str = "content/reference/how-it-is-checked.md";

/// The numbers of a run.
pub fn summary(
    scene: &Scene<'_>,
    proven: &[Proven<'_>],
    checked: &[CheckedPage],
    generated: usize,
) -> Summary {
    let mut summary = Summary {
        pages: checked.iter().filter(|page| !page.parsed.is_part).count() + generated,
        models: scene.catalog.versions().map(|(_, models)| models.models().count()).sum(),
        configurations: proven.len(),
        verdicts: proven
            .iter()
            .flat_map(|proven| &proven.proof.servers)
            .map(|server| server.versions.len())
            .sum(),
        lacking: Lacking::of(proven),
        ..Summary::default()
    };
    for page in checked {
        summary.tally.add(&page.proof.tally);
        summary.links.add(page.links.counts);
        for unread in &page.parsed.page.unread {
            *summary.unread.entry(unread.value.to_string()).or_default() += 1;
        }
    }
    summary.unread.extend(sidebars::unread(scene, checked));
    summary
}

/// A generated page together with the address that it is known by.
pub type Generated<'a> = [GeneratedPage<'a>];
