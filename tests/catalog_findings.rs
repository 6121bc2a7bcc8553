#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads what the program wrote")]
//! Mistakes in the catalog's sources are found at the word that they come from, through all that inherits it.
//!
//! In the sources below `⟦rule word⟧` stands for the word, and says that the rule is found exactly there.

mod support;

use support::Site;

const SOURCE: &str = "data/models/src/v0.5.6/a.yaml";
const FILES: [(&str, &str); 2] = [
    (
        "data/models/vendors.yaml",
        "vendors:\n  qwen: { name: Qwen, huggingface_org: Qwen }\n  nvidia: { name: NVIDIA, huggingface_org: nvidia }\n",
    ),
    (
        "data/hardware.yaml",
        "hardware:\n  H100: { memory_gb: 80, gpus_per_node: 8 }\n  H200: { memory_gb: 141, gpus_per_node: 8 }\n  B200: { memory_gb: 180, gpus_per_node: 8 }\n",
    ),
];

/// The source without marks, and `line:column rule` for each.
fn unmarked(marked: &str) -> (String, Vec<String>) {
    let (mut text, mut expected) = (String::new(), Vec::new());
    let mut rest = marked;
    while let Some((before, inside)) = rest.split_once('⟦') {
        let (inside, after) = inside.split_once('⟧').unwrap();
        let (rule, word) = inside.split_once(' ').unwrap();
        text.push_str(before);
        let line = text.matches('\n').count() + 1;
        let column = text.rsplit('\n').next().unwrap().chars().count() + 1;
        expected.push(format!("{line}:{column} {rule}"));
        text.push_str(word);
        rest = after;
    }
    text.push_str(rest);
    expected.sort();
    (text, expected)
}

/// Checks that a site with this source has exactly the marked findings, and gives what the program said.
#[track_caller]
fn holds(marked: &str) -> String {
    let (text, expected) = unmarked(marked);
    let mut site = Site::new().with(SOURCE, &text);
    for (path, text) in FILES {
        site = site.with(path, text);
    }
    let run = site.run(&["check", "--format", "concise"]);
    let mut found: Vec<String> = run
        .stdout
        .lines()
        .filter(|line| !line.contains(" note["))
        .map(|line| {
            let rest = line.strip_prefix(SOURCE).unwrap_or_else(|| panic!("another file: {line}"));
            let (place, rest) = rest[1..].split_once(": ").unwrap();
            let rule = rest.split_once('[').unwrap().1.split_once(']').unwrap().0;
            format!("{place} {rule}")
        })
        .collect();
    found.sort();
    assert_eq!(found, expected, "\n{}", run.stdout);
    run.stdout.clone()
}

/// A source whose one model is without faults.
fn models(models: &str) -> String {
    format!(
        "vendor: qwen
defaults:
  hardware:
    H100: {{ tp: 8 }}
  configurations:
    - name: default
families:
  - name: F
    llm: {{ thinking_capability: non_thinking }}
    models:
{models}"
    )
}

#[test]
fn a_source_without_faults_has_no_finding() {
    holds(&models("      - { name: A, quantization: fp8 }\n"));
}

#[test]
fn unknown_keys_are_found_at_every_level() {
    let said = holds(
        "vendor: qwen
⟦yaml/unknown-key defualts⟧: {}
defaults:
  ⟦yaml/unknown-key hardwares⟧: {}
  hardware:
    H100: { tp: 8, ⟦yaml/unknown-key t_p⟧: 4 }
  configurations:
    - name: default
      ⟦yaml/unknown-key optimisation⟧: balanced
families:
  - name: F
    ⟦yaml/unknown-key lm⟧: {}
    llm: { thinking_capability: non_thinking, ⟦yaml/unknown-key tool_praser⟧: qwen }
    models:
      - name: A
        ⟦yaml/unknown-key quantisation⟧: fp8
        quantization: fp8
",
    );
    for word in
        ["`defaults`", "`hardware`", "`tp`", "`optimization`", "`llm`", "`tool_parser`", "`quantization`"]
    {
        assert!(said.contains(&format!("did you mean {word}")), "{word}: {said}");
    }
}

#[test]
fn values_of_other_types_are_found_at_the_value() {
    holds(
        "vendor: qwen
defaults:
  hardware:
    H100: { tp: ⟦yaml/wrong-type eight⟧ }
    H200: ⟦yaml/wrong-type [tp, 8]⟧
  configurations:
    - name: default
      tp: 8
      extra_args: ⟦yaml/wrong-type { a: 1 }⟧
      env_vars: { A: ⟦catalog/unquoted-text 1⟧ }
families:
  - name: F
    llm: { thinking_capability: non_thinking, tool_parser: ⟦yaml/wrong-type [qwen]⟧ }
    models:
      - name: A
        quantization: fp8
        model_path: ⟦yaml/wrong-type [a/b]⟧
        vendor: ⟦yaml/wrong-type {}⟧
",
    );
}

#[test]
fn names_that_nobody_knows_are_found_with_the_nearest() {
    let said = holds(
        "vendor: ⟦catalog/unknown-vendor qwne⟧
defaults:
  hardware:
    ⟦catalog/unknown-hardware H1OO⟧: { tp: 8 }
    H200: { tp: 8 }
  configurations:
    - name: default
families:
  - name: F
    llm: { thinking_capability: non_thinking }
    models:
      - { name: A, quantization: fp8, vendor: ⟦catalog/unknown-vendor nvdia⟧ }
      - { name: B, quantization: fp8, hardware: [H200, ⟦catalog/unknown-hardware B20⟧] }
      - name: C
        quantization: fp8
        configurations: [{ name: all }, { name: one, hardware: [⟦catalog/unknown-hardware H20⟧] }]
",
    );
    for word in ["`qwen`", "`nvidia`", "`H100`", "`B200`", "`H200`"] {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn what_stands_twice_is_found_where_it_stands_again() {
    holds(&models(
        "      - { name: A, quantization: fp8 }
      - { name: ⟦catalog/duplicate-model A⟧, quantization: fp8 }
      - { base_name: X, quantizations: [bf16, fp8] }
      - { base_name: ⟦catalog/duplicate-name X-FP8⟧, quantization: bf16 }
      - name: B
        quantization: fp8
        configurations: [{ name: c }, { name: ⟦catalog/duplicate-configuration c⟧ }]
      - { name: C, quantization: fp8, ⟦yaml/duplicate-key quantization⟧: fp8 }
",
    ));
}

#[test]
fn what_never_applies_is_found_at_its_name() {
    holds(
        "vendor: qwen
defaults:
  hardware:
    H100: { tp: 8 }
    ⟦catalog/unused-override B200⟧: { tp: 8 }
  configurations:
    - name: default
    - { name: ⟦catalog/unused-override limited⟧, hardware: [B200] }
families:
  - name: F
    llm: { thinking_capability: non_thinking }
    hardware: [H100]
    configurations:
      - name: ⟦catalog/unused-override replaced⟧
    model_name_suffix: { ⟦catalog/unused-override instruct⟧: -I }
    models:
      - base_name: X
        quantizations: [bf16, fp8]
        quant_overrides: { ⟦catalog/unused-override int4⟧: { ep: 2 } }
        configurations: [{ name: own }]
  - name: G
    llm: { thinking_capability: non_thinking }
    hardware: [H100]
    models:
      - { name: A, quantization: fp8 }
",
    );
}

/// A value is wrong for a model, and stands where that model inherits it from.
#[test]
fn a_value_is_found_where_it_was_inherited_from() {
    // The preset's.
    holds(
        &models("      - { name: A, quantization: fp8 }\n      - { name: B, quantization: fp8 }\n")
            .replace("name: default", "name: default\n      ep: ⟦parallelism/ep-divides-tp 3⟧"),
    );
    // The hardware's, of the file.
    holds(
        &models("      - { name: A, quantization: fp8 }\n")
            .replace("{ tp: 8 }", "{ tp: 8, ep: ⟦parallelism/ep-divides-tp 3⟧ }"),
    );
    // The family's, over a good one of the file.
    holds(
        &models("      - { name: A, quantization: fp8 }\n").replace("{ tp: 8 }", "{ tp: 8, ep: 8 }").replace(
            "    models:",
            "    hardware: { H100: { ep: ⟦parallelism/ep-divides-tp 3⟧ } }\n    models:",
        ),
    );
    // The model's, over a good one of the family; the other model has none.
    holds(&models(
        "      - { name: A, quantization: fp8 }
      - { name: B, quantization: fp8, hardware: { H100: { ep: ⟦parallelism/ep-divides-tp 3⟧ } } }
",
    ));
    // A quantization's.
    holds(&models(
        "      - base_name: X
        quantizations: [bf16, fp8]
        quant_overrides: { fp8: { ep: ⟦parallelism/ep-divides-tp 3⟧ } }
",
    ));
    // A word of the command line, in the preset.
    let said = holds(&models("      - { name: A, quantization: fp8 }\n").replace(
        "name: default",
        "name: default\n      extra_args: [⟦cli/unknown-flag --context-lenght⟧, \"4096\"]",
    ));
    assert!(said.contains("`--context-length`"), "{said}");
    // A parser that the engine does not have, of the family.
    holds(
        &models("      - { name: A, quantization: fp8 }\n")
            .replace("non_thinking }", "non_thinking, tool_parser: ⟦cli/invalid-choice qwen99⟧ }"),
    );
}

#[test]
fn what_is_missing_is_found_at_the_model() {
    holds(&models(
        "      - ⟦catalog/missing-quantization A⟧
      - { name: ⟦catalog/missing-thinking-capability B⟧, quantization: fp8, llm: { thinking_capability: ~ } }
      - { name: ⟦catalog/no-configuration C⟧, quantization: fp8, configurations: [] }
      - { name: ⟦catalog/missing-tp D⟧, quantization: fp8, hardware: { H100: { tp: ~ } } }
      - { base_name: ⟦catalog/unused-override E⟧, quantizations: [fp8], valid_quants: { base: [bf16] } }
",
    ));
}

/// What is known of published weights counts, not the precision that stands in for one that nobody named.
#[test]
fn weights_take_the_memory_of_their_own_precision() {
    let model = "      - { name: A, quantization: fp8 }\n      - { name: B, quantization: fp8, hardware: { H100: { tp: 8, extra_args: [--quantization, fp8] } } }\n";
    let site = |facts: &str| {
        let site = Site::new().with("data/models/facts/qwen.yaml", facts).with(SOURCE, &models(model));
        let site = FILES.iter().fold(site, |site, (path, text)| site.with(path, text));
        let run = site.run(&["check", "--format", "concise"]);
        let about = run.stdout.lines().filter(|line| line.contains("memory/weights-fit"));
        about.map(|line| line.split('`').nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    let facts = |precision: &str| {
        ["A", "B"]
            .map(|name| format!("Qwen/{name}: {{ parameters: 700B, precision: {precision} }}\n"))
            .concat()
    };
    assert_eq!(site(&facts("fp8")), ["Qwen/A", "Qwen/B"]);
    assert_eq!(site(&facts("int4")), ["Qwen/B"]);
}

#[test]
fn contradictions_are_found() {
    holds(&models(
        "      - { name: A, quantization: bf16, model_path: a/b }
      - { name: B, quantization: fp8, model_path: ⟦catalog/same-weights a/b⟧ }
      - { base_name: ⟦catalog/name-repeats-family F-X⟧, quantization: fp8 }
      - { base_name: Y, quantizations: [bf16, fp8], model_path: ⟦catalog/shared-model-path a/y⟧ }
      - name: C
        quantization: fp8
        configurations:
          - { name: half, ⟦catalog/prefill-and-decode prefill⟧: { tp: 8 } }
          - { name: both, prefill: { tp: 8 }, decode: { tp: 8 }, ep: ⟦catalog/prefill-and-decode 2⟧ }
          - name: whole
",
    ));
}
