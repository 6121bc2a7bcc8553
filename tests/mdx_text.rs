#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads its own fixtures")]
#![expect(clippy::print_stderr, reason = "says what was compared and why something was skipped")]
//! No text of a foreign page is lost: its visible words are those that the compiler of MDX makes of it.
//!
//! The pages are `tests/mdx/pages/` and the foreign ones of `tests/documents/`. `tests/mdx/render.mjs` renders them with
//! `@mdx-js/mdx` and the plugins that Docusaurus has, and shows of a component its title and its children. It needs
//! Node.js and the packages that `npm ci --ignore-scripts` installs in `tests/mdx`; without them the test says what is
//! missing and passes, unless `SHARDBOOK_MDX=required` is set, as `.ci/run` does.

#[path = "support/words.rs"]
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use shardbook::pipeline::load::load;
use shardbook::pipeline::{Options, run};
use shardbook::world::Memory;
use words::words;

const SITE: &str = "engine: sglang@0.5.10\ncontent: [{folder: docusaurus, dialect: docusaurus, route: /d}, {folder: mdx, dialect: mdx, route: /m}]\naliases: {\"@site\": docusaurus}\n";
const TEMPLATE: &str = "<h1>{% if page.heading %}{{ page.heading | safe }}{% else %}{{ page.title }}{% endif %}</h1>\n{{ page.content | safe }}";

/// What MDX refuses, and shardbook takes for text: in a document, and as MDX wants it written.
const MENDED: [(&str, &str); 3] = [
    ("{PORT}; a < b, <｜tool▁call▁end｜>", "\\{PORT}; a \\< b, \\<｜tool▁call▁end｜>"),
    ("import Gone from './_gone.mdx';\n", ""),
    ("<Gone />\n", ""),
];

#[test]
fn no_text_is_lost() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scripts = root.join("tests/mdx");
    let missing = missing(&scripts);
    if !missing.is_empty() {
        let required = std::env::var_os("SHARDBOOK_MDX").is_some();
        assert!(!required, "the comparison with MDX needs {}", missing.join(", "));
        eprintln!("skipped: the comparison with MDX needs {}", missing.join(", "));
        return;
    }
    let files = files(root);
    let ours = ours(&files);
    let theirs = theirs(&scripts, &files, ours.keys());
    let (mut count, mut wrong) = (0, Vec::new());
    for (path, ours) in &ours {
        let theirs = &theirs[path];
        count += theirs.len();
        if let Some(difference) = difference(ours, theirs) {
            wrong.push(format!("{path}: {difference}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 900, "only {count} words were compared");
    eprintln!("{count} words of {} pages are those of MDX", ours.len());
}

/// The files of both dialects, by their path in a site.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::from([
        ("docusaurus/_part.mdx".to_owned(), b"## A part\n\nIts {'text'}.\n".to_vec()),
        ("docusaurus/a.png".to_owned(), Vec::new()),
    ]);
    let pages = root.join("tests/mdx/pages");
    let mut folders = vec![pages.clone()];
    while let Some(folder) = folders.pop() {
        for path in folder.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&pages).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    for path in root.join("tests/documents").read_dir().unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some((dialect, _)) = name.split_once('-').filter(|_| name.ends_with(".mdx")) else { continue };
        files.insert(format!("{dialect}/{name}"), fs::read(&path).unwrap());
    }
    files
}

/// The words of the pages as they are published.
fn ours(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<String>> {
    let mut world = Memory::new().with("site.yaml", SITE).with("templates/page.html", TEMPLATE);
    for (path, bytes) in files {
        world = world.with(path, bytes.clone());
    }
    let mut loaded = load(&world).unwrap();
    let options = Options { render: true, ..Options::default() };
    let built = run(&loaded.value, &options, &|_| {}).take(&mut loaded.findings);
    let pages =
        built.pages.iter().filter(|(path, _)| path.starts_with("docusaurus/") || path.starts_with("mdx/"));
    pages
        .map(|(path, route)| {
            let html = built.artifact.get(&route.output()).expect("a page");
            (path.clone(), words(std::str::from_utf8(html).unwrap()))
        })
        .collect()
}

/// The words of the pages as MDX compiles them.
fn theirs<'p>(
    scripts: &Path,
    files: &BTreeMap<String, Vec<u8>>,
    pages: impl Iterator<Item = &'p String>,
) -> BTreeMap<String, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let bytes = match std::str::from_utf8(bytes) {
            Ok(text) => {
                MENDED.iter().fold(text.to_owned(), |text, (is, be)| text.replace(is, be)).into_bytes()
            }
            Err(_) => bytes.clone(),
        };
        fs::write(path, bytes).unwrap();
    }
    let paths: BTreeMap<&String, PathBuf> = pages.map(|path| (path, folder.path().join(path))).collect();
    let output =
        Command::new("node").arg("render.mjs").args(paths.values()).current_dir(scripts).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let rendered: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    paths
        .iter()
        .map(|(path, file)| {
            let page = &rendered[file.to_str().unwrap()];
            let html = page["html"].as_str().unwrap_or_else(|| panic!("MDX refuses {path}: {page}"));
            let title = title(path, std::str::from_utf8(&files[*path]).unwrap(), html);
            ((*path).clone(), words(&format!("{title}{html}")))
        })
        .collect()
}

/// The heading that the generator puts above a page: platforms always do, Docusaurus where the page has none.
fn title(path: &str, text: &str, html: &str) -> String {
    let first = html.find("<h").and_then(|at| html.as_bytes().get(at + 2));
    if path.starts_with("docusaurus/") && first == Some(&b'1') {
        return String::new();
    }
    let written = text.lines().find_map(|line| line.strip_prefix("title:")).unwrap();
    format!("<h1>{}</h1>", written.trim().trim_matches('"'))
}

/// Where two texts part, with the words around.
fn difference(ours: &[String], theirs: &[String]) -> Option<String> {
    if ours == theirs {
        return None;
    }
    let at = ours.iter().zip(theirs).position(|(ours, theirs)| ours != theirs);
    let at = at.unwrap_or(ours.len().min(theirs.len()));
    let around = |words: &[String]| words[at.saturating_sub(4)..words.len().min(at + 12)].join(" ");
    Some(format!("differs at word {at}\n  shardbook: {}\n  MDX:       {}", around(ours), around(theirs)))
}

fn missing(scripts: &Path) -> Vec<&'static str> {
    let runs =
        |program: &str| Command::new(program).arg("--version").output().is_ok_and(|out| out.status.success());
    let mut missing = Vec::new();
    if !runs("node") {
        missing.push("Node.js");
    }
    if !scripts.join("node_modules/@mdx-js/mdx").is_dir() {
        missing.push("`npm ci --ignore-scripts --prefix tests/mdx`");
    }
    missing
}
