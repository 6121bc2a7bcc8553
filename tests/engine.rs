//! The shipped engine data and schema, together.
#![expect(clippy::disallowed_methods, reason = "a test reads files itself")]

use std::path::Path;
use std::time::{Duration, Instant};

use indexmap::IndexMap;
use proptest::prelude::*;
use shardbook::engine::Engines;
use shardbook::engine::argparse::{parse, words};
use shardbook::engine::fields::{EngineBlock, FieldType, FieldValue, Schema};
use shardbook::engine::lift::lift;
use shardbook::engine::lower::{Origin, lower};
use shardbook::engine::spec::EngineSpec;
use shardbook::engine::version::Version;
use shardbook::text::SourceFile;

const SERVER: &str = "sglang.launch_server";

fn engines() -> Engines {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let schema = std::fs::read_to_string(data.join("schema/engine.yaml")).expect("the schema is shipped");
    let schema = Schema::read(&SourceFile::new("data/schema/engine.yaml", schema));
    assert_eq!(schema.findings, []);
    let specs =
        std::fs::read_dir(data.join("engines/sglang")).expect("engine data is shipped").map(|entry| {
            let path = entry.expect("a file").path();
            let text = std::fs::read_to_string(&path).expect("a text");
            EngineSpec::read(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        });
    Engines::new(specs, schema.value)
}

fn version(text: &str) -> Version {
    text.parse().expect("a version")
}

fn block(fields: &[(&str, FieldValue)]) -> EngineBlock {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    EngineBlock { fields, ..EngineBlock::default() }
}

#[test]
fn every_flag_of_the_schema_is_one_of_its_versions() {
    let engines = engines();
    assert!(engines.versions().next().is_some());
    for spec in engines.specs() {
        let parser = spec.programs[SERVER].parser();
        for field in engines.schema().fields.values() {
            assert!(
                !field.summary.is_empty() && !field.description.is_empty(),
                "{} is documented",
                field.name
            );
            assert!(engines.schema().groups.contains_key(&field.group), "{} has a group", field.name);
            for spelling in field.flags.iter().filter(|spelling| spelling.versions.contains(spec.version)) {
                for flag in std::iter::once(&spelling.flag).chain(&spelling.aliases).chain(&spelling.off) {
                    let (_, option) =
                        parser.find(flag).unwrap_or_else(|| panic!("{}: no `{flag}`", spec.version));
                    assert_eq!(option.is_switch(), field.field_type == FieldType::Boolean, "{flag}");
                }
            }
        }
    }
}

#[test]
fn attention_groups_have_their_own_flag_in_newer_versions() {
    let engines = engines();
    let texts =
        |block: &EngineBlock, text: &str| lower(engines.schema(), block, version(text)).texts().join(" ");
    let (int, on) = (FieldValue::Int, FieldValue::Bool(true));
    let attention = block(&[("tp", int(8)), ("dp", int(8)), ("enable_dp_attention", on.clone())]);
    assert_eq!(texts(&attention, "0.5.6"), "--tp-size 8 --dp-size 8 --enable-dp-attention");
    assert_eq!(texts(&attention, "0.5.10"), "--tp-size 8 --dp-size 8 --enable-dp-attention");
    assert_eq!(texts(&attention, "0.5.23"), "--tp-size 8 --attn-dp-size 8");
    assert_eq!(texts(&block(&[("tp", int(2)), ("dp", int(4))]), "0.5.23"), "--tp-size 2 --dp-size 4");
    assert_eq!(texts(&block(&[("enable_dp_attention", FieldValue::Bool(false))]), "0.5.23"), "");
    let moe = lower(engines.schema(), &block(&[("moe_dp", int(2))]), version("0.5.6"));
    assert_eq!((moe.words.len(), moe.unsupported), (0, vec!["moe_dp".to_owned()]));
    let mut extra = block(&[("ep", int(4))]);
    extra.extra_args = vec!["--trust-remote-code".to_owned()];
    let words = lower(engines.schema(), &extra, version("0.5.8")).words;
    assert_eq!(words[1].origin, Origin::Field("ep".to_owned()));
    assert_eq!(words[2].origin, Origin::Extra(0));
}

#[test]
fn a_command_becomes_the_block_that_it_means() {
    let engines = engines();
    let lifted = |line: &str, text: &str| {
        let spec = engines.version(version(text)).expect("known");
        let (parser, words) = (spec.programs[SERVER].parser(), words(line.split(' ')));
        lift(engines.schema(), spec.version, parser, &words, &parse(parser, &words))
    };
    let old = lifted(
        "--model m --tp 4 --tensor-parallel-size=8 --port 1 --dp 8 --enable-dp-att --log-level info",
        "0.5.10",
    );
    assert_eq!((old.tp(), old.dp(), old.enable_dp_attention()), (8, 8, true));
    assert_eq!(old.extra_args, ["--log-level", "info"]);
    for line in ["--attn-dp-size 8", "--dp-size 8 --enable-dp-attention", "--attention-data-parallel-size=8"]
    {
        let new = lifted(line, "0.5.23");
        assert_eq!((new.dp(), new.enable_dp_attention(), new.extra_args.len()), (8, true, 0), "{line}");
    }
    assert_eq!(lifted("--tp-size $TP --nope 1", "0.5.10").extra_args, ["--tp-size", "$TP", "--nope", "1"]);
}

/// Blocks with any of the schema's fields.
fn blocks(schema: &Schema) -> impl Strategy<Value = EngineBlock> + use<> {
    let fields: Vec<_> = schema.fields.values().map(|field| (field.name.clone(), field.field_type)).collect();
    let values = proptest::collection::vec(proptest::option::of((1_i64..=64, any::<bool>())), fields.len());
    let extra = proptest::sample::subsequence(vec!["--trust-remote-code", "--enable-metrics"], 0..=2);
    (values, extra).prop_map(move |(values, extra)| {
        let values = fields.iter().zip(values).filter_map(|((name, field_type), value)| {
            let (number, truth) = value?;
            let value = match field_type {
                FieldType::Integer => FieldValue::Int(number),
                FieldType::Boolean => FieldValue::Bool(truth),
                FieldType::Text => FieldValue::Text(number.to_string()),
            };
            Some((name.clone(), value))
        });
        EngineBlock {
            fields: values.collect(),
            env_vars: IndexMap::new(),
            extra_args: extra.into_iter().map(str::to_owned).collect(),
        }
    })
}

#[test]
fn lowering_and_lifting_are_inverse() {
    let engines = engines();
    let schema = engines.schema();
    let config = ProptestConfig::with_cases(200);
    proptest!(config, |(block in blocks(schema))| {
        for spec in engines.specs() {
            let lowered = lower(schema, &block, spec.version);
            let parser = spec.programs[SERVER].parser();
            let mut line = words(["--model-path", "m"]);
            line.extend(lowered.to_words());
            let parsed = parse(parser, &line);
            prop_assert_eq!(&parsed.problems, &[]);
            prop_assert!(parsed.uses.iter().all(|use_| !use_.abbreviated));
            let mut normal = block.clone();
            normal.fields.retain(|name, value| {
                let has_flag = schema.spelling(&schema.fields[name], &block, spec.version).is_some();
                *value != FieldValue::Bool(false) && has_flag
            });
            prop_assert_eq!(lift(schema, spec.version, parser, &line, &parsed), normal);
        }
    });
}

#[test]
fn ten_thousand_commands_take_a_moment() {
    let start = Instant::now();
    let engines = engines();
    let loaded = start.elapsed();
    let parser = engines.latest().expect("there is data").programs[SERVER].parser();
    let words = words(
        "--model-path m --tp 8 --dp-size=8 --mem-fraction-static 0.9 --trust-remote --nope x --page-size y"
            .split(' '),
    );
    for _ in 0..10_000 {
        assert_eq!(parse(parser, &words).problems.len(), 2);
    }
    let all = start.elapsed();
    // Ten times the budget of a release build on a quiet machine, for debug builds on busy ones.
    assert!(all < Duration::from_secs(10), "loading took {loaded:?}, all {all:?}");
}
