#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads what was built itself")]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "says what was tested and why something was skipped"
)]
//! The built site in a real browser: what readers do, with accessibility and the HTML of every page.
//!
//! The cases are in `tests/browser/suite.mjs`. They need Chromium, Node.js and the packages that
//! `npm ci --ignore-scripts` installs in `tests/browser`; without them the test says what is missing and passes,
//! unless `SHARDBOOK_BROWSER=required` is set, as `.ci/run` does.

use std::path::Path;
use std::process::Command;

mod support;

/// The site is published below a path, as on a project's page of a code host.
const BASE: &str = "/project/";

#[test]
fn readers_find_what_they_need() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scripts = root.join("tests/browser");
    let missing = missing(&scripts);
    if !missing.is_empty() {
        let required = std::env::var_os("SHARDBOOK_BROWSER").is_some();
        assert!(!required, "the browser tests need {}", missing.join(", "));
        eprintln!("skipped: the browser tests need {}", missing.join(", "));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    let run = support::Run::of(
        support::program(root)
            .args(["build", "--base-url", &format!("https://docs.example.org{BASE}"), "--out"])
            .arg(&site),
    );
    assert!(site.join("index.html").is_file(), "the site is not built:\n{}", run.stderr);
    let output = Command::new("node")
        .args(["--test", "--test-reporter=spec", "suite.mjs"])
        .current_dir(&scripts)
        .env("SITE", &site)
        .env("BASE", BASE)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    println!("{text}");
    // The report repeats the failures at its end.
    let failures = text.split_once("failing tests:").map_or(&*text, |(_, failures)| failures);
    assert!(output.status.success(), "{failures}\n{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn authors_see_what_they_write() {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    if !missing(&scripts).is_empty() {
        // The test of the built site says what.
        return;
    }
    let output = Command::new("node")
        .args(["--test", "--test-reporter=spec", "preview.mjs"])
        .current_dir(&scripts)
        .env("PROGRAM", env!("CARGO_BIN_EXE_shardbook"))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    println!("{text}");
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn scripts_and_styles_stay_small() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("static");
    for ending in ["js", "css"] {
        let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap());
        let files = files.filter(|file| file.path().extension().is_some_and(|found| found == ending));
        let size: u64 = files.map(|file| file.metadata().unwrap().len()).sum();
        assert!(size > 0 && size <= 30_000, "all .{ending} of the theme: {size} bytes of 30,000");
    }
}

/// What the browser tests need and this machine does not have.
fn missing(scripts: &Path) -> Vec<&'static str> {
    let runs =
        |program: &str| Command::new(program).arg("--version").output().is_ok_and(|run| run.status.success());
    let chromium = std::env::var_os("CHROMIUM").is_some()
        || ["chromium", "chromium-browser", "google-chrome"]
            .iter()
            .any(|name| Path::new("/usr/bin").join(name).is_file());
    let mut missing = Vec::new();
    if !chromium {
        missing.push("Chromium (Debian: `apt-get install chromium`)");
    }
    if !runs("node") {
        missing.push("Node.js 20 or later");
    }
    if !scripts.join("node_modules/playwright-core").is_dir() {
        missing.push("`npm ci --ignore-scripts` in `tests/browser`");
    }
    missing
}
