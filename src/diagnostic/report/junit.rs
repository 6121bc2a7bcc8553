//! JUnit XML: every file is a test suite, every finding a failed test case.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Suppressed, concise};
use crate::diagnostic::{Diagnostic, Level};

/// One finding and, where it is not held against the site, why.
type Case<'a> = (&'a Diagnostic, Option<&'a str>);

/// A report of all checked `files`; a file without findings is one passed test case. Notes do not fail, and
/// `suppressed` findings are skipped.
pub fn render(findings: &[Diagnostic], suppressed: &[Suppressed], files: &[&str]) -> String {
    let mut suites: BTreeMap<&str, Vec<Case<'_>>> = files.iter().map(|file| (*file, Vec::new())).collect();
    let skipped = suppressed.iter().map(|one| (&one.finding, Some(one.reason.as_str())));
    for case in findings.iter().map(|finding| (finding, None)).chain(skipped) {
        suites.entry(case.0.primary.location.source.path()).or_default().push(case);
    }
    let total: usize = suites.values().map(|found| found.len().max(1)).sum();
    let failed = findings.iter().filter(|finding| fails(finding)).count();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"shardbook\" tests=\"{total}\" failures=\"{failed}\" errors=\"0\">\n"
    );
    for (file, found) in suites {
        suite(&mut xml, file, &found);
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn suite(xml: &mut String, file: &str, found: &[Case<'_>]) {
    let name = escape(file);
    let failed = found.iter().filter(|(finding, skipped)| skipped.is_none() && fails(finding)).count();
    let skipped = found.iter().filter(|(_, skipped)| skipped.is_some()).count();
    let tests = found.len().max(1);
    // Writing to a string cannot fail.
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\">"
    );
    if found.is_empty() {
        let _ = writeln!(xml, "    <testcase name=\"{name}\" classname=\"shardbook\"/>");
    }
    for (finding, skipped) in found {
        let start = finding.primary.location.start();
        let case = escape(&format!("{} at {}:{}", finding.rule.name, start.line, start.column));
        let _ = write!(xml, "    <testcase name=\"{case}\" classname=\"{name}\">");
        let text = escape(&concise::line(finding));
        if let Some(reason) = skipped {
            let _ = write!(xml, "<skipped message=\"{}\"/>", escape(reason));
        } else if fails(finding) {
            let message = escape(&finding.message);
            let _ =
                write!(xml, "<failure message=\"{message}\" type=\"{}\">{text}</failure>", finding.rule.name);
        } else {
            let _ = write!(xml, "<system-out>{text}</system-out>");
        }
        xml.push_str("</testcase>\n");
    }
    xml.push_str("  </testsuite>\n");
}

fn fails(finding: &Diagnostic) -> bool {
    finding.level >= Level::Warning
}

/// Text for XML: markup escaped, and the control characters that XML 1.0 cannot hold replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Rule;
    use crate::text::{Location, SourceFile, Span};

    static RULE: Rule = Rule::new("a/b", Level::Error, "");

    #[test]
    fn clean_files_pass_and_findings_fail() {
        let source = SourceFile::new("a.md", "<x>\n");
        let found = Diagnostic::new(&RULE, Location::new(&source, Span::new(0, 3)), "`<x>` is \u{1} wrong");
        let xml = render(&[found], &[], &["a.md", "b.md"]);
        assert!(xml.contains("tests=\"2\" failures=\"1\""), "{xml}");
        assert!(xml.contains("message=\"`&lt;x&gt;` is \u{fffd} wrong\""), "{xml}");
        assert!(xml.contains("<testcase name=\"b.md\" classname=\"shardbook\"/>"), "{xml}");
    }
}
