#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]
#![expect(clippy::disallowed_methods, reason = "a test reads its own fixtures")]
//! No text makes the readers panic: what the fuzz targets of `fuzz/` keep in their corpus, and random text made of
//! what each reader cares about. `PROPTEST_CASES=200000 cargo test --release --test corpus` looks harder.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use shardbook::engine::argparse::{Word, parse};
use shardbook::engine::spec::EngineSpec;
use shardbook::page::{Surroundings, default_export, exported, parse_as};
use shardbook::text::{Excerpt, SourceFile};
use shardbook::verify::config_file;
use shardbook::verify::shell::invocations;
use shardbook::world::layout::Dialect;
use shardbook::world::reader::documents;

static SPEC: LazyLock<EngineSpec> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/engines/sglang/0.5.10.yaml");
    EngineSpec::read(&fs::read_to_string(path).unwrap()).unwrap()
});

fn shell(text: &str) {
    let excerpt = Excerpt::whole(&SourceFile::new("a.sh", text));
    for console in [false, true] {
        let read = invocations(&excerpt, console);
        for invocation in &read.value {
            for word in &invocation.words {
                assert!(word.origin.location().span.end <= text.len());
            }
        }
        for finding in &read.findings {
            assert!(text.contains(finding.primary.location.text()));
        }
    }
}

fn yaml(text: &str) {
    let excerpt = Excerpt::whole(&SourceFile::new("a.yaml", text));
    for finding in documents(&excerpt).findings {
        assert!(text.contains(finding.primary.location.text()));
    }
}

fn argparse(text: &str) {
    let words: Vec<Word> =
        text.lines().map(|line| Word { text: line.to_owned(), opaque: line.starts_with('$') }).collect();
    for name in ["sglang.launch_server", "sglang.serve.diffusion", "sglang_router.launch_router"] {
        let program = SPEC.program(name).unwrap();
        for problem in parse(program.parser(), &words).problems {
            let word = problem.word.map(|word| words[word].text.as_str());
            assert!(word.is_none_or(|word| word.get(problem.range.clone()).is_some()), "{problem:?}");
        }
    }
}

fn config(text: &str) {
    let program = SPEC.program("sglang.launch_server").unwrap();
    for document in documents(&Excerpt::whole(&SourceFile::new("a.yaml", text))).value {
        let Some(words) = config_file::words(program, &document) else { continue };
        for problem in parse(program.parser(), &words).problems {
            let word = problem.word.map(|word| words[word].text.as_str());
            assert!(word.is_none_or(|word| word.get(problem.range.clone()).is_some()), "{problem:?}");
        }
    }
}

fn mdx(text: &str) {
    let source = SourceFile::new("docs/a.mdx", text);
    for dialect in [Dialect::Docusaurus, Dialect::Mdx] {
        let page = parse_as(&source, dialect, Surroundings::default());
        for finding in &page.findings {
            assert!(text.contains(finding.primary.location.text()));
        }
        for snippet in &page.value.snippets {
            assert!(snippet.fence.end <= text.len());
        }
        for link in &page.value.links {
            assert!(text.get(link.destination_span.start..link.destination_span.end).is_some());
        }
    }
    exported(text);
    default_export(text);
}

fn replay(name: &str, reader: fn(&str)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut count = 0;
    for entry in folder.read_dir().unwrap() {
        reader(&String::from_utf8_lossy(&fs::read(entry.unwrap().path()).unwrap()));
        count += 1;
    }
    assert!(count > 0);
}

#[test]
fn the_corpus_is_read() {
    replay("shell", shell);
    replay("yaml", yaml);
    replay("argparse", argparse);
    replay("config", config);
    replay("mdx", mdx);
}

/// Texts made of the given parts and of some of their own.
fn soup(parts: &'static [&'static str]) -> impl Strategy<Value = String> {
    let part = prop_oneof![4 => proptest::sample::select(parts).prop_map(str::to_owned), 1 => "\\PC{0,4}"];
    proptest::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

const SHELL: &[&str] = &[
    "a",
    " ",
    "\n",
    "\\",
    "\\\n",
    "'",
    "\"",
    "$",
    "${x}",
    "$(",
    ")",
    "`",
    "<<E",
    "\nE\n",
    "<",
    ">",
    "&&",
    ";",
    "|",
    "#",
    "[m]",
    "...",
    "--tp",
    "=",
    "docker run ",
    "bash -c ",
    "python -m ",
    "x=(",
    "for i in ",
    "do ",
    "done",
    "é",
    "“",
    "$ ",
    ">>> ",
    "{",
    "}",
    "if ",
    "then ",
    "fi",
];
const YAML: &[&str] = &[
    "a", ": ", "\n", "  ", "- ", "[", "]", "{", "}", ", ", "&a ", "*a", "\"", "'", "|", ">", "#", "---\n",
    "? ", "!!str ", "\\u", "é", "\t", "1", "~", "%", "<<: ",
];
const CONFIG: &[&str] = &[
    "model-path: ",
    "tp: ",
    "tp_size: ",
    "trust-remote-code: ",
    "lora-paths: ",
    "\n",
    "8",
    "true",
    "\"true\"",
    "0x1f",
    "010",
    "1_0",
    "1:30",
    ".inf",
    "1e3",
    "-1",
    "~",
    "[",
    ", ",
    "]",
    "{a: ",
    "}",
    "- ",
    "  ",
    "'",
    "é",
    "&a ",
    "*a",
    "|\n  ",
    "2026-11-26",
];
const MDX: &[&str] = &[
    "a",
    " ",
    "\n",
    "\n\n",
    "    ",
    "- ",
    "> ",
    "1. ",
    "# ",
    "```",
    "~~~\n",
    "`",
    "<",
    ">",
    "</",
    "/>",
    "<A>",
    "</A>",
    "<Tabs>",
    "</Tabs>",
    "<TabItem value=\"a\">",
    "</TabItem>",
    "<details>",
    "<summary>",
    "</summary>",
    "<b>",
    "</b>",
    "<br/>",
    "<>",
    "</>",
    " b={",
    " c=\"",
    "{",
    "}",
    "{/*",
    "*/}",
    "<!--",
    "-->",
    "import A from './_a.mdx'\n",
    "export const a = ",
    "export default ",
    "module.exports = ",
    "[",
    "]",
    "...a",
    "a => ",
    "${",
    "(",
    ")",
    "'",
    "\"",
    ":::",
    ":::note",
    "::::tip[",
    "::a",
    "\\",
    "|",
    "|-|\n",
    "é",
    "\u{e}",
    "｜",
    "---\n",
    "{#a}",
    "&lt;",
];
const ARGPARSE: &[&str] = &[
    "--tp-size",
    "--tp",
    "--model-path",
    "--",
    "-",
    "=",
    "\n",
    "$x",
    "1",
    "-1",
    "1e5",
    "{\"a\":",
    "}",
    "é",
    "--lora-paths",
    "--vae-path",
    "--prefill",
    "none",
    "--log-level",
    "true",
    "--no-",
    "x",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_shell_text_is_read(text in soup(SHELL)) {
        shell(&text);
    }

    #[test]
    fn any_yaml_is_read(text in soup(YAML)) {
        yaml(&text);
    }

    #[test]
    fn any_config_file_is_read(text in soup(CONFIG)) {
        config(&text);
    }

    #[test]
    fn any_mdx_is_read(text in soup(MDX)) {
        mdx(&text);
    }

    #[test]
    fn any_words_are_parsed(text in soup(ARGPARSE)) {
        argparse(&text);
    }
}
