//! The catalog of models and the ways to serve them.
//!
//! Vendor → family → model → hardware → configuration → engine. People write it in the compact language of
//! [`source`]; [`mod@compile`] writes it out into the shape of [`compiled`], which [`mod@emit`] turns into the committed
//! text and [`read_compiled`] reads back. [`facts`], [`hardware`] and [`vendors`] are the tables beside it,
//! [`memory`] is arithmetic on them, [`mod@changes`] compares engine versions. A [`Catalog`] ties all together.

pub mod changes;
pub mod compile;
pub mod compiled;
pub mod emit;
pub mod facts;
pub mod hardware;
pub mod memory;
pub mod outdated;
pub mod read_compiled;
pub mod schema;
pub mod source;
pub mod spanned;
pub mod vendors;

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::catalog::changes::Changes;
use crate::catalog::compile::{DUPLICATE_MODEL, Tables};
use crate::catalog::compiled::{CompiledFile, Model};
use crate::catalog::facts::{Facts, ModelFacts};
use crate::catalog::hardware::{HardwareSpec, HardwareTable};
use crate::catalog::outdated::{GENERATED, SOURCES};
use crate::catalog::vendors::Vendors;
use crate::diagnostic::{Checked, Diagnostic, Label};
use crate::engine::fields::Schema;
use crate::engine::version::Version;
use crate::text::SourceFile;

/// The compiled models of all engine versions, and the tables beside them.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    versions: IndexMap<Version, CatalogVersion>,
    /// The vendors.
    pub vendors: Vendors,
    /// The hardware.
    pub hardware: HardwareTable,
    /// The facts on models.
    pub facts: Facts,
}

/// The compiled models of one engine version.
#[derive(Clone, Debug, Default)]
pub struct CatalogVersion {
    files: Vec<CompiledFile>,
    by_name: HashMap<String, Place>,
    by_path: HashMap<String, Vec<Place>>,
}

/// Where a model stands: indices of file, family and model.
#[derive(Clone, Copy, Debug)]
struct Place {
    file: usize,
    family: usize,
    model: usize,
}

impl Catalog {
    /// Reads and compiles all files of a site's catalog, told apart by their paths; other files are left alone.
    pub fn from_files(files: &[Arc<SourceFile>], schema: &Schema) -> Checked<Self> {
        let files: Vec<_> = files.iter().map(|file| (file.path(), file)).collect();
        Self::from_named(&files, schema)
    }

    /// Reads and compiles files under the paths that they would have in a site of our own, wherever they lie.
    pub fn from_named(files: &[(&str, &Arc<SourceFile>)], schema: &Schema) -> Checked<Self> {
        let mut findings = Vec::new();
        let named = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, file)| *file);
        let vendors = named(vendors::FILE).map(Vendors::read).unwrap_or_default().take(&mut findings);
        let hardware = named(hardware::FILE).map(HardwareTable::read).unwrap_or_default().take(&mut findings);
        let has_facts = |name: &str| is_below(name, facts::FOLDER) || is_below(name, facts::BUILT_IN);
        let of_facts = files.iter().filter(|(name, _)| has_facts(name));
        let of_facts: Vec<_> = of_facts.map(|(_, file)| Arc::clone(file)).collect();
        let facts = Facts::read(&of_facts).take(&mut findings);
        let tables = Tables { vendors: &vendors, hardware: &hardware, schema };
        let mut compiled = Vec::new();
        for &(name, file) in files {
            if let Some(version) = version_of(name, SOURCES) {
                compiled.push((version, compile_file(file, tables).take(&mut findings)));
            } else if let Some(version) = version_of(name, GENERATED).filter(|_| !has_source(name, &named)) {
                // A catalog that was compiled elsewhere comes without sources.
                compiled.push((version, read_compiled::read(file, schema).take(&mut findings)));
            }
        }
        let mut catalog = Self::new(compiled).take(&mut findings);
        (catalog.vendors, catalog.hardware, catalog.facts) = (vendors, hardware, facts);
        Checked::new(catalog, findings)
    }

    /// A catalog of compiled files, without tables. Models that stand in two files of one version are findings.
    pub fn new(files: impl IntoIterator<Item = (Version, CompiledFile)>) -> Checked<Self> {
        let mut catalog = Self::default();
        let mut findings = Vec::new();
        for (version, file) in files {
            catalog.versions.entry(version).or_default().add(file, &mut findings);
        }
        catalog.versions.sort_unstable_keys();
        Checked::new(catalog, findings)
    }

    /// The versions with their models, the oldest first.
    pub fn versions(&self) -> impl DoubleEndedIterator<Item = (Version, &CatalogVersion)> {
        self.versions.iter().map(|(&version, models)| (version, models))
    }

    /// The models of a version.
    pub fn version(&self, version: Version) -> Option<&CatalogVersion> {
        self.versions.get(&version)
    }

    /// The newest version.
    pub fn latest(&self) -> Option<Version> {
        self.versions.last().map(|(&version, _)| version)
    }

    /// The facts on the model with these weights.
    pub fn facts_for(&self, model_path: &str) -> Option<&ModelFacts> {
        self.facts.get(model_path)
    }

    /// The hardware of a name.
    pub fn hardware_named(&self, name: &str) -> Option<&HardwareSpec> {
        self.hardware.get(name)
    }

    /// The versions that have a model of this name, the oldest first, with that model.
    pub fn versions_of(&self, name: &str) -> impl Iterator<Item = (Version, &Model)> {
        self.versions().filter_map(move |(version, models)| Some((version, models.model(name)?)))
    }

    /// What changed from one version to another; a version without models has none.
    pub fn changes(&self, from: Version, to: Version) -> Changes<'_> {
        let models = |version| self.versions.get(&version).into_iter().flat_map(CatalogVersion::models);
        changes::changes(models(from), models(to))
    }
}

impl CatalogVersion {
    /// The compiled files, in the order given.
    pub fn files(&self) -> &[CompiledFile] {
        &self.files
    }

    /// All models, file after file.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.files.iter().flat_map(CompiledFile::models)
    }

    /// The model of a name.
    pub fn model(&self, name: &str) -> Option<&Model> {
        self.by_name.get(name).map(|&place| self.at(place))
    }

    /// The models with these weights; more than one where configurations of one checkpoint stand as models.
    pub fn models_at(&self, model_path: &str) -> impl Iterator<Item = &Model> {
        self.by_path.get(model_path).into_iter().flatten().map(|&place| self.at(place))
    }

    fn at(&self, place: Place) -> &Model {
        &self.files[place.file].families[place.family].models[place.model]
    }

    fn add(&mut self, file: CompiledFile, findings: &mut Vec<Diagnostic>) {
        let index = self.files.len();
        for (family, models) in file.families.iter().enumerate() {
            for (number, model) in models.models.iter().enumerate() {
                let place = Place { file: index, family, model: number };
                self.by_path.entry(model.model_path.value.clone()).or_default().push(place);
                match self.by_name.get(&model.name.value) {
                    // The compiler has reported the names that stand twice in one file.
                    Some(first) if first.file == index => {}
                    Some(&first) => findings.push(twice(self.at(first), model)),
                    None => {
                        self.by_name.insert(model.name.value.clone(), place);
                    }
                }
            }
        }
        self.files.push(file);
    }
}

/// Reads and compiles one source file.
pub fn compile_file(file: &Arc<SourceFile>, tables: Tables<'_>) -> Checked<CompiledFile> {
    let mut findings = Vec::new();
    let source = source::read(file, tables.schema).take(&mut findings);
    let compiled = compile::compile(&source, tables).take(&mut findings);
    Checked::new(compiled, findings)
}

/// The engine version whose source or compiled file this is, by the folder that it lies in.
pub fn version_of_file(file: &SourceFile) -> Option<Version> {
    version_of(file.path(), SOURCES).or_else(|| version_of(file.path(), GENERATED))
}

fn version_of(path: &str, folder: &str) -> Option<Version> {
    let (version, _) = path.strip_prefix(folder)?.strip_prefix('/')?.split_once('/')?;
    is_yaml(path).then(|| version.parse().ok())?
}

/// Whether the source of a compiled file is there.
fn has_source<'f>(path: &str, named: &impl Fn(&str) -> Option<&'f Arc<SourceFile>>) -> bool {
    let rest = path.strip_prefix(GENERATED).unwrap_or_default();
    named(&format!("{SOURCES}{rest}")).is_some()
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')) && is_yaml(path)
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml")
}

fn twice(first: &Model, second: &Model) -> Diagnostic {
    let location = second.origin.locate(second.name.span);
    let message = format!("the model `{}` stands in two files", second.name.value);
    let mut found = Diagnostic::new(&DUPLICATE_MODEL, location, message).help("keep one of the two");
    found
        .related
        .push(Label { location: first.origin.locate(first.name.span), message: "first here".into() });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        Schema::read(&SourceFile::new("engine.yaml", include_str!("../../data/schema/engine.yaml"))).value
    }

    fn file(path: &str, text: &str) -> Arc<SourceFile> {
        SourceFile::new(path, text)
    }

    fn source(name: &str) -> String {
        format!(
            "vendor: v\ndefaults: {{ hardware: {{ H200: {{ tp: 8 }} }}, configurations: [{{ name: default }}] }}\nfamilies: [{{ name: F, llm: {{ thinking_capability: hybrid }}, models: [{{ name: {name}, quantization: fp8 }}] }}]\n"
        )
    }

    #[test]
    fn a_compiled_file_without_a_source_is_read_as_it_is() {
        let text = "vendor: v\nfamilies:\n- name: F\n  models:\n  - name: A\n    model_path: v/A\n    attributes:\n      llm:\n        thinking_capability: hybrid\n    hardware:\n      H200:\n        configurations:\n        - name: default\n          attributes: {}\n          engine:\n            tp: 8\n  surprise: 1\n";
        let files = [file("data/models/generated/v0.5.6/a.yaml", text)];
        let Checked { value: catalog, findings } = Catalog::from_files(&files, &schema());
        assert_eq!(catalog.versions_of("A").count(), 1);
        assert!(
            findings.iter().any(|finding| finding.primary.location.text() == "surprise"),
            "{findings:#?}"
        );
    }

    #[test]
    fn files_are_told_apart_by_their_paths_and_models_found_by_name_and_path() {
        let files = [
            file("data/models/vendors.yaml", "vendors: { v: { name: V, huggingface_org: V-Org } }\n"),
            file("data/hardware.yaml", "hardware: { H200: { memory_gb: 141, gpus_per_node: 8 } }\n"),
            file("data/models/facts/v.yaml", "V-Org/A: { architecture: dense }\n"),
            file("data/models/src/v0.5.10/a.yaml", &source("A")),
            file("data/models/src/v0.5.6/a.yaml", &source("A")),
            file("data/models/src/v0.5.6/b.yaml", &source("B")),
            file("data/models/src/README.md", "not: [yaml"),
            file("data/models/generated/v0.5.6/a.yaml", "left alone, since its source is there"),
        ];
        let Checked { value: catalog, findings } = Catalog::from_files(&files, &schema());
        assert!(findings.is_empty(), "{findings:#?}");
        let old: Version = "0.5.6".parse().unwrap();
        assert_eq!(catalog.latest(), "0.5.10".parse().ok());
        assert_eq!(
            catalog.versions_of("A").map(|(version, _)| version.to_string()).collect::<Vec<_>>(),
            ["0.5.6", "0.5.10"]
        );
        assert_eq!(catalog.versions_of("B").count(), 1);
        let version = catalog.version(old).unwrap();
        assert_eq!(version.model("B").unwrap().model_path.value, "V-Org/B");
        assert_eq!(version.models_at("V-Org/A").count(), 1);
        assert!(catalog.facts_for("V-Org/A").is_some() && catalog.facts_for("V-Org/B").is_none());
        assert_eq!(catalog.hardware_named("H200").unwrap().gpus_per_node, 8);
        assert_eq!(version_of_file(&files[7]), Some(old));
        assert_eq!(version_of_file(&files[6]), None);
    }

    #[test]
    fn a_model_in_two_files_of_a_version_is_found() {
        let files = [
            file("data/models/vendors.yaml", "vendors: { v: { name: V, huggingface_org: v } }\n"),
            file("data/hardware.yaml", "hardware: { H200: { memory_gb: 141, gpus_per_node: 8 } }\n"),
            file("data/models/src/v0.5.6/a.yaml", &source("A")),
            file("data/models/src/v0.5.6/b.yaml", &source("A")),
        ];
        let findings = Catalog::from_files(&files, &schema()).findings;
        let [found] = findings.as_slice() else { panic!("{findings:#?}") };
        assert_eq!((found.rule.name, found.primary.location.text()), ("catalog/duplicate-model", "A"));
        assert_eq!(found.primary.location.source.path(), "data/models/src/v0.5.6/b.yaml");
        assert_eq!(found.related[0].location.source.path(), "data/models/src/v0.5.6/a.yaml");
    }
}
