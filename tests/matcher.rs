#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads the repository itself")]
#![expect(clippy::print_stderr, reason = "says why something was skipped")]
//! The problem matchers, for GitHub and for VS Code, read every line of `--format concise`, and read it right.
//!
//! GitHub's runner applies them with .NET's expressions in their form of ECMAScript, VS Code with JavaScript's. Here
//! they are applied by Rust's and, where Node.js is there, by JavaScript's; what the three read in different ways is
//! not in them.

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use regex::Regex;
use serde_json::{Value, json};
use support::{Run, Site, program};

/// A site in a folder, with findings of every level and with words that a careless expression stumbles over.
fn site() -> (Site, Vec<String>, Vec<Value>) {
    let page = "---\ntitle: P\n---\n\n# A: `b` [c]\n\n[x](<./no: [1] `z`\u{2028}.md>) [Ü](über.md)\n\n\
                ### Skips: [two]\n\n![](<a b.png>)\n\n```bash\n\
                python -m sglang.launch_server --model-path a/b --tp 8 --dp 8 --tpp=x\n```\n";
    let site = Site::empty()
        .with("my docs: [1]/site.yaml", support::SITE)
        .with("my docs: [1]/content/index.md", "---\ntitle: S\ndescription: D\n---\n\n# Start\n\nText.\n")
        .with("my docs: [1]/content/a b/größe: 1:2.md", page)
        .with("my docs: [1]/content/empty.md", "")
        .with("my docs: [1]/content/bad.md", "---\ntitle: [\n---\n\n# B\n");
    let arguments =
        ["--root", "my docs: [1]", "--format", "json", "--output", "x.json", "--format", "concise"];
    let run = Run::of(program(&site.path("")).arg("check").args(arguments)).code(1);
    let report: Value = serde_json::from_str(&fs::read_to_string(site.path("x.json")).unwrap()).unwrap();
    let lines = run.stdout.lines().map(str::to_owned).collect();
    (site, lines, report["diagnostics"].as_array().unwrap().clone())
}

/// What a matcher should read of a finding.
fn expected(finding: &Value) -> Value {
    let text = |key: &str| finding[key].as_str().unwrap().to_owned();
    let help = finding["help"][0].as_str().map(|help| format!(" ({help})")).unwrap_or_default();
    json!({
        "file": format!("my docs: [1]/{}", text("file")),
        "line": finding["start"]["line"].to_string(),
        "column": finding["start"]["column"].to_string(),
        "severity": text("level"),
        "code": text("rule"),
        "message": format!("{}{help}", text("message")).replace(['\n', '\u{2028}'], " "),
    })
}

/// The matchers of GitHub and of VS Code: each a list of which one takes a line.
fn matchers() -> [(&'static str, Vec<Value>); 2] {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let github: Value = serde_json::from_str(&read(".github/shardbook-matcher.json")).unwrap();
    let page = read("content/reference/gate.md");
    let tasks = page.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let tasks: Value = serde_json::from_str(tasks).unwrap();
    let code = tasks["tasks"][0]["problemMatcher"].clone();
    [("GitHub", github["problemMatcher"].as_array().unwrap().clone()), ("VS Code", vec![code])]
}

/// The one pattern of a matcher: VS Code takes it as it is, GitHub wants a list.
fn pattern(matcher: &Value) -> &Value {
    matcher["pattern"].get(0).unwrap_or(&matcher["pattern"])
}

/// What the first matcher that takes a line reads of it.
fn read(matchers: &[Value], line: &str) -> Option<Value> {
    let mut taken = matchers.iter().filter_map(|matcher| {
        let pattern = pattern(matcher);
        let groups = Regex::new(pattern["regexp"].as_str().unwrap()).unwrap().captures(line)?;
        let keys = ["file", "line", "column", "severity", "code", "message"];
        let group = |key: &str| {
            let number = usize::try_from(pattern[key].as_u64()?).unwrap();
            Some(groups[number].to_owned())
        };
        // GitHub knows `notice` where we say `note`; VS Code knows `note`.
        let severity = matcher["severity"].as_str().map(|level| level.replace("notice", "note"));
        let fields =
            keys.map(|key| (key, group(key).or_else(|| severity.clone().filter(|_| key == "severity"))));
        Some(fields.into_iter().map(|(key, value)| (key.to_owned(), json!(value))).collect())
    });
    let first = taken.next();
    assert!(taken.next().is_none(), "two matchers take {line}");
    first
}

#[test]
fn every_line_is_read_right() {
    let (_site, lines, findings) = site();
    assert_eq!(lines.len(), findings.len());
    for (name, matchers) in matchers() {
        for (line, finding) in lines.iter().zip(&findings) {
            assert_eq!(read(&matchers, line), Some(expected(finding)), "{name}: {line}");
        }
    }
    let has = |what: &str, holds: &dyn Fn(&Value) -> bool| {
        assert!(findings.iter().any(holds), "{what}: {lines:#?}")
    };
    for level in ["error", "warning", "note"] {
        has(level, &|finding| finding["level"] == level);
    }
    has("a finding of a whole file", &|finding| finding["file"] == "content/empty.md");
    for part in [":", "[", "`", "\u{fc}", "\u{2028}"] {
        has(part, &|finding| finding["message"].as_str().unwrap().contains(part));
    }
    has("a name with all of them", &|finding| finding["file"] == "content/a b/größe: 1:2.md");
}

/// The rest of what a run says is no problem.
#[test]
fn other_lines_are_left_alone() {
    let said = Site::new().run(&["check"]).code(0).stderr;
    assert!(said.lines().count() > 2);
    for (_, matchers) in matchers() {
        assert_eq!(said.lines().find_map(|line| read(&matchers, line)), None);
    }
}

/// GitHub reports nothing of a severity that it does not know, and refuses a matcher whose groups aren't there.
#[test]
fn github_takes_its_matchers() {
    let [(_, github), (_, code)] = matchers();
    let mut owners: Vec<&str> = github.iter().map(|matcher| matcher["owner"].as_str().unwrap()).collect();
    owners.dedup();
    assert_eq!(owners.len(), 2, "each has an owner of its own");
    for matcher in &github {
        assert!(["error", "warning", "notice"].contains(&matcher["severity"].as_str().unwrap_or("error")));
        assert_eq!(matcher["pattern"].as_array().unwrap().len(), 1);
        let text = pattern(matcher)["regexp"].as_str().unwrap();
        assert_eq!(pattern(matcher).get("severity").is_some(), text.contains("(error|warning)\\["), "{text}");
    }
    for matcher in github.iter().chain(&code) {
        let text = pattern(matcher)["regexp"].as_str().unwrap();
        let groups = Regex::new(text).unwrap().captures_len();
        let numbers = pattern(matcher).as_object().unwrap().values().filter_map(Value::as_u64);
        assert_eq!(numbers.max().map(|most| most + 1), u64::try_from(groups).ok(), "{text}");
        // Classes, boundaries and groups with `?` mean other things elsewhere; only brackets are escaped.
        assert!(
            !text.contains("(?") && text.replace("\\[", "").replace("\\]", "").find('\\').is_none(),
            "{text}"
        );
    }
}

#[test]
fn names_of_rules_are_read() {
    let listed = Site::new().run(&["explain", "--list"]).code(0).stdout;
    let names: Vec<&str> = listed.split_whitespace().filter(|word| word.contains('/')).collect();
    assert!(names.len() > 80, "{listed}");
    for (_, matchers) in matchers() {
        for name in
            names.iter().filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || "-/".contains(c)))
        {
            assert_eq!(read(&matchers, &format!("a.md:1:2: note[{name}]: m")).unwrap()["code"], *name);
        }
    }
}

/// JavaScript's own engine reads the same.
#[test]
fn javascript_reads_the_same() {
    let (_site, lines, _) = site();
    for (name, matchers) in matchers() {
        for matcher in &matchers {
            let text = pattern(matcher)["regexp"].as_str().unwrap();
            let script = "const [pattern, ...lines] = JSON.parse(process.argv[1]);
                console.log(JSON.stringify(lines.map((line) => new RegExp(pattern).exec(line)?.slice(1) ?? null)))";
            let all: Vec<&str> = [text].into_iter().chain(lines.iter().map(String::as_str)).collect();
            let output = Command::new("node").args(["-e", script, &json!(all).to_string()]).output();
            let Ok(output) = output else { return eprintln!("skipped: there is no Node.js") };
            let theirs: Value = serde_json::from_slice(&output.stdout).unwrap();
            let regex = Regex::new(text).unwrap();
            let ours = lines.iter().map(|line| {
                let groups = regex.captures(line)?;
                Some(groups.iter().skip(1).map(|group| group.unwrap().as_str()).collect::<Vec<_>>())
            });
            assert_eq!(theirs, json!(ours.collect::<Vec<_>>()), "{name}");
        }
    }
}
