//! `shardbook verify`: the validator on one file, without a site.

use std::io::Read as _;

use serde::Serialize;

use super::output::{Terminal, fails};
use super::{Failure, Outcome};
use crate::catalog::Catalog;
use crate::cli::{self, Format, Language};
use crate::diagnostic::Level;
use crate::diagnostic::report::{concise, github, json};
use crate::page::snippet::Snippet;
use crate::pipeline::load::Inputs;
use crate::pipeline::{Options, engines, stages};
use crate::text::SourceFile;
use crate::verify::context::Scope;
use crate::verify::snippet::check;
use crate::world::{Disk, World as _};

/// What was done, for JSON reports.
#[derive(Serialize)]
struct Summary {
    language: &'static str,
    engine: String,
    commands: usize,
    accepted_by: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<Meaning>>,
}

/// What one command or block means.
#[derive(Serialize)]
struct Meaning {
    fields: serde_json::Map<String, serde_json::Value>,
    env_vars: indexmap::IndexMap<String, String>,
    extra_args: Vec<String>,
}

pub(super) fn run(options: &cli::Verify, terminal: &Terminal) -> Result<Outcome, Failure> {
    let text = read(&options.file)?;
    let name = if options.file == "-" { "<stdin>" } else { options.file.as_str() };
    let language = options.lang.unwrap_or(match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("yaml" | "yml") => Language::Yaml,
        _ => Language::Bash,
    });
    let source = SourceFile::new(name, text);
    let mut inputs = Inputs::default();
    let mut findings = Vec::new();
    inputs.add_defaults(&mut findings);
    let engines = engines::read(&inputs, "sglang").take(&mut findings);
    let catalog: Catalog = stages::catalog(&inputs, &engines).take(&mut findings);
    let wanted = Options::default();
    let scene = stages::Scene::new(&inputs, &engines, &catalog, &wanted, &mut findings);
    let version =
        options.engine.as_deref().map(|text| text.split_once('@').map_or(text, |(_, version)| version));
    let specs = scene.context().versions(version);
    if specs.is_empty() {
        let known: Vec<String> = engines.versions().map(|version| version.to_string()).collect();
        return Err(format!(
            "`{}` is none of the versions known: {}",
            version.unwrap_or_default(),
            known.join(", ")
        ));
    }
    let language_name = if language == Language::Yaml { "yaml" } else { "bash" };
    let snippet = Snippet::whole(&source, language_name);
    let engine = specs.iter().map(|spec| format!("sglang@{}", spec.version)).collect::<Vec<_>>().join(", ");
    let scope = Scope { versions: specs, model: options.model.clone(), hardware: None };
    let proof = check(&snippet, &scope, &scene.context(), &mut findings);
    crate::diagnostic::finding::sort(&mut findings);
    let values = options.values.then(|| proof.launches.iter().map(meaning).collect());
    let summary = Summary {
        language: language_name,
        engine,
        commands: proof.commands,
        accepted_by: proof.accepted.iter().map(ToString::to_string).collect(),
        values,
    };
    match options.format {
        Format::Human => terminal.findings(&findings),
        Format::Concise => {
            terminal
                .result(&findings.iter().map(|finding| concise::line(finding) + "\n").collect::<String>());
        }
        Format::Github => terminal.result(&github::render(&findings, "")),
        Format::Json => {
            let text = json::render(&findings, &[], summary).map_err(|error| error.to_string())?;
            terminal.result(&(text + "\n"));
        }
        Format::Sarif | Format::Junit => return Err("`verify` writes human, concise, json and github".into()),
    }
    Ok(if fails(&findings, Level::Error) { Outcome::Findings } else { Outcome::Clean })
}

fn read(file: &str) -> Result<String, Failure> {
    let bytes = if file == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        Disk::new(".").read(file)
    };
    let bytes = bytes.map_err(|error| format!("can't read `{file}`: {error}"))?;
    String::from_utf8(bytes).map_err(|error| {
        format!("`{file}` is not UTF-8: byte {} begins no character", error.utf8_error().valid_up_to())
    })
}

fn meaning(launch: &crate::verify::snippet::Launch) -> Meaning {
    use crate::engine::fields::FieldValue;
    let value = |value: &FieldValue| match value {
        FieldValue::Int(number) => serde_json::json!(number),
        FieldValue::Bool(switch) => serde_json::json!(switch),
        FieldValue::Text(text) => serde_json::json!(text),
    };
    Meaning {
        fields: launch.block.fields.iter().map(|(name, field)| (name.clone(), value(field))).collect(),
        env_vars: launch.block.env_vars.clone(),
        extra_args: launch.block.extra_args.clone(),
    }
}
