#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
//! A catalog of very many models: no page and no file that a browser loads grows with their number, and every model is
//! still listed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value as Json;
use shardbook::pipeline::load::{Inputs, load};
use shardbook::pipeline::{Options, run};
use shardbook::render::artifact::Artifact;
use shardbook::text::SourceFile;
use shardbook::world::Disk;

/// The shipped data with so many models in place of its own, and no page but the start page.
fn site(models: usize) -> Inputs {
    let mut inputs = load(&Disk::new(env!("CARGO_MANIFEST_DIR"))).expect("the shipped site").value;
    inputs.pages.retain(|path, _| path == "content/index.md");
    inputs
        .data
        .retain(|path, _| !path.starts_with("data/models/generated") && !path.starts_with("data/models/src"));
    let mut text = String::from(
        "vendor: deepseek-ai\ndefaults:\n  hardware: {H200: {tp: 8}}\n  configurations:\n    - name: default\n      \
         nodes: single\n      optimization: balanced\n      quantization: fp8\nfamilies:\n  - name: Measured\n    \
         description: Models to measure with\n    llm: {thinking_capability: hybrid}\n    models:\n",
    );
    for number in 0..models {
        writeln!(text, "      - Measured-{number}").unwrap();
    }
    let path = "data/models/src/v0.5.10/measured.yaml";
    inputs.data.insert(path.into(), SourceFile::new(path, text));
    inputs
}

fn built(models: usize) -> (Artifact, Vec<String>) {
    let options = Options { render: true, follow: true, ..Options::default() };
    let checked = run(&site(models), &options, &|_| {});
    let of_links = checked.findings.iter().map(|found| format!("{} {}", found.rule.name, found.message));
    // Links of the start page lead to pages that are not here.
    let wrong = of_links.filter(|found| found.starts_with("link/") && found.contains("part-")).collect();
    (checked.value.artifact, wrong)
}

fn text<'a>(artifact: &'a Artifact, path: &str) -> &'a str {
    std::str::from_utf8(artifact.get(path).unwrap_or_else(|| panic!("no {path}"))).unwrap()
}

fn bytes(artifact: &Artifact) -> usize {
    artifact.files().map(|(_, bytes)| bytes.len()).sum()
}

/// How often each model heads a row of the pages of a list.
fn rows(artifact: &Artifact, list: &str, parts: usize) -> BTreeMap<String, usize> {
    let mut rows = BTreeMap::new();
    for part in 1..=parts {
        let folder = if part == 1 { list.to_owned() } else { format!("{list}part-{part}/") };
        let page = text(artifact, &format!("{folder}index.html"));
        for row in page.split("<th scope=\"row\"><a href=\"").skip(1) {
            let address = row.split(['"', '#']).next().unwrap();
            *rows.entry(address.to_owned()).or_default() += 1;
        }
        for other in (1..=parts).filter(|&other| other != part) {
            let address = if other == 1 { format!("/{list}") } else { format!("/{list}part-{other}/") };
            assert!(page.contains(&format!("href=\"{address}\"")), "{folder} leads to part {other}");
        }
    }
    assert!(artifact.get(&format!("{list}part-{}/index.html", parts + 1)).is_none());
    rows
}

#[test]
fn lists_are_cut_into_pages_and_lose_no_model() {
    const MODELS: usize = 1_100;
    let (artifact, wrong) = built(MODELS);
    assert_eq!(wrong, [""; 0]);
    for list in ["models/", "models/deepseek-ai/", "hardware/h200/"] {
        let rows = rows(&artifact, list, 3);
        assert_eq!(rows.len(), MODELS, "{list}");
        assert!(rows.values().all(|&count| count == 1), "{list}");
    }
    for (path, bytes) in artifact.files().filter(|(path, _)| path.ends_with(".html")) {
        assert!(bytes.len() < 1_000_000, "{path}: {} bytes", bytes.len());
    }
    let builder: Json = serde_json::from_str(text(&artifact, "api/builder.json")).unwrap();
    let models = builder["models"].as_array().unwrap();
    assert_eq!(models.len(), MODELS);
    for model in models {
        assert_eq!(model["configurations"], Json::Null);
        let own: Json = serde_json::from_str(text(&artifact, &model["src"].as_str().unwrap()[1..])).unwrap();
        let first = &own["configurations"][0]["commands"]["0.5.10"];
        let command = own["commands"][usize::try_from(first.as_u64().unwrap()).unwrap()].as_str().unwrap();
        assert!(command.contains(model["id"].as_str().unwrap()), "{command}");
    }
}

#[test]
fn files_grow_with_the_number_of_models_and_no_faster() {
    let (few, many) = (built(600).0, built(1_200).0);
    let page = "models/deepseek-ai/measured-7/index.html";
    let (a, b) = (text(&few, page).len(), text(&many, page).len());
    assert!(a.abs_diff(b) < 200, "a model's page: {a} and {b} bytes");
    let (a, b) = (bytes(&few), bytes(&many));
    assert!(b < 2 * a, "all files: {a} and {b} bytes");
}
