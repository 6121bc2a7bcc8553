//! The catalog that this repository ships: its files are read without a finding, and everything that they refer to
//! is there.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

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
