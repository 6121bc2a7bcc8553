//! Whether what a page or the catalog tells a reader to run is right.
//!
//! [`page`] checks every block of a page: [`shell`] finds the commands in shell text, [`program`] the engine's
//! programs among them, and [`judge`] gives the verdict, which [`problems`] and [`uses`] put into words. Blocks of YAML are
//! recognised and lowered by [`mod@block`], and judged like commands. [`rules`] hold for every launch, however it
//! was written ([`subject`]). [`tally`] counts what was looked at and what was not.

pub mod block;
pub mod catalog;
pub mod catalog_file;
pub mod command;
pub mod config_file;
pub mod constraints;
pub mod context;
pub mod data;
pub mod dispatch;
pub mod found;
pub mod judge;
pub mod kind;
pub mod launch;
pub mod manifest;
mod mistyped;
pub mod own;
pub mod page;
pub mod pair;
pub mod problems;
pub mod program;
mod renamed;
pub mod rules;
mod safe_load;
pub mod shell;
pub mod snippet;
pub mod subject;
pub mod tally;
pub mod uses;
