//! Byte ranges, source files and their lines.
//!
//! Everything that the program says about a document it says with a [`Span`] of bytes in a [`SourceFile`].
//! Text that was taken out of a document (a fenced block, a quoted word) is an [`Excerpt`], which knows where
//! each of its bytes stands in the file, so that no other module translates offsets.

pub mod day;
pub mod digest;
pub mod excerpt;
pub mod nearest;
pub mod source;
pub mod span;

pub use day::Day;
pub use digest::{Digest, Digester};
pub use excerpt::Excerpt;
pub use source::{LineColumn, Location, SourceFile};
pub use span::Span;

/// The time that the processor has spent on this thread, which other work on the machine does not lengthen.
#[cfg(test)]
pub(crate) fn processor_time() -> std::time::Duration {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    std::time::Duration::try_from(spent).expect("time goes forward")
}
