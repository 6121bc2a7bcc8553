//! `shardbook completions` and `shardbook man`: what a shell and `man` know of the command line.

use clap::CommandFactory as _;

use super::output::Terminal;
use super::{Failure, Outcome};
use crate::cli::{self, Cli};

/// What pages of commands are from, at their foot: clap names the command there.
const SOURCE: &str = concat!("shardbook ", env!("CARGO_PKG_VERSION"));

pub(super) fn completions(options: &cli::Completions, terminal: &Terminal) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "shardbook", &mut script);
    terminal.result(&String::from_utf8_lossy(&script));
    Ok(Outcome::Clean)
}

pub(super) fn man(options: &cli::Man, terminal: &Terminal) -> Result<Outcome, Failure> {
    let mut command = Cli::command();
    command.build();
    let page = match &options.command {
        None => clap_mangen::Man::new(command),
        Some(name) => {
            let found = command.find_subcommand(name).cloned();
            let found = found.ok_or_else(|| format!("there is no command `{name}`"))?;
            clap_mangen::Man::new(found).title(format!("shardbook-{name}")).source(SOURCE)
        }
    };
    let mut text = Vec::new();
    page.render(&mut text).map_err(|error| error.to_string())?;
    terminal.result(&String::from_utf8_lossy(&text));
    Ok(Outcome::Clean)
}
