//! Single values that the engine refuses after it has parsed them.

use super::flags::{ALL, Flags, SINCE_0_5_23, V0_5_8, V0_5_10, V0_5_23, Versions};
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::engine::value::Value;

/// Lines 3988 to 4079 (0.5.6), 4820 to 4911 (0.5.8), 6080 to 6239 (0.5.10) of `check_server_args`; for 0.5.23 the
/// files of `arg_groups` that stand with the rows.
pub(super) static OUT_OF_RANGE: Rule =
    Rule::new("cli/out-of-range", Level::Error, "numbers are in the range that the engine asserts");
/// The sources are with each row of the table: file and lines, by version.
pub(super) static REFUSED_VALUE: Rule =
    Rule::new("cli/refused-value", Level::Error, "no value is one that the engine offers and then refuses");

/// Where the numbers of a flag begin.
#[derive(Clone, Copy)]
enum Low {
    AtLeast(f64),
    Above(f64),
}

struct Range {
    flag: &'static str,
    low: Low,
    most: Option<f64>,
    versions: Versions,
}

const fn at_least(flag: &'static str, least: f64, versions: Versions) -> Range {
    Range { flag, low: Low::AtLeast(least), most: None, versions }
}

const fn share(flag: &'static str, versions: Versions) -> Range {
    Range { flag, low: Low::Above(0.0), most: Some(1.0), versions }
}

static RANGES: [Range; 28] = [
    at_least("--base-gpu-id", 0.0, ALL),
    at_least("--gpu-id-step", 1.0, ALL),
    at_least("--schedule-conservativeness", 0.0, ALL),
    at_least("--tokenizer-worker-num", 1.0, ALL),
    at_least("--max-loras-per-batch", 1.0, ALL),
    // 2425, 3419; kv_cache_hook 428.
    share("--swa-full-tokens-ratio", Versions::from(V0_5_8)),
    // hicache_hook 117.
    share("--hicache-host-memory-fraction", SINCE_0_5_23),
    // validation_hook 183, 274 to 276, 660, 662, 688.
    at_least("--pp-max-micro-batch-size", 1.0, SINCE_0_5_23),
    at_least("--detokenizer-worker-num", 1.0, SINCE_0_5_23),
    at_least("--mm-processor-worker-num", 0.0, SINCE_0_5_23),
    at_least("--mm-io-worker-num", 0.0, SINCE_0_5_23),
    at_least("--prefill-decode-interval", 0.0, SINCE_0_5_23),
    at_least("--prefill-decode-interval-min-bs", 0.0, SINCE_0_5_23),
    at_least("--sampling-mask-max-tokens", 1.0, SINCE_0_5_23),
    // kv_cache_hook 431.
    at_least("--swa-prefix-tails", 0.0, SINCE_0_5_23),
    // mamba_hook 22.
    at_least("--mamba-cache-philox-rounds", 0.0, SINCE_0_5_23),
    // parallel_hook 244, 286 and 571.
    at_least("--dcp-size", 1.0, SINCE_0_5_23),
    at_least("--attn-dp-size", 1.0, SINCE_0_5_23),
    at_least("--max-ep-size", 1.0, SINCE_0_5_23),
    // serving_hook 127, 132, 145, 379, 383.
    Range { flag: "--asr-max-buffer-seconds", low: Low::Above(0.0), most: None, versions: SINCE_0_5_23 },
    at_least("--asr-max-concurrent-sessions", 1.0, SINCE_0_5_23),
    at_least("--mm-preprocess-cache-size-mb", 0.0, SINCE_0_5_23),
    Range { flag: "--grpc-response-timeout-secs", low: Low::Above(0.0), most: None, versions: SINCE_0_5_23 },
    Range { flag: "--grpc-port", low: Low::AtLeast(1.0), most: Some(65_535.0), versions: SINCE_0_5_23 },
    // speculative_hook 205 and 224.
    at_least("--speculative-draft-window-size", 1.0, SINCE_0_5_23),
    at_least("--speculative-draft-sink-size", 0.0, SINCE_0_5_23),
    // pd_disaggregation_hook 65.
    Range {
        flag: "--disaggregation-decode-host-receive-threshold",
        low: Low::AtLeast(0.0),
        most: Some(1.0),
        versions: SINCE_0_5_23,
    },
    // utils/common.py 1783.
    at_least("--media-url-max-file-size-mb", 0.0, SINCE_0_5_23),
];

/// Choices that a later check refuses, with what to write instead.
struct Refused {
    flag: &'static str,
    value: &'static str,
    instead: &'static str,
    versions: Versions,
}

static REFUSED: [Refused; 6] = [
    // 1410.
    Refused {
        flag: "--attention-backend",
        value: "fa4",
        instead: "write `--prefill-attention-backend fa4`",
        versions: Versions::before(V0_5_8),
    },
    Refused {
        flag: "--decode-attention-backend",
        value: "fa4",
        instead: "write `--prefill-attention-backend fa4`",
        versions: Versions::before(V0_5_8),
    },
    // 2120, 2979.
    Refused {
        flag: "--speculative-moe-runner-backend",
        value: "flashinfer_trtllm",
        instead: "write `triton` or `auto`",
        versions: Versions::between(V0_5_8, V0_5_23),
    },
    // attention_hook 319.
    Refused {
        flag: "--linear-attn-decode-backend",
        value: "flashkda",
        instead: "write `--linear-attn-prefill-backend flashkda`, and leave decoding to `triton`",
        versions: SINCE_0_5_23,
    },
    // overrides 1241.
    Refused {
        flag: "--prefill-attention-backend",
        value: "cutedsl_mla",
        instead: "write `--decode-attention-backend cutedsl_mla`",
        versions: SINCE_0_5_23,
    },
    // moe_hook 635.
    Refused {
        flag: "--speculative-moe-a2a-backend",
        value: "deepep_v2",
        instead: "choose another backend for the draft",
        versions: SINCE_0_5_23,
    },
];

/// Judges numbers and choices.
pub(super) fn check(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    for range in RANGES.iter().filter(|range| flags.in_versions(range.versions)) {
        out_of_range(flags, range, findings);
    }
    for refused in REFUSED.iter().filter(|refused| flags.in_versions(refused.versions)) {
        let Some((_, place)) = flags.text(refused.flag).filter(|(text, _)| *text == refused.value) else {
            continue;
        };
        let engine = flags.parsed.engine_name();
        let message =
            format!("{engine} refuses `{}` for `{}`, though it offers it", refused.value, refused.flag);
        findings.push(Diagnostic::new(&REFUSED_VALUE, place, message).help(refused.instead));
    }
    gc_threshold(flags, findings);
}

fn out_of_range(flags: &Flags<'_, '_>, range: &Range, findings: &mut Vec<Diagnostic>) {
    let Some((value, place)) = flags.given(range.flag) else { return };
    // Without a tokenizer the engine sets the number of its workers to 1.
    if range.flag == "--tokenizer-worker-num" && flags.switch("--skip-tokenizer-init").is_some() {
        return;
    }
    #[expect(clippy::cast_precision_loss, reason = "the numbers of the table are small")]
    let number = match value {
        Value::Int(number) => *number as f64,
        Value::Float(number) => *number,
        _ => return,
    };
    let (low, name) = match range.low {
        Low::AtLeast(least) => (number < least, format!("at least {least}")),
        Low::Above(least) => (number <= least, format!("above {least}")),
    };
    let high = range.most.is_some_and(|most| number > most);
    if low || high || number.is_nan() && range.most.is_some() {
        let most = range.most.map_or_else(String::new, |most| format!(" and at most {most}"));
        let message = format!("`{}` is {name}{most}, not `{}`", range.flag, place.text());
        // A share that was written as a percentage.
        let share = range.most.is_some_and(|most| most <= 1.0) && number > 1.0 && number <= 100.0;
        let help = share.then(|| format!("write `{}`", number / 100.0));
        findings.push(Diagnostic::new(&OUT_OF_RANGE, place, message).maybe_help(help));
    }
}

/// 6234 (0.5.10); `validation_hook.py` 370 (0.5.23).
fn gc_threshold(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    if !flags.in_versions(Versions::from(V0_5_10)) {
        return;
    }
    let Some((Value::List(numbers), place)) = flags.given("--gc-threshold") else { return };
    if numbers.len() > 3 {
        let message = format!("`--gc-threshold` takes up to three numbers, not {}", numbers.len());
        findings.push(
            Diagnostic::new(&OUT_OF_RANGE, place, message)
                .help("write one number for each of Python's generations"),
        );
    }
}
