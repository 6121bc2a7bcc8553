//! Every reference that a page makes: links, images, and the addresses in raw HTML.

use crate::text::Span;

/// A reference to another place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRef {
    /// How it is written.
    pub kind: LinkKind,
    /// Where it leads, escapes and entities resolved; the label for [`LinkKind::UndefinedReference`].
    pub destination: Box<str>,
    /// The title, if any.
    pub title: Option<Box<str>>,
    /// The bytes of the destination as written; of a reference link: in its definition.
    pub destination_span: Span,
    /// The whole link in the text.
    pub span: Span,
}

/// How a reference is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkKind {
    /// `[text](destination)`.
    Inline,
    /// `[text][label]`, `[label][]` or `[label]` with a definition elsewhere.
    Reference,
    /// `<https://…>`.
    Autolink,
    /// `<name@host>`; the destination has no scheme.
    Email,
    /// A bare address in the text, `https://…` or `www.…`; the destination of the latter is given a scheme.
    Bare,
    /// `![alternative](destination)`, also by reference.
    Image,
    /// An `href`, `src`, `poster` or one address of a `srcset` in raw HTML.
    Html(HtmlAttribute),
    /// `[text][label]` whose label nobody defines, so that it is mere text.
    UndefinedReference,
}

/// The attribute of raw HTML that holds an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HtmlAttribute {
    /// Where a link leads.
    Href,
    /// An image, script, video or frame.
    Src,
    /// Images by size.
    Srcset,
    /// The still of a video.
    Poster,
    /// What an `object` shows.
    Data,
    /// Where a form is sent.
    Action,
}

/// The destination in `[…](destination "title")` of which `span` is the whole and `content_end` the end of what
/// stands between the brackets. The whole link where the destination can't be found.
pub(crate) fn inline_destination(text: &str, span: Span, content_end: usize, destination: &str) -> Span {
    let found = text
        .get(content_end..span.end)
        .and_then(|rest| rest.find("](").map(|at| content_end + at + 2))
        .map(|open| destination_at(text, Span::new(open, span.end), destination));
    found.unwrap_or(span)
}

/// The destination in a definition `[label]: destination "title"` with the bytes `span`.
pub(crate) fn definition_destination(text: &str, span: Span, destination: &str) -> Span {
    let mut escaped = false;
    let close = span.of(text).char_indices().skip(1).find(|&(_, c)| {
        let closes = c == ']' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    });
    let Some((close, _)) = close else { return span };
    let start = span.start + close + 1 + usize::from(text[span.start + close + 1..].starts_with(':'));
    destination_at(text, Span::new(start, span.end), destination)
}

/// The destination at the head of some bytes, after white space and the quote marks of continued lines.
fn destination_at(text: &str, span: Span, destination: &str) -> Span {
    let rest = span.of(text);
    let quoted = !destination.starts_with('>');
    let skipped =
        rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || (quoted && c == '>')).len();
    let start = span.start + skipped;
    let rest = &rest[skipped..];
    if let Some(angle) = rest.strip_prefix('<') {
        let end = unescaped(angle, |c, _| c == '>').unwrap_or(angle.len());
        return Span::new(start + 1, start + 1 + end);
    }
    let end = unescaped(rest, |c, depth| c.is_ascii_whitespace() || (c == ')' && depth == 0));
    Span::new(start, start + end.unwrap_or(rest.len()))
}

/// The first character that ends something and is not escaped; `ends` is told the depth of parentheses.
fn unescaped(text: &str, ends: impl Fn(char, usize) -> bool) -> Option<usize> {
    let (mut depth, mut escaped) = (0usize, false);
    for (at, c) in text.char_indices() {
        if !escaped && ends(c, depth) {
            return Some(at);
        }
        match c {
            '(' if !escaped => depth += 1,
            ')' if !escaped => depth = depth.saturating_sub(1),
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    None
}
