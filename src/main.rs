//! The command `shardbook`: reads the command line, runs one command, gives its exit code.

use std::process::ExitCode;

use clap::Parser as _;
use shardbook::cli::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    shardbook::command::run(cli)
}
