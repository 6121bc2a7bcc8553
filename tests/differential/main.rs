//! The engine's own parsers against ours, on thousands of random command lines per version.
//!
//! Needs Python 3.11 or later and the engine's wheels, which the importer's oracle fetches with pip;
//! `SHARDBOOK_WHEELS` names a folder that has them. Where they can't be had, the test says so and passes.
//! `SHARDBOOK_DIFFERENTIAL` is the number of command lines per program (200 unless told),
//! `SHARDBOOK_SEED` another seed, and `SHARDBOOK_ENGINES` the versions (all, with spaces between them, unless told).
#![expect(clippy::disallowed_methods, reason = "a test reads files and variables itself")]
#![expect(clippy::print_stderr, reason = "says why it was skipped")]

mod assertions;
mod messages;
#[path = "../support/oracle.rs"]
mod oracle;
mod questions;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use shardbook::engine::argparse::parser::ArgumentParser;
use shardbook::engine::argparse::problem::{Problem, ProblemKind};
use shardbook::engine::argparse::{Parse, Word, parse, words};
use shardbook::engine::spec::EngineSpec;
use shardbook::engine::value::Value;
use shardbook::text::{Excerpt, SourceFile};
use shardbook::verify::config_file;
use shardbook::world::reader::documents;

#[test]
fn verdicts_and_values_are_the_engines() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/engines");
    let mut specs: Vec<PathBuf> = std::fs::read_dir(root.join("sglang"))
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default();
    specs.sort();
    assert!(!specs.is_empty(), "the repository has engine data");
    for path in specs {
        let spec = EngineSpec::read(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let wanted = std::env::var("SHARDBOOK_ENGINES").ok();
        if wanted.is_some_and(|it| !it.split_whitespace().any(|version| version == spec.version.to_string()))
        {
            continue;
        }
        compare(&spec);
    }
}

fn compare(spec: &EngineSpec) {
    let questions = questions::questions(spec);
    let answers =
        match oracle::answers(spec, questions.iter().map(|(name, argv)| oracle::question(name, argv))) {
            Ok(answers) => answers,
            Err(reason) => return eprintln!("skipped {} {}: {reason}", spec.engine, spec.version),
        };
    let mut report = String::new();
    let mut differences = 0;
    for ((program, argv), answer) in questions.iter().zip(&answers) {
        let parser = spec.programs[program.as_str()].parser();
        let words = words(argv.clone());
        let parse = parse(parser, &words);
        if let Err(difference) = agree(parser, &words, &parse, answer) {
            differences += 1;
            if differences <= 20 {
                writeln!(report, "{program} {argv:?}\n  {difference}\n  engine: {answer}")
                    .expect("a String takes all");
            }
        }
    }
    assert_eq!(differences, 0, "{} {}:\n{report}", spec.engine, spec.version);
}

fn agree(parser: &ArgumentParser, words: &[Word], parse: &Parse, answer: &Json) -> Result<(), String> {
    if answer["ok"] == Json::Bool(false) {
        if let Some(first) = parse.problems.first() {
            let error = answer["error"].as_str().ok_or("the engine leaves without an error")?;
            let raised = answer.get("raised").is_some();
            return same_error(parser, words, parse, first, error, raised);
        }
        let left = answer.get("exit").is_some() && parse.exits.is_some();
        return if left { Ok(()) } else { Err("accepted here".into()) };
    }
    if let Some(problem) = parse.problems.first() {
        return Err(format!("refused here: {problem:?}"));
    }
    if parse.exits.is_some() {
        return Err("left here".into());
    }
    let theirs = answer["values"].as_object().ok_or("no values")?;
    for (dest, value) in theirs {
        let ours = parse.values.get(dest).ok_or_else(|| format!("no value `{dest}`"))?;
        if !same_value(ours, value) {
            return Err(format!("`{dest}` is {ours:?}, not {value}"));
        }
    }
    for (dest, value) in parse.values.set() {
        let default = parser.find_dest(dest).map_or(&Value::Null, |(_, option)| &option.default);
        if !theirs.contains_key(dest) && value != default {
            return Err(format!("`{dest}` is {value:?}, not the default"));
        }
    }
    if parser.ignores_unknown() {
        let ours: Vec<&str> = parse.unknown.iter().map(|&index| words[index].text.as_str()).collect();
        if json!(ours) != answer["unknown"] {
            return Err(format!("unknown words are {ours:?}"));
        }
    }
    Ok(())
}

fn same_value(ours: &Value, theirs: &Json) -> bool {
    match (ours, theirs) {
        (Value::List(ours), Json::Array(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().zip(theirs).all(|(ours, theirs)| same_value(ours, theirs))
        }
        (Value::Map(ours), Json::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours
                    .iter()
                    .all(|(key, ours)| theirs.get(key).is_some_and(|theirs| same_value(ours, theirs)))
        }
        (Value::Int(_) | Value::BigInt(_), Json::Number(number)) if number.is_f64() => {
            ours.json().as_str().and_then(|text| text.parse::<f64>().ok()) == number.as_f64()
        }
        _ => ours.json() == *theirs,
    }
}

/// Whether the first problem is the one that argparse prints.
fn same_error(
    parser: &ArgumentParser,
    words: &[Word],
    parse: &Parse,
    first: &Problem,
    error: &str,
    raised: bool,
) -> Result<(), String> {
    let name = |index: usize| -> String {
        let option = parser.option(index);
        if option.flags.is_empty() { option.dest.clone() } else { option.flags.join("/") }
    };
    let texts = |indices: &[usize]| -> String {
        indices.iter().map(|&index| words[index].text.as_str()).collect::<Vec<_>>().join(" ")
    };
    let wanted = match &first.kind {
        ProblemKind::UnknownFlag { .. } | ProblemKind::UnexpectedArgument { .. } => {
            format!("unrecognized arguments: {}", texts(&parse.unknown))
        }
        ProblemKind::AmbiguousFlag { candidates, .. } => {
            let word = first.word.map_or("", |index| &words[index].text);
            format!("ambiguous option: {word} could match {}", candidates.join(", "))
        }
        ProblemKind::MissingValue { option, .. } => format!("argument {}: expected ", name(*option)),
        ProblemKind::UnexpectedValue { option } => {
            format!("argument {}: ignored explicit argument ", name(*option))
        }
        ProblemKind::InvalidType { .. } | ProblemKind::Refused { .. } if raised => return Ok(()),
        ProblemKind::InvalidType { option, .. } => format!("argument {}: ", name(*option)),
        ProblemKind::InvalidChoice { option, .. } => format!("argument {}: invalid choice: ", name(*option)),
        ProblemKind::Conflict { option, with } => {
            format!("argument {}: not allowed with argument {}", name(*option), name(*with))
        }
        ProblemKind::Refused { .. } => return Ok(()),
        ProblemKind::MissingOption { .. } => {
            let missing = parse.problems.iter().filter_map(|problem| match problem.kind {
                ProblemKind::MissingOption { option } => Some(name(option)),
                _ => None,
            });
            format!("the following arguments are required: {}", missing.collect::<Vec<_>>().join(", "))
        }
        ProblemKind::MissingOneOf { .. } => "one of the arguments ".into(),
    };
    if error.starts_with(&wanted) { Ok(()) } else { Err(format!("the error here: {wanted}")) }
}

/// The engine reads a `--config` file by code of its own, before it parses.
#[test]
fn config_files_become_the_engines_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/engines/sglang");
    for version in ["0.5.6", "0.5.8", "0.5.10", "0.5.23"] {
        let text = std::fs::read_to_string(root.join(format!("{version}.yaml"))).unwrap();
        let spec = EngineSpec::read(&text).unwrap();
        let program = spec.program("sglang.launch_server").unwrap();
        let files = questions::config_files(program);
        let ask = files.iter().map(
            |file| json!({"program": program.name, "argv": ["--config", "CONFIG.yaml"], "config": file}),
        );
        let answers = match oracle::answers(&spec, ask) {
            Ok(answers) => answers,
            Err(reason) => return eprintln!("skipped {version}: {reason}"),
        };
        let mut report = String::new();
        for (file, answer) in files.iter().zip(&answers) {
            let excerpt = Excerpt::whole(&SourceFile::new("config.yaml", file.as_str()));
            let document = documents(&excerpt).value.into_iter().next();
            let words = match &document {
                Some(document) => config_file::words(program, document),
                None => Some(Vec::new()),
            };
            let outcome = match words {
                Some(words) => agree(program.parser(), &words, &parse(program.parser(), &words), answer),
                None if answer["raised"] == "ValueError" => Ok(()),
                None => Err("the file is refused here".to_owned()),
            };
            if let Err(difference) = outcome {
                writeln!(report, "{file}  {difference}\n  engine: {answer}").expect("a String takes all");
            }
        }
        assert!(report.is_empty(), "{version}:\n{report}");
    }
}
