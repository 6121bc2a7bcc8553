//! The commands: each reads its options, calls the library, and writes what it says.
//!
//! Exit codes: 0 clean, 1 findings at or above the failing level, 2 the tool could not do its work.

mod adopt;
mod build;
mod check;
mod compile;
mod explain;
mod external;
mod fix;
mod init;
mod output;
mod report;
mod schema;
mod serve;
mod shell;
mod verify;

use std::process::ExitCode;

use crate::cli::{Cli, Command};

/// Why a command could not do its work: a sentence for the reader.
type Failure = String;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing at or above the failing level.
    Clean,
    /// Findings at or above the failing level.
    Findings,
}

/// Runs a command and gives the process's exit code.
pub fn run(cli: Cli) -> ExitCode {
    let terminal = output::Terminal::new(cli.color);
    let outcome = match cli.command {
        Command::Build(options) => build::run(&options, &terminal),
        Command::Check(options) => check::run(&options, &terminal),
        Command::Serve(options) => serve::run(&options, &terminal),
        Command::Compile(options) => compile::run(&options, &terminal),
        Command::Verify(options) => verify::run(&options, &terminal),
        Command::Explain(options) => explain::run(&options, &terminal),
        Command::Schema(options) => schema::run(&options, &terminal),
        Command::Init(options) => init::run(&options, &terminal),
        Command::Completions(options) => shell::completions(&options, &terminal),
        Command::Man(options) => shell::man(&options, &terminal),
    };
    match outcome {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(failure) => {
            terminal.error(&failure);
            ExitCode::from(2)
        }
    }
}
