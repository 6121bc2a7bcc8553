//! Terminal sessions: lines behind a prompt are commands, the others are what the terminal answered.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::text::{Excerpt, Span};

use super::lexer;
use super::words;

/// A prompt in a block that is not a terminal session.
pub static PROMPT: Rule = Rule::new(
    "content/prompt",
    Level::Note,
    "only `console` blocks show prompts, so that all other text can be copied",
);

/// Languages whose blocks are terminal sessions.
pub const LANGUAGES: [&str; 4] = ["console", "shell-session", "shellsession", "terminal"];
/// Languages whose blocks are shell scripts.
pub const SCRIPTS: [&str; 6] = ["bash", "sh", "shell", "zsh", "ksh", "dash"];

/// The commands of a terminal session, a line each, without prompts and output.
pub fn commands(excerpt: &Excerpt) -> Excerpt {
    let mut commands = Excerpt::empty(excerpt.source());
    let lines = lines(excerpt.text());
    // Where `$` prompts, `#` begins a comment.
    let dollar = lines.iter().any(|line| line.of(excerpt.text()).trim_start().starts_with("$ "));
    let prompt = |line: &Span| {
        let line = line.of(excerpt.text());
        prompt(line).filter(|_| !(dollar && line.trim_start().starts_with(['#', '%'])))
    };
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let Some(length) = prompt(&line) else {
            at += 1;
            continue;
        };
        let next = lines[at + 1..].iter().position(|line| prompt(line).is_some());
        let last = next.map_or(lines.len(), |next| at + 1 + next);
        let first = Span::new(line.start + length, line.end);
        for kept in continued(excerpt.text(), first, &lines[at + 1..last]) {
            words::push_exact(excerpt, &mut commands, kept);
        }
        if !commands.text().ends_with('\n') {
            excerpt.push_nested(&mut commands, "\n", Span::at(line.end));
        }
        at = last;
    }
    commands
}

/// The prompt of the first line that is neither empty nor a comment, where every reader would take it for one.
pub fn first_prompt(excerpt: &Excerpt) -> Option<Span> {
    let text = excerpt.text();
    let comment = |line: &str| line.trim().is_empty() || line.starts_with('#');
    let line = lines(text).into_iter().find(|line| !comment(line.of(text)))?;
    let written = line.of(text);
    let length = prompt(written).filter(|_| !written.starts_with('%'))?;
    Some(Span::new(line.start, line.start + length))
}

/// The finding on a prompt in a script.
pub fn prompted(excerpt: &Excerpt, prompt: Span) -> Diagnostic {
    let message = format!("the prompt `{}` is no part of the command", prompt.of(excerpt.text()).trim_end());
    Diagnostic::new(&PROMPT, excerpt.locate(prompt), message)
        .help("name the block's language `console`, or leave the prompts out")
}

/// What is to be copied from a block, where it is not the block's own text.
pub fn copy_text(excerpt: &Excerpt, language: &str) -> Option<String> {
    let prompted = SCRIPTS.contains(&language) && first_prompt(excerpt).is_some();
    if !prompted && !LANGUAGES.contains(&language) {
        return None;
    }
    let commands = commands(excerpt);
    let text = commands.text().trim_end_matches('\n');
    (!text.is_empty() && text != excerpt.text().trim_end_matches('\n')).then(|| format!("{text}\n"))
}

fn lines(text: &str) -> Vec<Span> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(|line| {
            at += line.len();
            Span::new(at - line.len(), at)
        })
        .collect()
}

/// The length of a line's prompt: `$ `, `# `, `% `, `user@host:~$ `, `(venv) $ `, `[user@host dir]# `.
fn prompt(line: &str) -> Option<usize> {
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut at = indent;
    if let Some(rest) = line[at..].strip_prefix('(') {
        let end = rest.find(") ")?;
        if rest[..end].contains(['(', '$', ' ']) {
            return None;
        }
        at += end + 3;
    }
    let rest = &line[at..];
    let sign = rest.find(['$', '#', '%'])?;
    let place = &rest[..sign];
    let named = place.contains('@') && !place.trim_start_matches('[').contains('"');
    let bracketed = place.starts_with('[') && place.ends_with(']');
    let spaced = place.contains(char::is_whitespace) && !bracketed;
    if !(place.is_empty() || (named && !spaced)) {
        return None;
    }
    let behind = rest[sign + 1..].strip_prefix(' ')?;
    // No program is called `Create`: such a line is a comment.
    let first = behind.split_whitespace().next().unwrap_or_default();
    let is_sentence = first.starts_with(char::is_uppercase) && !first.contains('=');
    let is_comment = place.is_empty() && rest[sign..].starts_with('#') && is_sentence;
    (!is_comment).then_some(at + sign + 2)
}

/// The lines of a command that begins at `first`: those behind a backslash, behind `> `, and those that an open
/// quote or here-document takes in.
fn continued(text: &str, first: Span, rest: &[Span]) -> Vec<Span> {
    let mut kept = vec![first];
    let mut open = first.of(text).trim_end_matches(['\r', '\n']).ends_with('\\');
    let mut unclosed = is_unclosed(first.of(text));
    for line in rest {
        let written = line.of(text);
        let second = written.strip_prefix("> ").map(|rest| line.end - rest.len());
        let lone = written.trim_end() == ">";
        let start = match second {
            Some(start) => start,
            None if lone => line.end - (written.len() - 1),
            None if open || unclosed => line.start,
            None => break,
        };
        kept.push(Span::new(start, line.end));
        open = Span::new(start, line.end).of(text).trim_end_matches(['\r', '\n']).ends_with('\\');
        // Every added line is looked at with those before it, so this stops where commands get long.
        if unclosed && kept.len() < 200 {
            let joined: String = kept.iter().map(|span| span.of(text)).collect();
            unclosed = is_unclosed(&joined);
        }
    }
    kept
}

fn is_unclosed(text: &str) -> bool {
    !lexer::lex(text).errors.is_empty()
}
