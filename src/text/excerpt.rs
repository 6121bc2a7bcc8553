//! Text taken out of a file, with the way back.

use std::sync::Arc;

use super::{Location, SourceFile, Span};

/// A text that was taken out of a file piece by piece (the lines of a fenced block without their indentation,
/// the inside of a quoted word) and that can say where in the file each of its bytes came from.
#[derive(Clone, Debug)]
pub struct Excerpt {
    source: Arc<SourceFile>,
    text: String,
    pieces: Vec<Piece>,
}

/// A run of the excerpt's text and the bytes of the file that it stands for. Runs of equal length are copies,
/// so that offsets inside them translate one to one; other runs (an escape, an entity) translate as a whole.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: usize,
    origin: Span,
}

impl Excerpt {
    /// An empty excerpt, to be filled by [`push`](Self::push) and [`push_as`](Self::push_as).
    pub fn empty(source: &Arc<SourceFile>) -> Self {
        Self { source: Arc::clone(source), text: String::new(), pieces: Vec::new() }
    }

    /// A whole file as an excerpt of itself.
    pub fn whole(source: &Arc<SourceFile>) -> Self {
        Self::slice(source, Span::new(0, source.text().len()))
    }

    /// One run of a file.
    pub fn slice(source: &Arc<SourceFile>, span: Span) -> Self {
        let mut excerpt = Self::empty(source);
        excerpt.push(span);
        excerpt
    }

    /// Appends the bytes `origin` of the file as they are.
    pub fn push(&mut self, origin: Span) {
        let source = Arc::clone(&self.source);
        self.push_as(origin.of(source.text()), origin);
    }

    /// Appends `text`, which stands for the bytes `origin` of the file.
    pub fn push_as(&mut self, text: &str, origin: Span) {
        if text.is_empty() {
            return;
        }
        self.pieces.push(Piece { start: self.text.len(), origin });
        self.text.push_str(text);
    }

    /// An excerpt of this excerpt: appends `text`, which stands for the bytes `span` of *this* text, to `inner`.
    pub fn push_nested(&self, inner: &mut Self, text: &str, span: Span) {
        inner.push_as(text, self.origin(span));
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file that the text was taken from.
    pub fn source(&self) -> &Arc<SourceFile> {
        &self.source
    }

    /// The bytes of the file from which the bytes `span` of this text came.
    pub fn origin(&self, span: Span) -> Span {
        let start = self.origin_of(span.start, false);
        if span.is_empty() {
            return Span::at(start);
        }
        Span::new(start, self.origin_of(span.end, true))
    }

    /// The place in the file of the bytes `span` of this text.
    pub fn locate(&self, span: Span) -> Location {
        Location::new(&self.source, self.origin(span))
    }

    /// The place in the file of the whole text.
    pub fn location(&self) -> Location {
        self.locate(Span::new(0, self.text.len()))
    }

    /// Translates one offset; an `end` belongs to the piece before it, a start to the piece that it opens.
    fn origin_of(&self, offset: usize, end: bool) -> usize {
        let after = self
            .pieces
            .partition_point(|piece| if end { piece.start < offset } else { piece.start <= offset });
        let Some(index) = after.checked_sub(1) else {
            return self.pieces.first().map_or(0, |piece| piece.origin.start);
        };
        let piece = self.pieces[index];
        let length = self.pieces.get(index + 1).map_or(self.text.len(), |next| next.start) - piece.start;
        let within = offset - piece.start;
        if length == piece.origin.len() {
            piece.origin.start + within.min(length)
        } else if within >= length || (end && within > 0) {
            piece.origin.end
        } else {
            piece.origin.start
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_of_an_indented_block_point_into_the_file() {
        let source = SourceFile::new("a.md", "- x\n\n  ```\n  one\n  two\n  ```\n");
        let mut block = Excerpt::empty(&source);
        block.push(Span::new(13, 17));
        block.push(Span::new(19, 23));
        assert_eq!(block.text(), "one\ntwo\n");
        assert_eq!(block.locate(Span::new(4, 7)).text(), "two");
        assert_eq!(block.locate(Span::new(0, 3)).text(), "one");
        assert_eq!(block.locate(Span::new(0, 7)).text(), "one\n  two");
    }

    #[test]
    fn an_escape_translates_as_a_whole() {
        let source = SourceFile::new("a.md", r#""a\"b""#);
        let mut inner = Excerpt::empty(&source);
        inner.push(Span::new(1, 2));
        inner.push_as("\"", Span::new(2, 4));
        inner.push(Span::new(4, 5));
        assert_eq!(inner.text(), "a\"b");
        assert_eq!(inner.locate(Span::new(1, 2)).text(), "\\\"");
        assert_eq!(inner.locate(Span::new(2, 3)).text(), "b");
    }
}
