//! What the program writes: reports to standard output, everything about the run to standard error.

use std::io::IsTerminal as _;

use crate::cli::Color;
use crate::diagnostic::report::human::{self, Style};
use crate::diagnostic::{Diagnostic, Level};
use crate::world::{Disk, World as _};

/// The streams of the process.
#[derive(Clone, Debug)]
pub(super) struct Terminal {
    color: bool,
    progress: bool,
}

impl Terminal {
    pub(super) fn new(color: Color) -> Self {
        Self::of(color, std::io::stderr().is_terminal(), &|name| Disk::new(".").variable(name))
    }

    /// What is fit for standard error, by what it is and by the customs of <https://no-color.org> and of CI servers,
    /// which set `CI` and keep every line of a log, also where they play a terminal.
    fn of(color: Color, is_terminal: bool, variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let given = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let is_able = is_terminal && variable("TERM").as_deref() != Some("dumb");
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_able && !given("NO_COLOR"),
        };
        let is_watched = !given("CI") || variable("CI").as_deref() == Some("false");
        Self { color, progress: is_able && is_watched }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Colours and progress on a terminal, with these variables.
    fn terminal(color: Color, variables: &[(&str, &str)]) -> (bool, bool) {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let made = Terminal::of(color, true, &variable);
        (made.color, made.progress)
    }

    #[test]
    fn variables_say_what_a_terminal_is_fit_for() {
        let auto = |variables: &[(&str, &str)]| terminal(Color::Auto, variables);
        assert_eq!(auto(&[("TERM", "xterm")]), (true, true));
        assert_eq!(auto(&[("NO_COLOR", "1")]), (false, true));
        assert_eq!(auto(&[("NO_COLOR", ""), ("CI", "")]), (true, true));
        assert_eq!(auto(&[("CI", "true")]), (true, false));
        assert_eq!(auto(&[("CI", "false")]), (true, true));
        assert_eq!(auto(&[("TERM", "dumb")]), (false, false));
        assert_eq!(terminal(Color::Always, &[("NO_COLOR", "1")]), (true, true), "options are stronger");
        assert_eq!(terminal(Color::Never, &[]), (false, true));
        let piped = Terminal::of(Color::Auto, false, &|_| None);
        assert!(!piped.color && !piped.progress);
    }
}
