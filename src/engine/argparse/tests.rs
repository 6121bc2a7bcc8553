//! argparse's behaviour, row by row. Each row was compared with CPython 3.11's argparse and the same options.

use std::sync::Arc;

use proptest::prelude::*;

use super::parser::ArgumentParser;
use super::problem::ProblemKind;
use super::{Parse, Word, parse, words};
use crate::engine::option::OptionSpec;

const OPTIONS: &str = "
- {flags: [-h, --help], dest: help, action: help}
- {flags: [--model-path, --model], dest: model_path, required: true}
- {flags: [--tp-size, --tensor-parallel-size], dest: tp_size, type: int, default: 1}
- {flags: [--dp-size], dest: dp_size, type: int, default: 1}
- {flags: [--dtype], dest: dtype, choices: [auto, half, bfloat16], default: auto}
- {flags: [--mem-fraction], dest: mem_fraction, type: float}
- {flags: [--trust-remote-code], dest: trust_remote_code, action: store_true}
- {flags: [--no-cache], dest: cache, action: store_false}
- {flags: [--fast, --no-fast], dest: fast, action: boolean_optional, default: true}
- {flags: [--lora], dest: lora, nargs: '*', type: int}
- {flags: [--cuda-bs], dest: cuda_bs, nargs: '+', type: int, choices: [1, 2, 4]}
- {flags: [--pair], dest: pair, nargs: 2}
- {flags: [--log], dest: log, nargs: '?', const: '7', type: int, default: '3'}
- {flags: [--add], dest: add, action: append}
- {flags: [--more], dest: more, action: extend, nargs: '+', default: [x]}
- {flags: [-v], dest: verbose, action: count}
- {flags: [-a], dest: a, action: store_true}
- {flags: [-o], dest: o}
- {flags: [-tp], dest: single}
- {flags: [--json], dest: json, type: json}
- {flags: [--left], dest: left, type: int, default: 300, exclusive: side}
- {flags: [--right], dest: right, type: int, default: 5, exclusive: side}
- {flags: [--old], dest: old, action: DeprecatedAction, nargs: 0, deprecated: {replacement: --new, refused: true}}
";

fn parser() -> ArgumentParser {
    let options: Vec<Arc<OptionSpec>> = serde_yaml::from_str(OPTIONS).unwrap();
    ArgumentParser::new(options)
}

fn run(line: &str) -> Parse {
    parse(&parser(), &words(line.split_whitespace()))
}

/// What is set by the words after a model, as `dest=value`.
#[track_caller]
fn accepts(line: &str, set: &str) {
    let parse = run(&format!("--model m {line}"));
    assert_eq!(parse.problems, [], "{line}");
    let values: Vec<String> =
        parse.values.set().skip(1).map(|(dest, value)| format!("{dest}={}", value.json())).collect();
    assert_eq!(values.join(" "), set, "{line}");
}

/// The kinds of the problems, each with the text it is about.
fn problems(line: &str) -> Vec<String> {
    let words = words(line.split_whitespace());
    describe(&words, &parse(&parser(), &words))
}

fn describe(words: &[Word], parse: &Parse) -> Vec<String> {
    parse
        .problems
        .iter()
        .map(|problem| {
            let debug = format!("{:?}", problem.kind);
            let kind = debug.split([' ', '{']).next().unwrap_or_default().to_owned();
            match problem.word {
                Some(word) => format!("{kind} {}", &words[word].text[problem.range.clone()]),
                None => kind,
            }
        })
        .collect()
}

#[track_caller]
fn refuses(line: &str, expected: &[&str]) {
    assert_eq!(problems(&format!("--model m {line}")), expected, "{line}");
}

#[test]
fn values_are_pythons() {
    accepts("--tp-size 8", "tp_size=8");
    accepts("--tp-size=8", "tp_size=8");
    accepts("--tensor 8", "tp_size=8");
    accepts("--tp-size 1 --tp 2", "tp_size=2");
    accepts("--mem .5", "mem_fraction=0.5");
    accepts("--mem=-1e3", "mem_fraction=-1000.0");
    accepts("--trust --no-c", "trust_remote_code=true cache=false");
    accepts("--fast", "fast=true");
    accepts("--no-fast", "fast=false");
    accepts("--lora", "lora=[]");
    accepts("--lora 1 -2 3", "lora=[1,-2,3]");
    accepts("--lora=1", "lora=[1]");
    accepts("--cuda-bs 1 2 --cuda-bs 4", "cuda_bs=[4]");
    accepts("--pair a b", "pair=[\"a\",\"b\"]");
    accepts("--log", "log=7");
    accepts("--log 8", "log=8");
    accepts("--add a --add b", "add=[\"a\",\"b\"]");
    accepts("--more a b", "more=[\"x\",\"a\",\"b\"]");
    accepts("-v -vv", "verbose=3");
    accepts("-av", "a=true verbose=1");
    accepts("-avox", "a=true verbose=1 o=\"x\"");
    accepts("-ox", "o=\"x\"");
    accepts("-o=x", "o=\"x\"");
    accepts("-tp 8", "single=\"8\"");
    accepts("--json {\"a\":[1]}", "json={\"a\":[1]}");
}

#[test]
fn defaults_are_converted_like_words() {
    let parse = run("--model m");
    assert_eq!(parse.values["log"].integer(), Some(3));
    assert_eq!(parse.values["tp_size"].integer(), Some(1));
    assert_eq!(parse.values["trust_remote_code"].boolean(), Some(false));
    assert!(parse.values.get("help").is_none());
}

#[test]
fn every_problem_is_found_once_and_argparses_is_first() {
    refuses("--tp-size eight", &["InvalidType eight"]);
    refuses("--tp-size=", &["InvalidType "]);
    refuses("--tp-size", &["MissingValue --tp-size"]);
    refuses("--tp-size --trust", &["MissingValue --tp-size"]);
    refuses("--pair a", &["MissingValue --pair"]);
    refuses("--pair=a", &["MissingValue --pair=a"]);
    refuses("--cuda-bs", &["MissingValue --cuda-bs"]);
    refuses("--cuda-bs 1 3 x 5", &["InvalidType x", "InvalidChoice 3", "InvalidChoice 5"]);
    refuses("--dtype fp8", &["InvalidChoice fp8"]);
    refuses("--trust-remote-code=true", &["UnexpectedValue true"]);
    refuses("--trust-remote-code true", &["UnexpectedArgument true"]);
    refuses("--nope", &["UnknownFlag --nope"]);
    refuses("--nope 8 9 --tp-size x", &["InvalidType x", "UnknownFlag --nope"]);
    refuses("--nope=8", &["UnknownFlag --nope"]);
    refuses("--m 1", &["AmbiguousFlag --m"]);
    refuses("--t=8 --nope", &["AmbiguousFlag --t", "UnknownFlag --nope"]);
    refuses("--tp-size 8 9 10", &["UnexpectedArgument 9", "UnexpectedArgument 10"]);
    refuses("stray", &["UnexpectedArgument stray"]);
    refuses(
        "-- --tp-size 8",
        &["UnexpectedArgument --", "UnexpectedArgument --tp-size", "UnexpectedArgument 8"],
    );
    refuses("--mem -x", &["MissingValue --mem"]);
    refuses("-ab", &["UnexpectedValue b"]);
    refuses("-x", &["UnknownFlag -x"]);
    refuses("--left 1 --right 2", &["Conflict --right"]);
    refuses("--old", &["Refused --old"]);
    refuses("--json {a:1}", &["InvalidType {a:1}"]);
    assert_eq!(problems(""), ["MissingOption"]);
    assert_eq!(problems("--tp-size x --model"), ["InvalidType x", "MissingValue --model"]);
    assert_eq!(problems("--nope"), ["MissingOption", "UnknownFlag --nope"]);
}

#[test]
fn a_value_that_is_its_default_excludes_nothing() {
    // CPython compares by identity, and its small whole numbers are one object each.
    accepts("--right 5 --left 1", "right=5 left=1");
    refuses("--left 300 --right 6", &["Conflict --right"]);
}

#[test]
fn the_help_ends_the_program_where_it_stands() {
    let parse = run("--tp-size 8 -h --tp-size x --nope");
    assert_eq!((parse.exits, parse.problems.len()), (Some(2), 0));
    let parse = run("--tp-size x --help");
    assert_eq!((parse.exits, parse.problems.len()), (Some(2), 1));
    assert_eq!(
        problems("-h --m"),
        ["AmbiguousFlag --m"],
        "ambiguous flags are found before anything is done"
    );
}

#[test]
fn placeholders_are_not_judged_but_their_flags_are() {
    let check = |words: &[Word]| describe(words, &parse(&parser(), words));
    let (model, tp) = (Word::literal("--model-path"), Word::literal("--tp-size"));
    assert_eq!(check(&[model.clone(), Word::opaque("<model>"), tp.clone(), Word::opaque("$TP")]), [""; 0]);
    assert_eq!(
        check(&[model.clone(), Word::opaque("$MODEL"), Word::opaque("--tp-sise=$TP")]),
        ["UnknownFlag --tp-sise"]
    );
    assert_eq!(check(&[Word::opaque("$ARGS")]), [""; 0], "it may hold the model");
    assert_eq!(check(&[tp.clone(), Word::literal("8"), Word::opaque("...")]), [""; 0]);
    assert_eq!(check(&[Word::opaque("--$FLAG"), Word::literal("8")]), [""; 0]);
    assert_eq!(check(&[tp, Word::literal("x"), Word::opaque("$ARGS")]), ["InvalidType x"]);
}

#[test]
fn uses_tell_how_an_option_was_written() {
    let words = words(["--model", "m", "--tensor=8", "--cuda-bs", "1", "2", "--tensor-parallel-size", "4"]);
    let parse = parse(&parser(), &words);
    let uses: Vec<_> = parse
        .uses
        .iter()
        .map(|use_| {
            (use_.word, use_.written.as_str(), use_.flag.as_str(), use_.abbreviated, use_.texts(&words))
        })
        .collect();
    assert_eq!(
        uses,
        [
            (0, "--model", "--model", false, vec!["m"]),
            (2, "--tensor", "--tensor-parallel-size", true, vec!["8"]),
            (3, "--cuda-bs", "--cuda-bs", false, vec!["1", "2"]),
            (6, "--tensor-parallel-size", "--tensor-parallel-size", false, vec!["4"]),
        ]
    );
    assert_eq!(parse.uses[1].joined, Some(9));
    assert_eq!(parse.uses_of(parse.uses[1].option).count(), 2);
}

#[test]
fn positionals_take_what_flags_leave() {
    let options: Vec<Arc<OptionSpec>> = serde_yaml::from_str(
        "- {dest: command, choices: [launch, serve]}\n- {dest: rest, nargs: '*', type: int}\n- {flags: [--x], dest: x}",
    )
    .unwrap();
    let parser = ArgumentParser::new(options);
    let run = |line: &str| {
        let words = words(line.split_whitespace());
        let parse = parse(&parser, &words);
        let set: Vec<String> =
            parse.values.set().map(|(dest, value)| format!("{dest}={}", value.json())).collect();
        (set.join(" "), describe(&words, &parse))
    };
    assert_eq!(run("serve 1 2 --x y"), ("command=\"serve\" rest=[1,2] x=\"y\"".to_owned(), Vec::new()));
    assert_eq!(run("--x y serve"), ("x=\"y\" command=\"serve\" rest=[]".to_owned(), Vec::new()));
    assert_eq!(run("serve --x y 1").1, ["UnexpectedArgument 1"], "`*` was matched by nothing before `--x`");
    assert_eq!(run("go 1").1, ["InvalidChoice go"]);
    assert_eq!(run("--x y").1, ["MissingOption"]);
    assert_eq!(run("serve -- -1").0, "command=\"serve\" rest=[-1]");
}

#[test]
fn abbreviations_and_unknown_words_can_be_allowed_or_not() {
    let mut parser = parser();
    parser.allow_abbrev = false;
    parser.ignores_unknown = true;
    let words = words(["--model", "m", "--tensor", "8", "-x"]);
    let parse = parse(&parser, &words);
    assert_eq!(parse.problems, []);
    assert_eq!(parse.unknown, [2, 3, 4]);
    let missing = super::parse(&parser, &[]);
    assert!(matches!(missing.problems[0].kind, ProblemKind::MissingOption { option: 1 }));
}

#[test]
fn a_placeholder_behind_a_dynamic_flag_is_its_value() {
    let mut parser = parser();
    parser.dynamic_options = vec!["--COMPONENT-path".into()];
    let mut argv = words(["--model", "m", "--vae-path"]);
    argv.push(Word::opaque("<vae>"));
    assert_eq!(parse(&parser, &argv).problems, Vec::new());
    argv.push(Word::literal("--vea"));
    assert_eq!(parse(&parser, &argv).problems.len(), 1);
}

proptest! {
    #[test]
    fn no_words_make_it_panic(
        texts in proptest::collection::vec(
            prop_oneof![
                "(--?)?(tp|tp-size|model|m|lora|cuda-bs|pair|log|add|more|v|a|o|h|left|right|old|json|x)(=.{0,4})?",
                "-{0,3}[a-z0-9.=_é -]{0,6}",
                "[\\[{\"0-9.,e+_-]{0,12}",
                Just("--".to_owned()),
            ],
            0..12,
        ),
        opaque in any::<u16>(),
    ) {
        let words: Vec<Word> = texts
            .into_iter()
            .enumerate()
            .map(|(index, text)| Word { text, opaque: opaque >> index & 1 == 1 })
            .collect();
        let parse = parse(&parser(), &words);
        for problem in &parse.problems {
            if let Some(word) = problem.word {
                prop_assert!(words[word].text.get(problem.range.clone()).is_some());
            }
        }
        for use_ in &parse.uses {
            use_.texts(&words);
        }
    }
}
