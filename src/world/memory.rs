//! A world without a disk, for tests and for text from standard input.

use std::collections::BTreeMap;
use std::io;
use std::time::SystemTime;

use super::World;
use super::history::{History, Revision};
use super::layout::below;
use crate::text::Day;

/// Files held in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
    days: BTreeMap<String, Day>,
}

impl Memory {
    /// A world with no files.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same world with one more file.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.into(), bytes.into());
        self
    }

    /// The same world with a commit that changed a file, `seconds` after 1970.
    #[must_use]
    pub fn committed(mut self, path: impl Into<String>, seconds: i64) -> Self {
        self.days.insert(path.into(), Day::of(seconds));
        self
    }
}

impl World for Memory {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn files(&self, folder: &str) -> io::Result<Vec<String>> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let wanted = |path: &&String| path.starts_with(&prefix) || *path == folder;
        Ok(self.files.keys().filter(wanted).cloned().collect())
    }

    fn revision(&self) -> Option<Revision> {
        let commit = format!("{:?}", self.days);
        (!self.days.is_empty()).then_some(Revision { commit, is_shallow: false })
    }

    fn history(&self, _revision: &Revision, folders: &[&str]) -> History {
        let is_inside = |path: &str| folders.iter().any(|folder| below(folder, path).is_some());
        let days = self.days.iter().filter(|(path, _)| is_inside(path));
        days.map(|(path, day)| (path.clone(), *day)).collect()
    }

    fn variable(&self, _name: &str) -> Option<String> {
        None
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
}
