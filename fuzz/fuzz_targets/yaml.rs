//! Any text is read as YAML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shardbook::text::{Excerpt, SourceFile};
use shardbook::world::reader::documents;

fuzz_target!(|text: &str| {
    let excerpt = Excerpt::whole(&SourceFile::new("a.yaml", text));
    for finding in documents(&excerpt).findings {
        let _ = finding.primary.location.text();
    }
});
