//! What a shell reads in another way than its author meant: broken continuations and typographic characters.

use crate::diagnostic::{Diagnostic, Edit, Fix, Level, Rule};
use crate::text::{Excerpt, Span};

use super::console::PROMPT;
use super::lexer::{Kind, Lexed};
use super::scan;
use super::statements::Statement;

/// A command that was meant to go on in the next line and does not.
pub static CONTINUATION: Rule = Rule::new(
    "shell/continuation",
    Level::Error,
    "a command goes on in the next line only behind a backslash that ends the line",
);
/// A backslash at the end of the last line, which continues nothing. Shells pass over it.
pub static TRAILING_BACKSLASH: Rule = Rule::new(
    "shell/trailing-backslash",
    Level::Warning,
    "no backslash stands behind the last line of a command",
);
/// Characters of prose where a shell needs those of ASCII.
pub static TYPOGRAPHIC: Rule = Rule::new(
    "shell/typographic",
    Level::Error,
    "commands are written with ASCII hyphens, quotes and blanks, not with those of typography",
);

/// Applies these rules.
pub fn check(excerpt: &Excerpt, lexed: &Lexed, statements: &[Statement<'_>], findings: &mut Vec<Diagnostic>) {
    broken_continuations(excerpt, lexed, findings);
    stray_flags(excerpt, lexed, statements, findings);
    for statement in statements {
        findings.extend(prompt_behind(excerpt, statement));
    }
    if !excerpt.text().is_ascii() {
        for statement in statements {
            typographic(excerpt, statement, findings);
        }
    }
}

/// The prompt of the next command, copied with this one: a `$` that is a word of its own at the end.
fn prompt_behind(excerpt: &Excerpt, statement: &Statement<'_>) -> Option<Diagnostic> {
    let text = excerpt.text();
    let last = statement.tokens.last().filter(|token| token.kind == Kind::Word)?;
    let first = statement.tokens.first()?;
    let shows = matches!(first.span.of(text), "echo" | "printf" | "grep" | "sed" | "awk");
    if last.span.of(text) != "$" || shows {
        return None;
    }
    let message = "the prompt `$` behind the command is no part of it";
    Some(Diagnostic::new(&PROMPT, excerpt.locate(last.span), message).help("leave it out"))
}

/// Whether a statement is a flag and its values, which can only have been meant for the statement before it.
pub fn is_stray(text: &str, statement: &Statement<'_>) -> bool {
    let first = statement.tokens.first().filter(|token| token.kind == Kind::Word);
    first.is_some_and(|token| {
        let name = token.span.of(text).trim_start_matches(is_dash);
        name.len() < token.span.len() && name.starts_with(|c: char| c.is_ascii_alphabetic())
    })
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn broken_continuations(excerpt: &Excerpt, lexed: &Lexed, findings: &mut Vec<Diagnostic>) {
    for span in &lexed.broken_continuations {
        let blanks = Span::new(span.start + 1, span.end);
        let message = "the blanks behind the backslash keep it from continuing the line";
        findings.push(Diagnostic::new(&CONTINUATION, excerpt.locate(*span), message).fix(Fix {
            description: "remove the blanks".into(),
            edits: vec![Edit { location: excerpt.locate(blanks), replacement: String::new() }],
            safe: false,
        }));
    }
    if let Some(span) = lexed.trailing_continuation {
        let message = "the backslash continues the command, but nothing follows it";
        findings.push(Diagnostic::new(&TRAILING_BACKSLASH, excerpt.locate(span), message).fix(Fix {
            description: "remove the backslash".into(),
            edits: vec![Edit { location: excerpt.locate(span), replacement: String::new() }],
            safe: false,
        }));
    }
}

fn stray_flags(
    excerpt: &Excerpt,
    lexed: &Lexed,
    statements: &[Statement<'_>],
    findings: &mut Vec<Diagnostic>,
) {
    let text = excerpt.text();
    // A text that begins with a flag lists flags.
    if statements.first().is_some_and(|first| is_stray(text, first)) {
        return;
    }
    for pair in statements.windows(2) {
        let [before, statement] = pair else { continue };
        if !is_stray(text, statement) || before.tokens.last().is_some_and(|token| token.kind != Kind::Word) {
            continue;
        }
        let Some(first) = statement.tokens.first() else { continue };
        let flag = first.span.of(text);
        let message =
            format!("`{flag}` starts a command of its own, because the command before it has ended");
        let (end, start) = (before.span().end, statement.span().start);
        let at = lexed.comments.partition_point(|comment| comment.start < end);
        let comment = lexed.comments.get(at).filter(|comment| comment.end <= start);
        let finding = Diagnostic::new(&CONTINUATION, excerpt.locate(first.span), message);
        findings.push(match comment {
            Some(comment) => finding
                .related(excerpt.locate(*comment), "this comment ends the command")
                .help("move the comment above the command"),
            None if text[end..start].contains('\\') => finding.help("remove the empty line above it"),
            None if before.span().of(text).contains("\\ #") => finding
                .help("move the comment above the command: a backslash continues the line only at its end"),
            None => finding.help("end the line before it with a backslash").fix(Fix {
                description: "continue the line before it".into(),
                edits: vec![Edit { location: excerpt.locate(Span::at(end)), replacement: " \\".into() }],
                safe: false,
            }),
        });
    }
}

/// A character that is not meant, and what is.
struct Odd {
    span: Span,
    kind: OddKind,
}

#[derive(PartialEq, Eq)]
enum OddKind {
    Dash(&'static str),
    Quote(char),
    Blank,
}

fn typographic(excerpt: &Excerpt, statement: &Statement<'_>, findings: &mut Vec<Diagnostic>) {
    let text = excerpt.text();
    let mut quotes: Vec<(Span, char)> = Vec::new();
    let words = statement.tokens.iter().filter(|token| token.kind == Kind::Word);
    for odd in words
        .filter(|token| !token.span.of(text).is_ascii())
        .flat_map(|token| odd_characters(text, token.span))
    {
        let written = odd.span.of(text);
        let (message, replacement) = match odd.kind {
            OddKind::Quote(quote) => {
                quotes.push((odd.span, quote));
                continue;
            }
            OddKind::Dash(dash) => (format!("`{written}` is a typographic dash, which begins no flag"), dash),
            OddKind::Blank => ("a no-break space does not part words".to_owned(), " "),
        };
        findings.push(finding(excerpt, odd.span, message).fix(replace(excerpt, &[(odd.span, replacement)])));
    }
    for pair in quotes.chunks(2) {
        match pair {
            [(open, a), (close, b)] if a == b => {
                let ascii = if *a == '"' { "\"" } else { "'" };
                let message = format!(
                    "`{}` stands between typographic quotes, which quote nothing",
                    Span::new(open.end, close.start).of(text)
                );
                findings.push(
                    finding(excerpt, open.to(*close), message)
                        .fix(replace(excerpt, &[(*open, ascii), (*close, ascii)])),
                );
            }
            _ => findings.extend(pair.iter().map(|(span, _)| {
                finding(
                    excerpt,
                    *span,
                    format!("`{}` is a typographic quote, which quotes nothing", span.of(text)),
                )
            })),
        }
    }
}

fn finding(excerpt: &Excerpt, span: Span, message: String) -> Diagnostic {
    Diagnostic::new(&TYPOGRAPHIC, excerpt.locate(span), message)
}

fn replace(excerpt: &Excerpt, edits: &[(Span, &str)]) -> Fix {
    let edits: Vec<Edit> = edits
        .iter()
        .map(|(span, with)| Edit { location: excerpt.locate(*span), replacement: (*with).to_owned() })
        .collect();
    Fix::suggestion("write it in ASCII", edits)
}

/// The typographic characters of a word that stand outside quotes and placeholders.
fn odd_characters(text: &str, word: Span) -> Vec<Odd> {
    let mut odd = Vec::new();
    let written = word.of(text);
    let name = written.trim_start_matches(is_dash);
    let dashes = &written[..written.len() - name.len()];
    if !dashes.is_ascii() && name.starts_with(|c: char| c.is_alphanumeric()) {
        let long = name.split('=').next().is_some_and(|name| name.chars().count() > 1);
        let span = Span::new(word.start, word.start + dashes.len());
        odd.push(Odd { span, kind: OddKind::Dash(if long { "--" } else { "-" }) });
    }
    let mut at = dashes.len();
    while let Some(c) = written[at..].chars().next() {
        let end = at + c.len_utf8();
        let kind = match c {
            '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => Some(OddKind::Quote('"')),
            '\u{2018}'..='\u{201b}' => Some(OddKind::Quote('\'')),
            '\u{a0}' | '\u{202f}' => Some(OddKind::Blank),
            c if is_dash(c) && c != '-' && written.starts_with('-') => Some(OddKind::Dash("-")),
            _ => None,
        };
        odd.extend(kind.map(|kind| Odd { span: Span::new(at, end).shift(word.start), kind }));
        at = match c {
            '\\' => end + written[end..].chars().next().map_or(0, char::len_utf8),
            '\'' => written[end..].find(c).map_or(written.len(), |close| end + close + 1),
            '"' => double_quotes_end(written, end),
            '<' => scan::placeholder_end(written, at).unwrap_or(end),
            _ => end,
        };
    }
    odd
}

/// The end of the double quotes whose inside begins at `at`.
fn double_quotes_end(text: &str, at: usize) -> usize {
    let mut escaped = false;
    for (offset, byte) in text[at..].bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + offset + 1,
            _ => {}
        }
    }
    text.len()
}
