//! What is wrong with a command line, in the terms that a good message needs.

use std::ops::Range;

use crate::engine::option::{Arity, ValueType};
use crate::engine::value::Value;

/// One reason for which the program refuses its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// The index of the word it is about; none when something is missing from the whole.
    pub word: Option<usize>,
    /// The bytes within the word.
    pub range: Range<usize>,
}

/// What is wrong. Options are indices into [`ArgumentParser::options`](super::parser::ArgumentParser::options).
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind {
    /// No flag is called so; [`spellings`](super::parser::ArgumentParser::spellings) has those that exist.
    UnknownFlag {
        /// The flag as written, without a `=value`.
        flag: String,
    },
    /// Several flags begin so.
    AmbiguousFlag {
        /// The flag as written, without a `=value`.
        flag: String,
        /// All that begin so, in the order of registration.
        candidates: Vec<String>,
    },
    /// A word that no option and no positional takes.
    UnexpectedArgument {
        /// The option whose words end just before, by its index in `uses`: a switch that was given a value,
        /// or an option that takes fewer.
        after: Option<usize>,
    },
    /// A flag is followed by fewer words than it needs.
    MissingValue {
        /// The option.
        option: usize,
        /// How many words it needs.
        arity: Arity,
        /// Whether the next word begins with a dash and seems to be meant as the value, so that `--flag=value`
        /// has to be written.
        dashed: bool,
    },
    /// `--switch=value`, but the flag takes none.
    UnexpectedValue {
        /// The option.
        option: usize,
    },
    /// A word is not of the option's type.
    InvalidType {
        /// The option.
        option: usize,
        /// What the word must be.
        expected: ValueType,
        /// What is wrong with it, where more can be said.
        reason: Option<String>,
    },
    /// A value is none of those allowed; the option's `choices` are.
    InvalidChoice {
        /// The option.
        option: usize,
        /// The value, converted.
        value: Value,
    },
    /// The option excludes another that stands before it.
    Conflict {
        /// The option.
        option: usize,
        /// The other.
        with: usize,
    },
    /// The engine knows the flag only to refuse it.
    Refused {
        /// The option; its `deprecated` says what replaces it.
        option: usize,
    },
    /// An option or positional that must be given is not.
    MissingOption {
        /// The option.
        option: usize,
    },
    /// None of some options is given, one of which must be.
    MissingOneOf {
        /// The options.
        options: Vec<usize>,
    },
}

impl ProblemKind {
    /// Whether it is that something is not given.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::MissingOption { .. } | Self::MissingOneOf { .. })
    }

    /// The option it is about, if it is about one.
    pub fn option(&self) -> Option<usize> {
        match self {
            Self::MissingValue { option, .. }
            | Self::UnexpectedValue { option }
            | Self::InvalidType { option, .. }
            | Self::InvalidChoice { option, .. }
            | Self::Conflict { option, .. }
            | Self::Refused { option }
            | Self::MissingOption { option } => Some(*option),
            _ => None,
        }
    }
}
