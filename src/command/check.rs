//! `shardbook check`: everything that `build` checks, without publishing.

use std::time::Instant;

use super::output::{Terminal, fails};
use super::{Failure, Outcome};
use crate::cli::{self, Format};
use crate::diagnostic::report::{Counts, concise, github, json, junit, sarif};
use crate::diagnostic::{Diagnostic, Level};
use crate::engine::version::Version;
use crate::pipeline::load::load;
use crate::pipeline::{Built, Options, rules, run as run_pipeline};
use crate::world::{Disk, embedded};

pub(super) fn run(options: &cli::Check, terminal: &Terminal) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let root = &options.root.root;
    if !root.is_dir() {
        return Err(format!("there is no folder `{}`", root.display()));
    }
    let against = options.against.as_deref().map(version).transpose()?;
    let loaded = load(&Disk::new(root)).map_err(|error| format!("{}: {error}", root.display()))?;
    let (inputs, mut findings) = (loaded.value, loaded.findings);
    let wanted = Options { drafts: true, against, render: true };
    let built = run_pipeline(&inputs, &wanted, &|stage| terminal.progress(stage)).take(&mut findings);
    terminal.clear();
    deny(&options.deny, &mut findings)?;
    within(&options.paths, &mut findings);
    crate::diagnostic::finding::sort(&mut findings);
    let formats = if options.format.is_empty() { vec![Format::Human] } else { options.format.clone() };
    if options.output.len() > formats.len() {
        return Err("there are more `--output` than `--format`".into());
    }
    let mut outputs = options.output.iter().rev();
    // The last formats go to the files, so that a first `--format human` is for the terminal.
    for format in formats.iter().rev() {
        let text = report(*format, &findings, &built)?;
        match (outputs.next(), text) {
            (Some(path), Some(text)) => {
                std::fs::write(path, text)
                    .map_err(|error| format!("can't write `{}`: {error}", path.display()))?;
            }
            (Some(path), None) => return Err(format!("`human` can't be written to `{}`", path.display())),
            (None, Some(text)) => terminal.result(&text),
            (None, None) => terminal.findings(&findings),
        }
    }
    terminal.say(&built.summary.text(Counts::of(&findings), started.elapsed()));
    Ok(if fails(&findings, inputs.site.fail_on) { Outcome::Findings } else { Outcome::Clean })
}

/// The version in `sglang@0.5.23`.
fn version(text: &str) -> Result<Version, Failure> {
    let version = text.split_once('@').map_or(text, |(_, version)| version);
    version.parse().map_err(|error| format!("{error}"))
}

/// Makes errors of the findings that are named.
fn deny(names: &[String], findings: &mut [Diagnostic]) -> Result<(), Failure> {
    for name in names {
        if name != "warnings" && rules::named(name).is_none() {
            return Err(format!(
                "there is no rule `{name}` to deny; `shardbook explain --list` lists all rules"
            ));
        }
        for finding in findings.iter_mut() {
            let named = finding.rule.name == name || name == "warnings" && finding.level == Level::Warning;
            if named {
                finding.level = Level::Error;
            }
        }
    }
    Ok(())
}

/// Keeps the findings in some files and folders.
fn within(paths: &[String], findings: &mut Vec<Diagnostic>) {
    if paths.is_empty() {
        return;
    }
    let paths: Vec<String> =
        paths.iter().map(|path| path.trim_start_matches("./").trim_end_matches('/').to_owned()).collect();
    findings.retain(|finding| {
        let at = finding.primary.location.source.path();
        paths.iter().any(|path| {
            at == path || at.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'))
        })
    });
}

/// The report in a format; none for people, whose report goes to the terminal.
fn report(format: Format, findings: &[Diagnostic], built: &Built) -> Result<Option<String>, Failure> {
    Ok(Some(match format {
        Format::Human => return Ok(None),
        Format::Concise => findings.iter().map(|finding| concise::line(finding) + "\n").collect(),
        Format::Json => {
            json::render(findings, built.summary.json()).map_err(|error| error.to_string())? + "\n"
        }
        Format::Github => github::render(findings),
        Format::Sarif => {
            let pages: Vec<(String, String)> = embedded::files("content/rules")
                .into_iter()
                .filter_map(|path| {
                    let text = String::from_utf8(embedded::read(&path)?.into_owned()).ok()?;
                    Some((path, text))
                })
                .collect();
            let help = |rule: &'static crate::diagnostic::Rule| {
                let path = format!("content/rules/{}.md", rule.name);
                let text = pages.iter().find(|(known, _)| *known == path).map(|(_, text)| text.as_str());
                sarif::RuleHelp { markdown: text, url: None }
            };
            let log = sarif::render(findings, &built.silenced, help);
            serde_json::to_string_pretty(&log).map_err(|error| error.to_string())? + "\n"
        }
        Format::Junit => {
            let files: Vec<&str> = built.files.iter().map(String::as_str).collect();
            junit::render(findings, &files)
        }
    }))
}
