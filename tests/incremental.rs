//! A run that remembers the run before gives what a run that remembers nothing gives, whatever changed between.
#![expect(clippy::disallowed_methods, reason = "the length of the soak comes from the environment")]
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

#[path = "support/dice.rs"]
mod dice;

use std::collections::BTreeMap;
use std::sync::Arc;

use dice::Dice;
use shardbook::diagnostic::Diagnostic;
use shardbook::pipeline::load::load;
use shardbook::pipeline::memo::Memo;
use shardbook::pipeline::{Options, history, kept, run, run_again};
use shardbook::world::Memory;
use shardbook::world::cache::Cache;

/// The text of a page: titles, places in the order, headings, links that lead somewhere or nowhere, commands, includes.
fn page(dice: &mut Dice, names: &[&str]) -> String {
    let mut text = format!("---\ntitle: {}\n", dice.one(&["Alpha", "Beta", "Gamma 2", "Gamma 10"]));
    for line in [
        "description: D",
        "sidebar_position: 2",
        "sidebar_label: Short",
        "hide_search: true",
        "draft: true",
        "slug: moved",
        "aliases: [/old/]",
        "unknown: key",
    ] {
        if dice.below(4) == 0 {
            text.push_str(&format!("{line}\n"));
        }
    }
    text.push_str("---\n\n");
    for _ in 0..dice.below(7) {
        let other = names[dice.below(names.len())];
        let other = other.strip_prefix("content/").unwrap_or(other);
        let line = match dice.below(10) {
            0 => format!("## {}\n", dice.one(&["One", "Two", "Three"])),
            1 => format!("A [link](/{other}) and [one](/{other}#one).\n"),
            2 => "A [link](#two) and [none](nowhere.md).\n".into(),
            3 => format!(
                "```bash\npython -m sglang.launch_server --model-path m --tp-size {}\n```\n",
                dice.below(4)
            ),
            4 => "```yaml derive\ntp: 2\ndp: 2\n```\n".into(),
            5 => "::include{file=data/note.yaml}\n".into(),
            6 => "::hardware\n".into(),
            7 => "![](picture.svg)\n".into(),
            8 => "::::tabs\n:::tab A\nx\n:::\n::::\n".into(),
            _ => format!("Word {}.\n", dice.below(1000)),
        };
        text.push_str(&line);
        text.push('\n');
    }
    text
}

const NAMES: [&str; 11] = [
    "content/index.md",
    "content/a.md",
    "content/A.md",
    "content/guide/index.md",
    "content/guide/b.md",
    "content/guide/c.md",
    "content/guide/deep/d.md",
    "content/rules/cli/unknown-flag.md",
    "content/reference/how-it-is-checked.md",
    "content/404.md",
    "content/search.md",
];

/// Changes the site a little.
fn change(dice: &mut Dice, files: &mut BTreeMap<String, String>, days: &mut BTreeMap<String, i64>) {
    match dice.below(15) {
        13 => {
            let page = NAMES[dice.below(NAMES.len())];
            let path = dice.one(&[page, page, "data/note.yaml", "data/engines/sglang/0.5.10.yaml"]);
            days.insert(path.to_owned(), dice.below(3) as i64 * 100_000);
        }
        0 => {
            let path = dice.one(&["content/picture.svg", "static/picture.svg"]);
            if files.remove(path).is_none() {
                files.insert(path.to_owned(), format!("<svg>{}</svg>", dice.below(3)));
            }
        }
        1 => {
            files.insert("data/note.yaml".into(), format!("note: {}\n", dice.below(3)));
        }
        2 => {
            files.insert("static/site.css".into(), format!("a {{ width: {}px }}\n", dice.below(3)));
        }
        3 => {
            let label = dice.one(&["Guide", "Handbook", "[broken"]);
            files.insert("content/guide/_category_.yaml".into(), format!("label: {label}\n"));
        }
        4 => {
            let title = dice.one(&["Site", "Other"]);
            let more =
                dice.one(&["", "edit_url: https://e.example/{path}\n", "base_url: https://h.example/sub/\n"]);
            files.insert("site.yaml".into(), format!("title: {title}\n{more}"));
        }
        5 if dice.below(4) == 0 => {
            let toc = dice.one(&["", "{{ nothing.there }}", "<!-- x -->", "{% broken"]);
            files.insert("templates/partials/toc_small.html".into(), toc.to_owned());
        }
        6 => {
            files.remove(NAMES[dice.below(NAMES.len())]);
        }
        7 => {
            let (from, to) = (NAMES[dice.below(NAMES.len())], NAMES[dice.below(NAMES.len())]);
            if let Some(text) = files.remove(from) {
                files.insert(to.to_owned(), text);
            }
        }
        _ => {
            let text = page(dice, &NAMES);
            files.insert(NAMES[dice.below(NAMES.len())].to_owned(), text);
        }
    }
    files.entry("site.yaml".into()).or_insert_with(|| "title: Site\n".into());
}

/// How many steps the soak takes: `SHARDBOOK_SOAK=2000 cargo test --test incremental`.
fn steps() -> usize {
    std::env::var("SHARDBOOK_SOAK").ok().and_then(|steps| steps.parse().ok()).unwrap_or(60)
}

type Change = fn(&mut Dice, &mut BTreeMap<String, String>, &mut BTreeMap<String, i64>);

#[test]
fn a_run_with_a_memo_gives_what_a_run_without_gives() {
    soak("title: Site\n", change);
}

#[test]
fn pages_of_mdx_are_made_anew_when_what_they_take_in_changes() {
    let site = "title: Site\naliases: { \"@site\": \".\" }\ncontent:\n  - { folder: docs, dialect: docusaurus, pages: [\"**/*.{md,mdx,js}\"] }\n";
    soak(site, change_mdx);
}

const MDX: [&str; 6] = [
    "docs/index.mdx",
    "docs/a.mdx",
    "docs/b.md",
    "docs/_part.mdx",
    "docs/_other.mdx",
    "docs/deep/_inner.mdx",
];

/// Changes a site of MDX a little: pages hold parts, which hold parts, show files, and say what other files export.
fn change_mdx(dice: &mut Dice, files: &mut BTreeMap<String, String>, _: &mut BTreeMap<String, i64>) {
    let name = MDX[dice.below(MDX.len())];
    match dice.below(8) {
        0 => {
            files.remove(name);
        }
        1 => {
            let to = MDX[dice.below(MDX.len())];
            if let Some(text) = files.remove(name) {
                files.insert(to.to_owned(), text);
            }
        }
        2 => {
            let value = dice.one(&["'one'", "'two'", "3"]);
            files.insert("docs/values.js".into(), format!("export const word = {value};\n"));
        }
        3 => {
            files.remove("docs/values.js");
        }
        _ => {
            let mut text = String::from("---\ntitle: T\ndescription: D\n---\n\n");
            text.push_str("import Part from './_part.mdx';\nimport Other from '@site/docs/_other.mdx';\n");
            text.push_str(
                "import Inner from './deep/_inner.mdx';\nimport { word } from '@site/docs/values.js';\n",
            );
            text.push_str("import Source from '!!raw-loader!./values.js';\nimport CodeBlock from '@theme/CodeBlock';\n\n");
            for _ in 0..dice.below(5) {
                text.push_str(&match dice.below(7) {
                    0 => "<Part />\n\n".to_owned(),
                    1 => "<Other name=\"n\">Held.</Other>\n\n".to_owned(),
                    2 => "<Inner />\n\n".to_owned(),
                    3 => "The word is {word}.\n\n".to_owned(),
                    4 => "<CodeBlock language=\"js\">{Source}</CodeBlock>\n\n".to_owned(),
                    5 => format!("## Heading {}\n\n", dice.below(3)),
                    _ => "A [link](./a.mdx#heading-1), {props.name} and {props.children}.\n\n".to_owned(),
                });
            }
            files.insert(name.to_owned(), text);
        }
    }
}

/// Compares run after run, each after a change.
fn soak(site: &str, change: Change) {
    let mut dice = Dice::new(0);
    let mut files = BTreeMap::from([("site.yaml".to_owned(), site.to_owned())]);
    let mut days = BTreeMap::new();
    let mut memo = Memo::default();
    let folder = tempfile::tempdir().unwrap();
    for step in 0..steps() {
        change(&mut dice, &mut files, &mut days);
        let world = files.iter().fold(Memory::new(), |world, (path, text)| world.with(path, text.as_bytes()));
        let world = days.iter().fold(world, |world, (path, seconds)| world.committed(path, *seconds));
        let mut inputs = load(&world).unwrap().value;
        let options = Options { render: true, drafts: step % 3 == 0, ..Options::default() };
        // Now and then the program ends, and begins again with what it kept.
        if step % 5 == 4 {
            kept::write(&Cache::of(folder.path()), &memo);
            memo = kept::read(&mut Cache::of(folder.path()));
        }
        history::read(&world, &mut memo, &mut inputs);
        let whole = run(&inputs, &options, &|_| {});
        let again = run_again(&mut memo, &inputs, &Options { later: true, ..options }, &|_| {});
        let (mut artifact, mut findings) = (again.value.artifact, again.findings);
        if let Some(later) = again.value.later {
            for (path, bytes) in whole.value.artifact.files() {
                let found = artifact.get(path).or_else(|| later.get(path));
                assert!(found == Some(bytes), "step {step}: `{path}` differs");
            }
            later.add_to(&mut artifact, &mut findings);
        }
        let paths = |artifact: &shardbook::render::artifact::Artifact| {
            artifact
                .files()
                .map(|(path, bytes)| (path.to_owned(), Arc::clone(bytes)))
                .collect::<BTreeMap<_, _>>()
        };
        assert!(paths(&artifact) == paths(&whole.value.artifact), "step {step}: other files");
        shardbook::diagnostic::finding::sort(&mut findings);
        let shown = |findings: &[Diagnostic]| findings.iter().map(|f| format!("{f:?}")).collect::<Vec<_>>();
        let (is, wanted) = (shown(&findings), shown(&whole.findings));
        for (is, wanted) in is.iter().zip(&wanted) {
            assert_eq!(is, wanted, "step {step}");
        }
        assert_eq!(is.len(), wanted.len(), "step {step}");
        assert_eq!(again.value.summary.tally, whole.value.summary.tally, "step {step}");
        assert_eq!(again.value.summary.links, whole.value.summary.links, "step {step}");
    }
}
