//! Why an engine refuses a command, said so that the reader knows what to write instead.

use super::command::{Argument, Parsed};
use crate::diagnostic::{Diagnostic, Fix, Level, Rule};
use crate::engine::argparse::problem::{Problem, ProblemKind};
use crate::engine::option::{Arity, OptionSpec};
use crate::text::nearest::{did_you_mean, nearest};

/// A flag that the program does not have.
pub static UNKNOWN_FLAG: Rule =
    Rule::new("cli/unknown-flag", Level::Error, "every flag is one that the program has");
/// The beginning of several flags.
pub static AMBIGUOUS_FLAG: Rule =
    Rule::new("cli/ambiguous-flag", Level::Error, "an abbreviated flag is the beginning of one flag only");
/// A word that nothing takes.
pub static UNEXPECTED_ARGUMENT: Rule =
    Rule::new("cli/unexpected-argument", Level::Error, "every word belongs to a flag or is an argument");
/// A flag with too few words.
pub static MISSING_VALUE: Rule =
    Rule::new("cli/missing-value", Level::Error, "every flag has as many values as it needs");
/// A switch that is given a value.
pub static UNEXPECTED_VALUE: Rule = Rule::new("cli/unexpected-value", Level::Error, "a switch has no value");
/// A value of another type.
pub static INVALID_TYPE: Rule =
    Rule::new("cli/invalid-type", Level::Error, "every value has its flag's type");
/// A value that is none of the choices.
pub static INVALID_CHOICE: Rule =
    Rule::new("cli/invalid-choice", Level::Error, "every value is one that its flag allows");
/// Two flags that exclude each other.
pub static EXCLUSIVE_FLAGS: Rule =
    Rule::new("cli/exclusive-flags", Level::Error, "flags that exclude each other do not stand together");
/// A flag that the engine knows only to refuse.
pub static REFUSED_FLAG: Rule =
    Rule::new("cli/refused-flag", Level::Error, "no flag was retired by the engine");
/// A required option that is not there.
pub static MISSING_REQUIRED: Rule =
    Rule::new("cli/missing-required", Level::Error, "every required option is given");

/// The rules of this file.
pub static RULES: [&Rule; 10] = [
    &UNKNOWN_FLAG,
    &AMBIGUOUS_FLAG,
    &UNEXPECTED_ARGUMENT,
    &MISSING_VALUE,
    &UNEXPECTED_VALUE,
    &INVALID_TYPE,
    &INVALID_CHOICE,
    &EXCLUSIVE_FLAGS,
    &REFUSED_FLAG,
    &MISSING_REQUIRED,
];

/// All reasons for which the program refuses the command.
pub fn findings(parsed: &Parsed<'_>) -> Vec<Diagnostic> {
    let complete = !parsed.may_have_more();
    parsed
        .parse
        .problems
        .iter()
        .filter(|problem| complete || !problem.kind.is_missing())
        .filter(|problem| !behind_lost_backslash(parsed, problem))
        .map(|problem| finding(parsed, problem))
        .collect()
}

/// Whether a word is unexpected only because a backslash before it in its line did not continue the line:
/// `--flag value \\ # a comment` is one mistake, not one for each word of the comment.
fn behind_lost_backslash(parsed: &Parsed<'_>, problem: &Problem) -> bool {
    let (ProblemKind::UnexpectedArgument { .. }, Some(word)) = (&problem.kind, problem.word) else {
        return false;
    };
    let arguments = &parsed.command.arguments;
    let Some(here) = arguments.get(word).map(Argument::location) else { return false };
    arguments[..word]
        .iter()
        .rev()
        .map(Argument::location)
        .take_while(|before| {
            let between = here.source.text().get(before.span.end..here.span.start);
            before.source == here.source && between.is_some_and(|between| !between.contains('\n'))
        })
        .any(|before| is_lost_backslash(before.text()))
}

/// Whether a word begins with a backslash that a blank follows.
fn is_lost_backslash(written: &str) -> bool {
    written.strip_prefix('\\').is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// Why one problem refuses the command.
pub(super) fn finding(parsed: &Parsed<'_>, problem: &Problem) -> Diagnostic {
    let place = parsed.place(problem.word, problem.range.clone());
    let program = &parsed.program.name;
    let written = place.text().to_owned();
    match &problem.kind {
        ProblemKind::UnknownFlag { flag } => unknown_flag(parsed, flag, place, problem.word),
        ProblemKind::AmbiguousFlag { flag, candidates } => {
            let list = words(candidates.iter().map(String::as_str));
            let message = format!("`{flag}` is the beginning of several flags of `{program}`: {list}");
            match super::renamed::of_unknown(parsed, flag, &place, problem.word) {
                Some((now, fix)) => {
                    let mut finding = Diagnostic::new(&AMBIGUOUS_FLAG, place, message).help(now);
                    finding.fix = fix;
                    finding
                }
                None => Diagnostic::new(&AMBIGUOUS_FLAG, place, message).help("write the flag out"),
            }
        }
        ProblemKind::UnexpectedArgument { after } => unexpected(parsed, &written, *after, place),
        ProblemKind::MissingValue { option, arity, dashed } => {
            let option = option_of(parsed, *option);
            let message = format!("`{}` needs {}", option.name(), count(*arity));
            let help = if *dashed {
                "join flag and value by `=`, since a word with a dash is read as a flag".to_owned()
            } else {
                format!("write {}", expected(option))
            };
            Diagnostic::new(&MISSING_VALUE, place, message).help(help)
        }
        ProblemKind::UnexpectedValue { option } => {
            let flag = option_of(parsed, *option).name();
            Diagnostic::new(&UNEXPECTED_VALUE, place, format!("`{flag}` is a switch and takes no value"))
                .help(format!("write `{flag}` alone, or leave it out"))
        }
        ProblemKind::InvalidType { option, expected, reason } => {
            let option = option_of(parsed, *option);
            let message = format!(
                "`{written}` is not a value of `{}`, which takes {}",
                option.name(),
                expected.describe()
            );
            let several = matches!(option.arity, Arity::Any | Arity::AtLeastOne | Arity::Exactly(_));
            let parts = (several && written.contains(',')).then(|| written.replace(',', " "));
            Diagnostic::new(&INVALID_TYPE, place, message)
                .maybe_help(parts.map(|parts| format!("put blanks between the values: `{}`", parts.trim())))
                .maybe_help(reason.clone())
                .maybe_help(super::mistyped::value(option, &written))
        }
        ProblemKind::InvalidChoice { option, .. } => invalid_choice(parsed, *option, &written, place),
        ProblemKind::Conflict { option, with } => {
            let (flag, with_option) = (option_of(parsed, *option).name(), option_of(parsed, *with));
            let message = format!("`{flag}` can't stand together with `{}`", with_option.name());
            let mut finding =
                Diagnostic::new(&EXCLUSIVE_FLAGS, place, message).help("leave one of the two out");
            if let Some(used) = parsed.parse.uses_of(*with).next() {
                finding = finding.related(parsed.flag_place(used), "the other stands here");
            }
            finding
        }
        ProblemKind::Refused { option } => {
            let option = option_of(parsed, *option);
            let message =
                format!("{} refuses `{}`, which it has retired", parsed.engine_name(), option.name());
            let replacement =
                option.deprecated.as_ref().and_then(|deprecated| deprecated.replacement.as_ref());
            Diagnostic::new(&REFUSED_FLAG, place, message)
                .help(replacement.map_or("leave it out".to_owned(), |flag| format!("use `{flag}`")))
        }
        ProblemKind::MissingOption { option } => {
            let option = option_of(parsed, *option);
            let message = format!("`{program}` needs `{}`, which is not given", option.name());
            Diagnostic::new(&MISSING_REQUIRED, place, message).help(format!("add {}", usage(option)))
        }
        ProblemKind::MissingOneOf { options } => {
            let flags = words(options.iter().map(|&option| option_of(parsed, option).name()));
            Diagnostic::new(&MISSING_REQUIRED, place, format!("`{program}` needs one of {flags}"))
        }
    }
}

fn option_of<'a>(parsed: &'a Parsed<'_>, index: usize) -> &'a OptionSpec {
    parsed.program.parser().option(index)
}

fn unknown_flag(
    parsed: &Parsed<'_>,
    flag: &str,
    place: crate::text::Location,
    word: Option<usize>,
) -> Diagnostic {
    let parser = parsed.program.parser();
    let message = format!("`{flag}` is not a flag of `{}` in {}", parsed.program.name, parsed.engine_name());
    let elsewhere = parsed.other_versions(|spec| {
        spec.program(&parsed.program.name).is_some_and(|program| program.parser().find(flag).is_some())
    });
    let mut finding = Diagnostic::new(&UNKNOWN_FLAG, place.clone(), message);
    if let Some((now, fix)) = super::renamed::of_unknown(parsed, flag, &place, word) {
        finding = finding.help(now);
        finding.fix = fix;
        return finding.maybe_help(elsewhere.map(|versions| format!("{versions} has it")));
    }
    if let Some(long) = with_two_dashes(parsed, flag) {
        let edit = super::renamed::edit(place, flag, long);
        finding.fix = edit.map(|edit| Fix::suggestion(format!("write `{long}`"), vec![edit]));
        return finding.help(format!("did you mean `{long}`? A long flag has two dashes"));
    }
    if let Some(meant) = super::mistyped::flag(parsed, flag) {
        let edit = super::renamed::edit(place, flag, &meant.write);
        finding.fix = edit.map(|edit| Fix::suggestion(format!("write `{}`", meant.write), vec![edit]));
        return finding.maybe_help(elsewhere.map(|versions| format!("{versions} has it"))).help(meant.help);
    }
    let near = nearest(flag, parser.spellings());
    if let Some(best) = near.first().filter(|_| elsewhere.is_none()) {
        let edit = super::renamed::edit(place, flag, best);
        finding.fix = edit.map(|edit| Fix::suggestion(format!("write `{best}`"), vec![edit]));
    }
    finding
        .maybe_help(elsewhere.map(|versions| format!("{versions} has it")))
        .maybe_help(did_you_mean(flag, parser.spellings()))
}

/// The long flag that was written with one dash, perhaps abbreviated.
fn with_two_dashes<'a>(parsed: &Parsed<'a>, flag: &str) -> Option<&'a str> {
    let name = flag.strip_prefix('-').filter(|name| name.len() > 1 && !name.starts_with('-'))?;
    super::mistyped::named(parsed.program.parser(), name)
}

fn unexpected(
    parsed: &Parsed<'_>,
    written: &str,
    after: Option<usize>,
    place: crate::text::Location,
) -> Diagnostic {
    let program = &parsed.program.name;
    let used = after.and_then(|after| parsed.parse.uses.get(after));
    let message = match used.map(|used| (used, option_of(parsed, used.option))) {
        Some((used, option)) if option.is_switch() => {
            format!("`{written}` belongs to nothing: `{}` is a switch and takes no value", used.flag)
        }
        Some((used, _)) => format!("`{written}` belongs to nothing: `{}` has its value already", used.flag),
        None => format!("`{written}` belongs to nothing: `{program}` takes no such argument"),
    };
    Diagnostic::new(&UNEXPECTED_ARGUMENT, place, message).maybe_help(belongs(parsed, written, used))
}

/// What was meant by a word that nothing takes.
fn belongs(
    parsed: &Parsed<'_>,
    written: &str,
    used: Option<&crate::engine::argparse::Use>,
) -> Option<String> {
    if is_lost_backslash(written) {
        let comment = if written.contains('#') { "; move the comment above the command" } else { "" };
        return Some(format!(
            "a backslash continues the line only where nothing follows it, not even a blank{comment}"
        ));
    }
    if let Some(used) = used.filter(|used| option_of(parsed, used.option).is_switch()) {
        match written.to_ascii_lowercase().as_str() {
            "true" | "1" | "on" | "yes" => return Some(format!("leave `{written}` out")),
            "false" | "0" | "off" | "no" => return Some(format!("leave `{} {written}` out", used.flag)),
            _ => {}
        }
    }
    let value = used.and_then(|used| parsed.command.arguments.get(*used.values.last()?));
    if value.is_some_and(|value| value.word.text.starts_with(['{', '[']))
        && written.ends_with(['}', ']', ','])
    {
        return Some("put the whole JSON text into single quotes".to_owned());
    }
    let parser = parsed.program.parser();
    let flag = format!("--{written}");
    if parser.find(&flag).is_some() {
        return Some(format!("did you mean `{flag}`?"));
    }
    let lacks_model = parsed.parse.problems.iter().any(|problem| {
        matches!(problem.kind, ProblemKind::MissingOption { option } if option_of(parsed, option).dest == "model_path")
    });
    (lacks_model && used.is_none()).then(|| format!("write `--model-path {written}`"))
}

fn invalid_choice(
    parsed: &Parsed<'_>,
    option: usize,
    written: &str,
    place: crate::text::Location,
) -> Diagnostic {
    let spec = option_of(parsed, option);
    let flag = spec.name();
    let message = format!("`{written}` is not a value of `{flag}` in {}", parsed.engine_name());
    let choices = choices(spec);
    let allows = |option: &OptionSpec| self::choices(option).iter().any(|choice| choice == written);
    let elsewhere = parsed.other_versions(|other| {
        let program = other.program(&parsed.program.name);
        program.and_then(|program| program.parser().find(flag)).is_some_and(|(_, option)| allows(option))
    });
    let other_flag = parsed
        .program
        .parser()
        .options()
        .iter()
        .find(|other| other.dest != spec.dest && related(&other.dest, &spec.dest) && allows(other));
    let message = match other_flag.and_then(|other| kinds(other.name(), flag)) {
        Some((is, is_not)) => format!("`{written}` is {is}, not {is_not}, in {}", parsed.engine_name()),
        None => message,
    };
    let known_as = short_type(written).filter(|known| choices.iter().any(|choice| choice == known));
    let near = match known_as {
        Some(known) => Some(format!("did you mean `{known}`?")),
        None => did_you_mean(written, choices.iter().map(String::as_str)),
    };
    let mut finding = Diagnostic::new(&INVALID_CHOICE, place, message)
        .maybe_help(near)
        .maybe_help(elsewhere.map(|versions| format!("{versions} knows it")))
        .maybe_help(other_flag.map(|other| format!("`{written}` is a value of `{}`", other.name())));
    let shown = words(choices.iter().map(String::as_str));
    finding.help.push(format!("`{flag}` takes {shown}"));
    finding
}

/// The full name of a number type that people abbreviate.
fn short_type(written: &str) -> Option<&'static str> {
    Some(match written.to_ascii_lowercase().as_str() {
        "fp16" | "f16" => "float16",
        "bf16" => "bfloat16",
        "fp32" | "f32" => "float32",
        _ => return None,
    })
}

/// What the values of two flags of one kind are, in words: `a tool-call parser`, `a reasoning parser`.
fn kinds(a: &str, b: &str) -> Option<(String, String)> {
    let words = |flag: &str| {
        let (which, what) = flag.strip_prefix("--")?.rsplit_once('-')?;
        let article = if which.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
        Some(format!("{article} {which} {what}"))
    };
    let what = |flag: &str| flag.rsplit('-').next().map(str::to_owned);
    (what(a) == what(b)).then(|| Some((words(a)?, words(b)?)))?
}

/// Whether two options are of one kind, as `tool_call_parser` and `reasoning_parser` are.
fn related(a: &str, b: &str) -> bool {
    let last = |dest: &str| dest.rsplit('_').next().unwrap_or_default().to_owned();
    last(a) == last(b)
}

fn choices(option: &OptionSpec) -> Vec<String> {
    option.choices.iter().flatten().map(shown).collect()
}

fn shown(value: &crate::engine::value::Value) -> String {
    match value.json() {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

fn usage(option: &OptionSpec) -> String {
    if option.is_switch() { format!("`{}`", option.name()) } else { format!("`{} {}`", option.name(), "…") }
}

fn expected(option: &OptionSpec) -> String {
    match &option.choices {
        Some(_) => format!("one of {}", words(choices(option).iter().map(String::as_str))),
        None => option.value_type.describe().to_owned() + " behind it",
    }
}

fn count(arity: Arity) -> String {
    match arity {
        Arity::Exactly(number) if number != 1 => format!("{number} values"),
        Arity::AtLeastOne => "at least one value".into(),
        _ => "a value".into(),
    }
}

/// Names in backticks with commas between them; long lists are cut.
fn words<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const MOST: usize = 24;
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.len() > MOST {
        return format!("{} and {} more", names[..MOST].join(", "), names.len() - MOST);
    }
    match names.as_slice() {
        [head @ .., last] if !head.is_empty() => format!("{} or {last}", head.join(", ")),
        other => other.concat(),
    }
}
