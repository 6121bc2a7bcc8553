//! Values as Python's argparse would put them into its namespace.

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer};
use serde_json::Number;

/// The value of an option.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Python's `None`.
    Null,
    /// `True` or `False`.
    Bool(bool),
    /// A whole number that fits.
    Int(i128),
    /// A whole number of more digits than fit, in decimal without leading zeros.
    BigInt(String),
    /// A floating point number, perhaps `inf` or `nan`.
    Float(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A mapping, as JSON objects and defaults have them.
    Map(IndexMap<String, Value>),
    /// The text of a word that a reader fills in, so that the real value is not known.
    Placeholder(String),
}

impl Value {
    /// The whole number, if it is one that fits `i64`.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Int(number) => i64::try_from(*number).ok(),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    pub fn boolean(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Whether this, or a part of it, is a placeholder's.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Placeholder(_) => true,
            Self::List(items) => items.iter().any(Self::is_unknown),
            _ => false,
        }
    }

    /// The value as JSON. What JSON has no word for becomes a text: `inf`, `-inf`, `nan`, and whole numbers
    /// that do not fit 64 bits.
    pub fn json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Int(number) => i64::try_from(*number)
                .map(Number::from)
                .or_else(|_| u64::try_from(*number).map(Number::from))
                .map_or_else(|_| Json::String(number.to_string()), Json::Number),
            Self::BigInt(digits) => Json::String(digits.clone()),
            Self::Float(number) => Number::from_f64(*number)
                .map_or_else(|| Json::String(number.to_string().to_lowercase()), Json::Number),
            Self::Text(text) | Self::Placeholder(text) => Json::String(text.clone()),
            Self::List(items) => Json::Array(items.iter().map(Self::json).collect()),
            Self::Map(entries) => {
                Json::Object(entries.iter().map(|(key, value)| (key.clone(), value.json())).collect())
            }
        }
    }

    /// Python's `==`: numbers are equal across their types, and booleans are numbers.
    pub(crate) fn equals(&self, other: &Self) -> bool {
        match (self.number(), other.number()) {
            (Some(a), Some(b)) => return a == b,
            (None, None) => {}
            _ => return false,
        }
        match (self, other) {
            (Self::List(a), Self::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b)),
            (Self::Map(a), Self::Map(b)) => {
                a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|o| value.equals(o)))
            }
            _ => self == other,
        }
    }

    /// Python's `is`, as far as CPython makes it true for equal values: `None`, booleans, whole numbers from
    /// -5 to 256, and texts of at most one character up to U+00FF are the same object wherever they come from.
    pub(crate) fn is_same_object(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b && (-5..=256).contains(a),
            (Self::Text(a), Self::Text(b)) => {
                a == b && a.chars().count() <= 1 && a.chars().all(|c| c <= '\u{ff}')
            }
            _ => false,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "Python compares exactly, but no choice is that large")]
    fn number(&self) -> Option<f64> {
        match self {
            Self::Bool(value) => Some(f64::from(u8::from(*value))),
            Self::Int(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_yaml::Value::deserialize(deserializer).map(Self::from)
    }
}

impl From<serde_yaml::Value> for Value {
    fn from(value: serde_yaml::Value) -> Self {
        match value {
            serde_yaml::Value::Null => Self::Null,
            serde_yaml::Value::Bool(value) => Self::Bool(value),
            serde_yaml::Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => Self::Int(number.into()),
                (None, Some(number)) => Self::Int(number.into()),
                (None, None) => Self::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            serde_yaml::Value::String(text) => Self::Text(text),
            serde_yaml::Value::Sequence(items) => Self::List(items.into_iter().map(Self::from).collect()),
            serde_yaml::Value::Mapping(entries) => Self::Map(
                entries
                    .into_iter()
                    .map(|(key, value)| (key.as_str().map(str::to_owned).unwrap_or_default(), value.into()))
                    .collect(),
            ),
            serde_yaml::Value::Tagged(tagged) => tagged.value.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_and_identity_are_pythons() {
        assert!(Value::Int(1).equals(&Value::Float(1.0)) && Value::Bool(true).equals(&Value::Int(1)));
        assert!(!Value::Int(1).equals(&Value::Text("1".into())));
        assert!(Value::Int(256).is_same_object(&Value::Int(256)));
        assert!(!Value::Int(257).is_same_object(&Value::Int(257)));
        assert!(!Value::Text("ab".into()).is_same_object(&Value::Text("ab".into())));
        assert!(Value::Text("a".into()).is_same_object(&Value::Text("a".into())));
    }

    #[test]
    fn json_has_a_text_for_what_it_lacks() {
        assert_eq!(Value::Float(f64::NEG_INFINITY).json(), "-inf");
        assert_eq!(Value::Float(f64::NAN).json(), "nan");
        assert_eq!(Value::Int(i128::from(u64::MAX)).json(), u64::MAX);
        assert_eq!(Value::Int(i128::MAX).json(), i128::MAX.to_string());
    }
}
