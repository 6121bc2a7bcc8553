//! A world without a disk, for tests and for text from standard input.

use std::collections::BTreeMap;
use std::io;
use std::time::SystemTime;

use super::World;

/// Files held in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
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

    fn variable(&self, _name: &str) -> Option<String> {
        None
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
}
