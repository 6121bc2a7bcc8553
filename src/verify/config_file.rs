//! The YAML file that the engine takes with `--config`.

use super::command::{Argument, Command, Parsed};
use super::context::Scope;
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::engine::spec::EngineSpec;
use crate::page::snippet::Snippet;
use crate::text::Span;
use crate::text::nearest::did_you_mean;
use crate::world::yaml::{Node, Value};

/// A key or value that the engine does not take from its file.
pub static CONFIG_FILE: Rule = Rule::new(
    "cli/config-file",
    Level::Error,
    "every key of a `--config` file is a flag without its dashes, with a value that the flag takes",
);

/// Checks a document as such a file, for each version of the scope.
pub fn check(snippet: &Snippet, document: &Node, scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for spec in &scope.versions {
        check_for(snippet, document, spec, findings);
    }
}

fn check_for(snippet: &Snippet, document: &Node, spec: &EngineSpec, findings: &mut Vec<Diagnostic>) {
    let Some(program) = spec.program("sglang.launch_server") else { return };
    let parser = program.parser();
    let code = &snippet.code;
    for entry in document.entries().unwrap_or_default() {
        let flag = format!("--{}", entry.key);
        let Some((_, option)) = parser.find(&flag) else {
            let dashed = entry.key.replace('_', "-");
            let message =
                format!("`{}` is not a key of a `--config` file: keys are flags without dashes", entry.key);
            let help = if parser.find(&format!("--{dashed}")).is_some() {
                Some(format!("write `{dashed}`"))
            } else {
                did_you_mean(&entry.key, parser.spellings().map(|flag| flag.trim_start_matches('-')))
            };
            findings
                .push(Diagnostic::new(&CONFIG_FILE, code.locate(entry.key_span), message).maybe_help(help));
            continue;
        };
        if option.is_switch() {
            let value = entry.value.scalar();
            let message = match value.map(|value| (value.plain, value.boolean())) {
                Some((true, Some(true))) => continue,
                Some((true, Some(false))) => {
                    format!("`{}: false` does nothing: the engine drops it", entry.key)
                }
                _ => format!("`{}` is a switch and must be `true` without quotes", entry.key),
            };
            findings.push(
                Diagnostic::new(&CONFIG_FILE, code.locate(entry.value.span), message)
                    .help("write `true`, or leave it out"),
            );
            continue;
        }
        let words: Vec<(&str, Span)> = match &entry.value.value {
            Value::Scalar(scalar) => vec![(scalar.text.as_str(), entry.value.span)],
            Value::Sequence(items) => {
                items.iter().filter_map(|item| Some((item.text()?, item.span))).collect()
            }
            Value::Mapping(_) => continue,
        };
        let mut arguments = vec![
            Argument::standing_for("--model-path", &code.locate(entry.key_span)),
            Argument::standing_for("model", &code.locate(entry.key_span)),
            Argument::standing_for(&flag, &code.locate(entry.key_span)),
        ];
        arguments.extend(words.iter().map(|(word, span)| Argument::standing_for(word, &code.locate(*span))));
        let start = code.locate(entry.key_span);
        let command = Command { start, arguments, variables: Vec::new(), elided: true };
        let engines = crate::engine::Engines::default();
        let parsed = Parsed::new(&command, &engines, spec, program);
        findings.extend(super::problems::findings(&parsed));
    }
}
