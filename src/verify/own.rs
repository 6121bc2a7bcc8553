//! Commands of `shardbook` itself, judged by its own command line.

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::shell::unwrap::Invocation;
use crate::cli::Cli;
use crate::diagnostic::{Diagnostic, Level, Rule};

/// A command of this program that it would refuse.
pub static OWN_COMMAND: Rule =
    Rule::new("cli/own-command", Level::Error, "commands of `shardbook` are ones that it takes");

/// Why `shardbook` refuses a command of its own. Commands with placeholders are not judged.
pub fn check(invocation: &Invocation) -> Option<Diagnostic> {
    let words = &invocation.words;
    let first = words.first().filter(|first| first.program() == "shardbook")?;
    if words.len() == 1 || invocation.elided || words.iter().any(|word| word.opaque) {
        return None;
    }
    let error = Cli::command().try_get_matches_from(words.iter().map(|word| word.text.as_str())).err()?;
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return None;
    }
    let offending = [ContextKind::InvalidValue, ContextKind::InvalidSubcommand, ContextKind::InvalidArg]
        .into_iter()
        .filter_map(|kind| text(&error, kind))
        .find_map(|written| {
            let flag = written.split([' ', '=']).next().unwrap_or_default();
            words[1..].iter().find(|word| {
                word.text == written
                    || word.text.split('=').next() == Some(flag)
                    || word.text.split_once('=').is_some_and(|(_, value)| value == written)
            })
        });
    let place = offending.unwrap_or(first).origin.location();
    let suggestion =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
            .into_iter()
            .find_map(|kind| text(&error, kind));
    Some(
        Diagnostic::new(&OWN_COMMAND, place, message(&error))
            .maybe_help(suggestion.map(|near| format!("did you mean `{near}`?"))),
    )
}

fn message(error: &Error) -> String {
    let argument = text(error, ContextKind::InvalidArg).unwrap_or_default();
    let value = text(error, ContextKind::InvalidValue).unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument => format!("`shardbook` does not take `{argument}` here"),
        ErrorKind::InvalidSubcommand => {
            let name = text(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("`shardbook` has no command `{name}`")
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("`{argument}` needs a value"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("`{value}` is not a value of `{argument}`")
        }
        ErrorKind::MissingRequiredArgument => format!("the command needs `{argument}`, which is not given"),
        ErrorKind::ArgumentConflict => format!("`{argument}` can't be used here"),
        _ => "`shardbook` does not take this command".to_owned(),
    }
}

/// What an error says of one kind; the first where it says several.
fn text(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => texts.first().cloned(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Excerpt, SourceFile};
    use crate::verify::shell::invocations;

    fn finding(text: &str) -> Option<(String, String)> {
        let excerpt = Excerpt::whole(&SourceFile::new("a.sh", text));
        let invocations = invocations(&excerpt, false).value;
        check(&invocations[0]).map(|finding| (finding.primary.location.text().to_owned(), finding.message))
    }

    #[test]
    fn our_own_commands_are_judged_by_our_own_parser() {
        for right in
            ["shardbook check --root docs", "shardbook verify --help", "shardbook", "shardbook $COMMAND"]
        {
            assert_eq!(finding(right), None, "{right}");
        }
        let (place, message) = finding("shardbook chekc --root docs").unwrap();
        assert_eq!((place.as_str(), message.as_str()), ("chekc", "`shardbook` has no command `chekc`"));
        let (place, _) = finding("shardbook check --roots docs").unwrap();
        assert_eq!(place, "--roots");
        let (place, _) = finding("shardbook verify --lang fish a.sh").unwrap();
        assert_eq!(place, "fish");
    }
}
