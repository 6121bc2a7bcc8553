//! A parsed command as the rules about launches see it.

use super::command::Parsed;
use super::subject::{Form, Setting, Subject};
use crate::engine::value::Value;
use crate::text::Location;

/// What is known about the surroundings of a launch: from the fence, the page, or the catalog.
#[derive(Clone, Debug, Default)]
pub struct Surroundings<'a> {
    /// The Hugging Face path of the model.
    pub model_path: Option<String>,
    /// The facts on it.
    pub facts: Option<&'a crate::catalog::facts::ModelFacts>,
    /// The hardware.
    pub hardware: Option<&'a crate::catalog::hardware::HardwareSpec>,
    /// What the configuration is optimised for.
    pub optimization: Option<String>,
    /// The precision of the weights.
    pub quantization: Option<String>,
}

/// The programs that start one language-model server with the engine's server options.
const SERVERS: [&str; 6] = [
    "sglang.launch_server",
    "sglang.serve.llm",
    "sglang.bench_one_batch",
    "sglang.bench_offline_throughput",
    "sglang.bench_one_batch_server",
    "sglang_router.launch_server",
];

/// Whether a program starts one language-model server.
pub fn is_server(program: &crate::engine::spec::Program) -> bool {
    SERVERS[..3].contains(&program.name.as_str()) || program.name == "sglang_router.launch_server"
}

/// The model that a command names by a literal word.
pub fn model_path(parsed: &Parsed<'_>) -> Option<String> {
    value(parsed, "--model-path").and_then(Value::text).map(str::to_owned)
}

/// The launch that a command is, where its program starts a language-model server. `form` says whether the command
/// stands for a block of YAML.
pub fn subject<'a>(parsed: &Parsed<'_>, surroundings: Surroundings<'a>, form: Form) -> Option<Subject<'a>> {
    let program = parsed.program.name.as_str();
    if !SERVERS.contains(&program) {
        return None;
    }
    let whole = match (parsed.command.arguments.first(), parsed.command.arguments.last()) {
        (Some(_), Some(last)) => {
            let end = last.location();
            Location::new(&end.source, parsed.command.start.span.to(end.span))
        }
        _ => parsed.command.start.clone(),
    };
    let groups = setting(parsed, "--attn-dp-size", 1);
    // Where attention groups have a flag of their own, it alone says how many there are. One group is the default of a
    // command; a block has the flag only where it asks for DP attention.
    let (dp, dp_attention) = match (&groups.place, groups.value) {
        (None, _) => (setting(parsed, "--dp-size", 1), switch(parsed, "--enable-dp-attention")),
        (_, Some(1)) if form != Form::Block => {
            (setting(parsed, "--dp-size", 1), switch(parsed, "--enable-dp-attention"))
        }
        _ => (groups.clone(), groups.place.clone()),
    };
    // Whether `dp` counts replicas or groups is not known where the switch may stand elsewhere.
    let dp = match (&dp_attention, parsed.may_have_more()) {
        (None, true) => Setting { value: dp.value.filter(|&size| size == 1), place: dp.place },
        _ => dp,
    };
    let ep = match value(parsed, "--moe-a2a-backend").and_then(Value::text) {
        // These backends set `ep` to `tp` by themselves.
        Some(backend) if backend != "none" => Setting { value: None, place: place(parsed, "--ep-size") },
        _ => setting(parsed, "--ep-size", 1),
    };
    Some(Subject {
        form: if program.starts_with("sglang_router") { Form::Router } else { form },
        version: parsed.spec.version,
        whole,
        tp: setting(parsed, "--tp-size", 1),
        pp: setting(parsed, "--pp-size", 1),
        dp,
        ep,
        redundant_experts: setting(parsed, "--ep-num-redundant-experts", 0),
        moe_dp: setting(parsed, "--moe-dp-size", 1),
        attention_cp: attention_cp(parsed),
        on_cpu: value(parsed, "--device").and_then(Value::text) == Some("cpu"),
        nodes: setting(parsed, "--nnodes", 1),
        dp_attention,
        speculative: value(parsed, "--speculative-algorithm")
            .filter(|value| **value != Value::Null)
            .and_then(|_| place(parsed, "--speculative-algorithm")),
        mixed_chunk: switch(parsed, "--enable-mixed-chunk"),
        quantization: surroundings
            .quantization
            .or_else(|| value(parsed, "--quantization").and_then(Value::text).map(str::to_owned)),
        model_path: surroundings
            .model_path
            .or_else(|| value(parsed, "--model-path").and_then(Value::text).map(str::to_owned)),
        facts: surroundings.facts,
        hardware: surroundings.hardware,
        optimization: surroundings.optimization,
    })
}

/// The switches make the size out of `tp` and the groups, for the models that they are for.
fn attention_cp(parsed: &Parsed<'_>) -> Setting {
    let switches = ["--enable-nsa-prefill-context-parallel", "--enable-prefill-cp"];
    match switches.iter().find_map(|flag| switch(parsed, flag)) {
        Some(place) if self::place(parsed, "--attn-cp-size").is_none() => {
            Setting { value: None, place: Some(place) }
        }
        _ => setting(parsed, "--attn-cp-size", 1),
    }
}

/// The value of a flag, whatever name the parser keeps it under.
fn value<'p>(parsed: &'p Parsed<'_>, flag: &str) -> Option<&'p Value> {
    let (_, option) = parsed.program.parser().find(flag)?;
    parsed.parse.values.get(&option.dest)
}

fn place(parsed: &Parsed<'_>, flag: &str) -> Option<Location> {
    let (_, option) = parsed.program.parser().find(flag)?;
    parsed.value_place(&option.dest)
}

fn setting(parsed: &Parsed<'_>, flag: &str, default: u64) -> Setting {
    let Some(value) = value(parsed, flag) else { return Setting::default_of(default) };
    let place = place(parsed, flag);
    if place.is_none() && parsed.may_have_more() {
        return Setting { value: None, place };
    }
    let number = match value {
        Value::Null => Some(default),
        other => other.integer().and_then(|number| u64::try_from(number).ok()),
    };
    Setting { value: number, place }
}

/// Where a switch is on.
fn switch(parsed: &Parsed<'_>, flag: &str) -> Option<Location> {
    value(parsed, flag).filter(|value| **value == Value::Bool(true)).and_then(|_| place(parsed, flag))
}
