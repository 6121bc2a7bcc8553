//! The command line: every command and option, as data.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// A documentation site that cannot publish a wrong command.
#[derive(Debug, Parser)]
#[command(name = "shardbook", version, about, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true)]
    pub color: Color,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the site and publish it to a folder
    Build(Build),
    /// Check the site without publishing it
    Check(Check),
    /// Show the site while you write it, on this machine
    Serve(Serve),
    /// Compile the catalog's sources to their full form
    Compile(Compile),
    /// Check one file or standard input, without a site
    Verify(Verify),
    /// Say what a rule checks and why
    Explain(Explain),
    /// Write a small site to start from
    Init(Init),
    /// Write a script that completes this command line in a shell
    Completions(Completions),
    /// Write the manual page
    Man(Man),
}

/// Where the site is.
#[derive(Debug, Args)]
pub struct Root {
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
}

/// `shardbook build`.
#[derive(Debug, Args)]
pub struct Build {
    /// Where the site is
    #[command(flatten)]
    pub root: Root,
    /// The folder to publish to, `public` in the site's folder unless given
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Where the site will be published, as in `https://host/project/`
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Replace the output folder even if shardbook did not make it
    #[arg(long)]
    pub force: bool,
    /// Publish drafts, too
    #[arg(long)]
    pub drafts: bool,
}

/// `shardbook check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Where the site is
    #[command(flatten)]
    pub root: Root,
    /// Show findings in these files and folders only
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// How to write the findings; can be given several times, each followed by its `--output`
    #[arg(long, value_enum)]
    pub format: Vec<Format>,
    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// Treat the findings of a rule, or all `warnings`, as errors
    #[arg(long, value_name = "RULE|warnings")]
    pub deny: Vec<String>,
    /// Judge every snippet for this engine version, as in `sglang@0.5.23`
    #[arg(long, value_name = "ENGINE@VERSION")]
    pub against: Option<String>,
}

/// `shardbook serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where the site is
    #[command(flatten)]
    pub root: Root,
    /// The address or name to listen on; others than this machine's own let other machines in
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    pub host: String,
    /// The port to listen on; 0 is any free one
    #[arg(long, value_name = "PORT", default_value_t = 4000)]
    pub port: u16,
    /// Open the site in a browser
    #[arg(long)]
    pub open: bool,
    /// Show drafts, too
    #[arg(long)]
    pub drafts: bool,
}

/// `shardbook compile`.
#[derive(Debug, Args)]
pub struct Compile {
    /// Where the site is
    #[command(flatten)]
    pub root: Root,
    /// Write nothing; show what is stale and exit with 1
    #[arg(long)]
    pub check: bool,
}

/// `shardbook verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// The file to check; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: String,
    /// The language, where the file's name does not tell
    #[arg(long, value_enum)]
    pub lang: Option<Language>,
    /// The engine version, the newest one known unless given
    #[arg(long, value_name = "ENGINE@VERSION")]
    pub engine: Option<String>,
    /// Judge each line as arguments of this program
    #[arg(long, value_name = "NAME")]
    pub program: Option<String>,
    /// The model that commands and blocks are about
    #[arg(long, value_name = "ID")]
    pub model: Option<String>,
    /// How to write the findings
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Say what each command means, too (with `--format json`)
    #[arg(long)]
    pub values: bool,
}

/// `shardbook explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The rule, as in `parallelism/ep-divides-tp`
    #[arg(value_name = "RULE", required_unless_present = "list")]
    pub rule: Option<String>,
    /// List all rules
    #[arg(long)]
    pub list: bool,
}

/// `shardbook init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder, new or empty
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// `shardbook completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: clap_complete::Shell,
}

/// `shardbook man`.
#[derive(Debug, Args)]
pub struct Man {
    /// The command, as in `build`; the page about the whole program unless given
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// The formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the source line and the word underlined.
    Human,
    /// One line for each finding.
    Concise,
    /// One JSON object.
    Json,
    /// Annotations of GitHub Actions.
    Github,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit XML.
    Junit,
}

/// The languages that `verify` reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// A shell script.
    Bash,
    /// A YAML document.
    Yaml,
}
