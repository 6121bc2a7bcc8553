//! What a command of a shell is to an engine.

use super::command::Command;
use crate::diagnostic::Diagnostic;
use crate::engine::spec::Program;

/// What an invocation is to an engine.
#[derive(Debug)]
pub enum Found<'a> {
    /// A command of one of its programs.
    Program(&'a Program, Command),
    /// It stops before any program reads its words.
    Refused(Box<Diagnostic>),
    /// It names a program of the engine that is not known.
    Unknown(Box<Diagnostic>),
    /// Nothing of the engine's.
    Foreign,
}
