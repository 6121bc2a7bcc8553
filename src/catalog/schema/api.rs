//! The schemas of the files that a published site has for programs.
//!
//! The files are written by `render`, above which this module stands; `tests/schema.rs` validates every file of the
//! built site, and a key that one side lacks fails there.

use serde_json::{Value, json};

use super::{
    Tables, described, field, list_of, map_of, named, nullable, object, reference, text_type, words,
};
use crate::catalog::source::settings::NODES;

/// The keys of a model.
const MODEL: [&str; 8] =
    ["name", "id", "vendor", "family", "url", "catalog_versions", "compiled", "hardware"];

/// The keys of a configuration.
const CONFIGURATION: [&str; 10] = [
    "name",
    "anchor",
    "nodes",
    "optimization",
    "quantization",
    "quantized_model_path",
    "memory_fraction",
    "accepted",
    "accepted_text",
    "servers",
];

/// The keys that a configuration has besides in a file of its own.
const PLACE: [&str; 5] = ["model", "id", "vendor", "hardware", "url"];

/// The keys of a server.
const SERVER: [&str; 10] = [
    "role",
    "fields",
    "env_vars",
    "extra_args",
    "gpus",
    "weight_bytes_per_gpu",
    "kv_bytes_per_token",
    "kv_bytes_per_token_per_gpu",
    "kv_tokens",
    "commands",
];

pub(super) fn catalog(tables: Tables<'_>) -> Value {
    const KEYS: [&str; 3] = ["engine", "versions", "models"];
    let mut schema = object(KEYS, &KEYS, |key| match key {
        "engine" => text_type(),
        "versions" => list_of(reference("version")),
        "models" => list_of(reference("model")),
        _ => Value::Null,
    });
    schema["$defs"] = definitions(tables);
    schema["$defs"]["model"] = model(tables);
    schema
}

pub(super) fn model_file(tables: Tables<'_>) -> Value {
    let mut schema = model(tables);
    schema["$defs"] = definitions(tables);
    schema
}

pub(super) fn configuration_file(tables: Tables<'_>) -> Value {
    let keys = || PLACE.into_iter().chain(CONFIGURATION);
    let mut schema = object(keys(), &keys().collect::<Vec<_>>(), |key| match key {
        "model" => described(text_type(), "The model's name"),
        "id" => described(text_type(), "The repository of the model's weights"),
        "vendor" => described(words(tables.vendors.ids()), "The vendor's id"),
        "hardware" => words(tables.hardware.names()),
        "url" => described(text_type(), "The address at which people read about it"),
        _ => configuration(key),
    });
    schema["$defs"] = definitions(tables);
    schema
}

fn definitions(tables: Tables<'_>) -> Value {
    json!({
        "version": { "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)*" },
        "configuration": object(CONFIGURATION, &CONFIGURATION, configuration),
        "server": object(SERVER, &SERVER, |key| server(tables, key)),
    })
}

fn model(tables: Tables<'_>) -> Value {
    object(MODEL, &MODEL, |key| match key {
        "name" | "family" => text_type(),
        "id" => described(text_type(), "The repository of the model's weights"),
        "vendor" => described(words(tables.vendors.ids()), "The vendor's id"),
        "url" => described(text_type(), "The address at which people read about it"),
        "catalog_versions" => {
            described(list_of(reference("version")), "The engine versions that it is filed under")
        }
        "compiled" => described(
            map_of(text_type()),
            "The addresses of the compiled YAML that holds it, by the version that it is filed under",
        ),
        "hardware" => described(
            named(tables.hardware.names(), &list_of(reference("configuration"))),
            "The configurations by hardware",
        ),
        _ => Value::Null,
    })
}

fn configuration(key: &str) -> Value {
    match key {
        "name" | "optimization" | "quantization" | "accepted_text" => text_type(),
        "anchor" => described(text_type(), "The part of the model's page that is about it"),
        "nodes" => words(NODES),
        "quantized_model_path" => nullable(text_type()),
        "memory_fraction" => described(
            json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1 }),
            "The part of a GPU's memory that figures leave to weights and KV cache",
        ),
        "accepted" => described(
            list_of(reference("version")),
            "The engine versions whose own parser accepts it and that no rule holds against it",
        ),
        "servers" => json!({ "type": "array", "items": reference("server"), "minItems": 1 }),
        _ => Value::Null,
    }
}

fn server(tables: Tables<'_>, key: &str) -> Value {
    const COMMAND: [&str; 2] = ["versions", "argv"];
    let count = |description| described(json!({ "type": ["integer", "null"], "minimum": 0 }), description);
    let number = |description| described(json!({ "type": ["number", "null"], "minimum": 0 }), description);
    match key {
        "role" => words(["engine", "prefill", "decode"]),
        "fields" => object(tables.schema.fields.keys().map(String::as_str), &[], |name| {
            tables.schema.field(name).map(field).unwrap_or_default()
        }),
        "env_vars" => map_of(text_type()),
        "extra_args" => list_of(text_type()),
        "gpus" => described(json!({ "type": "integer", "minimum": 1 }), "GPUs that the server takes"),
        "weight_bytes_per_gpu" => number("Bytes of weights on each GPU; null where facts are missing"),
        "kv_bytes_per_token" => {
            number("Bytes that a token takes in the KV cache over all layers, counted once")
        }
        "kv_bytes_per_token_per_gpu" => {
            number("Bytes that a token takes in the KV cache of each GPU that holds it")
        }
        "kv_tokens" => count("Tokens that fit into the KV cache of the whole server"),
        "commands" => described(
            list_of(object(COMMAND, &COMMAND, |key| match key {
                "versions" => list_of(reference("version")),
                "argv" => json!({ "type": "array", "items": text_type(), "minItems": 1 }),
                _ => Value::Null,
            })),
            "The words of the command, by the engine versions that it is right for",
        ),
        _ => Value::Null,
    }
}
