//! Writing the compiled shape as YAML.
//!
//! The text is laid out as the published catalogs are: block style, lists not indented under their keys, every
//! key present, strings quoted only where they would otherwise be read as something else. Equal catalogs give
//! equal bytes, and each value stands on a line of its own, so that differences are small.

use std::fmt::Write;

use crate::catalog::compiled::{
    Attributes, CompiledFile, Configuration, Diffusion, Engine, Family, Llm, Model, Servers,
};
use crate::catalog::spanned::Spanned;
use crate::engine::fields::FieldValue;
use crate::engine::fields::Schema;

/// The fields that each engine block shows even without a value, as the first published catalogs do. Others are
/// shown where they are set, so that a field that is added to the schema changes no file that does not use it.
const ALWAYS: [&str; 4] = ["tp", "dp", "ep", "enable_dp_attention"];

/// The text of a compiled file, with the fields of its engine blocks in the schema's order.
pub fn emit(file: &CompiledFile, schema: &Schema) -> String {
    let mut writer = Writer { out: String::new(), schema };
    writer.text(0, "vendor", &file.vendor);
    writer.list(0, "families", &file.families, Writer::family);
    writer.out
}

struct Writer<'a> {
    out: String,
    schema: &'a Schema,
}

impl Writer<'_> {
    fn family(&mut self, depth: usize, family: &Family) {
        self.text(depth, "name", &family.name);
        self.optional_text(depth, "description", family.description.as_ref());
        self.list(depth, "models", &family.models, Writer::model);
    }

    fn model(&mut self, depth: usize, model: &Model) {
        self.text(depth, "name", &model.name);
        self.text(depth, "model_path", &model.model_path);
        self.open(depth, "attributes");
        match &model.attributes {
            Attributes::Llm(llm) => self.llm(depth + 1, llm),
            Attributes::Diffusion(diffusion) => self.diffusion(depth + 1, diffusion),
        }
        if model.hardware.is_empty() {
            self.scalar(depth, "hardware", "{}");
        } else {
            self.open(depth, "hardware");
        }
        for (id, hardware) in &model.hardware {
            self.open(depth + 1, id);
            self.list(depth + 2, "configurations", &hardware.configurations, Writer::configuration);
        }
        if let Some(draft) = &model.speculative_draft_model {
            self.text(depth, "speculative_draft_model", draft);
        }
    }

    fn llm(&mut self, depth: usize, llm: &Llm) {
        self.open(depth, "llm");
        self.optional_text(depth + 1, "thinking_capability", llm.thinking_capability.as_ref());
        self.optional_text(depth + 1, "tool_parser", llm.tool_parser.as_ref());
        self.optional_text(depth + 1, "reasoning_parser", llm.reasoning_parser.as_ref());
        self.optional_text(depth + 1, "chat_template", llm.chat_template.as_ref());
    }

    fn diffusion(&mut self, depth: usize, diffusion: &Diffusion) {
        self.open(depth, "diffusion");
        self.optional_text(depth + 1, "model_type", diffusion.model_type.as_ref());
        match &diffusion.task_types {
            Some(tasks) => self.texts(depth + 1, "task_types", tasks),
            None => self.scalar(depth + 1, "task_types", "null"),
        }
        self.optional(depth + 1, "supports_lora", diffusion.supports_lora.as_ref());
        self.optional(depth + 1, "ulysses_degree", diffusion.ulysses_degree.as_ref());
        self.optional(depth + 1, "ring_degree", diffusion.ring_degree.as_ref());
        self.optional(depth + 1, "dit_layerwise_offload", diffusion.dit_layerwise_offload.as_ref());
    }

    fn configuration(&mut self, depth: usize, configuration: &Configuration) {
        self.text(depth, "name", &configuration.name);
        self.open(depth, "attributes");
        self.text(depth + 1, "nodes", &configuration.nodes);
        self.text(depth + 1, "optimization", &configuration.optimization);
        self.text(depth + 1, "quantization", &configuration.quantization);
        self.optional_text(depth, "quantized_model_path", configuration.quantized_model_path.as_ref());
        let (engine, prefill, decode) = match &configuration.servers {
            Servers::Engine(engine) => (Some(engine), None, None),
            Servers::Disaggregated { prefill, decode } => (None, Some(prefill), Some(decode)),
        };
        self.engine(depth, "engine", engine);
        self.engine(depth, "prefill", prefill.map(Box::as_ref));
        self.engine(depth, "decode", decode.map(Box::as_ref));
    }

    fn engine(&mut self, depth: usize, key: &str, engine: Option<&Engine>) {
        let Some(Engine { block, .. }) = engine else { return self.scalar(depth, key, "null") };
        self.open(depth, key);
        if block.env_vars.is_empty() {
            self.scalar(depth + 1, "env_vars", "{}");
        } else {
            self.open(depth + 1, "env_vars");
        }
        for (name, value) in &block.env_vars {
            self.text(depth + 2, name, value);
        }
        for name in self.schema.fields.keys() {
            let value = block.fields.get(name);
            if value.is_some() || ALWAYS.contains(&name.as_str()) {
                self.field(depth + 1, name, value);
            }
        }
        self.texts(depth + 1, "extra_args", &block.extra_args);
    }

    fn field(&mut self, depth: usize, name: &str, value: Option<&FieldValue>) {
        match value {
            Some(FieldValue::Int(number)) => self.scalar(depth, name, &number.to_string()),
            Some(FieldValue::Bool(switch)) => {
                self.scalar(depth, name, if *switch { "true" } else { "false" })
            }
            Some(FieldValue::Text(text)) => self.text(depth, name, text),
            None => self.scalar(depth, name, "null"),
        }
    }

    /// A key whose value follows on lines of its own.
    fn open(&mut self, depth: usize, key: &str) {
        self.key(depth, key);
        self.out.push('\n');
    }

    fn scalar(&mut self, depth: usize, key: &str, value: &str) {
        self.key(depth, key);
        self.out.push(' ');
        self.out.push_str(value);
        self.out.push('\n');
    }

    fn text(&mut self, depth: usize, key: &str, value: &str) {
        self.key(depth, key);
        self.out.push(' ');
        scalar(&mut self.out, value);
        self.out.push('\n');
    }

    fn optional_text(&mut self, depth: usize, key: &str, value: Option<&Spanned<String>>) {
        match value {
            Some(value) => self.text(depth, key, value),
            None => self.scalar(depth, key, "null"),
        }
    }

    fn optional<T: ToString>(&mut self, depth: usize, key: &str, value: Option<&Spanned<T>>) {
        match value {
            Some(value) => self.scalar(depth, key, &value.value.to_string()),
            None => self.scalar(depth, key, "null"),
        }
    }

    fn texts(&mut self, depth: usize, key: &str, items: &[String]) {
        if items.is_empty() {
            return self.scalar(depth, key, "[]");
        }
        self.open(depth, key);
        for item in items {
            self.indent(depth);
            self.out.push_str("- ");
            scalar(&mut self.out, item);
            self.out.push('\n');
        }
    }

    /// A list of mappings, whose dashes stand below the first letter of the list's key.
    fn list<T>(&mut self, depth: usize, key: &str, items: &[T], mut item: impl FnMut(&mut Self, usize, &T)) {
        if items.is_empty() {
            return self.scalar(depth, key, "[]");
        }
        self.open(depth, key);
        for value in items {
            let start = self.out.len();
            item(self, depth + 1, value);
            // The first line of the item was indented as the others are; its dash takes two of those spaces.
            let dash = start + 2 * depth;
            self.out.replace_range(dash..dash + 1, "-");
        }
    }

    fn key(&mut self, depth: usize, key: &str) {
        self.indent(depth);
        scalar(&mut self.out, key);
        self.out.push(':');
    }

    fn indent(&mut self, depth: usize) {
        self.out.extend(std::iter::repeat_n(' ', 2 * depth));
    }
}

/// Writes a text so that it is read as that text: plain where it can be, else in single quotes, and in double
/// quotes where it has characters that need escapes.
fn scalar(out: &mut String, text: &str) {
    if text.chars().any(needs_escape) {
        double_quoted(out, text);
    } else if is_plain(text) {
        out.push_str(text);
    } else {
        out.push('\'');
        out.push_str(&text.replace('\'', "''"));
        out.push('\'');
    }
}

/// Control characters, line breaks of all kinds, and what YAML does not allow bare.
fn needs_escape(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn double_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if needs_escape(c) => {
                let code = u32::from(c);
                let written =
                    if code < 0x100 { write!(out, "\\x{code:02X}") } else { write!(out, "\\u{code:04X}") };
                written.expect("writing to a string can't fail");
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Whether a text without control characters is read as itself when it stands bare.
fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let second = text.chars().nth(1);
    let opens = match first {
        '-' | '?' | ':' => second.is_some_and(|c| c != ' ' && c != '\u{a0}'),
        c => !",[]{}#&*!|>'\"%@`= ".contains(c),
    };
    opens
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !stands_for_something_else(text)
}

/// Whether YAML 1.1 or 1.2 reads the bare text as null, a boolean, a number or a date.
fn stands_for_something_else(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let word = matches!(
        lower.as_str(),
        "~" | "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" | "<<" | "="
    );
    word || is_number(lower.trim_start_matches(['+', '-'])) || is_date(&lower)
}

/// Whether a text without its sign, in lower case, is a number: decimal, of another base, sexagesimal, or none.
fn is_number(text: &str) -> bool {
    let all = |text: &str, allowed: fn(char) -> bool| !text.is_empty() && text.chars().all(allowed);
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, |c| c.is_ascii_hexdigit() || c == '_');
    }
    if let Some(digits) = text.strip_prefix("0o").or_else(|| text.strip_prefix("0b")) {
        return all(digits, |c| c.is_ascii_digit() || c == '_');
    }
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let decimal = mantissa.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && mantissa.contains(|c: char| c.is_ascii_digit())
        && all(mantissa, |c| c.is_ascii_digit() || "._:".contains(c))
        && all(exponent, |c| c.is_ascii_digit());
    let special = matches!(text.trim_start_matches('.'), "inf" | "infinity" | "nan");
    special || (decimal && !is_version(text))
}

/// Whether a text begins as a date does: `2025-07-01`.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut numeric = |length: std::ops::RangeInclusive<usize>| {
        let part = parts.next().unwrap_or("");
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        length.contains(&digits)
    };
    numeric(4..=4) && numeric(1..=2) && numeric(1..=2)
}

/// Two or more dots between digits make no number: `0.5.10`.
fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.matches('.').count() > 1
        && text.chars().all(|c| c.is_ascii_digit() || c == '.')
}
