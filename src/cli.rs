//! The command line: every command and option, as data.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

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

impl Cli {
    /// Reads the command line of the process; ends it with usage where that can't be read.
    pub fn read() -> Self {
        let matches = Self::command().get_matches();
        Self::from_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// The command line in what clap made of it. The order of `--format` and `--output` counts.
    ///
    /// # Errors
    /// What clap says.
    pub fn from_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut cli = Self::from_arg_matches(matches)?;
        if let (Command::Check(check), Some(("check", given))) = (&mut cli.command, matches.subcommand()) {
            check.order = Order { formats: places(given, "format"), outputs: places(given, "output") };
        }
        Ok(cli)
    }
}

fn places(given: &ArgMatches, name: &str) -> Vec<usize> {
    given.indices_of(name).map(Iterator::collect).unwrap_or_default()
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
    /// Write JSON Schemas or TypeScript types for editors and programs
    Schema(Schema),
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
    /// Render every page anew and remember none, instead of those that changed since the last build
    #[arg(long)]
    pub no_cache: bool,
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
    /// Write the report to a file instead of standard output; belongs to the `--format` before it
    #[arg(long, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// Where both stand on the command line
    #[arg(skip)]
    pub order: Order,
    /// Treat the findings of a rule, or all `warnings`, as errors
    #[arg(long, value_name = "RULE|warnings")]
    pub deny: Vec<String>,
    /// Judge every snippet for this engine version, as in `sglang@0.5.23`
    #[arg(long, value_name = "ENGINE@VERSION")]
    pub against: Option<String>,
    /// Findings that this file knows don't fail; new ones do
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the findings of this run to the baseline
    #[arg(long, requires = "baseline")]
    pub update_baseline: bool,
    /// Rewrite what has a known replacement, such as renamed flags, in the files themselves
    #[arg(long)]
    pub fix: bool,
    /// With `--fix`: show what would change, and change nothing
    #[arg(long, requires = "fix")]
    pub dry_run: bool,
    /// Ask other hosts whether the links to them lead anywhere
    #[arg(long)]
    pub external: bool,
    /// With `--external`: ask nobody, and judge by what earlier runs were told
    #[arg(long, requires = "external")]
    pub offline: bool,
}

/// The places of `--format` and `--output` on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// Of each `--format`.
    pub formats: Vec<usize>,
    /// Of each `--output`.
    pub outputs: Vec<usize>,
}

impl Check {
    /// The reports that are asked for, each with its file. An `--output` belongs to the `--format` before it; where
    /// there is one of each, they belong together in any order.
    ///
    /// # Errors
    /// Says which `--output` has no format, which format has two, or which two would be mixed on standard output.
    pub fn reports(&self) -> Result<Vec<(Format, Option<&Path>)>, String> {
        if self.format.is_empty() {
            let output = self.output.first().map(PathBuf::as_path);
            return match self.output.len() {
                0 | 1 => Ok(vec![(Format::Human, output)]),
                _ => Err("there are several `--output` and no `--format`".into()),
            };
        }
        let mut reports: Vec<(Format, Option<&Path>)> =
            self.format.iter().map(|format| (*format, None)).collect();
        for (number, output) in self.output.iter().enumerate() {
            let place = self.order.outputs.get(number).copied().unwrap_or(usize::MAX);
            let before = self.order.formats.iter().filter(|format| **format < place).count();
            let owner = if self.format.len() == 1 { 1 } else { before };
            let Some((format, taken)) = owner.checked_sub(1).and_then(|owner| reports.get_mut(owner)) else {
                return Err(format!(
                    "`--output {}` stands before all formats; put it behind its `--format`",
                    output.display()
                ));
            };
            if taken.is_some() {
                let name = format.name();
                return Err(format!(
                    "`--format {name}` has two `--output`; repeat the format for the second"
                ));
            }
            *taken = Some(output);
        }
        let printed = reports.iter().filter(|(format, to)| to.is_none() && *format != Format::Human);
        let printed: Vec<&str> = printed.map(|(format, _)| format.name()).collect();
        if let [first, second, ..] = printed[..] {
            return Err(format!(
                "`{first}` and `{second}` would be mixed on standard output; give one of them an `--output`"
            ));
        }
        Ok(reports)
    }
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
    /// Rewrite what has a known replacement, such as renamed flags, in the file itself
    #[arg(long)]
    pub fix: bool,
    /// With `--fix`: show what would change, and change nothing
    #[arg(long, requires = "fix")]
    pub dry_run: bool,
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

/// `shardbook schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// Where the site is
    #[command(flatten)]
    pub root: Root,
    /// JSON Schemas (2020-12), or TypeScript types of engine blocks and the compiled form
    #[arg(value_enum)]
    pub kind: SchemaKind,
    /// What the JSON Schema is of; all in one document unless given
    #[arg(value_enum)]
    pub subject: Option<SchemaSubject>,
    /// Write a file for each to this folder instead of standard output
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// The languages of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaKind {
    /// JSON Schema 2020-12.
    Json,
    /// TypeScript declarations.
    Typescript,
}

/// What a schema is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaSubject {
    /// A file of `data/models/src/`
    Source,
    /// A file of `data/models/generated/`
    Compiled,
    /// `site.yaml`
    Site,
    /// `api/catalog.json`
    Catalog,
    /// The JSON of one model
    Model,
    /// The JSON of one configuration
    Configuration,
    /// The findings of a run, as `--format json` writes them
    Report,
}

/// `shardbook init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder, new or empty; with `--from`, that of the documentation
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Write only a `site.yaml`, for documentation that was written for another generator
    #[arg(long, value_enum, value_name = "GENERATOR")]
    pub from: Option<From>,
    /// Replace a `site.yaml` that is there
    #[arg(long, requires = "from")]
    pub force: bool,
}

/// Another generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum From {
    /// Docusaurus.
    Docusaurus,
    /// Mintlify and others that read MDX.
    Mdx,
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

impl Format {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Github => "github",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
        }
    }
}

/// The languages that `verify` reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// A shell script.
    Bash,
    /// A YAML document.
    Yaml,
    /// A page: every block of code in it is judged.
    Markdown,
}
