//! Any lines are the words of a command; those that begin with `$` are placeholders.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use shardbook::engine::argparse::{Word, parse};
use shardbook::engine::spec::EngineSpec;

static SPEC: OnceLock<EngineSpec> = OnceLock::new();

fuzz_target!(|text: &str| {
    let spec = SPEC.get_or_init(|| {
        EngineSpec::read(include_str!("../../data/engines/sglang/0.5.10.yaml")).expect("the data is sound")
    });
    let words: Vec<Word> = text
        .lines()
        .map(|line| Word { text: line.to_owned(), opaque: line.starts_with('$') })
        .collect();
    for program in spec.programs.values() {
        for problem in parse(program.parser(), &words).problems {
            let word = problem.word.map_or("", |word| words[word].text.as_str());
            assert!(problem.word.is_none() || word.get(problem.range.clone()).is_some(), "{problem:?}");
        }
    }
});
