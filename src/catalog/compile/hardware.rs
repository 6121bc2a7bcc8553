//! The hardware that a model runs on, with the settings of all levels.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::Compiler;
use crate::catalog::source::{Hardware, Settings};
use crate::catalog::spanned::Spanned;
use crate::diagnostic::{Level, Rule};
use crate::text::Span;
use crate::text::nearest::did_you_mean;

/// The hardware is not in `hardware.yaml`.
pub(super) static UNKNOWN_HARDWARE: Rule =
    Rule::new("catalog/unknown-hardware", Level::Error, "every hardware is one of `hardware.yaml`");

/// Hardware after the levels so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Resolved {
    /// Settings of hardware that only an inner level names.
    default: Settings,
    /// Settings by id; the span is the id's, where it was named last.
    pub(super) named: IndexMap<String, Spanned<Settings>>,
}

impl Resolved {
    /// This hardware after one more level. A level that names hardware has only what it names; one that has just
    /// `default` keeps all. Settings are overlaid key by key: the outer level's, the level's `default`, its own.
    pub(super) fn narrowed(&self, level: Option<&Hardware>) -> Cow<'_, Self> {
        let Some(level) = level else { return Cow::Borrowed(self) };
        let with_default = |settings: &Settings| match &level.default {
            Some(default) => settings.overlaid(default),
            None => settings.clone(),
        };
        let default = with_default(&self.default);
        let named = if level.named.is_empty() {
            let all = self.named.iter();
            all.map(|(id, found)| (id.clone(), Spanned::new(with_default(found), found.span))).collect()
        } else {
            let own = level.named.iter();
            own.map(|(id, own)| {
                let settings = match self.named.get(id) {
                    Some(outer) => with_default(outer).overlaid(own),
                    None => default.overlaid(own),
                };
                (id.clone(), Spanned::new(settings, own.span))
            })
            .collect()
        };
        Cow::Owned(Self { default, named })
    }
}

impl Compiler<'_> {
    pub(super) fn unknown_hardware(&mut self, id: &str, span: Span) {
        let hardware = self.tables.hardware;
        if hardware.get(id).is_none() {
            let help = did_you_mean(id, hardware.names()).unwrap_or_else(|| {
                let known: Vec<String> = hardware.names().map(|id| format!("`{id}`")).collect();
                format!("known hardware is {}", known.join(", "))
            });
            let message = format!("`{id}` is not a hardware of `hardware.yaml`");
            self.report(&UNKNOWN_HARDWARE, span, message).help.push(help);
        }
    }
}
