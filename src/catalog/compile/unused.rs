//! What is written in a source and reaches no compiled model.

use std::collections::{BTreeSet, HashSet};

use super::Compiler;
use super::variants::{capabilities, quantizations};
use crate::catalog::compiled;
use crate::catalog::source::{Configuration, Family, Layer, Model, ModelName};
use crate::diagnostic::{Level, Rule};
use crate::text::Span;
use crate::text::nearest::did_you_mean;

/// Something is set for a variant, a hardware or a configuration that no model has.
pub(super) static UNUSED_OVERRIDE: Rule = Rule::new(
    "catalog/unused-override",
    Level::Warning,
    "what is set for a quantization, a capability or a hardware is for one that a model has",
);

/// The configurations that some model has, by the bytes of their names.
#[derive(Debug, Default)]
pub(super) struct Used(HashSet<Span>);

impl Used {
    pub(super) fn add(&mut self, configuration: &Configuration) {
        self.0.insert(configuration.name.span);
    }

    fn has(&self, configuration: &Configuration) -> bool {
        self.0.contains(&configuration.name.span)
    }
}

impl<'a> Compiler<'a> {
    /// Reports overrides of quantizations and capabilities that the model does not have.
    pub(super) fn check_overrides(&mut self, model: &'a Model) {
        let quantizations: Vec<&str> = quantizations(model)
            .into_iter()
            .flatten()
            .map(|quantization| quantization.value.as_str())
            .collect();
        let overridden = model.quant_overrides.iter().map(|(key, value)| (key, value.span));
        let paths = model.quantized_paths.iter().map(|(key, value)| (key, value.span));
        for (key, span) in overridden.chain(paths) {
            // Configurations of a model with a whole name may name quantizations of their own.
            let mut configured = model
                .layer
                .all_configurations()
                .filter_map(|configuration| configuration.quantization.as_ref());
            if !quantizations.contains(&key.as_str()) && !configured.any(|found| found.value == *key) {
                self.unused(key, "quantization", span, model, &quantizations);
            }
        }
        let capabilities: Vec<&str> = match &model.name {
            ModelName::Whole(_) => Vec::new(),
            ModelName::Base(_) => capabilities(model).into_iter().map(|(capability, _)| capability).collect(),
        };
        for (key, valid) in &model.valid_quants {
            if !capabilities.contains(&key.as_str()) {
                self.unused(key, "capability", valid.span, model, &capabilities);
            }
        }
    }

    fn unused(&mut self, key: &str, kind: &str, span: Span, model: &'a Model, has: &[&str]) {
        let name = model.name.written();
        let message = format!("`{}` has no {kind} `{key}`, so nothing comes of this", name.value);
        let help = did_you_mean(key, has.iter().copied());
        self.report(&UNUSED_OVERRIDE, span, message).help.extend(help);
    }

    /// Reports suffixes of capabilities that no model of the family has.
    pub(super) fn check_suffixes(&mut self, family: &Family) {
        for (capability, suffix) in &family.model_name_suffix {
            let composed = family.models.iter().filter(|model| matches!(model.name, ModelName::Base(_)));
            let mut all = composed.flat_map(capabilities);
            if !suffix.text.is_empty() && !all.any(|(found, _)| found == capability) {
                let message =
                    format!("no model of `{}` has the capability `{capability}`", family.name.value);
                self.report(&UNUSED_OVERRIDE, suffix.key, message);
            }
        }
    }

    /// Reports hardware and configurations of the file and its families that no model takes from there.
    pub(super) fn check_levels(&mut self, families: &[compiled::Family]) {
        let source = self.source;
        let mut of_file = BTreeSet::new();
        for (family, compiled) in source.families.iter().zip(families) {
            let hardware: BTreeSet<&str> =
                compiled.models.iter().flat_map(|model| model.hardware.keys().map(String::as_str)).collect();
            self.check_level(&family.layer, &hardware);
            for model in &family.models {
                self.check_configurations(&model.layer, &hardware);
            }
            of_file.extend(hardware);
        }
        self.check_level(&source.defaults, &of_file);
    }

    /// `hardware` is that of all models below the level; a level without models is not judged.
    fn check_level(&mut self, layer: &'a Layer, hardware: &BTreeSet<&str>) {
        if hardware.is_empty() {
            return;
        }
        for (id, settings) in layer.hardware.iter().flat_map(|hardware| &hardware.named) {
            // Hardware that nobody knows is reported as such.
            if !hardware.contains(id.as_str()) && self.tables.hardware.get(id).is_some() {
                let message = format!("no model runs on `{id}`, so nothing comes of this");
                self.report(&UNUSED_OVERRIDE, settings.span, message)
                    .help
                    .push("hardware that a family or a model names is instead of that named here".into());
            }
        }
        self.check_configurations(layer, hardware);
    }

    fn check_configurations(&mut self, layer: &'a Layer, hardware: &BTreeSet<&str>) {
        for configuration in layer.all_configurations() {
            let is_complete = configuration.prefill.is_some() == configuration.decode.is_some();
            let only: Vec<&str> =
                configuration.hardware.iter().flatten().map(|id| id.value.as_str()).collect();
            let is_known = only.iter().all(|id| self.tables.hardware.get(id).is_some());
            if self.used.has(configuration) || !is_complete || !is_known {
                continue;
            }
            let name = &configuration.name;
            let message = format!("no model has the configuration `{}`, so nothing comes of it", name.value);
            let listed = |ids: &mut dyn Iterator<Item = &str>| {
                ids.map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
            };
            let help = if only.is_empty() || only.iter().any(|id| hardware.contains(id)) {
                "configurations that a family, a model or its hardware has are instead of those here"
                    .to_owned()
            } else {
                let (only, hardware) =
                    (listed(&mut only.iter().copied()), listed(&mut hardware.iter().copied()));
                format!("it is limited to {only}; the models here run on {hardware}")
            };
            self.report(&UNUSED_OVERRIDE, name.span, message).help.push(help);
        }
    }

    /// Reports an entry that stands for no model, since no capability has a quantization.
    pub(super) fn no_variant(&mut self, model: &'a Model) {
        let name = model.name.written();
        let message = format!("`{}` stands for no model: `valid_quants` leaves no quantization", name.value);
        self.report(&UNUSED_OVERRIDE, name.span, message)
            .help
            .push("name a quantization of `quantizations` for at least one capability".into());
    }
}
