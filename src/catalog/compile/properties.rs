use proptest::prelude::*;

use super::tests::{compiled, schema, with_models};
use super::*;
use crate::catalog::compiled::{Configuration, Engine, Model, Servers};
use crate::catalog::emit::emit;
use crate::catalog::read_compiled;
use crate::engine::fields::FieldValue;
use crate::text::SourceFile;

/// A word that YAML may take for something else.
fn tricky() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9._/-]{1,12}",
        "\\PC{0,8}",
        any::<String>(),
        prop::sample::select(vec![
            "null",
            "~",
            "true",
            "No",
            "1e3",
            "0x1F",
            "2025-07-01",
            "12:30",
            ".inf",
            "- a",
            "a: b",
            "a #b",
            "--x",
            "---",
            "'",
            "\"",
            "\n",
            "é\u{85}",
            "=",
            "<<",
            "1_000",
            "+inf",
            "-",
            "?",
            ":",
            "",
        ])
        .prop_map(str::to_owned),
    ]
}

fn built() -> impl Strategy<Value = CompiledFile> {
    let block = || {
        let env_vars = prop::collection::vec((tricky(), tricky()), 0..3);
        let words = prop::collection::vec(tricky(), 0..4);
        (prop::option::of(1..=i64::MAX), prop::option::of(any::<bool>()), env_vars, words)
    };
    let configuration = (tricky(), tricky(), prop::option::of(tricky()), block(), prop::option::of(block()));
    let model = (tricky(), tricky(), prop::option::of(tricky()), prop::collection::vec(configuration, 0..3));
    (tricky(), prop::collection::vec(model, 0..3)).prop_map(|(vendor, models)| file_of(vendor, models))
}

type Block = (Option<i64>, Option<bool>, Vec<(String, String)>, Vec<String>);
type Built = (String, String, Option<String>, Vec<(String, String, Option<String>, Block, Option<Block>)>);

fn file_of(vendor: String, models: Vec<Built>) -> CompiledFile {
    let origin = Origin::new(&SourceFile::new("built.yaml", ""));
    let plain = |value: String| Spanned::new(value, Span::default());
    let engine = |(tp, switch, env_vars, words): Block| {
        let mut engine = Engine { block: Default::default(), trace: Default::default() };
        tp.into_iter().for_each(|tp| engine.set("tp", FieldValue::Int(tp), Span::default()));
        let switch = switch.map(FieldValue::Bool);
        switch.into_iter().for_each(|on| engine.set("enable_dp_attention", on, Span::default()));
        env_vars.into_iter().for_each(|(name, value)| engine.set_env_var(&name, value, Span::default()));
        words.into_iter().for_each(|word| engine.push(word, Span::default()));
        engine
    };
    let models = models.into_iter().map(|(name, hardware, text, configurations)| {
        let configurations =
            configurations.into_iter().map(|(name, word, path, block, second)| Configuration {
                name: plain(name),
                nodes: plain("multi".into()),
                optimization: plain(word.clone()),
                quantization: plain(word),
                quantized_model_path: path.map(plain),
                servers: match second {
                    None => Servers::Engine(engine(block)),
                    Some(second) => Servers::Disaggregated {
                        prefill: Box::new(engine(block)),
                        decode: Box::new(engine(second)),
                    },
                },
                origin: origin.clone(),
            });
        let llm =
            crate::catalog::compiled::Llm { tool_parser: text.clone().map(plain), ..Default::default() };
        let on = crate::catalog::compiled::Hardware {
            id: plain(hardware.clone()),
            configurations: configurations.collect(),
        };
        Model {
            model_path: plain(name.clone()),
            name: plain(name),
            attributes: crate::catalog::compiled::Attributes::Llm(llm),
            hardware: IndexMap::from([(hardware, on)]),
            speculative_draft_model: text.map(plain),
            origin: origin.clone(),
        }
    });
    let family = Family { name: plain("F".into()), description: None, models: models.collect() };
    CompiledFile { vendor: plain(vendor), families: vec![family], origin: origin.clone() }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(file in built()) {
        let schema = schema();
        let text = emit(&file, &schema);
        let Checked { value, findings } = read_compiled::read(&SourceFile::new("c.yaml", text.as_str()), &schema);
        prop_assert!(findings.is_empty(), "{findings:#?}\n{text}");
        prop_assert!(value == file, "{text}");
        prop_assert_eq!(emit(&value, &schema), text);
    }

    #[test]
    fn any_text_is_compiled_alike_twice_and_without_panic(text in "\\PC{0,60}|([a-z_]{1,9}: ?[\\[\\]{}a-z0-9,\\- ]{0,12}\n? {0,8}){0,12}") {
        let once = compiled(&text);
        let again = compiled(&text);
        prop_assert_eq!(&once.findings, &again.findings);
        prop_assert_eq!(emit(&once.value, &schema()), emit(&again.value, &schema()));
        let _ = read_compiled::read(&SourceFile::new("c.yaml", text.as_str()), &schema());
    }

    /// Damaged sources: each line of a good one may be missing, indented otherwise, or have another value.
    #[test]
    fn damaged_sources_do_not_panic(changes in prop::collection::vec((0usize..40, 0usize..4, "[a-z0-9\\[\\]{}~:, -]{0,6}"), 1..6)) {
        let source = with_models("      - base_name: X\n        quantizations: [bf16, fp8]\n        hardware: { default: { tp: 1 }, H100: {} }\n        quant_overrides: { fp8: { ep: 2 } }\n        configurations:\n          - name: a\n            prefill: { tp: 1 }\n            decode: { tp: 2 }\n      - A\n");
        let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
        for (line, kind, word) in changes {
            let at = line % lines.len();
            match kind {
                0 => lines[at] = format!("  {}", lines[at]),
                1 => lines[at] = lines[at].split(':').next().unwrap_or("").to_owned() + ": " + &word,
                2 => lines[at] = lines[at].trim_start().to_owned(),
                _ => lines[at].push_str(&word),
            }
        }
        let text: String = lines.join("\n");
        let Checked { value, findings } = compiled(&text);
        for finding in &findings {
            prop_assert!(finding.primary.location.span.end <= text.len());
        }
        let schema = schema();
        let written = emit(&value, &schema);
        prop_assert!(read_compiled::read(&SourceFile::new("c.yaml", written.as_str()), &schema).value == value);
    }
}
