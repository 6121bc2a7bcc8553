//! For GitHub Actions: workflow commands that become annotations on the changed lines.

use super::Counts;
use crate::diagnostic::{Diagnostic, Level};

/// One `::error …::` line per finding and a last line with the counts, since the host shows only the first ten
/// annotations of each level and cuts the others off without a word.
pub fn render(findings: &[Diagnostic]) -> String {
    let mut text: String = findings.iter().map(annotation).collect();
    if !findings.is_empty() {
        text.push_str(&format!("::notice title=shardbook::{}\n", Counts::of(findings).sentence()));
    }
    text
}

fn annotation(finding: &Diagnostic) -> String {
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
        property(at.source.path()),
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
        let text = render(&[Diagnostic::new(&RULE, at, "100% wrong\nreally")]);
        assert_eq!(
            text,
            "::error file=a%2Cb.md,line=1,endLine=1,col=1,endColumn=5,title=a/b::100%25 wrong%0Areally\n\
             ::notice title=shardbook::1 error\n"
        );
    }
}
