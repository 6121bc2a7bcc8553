//! The catalog that this repository ships: its files are read without a finding, and everything that they refer to
//! is there.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it skipped"
)]

use std::sync::Arc;
use std::time::Instant;

use shardbook::catalog::emit::emit;
use shardbook::catalog::{Catalog, read_compiled};
use shardbook::diagnostic::Checked;
use shardbook::engine::fields::Schema;
use shardbook::text::SourceFile;
use shardbook::world::{Disk, World};

fn schema() -> Schema {
    Schema::read(&SourceFile::new("engine.yaml", include_str!("../data/schema/engine.yaml"))).value
}

fn files() -> Vec<Arc<SourceFile>> {
    let disk = Disk::new(env!("CARGO_MANIFEST_DIR"));
    let paths = disk.files("data").unwrap().into_iter().filter(|path| path.ends_with(".yaml"));
    let read = |path: String| {
        let text = String::from_utf8(disk.read(&path).unwrap()).unwrap();
        SourceFile::new(path, text)
    };
    paths.map(read).collect()
}

#[test]
fn it_is_without_findings_and_survives_being_written_and_read() {
    let schema = schema();
    let Checked { value: catalog, findings } = Catalog::from_files(&files(), &schema);
    let found: Vec<String> = findings
        .iter()
        .map(|f| {
            let at = &f.primary.location;
            format!("{}:{} {} {}", at.source.path(), at.start().line, f.rule.name, f.message)
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
    assert!(catalog.latest().is_some());
    for (_, version) in catalog.versions() {
        for file in version.files() {
            let text = emit(file, &schema);
            let again = read_compiled::read(&SourceFile::new("compiled.yaml", text.clone()), &schema);
            assert!(again.findings.is_empty(), "{:#?}", again.findings);
            assert!(again.value == *file);
            assert_eq!(emit(&again.value, &schema), text);
        }
    }
}

#[test]
fn time_grows_with_the_number_of_models() {
    let source = |families: usize| {
        let mut text = String::from("vendor: qwen\ndefaults:\n  hardware:\n");
        for id in ["A100", "H100", "H200", "B200", "B300"] {
            text.push_str(&format!("    {id}: {{ tp: 8, extra_args: [--trust-remote-code] }}\n"));
        }
        text.push_str("  configurations:\n");
        for name in ["default", "high-throughput-dp", "high-throughput-ep", "speculative"] {
            text.push_str(&format!(
                "    - name: {name}\n      dp: 8\n      env_vars: {{ A: \"1\" }}\n      extra_args: [--mem-fraction-static, \"0.8\", --speculative-algorithm, EAGLE]\n"
            ));
        }
        text.push_str("families:\n  - name: F\n    llm: { thinking_capability: hybrid, tool_parser: qwen }\n    models:\n");
        for index in 0..families {
            text.push_str(&format!("      - base_name: M{index}\n        quantizations: [bf16, fp8]\n"));
        }
        let mut all = files();
        all.retain(|file| !file.path().starts_with("data/models/src/"));
        all.push(SourceFile::new("data/models/src/v0.5.6/many.yaml", text));
        all
    };
    let time = |count: usize| {
        let files = source(count);
        let start = Instant::now();
        let Checked { value, findings } = Catalog::from_files(&files, &schema());
        assert!(findings.is_empty(), "{:#?}", findings[0]);
        let models = value.versions().next().unwrap().1.models();
        assert_eq!(models.map(|model| model.configurations().count()).sum::<usize>(), count * 2 * 5 * 4);
        let elapsed = start.elapsed();
        eprintln!("{count} entries: {elapsed:?}");
        elapsed
    };
    time(50);
    let (few, many) = (time(250), time(2500));
    assert!(many < few * 60, "{few:?} for a tenth of {many:?}");
}
