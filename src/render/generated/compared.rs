//! How the flags of a program differ between two engine versions.

use crate::engine::argparse::parser::ArgumentParser;
use crate::engine::option::{Action, Arity, OptionSpec, ValueType};
use crate::engine::value::Value;

/// The differences, each in the order of registration.
#[derive(Debug, Default)]
pub(crate) struct Compared<'a> {
    /// Spellings that the later version refuses, with what to write instead where that is known.
    pub(crate) gone: Vec<Gone<'a>>,
    /// Options that only the later version has.
    pub(crate) came: Vec<&'a OptionSpec>,
    /// Options that both have and whose values differ.
    pub(crate) values: Vec<ValueChange<'a>>,
    /// Options that both have and whose defaults differ: earlier and later.
    pub(crate) defaults: Vec<(&'a OptionSpec, &'a OptionSpec)>,
    /// Options that only the later version calls deprecated.
    pub(crate) deprecated: Vec<&'a OptionSpec>,
}

/// A spelling that is refused.
#[derive(Debug)]
pub(crate) struct Gone<'a> {
    /// The spelling.
    pub(crate) flag: &'a str,
    /// What it was.
    pub(crate) was: &'a OptionSpec,
    /// A spelling that the later version has for the same option.
    pub(crate) renamed: Option<&'a str>,
    /// What the earlier version said to write instead, where the later one accepts it.
    pub(crate) replacement: Option<&'a str>,
}

/// An option whose values differ.
#[derive(Debug)]
pub(crate) struct ValueChange<'a> {
    /// The option in the later version.
    pub(crate) now: &'a OptionSpec,
    /// The option in the earlier version.
    pub(crate) was: &'a OptionSpec,
    /// Choices that only the earlier version has.
    pub(crate) lost: Vec<String>,
    /// Choices that only the later version has.
    pub(crate) new: Vec<String>,
}

/// What changed from one version's parser to another's.
pub(crate) fn compare<'a>(before: &'a ArgumentParser, after: &'a ArgumentParser) -> Compared<'a> {
    let mut compared = Compared::default();
    for option in before.options().iter().filter(|option| !option.is_positional()) {
        let same = option.flags.iter().find_map(|flag| after.find(flag)).map(|(_, now)| now);
        for flag in option.flags.iter().filter(|flag| after.find(flag).is_none()) {
            let renamed = same.or_else(|| after.find_dest(&option.dest).map(|(_, now)| now));
            let replacement = option.deprecated.as_ref().and_then(|found| found.replacement.as_deref());
            compared.gone.push(Gone {
                flag,
                was: option,
                renamed: renamed.filter(|now| !now.is_positional()).map(OptionSpec::name),
                replacement: replacement.filter(|flag| after.find(flag).is_some()),
            });
        }
        let Some(now) = same else { continue };
        compared.values.extend(value_change(option, now));
        if option.default != now.default && !option.suppressed && !now.suppressed {
            compared.defaults.push((option, now));
        }
        if option.deprecated.is_none() && now.deprecated.is_some() {
            compared.deprecated.push(now);
        }
    }
    compared.came = new_options(Some(before), after).collect();
    compared
}

/// The options of which an earlier parser has no spelling; all where there is no earlier one.
pub(crate) fn new_options<'a>(
    before: Option<&'a ArgumentParser>,
    after: &'a ArgumentParser,
) -> impl Iterator<Item = &'a OptionSpec> {
    let is_known = move |flag: &String| before.is_some_and(|before| before.find(flag).is_some());
    let options = after.options().iter().map(|option| &**option);
    options.filter(move |option| !option.is_positional() && !option.flags.iter().any(is_known))
}

fn value_change<'a>(was: &'a OptionSpec, now: &'a OptionSpec) -> Option<ValueChange<'a>> {
    let (earlier, later) = (choices(was), choices(now));
    let missing = |from: &[String], all: &[String]| -> Vec<String> {
        from.iter().filter(|choice| !all.contains(choice)).cloned().collect()
    };
    let change = ValueChange { now, was, lost: missing(&earlier, &later), new: missing(&later, &earlier) };
    let differs = !change.lost.is_empty() || !change.new.is_empty() || value_text(was) != value_text(now);
    differs.then_some(change)
}

/// The values that an option allows, if only some.
pub(crate) fn choices(option: &OptionSpec) -> Vec<String> {
    option.choices.iter().flatten().map(|value| plain(value).unwrap_or_else(|| "none".into())).collect()
}

/// A value as one writes it on a command line; none for `None`.
pub(crate) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Text(text) => Some(text.clone()),
        Value::List(items) => {
            Some(items.iter().map(|item| plain(item).unwrap_or_default()).collect::<Vec<_>>().join(" "))
        }
        Value::Float(number) => Some(number.to_string()),
        other => Some(other.json().to_string()),
    }
}

/// The type of an option's values in a word: `switch`, `integer`, `text`.
pub(crate) fn type_word(option: &OptionSpec) -> &'static str {
    if option.is_switch() || option.action == Action::BooleanOptional {
        return "switch";
    }
    match &option.value_type {
        ValueType::Text | ValueType::Bool => "text",
        ValueType::Int => "integer",
        ValueType::Float => "number",
        ValueType::Json => "JSON",
        ValueType::Named(name) => match name.as_str() {
            "human_readable_int" => "integer",
            "finite_positive_float" => "number",
            "json_list_type" | "parse_cuda_graph_config_arg" => "JSON",
            "path" | "str" | "nullable_str" => "text",
            _ => "special",
        },
    }
}

/// How many values an option takes, where that is not one.
pub(crate) fn arity_words(arity: Arity) -> Option<String> {
    match arity {
        Arity::One | Arity::Exactly(0 | 1) | Arity::Suppressed => None,
        Arity::Optional => Some("value optional".into()),
        Arity::Any => Some("any number".into()),
        Arity::AtLeastOne => Some("one or more".into()),
        Arity::Exactly(number) => Some(format!("{number} values")),
        Arity::Remainder | Arity::Command => Some("all that follow".into()),
    }
}

/// The type and number of an option's values: `integer, one or more`.
pub(crate) fn value_text(option: &OptionSpec) -> String {
    match arity_words(option.arity) {
        Some(arity) => format!("{}, {arity}", type_word(option)),
        None => type_word(option).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::spec::EngineSpec;

    fn spec(version: &str, options: &str) -> EngineSpec {
        let text = format!("engine: x\nversion: \"{version}\"\nprograms:\n  p:\n    options:\n{options}");
        EngineSpec::read(&text).unwrap()
    }

    #[test]
    fn flags_go_come_and_change() {
        let before = spec(
            "0.1.0",
            "      - { flags: [--a, --old-a], dest: a, type: int, default: 1 }\n      \
             - { flags: [--gone], dest: gone, deprecated: { replacement: --new } }\n      \
             - { flags: [--kind], dest: kind, choices: [x, y] }\n",
        );
        let after = spec(
            "0.2.0",
            "      - { flags: [--a], dest: a, type: int, default: 2 }\n      \
             - { flags: [--new], dest: new }\n      \
             - { flags: [--kind], dest: kind, choices: [y, z] }\n",
        );
        let parser = |spec: &EngineSpec| spec.program("p").unwrap().parser().clone();
        let (before, after) = (parser(&before), parser(&after));
        let found = compare(&before, &after);
        let gone: Vec<_> =
            found.gone.iter().map(|gone| (gone.flag, gone.renamed, gone.replacement)).collect();
        assert_eq!(gone, [("--old-a", Some("--a"), None), ("--gone", None, Some("--new"))]);
        assert_eq!(found.came.iter().map(|option| option.name()).collect::<Vec<_>>(), ["--new"]);
        assert_eq!(
            (&found.values[0].lost, &found.values[0].new),
            (&vec!["x".into()], &vec!["z".to_string()])
        );
        assert_eq!(found.values.len(), 1);
        assert_eq!(found.defaults.len(), 1);
    }
}
