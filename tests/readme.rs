#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads the README itself")]
//! The README says what is so.

mod support;

use std::fs;
use std::path::Path;

use support::{Run, program};

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(repository().join("README.md")).unwrap()
}

#[test]
fn every_command_is_described() {
    let help = Run::of(program(repository()).arg("--help")).code(0).stdout;
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.contains(&"build"), "{help}");
    let readme = readme();
    for name in names.into_iter().filter(|name| *name != "help") {
        assert!(readme.contains(&format!("| `shardbook {name}")), "the README's commands lack `{name}`");
    }
}

#[test]
fn two_commands_start_everything() {
    let readme = readme();
    let start =
        readme.split("\n## ").find(|section| section.starts_with("Start\n")).expect("a section `Start`");
    let fenced = start.split("```").skip(1).step_by(2).flat_map(|block| block.lines().skip(1));
    let commands: Vec<&str> =
        fenced.filter(|line| !line.starts_with("git clone") && !line.starts_with("cd ")).collect();
    assert_eq!(commands[..2], ["cargo run --release -- build", "cargo test"], "`.ci/run` runs the second");
}

#[test]
fn links_lead_to_files() {
    let readme = readme();
    let targets = readme.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files: Vec<&str> =
        targets.filter(|target| !target.contains("://") && !target.starts_with("docs/screenshot")).collect();
    assert!(files.len() > 5);
    for file in files {
        assert!(repository().join(file).is_file(), "there is no `{file}`");
    }
}
