//! Python's argparse (CPython 3.11), as the engine's programs use it.
//!
//! [`parse`] accepts what the real parser accepts, refuses what it refuses, and gives the values that it would
//! give. Where argparse stops at the first error, this goes on: [`Parse::problems`] begins with the one that
//! argparse would print, and the others follow in the order in which it would find them.
//!
//! [`parser`] holds the options and says which flag a word is, `pattern` how many words an option takes,
//! `convert` makes words into values (with `number` and `json`), `namespace` keeps them, `dynamic` knows the
//! flags that a program takes besides, and `run` is the algorithm.

mod convert;
mod digit;
mod dynamic;
mod json;
pub mod namespace;
mod number;
pub mod parser;
mod pattern;
pub mod problem;
mod run;
#[cfg(test)]
mod tests;

use self::namespace::Values;
use self::parser::ArgumentParser;
use self::problem::Problem;

/// One word of a command line, after the shell has removed its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The text.
    pub text: String,
    /// Whether it holds a placeholder (`$PORT`, `<model>`, `...`), so that its value is not known. A flag
    /// before a `=` is known all the same when it is spelt out.
    pub opaque: bool,
}

impl Word {
    /// A word that is what it says.
    pub fn literal(text: impl Into<String>) -> Self {
        Self { text: text.into(), opaque: false }
    }

    /// A word with a placeholder in it.
    pub fn opaque(text: impl Into<String>) -> Self {
        Self { text: text.into(), opaque: true }
    }
}

/// Literal words.
pub fn words<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Vec<Word> {
    texts.into_iter().map(Word::literal).collect()
}

/// One use of an option, or of a positional that got words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The word that holds the flag; for a positional, its first word.
    pub word: usize,
    /// The option's index in the parser.
    pub option: usize,
    /// The flag as it stands in the word; empty for a positional.
    pub written: String,
    /// The spelling that it stands for; empty for a positional.
    pub flag: String,
    /// Whether it is a prefix of the spelling only.
    pub abbreviated: bool,
    /// The words of its value; the flag's own word when they are joined.
    pub values: Vec<usize>,
    /// Where in the flag's own word the value starts, as in `--flag=value`.
    pub joined: Option<usize>,
}

impl Use {
    /// The texts of the value.
    pub fn texts<'a>(&self, words: &'a [Word]) -> Vec<&'a str> {
        match self.joined {
            Some(at) => vec![&words[self.word].text[at..]],
            None => self.values.iter().map(|&index| words[index].text.as_str()).collect(),
        }
    }
}

/// What a parser makes of some words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parse {
    /// Every option's value by its `dest`, defaults included, in the order of registration.
    pub values: Values,
    /// The options used, in the order of the words.
    pub uses: Vec<Use>,
    /// Why the program refuses the words; empty when it takes them.
    pub problems: Vec<Problem>,
    /// The words that no option took, whether or not the program minds.
    pub unknown: Vec<usize>,
    /// The word at which the program prints its help or version and ends; words after it are not looked at.
    pub exits: Option<usize>,
}

impl Parse {
    /// The uses of an option, in order.
    pub fn uses_of(&self, option: usize) -> impl Iterator<Item = &Use> {
        self.uses.iter().filter(move |use_| use_.option == option)
    }
}

/// Parses the words that follow a program's name.
pub fn parse(parser: &ArgumentParser, words: &[Word]) -> Parse {
    run::Run::new(parser, words).finish()
}
