//! The lines of a paragraph: its tags and expressions, and whether they stand in text or on their own.

use super::blocks::{Block, Container, line_at};
use super::component::{Meaning, is_known_html, is_phrasing, is_void, meaning};
use super::math;
use super::reading::{MARK, Mark, MarkKind};
use super::scan::Scanner;
use super::token::{Tag, TagKind, braces, tag};
use super::value::{Shown, is_comment, shown};
use crate::text::Span;
use crate::world::layout::Math;

/// What may begin a tag, an expression, a code span, an escape or a formula.
const MARKS: [char; 5] = ['<', '{', '`', '\\', '$'];

/// A paragraph or heading whose end has not come.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    tokens: Vec<Token>,
    pub(super) is_heading: bool,
    /// Whether its lines are rows of a table.
    pub(super) is_table: bool,
    /// Where a code span ends that goes on over lines.
    code_until: usize,
    /// Where the paragraph ends at the latest.
    limit: usize,
}

/// The head of a line.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The bytes before its content.
    pub(super) head: Span,
    /// What the read line begins with.
    pub(super) prefix: String,
    /// How many open blocks it stands in.
    pub(super) depth: usize,
}

#[derive(Clone, Debug)]
enum Token {
    Line(Line),
    Copy(Span),
    /// A character that the Markdown parser must not take for markup.
    Escaped(&'static str, Span),
    Tag(Tag),
    Expression(Span, MarkKind),
    /// A comment, which shows nothing.
    Comment,
    /// A comment that silences a rule.
    Silence(Span),
    End(Span),
}

impl Paragraph {
    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    pub(super) fn begin(&mut self, line: Line) {
        self.tokens.push(Token::Line(line));
    }

    pub(super) fn end_line(&mut self, line_break: Span) {
        self.tokens.push(Token::End(line_break));
    }

    fn copy(&mut self, span: Span) {
        match self.tokens.last_mut() {
            Some(Token::Copy(last)) if last.end == span.start => last.end = span.end,
            _ if span.is_empty() => {}
            _ => self.tokens.push(Token::Copy(span)),
        }
    }

    /// The tokens of the last line.
    fn last_line(&self) -> &[Token] {
        let start = self.tokens.iter().rposition(|token| matches!(token, Token::Line(_))).unwrap_or(0);
        &self.tokens[start..]
    }
}

impl Scanner<'_> {
    /// Reads the tokens of a line. Gives the end of the last line that they reach, and the line behind it.
    pub(super) fn tokens(&mut self, from: usize, end: usize, next: usize) -> (usize, usize) {
        let (mut end, mut next) = (end, next);
        let mut at = from.max(self.paragraph.code_until.min(end));
        self.paragraph.copy(Span::new(from, at));
        while at < end {
            let rest = &self.text[at..end];
            let marks: &[char] = if self.math == Math::Off { &MARKS[..4] } else { &MARKS };
            let Some(found) = rest.find(marks) else {
                self.paragraph.copy(Span::new(at, end));
                break;
            };
            self.paragraph.copy(Span::new(at, at + found));
            at += found;
            match self.text.as_bytes()[at] {
                b'\\' => {
                    let escaped = self.text[at + 1..end].chars().next().map_or(0, char::len_utf8);
                    self.paragraph.copy(Span::new(at, at + 1 + escaped));
                    at += 1 + escaped;
                }
                b'`' => {
                    let close = self.code_span(at, end);
                    self.paragraph.copy(Span::new(at, close.min(end)));
                    self.paragraph.code_until = close;
                    at = close.min(end);
                }
                b'$' => at = self.dollars(at, end),
                b'<' => at = self.angle(at, end),
                _ => at = self.brace(at, end),
            }
            if at > end {
                let (line, behind) = line_at(self.text, at);
                (end, next) = (line.end, behind);
            }
        }
        (end, next)
    }

    /// The end of the code span whose backticks begin here; of the backticks alone, where nothing closes them.
    fn code_span(&mut self, at: usize, end: usize) -> usize {
        let length = self.text[at..].bytes().take_while(|byte| *byte == b'`').count();
        let mut from = at + length;
        if self.patience == 0 {
            return from;
        }
        if self.paragraph.limit < from {
            self.paragraph.limit = self.text[from..].find("\n\n").map_or(self.text.len(), |end| from + end);
        }
        let limit = if self.paragraph.is_heading { end.max(from) } else { self.paragraph.limit };
        while let Some(found) = self.text[from..limit].find('`') {
            let start = from + found;
            let run = self.text[start..].bytes().take_while(|byte| *byte == b'`').count();
            if run == length {
                return start + run;
            }
            from = (start + run).min(limit);
        }
        self.patience = self.patience.saturating_sub(limit - at);
        at + length
    }

    /// A formula in text, or dollars that open none.
    fn dollars(&mut self, at: usize, end: usize) -> usize {
        let length = self.text[at..].bytes().take_while(|byte| *byte == b'$').count();
        match self.math_end(at, length, end) {
            Some(close) => {
                let text = math::shown(Span::new(at + length, close - length).of(self.text));
                let kind = MarkKind::Math { text, display: false };
                self.paragraph.tokens.push(Token::Expression(Span::new(at, close), kind));
                close
            }
            None => {
                self.paragraph.copy(Span::new(at, at + length));
                at + length
            }
        }
    }

    fn angle(&mut self, at: usize, end: usize) -> usize {
        let rest = &self.text[at..];
        if rest.starts_with("<!--")
            && let Some(close) = self.comment_end(at).filter(|close| *close <= end)
        {
            self.paragraph.copy(Span::new(at, close));
            return close;
        }
        if is_autolink(rest) {
            let close = at + rest.find('>').unwrap_or(0) + 1;
            self.paragraph.copy(Span::new(at, close));
            return close;
        }
        let in_destination = self.text[..at].ends_with("](");
        let found = if self.patience == 0 || in_destination { None } else { tag(self.text, at) };
        match found {
            Some(tag) => {
                let close = tag.span.end;
                self.paragraph.tokens.push(Token::Tag(tag));
                close
            }
            None => {
                self.patience = self.patience.saturating_sub(self.text[at..].len().min(4096));
                let span = Span::new(at, at + 1);
                if in_destination {
                    self.paragraph.copy(span);
                } else {
                    self.paragraph.tokens.push(Token::Escaped("&lt;", span));
                }
                at + 1
            }
        }
    }

    fn brace(&mut self, at: usize, end: usize) -> usize {
        // The id of a heading: `{#id}`, and `{/* #id */}` in MDX 3.
        let line = self.text[at..end].trim_end();
        if line.starts_with("{#") && line.ends_with('}') {
            self.paragraph.copy(Span::new(at, end));
            return end;
        }
        let close = if self.patience == 0 { None } else { braces(self.text, at) };
        let Some(close) = close else {
            self.patience = self.patience.saturating_sub(self.text.len() - at);
            self.paragraph.copy(Span::new(at, at + 1));
            return at + 1;
        };
        let span = Span::new(at, close);
        let inner = Span::new(at + 1, close - 1).of(self.text).trim();
        if is_comment(inner) {
            let words = inner.trim_start_matches("/*").trim_end_matches("*/").trim();
            let id = words
                .strip_prefix('#')
                .filter(|id| self.paragraph.is_heading && !id.contains(char::is_whitespace));
            if let Some(id) = id {
                let start = at + self.text[at..close].find('#').unwrap_or(0);
                self.paragraph.tokens.push(Token::Escaped("{", Span::new(at, start)));
                self.paragraph.copy(Span::new(start, start + 1 + id.len()));
                self.paragraph.tokens.push(Token::Escaped("}", Span::new(start + 1 + id.len(), close)));
            } else if words.starts_with("shardbook-silence") {
                self.paragraph.tokens.push(Token::Silence(span));
            } else {
                self.paragraph.tokens.push(Token::Comment);
            }
            return close;
        }
        match shown(inner, &self.names.constants) {
            Shown::Pieces(pieces) => {
                self.paragraph.tokens.push(Token::Expression(span, MarkKind::Pieces(pieces)));
            }
            Shown::Property(name) => {
                self.paragraph.tokens.push(Token::Expression(span, MarkKind::Property(name)));
            }
            Shown::Text(text) => self.paragraph.tokens.push(Token::Expression(span, MarkKind::Text(text))),
            Shown::Computed => self.paragraph.tokens.push(Token::Expression(span, MarkKind::Computed)),
            Shown::NoExpression => {
                self.paragraph.copy(Span::new(at, at + 1));
                return at + 1;
            }
        }
        close
    }

    /// Whether the last line is nothing but tags and expressions that stand on their own.
    pub(super) fn is_flow_line(&self) -> bool {
        let mut stands = false;
        for token in self.paragraph.last_line() {
            match token {
                Token::Line(_) | Token::End(_) => {}
                Token::Comment | Token::Silence(_) => stands = true,
                Token::Copy(span) if span.of(self.text).trim().is_empty() => {}
                Token::Expression(_, MarkKind::Math { .. }) => return false,
                Token::Expression(..) => stands = true,
                Token::Tag(tag) => stands |= !is_phrasing(tag.name.of(self.text)),
                Token::Copy(_) | Token::Escaped(..) => return false,
            }
        }
        stands && !self.paragraph.is_heading
    }

    /// Writes the last line, which is nothing but tags, after the paragraph before it.
    pub(super) fn flush_flow_line(&mut self) {
        let tokens = &mut self.paragraph.tokens;
        let start = tokens.iter().rposition(|token| matches!(token, Token::Line(_))).unwrap_or(0);
        let line = tokens.split_off(start);
        self.flush();
        if let Some(Token::Line(first)) = line.first().filter(|_| self.in_read_line()) {
            self.reading.put(&first.prefix.clone(), first.head);
        }
        let pairs = pairs(self.text, &line);
        for (index, token) in line.iter().enumerate() {
            match token {
                Token::Tag(tag) if pairs[index].is_none() && !self.is_element(tag) => {
                    let Some(Token::Line(first)) = line.first() else { continue };
                    let depth = first.depth.min(self.containers.len());
                    let prefix = self.prefix(depth, 0);
                    self.reading.put(&prefix, Span::at(tag.span.start));
                    self.reading.put("&lt;", Span::new(tag.span.start, tag.span.start + 1));
                    self.reading.copy(self.text, Span::new(tag.span.start + 1, tag.span.end));
                    self.reading.put("\n", Span::at(tag.span.end));
                }
                Token::Tag(tag) => self.flow_tag(tag.clone()),
                Token::Expression(span, kind) => self.flow_mark(Mark { span: *span, kind: kind.clone() }),
                Token::Silence(span) => self.silence(*span),
                _ => {}
            }
        }
        // The line itself ends a paragraph before it.
        if let (Some(Token::Line(first)), Some(Token::End(end))) = (line.first(), line.last())
            && line.iter().all(|token| !matches!(token, Token::Tag(_) | Token::Expression(..)))
        {
            let depth = first.depth.min(self.containers.len());
            let prefix = self.prefix(depth, 0);
            self.reading.put(prefix.trim_end(), first.head);
            self.reading.put("\n", *end);
        }
    }

    /// Writes the paragraph.
    pub(super) fn flush(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        if paragraph.is_empty() {
            return;
        }
        let pairs = pairs(self.text, &paragraph.tokens);
        let mut line = Line { head: Span::default(), prefix: String::new(), depth: 0 };
        // Whether the read line has content, and whether its head is still to be written.
        let (mut has_text, mut begun) = (false, true);
        for (index, token) in paragraph.tokens.iter().enumerate() {
            let own_line = match token {
                Token::Tag(tag) => pairs[index].is_none() && !paragraph.is_heading && self.stands_alone(tag),
                _ => false,
            };
            if let (Token::Tag(tag), true) = (token, own_line) {
                if has_text {
                    self.reading.put("\n", Span::at(tag.span.start));
                } else if !begun && self.in_read_line() {
                    self.reading.put(&line.prefix, line.head);
                }
                self.flow_tag(tag.clone());
                line.depth = line.depth.min(self.containers.len());
                line.prefix = self.prefix(self.containers.len(), 0);
                line.head = Span::at(tag.span.end);
                (has_text, begun) = (false, false);
                continue;
            }
            if let Token::Line(new) = token {
                line = new.clone();
                (has_text, begun) = (false, false);
                continue;
            }
            if let Token::End(end) = token {
                if has_text {
                    self.reading.copy(self.text, *end);
                }
                continue;
            }
            let is_space = matches!(token, Token::Copy(span) if span.of(self.text).trim().is_empty());
            if !has_text && is_space {
                continue;
            }
            if !begun {
                self.reading.put(&line.prefix, line.head);
                begun = true;
            }
            has_text = true;
            match token {
                Token::Copy(span) => self.reading.copy(self.text, *span),
                Token::Escaped(text, span) => self.reading.put(text, *span),
                Token::Tag(tag) => self.text_tag(tag, pairs[index].is_some(), paragraph.is_heading),
                Token::Expression(span, kind) => {
                    self.reading.put(MARK.encode_utf8(&mut [0; 4]), *span);
                    self.mark(Mark { span: *span, kind: kind.clone() });
                }
                Token::Comment | Token::Silence(_) | Token::Line(_) | Token::End(_) => {}
            }
        }
    }

    /// A tag in text: one character, or its own words where it is none.
    fn text_tag(&mut self, tag: &Tag, paired: bool, in_heading: bool) {
        let name = tag.name.of(self.text);
        let known = paired || tag.kind == TagKind::SelfClosing || is_void(name);
        if known || (in_heading && is_known_html(name)) {
            self.reading.put(MARK.encode_utf8(&mut [0; 4]), tag.span);
            self.mark(Mark { span: tag.span, kind: MarkKind::Tag(Box::new(tag.clone())) });
        } else {
            self.reading.put("&lt;", Span::new(tag.span.start, tag.span.start + 1));
            self.reading.copy(self.text, Span::new(tag.span.start + 1, tag.span.end));
        }
    }

    /// Whether a tag that has no partner in its paragraph opens or closes an element of other blocks.
    fn stands_alone(&mut self, tag: &Tag) -> bool {
        let name = tag.name.of(self.text);
        tag.kind != TagKind::SelfClosing && !is_void(name) && self.is_element(tag)
    }

    /// Whether a tag without a partner is an element: it is known, or something closes it.
    fn is_element(&mut self, tag: &Tag) -> bool {
        let name = tag.name.of(self.text);
        match tag.kind {
            TagKind::SelfClosing => true,
            TagKind::Close => {
                self.open_element(name).is_some() || is_known_html(name) || is_known_component(name)
            }
            TagKind::Open if is_known_html(name) => !is_phrasing(name) || self.is_closed_later(tag),
            TagKind::Open => is_known_component(name) || self.is_closed_later(tag),
        }
    }

    fn is_closed_later(&mut self, tag: &Tag) -> bool {
        let name = tag.name.of(self.text);
        let last = match self.closed.get(name) {
            Some(last) => *last,
            None if self.patience == 0 => None,
            None => {
                self.patience = self.patience.saturating_sub(self.text.len() / 8);
                let last = self.text.rfind(&format!("</{name}>"));
                self.closed.insert(name.to_owned(), last);
                last
            }
        };
        last.is_some_and(|last| last >= tag.span.end)
    }

    fn open_element(&self, name: &str) -> Option<usize> {
        self.containers
            .iter()
            .rposition(|container| matches!(&container.block, Block::Element(open) if open == name))
    }

    /// A tag on a line of its own opens an element for the blocks that follow, or closes one.
    fn flow_tag(&mut self, tag: Tag) {
        let name = tag.name.of(self.text).to_owned();
        let mark = Mark { span: tag.span, kind: MarkKind::Tag(Box::new(tag.clone())) };
        match tag.kind {
            TagKind::Close => {
                // What closes nothing that is open here says nothing.
                let Some(depth) = self.open_element(&name) else { return };
                self.containers.truncate(depth);
                self.flow_mark(mark);
            }
            TagKind::Open if !is_void(&name) => {
                let depth = self.containers.len();
                let (_, read_column) = self.columns(depth);
                self.flow_mark(mark);
                if depth < 2 * super::scan::DEEPEST {
                    let block = Block::Element(name);
                    self.containers.push(Container { block, column: None, read_column });
                }
            }
            _ => self.flow_mark(mark),
        }
    }

    /// Whether something is written on the read line already: the marker of an item.
    fn in_read_line(&self) -> bool {
        !self.reading.text.is_empty() && !self.reading.text.ends_with('\n')
    }

    /// Writes a mark as a thematic break.
    fn flow_mark(&mut self, mark: Mark) {
        let prefix = self.prefix(self.containers.len(), 0);
        // Behind the marker of an item, the line has its place.
        let head = if self.in_read_line() { "" } else { &*prefix };
        self.reading.put(head, Span::at(mark.span.start));
        self.reading.put("___", mark.span);
        self.reading.put("\n", Span::at(mark.span.end));
        self.mark(mark);
    }

    /// Writes a silencing comment as one of HTML.
    fn silence(&mut self, span: Span) {
        let words = span.of(self.text);
        let start = span.start + words.find("shardbook").unwrap_or(0);
        let end = span.start + words.rfind("*/").unwrap_or(words.len());
        let prefix = self.prefix(self.containers.len(), 0);
        self.reading.put(&format!("{prefix}<!-- "), Span::new(span.start, start));
        self.reading.copy(self.text, Span::new(start, end));
        self.reading.put("-->\n", Span::new(end, span.end));
    }
}

/// The partner of each tag among some tokens: opening and closing tags of one name, properly nested.
fn pairs(text: &str, tokens: &[Token]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; tokens.len()];
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let Token::Tag(tag) = token else { continue };
        let name = tag.name.of(text);
        match tag.kind {
            TagKind::Open if !is_void(name) => open.push((index, name)),
            TagKind::Close => {
                // What was opened since has no partner.
                let reach = open.len().saturating_sub(super::scan::DEEPEST);
                if let Some(at) = open[reach..].iter().rposition(|(_, open)| *open == name) {
                    let (partner, _) = open[reach + at];
                    open.truncate(reach + at);
                    pairs[index] = Some(partner);
                    pairs[partner] = Some(index);
                }
            }
            _ => {}
        }
    }
    pairs
}

/// Whether a component is one whose meaning is known.
fn is_known_component(name: &str) -> bool {
    !name.is_empty() && !matches!(meaning(name), Meaning::Unknown | Meaning::Html)
}

/// `<https://…>` and `<mailto:…>`, which MDX refuses and other Markdown has.
fn is_autolink(rest: &str) -> bool {
    let inner = rest[1..].split(['>', ' ', '\n', '<']).next().unwrap_or_default();
    let closed = rest[1 + inner.len()..].starts_with('>');
    let scheme = ["https://", "http://", "mailto:", "ftp://"].iter().any(|scheme| inner.starts_with(scheme));
    let mail = inner.split_once('@').is_some_and(|(name, host)| {
        let part =
            |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "._-+".contains(c));
        part(name) && part(host)
    });
    closed && (scheme || mail)
}
