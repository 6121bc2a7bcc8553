//! The pages that list: all models, a vendor's models, all hardware, and what runs on a hardware.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::rows::{columns, configuration_rows, model_rows};
use super::words::{count, grouped, significant, slug};
use super::{GeneratedPage, Library, Subject, hardware_url, page, vendor_url};
use crate::catalog::hardware::HardwareSpec;
use crate::render::prose;
use crate::render::view::{Fact, SiteView};

/// The pages of models and of hardware.
pub(super) fn pages<'a>(library: &'a Library<'a>) -> Vec<GeneratedPage<'a>> {
    let mut pages = Vec::new();
    if !library.index.models.is_empty() {
        let description = "Every model of the catalog, with the hardware that it has configurations for.";
        pages.push(
            page("/models/", "Models", "models", "models.html", Subject::Models)
                .described(description)
                .at(20.0),
        );
    }
    for (&id, vendor) in &library.index.vendors {
        let models = vendor.families.values().map(|family| family.models.len()).sum();
        let description =
            format!("{} of {} with configurations that were checked.", count(models, "model"), vendor.name);
        pages.push(
            page(&vendor_url(id), vendor.name, "vendor", "vendor.html", Subject::Vendor(id))
                .described(description),
        );
    }
    for (index, entry) in library.index.models.iter().enumerate() {
        let description = format!(
            "How to serve {} with {}: {} on {}.",
            entry.name(),
            library.engine,
            count(entry.setups().count(), "configuration"),
            entry.hardware.keys().copied().collect::<Vec<_>>().join(", ")
        );
        let page = page(&entry.url, entry.name(), "model", "model.html", Subject::Model(index));
        pages.push(if entry.hardware.is_empty() { page } else { page.described(description) });
    }
    let specs = &library.parts.catalog.hardware.specs;
    if !specs.is_empty() {
        let page =
            page("/hardware/", "Hardware", "hardware-index", "hardware_index.html", Subject::HardwareIndex);
        pages.push(page.described("The GPUs that configurations name: memory and size of a node.").at(30.0));
    }
    for (position, spec) in specs.values().enumerate() {
        let description = format!("Every configuration for {}: {}.", spec.name, hardware_text(spec));
        let page = page(
            &hardware_url(&spec.name),
            &*spec.name,
            "hardware",
            "hardware.html",
            Subject::Hardware(&spec.name),
        );
        pages.push(page.described(description).at(position as f64));
    }
    pages
}

/// `NVIDIA Hopper, 141 GB per GPU, 8 GPUs per node`.
pub(super) fn hardware_text(spec: &HardwareSpec) -> String {
    let maker = [spec.vendor.as_str(), spec.architecture.as_str()];
    let mut parts = vec![maker.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")];
    parts.retain(|part| !part.is_empty());
    parts.push(format!("{} GB per GPU", significant(spec.memory_gb)));
    parts.push(format!(
        "{} GPU{} per node",
        spec.gpus_per_node,
        if spec.gpus_per_node == 1 { "" } else { "s" }
    ));
    parts.join(", ")
}

/// The page of all models.
pub(super) fn models(library: &Library<'_>, site: &SiteView) -> Value {
    json!({ "matrix": {
        "columns": columns(library, site),
        "rows": model_rows(library, site, &library.index.models),
        "caption": "Configurations of every model by hardware",
    }})
}

/// The page of a vendor.
pub(super) fn vendor(library: &Library<'_>, site: &SiteView, id: &str) -> Value {
    let Some(vendor) = library.index.vendors.get(id) else { return Value::Null };
    let models = |indices: &[usize]| {
        let models: Vec<_> = indices.iter().filter_map(|&index| library.index.models.get(index)).collect();
        models
    };
    let families: Vec<Value> = vendor
        .families
        .iter()
        .map(|(&name, family)| {
            json!({
                "id": slug(name),
                "name": name,
                "url": null,
                "description": family.description.map(|text| prose::to_html(text, &site.base_path)),
                "caption": format!("Models of {name}"),
                "rows": model_rows(library, site, models(&family.models)),
            })
        })
        .collect();
    let all = || vendor.families.values().flat_map(|family| models(&family.models));
    let mut facts = vec![
        Fact::new("Models", grouped(all().count() as u64)),
        Fact::new("Configurations", grouped(all().map(|entry| entry.setups().count()).sum::<usize>() as u64)),
    ];
    if let Some(known) = library.parts.catalog.vendors.get(id) {
        let org = &known.huggingface_org;
        facts.push(Fact::new("Hugging Face", org.as_str()).link(format!("https://huggingface.co/{org}")));
    }
    json!({
        "matrix": { "columns": columns(library, site) },
        "vendor": { "name": vendor.name, "facts": facts, "families": families },
    })
}

/// The headings of a vendor's page.
pub(super) fn vendor_headings(library: &Library<'_>, id: &str) -> Vec<(u8, String, String)> {
    let families = library.index.vendors.get(id).into_iter().flat_map(|vendor| vendor.families.keys());
    families.map(|name| (2, slug(name), (*name).to_owned())).collect()
}

/// The page of all hardware.
pub(super) fn hardware_index(library: &Library<'_>, site: &SiteView) -> Value {
    let rows: Vec<Value> = library
        .parts
        .catalog
        .hardware
        .specs
        .values()
        .map(|spec| {
            let (models, configurations) = on_hardware(library, &spec.name);
            json!({
                "name": spec.name,
                "url": site.address(&hardware_url(&spec.name)),
                "vendor": spec.vendor,
                "architecture": spec.architecture,
                "memory_gb": spec.memory_gb,
                "gpus_per_node": spec.gpus_per_node,
                "node_memory_gb": node_memory(spec),
                "models": models,
                "configurations": configurations,
            })
        })
        .collect();
    json!({ "rows": rows })
}

/// How many models have configurations on a hardware, and how many configurations those are.
pub(super) fn on_hardware(library: &Library<'_>, id: &str) -> (usize, usize) {
    let urls: BTreeSet<&str> = library.index.on(id).map(|(entry, _)| entry.url.as_str()).collect();
    (urls.len(), library.index.on(id).count())
}

/// GB of all GPUs of a node.
pub(super) fn node_memory(spec: &HardwareSpec) -> f64 {
    spec.memory_gb * spec.gpus_per_node as f64
}

/// The page of a hardware.
pub(super) fn hardware(library: &Library<'_>, site: &SiteView, id: &str) -> Value {
    let Some(spec) = library.parts.catalog.hardware_named(id) else { return Value::Null };
    let rows: Vec<_> = library
        .index
        .on(id)
        .flat_map(|(entry, setup)| configuration_rows(library, site, entry, setup))
        .collect();
    let (models, configurations) = on_hardware(library, id);
    let mut facts = vec![
        Fact::new("Memory per GPU", format!("{} GB", significant(spec.memory_gb))),
        Fact::new("GPUs per node", spec.gpus_per_node.to_string()),
        Fact::new("Memory per node", format!("{} GB", grouped(node_memory(spec).round() as u64))),
        Fact::new("Models", grouped(models as u64)),
        Fact::new("Configurations", grouped(configurations as u64)),
    ];
    for (label, text) in [("Vendor", &spec.vendor), ("Architecture", &spec.architecture)] {
        if !text.is_empty() {
            facts.push(Fact::new(label, text.as_str()));
        }
    }
    json!({ "hardware": {
        "name": spec.name,
        "facts": facts,
        "caption": format!("Configurations for {}", spec.name),
        "rows": rows,
    }})
}
