//! Reading a compiled file back: one that this program wrote, or a catalog that was compiled elsewhere.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::catalog::compile::attributes::{LLM_AND_DIFFUSION, Merged};
use crate::catalog::compile::check::PREFILL_AND_DECODE;
use crate::catalog::compiled::{
    Attributes, CompiledFile, Configuration, Engine, Family, Hardware, Llm, Model, Servers, Trace,
};
use crate::catalog::source;
use crate::catalog::source::model::attributes;
use crate::catalog::source::settings::{NODES, env_vars, field_value, missing, optional_text, text, words};
use crate::catalog::spanned::{Origin, Spanned};
use crate::diagnostic::Checked;
use crate::engine::fields::EngineBlock;
use crate::engine::fields::Schema;
use crate::text::{Excerpt, SourceFile, Span};
use crate::world::reader::{self, MISSING_KEY, Reader};
use crate::world::yaml::{Entry, Node};

/// The keys of a compiled file.
pub(crate) const FILE: [&str; 2] = ["vendor", "families"];
/// The keys of a compiled family.
pub(crate) const FAMILY: [&str; 3] = ["name", "description", "models"];
/// The keys of a compiled model.
pub(crate) const MODEL: [&str; 5] =
    ["name", "model_path", "attributes", "hardware", "speculative_draft_model"];
/// The keys of a compiled configuration.
pub(crate) const CONFIGURATION: [&str; 6] =
    ["name", "attributes", "quantized_model_path", "engine", "prefill", "decode"];

/// Reads a compiled file whose engine blocks have these fields. What can't be read is a finding and is left out.
pub fn read(file: &Arc<SourceFile>, schema: &Schema) -> Checked<CompiledFile> {
    let excerpt = Excerpt::whole(file);
    let Checked { value: documents, mut findings } = reader::documents(&excerpt);
    let mut own = vec!["env_vars"];
    own.extend(schema.fields.keys().map(String::as_str));
    own.push("extra_args");
    let mut compiled =
        Compiled { keys: own, schema, origin: Origin::new(file), reader: Reader::new(&excerpt) };
    let mut whole =
        CompiledFile { origin: Origin::new(file), vendor: Spanned::default(), families: Vec::new() };
    match documents.first() {
        Some(document) => compiled.file(document, &mut whole),
        None if findings.is_empty() => {
            compiled.reader.report(&MISSING_KEY, Span::at(0), "a compiled file must not be empty");
        }
        None => {}
    }
    findings.append(&mut compiled.reader.findings);
    Checked::new(whole, findings)
}

/// The keys of the attributes of a configuration.
pub(crate) const ATTRIBUTES: [&str; 3] = ["nodes", "optimization", "quantization"];

struct Compiled<'a> {
    /// The keys of an engine block.
    keys: Vec<&'a str>,
    schema: &'a Schema,
    origin: Origin,
    reader: Reader<'a>,
}

impl Compiled<'_> {
    fn file(&mut self, node: &Node, whole: &mut CompiledFile) {
        for entry in self.reader.mapping(node, "a compiled file", &FILE) {
            match entry.key.as_str() {
                "vendor" => {
                    whole.vendor = text(&entry.value, "`vendor`", &mut self.reader).unwrap_or_default()
                }
                "families" => whole.families = self.list(entry, Self::family),
                _ => {}
            }
        }
        self.required(node, "a compiled file", &FILE);
    }

    fn family(&mut self, node: &Node) -> Option<Family> {
        let mut name = None;
        let mut description = None;
        let mut models = Vec::new();
        for entry in self.reader.mapping(node, "a family", &FAMILY) {
            match entry.key.as_str() {
                "name" => name = text(&entry.value, "`name`", &mut self.reader),
                "description" => description = optional_text(entry, &mut self.reader),
                "models" => models = self.list(entry, Self::model),
                _ => {}
            }
        }
        self.required(node, "a family", &["name", "models"]);
        Some(Family { name: name?, description, models })
    }

    fn model(&mut self, node: &Node) -> Option<Model> {
        let (mut name, mut model_path, mut draft) = (None, None, None);
        let mut attributes = Attributes::Llm(Llm::default());
        let mut hardware = IndexMap::new();
        for entry in self.reader.mapping(node, "a compiled model", &MODEL) {
            match entry.key.as_str() {
                "name" => name = text(&entry.value, "`name`", &mut self.reader),
                "model_path" => model_path = text(&entry.value, "`model_path`", &mut self.reader),
                "speculative_draft_model" => draft = optional_text(entry, &mut self.reader),
                "attributes" => attributes = self.attributes(&entry.value),
                "hardware" => hardware = self.hardware(&entry.value),
                _ => {}
            }
        }
        self.required(node, "a compiled model", &MODEL[..4]);
        Some(Model {
            name: name?,
            model_path: model_path?,
            attributes,
            hardware,
            speculative_draft_model: draft,
            origin: self.origin.clone(),
        })
    }

    fn attributes(&mut self, node: &Node) -> Attributes {
        let mut found = source::Attributes::default();
        for entry in self.reader.mapping(node, "the attributes of a model", &["llm", "diffusion"]) {
            if !entry.value.is_null() {
                attributes(entry, &mut found, &mut self.reader);
            }
        }
        if let (Some(_), Some(second)) = (&found.llm, &found.diffusion) {
            let message = "a model has both `llm` and `diffusion`";
            self.reader.report(&LLM_AND_DIFFUSION, second.span, message);
        }
        match &found.diffusion {
            Some(_) => Attributes::Diffusion(Merged::new(None, found.diffusion.as_ref()).diffusion()),
            None => Attributes::Llm(Merged::new(None, found.llm.as_ref()).llm()),
        }
    }

    fn hardware(&mut self, node: &Node) -> IndexMap<String, Hardware> {
        let mut all = IndexMap::new();
        let Some(entries) = node.entries() else {
            self.reader.wrong_type(node, "`hardware`", "a mapping from hardware to configurations");
            return all;
        };
        for Entry { key, key_span, value } in entries {
            let what = format!("the hardware `{key}`");
            let mut hardware =
                Hardware { id: Spanned::new(key.clone(), *key_span), configurations: Vec::new() };
            for entry in self.reader.mapping(value, &what, &["configurations"]) {
                if entry.key == "configurations" {
                    hardware.configurations = self.list(entry, Self::configuration);
                }
            }
            self.required(value, &what, &["configurations"]);
            all.insert(key.clone(), hardware);
        }
        all
    }

    fn configuration(&mut self, node: &Node) -> Option<Configuration> {
        let mut name = None;
        let mut quantized_model_path = None;
        let mut attributes = [None, None, None];
        let mut servers = [None, None, None];
        for entry in self.reader.mapping(node, "a configuration", &CONFIGURATION) {
            match entry.key.as_str() {
                "name" => name = text(&entry.value, "`name`", &mut self.reader),
                "quantized_model_path" => quantized_model_path = optional_text(entry, &mut self.reader),
                "attributes" => attributes = self.configuration_attributes(&entry.value),
                "engine" => servers[0] = self.engine(entry),
                "prefill" => servers[1] = self.engine(entry),
                "decode" => servers[2] = self.engine(entry),
                _ => {}
            }
        }
        self.required(node, "a configuration", &["name", "attributes"]);
        let name: Spanned<String> = name?;
        let servers = self.servers(&name, servers)?;
        let [nodes, optimization, quantization] = attributes;
        Some(Configuration {
            nodes: nodes?,
            optimization: optimization?,
            quantization: quantization?,
            quantized_model_path,
            servers,
            name,
            origin: self.origin.clone(),
        })
    }

    fn configuration_attributes(&mut self, node: &Node) -> [Option<Spanned<String>>; 3] {
        let what = "the attributes of a configuration";
        let mut found = [None, None, None];
        for entry in self.reader.mapping(node, what, &ATTRIBUTES) {
            let Some(index) = ATTRIBUTES.iter().position(|key| *key == entry.key) else { continue };
            if index == 0 && self.reader.word(&entry.value, "`nodes`", &NODES).is_none() {
                continue;
            }
            found[index] = text(&entry.value, &format!("`{}`", entry.key), &mut self.reader);
        }
        self.required(node, what, &ATTRIBUTES);
        found
    }

    fn engine(&mut self, entry: &Entry) -> Option<Engine> {
        let node = &entry.value;
        if node.is_null() {
            return None;
        }
        let trace = Trace { block: entry.key_span, ..Trace::default() };
        let mut engine = Engine { block: EngineBlock::default(), trace };
        let entries = self.reader.mapping(node, &format!("`{}`", entry.key), &self.keys);
        let schema = self.schema;
        for (name, field) in &schema.fields {
            let Some(entry) = entries.iter().rev().find(|entry| entry.key == *name) else { continue };
            if let Some(Some(value)) = field_value(&entry.value, field, &mut self.reader) {
                engine.set(name, value, entry.value.span);
            }
        }
        for entry in entries {
            match entry.key.as_str() {
                "env_vars" => {
                    for (name, value) in env_vars(&entry.value, &mut self.reader) {
                        engine.set_env_var(&name, value.value, value.span);
                    }
                }
                "extra_args" => {
                    for word in words(&entry.value, "`extra_args`", &mut self.reader) {
                        engine.push(word.value, word.span);
                    }
                }
                _ => {}
            }
        }
        Some(engine)
    }

    fn servers(&mut self, name: &Spanned<String>, found: [Option<Engine>; 3]) -> Option<Servers> {
        let problem = match found {
            [Some(engine), None, None] => return Some(Servers::Engine(engine)),
            [None, Some(prefill), Some(decode)] => {
                return Some(Servers::Disaggregated { prefill: Box::new(prefill), decode: Box::new(decode) });
            }
            [None, None, None] => "neither `engine` nor `prefill` and `decode`",
            [None, Some(_), None] => "`prefill` without `decode`",
            [None, None, Some(_)] => "`decode` without `prefill`",
            [Some(_), ..] => "`engine` beside `prefill` or `decode`",
        };
        let message = format!("`{}` has {problem}", name.value);
        self.reader
            .report(&PREFILL_AND_DECODE, name.span, message)
            .help
            .push("a configuration has `engine`, or `prefill` and `decode` together".into());
        None
    }

    fn list<T>(&mut self, entry: &Entry, mut item: impl FnMut(&mut Self, &Node) -> Option<T>) -> Vec<T> {
        let Some(items) = entry.value.items() else {
            self.reader.wrong_type(&entry.value, &format!("`{}`", entry.key), "a list");
            return Vec::new();
        };
        items.iter().filter_map(|node| item(self, node)).collect()
    }

    fn required(&mut self, node: &Node, what: &str, keys: &[&str]) {
        for key in keys {
            if node.entries().is_some() && node.get(key).is_none() {
                missing(key, what, node, &mut self.reader);
            }
        }
    }
}
