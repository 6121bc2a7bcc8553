//! The pages that list: all models, a vendor's models, all hardware, and what runs on a hardware.

use serde_json::{Value, json};

use super::parts::Part;
use super::rows::{columns, configuration_rows, model_rows};
use super::words::{count, grouped, significant, slug};
use super::{GeneratedPage, Library, ModelEntry, Subject, hardware_url, page, vendor_url};
use crate::catalog::hardware::HardwareSpec;
use crate::render::prose;
use crate::render::view::{Fact, SiteView};

/// The pages of models and of hardware.
pub(super) fn pages<'a>(library: &'a Library<'a>) -> Vec<GeneratedPage<'a>> {
    let mut pages = Vec::new();
    if !library.index.models.is_empty() {
        let description = "Every model of the catalog, with the hardware that it has configurations for.";
        let index = ("/models/", "Models", "models", "models.html");
        let parts = in_parts(index, description.to_owned(), library.index.models.len(), Subject::Models);
        pages.extend(parts.map(|page| page.at(20.0)));
    }
    for (&id, vendor) in &library.index.vendors {
        let models = library.index.of_vendor(id).len();
        let description =
            format!("{} of {} with configurations that were checked.", count(models, "model"), vendor.name);
        let url = vendor_url(id);
        let list = (&*url, vendor.name, "vendor", "vendor.html");
        pages.extend(in_parts(list, description, models, move |part| Subject::Vendor(id, part)));
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
        let url = hardware_url(&spec.name);
        let list = (&*url, &*spec.name, "hardware", "hardware.html");
        let rows = library.index.on(&spec.name).len();
        let parts = in_parts(list, description, rows, |part| Subject::Hardware(&spec.name, part));
        pages.extend(parts.map(|page| page.at(position as f64)));
    }
    pages
}

/// The pages of a list of so many rows: address, title, kind and template of the first one say those of all.
fn in_parts<'a>(
    (url, title, kind, template): (&str, &str, &'static str, &'static str),
    description: String,
    rows: usize,
    subject: impl Fn(Part) -> Subject<'a>,
) -> impl Iterator<Item = GeneratedPage<'a>> {
    Part::all(rows).map(move |part| {
        let page = page(&part.url(url), part.title(title), kind, template, subject(part));
        let page = page.described(part.sentence(description.clone()));
        // The first one leads to the others.
        GeneratedPage { hidden: !part.is_first(), ..page }
    })
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

/// A page of all models.
pub(super) fn models(library: &Library<'_>, site: &SiteView, part: Part) -> Value {
    let models = &library.index.models;
    let vendor = |(&id, vendor): (&&str, &super::index::VendorEntry<'_>)| {
        let models = library.index.of_vendor(id).len();
        json!({ "title": format!("{} ({})", vendor.name, grouped(models as u64)), "url": site.address(&vendor_url(id)) })
    };
    let vendors: Vec<Value> =
        if part.is_all() { Vec::new() } else { library.index.vendors.iter().map(vendor).collect() };
    json!({
        "vendors": vendors,
        "parts": part.links(site, "/models/"),
        "matrix": {
            "columns": columns(library, site),
            "rows": model_rows(library, site, part.slice(models)),
            "caption": part.caption("Configurations of every model by hardware", models.len()),
        },
    })
}

/// The families of models that stand one after another, each with its models.
pub(super) fn by_family<'m, 'a>(
    models: &'m [ModelEntry<'a>],
) -> impl Iterator<Item = (&'a str, &'m [ModelEntry<'a>])> {
    models
        .chunk_by(|one, next| one.family == next.family)
        .filter_map(|models| Some((models.first()?.family, models)))
}

/// A page of a vendor.
pub(super) fn vendor(library: &Library<'_>, site: &SiteView, id: &str, part: Part) -> Value {
    let Some(vendor) = library.index.vendors.get(id) else { return Value::Null };
    let all = library.index.of_vendor(id);
    let families: Vec<Value> = by_family(part.slice(all))
        .map(|(name, models)| {
            json!({
                "id": slug(name),
                "name": name,
                "url": null,
                "description": vendor
                    .families
                    .get(name)
                    .and_then(|family| family.description)
                    .map(|text| prose::to_html(text, &site.base_path)),
                "caption": format!("Models of {name}"),
                "rows": model_rows(library, site, models),
            })
        })
        .collect();
    let configurations: usize = all.iter().map(|entry| entry.setups().count()).sum();
    let mut facts = vec![
        Fact::new("Models", grouped(all.len() as u64)),
        Fact::new("Configurations", grouped(configurations as u64)),
    ];
    if let Some(known) = library.parts.catalog.vendors.get(id) {
        let org = &known.huggingface_org;
        facts.push(Fact::new("Hugging Face", org.as_str()).link(format!("https://huggingface.co/{org}")));
    }
    json!({
        "parts": part.links(site, &vendor_url(id)),
        "matrix": { "columns": columns(library, site) },
        "vendor": { "name": part.title(vendor.name), "facts": facts, "families": families },
    })
}

/// The headings of a vendor's page.
pub(super) fn vendor_headings(library: &Library<'_>, id: &str, part: Part) -> Vec<(u8, String, String)> {
    let families = by_family(part.slice(library.index.of_vendor(id)));
    families.map(|(name, _)| (2, slug(name), name.to_owned())).collect()
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
    (library.index.models_on(id), library.index.on(id).len())
}

/// GB of all GPUs of a node.
pub(super) fn node_memory(spec: &HardwareSpec) -> f64 {
    spec.memory_gb * spec.gpus_per_node as f64
}

/// A page of a hardware.
pub(super) fn hardware(library: &Library<'_>, site: &SiteView, id: &str, part: Part) -> Value {
    let Some(spec) = library.parts.catalog.hardware_named(id) else { return Value::Null };
    let all = library.index.on(id);
    let rows: Vec<_> = part
        .slice(all)
        .iter()
        .filter_map(|&place| library.index.setup(place))
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
    json!({
        "parts": part.links(site, &hardware_url(id)),
        "hardware": {
            "name": spec.name,
            "facts": facts,
            "caption": part.caption(&format!("Configurations for {}", spec.name), all.len()),
            "rows": rows,
        },
    })
}
