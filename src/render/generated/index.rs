//! Vendors, families, models and their configurations in the order and under the addresses of their pages.
//!
//! Made once for a site, so that no page has to look through the configurations of others.

use std::collections::{BTreeMap, HashMap, HashSet};

use indexmap::IndexMap;

use super::figures::flag;
use super::words::slug;
use super::{Library, Parts, Proven};
use crate::catalog::compiled::Model;
use crate::engine::version::Version;
use crate::verify::catalog::VersionProof;

/// Everything that has a page, or a part of one.
#[derive(Debug, Default)]
pub(crate) struct Index<'a> {
    /// Vendors that have models, by id, in the order of their table.
    pub(crate) vendors: IndexMap<&'a str, VendorEntry<'a>>,
    /// All models, vendor after vendor, family after family.
    pub(crate) models: Vec<ModelEntry<'a>>,
    /// What runs on each hardware, by its id.
    on_hardware: HashMap<&'a str, OnHardware>,
    /// Models by their names.
    by_name: BTreeMap<&'a str, usize>,
    /// Models by the path of their weights.
    by_path: BTreeMap<&'a str, usize>,
}

/// A vendor and its families.
#[derive(Debug)]
pub(crate) struct VendorEntry<'a> {
    /// The name that people read.
    pub(crate) name: &'a str,
    /// Its families by name.
    pub(crate) families: IndexMap<&'a str, FamilyEntry<'a>>,
}

/// A family and its models.
#[derive(Debug)]
pub(crate) struct FamilyEntry<'a> {
    /// One sentence about it.
    pub(crate) description: Option<&'a str>,
    /// Indices of its models.
    pub(crate) models: Vec<usize>,
}

/// A model, whatever versions it is filed under.
#[derive(Debug)]
pub(crate) struct ModelEntry<'a> {
    /// The vendor's id.
    pub(crate) vendor: &'a str,
    /// The family's name.
    pub(crate) family: &'a str,
    /// The model as the newest version that has it states it.
    pub(crate) model: &'a Model,
    /// The versions that it is filed under, oldest first.
    pub(crate) filed: Vec<Version>,
    /// The address from the site's root.
    pub(crate) url: String,
    /// Its configurations by the id of their hardware.
    pub(crate) hardware: IndexMap<&'a str, Vec<Setup<'a>>>,
}

/// A configuration, whatever versions it is filed under.
#[derive(Debug)]
pub(crate) struct Setup<'a> {
    /// The configuration in each version that has it, oldest first; never empty.
    filed: Vec<&'a Proven<'a>>,
    /// Its anchor on the model's page.
    pub(crate) anchor: String,
}

/// Where a configuration stands: model, hardware of the model, configuration there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SetupPlace {
    model: usize,
    hardware: usize,
    setup: usize,
}

/// What runs on a hardware.
#[derive(Debug, Default)]
struct OnHardware {
    models: usize,
    places: Vec<SetupPlace>,
}

/// The families of a vendor by name: their description and the names of their models.
type Families<'a> = IndexMap<&'a str, (Option<&'a str>, Vec<&'a str>)>;

impl<'a> Index<'a> {
    /// The index of all models and proven configurations.
    pub(crate) fn new(parts: &Parts<'a>) -> Self {
        let mut filed: HashMap<(&str, &str), Filed<'a>> = HashMap::new();
        let mut order: IndexMap<&'a str, Families<'a>> =
            parts.catalog.vendors.ids().map(|id| (id, IndexMap::new())).collect();
        for (version, models) in parts.catalog.versions() {
            for file in models.files() {
                let vendor = file.vendor.value.as_str();
                for family in &file.families {
                    let families = order.entry(vendor).or_default();
                    let (description, names) = families.entry(&family.name.value).or_default();
                    *description =
                        family.description.as_ref().map(|text| text.value.as_str()).or(*description);
                    for model in &family.models {
                        let name = model.name.value.as_str();
                        match filed.get_mut(&(vendor, name)) {
                            Some(known) => known.add(version, model),
                            None => {
                                names.push(name);
                                filed.insert((vendor, name), Filed { model, versions: vec![version] });
                            }
                        }
                    }
                }
            }
        }
        let setups = setups(parts.proven);
        let mut index = Self::default();
        for (vendor, families) in order {
            index.add_vendor(parts, vendor, families, &filed, &setups);
        }
        index
    }

    fn add_vendor(
        &mut self,
        parts: &Parts<'a>,
        id: &'a str,
        families: Families<'a>,
        filed: &HashMap<(&str, &str), Filed<'a>>,
        setups: &Setups<'a>,
    ) {
        if families.is_empty() {
            return;
        }
        let name = parts.catalog.vendors.get(id).map_or(id, |vendor| vendor.name.as_str());
        let mut vendor = VendorEntry { name, families: IndexMap::new() };
        let mut slugs = HashSet::new();
        for (family, (description, names)) in families {
            let mut entry = FamilyEntry { description, models: Vec::new() };
            for name in names {
                let Some(Filed { model, versions }) = filed.get(&(id, name)) else { continue };
                let url = format!("{}{}/", vendor_url(id), unique(slug(name), &mut slugs));
                entry.models.push(self.models.len());
                let hardware = hardware(parts, setups.get(&(id, name)));
                let (model, filed) = (*model, versions.clone());
                self.add_model(ModelEntry { vendor: id, family, model, filed, url, hardware });
            }
            vendor.families.insert(family, entry);
        }
        self.vendors.insert(id, vendor);
    }

    fn add_model(&mut self, entry: ModelEntry<'a>) {
        let model = self.models.len();
        for (hardware, (&id, setups)) in entry.hardware.iter().enumerate() {
            let places = (0..setups.len()).map(|setup| SetupPlace { model, hardware, setup });
            let on = self.on_hardware.entry(id).or_default();
            on.models += 1;
            on.places.extend(places);
        }
        self.by_name.entry(&entry.model.name.value).or_insert(model);
        self.by_path.entry(&entry.model.model_path.value).or_insert(model);
        self.models.push(entry);
    }

    /// A model by its name, else by the path of its weights.
    pub(crate) fn model(&self, name: &str) -> Option<&ModelEntry<'a>> {
        let index = self.by_name.get(name).or_else(|| self.by_path.get(name))?;
        self.models.get(*index)
    }

    /// The paths of all models' weights, sorted.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.by_path.keys().copied()
    }

    /// The names of all models, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().copied()
    }

    /// The model and configuration at a place.
    pub(crate) fn setup(&self, place: SetupPlace) -> Option<(&ModelEntry<'a>, &Setup<'a>)> {
        let model = self.models.get(place.model)?;
        let (_, setups) = model.hardware.get_index(place.hardware)?;
        Some((model, setups.get(place.setup)?))
    }

    /// The configurations on a hardware, model after model.
    pub(crate) fn on(&self, hardware: &str) -> &[SetupPlace] {
        self.on_hardware.get(hardware).map_or(&[], |on| &on.places)
    }

    /// How many models have configurations on a hardware.
    pub(crate) fn models_on(&self, hardware: &str) -> usize {
        self.on_hardware.get(hardware).map_or(0, |on| on.models)
    }

    /// The models of a vendor, family after family.
    pub(crate) fn of_vendor(&self, id: &str) -> &[ModelEntry<'a>] {
        let families = || self.vendors.get(id).into_iter().flat_map(|vendor| vendor.families.values());
        // Models stand vendor after vendor.
        let first = families().find_map(|family| family.models.first()).copied().unwrap_or_default();
        let count: usize = families().map(|family| family.models.len()).sum();
        self.models.get(first..first + count).unwrap_or_default()
    }

    /// The models of a family, and the place of the first of them among those of its vendor.
    pub(crate) fn of_family(&self, vendor: &str, family: &str) -> (&[ModelEntry<'a>], usize) {
        let vendor = self.vendors.get(vendor);
        let Some(models) = vendor.and_then(|vendor| Some(&vendor.families.get(family)?.models)) else {
            return (&[], 0);
        };
        let first = models.first().copied().unwrap_or_default();
        let of_vendor =
            vendor.and_then(|vendor| vendor.families.values().find_map(|family| family.models.first()));
        let all = self.models.get(first..first + models.len()).unwrap_or_default();
        (all, first - of_vendor.copied().unwrap_or(first))
    }
}

/// A model with the versions that it is filed under.
struct Filed<'a> {
    model: &'a Model,
    versions: Vec<Version>,
}

impl<'a> Filed<'a> {
    fn add(&mut self, version: Version, model: &'a Model) {
        self.model = model;
        if self.versions.last() != Some(&version) {
            self.versions.push(version);
        }
    }
}

/// The configurations of each model, by vendor and name, then by hardware and name.
type Setups<'a> = HashMap<(&'a str, &'a str), IndexMap<(&'a str, &'a str), Vec<&'a Proven<'a>>>>;

fn setups<'a>(proven: &'a [Proven<'a>]) -> Setups<'a> {
    let mut setups = Setups::new();
    for one in proven {
        let of_model = setups.entry((one.vendor, one.place.model.name.value.as_str())).or_default();
        of_model.entry((one.place.hardware, &one.place.configuration.name.value)).or_default().push(one);
    }
    setups
}

/// The configurations of a model by hardware, in the order of the hardware's table.
fn hardware<'a>(
    parts: &Parts<'a>,
    setups: Option<&IndexMap<(&'a str, &'a str), Vec<&'a Proven<'a>>>>,
) -> IndexMap<&'a str, Vec<Setup<'a>>> {
    let mut hardware: IndexMap<&str, Vec<Setup<'_>>> = IndexMap::new();
    let mut anchors = HashSet::new();
    for (&(id, name), filed) in setups.into_iter().flatten() {
        let anchor = unique(format!("{}-{}", slug(id), slug(name)), &mut anchors);
        let mut filed = filed.clone();
        filed.sort_by_key(|one| one.place.version);
        hardware.entry(id).or_default().push(Setup { filed, anchor });
    }
    let table = &parts.catalog.hardware.specs;
    hardware.sort_by(|a, _, b, _| {
        let rank = |id: &str| table.get_index_of(id).unwrap_or(usize::MAX);
        rank(a).cmp(&rank(b)).then_with(|| a.cmp(b))
    });
    hardware
}

/// The slug, with a number where it is taken.
fn unique(slug: String, taken: &mut HashSet<String>) -> String {
    let mut free = slug.clone();
    let mut number = 2;
    while !taken.insert(free.clone()) {
        free = format!("{slug}-{number}");
        number += 1;
    }
    free
}

/// The address of a vendor's page from the site's root.
pub(crate) fn vendor_url(id: &str) -> String {
    format!("/models/{}/", slug(id))
}

/// The address of a hardware's page from the site's root.
pub(crate) fn hardware_url(id: &str) -> String {
    format!("/hardware/{}/", slug(id))
}

impl<'a> ModelEntry<'a> {
    /// The model's name.
    pub(crate) fn name(&self) -> &'a str {
        &self.model.name.value
    }

    /// The files that state it, by the versions that it is filed under.
    pub(crate) fn sources(&self, library: &Library<'_>) -> Vec<String> {
        let model = |version: &Version| library.parts.catalog.version(*version)?.model(self.name());
        let models = self.filed.iter().filter_map(model);
        models.map(|model| model.origin.source().path().to_owned()).collect()
    }

    /// All configurations with their hardware.
    pub(crate) fn setups(&self) -> impl Iterator<Item = (&'a str, &Setup<'a>)> {
        self.hardware.iter().flat_map(|(&id, setups)| setups.iter().map(move |setup| (id, setup)))
    }

    /// All configurations in the order in which they are offered to a reader who has not chosen: those of one node
    /// before those that span several, and on each hardware the one named `default` first.
    pub(crate) fn offered(&self) -> Vec<(&'a str, &Setup<'a>)> {
        let mut all: Vec<_> = self
            .hardware
            .iter()
            .enumerate()
            .flat_map(|(at, (&id, setups))| {
                setups
                    .iter()
                    .map(move |setup| (setup.spans_nodes(), at, setup.name() != "default", id, setup))
            })
            .collect();
        all.sort_by_key(|&(several, at, named, ..)| (several, at, named));
        all.into_iter().map(|(.., id, setup)| (id, setup)).collect()
    }
}

impl<'a> Setup<'a> {
    /// The configuration as the newest version that has it states it.
    pub(crate) fn newest(&self) -> &'a Proven<'a> {
        self.filed.last().expect("a configuration is filed under the version that it was found in")
    }

    /// The configuration as it stands for an engine version: as filed under that version or the last one before,
    /// else as first filed.
    pub(crate) fn for_version(&self, version: Version) -> &'a Proven<'a> {
        let fitting = self.filed.iter().rev().find(|one| one.place.version <= version);
        fitting.or(self.filed.first()).copied().unwrap_or_else(|| self.newest())
    }

    /// Its name.
    pub(crate) fn name(&self) -> &'a str {
        &self.newest().place.configuration.name.value
    }

    /// Whether its command is run on several nodes.
    pub(crate) fn spans_nodes(&self) -> bool {
        let configuration = self.newest().place.configuration;
        let nodes = |engine| flag(engine, "--nnodes").and_then(|text| text.parse::<u64>().ok());
        configuration.nodes.value == "multi"
            || configuration.engines().any(|(_, engine)| nodes(engine).is_some_and(|nodes| nodes > 1))
    }

    /// What a version says of each server, with the server's role; none where the version was not asked.
    pub(crate) fn servers(&self, version: Version) -> Vec<(&'static str, &'a VersionProof)> {
        let servers = self.for_version(version).proof.servers.iter();
        servers.filter_map(|server| Some((server.role, server.version(version)?))).collect()
    }

    /// Why a version refuses it; none where it accepts every server.
    pub(crate) fn refusal(&self, version: Version) -> Option<&'a str> {
        let servers = self.servers(version);
        if servers.is_empty() {
            return Some("not checked with this version");
        }
        servers.iter().find_map(|(_, proof)| proof.refused.as_deref())
    }

    /// The versions of `all` that accept it.
    pub(crate) fn accepted(&self, all: &[Version]) -> Vec<Version> {
        all.iter().copied().filter(|&version| self.refusal(version).is_none()).collect()
    }
}
