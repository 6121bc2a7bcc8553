//! Links and pictures of Markdown.

use std::ops::Range;

use pulldown_cmark::LinkType;

use crate::page::builder::Builder;
use crate::page::links::{self, LinkKind, LinkRef};
use crate::page::tree::{Node, NodeKind};
use crate::text::Span;

impl Builder<'_> {
    /// Notes a link or picture that begins; `definition` is that of its label.
    pub(super) fn link(
        &mut self,
        link_type: LinkType,
        destination: &str,
        title: &str,
        span: Span,
        definition: Option<Range<usize>>,
    ) {
        let (kind, destination_span) = match link_type {
            LinkType::Autolink => (LinkKind::Autolink, Span::new(span.start + 1, span.end - 1)),
            LinkType::Email => (LinkKind::Email, Span::new(span.start + 1, span.end - 1)),
            LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut => {
                let written = definition.map_or(span, |definition| {
                    links::definition_destination(self.source.text(), self.span(definition), destination)
                });
                (LinkKind::Reference, written)
            }
            _ => (LinkKind::Inline, span),
        };
        let title = (!title.is_empty()).then(|| title.into());
        self.in_link += 1;
        self.built.links.push(LinkRef {
            kind,
            destination: destination.into(),
            title,
            destination_span,
            span,
        });
    }

    pub(super) fn end_link(&mut self, index: usize, image: bool, span: Span, children: Vec<Node>) {
        self.in_link = self.in_link.saturating_sub(1);
        let link = &mut self.built.links[index];
        if link.destination_span == link.span {
            let opened = span.start + 1 + usize::from(image);
            let content_end = children.last().map_or(opened, |last| last.span.end);
            link.destination_span =
                links::inline_destination(self.source.text(), link.span, content_end, &link.destination);
        }
        let kind = if image { NodeKind::Image(index) } else { NodeKind::Link(index) };
        self.push(Node { kind, span, children });
    }

    /// References whose label nobody defines. What looks like an index (`matrix[i][j]`) is none.
    pub(super) fn undefined_references(&mut self, mut undefined: Vec<(Span, Box<str>)>) {
        undefined.sort();
        undefined.dedup();
        let text = self.source.text();
        for (span, destination) in undefined {
            let before = text[..span.start].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || "_])".contains(c)) {
                continue;
            }
            let label =
                span.of(text).rfind('[').map_or(span, |at| Span::new(span.start + at + 1, span.end - 1));
            let destination_span = if label.is_empty() { span } else { label };
            let kind = LinkKind::UndefinedReference;
            self.built.links.push(LinkRef { kind, destination, title: None, destination_span, span });
        }
    }
}
