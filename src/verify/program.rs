//! From the words of a shell command to a command of an engine's program.

use super::command::{Argument, Command, Variable};
use super::context::Context;
use super::shell::entry::{Entry, entry};
use super::shell::unwrap::Invocation;
use super::shell::words::ShellWord;
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::engine::argparse::{self, Word};
use crate::engine::spec::{EngineSpec, Program};
use crate::text::nearest::did_you_mean;
use crate::text::{Location, Span};

/// A module of the engine that no version has.
pub static UNKNOWN_PROGRAM: Rule = Rule::new(
    "cli/unknown-program",
    Level::Warning,
    "every program of the engine is one that the version has",
);

/// What an invocation is to an engine.
#[derive(Debug)]
pub enum Found<'a> {
    /// A command of one of its programs.
    Program(&'a Program, Command),
    /// It names a program of the engine that is not known.
    Unknown(Box<Diagnostic>),
    /// Nothing of the engine's.
    Foreign,
}

/// The engine's program that an invocation starts in a version.
pub fn find<'a>(invocation: &Invocation, spec: &'a EngineSpec, context: &Context<'_>) -> Found<'a> {
    match entry(invocation) {
        Entry::Module { name, arguments } => match spec.program_of_module(&name) {
            Some(program) => Found::Program(program, command(invocation, arguments)),
            None => unknown_module(invocation, &name, arguments, spec, context),
        },
        Entry::Script { path, arguments } => {
            let module = path.trim_end_matches(".py").replace('/', ".");
            let program = spec.programs.values().find(|program| {
                program
                    .module
                    .as_ref()
                    .is_some_and(|known| module == *known || module.ends_with(&format!(".{known}")))
            });
            program.map_or(Found::Foreign, |program| Found::Program(program, command(invocation, arguments)))
        }
        Entry::Command => console_entry(invocation, spec, context),
        Entry::Other => Found::Foreign,
    }
}

fn unknown_module<'a>(
    invocation: &Invocation,
    name: &str,
    arguments: usize,
    spec: &EngineSpec,
    context: &Context<'_>,
) -> Found<'a> {
    let ours = name == "sglang" || name.starts_with("sglang.") || name.starts_with("sglang_router");
    let Some(word) = invocation.words.get(arguments.wrapping_sub(1)).filter(|_| ours) else {
        return Found::Foreign;
    };
    let with: Vec<String> = context
        .engines
        .specs()
        .filter(|other| other.program_of_module(name).is_some())
        .map(|other| other.version.to_string())
        .collect();
    let modules = spec.programs.values().filter_map(|program| program.module.as_deref());
    let near = did_you_mean(name, modules);
    // Engines have more modules than the programs that documents use, so that an unknown one is judged only where
    // another version knows it or it is nearly one that is known.
    if with.is_empty() && near.is_none() {
        return Found::Foreign;
    }
    let message = format!("{} has no program `{name}`", super::command::engine_name(spec));
    let help = (!with.is_empty()).then(|| format!("it is in {}", with.join(", ")));
    let finding = Diagnostic::new(&UNKNOWN_PROGRAM, word.origin.location(), message);
    Found::Unknown(Box::new(finding.maybe_help(help).maybe_help(near)))
}

/// A command that the engine's packages install, such as `sglang serve`.
fn console_entry<'a>(invocation: &Invocation, spec: &'a EngineSpec, context: &Context<'_>) -> Found<'a> {
    let starts = |words: &[String]| {
        !words.is_empty()
            && invocation.words.len() >= words.len()
            && words.iter().zip(&invocation.words).all(|(word, written)| *word == written.text)
    };
    if let Some(dispatch) = spec.dispatch.values().find(|dispatch| starts(&dispatch.command)) {
        let mut command = command(invocation, dispatch.command.len());
        let choice = chosen(&mut command, dispatch, context);
        let program = dispatch.programs.get(choice).and_then(|name| spec.program(name));
        return program.map_or(Found::Foreign, |program| Found::Program(program, command));
    }
    let program = spec
        .programs
        .values()
        .filter(|program| {
            starts(&program.command) || program.other_commands.iter().any(|words| starts(words))
        })
        .max_by_key(|program| program.command.len());
    match program {
        Some(program) => {
            let length = program.command.len().max(1);
            Found::Program(program, command(invocation, length))
        }
        None => Found::Foreign,
    }
}

/// The kind of program that a dispatching command chooses; the flag that chooses is taken out, and a first word
/// that names the model becomes its flag, as the engine does it.
fn chosen<'d>(
    command: &mut Command,
    dispatch: &'d crate::engine::spec::Dispatch,
    context: &Context<'_>,
) -> &'d str {
    let mut choice = None;
    if let Some(selector) = &dispatch.selector {
        let joined = format!("{}=", selector.flag);
        let mut at = 0;
        while at < command.arguments.len() {
            let text = command.arguments[at].word.text.clone();
            if text == selector.flag && at + 1 < command.arguments.len() {
                choice = Some(command.arguments[at + 1].word.text.clone());
                command.arguments.drain(at..at + 2);
            } else if let Some(value) = text.strip_prefix(&joined) {
                choice = Some(value.to_owned());
                command.arguments.remove(at);
            } else {
                at += 1;
            }
        }
    }
    let positional = dispatch.positional_model.is_some()
        && command.arguments.first().is_some_and(|first| !first.word.text.starts_with('-'));
    if let (true, Some(flag), Some(first)) =
        (positional, dispatch.model_flags.first(), command.arguments.first())
    {
        let place = first.location();
        let flag = Argument::standing_for(flag, &Location::new(&place.source, Span::at(place.span.start)));
        command.arguments.insert(0, flag);
    }
    let named = choice.as_deref().and_then(|choice| dispatch.programs.get_key_value(choice));
    if let Some((name, _)) = named {
        return name;
    }
    let is_diffusion = model(command, &dispatch.model_flags).is_some_and(|model| context.is_diffusion(model));
    if is_diffusion { "diffusion" } else { "llm" }
}

/// The model that a command names, by exact flags.
fn model<'c>(command: &'c Command, flags: &[String]) -> Option<&'c str> {
    let arguments = &command.arguments;
    arguments.iter().enumerate().find_map(|(at, argument)| {
        let text = argument.word.text.as_str();
        flags.iter().find_map(|flag| {
            if text == flag {
                return arguments.get(at + 1).map(|value| value.word.text.as_str());
            }
            text.strip_prefix(flag.as_str())?.strip_prefix('=')
        })
    })
}

/// The command whose arguments begin at a word of the invocation.
fn command(invocation: &Invocation, arguments: usize) -> Command {
    let (start, rest) = invocation.words.split_at(arguments.min(invocation.words.len()));
    let start = match (start.first(), start.last()) {
        (Some(first), Some(last)) => {
            let (first, last) = (first.origin.location(), last.origin.location());
            Location::new(&first.source, first.span.to(last.span))
        }
        _ => Location::new(invocation.excerpt.source(), Span::default()),
    };
    Command {
        start,
        arguments: rest.iter().map(argument).collect(),
        variables: invocation
            .variables
            .iter()
            .map(|variable| Variable { name: argument(&variable.name), value: variable.value.text.clone() })
            .collect(),
        elided: invocation.elided,
    }
}

fn argument(word: &ShellWord) -> Argument {
    let text = word.text.as_str();
    let word_of = if word.opaque { Word::opaque(text) } else { Word::literal(text) };
    Argument { word: word_of, origin: word.origin.clone() }
}

/// Whether a program takes a command, nothing else said about it.
pub fn accepts(program: &Program, command: &Command) -> bool {
    let words: Vec<Word> = command.arguments.iter().map(|argument| argument.word.clone()).collect();
    argparse::parse(program.parser(), &words).problems.is_empty()
}
