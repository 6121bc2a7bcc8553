//! Words, operators, comments and here-documents of shell text, as bash tells them apart.
//!
//! Offsets are bytes of the text given. What does not end (a quote, a `$(`) is an [`Error`] and is taken to end
//! with its line, so that the lines behind it are still read. Placeholders such as `<name>` are part of a word.

use crate::text::Span;

use super::scan;

/// Scans that may run to the end of the text in vain, so that broken text can't make reading it quadratic.
const VAIN: usize = 8;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word, quotes and all.
    Word,
    /// `&&`, `>`, `(`, … or a whole `((…))`.
    Operator,
    /// The end of a line that ends a command.
    Newline,
}

/// A word, an operator or the end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub span: Span,
}

/// A here-document: `<<EOF` and the lines up to `EOF`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Here {
    /// The operator with its delimiter, `<<-'EOF'`.
    pub operator: Span,
    /// The delimiter as written.
    pub delimiter: Span,
    /// The lines, without the delimiter's.
    pub body: Span,
    /// Whether the tabs that lead its lines are dropped (`<<-`).
    pub tabs_dropped: bool,
}

/// Something that does not end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Where it begins.
    pub span: Span,
    /// What is wrong.
    pub message: String,
}

/// The outcome.
#[derive(Debug, Default)]
pub struct Lexed {
    /// All tokens in order.
    pub tokens: Vec<Token>,
    /// All here-documents in order.
    pub heres: Vec<Here>,
    /// What does not end.
    pub errors: Vec<Error>,
    /// Backslashes that only blanks part from the end of their line, blanks included.
    pub broken_continuations: Vec<Span>,
    /// Comments, without the end of the line.
    pub comments: Vec<Span>,
    /// A backslash that ends the text.
    pub trailing_continuation: Option<Span>,
    /// Where the scan stopped: behind the `)` that ends a substitution, else the end of the text.
    pub(super) end: usize,
    /// Whether it stopped at a `)`.
    pub(super) closed: bool,
}

/// Reads a whole text.
pub fn lex(text: &str) -> Lexed {
    Lexer::new(text, 0, 0, false).run()
}

/// Reads the inside of a substitution that begins at `from`, `depth` substitutions deep, up to the `)` that ends it.
pub(super) fn lex_substitution(text: &str, from: usize, depth: usize) -> Lexed {
    Lexer::new(text, from, depth, true).run()
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    /// Whether an unmatched `)` ends the text.
    nested: bool,
    parens: usize,
    vain: usize,
    pending: Vec<Here>,
    out: Lexed,
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str, at: usize, depth: usize, nested: bool) -> Self {
        let out = Lexed::default();
        Self { text, bytes: text.as_bytes(), at, depth, nested, parens: 0, vain: 0, pending: Vec::new(), out }
    }

    fn run(mut self) -> Lexed {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' => self.newline(),
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.continuation() => {}
                b'#' => self.comment(),
                b'<' if scan::placeholder_end(self.text, self.at).is_some() => self.word(),
                b'<' | b'>' if self.bytes.get(self.at + 1) == Some(&b'(') => self.word(),
                b')' if self.nested && self.parens == 0 => {
                    self.at += 1;
                    self.out.closed = true;
                    break;
                }
                b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' => self.operator(),
                _ => self.word(),
            }
        }
        for here in std::mem::take(&mut self.pending) {
            self.unended_here(here);
        }
        self.out.end = self.at;
        self.out
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.out.tokens.push(Token { kind, span: Span::new(start, self.at) });
    }

    fn newline(&mut self) {
        self.at += 1;
        self.push(Kind::Newline, self.at - 1);
        for here in std::mem::take(&mut self.pending) {
            self.here_body(here);
        }
    }

    /// Skips a backslash that joins two lines; also one that only blanks keep from it, which is remembered.
    fn continuation(&mut self) -> bool {
        let rest = &self.bytes[self.at + 1..];
        let blanks = rest.iter().take_while(|&&c| c == b' ' || c == b'\t').count();
        let span = Span::new(self.at, self.at + 1 + blanks);
        match rest.get(blanks) {
            Some(b'\n') => {
                if blanks > 0 {
                    self.out.broken_continuations.push(span);
                }
                self.at = span.end + 1;
                if self.text[self.at..].trim_start().is_empty() {
                    self.out.trailing_continuation = Some(span);
                }
                true
            }
            None => {
                self.out.trailing_continuation = Some(span);
                self.at = span.end;
                true
            }
            _ => false,
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        self.at = self.line_end(start);
        self.out.comments.push(Span::new(start, self.at));
    }

    fn line_end(&self, from: usize) -> usize {
        self.text[from..].find('\n').map_or(self.text.len(), |end| from + end)
    }

    fn operator(&mut self) {
        const OPERATORS: [&str; 21] = [
            "<<<", "<<-", "&>>", ";;&", "<<", "<&", "<>", ">>", ">&", ">|", "&&", "&>", "||", "|&", ";;",
            ";&", ";", "&", "|", "<", ">",
        ];
        let start = self.at;
        match self.bytes[start] {
            b'(' if self.bytes.get(start + 1) == Some(&b'(') => {
                if let Some(end) = scan::arithmetic_end(self.bytes, start) {
                    self.at = end;
                    return self.push(Kind::Operator, start);
                }
                self.parens += 1;
                self.at += 1;
            }
            b'(' => {
                self.parens += 1;
                self.at += 1;
            }
            b')' => {
                self.parens = self.parens.saturating_sub(1);
                self.at += 1;
            }
            _ => {
                let rest = &self.text[start..];
                let length =
                    OPERATORS.iter().find(|operator| rest.starts_with(**operator)).map_or(1, |o| o.len());
                self.at += length;
                let operator = &rest[..length];
                if (operator == "<<" || operator == "<<-") && self.here(start, operator.len() == 3) {
                    return;
                }
            }
        }
        self.push(Kind::Operator, start);
    }

    /// Reads the delimiter of a here-document whose operator began at `start`.
    fn here(&mut self, start: usize, tabs_dropped: bool) -> bool {
        let blanks = self.bytes[self.at..].iter().take_while(|&&c| c == b' ' || c == b'\t').count();
        let from = self.at + blanks;
        if matches!(
            self.bytes.get(from),
            None | Some(b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' | b'#')
        ) {
            return false;
        }
        self.at = from;
        self.scan_word();
        let delimiter = Span::new(from, self.at);
        let operator = Span::new(start, self.at);
        self.pending.push(Here { operator, delimiter, body: Span::at(self.at), tabs_dropped });
        true
    }

    fn here_body(&mut self, mut here: Here) {
        let delimiter: String =
            here.delimiter.of(self.text).chars().filter(|c| !matches!(c, '\'' | '"' | '\\')).collect();
        let start = self.at;
        let mut line = start;
        while line < self.text.len() {
            let end = self.line_end(line);
            let written = &self.text[line..end];
            let written = if here.tabs_dropped { written.trim_start_matches('\t') } else { written };
            if written == delimiter {
                here.body = Span::new(start, line);
                self.at = (end + 1).min(self.text.len());
                self.out.heres.push(here);
                return;
            }
            line = end + 1;
        }
        self.unended_here(here);
    }

    fn unended_here(&mut self, mut here: Here) {
        let message =
            format!("the here-document has no line `{}` that ends it", here.delimiter.of(self.text));
        self.out.errors.push(Error { span: here.operator, message });
        here.body = Span::new(self.at, self.text.len());
        self.at = self.text.len();
        self.out.heres.push(here);
    }

    fn word(&mut self) {
        let start = self.at;
        self.scan_word();
        if self.at == start {
            self.at += 1;
        }
        self.push(Kind::Word, start);
    }

    /// Moves behind the word that begins here.
    fn scan_word(&mut self) {
        let start = self.at;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b')' => return,
                b'\\' => {
                    if !self.escape() {
                        return;
                    }
                }
                b'\'' | b'"' => self.quoted(self.at),
                b'$' | b'`' => self.expand(),
                b'<' | b'>' if self.bytes.get(self.at + 1) == Some(&b'(') => self.expand(),
                b'<' => match scan::placeholder_end(self.text, self.at) {
                    Some(end) => self.at = end,
                    None => return,
                },
                b'>' => return,
                b'(' if self.vain < VAIN && self.takes_parens(start) => {
                    match scan::balanced(self.text, self.at + 1, self.depth) {
                        Some(end) => self.at = end,
                        None => {
                            self.at = self.unended(Span::new(self.at, self.at + 1), "the `(` is never closed")
                        }
                    }
                }
                b'(' => return,
                _ => self.at += 1,
            }
        }
    }

    /// Whether a `(` here belongs to the word: an array's (`ARGS=(`) or a pattern's (`@(`).
    fn takes_parens(&self, start: usize) -> bool {
        let before = &self.text[start..self.at];
        match before.strip_suffix('=') {
            Some(name) => scan::is_name(name.strip_suffix('+').unwrap_or(name)),
            None => before.ends_with(['@', '+', '?', '*']),
        }
    }

    /// Moves over a backslash and what it escapes; `false` where it ends the word.
    fn escape(&mut self) -> bool {
        let rest = &self.text[self.at + 1..];
        let blanks = rest.bytes().take_while(|&c| c == b' ' || c == b'\t').count();
        match rest.as_bytes().get(blanks) {
            None | Some(b'\n') => {
                let joined = blanks == 0
                    && rest[1.min(rest.len())..]
                        .chars()
                        .next()
                        .is_some_and(|c| !c.is_whitespace() && !"#;&|()<>\\".contains(c));
                if joined {
                    self.at += 2;
                }
                joined
            }
            _ => {
                self.at += 1 + rest.chars().next().map_or(0, char::len_utf8);
                true
            }
        }
    }

    /// Moves over a quoted text; one that does not end is taken to end with its line.
    fn quoted(&mut self, start: usize) {
        let quote = self.bytes[start];
        let end = if quote == b'\'' {
            scan::single_end(self.bytes, start + 1)
        } else {
            scan::double_end(self.text, start + 1, self.depth)
        };
        self.at = end.unwrap_or_else(|| {
            let kind = if quote == b'\'' { "single" } else { "double" };
            self.unended(Span::new(start, start + 1), &format!("the {kind} quote is never closed"))
        });
    }

    fn expand(&mut self) {
        let start = self.at;
        match self.bytes.get(start + 1) {
            Some(b'"') if self.bytes[start] == b'$' => self.quoted(start + 1),
            Some(b'\'' | b'(' | b'{') if self.vain < VAIN => self.expand_or_fail(start),
            _ if self.bytes[start] == b'`' && self.vain < VAIN => self.expand_or_fail(start),
            _ => self.at = scan::expansion(self.text, start, self.depth).unwrap_or(start + 1),
        }
    }

    fn expand_or_fail(&mut self, start: usize) {
        if let Some(end) = scan::expansion(self.text, start, self.depth) {
            self.at = end;
            return;
        }
        let length = if self.bytes[start] == b'`' { 1 } else { 2 };
        let opening = &self.text[start..start + length];
        let message = format!("the `{}` is never closed", if length == 1 { "backquote" } else { opening });
        self.at = self.unended(Span::new(start, start + length), &message);
    }

    fn unended(&mut self, span: Span, message: &str) -> usize {
        if self.nested {
            return self.text.len();
        }
        self.vain += 1;
        self.out.errors.push(Error { span, message: message.to_owned() });
        self.line_end(span.start)
    }
}
