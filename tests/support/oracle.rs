//! The engine's own parsers, asked in batches.
//!
//! Needs Python 3.11 or later and the engine's wheels, which the importer's oracle fetches with pip;
//! `SHARDBOOK_WHEELS` names a folder that has them.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};
use shardbook::engine::spec::EngineSpec;

/// The answer to each question, a program and its arguments, or why there are none.
pub(crate) fn answers(
    spec: &EngineSpec,
    questions: impl IntoIterator<Item = Json>,
) -> Result<Vec<Json>, String> {
    let lines: String = questions.into_iter().map(|question| format!("{question}\n")).collect();
    let answers = ask(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/engines/importer"), spec, &lines)?;
    assert_eq!(answers.len(), lines.lines().count(), "one answer for each question");
    Ok(answers)
}

/// What is asked of a program: the values that differ from its defaults.
pub(crate) fn question(program: &str, argv: &[String]) -> Json {
    json!({ "program": program, "argv": argv })
}

/// The oracle's answers, or why there are none.
fn ask(importer: &Path, spec: &EngineSpec, lines: &str) -> Result<Vec<Json>, String> {
    let mut command = Command::new("python3");
    command.arg(importer).arg("oracle");
    for source in &spec.sources {
        if source.package != spec.engine {
            command.arg("--router");
        }
        command.arg(format!("{}=={}", source.package, source.version));
    }
    if let Ok(wheels) = std::env::var("SHARDBOOK_WHEELS") {
        command.args(["--wheels", &wheels]);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("no Python: {error}"))?;
    let mut input = child.stdin.take().expect("piped");
    let text = lines.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    let written = writer.join().expect("does not panic");
    if output.status.code() == Some(2) {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    written.expect("the oracle reads all questions");
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    Ok(text.lines().map(|line| serde_json::from_str(&finite(line)).expect(line)).collect())
}

/// Puts quotes around the numbers that Python writes and JSON does not have.
fn finite(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let (mut rest, mut quoted) = (line, false);
    while let Some(c) = rest.chars().next() {
        let special = [("-Infinity", "\"-inf\""), ("Infinity", "\"inf\""), ("NaN", "\"nan\"")];
        if let Some((word, text)) = special.iter().find(|(word, _)| !quoted && rest.starts_with(word)) {
            out.push_str(text);
            rest = &rest[word.len()..];
            continue;
        }
        let length = if quoted && c == '\\' { 2 } else { c.len_utf8() };
        quoted ^= c == '"';
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out
}
