//! Reading the models of a family and the attributes of both.

use indexmap::IndexMap;

use super::settings::{Keys, missing, optional_text, text, texts};
use super::{AttributeMap, AttributeValue, Attributes, Layer, Model, ModelName};
use crate::catalog::compiled::{DIFFUSION_KEYS, LLM_KEYS};
use crate::catalog::spanned::Spanned;
use crate::world::reader::{INVALID_VALUE, Reader};
use crate::world::yaml::{Entry, Node};

/// The keys of a model.
pub(crate) const MODEL: [&str; 15] = [
    "name",
    "base_name",
    "vendor",
    "model_path",
    "quantization",
    "quantizations",
    "capabilities",
    "valid_quants",
    "quantized_paths",
    "quant_overrides",
    "hardware",
    "configurations",
    "llm",
    "diffusion",
    "speculative_draft_model",
];

/// What `thinking_capability` can be.
pub(crate) const THINKING: [&str; 3] = ["thinking", "non_thinking", "hybrid"];

/// The variants of a model that a source can name.
pub(crate) const CAPABILITIES: [&str; 3] = ["base", "instruct", "thinking"];

/// One entry under `models`: a bare name or a mapping.
pub(super) fn model(node: &Node, keys: &Keys<'_>, reader: &mut Reader<'_>) -> Option<Model> {
    if let Some(name) = node.text() {
        return Some(Model::named(ModelName::Whole(Spanned::new(name.to_owned(), node.span))));
    }
    if node.entries().is_none() {
        reader.wrong_type(node, "a model", "a name or a mapping");
        return None;
    }
    let entries = reader.mapping(node, "a model", &MODEL);
    let mut model = Model::named(name(node, reader)?);
    for entry in entries {
        let value = &entry.value;
        match entry.key.as_str() {
            "vendor" => model.vendor = optional_text(entry, reader),
            "model_path" => model.model_path = optional_text(entry, reader),
            "quantization" => model.quantization = optional_text(entry, reader),
            "speculative_draft_model" => model.speculative_draft_model = optional_text(entry, reader),
            "quantizations" if !value.is_null() => {
                model.quantizations = list(value, "`quantizations`", reader);
            }
            "capabilities" if !value.is_null() => model.capabilities = capabilities(value, reader),
            "valid_quants" if !value.is_null() => valid_quants(value, &mut model, reader),
            "quantized_paths" if !value.is_null() => quantized_paths(value, &mut model, reader),
            "quant_overrides" if !value.is_null() => quant_overrides(value, keys, &mut model, reader),
            "llm" | "diffusion" => attributes(entry, &mut model.attributes, reader),
            _ => keys.layer(entry, &mut model.layer, reader),
        }
    }
    for key in ["quantizations", "capabilities"] {
        if let (ModelName::Whole(_), Some(entry)) = (&model.name, node.entry(key)) {
            let message = format!("`{key}` belongs to a model with `base_name`, and this one has `name`");
            reader
                .report(&INVALID_VALUE, entry.key_span, message)
                .help
                .push("write `base_name` to compose names, or `quantization` for the one model".into());
        }
    }
    Some(model)
}

impl Model {
    fn named(name: ModelName) -> Self {
        Self {
            name,
            vendor: None,
            model_path: None,
            quantization: None,
            quantizations: None,
            capabilities: None,
            valid_quants: IndexMap::new(),
            quantized_paths: IndexMap::new(),
            quant_overrides: IndexMap::new(),
            speculative_draft_model: None,
            attributes: Attributes::default(),
            layer: Layer::default(),
        }
    }
}

/// Exactly one of `name` and `base_name`.
fn name(node: &Node, reader: &mut Reader<'_>) -> Option<ModelName> {
    match (node.entry("name"), node.entry("base_name")) {
        (Some(name), None) => text(&name.value, "`name`", reader).map(ModelName::Whole),
        (None, Some(base)) => text(&base.value, "`base_name`", reader).map(ModelName::Base),
        (Some(name), Some(base)) => {
            reader
                .report(&INVALID_VALUE, base.key_span, "a model has `name` or `base_name`, not both")
                .help
                .push("`name` stands for one model, `base_name` for all variants of it".into());
            text(&name.value, "`name`", reader).map(ModelName::Whole)
        }
        (None, None) => {
            missing("name", "a model", node, reader);
            None
        }
    }
}

/// A list of texts that is not empty: an empty one would silently stand for no model at all.
fn list(node: &Node, what: &str, reader: &mut Reader<'_>) -> Option<Vec<Spanned<String>>> {
    let items = texts(node, what, reader);
    if node.items().is_some_and(<[Node]>::is_empty) {
        reader.report(&INVALID_VALUE, node.span, format!("{what} must name at least one"));
    }
    (!items.is_empty()).then_some(items)
}

fn capabilities(node: &Node, reader: &mut Reader<'_>) -> Option<Vec<Spanned<String>>> {
    let items = list(node, "`capabilities`", reader)?;
    for item in node.items().unwrap_or_default().iter().filter(|item| item.text().is_some()) {
        reader.word(item, "`capabilities`", &CAPABILITIES);
    }
    Some(items)
}

/// The entries of a mapping with free keys; none where it is something else, which is reported.
fn entries<'n>(node: &'n Node, what: &str, wanted: &str, reader: &mut Reader<'_>) -> &'n [Entry] {
    if let Some(entries) = node.entries() {
        return entries;
    }
    reader.wrong_type(node, what, wanted);
    &[]
}

fn valid_quants(node: &Node, model: &mut Model, reader: &mut Reader<'_>) {
    let wanted = "a mapping from capabilities to quantizations";
    for entry in entries(node, "`valid_quants`", wanted, reader) {
        let what = format!("the quantizations of `{}`", entry.key);
        let quants = reader.texts(&entry.value, &what);
        model.valid_quants.insert(entry.key.clone(), Spanned::new(quants, entry.key_span));
    }
}

fn quantized_paths(node: &Node, model: &mut Model, reader: &mut Reader<'_>) {
    let wanted = "a mapping from quantizations to repositories";
    for entry in entries(node, "`quantized_paths`", wanted, reader) {
        if let Some(path) = text(&entry.value, &format!("the path of `{}`", entry.key), reader) {
            model.quantized_paths.insert(entry.key.clone(), Spanned::new(path, entry.key_span));
        }
    }
}

fn quant_overrides(node: &Node, keys: &Keys<'_>, model: &mut Model, reader: &mut Reader<'_>) {
    let wanted = "a mapping from quantizations to settings";
    for entry in entries(node, "`quant_overrides`", wanted, reader) {
        let settings = keys.settings(&entry.value, &format!("the settings of `{}`", entry.key), reader);
        model.quant_overrides.insert(entry.key.clone(), Spanned::new(settings, entry.key_span));
    }
}

/// Takes `llm` or `diffusion` into the attributes of one level.
pub(crate) fn attributes(entry: &Entry, into: &mut Attributes, reader: &mut Reader<'_>) {
    let (known, what, slot) = match entry.key.as_str() {
        "llm" => (LLM_KEYS.as_slice(), "`llm`", &mut into.llm),
        _ => (DIFFUSION_KEYS.as_slice(), "`diffusion`", &mut into.diffusion),
    };
    let mut map = AttributeMap::new();
    if !entry.value.is_null() {
        for entry in reader.mapping(&entry.value, what, known) {
            let Some(&key) = known.iter().find(|known| **known == entry.key) else { continue };
            if let Some(value) = attribute(key, &entry.value, reader) {
                map.insert(key, Spanned::new(value, entry.value.span));
            }
        }
    }
    *slot = Some(Spanned::new(map, entry.key_span));
}

/// The value of an attribute; `Some(None)` is an explicit null.
fn attribute(key: &str, node: &Node, reader: &mut Reader<'_>) -> Option<Option<AttributeValue>> {
    if node.is_null() {
        return Some(None);
    }
    let what = format!("`{key}`");
    let value = match AttributeKind::of(key) {
        AttributeKind::Word(words) => AttributeValue::Text(reader.word(node, &what, words)?.to_owned()),
        AttributeKind::Texts => {
            let texts = reader.texts(node, &what);
            node.items().map(|_| AttributeValue::Texts(texts))?
        }
        AttributeKind::Bool => AttributeValue::Bool(reader.boolean(node, &what)?),
        AttributeKind::Int => AttributeValue::Int(reader.integer(node, &what)?),
        AttributeKind::Text => AttributeValue::Text(reader.text(node, &what)?),
    };
    Some(Some(value))
}

/// What values an attribute takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AttributeKind {
    /// One of these words.
    Word(&'static [&'static str]),
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A switch.
    Bool,
    /// A whole number.
    Int,
}

impl AttributeKind {
    /// The kind of an attribute, by its key.
    pub(crate) fn of(key: &str) -> Self {
        match key {
            "thinking_capability" => Self::Word(&THINKING),
            "task_types" => Self::Texts,
            "supports_lora" | "dit_layerwise_offload" => Self::Bool,
            "ulysses_degree" | "ring_degree" => Self::Int,
            _ => Self::Text,
        }
    }
}
