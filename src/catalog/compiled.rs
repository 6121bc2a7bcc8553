//! The compiled shape of the catalog: every model on every hardware in every configuration, written out.
//!
//! Vendor → family → model → hardware → configuration → engine. Each value knows the bytes that it came from, in
//! the file that its model's or configuration's [`Origin`] names: a value that was inherited from a family or from
//! the defaults points at the line there, so that a finding names the line that has to change.

use indexmap::IndexMap;

use crate::catalog::facts::ModelFacts;
use crate::catalog::spanned::{Origin, Spanned};
use crate::engine::fields::{EngineBlock, FieldValue};
use crate::text::{Location, Span};

/// The keys under `attributes.llm`, in the order of the compiled files.
pub const LLM_KEYS: [&str; 4] = ["thinking_capability", "tool_parser", "reasoning_parser", "chat_template"];

/// The keys under `attributes.diffusion`, in the order of the compiled files.
pub const DIFFUSION_KEYS: [&str; 6] =
    ["model_type", "task_types", "supports_lora", "ulysses_degree", "ring_degree", "dit_layerwise_offload"];

/// One compiled file: the models that one source file describes.
#[derive(Clone, Debug, PartialEq)]
pub struct CompiledFile {
    /// The file that it was compiled from, or read from.
    pub origin: Origin,
    /// The vendor's id in `vendors.yaml`.
    pub vendor: Spanned<String>,
    /// The families, in the order written.
    pub families: Vec<Family>,
}

/// A family of models.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// The family's name.
    pub name: Spanned<String>,
    /// One sentence about the family.
    pub description: Option<Spanned<String>>,
    /// Its models.
    pub models: Vec<Model>,
}

/// One set of weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The model's name, unique within an engine version.
    pub name: Spanned<String>,
    /// The repository of its weights: `organisation/name`.
    pub model_path: Spanned<String>,
    /// What the model can do.
    pub attributes: Attributes,
    /// Its configurations on each hardware, by hardware id.
    pub hardware: IndexMap<String, Hardware>,
    /// The repository of the small model that drafts tokens for this one.
    pub speculative_draft_model: Option<Spanned<String>>,
    /// The file that the spans of this model are of.
    pub origin: Origin,
}

/// What a model can do.
#[derive(Clone, Debug, PartialEq)]
pub enum Attributes {
    /// A language model.
    Llm(Llm),
    /// A model that makes images or video.
    Diffusion(Diffusion),
}

/// Attributes of a language model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Llm {
    /// `thinking`, `non_thinking` or `hybrid`.
    pub thinking_capability: Option<Spanned<String>>,
    /// The value for `--tool-call-parser`.
    pub tool_parser: Option<Spanned<String>>,
    /// The value for `--reasoning-parser`.
    pub reasoning_parser: Option<Spanned<String>>,
    /// The value for `--chat-template`.
    pub chat_template: Option<Spanned<String>>,
}

/// Attributes of a diffusion model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diffusion {
    /// `image`, `image_edit` or `video`.
    pub model_type: Option<Spanned<String>>,
    /// What it makes of what: `text-to-image`.
    pub task_types: Option<Spanned<Vec<String>>>,
    /// Whether adapters can be loaded.
    pub supports_lora: Option<Spanned<bool>>,
    /// GPUs of a sequence-parallel group of the Ulysses kind.
    pub ulysses_degree: Option<Spanned<i64>>,
    /// GPUs of a sequence-parallel group of the ring kind.
    pub ring_degree: Option<Spanned<i64>>,
    /// Whether layers are kept in the host's memory until they run.
    pub dit_layerwise_offload: Option<Spanned<bool>>,
}

/// A model on one kind of GPU.
#[derive(Clone, Debug, PartialEq)]
pub struct Hardware {
    /// The hardware's id in `hardware.yaml`.
    pub id: Spanned<String>,
    /// The configurations, in the order written.
    pub configurations: Vec<Configuration>,
}

/// One way to serve a model on one kind of GPU.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    /// The configuration's name, unique for its model and hardware.
    pub name: Spanned<String>,
    /// `single` or `multi`.
    pub nodes: Spanned<String>,
    /// `balanced`, `low-latency` or `high-throughput`.
    pub optimization: Spanned<String>,
    /// The precision of the weights: `fp8`.
    pub quantization: Spanned<String>,
    /// The repository with the weights in that precision, where it is not the model's own.
    pub quantized_model_path: Option<Spanned<String>>,
    /// The server or servers.
    pub servers: Servers,
    /// The file that the spans of this configuration are of.
    pub origin: Origin,
}

/// The servers of a configuration.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "nearly every configuration is of the large variant")]
pub enum Servers {
    /// One server does everything.
    Engine(Engine),
    /// Disaggregated serving: one server for prompts, another for the tokens after them.
    Disaggregated {
        /// The server for prompts.
        prefill: Box<Engine>,
        /// The server for tokens.
        decode: Box<Engine>,
    },
}

/// An engine block and where its parts came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Engine {
    /// The block.
    pub block: EngineBlock,
    /// Where each part of it came from.
    pub trace: Trace,
}

/// Where the parts of an engine block came from, in the order of the block. Any two are equal, as for [`Spanned`].
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The bytes of the configuration's name, or of the block itself.
    pub block: Span,
    /// The bytes of each field's value.
    pub fields: Vec<Span>,
    /// The bytes of each environment variable's value.
    pub env_vars: Vec<Span>,
    /// The bytes of each word.
    pub extra_args: Vec<Span>,
}

impl PartialEq for Trace {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Trace {}

impl CompiledFile {
    /// All models, family after family.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.families.iter().flat_map(|family| &family.models)
    }
}

impl Model {
    /// All configurations with the id of their hardware.
    pub fn configurations(&self) -> impl Iterator<Item = (&str, &Configuration)> {
        self.hardware.iter().flat_map(|(id, hardware)| {
            hardware.configurations.iter().map(move |configuration| (id.as_str(), configuration))
        })
    }

    /// A configuration by hardware and name.
    pub fn configuration(&self, hardware: &str, name: &str) -> Option<&Configuration> {
        self.hardware.get(hardware)?.configurations.iter().find(|found| found.name.value == name)
    }
}

impl Attributes {
    /// The attributes of a language model, if it is one.
    pub fn llm(&self) -> Option<&Llm> {
        match self {
            Self::Llm(llm) => Some(llm),
            Self::Diffusion(_) => None,
        }
    }

    /// The attributes of a diffusion model, if it is one.
    pub fn diffusion(&self) -> Option<&Diffusion> {
        match self {
            Self::Diffusion(diffusion) => Some(diffusion),
            Self::Llm(_) => None,
        }
    }
}

impl Configuration {
    /// The place of the configuration's name.
    pub fn location(&self) -> Location {
        self.origin.locate(self.name.span)
    }

    /// The servers with the key that each stands under: `engine`, or `prefill` and `decode`.
    pub fn engines(&self) -> impl Iterator<Item = (&'static str, &Engine)> {
        let (first, second) = match &self.servers {
            Servers::Engine(engine) => (("engine", engine), None),
            Servers::Disaggregated { prefill, decode } => {
                (("prefill", &**prefill), Some(("decode", &**decode)))
            }
        };
        std::iter::once(first).chain(second)
    }

    /// The precision that the weights have in a GPU's memory: that of the published weights, where facts on them are
    /// known and the engine is not told to quantize them, else the one that the configuration names.
    pub fn precision<'a>(&'a self, engine: &Engine, weights: Option<&'a ModelFacts>) -> &'a str {
        let quantizes = |word: &String| word.split('=').next() == Some("--quantization");
        let published = weights.and_then(|facts| facts.precision.as_deref());
        published
            .filter(|_| !engine.block.extra_args.iter().any(quantizes))
            .unwrap_or(&self.quantization.value)
    }
}

impl Engine {
    /// The bytes of a field's value; the block's own where the field is not set.
    pub fn field_span(&self, field: &str) -> Span {
        let index = self.block.fields.get_index_of(field);
        index.and_then(|index| self.trace.fields.get(index)).copied().unwrap_or(self.trace.block)
    }

    /// The bytes of an environment variable's value; the block's own where it is not set.
    pub fn env_var_span(&self, name: &str) -> Span {
        let index = self.block.env_vars.get_index_of(name);
        index.and_then(|index| self.trace.env_vars.get(index)).copied().unwrap_or(self.trace.block)
    }

    /// The bytes of a word of `extra_args`, by its index; the block's own where there is no such word.
    pub fn word_span(&self, index: usize) -> Span {
        self.trace.extra_args.get(index).copied().unwrap_or(self.trace.block)
    }

    pub(crate) fn set(&mut self, field: &str, value: FieldValue, span: Span) {
        let (index, _) = self.block.fields.insert_full(field.to_owned(), value);
        place(&mut self.trace.fields, index, span);
    }

    pub(crate) fn set_env_var(&mut self, name: &str, value: String, span: Span) {
        let (index, _) = self.block.env_vars.insert_full(name.to_owned(), value);
        place(&mut self.trace.env_vars, index, span);
    }

    pub(crate) fn push(&mut self, word: String, span: Span) {
        self.block.extra_args.push(word);
        self.trace.extra_args.push(span);
    }
}

/// Sets the span at an index that is at most one past the last.
fn place(spans: &mut Vec<Span>, index: usize, span: Span) {
    match spans.get_mut(index) {
        Some(known) => *known = span,
        None => spans.push(span),
    }
}
