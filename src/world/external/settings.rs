//! `external` in `site.yaml`: which links to other hosts are followed, and how patiently.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::world::layout::Patterns;
use crate::world::reader::{INVALID_VALUE, Reader};
use crate::world::site::patterns;
use crate::world::yaml::Node;

/// How links to other hosts are followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Addresses that are not asked.
    pub exclude: Patterns,
    /// Statuses that are fine beside 200 to 299.
    pub accept: Vec<RangeInclusive<u16>>,
    /// How long an answer may take.
    pub timeout: Duration,
    /// How often a request is repeated that may go better the next time.
    pub retries: u32,
    /// Requests to one host at a time.
    pub concurrency: usize,
    /// How long answers are remembered; not at all when zero.
    pub cache: Duration,
    /// Whether pages must have what fragments name.
    pub fragments: bool,
    /// Whether hosts of private networks and this machine are asked, too.
    pub private: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            exclude: Patterns::none(),
            accept: Vec::new(),
            timeout: Duration::from_secs(10),
            retries: 2,
            concurrency: 4,
            cache: Duration::from_secs(24 * 3600),
            fragments: true,
            private: false,
        }
    }
}

/// The keys of `external`.
pub const KEYS: [&str; 8] =
    ["exclude", "accept", "timeout", "retries", "concurrency", "cache", "fragments", "private"];

impl Settings {
    /// Whether a status says that all is well.
    pub fn accepts(&self, code: u16) -> bool {
        (200..300).contains(&code) || self.accept.iter().any(|range| range.contains(&code))
    }

    pub(in crate::world) fn fill(&mut self, node: &Node, reader: &mut Reader<'_>) {
        for entry in reader.mapping(node, "`external`", &KEYS) {
            let (value, what) = (&entry.value, format!("`external.{}`", entry.key));
            if value.is_null() {
                continue;
            }
            let mut number = |least: i64, most: i64| {
                let number = reader.integer(value, &what)?;
                if (least..=most).contains(&number) {
                    return u32::try_from(number).ok();
                }
                let message = format!("{what} is {number}; it is from {least} to {most}");
                reader.report(&INVALID_VALUE, value.span, message);
                None
            };
            match entry.key.as_str() {
                "timeout" => {
                    let seconds = number(1, 300).map(|seconds| Duration::from_secs(seconds.into()));
                    self.timeout = seconds.unwrap_or(self.timeout);
                }
                "retries" => self.retries = number(0, 10).unwrap_or(self.retries),
                "concurrency" => {
                    let count = number(1, 100).and_then(|count| usize::try_from(count).ok());
                    self.concurrency = count.unwrap_or(self.concurrency);
                }
                "cache" => {
                    let hours = number(0, 8760).map(|hours| Duration::from_secs(u64::from(hours) * 3600));
                    self.cache = hours.unwrap_or(self.cache);
                }
                "exclude" => self.exclude = patterns(value, &what, reader),
                "accept" => self.accept = statuses(value, &what, reader),
                "fragments" => self.fragments = reader.boolean(value, &what).unwrap_or(self.fragments),
                "private" => self.private = reader.boolean(value, &what).unwrap_or(self.private),
                _ => {}
            }
        }
    }
}

/// Statuses such as `403` and `500-599`, one or a list of them.
fn statuses(node: &Node, what: &str, reader: &mut Reader<'_>) -> Vec<RangeInclusive<u16>> {
    let items: Vec<&Node> = node.items().map_or_else(|| vec![node], |items| items.iter().collect());
    let mut ranges = Vec::new();
    for item in items {
        let Some(text) = reader.text(item, what) else { continue };
        let (first, last) = text.split_once('-').unwrap_or((&text, &text));
        match (status(first), status(last)) {
            (Some(first), Some(last)) if first <= last => ranges.push(first..=last),
            _ => {
                let message =
                    format!("`{text}` is no status of HTTP, such as `403`, and no range, such as `500-599`");
                reader.report(&INVALID_VALUE, item.span, message);
            }
        }
    }
    ranges
}

fn status(text: &str) -> Option<u16> {
    text.trim().parse().ok().filter(|code| (100..1000).contains(code))
}
