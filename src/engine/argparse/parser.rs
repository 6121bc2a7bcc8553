//! The options of one program, indexed for parsing.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use indexmap::IndexMap;

use super::digit::decimal;
use super::namespace;
use crate::engine::option::OptionSpec;
use crate::engine::value::Value;

/// One program's parser: its options in the order of registration, which argparse's messages follow.
#[derive(Clone, Debug, Default)]
pub struct ArgumentParser {
    options: Vec<Arc<OptionSpec>>,
    /// Every spelling with the option it belongs to, in the order of registration.
    spellings: Vec<(String, usize)>,
    /// Index into `spellings`, sorted by spelling, so that a prefix is a range.
    sorted: BTreeMap<String, usize>,
    positionals: Vec<usize>,
    exclusive: Vec<ExclusiveGroup>,
    required: Vec<usize>,
    defaults: Arc<IndexMap<String, Value>>,
    negative_number_flags: bool,
    /// Whether unique prefixes of long flags are taken for the flags.
    pub(crate) allow_abbrev: bool,
    /// Whether words that no option takes are left alone (`parse_known_args`).
    pub(crate) ignores_unknown: bool,
    /// Patterns of flags that the program takes besides, `COMPONENT` standing for any name.
    pub(crate) dynamic_options: Vec<String>,
}

/// Options of which at most one may be given.
#[derive(Clone, Debug)]
pub(super) struct ExclusiveGroup {
    pub(super) members: Vec<usize>,
    pub(super) required: bool,
}

/// What a word that begins with a dash is to the parser.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Class {
    /// An argument: a value or a positional.
    Argument,
    /// A flag of the parser, perhaps abbreviated, perhaps with a value in the same word.
    Flag {
        /// Index into the spellings.
        spelling: usize,
        /// Where in the word the value starts, and so where the flag as written ends (before a `=`).
        explicit: Option<usize>,
        abbreviated: bool,
    },
    /// Looks like a flag, but the parser has none such.
    Unknown,
    /// The prefix of several flags: indices into the spellings.
    Ambiguous(Vec<usize>),
}

impl ArgumentParser {
    /// A parser with these options, which takes abbreviations and refuses unknown words.
    pub fn new(options: Vec<Arc<OptionSpec>>) -> Self {
        let mut parser = Self { allow_abbrev: true, ..Self::default() };
        let mut groups: HashMap<&str, usize> = HashMap::new();
        for (index, option) in options.iter().enumerate() {
            for flag in &option.flags {
                parser.negative_number_flags |= looks_like_negative_number(flag);
                parser.sorted.insert(flag.clone(), parser.spellings.len());
                parser.spellings.push((flag.clone(), index));
            }
            if option.is_positional() {
                parser.positionals.push(index);
            }
            if option.required {
                parser.required.push(index);
            }
            if let Some(name) = &option.exclusive {
                let group = *groups.entry(name).or_insert_with(|| {
                    parser.exclusive.push(ExclusiveGroup { members: Vec::new(), required: false });
                    parser.exclusive.len() - 1
                });
                parser.exclusive[group].members.push(index);
                parser.exclusive[group].required |= option.exclusive_required;
            }
        }
        parser.defaults = namespace::defaults(&options);
        parser.options = options;
        parser
    }

    /// The options, in the order of registration.
    pub fn options(&self) -> &[Arc<OptionSpec>] {
        &self.options
    }

    /// An option by its index.
    pub fn option(&self, index: usize) -> &OptionSpec {
        &self.options[index]
    }

    /// Every spelling of every flag, in the order of registration: the candidates for a misspelt one.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        self.spellings.iter().map(|(flag, _)| flag.as_str())
    }

    /// The option that has exactly this spelling, and its index.
    pub fn find(&self, flag: &str) -> Option<(usize, &OptionSpec)> {
        let (_, index) = self.spellings[*self.sorted.get(flag)?];
        Some((index, &self.options[index]))
    }

    /// The first option that keeps its value under this name, and its index.
    pub fn find_dest(&self, dest: &str) -> Option<(usize, &OptionSpec)> {
        let index = self.options.iter().position(|option| option.dest == dest)?;
        Some((index, &self.options[index]))
    }

    /// Whether words that no option takes are left alone instead of refused.
    pub fn ignores_unknown(&self) -> bool {
        self.ignores_unknown
    }

    /// Whether unique prefixes of long flags are taken for the flags.
    pub fn allows_abbreviations(&self) -> bool {
        self.allow_abbrev
    }

    /// Patterns of flags that the program takes besides its options; `COMPONENT` stands for any name.
    pub fn dynamic_options(&self) -> &[String] {
        &self.dynamic_options
    }

    pub(super) fn spelling(&self, index: usize) -> (&str, usize) {
        let (flag, option) = &self.spellings[index];
        (flag, *option)
    }

    pub(super) fn spelling_index(&self, flag: &str) -> Option<usize> {
        self.sorted.get(flag).copied()
    }

    /// The options that must be given.
    pub(super) fn required(&self) -> &[usize] {
        &self.required
    }

    /// The values of a command without words.
    pub(super) fn defaults(&self) -> &Arc<IndexMap<String, Value>> {
        &self.defaults
    }

    pub(super) fn positionals(&self) -> &[usize] {
        &self.positionals
    }

    pub(super) fn exclusive(&self) -> &[ExclusiveGroup] {
        &self.exclusive
    }

    /// What a word is, before it is known which option takes it (argparse's `_parse_optional`).
    pub(super) fn classify(&self, word: &str) -> Class {
        if !word.starts_with('-') {
            return Class::Argument;
        }
        if let Some(&spelling) = self.sorted.get(word) {
            return Class::Flag { spelling, explicit: None, abbreviated: false };
        }
        if word.len() == 1 {
            return Class::Argument;
        }
        let equals = word.find('=');
        if let Some(at) = equals
            && let Some(&spelling) = self.sorted.get(&word[..at])
        {
            return Class::Flag { spelling, explicit: Some(at + 1), abbreviated: false };
        }
        let found = if word.starts_with("--") { self.long(word, equals) } else { self.short(word) };
        match found.as_slice() {
            [] if looks_like_negative_number(word) && !self.negative_number_flags => Class::Argument,
            [] if word.contains(' ') => Class::Argument,
            [] => Class::Unknown,
            &[(spelling, explicit, abbreviated)] => Class::Flag { spelling, explicit, abbreviated },
            several => Class::Ambiguous(several.iter().map(|&(spelling, ..)| spelling).collect()),
        }
    }

    /// The flags that a long word abbreviates.
    fn long(&self, word: &str, equals: Option<usize>) -> Vec<(usize, Option<usize>, bool)> {
        if !self.allow_abbrev {
            return Vec::new();
        }
        let prefix = &word[..equals.unwrap_or(word.len())];
        let explicit = equals.map(|at| at + 1);
        let mut found: Vec<_> =
            self.starting_with(prefix).map(|spelling| (spelling, explicit, true)).collect();
        found.sort_unstable();
        found
    }

    /// The flags that a word with a single dash may be: a flag of one letter with its value attached, or a
    /// longer flag with a single dash, abbreviated.
    fn short(&self, word: &str) -> Vec<(usize, Option<usize>, bool)> {
        let letter = word[1..].chars().next().map_or(1, |c| 1 + c.len_utf8());
        let mut found: Vec<_> = self
            .starting_with(word)
            .filter(|&spelling| self.spellings[spelling].0 != word[..letter])
            .map(|spelling| (spelling, None, true))
            .collect();
        if let Some(&spelling) = self.sorted.get(&word[..letter]) {
            found.push((spelling, Some(letter), false));
        }
        found.sort_unstable();
        found
    }

    fn starting_with<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.sorted
            .range::<str, _>((std::ops::Bound::Included(prefix), std::ops::Bound::Unbounded))
            .take_while(move |(flag, _)| flag.starts_with(prefix))
            .map(|(_, &spelling)| spelling)
    }
}

/// argparse's test for `-1` and `-.5`, which are values unless the parser has such flags.
pub(crate) fn looks_like_negative_number(word: &str) -> bool {
    let Some(number) = word.strip_suffix('\n').unwrap_or(word).strip_prefix('-') else { return false };
    let digits = |part: &str| part.chars().all(|c| decimal(c).is_some());
    match number.split_once('.') {
        None => !number.is_empty() && digits(number),
        Some((whole, fraction)) => digits(whole) && !fraction.is_empty() && digits(fraction),
    }
}
