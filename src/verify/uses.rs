//! What a parser takes and a careful author would not write: abbreviations, repetitions, what is deprecated; and the
//! environment variables of a command.

use super::command::{Argument, Parsed, engine_name};
use super::renamed;
use crate::diagnostic::{Diagnostic, Fix, Level, Rule};
use crate::engine::argparse;
use crate::engine::option::Action;
use crate::text::nearest::did_you_mean;

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
    let works = parsed.other_versions(|spec| {
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
            finding.fix = renamed::of_use(parsed, used);
            findings.push(finding);
        }
        let gathers =
            matches!(option.action, Action::Append | Action::AppendConst | Action::Extend | Action::Count);
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
    let edit = renamed::edit(place, &used.written, &used.flag);
    match edit {
        Some(edit) => finding.fix(Fix::safe(format!("write `{}`", used.flag), vec![edit])),
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
        let elsewhere = parsed.other_versions(|spec| spec.env_vars.iter().any(|known| known == name));
        let help = did_you_mean(name, known.iter().map(String::as_str));
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
    finding.fix = renamed::edit(variable.location(), name, &new)
        .filter(|_| !is_set)
        .map(|edit| Fix::safe(format!("write `{new}`"), vec![edit]));
    Some(finding)
}
