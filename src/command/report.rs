//! The reports of a run: one for each format that is asked for, on a stream or in a file.

use std::io::Write as _;
use std::path::{Component, Path};

use super::Failure;
use super::output::Terminal;
use crate::cli::Format;
use crate::diagnostic::report::{
    Suppressed, Suppression, concise, folder_of, github, human, json, junit, sarif,
};
use crate::diagnostic::{Diagnostic, Rule};
use crate::pipeline::Built;
use crate::world::{Disk, World as _, embedded};

/// What there is to report.
pub(super) struct Results<'a> {
    /// The findings, sorted.
    pub findings: &'a [Diagnostic],
    /// Findings that are not held against the site.
    pub suppressed: Vec<Suppressed>,
    /// What was built.
    pub built: &'a Built,
    /// The files that are reported on, for reports that list clean ones.
    pub files: Vec<&'a str>,
    /// The way from the current folder, which code hosts and editors take for the repository, to the site; ends in a
    /// slash.
    pub folder: String,
    /// The summary as people read it.
    pub summary: String,
}

/// What authors silenced and the baseline knows, as reports list it.
pub(super) fn suppressed(built: &Built, known: &[Diagnostic], baseline: Option<&Path>) -> Vec<Suppressed> {
    let silenced = built.silenced.iter().map(|(finding, reason)| Suppressed {
        finding: finding.clone(),
        kind: Suppression::InSource,
        reason: reason.clone(),
    });
    let reason = baseline.map(|path| format!("known from the baseline `{}`", path.display()));
    let known = known.iter().map(|finding| Suppressed {
        finding: finding.clone(),
        kind: Suppression::Baseline,
        reason: reason.clone().unwrap_or_default(),
    });
    let mut all: Vec<Suppressed> = silenced.chain(known).collect();
    all.sort_by(|a, b| a.finding.order(&b.finding));
    all
}

/// The way from the current folder to the site's, as paths in reports for code hosts begin; empty where it can't be
/// said.
pub(super) fn folder(root: &Path) -> String {
    let plain = root.is_relative() && root.components().all(|part| !matches!(part, Component::ParentDir));
    let parts = root.iter().filter_map(|part| part.to_str()).filter(|part| plain && *part != ".");
    parts.map(|part| format!("{part}/")).collect()
}

/// Writes all reports: those for files first, so that nothing is printed when one can't be written.
pub(super) fn write(
    wanted: &[(Format, Option<&Path>)],
    results: &Results<'_>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    for (format, path) in wanted {
        let Some(path) = path else { continue };
        std::fs::write(path, text(*format, results)?)
            .map_err(|error| format!("can't write `{}`: {error}", path.display()))?;
    }
    for (format, _) in wanted.iter().filter(|(_, path)| path.is_none()) {
        match format {
            Format::Human => terminal.findings(results.findings),
            format => terminal.result(&text(*format, results)?),
        }
    }
    if wanted.iter().any(|(format, _)| *format == Format::Github) {
        step_summary(results)?;
    }
    Ok(())
}

/// The report in one format, without colours.
fn text(format: Format, results: &Results<'_>) -> Result<String, Failure> {
    let findings = results.findings;
    Ok(match format {
        Format::Human => {
            let shown = findings.iter().map(|finding| human::render(finding, human::Style::default()));
            shown.collect::<String>() + &results.summary
        }
        // As seen from the current folder, where editors and matchers look for the files.
        Format::Concise => {
            let line =
                |finding| format!("{}{}\n", folder_of(finding, &results.folder), concise::line(finding));
            findings.iter().map(line).collect()
        }
        Format::Json => {
            let summary = results.built.summary.json();
            json::render(findings, &results.suppressed, summary).map_err(|error| error.to_string())? + "\n"
        }
        Format::Github => github::render(findings, &results.folder),
        Format::Sarif => {
            let log = sarif::render(findings, &results.suppressed, &results.folder, help);
            serde_json::to_string_pretty(&log).map_err(|error| error.to_string())? + "\n"
        }
        Format::Junit => junit::render(findings, &results.suppressed, &results.files),
    })
}

/// The rule's page, which is in the binary.
fn help(rule: &'static Rule) -> sarif::RuleHelp {
    let page = embedded::read(&format!("content/rules/{}.md", rule.name));
    let text = page.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let body = |text: String| match text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")) {
        Some((_, body)) => body.trim_start().to_owned(),
        None => text,
    };
    sarif::RuleHelp { markdown: text.map(body), url: None }
}

/// Adds to the summary that GitHub shows on the page of a run, where there is one.
fn step_summary(results: &Results<'_>) -> Result<(), Failure> {
    let Some(path) = Disk::new(".").variable("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let text = github::summary(results.findings, &results.summary);
    let file = std::fs::OpenOptions::new().create(true).append(true).open(&path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| format!("can't write the step's summary `{path}`: {error}"))
}
