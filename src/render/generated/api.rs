//! The catalog as JSON: for the command builder of the start page, and for other programs.

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};

use super::accepted::ranges;
use super::configuration::launch_notes;
use super::rows::gpus;
use super::words::significant;
use super::{Figures, Library, ModelEntry, Setup, figures};
use crate::catalog::hardware::HardwareSpec;
use crate::catalog::outdated::generated_path;
use crate::catalog::spanned::Origin;
use crate::catalog::{emit, memory, schema};
use crate::engine::version::Version;
use crate::render::view::SiteView;

/// All files below `api/`: path and text.
pub fn api(library: &Library<'_>, site: &SiteView) -> Vec<(String, String)> {
    if library.index.models.is_empty() {
        return Vec::new();
    }
    let mut files = builder_json(library, site);
    files.push(("api/catalog.json".to_owned(), catalog_json(library, site).to_string()));
    for entry in &library.index.models {
        let path = format!("api{}.json", entry.url.trim_end_matches('/'));
        files.push((path, model_json(library, site, entry).to_string()));
        for (id, setups) in &entry.hardware {
            for setup in setups {
                let path = format!("api{}{}.json", entry.url, setup.anchor);
                files.push((path, configuration_json(library, site, entry, id, setup).to_string()));
            }
        }
    }
    for (_, models) in library.parts.catalog.versions() {
        let compiled = models.files().iter();
        files.extend(compiled.filter_map(|file| {
            Some((compiled_path(&file.origin)?, emit::emit(file, library.parts.engines.schema())))
        }));
    }
    files.extend(schemas(library, site));
    files
}

/// Where the compiled YAML of a source is published.
fn compiled_path(source: &Origin) -> Option<String> {
    let path = source.source().path();
    // A catalog can have compiled files without sources.
    let path = generated_path(path).unwrap_or_else(|| path.to_owned());
    let (_, inside) = path.rsplit_once("models/generated/")?;
    Some(format!("api/compiled/{inside}"))
}

/// The schemas of what people write and of the files here, and the types for TypeScript.
fn schemas(library: &Library<'_>, site: &SiteView) -> Vec<(String, String)> {
    let catalog = library.parts.catalog;
    let tables = schema::Tables {
        schema: library.parts.engines.schema(),
        vendors: &catalog.vendors,
        hardware: &catalog.hardware,
    };
    let of = |subject: schema::Subject| {
        let path = format!("api/schema/{}", subject.file());
        let address = site.canonical(&path);
        let text = schema::text(&schema::json_schema(subject, tables, address.as_deref()));
        (path, text)
    };
    let types = (format!("api/schema/{}", schema::TYPES), schema::typescript(tables));
    schema::Subject::ALL.into_iter().map(of).chain([types]).collect()
}

/// With more models than this, the builder has a file for each of them instead of one for all.
const MOST_IN_ONE_FILE: usize = 500;

/// What the command builder of the start page chooses from, and the files beside it. They hold accepted commands only.
fn builder_json(library: &Library<'_>, site: &SiteView) -> Vec<(String, String)> {
    let specs = &library.parts.catalog.hardware.specs;
    let hardware: Vec<Value> = specs
        .values()
        .map(|spec| {
            let note = format!("{} GB, {} per node", significant(spec.memory_gb), spec.gpus_per_node);
            json!({ "id": spec.name, "label": spec.name, "note": note })
        })
        .collect();
    let in_one = library.index.models.len() <= MOST_IN_ONE_FILE;
    let (mut files, mut models, mut commands) = (Vec::new(), Vec::new(), IndexSet::new());
    for entry in &library.index.models {
        let mut model = json!({
            "id": entry.model.model_path.value,
            "label": entry.name(),
            "vendor": library.index.vendors.get(entry.vendor).map_or(entry.vendor, |vendor| vendor.name),
            "url": site.address(&entry.url),
            "unavailable": unavailable(library, entry),
        });
        let of_model = |commands: &mut IndexSet<String>| -> Vec<Value> {
            let offered = entry.offered().into_iter();
            let known = offered.filter_map(|(id, setup)| Some((specs.get_index_of(id)?, setup)));
            known
                .map(|(on, setup)| builder_configuration(library, site, entry, setup, on, commands))
                .collect()
        };
        if !entry.hardware.keys().any(|id| specs.contains_key(*id)) {
            continue;
        } else if in_one {
            model["configurations"] = of_model(&mut commands).into();
        } else {
            let path = format!("api/builder{}.json", entry.url.trim_end_matches('/'));
            model["src"] = site.address(&format!("/{path}")).into();
            let mut commands = IndexSet::new();
            let configurations = of_model(&mut commands);
            let own = json!({ "configurations": configurations, "commands": commands });
            files.push((path, own.to_string()));
        }
        models.push(model);
    }
    let versions: Vec<String> = library.versions.iter().map(Version::to_string).collect();
    let all = json!({ "versions": versions, "hardware": hardware, "models": models, "commands": commands });
    files.push(("api/builder.json".to_owned(), all.to_string()));
    files
}

fn builder_configuration(
    library: &Library<'_>,
    site: &SiteView,
    entry: &ModelEntry<'_>,
    setup: &Setup<'_>,
    hardware: usize,
    commands: &mut IndexSet<String>,
) -> Value {
    let place = setup.newest().place;
    let (mut accepted, mut refused) = (Map::new(), Map::new());
    for &version in &library.versions {
        match setup.refusal(version) {
            Some(reason) => refused.insert(version.to_string(), reason.into()),
            None => {
                let (index, _) = commands.insert_full(command(setup, version));
                accepted.insert(version.to_string(), index.into())
            }
        };
    }
    let mut shown = json!({
        "hardware": hardware,
        "name": setup.name(),
        "quant": place.configuration.quantization.value,
        "goal": place.configuration.optimization.value,
        "gpus": gpus(library, setup),
        "layout": layout(library, setup),
        "url": format!("{}#{}", site.address(&entry.url), setup.anchor),
        "commands": accepted,
        "refused": refused,
    });
    let notes = launch_notes(library, setup);
    if !notes.is_empty() {
        shown["note"] = notes.join(" ").into();
    }
    shown
}

/// How the GPUs of a configuration are used.
pub(super) fn layout(library: &Library<'_>, setup: &Setup<'_>) -> String {
    let place = setup.newest().place;
    let of_server = |(role, engine)| {
        let text = Figures::new(library, place, engine).layout_text();
        if role == "engine" { text } else { format!("{role} {text}") }
    };
    place.configuration.engines().map(of_server).collect::<Vec<_>>().join("; ")
}

/// The command of a version; those of several servers below each other.
pub(super) fn command(setup: &Setup<'_>, version: Version) -> String {
    let servers = setup.servers(version);
    match servers.as_slice() {
        [(_, only)] => only.command.clone(),
        several => {
            let texts: Vec<String> =
                several.iter().map(|(role, proof)| format!("# {role}\n{}", proof.command)).collect();
            texts.join("\n\n")
        }
    }
}

/// Why a model has no configuration on a hardware, where the weights say it: by the hardware's id.
fn unavailable(library: &Library<'_>, entry: &ModelEntry<'_>) -> Map<String, Value> {
    let facts = library.parts.catalog.facts_for(&entry.model.model_path.value);
    let bytes = facts.and_then(|facts| memory::weight_bytes_per_gpu(facts, None, 1, 1));
    let precision = facts.and_then(|facts| facts.precision.as_deref()).unwrap_or_default();
    let reason = |spec: &HardwareSpec| {
        let node = spec.memory_gb * spec.gpus_per_node as f64;
        let gigabytes = bytes? / 1e9;
        (gigabytes > node)
            .then(|| format!("{precision} weights of {gigabytes:.0} GB exceed the {node:.0} GB of a node"))
    };
    let specs = library.parts.catalog.hardware.specs.values();
    specs
        .filter(|spec| !entry.hardware.contains_key(spec.name.as_str()))
        .filter_map(|spec| Some((spec.name.clone(), reason(spec)?.into())))
        .collect()
}

/// All models with their configurations.
fn catalog_json(library: &Library<'_>, site: &SiteView) -> Value {
    let models: Vec<Value> =
        library.index.models.iter().map(|entry| model_json(library, site, entry)).collect();
    json!({
        "engine": library.engine,
        "versions": library.versions,
        "models": models,
    })
}

/// One model with its configurations.
fn model_json(library: &Library<'_>, site: &SiteView, entry: &ModelEntry<'_>) -> Value {
    let hardware: Map<String, Value> = entry
        .hardware
        .iter()
        .map(|(&id, setups)| {
            let configurations: Vec<Value> =
                setups.iter().map(|setup| configuration(library, setup)).collect();
            (id.to_owned(), configurations.into())
        })
        .collect();
    json!({
        "name": entry.name(),
        "id": entry.model.model_path.value,
        "vendor": entry.vendor,
        "family": entry.family,
        "url": site.address(&entry.url),
        "catalog_versions": entry.filed,
        "compiled": compiled(library, site, entry),
        "hardware": hardware,
    })
}

/// The addresses of the compiled files that hold a model, by the version that it is filed under.
fn compiled(library: &Library<'_>, site: &SiteView, entry: &ModelEntry<'_>) -> Map<String, Value> {
    let address = |version: &Version| {
        let model = library.parts.catalog.version(*version)?.model(entry.name())?;
        Some((version.to_string(), site.address(&compiled_path(&model.origin)?).into()))
    };
    entry.filed.iter().filter_map(address).collect()
}

/// One configuration, with the model and the hardware that it is for.
fn configuration_json(
    library: &Library<'_>,
    site: &SiteView,
    entry: &ModelEntry<'_>,
    hardware: &str,
    setup: &Setup<'_>,
) -> Value {
    let mut all = json!({
        "model": entry.name(),
        "id": entry.model.model_path.value,
        "vendor": entry.vendor,
        "hardware": hardware,
        "url": format!("{}#{}", site.address(&entry.url), setup.anchor),
    });
    if let (Value::Object(all), Value::Object(own)) = (&mut all, configuration(library, setup)) {
        all.extend(own);
    }
    all
}

fn configuration(library: &Library<'_>, setup: &Setup<'_>) -> Value {
    let place = setup.newest().place;
    let servers: Vec<Value> = place
        .configuration
        .engines()
        .map(|(role, engine)| {
            let figures = Figures::new(library, place, engine);
            let fields: Map<String, Value> =
                engine.block.fields.iter().map(|(name, value)| (name.clone(), field(value))).collect();
            json!({
                "role": role,
                "fields": fields,
                "env_vars": engine.block.env_vars,
                "extra_args": engine.block.extra_args,
                "gpus": figures.gpus,
                "weight_bytes_per_gpu": figures.weights.map(f64::round),
                "kv_bytes_per_token": figures.kv_bytes,
                "kv_bytes_per_token_per_gpu": figures.kv_bytes_per_gpu,
                "kv_tokens": figures.tokens,
                "commands": commands(library, setup, role),
            })
        })
        .collect();
    let accepted = setup.accepted(&library.versions);
    json!({
        "name": setup.name(),
        "anchor": setup.anchor,
        "nodes": place.configuration.nodes.value,
        "optimization": place.configuration.optimization.value,
        "quantization": place.configuration.quantization.value,
        "quantized_model_path": place.configuration.quantized_model_path.as_ref().map(|path| &path.value),
        "memory_fraction": figures::MEMORY_FRACTION,
        "accepted": accepted,
        "accepted_text": ranges(&accepted, &library.versions),
        "servers": servers,
    })
}

fn field(value: &crate::engine::fields::FieldValue) -> Value {
    use crate::engine::fields::FieldValue;
    match value {
        FieldValue::Int(number) => (*number).into(),
        FieldValue::Bool(value) => (*value).into(),
        FieldValue::Text(text) => text.as_str().into(),
    }
}

/// The words of a server's command for the versions that accept the configuration.
fn commands(library: &Library<'_>, setup: &Setup<'_>, role: &str) -> Vec<Value> {
    let mut by_words: IndexMap<&[String], Vec<Version>> = IndexMap::new();
    for version in setup.accepted(&library.versions) {
        for (_, proof) in setup.servers(version).into_iter().filter(|(other, _)| *other == role) {
            by_words.entry(&proof.argv).or_default().push(version);
        }
    }
    by_words.into_iter().map(|(argv, versions)| json!({ "versions": versions, "argv": argv })).collect()
}
