//! For editors and scripts: one line per finding.

use crate::diagnostic::Diagnostic;

/// `path:line:column: level[group/name]: message`, with the first help behind it, and no line break.
pub fn line(finding: &Diagnostic) -> String {
    let at = &finding.primary.location;
    let start = at.start();
    let help = finding.help.first().map(|help| format!(" ({help})")).unwrap_or_default();
    let text = format!(
        "{}:{}:{}: {}[{}]: {}{help}",
        at.source.path(),
        start.line,
        start.column,
        finding.level,
        finding.rule.name,
        finding.message
    );
    text.replace(breaks_a_line, " ")
}

/// Whether any reader of lines may take the character for an end: JavaScript takes two that others don't.
fn breaks_a_line(character: char) -> bool {
    character.is_control() && character != '\t' || matches!(character, '\u{2028}' | '\u{2029}')
}
