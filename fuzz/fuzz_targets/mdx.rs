//! Any text is read as a page of MDX in each way that a site can ask for, as a part with exports, and as a script with sidebars.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shardbook::page::{Surroundings, default_export, exported, parse_as};
use shardbook::text::SourceFile;
use shardbook::world::layout::{Anchors, Dialect, Format, Math};

fuzz_target!(|text: &str| {
    let source = SourceFile::new("docs/a.mdx", text);
    for dialect in [Dialect::Docusaurus, Dialect::Mdx] {
        let plain = Surroundings::default();
        let platform = Surroundings { math: Math::On, anchors: Anchors::Mintlify, ..plain };
        let markdown = Surroundings { format: Format::Md, ..platform };
        for around in [plain, platform, markdown] {
            let page = parse_as(&source, dialect, around);
            for finding in &page.findings {
                let _ = finding.primary.location.text();
            }
            for snippet in &page.value.snippets {
                let _ = snippet.code.text();
            }
        }
    }
    let _ = exported(text);
    let _ = default_export(text);
});
