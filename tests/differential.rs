//! The engine's own parsers against ours, on thousands of random command lines per version.
//!
//! Needs Python 3.11 or later and the engine's wheels, which the importer's oracle fetches with pip;
//! `SHARDBOOK_WHEELS` names a folder that has them. Where they can't be had, the test says so and passes.
//! `SHARDBOOK_DIFFERENTIAL` is the number of command lines per program (200 unless told), and
//! `SHARDBOOK_SEED` another seed.
#![expect(clippy::disallowed_methods, reason = "a test reads files and variables itself")]
#![expect(clippy::print_stderr, reason = "says why it was skipped")]

#[path = "support/oracle.rs"]
mod oracle;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use shardbook::engine::argparse::parser::ArgumentParser;
use shardbook::engine::argparse::problem::{Problem, ProblemKind};
use shardbook::engine::argparse::{Parse, Word, parse, words};
use shardbook::engine::option::{Action, Arity, OptionSpec, ValueType};
use shardbook::engine::spec::EngineSpec;
use shardbook::engine::value::Value;

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
        compare(&spec);
    }
}

fn compare(spec: &EngineSpec) {
    let questions = questions(spec);
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

/// A small generator of random numbers, so that a seed gives the same questions everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("below a usize")
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

fn questions(spec: &EngineSpec) -> Vec<(String, Vec<String>)> {
    let number =
        |name: &str, usual: u64| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual);
    let mut random = Random(number("SHARDBOOK_SEED", 20_261_124));
    let count = number("SHARDBOOK_DIFFERENTIAL", 200);
    let mut questions = Vec::new();
    for (name, program) in &spec.programs {
        for _ in 0..count {
            let mut argv = Vec::new();
            // The command that chooses these programs refuses, before they parse, to go on without a model.
            let dispatched = program.module.is_none();
            if dispatched || random.chance(80) {
                argv.extend(["--model-path".to_owned(), "m".to_owned()]);
            }
            let fixed = if dispatched { argv.len() } else { 0 };
            for _ in 0..random.below(5) {
                piece(program.parser(), &mut random, &mut argv);
            }
            if random.chance(30) {
                disturb(&mut random, &mut argv, fixed);
            }
            questions.push((name.clone(), argv));
        }
    }
    questions
}

const STRAY: [&str; 24] = [
    "stray",
    "8",
    "-1",
    "-1.5",
    "-.5",
    "-",
    "--",
    "",
    "-x",
    "-tp",
    "-h8",
    "-tp=8",
    "--no-such-flag",
    "--no-such=1",
    "--t",
    "--enable",
    "--=x",
    "a b",
    "--tp size",
    "-1 2",
    "--model-pat=q",
    "ünï",
    "--dp_size",
    "-5k",
];

/// Appends the use of an option, often right, sometimes wrong, or a stray word.
fn piece(parser: &ArgumentParser, random: &mut Random, argv: &mut Vec<String>) {
    if !parser.dynamic_options().is_empty() && random.chance(15) {
        let flag = random.pick(parser.dynamic_options()).replace("COMPONENT", "vae2");
        return match random.below(4) {
            0 => argv.push(format!("{flag}=x")),
            1 => argv.extend([flag, "x".to_owned(), "stray".to_owned()]),
            _ => argv.extend([flag, "x".to_owned()]),
        };
    }
    if random.chance(12) {
        return argv.push((*random.pick(&STRAY)).to_owned());
    }
    let option = random.pick(parser.options());
    if option.flags.is_empty()
        || option.dest == "config"
        || (option.action == Action::Help && random.chance(90))
    {
        return;
    }
    let mut flag = random.pick(&option.flags).clone();
    match random.below(20) {
        0..4 => flag.truncate((3 + random.below(flag.len())).min(flag.len())),
        4 => flag.push('x'),
        5 => flag = flag.replace('-', "_"),
        _ => {}
    }
    let least = match option.arity {
        Arity::One | Arity::AtLeastOne => 1,
        Arity::Exactly(count) => count,
        _ => random.below(2),
    };
    let extra = match option.arity {
        Arity::Any | Arity::AtLeastOne => random.below(3),
        _ => 0,
    };
    let mut values: Vec<String> = (0..least + extra).map(|_| value(option, random)).collect();
    match random.below(20) {
        0 => values.push(value(option, random)),
        1 => drop(values.pop()),
        _ => {}
    }
    if !values.is_empty() && random.chance(25) {
        flag = format!("{flag}={}", values.remove(0));
    } else if values.is_empty() && random.chance(4) {
        flag.push_str("=true");
    }
    argv.push(flag);
    argv.extend(values);
}

fn value(option: &OptionSpec, random: &mut Random) -> String {
    const NUMBERS: [&str; 14] = [
        "8",
        "0",
        "-1",
        " 7 ",
        "1_000",
        "+3",
        "007",
        "256",
        "257",
        "-5",
        "1__0",
        "99999999999999999999",
        "",
        "8.0",
    ];
    const FLOATS: [&str; 13] =
        ["0.9", ".5", "5.", "1e3", "inf", "-inf", "nan", "1_0.5", "1e999", "x", "1,5", "-0.0", "-1e-3"];
    const JSONS: [&str; 9] = [
        "{}",
        "[1, 2]",
        "{\"a\": NaN}",
        "01",
        "\"x\"",
        "{a: 1}",
        "null",
        "[1,]",
        "{\"decode\": {\"bs\": [1]}}",
    ];
    const SUFFIXED: [&str; 10] = ["8", "25.6k", "1Ki", "1.5Ki", "1K", "2M", " 1k ", "-1k", "x", "1Ti"];
    const TEXTS: [&str; 11] = [
        "x",
        "true",
        "False",
        "None",
        "",
        "a b",
        "-x",
        "{\"lora_name\": \"a\"}",
        "ttft:200",
        "1,2",
        "tc_piecewise",
    ];
    if let Some(choices) = option.choices.as_ref().filter(|choices| !choices.is_empty())
        && random.chance(85)
    {
        return match random.pick(choices) {
            Value::Text(text) => text.clone(),
            other => other.json().to_string(),
        };
    }
    let words: &[&str] = match &option.value_type {
        ValueType::Int => &NUMBERS,
        ValueType::Float => &FLOATS,
        ValueType::Json => &JSONS,
        ValueType::Named(name) if name.contains("json") || name.contains("config") => &JSONS,
        ValueType::Named(name) if name == "human_readable_int" => &SUFFIXED,
        ValueType::Named(name) if name.contains("float") => &FLOATS,
        _ => &TEXTS,
    };
    (*random.pick(words)).to_owned()
}

/// Breaks a command line: drops, doubles, swaps or adds a word.
fn disturb(random: &mut Random, argv: &mut Vec<String>, fixed: usize) {
    if argv.len() <= fixed {
        return;
    }
    let at = fixed + random.below(argv.len() - fixed);
    match random.below(4) {
        0 => drop(argv.remove(at)),
        1 => argv.insert(at, argv[at].clone()),
        2 => argv.insert(at, (*random.pick(&STRAY)).to_owned()),
        _ => {
            let other = fixed + random.below(argv.len() - fixed);
            argv.swap(at, other);
        }
    }
}
