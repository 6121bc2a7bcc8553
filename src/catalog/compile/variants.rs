//! The models that one entry of `models` stands for.

use super::Compiler;
use crate::catalog::source::{Family, Model, ModelName};
use crate::catalog::spanned::Spanned;
use crate::diagnostic::{Level, Rule};
use crate::text::Span;

/// A composed name says the family's name twice.
pub(super) static NAME_REPEATS_FAMILY: Rule = Rule::new(
    "catalog/name-repeats-family",
    Level::Warning,
    "a `base_name` does not begin with the family's name, which is put before it",
);
/// One path for variants with different weights.
pub(super) static SHARED_MODEL_PATH: Rule = Rule::new(
    "catalog/shared-model-path",
    Level::Error,
    "a `model_path` beside `base_name` stands for one variant",
);

/// The capability of a model that names none.
const BASE: &str = "base";

/// One model of an entry.
#[derive(Debug)]
pub(super) struct Variant<'a> {
    /// The compiled name.
    pub(super) name: String,
    /// The bytes of `name` or `base_name`.
    pub(super) span: Span,
    /// The word that tells this variant from the entry's others.
    pub(super) word: Span,
    /// The precision of its weights, if named.
    pub(super) quantization: Option<&'a Spanned<String>>,
    /// The capability; none for a model with a whole name.
    pub(super) capability: Option<&'a str>,
}

/// All models of an entry: capability by capability, each in every quantization.
pub(super) fn of<'a>(family: &Family, model: &'a Model) -> Vec<Variant<'a>> {
    let base = match &model.name {
        ModelName::Whole(name) => {
            return vec![Variant {
                name: name.value.clone(),
                span: name.span,
                word: name.span,
                quantization: model.quantization.as_ref(),
                capability: None,
            }];
        }
        ModelName::Base(base) => base,
    };
    let mut variants = Vec::new();
    for (capability, word) in capabilities(model) {
        let suffix = family.model_name_suffix.get(capability).map_or("", |suffix| &suffix.text);
        for quantization in quantizations(model) {
            if !exists(model, capability, quantization) {
                continue;
            }
            let word = match (word, quantization) {
                (Some(word), _) => word,
                (None, Some(quantization)) => quantization.span,
                (None, None) => base.span,
            };
            variants.push(Variant {
                name: name(&family.name, base, suffix, quantization.map(|q| q.value.as_str())),
                span: base.span,
                word,
                quantization,
                capability: Some(capability),
            });
        }
    }
    variants
}

/// Family, base name, capability and quantization, joined as the published names are.
fn name(family: &str, base: &str, suffix: &str, quantization: Option<&str>) -> String {
    let mut name = family.to_owned();
    if !base.is_empty() {
        name.push('-');
        name.push_str(base);
    }
    name.push_str(suffix);
    if let Some(quantization) = quantization.filter(|&quantization| quantization != "bf16") {
        name.push('-');
        name.push_str(&quantization.to_uppercase());
    }
    name
}

/// Whether there are weights of this capability in this quantization.
fn exists(model: &Model, capability: &str, quantization: Option<&Spanned<String>>) -> bool {
    match (model.valid_quants.get(capability), quantization) {
        (Some(valid), Some(quantization)) => valid.contains(&quantization.value),
        _ => true,
    }
}

pub(super) fn capabilities(model: &Model) -> Vec<(&str, Option<Span>)> {
    let Some(named) = &model.capabilities else { return vec![(BASE, None)] };
    named.iter().map(|capability| (capability.as_str(), Some(capability.span))).collect()
}

pub(super) fn quantizations(model: &Model) -> Vec<Option<&Spanned<String>>> {
    match &model.quantizations {
        Some(named) => named.iter().map(Some).collect(),
        None => vec![model.quantization.as_ref()],
    }
}

impl<'a> Compiler<'a> {
    /// Reports what is wrong with an entry as a whole.
    pub(super) fn check_model(&mut self, family: &Family, model: &'a Model) {
        if let Some(vendor) = &model.vendor {
            self.unknown_vendor(vendor);
        }
        self.check_overrides(model);
        let ModelName::Base(base) = &model.name else { return };
        if !family.name.is_empty() && base.starts_with(&family.name.value) {
            self.name_repeats_family(&family.name, base, model);
        }
        let count = of(family, model).len();
        if let (Some(path), true) = (&model.model_path, count > 1) {
            let message = format!("one `model_path` stands for {count} variants of `{}`", base.value);
            self.report(&SHARED_MODEL_PATH, path.span, message).help.push(
                "name the repository of each quantization in `quantized_paths`, or write one model per path"
                    .into(),
            );
        }
    }

    fn name_repeats_family(&mut self, family: &str, base: &'a Spanned<String>, model: &'a Model) {
        let rest = base[family.len()..].trim_start_matches(['-', '_', ' ']);
        let message = format!(
            "the base name `{}` repeats the name of its family: `{family}-{}`",
            base.value, base.value
        );
        let path_given = model.model_path.is_some();
        let found = self.report(&NAME_REPEATS_FAMILY, base.span, message);
        if rest.is_empty() || base[family.len()..].starts_with(|c: char| c.is_alphanumeric()) {
            found.help.push(format!("write `name: {}` for one model of exactly this name", base.value));
        } else {
            found.help.push(format!("write `base_name: {rest}`, or `name: {}`", base.value));
        }
        if !path_given {
            found.help.push(
                "the path of the model repeats it too, so that no repository is likely to have it".into(),
            );
        }
    }
}
