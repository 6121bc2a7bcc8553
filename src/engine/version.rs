//! Versions of an engine, and ranges of them.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The version of an engine's package: numbers, then perhaps a stage, as in `0.5.10`, `0.5.6rc1` or
/// `0.5.6.post2`. Ordered as Python orders package versions (PEP 440); `0.5` equals `0.5.0`.
#[derive(Clone, Copy, Debug)]
pub struct Version {
    numbers: [u32; 4],
    /// How many of the numbers were written.
    written: u8,
    stage: Stage,
}

/// What follows the numbers, in the order in which releases come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Stage {
    Development(u32),
    Alpha(u32),
    Beta(u32),
    Candidate(u32),
    Final,
    Post(u32),
}

/// Why a text is no version, or no range of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionError(String);

impl fmt::Display for VersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for VersionError {}

impl Version {
    /// A release of three numbers, as in `0.5.10`.
    pub const fn release(major: u32, minor: u32, patch: u32) -> Self {
        Self { numbers: [major, minor, patch, 0], written: 3, stage: Stage::Final }
    }
}

impl FromStr for Version {
    type Err = VersionError;

    /// Reads `0.5.10`; a leading `v` is allowed, because release tags have one.
    fn from_str(text: &str) -> Result<Self, VersionError> {
        let wrong = || VersionError(format!("`{text}` is not a version; one looks like `0.5.10`"));
        let body = text.trim().trim_start_matches('v');
        let end = body.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(body.len());
        let (release, stage) = body.split_at(end);
        let release = if stage.is_empty() { release } else { release.trim_end_matches('.') };
        let mut numbers = [0; 4];
        let mut written = 0;
        for part in release.split('.') {
            *numbers.get_mut(written).ok_or_else(wrong)? = part.parse().map_err(|_| wrong())?;
            written += 1;
        }
        let stage = Stage::read(stage).ok_or_else(wrong)?;
        Ok(Self { numbers, written: u8::try_from(written).map_err(|_| wrong())?, stage })
    }
}

impl Stage {
    fn read(text: &str) -> Option<Self> {
        let digits = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
        let (name, number) = text.split_at(digits);
        let number = if number.is_empty() { 0 } else { number.parse().ok()? };
        match name {
            "" if text.is_empty() => Some(Self::Final),
            "dev" => Some(Self::Development(number)),
            "a" => Some(Self::Alpha(number)),
            "b" => Some(Self::Beta(number)),
            "rc" => Some(Self::Candidate(number)),
            "post" => Some(Self::Post(number)),
            _ => None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, number) in self.numbers.iter().take(usize::from(self.written)).enumerate() {
            write!(f, "{}{number}", if index == 0 { "" } else { "." })?;
        }
        match self.stage {
            Stage::Development(n) => write!(f, ".dev{n}"),
            Stage::Alpha(n) => write!(f, "a{n}"),
            Stage::Beta(n) => write!(f, "b{n}"),
            Stage::Candidate(n) => write!(f, "rc{n}"),
            Stage::Final => Ok(()),
            Stage::Post(n) => write!(f, ".post{n}"),
        }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.numbers, self.stage).cmp(&(other.numbers, other.stage))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.numbers, self.stage).hash(state);
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A range of versions: comparisons that all hold (`>=0.5.6, <0.5.23`), a first and a last version
/// (`0.5.6-0.5.10`, both inside), one version, or nothing, which holds every version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionRange(Vec<(Comparison, Version)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    Greater,
}

impl VersionRange {
    /// The range that holds every version.
    pub fn all() -> Self {
        Self::default()
    }

    /// Whether the range holds a version.
    pub fn contains(&self, version: Version) -> bool {
        self.0.iter().all(|&(comparison, bound)| match comparison {
            Comparison::Less => version < bound,
            Comparison::AtMost => version <= bound,
            Comparison::Equal => version == bound,
            Comparison::AtLeast => version >= bound,
            Comparison::Greater => version > bound,
        })
    }
}

impl FromStr for VersionRange {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let mut bounds = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            if let Some((first, last)) = part.split_once('-') {
                bounds.push((Comparison::AtLeast, first.parse()?));
                bounds.push((Comparison::AtMost, last.parse()?));
                continue;
            }
            let version = part.trim_start_matches(['<', '>', '=']);
            let comparison = match &part[..part.len() - version.len()] {
                "<" => Comparison::Less,
                "<=" => Comparison::AtMost,
                "" | "=" | "==" => Comparison::Equal,
                ">=" => Comparison::AtLeast,
                ">" => Comparison::Greater,
                _ => {
                    return Err(VersionError(format!(
                        "`{part}` is not a range of versions; one looks like `>=0.5.6, <0.5.23` or `0.5.6-0.5.10`"
                    )));
                }
            };
            bounds.push((comparison, version.parse()?));
        }
        Ok(Self(bounds))
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (comparison, version)) in self.0.iter().enumerate() {
            let sign = match comparison {
                Comparison::Less => "<",
                Comparison::AtMost => "<=",
                Comparison::Equal => "",
                Comparison::AtLeast => ">=",
                Comparison::Greater => ">",
            };
            write!(f, "{}{sign}{version}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn versions_order_as_packages_do() {
        let ascending = [
            "0.5.6.dev1",
            "0.5.6a1",
            "0.5.6b2",
            "0.5.6rc1",
            "0.5.6",
            "0.5.6.post1",
            "0.5.8",
            "0.5.10",
            "1.0",
        ];
        for pair in ascending.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
        }
        for text in ascending {
            assert_eq!(version(text).to_string(), text);
        }
        assert_eq!(version("v0.5.10"), version("0.5.10"));
        assert_eq!(version("0.5"), version("0.5.0"));
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in
            ["", "v", "0.5.", ".5", "0.5.x", "1.2.3.4.5", "0.5.6-1", "99999999999", "0.5.6beta", "latest"]
        {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn ranges_hold_what_they_say() {
        let range: VersionRange = ">=0.5.6, <0.5.23".parse().unwrap();
        assert!(range.contains(version("0.5.6")) && range.contains(version("0.5.10")));
        assert!(!range.contains(version("0.5.23")) && !range.contains(version("0.5.5")));
        assert_eq!(range.to_string(), ">=0.5.6, <0.5.23");
        let closed: VersionRange = "0.5.6-0.5.10".parse().unwrap();
        assert!(closed.contains(version("0.5.10")) && !closed.contains(version("0.5.11")));
        assert!("0.5.10".parse::<VersionRange>().unwrap().contains(version("0.5.10")));
        assert!(VersionRange::all().contains(version("9.9")));
        assert!("~0.5".parse::<VersionRange>().is_err() && "=>0.5".parse::<VersionRange>().is_err());
    }
}
