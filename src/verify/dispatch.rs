//! Commands that choose between programs by the model, as `sglang serve` does.

use super::command::{Argument, Command, engine_name};
use super::context::Context;
use super::found::Found;
use super::problems::MISSING_REQUIRED;
use crate::diagnostic::Diagnostic;
use crate::engine::argparse::Word;
use crate::engine::spec::{Dispatch, EngineSpec, Program};
use crate::text::{Location, Span};

/// The program that the command chooses, and the words that it hands on.
pub fn find<'a>(
    mut command: Command,
    dispatch: &'a Dispatch,
    spec: &'a EngineSpec,
    context: &Context<'_>,
) -> Found<'a> {
    let choice = take_selector(&mut command, dispatch);
    let program = |kind: &str| dispatch.programs.get(kind).and_then(|name| spec.program(name));
    // The word asks for help wherever it stands, even as the value of a flag.
    let help = |argument: &Argument| matches!(argument.word.text.as_str(), "-h" | "--help");
    if let Some(at) = command.arguments.iter().position(help) {
        command.arguments = vec![command.arguments.swap_remove(at)];
        return program("llm")
            .or_else(|| program("diffusion"))
            .map_or(Found::Foreign, |program| Found::Program(program, command));
    }
    name_first_word(&mut command, dispatch);
    let model = model(&command, &dispatch.model_flags);
    if model.is_none() && !command.elided && !command.may_hold_flags() {
        return Found::Refused(Box::new(without_model(&command, dispatch, spec)));
    }
    let known = choice.as_deref().filter(|choice| dispatch.programs.contains_key(*choice)).or_else(|| {
        let path = model.as_ref().filter(|model| !model.opaque)?.text.as_str();
        if context.is_diffusion(path) {
            return Some("diffusion");
        }
        // There are facts on diffusion models, too: theirs tell of no attention heads.
        context.facts.get(path).filter(|facts| facts.attention.is_some()).map(|_| "llm")
    });
    let found = match known.and_then(program) {
        Some(program) => Some(program),
        // Not known, or known for a kind that the command has no program for.
        None => closest(program("llm"), program("diffusion"), &command),
    };
    found.map_or(Found::Foreign, |program| Found::Program(program, command))
}

/// The program for a model that is not known: the one that takes the command, else the first, as for the engine, unless
/// the second has far less against it.
fn closest<'a>(
    first: Option<&'a Program>,
    second: Option<&'a Program>,
    command: &Command,
) -> Option<&'a Program> {
    let (Some(a), Some(b)) = (first, second) else { return first.or(second) };
    if command.is_accepted_by(a) {
        return first;
    }
    if command.is_accepted_by(b) || faults(b, command) * 2 <= faults(a, command) { second } else { first }
}

fn faults(program: &Program, command: &Command) -> usize {
    command.parse(program).problems.len()
}

/// Takes the flag that chooses out of the command, wherever it stands; its last value counts.
fn take_selector(command: &mut Command, dispatch: &Dispatch) -> Option<String> {
    let flag = &dispatch.selector.as_ref()?.flag;
    let joined = format!("{flag}=");
    let mut choice = None;
    let mut kept = Vec::with_capacity(command.arguments.len());
    let mut arguments = std::mem::take(&mut command.arguments).into_iter();
    while let Some(argument) = arguments.next() {
        if argument.word.text == *flag {
            match arguments.next() {
                Some(value) => choice = Some(value.word.text),
                None => kept.push(argument),
            }
        } else if let Some(value) = argument.word.text.strip_prefix(&joined) {
            choice = Some(value.to_owned());
        } else {
            kept.push(argument);
        }
    }
    command.arguments = kept;
    choice
}

/// Puts the model's flag before a first word that is none, where the version takes that for the model.
fn name_first_word(command: &mut Command, dispatch: &Dispatch) {
    let Some(first) = command.arguments.first().filter(|first| !first.word.text.starts_with('-')) else {
        return;
    };
    let (Some(_), Some(flag)) = (&dispatch.positional_model, dispatch.model_flags.first()) else { return };
    let place = first.location();
    let flag = Argument::standing_for(flag, &Location::new(&place.source, Span::at(place.span.start)));
    command.arguments.insert(0, flag);
}

/// The model that a command names, by exact flags: the word, or what is joined to its flag by `=`.
fn model(command: &Command, flags: &[String]) -> Option<Word> {
    let arguments = &command.arguments;
    arguments.iter().enumerate().find_map(|(at, argument)| {
        flags.iter().find_map(|flag| {
            if argument.word.text == *flag {
                return arguments.get(at + 1).map(|value| value.word.clone());
            }
            let joined = argument.word.text.strip_prefix(flag.as_str())?.strip_prefix('=')?;
            Some(Word { text: joined.to_owned(), opaque: argument.word.opaque })
        })
    })
}

/// What is said about a command that names no model as the version wants it.
fn without_model(command: &Command, dispatch: &Dispatch, spec: &EngineSpec) -> Diagnostic {
    let name = dispatch.command.join(" ");
    let flag = dispatch.model_flags.first().map_or("--model-path", String::as_str);
    let message = format!("`{name}` needs `{flag}`, which is not given");
    let finding = Diagnostic::new(&MISSING_REQUIRED, command.start.clone(), message);
    let near = command.arguments.iter().find(|argument| {
        let written = argument.word.text.split('=').next().unwrap_or_default();
        written.len() > "--m".len() && flag.starts_with(written)
    });
    let first = command.arguments.first().filter(|first| !first.word.text.starts_with('-'));
    finding.help(match (near, first) {
        (Some(near), _) => {
            let written = near.word.text.split('=').next().unwrap_or_default();
            format!(
                "write `{flag}` for `{written}`: `{name}` of {} looks for that word alone",
                engine_name(spec)
            )
        }
        (None, Some(first)) => format!("write `{flag} {}`", first.word.text),
        _ => format!("add `{flag} …`"),
    })
}
