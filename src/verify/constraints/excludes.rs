//! Flags that the engine refuses together, though its parser takes them.

use super::flags::{
    ALL, Flags, Is, SINCE_0_5_23, Term, V0_5_8, V0_5_10, V0_5_23, Versions, above, given, none_of, one_of,
};
use crate::diagnostic::{Diagnostic, Level, Rule};

/// The sources are with each row of the table: file and lines, by version.
pub(super) static INCOMPATIBLE: Rule = Rule::new(
    "cli/incompatible-flags",
    Level::Error,
    "flags that the engine refuses together do not stand together",
);

/// Two flags that exclude each other.
struct Pair {
    one: Term,
    other: Term,
    versions: Versions,
}

const fn pair(one: Term, other: Term, versions: Versions) -> Pair {
    Pair { one, other, versions }
}

/// Two flags that 0.5.23 refuses together.
const fn new(one: Term, other: Term) -> Pair {
    pair(one, other, SINCE_0_5_23)
}

const DISAGGREGATED: Term = one_of("--disaggregation-mode", &["prefill", "decode"]);

/// `server_args.py` up to 0.5.10, `arg_groups/` in 0.5.23.
static PAIRS: [Pair; 53] = [
    // 1977, 2480 and 3481; overrides 1119.
    pair(
        given("--enable-deterministic-inference"),
        none_of("--attention-backend", &["flashinfer", "fa3", "triton"]),
        Versions::before(V0_5_23),
    ),
    pair(
        given("--enable-deterministic-inference"),
        none_of("--attention-backend", &["ascend", "fa3", "fa4", "flashinfer", "intel_xpu", "triton"]),
        SINCE_0_5_23,
    ),
    // 1511, 1949 and 2668; moe_hook 81. `modelopt` becomes one of the three, and `mxfp8` chooses another backend.
    pair(
        one_of("--moe-runner-backend", &["flashinfer_cutlass"]),
        none_of(
            "--quantization",
            &[
                "modelopt",
                "modelopt_fp4",
                "modelopt_fp8",
                "modelopt_mixed",
                "mxfp8",
                "nvfp4_online",
                "unquant",
            ],
        ),
        ALL,
    ),
    // 2695.
    pair(
        one_of("--moe-runner-backend", &["flashinfer_trtllm_routed"]),
        none_of("--quantization", &["fp8", "mxfp8"]),
        Versions::between(V0_5_10, V0_5_23),
    ),
    // validation_hook 134. EAGLE and DSPARK have conditions of their own.
    pair(
        above("--pp-size", 1),
        one_of("--speculative-algorithm", &["EAGLE3", "STANDALONE", "NGRAM", "DFLASH"]),
        SINCE_0_5_23,
    ),
    // 1857, 2362, 3365; serving_hook 757.
    pair(given("--enable-tokenizer-batch-encode"), given("--enable-dynamic-batch-tokenizer"), ALL),
    // 1902, 2407, 3403; kv_cache_hook 394.
    pair(given("--enable-hierarchical-cache"), given("--disable-radix-cache"), ALL),
    // 1824 and 1827; 2318 and 2321.
    pair(
        one_of("--disaggregation-mode", &["decode"]),
        given("--disaggregation-decode-tp"),
        Versions::before(V0_5_10),
    ),
    pair(
        one_of("--disaggregation-mode", &["decode"]),
        given("--disaggregation-decode-dp"),
        Versions::before(V0_5_10),
    ),
    // 2349, 3274; pd_disaggregation_hook 310.
    pair(given("--encoder-only"), given("--language-only"), Versions::from(V0_5_8)),
    // 2351, 3276; pd_disaggregation_hook 312.
    pair(given("--encoder-only"), DISAGGREGATED, Versions::from(V0_5_8)),
    // 3247; pd_disaggregation_hook 146.
    pair(
        one_of("--disaggregation-mode", &["prefill"]),
        one_of("--disaggregation-transfer-backend", &["fake"]),
        Versions::from(V0_5_10),
    ),
    // 1343, 1713, 2308; attention_hook 161.
    pair(one_of("--attention-backend", &["flex_attention"]), given("--speculative-algorithm"), ALL),
    // validation_hook 188.
    pair(given("--disable-cuda-graph-padding"), given("--enable-torch-compile"), SINCE_0_5_23),
    // validation_hook 112.
    pair(given("--enable-response-store"), DISAGGREGATED, SINCE_0_5_23),
    // validation_hook 165.
    pair(given("--min-free-slots-delay"), above("--pp-size", 1), SINCE_0_5_23),
    // parallel_hook 247.
    pair(above("--dcp-size", 1), given("--enable-prefill-cp"), SINCE_0_5_23),
    // parallel_hook 289.
    pair(above("--attn-dp-size", 1), above("--dp-size", 1), SINCE_0_5_23),
    // attention_hook 500.
    pair(given("--enable-linear-replayssm"), given("--enable-linear-replayssm-spec"), SINCE_0_5_23),
    // kv_cache_hook 463.
    pair(given("--enable-lmcache"), given("--enable-streaming-session"), SINCE_0_5_23),
    // serving_hook 424.
    pair(given("--grpc-port"), above("--tokenizer-worker-num", 1), SINCE_0_5_23),
    // serving_hook 429.
    pair(given("--grpc-port"), given("--api-key"), SINCE_0_5_23),
    pair(given("--grpc-port"), given("--admin-api-key"), SINCE_0_5_23),
    // serving_hook 895.
    pair(one_of("--mm-feature-transport", &["cuda_vmm"]), above("--pp-size", 1), SINCE_0_5_23),
    // hicache_hook 56.
    pair(given("--enable-unified-cache-external-linker"), given("--hicache-storage-backend"), SINCE_0_5_23),
    // validation_hook 80, 95 and 101.
    pair(given("--enable-watermark"), given("--enable-custom-logit-processor"), SINCE_0_5_23),
    pair(given("--enable-watermark"), DISAGGREGATED, SINCE_0_5_23),
    pair(given("--enable-watermark"), given("--speculative-use-rejection-sampling"), SINCE_0_5_23),
    // validation_hook 43.
    pair(given("--enable-watermark"), none_of("--device", &["cuda"]), SINCE_0_5_23),
    // kv_cache_hook 362.
    pair(
        one_of("--disaggregation-decode-retraction-backup", &["host_pool"]),
        above("--dcp-size", 1),
        SINCE_0_5_23,
    ),
    // kv_cache_hook 409, 435, 440, 920, 926 and 935.
    new(
        one_of("--disaggregation-decode-retraction-backup", &["host_pool"]),
        given("--disaggregation-decode-enable-offload-kvcache"),
    ),
    new(given("--enable-lmcache"), given("--enable-hierarchical-cache")),
    new(given("--enable-lmcache"), given("--enable-unified-cache-external-linker")),
    new(given("--prefill-only-disable-kv-cache"), above("--attn-cp-size", 1)),
    new(given("--prefill-only-disable-kv-cache"), given("--enable-prefill-cp")),
    new(given("--prefill-only-disable-kv-cache"), given("--enable-hisparse")),
    // kv_shard_hook 146 to 199.
    new(given("--enable-kv-cache-sharding"), given("--enable-unified-cache-external-linker")),
    new(given("--enable-kv-cache-sharding"), given("--enable-flexkv")),
    new(given("--enable-kv-cache-sharding"), above("--dcp-size", 1)),
    new(given("--enable-kv-cache-sharding"), given("--enable-lmcache")),
    new(given("--enable-kv-cache-sharding"), given("--enable-hisparse")),
    // parallel_hook 444 to 454, 538.
    new(above("--dwdp-size", 1), above("--pp-size", 1)),
    new(above("--dwdp-size", 1), given("--speculative-algorithm")),
    new(above("--dwdp-size", 1), given("--enable-eplb")),
    new(above("--dwdp-size", 1), one_of("--disaggregation-mode", &["decode"])),
    new(one_of("--elastic-ep-backend", &["mooncake", "nixl"]), above("--pp-size", 1)),
    // serving_hook 116, 414, 419 and 915.
    new(given("--enable-ssl-refresh"), given("--enable-http2")),
    new(given("--grpc-port"), given("--use-ray")),
    new(given("--grpc-port"), given("--encoder-only")),
    new(one_of("--mm-feature-transport", &["cuda_ipc"]), above("--nnodes", 1)),
    // validation_hook 87, 720 and 725.
    new(given("--enable-watermark"), given("--dllm-algorithm")),
    new(given("--enable-return-aux-hidden-states"), given("--speculative-draft-model-path")),
    new(given("--enable-return-aux-hidden-states"), above("--pp-size", 1)),
];

/// Judges flags that exclude each other.
pub(super) fn check(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    for pair in PAIRS.iter().filter(|pair| flags.in_versions(pair.versions)) {
        let (Some(one), Some(other)) = (flags.holds(&pair.one), flags.holds(&pair.other)) else { continue };
        let shown = |term: &Term, place: &crate::text::Location| match term.is {
            Is::Given => format!("`{}`", term.flag),
            _ => format!("`{} {}`", term.flag, place.text()),
        };
        let (first, second) = (shown(&pair.one, &one), shown(&pair.other, &other));
        let (place, before, with, this) = if one.span.start < other.span.start {
            (other, one, first, second)
        } else {
            (one, other, second, first)
        };
        let message = format!("`{}` refuses {this} together with {with}", flags.parsed.program.name);
        let values = [&pair.one, &pair.other].into_iter().find_map(|term| match term.is {
            Is::NoneOf(values) => Some((term.flag, values)),
            _ => None,
        });
        let instead = values.map_or_else(String::new, |(flag, values)| {
            let names: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
            format!("write {} for `{flag}`, or ", names.join(" or "))
        });
        findings.push(
            Diagnostic::new(&INCOMPATIBLE, place, message)
                .related(before, "the other stands here")
                .help(format!("{instead}leave one of the two out")),
        );
    }
}
