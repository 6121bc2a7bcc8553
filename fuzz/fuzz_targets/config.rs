//! Any YAML is a file for the engine's `--config`, as each version reads it.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use shardbook::engine::argparse::parse;
use shardbook::engine::spec::EngineSpec;
use shardbook::text::{Excerpt, SourceFile};
use shardbook::verify::config_file;
use shardbook::world::reader::documents;

static SPECS: OnceLock<[EngineSpec; 4]> = OnceLock::new();

fuzz_target!(|text: &str| {
    let specs = SPECS.get_or_init(|| {
        [
            include_str!("../../data/engines/sglang/0.5.6.yaml"),
            include_str!("../../data/engines/sglang/0.5.8.yaml"),
            include_str!("../../data/engines/sglang/0.5.10.yaml"),
            include_str!("../../data/engines/sglang/0.5.23.yaml"),
        ]
        .map(|text| EngineSpec::read(text).expect("the data is sound"))
    });
    let excerpt = Excerpt::whole(&SourceFile::new("config.yaml", text));
    for document in documents(&excerpt).value {
        for spec in specs {
            let Some(program) = spec.program("sglang.launch_server") else { continue };
            let Some(words) = config_file::words(program, &document) else { continue };
            for problem in parse(program.parser(), &words).problems {
                let word = problem.word.map_or("", |word| words[word].text.as_str());
                assert!(problem.word.is_none() || word.get(problem.range.clone()).is_some(), "{problem:?}");
            }
        }
    }
});
