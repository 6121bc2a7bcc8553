//! The schema of the compiled form.

use serde_json::{Value, json};

use super::{
    Tables, attributes, described, env_vars, extra_args, field, list_of, named, nullable, object, reference,
    text_type, words,
};
use crate::catalog::compiled::{DIFFUSION_KEYS, LLM_KEYS};
use crate::catalog::read_compiled::{ATTRIBUTES, CONFIGURATION, FAMILY, FILE, MODEL};
use crate::catalog::source::settings::NODES;

pub(super) fn schema(tables: Tables<'_>) -> Value {
    let mut schema = object(FILE, &FILE, |key| match key {
        "vendor" => described(words(tables.vendors.ids()), "The vendor's id in `data/models/vendors.yaml`"),
        "families" => list_of(reference("family")),
        _ => Value::Null,
    });
    schema["$defs"] = json!({
        "family": object(FAMILY, &["name", "models"], |key| match key {
            "name" => text_type(),
            "description" => nullable(text_type()),
            "models" => list_of(reference("model")),
            _ => Value::Null,
        }),
        "model": model(tables),
        "configuration": configuration(),
        "engine": engine(tables),
    });
    schema
}

fn model(tables: Tables<'_>) -> Value {
    object(MODEL, &MODEL[..4], |key| match key {
        "name" => text_type(),
        "model_path" => described(text_type(), "The repository of the weights: `organisation/name`"),
        "speculative_draft_model" => nullable(text_type()),
        "attributes" => json!({ "oneOf": [
            of("llm", attributes(&LLM_KEYS)),
            of("diffusion", attributes(&DIFFUSION_KEYS)),
        ] }),
        "hardware" => {
            let configurations =
                object(["configurations"], &["configurations"], |_| list_of(reference("configuration")));
            named(tables.hardware.names(), &configurations)
        }
        _ => Value::Null,
    })
}

/// A mapping with one key.
fn of(key: &str, value: Value) -> Value {
    object([key], &[key], |_| value.clone())
}

fn configuration() -> Value {
    let mut configuration = object(CONFIGURATION, &["name", "attributes"], |key| match key {
        "name" => text_type(),
        "attributes" => object(ATTRIBUTES, &ATTRIBUTES, |key| match key {
            "nodes" => words(NODES),
            _ => text_type(),
        }),
        "quantized_model_path" => nullable(text_type()),
        "engine" | "prefill" | "decode" => nullable(reference("engine")),
        _ => Value::Null,
    });
    let (set, unset) = (json!({ "type": "object" }), json!({ "type": "null" }));
    configuration["oneOf"] = json!([
        { "required": ["engine"], "properties": { "engine": set, "prefill": unset, "decode": unset } },
        {
            "required": ["prefill", "decode"],
            "properties": { "engine": unset, "prefill": set, "decode": set },
        },
    ]);
    configuration
}

fn engine(tables: Tables<'_>) -> Value {
    let fields = &tables.schema.fields;
    let keys: Vec<&str> =
        ["env_vars"].into_iter().chain(fields.keys().map(String::as_str)).chain(["extra_args"]).collect();
    let required: Vec<&str> =
        fields.values().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    object(keys, &required, |key| match (key, fields.get(key)) {
        ("env_vars", _) => nullable(env_vars()),
        ("extra_args", _) => nullable(extra_args()),
        (_, Some(known)) if known.required => field(known),
        (_, Some(known)) => nullable(field(known)),
        (_, None) => Value::Null,
    })
}
