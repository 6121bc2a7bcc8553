//! argparse's algorithm: which words are flags, which words each takes, and in what order errors are found.
//!
//! The steps and their order are CPython's `_parse_known_args`. An error ends argparse; here the option that
//! caused it is passed over together with the words that were meant for it, so that the next error found is
//! one of its own.

use std::ops::Range;

use super::convert::convert;
use super::namespace::{Outcome, Values};
use super::parser::{ArgumentParser, Class, looks_like_negative_number};
use super::problem::{Problem, ProblemKind};
use super::{Parse, Use, Word, dynamic, pattern};
use crate::engine::option::{Arity, OptionSpec};
use crate::engine::value::Value;

/// A parse under way.
pub(super) struct Run<'a> {
    parser: &'a ArgumentParser,
    words: &'a [Word],
    /// One letter per word: `A` argument, `O` flag, `-` the first `--`.
    pattern: Vec<u8>,
    /// What each word with the letter `O` is.
    classes: Vec<Option<Class>>,
    /// The indices of those words, ascending.
    flags: Vec<usize>,
    /// The positionals that have not got their words yet.
    positionals: Vec<usize>,
    values: Values,
    seen: Vec<bool>,
    /// The options whose value was not their default.
    given: Vec<bool>,
    uses: Vec<Use>,
    problems: Vec<Problem>,
    /// What argparse reports last of all: words that nothing took.
    leftovers: Vec<Problem>,
    unknown: Vec<usize>,
    /// Words before this index belong to a flag that was refused already.
    excused: usize,
    /// Whether a placeholder stands where options could stand, so that nothing can be called missing.
    blind: bool,
    exits: Option<usize>,
}

/// A part of a word that is, or may become, a value.
#[derive(Clone, Copy)]
struct Argument<'a> {
    word: usize,
    start: usize,
    text: &'a str,
    opaque: bool,
}

/// An option about to take its words.
struct Taking {
    option: usize,
    spelling: usize,
    abbreviated: bool,
    written: Range<usize>,
}

impl<'a> Run<'a> {
    pub(super) fn new(parser: &'a ArgumentParser, words: &'a [Word]) -> Self {
        let count = parser.options().len();
        Self {
            parser,
            words,
            pattern: Vec::with_capacity(words.len()),
            classes: Vec::with_capacity(words.len()),
            flags: Vec::new(),
            positionals: parser.positionals().to_vec(),
            values: Values::new(parser.defaults()),
            seen: vec![false; count],
            given: vec![false; count],
            uses: Vec::new(),
            problems: Vec::new(),
            leftovers: Vec::new(),
            unknown: Vec::new(),
            excused: 0,
            blind: false,
            exits: None,
        }
    }

    pub(super) fn finish(mut self) -> Parse {
        self.classify();
        self.consume();
        self.take_dynamic();
        if self.exits.is_none() {
            self.find_missing();
            self.problems.append(&mut self.leftovers);
        }
        let Self { values, uses, problems, unknown, exits, .. } = self;
        Parse { values, uses, problems, unknown, exits }
    }

    fn classify(&mut self) {
        for (index, word) in self.words.iter().enumerate() {
            if word.text == "--" && !word.opaque {
                self.pattern.push(b'-');
                self.pattern.resize(self.words.len(), b'A');
                self.classes.resize(self.words.len(), None);
                return;
            }
            let class = if word.opaque && !flag_is_literal(&word.text) {
                if word.text.starts_with('-') { Class::Unknown } else { Class::Argument }
            } else {
                self.parser.classify(&word.text)
            };
            if let Class::Ambiguous(candidates) = &class {
                let candidates =
                    candidates.iter().map(|&index| self.parser.spelling(index).0.to_owned()).collect();
                let (flag, range) = written_flag(&word.text);
                self.problem(ProblemKind::AmbiguousFlag { flag, candidates }, index, range);
            }
            let argument = class == Class::Argument;
            self.pattern.push(if argument { b'A' } else { b'O' });
            self.classes.push((!argument).then_some(class));
            if !argument {
                self.flags.push(index);
            }
        }
    }

    /// Gives positionals and flags their words in turn, up to the last flag, then the rest to positionals.
    fn consume(&mut self) {
        let mut start = 0;
        let mut next_flag = 0;
        while self.exits.is_none() {
            while self.flags.get(next_flag).is_some_and(|&flag| flag < start) {
                next_flag += 1;
            }
            let Some(&flag) = self.flags.get(next_flag) else { break };
            if start != flag {
                let end = self.consume_positionals(start);
                if end > start {
                    start = end;
                    continue;
                }
            }
            if self.exits.is_some() {
                break;
            }
            if start != flag {
                self.leave(start..flag);
                start = flag;
            }
            start = self.consume_flag(start);
        }
        if self.exits.is_none() {
            let stop = self.consume_positionals(start);
            self.leave(stop..self.words.len());
        }
    }

    fn consume_positionals(&mut self, mut start: usize) -> usize {
        if self.positionals.is_empty() {
            return start;
        }
        let arities: Vec<Arity> = self.positionals.iter().map(|&it| self.parser.option(it).arity).collect();
        let beyond_flags = arities.iter().any(|arity| matches!(arity, Arity::Remainder | Arity::Command));
        let mut pattern = self.pattern.get(start..).unwrap_or_default();
        if !beyond_flags {
            let end = pattern.iter().position(|&kind| kind == b'O').unwrap_or(pattern.len());
            pattern = &pattern[..end];
        }
        let counts = pattern::positionals(&arities, pattern);
        let matched: Vec<usize> = self.positionals.drain(..counts.len()).collect();
        for (option, count) in matched.into_iter().zip(counts) {
            let arguments: Vec<Argument<'a>> = (start..start + count).map(|word| self.whole(word)).collect();
            if count > 0 {
                let values = (start..start + count).filter(|&word| self.pattern[word] != b'-').collect();
                let (written, flag) = (String::new(), String::new());
                let joined = None;
                self.uses.push(Use {
                    word: start,
                    option,
                    written,
                    flag,
                    abbreviated: false,
                    values,
                    joined,
                });
            }
            start += count;
            self.take(option, arguments, "", start.saturating_sub(1));
            if self.exits.is_some() {
                break;
            }
        }
        start
    }

    /// Gives a flag its words; returns the index of the first word after them.
    fn consume_flag(&mut self, at: usize) -> usize {
        let (spelling, explicit, abbreviated) = match self.classes[at].clone() {
            Some(Class::Flag { spelling, explicit, abbreviated }) => (spelling, explicit, abbreviated),
            Some(Class::Ambiguous(_)) => return self.excuse(at),
            _ => return self.consume_unknown(at),
        };
        let text: &'a str = &self.words[at].text;
        let written =
            0..explicit.map_or(text.len(), |start| start - usize::from(text[..start].ends_with('=')));
        let (_, option) = self.parser.spelling(spelling);
        let mut taking = vec![Taking { option, spelling, abbreviated, written }];
        let mut explicit = explicit;
        loop {
            let current = taking.last().expect("starts with one and only grows");
            let (flag, option) = self.parser.spelling(current.spelling);
            let spec = self.parser.option(option);
            let Some(start) = explicit else {
                let available = self.pattern.get(at + 1..).unwrap_or_default();
                let Some(count) = pattern::flag(spec.arity, available) else {
                    return self.missing_value(at, option, spec.arity, current.written.clone());
                };
                let arguments = (at + 1..at + 1 + count).map(|word| self.whole(word)).collect();
                self.take_all(at, taking, arguments, None);
                return at + 1 + count;
            };
            let value = &text[start..];
            match pattern::flag(spec.arity, b"A") {
                Some(0) if !flag.starts_with("--") && !value.is_empty() => {
                    let letter = value.chars().next().map_or(0, char::len_utf8);
                    let spelling = self.parser.spelling_index(&format!("-{}", &value[..letter]));
                    let Some(spelling) = spelling else { return self.unexpected_value(at, option, start) };
                    let (_, option) = self.parser.spelling(spelling);
                    let written = start..start + letter;
                    taking.push(Taking { option, spelling, abbreviated: false, written });
                    explicit = (start + letter < text.len()).then_some(start + letter);
                }
                Some(1) => {
                    let opaque = self.words[at].opaque;
                    let arguments = vec![Argument { word: at, start, text: value, opaque }];
                    self.take_all(at, taking, arguments, Some(start));
                    return at + 1;
                }
                Some(_) => return self.unexpected_value(at, option, start),
                None => return self.missing_value(at, option, spec.arity, 0..text.len()),
            }
        }
    }

    /// Takes several flags that stand in one word; the last one has the arguments.
    fn take_all(
        &mut self,
        at: usize,
        taking: Vec<Taking>,
        arguments: Vec<Argument<'a>>,
        joined: Option<usize>,
    ) {
        let last = taking.len() - 1;
        let mut arguments = Some(arguments);
        for (index, Taking { option, spelling, abbreviated, written }) in taking.into_iter().enumerate() {
            let arguments = if index == last { arguments.take().unwrap_or_default() } else { Vec::new() };
            let joined = joined.filter(|_| index == last);
            let flag = self.parser.spelling(spelling).0;
            let written = match self.words[at].text.get(written) {
                Some(text) if text.starts_with('-') => text.to_owned(),
                _ => flag.to_owned(),
            };
            let values = arguments.iter().map(|argument| argument.word).collect();
            self.uses.push(Use {
                word: at,
                option,
                written,
                flag: flag.to_owned(),
                abbreviated,
                values,
                joined,
            });
            self.take(option, arguments, flag, at);
            if self.exits.is_some() {
                return;
            }
        }
    }

    /// Converts an option's arguments and does its action (argparse's `take_action`).
    fn take(&mut self, option: usize, arguments: Vec<Argument<'a>>, flag: &str, at: usize) {
        self.seen[option] = true;
        let spec = self.parser.option(option);
        let Some((value, arguments)) = self.value(option, spec, arguments) else { return };
        if !value.is_same_object(&spec.default) {
            self.given[option] = true;
            if let Some(with) = self.conflict(option) {
                let range = 0..written_flag(&self.words[at].text).1.end;
                return self.problem(ProblemKind::Conflict { option, with }, at, range);
            }
        }
        match self.values.act(spec, value, flag) {
            Outcome::Kept => {}
            Outcome::Exits => self.exits = Some(at),
            Outcome::Refuses => {
                let range = written_flag(&self.words[at].text).1;
                self.problem(ProblemKind::Refused { option }, at, range);
            }
            Outcome::Rejects { word, reason } => {
                let expected = spec.value_type.clone();
                let kind = ProblemKind::InvalidType { option, expected, reason: Some(reason) };
                match arguments.get(word).copied() {
                    Some(argument) => self.problem_at(kind, argument),
                    None => self.problem(kind, at, 0..self.words[at].text.len()),
                }
            }
        }
    }

    /// The value that the arguments make (argparse's `_get_values`), and the arguments that went into it.
    fn value(
        &mut self,
        option: usize,
        spec: &OptionSpec,
        mut arguments: Vec<Argument<'a>>,
    ) -> Option<(Value, Vec<Argument<'a>>)> {
        if !matches!(spec.arity, Arity::Command | Arity::Remainder)
            && let Some(dashes) =
                arguments.iter().position(|argument| argument.text == "--" && !argument.opaque)
        {
            arguments.remove(dashes);
        }
        let value = match (spec.arity, arguments.as_slice()) {
            (Arity::Suppressed, _) => return None,
            (Arity::Optional, []) => {
                let value = if spec.is_positional() { &spec.default } else { &spec.constant };
                match value.text() {
                    Some(text) => convert(&spec.value_type, text).ok()?,
                    None => value.clone(),
                }
            }
            (Arity::Any, []) if spec.is_positional() => match &spec.default {
                Value::Null => Value::List(Vec::new()),
                default => default.clone(),
            },
            (Arity::One | Arity::Optional, &[argument]) => {
                let value = self.converted(option, spec, argument)?;
                self.checked(option, spec, &value, argument)?;
                value
            }
            (arity, list) => {
                let converted: Vec<_> =
                    list.iter().map(|&argument| (argument, self.converted(option, spec, argument))).collect();
                let checked = match arity {
                    Arity::Remainder => 0,
                    Arity::Command => 1,
                    _ => converted.len(),
                };
                let mut fine = true;
                for (argument, value) in converted.iter().take(checked) {
                    fine &= value
                        .as_ref()
                        .is_none_or(|value| self.checked(option, spec, value, *argument).is_some());
                }
                let values: Option<Vec<Value>> = converted.into_iter().map(|(_, value)| value).collect();
                Value::List(values.filter(|_| fine)?)
            }
        };
        Some((value, arguments))
    }

    fn converted(&mut self, option: usize, spec: &OptionSpec, argument: Argument<'a>) -> Option<Value> {
        if argument.opaque {
            return Some(Value::Placeholder(argument.text.to_owned()));
        }
        match convert(&spec.value_type, argument.text) {
            Ok(value) => Some(value),
            Err(reason) => {
                let expected = spec.value_type.clone();
                self.problem_at(ProblemKind::InvalidType { option, expected, reason }, argument);
                None
            }
        }
    }

    fn checked(
        &mut self,
        option: usize,
        spec: &OptionSpec,
        value: &Value,
        argument: Argument<'a>,
    ) -> Option<()> {
        let choices = spec.choices.as_ref().filter(|_| !value.is_unknown());
        if choices.is_none_or(|choices| choices.iter().any(|choice| choice.equals(value))) {
            return Some(());
        }
        self.problem_at(ProblemKind::InvalidChoice { option, value: value.clone() }, argument);
        None
    }

    /// The option given before that excludes this one.
    fn conflict(&self, option: usize) -> Option<usize> {
        let groups = self.parser.exclusive().iter().filter(|group| group.members.contains(&option));
        groups.flat_map(|group| &group.members).copied().find(|&other| other != option && self.given[other])
    }

    fn consume_unknown(&mut self, at: usize) -> usize {
        let word = &self.words[at];
        if word.opaque && !flag_is_literal(&word.text) {
            self.blind = true;
            return self.excuse(at);
        }
        let (flag, range) = written_flag(&word.text);
        self.unknown.push(at);
        if !self.parser.ignores_unknown() {
            self.leftovers.push(Problem { kind: ProblemKind::UnknownFlag { flag }, word: Some(at), range });
        }
        if dynamic::is_flag(self.parser.dynamic_options(), &word.text) { at + 1 } else { self.excuse(at) }
    }

    /// Passes over a flag; the arguments that follow it directly are taken to be its own.
    fn excuse(&mut self, at: usize) -> usize {
        let arguments = self.pattern[at + 1..].iter().take_while(|&&kind| kind == b'A').count();
        self.excused = self.excused.max(at + 1 + arguments);
        at + 1
    }

    /// Words that nothing took.
    fn leave(&mut self, range: Range<usize>) {
        for index in range {
            let word = &self.words[index];
            if self.excused <= index && word.opaque && !self.follows_dynamic(index) {
                // It may stand for any number of words, flags among them.
                self.blind = true;
                self.excused = index;
                self.excuse(index);
                continue;
            }
            self.unknown.push(index);
            if index < self.excused || self.parser.ignores_unknown() {
                continue;
            }
            let follows = |use_: &Use| use_.word.max(use_.values.last().copied().unwrap_or(0)) + 1 == index;
            let after = self.uses.len().checked_sub(1).filter(|&last| follows(&self.uses[last]));
            let kind = ProblemKind::UnexpectedArgument { after };
            self.leftovers.push(Problem { kind, word: Some(index), range: 0..word.text.len() });
            self.excused = self.excused.max(index + 1);
        }
    }

    /// Whether the word before is a flag that the program takes besides its options, so that this is its value.
    fn follows_dynamic(&self, index: usize) -> bool {
        let before = self.unknown.last().filter(|&&before| before + 1 == index);
        before.is_some_and(|&before| {
            let flag = &self.words[before].text;
            !flag.contains('=') && dynamic::is_flag(self.parser.dynamic_options(), flag)
        })
    }

    /// Takes out of the words that nothing took the flags that the program takes besides its options.
    fn take_dynamic(&mut self) {
        let patterns = self.parser.dynamic_options();
        if patterns.is_empty() {
            return;
        }
        let taken = dynamic::taken(patterns, self.words, &self.unknown);
        self.unknown.retain(|word| taken.binary_search(word).is_err());
        self.leftovers.retain(|problem| problem.word.is_none_or(|word| taken.binary_search(&word).is_err()));
    }

    fn missing_value(&mut self, at: usize, option: usize, arity: Arity, range: Range<usize>) -> usize {
        self.seen[option] = true;
        let dashed = self.words.get(at + 1).is_some_and(|next| {
            let meant = next.text.starts_with('-') && !next.text.starts_with("--");
            meant && self.classes[at + 1] == Some(Class::Unknown) || looks_like_negative_number(&next.text)
        });
        self.problem(ProblemKind::MissingValue { option, arity, dashed }, at, range);
        self.excuse(at);
        if !dashed {
            return at + 1;
        }
        self.unknown.push(at + 1);
        self.excuse(at + 1)
    }

    fn unexpected_value(&mut self, at: usize, option: usize, start: usize) -> usize {
        self.seen[option] = true;
        self.problem(ProblemKind::UnexpectedValue { option }, at, start..self.words[at].text.len());
        at + 1
    }

    fn find_missing(&mut self) {
        if self.blind {
            return;
        }
        let missing = |kind| Problem { kind, word: None, range: 0..0 };
        for &option in self.parser.required() {
            if !self.seen[option] {
                self.problems.push(missing(ProblemKind::MissingOption { option }));
            }
        }
        for group in self.parser.exclusive().iter().filter(|group| group.required) {
            if !group.members.iter().any(|&member| self.given[member]) {
                self.problems.push(missing(ProblemKind::MissingOneOf { options: group.members.clone() }));
            }
        }
    }

    fn whole(&self, word: usize) -> Argument<'a> {
        let Word { text, opaque } = &self.words[word];
        Argument { word, start: 0, text, opaque: *opaque }
    }

    fn problem_at(&mut self, kind: ProblemKind, argument: Argument<'a>) {
        self.problem(kind, argument.word, argument.start..argument.start + argument.text.len());
    }

    fn problem(&mut self, kind: ProblemKind, word: usize, range: Range<usize>) {
        self.problems.push(Problem { kind, word: Some(word), range });
    }
}

/// The flag part of a word, before a `=`.
fn written_flag(text: &str) -> (String, Range<usize>) {
    let end = if text.starts_with('-') { text.find('=').unwrap_or(text.len()) } else { text.len() };
    (text[..end].to_owned(), 0..end)
}

/// Whether a word with a placeholder begins with a flag that is spelt out.
fn flag_is_literal(text: &str) -> bool {
    let Some((flag, _)) = text.split_once('=') else { return false };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    flag.starts_with('-') && flag.chars().all(plain) && !flag.contains("..")
}
