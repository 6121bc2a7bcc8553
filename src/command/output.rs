//! What the program writes: reports to standard output, everything about the run to standard error.

use std::io::IsTerminal as _;

use crate::cli::Color;
use crate::diagnostic::report::human::{self, Style};
use crate::diagnostic::{Diagnostic, Level};

/// The streams of the process.
#[derive(Clone, Debug)]
pub(super) struct Terminal {
    color: bool,
    progress: bool,
}

impl Terminal {
    pub(super) fn new(color: Color) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal,
        };
        Self { color, progress: is_terminal }
    }

    /// Shows what the run is at, on a line that the next one replaces; on terminals only.
    pub(super) fn progress(&self, stage: &str) {
        if self.progress {
            write_to(&mut std::io::stderr().lock(), &format!("\r\x1b[2K{stage} …"));
        }
    }

    /// Takes the progress line away.
    pub(super) fn clear(&self) {
        if self.progress {
            write_to(&mut std::io::stderr().lock(), "\r\x1b[2K");
        }
    }

    /// Writes text about the run.
    pub(super) fn say(&self, text: &str) {
        write_to(&mut std::io::stderr().lock(), text);
    }

    /// Writes the sentence with which the program fails.
    pub(super) fn error(&self, sentence: &str) {
        self.clear();
        let word = if self.color { "\x1b[1;31merror\x1b[0m" } else { "error" };
        self.say(&format!("{word}: {sentence}\n"));
    }

    /// Writes findings for people.
    pub(super) fn findings(&self, findings: &[Diagnostic]) {
        let style = Style { color: self.color, ..Style::default() };
        let mut out = std::io::stderr().lock();
        for finding in findings {
            write_to(&mut out, &human::render(finding, style));
        }
    }

    /// Writes a result to standard output.
    pub(super) fn result(&self, text: &str) {
        write_to(&mut std::io::stdout().lock(), text);
    }
}

/// A reader that went away (`shardbook check | head`) is no failure.
fn write_to(out: &mut impl std::io::Write, text: &str) {
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Whether any finding is at or above a level.
pub(super) fn fails(findings: &[Diagnostic], level: Level) -> bool {
    findings.iter().any(|finding| finding.level >= level)
}
