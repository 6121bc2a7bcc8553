//! The schema of the source language.

use serde_json::{Value, json};

use super::{
    Tables, attributes, described, env_vars, extra_args, field, list_of, map_of, named, nullable, object,
    reference, text_type, words,
};
use crate::catalog::compiled::{DIFFUSION_KEYS, LLM_KEYS};
use crate::catalog::source::model::{CAPABILITIES, MODEL};
use crate::catalog::source::read::{DEFAULTS, FAMILY, FILE};
use crate::catalog::source::settings::{CONFIGURATION, CONFIGURATIONS, NODES, SETTINGS};

pub(super) fn schema(tables: Tables<'_>) -> Value {
    let mut schema = object(FILE, &["vendor", "families"], |key| match key {
        "vendor" => described(words(tables.vendors.ids()), "The vendor's id in `data/models/vendors.yaml`"),
        "defaults" => described(
            nullable(object(DEFAULTS, &[], layer)),
            "What holds for every family that does not say otherwise",
        ),
        "families" => list_of(reference("family")),
        _ => Value::Null,
    });
    schema["$defs"] = json!({
        "family": family(),
        "model": { "anyOf": [
            described(text_type(), "The whole name of one model"),
            model(tables),
        ] },
        "configuration": configuration(tables),
        "settings": object(setting_keys(tables), &[], |key| setting(tables, key)),
        "hardware": hardware(tables),
        "of_hardware": object(setting_keys(tables).chain([CONFIGURATIONS]), &[], |key| match key {
            CONFIGURATIONS => described(layer(key), "Configurations of this hardware, in place of the level's"),
            _ => setting(tables, key),
        }),
        "llm": attributes(&LLM_KEYS),
        "diffusion": attributes(&DIFFUSION_KEYS),
    });
    schema
}

/// `hardware` and `configurations`, which each level can have.
fn layer(key: &str) -> Value {
    match key {
        "hardware" => nullable(reference("hardware")),
        "configurations" => nullable(list_of(reference("configuration"))),
        _ => Value::Null,
    }
}

fn family() -> Value {
    object(FAMILY, &["name", "models"], |key| match key {
        "name" => described(text_type(), "The family's name, with which composed names begin"),
        "description" => described(
            nullable(text_type()),
            "One sentence about the family, in Markdown; links that begin with / lead to the root of the site",
        ),
        "llm" | "diffusion" => nullable(reference(key)),
        "model_name_suffix" => described(
            nullable(map_of(nullable(text_type()))),
            "What is put after a composed name, by capability",
        ),
        "models" => list_of(reference("model")),
        _ => layer(key),
    })
}

fn model(tables: Tables<'_>) -> Value {
    let settings = || nullable(reference("settings"));
    let mut model = object(MODEL, &[], |key| match key {
        "name" => described(text_type(), "The whole name of one model"),
        "base_name" => described(
            text_type(),
            "A part of a name: one model for each capability and quantization, with composed names",
        ),
        "vendor" => described(
            nullable(words(tables.vendors.ids())),
            "The vendor whose organisation has the weights, where it is not the file's",
        ),
        "model_path" => described(nullable(text_type()), "The repository of the weights"),
        "quantization" => described(nullable(text_type()), "The precision of the weights"),
        "speculative_draft_model" => {
            described(nullable(text_type()), "The repository of the model that drafts tokens")
        }
        "quantizations" => nullable(json!({ "type": "array", "items": text_type(), "minItems": 1 })),
        "capabilities" => nullable(json!({ "type": "array", "items": words(CAPABILITIES), "minItems": 1 })),
        "valid_quants" => {
            described(nullable(map_of(list_of(text_type()))), "The quantizations that exist, by capability")
        }
        "quantized_paths" => described(nullable(map_of(text_type())), "The repository of each quantization"),
        "quant_overrides" => described(nullable(map_of(settings())), "Settings by quantization"),
        "llm" | "diffusion" => nullable(reference(key)),
        _ => layer(key),
    });
    model["oneOf"] = json!([
        { "required": ["name"], "properties": { "quantizations": false, "capabilities": false } },
        { "required": ["base_name"] },
    ]);
    model
}

fn setting_keys<'a>(tables: Tables<'a>) -> impl Iterator<Item = &'a str> {
    tables.schema.fields.keys().map(String::as_str).chain(SETTINGS)
}

fn setting(tables: Tables<'_>, key: &str) -> Value {
    match key {
        "env_vars" => nullable(env_vars()),
        "extra_args" => nullable(extra_args()),
        "nodes" => nullable(words(NODES)),
        name => tables.schema.field(name).map(|known| nullable(field(known))).unwrap_or_default(),
    }
}

fn configuration(tables: Tables<'_>) -> Value {
    let keys: Vec<&str> = CONFIGURATION.into_iter().chain(setting_keys(tables)).collect();
    let mut configuration = object(keys, &["name"], |key| match key {
        "name" => text_type(),
        "optimization" => {
            described(nullable(text_type()), "What it is for: `balanced`, `low-latency` or `high-throughput`")
        }
        "quantization" => described(nullable(text_type()), "The precision of the weights"),
        "quantized_model_path" => {
            described(nullable(text_type()), "The repository with the weights in that precision")
        }
        "hardware" => described(
            nullable(list_of(words(tables.hardware.names()))),
            "The hardware that it is for, when it is not for all",
        ),
        "prefill" => described(nullable(reference("settings")), "The server for prompts"),
        "decode" => described(nullable(reference("settings")), "The server for the tokens after them"),
        _ => setting(tables, key),
    });
    configuration["dependentRequired"] = json!({ "prefill": ["decode"], "decode": ["prefill"] });
    configuration
}

/// A list of hardware, or settings by hardware and for all of it under `default`.
fn hardware(tables: Tables<'_>) -> Value {
    let names: Vec<&str> = tables.hardware.names().collect();
    let keys = names.iter().copied().chain((!names.is_empty()).then_some("default"));
    json!({ "anyOf": [
        list_of(words(names.iter().copied())),
        named(keys, &nullable(reference("of_hardware"))),
    ] })
}
