#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads the repository and runs other programs itself")]
#![expect(clippy::print_stderr, reason = "says why a part was skipped")]
//! The schemas: current, made from the reader's own tables, and judged by validators that are not ours.
//!
//! The validator is Python's `jsonschema` with PyYAML, the compiler is npm's `typescript`. Where they can't be had, the
//! tests that need them say so and pass.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};
use support::{Run, Site, program};

const SUBJECTS: [&str; 7] = ["source", "compiled", "site", "catalog", "model", "configuration", "report"];

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn schema(subject: &str) -> Value {
    let run = Run::of(program(repository()).args(["schema", "json", subject])).code(0);
    serde_json::from_str(&run.stdout).unwrap()
}

/// The YAML files below a folder of the repository.
fn yaml_files(folder: &str) -> Vec<PathBuf> {
    let all = walkdir::WalkDir::new(repository().join(folder)).sort_by_file_name().into_iter();
    let files = all.map(|entry| entry.unwrap().into_path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")).collect()
}

/// What stands in a file and what is wrong with it, by a validator that is not ours: `None` where there is none.
fn validate(questions: &[(Value, Vec<PathBuf>)]) -> Option<Vec<Vec<Option<String>>>> {
    const SCRIPT: &str = r"
import json, sys
import yaml
from jsonschema import Draft202012Validator
Loader = getattr(yaml, 'CSafeLoader', yaml.SafeLoader)
answers = []
for schema, files in json.load(sys.stdin):
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    answer = []
    for name in files:
        with open(name, encoding='utf-8') as file:
            data = json.load(file) if name.endswith('.json') else yaml.load(file, Loader)
        error = next(validator.iter_errors(data), None)
        answer.append(None if error is None else f'{error.json_path}: {error.message[:300]}')
    answers.append(answer)
json.dump(answers, sys.stdout)
";
    let python = python()?;
    let mut child = Command::new(python)
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    serde_json::to_writer(child.stdin.take().unwrap(), questions).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the validator runs, and takes each schema for one");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// A Python that has `jsonschema` and PyYAML: the machine's own, or one of an environment below `target/`.
fn python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    let has = |python: &Path| {
        let mut command = Command::new(python);
        command.args(["-c", "import yaml, jsonschema; jsonschema.Draft202012Validator"]);
        command.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    PYTHON
        .get_or_init(|| {
            let own = PathBuf::from("python3");
            if has(&own) {
                return Some(own);
            }
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("jsonschema");
            let python = folder.join("bin/python");
            let run = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
            if !has(&python) {
                let _ = run(Command::new("python3").args(["-m", "venv"]).arg(&folder))
                    && run(Command::new(&python).args([
                        "-m",
                        "pip",
                        "install",
                        "-q",
                        "jsonschema",
                        "pyyaml",
                    ]));
            }
            if has(&python) {
                return Some(python);
            }
            eprintln!("skipped: there is no Python with jsonschema and PyYAML");
            None
        })
        .as_deref()
}

#[track_caller]
fn all_valid(files: &[PathBuf], answers: &[Option<String>]) {
    assert_eq!(files.len(), answers.len());
    let wrong: Vec<String> = files
        .iter()
        .zip(answers)
        .filter_map(|(file, answer)| Some(format!("{}: {}", file.display(), answer.as_ref()?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn committed_schemas_are_current() {
    let site = Site::empty();
    let out = site.path("out");
    for kind in ["json", "typescript"] {
        Run::of(program(repository()).args(["schema", kind, "--out"]).arg(&out)).code(0);
    }
    let mut names: Vec<String> = SUBJECTS.iter().map(|subject| format!("{subject}.schema.json")).collect();
    names.push("engine.d.ts".into());
    for name in names {
        let committed =
            fs::read_to_string(repository().join("data/schema/json").join(&name)).unwrap_or_default();
        let ours = fs::read_to_string(out.join(&name)).unwrap();
        assert!(ours == committed, "data/schema/json/{name} is stale; `just schema` writes it");
    }
}

#[test]
fn every_key_of_a_reader_has_a_schema() {
    fn walk(value: &Value, path: &str) {
        match value {
            Value::Object(map) => {
                if let Some(Value::Object(properties)) = map.get("properties") {
                    for (key, schema) in properties {
                        assert!(
                            !schema.is_null(),
                            "{path}: `{key}` is known to its reader and not to the schema"
                        );
                    }
                }
                map.iter().for_each(|(key, value)| walk(value, &format!("{path}/{key}")));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, path)),
            _ => {}
        }
    }
    for subject in SUBJECTS {
        walk(&schema(subject), subject);
    }
}

#[test]
fn modelines_lead_to_the_schemas() {
    let sources = yaml_files("data/models/src").into_iter().map(|file| (file, "source"));
    for (file, subject) in sources.chain([(repository().join("site.yaml"), "site")]) {
        let text = fs::read_to_string(&file).unwrap();
        let first = text.lines().next().unwrap();
        let path = first.strip_prefix("# yaml-language-server: $schema=");
        let path = path.unwrap_or_else(|| panic!("{} has no modeline", file.display()));
        let target = file.parent().unwrap().join(path).canonicalize().unwrap();
        let wanted = repository().join(format!("data/schema/json/{subject}.schema.json"));
        assert_eq!(target, wanted.canonicalize().unwrap(), "{}", file.display());
    }
}

#[test]
fn another_validator_takes_all_our_data() {
    let files = vec![
        (schema("source"), yaml_files("data/models/src")),
        (schema("compiled"), yaml_files("data/models/generated")),
        (schema("site"), vec![repository().join("site.yaml")]),
    ];
    assert!(files[0].1.len() > 20 && files[1].1.len() == files[0].1.len());
    let Some(answers) = validate(&files) else { return };
    for ((_, files), answers) in files.iter().zip(&answers) {
        all_valid(files, answers);
    }
}

/// Faults, each in a file that is right without it: the subject, what is right, and what is wrong.
const BROKEN: [(&str, &str, &str); 22] = [
    ("source", "vendor: qwen", "vendr: qwen"),
    ("source", "vendor: qwen", "vendor: nobody"),
    ("source", "vendor: qwen\n", ""),
    ("source", "H200: { tp: 2 }", "H20O: { tp: 2 }"),
    ("source", "H200: { tp: 2 }", "H200: { tp: 0 }"),
    ("source", "H200: { tp: 2 }", "H200: { tp: two }"),
    ("source", "H200: { tp: 2 }", "H200: { tensor: 2 }"),
    ("source", "H200: { tp: 2 }", "H200: { tp: 2, enable_dp_attention: 1 }"),
    ("source", "- name: default", "- nam: default"),
    ("source", "extra_args: [--trust-remote-code]", "extra_args: --trust-remote-code"),
    ("source", "extra_args: [--trust-remote-code]", "extra_args: [0.8]"),
    ("source", "nodes: single", "nodes: both"),
    ("source", "quantizations: [bf16, fp8]", "quantizations: []"),
    ("source", "base_name: 8B", "name: 8B"),
    ("source", "thinking_capability: hybrid", "thinking_capability: sometimes"),
    ("compiled", "engine: { tp: 2 }", "engine: null"),
    ("compiled", "engine: { tp: 2 }", "engine: { dp: 2 }"),
    ("compiled", "engine: { tp: 2 }", "engine: { tp: 2 }, prefill: { tp: 1 }, decode: { tp: 1 }"),
    ("compiled", "llm: {}", "llm: {}, diffusion: {}"),
    ("site", "title: A", "titel: A"),
    ("site", "fail_on: warning", "fail_on: always"),
    ("site", "link/*: note", "link/*: hint"),
];

const SOURCE: &str = "\
vendor: qwen
families:
  - name: Qwen3
    llm: { thinking_capability: hybrid }
    hardware:
      H200: { tp: 2 }
      default: { dp: null }
    models:
      - Qwen3-Coder
      - base_name: 8B
        quantizations: [bf16, fp8]
        configurations:
          - name: default
            nodes: single
            extra_args: [--trust-remote-code]
";

const COMPILED: &str = "\
vendor: qwen
families:
  - name: Qwen3
    models:
      - name: Qwen3-8B
        model_path: Qwen/Qwen3-8B
        attributes: { llm: {} }
        hardware:
          H200:
            configurations:
              - { name: a, attributes: { nodes: single, optimization: balanced, quantization: fp8 }, engine: { tp: 2 } }
";

const SITE: &str = "title: A\nchecks: { minimum: 1, fail_on: warning }\nrules: { link/*: note }\n";

#[test]
fn another_validator_refuses_each_broken_file() {
    let folder = Site::empty();
    let mut questions: Vec<(Value, Vec<PathBuf>)> = Vec::new();
    let whole = |subject: &str| match subject {
        "source" => SOURCE,
        "compiled" => COMPILED,
        _ => SITE,
    };
    let write = |name: String, text: &str| {
        folder.write(&name, text.as_bytes());
        folder.path(&name)
    };
    for (number, (subject, right, wrong)) in BROKEN.into_iter().enumerate() {
        assert!(whole(subject).contains(right), "{right:?} is in the {subject} that is right");
        let text = whole(subject).replacen(right, wrong, 1);
        questions.push((
            schema(subject),
            vec![
                write(format!("{number}-right.yaml"), whole(subject)),
                write(format!("{number}-wrong.yaml"), &text),
            ],
        ));
    }
    let Some(answers) = validate(&questions) else { return };
    for ((subject, right, wrong), answer) in BROKEN.into_iter().zip(&answers) {
        assert_eq!(answer[0], None, "the {subject} that is right");
        assert!(answer[1].is_some(), "{subject}: {right:?} → {wrong:?} was taken");
    }
}

#[test]
fn another_validator_takes_all_that_is_published() {
    let site = Site::empty();
    let out = site.path("public");
    let base = "https://docs.example/sub/";
    Run::of(program(repository()).args(["build", "--base-url", base, "--out"]).arg(&out)).code(0);
    let published = |subject: &str| -> Value {
        let path = out.join(format!("api/schema/{subject}.schema.json"));
        let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(schema["$id"], format!("{base}api/schema/{subject}.schema.json"));
        schema
    };
    let (mut models, mut configurations) = (Vec::new(), Vec::new());
    for entry in walkdir::WalkDir::new(out.join("api")).sort_by_file_name() {
        let path = entry.unwrap().into_path();
        let depth = path.strip_prefix(out.join("api")).unwrap().components().count();
        if path.extension().is_some_and(|extension| extension == "json")
            && !path.starts_with(out.join("api/schema"))
        {
            match depth {
                1 => {}
                3 => models.push(path),
                _ => configurations.push(path),
            }
        }
    }
    let compiled: Vec<PathBuf> = walkdir::WalkDir::new(out.join("api/compiled"))
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file())
        .collect();
    assert!(models.len() >= 121, "{}", models.len());
    assert!(configurations.len() >= 300, "{}", configurations.len());
    assert_eq!(compiled.len(), yaml_files("data/models/generated").len());
    // What a model says of its compiled file leads there.
    for model in &models {
        let model: Value = serde_json::from_str(&fs::read_to_string(model).unwrap()).unwrap();
        for (version, address) in model["compiled"].as_object().unwrap() {
            let path = out.join(address.as_str().unwrap().strip_prefix("/sub/").unwrap());
            let text = fs::read_to_string(&path).unwrap();
            assert!(path.to_string_lossy().contains(version.as_str()));
            assert!(
                text.contains(&format!("name: {}\n", model["name"].as_str().unwrap())),
                "{}",
                path.display()
            );
        }
        assert_eq!(
            model["compiled"].as_object().unwrap().len(),
            model["catalog_versions"].as_array().unwrap().len()
        );
    }
    let questions = vec![
        (published("catalog"), vec![out.join("api/catalog.json")]),
        (published("model"), models),
        (published("configuration"), configurations),
        (published("compiled"), compiled),
    ];
    let Some(answers) = validate(&questions) else { return };
    for ((_, files), answers) in questions.iter().zip(&answers) {
        all_valid(files, answers);
    }
}

/// A folder with TypeScript's compiler.
fn typescript() -> Option<&'static Path> {
    static TSC: OnceLock<Option<PathBuf>> = OnceLock::new();
    TSC.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("typescript");
        let tsc = folder.join("node_modules/typescript/bin/tsc");
        if !tsc.is_file() {
            fs::create_dir_all(&folder).unwrap();
            let run = Command::new("npm")
                .args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"])
                .arg(&folder)
                .arg("typescript@5.9.3")
                .output();
            if !run.is_ok_and(|output| output.status.success()) {
                eprintln!("skipped: npm is missing or has no typescript");
                return None;
            }
        }
        Some(tsc)
    })
    .as_deref()
}

/// Runs `tsc --strict` on a program beside the types, and gives what it says.
fn tsc(program: &str) -> Option<Result<(), String>> {
    let tsc = typescript()?;
    let site = Site::empty();
    let types = Run::of(support::program(repository()).args(["schema", "typescript"])).code(0).stdout;
    let site = site.with("engine.d.ts", &types).with("main.ts", program);
    let output = Command::new("node")
        .arg(tsc)
        .args(["--strict", "--exactOptionalPropertyTypes", "--noEmit", "main.ts", "engine.d.ts"])
        .current_dir(site.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(if output.status.success() { Ok(()) } else { Err(said) })
}

#[test]
fn the_types_are_those_of_the_guide_under_strict() {
    // Equal in shape: each of the two takes exactly what the other does, in the four fields that the guide has.
    let program = "
import type { CompiledFile, EngineConfig } from './engine';
interface Guide { tp: number; dp?: number | null; ep?: number | null; enable_dp_attention?: boolean | null }
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
type Flat<T> = { [K in keyof T]: T[K] };
const same: Same<Flat<Pick<EngineConfig, keyof Guide>>, Flat<Guide>> = true;
const guide: Guide = { tp: 8, dp: null };
const ours: EngineConfig = guide;
const file: CompiledFile = {
  vendor: 'qwen',
  families: [{ name: 'Qwen3', models: [{
    name: 'Qwen3-8B', model_path: 'Qwen/Qwen3-8B',
    attributes: { llm: { tool_parser: 'qwen', thinking_capability: 'hybrid' } },
    hardware: { H200: { configurations: [{
      name: 'default', attributes: { nodes: 'single', optimization: 'balanced', quantization: 'fp8' },
      engine: { tp: 1, env_vars: {}, extra_args: ['--trust-remote-code'] },
    }] } },
  }] }],
};
export { same, ours, file };
";
    let Some(said) = tsc(program) else { return };
    assert_eq!(said, Ok(()));
    for wrong in [
        "import type { EngineConfig } from './engine'; export const a: EngineConfig = {};",
        "import type { EngineConfig } from './engine'; export const a: EngineConfig = { tp: null };",
        "import type { EngineConfig } from './engine'; export const a: EngineConfig = { tp: 1, dp: 'two' };",
        "import type { EngineConfig } from './engine'; export const a: EngineConfig = { tp: 1, tensor: 1 };",
        "import type { Servers } from './engine'; export const a: Servers = { prefill: { tp: 1 } };",
    ] {
        assert!(tsc(wrong).unwrap().is_err(), "{wrong}");
    }
}

/// A catalog of one model that uses a field which our own schema lacks.
fn site_with_a_new_field() -> Site {
    let schema = fs::read_to_string(repository().join("data/schema/engine.yaml")).unwrap();
    let field = "
  attn_cp:
    type: integer
    minimum: 1
    default: 1
    group: parallelism
    summary: Context parallelism of attention
    description: A request's tokens are split over this many GPUs.
    flags:
      - versions: \">=0.5.10\"
        flag: --attn-cp-size
        aliases: [--attention-context-parallel-size]
";
    let source = "\
vendor: v
families:
  - name: A
    models:
      - name: A-1
        quantization: fp8
        hardware: { H200: { tp: 2, attn_cp: 2 } }
        configurations: [{ name: default, optimization: balanced }]
";
    Site::new()
        .with("data/schema/engine.yaml", &format!("{schema}{field}"))
        .with("data/models/vendors.yaml", "vendors: { v: { name: V, huggingface_org: V-Org } }\n")
        .with("data/models/src/v0.5.10/a.yaml", source)
        .with_page(
            "content/guide.md",
            "# Guide\n\n::fields\n\n```yaml {derive model=\"V-Org/A-1\" hardware=H200}\ntp: 2\nattn_cp: 2\n```\n",
        )
}

#[test]
fn a_new_field_reaches_everything_without_another_edit() {
    let site = site_with_a_new_field();
    site.run(&["compile"]).code(0);
    let compiled = fs::read_to_string(site.path("data/models/generated/v0.5.10/a.yaml")).unwrap();
    assert!(compiled.contains("attn_cp: 2\n"), "compiled form:\n{compiled}");
    for subject in ["source", "compiled", "catalog"] {
        let schema: Value =
            serde_json::from_str(&site.run(&["schema", "json", subject]).code(0).stdout).unwrap();
        assert!(schema.to_string().contains("\"attn_cp\":{"), "{subject}");
    }
    let types = site.run(&["schema", "typescript"]).code(0).stdout;
    assert!(types.contains("  attn_cp?: number | null;"), "{types}");
    site.build(&[]).code(0);
    let published = site.published();
    let text = |path: &str| String::from_utf8_lossy(&published[path]).into_owned();
    let model: Value = serde_json::from_str(&text("api/models/v/a-1.json")).unwrap();
    let server = &model["hardware"]["H200"][0]["servers"][0];
    assert_eq!(server["fields"], json!({ "tp": 2, "attn_cp": 2 }));
    assert!(server["commands"].to_string().contains("\"--attn-cp-size\",\"2\""), "{server}");
    assert!(text("models/v/a-1/index.html").contains("attn_cp"), "the matrix and the page of the model");
    assert!(
        text("guide/index.html").contains("Context parallelism of attention"),
        "the guide's table of fields"
    );
}

#[test]
fn one_document_holds_all_schemas() {
    let all: Value =
        serde_json::from_str(&Run::of(program(repository()).args(["schema", "json"])).code(0).stdout)
            .unwrap();
    let files = vec![(all, vec![repository().join("site.yaml"), yaml_files("data/models/src").remove(0)])];
    let Some(answers) = validate(&files) else { return };
    all_valid(&files[0].1, &answers[0]);
}
