//! For GitHub Actions: workflow commands that become annotations on the changed lines.

use std::cmp::Reverse;

use super::{Counts, folder_of};
use crate::diagnostic::{Diagnostic, Level};

/// The host shows this many annotations of each level of a step, and drops the others without a word.
const SHOWN: usize = 10;

/// Most findings in a step's summary, which the host limits to 1 MiB.
const SUMMARISED: usize = 200;

/// One `::error …::` line per finding, the gravest first, and before them one with the counts where the host will
/// not show them all. `folder` leads from the repository to the site, with a slash at its end.
pub fn render(findings: &[Diagnostic], folder: &str) -> String {
    let counts = Counts::of(findings);
    let mut text = String::new();
    if [counts.errors, counts.warnings, counts.notes].into_iter().any(|count| count > SHOWN) {
        let sentence = counts.sentence();
        let message =
            format!("{sentence}; only the first {SHOWN} of each are shown here, and all are in the log");
        text.push_str(&format!("::notice title=shardbook::{}\n", data(&message)));
    }
    for level in [Level::Error, Level::Warning, Level::Note] {
        text.extend(findings.iter().filter(|finding| finding.level == level).map(|f| annotation(f, folder)));
    }
    text
}

/// A run as the Markdown that the host shows on the page of a workflow.
pub fn summary(findings: &[Diagnostic], summary: &str) -> String {
    let mut text = format!("## shardbook: {}\n\n", Counts::of(findings).sentence());
    if !findings.is_empty() {
        text.push_str("| Place | Rule | Finding |\n|---|---|---|\n");
    }
    let mut sorted: Vec<&Diagnostic> = findings.iter().collect();
    sorted.sort_by_key(|finding| Reverse(finding.level));
    for finding in sorted.iter().take(SUMMARISED) {
        let at = &finding.primary.location;
        let start = at.start();
        let place = format!("{}:{}:{}", at.source.path(), start.line, start.column);
        let mut said = finding.message.clone();
        if let Some(help) = finding.help.first() {
            said.push_str(&format!(" ({help})"));
        }
        let row =
            [place, format!("{} `{}`", finding.level, finding.rule.name), said].map(|cell| cell_text(&cell));
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    if findings.len() > SUMMARISED {
        text.push_str(&format!("\n{} more are in the log.\n", findings.len() - SUMMARISED));
    }
    text.push_str(&format!("\n```text\n{}\n```\n", summary.trim_end().replace("```", "` ` `")));
    text
}

/// Text for one cell of a table.
fn cell_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace(['\n', '\r'], " ")
}

fn annotation(finding: &Diagnostic, folder: &str) -> String {
    let at = &finding.primary.location;
    let (start, end) = (at.start(), at.end());
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note | Level::Off => "notice",
    };
    let mut message = finding.message.clone();
    for help in &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    // The host takes columns only within one line.
    let columns = if start.line == end.line {
        format!(",col={},endColumn={}", start.column, end.column)
    } else {
        String::new()
    };
    format!(
        "::{command} file={},line={},endLine={}{columns},title={}::{}\n",
        property(&format!("{}{}", folder_of(finding, folder), at.source.path())),
        start.line,
        end.line,
        property(finding.rule.name),
        data(&message)
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Rule;
    use crate::text::{Location, SourceFile, Span};

    static RULE: Rule = Rule::new("a/b", Level::Error, "");

    #[test]
    fn special_characters_are_escaped() {
        let source = SourceFile::new("a,b.md", "word\n");
        let at = Location::new(&source, Span::new(0, 4));
        let text = render(&[Diagnostic::new(&RULE, at, "100% wrong\nreally")], "");
        assert_eq!(
            text,
            "::error file=a%2Cb.md,line=1,endLine=1,col=1,endColumn=5,title=a/b::100%25 wrong%0Areally\n"
        );
    }

    #[test]
    fn more_than_the_host_shows_are_counted_first() {
        let source = SourceFile::new("a.md", "word | x\n");
        let at = Location::new(&source, Span::new(0, 6));
        let many: Vec<_> =
            (0..11).map(|n| Diagnostic::new(&RULE, at.clone(), format!("a | b {n}"))).collect();
        let text = render(&many, "");
        assert!(text.starts_with("::notice title=shardbook::11 errors; only the first 10"), "{text}");
        assert_eq!(text.lines().count(), 12);
        let text = summary(&many, "a summary\n");
        assert!(text.contains("| a.md:1:1 | error `a/b` | a \\| b 10 |\n"), "{text}");
    }
}
