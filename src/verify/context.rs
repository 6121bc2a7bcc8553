//! What snippets are judged by.

use crate::catalog::facts::{Facts, ModelFacts};
use crate::catalog::hardware::{HardwareSpec, HardwareTable};
use crate::catalog::vendors::Vendors;
use crate::engine::Engines;
use crate::engine::spec::EngineSpec;
use crate::engine::version::{Version, VersionRange};
use crate::page::front_matter::FrontMatter;
use crate::page::snippet::Snippet;

/// Everything beside a page's text that decides what is right on it.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// All versions of the engine, and the fields.
    pub engines: &'a Engines,
    /// The facts on models.
    pub facts: &'a Facts,
    /// The hardware.
    pub hardware: &'a HardwareTable,
    /// The vendors.
    pub vendors: &'a Vendors,
    /// The models that the diffusion programs serve, by path; sorted.
    pub diffusion_models: &'a [String],
    /// The version of snippets that name none.
    pub default_version: Version,
    /// Judge every snippet for this version, whatever it names.
    pub against: Option<Version>,
}

/// What a snippet says about its surroundings, else its page, else the site.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// The versions that it is judged for, oldest first; never empty unless it names none that is known.
    pub versions: Vec<&'a EngineSpec>,
    /// The model.
    pub model: Option<String>,
    /// The hardware.
    pub hardware: Option<&'a HardwareSpec>,
}

impl<'a> Context<'a> {
    /// The scope of a snippet on a page.
    pub fn scope(&self, snippet: &Snippet, page: &FrontMatter) -> Scope<'a> {
        let attribute = |name: &str| snippet.attributes.text(name).map(str::to_owned);
        let of_page = |value: &Option<crate::page::spanned::Spanned<Box<str>>>| {
            value.as_ref().map(|value| value.value.to_string())
        };
        let version = attribute("version").or_else(|| of_page(&page.version));
        let hardware = attribute("hardware").or_else(|| of_page(&page.hardware));
        Scope {
            versions: self.versions(version.as_deref()),
            model: attribute("model").or_else(|| of_page(&page.model)),
            hardware: hardware.and_then(|name| self.hardware.get(&name)),
        }
    }

    /// The known versions that a range means; the site's where none is named.
    pub fn versions(&self, range: Option<&str>) -> Vec<&'a EngineSpec> {
        if let Some(spec) = self.against.and_then(|version| self.engines.version(version)) {
            return vec![spec];
        }
        let Some(range) = range.and_then(|range| range.parse::<VersionRange>().ok()) else {
            return self
                .engines
                .version(self.default_version)
                .or(self.engines.latest())
                .into_iter()
                .collect();
        };
        self.engines.specs().filter(|spec| range.contains(spec.version)).collect()
    }

    /// The facts on a model.
    pub fn model_facts(&self, path: Option<&str>) -> Option<&'a ModelFacts> {
        self.facts.get(path?)
    }

    /// The program that serves a model: the language-model server, unless the catalog knows it for another.
    pub fn server_of(&self, model: Option<&str>) -> &'static str {
        if model.is_some_and(|path| self.is_diffusion(path)) {
            "sglang.serve.diffusion"
        } else {
            "sglang.launch_server"
        }
    }

    /// Whether the diffusion programs serve a model.
    pub fn is_diffusion(&self, path: &str) -> bool {
        self.diffusion_models.binary_search_by(|known| known.as_str().cmp(path)).is_ok()
    }
}
