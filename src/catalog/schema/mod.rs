//! JSON Schemas (2020-12) and TypeScript types of everything that people write and programs read.
//!
//! They are made from the fields of `data/schema/engine.yaml` and from the key tables of the readers themselves, so
//! that a key which a reader knows is in the schema, and no other. Null stands wherever a reader takes it.

mod api;
mod compiled;
mod report;
mod site;
mod source;
mod typescript;

use serde_json::{Map, Value, json};

use crate::catalog::hardware::HardwareTable;
use crate::catalog::source::model::AttributeKind;
use crate::catalog::vendors::Vendors;
use crate::engine::fields::{Field, FieldType, FieldValue, Schema};

/// Where a site keeps its schemas for editors.
pub const FOLDER: &str = "data/schema/json";

/// The file of the TypeScript types.
pub const TYPES: &str = "engine.d.ts";

/// What schemas are made from.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    /// The fields of engine blocks.
    pub schema: &'a Schema,
    /// The vendors that a source can name; any where there are none.
    pub vendors: &'a Vendors,
    /// The hardware that a source can name; any where there is none.
    pub hardware: &'a HardwareTable,
}

/// What a schema is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A file of `data/models/src/`.
    Source,
    /// A file of `data/models/generated/`.
    Compiled,
    /// `site.yaml`.
    Site,
    /// `api/catalog.json`.
    Catalog,
    /// The JSON of one model.
    Model,
    /// The JSON of one configuration.
    Configuration,
    /// The findings of a run.
    Report,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Source,
        Self::Compiled,
        Self::Site,
        Self::Catalog,
        Self::Model,
        Self::Configuration,
        Self::Report,
    ];

    /// The name, as in the name of the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Compiled => "compiled",
            Self::Site => "site",
            Self::Catalog => "catalog",
            Self::Model => "model",
            Self::Configuration => "configuration",
            Self::Report => "report",
        }
    }

    /// The name of the schema's file.
    pub fn file(self) -> String {
        format!("{}.schema.json", self.name())
    }
}

/// The schema of a subject. With an address, the one at which it is published.
pub fn json_schema(subject: Subject, tables: Tables<'_>, address: Option<&str>) -> Value {
    let (title, body) = match subject {
        Subject::Source => ("A source of the catalog", source::schema(tables)),
        Subject::Compiled => ("A compiled file of the catalog", compiled::schema(tables)),
        Subject::Site => ("site.yaml", site::schema()),
        Subject::Catalog => ("The catalog of a published site", api::catalog(tables)),
        Subject::Model => ("A model of a published site", api::model_file(tables)),
        Subject::Configuration => ("A configuration of a published site", api::configuration_file(tables)),
        Subject::Report => ("The findings of a run", report::schema()),
    };
    let mut all = Map::new();
    all.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    if let Some(address) = address {
        all.insert("$id".into(), address.into());
    }
    all.insert("title".into(), title.into());
    if let Value::Object(body) = body {
        all.extend(body);
    }
    Value::Object(all)
}

/// TypeScript declarations of engine blocks and of the compiled form.
pub fn typescript(tables: Tables<'_>) -> String {
    typescript::declarations(tables.schema)
}

/// A schema as the text of its file.
pub fn text(schema: &Value) -> String {
    format!("{schema:#}\n")
}

/// A mapping with exactly these keys, each with the schema that `value` gives it.
fn object<'k>(
    keys: impl IntoIterator<Item = &'k str>,
    required: &[&str],
    mut value: impl FnMut(&str) -> Value,
) -> Value {
    let properties: Map<String, Value> = keys.into_iter().map(|key| (key.to_owned(), value(key))).collect();
    let mut object = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        object["required"] = required.into();
    }
    object
}

/// A mapping from free keys.
fn map_of(value: Value) -> Value {
    json!({ "type": "object", "additionalProperties": value })
}

/// A mapping whose keys are these names; from free keys where there are none.
fn named<'k>(names: impl Iterator<Item = &'k str>, value: &Value) -> Value {
    let properties: Map<String, Value> = names.map(|name| (name.to_owned(), value.clone())).collect();
    if properties.is_empty() {
        return map_of(value.clone());
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// A list.
fn list_of(item: Value) -> Value {
    json!({ "type": "array", "items": item })
}

/// A text.
fn text_type() -> Value {
    json!({ "type": "string" })
}

/// One of these words; any text where there are none.
fn words<'w>(words: impl IntoIterator<Item = &'w str>) -> Value {
    let words: Vec<&str> = words.into_iter().collect();
    if words.is_empty() { text_type() } else { json!({ "enum": words }) }
}

/// A definition of the same document.
fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// The same, or null.
fn nullable(mut schema: Value) -> Value {
    if let Some(Value::String(kind)) = schema.get("type").cloned() {
        schema["type"] = json!([kind, "null"]);
        if let Some(Value::Array(choices)) = schema.get_mut("enum") {
            choices.push(Value::Null);
        }
        return schema;
    }
    if let Some(Value::Array(choices)) = schema.get_mut("enum") {
        choices.push(Value::Null);
        return schema;
    }
    json!({ "anyOf": [schema, { "type": "null" }] })
}

/// The same, with what it says to people.
fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = description.into();
    schema
}

/// The values of a field.
fn field(field: &Field) -> Value {
    let mut schema = match field.field_type {
        FieldType::Integer => json!({ "type": "integer" }),
        FieldType::Boolean => json!({ "type": "boolean" }),
        FieldType::Text => text_type(),
    };
    if let Some(minimum) = field.minimum {
        schema["minimum"] = minimum.into();
    }
    if let Some(maximum) = field.maximum {
        schema["maximum"] = maximum.into();
    }
    if !field.choices.is_empty() {
        schema["enum"] = field.choices.clone().into();
    }
    if let Some(default) = &field.default {
        schema["default"] = match default {
            FieldValue::Int(number) => (*number).into(),
            FieldValue::Bool(value) => (*value).into(),
            FieldValue::Text(text) => text.as_str().into(),
        };
    }
    let description = format!("{}.\n\n{}", field.summary, field.description.trim());
    described(schema, description.trim())
}

/// What stands under `llm` or `diffusion`. Each can be null.
fn attributes(keys: &[&str]) -> Value {
    object(keys.iter().copied(), &[], |key| {
        nullable(match AttributeKind::of(key) {
            AttributeKind::Word(choices) => words(choices.iter().copied()),
            AttributeKind::Text => text_type(),
            AttributeKind::Texts => list_of(text_type()),
            AttributeKind::Bool => json!({ "type": "boolean" }),
            AttributeKind::Int => json!({ "type": "integer" }),
        })
    })
}

/// The value of `env_vars`.
fn env_vars() -> Value {
    described(map_of(text_type()), "Environment variables of the server; a number stands in quotes")
}

/// The value of `extra_args`.
fn extra_args() -> Value {
    described(
        list_of(text_type()),
        "Words of the command line that follow the fields' flags; a number stands in quotes",
    )
}
