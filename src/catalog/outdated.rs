//! Whether a committed compiled file is what its source compiles to.

use std::sync::Arc;

use super::block::Fields;
use super::compiled::CompiledFile;
use super::emit::emit;
use crate::diagnostic::{Diagnostic, Label, Level, Rule};
use crate::text::{Location, SourceFile, Span};

/// A compiled file is missing, or its source has changed since.
pub static OUTDATED: Rule =
    Rule::new("catalog/outdated", Level::Error, "every compiled file is what its source compiles to");

/// The rules of this module.
pub static RULES: [&Rule; 1] = [&OUTDATED];

/// The folder of the sources, by its path in a site.
pub const SOURCES: &str = "data/models/src";

/// The folder of the compiled files, by its path in a site.
pub const GENERATED: &str = "data/models/generated";

/// The path of the compiled file of a source: `data/models/src/v0.5.6/a.yaml` → `data/models/generated/v0.5.6/a.yaml`.
pub fn generated_path(source: &str) -> Option<String> {
    let rest = source.strip_prefix(SOURCES)?;
    rest.starts_with('/').then(|| format!("{GENERATED}{rest}"))
}

/// Compares a committed compiled file with what its source compiles to now. The finding is at the first line that
/// differs.
pub fn check(
    source: &Arc<SourceFile>,
    compiled: &CompiledFile,
    committed: Option<&Arc<SourceFile>>,
    fields: &Fields,
) -> Option<Diagnostic> {
    let help = "run `shardbook compile`";
    let Some(committed) = committed else {
        let location = Location::new(source, Span::at(0));
        let message = format!("`{}` has not been compiled", source.path());
        return Some(Diagnostic::new(&OUTDATED, location, message).help(help));
    };
    let text = emit(compiled, fields);
    if committed.text() == text {
        return None;
    }
    let (ours, theirs) = (text.split_inclusive('\n'), committed.text().split_inclusive('\n'));
    let start: usize = ours.zip(theirs).take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum();
    let line = |text: &str| -> String {
        let rest = text.get(start..).unwrap_or("");
        rest.lines().next().map_or_else(|| "the end of the file".into(), |line| format!("`{}`", line.trim()))
    };
    let committed_line = committed.text()[start..].lines().next().unwrap_or("");
    let indent = committed_line.len() - committed_line.trim_start().len();
    let span = Span::new(start + indent, start + committed_line.trim_end().len());
    let message = format!(
        "`{}` is not what its source compiles to: {} should be {}",
        committed.path(),
        line(committed.text()),
        line(&text)
    );
    let mut found = Diagnostic::new(&OUTDATED, Location::new(committed, span), message).help(help);
    found.related.push(Label {
        location: Location::new(source, Span::at(0)),
        message: "compiled from this file".into(),
    });
    Some(found)
}
