//! What the words of a command say for certain about its flags.

use super::super::command::Parsed;
use crate::engine::value::Value;
use crate::engine::version::Version;
use crate::text::Location;

/// The versions that the tables of these rules speak of.
pub(super) const V0_5_8: Version = Version::release(0, 5, 8);
/// The first version with TLS, MoE data parallelism and context parallelism.
pub(super) const V0_5_10: Version = Version::release(0, 5, 10);
/// The first version that resolves its options in another way.
pub(super) const V0_5_23: Version = Version::release(0, 5, 23);

/// The versions that make an assertion.
#[derive(Clone, Copy, Debug)]
pub(super) struct Versions {
    /// The first, where not all do.
    pub(super) from: Option<Version>,
    /// The first that does not any more.
    pub(super) before: Option<Version>,
}

/// All versions that are known.
pub(super) const ALL: Versions = Versions { from: None, before: None };

pub(super) const SINCE_0_5_23: Versions = Versions::from(V0_5_23);

impl Versions {
    /// A version and all behind it.
    pub(super) const fn from(version: Version) -> Self {
        Self { from: Some(version), before: None }
    }

    /// All before a version.
    pub(super) const fn before(version: Version) -> Self {
        Self { from: None, before: Some(version) }
    }

    /// From a version up to another, without it.
    pub(super) const fn between(from: Version, before: Version) -> Self {
        Self { from: Some(from), before: Some(before) }
    }

    fn contain(self, version: Version) -> bool {
        self.from.is_none_or(|from| from <= version) && self.before.is_none_or(|before| version < before)
    }
}

/// What is said of one flag.
#[derive(Clone, Copy, Debug)]
pub(super) enum Is {
    /// It has a value, or is on.
    Given,
    /// Its value is one of these.
    OneOf(&'static [&'static str]),
    /// Its value is written, and is none of these.
    NoneOf(&'static [&'static str]),
    /// It is a number above this one.
    Above(i64),
}

/// A flag, and what is said of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term {
    /// The flag's first spelling, or any other.
    pub(super) flag: &'static str,
    /// What is said.
    pub(super) is: Is,
}

/// A flag that is given.
pub(super) const fn given(flag: &'static str) -> Term {
    Term { flag, is: Is::Given }
}

/// A flag with one of some values.
pub(super) const fn one_of(flag: &'static str, values: &'static [&'static str]) -> Term {
    Term { flag, is: Is::OneOf(values) }
}

/// A flag with a value that is none of these.
pub(super) const fn none_of(flag: &'static str, values: &'static [&'static str]) -> Term {
    Term { flag, is: Is::NoneOf(values) }
}

/// A flag with a number above another.
pub(super) const fn above(flag: &'static str, least: i64) -> Term {
    Term { flag, is: Is::Above(least) }
}

impl Term {
    /// The term as a reader would write it: `` `--moe-a2a-backend deepep` ``.
    pub(super) fn words(&self) -> String {
        let flag = self.flag;
        match self.is {
            Is::Given => format!("`{flag}`"),
            Is::OneOf([first, ..]) => format!("`{flag} {first}`"),
            Is::NoneOf(_) => format!("`{flag} …`"),
            Is::OneOf([]) => format!("`{flag}`"),
            Is::Above(number) => format!("`{flag} {}`", number + 1),
        }
    }
}

/// The flags of one command.
pub(super) struct Flags<'p, 'a> {
    /// The command, parsed.
    pub(super) parsed: &'p Parsed<'a>,
}

impl Flags<'_, '_> {
    /// The value of a flag that is written, and the place of that value.
    pub(super) fn given(&self, flag: &str) -> Option<(&Value, Location)> {
        let (_, option) = self.parsed.program.parser().find(flag)?;
        let place = self.parsed.value_place(&option.dest)?;
        Some((self.parsed.parse.values.get(&option.dest)?, place))
    }

    pub(super) fn text(&self, flag: &str) -> Option<(&str, Location)> {
        let (value, place) = self.given(flag)?;
        Some((value.text()?, place))
    }

    pub(super) fn integer(&self, flag: &str) -> Option<(i64, Location)> {
        let (value, place) = self.given(flag)?;
        Some((value.integer()?, place))
    }

    /// Where a switch is on.
    pub(super) fn switch(&self, flag: &str) -> Option<Location> {
        self.given(flag).filter(|(value, _)| **value == Value::Bool(true)).map(|(_, place)| place)
    }

    /// Whether a flag is certainly not given: nothing was left out, and nothing unknown may hold it.
    pub(super) fn lacks(&self, flag: &str) -> bool {
        !self.parsed.may_have_more() && self.given(flag).is_none()
    }

    /// Whether context parallelism is asked for, which sets other sizes by itself.
    pub(super) fn splits_context(&self) -> bool {
        let uses = &self.parsed.parse.uses;
        uses.iter().any(|used| used.flag.contains("context-parallel") || used.flag.contains("-cp"))
    }

    /// Whether the version is one of these.
    pub(super) fn in_versions(&self, versions: Versions) -> bool {
        versions.contain(self.parsed.spec.version)
    }

    /// Where a term certainly holds: the place of the value, or of the flag where it has none.
    pub(super) fn holds(&self, term: &Term) -> Option<Location> {
        let (value, place) = self.given(term.flag)?;
        if value.is_unknown() {
            return None;
        }
        let holds = match term.is {
            // A text that is empty is as good as none to the engine.
            Is::Given => !matches!(value, Value::Null | Value::Bool(false)) && value.text() != Some(""),
            Is::OneOf(values) => value.text().is_some_and(|text| values.contains(&text)),
            Is::NoneOf(values) => {
                value.text().is_some_and(|text| !text.is_empty() && !values.contains(&text))
            }
            Is::Above(least) => value.integer().is_some_and(|number| number > least),
        };
        holds.then_some(place)
    }

    /// Whether a term certainly does not hold. Its flag's default must not make it hold.
    pub(super) fn fails(&self, term: &Term) -> bool {
        match self.given(term.flag) {
            Some((value, _)) => !value.is_unknown() && self.holds(term).is_none(),
            None => self.lacks(term.flag),
        }
    }
}
