//! Two folders change places.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// What the names of the folders that are made beside the target begin with, behind a dot and the target's name.
const STAGING: &str = ".shardbook-new-";
const BACKUP: &str = ".shardbook-old";

/// An empty folder beside the target, on the same file system. It goes when it is dropped.
pub(super) fn staging(target: &Path) -> io::Result<TempDir> {
    let parent = parent(target);
    let prefix = sibling_name(target, STAGING);
    // Folders of builds that were killed; the lock on the parent says that nobody is writing to them.
    for entry in parent.read_dir()?.flatten() {
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(prefix.as_encoded_bytes()) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    let folder = tempfile::Builder::new().prefix(&prefix).tempdir_in(parent)?;
    set_permissions(folder.path(), target)?;
    Ok(folder)
}

/// The folder that holds the old site for the moment between two renames, where the system can't exchange folders.
pub(super) fn backup(target: &Path) -> PathBuf {
    parent(target).join(sibling_name(target, BACKUP))
}

/// Undoes a replacement that was cut off between its two renames.
pub(super) fn recover(target: &Path) -> io::Result<()> {
    let backup = backup(target);
    if !backup.exists() {
        return Ok(());
    }
    if target.exists() { fs::remove_dir_all(backup) } else { fs::rename(backup, target) }
}

/// Puts `fresh` in the place of `target`; the old folder is removed.
pub(super) fn swap(fresh: TempDir, target: &Path) -> io::Result<()> {
    if !target.exists() {
        fs::rename(fresh.path(), target)?;
        let _moved = fresh.keep();
        return Ok(());
    }
    match exchange(fresh.path(), target) {
        // `fresh` is now the old site and goes with its handle.
        Ok(()) => fresh.close(),
        Err(error) if is_unsupported(&error) => swap_by_two_renames(fresh, target),
        Err(error) => Err(error),
    }
}

fn swap_by_two_renames(fresh: TempDir, target: &Path) -> io::Result<()> {
    let backup = backup(target);
    fs::rename(target, &backup)?;
    if let Err(error) = fs::rename(fresh.path(), target) {
        fs::rename(&backup, target)?;
        return Err(error);
    }
    let _moved = fresh.keep();
    fs::remove_dir_all(backup)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).map_err(Into::into)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Some file systems (network shares, overlays) can't exchange two folders.
fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

/// A temporary folder is private; a site is as readable as the one before it, or as any new folder.
#[cfg(unix)]
fn set_permissions(folder: &Path, target: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let permissions = match fs::metadata(target) {
        Ok(metadata) => metadata.permissions(),
        Err(_) => fs::Permissions::from_mode(0o755),
    };
    fs::set_permissions(folder, permissions)
}

#[cfg(not(unix))]
fn set_permissions(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

fn parent(target: &Path) -> &Path {
    target.parent().unwrap_or(Path::new("/"))
}

fn sibling_name(target: &Path, suffix: &str) -> OsString {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(suffix);
    name
}
