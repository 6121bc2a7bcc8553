#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
//! Programs that a test plays.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Writes a program, and waits until it can be run. A process that another test starts meanwhile has the file open for
/// a moment, and a program that is open for writing is busy.
pub(crate) fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    let run = || Command::new(path).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    while run().is_err_and(|error| error.kind() == ErrorKind::ExecutableFileBusy) {
        std::thread::sleep(Duration::from_millis(5));
    }
}
