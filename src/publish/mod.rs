//! The way out: an [`Artifact`] becomes a folder, whole or not at all.
//!
//! The new site is written to a folder beside the target and the two change places in one step, so that a reader
//! of the folder, or a process killed at any moment, sees the old site or the new one. A folder that shardbook did
//! not make is never replaced unless asked for by force. Files whose bytes did not change keep their modification
//! time, so that copying tools send only what is new.

mod swap;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::render::artifact::Artifact;

/// The file that marks a folder as made by shardbook.
pub const MARKER: &str = ".shardbook-output";

const MARKER_TEXT: &str = "This folder is written by shardbook, which replaces it whole.\n";

/// Why nothing was published. The folder is as it was.
#[derive(Debug)]
pub enum PublishError {
    /// The folder holds files and was not made by shardbook.
    Foreign(PathBuf),
    /// The folder is, or holds, the site's own sources.
    HoldsSources(PathBuf),
    /// There is a file where the folder should be.
    NotAFolder(PathBuf),
    /// The system refused something.
    Io {
        /// What was being done, with the path: ``write `public/index.html` ``.
        action: String,
        /// What the system said.
        error: io::Error,
    },
}

impl std::fmt::Display for PublishError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Foreign(path) => write!(
                f,
                "`{}` holds files that shardbook did not write, so it is left as it is; name another folder with \
                 `--out`, or replace it with `--force`",
                path.display()
            ),
            Self::HoldsSources(path) => {
                write!(f, "`{}` holds the site's sources and can't be the output folder", path.display())
            }
            Self::NotAFolder(path) => write!(f, "`{}` is a file, not a folder", path.display()),
            Self::Io { action, error } => write!(f, "can't {action}: {error}"),
        }
    }
}

impl std::error::Error for PublishError {}

/// What publishing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Files in the new site.
    pub files: usize,
    /// Files that were new or had other bytes.
    pub changed: usize,
}

/// Replaces the folder `target` by the site. `root` is the site's own folder, which is never replaced.
///
/// # Errors
/// When the folder must not be replaced, or the system refuses something; the folder is then as it was.
pub fn publish(
    artifact: &Artifact,
    target: &Path,
    root: &Path,
    force: bool,
) -> Result<Published, PublishError> {
    let target = resolved(target)?;
    refuse_sources(&target, root)?;
    let parent = target.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(parent).map_err(|error| failed("create", parent, error))?;
    // One publisher at a time for each parent folder; the lock goes with the handle.
    let handle = File::open(parent).map_err(|error| failed("open", parent, error))?;
    handle.lock().map_err(|error| failed("lock", parent, error))?;
    swap::recover(&target).map_err(|error| failed("restore", &target, error))?;
    refuse_foreign(&target, force)?;
    let fresh = swap::staging(&target).map_err(|error| failed("create a folder beside", &target, error))?;
    let published = match write_all(artifact, fresh.path(), &target) {
        Ok(published) => published,
        Err((path, error)) => return Err(failed("write", &target.join(path), error)),
    };
    swap::swap(fresh, &target).map_err(|error| failed("replace", &target, error))?;
    Ok(published)
}

/// Checks, before any work is done, that a build may publish to `target`.
///
/// # Errors
/// The same refusals as [`publish`].
pub fn may_publish(target: &Path, root: &Path, force: bool) -> Result<(), PublishError> {
    let target = resolved(target)?;
    refuse_sources(&target, root)?;
    refuse_foreign(&target, force)
}

fn failed(action: &str, path: &Path, error: io::Error) -> PublishError {
    PublishError::Io { action: format!("{action} `{}`", path.display()), error }
}

/// The target with links followed, so that a linked folder is replaced where it really is.
fn resolved(target: &Path) -> Result<PathBuf, PublishError> {
    if let Ok(existing) = target.canonicalize() {
        return Ok(existing);
    }
    let absolute = std::path::absolute(target).map_err(|error| failed("find", target, error))?;
    match (absolute.parent().and_then(|parent| parent.canonicalize().ok()), absolute.file_name()) {
        (Some(parent), Some(name)) => Ok(parent.join(name)),
        _ => Ok(absolute),
    }
}

fn refuse_sources(target: &Path, root: &Path) -> Result<(), PublishError> {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let own = ["content", "data", "templates", "static", "src"];
    let inside_sources = own.iter().any(|folder| target.starts_with(root.join(folder)));
    if root.starts_with(target) || inside_sources {
        return Err(PublishError::HoldsSources(target.to_owned()));
    }
    Ok(())
}

fn refuse_foreign(target: &Path, force: bool) -> Result<(), PublishError> {
    let Ok(metadata) = fs::metadata(target) else { return Ok(()) };
    if !metadata.is_dir() {
        return Err(PublishError::NotAFolder(target.to_owned()));
    }
    let ours = target.join(MARKER).is_file();
    let empty = target.read_dir().map_err(|error| failed("list", target, error))?.next().is_none();
    if ours || empty || force { Ok(()) } else { Err(PublishError::Foreign(target.to_owned())) }
}

type WriteError = (String, io::Error);

fn write_all(artifact: &Artifact, fresh: &Path, old: &Path) -> Result<Published, WriteError> {
    let named = |path: &str| {
        let path = path.to_owned();
        move |error| (path, error)
    };
    let mut folders: Vec<&str> =
        artifact.files().filter_map(|(path, _)| path.rsplit_once('/').map(|(folder, _)| folder)).collect();
    folders.dedup();
    for folder in folders {
        fs::create_dir_all(fresh.join(folder)).map_err(named(folder))?;
    }
    if !keeps(&old.join(MARKER), MARKER_TEXT.as_bytes(), &fresh.join(MARKER), &mut Vec::new()) {
        fs::write(fresh.join(MARKER), MARKER_TEXT).map_err(named(MARKER))?;
    }
    let files: Vec<_> = artifact.files().collect();
    let changed = files
        .par_iter()
        .map_init(Vec::new, |buffer, (path, bytes)| {
            let destination = fresh.join(path);
            if keeps(&old.join(path), bytes, &destination, buffer) {
                return Ok(0);
            }
            fs::write(&destination, bytes).map_err(named(path)).map(|()| 1)
        })
        .sum::<Result<usize, WriteError>>()?;
    Ok(Published { files: files.len(), changed })
}

/// Carries an unchanged file over to the new site with its modification time. Gives `false` where the file has to
/// be written. `buffer` is memory to read into, which is used again and again.
fn keeps(old: &Path, bytes: &[u8], destination: &Path, buffer: &mut Vec<u8>) -> bool {
    let same_length =
        fs::symlink_metadata(old).is_ok_and(|data| data.is_file() && data.len() == bytes.len() as u64);
    buffer.clear();
    same_length
        && File::open(old).is_ok_and(|mut file| file.read_to_end(buffer).is_ok())
        && buffer == bytes
        && (fs::hard_link(old, destination).is_ok() || copies(old, destination))
}

/// A copy with the same modification time, for file systems without hard links.
fn copies(old: &Path, destination: &Path) -> bool {
    let copy = || -> io::Result<()> {
        fs::copy(old, destination)?;
        let modified = fs::metadata(old)?.modified()?;
        File::options().write(true).open(destination)?.set_modified(modified)
    };
    copy().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(files: &[(&str, &str)]) -> Artifact {
        let mut artifact = Artifact::new();
        for (path, text) in files {
            artifact.add(*path, text.as_bytes());
        }
        artifact
    }

    fn read(path: &Path) -> String {
        io::read_to_string(File::open(path).unwrap()).unwrap()
    }

    #[test]
    fn unchanged_files_keep_their_time_and_old_files_go() {
        let folder = tempfile::tempdir().unwrap();
        let (root, out) = (folder.path().join("site"), folder.path().join("out"));
        publish(&site(&[("a.html", "1"), ("b/c.html", "2"), ("d", "")]), &out, &root, false).unwrap();
        let before = fs::metadata(out.join("b/c.html")).unwrap().modified().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20));
        let second = publish(&site(&[("a.html", "x"), ("b/c.html", "2")]), &out, &root, false).unwrap();
        assert_eq!(second, Published { files: 2, changed: 1 });
        assert_eq!(fs::metadata(out.join("b/c.html")).unwrap().modified().unwrap(), before);
        assert_eq!(read(&out.join("a.html")), "x");
        assert!(!out.join("d").exists());
        let left: Vec<_> =
            folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["out"], "nothing else is left behind");
    }

    #[test]
    fn a_foreign_folder_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        fs::create_dir(&out).unwrap();
        fs::write(out.join("thesis.txt"), "years of work").unwrap();
        let (new, root) = (site(&[("index.html", "1")]), folder.path().join("site"));
        assert!(matches!(publish(&new, &out, &root, false), Err(PublishError::Foreign(_))));
        assert_eq!(read(&out.join("thesis.txt")), "years of work");
        publish(&new, &out, &root, true).unwrap();
        assert!(!out.join("thesis.txt").exists());
    }

    #[test]
    fn the_sources_are_never_the_output() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("site");
        fs::create_dir_all(root.join("content")).unwrap();
        for out in [root.clone(), folder.path().to_owned(), root.join("content"), root.join("content/new")] {
            let refused = publish(&site(&[]), &out, &root, true);
            assert!(matches!(refused, Err(PublishError::HoldsSources(_))), "{out:?}: {refused:?}");
        }
    }

    #[test]
    fn a_site_lost_between_two_steps_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let (root, out) = (folder.path().join("site"), folder.path().join("out"));
        publish(&site(&[("index.html", "old")]), &out, &root, false).unwrap();
        fs::rename(&out, swap::backup(&out)).unwrap();
        swap::recover(&out).unwrap();
        assert_eq!(read(&out.join("index.html")), "old");
    }
}
