//! The only door to other hosts.
//!
//! [`ask`] asks each address once and says what came back; it judges nothing. It needs the feature `external-links`,
//! with which lychee's library does the asking. What is told here is known without the feature, too: [`Answer`], the
//! [`Settings`] of a site, and what earlier runs were told ([`Remembered`]).

#[cfg(feature = "external-links")]
mod client;
#[cfg(feature = "external-links")]
mod host;
mod remembered;
mod settings;

use serde::{Deserialize, Serialize};

pub use remembered::Remembered;
pub use settings::{KEYS, Settings};

/// What came of asking an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The host answered.
    Status {
        /// The status of HTTP, after all redirects.
        code: u16,
        /// Where it led in the end, when every redirect on the way was a permanent one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moved: Option<String>,
        /// Whether the page has what the fragment names; none where nobody looked or can tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fragment: Option<bool>,
    },
    /// No answer came.
    Failed(Failure),
    /// The host was not asked any more, because of what it did before.
    GivenUp(Reason),
    /// It can't be asked, or what came can't be read.
    Unclear(String),
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// A name server says that there is no such host.
    NoSuchHost,
    /// The name could not be looked up: no name server answered.
    NoNameServer,
    /// The host refused the connection.
    Refused,
    /// The connection broke.
    Broken,
    /// No way leads to the host.
    NoRoute,
    /// Nothing came in time.
    TimedOut,
    /// The host could not prove who it is.
    Certificate(String),
    /// Something else, in the words of the library.
    Other(String),
}

/// Why a host was given up on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It did not answer several times in a row.
    Silent,
    /// It wants fewer requests.
    Busy,
    /// It took too long in all.
    Slow,
}

/// Whether this program can ask other hosts.
pub const AVAILABLE: bool = cfg!(feature = "external-links");

/// How a program is made that can.
pub const HOW_TO_GET_IT: &str = "this shardbook was built without `--external`; build it with \
                                 `cargo install --locked --path . --features external-links`";

/// Asks each address; `progress` is told how many of all have answered.
///
/// # Errors
/// Says why nothing could be asked at all.
#[cfg(feature = "external-links")]
pub fn ask(
    addresses: &[String],
    settings: &Settings,
    progress: &dyn Fn(usize),
) -> Result<Vec<Answer>, String> {
    client::ask(addresses, settings, progress)
}

/// Asks each address; `progress` is told how many of all have answered.
///
/// # Errors
/// Says that this program can't, and how to get one that can.
#[cfg(not(feature = "external-links"))]
pub fn ask(_: &[String], _: &Settings, _: &dyn Fn(usize)) -> Result<Vec<Answer>, String> {
    Err(HOW_TO_GET_IT.to_owned())
}
