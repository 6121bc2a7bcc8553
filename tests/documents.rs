#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads its own fixtures")]
//! Documents of unusual shape: how they are rendered, and where their faults are.
//!
//! Each `tests/documents/*.md` has its content as HTML and its findings beside it in `*.expected`. After a change
//! that is meant, refresh them with `SHARDBOOK_BLESS=1 cargo test --test documents` and read the difference.

use std::fs;
use std::path::{Path, PathBuf};

use shardbook::diagnostic::finding::sort;
use shardbook::diagnostic::report::concise;
use shardbook::pipeline::load::load;
use shardbook::pipeline::{Options, run};
use shardbook::world::Memory;

const SITE: &str = "engine: sglang@0.5.10\ncontent: [content, {folder: docusaurus, dialect: docusaurus, route: /d}, {folder: mdx, dialect: mdx, route: /m}]\n";
const TEMPLATE: &str = "{{ page.content | safe }}";

fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents");
    let mut paths: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "md" || ending == "mdx"));
    paths.sort();
    paths
}

#[test]
fn documents_are_rendered_as_expected() {
    let documents = documents();
    let name = |path: &Path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        // The first word of a foreign document is its dialect.
        let dialect = ["docusaurus", "mdx"].into_iter().find(|dialect| name.starts_with(dialect));
        format!("{}/{name}", dialect.unwrap_or("content"))
    };
    let mut world = Memory::new().with("templates/page.html", TEMPLATE);
    world = world
        .with("site.yaml", SITE)
        .with("docusaurus/a.png", "")
        .with("docusaurus/_part.mdx", "## A part\n\nIts {'text'}.\n");
    for path in &documents {
        world = world.with(name(path), fs::read(path).unwrap());
    }
    let mut loaded = load(&world).unwrap();
    let options = Options { render: true, ..Options::default() };
    let built = run(&loaded.value, &options, &|_| {}).take(&mut loaded.findings);
    sort(&mut loaded.findings);
    let mut stale = Vec::new();
    for path in &documents {
        let (_, route) = built.pages.iter().find(|(file, _)| *file == name(path)).expect("a page");
        let html = built.artifact.get(&route.output()).expect("its file");
        let mut text = String::from_utf8(html.to_vec()).unwrap();
        let own =
            loaded.findings.iter().filter(|finding| finding.primary.location.source.path() == name(path));
        for finding in own {
            text.push_str(&format!("\n{}", concise::line(finding)));
        }
        text.push('\n');
        let expected = path.with_extension("expected");
        let known = fs::read_to_string(&expected).unwrap_or_default();
        if known != text {
            if std::env::var_os("SHARDBOOK_BLESS").is_some() {
                fs::write(&expected, &text).unwrap();
            } else {
                stale.push(format!("{}\n--- expected\n{known}\n--- is\n{text}", path.display()));
            }
        }
    }
    assert!(stale.is_empty(), "{}", stale.join("\n"));
}
