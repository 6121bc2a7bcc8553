//! The only door to disk, clock, environment and network.
//!
//! A [`World`] holds the files of one site by their path from its root, written with `/`. Everything above this
//! module works on what was read here, so that it can be tested without a disk. [`yaml`] reads YAML with the
//! position of every key and value; [`site`] is `site.yaml`; [`external`] asks other hosts.

pub mod cache;
pub mod disk;
pub mod embedded;
pub mod external;
pub mod history;
pub mod layout;
pub mod memory;
pub mod reader;
pub mod site;
pub mod yaml;

use std::io;
use std::time::SystemTime;

use self::history::{History, Revision};

pub use disk::Disk;
pub use memory::Memory;

/// What the program can see of the outside.
pub trait World: Send + Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// What the system says, [`io::ErrorKind::NotFound`] when there is no such file.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The paths of all files below a folder, at any depth, sorted; none where there is no such folder,
    /// and the file itself where the path is a file's.
    /// Hidden files and folders and `node_modules` are left out. The empty path is the site's root. Symbolic links to files inside the site are followed.
    ///
    /// # Errors
    /// What the system says about a folder that cannot be listed.
    fn files(&self, folder: &str) -> io::Result<Vec<String>>;

    /// The state of the repository that the site lies in; none where it lies in none.
    fn revision(&self) -> Option<Revision>;

    /// What the commits up to a revision say of the files below these folders; the empty one is the site's root.
    fn history(&self, revision: &Revision, folders: &[&str]) -> History;

    /// The value of an environment variable.
    fn variable(&self, name: &str) -> Option<String>;

    /// The time.
    fn now(&self) -> SystemTime;
}
