//! Pages that are made from the catalog and the engines' data rather than from Markdown.
//!
//! [`pages`] lists them; each gives its own part of its template's context, its Markdown twin and its record for
//! the search. Everything that they show was proven before: nothing here lowers, parses or judges.

mod accepted;
mod api;
mod changes;
mod compared;
mod configuration;
mod feed;
mod figures;
pub(crate) mod flags;
mod home;
mod index;
mod listing;
mod model;
mod parts;
mod rows;
mod twin;
pub(crate) mod words;

use std::collections::BTreeMap;

use serde_json::Value;

use self::accepted::Accepted;
pub(crate) use self::accepted::ranges;
pub(crate) use self::configuration::yaml as configuration_yaml;
pub(crate) use self::figures::{Figures, MEMORY_FRACTION};
pub(crate) use self::index::{Index, ModelEntry, Setup, hardware_url, vendor_url};
use self::parts::Part;
pub(crate) use self::rows::gpus;
use crate::catalog::Catalog;
use crate::catalog::compiled::Family;
use crate::catalog::{hardware, vendors};
use crate::diagnostic::Rule;
use crate::engine::Engines;
use crate::engine::version::Version;
use crate::links::route::Route;
use crate::render::highlight::Highlighter;
use crate::render::search::Record;
use crate::render::view::{SiteView, TocItem, contents};
use crate::verify::catalog::{ConfigurationProof, Place};

pub use self::api::api;
pub use self::feed::entries;
pub use self::home::{home, is_rule, rule};

/// What generated pages are made from.
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    /// The catalog.
    pub catalog: &'a Catalog,
    /// All versions of the engine, and the fields.
    pub engines: &'a Engines,
    /// The version that pages show first.
    pub default_version: Version,
    /// Every configuration with its proof, in the catalog's order.
    pub proven: &'a [Proven<'a>],
    /// All rules, sorted by name.
    pub rules: &'a [&'static Rule],
    /// The addresses of the rules' pages from the site's root, by the rules' names.
    pub rule_urls: BTreeMap<String, String>,
    /// The page that says how things are checked, from the site's root.
    pub checks_url: Option<String>,
}

/// A configuration and its proof.
#[derive(Debug)]
pub struct Proven<'a> {
    /// Where it stands in the catalog.
    pub place: Place<'a>,
    /// The id of the model's vendor.
    pub vendor: &'a str,
    /// The model's family.
    pub family: &'a Family,
    /// What every version says of it.
    pub proof: &'a ConfigurationProof,
}

/// What generated pages are made from, in the order of their addresses.
#[derive(Debug)]
pub struct Library<'a> {
    /// The parts.
    pub parts: Parts<'a>,
    pub(crate) index: Index<'a>,
    /// All engine versions, oldest first.
    pub(crate) versions: Vec<Version>,
    /// The engine's name.
    pub(crate) engine: &'a str,
}

impl<'a> Library<'a> {
    /// Puts everything in order, once for all pages.
    pub fn new(parts: Parts<'a>) -> Self {
        let engine = parts.engines.latest().map_or("the engine", |spec| spec.engine.as_str());
        Self { index: Index::new(&parts), versions: parts.engines.versions().collect(), engine, parts }
    }

    /// The configuration's versions as a badge.
    pub(crate) fn accepted(&self, setup: &Setup<'_>, site: &SiteView) -> Accepted {
        Accepted::new(&setup.accepted(&self.versions), &self.versions, self.checks_address(site))
    }

    /// The address of the page that says how things are checked; empty where there is none.
    pub(crate) fn checks_address(&self, site: &SiteView) -> String {
        self.parts.checks_url.as_ref().map(|url| site.address(url)).unwrap_or_default()
    }
}

/// One page that is made from data.
#[derive(Debug)]
pub struct GeneratedPage<'a> {
    /// Its address.
    pub route: Route,
    /// Its title.
    pub title: String,
    /// One sentence about it.
    pub description: Option<String>,
    /// The sentence below the title.
    pub lead: Option<String>,
    /// What kind of page it is: `model`, `hardware`, `flags`, …
    pub kind: &'static str,
    /// Its template.
    pub template: &'static str,
    /// Its place among its siblings.
    pub position: Option<f64>,
    /// Whether it stays out of the sidebar.
    pub hidden: bool,
    subject: Subject<'a>,
}

/// What a page is about.
#[derive(Debug)]
enum Subject<'a> {
    Models(Part),
    Vendor(&'a str, Part),
    /// The index of the model.
    Model(usize),
    HardwareIndex,
    Hardware(&'a str, Part),
    Flags {
        version: Version,
        program: &'a str,
    },
    Changes {
        from: Version,
        to: Version,
    },
}

/// A generated page with what every one has.
fn page<'a>(
    url: &str,
    title: impl Into<String>,
    kind: &'static str,
    template: &'static str,
    subject: Subject<'a>,
) -> GeneratedPage<'a> {
    GeneratedPage {
        route: Route::new(url),
        title: title.into(),
        description: None,
        lead: None,
        kind,
        template,
        position: None,
        hidden: false,
        subject,
    }
}

/// All generated pages, in the order of their sections.
pub fn pages<'a>(library: &'a Library<'a>) -> Vec<GeneratedPage<'a>> {
    let mut pages = listing::pages(library);
    pages.extend(flags::pages(library));
    pages.extend(changes::pages(library));
    pages
}

impl<'a> GeneratedPage<'a> {
    fn described(mut self, description: impl Into<String>) -> Self {
        let description = description.into();
        self.lead = Some(description.clone());
        self.description = Some(description);
        self
    }

    fn at(mut self, position: f64) -> Self {
        self.position = Some(position);
        self
    }

    /// The page's own part of its template's context.
    pub fn view(&self, library: &Library<'_>, site: &SiteView, highlighter: &Highlighter) -> Value {
        match self.subject {
            Subject::Models(part) => listing::models(library, site, part),
            Subject::Vendor(id, part) => listing::vendor(library, site, id, part),
            Subject::Model(index) => library
                .index
                .models
                .get(index)
                .map_or(Value::Null, |entry| model::view(library, site, highlighter, entry)),
            Subject::HardwareIndex => listing::hardware_index(library, site),
            Subject::Hardware(id, part) => listing::hardware(library, site, id, part),
            Subject::Flags { version, program } => flags::view(library, site, version, program),
            Subject::Changes { from, to } => changes::view(library, site, from, to),
        }
    }

    /// The page's table of contents.
    pub fn toc(&self, library: &Library<'_>) -> Vec<TocItem> {
        let headings = self.headings(library);
        contents(headings.iter().map(|(level, id, text)| (*level, id.as_str(), text.as_str())))
    }

    /// The same as Markdown.
    pub fn markdown(&self, library: &Library<'_>) -> String {
        twin::markdown(self, library)
    }

    /// What readers can find of it.
    pub fn record(&self, library: &Library<'_>) -> Option<Record> {
        twin::record(self, library)
    }

    /// Its commands in the words of schema.org.
    pub fn code(&self, library: &Library<'_>, site: &SiteView) -> Vec<Value> {
        let Subject::Model(index) = self.subject else { return Vec::new() };
        library.index.models.get(index).map(|entry| model::code(library, site, entry)).unwrap_or_default()
    }

    /// The file that a reader edits to change the page.
    pub fn source(&self, library: &Library<'_>) -> Option<String> {
        match self.subject {
            Subject::Model(index) => {
                library.index.models.get(index).map(|entry| entry.model.origin.source().path().to_owned())
            }
            Subject::Vendor(..) => Some(vendors::FILE.to_owned()),
            Subject::HardwareIndex | Subject::Hardware(..) => Some(hardware::FILE.to_owned()),
            Subject::Models(_) | Subject::Flags { .. } | Subject::Changes { .. } => None,
        }
    }

    /// The files that it is made from.
    pub fn sources(&self, library: &Library<'_>) -> Vec<String> {
        let of_models = |entries: &mut dyn Iterator<Item = &ModelEntry<'_>>| {
            entries.flat_map(|entry| entry.sources(library)).collect::<Vec<_>>()
        };
        let of_engine = |version: Version| format!("data/engines/{}/{version}.yaml", library.engine);
        let index = &library.index;
        let mut sources = match self.subject {
            Subject::Model(at) => of_models(&mut index.models.get(at).into_iter()),
            Subject::Vendor(id, part) => of_models(&mut part.slice(index.of_vendor(id)).iter()),
            Subject::Hardware(id, part) => {
                let places = part.slice(index.on(id)).iter();
                of_models(&mut places.filter_map(|&place| Some(index.setup(place)?.0)))
            }
            Subject::Models(part) => of_models(&mut part.slice(&index.models).iter()),
            Subject::Flags { version, .. } => vec![of_engine(version)],
            Subject::Changes { from, to } => vec![of_engine(from), of_engine(to)],
            Subject::HardwareIndex => Vec::new(),
        };
        sources.extend(self.source(library));
        sources.sort_unstable();
        sources.dedup();
        sources
    }

    /// Level, id and words of every heading.
    fn headings(&self, library: &Library<'_>) -> Vec<(u8, String, String)> {
        match self.subject {
            Subject::Model(index) => library.index.models.get(index).map(model::headings).unwrap_or_default(),
            Subject::Vendor(id, part) => listing::vendor_headings(library, id, part),
            Subject::Flags { version, program } => flags::headings(library, version, program),
            Subject::Changes { from, to } => changes::headings(library, from, to),
            Subject::Hardware(..) => vec![(2, "configurations".into(), "Configurations".into())],
            Subject::Models(_) | Subject::HardwareIndex => Vec::new(),
        }
    }

    /// The ids that a fragment can name.
    pub fn anchors(&self, library: &Library<'_>) -> Vec<String> {
        let mut anchors: Vec<String> = self.headings(library).into_iter().map(|(_, id, _)| id).collect();
        if let Subject::Flags { version, program } = self.subject {
            anchors.extend(flags::anchors(library, version, program));
        }
        if let Subject::Model(index) = self.subject
            && let Some(entry) = library.index.models.get(index)
        {
            anchors.extend(model::tab_anchors(entry));
        }
        anchors
    }
}
