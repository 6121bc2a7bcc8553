//! Reading engine settings, hardware and configurations.

use indexmap::IndexMap;

use super::{Configuration, DEFAULT_HARDWARE, Hardware, Layer, Settings};
use crate::catalog::spanned::Spanned;
use crate::diagnostic::{Edit, Fix, Level, Rule};
use crate::engine::block::field_value as checked_value;
use crate::engine::fields::FieldValue;
use crate::engine::fields::{Field, Schema};
use crate::world::reader::{MISSING_KEY, Reader};
use crate::world::yaml::{Entry, Node};

/// A number or a switch where a word of a command line belongs.
pub static UNQUOTED_TEXT: Rule = Rule::new(
    "catalog/unquoted-text",
    Level::Warning,
    "words of a command line and values of environment variables are texts",
);

/// How many nodes a configuration takes.
pub(crate) const NODES: [&str; 2] = ["single", "multi"];

/// The keys of settings that are not fields.
pub(crate) const SETTINGS: [&str; 3] = ["env_vars", "extra_args", "nodes"];
/// The key of hardware besides those of settings.
pub(crate) const CONFIGURATIONS: &str = "configurations";
/// The keys of a configuration besides those of settings.
pub(crate) const CONFIGURATION: [&str; 7] =
    ["name", "optimization", "quantization", "quantized_model_path", "hardware", "prefill", "decode"];

/// The keys that settings and configurations can have, which depend on the site's fields.
#[derive(Debug)]
pub(super) struct Keys<'a> {
    schema: &'a Schema,
    settings: Vec<&'a str>,
    hardware: Vec<&'a str>,
    configuration: Vec<&'a str>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(schema: &'a Schema) -> Self {
        let fields: Vec<&str> = schema.fields.keys().map(String::as_str).collect();
        let settings = [fields.as_slice(), &SETTINGS].concat();
        let hardware = [settings.as_slice(), &[CONFIGURATIONS]].concat();
        let configuration = [&CONFIGURATION, settings.as_slice()].concat();
        Self { schema, settings, hardware, configuration }
    }

    /// The settings of one layer; null stands for none.
    pub(super) fn settings(&self, node: &Node, what: &str, reader: &mut Reader<'_>) -> Settings {
        let mut settings = Settings::default();
        if !node.is_null() {
            for entry in reader.mapping(node, what, &self.settings) {
                self.setting(entry, &mut settings, reader);
            }
        }
        settings
    }

    /// Takes an entry into `settings`, if it is one of theirs.
    fn setting(&self, entry: &Entry, settings: &mut Settings, reader: &mut Reader<'_>) {
        let value = &entry.value;
        match entry.key.as_str() {
            "env_vars" => settings.env_vars = Some(env_vars(value, reader)),
            "extra_args" => settings.extra_args = Some(words(value, "`extra_args`", reader)),
            "nodes" if value.is_null() => settings.nodes = None,
            "nodes" => {
                let word = reader.word(value, "`nodes`", &NODES);
                settings.nodes = word.map(|word| Spanned::new(word.to_owned(), value.span));
            }
            key => {
                let Some(field) = self.schema.field(key) else { return };
                if let Some(found) = field_value(value, field, reader) {
                    settings.fields.insert(key.to_owned(), Spanned::new(found, value.span));
                }
            }
        }
    }

    /// The key `hardware` of one level.
    pub(super) fn hardware(&self, entry: &Entry, reader: &mut Reader<'_>) -> Option<Hardware> {
        let node = &entry.value;
        let mut hardware = Hardware { span: entry.key_span, ..Hardware::default() };
        if node.is_null() {
            return None;
        }
        if let Some(items) = node.items() {
            for item in items {
                if let Some(id) = reader.text(item, "an item of `hardware`") {
                    hardware.named.insert(id, Spanned::new(Settings::default(), item.span));
                }
            }
            return Some(hardware);
        }
        let Some(entries) = node.entries() else {
            reader.wrong_type(node, "`hardware`", "a mapping or a list of hardware");
            return None;
        };
        for entry in entries {
            self.of_hardware(entry, &mut hardware, reader);
        }
        Some(hardware)
    }

    /// Takes one hardware of a level: its settings, and configurations of its own.
    fn of_hardware(&self, entry: &Entry, hardware: &mut Hardware, reader: &mut Reader<'_>) {
        let (id, node) = (&entry.key, &entry.value);
        let mut settings = Settings::default();
        if !node.is_null() {
            for entry in reader.mapping(node, &format!("the settings of `{id}`"), &self.hardware) {
                if entry.key == CONFIGURATIONS {
                    let own = self.configurations(entry, reader);
                    hardware.configurations.extend(own.map(|own| (id.clone(), own)));
                } else {
                    self.setting(entry, &mut settings, reader);
                }
            }
        }
        if id == DEFAULT_HARDWARE {
            hardware.default = Some(settings);
        } else {
            hardware.named.insert(id.clone(), Spanned::new(settings, entry.key_span));
        }
    }

    /// A list of configurations; null stands for none of this level's own.
    fn configurations(&self, entry: &Entry, reader: &mut Reader<'_>) -> Option<Vec<Configuration>> {
        if entry.value.is_null() {
            return None;
        }
        let Some(items) = entry.value.items() else {
            reader.wrong_type(&entry.value, "`configurations`", "a list");
            return None;
        };
        Some(items.iter().filter_map(|item| self.configuration(item, reader)).collect())
    }

    /// Takes `hardware` or `configurations` into a level.
    pub(super) fn layer(&self, entry: &Entry, layer: &mut Layer, reader: &mut Reader<'_>) {
        match entry.key.as_str() {
            "hardware" => layer.hardware = self.hardware(entry, reader),
            CONFIGURATIONS => layer.configurations = self.configurations(entry, reader),
            _ => {}
        }
    }

    fn configuration(&self, node: &Node, reader: &mut Reader<'_>) -> Option<Configuration> {
        let entries = reader.mapping(node, "a configuration", &self.configuration);
        let mut configuration = Configuration {
            name: Spanned::default(),
            optimization: None,
            quantization: None,
            quantized_model_path: None,
            hardware: None,
            settings: Settings::default(),
            prefill: None,
            decode: None,
        };
        let mut named = false;
        for entry in entries {
            let value = &entry.value;
            match entry.key.as_str() {
                "name" => {
                    if let Some(name) = text(value, "`name`", reader) {
                        configuration.name = name;
                        named = true;
                    }
                }
                "optimization" => configuration.optimization = optional_text(entry, reader),
                "quantization" => configuration.quantization = optional_text(entry, reader),
                "quantized_model_path" => configuration.quantized_model_path = optional_text(entry, reader),
                "hardware" if !value.is_null() => {
                    configuration.hardware = Some(texts(value, "`hardware`", reader));
                }
                "prefill" if !value.is_null() => {
                    let settings = self.settings(value, "`prefill`", reader);
                    configuration.prefill = Some(Spanned::new(settings, entry.key_span));
                }
                "decode" if !value.is_null() => {
                    let settings = self.settings(value, "`decode`", reader);
                    configuration.decode = Some(Spanned::new(settings, entry.key_span));
                }
                _ => self.setting(entry, &mut configuration.settings, reader),
            }
        }
        if !named && node.entries().is_some() && node.get("name").is_none_or(Node::is_null) {
            missing("name", "a configuration", node, reader);
        }
        named.then_some(configuration)
    }
}

/// Reports a required key that is not there, at the first key of the mapping.
pub(crate) fn missing(key: &str, what: &str, node: &Node, reader: &mut Reader<'_>) {
    let first = node.entries().and_then(|entries| entries.first());
    let span = first.map_or(node.span, |entry| entry.key_span);
    reader.report(&MISSING_KEY, span, format!("{what} must have the key `{key}`"));
}

/// The value of a field; `Some(None)` is an explicit null.
pub(crate) fn field_value(node: &Node, field: &Field, reader: &mut Reader<'_>) -> Option<Option<FieldValue>> {
    if node.is_null() { Some(None) } else { checked_value(reader, field, node).map(Some) }
}

/// Environment variables; null stands for none.
pub(crate) fn env_vars(node: &Node, reader: &mut Reader<'_>) -> IndexMap<String, Spanned<String>> {
    let mut variables = IndexMap::new();
    if node.is_null() {
        return variables;
    }
    let Some(entries) = node.entries() else {
        reader.wrong_type(node, "`env_vars`", "a mapping from names to texts");
        return variables;
    };
    for entry in entries {
        let what = format!("the value of `{}`", entry.key);
        if let Some(value) = quoted_text(&entry.value, &what, reader) {
            variables.insert(entry.key.clone(), value);
        }
    }
    variables
}

/// Words of a command line; null stands for none.
pub(crate) fn words(node: &Node, what: &str, reader: &mut Reader<'_>) -> Vec<Spanned<String>> {
    if node.is_null() {
        return Vec::new();
    }
    let Some(items) = node.items() else {
        reader.wrong_type(node, what, "a list of words");
        return Vec::new();
    };
    let item = format!("an item of {what}");
    items.iter().filter_map(|node| quoted_text(node, &item, reader)).collect()
}

/// A text that must be one in YAML too: `0.80` without quotes is a number, whose last digit other readers drop.
fn quoted_text(node: &Node, what: &str, reader: &mut Reader<'_>) -> Option<Spanned<String>> {
    let value = text(node, what, reader)?;
    if node.scalar().is_some_and(|scalar| scalar.boolean().is_some() || scalar.number().is_some()) {
        let location = reader.excerpt().locate(node.span);
        let message = format!("{what} must be a text, not {}", node.describe());
        let found = reader.report(&UNQUOTED_TEXT, node.span, message);
        found.help.push(format!("write it in quotes: `\"{}\"`", value.value));
        found.fix = Some(Fix {
            description: "put it in quotes".into(),
            edits: vec![Edit { location, replacement: format!("\"{}\"", value.value) }],
            safe: false,
        });
    }
    Some(value)
}

/// A text with its place.
pub(crate) fn text(node: &Node, what: &str, reader: &mut Reader<'_>) -> Option<Spanned<String>> {
    reader.text(node, what).map(|text| Spanned::new(text, node.span))
}

/// The text of an entry; null stands for none.
pub(crate) fn optional_text(entry: &Entry, reader: &mut Reader<'_>) -> Option<Spanned<String>> {
    if entry.value.is_null() {
        return None;
    }
    text(&entry.value, &format!("`{}`", entry.key), reader)
}

/// A list of texts with their places.
pub(crate) fn texts(node: &Node, what: &str, reader: &mut Reader<'_>) -> Vec<Spanned<String>> {
    let Some(items) = node.items() else {
        reader.wrong_type(node, what, "a list");
        return Vec::new();
    };
    let item = format!("an item of {what}");
    items.iter().filter_map(|node| text(node, &item, reader)).collect()
}
