//! The YAML file that the engine takes with `--config`.
//!
//! The engine turns each entry into words, and parses them before those of the command. So does this: the words
//! are judged like a command's, each standing for the bytes of its key or value.

use super::command::{Argument, Command, Parsed, engine_name};
use super::context::{Context, Scope};
use super::launch::Surroundings;
use super::problems;
use super::safe_load::{self, Loaded};
use super::shell::words::has_placeholder;
use super::subject::{Form, Judge, NotJudged};
use super::uses::check_uses;
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::engine::argparse::Word;
use crate::engine::argparse::parser::ArgumentParser;
use crate::engine::argparse::problem::ProblemKind;
use crate::engine::option::{Action, Arity, OptionSpec};
use crate::engine::spec::{ConfigReader, EngineSpec, Program};
use crate::engine::value::Value as Constant;
use crate::page::snippet::Snippet;
use crate::text::nearest::did_you_mean;
use crate::text::{Excerpt, Span};
use crate::world::yaml::{Entry, Node, Value};

/// A key or value that the engine does not take from its file.
pub static CONFIG_FILE: Rule = Rule::new(
    "cli/config-file",
    Level::Error,
    "every key of a `--config` file is a flag without its dashes, with a value that the flag takes",
);

/// An entry that the engine drops.
pub static CONFIG_FILE_DROPPED: Rule =
    Rule::new("cli/config-file-dropped", Level::Note, "every entry of a `--config` file does something");

/// Checks a document as such a file, for each version of the scope. Gives back the rules that lacked a fact: flags may
/// stand in the command as well, so that only what the file says is judged.
pub fn check(
    snippet: &Snippet,
    document: &Node,
    context: &Context<'_>,
    scope: &Scope<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<NotJudged> {
    let mut not_judged = Vec::new();
    for spec in &scope.versions {
        let Some(program) = spec.program("sglang.launch_server") else { continue };
        let mut words = Words { code: &snippet.code, spec, program, arguments: Vec::new(), findings };
        words.read(document);
        let Words { arguments, .. } = words;
        let start = snippet.code.locate(document.span);
        let command = Command {
            start,
            arguments: arguments.iter().map(|word| word.argument.clone()).collect(),
            variables: Vec::new(),
            elided: true,
        };
        let parsed = Parsed::new(&command, context.engines, spec, program);
        for problem in &parsed.parse.problems {
            let word = problem.word.and_then(|word| arguments.get(word));
            findings.extend(
                match word {
                    Some(word) => refused(&parsed, &problem.kind, word),
                    None => None,
                }
                .or_else(|| (!problem.kind.is_missing()).then(|| problems::finding(&parsed, problem))),
            );
        }
        check_uses(&parsed, findings);
        super::constraints::check(&parsed, findings);
        let model = super::launch::model_path(&parsed).or(scope.model.clone());
        let surroundings = Surroundings {
            facts: context.model_facts(model.as_deref()),
            model_path: model,
            hardware: scope.hardware,
            ..Surroundings::default()
        };
        if let Some(subject) = super::launch::subject(&parsed, surroundings, Form::Server) {
            let mut judge = Judge::default();
            super::rules::judge(&subject, &mut judge);
            findings.append(&mut judge.findings);
            not_judged.append(&mut judge.not_judged);
        }
    }
    not_judged
}

/// The words that an engine's reader makes of a file: `None` where it refuses to make any.
pub fn words(program: &Program, document: &Node) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    for (entry, value) in entries(document)? {
        match made(program, entry, value) {
            Made::Words(flag, values) => {
                words.push(Word::literal(flag));
                words.extend(values.into_iter().map(|(text, _)| Word::literal(text)));
            }
            Made::Nothing => {}
            Made::Refused => return None,
        }
    }
    Some(words)
}

/// What the engine makes of one entry.
enum Made {
    /// A flag and its values, each with its place.
    Words(String, Vec<(String, Span)>),
    /// No word.
    Nothing,
    /// An error.
    Refused,
}

/// The entries as a Python dictionary has them: the first place of a key with its last value. None where the file
/// is no mapping of texts.
fn entries(document: &Node) -> Option<Vec<(&Entry, &Node)>> {
    if document.is_null() {
        return Some(Vec::new());
    }
    let all = document.entries()?;
    let first = |at: usize, entry: &Entry| all[..at].iter().all(|other| other.key != entry.key);
    Some(
        all.iter()
            .enumerate()
            .filter(|(at, entry)| first(*at, entry))
            .map(|(_, entry)| (entry, document.get(&entry.key).unwrap_or(&entry.value)))
            .collect(),
    )
}

/// One entry's words (`ConfigArgumentMerger._convert_config_to_args`).
fn made(program: &Program, entry: &Entry, value: &Node) -> Made {
    let key = entry.key.replace('-', "_");
    let parser = program.parser();
    if is_refused(program.config_reader, parser, &key) {
        return Made::Refused;
    }
    let flag = format!("--{}", entry.key);
    let one = |text: String| Made::Words(flag.clone(), vec![(text, value.span)]);
    match &value.value {
        Value::Scalar(scalar) => match safe_load::scalar(scalar) {
            Loaded::Bool(given) if is_switch(program.config_reader, parser, &key) => {
                if given {
                    Made::Words(flag, Vec::new())
                } else {
                    Made::Nothing
                }
            }
            Loaded::Bool(given) => one(given.to_string()),
            other => one(other.str()),
        },
        Value::Sequence(items) if items.is_empty() => Made::Nothing,
        Value::Sequence(items) => {
            let item = |item: &Node| match &item.value {
                Value::Scalar(scalar) => (safe_load::scalar(scalar).str(), item.span),
                _ => (safe_load::repr(item), item.span),
            };
            Made::Words(flag, items.iter().map(item).collect())
        }
        Value::Mapping(_) if program.config_reader == ConfigReader::Spellings => one(safe_load::json(value)),
        Value::Mapping(_) => one(safe_load::repr(value)),
    }
}

/// The keys under which a reader knows an option.
fn has_key(reader: ConfigReader, option: &OptionSpec, key: &str) -> bool {
    let spelling = |flag: &String| flag.strip_prefix("--").is_some_and(|flag| flag.replace('-', "_") == key);
    option.dest == key || (reader == ConfigReader::Spellings && option.flags.iter().any(spelling))
}

fn is_store_true(option: &OptionSpec) -> bool {
    option.action == Action::StoreConst
        && option.constant == Constant::Bool(true)
        && option.default == Constant::Bool(false)
}

fn is_switch(reader: ConfigReader, parser: &ArgumentParser, key: &str) -> bool {
    reader == ConfigReader::Plain
        || parser.options().iter().any(|option| is_store_true(option) && has_key(reader, option, key))
}

/// Whether the reader refuses an option because of its action.
fn is_refused(reader: ConfigReader, parser: &ArgumentParser, key: &str) -> bool {
    if reader == ConfigReader::Plain {
        return false;
    }
    let supported = |option: &OptionSpec| {
        is_store_true(option)
            || option.action == Action::Store
            || (reader == ConfigReader::Spellings && option.arity == Arity::One)
    };
    let is_special = |option: &OptionSpec| {
        option.flags.is_empty() || option.flags.iter().any(|flag| flag == "--config" || flag == "--help")
    };
    let with_key = || parser.options().iter().filter(|option| has_key(reader, option, key));
    let shared = reader == ConfigReader::Spellings && with_key().any(|option| supported(option));
    !shared && with_key().any(|option| !supported(option) && !is_special(option))
}

/// A word, and the entry that it comes from.
struct EntryWord<'a> {
    argument: Argument,
    entry: &'a Entry,
    is_key: bool,
}

/// The words of a file under way.
struct Words<'a, 'd> {
    code: &'a Excerpt,
    spec: &'a EngineSpec,
    program: &'a Program,
    arguments: Vec<EntryWord<'d>>,
    findings: &'a mut Vec<Diagnostic>,
}

impl<'d> Words<'_, 'd> {
    fn read(&mut self, document: &'d Node) {
        let Some(entries) = entries(document) else {
            let message = "a `--config` file is a mapping of flags without dashes to values";
            self.findings.push(Diagnostic::new(&CONFIG_FILE, self.code.locate(document.span), message));
            return;
        };
        for (entry, value) in entries {
            match made(self.program, entry, value) {
                Made::Words(flag, values) => {
                    self.push(entry, &flag, entry.key_span, true);
                    for (text, span) in values {
                        self.push(entry, &text, span, false);
                    }
                }
                Made::Nothing => self.dropped(entry, value),
                Made::Refused => self.refused(entry),
            }
        }
    }

    fn push(&mut self, entry: &'d Entry, text: &str, span: Span, is_key: bool) {
        let mut argument = Argument::standing_for(text, &self.code.locate(span));
        argument.word.opaque = !is_key && has_placeholder(text);
        self.arguments.push(EntryWord { argument, entry, is_key });
    }

    fn dropped(&mut self, entry: &Entry, value: &Node) {
        let what = if value.items().is_some() { "an empty list" } else { "`false`" };
        let message = format!("`{}` with {what} does nothing: the engine drops it", entry.key);
        let finding = Diagnostic::new(&CONFIG_FILE_DROPPED, self.code.locate(value.span), message);
        self.findings.push(finding.help("leave it out"));
    }

    fn refused(&mut self, entry: &Entry) {
        let message = format!(
            "{} does not take `{}` from a `--config` file, only from the command line",
            engine_name(self.spec),
            entry.key
        );
        let finding = Diagnostic::new(&CONFIG_FILE, self.code.locate(entry.key_span), message);
        self.findings.push(finding.help(format!("write `--{}` in the command", entry.key)));
    }
}

/// What is said otherwise than of a command: a key that is no flag, and a switch with a value.
fn refused(parsed: &Parsed<'_>, kind: &ProblemKind, word: &EntryWord<'_>) -> Option<Diagnostic> {
    let parser = parsed.program.parser();
    let key = &word.entry.key;
    let place = word.argument.location();
    match kind {
        ProblemKind::UnknownFlag { .. } if word.is_key => {
            let message = format!("`{key}` is not a key of a `--config` file: keys are flags without dashes");
            let dashed = key.replace('_', "-");
            let help = if parser.find(&format!("--{dashed}")).is_some() {
                Some(format!("write `{dashed}`"))
            } else {
                did_you_mean(key, parser.spellings().map(|flag| flag.trim_start_matches('-')))
            };
            Some(Diagnostic::new(&CONFIG_FILE, place, message).maybe_help(help))
        }
        ProblemKind::UnexpectedArgument { .. } if !word.is_key => {
            let switch = parser.find(&format!("--{key}")).is_some_and(|(_, option)| option.is_switch());
            switch.then(|| {
                let message = format!("`{key}` is a switch and must be `true` without quotes");
                Diagnostic::new(&CONFIG_FILE, place, message).help("write `true`, or leave it out")
            })
        }
        _ => None,
    }
}
