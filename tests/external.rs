//! `check --external` against hosts that this machine plays: sound, dead, silent, busy and moody ones.
#![cfg(feature = "external-links")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads what was written itself")]

mod support {
    #[path = "../support/hosts.rs"]
    pub(crate) mod hosts;
    #[path = "../support/mod.rs"]
    pub(crate) mod site;
}

use std::fs;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use support::hosts::{Host, Reply};
use support::site::{Run, Site, program};

const SETTINGS: &str = "external: { private: true, timeout: 1 }\n";

/// A site whose page has a link on each line, from line 8.
fn linked(settings: &str, links: &[&str]) -> Site {
    let site = format!("title: T\nengine: sglang@0.5.10\n{settings}");
    let lines: String = links.iter().map(|link| format!("[x]({link})\n")).collect();
    Site::new().with("site.yaml", &site).with_page("content/a.md", &format!("# A\n\n{lines}"))
}

fn check(site: &Site, more: &[&str]) -> Run {
    site.run(&[&["check", "--external", "--format", "concise"], more].concat())
}

/// Place, level and rule of each finding.
fn found(run: &Run) -> Vec<String> {
    let head =
        |line: &str| line.split("]: ").next().unwrap().replacen("content/", "", 1).replacen(": ", " ", 1);
    run.stdout.lines().map(head).collect()
}

#[track_caller]
fn finds(run: &Run, expected: &[&str]) {
    assert_eq!(found(run), expected, "{}\n{}", run.stdout, run.stderr);
}

#[test]
fn what_hosts_answer_is_judged_at_each_link() {
    let host = Host::new(1, |method, path, _| match path {
        "/ok" | "/feed" => Reply::status(200),
        "/gone" => Reply::status(404),
        "/away" => Reply::status(410),
        "/closed" => Reply::status(403),
        "/moved" => Reply::redirect(301, "/ok"),
        "/today" => Reply::redirect(302, "/ok"),
        "/circle" => Reply::redirect(302, "/circle"),
        "/page" => Reply::html("<h1 id=there>T</h1><a name=old>"),
        "/no-head" if method == "HEAD" => Reply::status(405),
        "/head-lies" if method == "HEAD" => Reply::status(404),
        "/head-hangs-up" if method == "HEAD" => Reply::HangUp,
        "/no-head" | "/head-lies" | "/head-hangs-up" => Reply::status(200),
        _ => Reply::status(500),
    });
    let paths = [
        "/ok",
        "/gone",
        "/away",
        "/closed",
        "/moved",
        "/today",
        "/circle",
        "/page#there",
        "/page#old",
        "/page#not-there",
        "/no-head",
        "/head-lies",
        "/head-hangs-up",
        "/gone",
    ];
    let links: Vec<String> = paths.iter().map(|path| format!("{}{path}", host.base)).collect();
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    let run = check(&linked(SETTINGS, &links), &[]).code(1);
    finds(
        &run,
        &[
            "a.md:9:5 error[link/external-dead",
            "a.md:10:5 error[link/external-dead",
            "a.md:11:5 warning[link/external-refused",
            "a.md:12:5 note[link/external-moved",
            "a.md:14:5 error[link/external-dead",
            "a.md:17:5 warning[link/external-fragment",
            "a.md:21:5 error[link/external-dead",
        ],
    );
    assert!(run.stdout.contains("`127.0.0.1` has no such page (404)"), "{}", run.stdout);
    run.mentions("13 addresses at other hosts: 13 asked, 0 remembered, 0 not asked");
    let asked = host.asked();
    assert!(asked.contains(&"HEAD /ok".into()) && !asked.contains(&"GET /ok".into()), "{asked:?}");
    assert!(asked.contains(&"GET /gone".into()), "{asked:?}");
}

#[test]
fn moody_hosts_are_asked_again() {
    let host = Host::new(1, |_, path, before| match path {
        "/moody" if before == 0 => Reply::status(503),
        "/breaks" if before == 0 => Reply::HangUp,
        "/broken" => Reply::status(500),
        _ => Reply::status(200),
    });
    let site = linked(
        SETTINGS,
        &[
            &format!("{}/moody", host.base),
            &format!("{}/breaks", host.base),
            &format!("{}/broken", host.base),
        ],
    );
    let run = check(&site, &[]).code(0);
    finds(&run, &["a.md:10:5 warning[link/external-refused"]);
    assert_eq!(host.asked().iter().filter(|asked| **asked == "GET /broken").count(), 3, "two retries");
}

#[test]
fn a_busy_host_is_waited_for() {
    let host = Host::new(2, |_, _, before| match before {
        0 => Reply::Answer(429, "Retry-After: 2\r\n".into(), String::new()),
        _ => Reply::status(200),
    });
    let started = Instant::now();
    let run = check(&linked(SETTINGS, &[&format!("{}/a", host.base)]), &[]).code(0);
    finds(&run, &[]);
    assert!(started.elapsed() >= Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(host.asked(), ["HEAD /a", "HEAD /a"]);
}

#[test]
fn a_host_that_stays_busy_is_left_alone() {
    let host = Host::new(3, |_, _, _| Reply::status(429));
    let links: Vec<String> = (0..30).map(|number| format!("{}/{number}", host.base)).collect();
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    let run = check(&linked(SETTINGS, &links), &[]).code(0);
    assert_eq!(run.stdout.matches("warning[link/external-refused]").count(), 30, "{}", run.stdout);
    assert!(run.stdout.contains("so this link was not followed"), "{}", run.stdout);
    assert!(host.asked().len() < 20, "{:?}", host.asked());
}

#[test]
fn a_silent_host_costs_seconds() {
    let silent = Host::new(4, |_, _, _| Reply::Silence);
    let sound = Host::new(5, |_, _, _| Reply::status(200));
    let mut links: Vec<String> = (0..40).map(|number| format!("{}/{number}", silent.base)).collect();
    links.push(format!("{}/", sound.base));
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    let started = Instant::now();
    let run = check(&linked(SETTINGS, &links), &[]).code(1);
    let took = started.elapsed();
    assert_eq!(run.stdout.matches("error[link/unreachable]").count(), 40, "{}", run.stdout);
    assert!(took < Duration::from_secs(12), "{took:?}");
    assert!(silent.asked().len() <= 8, "{:?}", silent.asked());
}

#[test]
fn a_host_that_refuses_is_unreachable() {
    let free = TcpListener::bind("127.0.0.6:0").unwrap().local_addr().unwrap();
    let plain = Host::new(7, |_, _, _| Reply::status(200));
    let without_tls = plain.base.replace("http:", "https:");
    let run = check(&linked(SETTINGS, &[&format!("http://{free}/"), &without_tls]), &[]).code(1);
    finds(&run, &["a.md:8:5 error[link/unreachable", "a.md:9:5 error[link/unreachable"]);
    assert!(run.stdout.contains("`127.0.0.6` refuses connections"), "{}", run.stdout);
}

#[test]
fn statuses_are_accepted_and_addresses_left_out() {
    let host = Host::new(1, |_, path, _| Reply::status(if path == "/closed" { 403 } else { 404 }));
    let settings = format!(
        "external:\n  private: true\n  accept: [403]\n  exclude: [\"{}/out/**\"]\n\
         rules: {{ link/external-dead: warning }}\n",
        host.base
    );
    let base = &host.base;
    let links = [format!("{base}/closed"), format!("{base}/out/x"), format!("{base}/gone")];
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    let run = check(&linked(&settings, &links), &[]).code(0);
    finds(&run, &["a.md:10:5 warning[link/external-dead"]);
    assert!(!host.asked().iter().any(|asked| asked.contains("/out/")), "{:?}", host.asked());
    // Without the permission no host of this machine is asked.
    host.forget();
    let run = check(&linked("", &links), &[]).code(0);
    finds(&run, &[]);
    assert!(host.asked().is_empty());
}

#[test]
fn links_are_silenced_where_they_stand() {
    let host = Host::new(1, |_, _, _| Reply::status(404));
    let link = format!("[x]({}/a)", host.base);
    let body =
        format!("# A\n\n<!-- shardbook-silence link/external-dead: it is down today -->\n{link}\n\n{link}\n");
    let site = linked(SETTINGS, &[]).with_page("content/a.md", &body);
    let run = check(&site, &[]).code(1);
    finds(&run, &["a.md:11:5 error[link/external-dead"]);
    let plain = site.run(&["check", "--format", "concise"]).code(0);
    finds(&plain, &[]);
}

#[test]
fn good_answers_are_remembered_until_they_are_old() {
    let host = Host::new(1, |_, path, _| Reply::status(if path == "/gone" { 404 } else { 200 }));
    let site = linked(SETTINGS, &[&format!("{}/ok", host.base), &format!("{}/gone", host.base)]);
    check(&site, &[]).code(1).mentions("2 asked, 0 remembered");
    host.forget();
    let run = check(&site, &[]).code(1).mentions("1 asked, 1 remembered");
    finds(&run, &["a.md:9:5 error[link/external-dead"]);
    assert_eq!(host.asked(), ["GET /gone", "HEAD /gone"]);

    let file = site.path(".shardbook/links.json");
    let text = fs::read_to_string(&file).unwrap();
    let old: Vec<String> = text
        .lines()
        .map(|line| if line.contains("\"asked\"") { "\"asked\": 1000,".into() } else { line.into() })
        .collect();
    fs::write(&file, old.join("\n")).unwrap();
    check(&site, &[]).code(1).mentions("2 asked, 0 remembered");
    fs::write(&file, &text[..text.len() / 2]).unwrap();
    check(&site, &[]).code(1).mentions("2 asked, 0 remembered");

    let site = linked("external: { private: true, cache: 0 }\n", &[&format!("{}/ok", host.base)]);
    check(&site, &[]).code(0);
    assert!(!site.path(".shardbook").exists());
}

#[test]
fn nobody_is_asked_offline() {
    let host = Host::new(1, |_, path, _| Reply::status(if path == "/gone" { 404 } else { 200 }));
    let site = linked(SETTINGS, &[&format!("{}/ok", host.base), &format!("{}/gone", host.base)]);
    check(&site, &["--offline"]).code(0).mentions("0 asked, 0 remembered, 2 not asked");
    assert!(host.asked().is_empty());
    check(&site, &[]).code(1);
    host.forget();
    let run = check(&site, &["--offline"]).code(1).mentions("0 asked, 2 remembered, 0 not asked");
    finds(&run, &["a.md:9:5 error[link/external-dead"]);
    assert!(host.asked().is_empty());
    site.run(&["check", "--offline"]).code(2).mentions("--external");
}

#[test]
fn a_machine_without_a_network_is_no_dead_link() {
    let closed = TcpListener::bind("127.0.0.8:0").unwrap().local_addr().unwrap();
    let site = linked("", &["http://a.dev/", "http://b.dev/x", "http://c.dev/", "gone.md"]);
    let mut command = program(&site.path(""));
    command.args(["check", "--external", "--format", "concise"]);
    command.env("http_proxy", format!("http://{closed}")).env_remove("no_proxy").env_remove("NO_PROXY");
    let run = Run::of(&mut command).code(2);
    finds(&run, &["a.md:11:5 error[link/broken-page"]);
    assert_eq!(run.stderr.matches("error: ").count(), 1, "{}", run.stderr);
    run.mentions(
        "this machine seems to have no way to other hosts: 3 of 3 hosts refuse or break connections",
    )
    .mentions("3 addresses at other hosts: 0 asked, 0 remembered, 3 not asked");
}

#[test]
fn links_of_templates_and_data_are_asked_too() {
    let host = Host::new(1, |_, _, _| Reply::status(404));
    let template = format!("<a href=\"{}/about\">About</a>\n", host.base);
    let site = linked(SETTINGS, &[]).with("templates/404.html", &template);
    let run = check(&site, &[]).code(1);
    assert!(run.stdout.starts_with("templates/404.html:1:10: error[link/external-dead]"), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}

#[test]
fn a_baseline_keeps_what_was_not_asked() {
    let host = Host::new(1, |_, _, _| Reply::status(404));
    let site = linked(SETTINGS, &[&format!("{}/gone", host.base)]);
    let known = ["--baseline", "known.yaml"];
    check(&site, &[&known[..], &["--update-baseline"]].concat()).code(0);
    finds(&check(&site, &known).code(0), &[]);
    let plain = site.run(&["check", "--format", "concise", known[0], known[1]]).code(0);
    finds(&plain, &[]);
    site.run(&["check", "--update-baseline", known[0], known[1]]).code(0);
    let text = fs::read_to_string(site.path("known.yaml")).unwrap();
    assert!(text.contains("link/external-dead"), "{text}");
    let site = site.with_page("content/a.md", "# A\n\nNo link.\n");
    let run = check(&site, &known).code(0);
    assert!(run.stdout.contains("note[baseline/mended]"), "{}", run.stdout);
}
