//! Lines of our own dialect, hidden from the Markdown parser at equal length.
//!
//! A line such as `:::note Title` would be read as part of a paragraph. Each line that may be one is overwritten
//! with `___…`, a thematic break: it ends paragraphs and lists just where a directive does, belongs to the list item
//! or quote that its indentation says, and keeps every offset. Where the parser then reports a break at a mask,
//! [`builder`](crate::page::builder) puts the directive into the tree; where it does not (code, HTML comments),
//! the line was something else, and its text is taken from the page as it was.

use std::borrow::Cow;

use crate::text::Span;

/// A line that may be a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mask {
    /// From the first colon to the last character that is no white space, in bytes of the file.
    pub(crate) span: Span,
    /// The number of colons: two for a leaf, three or more for a container or its end.
    pub(crate) colons: usize,
}

/// All lines from `body` on that may be directives, in their order.
pub(crate) fn masks(text: &str, body: usize) -> Vec<Mask> {
    let mut found = Vec::new();
    if !text[body..].contains("::") {
        return found;
    }
    let mut start = body;
    for line in text[body..].split_inclusive('\n') {
        found.extend(mask(line).map(|mask| Mask { span: mask.span.shift(start), ..mask }));
        start += line.len();
    }
    found
}

/// The text from `body` on with every mask overwritten.
pub(crate) fn masked<'a>(text: &'a str, body: usize, masks: &[Mask]) -> Cow<'a, str> {
    if masks.is_empty() {
        return Cow::Borrowed(&text[body..]);
    }
    let mut out = String::with_capacity(text.len() - body);
    let mut at = body;
    for mask in masks {
        out.push_str(&text[at..mask.span.start]);
        out.extend(std::iter::repeat_n('_', mask.span.len()));
        at = mask.span.end;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

fn mask(line: &str) -> Option<Mask> {
    let start = prefix(line);
    let content = line[start..].trim_end();
    let colons = content.bytes().take_while(|&byte| byte == b':').count();
    let rest = &content[colons..];
    let may_be = match colons {
        0 | 1 => false,
        2 => {
            let name = name(rest);
            let after = rest[name.len()..].trim_start();
            !name.is_empty() && (after.is_empty() || after.starts_with('{'))
        }
        _ => {
            let after = rest.trim_start();
            after.is_empty() || after.starts_with(|c: char| c.is_alphabetic() || c == '{')
        }
    };
    may_be.then(|| Mask { span: Span::new(start, start + content.len()), colons })
}

/// The length of a directive's name at the head of a text: a letter, then letters, digits, `-` and `_`.
pub(crate) fn name(text: &str) -> &str {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return "";
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    &text[..end.unwrap_or(text.len())]
}

/// The length of what may stand before a block on its line: white space, `>` and list markers.
fn prefix(line: &str) -> usize {
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'>' => at += 1,
            b'-' | b'*' | b'+' if is_blank(bytes.get(at + 1)) => at += 2,
            b'0'..=b'9' => {
                let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                let marker = matches!(bytes.get(at + digits), Some(b'.' | b')'));
                if !marker || !is_blank(bytes.get(at + digits + 1)) {
                    break;
                }
                at += digits + 2;
            }
            _ => break,
        }
    }
    at
}

fn is_blank(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b' ' | b'\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_dialect_are_overwritten_at_equal_length() {
        let text = ":::note Ä\r\n> - ::fields{a=1} \n1. :::\nstd::move(x)\n::std::move\n::x y\n::::\n";
        let masks = masks(text, 0);
        let found: Vec<_> = masks.iter().map(|mask| mask.span.of(text)).collect();
        assert_eq!(found, [":::note Ä", "::fields{a=1}", ":::", "::::"]);
        let masked = masked(text, 0, &masks);
        assert_eq!(masked.len(), text.len());
        assert!(masked.starts_with("__________\r\n> - _____________ \n1. ___\nstd::move"));
    }
}
