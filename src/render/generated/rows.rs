//! Rows of the tables of models and of configurations.

use indexmap::IndexSet;
use serde::Serialize;

use super::accepted::{self, Accepted};
use super::words::{count, parameters, quantity};
use super::{Figures, Library, ModelEntry, Setup, hardware_url, vendor_url};
use crate::catalog::compiled::Configuration;
use crate::catalog::facts::{Architecture, AttentionKind, ModelFacts};
use crate::render::generated::words::slug;
use crate::render::view::SiteView;

/// One server of one configuration.
#[derive(Debug, Serialize)]
pub(crate) struct ConfigurationRow {
    vendor: String,
    model: String,
    model_url: String,
    name: String,
    url: String,
    role: Option<&'static str>,
    hardware: String,
    hardware_url: Option<String>,
    goal: String,
    quantization: String,
    size: Option<&'static str>,
    tp: u64,
    dp: u64,
    ep: u64,
    pp: u64,
    dp_attention: bool,
    pub(crate) gpus: u64,
    shards: Vec<u64>,
    shards_label: String,
    /// GB on each GPU.
    weights: Option<f64>,
    weights_text: String,
    weights_percent: Option<u64>,
    /// Bytes for one token.
    kv: Option<u64>,
    kv_text: String,
    tokens: Option<u64>,
    tokens_text: String,
    accepted: Accepted,
}

/// What stands for a figure that is not known.
const UNKNOWN: &str = "unknown";

/// A row for each server of a configuration.
pub(crate) fn configuration_rows(
    library: &Library<'_>,
    site: &SiteView,
    entry: &ModelEntry<'_>,
    setup: &Setup<'_>,
) -> Vec<ConfigurationRow> {
    let place = setup.newest().place;
    let configuration = place.configuration;
    let vendor = library.index.vendors.get(entry.vendor).map_or(entry.vendor, |vendor| vendor.name);
    let model_url = site.address(&entry.url);
    let row = |(role, engine)| {
        let figures = Figures::new(library, place, engine);
        let known = library.parts.catalog.hardware_named(place.hardware).is_some();
        ConfigurationRow {
            vendor: vendor.to_owned(),
            model: entry.name().to_owned(),
            url: format!("{model_url}#{}", setup.anchor),
            model_url: model_url.clone(),
            name: setup.name().to_owned(),
            role: (role != "engine").then_some(role),
            hardware: place.hardware.to_owned(),
            hardware_url: known.then(|| site.address(&hardware_url(place.hardware))),
            goal: configuration.optimization.value.clone(),
            quantization: configuration.quantization.value.clone(),
            size: size(library, entry),
            tp: figures.layout.tp,
            dp: figures.layout.dp,
            ep: figures.ep,
            pp: figures.layout.pp,
            dp_attention: figures.layout.dp_attention,
            gpus: figures.gpus,
            shards: figures.shards(),
            shards_label: figures.shards_label(),
            weights: figures.weights.map(|bytes| (bytes / 1e8).round() / 10.0),
            weights_text: figures.weights.map_or(UNKNOWN.into(), |bytes| quantity(bytes, "B")),
            weights_percent: figures.weights_share.map(|share| (share * 100.0).round() as u64),
            kv: figures.kv_bytes.map(|bytes| bytes.round() as u64),
            kv_text: figures.kv_bytes.map_or(UNKNOWN.into(), |bytes| quantity(bytes, "B")),
            tokens: figures.tokens,
            tokens_text: figures.tokens.map_or(UNKNOWN.into(), |tokens| quantity(tokens as f64, "")),
            accepted: library.accepted(setup, site),
        }
    };
    configuration.engines().map(row).collect()
}

/// One model.
#[derive(Debug, Serialize)]
pub(crate) struct ModelRow {
    name: String,
    url: String,
    vendor: String,
    vendor_url: String,
    /// 10⁹ parameters.
    params: Option<f64>,
    params_text: Option<String>,
    active: Option<f64>,
    active_text: Option<String>,
    kind: &'static str,
    attention: Option<&'static str>,
    quantization: Option<String>,
    size: Option<&'static str>,
    /// What it is quantized to, and what it is made for, in any of its configurations.
    quantizations: Vec<String>,
    goals: Vec<String>,
    hardware: Vec<String>,
    versions: Vec<String>,
    cells: Vec<Option<Cell>>,
}

/// A model on a hardware.
#[derive(Debug, Serialize)]
pub(crate) struct Cell {
    label: String,
    level: &'static str,
    url: String,
    title: String,
}

/// A column of a table of models.
#[derive(Debug, Serialize)]
pub(crate) struct Column {
    name: String,
    url: String,
}

/// A column for each hardware of the table.
pub(crate) fn columns(library: &Library<'_>, site: &SiteView) -> Vec<Column> {
    let names = library.parts.catalog.hardware.names();
    names.map(|name| Column { name: name.to_owned(), url: site.address(&hardware_url(name)) }).collect()
}

/// The rows of some models.
pub(crate) fn model_rows<'m, 'a: 'm>(
    library: &Library<'a>,
    site: &SiteView,
    models: impl IntoIterator<Item = &'m ModelEntry<'a>>,
) -> Vec<ModelRow> {
    models.into_iter().map(|entry| model_row(library, site, entry)).collect()
}

fn model_row(library: &Library<'_>, site: &SiteView, entry: &ModelEntry<'_>) -> ModelRow {
    let facts = library.parts.catalog.facts_for(&entry.model.model_path.value);
    let url = site.address(&entry.url);
    let billions = |number: u64| number as f64 / 1e9;
    let (total, active) = facts.map_or((None, None), |facts| (facts.parameters, facts.active_parameters));
    let precision = facts.and_then(|facts| facts.precision.clone());
    let first =
        entry.setups().next().map(|(_, setup)| setup.newest().place.configuration.quantization.value.clone());
    let versions = library
        .versions
        .iter()
        .filter(|&&version| entry.setups().any(|(_, setup)| setup.refusal(version).is_none()));
    let of_setups = |value: fn(&Configuration) -> &str| {
        let values: IndexSet<&str> =
            entry.setups().map(|(_, setup)| value(setup.newest().place.configuration)).collect();
        values.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    ModelRow {
        size: size(library, entry),
        quantizations: of_setups(|configuration| &configuration.quantization.value),
        goals: of_setups(|configuration| &configuration.optimization.value),
        name: entry.name().to_owned(),
        vendor: library.index.vendors.get(entry.vendor).map_or(entry.vendor, |vendor| vendor.name).to_owned(),
        vendor_url: site.address(&vendor_url(entry.vendor)),
        params: total.map(billions),
        params_text: total.map(parameters),
        active: active.map(billions),
        active_text: active.map(parameters),
        kind: kind(entry, facts),
        attention: facts.and_then(attention),
        quantization: precision.or(first),
        hardware: entry.hardware.keys().map(|id| (*id).to_owned()).collect(),
        versions: versions.map(ToString::to_string).collect(),
        cells: library.parts.catalog.hardware.names().map(|id| cell(library, entry, id, &url)).collect(),
        url,
    }
}

fn cell(library: &Library<'_>, entry: &ModelEntry<'_>, hardware: &str, url: &str) -> Option<Cell> {
    let setups = entry.hardware.get(hardware)?;
    let accepted = |setup: &Setup<'_>| setup.accepted(&library.versions).len();
    let (least, most) = setups
        .iter()
        .map(accepted)
        .fold((usize::MAX, 0), |(least, most), number| (least.min(number), most.max(number)));
    // `ok` when every configuration is accepted by every version, `refused` when none is by any.
    let all = library.versions.len();
    let level = if most == 0 { "refused" } else { accepted::level(least.max(1), all) };
    let smallest = setups.iter().map(|setup| gpus(library, setup)).min().unwrap_or(1);
    Some(Cell {
        label: setups.len().to_string(),
        level: if least == 0 && most > 0 { "partial" } else { level },
        url: format!("{url}#{}", slug(hardware)),
        title: format!(
            "{} on {hardware}, the smallest needs {}",
            count(setups.len(), "configuration"),
            gpus_text(smallest)
        ),
    })
}

/// GPUs of all servers of a configuration.
pub(crate) fn gpus(library: &Library<'_>, setup: &Setup<'_>) -> u64 {
    let place = setup.newest().place;
    place.configuration.engines().map(|(_, engine)| Figures::new(library, place, engine).gpus).sum()
}

/// `1 GPU`, `8 GPUs`.
pub(crate) fn gpus_text(number: u64) -> String {
    format!("{number} GPU{}", if number == 1 { "" } else { "s" })
}

/// Between which numbers of parameters a model lies.
fn size(library: &Library<'_>, entry: &ModelEntry<'_>) -> Option<&'static str> {
    let facts = library.parts.catalog.facts_for(&entry.model.model_path.value);
    // In the browser these are sorted by their numbers.
    Some(match facts?.parameters? / 1_000_000_000 {
        0..10 => "0 – 10B",
        10..40 => "10 – 40B",
        40..150 => "40 – 150B",
        150..500 => "150 – 500B",
        _ => "500B and more",
    })
}

/// What kind of model it is.
pub(crate) fn kind(entry: &ModelEntry<'_>, facts: Option<&ModelFacts>) -> &'static str {
    if entry.model.attributes.diffusion().is_some() {
        return "diffusion";
    }
    match facts.and_then(|facts| facts.architecture) {
        Some(Architecture::Moe) => "MoE",
        Some(Architecture::Dense) => "dense",
        None => UNKNOWN,
    }
}

/// The kind of attention in a word.
pub(crate) fn attention(facts: &ModelFacts) -> Option<&'static str> {
    facts.attention_kind().map(|kind| match kind {
        AttentionKind::Gqa => "GQA",
        AttentionKind::Mla => "MLA",
        AttentionKind::Hybrid => "hybrid",
    })
}
