//! What a model can do: the family's word, the model's word over it, and what the capability implies.

use super::Compiler;
use super::variants::Variant;
use crate::catalog::compiled::{Attributes, Diffusion, Llm};
use crate::catalog::source::{AttributeMap, AttributeValue, Family, Model};
use crate::catalog::spanned::Spanned;
use crate::diagnostic::{Level, Rule};

/// Whether a model thinks is not said.
pub(super) static MISSING_THINKING_CAPABILITY: Rule = Rule::new(
    "catalog/missing-thinking-capability",
    Level::Warning,
    "every language model says whether it thinks",
);
/// A model has the attributes of two kinds.
pub(crate) static LLM_AND_DIFFUSION: Rule = Rule::new(
    "catalog/llm-and-diffusion",
    Level::Error,
    "a model is a language model or a diffusion model, not both",
);

impl<'a> Compiler<'a> {
    pub(super) fn attributes(
        &mut self,
        family: &'a Family,
        model: &'a Model,
        variant: &Variant<'a>,
    ) -> Attributes {
        let (outer, own) = (&family.attributes, &model.attributes);
        if outer.diffusion.is_none() && own.diffusion.is_none() {
            let mut llm = Merged::new(outer.llm.as_ref(), own.llm.as_ref()).llm();
            match variant.capability {
                Some(capability) => imply(&mut llm, capability, variant),
                None if llm.thinking_capability.is_none() => self.missing_thinking_capability(variant),
                None => {}
            }
            return Attributes::Llm(llm);
        }
        if let (None, Some(second)) | (Some(second), _) = (&own.llm, &outer.llm)
            && (own.llm.is_some() || own.diffusion.is_some() || outer.diffusion.is_some())
        {
            let span = own.llm.as_ref().or(own.diffusion.as_ref()).map_or(second.span, |own| own.span);
            let message = format!("`{}` has both `llm` and `diffusion`", variant.name);
            self.report(&LLM_AND_DIFFUSION, span, message)
                .help
                .push("put models of different kinds into different families".into());
        }
        Attributes::Diffusion(Merged::new(outer.diffusion.as_ref(), own.diffusion.as_ref()).diffusion())
    }

    fn missing_thinking_capability(&mut self, variant: &Variant<'a>) {
        let message = format!("`{}` does not say whether it thinks", variant.name);
        self.report(&MISSING_THINKING_CAPABILITY, variant.span, message)
            .help
            .push("set `llm.thinking_capability` to `thinking`, `non_thinking` or `hybrid`".into());
    }
}

/// What the capability of a composed model says about thinking; a model that never thinks needs no parser for it.
fn imply(llm: &mut Llm, capability: &str, variant: &Variant<'_>) {
    let thinks = capability == "thinking";
    let known = llm.thinking_capability.get_or_insert_with(|| {
        let word = if thinks { "thinking" } else { "non_thinking" };
        Spanned::new(word.to_owned(), variant.word)
    });
    if !thinks && known.value != "hybrid" {
        llm.reasoning_parser = None;
    }
}

/// Two levels of attributes, the inner over the outer. An explicit null of the inner takes the outer's value away.
pub(crate) struct Merged<'a> {
    outer: Option<&'a AttributeMap>,
    inner: Option<&'a AttributeMap>,
}

impl<'a> Merged<'a> {
    pub(crate) fn new(
        outer: Option<&'a Spanned<AttributeMap>>,
        inner: Option<&'a Spanned<AttributeMap>>,
    ) -> Self {
        Self { outer: outer.map(|map| &map.value), inner: inner.map(|map| &map.value) }
    }

    fn get<T>(&self, key: &str, convert: impl Fn(&AttributeValue) -> Option<T>) -> Option<Spanned<T>> {
        let inner = self.inner.and_then(|map| map.get(key));
        let found = inner.or_else(|| self.outer.and_then(|map| map.get(key)))?;
        let value = convert(found.value.as_ref()?)?;
        Some(Spanned::new(value, found.span))
    }

    fn text(&self, key: &str) -> Option<Spanned<String>> {
        self.get(key, |value| match value {
            AttributeValue::Text(text) => Some(text.clone()),
            _ => None,
        })
    }

    fn boolean(&self, key: &str) -> Option<Spanned<bool>> {
        self.get(key, |value| match value {
            AttributeValue::Bool(switch) => Some(*switch),
            _ => None,
        })
    }

    fn integer(&self, key: &str) -> Option<Spanned<i64>> {
        self.get(key, |value| match value {
            AttributeValue::Int(number) => Some(*number),
            _ => None,
        })
    }

    pub(crate) fn llm(&self) -> Llm {
        Llm {
            thinking_capability: self.text("thinking_capability"),
            tool_parser: self.text("tool_parser"),
            reasoning_parser: self.text("reasoning_parser"),
            chat_template: self.text("chat_template"),
        }
    }

    pub(crate) fn diffusion(&self) -> Diffusion {
        Diffusion {
            model_type: self.text("model_type"),
            task_types: self.get("task_types", |value| match value {
                AttributeValue::Texts(texts) => Some(texts.clone()),
                _ => None,
            }),
            supports_lora: self.boolean("supports_lora"),
            ulysses_degree: self.integer("ulysses_degree"),
            ring_degree: self.integer("ring_degree"),
            dit_layerwise_offload: self.boolean("dit_layerwise_offload"),
        }
    }
}
