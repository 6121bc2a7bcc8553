//! One option of a program, as registered with argparse.

use serde::{Deserialize, Deserializer};

use crate::engine::value::Value;

/// One option, or one positional argument, as registered with argparse.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(from = "RawOption")]
pub struct OptionSpec {
    /// Spellings in the order of registration; empty for a positional.
    pub flags: Vec<String>,
    /// The name under which the value is kept.
    pub dest: String,
    /// What is done with the value.
    pub action: Action,
    /// How many words are its value.
    pub arity: Arity,
    /// What each word must be.
    pub value_type: ValueType,
    /// The values allowed, if only some are.
    pub choices: Option<Vec<Value>>,
    /// The value when the option is absent; a text goes through the type like a word.
    pub default: Value,
    /// Whether the value is absent, too, when the option is.
    pub suppressed: bool,
    /// The value of a flag without words, for the actions and arities that have one.
    pub constant: Value,
    /// Whether the option must be given.
    pub required: bool,
    /// That the engine calls the option deprecated.
    pub deprecated: Option<Deprecated>,
    /// The group of options of which at most one may be given.
    pub exclusive: Option<String>,
    /// Whether one option of that group must be given.
    pub exclusive_required: bool,
}

/// What the engine says about a deprecated option.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deprecated {
    /// The flag to write instead.
    pub replacement: Option<String>,
    /// What the engine itself says to write, where that is more than a flag.
    pub advice: Option<String>,
    /// Whether the engine already refuses the option.
    pub refused: bool,
}

/// What argparse does with an option's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Keeps it.
    Store,
    /// Keeps the constant: also `store_true` and `store_false`.
    StoreConst,
    /// Adds it to a list.
    Append,
    /// Adds the constant to a list.
    AppendConst,
    /// Adds each of its parts to a list.
    Extend,
    /// Counts how often the flag stands there.
    Count,
    /// Keeps whether the spelling used does not begin with `--no-`.
    BooleanOptional,
    /// Prints the help and ends the program.
    Help,
    /// Prints the version and ends the program.
    Version,
    /// An action of the engine's own, by its class's name.
    Custom(String),
}

/// How many words are an option's value (argparse's `nargs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// Exactly one, kept by itself (`nargs` absent).
    One,
    /// None or one: `?`.
    Optional,
    /// Any number: `*`.
    Any,
    /// At least one: `+`.
    AtLeastOne,
    /// A fixed number, kept as a list; 0 for switches.
    Exactly(usize),
    /// All that follow, options included: `...`.
    Remainder,
    /// One word, then all that follow: `A...`.
    Command,
    /// Takes nothing and keeps nothing.
    Suppressed,
}

/// What a word must be to become a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// Any text.
    Text,
    /// What Python's `int()` reads.
    Int,
    /// What Python's `float()` reads.
    Float,
    /// Python's `bool()`: every text but the empty one is true.
    Bool,
    /// What `json.loads` reads.
    Json,
    /// A function of the engine, by its name in the data.
    Named(String),
}

impl OptionSpec {
    /// Whether this is a positional argument.
    pub fn is_positional(&self) -> bool {
        self.flags.is_empty()
    }

    /// The flag to show: the first spelling, or a positional's name.
    pub fn name(&self) -> &str {
        self.flags.first().unwrap_or(&self.dest)
    }

    /// Whether the option is a flag without words.
    pub fn is_switch(&self) -> bool {
        self.arity == Arity::Exactly(0)
    }
}

#[derive(Deserialize)]
struct RawOption {
    #[serde(default)]
    flags: Vec<String>,
    dest: String,
    action: Option<String>,
    nargs: Option<RawArity>,
    #[serde(rename = "type")]
    value_type: Option<String>,
    choices: Option<Vec<Value>>,
    default: Option<Value>,
    #[serde(rename = "const")]
    constant: Option<Value>,
    #[serde(default)]
    required: bool,
    #[serde(default, deserialize_with = "deprecated")]
    deprecated: Option<Deprecated>,
    exclusive: Option<RawExclusive>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawArity {
    Count(usize),
    Sign(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawExclusive {
    Name(String),
    Group {
        name: String,
        #[serde(default)]
        required: bool,
    },
}

fn deprecated<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Deprecated>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Raw {
        Plain(bool),
        Described {
            replacement: Option<String>,
            advice: Option<String>,
            #[serde(default)]
            refused: bool,
        },
    }
    Ok(Option::<Raw>::deserialize(deserializer)?.and_then(|raw| match raw {
        Raw::Plain(deprecated) => deprecated.then(Deprecated::default),
        Raw::Described { replacement, advice, refused } => Some(Deprecated { replacement, advice, refused }),
    }))
}

impl From<RawOption> for OptionSpec {
    fn from(raw: RawOption) -> Self {
        let word = raw.action.as_deref().unwrap_or("store");
        let action = Action::named(word);
        let arity = raw.nargs.map_or_else(|| action.usual_arity(), Arity::from);
        let constant = raw.constant.unwrap_or(match word {
            "store_true" => Value::Bool(true),
            "store_false" => Value::Bool(false),
            _ => Value::Null,
        });
        let default = raw.default.unwrap_or(match word {
            "store_true" => Value::Bool(false),
            "store_false" => Value::Bool(true),
            _ => Value::Null,
        });
        let suppressed = matches!(action, Action::Help | Action::Version)
            || matches!(&default, Value::Map(map) if map.get("suppress") == Some(&Value::Bool(true)));
        let positional = raw.flags.is_empty();
        let required = raw.required || (positional && !matches!(arity, Arity::Optional | Arity::Any));
        let (exclusive, exclusive_required) = match raw.exclusive {
            None => (None, false),
            Some(RawExclusive::Name(name)) => (Some(name), false),
            Some(RawExclusive::Group { name, required }) => (Some(name), required),
        };
        Self {
            flags: raw.flags,
            dest: raw.dest,
            action,
            arity,
            value_type: ValueType::named(raw.value_type.as_deref()),
            choices: raw.choices,
            default: if suppressed { Value::Null } else { default },
            suppressed,
            constant,
            required,
            deprecated: raw.deprecated,
            exclusive,
            exclusive_required,
        }
    }
}

impl Action {
    fn named(word: &str) -> Self {
        match word {
            "store" => Self::Store,
            "store_true" | "store_false" | "store_const" => Self::StoreConst,
            "append" => Self::Append,
            "append_const" => Self::AppendConst,
            "extend" => Self::Extend,
            "count" => Self::Count,
            "boolean_optional" => Self::BooleanOptional,
            "help" => Self::Help,
            "version" => Self::Version,
            other => Self::Custom(other.to_owned()),
        }
    }

    /// The arity of an action for which the data names none.
    fn usual_arity(&self) -> Arity {
        match self {
            Self::Store | Self::Append | Self::Extend | Self::Custom(_) => Arity::One,
            _ => Arity::Exactly(0),
        }
    }
}

impl From<RawArity> for Arity {
    fn from(raw: RawArity) -> Self {
        match raw {
            RawArity::Count(count) => Self::Exactly(count),
            RawArity::Sign(sign) => match sign.as_str() {
                "?" => Self::Optional,
                "*" => Self::Any,
                "+" => Self::AtLeastOne,
                "..." => Self::Remainder,
                "A..." => Self::Command,
                "==SUPPRESS==" => Self::Suppressed,
                _ => Self::One,
            },
        }
    }
}

impl ValueType {
    fn named(name: Option<&str>) -> Self {
        match name {
            None | Some("str") => Self::Text,
            Some("int") => Self::Int,
            Some("float") => Self::Float,
            Some("bool") => Self::Bool,
            Some("json") => Self::Json,
            Some(name) => Self::Named(name.to_owned()),
        }
    }

    /// What a word must be, in a reader's words: `a whole number`.
    pub fn describe(&self) -> &str {
        match self {
            Self::Text => "a text",
            Self::Int => "a whole number",
            Self::Float => "a number",
            Self::Bool => "a text, which counts as true unless it is empty",
            Self::Json => "JSON",
            Self::Named(name) => match name.as_str() {
                "human_readable_int" => {
                    "a whole number, perhaps with a suffix such as `k`, `M`, `Ki` or `Mi`"
                }
                "json_list_type" => "JSON",
                "parse_cuda_graph_config_arg" => "a JSON object of settings for `decode` and `prefill`",
                "parse_int_list" => "whole numbers with commas between them",
                "finite_positive_float" => "a number above zero",
                "goodput_slo" => "a metric and its limit in milliseconds, as in `ttft:200`",
                "path" => "a path",
                _ => "a value that the engine accepts",
            },
        }
    }
}
