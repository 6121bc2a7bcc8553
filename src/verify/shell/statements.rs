//! The tokens of a script, grouped into statements that can be read one by one.
//!
//! A statement ends with its line unless a compound command (`if`, `{`, `(`), an operator or a here-document keeps
//! it open. Grouping never fails: what is never closed reaches to the end of the text.

use crate::text::Span;

use super::lexer::{Kind, Token};

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    /// Its tokens, without the end of its last line.
    pub tokens: &'a [Token],
    /// Whether it is one command of words alone, so that it needs no grammar.
    pub plain: bool,
    /// How deep its compound commands nest.
    pub depth: usize,
}

impl Statement<'_> {
    /// The bytes from the first token to the last.
    pub fn span(&self) -> Span {
        match (self.tokens.first(), self.tokens.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => Span::default(),
        }
    }
}

/// Words that the grammar reads in its own way where a command may start.
const RESERVED: [&str; 22] = [
    "!", "{", "}", "[[", "]]", "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for",
    "function", "if", "in", "select", "then", "time", "until", "while",
];

/// Groups tokens into statements; empty lines give none.
pub fn split<'a>(text: &str, tokens: &'a [Token]) -> Vec<Statement<'a>> {
    let mut statements = Vec::new();
    let mut start = 0;
    while start < tokens.len() {
        let (end, plain, depth) = end_of(text, &tokens[start..]);
        let end = start + end;
        if end > start {
            statements.push(Statement { tokens: &tokens[start..end], plain, depth });
        }
        start =
            end.max(start) + usize::from(tokens.get(end).is_some_and(|token| token.kind == Kind::Newline));
    }
    statements
}

/// The lines of a statement, each as a statement, for one that could not be read as a whole.
pub fn lines<'a>(text: &str, statement: &Statement<'a>) -> Vec<Statement<'a>> {
    let parts = statement.tokens.split(|token| token.kind == Kind::Newline).filter(|part| !part.is_empty());
    parts
        .map(|tokens| {
            let (_, plain, depth) = end_of(text, tokens);
            Statement { tokens, plain, depth }
        })
        .collect()
}

/// Whether a statement has a flag: a word such as `-m` or `--tp`.
pub fn has_flag(text: &str, statement: &Statement<'_>) -> bool {
    statement.tokens.iter().any(|token| {
        let name = token.span.of(text).trim_start_matches('-');
        name.len() < token.span.len() && name.starts_with(|c: char| c.is_ascii_alphabetic())
    })
}

/// An opening bracket behind a word that is no name of a function.
pub fn stray_bracket(text: &str, statement: &Statement<'_>) -> Option<Span> {
    statement.tokens.windows(3).find_map(|tokens| {
        let [before, bracket, after] = tokens else { return None };
        let is_stray = before.kind == Kind::Word
            && !is_reserved(text, before)
            && bracket.span.of(text) == "("
            && after.span.of(text) != ")";
        is_stray.then_some(bracket.span)
    })
}

fn is_reserved(text: &str, token: &Token) -> bool {
    RESERVED.contains(&token.span.of(text))
}

/// The number of tokens of the first statement, whether it is plain, and how deep it nests.
fn end_of(text: &str, tokens: &[Token]) -> (usize, bool, usize) {
    let mut open = Vec::new();
    let mut deepest = 0;
    let mut plain = true;
    let mut command = true;
    let mut joined = false;
    for (at, token) in tokens.iter().enumerate() {
        let word = token.span.of(text);
        match token.kind {
            Kind::Newline => {
                if open.is_empty() && !joined {
                    return (at, plain, deepest);
                }
                command = true;
            }
            Kind::Operator => {
                plain = false;
                joined = matches!(word, "&&" | "||" | "|" | "|&");
                command = operator(word, &tokens[..at], text, &mut open, &mut joined);
            }
            Kind::Word => {
                joined = false;
                if command && is_reserved(text, token) {
                    plain = false;
                    command = reserved(word, &mut open);
                    joined = matches!(word, "!" | "time" | "function") && at + 1 == tokens.len();
                } else {
                    command = false;
                    if word == "in" && open.last() == Some(&"esac") {
                        command = true;
                    }
                }
            }
        }
        deepest = deepest.max(open.len());
    }
    (tokens.len(), plain, deepest)
}

/// Takes note of an operator; whether a command may start behind it.
fn operator(
    word: &str,
    before: &[Token],
    text: &str,
    open: &mut Vec<&'static str>,
    joined: &mut bool,
) -> bool {
    match word {
        "(" => open.push(")"),
        ")" if open.last() == Some(&")") => {
            open.pop();
            // `name()` is followed by its body, perhaps on the next line.
            *joined =
                open.last() != Some(&"esac") && before.last().is_some_and(|token| token.span.of(text) == "(");
        }
        "<" | ">" | ">>" | "<<<" | ">&" | "<&" | "<>" | ">|" | "&>" | "&>>" => return false,
        _ => {}
    }
    true
}

/// Takes note of a reserved word; whether a command may start behind it.
fn reserved(word: &str, open: &mut Vec<&'static str>) -> bool {
    let closer = match word {
        "if" => "fi",
        "case" => "esac",
        "for" | "select" | "while" | "until" => "done",
        "{" => "}",
        "[[" => "]]",
        _ => "",
    };
    if !closer.is_empty() {
        open.push(closer);
        return matches!(word, "if" | "while" | "until" | "{");
    }
    if open.last().is_some_and(|wanted| *wanted == word) {
        open.pop();
        return false;
    }
    matches!(word, "!" | "do" | "else" | "elif" | "then" | "time")
}
