//! What rules say beyond the parser, against the engine's own checks: whatever is an error here, the server refuses.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value as Json, json};
use shardbook::diagnostic::{Diagnostic, Level};
use shardbook::engine::Engines;
use shardbook::engine::fields::Schema;
use shardbook::engine::option::{Action, OptionSpec, ValueType};
use shardbook::engine::spec::{EngineSpec, Program};
use shardbook::engine::value::Value;
use shardbook::text::{Excerpt, Location, SourceFile, Span};
use shardbook::verify::command::{Argument, Command, Parsed};
use shardbook::verify::constraints;
use shardbook::verify::launch::{Surroundings, subject};
use shardbook::verify::rules;
use shardbook::verify::subject::{Form, Judge};

use crate::oracle;
use crate::questions::{Random, number};

const PROGRAM: &str = "sglang.launch_server";

/// The architectures that the engine is told of: a dense model, two mixtures of experts, one with linear attention.
const ARCHITECTURES: [&str; 4] =
    ["LlamaForCausalLM", "DeepseekV3ForCausalLM", "Qwen3MoeForCausalLM", "Qwen3NextForCausalLM"];

/// Rules whose source is not in the engine's arguments, or that are about a model which this one is not.
const NOT_ASSERTED: [&str; 3] =
    ["parallelism/ep-divides-tp", "parallelism/fits-node", "parallelism/ep-needs-moe"];

/// What is said of a command for one version by the rules behind the parser.
fn errors(engines: &Engines, spec: &EngineSpec, argv: &[String]) -> Vec<Diagnostic> {
    let file = SourceFile::new("command", argv.join(" "));
    let whole = Location::new(&file, Span::at(0));
    let arguments =
        argv.iter().map(|word| Argument::literal(Excerpt::whole(&SourceFile::new("word", word.as_str()))));
    let command =
        Command { start: whole, arguments: arguments.collect(), variables: Vec::new(), elided: false };
    let parsed = Parsed::new(&command, engines, spec, spec.program(PROGRAM).expect("every version has it"));
    if !parsed.parse.problems.is_empty() || parsed.parse.exits.is_some() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    constraints::check(&parsed, &mut findings);
    let mut judge = Judge::default();
    rules::judge(
        &subject(&parsed, Surroundings::default(), Form::Server).expect("it starts a server"),
        &mut judge,
    );
    findings.append(&mut judge.findings);
    let counts = |finding: &Diagnostic| {
        finding.rule.level == Level::Error && !NOT_ASSERTED.contains(&finding.rule.name)
    };
    findings.retain(counts);
    findings
}

/// All versions.
pub(crate) fn engines() -> Engines {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let read = |path: String| std::fs::read_to_string(root.join(path)).expect("it is shipped");
    let schema = SourceFile::new("engine.yaml", read("schema/engine.yaml".into()));
    let specs = ["0.5.6", "0.5.8", "0.5.10", "0.5.23"].map(|version| {
        EngineSpec::read(&read(format!("engines/sglang/{version}.yaml"))).expect("the data is sound")
    });
    Engines::new(specs, Schema::read(&schema).value)
}

#[test]
fn what_is_an_error_behind_the_parser_the_engine_refuses() {
    let engines = engines();
    for spec in engines.specs() {
        let asked = command_lines(spec.program(PROGRAM).expect("every version has it"));
        let judged: Vec<(usize, Vec<Diagnostic>)> = asked
            .iter()
            .enumerate()
            .map(|(at, argv)| (at, errors(&engines, spec, argv)))
            .filter(|(_, found)| !found.is_empty())
            .collect();
        let rules: std::collections::BTreeSet<&str> =
            judged.iter().flat_map(|(_, found)| found.iter().map(|finding| finding.rule.name)).collect();
        assert!(rules.len() > 8, "{}: too few rules are reached: {rules:?}", spec.version);
        let ask = judged.iter().map(|(at, _)| {
            let architecture = ARCHITECTURES[at % ARCHITECTURES.len()];
            json!({ "program": PROGRAM, "argv": asked[*at], "resolve": architecture })
        });
        let answers = match oracle::answers(spec, ask) {
            Ok(answers) => answers,
            Err(reason) => return eprintln!("skipped {}: {reason}", spec.version),
        };
        let mut report = String::new();
        for ((at, found), answer) in judged.iter().zip(&answers) {
            if answer["resolved"] != Json::Bool(false) {
                let said: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
                writeln!(report, "{:?}\n  here: {said:?}\n  engine: {answer}", asked[*at]).unwrap();
            }
        }
        assert!(report.is_empty(), "{}: the engine takes what is an error here:\n{report}", spec.version);
    }
}

#[test]
fn the_engine_takes_a_plain_command() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/engines/sglang");
    for version in ["0.5.6", "0.5.8", "0.5.10", "0.5.23"] {
        let text = std::fs::read_to_string(root.join(format!("{version}.yaml"))).unwrap();
        let spec = EngineSpec::read(&text).unwrap();
        let ask = ARCHITECTURES.map(
            |architecture| json!({ "program": PROGRAM, "argv": ["--model-path", "m"], "resolve": architecture }),
        );
        match oracle::answers(&spec, ask) {
            Ok(answers) => {
                // What is refused here would be refused whatever a rule says.
                let plain = answers.iter().filter(|answer| answer["resolved"] == Json::Bool(true)).count();
                assert_eq!(plain, ARCHITECTURES.len(), "{version}: {answers:?}");
            }
            Err(reason) => return eprintln!("skipped {version}: {reason}"),
        }
    }
}

/// Command lines that the parser takes, of few flags each, so that what the engine says of them is about these.
fn command_lines(program: &Program) -> Vec<Vec<String>> {
    let mut random = Random(number("SHARDBOOK_SEED", 20_261_124));
    let parser = program.parser();
    let options: Vec<&OptionSpec> = parser
        .options()
        .iter()
        .map(AsRef::as_ref)
        .filter(|option| {
            !option.flags.is_empty()
                && !matches!(option.dest.as_str(), "config" | "model_path")
                && option.action != Action::Help
        })
        .collect();
    let mut lines: Vec<Vec<String>> = Vec::new();
    for option in &options {
        for value in plain_values(option) {
            lines.push([vec![option.flags[0].clone()], value].concat());
        }
    }
    let singles = lines.clone();
    // Flags that rules speak of stand more often together than chance would put them.
    let often: Vec<&Vec<String>> =
        singles.iter().filter(|line| OFTEN.iter().any(|word| line[0].contains(word))).collect();
    for _ in 0..40 * number("SHARDBOOK_DIFFERENTIAL", 200) {
        let mut line = Vec::new();
        for _ in 0..2 + random.below(2) {
            let one = if random.chance(70) { *random.pick(&often) } else { random.pick(&singles) };
            line.extend(one.iter().cloned());
        }
        lines.push(line);
    }
    for line in &mut lines {
        let tp = [&[][..], &["--tp-size", "8"], &["--tp-size", "8", "--dp-size", "8"]][random.below(3)];
        let fixed = ["--model-path", "m"].iter().chain(tp).map(|word| (*word).to_owned());
        line.splice(0..0, fixed);
    }
    lines
}

/// Parts of the names of flags that exclude or need each other.
const OFTEN: [&str; 16] = [
    "lora",
    "speculative-",
    "disaggregation-mode",
    "encoder-only",
    "language-only",
    "radix-cache",
    "hierarchical-cache",
    "deterministic",
    "attention-backend",
    "enable-dp",
    "pp-size",
    "pdmux",
    "moe-runner",
    "a2a-backend",
    "eplb",
    "tokenizer-",
];

/// Values that say something about a flag: each choice, small and odd numbers.
fn plain_values(option: &OptionSpec) -> Vec<Vec<String>> {
    let words = |words: &[&str]| words.iter().map(|word| vec![(*word).to_owned()]).collect();
    if option.is_switch() {
        return vec![Vec::new()];
    }
    if let Some(choices) = option.choices.as_ref().filter(|choices| !choices.is_empty()) {
        let text = |choice: &Value| match choice {
            Value::Text(text) => text.clone(),
            other => other.json().to_string(),
        };
        return choices.iter().map(|choice| vec![text(choice)]).collect();
    }
    match option.value_type {
        ValueType::Int => words(&["-1", "0", "1", "2", "8", "70000"]),
        ValueType::Float => words(&["-1", "0", "0.5", "1", "1.5"]),
        _ => words(&["x", "EAGLE", "NGRAM", "custom"]),
    }
}
