//! One command of an engine, and what its program's parser makes of it.

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

    /// Whether a placeholder that is no flag's value may hold flags: `sglang serve $ARGS`.
    pub fn may_hold_flags(&self) -> bool {
        self.arguments.iter().enumerate().any(|(at, argument)| {
            let before = at.checked_sub(1).map(|before| self.arguments[before].word.text.as_str());
            let is_value = before.is_some_and(|before| before.starts_with('-') && !before.contains('='));
            argument.word.opaque && !argument.word.text.starts_with('-') && !is_value
        })
    }

    /// Whether flags may stand elsewhere: where words were left out, in a `--config` file, or behind a placeholder.
    pub fn may_have_more(&self, program: &Program) -> bool {
        self.elided || self.has_config_file(program) || self.may_hold_flags()
    }

    /// What a program's parser makes of the words.
    pub fn parse(&self, program: &Program) -> Parse {
        let words: Vec<Word> = self.arguments.iter().map(|argument| argument.word.clone()).collect();
        argparse::parse(program.parser(), &words)
    }

    /// Whether a program takes the command, nothing else said about it.
    pub fn is_accepted_by(&self, program: &Program) -> bool {
        let may_have_more = self.may_have_more(program);
        self.parse(program).problems.iter().all(|problem| may_have_more && problem.kind.is_missing())
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
        Self { command, engines, spec, program, parse: command.parse(program) }
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

    /// Whether flags may stand elsewhere than among the words.
    pub fn may_have_more(&self) -> bool {
        self.command.may_have_more(self.program)
    }

    /// The engine and version in words: `SGLang 0.5.10`.
    pub fn engine_name(&self) -> String {
        engine_name(self.spec)
    }

    /// The other versions of which something holds, in words: `SGLang 0.5.23`, `SGLang 0.5.6 to 0.5.8`.
    pub fn other_versions(&self, holds: impl Fn(&EngineSpec) -> bool) -> Option<String> {
        let with: Vec<&EngineSpec> =
            self.engines.specs().filter(|spec| spec.version != self.spec.version && holds(spec)).collect();
        let (first, last) = (with.first()?, with.last()?);
        if first.version == last.version {
            return Some(engine_name(first));
        }
        let between =
            self.engines.specs().filter(|spec| first.version <= spec.version && spec.version <= last.version);
        if between.count() == with.len() {
            return Some(format!("{} to {}", engine_name(first), last.version));
        }
        let names: Vec<String> = with.iter().map(|spec| spec.version.to_string()).collect();
        let (last, middle) = names[1..].split_last()?;
        let middle: String = middle.iter().map(|name| format!(", {name}")).collect();
        Some(format!("{}{middle} and {last}", engine_name(first)))
    }
}

/// The engine and version in words: `SGLang 0.5.10`.
pub fn engine_name(spec: &EngineSpec) -> String {
    let name = if spec.engine == "sglang" { "SGLang" } else { &spec.engine };
    format!("{name} {}", spec.version)
}
