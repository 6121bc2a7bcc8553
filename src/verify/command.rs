//! One command of an engine, judged as the engine's own parser judges it.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::engine::Engines;
use crate::engine::argparse::{self, Parse, Word};
use crate::engine::spec::{EngineSpec, Program};
use crate::text::{Excerpt, Location, Span};

/// One word of a command, and where its bytes came from.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The word, after quotes are removed.
    pub word: Word,
    /// The same text with the way back to its file.
    pub origin: Excerpt,
}

impl Argument {
    /// A word that is what its excerpt says.
    pub fn literal(origin: Excerpt) -> Self {
        Self { word: Word::literal(origin.text()), origin }
    }

    /// A word that stands for some bytes of a file as a whole.
    pub fn standing_for(text: &str, place: &Location) -> Self {
        let mut origin = Excerpt::empty(&place.source);
        origin.push_as(text, place.span);
        Self { word: Word::literal(text), origin }
    }

    /// The place of some bytes of the word.
    pub fn place(&self, range: impl Into<Span>) -> Location {
        self.origin.locate(range.into())
    }

    /// The place of the whole word.
    pub fn location(&self) -> Location {
        self.origin.location()
    }
}

/// An environment variable set for a command.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name, and where it stands.
    pub name: Argument,
    /// Its value.
    pub value: String,
}

/// A command of an engine's program.
#[derive(Clone, Debug)]
pub struct Command {
    /// The words that name the program, as in `python -m sglang.launch_server`.
    pub start: Location,
    /// The words behind them.
    pub arguments: Vec<Argument>,
    /// The variables set for it.
    pub variables: Vec<Variable>,
    /// Whether the text says that words were left out (`...`), so that nothing is missing.
    pub elided: bool,
}

impl Command {
    /// Whether the program reads options from a file besides. It does so for the exact word `--config` only.
    pub fn has_config_file(&self, program: &Program) -> bool {
        program.accepts_config_file && self.arguments.iter().any(|argument| argument.word.text == "--config")
    }
}

/// A command together with what its program's parser made of it.
#[derive(Debug)]
pub struct Parsed<'a> {
    /// The command.
    pub command: &'a Command,
    /// All versions of the engine, for what other versions say.
    pub engines: &'a Engines,
    /// The version it is judged for.
    pub spec: &'a EngineSpec,
    /// Its program.
    pub program: &'a Program,
    /// What the parser made of the words.
    pub parse: Parse,
}

impl<'a> Parsed<'a> {
    /// Parses a command for one version.
    pub fn new(
        command: &'a Command,
        engines: &'a Engines,
        spec: &'a EngineSpec,
        program: &'a Program,
    ) -> Self {
        let words: Vec<Word> = command.arguments.iter().map(|argument| argument.word.clone()).collect();
        let parse = argparse::parse(program.parser(), &words);
        Self { command, engines, spec, program, parse }
    }

    /// The place of a word, or of the program where the word is not there.
    pub fn place(&self, word: Option<usize>, range: std::ops::Range<usize>) -> Location {
        match word.and_then(|word| self.command.arguments.get(word)) {
            Some(argument) => argument.place(range),
            None => self.command.start.clone(),
        }
    }

    /// The place of the flag of a use, without its value.
    pub fn flag_place(&self, used: &argparse::Use) -> Location {
        self.place(Some(used.word), 0..used.written.len())
    }

    /// The last use of the option that keeps its value under `dest`.
    pub fn last_use(&self, dest: &str) -> Option<&argparse::Use> {
        let options = self.program.parser().options();
        self.parse
            .uses
            .iter()
            .rev()
            .find(|used| options.get(used.option).is_some_and(|option| option.dest == dest))
    }

    /// The place of the value of an option, or of its flag where it takes none.
    pub fn value_place(&self, dest: &str) -> Option<Location> {
        let used = self.last_use(dest)?;
        if let Some(start) = used.joined {
            let argument = self.command.arguments.get(used.word)?;
            return Some(argument.place(start..argument.word.text.len()));
        }
        match (used.values.first(), used.values.last()) {
            (Some(&first), Some(&last)) => {
                let (first, last) = (self.command.arguments.get(first)?, self.command.arguments.get(last)?);
                let (first, last) = (first.location(), last.location());
                Some(Location::new(&first.source, first.span.to(last.span)))
            }
            _ => Some(self.flag_place(used)),
        }
    }

    /// Whether flags may stand elsewhere: where words were left out, in a `--config` file, or behind a placeholder.
    pub fn may_have_more(&self) -> bool {
        let command = self.command;
        command.elided || command.has_config_file(self.program) || super::dispatch::may_hold_flags(command)
    }

    /// The engine and version in words: `SGLang 0.5.10`.
    pub fn engine_name(&self) -> String {
        engine_name(self.spec)
    }
}

/// The engine and version in words: `SGLang 0.5.10`.
pub fn engine_name(spec: &EngineSpec) -> String {
    let name = if spec.engine == "sglang" { "SGLang" } else { &spec.engine };
    format!("{name} {}", spec.version)
}

/// A prefix of a flag where the flag should stand.
pub static ABBREVIATED: Rule = Rule::new("cli/abbreviated-flag", Level::Note, "flags are written out");
/// A flag that stands more than once.
pub static REPEATED: Rule =
    Rule::new("cli/repeated-flag", Level::Warning, "a flag stands once, since only its last value counts");
/// A flag that the engine calls deprecated.
pub static DEPRECATED: Rule =
    Rule::new("cli/deprecated-flag", Level::Warning, "flags are not deprecated in the version used");
/// A variable that looks like the engine's and is none.
pub static UNKNOWN_VARIABLE: Rule = Rule::new(
    "cli/unknown-variable",
    Level::Warning,
    "environment variables with the engine's prefix are read by the engine",
);

/// A variable that the engine calls deprecated.
pub static DEPRECATED_VARIABLE: Rule = Rule::new(
    "cli/deprecated-variable",
    Level::Warning,
    "environment variables are not deprecated in the version used",
);

/// A program that imports what the version does not have.
pub static BROKEN_PROGRAM: Rule = Rule::new(
    "cli/broken-program",
    Level::Warning,
    "the program that a command runs can start in the version used",
);

/// The rules of this file.
pub static RULES: [&Rule; 6] =
    [&ABBREVIATED, &REPEATED, &DEPRECATED, &UNKNOWN_VARIABLE, &DEPRECATED_VARIABLE, &BROKEN_PROGRAM];

/// Whether the program can start at all.
pub fn check_program(parsed: &Parsed<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(broken) = &parsed.program.broken else { return };
    let message = format!(
        "`{}` can't start in {}: it imports `{}`, which `{}` does not have",
        parsed.program.name,
        parsed.engine_name(),
        broken.missing,
        broken.module
    );
    let works = super::problems::versions_with(parsed, |spec| {
        spec.program(&parsed.program.name).is_some_and(|program| program.broken.is_none())
    });
    findings.push(
        Diagnostic::new(&BROKEN_PROGRAM, parsed.command.start.clone(), message)
            .maybe_help(works.map(|versions| format!("it starts in {versions}"))),
    );
}

/// What the parser takes but a careful author would not write.
pub fn check_uses(parsed: &Parsed<'_>, findings: &mut Vec<Diagnostic>) {
    let options = parsed.program.parser().options();
    for (at, used) in parsed.parse.uses.iter().enumerate() {
        let Some(option) = options.get(used.option) else { continue };
        if used.abbreviated {
            findings.push(abbreviated(parsed, used));
        }
        if let Some(deprecated) = option.deprecated.as_ref().filter(|deprecated| !deprecated.refused) {
            let message = format!("`{}` is deprecated in {}", used.flag, parsed.engine_name());
            let help = deprecated.advice.as_ref().or(deprecated.replacement.as_ref());
            let mut finding = Diagnostic::new(&DEPRECATED, parsed.flag_place(used), message)
                .maybe_help(help.map(|help| format!("use `{help}`")));
            finding.fix = super::renamed::of_use(parsed, used);
            findings.push(finding);
        }
        let gathers = matches!(
            option.action,
            crate::engine::option::Action::Append
                | crate::engine::option::Action::AppendConst
                | crate::engine::option::Action::Extend
                | crate::engine::option::Action::Count
        );
        let earlier = parsed.parse.uses[..at].iter().rfind(|earlier| earlier.option == used.option);
        if let Some(earlier) = earlier.filter(|_| !gathers && !option.is_positional()) {
            let message = format!("`{}` stands again, and only its last value counts", used.flag);
            findings.push(
                Diagnostic::new(&REPEATED, parsed.flag_place(used), message)
                    .related(parsed.flag_place(earlier), "first here")
                    .help("leave one of the two out"),
            );
        }
    }
}

fn abbreviated(parsed: &Parsed<'_>, used: &argparse::Use) -> Diagnostic {
    let message = format!("`{}` is taken as `{}`, of which it is the beginning", used.written, used.flag);
    let place = parsed.flag_place(used);
    let breaks = parsed.engines.specs().find(|other| {
        other.version > parsed.spec.version
            && other.program(&parsed.program.name).is_some_and(|program| {
                let parser = program.parser();
                parser.find(&used.written).is_none()
                    && parser.spellings().filter(|spelling| spelling.starts_with(&used.written)).count() != 1
            })
    });
    let mut finding =
        Diagnostic::new(&ABBREVIATED, place.clone(), message).help(format!("write `{}`", used.flag));
    if let Some(breaks) = breaks {
        finding = finding.help(format!("{} refuses this abbreviation", engine_name(breaks)));
    }
    let edit = super::renamed::edit(place, &used.written, &used.flag);
    match edit {
        Some(edit) => finding.fix(crate::diagnostic::Fix::safe(format!("write `{}`", used.flag), vec![edit])),
        None => finding,
    }
}

/// Variables that begin like the engine's but that it does not read.
pub fn check_variables(parsed: &Parsed<'_>, findings: &mut Vec<Diagnostic>) {
    let known = &parsed.spec.env_vars;
    for variable in &parsed.command.variables {
        let name = variable.name.word.text.as_str();
        if !name.starts_with("SGLANG_") && !name.starts_with("SGL_") {
            continue;
        }
        if known.is_empty() || known.iter().any(|known| known == name) {
            continue;
        }
        if let Some(finding) = deprecated_variable(parsed, &variable.name) {
            findings.push(finding);
            continue;
        }
        let message = format!("{} does not read the variable `{name}`", parsed.engine_name());
        let elsewhere =
            super::problems::versions_with(parsed, |spec| spec.env_vars.iter().any(|known| known == name));
        let help = crate::text::nearest::did_you_mean(name, known.iter().map(String::as_str));
        findings.push(
            Diagnostic::new(&UNKNOWN_VARIABLE, variable.name.location(), message)
                .maybe_help(help)
                .maybe_help(elsewhere.map(|versions| format!("it is read by {versions}"))),
        );
    }
}

/// What is said about a variable that the engine still knows, but under another name. It hands every variable `SGL_X` on as
/// `SGLANG_X` (`_convert_SGL_to_SGLANG` in `sglang/srt/environ.py`, `_handle_deprecated_envs` in 0.5.23).
fn deprecated_variable(parsed: &Parsed<'_>, variable: &Argument) -> Option<Diagnostic> {
    let name = variable.word.text.as_str();
    let message = format!("the variable `{name}` is deprecated in {}", parsed.engine_name());
    let finding = Diagnostic::new(&DEPRECATED_VARIABLE, variable.location(), message);
    if let Some(replacement) = parsed.spec.deprecated_env_vars.get(name) {
        let help = replacement.as_ref().map(|replacement| format!("use `{replacement}`"));
        return Some(finding.help(help.unwrap_or_else(|| "leave it out".to_owned())));
    }
    let new = format!("SGLANG_{}", name.strip_prefix("SGL_")?);
    if !parsed.spec.env_vars.contains(&new) {
        return None;
    }
    let mut finding = finding.help(format!("write `{new}`"));
    let is_set = parsed.command.variables.iter().any(|other| other.name.word.text == new);
    finding.fix = super::renamed::edit(variable.location(), name, &new)
        .filter(|_| !is_set)
        .map(|edit| crate::diagnostic::Fix::safe(format!("write `{new}`"), vec![edit]));
    Some(finding)
}
