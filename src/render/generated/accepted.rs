//! Which engine versions accept something, as ranges and badges.

use serde::Serialize;

use crate::engine::version::Version;

/// The versions that accept something, out of all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Accepted {
    /// `ok` when all do, `partial` when some do, `refused` when none does.
    pub(crate) level: &'static str,
    /// The versions as ranges: `0.5.6 – 0.5.10`, or `none`.
    pub(crate) label: String,
    /// The page that says how it was found.
    pub(crate) url: String,
    /// The versions, oldest first.
    pub(crate) versions: Vec<String>,
}

impl Accepted {
    /// What `accepted` is of `all` versions, both oldest first.
    pub(crate) fn new(accepted: &[Version], all: &[Version], url: String) -> Self {
        let level = level(accepted.len(), all.len());
        let versions = accepted.iter().map(Version::to_string).collect();
        Self { level, label: ranges(accepted, all), url, versions }
    }

    /// What a badge says: `checked: sglang 0.5.6 – 0.5.10`.
    pub(crate) fn sentence(&self, engine: &str) -> String {
        if self.versions.is_empty() {
            format!("refused by every checked {engine}")
        } else {
            format!("checked: {engine} {}", self.label)
        }
    }
}

/// The level of a badge for so many of all.
pub(crate) fn level(accepted: usize, all: usize) -> &'static str {
    match accepted {
        0 => "refused",
        some if some < all => "partial",
        _ => "ok",
    }
}

/// Versions as ranges without gaps in `all`, both oldest first: `0.5.6 – 0.5.8, 0.5.23`.
pub(crate) fn ranges(versions: &[Version], all: &[Version]) -> String {
    let mut runs: Vec<(Version, Version)> = Vec::new();
    let mut unbroken = false;
    for &version in all {
        if !versions.contains(&version) {
            unbroken = false;
            continue;
        }
        match runs.last_mut() {
            Some(run) if unbroken => run.1 = version,
            _ => runs.push((version, version)),
        }
        unbroken = true;
    }
    if runs.is_empty() {
        return "none".into();
    }
    let texts = runs
        .iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first} – {last}") });
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Version; 4] = [
        Version::release(0, 5, 6),
        Version::release(0, 5, 8),
        Version::release(0, 5, 10),
        Version::release(0, 5, 23),
    ];

    #[test]
    fn ranges_have_no_gaps() {
        assert_eq!(ranges(&ALL, &ALL), "0.5.6 – 0.5.23");
        assert_eq!(ranges(&ALL[..3], &ALL), "0.5.6 – 0.5.10");
        assert_eq!(ranges(&[ALL[0], ALL[1], ALL[3]], &ALL), "0.5.6 – 0.5.8, 0.5.23");
        assert_eq!(ranges(&[ALL[0], ALL[2]], &ALL), "0.5.6, 0.5.10");
        assert_eq!(ranges(&[], &ALL), "none");
    }

    #[test]
    fn a_badge_says_what_was_checked() {
        let badge = |accepted: &[Version]| {
            let accepted = Accepted::new(accepted, &ALL, "/checks/".into());
            (accepted.level, accepted.sentence("sglang"))
        };
        assert_eq!(badge(&ALL), ("ok", "checked: sglang 0.5.6 – 0.5.23".into()));
        assert_eq!(badge(&ALL[3..]), ("partial", "checked: sglang 0.5.23".into()));
        assert_eq!(badge(&[]), ("refused", "refused by every checked sglang".into()));
    }
}
