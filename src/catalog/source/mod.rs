//! The source language of the catalog: the compact YAML that people write, as they wrote it.
//!
//! ```yaml
//! vendor: qwen
//! defaults:
//!   hardware:
//!     H200: { tp: 1 }
//!   configurations:
//!     - name: default
//! families:
//!   - name: Qwen3
//!     description: Text models.
//!     llm: { tool_parser: qwen, reasoning_parser: qwen3 }
//!     models:
//!       - Qwen3-Coder                     # one model, by its whole name
//!       - base_name: 8B                   # Qwen3-8B and Qwen3-8B-FP8
//!         quantizations: [bf16, fp8]
//! ```
//!
//! These types hold what the file says and where, without any inheritance; [`compile`](super::compile) makes
//! models of it. What can't be read is a finding and is left out.

pub(super) mod model;
pub(super) mod read;
pub(super) mod settings;

use std::sync::Arc;

use indexmap::IndexMap;

use super::spanned::Spanned;
use crate::engine::fields::FieldValue;
use crate::text::{SourceFile, Span};

pub use read::read;
pub use settings::UNQUOTED_TEXT;

/// One source file.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The vendor's id.
    pub vendor: Option<Spanned<String>>,
    /// What holds for every family that does not say otherwise.
    pub defaults: Layer,
    /// The families.
    pub families: Vec<Family>,
}

/// Hardware and configurations of one level: the file's defaults, a family, or a model.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// The hardware, if this level names any.
    pub hardware: Option<Hardware>,
    /// The configurations, if this level has its own.
    pub configurations: Option<Vec<Configuration>>,
}

/// The hardware of one level.
#[derive(Clone, Debug, Default)]
pub struct Hardware {
    /// The bytes of the key `hardware`.
    pub span: Span,
    /// The settings under `default`, for every hardware of this level.
    pub default: Option<Settings>,
    /// Settings by hardware id; the span is the id's.
    pub named: IndexMap<String, Spanned<Settings>>,
    /// Configurations by hardware id, or by `default`, in place of those of this level.
    pub configurations: IndexMap<String, Vec<Configuration>>,
}

/// The key under `hardware` whose settings are for every hardware of the level.
pub(super) const DEFAULT_HARDWARE: &str = "default";

/// Engine settings of one layer. A value of `None` is an explicit null, which takes the inherited value away.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Values by field name.
    pub fields: IndexMap<String, Spanned<Option<FieldValue>>>,
    /// Environment variables.
    pub env_vars: Option<IndexMap<String, Spanned<String>>>,
    /// Words of the command line.
    pub extra_args: Option<Vec<Spanned<String>>>,
    /// `single` or `multi`.
    pub nodes: Option<Spanned<String>>,
}

/// A family of models.
#[derive(Clone, Debug)]
pub struct Family {
    /// The family's name.
    pub name: Spanned<String>,
    /// One sentence about it.
    pub description: Option<Spanned<String>>,
    /// What its models can do.
    pub attributes: Attributes,
    /// What is put after a composed name, by capability; the span is the value's.
    pub model_name_suffix: IndexMap<String, Suffix>,
    /// Hardware and configurations of the family.
    pub layer: Layer,
    /// Its models.
    pub models: Vec<Model>,
}

/// What a capability puts after a composed name.
#[derive(Clone, Debug)]
pub struct Suffix {
    /// The bytes of the capability.
    pub key: Span,
    /// The text.
    pub text: String,
}

/// Attributes of one level.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    /// What stands under `llm`; the span is the key's.
    pub llm: Option<Spanned<AttributeMap>>,
    /// What stands under `diffusion`; the span is the key's.
    pub diffusion: Option<Spanned<AttributeMap>>,
}

/// Attributes by name. A value of `None` is an explicit null, which takes the inherited value away.
pub type AttributeMap = IndexMap<&'static str, Spanned<Option<AttributeValue>>>;

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeValue {
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// A switch.
    Bool(bool),
    /// A whole number.
    Int(i64),
}

/// How a model is named.
#[derive(Clone, Debug)]
pub enum ModelName {
    /// `name`, or a bare name: one model of exactly this name.
    Whole(Spanned<String>),
    /// `base_name`: one model for each capability and quantization, with composed names.
    Base(Spanned<String>),
}

/// One entry under `models`.
#[derive(Clone, Debug)]
pub struct Model {
    /// How it is named.
    pub name: ModelName,
    /// The vendor whose organisation has the weights, where it is not the file's.
    pub vendor: Option<Spanned<String>>,
    /// The repository of the weights.
    pub model_path: Option<Spanned<String>>,
    /// The precision of the weights.
    pub quantization: Option<Spanned<String>>,
    /// The precisions that there are weights in.
    pub quantizations: Option<Vec<Spanned<String>>>,
    /// The capabilities that there are models of.
    pub capabilities: Option<Vec<Spanned<String>>>,
    /// The quantizations that exist, by capability; the span is the capability's.
    pub valid_quants: IndexMap<String, Spanned<Vec<String>>>,
    /// The repository of each quantization; the outer span is the quantization's.
    pub quantized_paths: IndexMap<String, Spanned<Spanned<String>>>,
    /// Settings by quantization; the span is the quantization's.
    pub quant_overrides: IndexMap<String, Spanned<Settings>>,
    /// The repository of the model that drafts tokens.
    pub speculative_draft_model: Option<Spanned<String>>,
    /// What it can do.
    pub attributes: Attributes,
    /// Its hardware and configurations.
    pub layer: Layer,
}

/// A preset: one way to serve, on every hardware.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// Its name.
    pub name: Spanned<String>,
    /// `balanced`, `low-latency` or `high-throughput`.
    pub optimization: Option<Spanned<String>>,
    /// The precision of the weights.
    pub quantization: Option<Spanned<String>>,
    /// The repository with the weights in that precision.
    pub quantized_model_path: Option<Spanned<String>>,
    /// The hardware that it is for, when it is not for all.
    pub hardware: Option<Vec<Spanned<String>>>,
    /// Its own settings.
    pub settings: Settings,
    /// Settings of the server for prompts; the span is the key's.
    pub prefill: Option<Spanned<Settings>>,
    /// Settings of the server for tokens; the span is the key's.
    pub decode: Option<Spanned<Settings>>,
}

impl Layer {
    /// The configurations that this level gives a hardware, if it has any: the hardware's own before the level's.
    pub(super) fn configurations_for(&self, id: &str) -> Option<&[Configuration]> {
        let of_hardware = self.hardware.as_ref().map(|hardware| &hardware.configurations);
        let own = of_hardware.and_then(|own| own.get(id).or_else(|| own.get(DEFAULT_HARDWARE)));
        own.or(self.configurations.as_ref()).map(Vec::as_slice)
    }

    /// All configurations that this level writes down.
    pub(super) fn all_configurations(&self) -> impl Iterator<Item = &Configuration> {
        let of_hardware = self.hardware.iter().flat_map(|hardware| hardware.configurations.values());
        self.configurations.iter().chain(of_hardware).flatten()
    }
}

impl ModelName {
    /// The name as written.
    pub fn written(&self) -> &Spanned<String> {
        match self {
            Self::Whole(name) | Self::Base(name) => name,
        }
    }
}

impl Settings {
    /// These settings with those of `over` in place of what both have, key by key; lists and mappings are
    /// replaced as a whole.
    #[must_use]
    pub fn overlaid(&self, over: &Self) -> Self {
        let mut all = self.clone();
        for (name, value) in &over.fields {
            all.fields.insert(name.clone(), value.clone());
        }
        if over.env_vars.is_some() {
            all.env_vars.clone_from(&over.env_vars);
        }
        if over.extra_args.is_some() {
            all.extra_args.clone_from(&over.extra_args);
        }
        if over.nodes.is_some() {
            all.nodes.clone_from(&over.nodes);
        }
        all
    }
}
