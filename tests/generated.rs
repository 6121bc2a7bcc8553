//! What the generated pages tell a reader to run is read back from the published text and judged like a snippet that
//! somebody wrote, for every version that the page names.

use shardbook::diagnostic::Level;
use shardbook::diagnostic::report::concise;
use shardbook::engine::Engines;
use shardbook::engine::spec::EngineSpec;
use shardbook::engine::version::Version;
use shardbook::page;
use shardbook::pipeline::load::load;
use shardbook::pipeline::{Options, engines, run, stages};
use shardbook::text::SourceFile;
use shardbook::verify::context::Scope;
use shardbook::verify::kind::Kind;
use shardbook::verify::snippet::check;
use shardbook::world::Disk;

/// The versions in words such as `sglang 0.5.6 – 0.5.10, 0.5.23`.
fn versions<'a>(words: &str, engines: &'a Engines) -> Vec<&'a EngineSpec> {
    let version = |text: &str| text.trim().trim_end_matches(['.', ':']).parse::<Version>().ok();
    let ranges: Vec<(Version, Version)> = words
        .split(',')
        .filter_map(|part| {
            let (first, last) = part.split_once('–').unwrap_or((part, part));
            Some((version(first)?, version(last)?))
        })
        .collect();
    engines
        .specs()
        .filter(|spec| ranges.iter().any(|(a, b)| *a <= spec.version && spec.version <= *b))
        .collect()
}

#[test]
fn every_generated_snippet_is_accepted_by_the_versions_that_its_page_names() {
    let inputs = load(&Disk::new(env!("CARGO_MANIFEST_DIR"))).expect("the shipped site").value;
    let built = run(&inputs, &Options { render: true, ..Options::default() }, &|_| {}).value;
    let mut findings = Vec::new();
    let engines = engines::read(&inputs, "sglang").take(&mut findings);
    let catalog = stages::catalog(&inputs, &engines).take(&mut findings);
    let options = Options::default();
    let scene = stages::Scene::new(&inputs, &engines, &catalog, &options, &mut findings);
    let context = scene.context();
    let (mut pages, mut commands, mut blocks) = (0, 0, 0);
    let mut wrong = Vec::new();
    for (path, bytes) in built.artifact.files() {
        if !path.starts_with("models/") || !path.ends_with(".md") {
            continue;
        }
        pages += 1;
        let source = SourceFile::new(path, String::from_utf8(bytes.to_vec()).expect("text"));
        let page = page::parse(&source).value;
        let code_line = |line: &&str| line.len() > 2 && line.starts_with('`') && line.contains('/');
        let model = source.text().lines().find(code_line).map(|line| line.trim_matches('`').to_owned());
        for snippet in &page.snippets {
            if !matches!(Kind::of(&snippet.language.value), Kind::Shell | Kind::Yaml) {
                continue;
            }
            let before = &source.text()[..snippet.fence.start];
            let own = before.trim_end().rsplit('\n').next().and_then(|line| line.strip_prefix("sglang "));
            let all = before.rsplit_once("Accepted by sglang ").and_then(|(_, rest)| rest.lines().next());
            let named = versions(own.or(all).unwrap_or_default(), &engines);
            assert!(!named.is_empty(), "{path}: no versions are named for a block");
            let scope = Scope { versions: named, model: model.clone(), hardware: None };
            let mut found = Vec::new();
            let proof = check(snippet, &scope, &context, &mut found);
            commands += proof.commands;
            blocks += proof.launches.len();
            let errors = found.iter().filter(|finding| finding.level == Level::Error);
            wrong.extend(errors.map(concise::line));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        pages > 121 && commands > 1_000 && blocks > 1_000,
        "{pages} pages, {commands} commands, {blocks} blocks"
    );
}
