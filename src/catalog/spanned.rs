//! Values that know where they were written.

use std::ops::Deref;
use std::sync::Arc;

use crate::text::{Location, SourceFile, Span};

/// A value and the bytes of its file that it was read from.
///
/// Where a value was written is no part of what it is: equal values are equal wherever they stand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The bytes that it was read from.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value that was read from the bytes `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

/// The file that a compiled model or configuration came from: the source file for what was compiled here, the
/// compiled file itself for what was read from one. Any two are equal, as for [`Spanned`].
#[derive(Clone, Debug)]
pub struct Origin(Arc<SourceFile>);

impl Origin {
    /// The origin of what was read from `source`.
    pub fn new(source: &Arc<SourceFile>) -> Self {
        Self(Arc::clone(source))
    }

    /// The file.
    pub fn source(&self) -> &Arc<SourceFile> {
        &self.0
    }

    /// The place of some bytes of the file.
    pub fn locate(&self, span: Span) -> Location {
        Location::new(&self.0, span)
    }
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Origin {}
