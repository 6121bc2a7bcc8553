//! What the Markdown parser reads in place of a page, with the way back to the page's bytes.
//!
//! Indentation that means nothing in MDX is gone, a tag on a line of its own has become a thematic break, a tag in text
//! one character. Every byte knows the bytes of the file that it stands for.

use std::ops::Range;

use super::esm::Import;
use super::script;
use super::token::Tag;
use crate::page::spanned::Spanned;
use crate::text::Span;

/// Stands in text for a tag or an expression.
pub(crate) const MARK: char = '\u{e}';

/// A page's text as the Markdown parser reads it.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) text: String,
    pieces: Vec<Piece>,
    /// Tags and expressions, in the order of their first bytes.
    pub(crate) marks: Vec<Mark>,
    pub(crate) imports: Vec<Import>,
    pub(crate) constants: script::Names,
    /// Lines that look like admonitions of the site's own and are text.
    pub(crate) unread: Vec<Spanned<Box<str>>>,
}

/// A run of the reading's text, and the bytes of the file that it stands for.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: usize,
    origin: Span,
    /// Whether the text is a copy of the bytes.
    copied: bool,
}

/// A tag or an expression.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) span: Span,
    pub(crate) kind: MarkKind,
}

/// What a mark is.
#[derive(Clone, Debug)]
pub(crate) enum MarkKind {
    Tag(Box<Tag>),
    /// An expression that shows a text.
    Text(String),
    /// An expression that shows JSX.
    Pieces(Vec<script::Piece>),
    /// What the page that holds this part gives it.
    Property(String),
    /// A formula; whether it stands on lines of its own.
    Math {
        text: String,
        display: bool,
    },
    /// An expression that only a program can read.
    Computed,
}

/// A part of some read text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// Text, and the bytes that it stands for.
    Text(&'a str, Span),
    /// A mark, by the bytes that it stands for.
    Mark(Span),
}

impl Reading {
    /// Appends bytes of the file as they are.
    pub(super) fn copy(&mut self, text: &str, span: Span) {
        if span.is_empty() {
            return;
        }
        let goes_on = self.pieces.last().is_some_and(|piece| piece.copied && piece.origin.end == span.start);
        if goes_on && let Some(piece) = self.pieces.last_mut() {
            piece.origin.end = span.end;
        } else {
            self.pieces.push(Piece { start: self.text.len(), origin: span, copied: true });
        }
        self.text.push_str(span.of(text));
    }

    /// Appends text that stands for bytes of the file.
    pub(super) fn put(&mut self, text: &str, origin: Span) {
        if !text.is_empty() {
            self.pieces.push(Piece { start: self.text.len(), origin, copied: false });
            self.text.push_str(text);
        }
    }

    /// The bytes of the file for a range of the text.
    pub(crate) fn origin(&self, range: &Range<usize>) -> Span {
        let start = self.offset(range.start, false);
        if range.is_empty() {
            return Span::at(start);
        }
        Span::new(start, self.offset(range.end, true).max(start))
    }

    fn offset(&self, at: usize, end: bool) -> usize {
        let after =
            self.pieces.partition_point(|piece| if end { piece.start < at } else { piece.start <= at });
        let Some(piece) = after.checked_sub(1).map(|index| self.pieces[index]) else {
            return self.pieces.first().map_or(0, |piece| piece.origin.start);
        };
        let within = at - piece.start;
        if piece.copied {
            (piece.origin.start + within).min(piece.origin.end)
        } else if end || within >= self.end_of(after - 1) - piece.start {
            piece.origin.end
        } else {
            piece.origin.start
        }
    }

    fn end_of(&self, index: usize) -> usize {
        self.pieces.get(index + 1).map_or(self.text.len(), |next| next.start)
    }

    /// The parts of a range of the text.
    pub(crate) fn parts(&self, range: &Range<usize>) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        let first = self.pieces.partition_point(|piece| piece.start <= range.start).saturating_sub(1);
        for (index, piece) in self.pieces.iter().enumerate().skip(first) {
            if piece.start >= range.end {
                break;
            }
            let (start, end) = (piece.start.max(range.start), self.end_of(index).min(range.end));
            let Some(text) = self.text.get(start..end).filter(|text| !text.is_empty()) else { continue };
            if !piece.copied && text.chars().eq([MARK]) {
                parts.push(Part::Mark(piece.origin));
            } else if piece.copied {
                let from = piece.origin.start + start - piece.start;
                parts.push(Part::Text(text, Span::new(from, from + text.len())));
            } else {
                parts.push(Part::Text(text, piece.origin));
            }
        }
        parts
    }

    /// A range of the text with the page's own words for its marks.
    pub(crate) fn restored(&self, source: &str, range: &Range<usize>) -> String {
        let parts = self.parts(range).into_iter().map(|part| match part {
            Part::Text(text, _) => text,
            Part::Mark(span) => span.of(source),
        });
        parts.collect()
    }

    /// The mark at some bytes of the file.
    pub(crate) fn mark_at(&self, span: Span) -> Option<usize> {
        let index = self.marks.binary_search_by_key(&span.start, |mark| mark.span.start).ok()?;
        (self.marks[index].span == span).then_some(index)
    }
}
