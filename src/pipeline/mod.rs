//! The one place that names the order of the stages: load → compile catalog → parse → verify → resolve links →
//! render. Publishing is left to who called.
//!
//! [`run`] is a pure function of what [`load`] read: `build`, `check` and `serve` call the same one and differ only
//! in where the artifact goes. Every stage works on all pages at once, in parallel, and gives back what it found.

pub mod baseline;
pub mod engines;
pub mod load;
pub mod rules;
pub mod settle;
pub mod stages;
pub mod summary;

use std::collections::HashSet;

use self::load::Inputs;
use self::settle::Silenced;
use self::summary::Summary;
use crate::catalog::Catalog;
use crate::diagnostic::{Checked, Diagnostic};
use crate::engine::Engines;
use crate::engine::version::Version;
use crate::links::route::Route;
use crate::render::artifact::Artifact;

/// What a run is asked for, beside the site.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Publish drafts, too.
    pub drafts: bool,
    /// Judge every snippet for this version, whatever it names.
    pub against: Option<Version>,
    /// Whether the files of the site are wanted, or only what is found.
    pub render: bool,
}

/// What a run made.
#[derive(Debug, Default)]
pub struct Built {
    /// The files of the site; empty when only findings were wanted.
    pub artifact: Artifact,
    /// What was done, in numbers.
    pub summary: Summary,
    /// What authors silenced, with their reasons.
    pub silenced: Vec<Silenced>,
    /// The files that were checked, for reports that list clean ones.
    pub files: Vec<String>,
    /// The pages that were made from files: the file's path, and the page's address.
    pub pages: Vec<(String, Route)>,
}

/// What pages are judged by: the engine's data, the compiled catalog and the proofs of its configurations. It depends on the files below `data/` and on
/// the name of the engine, so that who runs the stages again and again needs it only when those changed.
#[derive(Debug)]
pub struct Ground {
    engines: Engines,
    catalog: Catalog,
    proofs: stages::Proofs,
    findings: Vec<Diagnostic>,
}

impl Ground {
    /// Reads the engine's data and compiles the catalog.
    pub fn read(inputs: &Inputs, progress: &(dyn Fn(&str) + Sync)) -> Self {
        let mut findings = Vec::new();
        progress("reading the engine's data");
        let engines = engines::read(inputs, &inputs.site.engine).take(&mut findings);
        progress("compiling the catalog");
        let catalog = stages::catalog(inputs, &engines).take(&mut findings);
        Self { engines, catalog, proofs: stages::Proofs::default(), findings }
    }
}

/// Runs all stages on a site. `progress` is told what comes next.
pub fn run(inputs: &Inputs, options: &Options, progress: &(dyn Fn(&str) + Sync)) -> Checked<Built> {
    run_on(&Ground::read(inputs, progress), inputs, options, progress)
}

/// Runs the stages that follow on [`Ground::read`], which was given the same `data/` and the same engine.
pub fn run_on(
    ground: &Ground,
    inputs: &Inputs,
    options: &Options,
    progress: &(dyn Fn(&str) + Sync),
) -> Checked<Built> {
    let Ground { engines, catalog, proofs, findings } = ground;
    let mut findings = findings.clone();
    let registry = rules::all();
    let known: HashSet<&str> = registry.iter().map(|rule| rule.name).collect();

    let scene = stages::Scene::new(inputs, engines, catalog, options, &mut findings);
    findings.extend(stages::outdated(&scene));
    progress("proving configurations");
    let proven = stages::prove(&scene, proofs).take(&mut findings);
    progress("reading pages");
    let pages = stages::pages(&scene, &mut findings);
    progress("checking snippets and links");
    let library = stages::library(&scene, &proven, &registry, &pages);
    let generated = crate::render::generated::pages(&library);
    let sitemap = stages::sitemap(&scene, &pages, &generated, &mut findings);
    let checked = stages::check(&scene, &pages, &sitemap, &known, &mut findings);
    let mut summary = stages::summary(&scene, &proven, &checked, generated.len());
    settle::minimum(inputs, &summary.tally, &mut findings);
    let silenced: Vec<Silenced> = checked.iter().flat_map(|page| page.silenced.iter().cloned()).collect();
    summary.silenced = silenced.len();

    let mut artifact = Artifact::new();
    if options.render {
        progress("rendering");
        artifact = stages::render(&scene, &checked, &library, &generated, &sitemap).take(&mut findings);
    }
    settle::levels(&inputs.site, inputs.site_file.as_ref(), &known, &mut findings);
    let files = inputs.pages.keys().chain(inputs.data.keys()).cloned().collect();
    let pages =
        checked.iter().map(|page| (page.parsed.page.source.path().to_owned(), page.parsed.route.clone()));
    let pages = pages.collect();
    Checked::new(Built { artifact, summary, silenced, files, pages }, findings)
}
