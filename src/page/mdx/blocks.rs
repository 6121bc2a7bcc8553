//! What a line of Markdown begins with, and the blocks that it stands in.

use crate::text::Span;

/// A block that holds others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// A quote.
    Quote,
    /// The text of a footnote. It is an [`Self::Item`] once it is open.
    Footnote,
    /// An item of a list whose content begins at this column of the file.
    Item,
    /// An element of JSX that was opened on a line of its own.
    Element(String),
}

/// An open block.
#[derive(Clone, Debug)]
pub(super) struct Container {
    pub(super) block: Block,
    /// The column of the file at which its content begins; `None` for an element whose content has not come.
    pub(super) column: Option<usize>,
    /// The column of the read text at which its content begins.
    pub(super) read_column: usize,
}

/// A code block that is open.
#[derive(Clone, Debug)]
pub(super) struct Fence {
    pub(super) mark: u8,
    pub(super) length: usize,
    /// The column of the file at which it opened.
    pub(super) column: usize,
    /// How many blocks it stands in.
    pub(super) depth: usize,
}

/// A place in a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) at: usize,
    pub(super) column: usize,
}

/// Goes past white space, at most up to `limit` columns.
pub(super) fn skip_space(text: &str, from: Place, end: usize, limit: usize) -> Place {
    let mut place = from;
    for &byte in &text.as_bytes()[from.at..end] {
        let column = match byte {
            b' ' => place.column + 1,
            b'\t' => place.column / 4 * 4 + 4,
            _ => break,
        };
        if column > limit {
            break;
        }
        place = Place { at: place.at + 1, column };
    }
    place
}

/// The marker of a list item at the head of a line's rest: its length and, for an ordered one, its number.
pub(super) fn list_marker(rest: &str) -> Option<(usize, Option<u64>)> {
    let bytes = rest.as_bytes();
    let blank = |at: usize| bytes.get(at).is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    match bytes.first()? {
        b'-' | b'*' | b'+' if blank(1) && !is_rule(rest) => Some((1, None)),
        b'0'..=b'9' => {
            let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let marker = digits <= 9 && matches!(bytes.get(digits), Some(b'.' | b')')) && blank(digits + 1);
            marker.then(|| Some((digits + 1, Some(rest[..digits].parse().ok()?))))?
        }
        _ => None,
    }
}

/// The length of `[^label]:` at the head of a line's rest.
pub(super) fn footnote_marker(rest: &str) -> Option<usize> {
    let label = rest.strip_prefix("[^")?;
    let length = label.find([']', '[', '^', ' ', '\n'])?;
    (length > 0 && label[length..].starts_with("]:")).then_some(length + 4)
}

/// Whether a line is a thematic break.
pub(super) fn is_rule(rest: &str) -> bool {
    let marks = rest.trim().as_bytes();
    let Some(&mark) = marks.first().filter(|mark| matches!(mark, b'-' | b'*' | b'_')) else { return false };
    marks.iter().filter(|byte| **byte == mark).count() >= 3
        && marks.iter().all(|byte| *byte == mark || matches!(byte, b' ' | b'\t'))
}

/// The fence that opens with a line's rest: its character and length.
pub(super) fn fence(rest: &str) -> Option<(u8, usize)> {
    let mark = *rest.as_bytes().first().filter(|mark| matches!(mark, b'`' | b'~'))?;
    let length = rest.bytes().take_while(|byte| *byte == mark).count();
    let info = &rest[length..];
    (length >= 3 && (mark == b'~' || !info.contains('`'))).then_some((mark, length))
}

/// Whether a line's rest is a heading with `#`.
pub(super) fn is_heading(rest: &str) -> bool {
    let level = rest.bytes().take_while(|byte| *byte == b'#').count();
    (1..=6).contains(&level) && rest[level..].chars().next().is_none_or(char::is_whitespace)
}

/// The bytes of a line without its line break.
pub(super) fn line_at(text: &str, at: usize) -> (Span, usize) {
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    let next = (end + 1).min(text.len());
    let content = if text[at..end].ends_with('\r') { end - 1 } else { end };
    (Span::new(at, content), next)
}
