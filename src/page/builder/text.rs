//! Runs of text, the bare addresses in them, and raw HTML.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::diagnostic::Diagnostic;
use crate::page::autolink;
use crate::page::builder::{Builder, Open};
use crate::page::html::{self, Found};
use crate::page::links::{LinkKind, LinkRef};
use crate::page::mdx::reading::{MARK, Part, Reading};
use crate::page::silence::{self, SILENCE};
use crate::page::spanned::Spanned;
use crate::page::tree::{Node, NodeKind};
use crate::text::{Excerpt, Location, Span};

/// Text whose end has not come yet, and where its parts come from.
#[derive(Default)]
pub(super) struct Run {
    text: String,
    pieces: Vec<(usize, Span)>,
}

impl Run {
    /// The bytes of the file for a range of the text, which is not empty.
    fn origin(&self, start: usize, end: usize) -> Span {
        let of = |offset: usize, after: usize| {
            let index = self.pieces.partition_point(|&(start, _)| start <= offset).saturating_sub(1);
            let Some(&(piece, span)) = self.pieces.get(index) else { return Span::default() };
            let length = self.pieces.get(index + 1).map_or(self.text.len(), |&(next, _)| next) - piece;
            // Parts of another length (an entity) translate as a whole.
            if length == span.len() { Span::at(span.start + offset + after - piece) } else { span }
        };
        Span::new(of(start, 0).start, of(end - 1, 1).end)
    }
}

impl Builder<'_> {
    pub(super) fn text(&mut self, text: &str, span: Span) {
        if let Some(reading) = self.reading {
            return self.read_text(reading, text, span);
        }
        let shown = self.original(text, span);
        if let Open::Code(code) = &mut self.top().open {
            return code.push(shown, span);
        }
        self.run.pieces.push((self.run.text.len(), span));
        self.run.text.push_str(shown);
    }

    /// Text of a page of MDX, with the tags and expressions in it.
    fn read_text(&mut self, reading: &Reading, text: &str, span: Span) {
        let range = self.range.clone();
        let is_copy = reading.text.get(range.clone()) == Some(text);
        if !is_copy {
            // An entity, or a line break that was made another.
            return self.push_run(text, span);
        }
        for part in reading.parts(&range) {
            match part {
                Part::Text(text, span) => self.push_run(text, span),
                Part::Mark(span) => {
                    self.flush();
                    self.mark(reading, span, true);
                }
            }
        }
    }

    fn push_run(&mut self, text: &str, span: Span) {
        if let Open::Code(code) = &mut self.top().open {
            return code.push(text, span);
        }
        self.run.pieces.push((self.run.text.len(), span));
        self.run.text.push_str(text);
    }

    /// The text of a code span.
    pub(super) fn code_text(&self, code: &str, span: Span) -> Box<str> {
        match self.reading {
            Some(reading) if code.contains(MARK) => {
                let restored = reading.restored(self.source.text(), &self.range);
                restored.trim_matches('`').trim().into()
            }
            _ => self.original(code, span).into(),
        }
    }

    /// Ends the run of text, and makes links of the bare addresses in it.
    pub(super) fn flush(&mut self) {
        if self.run.text.is_empty() {
            return self.run.pieces.clear();
        }
        let run = std::mem::take(&mut self.run);
        let mut at = 0;
        if self.in_link == 0 && !self.in_html_link {
            for address in autolink::find(&run.text) {
                self.push_text(&run, at, address.start);
                at = address.end;
                self.bare_link(&run, address.start, address.end);
            }
        }
        self.push_text(&run, at, run.text.len());
        self.run = run;
        self.run.text.clear();
        self.run.pieces.clear();
    }

    fn push_text(&mut self, run: &Run, start: usize, end: usize) {
        if start < end {
            let text = NodeKind::Text(run.text[start..end].into());
            self.push(Node::leaf(text, run.origin(start, end)));
        }
    }

    fn bare_link(&mut self, run: &Run, start: usize, end: usize) {
        let (address, span) = (&run.text[start..end], run.origin(start, end));
        let has_scheme = address.as_bytes().first().is_some_and(|byte| byte.eq_ignore_ascii_case(&b'h'));
        let destination = if has_scheme { address.into() } else { format!("http://{address}").into() };
        let link = LinkRef { kind: LinkKind::Bare, destination, title: None, destination_span: span, span };
        let children = vec![Node::leaf(NodeKind::Text(address.into()), span)];
        self.push(Node { kind: NodeKind::Link(self.built.links.len()), span, children });
        self.built.links.push(link);
    }

    pub(super) fn inline_html(&mut self, html: &str, span: Span) {
        let mut excerpt = Excerpt::empty(self.source);
        let shown = self.original(html, span);
        excerpt.push_as(shown, span);
        self.scan_html(&excerpt);
        let tag = shown.get(..3).unwrap_or_default().to_ascii_lowercase();
        self.in_html_link = match tag.as_bytes() {
            b"</a" => false,
            [b'<', b'a', end] if !end.is_ascii_alphanumeric() => true,
            _ => self.in_html_link,
        };
        for found in silence::comments(&excerpt) {
            let (span, message) = match found {
                Ok(silence) => (silence.rule.span, "this silencing comment stands inside a paragraph"),
                Err(problem) => problem,
            };
            let finding = Diagnostic::new(&SILENCE, Location::new(self.source, span), message);
            self.built.findings.push(finding.help("write the comment on a line of its own before the block"));
        }
        self.push(Node::leaf(NodeKind::InlineHtml(shown.into()), span));
    }

    pub(super) fn scan_html(&mut self, html: &Excerpt) {
        for found in html::scan(html) {
            match found {
                Found::Id(id, span) => self.built.ids.push(Spanned::new(id, span)),
                Found::Heading(level, span) => self.built.raw_headings.push((level, span)),
                Found::NoAlternative(span) => self.built.images_without_alternative.push(span),
                Found::Address(attribute, destination, span) => self.built.links.push(LinkRef {
                    kind: LinkKind::Html(attribute),
                    destination,
                    title: None,
                    destination_span: span,
                    span,
                }),
            }
        }
    }

    /// Reads a few words as inline Markdown. Words that would be a block of their own are mere text.
    pub(super) fn inline(&mut self, span: Span) -> Vec<Node> {
        let words = span.of(self.source.text());
        let first = Parser::new_ext(words, Options::ENABLE_STRIKETHROUGH).next();
        if !matches!(first, Some(Event::Start(Tag::Paragraph))) {
            return vec![Node::leaf(NodeKind::Text(words.into()), span)];
        }
        let masked = std::mem::replace(&mut self.masked, self.source.text());
        let body = std::mem::replace(&mut self.body, 0);
        let reading = self.reading.take();
        self.open(Open::Node(NodeKind::Title), span.start);
        let depth = self.frames.len();
        for (event, range) in Parser::new_ext(words, Options::ENABLE_STRIKETHROUGH).into_offset_iter() {
            match event {
                Event::Start(Tag::Paragraph) => {}
                Event::End(TagEnd::Paragraph) => break,
                event => self.event(event, Span::from(range).shift(span.start), None),
            }
        }
        self.flush();
        debug_assert_eq!(self.frames.len(), depth, "what opens in a paragraph closes there");
        (self.masked, self.body, self.reading) = (masked, body, reading);
        self.frames.pop().map(|frame| frame.children).unwrap_or_default()
    }
}
