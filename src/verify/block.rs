//! Blocks of YAML that configure an engine: recognised by their shape, read, lowered, and judged like commands.

use super::command::{Argument, Command, Variable};
use crate::diagnostic::Diagnostic;
use crate::engine::argparse::Word;
use crate::engine::block::{LocatedBlock, read};
use crate::engine::fields::{EngineBlock, Schema};
use crate::engine::lower::{Lowered, Origin, lower};
use crate::engine::version::Version;
use crate::text::{Excerpt, Location, Span};
use crate::world::reader::Reader;
use crate::world::yaml::{Entry, Node};

/// What a YAML document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The fields of one engine, bare or below `engine:`.
    Engine,
    /// One configuration, with name and goal.
    Configuration,
    /// A list of configurations, bare or below `configurations:`.
    Configurations,
    /// A source file of the catalog.
    CatalogSource,
    /// A compiled file of the catalog.
    CompiledCatalog,
    /// A file for the engine's `--config`.
    ConfigFile,
    /// Anything else.
    Other,
}

/// One engine block of a YAML document, with what the configuration around it says.
#[derive(Clone, Debug)]
pub struct Server {
    /// The block.
    pub located: LocatedBlock,
    /// `balanced`, `high-throughput` or `low-latency`.
    pub optimization: Option<String>,
    /// The precision of the weights.
    pub quantization: Option<String>,
}

/// The keys of a configuration besides those of an engine block.
const CONFIGURATION_KEYS: [&str; 9] = [
    "name",
    "nodes",
    "optimization",
    "quantization",
    "quantized_model_path",
    "attributes",
    "engine",
    "prefill",
    "decode",
];

/// The shape of a document. `is_flag` says whether a word is a flag of the engine's server, without its dashes.
pub fn shape(node: &Node, schema: &Schema, is_flag: impl Fn(&str) -> bool) -> Shape {
    if let Some(items) = node.items() {
        let all = !items.is_empty() && items.iter().all(|item| is_configuration(item, schema));
        return if all { Shape::Configurations } else { Shape::Other };
    }
    let Some(entries) = node.entries() else { return Shape::Other };
    let has = |key: &str| entries.iter().any(|entry| entry.key == key);
    if has("families") {
        return if is_compiled(node) { Shape::CompiledCatalog } else { Shape::CatalogSource };
    }
    if has("configurations") && !has("model") {
        return Shape::Configurations;
    }
    if is_configuration(node, schema) {
        return Shape::Configuration;
    }
    let fields = entries.iter().filter(|entry| is_block_key(&entry.key, schema)).count();
    let flags = entries.iter().filter(|entry| is_flag(&entry.key)).count();
    if flags > fields {
        return Shape::ConfigFile;
    }
    if fields > 0 && fields * 2 >= entries.len() || has("engine") && entries.len() == 1 {
        return Shape::Engine;
    }
    Shape::Other
}

fn is_block_key(key: &str, schema: &Schema) -> bool {
    schema.field(key).is_some() || key == "extra_args" || key == "env_vars"
}

fn is_configuration(node: &Node, schema: &Schema) -> bool {
    let Some(entries) = node.entries() else { return false };
    let has = |key: &str| entries.iter().any(|entry| entry.key == key);
    let has_field = entries.iter().any(|entry| is_block_key(&entry.key, schema));
    (has("name") || has("optimization"))
        && (has_field || has("engine") || has("prefill") || has("optimization"))
        || has("prefill") && has("decode")
}

fn is_compiled(node: &Node) -> bool {
    let first = |node: Option<&Node>| node.and_then(Node::items).and_then(<[Node]>::first).cloned();
    let model = first(node.get("families")).and_then(|family| first(family.get("models")));
    model.is_some_and(|model| model.get("attributes").is_some())
}

/// The servers that a document of the first three shapes describes.
pub fn servers(reader: &mut Reader<'_>, schema: &Schema, node: &Node, shape: Shape) -> Vec<Server> {
    match shape {
        Shape::Engine => match node.entries() {
            Some([only]) if only.key == "engine" => vec![bare(reader, schema, &only.value)],
            _ => vec![bare(reader, schema, node)],
        },
        Shape::Configuration => configuration(reader, schema, node),
        Shape::Configurations => {
            let list = node.get("configurations").unwrap_or(node);
            let Some(items) = list.items() else {
                reader.wrong_type(list, "`configurations`", "a list");
                return Vec::new();
            };
            items.iter().flat_map(|item| configuration(reader, schema, item)).collect()
        }
        _ => Vec::new(),
    }
}

fn bare(reader: &mut Reader<'_>, schema: &Schema, node: &Node) -> Server {
    let located = read(reader, schema, node, &[]);
    Server { located, optimization: None, quantization: None }
}

fn configuration(reader: &mut Reader<'_>, schema: &Schema, node: &Node) -> Vec<Server> {
    let attributes = node.get("attributes");
    let mut word = |key: &str, words: &[&str]| -> Option<String> {
        let value = node.get(key).or_else(|| attributes.and_then(|attributes| attributes.get(key)))?;
        (!value.is_null()).then(|| reader.word(value, &format!("`{key}`"), words).map(str::to_owned))?
    };
    let optimization = word("optimization", &["balanced", "high-throughput", "low-latency"]);
    word("nodes", &["single", "multi"]);
    let quantization = node
        .get("quantization")
        .or_else(|| attributes.and_then(|attributes| attributes.get("quantization")))
        .and_then(Node::text)
        .map(str::to_owned);
    let inner: Vec<&Entry> = node
        .entries()
        .unwrap_or_default()
        .iter()
        .filter(|entry| {
            matches!(entry.key.as_str(), "engine" | "prefill" | "decode") && !entry.value.is_null()
        })
        .collect();
    let mut blocks: Vec<LocatedBlock> =
        inner.iter().map(|entry| read(reader, schema, &entry.value, &[])).collect();
    let outer = read(reader, schema, node, &CONFIGURATION_KEYS);
    if blocks.is_empty() {
        blocks.push(outer);
    }
    blocks
        .into_iter()
        .map(|located| Server {
            located,
            optimization: optimization.clone(),
            quantization: quantization.clone(),
        })
        .collect()
}

/// The command that a block becomes in a version: its words point at the fields that they came from. A model that
/// is not known is a placeholder.
pub fn command(
    schema: &Schema,
    block: &EngineBlock,
    version: Version,
    model: Option<&str>,
    whole: &Location,
    place: impl Fn(&Origin) -> Location,
    variable: impl Fn(&str) -> Location,
) -> (Command, Lowered) {
    let lowered = lower(schema, block, version);
    let mut arguments = vec![
        Argument::standing_for("--model-path", whole),
        match model {
            Some(path) => Argument::standing_for(path, whole),
            None => {
                let mut argument = Argument::standing_for("MODEL", whole);
                argument.word = Word::opaque("MODEL");
                argument
            }
        },
    ];
    arguments
        .extend(lowered.words.iter().map(|word| Argument::standing_for(&word.text, &place(&word.origin))));
    let variables = block
        .env_vars
        .iter()
        .map(|(name, value)| Variable {
            name: Argument::standing_for(name, &variable(name)),
            value: value.clone(),
        })
        .collect();
    (Command { start: whole.clone(), arguments, variables, elided: false }, lowered)
}

/// The command of a block that was read from an excerpt.
pub fn located_command(
    excerpt: &Excerpt,
    schema: &Schema,
    located: &LocatedBlock,
    version: Version,
    model: Option<&str>,
) -> (Command, Lowered) {
    let origins = &located.origins;
    let whole = excerpt.locate(first_line(excerpt, origins.whole));
    let place = |origin: &Origin| match origin {
        Origin::Field(name) => origins.fields.get(name).map(|origin| origin.value),
        Origin::Extra(index) => origins.extra_args.get(*index).copied(),
    };
    let located_at = |span: Option<Span>| span.map_or_else(|| whole.clone(), |span| excerpt.locate(span));
    command(
        schema,
        &located.block,
        version,
        model,
        &whole,
        |origin| located_at(place(origin)),
        |name| located_at(origins.env_vars.get(name).map(|origin| origin.key)),
    )
}

fn first_line(excerpt: &Excerpt, span: Span) -> Span {
    let text = span.of(excerpt.text());
    Span::new(span.start, span.start + text.find(['\n', '\r']).unwrap_or(text.len()))
}

/// A field that a version has no flag for.
pub static UNSUPPORTED_FIELD: crate::diagnostic::Rule = crate::diagnostic::Rule::new(
    "engine/unsupported-field",
    crate::diagnostic::Level::Error,
    "every field has a flag in the version used",
);

/// What is said about fields without a flag.
pub fn unsupported(lowered: &Lowered, version: Version, place: impl Fn(&str) -> Location) -> Vec<Diagnostic> {
    lowered
        .unsupported
        .iter()
        .map(|field| {
            let message = format!("version {version} of the engine has no flag for `{field}`");
            Diagnostic::new(&UNSUPPORTED_FIELD, place(field), message)
                .help("leave it out, or name a newer version")
        })
        .collect()
}
