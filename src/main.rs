//! The command `shardbook`: reads the command line, runs one command, gives its exit code.

use std::process::ExitCode;

use shardbook::cli::Cli;

fn main() -> ExitCode {
    let cli = Cli::read();
    shardbook::command::run(cli)
}
