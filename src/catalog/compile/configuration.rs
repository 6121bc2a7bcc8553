//! A model's configurations on one hardware.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::variants::Variant;
use super::{Compiler, DEFAULT_QUANTIZATION, MISSING_QUANTIZATION, engine};
use crate::catalog::compiled::{self, Hardware, Servers};
use crate::catalog::source::{self, Configuration, Settings};
use crate::catalog::spanned::Spanned;
use crate::diagnostic::{Label, Level, Rule};
use crate::text::Span;

/// A hardware has two configurations of one name.
pub(super) static DUPLICATE_CONFIGURATION: Rule = Rule::new(
    "catalog/duplicate-configuration",
    Level::Error,
    "a model has each configuration once on one hardware",
);
/// A model can't be served at all.
pub(super) static NO_CONFIGURATION: Rule = Rule::new(
    "catalog/no-configuration",
    Level::Error,
    "every model has hardware, and every hardware a configuration",
);
/// Tensor parallelism is not said.
pub(super) static MISSING_TP: Rule =
    Rule::new("catalog/missing-tp", Level::Warning, "every configuration says its `tp`");

/// The field of tensor parallelism, where the site has it.
const TP: &str = "tp";

/// Which configurations were reported already, by their bytes.
#[derive(Debug, Default)]
pub(super) struct Seen {
    duplicates: HashSet<Span>,
}

/// What all configurations of a variant share.
pub(super) struct Preset<'a, 'v> {
    pub(super) model: &'a source::Model,
    pub(super) variant: &'v Variant<'a>,
    pub(super) overrides: Option<&'a Settings>,
}

impl<'a> Compiler<'a> {
    pub(super) fn on_hardware(
        &mut self,
        preset: &Preset<'a, '_>,
        id: &str,
        settings: &Spanned<Settings>,
        configurations: &'a [Configuration],
    ) -> Hardware {
        let mut names = IndexMap::with_capacity(configurations.len());
        let mut compiled = Vec::with_capacity(configurations.len());
        for configuration in configurations {
            let only = configuration.hardware.as_ref();
            if only.is_some_and(|only| !only.iter().any(|found| found.value == id)) {
                continue;
            }
            self.used.add(configuration);
            if let Some(&first) = names.get(configuration.name.as_str()) {
                self.duplicate(&configuration.name, first, id);
                continue;
            }
            names.insert(configuration.name.as_str(), configuration.name.span);
            compiled.extend(self.configuration(preset, settings, configuration));
        }
        Hardware { id: Spanned::new(id.to_owned(), settings.span), configurations: compiled }
    }

    fn configuration(
        &self,
        preset: &Preset<'a, '_>,
        hardware: &Settings,
        configuration: &'a Configuration,
    ) -> Option<compiled::Configuration> {
        let name = &configuration.name;
        let implied = |word: &str| Spanned::new(word.to_owned(), name.span);
        let overridden = preset.overrides.and_then(|settings| settings.nodes.as_ref());
        let nodes = configuration.settings.nodes.as_ref().or(overridden).or(hardware.nodes.as_ref());
        let quantization = configuration.quantization.as_ref().or(preset.variant.quantization);
        let quantization = quantization.cloned().unwrap_or_else(|| implied(DEFAULT_QUANTIZATION));
        let layers = engine::Layers {
            schema: self.tables.schema,
            common: [Some(hardware), preset.overrides, Some(&configuration.settings)],
            draft: preset.model.speculative_draft_model.as_ref(),
        };
        let servers = match (&configuration.prefill, &configuration.decode) {
            (None, None) => Servers::Engine(layers.engine(None, name.span)),
            (Some(prefill), Some(decode)) => Servers::Disaggregated {
                prefill: Box::new(layers.engine(Some(prefill), prefill.span)),
                decode: Box::new(layers.engine(Some(decode), decode.span)),
            },
            _ => return None,
        };
        Some(compiled::Configuration {
            name: name.clone(),
            nodes: nodes.cloned().unwrap_or_else(|| implied("single")),
            optimization: configuration.optimization.clone().unwrap_or_else(|| implied("balanced")),
            quantized_model_path: quantized_model_path(preset, configuration, &quantization),
            quantization,
            servers,
            origin: self.origin.clone(),
        })
    }

    fn duplicate(&mut self, name: &Spanned<String>, first: Span, hardware: &str) {
        if self.configurations.duplicates.insert(name.span) {
            let location = self.origin.locate(first);
            let message = format!("the configuration `{}` stands twice for `{hardware}`", name.value);
            let found = self.report(&DUPLICATE_CONFIGURATION, name.span, message);
            found.related.push(Label { location, message: "first here".into() });
            found
                .help
                .push("rename one of them, or limit each to other hardware with `hardware: […]`".into());
        }
    }

    /// Reports what a model lacks when all is compiled; once for each model.
    pub(super) fn check_compiled(&mut self, variant: &Variant<'a>, compiled: &IndexMap<String, Hardware>) {
        let name = &variant.name;
        if compiled.is_empty() {
            let message = format!("`{name}` has no hardware to run on");
            self.report(&NO_CONFIGURATION, variant.span, message)
                .help
                .push("name some under `hardware` of the model, of its family or of `defaults`".into());
        }
        if let Some((id, _)) = compiled.iter().find(|(_, hardware)| hardware.configurations.is_empty()) {
            let message = format!("`{name}` has no configuration on `{id}`");
            self.report(&NO_CONFIGURATION, variant.span, message)
                .help
                .push("name some under `configurations` of the model, of its family or of `defaults`".into());
        }
        // Of hardware that nobody knows no more is said.
        let known = compiled.iter().filter(|(id, _)| self.tables.hardware.get(id).is_some());
        let mut all = known.flat_map(|(_, hardware)| &hardware.configurations);
        let named = variant.quantization.is_some();
        if !named
            && all.clone().any(|configuration| configuration.quantization.span == configuration.name.span)
        {
            let message =
                format!("no quantization is named for `{name}`, which stands for `{DEFAULT_QUANTIZATION}`");
            self.report(&MISSING_QUANTIZATION, variant.span, message)
                .help
                .push("write the precision of the weights as `quantization`".into());
        }
        let declared = self.tables.schema.field(TP).is_some();
        let lacks = |configuration: &compiled::Configuration| {
            configuration.engines().any(|(_, engine)| !engine.block.fields.contains_key(TP))
        };
        if let Some(found) = all.find(|configuration| declared && lacks(configuration)) {
            let message = format!("`{name}` has no `tp` in its configuration `{}`", found.name.value);
            self.report(&MISSING_TP, variant.span, message)
                .help
                .push("set `tp` for its hardware, or in the configuration".into());
        }
    }
}

/// The repository of the weights in the configuration's precision, where it is not the model's own: a model with a
/// composed name has its own path for each quantization.
fn quantized_model_path(
    preset: &Preset<'_, '_>,
    configuration: &Configuration,
    quantization: &str,
) -> Option<Spanned<String>> {
    let given = configuration.quantized_model_path.as_ref();
    let of_model = || match preset.variant.capability {
        None => preset.model.quantized_paths.get(quantization).map(|path| &path.value),
        Some(_) => None,
    };
    given.or_else(of_model).cloned()
}
