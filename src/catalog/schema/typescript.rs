//! TypeScript declarations of engine blocks and of the compiled form.

use std::fmt::Write as _;

use serde_json::Value;

use crate::catalog::compiled::{DIFFUSION_KEYS, LLM_KEYS};
use crate::catalog::source::model::AttributeKind;
use crate::engine::fields::{Field, FieldType, Schema};

/// The declarations, as the text of a `.d.ts` file.
pub(super) fn declarations(schema: &Schema) -> String {
    let mut out =
        String::from("// Made by `shardbook schema typescript` from data/schema/engine.yaml. Don't edit.\n");
    out.push_str("\n/** The parallelism of one server. */\nexport interface EngineConfig {\n");
    for field in schema.fields.values() {
        comment(&mut out, field);
        let kind = field_type(field);
        let (mark, null) = if field.required { ("", "") } else { ("?", " | null") };
        line(&mut out, &format!("  {}{mark}: {kind}{null};", key(&field.name)));
    }
    out.push_str(
        "}\n\n/** One server: its parallelism, its environment and further words of its command line. */\n\
         export interface EngineBlock extends EngineConfig {\n\
         \x20 env_vars?: Record<string, string> | null;\n\
         \x20 extra_args?: string[] | null;\n\
         }\n",
    );
    attributes(&mut out, "LlmAttributes", "What a language model can do.", &LLM_KEYS);
    attributes(&mut out, "DiffusionAttributes", "What a model for images or video can do.", &DIFFUSION_KEYS);
    out.push_str(COMPILED);
    out
}

/// The levels of the compiled form above the engine block.
const COMPILED: &str = r"
/** The servers of a configuration: one, or two for disaggregated serving. */
export type Servers =
  | { engine: EngineBlock; prefill?: null; decode?: null }
  | { engine?: null; prefill: EngineBlock; decode: EngineBlock };

/** One way to serve a model on one kind of GPU. */
export type Configuration = Servers & {
  name: string;
  attributes: { nodes: 'single' | 'multi'; optimization: string; quantization: string };
  quantized_model_path?: string | null;
};

/** One set of weights, and how it is served on each kind of GPU. */
export interface Model {
  name: string;
  model_path: string;
  attributes: { llm: LlmAttributes } | { diffusion: DiffusionAttributes };
  hardware: Record<string, { configurations: Configuration[] }>;
  speculative_draft_model?: string | null;
}

/** A family of models. */
export interface Family {
  name: string;
  description?: string | null;
  models: Model[];
}

/** A compiled file. */
export interface CompiledFile {
  vendor: string;
  families: Family[];
}
";

fn attributes(out: &mut String, name: &str, description: &str, keys: &[&str]) {
    line(out, &format!("\n/** {description} */\nexport interface {name} {{"));
    for key in keys {
        let kind = match AttributeKind::of(key) {
            AttributeKind::Word(words) => union(words.iter().copied()),
            AttributeKind::Text => "string".into(),
            AttributeKind::Texts => "string[]".into(),
            AttributeKind::Bool => "boolean".into(),
            AttributeKind::Int => "number".into(),
        };
        line(out, &format!("  {key}?: {kind} | null;"));
    }
    out.push_str("}\n");
}

fn field_type(field: &Field) -> String {
    match field.field_type {
        FieldType::Integer => "number".into(),
        FieldType::Boolean => "boolean".into(),
        FieldType::Text if field.choices.is_empty() => "string".into(),
        FieldType::Text => union(field.choices.iter().map(String::as_str)),
    }
}

fn union<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.map(quoted).collect::<Vec<_>>().join(" | ")
}

/// A name as the key of an interface: bare where it can be.
fn key(name: &str) -> String {
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let bare = first && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if bare { name.to_owned() } else { quoted(name) }
}

/// JSON's way to write a text is one of TypeScript's.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn comment(out: &mut String, field: &Field) {
    out.push_str("  /**\n");
    let summary = format!("{}.", field.summary);
    for text in
        [summary.as_str()].into_iter().chain(std::iter::once("")).chain(field.description.trim().lines())
    {
        // What would end the comment is broken up.
        let text = text.replace("*/", "* /");
        line(out, format!("   * {text}").trim_end());
    }
    out.push_str("   */\n");
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("a String takes all");
}
