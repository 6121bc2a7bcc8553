//! The program that is packed: how it is built, what it is, and whether it runs here.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// A program, built for release.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) version: String,
    pub(crate) target: String,
}

impl Program {
    /// Builds shardbook with all features and the locked versions of its libraries.
    pub(crate) fn build(root: &Path, target: Option<&str>) -> Result<Self, String> {
        let host = host(root)?;
        let mut cargo = cargo(root);
        cargo.args(["build", "--release", "--locked", "--package", "shardbook", "--bin", "shardbook"]);
        cargo.args(["--features", "external-links", "--message-format", "json-render-diagnostics"]);
        // Named only where it differs: cargo keeps what it built for a named target in a folder of its own.
        let named = target.filter(|target| *target != host);
        cargo.args(named.iter().flat_map(|target| ["--target", target]));
        // A target that the environment names would be built unseen under this machine's name.
        cargo.env_remove("CARGO_BUILD_TARGET");
        let messages = output(cargo.stderr(Stdio::inherit()))?;
        let built = messages.lines().find_map(built);
        let (path, version) = built.ok_or("cargo built no program `shardbook`")?;
        Ok(Self { path, version, target: named.unwrap_or(&host).to_owned() })
    }

    /// Whether this machine runs the program. One that runs and fails is a failure.
    pub(crate) fn runs(&self) -> Result<bool, String> {
        let mut command = Command::new(&self.path);
        match command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status() {
            Ok(status) if status.success() => Ok(true),
            Ok(status) => Err(format!("`{} --version` failed: {status}", self.path.display())),
            Err(_) if self.path.is_file() => Ok(false),
            Err(error) => Err(format!("{} can't be run: {error}", self.path.display())),
        }
    }
}

/// This machine's own target.
pub(crate) fn host(root: &Path) -> Result<String, String> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let told = output(rustc.arg("-vV").current_dir(root))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "`rustc -vV` names no host".to_owned())
}

/// When the archive's files were changed, in seconds since 1970: what `SOURCE_DATE_EPOCH` says, else when the commit
/// was made.
pub(crate) fn time_of(root: &Path, given: Option<&str>) -> Result<u64, String> {
    let seconds = |text: &str, whose: &str| {
        let seconds = text.trim().parse();
        seconds.map_err(|_| format!("{whose} is `{}`, which is no number of seconds since 1970", text.trim()))
    };
    if let Some(given) = given {
        return seconds(given, "`SOURCE_DATE_EPOCH`");
    }
    let mut git = Command::new("git");
    let told = output(git.args(["log", "-1", "--format=%ct"]).current_dir(root).stderr(Stdio::null()));
    let told = told.map_err(|_| {
        "there is no commit to take the date from; give one in `SOURCE_DATE_EPOCH`, in seconds since 1970"
    })?;
    seconds(&told, "the commit's date")
}

/// The path and the version of the program, if a message of cargo is about it.
fn built(message: &str) -> Option<(PathBuf, String)> {
    let message: Value = serde_json::from_str(message).ok()?;
    let path = message.get("executable")?.as_str()?;
    // `path+file:///home/me/shardbook#0.1.0`, or `…/other#shardbook@0.1.0` where the folder has another name.
    let (_, version) = message.get("package_id")?.as_str()?.rsplit_once('#')?;
    let version = version.strip_prefix("shardbook@").unwrap_or(version);
    (message["target"]["name"] == "shardbook").then(|| (path.into(), version.to_owned()))
}

fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root);
    // `cargo xtask` tells this chore about its own package. Build scripts that look at such words would run anew, and
    // everything above them would be compiled again.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|own| name.starts_with(own)) {
            cargo.env_remove(&*name);
        }
    }
    cargo
}

fn output(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| format!("`{name}` can't be run: {error}"))?;
    if !output.status.success() {
        return Err(format!("`{name}` failed: {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("`{name}` does not write UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_in_the_messages_of_cargo() {
        let message = |id: &str, target: &str, executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","package_id":"{id}","target":{{"name":"{target}"}},"executable":{executable}}}"#
            )
        };
        let expected = Some(("/t/release/shardbook".into(), "0.1.0".to_owned()));
        let path = r#""/t/release/shardbook""#;
        assert_eq!(built(&message("path+file:///home/shardbook#0.1.0", "shardbook", path)), expected);
        assert_eq!(built(&message("path+file:///home/wt#shardbook@0.1.0", "shardbook", path)), expected);
        assert_eq!(built(&message("path+file:///home/wt#shardbook@0.1.0", "shardbook", "null")), None);
        assert_eq!(built(&message("path+file:///x#other@1.0.0", "build-script", path)), None);
        assert_eq!(built(r#"{"reason":"build-finished","success":true}"#), None);
    }

    #[test]
    fn the_date_is_given_or_that_of_the_commit() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(time_of(folder.path(), Some("1700000000\n")), Ok(1_700_000_000));
        assert!(time_of(folder.path(), Some("yesterday")).unwrap_err().contains("`yesterday`"));
        let without = time_of(folder.path(), None).unwrap_err();
        assert!(without.contains("SOURCE_DATE_EPOCH"), "{without}");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_for_another_machine_does_not_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shardbook");
        let program = Program { path: path.clone(), version: "1.2.3".into(), target: "sparc-sun".into() };
        let write = |bytes: &[u8]| crate::played::write(&path, bytes);
        assert!(program.runs().is_err(), "there is none");
        write(b"\x7fELF\x02\x02\x01 of another machine");
        assert_eq!(program.runs(), Ok(false));
        write(b"#!/bin/sh\nexit 3\n");
        assert!(program.runs().unwrap_err().contains("exit status: 3"));
        write(b"#!/bin/sh\nexit 0\n");
        assert_eq!(program.runs(), Ok(true));
    }
}
