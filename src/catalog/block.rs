//! The engine block: how one server of a configuration is started.

use std::fmt;

use indexmap::IndexMap;

/// The names of the configuration fields, in the order in which they are written. Fields are data of the site
/// (`data/schema/engine.yaml`), so everything that reads, compiles or writes blocks is given them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    names: Vec<String>,
}

impl Fields {
    /// Fields of these names.
    pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { names: names.into_iter().map(Into::into).collect() }
    }

    /// The names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

impl Default for Fields {
    /// The four fields of the first catalogs: `tp`, `dp`, `ep` and `enable_dp_attention`.
    fn default() -> Self {
        Self::new(["tp", "dp", "ep", "enable_dp_attention"])
    }
}

/// The value of a configuration field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// A whole number.
    Int(i64),
    /// A switch.
    Bool(bool),
    /// A word.
    Text(String),
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => number.fmt(f),
            Self::Bool(switch) => switch.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The fields that are set, the environment and the further command-line words of one server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EngineBlock {
    /// Values by field name, in the order of the site's fields; what is not set is not there.
    pub fields: IndexMap<String, FieldValue>,
    /// Environment variables.
    pub env_vars: IndexMap<String, String>,
    /// Words of the command line after those of the fields.
    pub extra_args: Vec<String>,
}

impl EngineBlock {
    /// The whole number that a field has.
    pub fn int(&self, field: &str) -> Option<i64> {
        match self.fields.get(field)? {
            FieldValue::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether a switch is on.
    pub fn is_on(&self, field: &str) -> bool {
        self.fields.get(field) == Some(&FieldValue::Bool(true))
    }
}
