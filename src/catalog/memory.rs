//! What a model's weights and its KV cache take of a GPU's memory.
//!
//! All sizes are in bytes. They are arithmetic on the facts, not measurements: activations, CUDA graphs and the
//! engine's own buffers come on top. A size is `None` when a fact that it needs is not known.

use crate::catalog::facts::{AttentionKind, ModelFacts};
use crate::catalog::hardware::HardwareSpec;

/// How a launch spreads a model over GPUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Tensor parallelism: GPUs that share every layer.
    pub tp: u64,
    /// Pipeline parallelism: stages, each of which holds some layers.
    pub pp: u64,
    /// Replicas, or attention groups within the TP group with DP attention.
    pub dp: u64,
    /// Whether DP attention is on.
    pub dp_attention: bool,
}

/// The KV cache of a model in a layout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KvCache {
    /// Bytes of one token over all layers, counted once.
    pub bytes_per_token: f64,
    /// How many times the GPUs that share attention keep the same token.
    pub copies: u64,
    /// Bytes of one token on each GPU that keeps it.
    pub bytes_per_token_per_gpu: f64,
    /// Groups of GPUs that keep different tokens.
    pub groups: u64,
}

impl Layout {
    /// GPUs needed: `tp × pp`, and once more for each replica. The attention groups of DP attention live inside
    /// the TP group, so they need none of their own.
    pub fn gpus(self) -> Option<u64> {
        let replicas = if self.dp_attention { 1 } else { self.dp };
        self.tp.checked_mul(self.pp)?.checked_mul(replicas)
    }

    /// GPUs that share the heads of one layer's attention; `None` where the groups don't divide the TP group.
    pub fn attention_tp(self) -> Option<u64> {
        let groups = if self.dp_attention { self.dp } else { 1 };
        (groups > 0 && self.tp > 0 && self.tp.is_multiple_of(groups)).then(|| self.tp / groups)
    }
}

/// Bytes that one weight takes in a precision, with its share of the scales:
///
/// | precision | weight | scales |
/// |---|---|---|
/// | bf16, fp16 | 2 | none |
/// | fp8 | 1 | 4 bytes for a block of 128 × 128 (DeepSeek, Qwen); less where one scale serves a whole tensor |
/// | mxfp8 | 1 | 1 byte for 32 |
/// | int8 | 1 | one for a channel, which is next to nothing |
/// | nvfp4, fp4 | 0.5 | 1 byte for 16 (`fp4` names NVIDIA's checkpoints, which have this form) |
/// | mxfp4 | 0.5 | 1 byte for 32 |
/// | int4, AWQ, GPTQ | 0.5 | 2 bytes for 128 |
///
/// Checkpoints keep some layers (embeddings, routers, often attention) in bf16, so the true size is somewhat larger.
pub fn bytes_per_parameter(precision: &str) -> Option<f64> {
    let bytes = match precision.to_ascii_lowercase().as_str() {
        "fp32" | "float32" => 4.0,
        "bf16" | "fp16" | "bfloat16" | "float16" | "half" => 2.0,
        "fp8" | "w8a8_fp8" | "modelopt_fp8" => 1.0 + 4.0 / (128.0 * 128.0),
        "mxfp8" => 1.0 + 1.0 / 32.0,
        "int8" | "w8a8_int8" => 1.0,
        "nvfp4" | "fp4" | "modelopt_fp4" => 0.5 + 1.0 / 16.0,
        "mxfp4" => 0.5 + 1.0 / 32.0,
        "int4" | "awq" | "awq_marlin" | "gptq" | "gptq_marlin" => 0.5 + 2.0 / 128.0,
        _ => return None,
    };
    Some(bytes)
}

/// Bytes of weights on each GPU: parameters × bytes per parameter / (tp × pp). `precision` is the configuration's;
/// without it the published weights' own counts.
pub fn weight_bytes_per_gpu(facts: &ModelFacts, precision: Option<&str>, tp: u64, pp: u64) -> Option<f64> {
    let precision = precision.or(facts.precision.as_deref())?;
    let gpus = tp.checked_mul(pp).filter(|&gpus| gpus > 0)?;
    Some(facts.parameters? as f64 * bytes_per_parameter(precision)? / gpus as f64)
}

/// Parameters of the attention of all layers that tensor parallelism splits: those for queries and outputs, and those
/// for keys and values. `None` for models that have attention in a part of their layers only.
fn attention_parameters(facts: &ModelFacts) -> Option<(u64, u64)> {
    let attention = facts.attention.as_ref()?;
    let (hidden, heads, layers) = (facts.hidden_size?, attention.heads?, facts.layers?);
    let product = |factors: [u64; 3]| factors.into_iter().try_fold(1u64, u64::checked_mul);
    let (queries, keys) = match attention.kind? {
        AttentionKind::Mla => {
            let (latent, value) = (attention.qk_nope_head_dim?, attention.v_head_dim?);
            let query =
                product([attention.q_lora_rank?, heads, latent.checked_add(attention.qk_rope_head_dim?)?])?;
            // Both are split by query heads: there is one compressed KV head, from which each makes its own.
            let key = product([attention.kv_lora_rank?, heads, latent.checked_add(value)?])?;
            (query.checked_add(key)?.checked_add(product([heads, value, hidden])?)?, 0)
        }
        AttentionKind::Gqa => {
            let head = attention.head_dim?.checked_mul(2)?;
            (product([hidden, heads, head])?, product([hidden, attention.kv_heads?, head])?)
        }
        AttentionKind::Hybrid => return None,
    };
    Some((queries.checked_mul(layers)?, keys.checked_mul(layers)?))
}

/// Bytes that DP attention adds to the weights on each GPU: `tp` divides the whole model, but every attention group
/// holds all attention weights, which its own GPUs alone divide. `None` where the sizes are not known, or where the
/// precision is one whose checkpoints keep attention in another.
pub fn attention_copies_per_gpu(facts: &ModelFacts, precision: Option<&str>, layout: Layout) -> Option<f64> {
    if !layout.dp_attention || layout.dp <= 1 {
        return Some(0.0);
    }
    let precision = precision.or(facts.precision.as_deref())?;
    let uniform = ["bf16", "fp16", "fp8"].iter().any(|known| precision.eq_ignore_ascii_case(known));
    let element = bytes_per_parameter(precision).filter(|_| uniform)?;
    let (queries, keys) = attention_parameters(facts)?;
    let group = layout.attention_tp()?;
    let held = queries as f64 + keys as f64 * kv_copies(group, facts.kv_heads()?)? as f64;
    let counted = queries as f64 + keys as f64;
    let more = held / group as f64 - counted / layout.tp as f64;
    (layout.pp > 0).then(|| more * element / layout.pp as f64)
}

/// Bytes that DP attention adds to each GPU for the embedding, which every attention group holds whole, and with
/// `--enable-dp-lm-head` (`lm_head`) for the LM head. Both are in bf16 whatever the precision of the rest, and in the first
/// or the last pipeline stage alone. `None` where the sizes are not known.
///
/// Source: `VocabParallelEmbedding(…, use_attn_tp_group=is_dp_attention_enabled())` and
/// `ParallelLMHead(…, use_attn_tp_group=…enable_dp_lm_head)` in `sglang/srt/models/deepseek_v2.py`, `glm4_moe.py` and
/// `qwen2_moe.py` of 0.5.10. In 0.5.6 (`enable_tp=not is_dp_attention_enabled()`) every GPU holds the whole embedding,
/// which is the same where a group has one GPU.
pub fn embedding_copies_per_gpu(facts: &ModelFacts, layout: Layout, lm_head: bool) -> Option<f64> {
    if !layout.dp_attention || layout.dp <= 1 {
        return Some(0.0);
    }
    let bytes = facts.vocabulary?.checked_mul(facts.hidden_size?)?.checked_mul(2)? as f64;
    let all = layout.tp.checked_mul(layout.pp).filter(|&gpus| gpus > 0)?;
    let tables = if lm_head { 2.0 } else { 1.0 };
    Some(tables * (bytes / layout.attention_tp()? as f64 - bytes / all as f64))
}

/// Bytes of one element of the KV cache, by the value of `--kv-cache-dtype`; `auto` is the two bytes of bf16.
pub fn kv_element_bytes(kv_cache_dtype: &str) -> Option<f64> {
    match kv_cache_dtype {
        "auto" | "bf16" | "bfloat16" => Some(2.0),
        "fp8_e4m3" | "fp8_e5m2" => Some(1.0),
        "fp4_e2m1" => Some(0.5 + 1.0 / 16.0),
        _ => None,
    }
}

/// Bytes of one token in the KV cache over all layers, counted once.
///
/// Latent attention keeps one compressed vector and its positional part in each layer; other attention keeps a key
/// and a value for each KV head, in the layers that have a cache at all.
pub fn kv_bytes_per_token(facts: &ModelFacts, element_bytes: f64) -> Option<f64> {
    let attention = facts.attention.as_ref()?;
    let elements = match attention.kind? {
        AttentionKind::Mla => {
            let vector = attention.kv_lora_rank?.checked_add(attention.qk_rope_head_dim?)?;
            vector.checked_mul(attention.kv_layers.or(facts.layers)?)?
        }
        kind => {
            let all = if kind == AttentionKind::Gqa { facts.layers } else { None };
            let layers = attention.kv_layers.or(all)?;
            let head = attention.kv_heads?.checked_mul(attention.head_dim?)?;
            head.checked_mul(2)?.checked_mul(layers)?
        }
    };
    Some(elements as f64 * element_bytes)
}

/// How many times GPUs that share attention keep the same token: each has at least one KV head, so fewer heads than
/// GPUs means copies. Source: the parallelism guide.
pub fn kv_copies(attention_tp: u64, kv_heads: u64) -> Option<u64> {
    let distinct = attention_tp.min(kv_heads);
    (distinct > 0).then(|| attention_tp / distinct)
}

/// The KV cache of a model in a layout.
pub fn kv_cache(facts: &ModelFacts, layout: Layout, element_bytes: f64) -> Option<KvCache> {
    let bytes_per_token = kv_bytes_per_token(facts, element_bytes)?;
    let attention_tp = layout.attention_tp()?;
    let copies = kv_copies(attention_tp, facts.kv_heads()?)?;
    if layout.pp == 0 {
        return None;
    }
    let share = copies as f64 / attention_tp as f64 / layout.pp as f64;
    Some(KvCache {
        bytes_per_token,
        copies,
        bytes_per_token_per_gpu: bytes_per_token * share,
        groups: layout.dp,
    })
}

/// How many tokens the KV cache of a launch holds, over all its groups: in each GPU, `fraction` of the memory
/// (`--mem-fraction-static`) less the weights. Zero where the weights alone are more than that.
pub fn tokens_that_fit(
    cache: &KvCache,
    hardware: &HardwareSpec,
    fraction: f64,
    weight_bytes_per_gpu: f64,
) -> u64 {
    let free = hardware.memory_bytes() as f64 * fraction - weight_bytes_per_gpu;
    if free <= 0.0 || cache.bytes_per_token_per_gpu <= 0.0 {
        return 0;
    }
    ((free / cache.bytes_per_token_per_gpu).floor() as u64).saturating_mul(cache.groups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::facts::Attention;
    use crate::text::Span;

    fn deepseek() -> ModelFacts {
        ModelFacts {
            parameters: Some(671_000_000_000),
            precision: Some("fp8".into()),
            layers: Some(61),
            attention: Some(Attention {
                kind: Some(AttentionKind::Mla),
                heads: Some(128),
                kv_lora_rank: Some(512),
                qk_rope_head_dim: Some(64),
                ..Attention::default()
            }),
            ..ModelFacts::default()
        }
    }

    fn h200() -> HardwareSpec {
        HardwareSpec {
            name: "H200".into(),
            span: Span::default(),
            vendor: "NVIDIA".into(),
            memory_gb: 141.0,
            gpus_per_node: 8,
            architecture: "Hopper".into(),
        }
    }

    fn layout(tp: u64, dp: u64, dp_attention: bool) -> Layout {
        Layout { tp, pp: 1, dp, dp_attention }
    }

    #[track_caller]
    fn about(found: f64, expected: f64) {
        assert!((found - expected).abs() < 0.5, "{found} is not about {expected}");
    }

    #[test]
    fn weights_are_divided_by_all_gpus_of_a_replica() {
        // 671e9 × (1 + 4/16384) / 8 = 83 895 477 294.9…
        about(weight_bytes_per_gpu(&deepseek(), None, 8, 1).unwrap(), 83_895_477_294.9);
        // 671e9 × 0.5625 / (4 × 2) = 47 179 687 500
        about(weight_bytes_per_gpu(&deepseek(), Some("nvfp4"), 4, 2).unwrap(), 47_179_687_500.0);
        about(weight_bytes_per_gpu(&deepseek(), Some("bf16"), 8, 1).unwrap(), 167_750_000_000.0);
        assert_eq!(weight_bytes_per_gpu(&deepseek(), Some("int2/4/8"), 8, 1), None);
        assert_eq!(weight_bytes_per_gpu(&deepseek(), None, 0, 1), None);
        assert_eq!(weight_bytes_per_gpu(&ModelFacts::default(), Some("bf16"), 8, 1), None);
    }

    #[test]
    fn latent_attention_keeps_a_copy_on_every_gpu_unless_attention_is_parallel_in_data() {
        // (512 + 64) × 61 × 2 = 70 272
        about(kv_bytes_per_token(&deepseek(), 2.0).unwrap(), 70_272.0);
        let plain = kv_cache(&deepseek(), layout(8, 1, false), 2.0).unwrap();
        assert_eq!((plain.copies, plain.groups), (8, 1));
        about(plain.bytes_per_token_per_gpu, 70_272.0);
        let parallel = kv_cache(&deepseek(), layout(8, 8, true), 2.0).unwrap();
        assert_eq!((parallel.copies, parallel.groups), (1, 8));
        about(parallel.bytes_per_token_per_gpu, 70_272.0);
        // (141e9 × 0.9 − 84e9) / 70 272 = 610 484.97
        assert_eq!(tokens_that_fit(&plain, &h200(), 0.9, 84e9), 610_484);
        assert_eq!(tokens_that_fit(&parallel, &h200(), 0.9, 84e9), 8 * 610_484);
        assert_eq!(tokens_that_fit(&plain, &h200(), 0.9, 200e9), 0);
    }

    #[test]
    fn grouped_heads_are_shared_until_there_are_more_gpus_than_heads() {
        let mut facts = deepseek();
        facts.layers = Some(94);
        facts.attention = Some(Attention {
            kind: Some(AttentionKind::Gqa),
            heads: Some(64),
            kv_heads: Some(4),
            head_dim: Some(128),
            ..Attention::default()
        });
        // 2 × 4 × 128 × 94 × 2 = 192 512
        about(kv_bytes_per_token(&facts, 2.0).unwrap(), 192_512.0);
        let wide = kv_cache(&facts, layout(8, 1, false), 2.0).unwrap();
        assert_eq!(wide.copies, 2);
        about(wide.bytes_per_token_per_gpu, 48_128.0);
        let narrow = kv_cache(&facts, layout(2, 1, false), 1.0).unwrap();
        assert_eq!(narrow.copies, 1);
        about(narrow.bytes_per_token_per_gpu, 48_128.0);
        let staged = kv_cache(&facts, Layout { pp: 2, ..layout(4, 1, false) }, 2.0).unwrap();
        about(staged.bytes_per_token_per_gpu, 24_064.0);
    }

    #[test]
    fn a_hybrid_model_needs_its_number_of_caching_layers() {
        let mut facts = deepseek();
        let mut attention = Attention {
            kind: Some(AttentionKind::Hybrid),
            kv_heads: Some(2),
            head_dim: Some(256),
            ..Attention::default()
        };
        facts.attention = Some(attention.clone());
        assert_eq!(kv_bytes_per_token(&facts, 2.0), None, "61 layers, but not all have a cache");
        attention.kv_layers = Some(12);
        facts.attention = Some(attention);
        about(kv_bytes_per_token(&facts, 2.0).unwrap(), 24_576.0);
    }

    #[test]
    fn attention_groups_hold_all_attention_weights() {
        let mut facts = deepseek();
        assert_eq!(attention_copies_per_gpu(&facts, None, layout(8, 1, false)), Some(0.0));
        assert_eq!(attention_copies_per_gpu(&facts, None, layout(8, 8, true)), None, "sizes are not known");
        facts.hidden_size = Some(7168);
        let attention = facts.attention.as_mut().unwrap();
        attention.q_lora_rank = Some(1536);
        attention.qk_nope_head_dim = Some(128);
        attention.v_head_dim = Some(128);
        // 1536 × 128 × 192 + 512 × 128 × 256 + 128 × 128 × 7168 = 171 966 464; × 61 × 7/8 in bf16
        about(attention_copies_per_gpu(&facts, Some("bf16"), layout(8, 8, true)).unwrap(), 18_357_420_032.0);
        about(attention_copies_per_gpu(&facts, Some("bf16"), layout(16, 8, true)).unwrap(), 9_178_710_016.0);
        assert_eq!(attention_copies_per_gpu(&facts, Some("nvfp4"), layout(8, 8, true)), None);
        facts.attention = Some(Attention {
            kind: Some(AttentionKind::Gqa),
            heads: Some(96),
            kv_heads: Some(8),
            head_dim: Some(128),
            ..Attention::default()
        });
        (facts.hidden_size, facts.layers) = (Some(5120), Some(92));
        // (5120 × 96 × 256 + 5120 × 8 × 256) × 92 = 12 540 968 960; × 7/8 in bf16
        about(attention_copies_per_gpu(&facts, Some("bf16"), layout(8, 8, true)).unwrap(), 21_946_695_680.0);
    }

    #[test]
    fn attention_groups_hold_the_embedding() {
        let mut facts = deepseek();
        let groups = layout(8, 8, true);
        assert_eq!(embedding_copies_per_gpu(&facts, layout(8, 1, false), false), Some(0.0));
        assert_eq!(embedding_copies_per_gpu(&facts, groups, false), None, "sizes are not known");
        (facts.hidden_size, facts.vocabulary) = (Some(7168), Some(129_280));
        // 129 280 × 7168 × 2 × (1 − 1/8)
        about(embedding_copies_per_gpu(&facts, groups, false).unwrap(), 1_621_688_320.0);
        about(embedding_copies_per_gpu(&facts, groups, true).unwrap(), 3_243_376_640.0);
        // × (1/2 − 1/16)
        about(embedding_copies_per_gpu(&facts, layout(16, 8, true), false).unwrap(), 810_844_160.0);
        // × (1/1 − 1/16): the stage that has it
        let staged = Layout { pp: 2, ..groups };
        about(embedding_copies_per_gpu(&facts, staged, false).unwrap(), 1_737_523_200.0);
    }

    #[test]
    fn attention_groups_need_no_gpus_of_their_own() {
        assert_eq!(layout(8, 8, true).gpus(), Some(8));
        assert_eq!(layout(4, 2, false).gpus(), Some(8));
        assert_eq!(layout(u64::MAX, 2, false).gpus(), None);
        assert_eq!(layout(4, 8, true).attention_tp(), None);
        assert_eq!(layout(8, 0, true).attention_tp(), None);
    }
}
