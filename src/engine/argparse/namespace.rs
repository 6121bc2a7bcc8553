//! The values of a parse, and what argparse's actions do with them.

use std::ops::Index;
use std::sync::Arc;

use indexmap::IndexMap;

use super::convert::convert;
use crate::engine::option::{Action, OptionSpec, ValueType};
use crate::engine::value::Value;

/// Values by `dest`: those that the words set, and the defaults of all others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    defaults: Arc<IndexMap<String, Value>>,
    set: IndexMap<String, Value>,
}

/// What an action came to.
pub(super) enum Outcome {
    /// The value is kept.
    Kept,
    /// The program prints something and ends.
    Exits,
    /// The engine refuses the option altogether.
    Refuses,
    /// The action raises an error about one of its words.
    Rejects {
        /// Which of the words.
        word: usize,
        /// Why.
        reason: String,
    },
}

/// The values of a command without words: each option's default, texts converted like words.
pub(super) fn defaults(options: &[Arc<OptionSpec>]) -> Arc<IndexMap<String, Value>> {
    let mut values: IndexMap<String, Value> = IndexMap::with_capacity(options.len());
    for option in options.iter().filter(|option| !option.suppressed) {
        let value = values.entry(option.dest.clone()).or_insert_with(|| option.default.clone());
        if *value == option.default
            && !option.required
            && let Some(converted) = value.text().and_then(|text| convert(&option.value_type, text).ok())
        {
            *value = converted;
        }
    }
    Arc::new(values)
}

impl Values {
    /// The defaults alone.
    pub(super) fn new(defaults: &Arc<IndexMap<String, Value>>) -> Self {
        Self { defaults: Arc::clone(defaults), set: IndexMap::new() }
    }

    /// The value kept under a name; none where the parser keeps nothing there.
    pub fn get(&self, dest: &str) -> Option<&Value> {
        self.set.get(dest).or_else(|| self.defaults.get(dest))
    }

    /// The values that the words set, in the order in which they were first set.
    pub fn set(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.set.iter().map(|(dest, value)| (dest.as_str(), value))
    }

    /// All values, those with a default in the order of registration, then the others.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        let known = self.defaults.iter().map(|(dest, value)| (dest, self.set.get(dest).unwrap_or(value)));
        let others = self.set.iter().filter(|(dest, _)| !self.defaults.contains_key(*dest));
        known.chain(others).map(|(dest, value)| (dest.as_str(), value))
    }

    /// Does what the option's action does with its converted value.
    pub(super) fn act(&mut self, option: &OptionSpec, value: Value, flag: &str) -> Outcome {
        match &option.action {
            Action::Store => self.keep(option, value),
            Action::StoreConst => self.keep(option, option.constant.clone()),
            Action::BooleanOptional => self.keep(option, Value::Bool(!flag.starts_with("--no-"))),
            Action::Append => self.extend(option, vec![value]),
            Action::AppendConst => self.extend(option, vec![option.constant.clone()]),
            Action::Extend => {
                let parts = match value {
                    Value::List(items) => items,
                    Value::Text(text) => text.chars().map(|c| Value::Text(c.into())).collect(),
                    other => vec![other],
                };
                self.extend(option, parts)
            }
            Action::Count => {
                let count = match self.get(&option.dest) {
                    Some(Value::Int(count)) => count.saturating_add(1),
                    _ => 1,
                };
                self.keep(option, Value::Int(count))
            }
            Action::Help | Action::Version => Outcome::Exits,
            Action::Custom(class) => self.custom(class, option, value),
        }
    }

    /// SGLang's own actions, as its wheels define them; one that is not known here keeps the value.
    fn custom(&mut self, class: &str, option: &OptionSpec, value: Value) -> Outcome {
        match class {
            "RaiseNotImplementedAction" => Outcome::Refuses,
            "DeprecatedAction" if option.deprecated.as_ref().is_some_and(|it| it.refused) => Outcome::Refuses,
            "DeprecatedAction" => self.leave(option),
            "DeprecatedStoreTrueAction" => self.keep(option, Value::Bool(true)),
            "DeprecatedStoreConstAction" => self.keep(option, option.constant.clone()),
            "StoreBoolean" => self.store_boolean(option, value),
            "LoRAPathAction" => self.lora_paths(option, value),
            _ => self.keep(option, value),
        }
    }

    fn store_boolean(&mut self, option: &OptionSpec, value: Value) -> Outcome {
        let value = match value {
            Value::Text(text) if text.eq_ignore_ascii_case("true") => Value::Bool(true),
            Value::Text(text) if text.eq_ignore_ascii_case("false") => Value::Bool(false),
            Value::Text(_) => {
                return Outcome::Rejects { word: 0, reason: "it must be `true` or `false`".into() };
            }
            Value::Null => Value::Bool(true),
            other => other,
        };
        self.keep(option, value)
    }

    /// Adapters are paths, `name=path`, or JSON objects that name both.
    fn lora_paths(&mut self, option: &OptionSpec, value: Value) -> Outcome {
        let Value::List(items) = value else { return self.keep(option, Value::List(Vec::new())) };
        let mut paths = Vec::with_capacity(items.len());
        for (word, item) in items.into_iter().enumerate() {
            let Value::Text(text) = item else {
                paths.push(item);
                continue;
            };
            let text = text.trim();
            if !(text.starts_with('{') && text.ends_with('}')) {
                paths.push(Value::Text(text.to_owned()));
                continue;
            }
            match super::json::loads(text) {
                Ok(Value::Map(map)) if map.contains_key("lora_path") && map.contains_key("lora_name") => {
                    paths.push(Value::Map(map));
                }
                Ok(_) => {
                    let reason = "the JSON object must have `lora_name` and `lora_path`".into();
                    return Outcome::Rejects { word, reason };
                }
                Err(reason) => return Outcome::Rejects { word, reason },
            }
        }
        self.keep(option, Value::List(paths))
    }

    fn keep(&mut self, option: &OptionSpec, value: Value) -> Outcome {
        self.set.insert(option.dest.clone(), value);
        Outcome::Kept
    }

    /// An option that was used but keeps nothing: its default is then never converted.
    fn leave(&mut self, option: &OptionSpec) -> Outcome {
        if option.value_type != ValueType::Text && option.default.text().is_some() {
            self.set.entry(option.dest.clone()).or_insert_with(|| option.default.clone());
        }
        Outcome::Kept
    }

    fn extend(&mut self, option: &OptionSpec, parts: Vec<Value>) -> Outcome {
        let mut items = match self.get(&option.dest) {
            Some(Value::List(items)) => items.clone(),
            _ => Vec::new(),
        };
        items.extend(parts);
        self.keep(option, Value::List(items))
    }
}

impl Index<&str> for Values {
    type Output = Value;

    /// The value kept under a name; [`Value::Null`] where the parser keeps nothing there.
    fn index(&self, dest: &str) -> &Value {
        self.get(dest).unwrap_or(&Value::Null)
    }
}
