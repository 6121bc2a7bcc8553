//! Reading a source file: the file, its defaults and its families.

use std::sync::Arc;

use indexmap::IndexMap;

use super::model::{self, attributes};
use super::settings::{Keys, missing, optional_text, text};
use super::{Attributes, Family, Layer, Source, Suffix};
use crate::catalog::spanned::Spanned;
use crate::diagnostic::Checked;
use crate::engine::fields::Schema;
use crate::text::{Excerpt, SourceFile};
use crate::world::reader::{self, Reader, SYNTAX};
use crate::world::yaml::Node;

/// The keys of a source file.
pub(crate) const FILE: [&str; 3] = ["vendor", "defaults", "families"];
/// The keys of `defaults`.
pub(crate) const DEFAULTS: [&str; 2] = ["hardware", "configurations"];
/// The keys of a family.
pub(crate) const FAMILY: [&str; 8] =
    ["name", "description", "llm", "diffusion", "model_name_suffix", "hardware", "configurations", "models"];

/// Reads a source file whose settings have these fields.
pub fn read(file: &Arc<SourceFile>, schema: &Schema) -> Checked<Source> {
    let excerpt = Excerpt::whole(file);
    let Checked { value: documents, mut findings } = reader::documents(&excerpt);
    let mut reader = Reader::new(&excerpt);
    let mut source =
        Source { file: Arc::clone(file), vendor: None, defaults: Layer::default(), families: Vec::new() };
    match documents.as_slice() {
        [] if !findings.is_empty() => {}
        [document, ..] => self::file(document, &Keys::new(schema), &mut source, &mut reader),
        [] => {
            let message = "a catalog source must not be empty";
            reader.report(&reader::MISSING_KEY, crate::text::Span::at(0), message);
        }
    }
    if let Some(second) = documents.get(1) {
        let message = "a catalog source is one YAML document, not several";
        reader.report(&SYNTAX, second.span, message);
    }
    findings.append(&mut reader.findings);
    Checked::new(source, findings)
}

fn file(node: &Node, keys: &Keys<'_>, source: &mut Source, reader: &mut Reader<'_>) {
    let entries = reader.mapping(node, "a catalog source", &FILE);
    for entry in entries {
        match entry.key.as_str() {
            "vendor" => source.vendor = text(&entry.value, "`vendor`", reader),
            "defaults" if !entry.value.is_null() => {
                for entry in reader.mapping(&entry.value, "`defaults`", &DEFAULTS) {
                    keys.layer(entry, &mut source.defaults, reader);
                }
            }
            "families" => {
                let Some(items) = entry.value.items() else {
                    reader.wrong_type(&entry.value, "`families`", "a list");
                    continue;
                };
                source.families = items.iter().filter_map(|item| family(item, keys, reader)).collect();
            }
            _ => {}
        }
    }
    for key in ["vendor", "families"] {
        if node.entries().is_some() && node.get(key).is_none() {
            missing(key, "a catalog source", node, reader);
        }
    }
}

fn family(node: &Node, keys: &Keys<'_>, reader: &mut Reader<'_>) -> Option<Family> {
    let entries = reader.mapping(node, "a family", &FAMILY);
    let mut name = None;
    let mut description = None;
    let mut all = Attributes::default();
    let mut model_name_suffix = IndexMap::new();
    let mut layer = Layer::default();
    let mut models = Vec::new();
    for entry in entries {
        match entry.key.as_str() {
            "name" => name = text(&entry.value, "`name`", reader),
            "description" => description = optional_text(entry, reader),
            "llm" | "diffusion" => attributes(entry, &mut all, reader),
            "model_name_suffix" => model_name_suffix = suffixes(&entry.value, reader),
            "models" => {
                let Some(items) = entry.value.items() else {
                    reader.wrong_type(&entry.value, "`models`", "a list");
                    continue;
                };
                models = items.iter().filter_map(|item| model::model(item, keys, reader)).collect();
            }
            _ => keys.layer(entry, &mut layer, reader),
        }
    }
    for key in ["name", "models"] {
        if node.entries().is_some() && node.get(key).is_none() {
            missing(key, "a family", node, reader);
        }
    }
    let name: Spanned<String> = name?;
    Some(Family { name, description, attributes: all, model_name_suffix, layer, models })
}

fn suffixes(node: &Node, reader: &mut Reader<'_>) -> IndexMap<String, Suffix> {
    if node.is_null() {
        return IndexMap::new();
    }
    let Some(entries) = node.entries() else {
        reader.wrong_type(node, "`model_name_suffix`", "a mapping from capabilities to suffixes");
        return IndexMap::new();
    };
    let mut suffixes = IndexMap::new();
    for entry in entries.iter().filter(|entry| !entry.value.is_null()) {
        let text = reader.text(&entry.value, &format!("the suffix of `{}`", entry.key));
        if let Some(text) = text {
            suffixes.insert(entry.key.clone(), Suffix { key: entry.key_span, text });
        }
    }
    suffixes
}
