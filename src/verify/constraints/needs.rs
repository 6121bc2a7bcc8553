//! Flags that the engine refuses, or ignores, without others.

use super::flags::{
    ALL, Flags, SINCE_0_5_23, Term, V0_5_8, V0_5_10, V0_5_23, Versions, above, given, none_of, one_of,
};
use crate::diagnostic::{Diagnostic, Level, Rule};

/// The sources are with each row of the table: file and lines, by version.
pub(super) static REQUIRED_FLAG: Rule = Rule::new(
    "cli/required-flag",
    Level::Error,
    "a flag stands with the flags that the engine wants with it",
);
/// `check_server_args`, 6160 and 6164 (0.5.10); `arg_groups/validation_hook.py`, 296 and 300 (0.5.23).
pub(super) static WITHOUT_EFFECT: Rule = Rule::new(
    "cli/without-effect",
    Level::Warning,
    "a flag stands with the flags without which it does nothing",
);

/// A flag, and what has to stand with it: one of the alternatives.
struct Need {
    what: Term,
    one_of: &'static [Term],
    versions: Versions,
}

const fn need(what: Term, one_of: &'static [Term], versions: Versions) -> Need {
    Need { what, one_of, versions }
}

/// What 0.5.23 wants with a flag.
const fn new(what: Term, one_of: &'static [Term]) -> Need {
    need(what, one_of, SINCE_0_5_23)
}

/// What the engine raises about. `server_args.py` up to 0.5.10, `arg_groups/` in 0.5.23.
static REFUSED: [Need; 31] = [
    // 2009, 4929, 6222; validation_hook 341.
    need(given("--export-metrics-to-file"), &[given("--export-metrics-to-file-dir")], ALL),
    // 1909, 2414, 3410; kv_cache_hook 401.
    need(
        given("--disaggregation-decode-enable-offload-kvcache"),
        &[one_of("--disaggregation-mode", &["decode"])],
        ALL,
    ),
    // 3414; kv_cache_hook 405.
    need(
        given("--disaggregation-decode-enable-offload-kvcache"),
        &[given("--hicache-storage-backend")],
        Versions::from(V0_5_10),
    ),
    // 2345, 3270; pd_disaggregation_hook 306.
    need(given("--enable-prefix-mm-cache"), &[given("--encoder-only")], Versions::from(V0_5_8)),
    // 2356, 3281. In 0.5.23 encoders may register later.
    need(given("--language-only"), &[given("--encoder-urls")], Versions::between(V0_5_8, V0_5_23)),
    // validation_hook 304.
    need(
        one_of("--retraction-policy", &["priority"]),
        &[given("--enable-priority-scheduling")],
        SINCE_0_5_23,
    ),
    // parallel_hook 252.
    need(one_of("--dcp-comm-backend", &["a2a", "fi_a2a"]), &[above("--dcp-size", 1)], SINCE_0_5_23),
    // parallel_hook 270.
    need(given("--dcp-replicate-q-proj"), &[above("--dcp-size", 1)], SINCE_0_5_23),
    // parallel_hook 547.
    need(given("--elastic-ep-join-mode"), &[given("--elastic-ep-backend")], SINCE_0_5_23),
    // parallel_hook 561.
    need(
        above("--elastic-ep-join-rank-offset", 0),
        &[one_of("--elastic-ep-join-mode", &["scale"])],
        SINCE_0_5_23,
    ),
    // parallel_hook 567.
    need(given("--max-ep-size"), &[given("--elastic-ep-backend")], SINCE_0_5_23),
    // parallel_hook 578.
    need(given("--elastic-ep-initial-size"), &[given("--elastic-ep-backend")], SINCE_0_5_23),
    // parallel_hook 152.
    need(given("--enable-prefill-cp"), &[given("--cp-strategy")], SINCE_0_5_23),
    // layernorm_sp_hook 25.
    need(given("--enable-megamoe-for-layernorm-sp"), &[given("--enable-layernorm-sp")], SINCE_0_5_23),
    // kv_cache_hook 41.
    need(
        none_of("--prefill-kv-cache-dequant-dtype", &["auto"]),
        &[one_of("--kv-cache-dtype", &["nvfp4"])],
        SINCE_0_5_23,
    ),
    // kv_cache_hook 357.
    need(
        one_of("--disaggregation-decode-retraction-backup", &["host_pool"]),
        &[one_of("--disaggregation-mode", &["decode"])],
        SINCE_0_5_23,
    ),
    // kv_cache_hook 880.
    need(given("--prefill-only-disable-kv-cache"), &[given("--is-embedding")], SINCE_0_5_23),
    // kv_cache_hook 783.
    need(given("--enable-page-major-kv-layout"), &[given("--enable-unified-memory")], SINCE_0_5_23),
    // kv_shard_hook 100.
    need(given("--enable-kv-cache-sharding"), &[one_of("--disaggregation-mode", &["prefill"])], SINCE_0_5_23),
    // speculative_hook 228.
    need(given("--speculative-draft-sink-size"), &[given("--speculative-draft-window-size")], SINCE_0_5_23),
    // speculative_hook 177.
    need(given("--speculative-use-block-verification"), &[given("--speculative-algorithm")], SINCE_0_5_23),
    // validation_hook 707.
    need(
        given("--return-aux-hidden-state-layer-ids"),
        &[given("--enable-return-aux-hidden-states")],
        SINCE_0_5_23,
    ),
    // validation_hook 714.
    need(given("--enable-return-aux-hidden-states"), &[given("--speculative-algorithm")], SINCE_0_5_23),
    // lora_hook 201.
    need(
        one_of("--moe-runner-backend", &["lora_cutedsl", "lora_marlin", "lora_triton"]),
        &[given("--enable-lora"), given("--lora-paths")],
        SINCE_0_5_23,
    ),
    // 4935, 6228; validation_hook 768, which knows a way without such a backend.
    need(
        given("--enable-two-batch-overlap"),
        &[none_of("--moe-a2a-backend", &["none"])],
        Versions::between(V0_5_8, V0_5_23),
    ),
    need(
        given("--enable-two-batch-overlap"),
        &[
            none_of("--moe-a2a-backend", &["none"]),
            above("--attn-dp-size", 1),
            given("--enable-dp-attention"),
        ],
        SINCE_0_5_23,
    ),
    // validation_hook 37, 375 and 453.
    new(given("--watermark-config"), &[given("--enable-watermark")]),
    new(above("--kv-canary-sweep-interval", 0), &[one_of("--kv-canary", &["log", "raise"])]),
    new(none_of("--load-publish-endpoint", &["off", "Off", "OFF"]), &[given("--kv-events-config")]),
    // serving_hook 397.
    new(given("--sidecar-args"), &[given("--sidecar")]),
    // speculative_hook 325.
    new(one_of("--speculative-algorithm", &["DFLASH"]), &[given("--speculative-draft-model-path")]),
];

/// What the engine warns about.
static IGNORED: [Need; 2] = [
    need(
        given("--disable-priority-preemption"),
        &[given("--enable-priority-scheduling")],
        Versions::from(V0_5_10),
    ),
    need(
        given("--default-priority-value"),
        &[given("--enable-priority-scheduling")],
        Versions::from(V0_5_10),
    ),
];

/// Judges flags that want others with them.
pub(super) fn check(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    let sets_a2a = flags.splits_context();
    for need in &REFUSED {
        // Context parallelism may choose the backend by itself.
        if !(sets_a2a && need.what.flag == "--enable-two-batch-overlap") {
            findings.extend(missing(flags, need, &REQUIRED_FLAG));
        }
    }
    findings.extend(IGNORED.iter().filter_map(|need| missing(flags, need, &WITHOUT_EFFECT)));
}

fn missing(flags: &Flags<'_, '_>, need: &Need, rule: &'static Rule) -> Option<Diagnostic> {
    if !flags.in_versions(need.versions) {
        return None;
    }
    let place = flags.holds(&need.what)?;
    // A flag that the version does not have can't be missed.
    let known = |term: &Term| flags.parsed.program.parser().find(term.flag).is_some();
    if !need.one_of.iter().all(|term| known(term) && flags.fails(term)) {
        return None;
    }
    let wanted: Vec<String> = need.one_of.iter().map(Term::words).collect();
    let wanted = wanted.join(" or ");
    let what = match need.what.is {
        super::flags::Is::NoneOf(_) => format!("`{} {}`", need.what.flag, place.text()),
        _ => need.what.words(),
    };
    let message = match rule.level {
        Level::Error => format!("`{}` refuses {what} without {wanted}", flags.parsed.program.name),
        _ => format!("{what} does nothing without {wanted}"),
    };
    let help = match need.one_of {
        [only] if flags.given(only.flag).is_some() => format!("write {wanted}, or leave {what} out"),
        _ => format!("add {wanted}, or leave {what} out"),
    };
    Some(Diagnostic::new(rule, place, message).help(help))
}
