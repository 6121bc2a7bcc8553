//! A file's text, its lines, and a place in it.

use std::sync::{Arc, OnceLock};

use super::Span;
use super::digest::Digest;

/// One file of the site: its path from the site's root, with `/` between the parts, and its text.
///
/// Files are shared by [`Arc`]; two files are equal when their paths and texts are.
#[derive(Debug)]
pub struct SourceFile {
    path: String,
    text: String,
    line_starts: OnceLock<Vec<usize>>,
    digest: OnceLock<Digest>,
}

/// A line and a column, both counted from 1; columns count characters, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl SourceFile {
    /// A file named `path` that holds `text`.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            path: path.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
            digest: OnceLock::new(),
        })
    }

    /// The path from the site's root, with `/` between the parts.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The digest of path and text.
    pub fn digest(&self) -> Digest {
        *self.digest.get_or_init(|| Digest::of([self.path.as_bytes(), self.text.as_bytes()]))
    }

    /// The line and column of a byte offset. An offset past the end is the end's; one inside a character is
    /// that character's.
    pub fn line_column(&self, offset: usize) -> LineColumn {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= offset);
        let start = starts[line - 1];
        let column = self.text[start..offset].chars().filter(|&c| c != '\u{feff}').count() + 1;
        LineColumn { line, column }
    }

    /// The byte offset at which a line (from 1) starts, if the file has that line.
    pub fn line_start(&self, line: usize) -> Option<usize> {
        self.line_starts().get(line.checked_sub(1)?).copied()
    }

    /// Number of lines; a file that ends in a line break has an empty last line.
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let mut starts = vec![0];
            starts.extend(self.text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(at, _)| at + 1));
            starts
        })
    }
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.text == other.text
    }
}

impl Eq for SourceFile {}

/// A range of bytes in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file.
    pub source: Arc<SourceFile>,
    /// The bytes in it.
    pub span: Span,
}

impl Location {
    /// The bytes `span` of `source`.
    pub fn new(source: &Arc<SourceFile>, span: Span) -> Self {
        Self { source: Arc::clone(source), span }
    }

    /// Line and column of the first byte.
    pub fn start(&self) -> LineColumn {
        self.source.line_column(self.span.start)
    }

    /// Line and column one past the last byte.
    pub fn end(&self) -> LineColumn {
        self.source.line_column(self.span.end)
    }

    /// The text at this place.
    pub fn text(&self) -> &str {
        self.span.of(self.source.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let file = SourceFile::new("a.md", "tä\r\nx→y\n");
        assert_eq!(file.line_column(0), LineColumn { line: 1, column: 1 });
        assert_eq!(file.line_column(3), LineColumn { line: 1, column: 3 });
        assert_eq!(file.line_column(9), LineColumn { line: 2, column: 3 });
        assert_eq!(file.line_column(7), LineColumn { line: 2, column: 2 }, "inside a character");
        assert_eq!(file.line_column(99), LineColumn { line: 3, column: 1 });
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let file = SourceFile::new("a.md", "\u{feff}# Title");
        assert_eq!(file.line_column(3).column, 1);
    }
}
