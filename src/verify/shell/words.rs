//! Words without their quotes, each byte knowing where it came from.

use crate::text::{Excerpt, Span};

use super::scan;

/// A word as the program gets it.
#[derive(Clone, Debug)]
pub struct ShellWord {
    /// The text, after quotes are removed; expansions that are not known stand in it as written.
    pub text: String,
    /// The same text with the way back to its file.
    pub origin: Excerpt,
    /// Whether the text is not known: it holds an expansion, a pattern or a placeholder.
    pub opaque: bool,
    /// Whether any of it was quoted or escaped.
    pub quoted: bool,
}

impl ShellWord {
    /// A word that is what its excerpt says.
    pub fn literal(origin: Excerpt) -> Self {
        Self { text: origin.text().to_owned(), origin, opaque: false, quoted: false }
    }

    /// Some bytes of the word as a word.
    pub fn part(&self, span: Span) -> Self {
        Self { opaque: self.opaque, quoted: self.quoted, ..Self::literal(slice(&self.origin, span)) }
    }

    /// The word as a program name: the last part of its path.
    pub fn program(&self) -> &str {
        self.text.rsplit('/').next().unwrap_or(&self.text)
    }

    /// Whether it names a Python: `python`, `python3.11`, `/usr/bin/python3`, `${PYTHON}`.
    pub fn is_python(&self) -> bool {
        if self.opaque {
            return self.text.starts_with('$') && self.text.to_ascii_lowercase().contains("python");
        }
        self.program()
            .strip_prefix("python")
            .is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'))
    }
}

/// The bytes `span` of an excerpt, as an excerpt.
pub fn slice(excerpt: &Excerpt, span: Span) -> Excerpt {
    let mut inner = Excerpt::empty(excerpt.source());
    push_exact(excerpt, &mut inner, span);
    inner
}

/// Appends the bytes `span` of an excerpt, keeping apart what did not stand side by side in the file.
pub fn push_exact(excerpt: &Excerpt, inner: &mut Excerpt, span: Span) {
    let text = span.of(excerpt.text());
    if excerpt.origin(span).len() == text.len() {
        excerpt.push_nested(inner, text, span);
        return;
    }
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        excerpt.push_nested(inner, &text[start..end], Span::new(start, end).shift(span.start));
    }
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text that stands for itself, and the bytes that say it.
    Text(String, Span),
    /// `$NAME` or `${NAME}`: the name, whether it is quoted, the bytes.
    Variable(String, bool, Span),
    /// `${NAME[@]}` or `${NAME[*]}`: the name, the bytes.
    Array(String, Span),
    /// An expansion, a pattern or a placeholder whose value is not known.
    Unknown(Span),
}

/// A word taken apart.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    /// Its parts in order.
    pub pieces: Vec<Piece>,
    /// Whether any of it was quoted or escaped.
    pub quoted: bool,
    /// The insides of `$(…)`, `` `…` ``, `<(…)` and `>(…)`.
    pub commands: Vec<Span>,
}

/// Takes the word at `span` of `text` apart.
pub fn take_apart(text: &str, span: Span) -> Pieces {
    let text = &text[..span.end];
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: span.start,
        start: span.start,
        run: None,
        out: Pieces::default(),
    };
    reader.unquoted();
    reader.end_run();
    reader.out
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    start: usize,
    /// Where the text that stands for itself began.
    run: Option<usize>,
    out: Pieces,
}

impl Reader<'_> {
    fn end_run(&mut self) {
        if let Some(start) = self.run.take() {
            let span = Span::new(start, self.at);
            self.out.pieces.push(Piece::Text(span.of(self.text).to_owned(), span));
        }
    }

    fn plain(&mut self) {
        self.run.get_or_insert(self.at);
        self.at += 1;
    }

    fn piece(&mut self, end: usize, make: impl FnOnce(&str, Span) -> Piece) {
        self.end_run();
        let end = end.clamp(self.at, self.bytes.len());
        let span = Span::new(self.at, end);
        let piece = make(span.of(self.text), span);
        self.out.pieces.push(piece);
        self.at = end;
    }

    fn unknown(&mut self, end: usize) {
        self.piece(end, |_, span| Piece::Unknown(span));
    }

    fn unquoted(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.escape(),
                b'\'' => self.single(),
                b'"' => self.double(),
                b'$' if self.bytes.get(self.at + 1) == Some(&b'\'') => self.ansi(),
                b'$' if self.bytes.get(self.at + 1) == Some(&b'"') => {
                    self.end_run();
                    self.at += 1;
                }
                b'$' | b'`' => self.expansion(false),
                b'<' | b'>' => match scan::placeholder_end(self.text, self.at) {
                    Some(end) => self.unknown(end),
                    None => self.expansion(false),
                },
                b'*' | b'?' | b'[' => self.unknown(self.at + 1),
                b'~' if self.at == self.start => self.unknown(self.at + 1),
                b'{' if self.bytes.get(self.at + 1) != Some(&b'}') => self.unknown(self.at + 1),
                _ => self.plain(),
            }
        }
    }

    fn escape(&mut self) {
        self.end_run();
        let Some(c) = self.text.get(self.at + 1..self.bytes.len()).and_then(|rest| rest.chars().next())
        else {
            self.at += 1;
            return;
        };
        let end = self.at + 1 + c.len_utf8();
        if c == '\n' {
            self.at = end;
            return;
        }
        self.out.quoted = true;
        self.piece(end, |written, span| Piece::Text(written[1..].to_owned(), span));
    }

    fn single(&mut self) {
        self.end_run();
        self.out.quoted = true;
        self.at += 1;
        self.run = Some(self.at);
        self.at = self.find(b'\'');
        self.end_run();
        self.at = (self.at + 1).min(self.bytes.len());
    }

    fn find(&self, wanted: u8) -> usize {
        self.bytes[self.at..].iter().position(|&c| c == wanted).map_or(self.bytes.len(), |end| self.at + end)
    }

    fn double(&mut self) {
        self.end_run();
        self.out.quoted = true;
        self.at += 1;
        // An empty text keeps an empty pair of quotes a word.
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.end_run();
                    self.at += 1;
                    return;
                }
                b'\\' if self.bytes.get(self.at + 1).is_some_and(|c| b"$`\"\\\n".contains(c)) => {
                    self.escape()
                }
                b'$' | b'`' => self.expansion(true),
                _ => self.plain(),
            }
        }
    }

    /// `$'…'`, whose escapes are those of C.
    fn ansi(&mut self) {
        self.end_run();
        self.out.quoted = true;
        self.at += 2;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\'' => {
                    self.end_run();
                    self.at += 1;
                    return;
                }
                b'\\' => {
                    let (decoded, length) = ansi_escape(&self.text[self.at..self.bytes.len()]);
                    self.piece(self.at + length, |_, span| Piece::Text(decoded, span));
                }
                _ => self.plain(),
            }
        }
    }

    fn expansion(&mut self, quoted: bool) {
        let Some(end) = scan::expansion_end(self.text, self.at).filter(|end| *end <= self.bytes.len()) else {
            // What is never closed is no text that anything can be said about.
            let opens = matches!(&self.bytes[self.at..], [b'`', ..] | [_, b'(' | b'{', ..]);
            return if opens { self.unknown(self.bytes.len()) } else { self.plain() };
        };
        let written = &self.text[self.at..end];
        let inside = match written.as_bytes() {
            [b'`', ..] => Some(Span::new(self.at + 1, end - 1)),
            [b'$', b'(', b'(', ..] if written.ends_with("))") => None,
            [_, b'(', ..] => Some(Span::new(self.at + 2, end - 1)),
            _ => None,
        };
        self.out.commands.extend(inside);
        let name =
            written.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or(&written[1..]);
        let array =
            name.strip_suffix("[@]").or_else(|| name.strip_suffix("[*]")).filter(|name| scan::is_name(name));
        match array {
            Some(name) => self.piece(end, |_, span| Piece::Array(name.to_owned(), span)),
            None if scan::is_name(name) => {
                self.piece(end, |_, span| Piece::Variable(name.to_owned(), quoted, span))
            }
            None => self.unknown(end),
        }
    }
}

/// What the escape that `text` begins with stands for, and its length.
fn ansi_escape(text: &str) -> (String, usize) {
    let Some(letter) = text[1..].chars().next() else { return ("\\".to_owned(), 1) };
    let code = |radix: u32, from: usize, most: usize| {
        let digits: String = text[from..].chars().take(most).take_while(|c| c.is_digit(radix)).collect();
        let c = u32::from_str_radix(&digits, radix).ok().and_then(char::from_u32);
        (c.map_or_else(String::new, String::from), from + digits.len())
    };
    let simple = match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'e' | 'E' => '\u{1b}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        '\\' | '\'' | '"' | '?' => letter,
        'x' => return code(16, 2, 2),
        'u' => return code(16, 2, 4),
        'U' => return code(16, 2, 8),
        '0'..='7' => return code(8, 1, 3),
        other => return (format!("\\{other}"), 1 + other.len_utf8()),
    };
    (simple.to_string(), 2)
}

/// Whether a text that was quoted says itself that a reader is to fill it in: `<name>`, `{name}`, `...`.
pub fn has_placeholder(text: &str) -> bool {
    if text.contains("...") || text.contains('…') {
        return true;
    }
    let marks = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'<' | b'{'));
    marks.into_iter().any(|(at, byte)| match byte {
        b'<' => scan::placeholder_end(text, at).is_some(),
        _ => {
            let rest = text[at + 1..].trim_start_matches('{');
            let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ');
            let end = rest.char_indices().take(80).find(|&(_, c)| !name(c));
            end.is_some_and(|(end, c)| c == '}' && rest.starts_with(char::is_alphabetic) && end > 0)
        }
    })
}

/// Whether a word is its own text: no quote, escape, expansion, pattern or placeholder.
pub fn is_plain(written: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:,%+@^-=".contains(&byte);
    written.bytes().all(plain) && !written.contains("...")
}

/// Whether a word in brackets stands for one value (`[model_path]`) rather than for more words (`[options]`).
fn names_value(text: &str) -> bool {
    let name = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    name.is_some_and(|name| {
        let more = ["option", "arg", "flag", "more", "other", "additional", "extra"];
        let lower = name.to_ascii_lowercase();
        name.starts_with(char::is_alphabetic) && !more.iter().any(|word| lower.starts_with(word))
    })
}

/// Takes out words that say that others were left out; whether there were any. A `...` or `[name]` behind a flag
/// stays: it may be the flag's value.
pub fn take_elisions(words: &mut Vec<ShellWord>) -> bool {
    let mut elided = false;
    let mut bracket = false;
    let mut flag = false;
    let mut first = true;
    words.retain(|word| {
        let begins = !first
            && !word.quoted
            && word
                .text
                .strip_prefix('[')
                .is_some_and(|rest| rest.starts_with(|c: char| c == '-' || c.is_alphabetic()));
        let value = flag && begins && names_value(&word.text);
        bracket |= begins && !value;
        let dots = !word.quoted && matches!(word.text.as_str(), "..." | "…" | "[...]" | "[…]");
        let gone = bracket || (dots && !flag);
        elided |= bracket || dots;
        if bracket && word.text.trim_end_matches(['.', '…']).ends_with(']') {
            bracket = false;
        }
        first = false;
        flag = word.text.starts_with('-') && !word.text.contains('=');
        !gone
    });
    elided
}
