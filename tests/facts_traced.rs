#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it skipped"
)]
#![expect(clippy::disallowed_methods, reason = "a test reads the facts itself")]
//! Every row of the facts that the catalog was written from against what the catalog says, with a reason for each
//! difference.
//!
//! The facts lie outside of the repository, in `shared/facts` beside it or above it; without them this says so and
//! checks nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use shardbook::catalog::compiled::{Configuration, Model};
use shardbook::engine::version::Version;
use shardbook::pipeline::load::load;
use shardbook::pipeline::{engines, stages};
use shardbook::world::Disk;

/// Rows that are not published, and why: model, hardware, reason. `*` stands for any characters.
const LEFT_OUT: [(&str, &str, &str); 2] = [
    (
        "MiniMaxAI/MiniMax-M2.7",
        "A100",
        "the engine's kernels for FP8 experts need hardware FP8, which Ampere lacks",
    ),
    (
        "nvidia/DeepSeek-R1-0528-FP4-v2",
        "H200",
        "the engine loads NVFP4 weights from compute capability 10.0 on; Hopper has 9.0",
    ),
];

/// Names of weights that do not exist, with those that do.
const RENAMED: [(&str, &str, &str); 2] = [
    (
        "XiaomiMiMo/MiMo-MiMo-V2-Flash",
        "XiaomiMiMo/MiMo-V2-Flash",
        "the family's name was composed with a name that has it already",
    ),
    (
        "mistralai/Mistral-Nemo-12B-Instruct-v1",
        "mistralai/Mistral-Nemo-Instruct-2407",
        "the repository bears its date, and no size",
    ),
];

/// A difference that is meant: models, `hardware/configuration`, what differs, in the facts, here, and why.
type Meant = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const TWO_NODES: &str = "the weights leave no room for a KV cache on one node (memory/weights-fit)";
const LATER: &str =
    "the version of the facts lacks the architecture or the parser: filed under the first that has it";
const BLOCKS: &str =
    "FP8 weights are scaled in blocks of 128, which must divide the columns of an expert on each GPU";
const GROUPS: &str = "attention groups must divide tp (parallelism/dp-attention-divides-tp)";
const NAMES_FP4: &str = "NVIDIA's checkpoints, whose form has this name";
const PUBLISHED: &str = "the precision of the published weights";
const STATE: &str = "speculation with linear attention needs it (engine, server_args)";

const MEANT: &[Meant] = &[
    ("moonshotai/Kimi-K2.*", "MI*/high-throughput-dp", "dp", "8", "4", GROUPS),
    ("nvidia/GLM-5-NVFP4", "B200/high-throughput-dp", "dp", "8", "4", GROUPS),
    (
        "XiaomiMiMo/MiMo-V2-Flash",
        "H200/default",
        "enable_dp_attention",
        "false",
        "true",
        "two replicas of tp 8 are more GPUs than a node has (parallelism/fits-node)",
    ),
    ("XiaomiMiMo/MiMo-V2-Flash", "*", "quantization", "bf16", "fp8", PUBLISHED),
    ("XiaomiMiMo/MiMo-V2-Flash", "*", "reasoning_parser", "", "qwen3", "models that think need it"),
    (
        "XiaomiMiMo/MiMo-V2-Flash",
        "*",
        "extra_args",
        "",
        "--trust-remote-code",
        "the checkpoint brings its configuration as code",
    ),
    (
        "meta-llama/Llama-3.1-70B-Instruct",
        "*/throughput-optimized",
        "enable_dp_attention",
        "true",
        "false",
        "without dp the engine drops it (parallelism/dp-attention-without-dp), and its Llama has none",
    ),
    (
        "meta-llama/Llama-3.1-70B-Instruct",
        "*/latency-optimized",
        "extra_args",
        "--disable-shared-experts-fusion --speculative-algorithm EAGLE --speculative-eagle-topk 1 \
         --speculative-num-draft-tokens 4 --speculative-num-steps 3",
        "",
        "EAGLE needs a draft model that was trained for this one, and a dense model has no experts",
    ),
    (
        "meta-llama/Llama-3.1-70B-Instruct",
        "*/latency-optimized",
        "quantization",
        "bf16",
        "fp8",
        "the command quantizes while it loads",
    ),
    ("MiniMaxAI/MiniMax-M2.7", "*/default", "ep", "1", "8", BLOCKS),
    ("stepfun-ai/Step-3.5-Flash-FP8", "*/default", "ep", "4", "2", BLOCKS),
    ("stepfun-ai/Step-3.5-Flash-FP8", "*/default", "tp", "4", "2", BLOCKS),
    (
        "Wan-AI/Wan2.2-*",
        "*/sequence-parallel",
        "tp",
        "4",
        "1",
        "the diffusion runtime multiplies tensor, sequence and guidance parallelism: 4 GPUs are 2 × 2",
    ),
    ("deepseek-ai/DeepSeek-R1-0528", "H100/*", "tp", "8", "16", TWO_NODES),
    ("moonshotai/Kimi-K2-Instruct", "H200/*", "tp", "8", "16", TWO_NODES),
    ("inclusionAI/Ring-2.5-1T", "GB200/*", "tp", "4", "8", TWO_NODES),
    ("deepseek-ai/DeepSeek-R1-0528", "H100/*", "nodes", "single", "multi", TWO_NODES),
    ("moonshotai/Kimi-K2-Instruct", "H200/*", "nodes", "single", "multi", TWO_NODES),
    ("inclusionAI/Ring-2.5-1T", "GB200/*", "nodes", "single", "multi", TWO_NODES),
    (
        "zai-org/GLM-5*",
        "*",
        "nodes",
        "single",
        "multi",
        "tp 16 and 32 are more GPUs than a node has (parallelism/fits-node)",
    ),
    (
        "Qwen/Qwen3.5-397B-A17B",
        "H100/*",
        "nodes",
        "single",
        "multi",
        "tp 16 is more GPUs than a node has (parallelism/fits-node)",
    ),
    (
        "nvidia/DeepSeek-*",
        "B200/*",
        "extra_args",
        "",
        "--quantization modelopt_fp4",
        "the engine does not derive it from the checkpoint",
    ),
    ("nvidia/*", "*", "quantization", "fp4", "nvfp4", NAMES_FP4),
    ("mistralai/*-NVFP4", "*", "quantization", "fp4", "nvfp4", NAMES_FP4),
    ("deepseek-ai/DeepSeek-Math-V2", "*", "quantization", "bf16", "fp8", PUBLISHED),
    ("meta-llama/Llama-4-Scout-17B-16E-Instruct", "*", "quantization", "fp8", "bf16", PUBLISHED),
    ("stepfun-ai/Step-3.5-Flash", "*", "quantization", "fp8", "bf16", PUBLISHED),
    ("moonshotai/Kimi-K2*", "*", "quantization", "fp8", "int4", PUBLISHED),
    ("*Qwen3.*", "*/speculative-mtp", "env", "", "SGLANG_ENABLE_SPEC_V2=1", STATE),
    ("*Qwen3.*", "*/speculative-mtp", "extra_args", "", "--mamba-scheduler-strategy extra_buffer", STATE),
    ("*Qwen3.*", "MI*/speculative-mtp", "extra_args", "", "--disable-radix-cache", STATE),
    (
        "Qwen/Qwen3-*",
        "*/default",
        "thinking",
        "non_thinking",
        "hybrid",
        "the first generation switches thinking by request",
    ),
    ("Qwen/Qwen3-*", "*/default", "reasoning_parser", "", "qwen3", "models that think need it"),
    ("deepseek-ai/DeepSeek-V3.2-Speciale", "*", "thinking", "hybrid", "thinking", "the model always thinks"),
    (
        "deepseek-ai/DeepSeek-V3.2-Speciale",
        "*",
        "tool_parser",
        "deepseekv32",
        "",
        "the model has no tool calls",
    ),
    ("google/gemma-4-*", "*", "tool_parser", "gemma4", "", "no version up to 0.5.10 knows this parser"),
    ("google/gemma-4-*", "*", "reasoning_parser", "gemma4", "", "no version up to 0.5.10 knows this parser"),
    (
        "moonshotai/Kimi-K2-Instruct",
        "*",
        "reasoning_parser",
        "kimi_k2",
        "",
        "it takes all before a closing tag for reasoning, and this model never writes one",
    ),
    ("inclusionAI/LLaDA2.1-*", "*", "version", "v0.5.6", "v0.5.10", LATER),
    ("internlm/Intern-S1*", "*", "version", "v0.5.6", "v0.5.8", LATER),
    ("nvidia/NVIDIA-Nemotron-3-Nano-*", "*", "version", "v0.5.6", "v0.5.8", LATER),
    ("Qwen/Qwen-Image-Edit-2511", "*", "version", "v0.5.6", "v0.5.8", LATER),
    ("XiaomiMiMo/MiMo-V2-Flash", "*", "version", "v0.5.6", "v0.5.8", LATER),
    ("zai-org/GLM-5*", "*", "version", "v0.5.8", "v0.5.10", LATER),
    ("nvidia/GLM-5-NVFP4", "*", "version", "v0.5.8", "v0.5.10", LATER),
    ("moonshotai/Kimi-K2.5", "*", "version", "v0.5.8", "v0.5.10", LATER),
    ("mistralai/Mistral-Small-4-*", "*", "version", "v0.5.8", "v0.5.10", LATER),
    ("nvidia/NVIDIA-Nemotron-3-Super-*", "*", "version", "v0.5.8", "v0.5.10", LATER),
    ("*Qwen3.5-397B-*", "*", "version", "v0.5.8", "v0.5.10", LATER),
    ("inclusionAI/Ring-2.5-1T", "*", "version", "v0.5.8", "v0.5.10", LATER),
    ("stepfun-ai/Step-3.5-*", "*", "version", "v0.5.8", "v0.5.10", LATER),
];

/// Whether a text has the form of a pattern.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == text };
    let Some(rest) = text.strip_prefix(before) else { return false };
    (0..=rest.len()).filter(|&at| rest.is_char_boundary(at)).any(|at| fits(after, &rest[at..]))
}

fn facts() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.ancestors().map(|above| above.join("shared/facts/configurations.csv")).find(|file| file.is_file())
}

/// The rows of a table by the names of its columns. Quotes hold commas, and double for themselves.
fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in text.lines() {
        let (mut cells, mut quoted) = (vec![String::new()], false);
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '"' if quoted && letters.next_if_eq(&'"').is_some() => cells.last_mut().unwrap().push('"'),
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                other => cells.last_mut().unwrap().push(other),
            }
        }
        rows.push(cells);
    }
    let head = rows.remove(0);
    rows.into_iter().map(|row| head.iter().cloned().zip(row).collect()).collect()
}

/// Each flag with its values.
fn flags(words: &[String]) -> BTreeSet<String> {
    let mut flags: Vec<String> = Vec::new();
    for word in words {
        match flags.last_mut().filter(|_| !word.starts_with("--")) {
            Some(flag) => {
                flag.push(' ');
                flag.push_str(word);
            }
            // An abbreviation, which the catalog writes out.
            None => flags.push(
                word.replace("--speculative-algo", "--speculative-algorithm")
                    .replace("algorithmrithm", "algorithm"),
            ),
        }
    }
    flags.into_iter().collect()
}

/// What only the first has, and what only the second.
fn apart(a: &BTreeSet<String>, b: &BTreeSet<String>) -> (String, String) {
    let only =
        |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>().join(" ");
    (only(a, b), only(b, a))
}

/// What a row and a configuration say, by what it is about.
fn compared(
    row: &BTreeMap<String, String>,
    (version, model, configuration): (Version, &Model, &Configuration),
) -> Vec<(&'static str, String, String)> {
    let of_row = |name: &str| row[name].clone();
    let number = |name: &str| if row[name].is_empty() { "1".to_owned() } else { row[name].clone() };
    let (_, engine) = configuration.engines().next().unwrap();
    let block = &engine.block;
    let mut all = vec![
        ("version", of_row("version"), format!("v{version}")),
        ("nodes", of_row("nodes"), configuration.nodes.value.clone()),
        ("optimization", of_row("optimization"), configuration.optimization.value.clone()),
        ("quantization", of_row("quantization"), configuration.quantization.value.clone()),
        ("tp", number("tp"), block.tp().to_string()),
        ("dp", number("dp"), block.dp().to_string()),
        ("ep", number("ep"), block.ep().to_string()),
        (
            "enable_dp_attention",
            (of_row("enable_dp_attention").eq_ignore_ascii_case("true")).to_string(),
            block.enable_dp_attention().to_string(),
        ),
    ];
    if let Some(llm) = model.attributes.llm() {
        for (name, value) in [
            ("thinking", &llm.thinking_capability),
            ("tool_parser", &llm.tool_parser),
            ("reasoning_parser", &llm.reasoning_parser),
            ("chat_template", &llm.chat_template),
        ] {
            all.push((
                name,
                of_row(name),
                value.as_ref().map(|value| value.value.clone()).unwrap_or_default(),
            ));
        }
    }
    let theirs = row["env"].split_whitespace().map(str::to_owned).collect();
    let ours = block.env_vars.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let (a, b) = apart(&theirs, &ours);
    all.push(("env", a, b));
    let words = row["extra_args"].as_str();
    let words: Vec<String> = if words.is_empty() { Vec::new() } else { serde_json::from_str(words).unwrap() };
    let (theirs, mut ours) = (flags(&words), flags(&block.extra_args));
    // `nodes` says it of the facts.
    ours.retain(|flag| !flag.starts_with("--nnodes "));
    let (a, b) = apart(&theirs, &ours);
    all.push(("extra_args", a, b));
    all
}

#[test]
fn every_row_is_published_or_there_is_a_reason() {
    let Some(path) = facts() else {
        return eprintln!("skipped: there is no `shared/facts/configurations.csv` above the repository");
    };
    let inputs = load(&Disk::new(env!("CARGO_MANIFEST_DIR"))).expect("the shipped site").value;
    let engines = engines::read(&inputs, "sglang").value;
    let catalog = stages::catalog(&inputs, &engines).value;
    let mut ours = BTreeMap::new();
    for (version, models) in catalog.versions() {
        for model in models.models() {
            for (hardware, configuration) in model.configurations() {
                let key =
                    (model.model_path.value.clone(), hardware.to_owned(), configuration.name.value.clone());
                ours.insert(key, (version, model, configuration));
            }
        }
    }
    let rows = table(&std::fs::read_to_string(path).unwrap());
    assert_eq!(rows.len(), 538);
    let (mut without_reason, mut used) = (Vec::new(), BTreeSet::new());
    let (mut same, mut different, mut left_out) = (0, 0, 0);
    for row in &rows {
        let renamed = RENAMED.iter().find(|(theirs, ..)| *theirs == row["model_path"]);
        let model = renamed.map_or(row["model_path"].as_str(), |(_, ours, _)| ours);
        let (hardware, name) = (&row["hardware"], &row["configuration"]);
        let Some(&found) = ours.get(&(model.to_owned(), hardware.clone(), name.clone())) else {
            left_out += 1;
            let meant = LEFT_OUT.iter().position(|(of, on, _)| fits(of, model) && fits(on, hardware));
            match meant {
                Some(at) => drop(used.insert((1, at))),
                None => without_reason.push(format!("{model} on {hardware}: no {name}")),
            }
            continue;
        };
        let place = format!("{hardware}/{name}");
        let differences: Vec<_> = compared(row, found).into_iter().filter(|(_, a, b)| a != b).collect();
        if differences.is_empty() {
            same += 1
        } else {
            different += 1
        }
        for (what, theirs, here) in differences {
            let meant = MEANT.iter().position(|(of, at, field, a, b, _)| {
                fits(of, model) && fits(at, &place) && *field == what && *a == theirs && *b == here
            });
            match meant {
                Some(at) => drop(used.insert((2, at))),
                None => without_reason.push(format!("{model} {place}: {what} `{theirs}` → `{here}`")),
            }
        }
    }
    assert!(
        without_reason.is_empty(),
        "{} without a reason:\n{}",
        without_reason.len(),
        without_reason.join("\n")
    );
    let stale = (0..MEANT.len()).map(|at| (2, at)).chain((0..LEFT_OUT.len()).map(|at| (1, at)));
    let stale: Vec<_> = stale.filter(|key| !used.contains(key)).collect();
    assert!(stale.is_empty(), "reasons for no difference: {stale:?}");
    eprintln!(
        "{same} rows as they are, {different} with differences that have a reason, {left_out} left out with one"
    );
}

#[test]
fn patterns_and_tables_are_read() {
    assert!(fits("*", "") && fits("a*c", "abc") && fits("MI*/dp", "MI300X/dp") && fits("a", "a"));
    assert!(!fits("a*c", "ab") && !fits("a", "ab"));
    let rows = table("a,b\n1,\"[\"\"x\"\", \"\"y\"\"]\"\n");
    assert_eq!((rows[0]["a"].as_str(), rows[0]["b"].as_str()), ("1", "[\"x\", \"y\"]"));
}
