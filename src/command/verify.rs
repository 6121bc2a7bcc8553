//! `shardbook verify`: the validator on one file, without a site.

use std::io::Read as _;
use std::sync::Arc;

use serde::Serialize;

use super::output::{Terminal, fails};
use super::{Failure, Outcome};
use crate::catalog::Catalog;
use crate::cli::{self, Format, Language};
use crate::diagnostic::report::{concise, github, json};
use crate::diagnostic::{Checked, Diagnostic, Level};
use crate::engine::spec::EngineSpec;
use crate::engine::version::Version;
use crate::page;
use crate::page::snippet::Snippet;
use crate::pipeline::load::Inputs;
use crate::pipeline::{Options, engines, rules, settle, stages};
use crate::text::nearest::did_you_mean;
use crate::text::{Excerpt, SourceFile, Span};
use crate::verify::context::{Context, Scope};
use crate::verify::snippet::{Launch, check};
use crate::world::layout::Dialect;
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

/// What was found out about a text.
struct Judged {
    findings: Vec<Diagnostic>,
    commands: usize,
    accepted: Vec<Version>,
    launches: Vec<Launch>,
}

pub(super) fn run(options: &cli::Verify, terminal: &Terminal) -> Result<Outcome, Failure> {
    if matches!(options.format, Format::Sarif | Format::Junit) {
        return Err("`verify` writes human, concise, json and github".into());
    }
    if options.fix && options.file == "-" && options.format != Format::Human {
        return Err(
            "`--fix` writes the text from standard input to standard output; give it no `--format`".into()
        );
    }
    let mut text = read(&options.file)?;
    let name = if options.file == "-" { "<stdin>" } else { options.file.as_str() };
    let language = options.lang.unwrap_or(match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("yaml" | "yml") => Language::Yaml,
        Some("md" | "markdown" | "mdx") => Language::Markdown,
        _ => Language::Bash,
    });
    let mut inputs = Inputs::default();
    let mut broken = Vec::new();
    inputs.add_defaults(&mut broken);
    let engines = engines::read(&inputs, "sglang").take(&mut broken);
    let catalog: Catalog = stages::catalog(&inputs, &engines).take(&mut broken);
    let wanted = Options::default();
    let scene = stages::Scene::new(&inputs, &engines, &catalog, &wanted, &mut broken);
    let version =
        options.engine.as_deref().map(|text| text.split_once('@').map_or(text, |(_, version)| version));
    let specs = scene.context().versions(version);
    let Some(newest) = specs.last() else {
        let known: Vec<String> = engines.versions().map(|version| version.to_string()).collect();
        return Err(format!(
            "`{}` is none of the versions known: {}",
            version.unwrap_or_default(),
            known.join(", ")
        ));
    };
    let program = options.program.as_deref().map(|name| program_start(newest, name)).transpose()?;
    if program.is_some() && language != Language::Bash {
        return Err("`--program` judges lines of words, not YAML or Markdown".into());
    }
    let engine = specs.iter().map(|spec| format!("sglang@{}", spec.version)).collect::<Vec<_>>().join(", ");
    let context = Context { default_version: newest.version, ..scene.context() };
    let judge = |text: &str| {
        let source = SourceFile::new(name, text);
        let mut judged = match language {
            Language::Markdown => of_page(&source, &context),
            language => {
                let mut snippet = Snippet::whole(&source, language_name(language));
                if let Some(start) = &program {
                    snippet.code = lines_of(&source, start);
                }
                let scope = Scope { versions: specs.clone(), model: options.model.clone(), hardware: None };
                let mut findings = Vec::new();
                let proof = check(&snippet, &scope, &context, &mut findings);
                Judged {
                    findings,
                    commands: proof.commands,
                    accepted: proof.accepted,
                    launches: proof.launches,
                }
            }
        };
        crate::diagnostic::finding::sort(&mut judged.findings);
        judged
    };
    let mut judged = judge(&text);
    let mut shown = false;
    if options.fix {
        let old = text.clone();
        let changes = super::fix::mend_text(&mut text, &mut judged.findings, &|text| judge(text).findings);
        shown = super::fix::settle_text(&options.file, &old, &text, changes, options.dry_run, terminal)?;
        judged = judge(&text);
    }
    let findings = judged.findings;
    let values = options.values.then(|| judged.launches.iter().map(meaning).collect());
    let summary = Summary {
        language: language_name(language),
        engine,
        commands: judged.commands,
        accepted_by: judged.accepted.iter().map(ToString::to_string).collect(),
        values,
    };
    match options.format {
        Format::Human => terminal.findings(&findings),
        Format::Concise => {
            terminal
                .result(&findings.iter().map(|finding| concise::line(finding) + "\n").collect::<String>());
        }
        Format::Github => terminal.result(&github::render(&findings, "")),
        _ => {
            let text = json::render(&findings, &[], summary).map_err(|error| error.to_string())?;
            terminal.result(&(text + "\n"));
        }
    }
    Ok(if shown || fails(&findings, Level::Error) { Outcome::Findings } else { Outcome::Clean })
}

fn language_name(language: Language) -> &'static str {
    match language {
        Language::Bash => "bash",
        Language::Yaml => "yaml",
        Language::Markdown => "markdown",
    }
}

/// Judges the blocks of a page as they are judged in a site; what a page needs to be published is not asked for.
fn of_page(source: &Arc<SourceFile>, context: &Context<'_>) -> Judged {
    let dialect = if source.path().ends_with(".mdx") { Dialect::Mdx } else { Dialect::Native };
    let Checked { value: page, findings: found } =
        page::parse_as(source, dialect, page::Surroundings::default());
    let mut proof = crate::verify::page::verify(&page, context);
    let mut findings: Vec<Diagnostic> =
        found.into_iter().filter(|finding| finding.rule == &page::content::UNCLOSED_FENCE).collect();
    findings.append(&mut proof.findings);
    let registry = rules::all();
    let known = registry.iter().map(|rule| rule.name).collect();
    let findings = settle::silence(&page, findings, &known).findings;
    let mut accepted: Option<Vec<Version>> = None;
    for snippet in proof.snippets.iter().filter(|snippet| snippet.commands > 0) {
        let all = accepted.take().unwrap_or_else(|| context.engines.versions().collect());
        accepted = Some(all.into_iter().filter(|version| snippet.accepted.contains(version)).collect());
    }
    let launches = proof.snippets.into_iter().flat_map(|snippet| snippet.launches).collect();
    Judged { findings, commands: proof.tally.commands, accepted: accepted.unwrap_or_default(), launches }
}

/// The words that start a program, by its name or by those words.
fn program_start(spec: &EngineSpec, name: &str) -> Result<String, Failure> {
    if spec.dispatch.values().any(|dispatch| dispatch.command.join(" ") == name) {
        return Ok(name.to_owned());
    }
    let found =
        spec.programs.values().find(|program| program.name == name || program.start().join(" ") == name);
    found.map(|program| program.start().join(" ")).ok_or_else(|| {
        let known: Vec<&str> = spec.programs.keys().map(String::as_str).collect();
        let near = did_you_mean(name, known.iter().copied());
        let near = near.map_or(String::new(), |near| format!("; {near}"));
        format!("`{name}` is no program of version {}: they are {}{near}", spec.version, known.join(", "))
    })
}

/// The lines of a file, each behind the words that start a program; a line that is continued goes on.
fn lines_of(source: &Arc<SourceFile>, start: &str) -> Excerpt {
    let mut excerpt = Excerpt::empty(source);
    let (mut at, mut continued) = (0, false);
    for line in source.text().split_inclusive('\n') {
        let words = line.trim();
        if !continued && !words.is_empty() && !words.starts_with('#') {
            excerpt.push_as(&format!("{start} "), Span::at(at));
        }
        excerpt.push(Span::new(at, at + line.len()));
        continued = line.trim_end_matches(['\n', '\r']).ends_with('\\');
        at += line.len();
    }
    excerpt
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

fn meaning(launch: &Launch) -> Meaning {
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
