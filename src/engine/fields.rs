//! The fields of an engine block, which `data/schema/engine.yaml` declares.
//!
//! Nothing here knows a field by its name, except the short accessors of [`EngineBlock`]: a field that is added
//! to the file is read, checked, documented, lowered and lifted like the others.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::diagnostic::Checked;
use crate::engine::version::{Version, VersionRange};
use crate::text::{Excerpt, SourceFile};
use crate::world::reader::{self, INVALID_VALUE, MISSING_KEY, Reader};
use crate::world::yaml::{Entry, Node};

/// Where the schema is, in a site and in the program.
pub const FILE: &str = "data/schema/engine.yaml";

/// All fields, in the order in which they are shown and lowered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// The fields by name.
    pub fields: IndexMap<String, Field>,
    /// Titles of the groups of fields, by name.
    pub groups: IndexMap<String, String>,
    /// Flags that name what is no part of an engine block: the model, the address.
    pub outside: Vec<String>,
}

/// One field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name: `tp`.
    pub name: String,
    /// What values it takes.
    pub field_type: FieldType,
    /// The smallest whole number allowed.
    pub minimum: Option<i64>,
    /// The largest whole number allowed.
    pub maximum: Option<i64>,
    /// The texts allowed; empty when all are.
    pub choices: Vec<String>,
    /// Whether a compiled engine block always has it.
    pub required: bool,
    /// The value that counts when the field is absent.
    pub default: Option<FieldValue>,
    /// The group that it is shown in.
    pub group: String,
    /// One line on what it is.
    pub summary: String,
    /// What a reader should know, in Markdown.
    pub description: String,
    /// The flags that it becomes; the first that fits is written.
    pub flags: Vec<FlagSpelling>,
}

/// The type of a field's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A text.
    Text,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// A whole number.
    Int(i64),
    /// `true` or `false`.
    Bool(bool),
    /// A text.
    Text(String),
}

/// A flag that a field becomes, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct FlagSpelling {
    /// The engine versions in which it is written.
    pub versions: VersionRange,
    /// Values that other fields must have; an absent field has its default.
    pub when: Vec<(String, FieldValue)>,
    /// The flag; for a boolean, the one that stands for `true`.
    pub flag: String,
    /// Its other spellings.
    pub aliases: Vec<String>,
    /// The flag that stands for a boolean's `false`, if there is one.
    pub off: Option<String>,
    /// Values of other fields that the flag stands for, too.
    pub implies: Vec<(String, FieldValue)>,
}

/// The fields, environment variables and further arguments with which an engine is started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EngineBlock {
    /// The fields that have a value, by name.
    pub fields: IndexMap<String, FieldValue>,
    /// Environment variables.
    pub env_vars: IndexMap<String, String>,
    /// Words that follow the fields' flags.
    pub extra_args: Vec<String>,
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => number.fmt(f),
            Self::Bool(value) => value.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl FieldType {
    /// The word for this type in the schema.
    pub fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Text => "text",
        }
    }

    /// The value that a word of a command line is, if it is one of this type.
    pub fn value_of_word(self, word: &str) -> Option<FieldValue> {
        match self {
            Self::Integer => word.trim().parse().ok().map(FieldValue::Int),
            Self::Boolean => None,
            Self::Text => Some(FieldValue::Text(word.to_owned())),
        }
    }

    /// The value that a YAML scalar stands for, if it is one of this type.
    pub fn value_of_node(self, node: &Node) -> Option<FieldValue> {
        let scalar = node.scalar()?;
        match self {
            Self::Integer => scalar.integer().map(FieldValue::Int),
            Self::Boolean => scalar.boolean().map(FieldValue::Bool),
            Self::Text => node.text().map(|text| FieldValue::Text(text.to_owned())),
        }
    }
}

impl FlagSpelling {
    /// Whether a command's flag, spelt out, is this one.
    pub fn is(&self, flag: &str) -> bool {
        self.flag == flag || self.aliases.iter().any(|alias| alias == flag)
    }
}

impl EngineBlock {
    /// A whole number's field.
    pub fn integer(&self, field: &str) -> Option<i64> {
        match self.fields.get(field) {
            Some(FieldValue::Int(number)) => Some(*number),
            _ => None,
        }
    }

    /// Tensor parallelism; 1 when absent.
    pub fn tp(&self) -> i64 {
        self.integer("tp").unwrap_or(1)
    }

    /// Replicas, or attention groups with DP attention; 1 when absent.
    pub fn dp(&self) -> i64 {
        self.integer("dp").unwrap_or(1)
    }

    /// Expert parallelism; 1 when absent.
    pub fn ep(&self) -> i64 {
        self.integer("ep").unwrap_or(1)
    }

    /// Pipeline parallelism; 1 when absent.
    pub fn pp(&self) -> i64 {
        self.integer("pp").unwrap_or(1)
    }

    /// Data parallelism of the experts; 1 when absent.
    pub fn moe_dp(&self) -> i64 {
        self.integer("moe_dp").unwrap_or(1)
    }

    /// Nodes; 1 when absent.
    pub fn nnodes(&self) -> i64 {
        self.integer("nnodes").unwrap_or(1)
    }

    /// Whether attention runs data-parallel.
    pub fn enable_dp_attention(&self) -> bool {
        self.fields.get("enable_dp_attention") == Some(&FieldValue::Bool(true))
    }
}

impl Schema {
    /// Reads the schema's file.
    pub fn read(source: &Arc<SourceFile>) -> Checked<Self> {
        let excerpt = Excerpt::whole(source);
        let Checked { value: documents, mut findings } = reader::documents(&excerpt);
        let mut reader = Reader::new(&excerpt);
        let mut schema = Self::default();
        if let Some(node) = documents.first() {
            schema.fill(node, &mut reader);
        }
        findings.append(&mut reader.findings);
        Checked::new(schema, findings)
    }

    /// A field by its name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.get(name)
    }

    /// The flag that a field becomes in a version and a block; none where the version has no flag for it.
    pub fn spelling(&self, field: &Field, block: &EngineBlock, version: Version) -> Option<&FlagSpelling> {
        let field = self.fields.get(&field.name)?;
        field.flags.iter().find(|spelling| {
            spelling.versions.contains(version)
                && spelling.when.iter().all(|(name, wanted)| self.value(block, name) == Some(wanted))
        })
    }

    /// The field that a flag of a version belongs to, and the spelling that it is.
    pub fn field_of_flag(&self, flag: &str, version: Version) -> Option<(&Field, &FlagSpelling)> {
        self.fields.values().find_map(|field| {
            let fits = |spelling: &&FlagSpelling| {
                spelling.versions.contains(version)
                    && (spelling.is(flag) || spelling.off.as_deref() == Some(flag))
            };
            field.flags.iter().find(fits).map(|spelling| (field, spelling))
        })
    }

    /// A field's value in a block, or its default.
    pub fn value<'a>(&'a self, block: &'a EngineBlock, name: &str) -> Option<&'a FieldValue> {
        block.fields.get(name).or_else(|| self.fields.get(name)?.default.as_ref())
    }

    fn fill(&mut self, node: &Node, reader: &mut Reader<'_>) {
        for entry in reader.mapping(node, "the schema", &["outside", "groups", "fields"]) {
            match entry.key.as_str() {
                "outside" => self.outside = reader.texts(&entry.value, "`outside`"),
                "groups" => {
                    for group in entries(reader, &entry.value, "`groups`") {
                        let title = reader.text(&group.value, "a group's title").unwrap_or_default();
                        self.groups.insert(group.key.clone(), title);
                    }
                }
                "fields" => {
                    for field in entries(reader, &entry.value, "`fields`") {
                        if let Some(read) = Field::read(field, reader) {
                            self.fields.insert(field.key.clone(), read);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

impl Field {
    const KEYS: [&'static str; 10] = [
        "type",
        "minimum",
        "maximum",
        "choices",
        "required",
        "default",
        "group",
        "summary",
        "description",
        "flags",
    ];

    fn read(entry: &Entry, reader: &mut Reader<'_>) -> Option<Self> {
        let (node, what) = (&entry.value, format!("the field `{}`", entry.key));
        let keys = reader.mapping(node, &what, &Self::KEYS);
        let Some(type_node) = node.get("type") else {
            reader.report(&MISSING_KEY, entry.key_span, format!("{what} has no `type`"));
            return None;
        };
        let field_type = match reader.word(type_node, "`type`", &["integer", "boolean", "text"])? {
            "integer" => FieldType::Integer,
            "boolean" => FieldType::Boolean,
            _ => FieldType::Text,
        };
        let mut field = Self {
            name: entry.key.clone(),
            field_type,
            minimum: None,
            maximum: None,
            choices: Vec::new(),
            required: false,
            default: None,
            group: String::new(),
            summary: String::new(),
            description: String::new(),
            flags: Vec::new(),
        };
        for key in keys {
            let (value, what) = (&key.value, format!("`{}` of {what}", key.key));
            match key.key.as_str() {
                "minimum" => field.minimum = reader.integer(value, &what),
                "maximum" => field.maximum = reader.integer(value, &what),
                "choices" => field.choices = reader.texts(value, &what),
                "required" => field.required = reader.boolean(value, &what).unwrap_or(false),
                "default" => {
                    field.default = field_type.value_of_node(value);
                    if field.default.is_none() {
                        reader.wrong_type(value, &what, field_type.name());
                    }
                }
                "group" => field.group = reader.text(value, &what).unwrap_or_default(),
                "summary" => field.summary = reader.text(value, &what).unwrap_or_default(),
                "description" => field.description = reader.text(value, &what).unwrap_or_default(),
                "flags" if value.items().is_none() => reader.wrong_type(value, &what, "a list"),
                "flags" => {
                    let items = value.items().unwrap_or_default();
                    field.flags = items.iter().filter_map(|item| FlagSpelling::read(item, reader)).collect();
                }
                _ => {}
            }
        }
        Some(field)
    }
}

impl FlagSpelling {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let known = ["versions", "when", "flag", "aliases", "off", "implies"];
        let mut spelling = Self {
            versions: VersionRange::all(),
            when: Vec::new(),
            flag: String::new(),
            aliases: Vec::new(),
            off: None,
            implies: Vec::new(),
        };
        for entry in reader.mapping(node, "a flag's spelling", &known) {
            let (value, what) = (&entry.value, format!("`{}`", entry.key));
            match entry.key.as_str() {
                "versions" => match reader.text(value, &what)?.parse() {
                    Ok(range) => spelling.versions = range,
                    Err(error) => drop(reader.report(&INVALID_VALUE, value.span, error.to_string())),
                },
                "when" => spelling.when = values(reader, value, &what),
                "implies" => spelling.implies = values(reader, value, &what),
                "flag" => spelling.flag = reader.text(value, &what)?,
                "aliases" => spelling.aliases = reader.texts(value, &what),
                "off" => spelling.off = reader.text(value, &what),
                _ => {}
            }
        }
        if spelling.flag.is_empty() {
            reader.report(&MISSING_KEY, node.span, "a flag's spelling has no `flag`");
            return None;
        }
        Some(spelling)
    }
}

/// The values of some fields, each of the type that it looks like.
fn values(reader: &mut Reader<'_>, node: &Node, what: &str) -> Vec<(String, FieldValue)> {
    let types = [FieldType::Boolean, FieldType::Integer, FieldType::Text];
    let value = |node: &Node| types.iter().find_map(|field_type| field_type.value_of_node(node));
    entries(reader, node, what)
        .iter()
        .filter_map(|entry| Some((entry.key.clone(), value(&entry.value)?)))
        .collect()
}

fn entries<'n>(reader: &mut Reader<'_>, node: &'n Node, what: &str) -> &'n [Entry] {
    if node.entries().is_none() {
        reader.wrong_type(node, what, "a mapping");
    }
    node.entries().unwrap_or_default()
}
