//! `check --external` on a terminal: what it shows while it asks, and that nothing of it stays.
//!
//! The terminal is a real one, which Python's `pty` plays; without Python the tests say that they were skipped.
#![cfg(all(unix, feature = "external-links"))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads what was written itself")]
#![expect(clippy::print_stderr, reason = "says why something was skipped")]

mod support {
    #[path = "../support/hosts.rs"]
    pub(crate) mod hosts;
    #[path = "../support/mod.rs"]
    pub(crate) mod site;
}

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use support::hosts::{Host, Reply};
use support::site::{Run, Site, program};

const SETTINGS: &str =
    "title: T\nengine: sglang@0.5.10\nexternal: { private: true, timeout: 20, cache: 0 }\n";

/// A host with a dead page and sound ones, and a site that links to them.
fn linked() -> (Host, Site) {
    let host = Host::new(1, |_, path, _| {
        std::thread::sleep(Duration::from_millis(20));
        Reply::status(if path == "/gone" { 404 } else { 200 })
    });
    let links: String = ["a", "b", "gone"].map(|path| format!("[x]({}/{path})\n", host.base)).concat();
    let site = Site::new().with("site.yaml", SETTINGS).with_page("content/a.md", &format!("# A\n\n{links}"));
    (host, site)
}

/// What a terminal was shown.
struct Shown(Value);

impl Shown {
    fn text(&self) -> &str {
        self.0["shown"].as_str().unwrap()
    }

    /// The lines that stand there in the end.
    fn screen(&self) -> Vec<&str> {
        self.0["screen"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect()
    }

    /// Expects that no line of progress is left, and that findings and summary begin lines.
    #[track_caller]
    fn is_clean(&self) {
        assert!(!self.screen().iter().any(|line| line.contains('\u{2026}')), "{:#?}", self.screen());
        assert!(!self.text().contains("\u{1b}[?25l"), "the cursor is never hidden");
    }
}

/// `check --external` on a terminal; none without Python.
fn on_a_terminal(site: &Site, arguments: &[&str], more: Value) -> Option<Shown> {
    let program = env!("CARGO_BIN_EXE_shardbook");
    let command = [&[program, "check", "--external"], arguments].concat();
    let clear = json!({ "CI": null, "NO_COLOR": null, "TERM": "xterm-256color", "CLICOLOR_FORCE": null });
    let mut request = json!({ "command": command, "folder": site.path(""), "env": clear });
    for (key, value) in more.as_object().unwrap() {
        match request[key].as_object_mut() {
            Some(known) => known.extend(value.as_object().unwrap().clone()),
            None => request[key] = value.clone(),
        }
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/terminal.py");
    let Ok(output) = Command::new("python3").arg(script).arg(request.to_string()).output() else {
        eprintln!("skipped: there is no `python3`");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(Shown(serde_json::from_slice(&output.stdout).unwrap()))
}

#[test]
fn progress_counts_on_a_terminal_and_goes_before_the_findings() {
    let (_host, site) = linked();
    let Some(shown) = on_a_terminal(&site, &[], json!({})) else { return };
    let counts: Vec<usize> = (0..=3)
        .map(|done| shown.text().matches(&format!("asking other hosts, {done} of 3 \u{2026}")).count())
        .collect();
    assert_eq!(counts, [1; 4], "{:?}", shown.text());
    shown.is_clean();
    assert_eq!(shown.0["code"], 1);
    assert!(shown.screen()[0].starts_with("error[link/external-dead]: "), "{:#?}", shown.screen());
    assert!(shown.text().contains("\u{1b}[1"), "colours");
    let summary = "3 addresses at other hosts: 3 asked, 0 remembered, 0 not asked";
    assert!(shown.screen().contains(&summary), "{:#?}", shown.screen());
}

#[test]
fn lines_for_programs_stay_whole() {
    let (_host, site) = linked();
    let out = site.path("out.txt");
    let arguments = ["--format", "concise"];
    let Some(shown) = on_a_terminal(&site, &arguments, json!({ "stdout": out })) else { return };
    shown.is_clean();
    assert!(shown.text().contains("asking other hosts, 3 of 3"), "{:?}", shown.text());
    let text = fs::read_to_string(&out).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(
        text.starts_with("content/a.md:10:5: error[link/external-dead]: ") && !text.contains('\u{1b}'),
        "{text}"
    );
    // Both on the terminal: the lines begin where progress was.
    let shown = on_a_terminal(&site, &arguments, json!({})).unwrap();
    assert_eq!(shown.screen()[0], text.trim_end());
}

#[test]
fn pipes_are_shown_no_progress() {
    let (_host, site) = linked();
    let run = Run::of(program(&site.path("")).args(["check", "--external"]).env_remove("CI")).code(1);
    assert!(run.stderr.starts_with("error[link/external-dead]: "), "{}", run.stderr);
    assert!(!run.stderr.contains(['\r', '\u{1b}']) && !run.stderr.contains("asking"), "{:?}", run.stderr);
}

#[test]
fn variables_are_heeded() {
    let (_host, site) = linked();
    let with = |variables: Value| on_a_terminal(&site, &[], json!({ "env": variables }));
    let Some(plain) = with(json!({ "NO_COLOR": "1" })) else { return };
    plain.is_clean();
    assert!(plain.text().contains("asking other hosts"), "progress is no colour");
    assert!(!plain.text().replace("\u{1b}[2K", "").contains('\u{1b}'), "{:?}", plain.text());
    let server = with(json!({ "CI": "true" })).unwrap();
    assert!(!server.text().contains("asking") && !server.text().contains("\u{1b}[2K"), "{:?}", server.text());
    assert!(server.text().contains("\u{1b}[1"), "servers of CI show colours");
    let dumb = with(json!({ "TERM": "dumb" })).unwrap();
    assert!(!dumb.text().contains('\u{1b}') && !dumb.text().contains("asking"), "{:?}", dumb.text());
}

/// A host keeps silent for longer than anybody waits; Ctrl-C does not.
#[test]
fn an_interrupt_ends_it_at_once() {
    let host = Host::new(2, |_, _, _| Reply::Silence);
    let page = format!("# A\n\n[x]({}/a)\n", host.base);
    let site = Site::new().with("site.yaml", SETTINGS).with_page("content/a.md", &page);
    let Some(shown) = on_a_terminal(&site, &[], json!({ "interrupt": "0 of 1" })) else { return };
    assert_eq!(shown.0["code"], -2, "ended by SIGINT, as shells expect: {}", shown.0);
    assert!(shown.0["after"].as_f64().unwrap() < 2.0, "{}", shown.0);
    assert!(!shown.text().contains("\u{1b}[?25l"), "the cursor is as it was");
    assert!(!site.path(".shardbook/links.json").exists() && !site.path("public").exists());
}
