//! Whether a block of YAML and the command beside it mean the same.

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::engine::fields::{EngineBlock, FieldValue, Schema};
use crate::text::Location;

/// A pair that does not mean the same.
pub static DIFFERS: Rule =
    Rule::new("pair/differs", Level::Error, "a block of YAML and the command beside it mean the same");

/// One side of a pair.
pub struct Side<'a> {
    /// What it means.
    pub block: &'a EngineBlock,
    /// The place of a field, or of the whole where the field is not written.
    pub place: &'a dyn Fn(&str) -> Location,
}

/// Compares the two sides field by field. A command says more than a block (host, port, and what a reader adds), so
/// that flags which the block does not name count only when the author calls the two a pair.
pub fn compare(schema: &Schema, yaml: &Side<'_>, command: &Side<'_>, strict: bool) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for name in schema.fields.keys() {
        let (wanted, given) = (effective(schema, yaml.block, name), effective(schema, command.block, name));
        if wanted == given {
            continue;
        }
        let (wanted, given) = (shown(wanted), shown(given));
        let message = format!("`{name}` is {wanted} in the YAML but {given} in the command");
        findings.push(
            Diagnostic::new(&DIFFERS, (command.place)(name), message)
                .related((yaml.place)(name), "the YAML says so here")
                .help(format!("make both {wanted} or both {given}")),
        );
    }
    for (name, value) in &yaml.block.env_vars {
        if command.block.env_vars.get(name) != Some(value) {
            let message = format!("the YAML sets the variable `{name}` to `{value}`, the command does not");
            findings.push(
                Diagnostic::new(&DIFFERS, (command.place)(""), message)
                    .related((yaml.place)(name), "set here")
                    .help(format!("begin the command with `{name}={value}`")),
            );
        }
    }
    let (wanted, given) = (options(&yaml.block.extra_args), options(&command.block.extra_args));
    for (flag, values) in &wanted {
        if given.get(flag) != Some(values) {
            let whole = std::iter::once(*flag).chain(values.iter().copied()).collect::<Vec<_>>().join(" ");
            let message = format!("the YAML has `{whole}`, the command does not");
            findings.push(
                Diagnostic::new(&DIFFERS, (command.place)(""), message)
                    .related((yaml.place)("extra_args"), "the YAML says so here")
                    .help(format!("add `{whole}` to the command")),
            );
        }
    }
    if strict {
        for (flag, _) in given.iter().filter(|(flag, _)| !wanted.contains_key(*flag)) {
            let message = format!("the command has `{flag}`, the YAML does not");
            findings.push(
                Diagnostic::new(&DIFFERS, (command.place)(flag), message)
                    .help(format!("add `{flag}` to `extra_args`, or leave it out of the command")),
            );
        }
    }
    findings
}

/// The value of a field that counts: absent and the default are the same.
fn effective(schema: &Schema, block: &EngineBlock, name: &str) -> Option<FieldValue> {
    let default = schema.field(name).and_then(|field| field.default.clone());
    block.fields.get(name).cloned().or(default)
}

fn shown(value: Option<FieldValue>) -> String {
    match value {
        None => "absent".into(),
        Some(FieldValue::Int(number)) => number.to_string(),
        Some(FieldValue::Bool(switch)) => switch.to_string(),
        Some(FieldValue::Text(text)) => format!("`{text}`"),
    }
}

/// The flags among some words, each with its values; the last of equal flags counts.
fn options(words: &[String]) -> IndexMap<&str, Vec<&str>> {
    let mut options: IndexMap<&str, Vec<&str>> = IndexMap::new();
    let mut current = None;
    for word in words {
        if word.starts_with("--") {
            let (flag, value) =
                word.split_once('=').map_or((word.as_str(), None), |(flag, value)| (flag, Some(value)));
            options.insert(flag, value.into_iter().collect());
            current = Some(flag);
        } else if let Some(values) = current.and_then(|flag| options.get_mut(flag)) {
            values.push(word);
        }
    }
    options
}
