//! Compiling: from the compact source to every configuration of every model, written out.
//!
//! What a model does not say it inherits: file → family's hardware and configurations → model's. A setting of an
//! inner level takes the place of the outer one's, key by key, and an explicit `null` takes it away. Then each
//! configuration is laid over each hardware. Nothing here stops at a mistake: it is a finding at the line that
//! the value came from, and the rest is compiled.

pub(super) mod attributes;
pub(super) mod check;
mod configuration;
mod engine;
mod hardware;
mod unused;
mod variants;

use std::collections::HashMap;

use indexmap::IndexMap;

use super::compiled::{CompiledFile, Family, Model};
use super::hardware::HardwareTable;
use super::source::{self, Configuration, Source};
use super::spanned::{Origin, Spanned};
use super::vendors::Vendors;
use crate::diagnostic::{Checked, Diagnostic, Level, Rule};
use crate::engine::fields::Schema;
use crate::text::Span;
use crate::text::nearest::did_you_mean;
use hardware::Resolved;
use variants::Variant;

/// The vendor is not in `vendors.yaml`.
pub static UNKNOWN_VENDOR: Rule =
    Rule::new("catalog/unknown-vendor", Level::Error, "every vendor is one of `vendors.yaml`");
/// Two entries with the same whole name.
pub static DUPLICATE_MODEL: Rule =
    Rule::new("catalog/duplicate-model", Level::Error, "a model stands in the catalog once");
/// Two variants compose the same name.
pub static DUPLICATE_NAME: Rule =
    Rule::new("catalog/duplicate-name", Level::Error, "no two variants compose the same name");
/// Models that differ in quantization and share their weights.
pub static SAME_WEIGHTS: Rule = Rule::new(
    "catalog/same-weights",
    Level::Warning,
    "models of different quantization have different weights",
);
/// No quantization is named anywhere.
pub static MISSING_QUANTIZATION: Rule = Rule::new(
    "catalog/missing-quantization",
    Level::Warning,
    "the quantization of every configuration is named",
);

/// The rules of this module.
pub static RULES: [&Rule; 16] = [
    &UNKNOWN_VENDOR,
    &DUPLICATE_MODEL,
    &DUPLICATE_NAME,
    &SAME_WEIGHTS,
    &MISSING_QUANTIZATION,
    &variants::NAME_REPEATS_FAMILY,
    &variants::SHARED_MODEL_PATH,
    &unused::UNUSED_OVERRIDE,
    &attributes::MISSING_THINKING_CAPABILITY,
    &attributes::LLM_AND_DIFFUSION,
    &hardware::UNKNOWN_HARDWARE,
    &configuration::DUPLICATE_CONFIGURATION,
    &configuration::NO_CONFIGURATION,
    &configuration::MISSING_TP,
    &check::PREFILL_AND_DECODE,
    &source::UNQUOTED_TEXT,
];

/// The quantization of a model for which none is named, as the format has always had it.
const DEFAULT_QUANTIZATION: &str = "fp8";

/// What a source file refers to by name.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    /// The vendors.
    pub vendors: &'a Vendors,
    /// The hardware.
    pub hardware: &'a HardwareTable,
    /// The fields of an engine block.
    pub schema: &'a Schema,
}

/// Compiles a source file.
pub fn compile(source: &Source, tables: Tables<'_>) -> Checked<CompiledFile> {
    let mut compiler = Compiler {
        source,
        tables,
        origin: Origin::new(&source.file),
        names: HashMap::new(),
        paths: HashMap::new(),
        configurations: configuration::Seen::default(),
        used: unused::Used::default(),
        findings: Vec::new(),
    };
    compiler.check();
    let families: Vec<Family> = source.families.iter().map(|family| compiler.family(family)).collect();
    compiler.check_levels(&families);
    let file =
        CompiledFile { vendor: source.vendor.clone().unwrap_or_default(), families, origin: compiler.origin };
    Checked::new(file, compiler.findings)
}

struct Compiler<'a> {
    source: &'a Source,
    tables: Tables<'a>,
    origin: Origin,
    /// The first model of each name.
    names: HashMap<String, FirstName>,
    /// The first model of each path.
    paths: HashMap<String, FirstPath>,
    configurations: configuration::Seen,
    used: unused::Used,
    findings: Vec<Diagnostic>,
}

struct FirstName {
    span: Span,
    composed: bool,
}

struct FirstPath {
    span: Span,
    name: String,
    quantization: Option<String>,
}

/// What the models of a family share.
struct FamilyScope<'a> {
    family: &'a source::Family,
    hardware: Resolved,
}

impl<'a> Compiler<'a> {
    fn report(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.findings.push(Diagnostic::new(rule, self.origin.locate(span), message));
        self.findings.last_mut().expect("just pushed")
    }

    fn family(&mut self, family: &'a source::Family) -> Family {
        let defaults = &self.source.defaults;
        let nothing = Resolved::default();
        let outer = nothing.narrowed(defaults.hardware.as_ref());
        let scope =
            FamilyScope { family, hardware: outer.narrowed(family.layer.hardware.as_ref()).into_owned() };
        self.check_suffixes(family);
        let mut models = Vec::new();
        for model in &family.models {
            self.check_model(family, model);
            let hardware = scope.hardware.narrowed(model.layer.hardware.as_ref());
            let variants = variants::of(family, model);
            if variants.is_empty() {
                self.no_variant(model);
            }
            for variant in variants {
                models.push(self.model(&scope, model, &variant, &hardware));
            }
        }
        Family { name: family.name.clone(), description: family.description.clone(), models }
    }

    fn model(
        &mut self,
        scope: &FamilyScope<'a>,
        model: &'a source::Model,
        variant: &Variant<'a>,
        hardware: &Resolved,
    ) -> Model {
        self.unique_name(variant);
        let model_path = self.model_path(model, variant);
        self.unique_path(variant, &model_path);
        Model {
            attributes: self.attributes(scope.family, model, variant),
            hardware: self.hardware(scope.family, model, variant, hardware),
            speculative_draft_model: model.speculative_draft_model.clone(),
            origin: self.origin.clone(),
            name: Spanned::new(variant.name.clone(), variant.span),
            model_path,
        }
    }

    fn hardware(
        &mut self,
        family: &'a source::Family,
        model: &'a source::Model,
        variant: &Variant<'a>,
        hardware: &Resolved,
    ) -> IndexMap<String, super::compiled::Hardware> {
        let overrides =
            variant.quantization.and_then(|quantization| model.quant_overrides.get(&quantization.value));
        let preset = configuration::Preset { model, variant, overrides: overrides.map(|found| &found.value) };
        let compiled: IndexMap<_, _> = hardware
            .named
            .iter()
            .map(|(id, settings)| {
                let configurations = self.configurations_for(family, model, id);
                (id.clone(), self.on_hardware(&preset, id, settings, configurations))
            })
            .collect();
        self.check_compiled(variant, &compiled);
        compiled
    }

    /// The configurations of a model on a hardware: those of the innermost level that has any.
    fn configurations_for(
        &self,
        family: &'a source::Family,
        model: &'a source::Model,
        id: &str,
    ) -> &'a [Configuration] {
        let levels = [&model.layer, &family.layer, &self.source.defaults];
        levels.into_iter().find_map(|layer| layer.configurations_for(id)).unwrap_or_default()
    }

    /// The path as given, else the vendor's organisation and the model's name.
    fn model_path(&self, model: &'a source::Model, variant: &Variant<'a>) -> Spanned<String> {
        if let Some(path) = &model.model_path {
            return path.clone();
        }
        let quantized =
            variant.quantization.and_then(|quantization| model.quantized_paths.get(&quantization.value));
        if let (true, Some(path)) = (variant.capability.is_some(), quantized) {
            return path.value.clone();
        }
        let vendor = model.vendor.as_ref().or(self.source.vendor.as_ref()).map_or("", |id| &id.value);
        let organisation = self.tables.vendors.get(vendor).map_or(vendor, |vendor| &vendor.huggingface_org);
        Spanned::new(format!("{organisation}/{}", variant.name), variant.span)
    }

    fn unique_name(&mut self, variant: &Variant<'a>) {
        let composed = variant.capability.is_some();
        let Some(first) = self.names.get(&variant.name) else {
            self.names.insert(variant.name.clone(), FirstName { span: variant.span, composed });
            return;
        };
        let first_at = self.origin.locate(first.span);
        let name = &variant.name;
        let (rule, message, help) = if composed || first.composed {
            let help = "give one of them another `base_name`, capability suffix or quantization";
            (&DUPLICATE_NAME, format!("two variants compose the name `{name}`"), help)
        } else {
            let help =
                "keep one of the two; another configuration of a model is an entry of `configurations`";
            (&DUPLICATE_MODEL, format!("the model `{name}` stands twice in this file"), help)
        };
        let span = if first.span == variant.span { variant.word } else { variant.span };
        let found = self.report(rule, span, message);
        found.help.push(help.into());
        found.related.push(crate::diagnostic::Label { location: first_at, message: "first here".into() });
    }

    fn unique_path(&mut self, variant: &Variant<'a>, path: &Spanned<String>) {
        let quantization = variant.quantization.map(|quantization| quantization.value.clone());
        let Some(first) = self.paths.get(&path.value) else {
            let first = FirstPath { span: path.span, name: variant.name.clone(), quantization };
            self.paths.insert(path.value.clone(), first);
            return;
        };
        // Variants of one entry that share its path are found there as such.
        if first.quantization == quantization || first.name == variant.name || first.span == path.span {
            return;
        }
        let (Some(one), Some(other)) = (&first.quantization, &quantization) else { return };
        let message = format!(
            "`{}` ({one}) and `{}` ({other}) have the same weights, `{}`",
            first.name, variant.name, path.value
        );
        let first_at = self.origin.locate(first.span);
        let found = self.report(&SAME_WEIGHTS, path.span, message);
        found.related.push(crate::diagnostic::Label { location: first_at, message: "first here".into() });
        found.help.push(
            "give each its own `model_path`, or, where the engine quantizes while loading, say so in `extra_args`".into(),
        );
    }

    fn unknown_vendor(&mut self, id: &Spanned<String>) {
        if self.tables.vendors.get(id).is_none() {
            let help = did_you_mean(id, self.tables.vendors.ids());
            let message = format!("`{}` is not a vendor of `vendors.yaml`", id.value);
            let found = self.report(&UNKNOWN_VENDOR, id.span, message);
            found.help.push(help.unwrap_or_else(|| "add the vendor there".into()));
        }
    }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
