//! From a configuration's fields to the words of a command line.

use crate::engine::argparse::Word;
use crate::engine::fields::{EngineBlock, FieldValue, Schema};
use crate::engine::version::Version;

/// The words of an engine block, each with what it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lowered {
    /// The words, in order: the fields' flags as the schema orders them, then the further arguments.
    pub words: Vec<LoweredWord>,
    /// Fields that have a value for which the version has no flag.
    pub unsupported: Vec<String>,
}

/// One word and its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoweredWord {
    /// The word.
    pub text: String,
    /// What it came from.
    pub origin: Origin,
}

/// What a word came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A field, by name.
    Field(String),
    /// A further argument, by its index in `extra_args`.
    Extra(usize),
}

impl Lowered {
    /// The texts of the words.
    pub fn texts(&self) -> Vec<String> {
        self.words.iter().map(|word| word.text.clone()).collect()
    }

    /// The words, to be parsed.
    pub fn to_words(&self) -> Vec<Word> {
        self.words.iter().map(|word| Word::literal(word.text.as_str())).collect()
    }
}

/// The words that an engine block becomes in a version of the engine.
///
/// A boolean that is `false` becomes nothing, unless the schema names a flag for it.
pub fn lower(schema: &Schema, block: &EngineBlock, version: Version) -> Lowered {
    let mut lowered = Lowered::default();
    let mut chosen = Vec::new();
    for field in schema.fields.values() {
        let Some(value) = block.fields.get(&field.name) else { continue };
        match schema.spelling(field, block, version) {
            Some(spelling) => chosen.push((field, value, spelling)),
            None if *value == FieldValue::Bool(false) || field.default.as_ref() == Some(value) => {}
            None => lowered.unsupported.push(field.name.clone()),
        }
    }
    for (field, value, spelling) in &chosen {
        let said = |other: &&(&_, &_, &crate::engine::fields::FlagSpelling)| {
            other.2.implies.iter().any(|(name, implied)| *name == field.name && implied == *value)
        };
        if chosen.iter().any(|other| said(&other)) {
            continue;
        }
        let mut add = |text: String| {
            lowered.words.push(LoweredWord { text, origin: Origin::Field(field.name.clone()) });
        };
        match value {
            FieldValue::Bool(true) => add(spelling.flag.clone()),
            FieldValue::Bool(false) => spelling.off.clone().into_iter().for_each(add),
            value => {
                add(spelling.flag.clone());
                add(value.to_string());
            }
        }
    }
    let extra = block.extra_args.iter().enumerate();
    lowered
        .words
        .extend(extra.map(|(index, text)| LoweredWord { text: text.clone(), origin: Origin::Extra(index) }));
    lowered
}
