//! The world of a folder on disk.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use walkdir::WalkDir;

use super::World;
use super::history::{self, History, Revision};

/// The files below one folder.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    /// The world of the folder `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Puts new bytes in the place of a file, whole or not at all: whoever reads it sees the old ones or the new ones. A
    /// link stays a link, and the file keeps its permissions.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::ResourceBusy`] when the file does not hold `old` any more. The file is as it
    /// was then.
    pub fn replace(&self, path: &str, old: &[u8], new: &[u8]) -> io::Result<()> {
        let target = self.root.join(path).canonicalize()?;
        let folder = target.parent().unwrap_or(&self.root);
        let mut file = tempfile::Builder::new().prefix(".shardbook-").tempfile_in(folder)?;
        io::Write::write_all(&mut file, new)?;
        file.as_file().set_permissions(target.metadata()?.permissions())?;
        file.as_file().sync_all()?;
        if self.read(path)? != old {
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, "the file changed meanwhile"));
        }
        file.persist(&target).map_err(|error| error.error)?;
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the door that the rest of the program goes through")]
impl World for Disk {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.root.join(path))
    }

    fn files(&self, folder: &str) -> io::Result<Vec<String>> {
        let top = self.root.join(folder);
        if !top.exists() {
            return Ok(Vec::new());
        }
        let canonical_root = self.root.canonicalize()?;
        let mut paths = Vec::new();
        let walk = WalkDir::new(&top)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name()));
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                // A link that leads back up, or to nothing, holds no file of its own.
                Err(error) if error.loop_ancestor().is_some() => continue,
                Err(error) if error.io_error().is_some_and(|e| e.kind() == io::ErrorKind::NotFound) => {
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            if !entry.file_type().is_file() {
                continue;
            }
            let inside = !entry.path_is_symlink()
                || entry.path().canonicalize().is_ok_and(|target| target.starts_with(&canonical_root));
            if !inside {
                continue;
            }
            let relative = entry.path().strip_prefix(&self.root).unwrap_or(entry.path());
            let Some(parts) = relative.iter().map(|part| part.to_str()).collect::<Option<Vec<_>>>() else {
                let shown = relative.display();
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("the name of `{shown}` is not valid UTF-8"),
                ));
            };
            paths.push(parts.join("/"));
        }
        paths.sort();
        Ok(paths)
    }

    fn revision(&self) -> Option<Revision> {
        history::revision(&self.root)
    }

    fn history(&self, revision: &Revision, folders: &[&str]) -> History {
        history::history(&self.root, revision, folders)
    }

    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

fn is_hidden(name: &std::ffi::OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".") || name == "node_modules"
}
