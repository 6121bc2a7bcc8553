//! A site with one broken thing of each kind, and its twin in which all of them are mended.
//!
//! `tests/seeded/expected.txt` lists the place, the level and the rule of each finding; `SHARDBOOK_BLESS=1` writes it anew.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads what is expected itself")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use support::{Run, program};

fn seeded(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeded").join(name)
}

/// `place level[rule` of each finding.
fn found(name: &str) -> (String, Run) {
    let run = Run::of(program(&seeded(name)).args(["check", "--format", "concise"]));
    let head = |line: &str| line.split("]: ").next().unwrap().replacen(": ", " ", 1) + "]\n";
    (run.stdout.lines().map(head).collect(), run)
}

#[test]
fn every_broken_thing_is_found_at_its_place() {
    let (found, run) = found("broken");
    let file = seeded("expected.txt");
    if std::env::var_os("SHARDBOOK_BLESS").is_some() {
        fs::write(&file, &found).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap();
    assert!(found == expected, "--- expected\n{expected}\n--- is\n{}", run.stdout);
    run.code(1);
    let rules: BTreeSet<&str> =
        expected.lines().filter_map(|line| line.split_once('[')?.1.strip_suffix(']')).collect();
    assert!(rules.len() >= 24, "{rules:#?}");
}

#[test]
fn the_mended_twin_has_no_findings() {
    let (found, run) = found("clean");
    assert!(found.is_empty(), "{}", run.stdout);
    run.code(0);
}
