//! Named checks.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Turned off: the finding is dropped.
    Off,
    /// Worth knowing.
    Note,
    /// It works, but is advised against or does nothing.
    Warning,
    /// The engine refuses it, or it cannot work.
    Error,
}

impl Level {
    /// The word for this level, as written in `site.yaml` and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One named check. Each is a `static` in the file that makes the check.
#[derive(Debug)]
pub struct Rule {
    /// `group/name` in kebab-case, as in `parallelism/ep-divides-tp`.
    pub name: &'static str,
    /// The level of its findings unless the site says otherwise.
    pub level: Level,
    /// One line that says what must hold.
    pub summary: &'static str,
}

impl Rule {
    /// An entry of the registry.
    pub const fn new(name: &'static str, level: Level, summary: &'static str) -> Self {
        Self { name, level, summary }
    }

    /// The part before the slash.
    pub fn group(&self) -> &'static str {
        self.name.split_once('/').map_or(self.name, |(group, _)| group)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Rule {}
