//! The built site: paths and bytes.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Files of a built site, each with its path.
pub type Files = Vec<(Arc<str>, Arc<[u8]>)>;

/// All files of a built site by their path from its root, with `/` between the parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Artifact {
    files: BTreeMap<Arc<str>, Arc<[u8]>>,
}

impl Artifact {
    /// A site without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. Gives `false`, and keeps the first, when the path is taken by other bytes.
    pub fn add(&mut self, path: impl Into<Arc<str>>, bytes: impl Into<Arc<[u8]>>) -> bool {
        let bytes = bytes.into();
        match self.files.entry(path.into()) {
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(bytes);
                true
            }
            std::collections::btree_map::Entry::Occupied(taken) => *taken.get() == bytes,
        }
    }

    /// The bytes of a file.
    pub fn get(&self, path: &str) -> Option<&Arc<[u8]>> {
        self.files.get(path)
    }

    /// Whether there is a file at this path.
    pub fn contains(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// All files in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.files.iter().map(|(path, bytes)| (&**path, bytes))
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}
