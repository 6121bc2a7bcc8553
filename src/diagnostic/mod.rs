//! What the program has to say about a site: findings, their rules, and their reports.
//!
//! A stage never prints and never stops at its first finding: it returns [`Checked`], its output and all that it
//! found. An `Err` means that the tool itself could not work. Only [`report`] turns findings into text.

pub mod checked;
pub mod finding;
pub mod fix;
pub mod report;
pub mod rule;

pub use checked::Checked;
pub use finding::{Diagnostic, Edit, Fix, Label};
pub use rule::{Level, Rule};
