//! What the variables of a script stand for, and words with that put in.

use std::collections::BTreeMap;

use crate::text::{Excerpt, Span};

use super::words::{self, Piece, Pieces, ShellWord};

/// The value of a variable that is set once, before its use, and to a text that is known.
#[derive(Clone, Debug)]
pub enum Value {
    /// `NAME=value`.
    Text(ShellWord),
    /// `NAME=(a b c)`.
    Array(Vec<ShellWord>),
}

/// The variables that are known at some place of a script.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    values: BTreeMap<String, Value>,
}

impl Variables {
    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: Value) {
        self.values.insert(name.to_owned(), value);
    }

    /// Adds elements to an array that is known.
    pub fn append(&mut self, name: &str, more: &[ShellWord]) {
        if let Some(Value::Array(words)) = self.values.get_mut(name) {
            words.extend_from_slice(more);
        }
    }

    fn text(&self, name: &str) -> Option<&ShellWord> {
        match self.values.get(name)? {
            Value::Text(word) => Some(word),
            Value::Array(_) => None,
        }
    }

    fn array(&self, name: &str) -> Option<&[ShellWord]> {
        match self.values.get(name)? {
            Value::Array(words) => Some(words),
            Value::Text(_) => None,
        }
    }
}

/// The words that a word of the script becomes: one, unless it is an array or a text of several words.
pub fn expand(excerpt: &Excerpt, pieces: &Pieces, variables: &Variables, into: &mut Vec<ShellWord>) {
    match pieces.pieces.as_slice() {
        [Piece::Array(name, _)] => {
            if let Some(words) = variables.array(name) {
                into.extend(words.iter().cloned());
                return;
            }
        }
        [Piece::Variable(name, false, _)] => {
            if let Some(value) = variables.text(name).filter(|value| value.text.contains(char::is_whitespace))
            {
                into.extend(fields(value));
                return;
            }
        }
        _ => {}
    }
    into.push(join(excerpt, pieces, variables));
}

/// One word, whatever its variables hold (the value of an assignment, a quoted text).
pub fn join(excerpt: &Excerpt, pieces: &Pieces, variables: &Variables) -> ShellWord {
    let text = excerpt.text();
    let mut word = ShellWord {
        text: String::new(),
        origin: Excerpt::empty(excerpt.source()),
        opaque: false,
        quoted: pieces.quoted,
    };
    for piece in &pieces.pieces {
        match piece {
            Piece::Text(decoded, span) if decoded.len() == span.len() => {
                words::push_exact(excerpt, &mut word.origin, *span)
            }
            Piece::Text(decoded, span) => excerpt.push_nested(&mut word.origin, decoded, *span),
            Piece::Variable(name, _, span) => match variables.text(name) {
                Some(value) => excerpt.push_nested(&mut word.origin, &value.text, *span),
                None => unknown(excerpt, text, *span, &mut word),
            },
            Piece::Array(_, span) | Piece::Unknown(span) => unknown(excerpt, text, *span, &mut word),
        }
    }
    word.text = word.origin.text().to_owned();
    word.opaque |= words::has_placeholder(&word.text);
    word
}

fn unknown(excerpt: &Excerpt, text: &str, span: Span, word: &mut ShellWord) {
    excerpt.push_nested(&mut word.origin, span.of(text), span);
    word.opaque = true;
}

/// The words of an unquoted text, as the shell splits it at blanks.
fn fields(value: &ShellWord) -> impl Iterator<Item = ShellWord> + '_ {
    let mut at = 0;
    value.text.split(char::is_whitespace).filter_map(move |field| {
        let span = Span::new(at, at + field.len());
        at = span.end + value.text[span.end..].chars().next().map_or(0, char::len_utf8);
        (!field.is_empty()).then(|| value.part(span))
    })
}
