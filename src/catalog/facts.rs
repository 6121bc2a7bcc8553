//! `data/models/facts/*.yaml`: what is known of models, by the path of their weights.
//!
//! ```yaml
//! deepseek-ai/DeepSeek-V3:
//!   architecture: moe
//!   parameters: 671B
//!   attention: { kind: mla, heads: 128, kv_heads: 1, kv_lora_rank: 512, qk_rope_head_dim: 64 }
//! deepseek-ai/DeepSeek-V3.1: { same_as: deepseek-ai/DeepSeek-V3 }
//! ```
//!
//! A fact that is not stated is not known; nothing is guessed in its place.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::catalog::spanned::{Origin, Spanned};
use crate::diagnostic::{Checked, Diagnostic, Label, Level, Rule};
use crate::text::nearest::did_you_mean;
use crate::text::{Excerpt, SourceFile};
use crate::world::reader::{self, INVALID_VALUE, Reader};
use crate::world::yaml::{Entry, Node};

/// The folder of the files, by its path in a site.
pub const FOLDER: &str = "data/models/facts";
/// Where the files that come with the program stand, so that a site's own facts are told from them.
pub const BUILT_IN: &str = "<shardbook>/data/models/facts";

/// `same_as` names a model without facts.
pub static UNKNOWN_FACTS: Rule =
    Rule::new("catalog/unknown-facts", Level::Error, "`same_as` names a model that has facts");
/// `same_as` leads back to where it started.
pub static CIRCULAR_FACTS: Rule =
    Rule::new("catalog/circular-facts", Level::Error, "`same_as` does not lead back to its own model");

/// The rules of this module.
pub static RULES: [&Rule; 2] = [&UNKNOWN_FACTS, &CIRCULAR_FACTS];

/// The facts on all models.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Facts by model path, in the order read.
    pub models: IndexMap<String, ModelFacts>,
}

/// What is known of one model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelFacts {
    /// Whether tokens pass through all weights or through chosen experts.
    pub architecture: Option<Architecture>,
    /// Number of parameters.
    pub parameters: Option<u64>,
    /// Number of parameters that one token passes through.
    pub active_parameters: Option<u64>,
    /// Longest context in tokens.
    pub context_length: Option<u64>,
    /// The precision of the published weights: `bf16`, `fp8`.
    pub precision: Option<String>,
    /// Number of layers.
    pub layers: Option<u64>,
    /// Elements of a token's vector between the layers.
    pub hidden_size: Option<u64>,
    /// Rows of the embedding, and of the LM head where that has weights of its own.
    pub vocabulary: Option<u64>,
    /// The attention.
    pub attention: Option<Attention>,
    /// The experts of a mixture.
    pub experts: Option<Experts>,
    /// Whether the engine's implementation of the model supports DP attention.
    pub dp_attention: Option<bool>,
}

/// Whether tokens pass through all weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// Through all.
    Dense,
    /// Through some: a mixture of experts.
    Moe,
}

/// The kind of a model's attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttentionKind {
    /// Query heads share KV heads, or each has its own.
    Gqa,
    /// Multi-head latent attention: one compressed KV head for all.
    Mla,
    /// Some layers have attention with a growing KV cache, others a state of fixed size.
    Hybrid,
}

/// A model's attention.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attention {
    /// Its kind.
    pub kind: Option<AttentionKind>,
    /// Query heads.
    pub heads: Option<u64>,
    /// KV heads, as the engine keeps them: one for latent attention.
    pub kv_heads: Option<u64>,
    /// Elements of one head.
    pub head_dim: Option<u64>,
    /// Elements of the compressed KV vector of latent attention.
    pub kv_lora_rank: Option<u64>,
    /// Elements of the positional part beside that vector.
    pub qk_rope_head_dim: Option<u64>,
    /// Elements of the compressed query vector of latent attention.
    pub q_lora_rank: Option<u64>,
    /// Elements of a head of latent attention beside its positional part.
    pub qk_nope_head_dim: Option<u64>,
    /// Elements of a head's value in latent attention.
    pub v_head_dim: Option<u64>,
    /// Layers that have a KV cache, where not all do.
    pub kv_layers: Option<u64>,
}

/// The experts of a mixture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Experts {
    /// Experts that the router chooses from.
    pub routed: Option<u64>,
    /// Experts that it chooses for a token.
    pub active: Option<u64>,
    /// Experts that every token passes through.
    pub shared: Option<u64>,
}

impl ModelFacts {
    /// Whether the model has multi-head latent attention.
    pub fn is_mla(&self) -> bool {
        self.attention_kind() == Some(AttentionKind::Mla)
    }

    /// The kind of attention.
    pub fn attention_kind(&self) -> Option<AttentionKind> {
        self.attention.as_ref()?.kind
    }

    /// Experts that the router chooses from.
    pub fn routed_experts(&self) -> Option<u64> {
        self.experts.as_ref()?.routed
    }

    /// Query heads.
    pub fn attention_heads(&self) -> Option<u64> {
        self.attention.as_ref()?.heads
    }

    /// KV heads as the engine keeps them; latent attention has one.
    pub fn kv_heads(&self) -> Option<u64> {
        let attention = self.attention.as_ref()?;
        attention.kv_heads.or_else(|| self.is_mla().then_some(1))
    }

    /// These facts, with those of `other` where these say nothing.
    fn or(self, other: &Self) -> Self {
        Self {
            architecture: self.architecture.or(other.architecture),
            parameters: self.parameters.or(other.parameters),
            active_parameters: self.active_parameters.or(other.active_parameters),
            context_length: self.context_length.or(other.context_length),
            precision: self.precision.or_else(|| other.precision.clone()),
            layers: self.layers.or(other.layers),
            hidden_size: self.hidden_size.or(other.hidden_size),
            vocabulary: self.vocabulary.or(other.vocabulary),
            attention: self.attention.or_else(|| other.attention.clone()),
            experts: self.experts.or_else(|| other.experts.clone()),
            dp_attention: self.dp_attention.or(other.dp_attention),
        }
    }
}

impl Facts {
    /// Reads all files; `same_as` may name a model of another file.
    ///
    /// What a site says of a model takes the place of what comes with the program.
    pub fn read(files: &[Arc<SourceFile>]) -> Checked<Self> {
        let mut findings = Vec::new();
        let mut written = IndexMap::new();
        let (built_in, own): (Vec<_>, Vec<_>) = files.iter().partition(|file| is_built_in(file));
        for file in own.into_iter().chain(built_in) {
            read_file(file, &mut written, &mut findings);
        }
        let models = resolve(&written, &mut findings);
        Checked::new(Self { models }, findings)
    }

    /// The facts on the model with these weights.
    pub fn get(&self, model_path: &str) -> Option<&ModelFacts> {
        self.models.get(model_path)
    }
}

/// The facts on one model as written.
struct Written {
    path: Spanned<String>,
    same_as: Option<Spanned<String>>,
    own: ModelFacts,
    origin: Origin,
}

fn is_built_in(file: &SourceFile) -> bool {
    file.path().starts_with(BUILT_IN)
}

fn read_file(file: &Arc<SourceFile>, all: &mut IndexMap<String, Written>, findings: &mut Vec<Diagnostic>) {
    let excerpt = Excerpt::whole(file);
    let documents = reader::documents(&excerpt).take(findings);
    let mut reader = Reader::new(&excerpt);
    if let Some(document) = documents.first().filter(|document| !document.is_null()) {
        if document.entries().is_none() {
            reader.wrong_type(document, "a file of facts", "a mapping from model paths to facts");
        }
        for entry in document.entries().unwrap_or_default() {
            if is_built_in(file) && all.contains_key(&entry.key) {
                continue;
            }
            let written = written(entry, Origin::new(file), &mut reader);
            // A key that stands twice in one file was reported with the file's other repeated keys.
            if let Some(first) = all.get(&entry.key)
                && first.origin.source() != file
            {
                let location = first.origin.locate(first.path.span);
                let message = format!("there are facts on `{}` in another file", entry.key);
                let found = reader.report(&reader::DUPLICATE_KEY, entry.key_span, message);
                found.related.push(Label { location, message: "first here".into() });
            }
            all.insert(entry.key.clone(), written);
        }
    }
    findings.append(&mut reader.findings);
}

const KEYS: [&str; 12] = [
    "architecture",
    "parameters",
    "active_parameters",
    "context_length",
    "precision",
    "layers",
    "hidden_size",
    "vocabulary",
    "attention",
    "experts",
    "dp_attention",
    "same_as",
];

fn written(entry: &Entry, origin: Origin, reader: &mut Reader<'_>) -> Written {
    let path = Spanned::new(entry.key.clone(), entry.key_span);
    let mut own = ModelFacts::default();
    let mut same_as = None;
    for entry in reader.mapping(&entry.value, "the facts on a model", &KEYS) {
        let (value, what) = (&entry.value, format!("`{}`", entry.key));
        match entry.key.as_str() {
            "architecture" => {
                own.architecture = reader.word(value, &what, &["dense", "moe"]).map(|word| match word {
                    "moe" => Architecture::Moe,
                    _ => Architecture::Dense,
                });
            }
            "parameters" => own.parameters = parameters(value, &what, reader),
            "active_parameters" => own.active_parameters = parameters(value, &what, reader),
            "context_length" => own.context_length = positive(value, &what, reader),
            "precision" => own.precision = reader.text(value, &what),
            "layers" => own.layers = positive(value, &what, reader),
            "hidden_size" => own.hidden_size = positive(value, &what, reader),
            "vocabulary" => own.vocabulary = positive(value, &what, reader),
            "attention" => own.attention = Some(attention(value, reader)),
            "experts" => own.experts = Some(experts(value, reader)),
            "dp_attention" => own.dp_attention = reader.boolean(value, &what),
            "same_as" => {
                same_as = reader.text(value, &what).map(|model| Spanned::new(model, value.span));
            }
            _ => {}
        }
    }
    Written { path, same_as, own, origin }
}

fn attention(node: &Node, reader: &mut Reader<'_>) -> Attention {
    const KEYS: [&str; 10] = [
        "kind",
        "heads",
        "kv_heads",
        "head_dim",
        "kv_lora_rank",
        "qk_rope_head_dim",
        "q_lora_rank",
        "qk_nope_head_dim",
        "v_head_dim",
        "kv_layers",
    ];
    let mut attention = Attention::default();
    for entry in reader.mapping(node, "`attention`", &KEYS) {
        let (value, what) = (&entry.value, format!("`{}`", entry.key));
        let slot = match entry.key.as_str() {
            "kind" => {
                attention.kind =
                    reader.word(value, &what, &["gqa", "mla", "hybrid"]).map(|word| match word {
                        "mla" => AttentionKind::Mla,
                        "hybrid" => AttentionKind::Hybrid,
                        _ => AttentionKind::Gqa,
                    });
                continue;
            }
            "heads" => &mut attention.heads,
            "kv_heads" => &mut attention.kv_heads,
            "head_dim" => &mut attention.head_dim,
            "kv_lora_rank" => &mut attention.kv_lora_rank,
            "qk_rope_head_dim" => &mut attention.qk_rope_head_dim,
            "q_lora_rank" => &mut attention.q_lora_rank,
            "qk_nope_head_dim" => &mut attention.qk_nope_head_dim,
            "v_head_dim" => &mut attention.v_head_dim,
            "kv_layers" => &mut attention.kv_layers,
            _ => continue,
        };
        *slot = positive(value, &what, reader);
    }
    attention
}

fn experts(node: &Node, reader: &mut Reader<'_>) -> Experts {
    let mut experts = Experts::default();
    for entry in reader.mapping(node, "`experts`", &["routed", "active", "shared"]) {
        let (value, what) = (&entry.value, format!("`{}`", entry.key));
        match entry.key.as_str() {
            "routed" => experts.routed = positive(value, &what, reader),
            "active" => experts.active = positive(value, &what, reader),
            "shared" => experts.shared = at_least(0, value, &what, reader),
            _ => {}
        }
    }
    experts
}

fn positive(node: &Node, what: &str, reader: &mut Reader<'_>) -> Option<u64> {
    at_least(1, node, what, reader)
}

fn at_least(least: u64, node: &Node, what: &str, reader: &mut Reader<'_>) -> Option<u64> {
    let number = reader.integer(node, what)?;
    let found = u64::try_from(number).ok().filter(|&number| number >= least);
    if found.is_none() {
        reader.report(&INVALID_VALUE, node.span, format!("{what} must be at least {least}"));
    }
    found
}

/// A count with its unit: `671B`, `0.6B`, `350M`, `1T`.
fn parameters(node: &Node, what: &str, reader: &mut Reader<'_>) -> Option<u64> {
    let text = reader.text(node, what)?;
    let count = count(&text);
    if count.is_none() {
        let message = format!("{what} must be a count such as `671B`, not `{text}`");
        reader.report(&INVALID_VALUE, node.span, message);
    }
    count
}

fn count(text: &str) -> Option<u64> {
    let unit = match text.chars().next_back()? {
        'K' => 1e3,
        'M' => 1e6,
        'B' => 1e9,
        'T' => 1e12,
        _ => return None,
    };
    let number = &text[..text.len() - 1];
    let number: f64 = number.starts_with(|c: char| c.is_ascii_digit()).then(|| number.parse().ok())??;
    let count = (number * unit).round();
    (1.0..1e18).contains(&count).then_some(count as u64)
}

/// Follows `same_as`; each model is resolved once.
fn resolve(
    written: &IndexMap<String, Written>,
    findings: &mut Vec<Diagnostic>,
) -> IndexMap<String, ModelFacts> {
    let mut resolved: Vec<Option<ModelFacts>> = vec![None; written.len()];
    // The walk on which a model was first met, to tell a circle from a second way to the same model.
    let mut walks = vec![usize::MAX; written.len()];
    for start in 0..written.len() {
        let mut chain = Vec::new();
        let mut next = Some(start);
        let mut base = ModelFacts::default();
        while let Some(index) = next {
            if let Some(known) = &resolved[index] {
                base = known.clone();
                break;
            }
            if walks[index] == start {
                findings.extend(chain.last().and_then(|&last: &usize| circular(&written[last])));
                break;
            }
            walks[index] = start;
            chain.push(index);
            next = target(&written[index], written, findings);
        }
        for index in chain.into_iter().rev() {
            base = written[index].own.clone().or(&base);
            resolved[index] = Some(base.clone());
        }
    }
    written.keys().cloned().zip(resolved.into_iter().flatten()).collect()
}

/// The model that one is the same as.
fn target(one: &Written, all: &IndexMap<String, Written>, findings: &mut Vec<Diagnostic>) -> Option<usize> {
    let same_as = one.same_as.as_ref()?;
    let found = all.get_index_of(&same_as.value);
    if found.is_none() {
        let message = format!("there are no facts on `{}`", same_as.value);
        let help = did_you_mean(same_as, all.keys().map(String::as_str));
        findings
            .push(Diagnostic::new(&UNKNOWN_FACTS, one.origin.locate(same_as.span), message).maybe_help(help));
    }
    found
}

fn circular(last: &Written) -> Option<Diagnostic> {
    let same_as = last.same_as.as_ref()?;
    let message = format!("`{}` is in the end the same as itself", last.path.value);
    let location = last.origin.locate(same_as.span);
    Some(Diagnostic::new(&CIRCULAR_FACTS, location, message).help("state the facts on one of these models"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Checked<Facts> {
        Facts::read(&[SourceFile::new("data/models/facts/a.yaml", text)])
    }

    #[test]
    fn the_same_model_may_differ_in_precision() {
        let text = "a/M-FP8: { same_as: a/M, precision: fp8 }\na/M:\n  architecture: moe\n  parameters: 15.7B\n  \
                    precision: bf16\n  experts: { routed: 64, active: 6, shared: 0 }\n";
        let Checked { value, findings } = read(text);
        assert!(findings.is_empty(), "{findings:#?}");
        let facts = value.get("a/M-FP8").unwrap();
        assert_eq!((facts.precision.as_deref(), facts.parameters), (Some("fp8"), Some(15_700_000_000)));
        assert_eq!((facts.architecture, facts.routed_experts()), (Some(Architecture::Moe), Some(64)));
        assert_eq!(facts.kv_heads(), None);
    }

    #[test]
    fn circles_and_dead_ends_are_reported_once() {
        let text = "a/A: { same_as: a/B, layers: 1 }\na/B: { same_as: a/C }\na/C: { same_as: a/A }\n\
                    a/D: { same_as: a/A }\na/E: { same_as: a/Dd }\na/F: { same_as: a/E }\n";
        let Checked { value, findings } = read(text);
        let found: Vec<_> = findings
            .iter()
            .map(|f| (f.rule.name, f.primary.location.start().line, f.primary.location.text()))
            .collect();
        assert_eq!(found, [("catalog/circular-facts", 3, "a/A"), ("catalog/unknown-facts", 5, "a/Dd")]);
        assert_eq!(value.get("a/D").unwrap().layers, Some(1));
        assert_eq!(value.models.len(), 6);
    }

    #[test]
    fn counts_have_units() {
        assert_eq!(count("671B"), Some(671_000_000_000));
        assert_eq!(count("0.6B"), Some(600_000_000));
        assert_eq!(count("1T"), Some(1_000_000_000_000));
        for wrong in ["671", "B", "-1B", "Undisclosed", "1e99B", "1é", ""] {
            assert_eq!(count(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn wrong_values_are_found_at_their_words() {
        let text = "a/A:\n  architecture: mixture\n  parameters: 671\n  attention: { kind: mla, heads: 0 }\n  layer: 3\n";
        let Checked { value, findings } = read(text);
        let found: Vec<_> = findings.iter().map(|f| (f.rule.name, f.primary.location.text())).collect();
        assert_eq!(
            found,
            [
                ("yaml/unknown-key", "layer"),
                ("yaml/invalid-value", "mixture"),
                ("yaml/invalid-value", "671"),
                ("yaml/invalid-value", "0"),
            ]
        );
        assert_eq!(value.get("a/A").unwrap().kv_heads(), Some(1), "latent attention has one KV head");
    }

    #[test]
    fn a_long_chain_is_resolved_without_recursion() {
        let mut text = String::from("a/0: { layers: 7 }\n");
        for index in (1..5000).rev() {
            text.push_str(&format!("a/{index}: {{ same_as: a/{} }}\n", index - 1));
        }
        assert_eq!(read(&text).value.get("a/4999").unwrap().layers, Some(7));
    }
}
