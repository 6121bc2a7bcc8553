//! Reports, judged by the validators of others: the schema of SARIF, the XSD of JUnit, and our own JSON schema.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "says why something was skipped")]
#![expect(clippy::disallowed_methods, reason = "a test reads what was written itself")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Site, program};

/// What pip and npm fetch once, into the folder that cargo keeps for tests.
const PYTHON: [&str; 3] = ["jsonschema==4.26.0", "xmlschema==4.3.2", "junitparser==5.0.3"];
const SARIF: &str = "@microsoft/jest-sarif@1.0.0-beta.0";
const JUNIT: &str = "pytest==8.3.3";

/// A folder with the validators, or why there are none.
fn tools() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("validators");
    if folder.join("complete").exists() {
        return Ok(folder);
    }
    fs::create_dir_all(&folder).unwrap();
    let run = |program: &Path, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(&folder).output();
        let output = output.map_err(|error| format!("no {}: {error}", program.display()))?;
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        if output.status.success() { Ok(()) } else { Err(said) }
    };
    run(Path::new("python3"), &["-m", "venv", "python"])?;
    let python = folder.join("python/bin/python");
    let pip = ["-m", "pip", "--disable-pip-version-check", "-q"];
    run(&python, &[&pip[..], &["install"], &PYTHON[..]].concat())?;
    run(&python, &[&pip[..], &["download", "--no-deps", "--no-binary", ":all:", JUNIT]].concat())?;
    run(Path::new("npm"), &["pack", "--silent", SARIF])?;
    fs::write(folder.join("complete"), "").unwrap();
    Ok(folder)
}

fn judge(tools: &Path, site: &Site) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/validators.py");
    let output = Command::new(tools.join("python/bin/python"))
        .arg(script)
        .arg(tools)
        .arg(site.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success(), said + &String::from_utf8_lossy(&output.stderr))
}

#[test]
fn other_programs_can_read_the_reports() {
    let tools = match tools() {
        Ok(tools) => tools,
        Err(problem) => return eprintln!("skipped, since there are no validators: {problem}"),
    };
    let site = Site::new();
    let schema = site.run(&["schema", "json", "report"]).code(0).stdout;
    site.write("report.schema.json", schema.as_bytes());
    let seeded = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeded/broken");
    let reports = ["sarif", "junit", "json"].map(|format| {
        let ending = if format == "junit" { "xml" } else { format };
        ["--format".into(), format.into(), "--output".into(), site.path(&format!("x.{ending}"))]
    });
    let mut command = program(&seeded);
    command.arg("check").args(reports.iter().flatten());
    assert_eq!(command.output().unwrap().status.code(), Some(1));
    let (good, said) = judge(&tools, &site);
    assert!(good && !said.starts_with("0 cases"), "{said}");

    // What is wrong is seen: no validator that says yes to everything.
    for (name, from, to) in [
        ("x.sarif", "\"version\": \"2.1.0\"", "\"version\": \"2\""),
        ("x.sarif", "\"startLine\": ", "\"startLine\": -"),
        ("x.json", "\"rule\"", "\"rul\""),
        ("x.xml", "<testcase ", "<case "),
    ] {
        let text = fs::read(site.path(name)).unwrap();
        let changed = String::from_utf8(text.clone())
            .unwrap()
            .replace(from, to)
            .replace("</testcase>", if to == "<case " { "</case>" } else { "</testcase>" });
        site.write(name, changed.as_bytes());
        let (good, said) = judge(&tools, &site);
        assert!(!good, "{name} with `{to}` is taken: {said}");
        site.write(name, &text);
    }
}
