//! Findings as text: one file per format. Nothing else in the program writes a finding.

pub mod concise;
pub mod github;
pub mod human;
pub mod json;
pub mod junit;
pub mod sarif;

use super::{Diagnostic, Level};

/// What stands before the path of a finding's file where reports name files from the current folder: the way to the
/// site's `folder`. A baseline is named from the current folder already.
pub fn folder_of<'f>(finding: &Diagnostic, folder: &'f str) -> &'f str {
    if finding.rule.group() == "baseline" { "" } else { folder }
}

/// Why a finding is not held against the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suppression {
    /// Its author silenced it at its place.
    InSource,
    /// The baseline knows it.
    Baseline,
}

/// A finding that is not held against the site, and the reason.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Diagnostic,
    /// Where it was said.
    pub kind: Suppression,
    /// What was said.
    pub reason: String,
}

/// How many findings there are of each level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Findings of level error.
    pub errors: usize,
    /// Findings of level warning.
    pub warnings: usize,
    /// Findings of level note.
    pub notes: usize,
}

impl Counts {
    /// Counts findings by level.
    pub fn of(findings: &[Diagnostic]) -> Self {
        let count = |level| findings.iter().filter(|finding| finding.level == level).count();
        Self { errors: count(Level::Error), warnings: count(Level::Warning), notes: count(Level::Note) }
    }

    /// With the counts of more findings.
    #[must_use]
    pub fn and(self, more: Self) -> Self {
        Self {
            errors: self.errors + more.errors,
            warnings: self.warnings + more.warnings,
            notes: self.notes + more.notes,
        }
    }

    /// `2 errors, 1 warning, no notes` without the levels that are not there; `no findings` when none is.
    pub fn sentence(self) -> String {
        let parts: Vec<String> = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| plural(count, word))
            .collect();
        if parts.is_empty() { "no findings".into() } else { parts.join(", ") }
    }
}

/// `1 page`, `2 pages`.
pub fn plural(count: usize, word: &str) -> String {
    match (count, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{count} {stem}ies"),
        _ => format!("{count} {word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_as_words() {
        assert_eq!(Counts { errors: 2, warnings: 1, notes: 0 }.sentence(), "2 errors, 1 warning");
        assert_eq!(Counts::default().sentence(), "no findings");
        assert_eq!((plural(2, "key"), plural(3, "entry")), ("2 keys".into(), "3 entries".into()));
    }
}
