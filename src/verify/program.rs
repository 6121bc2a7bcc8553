//! From the words of a shell command to a command of an engine's program.

use super::command::{Argument, Command, Variable, engine_name};
use super::context::Context;
use super::dispatch;
use super::found::Found;
use super::shell::entry::{Entry, entry};
use super::shell::unwrap::Invocation;
use super::shell::words::ShellWord;
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::engine::argparse::Word;
use crate::engine::spec::EngineSpec;
use crate::text::nearest::did_you_mean;
use crate::text::{Location, Span};

/// A module of the engine that no version has.
pub static UNKNOWN_PROGRAM: Rule = Rule::new(
    "cli/unknown-program",
    Level::Warning,
    "every program of the engine is one that the version has",
);

/// The engine's program that an invocation starts in a version.
pub fn find<'a>(invocation: &Invocation, spec: &'a EngineSpec, context: &Context<'_>) -> Found<'a> {
    match entry(invocation) {
        Entry::Module { name, arguments } => match spec.program_of_module(&name) {
            Some(program) => Found::Program(program, command(invocation, arguments)),
            None => package(invocation, &name, arguments, spec)
                .unwrap_or_else(|| unknown_module(invocation, &name, arguments, spec, context)),
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

/// A package that is run as its command is: `python -m sglang_router launch` is `sglang-router launch`.
fn package<'a>(
    invocation: &Invocation,
    name: &str,
    arguments: usize,
    spec: &'a EngineSpec,
) -> Option<Found<'a>> {
    let name = name.replace('_', "-");
    let mut commands = spec
        .programs
        .values()
        .flat_map(|program| program.other_commands.iter().map(move |words| (words.as_slice(), program)))
        .filter_map(|(words, program)| match words {
            [first, then] if *first == name => Some((then, program)),
            _ => None,
        })
        .peekable();
    commands.peek()?;
    let written = invocation.words.get(arguments).map(|word| word.text.as_str());
    let found = commands.find(|(then, _)| Some(then.as_str()) == written);
    Some(match found {
        Some((_, program)) => Found::Program(program, command(invocation, arguments + 1)),
        None => Found::Foreign,
    })
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
    let message = format!("{} has no program `{name}`", engine_name(spec));
    let help = (!with.is_empty()).then(|| format!("it is in {}", with.join(", ")));
    let finding = Diagnostic::new(&UNKNOWN_PROGRAM, word.origin.location(), message);
    Found::Unknown(Box::new(finding.maybe_help(help).maybe_help(near)))
}

/// A command that the engine's packages install, such as `sglang serve`.
fn console_entry<'a>(invocation: &Invocation, spec: &'a EngineSpec, context: &Context<'_>) -> Found<'a> {
    // A command may be written with the folder that it is installed in: `~/.venv/bin/sglang serve`.
    let starts = |words: &[String]| {
        let mut written = invocation.words.iter();
        words.first().is_some_and(|name| written.next().is_some_and(|first| first.program() == name))
            && words[1..].iter().all(|word| written.next().is_some_and(|next| next.text == *word))
    };
    if let Some(dispatch) = spec.dispatch.values().find(|dispatch| starts(&dispatch.command)) {
        return dispatch::find(command(invocation, dispatch.command.len()), dispatch, spec, context);
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
