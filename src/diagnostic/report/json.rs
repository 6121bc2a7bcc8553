//! For programs: the stable JSON form of findings. Its schema is published by `shardbook schema json`.

use serde::Serialize;

use super::{Counts, Suppressed, Suppression};
use crate::diagnostic::{Diagnostic, Level};
use crate::text::Location;

/// The version of this format. It goes up when a key changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// All findings of a run.
#[derive(Debug, Serialize)]
pub struct Report<'a, S: Serialize> {
    /// [`FORMAT`].
    pub format: u32,
    /// What the run did; its keys depend on the command.
    pub summary: S,
    /// Findings by level.
    pub counts: JsonCounts,
    /// The findings, sorted.
    pub diagnostics: Vec<Finding<'a>>,
    /// Findings that are not held against the site: silenced at their place, or known from the baseline.
    pub suppressed: Vec<JsonSuppressed<'a>>,
}

/// A finding that is not held against the site.
#[derive(Debug, Serialize)]
pub struct JsonSuppressed<'a> {
    by: &'static str,
    reason: &'a str,
    #[serde(flatten)]
    finding: Finding<'a>,
}

/// Findings by level.
#[derive(Debug, Serialize)]
pub struct JsonCounts {
    error: usize,
    warning: usize,
    note: usize,
}

/// One finding.
#[derive(Debug, Serialize)]
pub struct Finding<'a> {
    rule: &'a str,
    level: Level,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    related: Vec<Related<'a>>,
    help: &'a [String],
    fixes: Vec<JsonFix<'a>>,
}

/// A range of a file: bytes from 0, lines and columns from 1, ends exclusive, columns in characters.
#[derive(Debug, Serialize)]
struct Place<'a> {
    file: &'a str,
    range: [usize; 2],
    start: Position,
    end: Position,
}

#[derive(Debug, Serialize)]
struct Position {
    line: usize,
    column: usize,
}

#[derive(Debug, Serialize)]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Debug, Serialize)]
struct JsonFix<'a> {
    description: &'a str,
    safe: bool,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Debug, Serialize)]
struct JsonEdit<'a> {
    replacement: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

/// The report of a run as one JSON object on several lines.
///
/// # Errors
/// When the summary does not serialise.
pub fn render<S: Serialize>(
    findings: &[Diagnostic],
    suppressed: &[Suppressed],
    summary: S,
) -> serde_json::Result<String> {
    let counts = Counts::of(findings);
    let report = Report {
        format: FORMAT,
        summary,
        counts: JsonCounts { error: counts.errors, warning: counts.warnings, note: counts.notes },
        diagnostics: findings.iter().map(finding).collect(),
        suppressed: suppressed
            .iter()
            .map(|one| JsonSuppressed {
                by: match one.kind {
                    Suppression::InSource => "silence",
                    Suppression::Baseline => "baseline",
                },
                reason: &one.reason,
                finding: finding(&one.finding),
            })
            .collect(),
    };
    serde_json::to_string_pretty(&report)
}

/// The JSON form of one finding.
pub fn finding(finding: &Diagnostic) -> Finding<'_> {
    Finding {
        rule: finding.rule.name,
        level: finding.level,
        message: &finding.message,
        place: place(&finding.primary.location),
        related: finding
            .related
            .iter()
            .map(|label| Related { message: &label.message, place: place(&label.location) })
            .collect(),
        help: &finding.help,
        fixes: finding
            .fix
            .iter()
            .map(|fix| JsonFix {
                description: &fix.description,
                safe: fix.safe,
                edits: fix
                    .edits
                    .iter()
                    .map(|edit| JsonEdit { replacement: &edit.replacement, place: place(&edit.location) })
                    .collect(),
            })
            .collect(),
    }
}

fn place(location: &Location) -> Place<'_> {
    let (start, end) = (location.start(), location.end());
    Place {
        file: location.source.path(),
        range: [location.span.start, location.span.end],
        start: Position { line: start.line, column: start.column },
        end: Position { line: end.line, column: end.column },
    }
}
