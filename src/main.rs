//! The command `shardbook`: reads the command line, runs one command, gives its exit code.

use std::process::ExitCode;

use mimalloc::MiMalloc;
use shardbook::cli::Cli;

/// All threads make and drop many small texts; the system's allocator spends a sixth of a build on that.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::read();
    shardbook::command::run(cli)
}
