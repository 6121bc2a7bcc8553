use super::*;
use crate::catalog::compile_file;
use crate::catalog::compiled::{Configuration, Engine, Model, Servers};
use crate::catalog::emit::emit;
use crate::engine::fields::{FieldValue, Schema};
use crate::text::SourceFile;

const VENDORS: &str = "vendors:\n  qwen: { name: Qwen, huggingface_org: Qwen }\n  nvidia: { name: NVIDIA, huggingface_org: nvidia }\n";
const HARDWARE: &str =
    "hardware:\n  H100: { memory_gb: 80, gpus_per_node: 8 }\n  H200: { memory_gb: 141, gpus_per_node: 8 }\n";

pub(super) fn schema() -> Schema {
    Schema::read(&SourceFile::new("engine.yaml", include_str!("../../../data/schema/engine.yaml"))).value
}

pub(super) fn compiled(text: &str) -> Checked<CompiledFile> {
    let vendors = Vendors::read(&SourceFile::new("vendors.yaml", VENDORS)).value;
    let hardware = HardwareTable::read(&SourceFile::new("hardware.yaml", HARDWARE)).value;
    let schema = schema();
    let tables = Tables { vendors: &vendors, hardware: &hardware, schema: &schema };
    compile_file(&SourceFile::new("a.yaml", text), tables)
}

/// A source with two kinds of hardware, one configuration, these models, and one that inherits all.
pub(super) fn with_models(models: &str) -> String {
    format!(
        "vendor: qwen
defaults:
  hardware:
    H100: {{ tp: 8, extra_args: [--a, \"1\"] }}
    H200: {{ tp: 4 }}
  configurations:
    - name: default
families:
  - name: F
    llm: {{ thinking_capability: hybrid, tool_parser: qwen }}
    models:
{models}      - {{ name: Last, quantization: fp8 }}
"
    )
}

#[track_caller]
fn clean(text: &str) -> CompiledFile {
    let Checked { value, findings } = compiled(text);
    assert!(findings.is_empty(), "{findings:#?}");
    value
}

#[track_caller]
fn engine(configuration: &Configuration) -> &Engine {
    match &configuration.servers {
        Servers::Engine(engine) => engine,
        Servers::Disaggregated { .. } => panic!("two servers"),
    }
}

fn words(model: &Model, hardware: &str) -> String {
    engine(&model.hardware[hardware].configurations[0]).block.extra_args.join(" ")
}

/// Rule, line and offending word of each finding.
fn found(text: &str) -> Vec<(&'static str, usize, String)> {
    let mut findings = compiled(text).findings;
    crate::diagnostic::finding::sort(&mut findings);
    let place =
        |f: &Diagnostic| (f.rule.name, f.primary.location.start().line, f.primary.location.text().to_owned());
    findings.iter().map(place).collect()
}

#[track_caller]
fn finds(text: &str, rule: &str, line: usize, word: &str) {
    assert_eq!(found(text), [(rule, line, word.to_owned())].map(|(r, l, w)| (leak(r), l, w)));
}

fn leak(rule: &str) -> &'static str {
    RULES
        .iter()
        .map(|rule| rule.name)
        .chain(crate::world::reader::RULES.iter().map(|rule| rule.name))
        .find(|name| *name == rule)
        .expect("a rule of this room")
}

#[test]
fn variants_are_capabilities_times_quantizations() {
    let file = clean(
        "vendor: qwen
defaults: { hardware: [H100], configurations: [{ name: default, tp: 1 }] }
families:
  - name: Qwen3
    llm: { tool_parser: qwen, reasoning_parser: qwen3 }
    model_name_suffix: { instruct: -Instruct-2507, thinking: -Thinking-2507 }
    models:
      - base_name: 4B
        quantizations: [bf16, fp8]
        capabilities: [base, instruct, thinking]
        valid_quants: { instruct: [fp8] }
        quantized_paths: { fp8: other/Q }
",
    );
    let all: Vec<_> = file.models().map(|m| (m.name.as_str(), m.model_path.as_str())).collect();
    assert_eq!(
        all,
        [
            ("Qwen3-4B", "Qwen/Qwen3-4B"),
            ("Qwen3-4B-FP8", "other/Q"),
            ("Qwen3-4B-Instruct-2507-FP8", "other/Q"),
            ("Qwen3-4B-Thinking-2507", "Qwen/Qwen3-4B-Thinking-2507"),
            ("Qwen3-4B-Thinking-2507-FP8", "other/Q"),
        ]
    );
    let parsers: Vec<_> = file
        .models()
        .map(|m| m.attributes.llm().unwrap())
        .map(|llm| (llm.thinking_capability.as_ref().unwrap().as_str(), llm.reasoning_parser.is_some()))
        .collect();
    assert_eq!(parsers[0], ("non_thinking", false));
    assert_eq!(parsers[3], ("thinking", true));
}

#[test]
fn an_explicit_null_takes_an_inherited_value_away() {
    let text = with_models(
        "      - name: A
        quantization: fp8
        llm: { tool_parser: null }
        hardware: { H100: { extra_args: null }, H200: { tp: null } }
        configurations: [{ name: default, tp: 2 }, { name: none, extra_args: [--b], tp: ~ }]
",
    );
    let Checked { value, findings } = compiled(&text);
    let model = value.models().next().unwrap();
    let llm = model.attributes.llm().unwrap();
    assert_eq!(llm.tool_parser, None);
    assert_eq!(llm.thinking_capability.as_ref().unwrap().as_str(), "hybrid");
    assert_eq!(words(model, "H100"), "");
    let on =
        |hardware: &str, name: &str| engine(model.configuration(hardware, name).unwrap()).block.integer("tp");
    assert_eq!((on("H100", "default"), on("H200", "default")), (Some(2), Some(2)));
    assert_eq!(on("H100", "none"), None);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0].rule, &configuration::MISSING_TP);
}

#[test]
fn hardware_is_inherited_level_by_level() {
    let text = "vendor: qwen
defaults:
  hardware:
    default: { extra_args: [--d] }
    H100: { tp: 8 }
    H200: { tp: 4 }
  configurations: [{ name: default }]
families:
  - name: F
    llm: { thinking_capability: hybrid }
    hardware: { default: { dp: 2 } }
    models:
      - { name: all, quantization: fp8 }
      - { name: one, quantization: fp8, hardware: [H200] }
      - { name: other, quantization: fp8, hardware: { default: { ep: 2 }, H100: { dp: 1 } } }
";
    let file = clean(text);
    let shown: Vec<String> = file
        .models()
        .flat_map(|model| model.configurations().map(move |found| (model, found)))
        .map(|(model, (hardware, configuration))| {
            let block = &engine(configuration).block;
            let field = |name: &str| block.integer(name).map_or("-".into(), |n| n.to_string());
            let (tp, dp, ep) = (field("tp"), field("dp"), field("ep"));
            format!("{} {hardware} {tp} {dp} {ep} {}", model.name.value, block.extra_args.join(" "))
        })
        .collect();
    assert_eq!(
        shown,
        ["all H100 8 2 - --d", "all H200 4 2 - --d", "one H200 4 2 - --d", "other H100 8 1 2 --d"]
    );
}

/// Names of the configurations of each model, hardware by hardware.
fn presets(file: &CompiledFile) -> Vec<String> {
    let on = |hardware: &crate::catalog::compiled::Hardware| {
        let names: Vec<_> = hardware.configurations.iter().map(|found| found.name.as_str()).collect();
        format!("{} {}", hardware.id.value, names.join("+"))
    };
    let of = |model: &Model| {
        format!("{}: {}", model.name.value, model.hardware.values().map(on).collect::<Vec<_>>().join(", "))
    };
    file.models().map(of).collect()
}

#[test]
fn the_innermost_level_that_has_configurations_gives_them() {
    let file = clean(
        "vendor: qwen
defaults:
  hardware: { H100: { tp: 8, configurations: [{ name: defaults-h100 }] }, H200: { tp: 4 } }
  configurations: [{ name: defaults }]
families:
  - name: F
    llm: { thinking_capability: hybrid }
    models:
      - { name: inherits, quantization: fp8 }
      - { name: own, quantization: fp8, configurations: [{ name: model }] }
      - name: hardware
        quantization: fp8
        hardware: { H100: {}, H200: { configurations: [{ name: model-h200 }] } }
      - name: both
        quantization: fp8
        hardware: { H100: { configurations: [{ name: model-h100 }] }, H200: ~ }
        configurations: [{ name: model }]
      - name: default
        quantization: fp8
        hardware: { default: { configurations: [{ name: model-any }] } }
  - name: G
    llm: { thinking_capability: hybrid }
    hardware: { default: { dp: 2 }, H200: { configurations: [{ name: family-h200 }] } }
    models:
      - { name: family, quantization: fp8 }
  - name: H
    llm: { thinking_capability: hybrid }
    configurations: [{ name: family }]
    models:
      - { name: of-family, quantization: fp8 }
",
    );
    assert_eq!(
        presets(&file),
        [
            "inherits: H100 defaults-h100, H200 defaults",
            "own: H100 model, H200 model",
            "hardware: H100 defaults-h100, H200 model-h200",
            "both: H100 model-h100, H200 model",
            "default: H100 model-any, H200 model-any",
            "family: H200 family-h200",
            "of-family: H100 family, H200 family",
        ]
    );
}

#[test]
fn configurations_of_a_hardware_are_checked_where_they_stand() {
    let text = with_models(
        "      - name: A
        quantization: fp8
        hardware:
          H100: { configurations: [{ name: a, hardware: [H300] }, { name: b, prefill: { tp: 1 } }] }
          H200: { configurations: { name: c } }
",
    );
    assert_eq!(
        found(&text),
        [
            ("catalog/no-configuration", 12, "A".to_owned()),
            ("catalog/unknown-hardware", 15, "H300".to_owned()),
            ("catalog/prefill-and-decode", 15, "prefill".to_owned()),
            ("yaml/wrong-type", 16, "{ name: c".to_owned()),
        ]
    );
}

#[test]
fn options_are_merged_one_by_one() {
    let merge = |configuration: &str| {
        let text = with_models(&format!(
            "      - name: A
        quantization: fp8
        quant_overrides: {{ fp8: {{ extra_args: [--b, x, y, --a=7] }} }}
        speculative_draft_model: d/M
        configurations: [{{ name: default, extra_args: [{configuration}] }}]
"
        ));
        words(clean(&text).models().next().unwrap(), "H100")
    };
    assert_eq!(merge(""), "--a=7 --b x y");
    assert_eq!(merge("--c, --a, '2'"), "--a 2 --b x y --c");
    assert_eq!(
        merge("--b, z, --b, w"),
        "--a=7 --b z --b w",
        "a repeated option is kept for the rules to see"
    );
    let draft = "--speculative-draft-model-path d/M";
    assert_eq!(merge("--speculative-algo=EAGLE"), format!("--a=7 --b x y --speculative-algo=EAGLE {draft}"));
    assert_eq!(
        merge("--speculative-algorithm, EAGLE, --speculative-draft-model, e/M"),
        "--a=7 --b x y --speculative-algorithm EAGLE --speculative-draft-model e/M"
    );
}

#[test]
fn an_option_that_was_repeated_is_replaced_as_a_whole() {
    let text = with_models(
        "      - name: A
        quantization: fp8
        hardware: { H100: { extra_args: [--x, '1', --y, --x, '2'] } }
        configurations: [{ name: default, extra_args: [--x, '3'] }]
",
    );
    assert_eq!(words(clean(&text).models().next().unwrap(), "H100"), "--x 3 --y");
}

#[test]
fn every_value_knows_the_line_that_it_came_from() {
    let text = with_models(
        "      - name: A
        quantization: fp8
        quant_overrides: { fp8: { ep: 2 } }
        configurations: [{ name: fast, dp: 3, env_vars: { V: x }, extra_args: [--b] }]
",
    );
    let file = clean(&text);
    let model = file.models().next().unwrap();
    let configuration = &model.hardware["H100"].configurations[0];
    let engine = engine(configuration);
    let line = |span| configuration.origin.locate(span).start().line;
    let text_of = |span| configuration.origin.locate(span).text().to_owned();
    assert_eq!((line(engine.field_span("tp")), text_of(engine.field_span("tp"))), (4, "8".into()));
    assert_eq!((line(engine.field_span("dp")), text_of(engine.field_span("dp"))), (15, "3".into()));
    assert_eq!(line(engine.field_span("ep")), 14);
    assert_eq!(text_of(engine.env_var_span("V")), "x");
    assert_eq!((line(engine.word_span(1)), text_of(engine.word_span(1))), (4, "\"1\"".into()));
    assert_eq!(text_of(engine.word_span(2)), "--b");
    assert_eq!(text_of(engine.field_span("enable_dp_attention")), "fast", "not set: the configuration");
    assert_eq!(configuration.location().text(), "fast");
    assert_eq!(line(model.attributes.llm().unwrap().tool_parser.as_ref().unwrap().span), 10);
    assert_eq!(line(model.hardware["H100"].id.span), 4);
}

#[test]
fn configurations_can_be_for_some_hardware_and_for_several_nodes() {
    let text = "vendor: qwen
defaults:
  hardware: { H100: { tp: 16, nodes: multi }, H200: { tp: 8 } }
  configurations:
    - { name: mtp, hardware: [H100], extra_args: [--a] }
    - { name: mtp, hardware: [H200], extra_args: [--b] }
    - { name: one, nodes: single }
families:
  - name: F
    llm: { thinking_capability: hybrid }
    models: [{ name: A, quantization: fp8 }]
";
    let file = clean(text);
    let model = file.models().next().unwrap();
    assert_eq!((words(model, "H100"), words(model, "H200")), ("--a".into(), "--b".into()));
    let nodes = |hardware, name| model.configuration(hardware, name).unwrap().nodes.value.as_str();
    assert_eq!(
        (nodes("H100", "mtp"), nodes("H200", "mtp"), nodes("H100", "one")),
        ("multi", "single", "single")
    );
}

#[test]
fn prefill_and_decode_are_laid_over_what_they_share() {
    let text = with_models(
        "      - name: A
        quantization: fp8
        configurations:
          - name: pd
            extra_args: [--shared]
            prefill: { tp: 4 }
            decode: { dp: 2, extra_args: [--a, '9'] }
",
    );
    let file = clean(&text);
    let configuration = &file.models().next().unwrap().hardware["H100"].configurations[0];
    let shown: Vec<_> = configuration
        .engines()
        .map(|(key, engine)| {
            (key, engine.block.integer("tp"), engine.block.integer("dp"), engine.block.extra_args.join(" "))
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("prefill", Some(4), None, "--a 1 --shared".into()),
            ("decode", Some(8), Some(2), "--a 9 --shared".into())
        ]
    );
}

#[test]
fn half_a_pair_and_a_pair_with_fields_beside_it_are_found() {
    let model = |configuration: &str| {
        with_models(&format!(
            "      - name: A\n        quantization: fp8\n        hardware: [H200]\n        configurations: [{{ name: one }}, {configuration}]\n"
        ))
    };
    finds(&model("{ name: pd, prefill: { tp: 4 } }"), "catalog/prefill-and-decode", 15, "prefill");
    finds(&model("{ name: pd, decode: {} }"), "catalog/prefill-and-decode", 15, "decode");
    finds(&model("{ name: pd, ep: 7, prefill: {}, decode: {} }"), "catalog/prefill-and-decode", 15, "7");
}

#[test]
fn unknown_names_are_found_with_the_nearest() {
    let text = with_models(
        "      - name: A\n        quantization: fp8\n        vendor: nvidai\n        hardware: [H20]\n",
    );
    let Checked { findings, .. } = compiled(&text);
    let help: Vec<_> = findings
        .iter()
        .filter(|f| f.rule != &configuration::MISSING_TP)
        .map(|f| (f.rule.name, f.primary.location.text(), f.help[0].as_str()))
        .collect();
    assert_eq!(
        help,
        [
            ("catalog/unknown-hardware", "H20", "did you mean `H200`?"),
            ("catalog/unknown-vendor", "nvidai", "did you mean `nvidia`?"),
        ]
    );
    finds(
        &with_models("      - A\n")
            .replace("vendor: qwen", "vendor: qwne")
            .replace("- A", "- { name: A, quantization: fp8 }"),
        "catalog/unknown-vendor",
        1,
        "qwne",
    );
}

#[test]
fn names_that_stand_twice_are_found() {
    let twice =
        with_models("      - { name: A, quantization: fp8 }\n      - { name: A, quantization: fp8 }\n");
    finds(&twice, "catalog/duplicate-model", 13, "A");
    let composed = with_models(
        "      - { base_name: X, quantizations: [bf16, fp8] }\n      - { name: F-X-FP8, quantization: fp8, model_path: a/b }\n",
    );
    finds(&composed, "catalog/duplicate-name", 13, "F-X-FP8");
    let one_model =
        with_models("      - { base_name: X, quantization: fp8, capabilities: [base, instruct] }\n");
    finds(&one_model, "catalog/duplicate-name", 12, "instruct");
}

#[test]
fn what_comes_to_nothing_is_found() {
    let text = with_models(
        "      - base_name: X
        quantizations: [fp8]
        quant_overrides: { fp16: { ep: 2 } }
        quantized_paths: { int4: a/b }
        valid_quants: { thinking: [fp8] }
",
    );
    assert_eq!(
        found(&text),
        [
            ("catalog/unused-override", 14, "fp16".to_owned()),
            ("catalog/unused-override", 15, "int4".to_owned()),
            ("catalog/unused-override", 16, "thinking".to_owned()),
        ]
    );
    let suffix = with_models("      - { base_name: X, quantization: fp8 }\n")
        .replace("    models:", "    model_name_suffix: { instruct: -I }\n    models:");
    finds(&suffix, "catalog/unused-override", 11, "instruct");
}

#[test]
fn hardware_and_configurations_of_no_model_are_found() {
    let alone = |models: &str| with_models(models).replace("      - { name: Last, quantization: fp8 }\n", "");
    let narrowed = alone(
        "      - { name: A, quantization: fp8, hardware: [H100] }
      - name: B
        quantization: fp8
        hardware: [H100]
        configurations: [{ name: own }, { name: elsewhere, hardware: [H200] }]
",
    );
    assert_eq!(
        found(&narrowed),
        [
            ("catalog/unused-override", 5, "H200".to_owned()),
            ("catalog/unused-override", 16, "elsewhere".to_owned()),
        ]
    );
    let replaced = alone(
        "      - { name: A, quantization: fp8, hardware: { H100: { configurations: [{ name: a }] } } }\n",
    );
    assert_eq!(
        found(&replaced),
        [
            ("catalog/unused-override", 5, "H200".to_owned()),
            ("catalog/unused-override", 7, "default".to_owned()),
        ]
    );
    let unknown = with_models("      - { name: A, quantization: fp8 }\n")
        .replace("name: default", "name: default\n    - { name: limited, hardware: [H20] }");
    assert_eq!(found(&unknown), [("catalog/unknown-hardware", 8, "H20".to_owned())]);
    let without = with_models(
        "      - { base_name: X, quantizations: [fp8], valid_quants: { base: [int4] } }\n      - { name: A, quantization: fp8 }\n",
    );
    finds(&without, "catalog/unused-override", 12, "X");
}

#[test]
fn what_is_not_said_is_found() {
    finds(&with_models("      - A\n"), "catalog/missing-quantization", 12, "A");
    let silent = with_models("      - { name: A, quantization: fp8, llm: { thinking_capability: ~ } }\n");
    finds(&silent, "catalog/missing-thinking-capability", 12, "A");
    let none = with_models("      - { name: A, quantization: fp8, configurations: [] }\n");
    finds(&none, "catalog/no-configuration", 12, "A");
    let nowhere = with_models("      - { name: A, quantization: fp8, hardware: { H200: { tp: null } } }\n");
    finds(&nowhere, "catalog/missing-tp", 12, "A");
}

#[test]
fn other_contradictions_are_found() {
    let weights = with_models(
        "      - { name: A, quantization: bf16, model_path: a/b }\n      - { name: B, quantization: fp8, model_path: a/b }\n",
    );
    finds(&weights, "catalog/same-weights", 13, "a/b");
    let path = with_models("      - { base_name: X, quantizations: [bf16, fp8], model_path: a/b }\n");
    finds(&path, "catalog/shared-model-path", 12, "a/b");
    let both = with_models("      - { name: A, quantization: fp8, diffusion: { model_type: image } }\n");
    finds(&both, "catalog/llm-and-diffusion", 12, "diffusion");
    let repeated = with_models("      - { base_name: F-X, quantization: fp8 }\n");
    finds(&repeated, "catalog/name-repeats-family", 12, "F-X");
    let configurations =
        with_models("      - { name: A, quantization: fp8, configurations: [{ name: a }, { name: a }] }\n");
    finds(&configurations, "catalog/duplicate-configuration", 12, "a");
    let number = with_models(
        "      - { name: A, quantization: fp8, configurations: [{ name: a, extra_args: [--x, 0.80] }] }\n",
    );
    finds(&number, "catalog/unquoted-text", 12, "0.80");
}

#[test]
fn keys_and_types_are_checked_and_the_rest_is_compiled() {
    let text = with_models(
        "      - { name: A, quantization: fp8, harware: { H100: {} } }
      - { base_name: X, name: B, quantization: fp8 }
      - { quantization: fp8 }
      - [C]
      - { name: D, quantizations: [fp8], quantization: fp8 }
      - { name: E, quantization: fp8, hardware: { H100: { tp: [8], enable_dp: true } } }
      - { name: G, quantization: fp8, llm: { thinking_capability: maybe } }
",
    );
    let lines: Vec<_> =
        found(&text).into_iter().map(|(rule, line, word)| format!("{line} {rule} {word}")).collect();
    assert_eq!(
        lines,
        [
            "12 yaml/unknown-key harware",
            "13 yaml/invalid-value base_name",
            "14 yaml/missing-key quantization",
            "15 yaml/wrong-type [C]",
            "16 yaml/invalid-value quantizations",
            "17 yaml/wrong-type [8]",
            "17 yaml/unknown-key enable_dp",
            "18 yaml/invalid-value maybe",
        ]
    );
    let names: Vec<String> = compiled(&text).value.models().map(|model| model.name.value.clone()).collect();
    assert_eq!(names, ["A", "B", "D", "E", "G", "Last"]);
}

#[test]
fn fields_are_data() {
    let text = "fields: { tp: { type: integer }, pp: { type: integer }, moe_backend: { type: text, choices: [triton] } }";
    let schema = Schema::read(&SourceFile::new("engine.yaml", text)).value;
    let (vendors, hardware) = (Vendors::default(), HardwareTable::default());
    let tables = Tables { vendors: &vendors, hardware: &hardware, schema: &schema };
    let text = "vendor: v\ndefaults:\n  hardware: { X: { moe_backend: triton, pp: 2, dp: 1 } }\n  configurations: [{ name: c, tp: 1 }]\nfamilies: [{ name: F, models: [A] }]\n";
    let Checked { value, findings } = compile_file(&SourceFile::new("a.yaml", text), tables);
    assert!(findings.iter().any(|f| f.primary.location.text() == "dp"), "`dp` is no field here");
    let block = &engine(&value.models().next().unwrap().hardware["X"].configurations[0]).block;
    assert_eq!(block.fields.keys().collect::<Vec<_>>(), ["tp", "pp", "moe_backend"]);
    assert_eq!(block.fields["moe_backend"], FieldValue::Text("triton".into()));
    assert!(
        emit(&value, &schema)
            .contains("            tp: 1\n            pp: 2\n            moe_backend: triton\n")
    );
}
