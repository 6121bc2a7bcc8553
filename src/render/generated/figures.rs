//! What a configuration takes: GPUs, weights, KV cache. Arithmetic on facts; what is not known stays unknown.

use super::Library;
use super::words::quantity;
use crate::catalog::compiled::{Attributes, Engine};
use crate::catalog::facts::ModelFacts;
use crate::catalog::hardware::HardwareSpec;
use crate::catalog::memory::{self, Layout};
use crate::verify::catalog::{Place, weights_path};

/// The share of a GPU's memory that weights and KV cache may take, where a configuration says nothing
/// (`--mem-fraction-static`). The engine's own default depends on the launch and is near this.
pub(crate) const MEMORY_FRACTION: f64 = 0.9;

/// How many GPUs a picture of a layout shows.
const MOST_SHARDS: u64 = 16;

/// The figures of one server.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figures {
    /// How the model is spread.
    pub(crate) layout: Layout,
    /// Expert parallelism.
    pub(crate) ep: u64,
    /// GPUs over all nodes.
    pub(crate) gpus: u64,
    /// Bytes of weights on each GPU.
    pub(crate) weights: Option<f64>,
    /// Bytes of one token in the KV cache over all layers, counted once.
    pub(crate) kv_bytes: Option<f64>,
    /// Bytes of one token on each GPU that keeps it.
    pub(crate) kv_bytes_per_gpu: Option<f64>,
    /// Tokens that fit beside the weights, over all groups.
    pub(crate) tokens: Option<u64>,
    /// The share of a GPU's memory that the weights take.
    pub(crate) weights_share: Option<f64>,
    /// Whether the weights are less than what each GPU holds: DP attention copies attention weights and the embedding,
    /// and the size of one is not known.
    pub(crate) least: bool,
}

impl Figures {
    /// The figures of a server of a configuration.
    pub(crate) fn new(library: &Library<'_>, place: Place<'_>, engine: &Engine) -> Self {
        let layout = layout(engine);
        let facts = facts(library, place);
        let hardware = library.parts.catalog.hardware_named(place.hardware);
        let published = library.parts.catalog.facts_for(weights_path(place));
        let precision = Some(place.configuration.precision(engine, published));
        let copies = facts.and_then(|facts| memory::attention_copies_per_gpu(facts, precision, layout));
        let lm_head = engine.block.extra_args.iter().any(|word| word == "--enable-dp-lm-head");
        let embedding = facts.and_then(|facts| memory::embedding_copies_per_gpu(facts, layout, lm_head));
        let weights = facts
            .and_then(|facts| memory::weight_bytes_per_gpu(facts, precision, layout.tp, layout.pp))
            .map(|bytes| bytes + copies.unwrap_or_default() + embedding.unwrap_or_default());
        let element = memory::kv_element_bytes(flag(engine, "--kv-cache-dtype").unwrap_or("auto"));
        let cache = facts.zip(element).and_then(|(facts, bytes)| memory::kv_cache(facts, layout, bytes));
        let fraction =
            flag(engine, "--mem-fraction-static").map_or(Some(MEMORY_FRACTION), |text| text.parse().ok());
        let tokens = match (cache, hardware, weights, fraction) {
            (Some(cache), Some(hardware), Some(weights), Some(fraction)) => {
                Some(memory::tokens_that_fit(&cache, hardware, fraction, weights))
            }
            _ => None,
        };
        Self {
            layout,
            ep: positive(engine.block.ep()),
            gpus: gpus(&place.model.attributes, engine, layout),
            weights,
            kv_bytes: facts.zip(element).and_then(|(facts, bytes)| memory::kv_bytes_per_token(facts, bytes)),
            kv_bytes_per_gpu: cache.map(|cache| cache.bytes_per_token_per_gpu),
            tokens,
            weights_share: weights.zip(hardware).map(|(bytes, on)| bytes / on.memory_bytes() as f64),
            least: copies.is_none() || embedding.is_none(),
        }
    }

    /// The attention group (or replica) of each GPU in order, as many as a picture shows.
    pub(crate) fn shards(&self) -> Vec<u64> {
        // The attention groups divide each pipeline stage, so they return from stage to stage.
        let whole = if self.layout.dp_attention { self.layout.tp.min(self.gpus) } else { self.gpus };
        let size = (whole / self.groups()).max(1);
        (0..self.gpus.min(MOST_SHARDS)).map(|gpu| gpu % whole / size).collect()
    }

    /// The picture in words.
    pub(crate) fn shards_label(&self) -> String {
        let (gpus, groups) = (self.gpus, self.groups());
        let noun = if self.layout.dp_attention || groups == 1 { "attention group" } else { "replica" };
        format!(
            "{gpus} GPU{} in {groups} {noun}{}",
            if gpus == 1 { "" } else { "s" },
            if groups == 1 { "" } else { "s" }
        )
    }

    /// Groups of GPUs that attend to different requests; one where they would not divide the GPUs.
    fn groups(&self) -> u64 {
        let dp = self.layout.dp.max(1);
        if self.gpus.is_multiple_of(dp) { dp } else { 1 }
    }

    /// `tp 8, dp 8 with DP attention`.
    pub(crate) fn layout_text(&self) -> String {
        let Layout { tp, pp, dp, dp_attention } = self.layout;
        let mut parts = vec![format!("tp {tp}")];
        if pp > 1 {
            parts.push(format!("pp {pp}"));
        }
        if dp_attention {
            parts.push(format!("dp {dp} with DP attention"));
        } else if dp > 1 {
            parts.push(format!("dp {dp}"));
        }
        if self.ep > 1 {
            parts.push(format!("ep {}", self.ep));
        }
        parts.join(", ")
    }

    /// A sentence on memory; none where nothing is known.
    pub(crate) fn sentence(&self, hardware: Option<&HardwareSpec>) -> Option<String> {
        let mut parts = Vec::new();
        if let Some(bytes) = self.weights {
            let share = match (self.weights_share, hardware) {
                (Some(share), Some(on)) => format!(" ({:.0} % of {} GB)", share * 100.0, on.memory_gb),
                _ => String::new(),
            };
            let least = if self.least { "at least " } else { "" };
            parts.push(format!("weights take {least}{} of each GPU{share}", quantity(bytes, "B")));
        }
        if let Some(bytes) = self.kv_bytes {
            let share = self.kv_bytes_per_gpu.filter(|&share| self.gpus > 1 && share < bytes);
            let share = share.map_or(String::new(), |share| format!(", {} on a GPU", quantity(share, "B")));
            parts.push(format!("a token takes {} of KV cache{share}", quantity(bytes, "B")));
        }
        if let Some(tokens) = self.tokens.filter(|&tokens| tokens > 0) {
            let about = if self.least { "at most" } else { "about" };
            parts.push(format!("{about} {} tokens fit beside the weights", quantity(tokens as f64, "")));
        }
        let text = parts.join("; ");
        let mut letters = text.chars();
        let first = letters.next()?;
        Some(format!("{}{}.", first.to_uppercase(), letters.as_str()))
    }
}

/// The facts on the weights that a configuration runs, by their own path or their model's.
pub(crate) fn facts<'a>(library: &Library<'a>, place: Place<'_>) -> Option<&'a ModelFacts> {
    let catalog = library.parts.catalog;
    catalog.facts_for(weights_path(place)).or_else(|| catalog.facts_for(&place.model.model_path.value))
}

/// How a server's block spreads the model.
fn layout(engine: &Engine) -> Layout {
    let block = &engine.block;
    Layout {
        tp: positive(block.tp()),
        pp: positive(block.pp()),
        dp: positive(block.dp()),
        dp_attention: block.enable_dp_attention(),
    }
}

/// GPUs of a server. Those of a diffusion model are named by `--num-gpus`, which is no field.
fn gpus(attributes: &Attributes, engine: &Engine, layout: Layout) -> u64 {
    let named = attributes.diffusion().and_then(|_| flag(engine, "--num-gpus")?.parse().ok());
    named.or_else(|| layout.gpus()).unwrap_or(layout.tp).max(1)
}

/// The value of a flag in a server's further arguments: `--flag value` or `--flag=value`, the last one.
pub(crate) fn flag<'e>(engine: &'e Engine, name: &str) -> Option<&'e str> {
    let words = &engine.block.extra_args;
    words.iter().enumerate().rev().find_map(|(at, word)| match word.strip_prefix(name)? {
        "" => words.get(at + 1).map(String::as_str),
        rest => rest.strip_prefix('='),
    })
}

fn positive(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(layout: Layout, gpus: u64) -> Figures {
        Figures {
            layout,
            ep: 1,
            gpus,
            weights: None,
            kv_bytes: None,
            kv_bytes_per_gpu: None,
            tokens: None,
            weights_share: None,
            least: false,
        }
    }

    fn layout(tp: u64, dp: u64, dp_attention: bool) -> Layout {
        Layout { tp, pp: 1, dp, dp_attention }
    }

    #[test]
    fn a_picture_shows_attention_groups_or_replicas() {
        let groups = figures(layout(8, 2, true), 8);
        assert_eq!(groups.shards(), [0, 0, 0, 0, 1, 1, 1, 1]);
        assert_eq!(groups.shards_label(), "8 GPUs in 2 attention groups");
        assert_eq!(groups.layout_text(), "tp 8, dp 2 with DP attention");
        let replicas = figures(layout(2, 2, false), 4);
        assert_eq!(replicas.shards(), [0, 0, 1, 1]);
        assert_eq!(replicas.shards_label(), "4 GPUs in 2 replicas");
        assert_eq!(figures(layout(1, 1, false), 1).shards_label(), "1 GPU in 1 attention group");
        let staged = figures(Layout { pp: 2, ..layout(4, 2, true) }, 8);
        assert_eq!(staged.shards(), [0, 0, 1, 1, 0, 0, 1, 1]);
        assert_eq!(figures(layout(32, 1, false), 32).shards().len(), 16);
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        assert_eq!(figures(layout(1, 1, false), 1).sentence(None), None);
        let known = Figures { weights: Some(83.9e9), ..figures(layout(8, 1, false), 8) };
        assert_eq!(known.sentence(None).unwrap(), "Weights take 83.9 GB of each GPU.");
    }

    #[test]
    fn a_flag_has_its_value_beside_it_or_in_it() {
        let mut engine = Engine { block: Default::default(), trace: Default::default() };
        engine.block.extra_args = ["--num-gpus", "4", "--mem-fraction-static=0.8"].map(String::from).to_vec();
        assert_eq!(flag(&engine, "--num-gpus"), Some("4"));
        assert_eq!(flag(&engine, "--mem-fraction-static"), Some("0.8"));
        assert_eq!(flag(&engine, "--mem"), None);
    }
}
