#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads the repository itself")]
#![expect(clippy::print_stderr, reason = "says why something was skipped")]
//! The action and the workflows, as GitHub reads and runs them.
//!
//! `tests/actions/validate.mjs` reads them with the parsers of GitHub; `tests/actions/run.mjs` runs the steps of
//! `action.yml` as a runner does. Both need Node.js 20 and the packages that `npm ci --ignore-scripts` installs in
//! `tests/actions`; without them the tests say what is missing and pass, unless `SHARDBOOK_ACTIONS=required` is set, as
//! `.ci/run` does.
//!
//! One thing is not as on GitHub: `cargo` is played. It checks that it is asked for what the step wants, and puts the
//! program that these tests were built with where `cargo install` would, which would compile for minutes.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use support::Site;

/// Takes the place of `cargo` in the step that installs.
const PLAYED_CARGO: &str = r#"#!/usr/bin/env bash
set -euo pipefail
echo "cargo $*" >>"$RUNNER_TEMP/cargo.log"
[[ "$1 $2 $3 $4 $5" == "install --locked --path $GITHUB_ACTION_PATH --root" ]]
mkdir -p "$6/bin"
ln -s "$PROGRAM" "$6/bin/shardbook"
"#;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a script writes; none where it can't be run here.
fn node(script: &str, arguments: &[&str]) -> Option<Value> {
    let scripts = repository().join("tests/actions");
    let runs =
        |name: &str| Command::new(name).arg("--version").output().is_ok_and(|run| run.status.success());
    let missing = match () {
        () if !runs("node") => "Node.js 20 or later",
        () if !scripts.join("node_modules/@actions/expressions").is_dir() => {
            "`npm ci --ignore-scripts --prefix tests/actions`"
        }
        () => "",
    };
    if !missing.is_empty() {
        assert!(std::env::var_os("SHARDBOOK_ACTIONS").is_none(), "the tests of the action need {missing}");
        eprintln!("skipped: the tests of the action need {missing}");
        return None;
    }
    let mut command = Command::new("node");
    command.arg(scripts.join(script)).args(arguments).current_dir(repository());
    let output = command.env("PROGRAM", env!("CARGO_BIN_EXE_shardbook")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn github_takes_the_action_and_every_workflow() {
    let mut files = vec!["action.yml".to_owned()];
    for folder in [".github/workflows", "content", "."] {
        let ending = if folder == ".github/workflows" { "yml" } else { "md" };
        files.extend(below(folder, ending, folder != "."));
    }
    let arguments: Vec<&str> = ["action.yml"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let Some(told) = node("validate.mjs", &arguments) else { return };
    assert_eq!(told["found"], json!([]));
    // The action, two workflows, and the examples in `content/reference/gate.md`.
    assert!(told["count"].as_u64() >= Some(4), "{told}");
    assert!(files.len() > 100, "{files:?}");
}

/// The files with an ending below a folder, or in it alone.
fn below(folder: &str, ending: &str, deep: bool) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(repository().join(folder)).unwrap().map(Result::unwrap) {
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() && deep {
            found.extend(below(&path, ending, deep));
        } else if path.ends_with(&format!(".{ending}")) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What is wrong in a workflow, and in an action, is seen at its line.
#[test]
fn faults_in_workflows_are_seen() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let head = "name: W\non: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n";
    let own = "      - uses: shardbook/shardbook@main\n        with:\n";
    let cases = [
        (format!("{head}      - run: x\n        shel: bash\n"), 8, "Unexpected value 'shel'"),
        (format!("{head}{own}          baselin: x\n"), 9, "Invalid action input 'baselin'"),
        (format!("{head}{own}          build: ${{{{ github.event_nam }}}}\n"), 9, "event_nam"),
        (format!("{head}{own}          build: ${{{{ github.event_name = 'push' }}}}\n"), 9, "="),
        (format!("{head}      - run: x\n        if: secret.X == ''\n"), 8, "secret"),
        (format!("{head}      - uses: actions/checkout@v4\n        with: {{ depth: 0 }}\n"), 8, "'depth'"),
    ];
    let mut expected = Vec::new();
    let mut arguments = vec!["action.yml".to_owned()];
    for (at, (text, line, part)) in cases.into_iter().enumerate() {
        let path = write(&format!("{at}.md"), format!("# Page\n\n```yaml\n{text}```\n"));
        expected.push((format!("{path}:{}: ", line + 3), part));
        arguments.push(path);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let Some(told) = node("validate.mjs", &arguments) else { return };
    let found: Vec<&str> =
        told["found"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (said, (place, part)) in found.iter().zip(&expected) {
        assert!(said.starts_with(place) && said.contains(part), "{said} is not at {place} about {part}");
    }
    let action = fs::read_to_string(repository().join("action.yml")).unwrap();
    let faults = [
        ("shell: bash", "shel: bash", "Unexpected value 'shel'"),
        ("inputs.base-url }}", "inputs.base-ur }}", "there is no input 'base-ur'"),
        ("${{ inputs.base-url }}", "none", "no step uses the input 'base-url'"),
        ("inputs.build == 'true'", "inputs.build = 'true'", "Unexpected symbol: '='"),
    ];
    for (right, wrong, part) in faults {
        let path = write("action.yml", action.replacen(right, wrong, 1));
        let told = node("validate.mjs", &[&path, &path]).unwrap()["found"].to_string();
        assert!(told.contains(part), "{told}");
    }
}

/// A step that was run.
struct Step(Value);

impl Step {
    fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap_or_default()
    }

    fn code(&self) -> Option<i64> {
        self.0["code"].as_i64()
    }
}

/// The steps of the action, run in the folder of a site as in a checkout.
struct Action {
    runner: tempfile::TempDir,
    steps: Vec<Step>,
}

impl Action {
    fn run(site: &Site, inputs: &Value) -> Option<Self> {
        let runner = tempfile::tempdir().unwrap();
        let path = runner.path().join("played");
        fs::create_dir(&path).unwrap();
        executable(&path.join("cargo"), PLAYED_CARGO);
        let temp = runner.path().join("the runner's");
        let request = json!({ "inputs": inputs, "workspace": site.path(""), "temp": temp, "path": path });
        let told = node("run.mjs", &[".", &request.to_string()])?;
        let steps: Vec<Step> = told.as_array().unwrap().iter().cloned().map(Step).collect();
        assert_eq!(steps.len(), 3, "{told}");
        assert_eq!(steps[0].code(), Some(0), "{told}");
        Some(Self { runner, steps })
    }

    fn asked_cargo(&self) -> String {
        fs::read_to_string(self.runner.path().join("the runner's/cargo.log")).unwrap()
    }
}

fn executable(path: &PathBuf, text: &str) {
    fs::write(path, text).unwrap();
    let mut command = Command::new("chmod");
    assert!(command.arg("755").arg(path).status().unwrap().success());
}

fn faulty(folder: &str) -> Site {
    Site::new()
        .with(&format!("{folder}site.yaml"), support::SITE)
        .with_page(&format!("{folder}content/b.md"), "# B\n\nTo [one](gone.md): 100%.\n\n![](b.png)\n")
}

#[test]
fn faults_become_annotations_and_a_summary_and_fail() {
    let Some(action) = Action::run(&faulty(""), &json!({ "build": "true" })) else { return };
    let [install, check, build] = &action.steps[..] else { unreachable!() };
    assert!(!action.asked_cargo().contains("--features"), "{}", action.asked_cargo());
    assert_eq!((install.text("stdout"), check.code()), ("", Some(1)));
    let lines: Vec<&str> = check.text("stdout").lines().collect();
    let found = "::error file=content/b.md,line=8,endLine=8,col=10,endColumn=17,title=link/broken-page::";
    assert!(lines[0].starts_with(found), "{lines:#?}");
    assert!(lines.iter().all(|line| line.starts_with("::")), "{lines:#?}");
    let summary = check.text("summary");
    assert!(summary.starts_with("## shardbook: "), "{summary}");
    assert!(summary.contains("| content/b.md:8:10 | error `link/broken-page` |"), "{summary}");
    assert_eq!(build.0["ran"], false, "nothing is built after a failure");
}

#[test]
fn a_clean_site_is_built_for_its_address() {
    let inputs = json!({ "build": "true", "base-url": "https://owner.github.io/docs/", "external": "false" });
    let site = Site::new();
    let Some(action) = Action::run(&site, &inputs) else { return };
    assert!(action.steps.iter().all(|step| step.code() == Some(0)));
    let published = site.published();
    let page = String::from_utf8(published["index.html"].clone()).unwrap();
    assert!(page.contains("https://owner.github.io/docs/"), "{page}");
    assert!(action.steps[1].text("summary").starts_with("## shardbook: "));

    let plain = Site::new();
    let action = Action::run(&plain, &json!({})).unwrap();
    assert_eq!((action.steps[1].code(), &action.steps[2].0["ran"]), (Some(0), &json!(false)));
    assert!(!plain.path("public").exists(), "built only where that is wanted");
}

#[test]
fn known_findings_do_not_fail() {
    let site = faulty("");
    site.run(&["check", "--baseline", "known.yaml", "--update-baseline"]).code(0);
    let Some(action) = Action::run(&site, &json!({ "baseline": "known.yaml" })) else { return };
    assert_eq!((action.steps[1].code(), action.steps[1].text("stdout")), (Some(0), ""));
    let action = Action::run(&site, &json!({ "baseline": "unknown.yaml" })).unwrap();
    assert_eq!(action.steps[1].code(), Some(2));
    assert!(action.steps[1].text("stderr").contains("there is no baseline `unknown.yaml`"));
}

#[test]
fn arguments_are_words_on_any_number_of_lines() {
    let site = faulty("").with_page("content/c.md", "# C\n\n```\ncode\n```\n");
    let args = "content/c.md  --deny\n  content/fence-language\n--format human\n";
    let Some(action) = Action::run(&site, &json!({ "args": args })) else { return };
    let check = &action.steps[1];
    assert_eq!(check.code(), Some(1));
    assert!(check.text("stdout").starts_with("::error file=content/c.md,line=8"), "{}", check.text("stdout"));
    assert_eq!(check.text("stdout").lines().count(), 1, "only what the paths hold");
    assert!(check.text("stderr").contains("--> content/c.md:8:1"), "{}", check.text("stderr"));
    // Words are words: nothing is expanded, and nothing is run.
    let action = Action::run(&site, &json!({ "args": "--against $(touch ran) * `touch ran`" })).unwrap();
    assert_eq!(action.steps[1].code(), Some(2));
    assert!(!site.path("ran").exists());
}

#[test]
fn a_root_may_have_a_space() {
    let site = faulty("my docs/").with_page("my docs/content/index.md", "# A\n\nB.\n");
    let Some(action) = Action::run(&site, &json!({ "root": "my docs", "build": "true" })) else { return };
    let out = action.steps[1].text("stdout");
    assert!(out.starts_with("::error file=my docs/content/b.md,line=8"), "{out}");
    let site = Site::new()
        .with("my docs/site.yaml", support::SITE)
        .with_page("my docs/content/index.md", "# A\n\nB.\n");
    let action = Action::run(&site, &json!({ "root": "my docs", "build": "true" })).unwrap();
    assert!(site.path("my docs/public/index.html").is_file(), "{}", action.steps[2].text("stderr"));
}

#[test]
fn links_to_other_hosts_want_another_program() {
    let Some(action) = Action::run(&Site::new(), &json!({ "external": true })) else { return };
    assert!(action.asked_cargo().trim_end().ends_with("/shardbook --features external-links"));
    let (code, expected) =
        if cfg!(feature = "external-links") { (0, "0 asked") } else { (2, "without `--external`") };
    assert_eq!(action.steps[1].code(), Some(code));
    assert!(action.steps[1].text("stderr").contains(expected), "{}", action.steps[1].text("stderr"));
}
