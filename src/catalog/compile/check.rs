//! What is wrong with a source as it is written, whatever it compiles to. Each place is looked at once, however
//! many models inherit it.

use super::Compiler;
use crate::catalog::source::{Configuration, Layer};
use crate::diagnostic::{Level, Rule};

/// A configuration has half of a disaggregated pair, or a pair and a server of its own.
pub(crate) static PREFILL_AND_DECODE: Rule = Rule::new(
    "catalog/prefill-and-decode",
    Level::Error,
    "a configuration has one server, or `prefill` and `decode` together",
);

impl Compiler<'_> {
    /// Checks the vendor and all hardware and configurations.
    pub(super) fn check(&mut self) {
        let source = self.source;
        if let Some(vendor) = &source.vendor {
            self.unknown_vendor(vendor);
        }
        self.check_layer(&source.defaults);
        for family in &source.families {
            self.check_layer(&family.layer);
            for model in &family.models {
                self.check_layer(&model.layer);
            }
        }
    }

    fn check_layer(&mut self, layer: &Layer) {
        for (id, settings) in layer.hardware.iter().flat_map(|hardware| &hardware.named) {
            self.unknown_hardware(id, settings.span);
        }
        for configuration in layer.all_configurations() {
            for id in configuration.hardware.iter().flatten() {
                self.unknown_hardware(id, id.span);
            }
            self.check_servers(configuration);
        }
    }

    fn check_servers(&mut self, configuration: &Configuration) {
        let name = &configuration.name.value;
        let (present, absent) = match (&configuration.prefill, &configuration.decode) {
            (None, None) => return,
            (Some(_), Some(_)) => {
                for (field, value) in &configuration.settings.fields {
                    let message = format!("`{name}` sets `{field}` beside `prefill` and `decode`");
                    self.report(&PREFILL_AND_DECODE, value.span, message)
                        .help
                        .push(format!("set `{field}` in `prefill` and in `decode`"));
                }
                return;
            }
            (Some(prefill), None) => ((prefill, "prefill"), "decode"),
            (None, Some(decode)) => ((decode, "decode"), "prefill"),
        };
        let message = format!("`{name}` has `{}` without `{absent}`", present.1);
        self.report(&PREFILL_AND_DECODE, present.0.span, message)
            .help
            .push(format!("add `{absent}`, or put the settings into the configuration itself"));
    }
}
