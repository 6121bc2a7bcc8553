//! The compiler against a published catalog: 19 source files and what was made of them.
//!
//! The pairs lie outside of the repository, in a folder `shared` beside it or above it; without it these tests
//! say so and check nothing.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it skipped"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use shardbook::catalog::compile::{Tables, compile};
use shardbook::catalog::compiled::CompiledFile;
use shardbook::catalog::emit::emit;
use shardbook::catalog::hardware::HardwareTable;
use shardbook::catalog::read_compiled;
use shardbook::catalog::source;
use shardbook::catalog::vendors::Vendors;
use shardbook::diagnostic::{Diagnostic, Level};
use shardbook::engine::fields::Schema;
use shardbook::text::SourceFile;
use shardbook::world::{Disk, World};

const HARDWARE: &str = "hardware:
  A100: { vendor: NVIDIA, memory_gb: 80, gpus_per_node: 8, architecture: Ampere }
  H100: { vendor: NVIDIA, memory_gb: 80, gpus_per_node: 8, architecture: Hopper }
  H200: { vendor: NVIDIA, memory_gb: 141, gpus_per_node: 8, architecture: Hopper }
  B200: { vendor: NVIDIA, memory_gb: 180, gpus_per_node: 8, architecture: Blackwell }
";

struct Pair {
    name: String,
    source: Arc<SourceFile>,
    compiled: CompiledFile,
    findings: Vec<Diagnostic>,
    expected: Arc<SourceFile>,
}

fn schema() -> Schema {
    Schema::read(&SourceFile::new("engine.yaml", include_str!("../data/schema/engine.yaml"))).value
}

fn folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.ancestors().map(|above| above.join("shared/cookbook-v0.5.6")).find(|folder| folder.is_dir())
}

fn file(disk: &Disk, path: &str) -> Arc<SourceFile> {
    SourceFile::new(path, String::from_utf8(disk.read(path).unwrap()).unwrap())
}

fn pairs() -> Vec<Pair> {
    let Some(folder) = folder() else {
        eprintln!("skipped: there is no folder `shared/cookbook-v0.5.6` above the repository");
        return Vec::new();
    };
    let disk = Disk::new(folder);
    let vendors = Vendors::read(&file(&disk, "models/vendors.yaml"));
    assert!(vendors.findings.is_empty(), "{:#?}", vendors.findings);
    let hardware = HardwareTable::read(&SourceFile::new("hardware.yaml", HARDWARE)).value;
    let schema = schema();
    let paths = disk.files("models/src").unwrap();
    assert_eq!(paths.len(), 19);
    let compiled = paths.iter().map(|path| {
        let source = file(&disk, path);
        let mut findings = Vec::new();
        let shape = source::read(&source, &schema).take(&mut findings);
        let tables = Tables { vendors: &vendors.value, hardware: &hardware, schema: &schema };
        let compiled = compile(&shape, tables).take(&mut findings);
        let expected = file(&disk, &path.replace("/src/", "/generated/"));
        let name = path.rsplit('/').next().unwrap().to_owned();
        Pair { name, source, compiled, findings, expected }
    });
    compiled.collect()
}

/// The values of a text in the order in which they stand, without anchors.
fn ordered(text: &str) -> String {
    let value: serde_json::Value = serde_yaml::from_str(text).unwrap();
    serde_json::to_string_pretty(&value).unwrap()
}

/// The one value that is meant to differ: an explicit null takes the family's value away here.
fn expected(pair: &Pair) -> String {
    let text = pair.expected.text();
    if pair.name != "deepseek.yaml" {
        return text.to_owned();
    }
    let at = text.find("- name: DeepSeek-V3.2-Speciale").expect("the model with the null");
    let (before, after) = text.split_at(at);
    assert!(after.contains("tool_parser: deepseekv32\n"));
    format!("{before}{}", after.replacen("tool_parser: deepseekv32\n", "tool_parser: null\n", 1))
}

#[test]
fn every_value_is_the_reference_s() {
    for pair in pairs() {
        let text = emit(&pair.compiled, &schema());
        similar(&pair.name, &ordered(&text), &ordered(&expected(&pair)));
    }
}

#[test]
fn the_text_is_the_reference_s_where_that_has_no_anchors() {
    let mut same = 0;
    for pair in pairs().iter().filter(|pair| !pair.expected.text().contains("&id")) {
        similar(&pair.name, &emit(&pair.compiled, &schema()), &expected(pair));
        same += 1;
    }
    assert!(folder().is_none() || same == 15, "{same} files without anchors");
}

#[test]
fn the_reference_is_read_as_what_we_compile() {
    for pair in pairs() {
        let theirs = SourceFile::new(pair.expected.path(), expected(&pair));
        let read = read_compiled::read(&theirs, &schema());
        assert!(read.findings.is_empty(), "{}: {:#?}", pair.name, read.findings);
        assert!(read.value == pair.compiled, "{}", pair.name);
    }
}

#[track_caller]
fn similar(name: &str, ours: &str, theirs: &str) {
    let different = ours.lines().zip(theirs.lines()).enumerate().find(|(_, (a, b))| a != b);
    assert!(ours == theirs, "{name}: first difference {different:?}");
}

#[test]
fn the_reference_has_only_these_mistakes() {
    let mut found: Vec<String> = Vec::new();
    for pair in pairs() {
        for finding in pair.findings.iter().filter(|finding| finding.level >= Level::Warning) {
            let start = finding.primary.location.start();
            let place = format!("{}:{}", pair.name, start.line);
            assert_eq!(finding.primary.location.source.path(), pair.source.path());
            found.push(format!("{place} {} {}", finding.rule.name, finding.primary.location.text()));
        }
    }
    found.sort();
    if folder().is_some() {
        assert_eq!(
            found,
            [
                "kimi-k2.yaml:39 catalog/missing-quantization Kimi-K2-Instruct",
                "kimi-k2.yaml:44 catalog/missing-quantization Kimi-K2-Thinking",
                "llama4scout.yaml:61 catalog/same-weights meta-llama/Llama-4-Scout-17B-16E-Instruct",
                "mimo.yaml:26 catalog/name-repeats-family MiMo-V2-Flash",
            ]
        );
    }
}
