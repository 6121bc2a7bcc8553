//! A value together with the bytes that it was written with.

use crate::text::Span;

/// A value that a page's author wrote, and where in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The bytes in the page's file.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value written with the bytes `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}
