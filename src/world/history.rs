//! What the repository that a site lies in says of its files: the day on which each was last changed.
//!
//! Git is asked for the commit that the folder is at, which takes a few milliseconds, and only where that is a new one
//! for its log, once for all files. A clone that was made without older commits knows nothing of a file that it has
//! from its oldest one: the file may be older, so nothing is said of it.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::text::Day;

/// A state of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The commit.
    pub commit: String,
    /// Whether older commits are missing. They can come without a new commit.
    pub is_shallow: bool,
}

/// The day on which each file was last changed, by the file's path from the site's root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History(HashMap<String, Day>);

impl History {
    /// The day on which a commit last changed a file.
    pub fn day(&self, path: &str) -> Option<Day> {
        self.0.get(path).copied()
    }
}

impl FromIterator<(String, Day)> for History {
    fn from_iter<T: IntoIterator<Item = (String, Day)>>(days: T) -> Self {
        Self(days.into_iter().collect())
    }
}

/// The state of the repository that a folder lies in; none where there is no repository, no commit, or no Git.
pub(super) fn revision(root: &Path) -> Option<Revision> {
    let answer = git(root, ["rev-parse", "HEAD", "--is-shallow-repository"])?;
    let answer = String::from_utf8(answer).ok()?;
    let (commit, shallow) = answer.split_once('\n')?;
    Some(Revision { commit: commit.to_owned(), is_shallow: shallow.trim_end() != "false" })
}

/// What the commits up to a revision say of the files below these folders; the empty one is the root.
pub(super) fn history(root: &Path, revision: &Revision, folders: &[&str]) -> History {
    let log = [
        "log",
        // The time of each commit, and `grafted` where older ones are missing.
        "--format=format:%ct %D",
        "--decorate-refs=refs/none",
        "-z",
        "--name-only",
        // What a merge itself changed.
        "-c",
        "--no-renames",
        "--no-ext-diff",
        "--no-show-signature",
        "--relative",
        revision.commit.as_str(),
        "--",
    ];
    let folders = folders.iter().map(|folder| if folder.is_empty() { "." } else { folder });
    git(root, log.into_iter().chain(folders)).map(|log| read(&log)).unwrap_or_default()
}

/// Reads a log: a head and the paths of each commit, the newest first. A head is parted from the first path by a line
/// break, and commits by an empty path.
fn read(log: &[u8]) -> History {
    let mut days: HashMap<String, Option<Day>> = HashMap::new();
    let (mut day, mut is_head) = (None, true);
    for part in log.split(|byte| *byte == 0) {
        let mut path = part;
        if is_head {
            let end = part.iter().position(|byte| *byte == b'\n').unwrap_or(part.len());
            let (head, rest) = part.split_at(end);
            let head = String::from_utf8_lossy(head);
            let (seconds, marks) = head.split_once(' ').unwrap_or((&head, ""));
            day = seconds.parse().ok().filter(|_| !marks.contains("grafted")).map(Day::of);
            path = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        is_head = path.is_empty();
        if let (false, Ok(path)) = (is_head, std::str::from_utf8(path)) {
            days.entry(path.to_owned()).or_insert(day);
        }
    }
    days.into_iter().filter_map(|(path, day)| Some((path, day?))).collect()
}

/// What Git writes; none where it fails.
fn git(root: &Path, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Option<Vec<u8>> {
    let mut command = Command::new("git");
    command.args(["--no-pager", "--no-optional-locks", "--literal-pathspecs", "-c", "log.follow=false"]);
    let command = command.args(arguments).current_dir(root).stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.output().ok()?;
    output.status.success().then_some(output.stdout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_commit_of_a_file_counts() {
        let parts = [
            "1795698635 \ncontent/a.md",
            "content/b.md",
            "",
            "1795000000 \ncontent/a.md",
            "",
            "900 grafted\ncontent/a.md",
            "content/c.md",
            "",
        ];
        let log = parts.join("\0");
        let history = read(log.as_bytes());
        let day = |path| history.day(path).map(|day| day.to_string());
        assert_eq!(day("content/a.md").as_deref(), Some("2026-11-26"));
        assert_eq!(day("content/b.md").as_deref(), Some("2026-11-26"));
        assert_eq!(day("content/c.md"), None, "it may be older than the clone");
    }

    #[test]
    fn nothing_that_git_could_write_is_a_panic() {
        for log in [
            &b""[..],
            b"\0",
            b"\0\0\0",
            b"x",
            b"1\n",
            b"\n\0\n",
            b"9999999999999999999999 \na\0\0",
            b"5 \n\xff\0",
        ] {
            assert_eq!(read(log), History::default(), "{log:?}");
        }
    }
}
