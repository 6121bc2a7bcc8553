//! Reading an engine block from YAML, every mistake at its word.

use indexmap::IndexMap;

use crate::diagnostic::{Level, Rule};
use crate::engine::fields::{EngineBlock, Field, FieldType, FieldValue, Schema};
use crate::text::Span;
use crate::text::nearest::did_you_mean;
use crate::world::reader::Reader;
use crate::world::yaml::{Entry, Node};

/// A field's value is outside of what the schema allows.
pub static LIMIT: Rule =
    Rule::new("engine/limit", Level::Error, "every field's value is one that the schema allows");

/// The rules of this module.
pub static RULES: [&Rule; 1] = [&LIMIT];

/// The keys of an engine block that are no fields.
const OTHER_KEYS: [&str; 2] = ["env_vars", "extra_args"];

/// Where the parts of an engine block stand in the excerpt that it was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockOrigins {
    /// The whole mapping.
    pub whole: Span,
    /// The fields by name, those without a value included.
    pub fields: IndexMap<String, EntryOrigin>,
    /// The environment variables by name.
    pub env_vars: IndexMap<String, EntryOrigin>,
    /// The further arguments, in order.
    pub extra_args: Vec<Span>,
}

/// Where a key and its value stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryOrigin {
    /// The key.
    pub key: Span,
    /// The value.
    pub value: Span,
}

/// An engine block and where its parts stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocatedBlock {
    /// The block, without the parts that were wrong.
    pub block: EngineBlock,
    /// Where its parts stand.
    pub origins: BlockOrigins,
}

/// Reads an engine block from a mapping. Keys among `others` belong to whoever reads the mapping besides; a key
/// that is neither theirs nor a block's is a finding. A field that is null is absent.
pub fn read(reader: &mut Reader<'_>, schema: &Schema, node: &Node, others: &[&str]) -> LocatedBlock {
    let mut located = LocatedBlock::default();
    located.origins.whole = node.span;
    let mut known: Vec<&str> = schema.fields.keys().map(String::as_str).collect();
    known.extend(OTHER_KEYS);
    known.extend(others);
    for entry in reader.mapping(node, "an engine block", &known) {
        if others.contains(&entry.key.as_str()) {
            continue;
        }
        match entry.key.as_str() {
            "env_vars" => located.env_vars(reader, &entry.value),
            "extra_args" => located.extra_args(reader, &entry.value),
            name => {
                if let Some(field) = schema.field(name) {
                    located.field(reader, field, entry);
                }
            }
        }
    }
    located
}

/// The value of a field, if it has the field's type and keeps its limits.
pub fn field_value(reader: &mut Reader<'_>, field: &Field, node: &Node) -> Option<FieldValue> {
    let what = format!("`{}`", field.name);
    let value = match field.field_type {
        FieldType::Integer => reader.integer(node, &what).map(FieldValue::Int),
        FieldType::Boolean => reader.boolean(node, &what).map(FieldValue::Bool),
        FieldType::Text => reader.text(node, &what).map(FieldValue::Text),
    }?;
    if let Some((message, help)) = beyond_limit(field, &value) {
        reader.report(&LIMIT, node.span, message).help.extend(help);
        return None;
    }
    Some(value)
}

impl LocatedBlock {
    fn field(&mut self, reader: &mut Reader<'_>, field: &Field, entry: &Entry) {
        let node = &entry.value;
        self.origins.fields.insert(field.name.clone(), EntryOrigin { key: entry.key_span, value: node.span });
        if node.is_null() {
            self.block.fields.shift_remove(&field.name);
            return;
        }
        let Some(value) = field_value(reader, field, node) else { return };
        self.block.fields.insert(field.name.clone(), value);
    }

    fn env_vars(&mut self, reader: &mut Reader<'_>, node: &Node) {
        if node.is_null() {
            return;
        }
        let Some(entries) = node.entries() else {
            return reader.wrong_type(node, "`env_vars`", "a mapping from names to values");
        };
        for entry in entries {
            let what = format!("the environment variable `{}`", entry.key);
            if let Some(value) = reader.text(&entry.value, &what) {
                let origin = EntryOrigin { key: entry.key_span, value: entry.value.span };
                self.origins.env_vars.insert(entry.key.clone(), origin);
                self.block.env_vars.insert(entry.key.clone(), value);
            }
        }
    }

    fn extra_args(&mut self, reader: &mut Reader<'_>, node: &Node) {
        if node.is_null() {
            return;
        }
        let Some(items) = node.items() else {
            return reader.wrong_type(node, "`extra_args`", "a list of words");
        };
        for item in items {
            if let Some(text) = reader.text(item, "an item of `extra_args`") {
                self.block.extra_args.push(text);
                self.origins.extra_args.push(item.span);
            }
        }
    }
}

/// What a value breaks, if it breaks a limit, and what may have been meant.
fn beyond_limit(field: &Field, value: &FieldValue) -> Option<(String, Option<String>)> {
    let name = &field.name;
    match value {
        FieldValue::Int(number) => {
            if let Some(least) = field.minimum.filter(|least| number < least) {
                return Some((format!("`{name}` must be at least {least}, not {number}"), None));
            }
            let most = field.maximum.filter(|most| number > most)?;
            Some((format!("`{name}` must be at most {most}, not {number}"), None))
        }
        FieldValue::Text(text) if !field.choices.is_empty() && !field.choices.contains(text) => {
            let choices: Vec<String> = field.choices.iter().map(|choice| format!("`{choice}`")).collect();
            let message = format!("`{text}` is not a value of `{name}`; it is one of {}", choices.join(", "));
            Some((message, did_you_mean(text, field.choices.iter().map(String::as_str))))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;
    use crate::text::{Excerpt, SourceFile};
    use crate::world::reader::documents;

    const SCHEMA: &str = "fields: {tp: {type: integer, minimum: 1, maximum: 64}, flag: {type: boolean}, \
                          mode: {type: text, choices: [fast, slow]}}";

    fn read_text(text: &str) -> (LocatedBlock, Vec<Diagnostic>) {
        let schema = Schema::read(&SourceFile::new("schema.yaml", SCHEMA));
        assert_eq!(schema.findings, []);
        let excerpt = Excerpt::whole(&SourceFile::new("a.yaml", text));
        let documents = documents(&excerpt).value;
        let mut reader = Reader::new(&excerpt);
        let block = read(&mut reader, &schema.value, &documents[0], &["name"]);
        (block, reader.findings)
    }

    #[test]
    fn every_part_knows_its_place() {
        let text = "name: x\ntp: 8\nflag: null\nenv_vars: {A: 1}\nextra_args: [--x, '3']\n";
        let (located, findings) = read_text(text);
        assert_eq!(findings, []);
        let LocatedBlock { block, origins } = located;
        assert_eq!(block.tp(), 8);
        assert_eq!(block.fields.len(), 1, "null is absent");
        assert_eq!(block.env_vars["A"], "1");
        assert_eq!(block.extra_args, ["--x", "3"]);
        assert_eq!(origins.fields["tp"].value.of(text), "8");
        assert_eq!(origins.fields["flag"].key.of(text), "flag");
        assert_eq!(origins.env_vars["A"].key.of(text), "A");
        assert_eq!(origins.extra_args.iter().map(|span| span.of(text)).collect::<Vec<_>>(), ["--x", "'3'"]);
    }

    #[test]
    fn every_mistake_is_found_at_its_word() {
        let text = "modes: 8\ntp: 0\nflag: 'true'\nmode: fsat\nextra_args: --x\n";
        let (located, findings) = read_text(text);
        let found: Vec<_> = findings
            .iter()
            .map(|it| (it.rule.name, it.primary.location.text(), it.message.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("yaml/unknown-key", "modes", "`modes` is not a key of an engine block"),
                ("engine/limit", "0", "`tp` must be at least 1, not 0"),
                ("yaml/wrong-type", "'true'", "`flag` must be `true` or `false`, not the text \"true\""),
                ("engine/limit", "fsat", "`fsat` is not a value of `mode`; it is one of `fast`, `slow`"),
                ("yaml/wrong-type", "--x", "`extra_args` must be a list of words, not the text \"--x\""),
            ]
        );
        assert_eq!(findings[0].help, ["did you mean `mode`?"]);
        assert_eq!(findings[3].help, ["did you mean `fast`?"]);
        assert_eq!(located.block, EngineBlock::default());
    }
}
