//! What changed in the catalog from one engine version to the next.

use indexmap::IndexMap;

use crate::catalog::compiled::{Configuration, Engine, Model};

/// What changed from one version to another. Models and configurations are told apart by their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes<'a> {
    /// Models that only the later version has, in its order.
    pub added: Vec<&'a Model>,
    /// Models that only the earlier version has, in its order.
    pub removed: Vec<&'a Model>,
    /// Models that both have and that differ, in the later version's order.
    pub changed: Vec<ModelChange<'a>>,
}

/// A model that differs between two versions.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelChange<'a> {
    /// The model in the earlier version.
    pub before: &'a Model,
    /// The model in the later version.
    pub after: &'a Model,
    /// Differences of the model itself: its path and attributes.
    pub values: Vec<ValueChange>,
    /// Configurations that only the later version has, with their hardware.
    pub added: Vec<(&'a str, &'a Configuration)>,
    /// Configurations that only the earlier version has, with their hardware.
    pub removed: Vec<(&'a str, &'a Configuration)>,
    /// Configurations that both have and that differ.
    pub changed: Vec<ConfigurationChange<'a>>,
}

/// A configuration that differs between two versions.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigurationChange<'a> {
    /// The hardware.
    pub hardware: &'a str,
    /// The configuration in the earlier version.
    pub before: &'a Configuration,
    /// The configuration in the later version.
    pub after: &'a Configuration,
    /// The differences.
    pub values: Vec<ValueChange>,
}

/// One value that differs; a value that is not there is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueChange {
    /// What it is called, as in the compiled file: `tp`, `prefill.ep`, `llm.tool_parser`, `extra_args`.
    pub name: String,
    /// The earlier value.
    pub before: Option<String>,
    /// The later value.
    pub after: Option<String>,
}

impl Changes<'_> {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// What changed from the models `before` to the models `after`.
pub fn changes<'a>(
    before: impl IntoIterator<Item = &'a Model>,
    after: impl IntoIterator<Item = &'a Model>,
) -> Changes<'a> {
    let mut before: IndexMap<&str, &Model> =
        before.into_iter().map(|model| (model.name.as_str(), model)).collect();
    let mut changes = Changes::default();
    let mut kept = Vec::new();
    for model in after {
        match before.get(model.name.as_str()) {
            Some(&earlier) => {
                kept.push(model.name.as_str());
                changes.changed.extend(model_change(earlier, model));
            }
            None => changes.added.push(model),
        }
    }
    let kept: std::collections::HashSet<&str> = kept.into_iter().collect();
    before.retain(|name, _| !kept.contains(name));
    changes.removed = before.into_values().collect();
    changes
}

fn model_change<'a>(before: &'a Model, after: &'a Model) -> Option<ModelChange<'a>> {
    let earlier: IndexMap<(&str, &str), &Configuration> = configurations(before);
    let later = configurations(after);
    let mut change = ModelChange {
        before,
        after,
        values: differences(&model_values(before), &model_values(after)),
        added: Vec::new(),
        removed: Vec::new(),
        changed: Vec::new(),
    };
    for (&(hardware, name), &configuration) in &later {
        let Some(&known) = earlier.get(&(hardware, name)) else {
            change.added.push((hardware, configuration));
            continue;
        };
        let values = differences(&configuration_values(known), &configuration_values(configuration));
        if !values.is_empty() {
            change.changed.push(ConfigurationChange {
                hardware,
                before: known,
                after: configuration,
                values,
            });
        }
    }
    let gone = earlier.iter().filter(|(key, _)| !later.contains_key(*key));
    change.removed = gone.map(|(&(hardware, _), &configuration)| (hardware, configuration)).collect();
    let same = change.values.is_empty()
        && change.added.is_empty()
        && change.removed.is_empty()
        && change.changed.is_empty();
    (!same).then_some(change)
}

fn configurations(model: &Model) -> IndexMap<(&str, &str), &Configuration> {
    let all = model.configurations();
    all.map(|(hardware, configuration)| ((hardware, configuration.name.as_str()), configuration)).collect()
}

/// Values by name, as text.
type Values = IndexMap<String, String>;

fn differences(before: &Values, after: &Values) -> Vec<ValueChange> {
    let added = after.keys().filter(|name| !before.contains_key(*name));
    before
        .keys()
        .chain(added)
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| ValueChange {
            name: name.clone(),
            before: before.get(name).cloned(),
            after: after.get(name).cloned(),
        })
        .collect()
}

fn model_values(model: &Model) -> Values {
    let mut values = Values::new();
    let mut set = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            values.insert(name.to_owned(), value);
        }
    };
    set("model_path", Some(model.model_path.value.clone()));
    if let Some(llm) = model.attributes.llm() {
        let text = |value: &Option<crate::catalog::spanned::Spanned<String>>| {
            value.as_ref().map(|v| v.value.clone())
        };
        set("llm.thinking_capability", text(&llm.thinking_capability));
        set("llm.tool_parser", text(&llm.tool_parser));
        set("llm.reasoning_parser", text(&llm.reasoning_parser));
        set("llm.chat_template", text(&llm.chat_template));
    }
    if let Some(diffusion) = model.attributes.diffusion() {
        set("diffusion.model_type", diffusion.model_type.as_ref().map(|v| v.value.clone()));
        set("diffusion.task_types", diffusion.task_types.as_ref().map(|v| v.join(", ")));
        set("diffusion.supports_lora", diffusion.supports_lora.map(|v| v.to_string()));
        set("diffusion.ulysses_degree", diffusion.ulysses_degree.map(|v| v.to_string()));
        set("diffusion.ring_degree", diffusion.ring_degree.map(|v| v.to_string()));
        set("diffusion.dit_layerwise_offload", diffusion.dit_layerwise_offload.map(|v| v.to_string()));
    }
    set("speculative_draft_model", model.speculative_draft_model.as_ref().map(|v| v.value.clone()));
    values
}

fn configuration_values(configuration: &Configuration) -> Values {
    let mut values = Values::new();
    values.insert("nodes".into(), configuration.nodes.value.clone());
    values.insert("optimization".into(), configuration.optimization.value.clone());
    values.insert("quantization".into(), configuration.quantization.value.clone());
    if let Some(path) = &configuration.quantized_model_path {
        values.insert("quantized_model_path".into(), path.value.clone());
    }
    for (key, Engine { block, .. }) in configuration.engines() {
        let prefix = if key == "engine" { String::new() } else { format!("{key}.") };
        for (name, value) in &block.fields {
            values.insert(format!("{prefix}{name}"), value.to_string());
        }
        for (name, value) in &block.env_vars {
            values.insert(format!("{prefix}env_vars.{name}"), value.clone());
        }
        if !block.extra_args.is_empty() {
            values.insert(format!("{prefix}extra_args"), block.extra_args.join(" "));
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::engine::fields::Schema;
    use crate::text::SourceFile;

    fn source(version: &str, models: &str) -> std::sync::Arc<SourceFile> {
        let text = format!(
            "vendor: v\ndefaults:\n  hardware: {{ H200: {{ tp: 8 }} }}\nfamilies:\n  - name: F\n    llm: {{ thinking_capability: hybrid }}\n    models:\n{models}"
        );
        SourceFile::new(format!("data/models/src/{version}/a.yaml"), text)
    }

    #[test]
    fn models_configurations_and_values_are_compared_by_name() {
        let before = "      - { name: Gone, quantization: fp8 }\n      - { name: Same, quantization: fp8 }\n      - name: M\n        quantization: fp8\n        configurations: [{ name: a, extra_args: [--x] }, { name: old }]\n";
        let after = "      - { name: Same, quantization: fp8 }\n      - { name: New, quantization: fp8 }\n      - name: M\n        quantization: fp8\n        llm: { tool_parser: t }\n        configurations: [{ name: a, tp: 4, extra_args: [--x, y] }, { name: new }]\n";
        let files = [source("v0.5.10", after), source("v0.5.6", before)];
        let schema =
            Schema::read(&SourceFile::new("engine.yaml", include_str!("../../data/schema/engine.yaml")))
                .value;
        let catalog = Catalog::from_files(&files, &schema).value;
        let versions: Vec<_> = catalog.versions().map(|(version, _)| version).collect();
        assert_eq!(versions.iter().map(ToString::to_string).collect::<Vec<_>>(), ["0.5.6", "0.5.10"]);
        let changes = catalog.changes(versions[0], versions[1]);
        assert_eq!(changes.added.iter().map(|model| model.name.as_str()).collect::<Vec<_>>(), ["New"]);
        assert_eq!(changes.removed.iter().map(|model| model.name.as_str()).collect::<Vec<_>>(), ["Gone"]);
        let [model] = changes.changed.as_slice() else { panic!("{:#?}", changes.changed) };
        assert_eq!(shown(&model.values), ["llm.tool_parser - t"]);
        assert_eq!(model.added.iter().map(|(_, c)| c.name.as_str()).collect::<Vec<_>>(), ["new"]);
        assert_eq!(model.removed.iter().map(|(_, c)| c.name.as_str()).collect::<Vec<_>>(), ["old"]);
        let [configuration] = model.changed.as_slice() else { panic!("{:#?}", model.changed) };
        assert_eq!(configuration.hardware, "H200");
        assert_eq!(shown(&configuration.values), ["tp 8 4", "extra_args --x --x y"]);
        assert!(catalog.changes(versions[0], versions[0]).is_empty());
    }

    fn shown(values: &[ValueChange]) -> Vec<String> {
        let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
        values
            .iter()
            .map(|value| format!("{} {} {}", value.name, word(&value.before), word(&value.after)))
            .collect()
    }
}
