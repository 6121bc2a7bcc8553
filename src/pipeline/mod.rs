//! The one place that names the order of the stages: load → compile catalog → parse → verify → resolve links →
//! render. Publishing is left to who called.
//!
//! [`run`] is a pure function of what [`load`] read: `build`, `check` and `serve` call the same one and differ only
//! in where the artifact goes. Every stage works on all pages at once, in parallel, and gives back what it found.
//! [`run_again`] does the same and looks up in a [`memo`] what the run before has made of the same content.

pub mod baseline;
pub mod engines;
pub mod history;
pub mod kept;
pub mod lacking;
pub mod load;
pub mod memo;
pub mod mend;
pub mod rules;
pub mod settle;
pub mod stages;
pub mod summary;

use std::collections::HashSet;
use std::sync::{Arc, LazyLock, OnceLock};

use self::load::Inputs;
use self::memo::Memo;
use self::settle::Silenced;
use self::stages::{Beside, Following, Outside};
use self::summary::Summary;
use crate::catalog::Catalog;
use crate::diagnostic::{Checked, Diagnostic, Rule};
use crate::engine::Engines;
use crate::engine::version::Version;
use crate::links::route::Route;
use crate::render::artifact::Artifact;
use crate::text::{Digest, Digester};

/// What a run is asked for, beside the site.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Publish drafts, too.
    pub drafts: bool,
    /// Judge every snippet for this version, whatever it names.
    pub against: Option<Version>,
    /// Whether the files of the site are wanted, or only what is found.
    pub render: bool,
    /// Whether the files that list or index the whole site are to be made later, when somebody asks for them.
    pub later: bool,
    /// Whether the finished pages are read back, and every address in them followed.
    pub follow: bool,
    /// Whether the links that lead to other hosts are wanted.
    pub outside: bool,
}

/// What a run made.
#[derive(Debug, Default)]
pub struct Built {
    /// The files of the site; empty when only findings were wanted.
    pub artifact: Artifact,
    /// The files that list or index the whole site, where they were to be made later.
    pub later: Option<Arc<Beside>>,
    /// What the links of the site can be followed with, where that is left for later.
    pub following: Option<Arc<Following>>,
    /// What was done, in numbers.
    pub summary: Summary,
    /// What authors silenced, with their reasons.
    pub silenced: Vec<Silenced>,
    /// The files that were checked, for reports that list clean ones.
    pub files: Vec<String>,
    /// The pages that were made from files: the file's path, and the page's address.
    pub pages: Vec<(String, Route)>,
    /// The links that lead to other hosts; empty when they were not wanted.
    pub outside: Vec<Outside>,
}

/// What pages are judged by: the engine's data, the compiled catalog and the proofs of its configurations.
#[derive(Debug)]
pub struct Ground {
    engines: Engines,
    catalog: Catalog,
    proofs: stages::Proofs,
    outdated: OnceLock<Vec<Diagnostic>>,
    findings: Vec<Diagnostic>,
}

impl Ground {
    /// The digest of all that it is read from.
    fn key(inputs: &Inputs, options: &Options) -> Digest {
        let mut key = Digester::default();
        key.add(
            format!("{:?} {:?} {:?}", inputs.site.engine, inputs.site.engine_version, options.against)
                .as_bytes(),
        );
        key.add_digest(inputs.site_file.as_ref().map(|file| file.digest()).unwrap_or_default());
        inputs.data.values().for_each(|file| key.add_digest(file.digest()));
        key.finish()
    }

    /// Reads the engine's data and compiles the catalog.
    fn read(inputs: &Inputs, progress: &(dyn Fn(&str) + Sync)) -> Self {
        let mut findings = Vec::new();
        progress("reading the engine's data");
        let engines = engines::read(inputs, &inputs.site.engine).take(&mut findings);
        progress("compiling the catalog");
        let catalog = stages::catalog(inputs, &engines).take(&mut findings);
        Self { engines, catalog, proofs: stages::Proofs::default(), outdated: OnceLock::new(), findings }
    }
}

/// Runs all stages on a site. `progress` is told what comes next.
pub fn run(inputs: &Inputs, options: &Options, progress: &(dyn Fn(&str) + Sync)) -> Checked<Built> {
    run_again(&mut Memo::default(), inputs, options, progress)
}

/// Runs all stages on a site, and makes only what `memo` does not know from the run before.
pub fn run_again(
    memo: &mut Memo,
    inputs: &Inputs,
    options: &Options,
    progress: &(dyn Fn(&str) + Sync),
) -> Checked<Built> {
    let key = Ground::key(inputs, options);
    let known = memo.ground.take().filter(|(known, _)| *known == key);
    let (_, ground) = known.unwrap_or_else(|| (key, Arc::new(Ground::read(inputs, progress))));
    memo.ground = Some((key, Arc::clone(&ground)));
    let Ground { engines, catalog, proofs, outdated, findings } = &*ground;
    let mut findings = findings.clone();
    static REGISTRY: LazyLock<Vec<&'static Rule>> = LazyLock::new(rules::all);
    static KNOWN: LazyLock<HashSet<&'static str>> =
        LazyLock::new(|| REGISTRY.iter().map(|rule| rule.name).collect());

    let scene = stages::Scene::new(inputs, engines, catalog, options, &mut findings).with_key(key);
    findings.extend(outdated.get_or_init(|| stages::outdated(&scene)).iter().cloned());
    progress("proving configurations");
    let proven = stages::prove(&scene, proofs).take(&mut findings);
    progress("reading pages");
    let pages = stages::pages(&scene, memo, &mut findings);
    progress("checking snippets and links");
    let library = stages::library(&scene, &proven, &REGISTRY, &pages);
    let generated = crate::render::generated::pages(&library);
    let sitemap = stages::sitemap(&scene, memo, &pages, &library, &generated, &mut findings);
    let checked = stages::check(&scene, memo, &pages, &sitemap, &KNOWN, &mut findings);
    let mut summary = stages::summary(&scene, &proven, &checked, generated.len());
    summary.tally.add(&stages::generators(&scene, &mut findings));
    summary.tally.add(&stages::included(&scene, &checked, &mut findings));
    settle::minimum(inputs, &summary.tally, &mut findings);
    let mut silenced: Vec<Silenced> =
        checked.iter().flat_map(|page| page.silenced().iter().cloned()).collect();
    silenced.append(&mut stages::titles::titles(&checked).take(&mut findings));

    let mut artifact = Artifact::new();
    let (mut later, mut following) = (None, None);
    if options.render {
        progress("rendering");
        let rendered =
            stages::render(&scene, memo, &checked, &library, &generated, &sitemap).take(&mut findings);
        if let Some((pages, beside)) = rendered {
            artifact = pages;
            if options.later {
                later = Some(Arc::new(beside));
                let known = Following::new(&scene, &checked, &silenced, &findings);
                following = Some(Arc::new(known));
            } else {
                progress("listing and indexing");
                beside.look_up(&mut memo.index);
                beside.add_to(&mut artifact, &mut findings);
            }
        }
    }
    if options.follow && options.render {
        progress("following links");
        let known = stages::follow(&scene, &checked, &silenced, &artifact, &mut findings);
        silenced.extend(known);
    }
    summary.silenced = silenced.len();
    settle::levels(&inputs.site, inputs.site_file.as_ref(), &KNOWN, &mut findings);
    let outside = if options.outside { stages::outside(&scene, &checked, &artifact) } else { Vec::new() };
    let files = inputs.pages.keys().chain(inputs.data.keys()).chain(inputs.generators.keys());
    let files = files.cloned().collect();
    let pages = checked.iter().filter(|page| !page.parsed.is_part);
    let pages = pages.map(|page| (page.parsed.page.source.path().to_owned(), page.parsed.route.clone()));
    let pages = pages.collect();
    Checked::new(Built { artifact, later, following, summary, silenced, files, pages, outside }, findings)
}
