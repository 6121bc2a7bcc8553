//! Where quotes, expansions and placeholders end.

use super::lexer;

/// Substitutions inside substitutions are followed this deep; deeper ones are taken as never closed.
const DEPTH: usize = 12;
/// Arithmetic longer than this many bytes is read as subshells are.
const LONGEST_ARITHMETIC: usize = 4096;

/// The end of the `$…`, `` `…` ``, `<(…)` or `>(…)` that begins at `at`; `None` where it does not end or where
/// the `$` stands for itself.
pub fn expansion_end(text: &str, at: usize) -> Option<usize> {
    expansion(text, at, 0)
}

/// The end of the placeholder (`<your model>`) that begins at `at`.
pub fn placeholder_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(at) != Some(&b'<') || !bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    let inside = |&c: &u8| c.is_ascii_alphanumeric() || b" -_/.:,|'+".contains(&c) || !c.is_ascii();
    let end = at + 1 + bytes[at + 1..].iter().take(80).take_while(|c| inside(c)).count();
    (bytes.get(end) == Some(&b'>') && !matches!(bytes[end - 1], b' ') && text.is_char_boundary(end))
        .then_some(end + 1)
}

/// The end of the expansion at `at`, which stands `depth` substitutions deep.
pub(super) fn expansion(text: &str, at: usize, depth: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let next = bytes.get(at + 1).copied();
    match (bytes.get(at)?, next?) {
        (b'`', _) => escaped_end(bytes, at + 1, b'`'),
        (b'$', b'\'') => escaped_end(bytes, at + 2, b'\''),
        (b'$', b'(') if bytes.get(at + 2) == Some(&b'(') => {
            arithmetic_end(bytes, at + 1).or_else(|| balanced(text, at + 2, depth))
        }
        (b'$' | b'<' | b'>', b'(') => balanced(text, at + 2, depth),
        (b'$', b'{') => brace_end(text, at + 2, depth),
        (b'$', first) if first.is_ascii_alphabetic() || first == b'_' => Some(
            at + 1 + bytes[at + 1..].iter().take_while(|c| c.is_ascii_alphanumeric() || **c == b'_').count(),
        ),
        (b'$', first) if first.is_ascii_digit() || b"@*#?$!-".contains(&first) => Some(at + 2),
        _ => None,
    }
}

/// The offset behind the `)` that closes what was opened before `from`.
pub(super) fn balanced(text: &str, from: usize, depth: usize) -> Option<usize> {
    if depth >= DEPTH {
        return None;
    }
    let inner = lexer::lex_substitution(text, from, depth + 1);
    inner.closed.then_some(inner.end)
}

/// The offset behind the double quote that ends the text from `from`.
pub(super) fn double_end(text: &str, from: usize, depth: usize) -> Option<usize> {
    end_of(text, from, b'"', depth)
}

fn brace_end(text: &str, from: usize, depth: usize) -> Option<usize> {
    end_of(text, from, b'}', depth)
}

/// The offset behind the `close` that ends what began before `from`, over escapes, expansions and, in
/// `${…}`, quotes.
fn end_of(text: &str, from: usize, close: u8, depth: usize) -> Option<usize> {
    if depth >= DEPTH {
        return None;
    }
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at = match *bytes.get(at)? {
            byte if byte == close => return Some(at + 1),
            b'\\' => at + 2,
            b'$' if bytes.get(at + 1).is_some_and(|c| matches!(c, b'(' | b'{')) => {
                expansion(text, at, depth + 1)?
            }
            b'`' => expansion(text, at, depth + 1)?,
            b'\'' if close == b'}' => single_end(bytes, at + 1)?,
            b'"' if close == b'}' => double_end(text, at + 1, depth + 1)?,
            _ => at + 1,
        };
    }
}

/// Whether a text can name a variable.
pub fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The offset behind the single quote that ends the text from `from`.
pub(super) fn single_end(bytes: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.iter().position(|&c| c == b'\'').map(|end| from + end + 1)
}

fn escaped_end(bytes: &[u8], from: usize, close: u8) -> Option<usize> {
    let mut at = from;
    loop {
        match *bytes.get(at)? {
            byte if byte == close => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The offset behind the `))` that closes the `((` at `start`, on balanced text alone.
pub(super) fn arithmetic_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut open = 0_usize;
    for (at, byte) in bytes.iter().enumerate().skip(start).take(LONGEST_ARITHMETIC) {
        match byte {
            b'(' => open += 1,
            b')' => {
                open -= 1;
                if open == 1 {
                    return (bytes.get(at + 1) == Some(&b')')).then_some(at + 2);
                }
            }
            b'\'' | b'"' | b'`' => return None,
            _ => {}
        }
    }
    None
}
