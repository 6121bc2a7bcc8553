//! `shardbook serve`, as a browser and as an attacker meet it.
#![expect(clippy::disallowed_methods, reason = "a test reads files itself")]
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]
#![expect(clippy::zombie_processes, reason = "the server ends when the test drops it")]

#[path = "support/served.rs"]
mod served;

use std::io::{BufRead as _, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use served::{Served, next_event, page};

#[test]
fn a_browser_gets_what_http_promises() {
    let served = Served::new("title: T\n");
    let home = served.get("/");
    assert_eq!((home.status, home.header("Content-Type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(home.header("Cache-Control"), Some("no-cache"));
    assert_eq!(served.get("/extra.css").header("Content-Type"), Some("text/css; charset=utf-8"));
    let moved = served.get("/guide/a%20b?x=1");
    assert_eq!((moved.status, moved.header("Location")), (302, Some("/guide/a%20b/")));

    let head = served.ask("HEAD", "/", "");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("Content-Length"), Some(home.body.len().to_string().as_str()));

    let tag = home.header("ETag").unwrap();
    let known = served.ask("GET", "/", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((known.status, known.body.len()), (304, 0));
    served.write("content/index.md", &page("Another text."));
    served.until("/", "Another text.");
    assert_eq!(served.ask("GET", "/", &format!("If-None-Match: {tag}\r\n")).status, 200);

    let part = served.ask("GET", "/extra.css", "Range: bytes=0-3\r\n");
    assert_eq!((part.status, part.text().as_str()), (206, "body"));
    assert_eq!(part.header("Content-Range"), Some("bytes 0-3/20"));
    let beyond = served.ask("GET", "/extra.css", "Range: bytes=20-\r\n");
    assert_eq!((beyond.status, beyond.header("Content-Range")), (416, Some("bytes */20")));
    let tag = served.get("/extra.css").header("ETag").unwrap().to_owned();
    for (condition, status) in [(tag.as_str(), 206), ("\"another\"", 200)] {
        let asked = format!("Range: bytes=-4\r\nIf-Range: {condition}\r\n");
        assert_eq!(served.ask("GET", "/extra.css", &asked).status, status, "{condition}");
    }
    // Several ranges are answered with the whole file, as RFC 9110 allows.
    let several = served.ask("GET", "/extra.css", "Range: bytes=0-1,4-5\r\n");
    assert_eq!((several.status, several.body.len()), (200, 20));

    let missing = served.get("/nowhere/");
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("__shardbook/reload.js"), "it appears by itself when it is written");
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        assert_eq!(served.ask(method, "/", "").status, 405, "{method}");
    }
}

#[test]
fn it_listens_on_ipv6_too() {
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("content")).unwrap();
    std::fs::write(root.path().join("content/index.md"), page("Over IPv6.")).unwrap();
    for host in ["::1", "[::1]"] {
        let mut process = Command::new(served::program())
            .args(["serve", "--port", "0", "--host", host, "--root"])
            .arg(root.path())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = std::io::BufReader::new(process.stderr.take().unwrap()).lines();
        let port = said.find_map(|line| {
            let line = line.unwrap();
            let (_, rest) = line.split_once("serving http://[::1]:")?;
            rest.split('/').next()?.parse::<u16>().ok()
        });
        let port = port.expect("it says its address");
        let mut stream = TcpStream::connect(("::1", port)).unwrap();
        write!(stream, "GET / HTTP/1.1\r\nHost: [::1]:{port}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Over IPv6."), "{answer}");
    }
}

#[test]
fn the_published_attacks_get_nothing() {
    let served = Served::new("title: T\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", served.path("static/passwd")).unwrap();
    served.write("static/now.txt", "now");
    served.until("/now.txt", "now");
    // Zola, CVE-2023-40274: paths that climb out, plain and encoded, and links that lead out.
    // Vite, CVE-2025-30208: addresses that name files of the machine.
    for target in [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/guide/../../secret.txt",
        "/..\\secret.txt",
        "/%2e%2e%5csecret.txt",
        "/....//secret.txt",
        "//secret.txt",
        "/secret.txt",
        "/%00/../secret.txt",
        "/secret.txt%00.html",
        "/%c0%ae%c0%ae/secret.txt",
        "/%252e%252e/secret.txt",
        "/site.yaml",
        "/content/index.md",
        "/../../../../../../etc/passwd",
        "//etc/passwd",
        "/etc/passwd",
        "/passwd",
        "/@fs/etc/passwd?raw??",
        "/@fs/etc/passwd?import&raw??",
        "/__shardbook/../secret.txt",
        "/__shardbook/",
        "http://localhost/secret.txt",
        "file:///etc/passwd",
    ] {
        let answer = served.get(target);
        assert!(matches!(answer.status, 400 | 404), "{target}: {}", answer.status);
        assert!(!answer.text().contains("the secret") && !answer.text().contains("root:"), "{target}");
    }
    let port = served.port;
    let under =
        |host: &str| served.raw(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
    // A name of the attacker's that points here: DNS rebinding.
    for host in [
        format!("evil.example:{port}"),
        "evil.example".into(),
        format!("0.0.0.0:{port}"),
        format!("localhost.evil.example:{port}"),
    ] {
        let answer = under(&host);
        assert!(answer.status == 403 && !answer.text().contains("The first text"), "{host}");
    }
    assert_eq!(under(&format!("[::1]:{port}")).status, 200);
    assert_eq!(served.raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").status, 400);
    // Vite, CVE-2025-24010, and esbuild, GHSA-67mh-4wv8-2f99: pages of other origins read pages and events.
    for target in ["/", "/__shardbook/events?page=/", "/__shardbook/line.js", "/__shardbook/reload.js"] {
        for origin in ["https://evil.example", "null", "http://localhost:3000"] {
            let answer = served.ask("GET", target, &format!("Origin: {origin}\r\n"));
            assert!(
                answer.status == 403 && answer.header("Access-Control-Allow-Origin").is_none(),
                "{target} {origin}"
            );
        }
    }
    assert_eq!(served.get("/").header("Access-Control-Allow-Origin"), None);
    // webpack-dev-server, CVE-2025-30359 and CVE-2025-30360: pages of other sites load scripts of this one.
    let script = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n";
    assert_eq!(served.ask("GET", "/__shardbook/reload.js", script).status, 403);
    assert_eq!(served.get("/").header("Cross-Origin-Resource-Policy"), Some("same-origin"));
    let link = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    assert_eq!(served.ask("GET", "/", link).status, 200);
}

#[test]
fn an_open_page_is_told_what_changed_and_what_was_found() {
    let served = Served::new("title: T\n");
    let mut events = served.events("/");
    let first = next_event(&mut events);
    assert!(first["page"].is_string() && first["findings"] == serde_json::json!([]), "{first}");
    served.write("content/index.md", &page("A [link](nowhere.md) to nowhere."));
    let broken = next_event(&mut events);
    assert_eq!(broken["findings"][0]["rule"], "link/broken-page", "{broken}");
    assert_eq!(broken["findings"][0]["place"], "content/index.md:6:10", "{broken}");
    assert!(broken["findings"][0]["frame"].as_str().unwrap().contains("nowhere.md"), "{broken}");
    assert_eq!(broken["page"], first["page"], "the last good version stays");
    assert!(served.get("/").text().contains("The first text."));
    let mut other = served.events("/guide/a%20b/");
    let elsewhere = next_event(&mut other);
    assert_eq!(
        (&elsewhere["findings"], &elsewhere["elsewhere"]),
        (&serde_json::json!([]), &serde_json::json!(1))
    );
    served.write("content/index.md", &page("Mended."));
    let mended = next_event(&mut events);
    assert!(mended["findings"] == serde_json::json!([]) && mended["page"] != first["page"], "{mended}");
    std::fs::remove_file(served.path("content/guide/a b.md")).unwrap();
    let gone = std::iter::repeat_with(|| next_event(&mut other)).take(3).find(|news| news["page"].is_null());
    assert!(gone.is_some(), "a page that was deleted says so");
}

#[test]
fn one_line_tells_several_pages() {
    let served = Served::new("title: T\n");
    let mut events = served.events("/&page=/guide/a%20b/&page=/nowhere/");
    let told: Vec<_> = (0..3).map(|_| next_event(&mut events)).collect();
    let paths: Vec<_> = told.iter().map(|news| news["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["/", "/guide/a b/", "/nowhere/"]);
    assert!(told[0]["page"].is_string() && told[1]["page"].is_string() && told[2]["page"].is_null());
    served.write("content/index.md", &page("Another text."));
    let again: Vec<_> = (0..3).map(|_| next_event(&mut events)).collect();
    assert_ne!(again[0]["page"], told[0]["page"]);
    assert_eq!(again[1]["page"], told[1]["page"]);
}

#[test]
fn open_pages_and_silent_visitors_hold_nobody() {
    let served = Served::new("title: T\n");
    let silent: Vec<TcpStream> = (0..50).map(|_| served.connect()).collect();
    let mut slow = served.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nHo").unwrap();
    let mut body = served.connect();
    body.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9223372036854775807\r\n\r\n")
        .unwrap();
    let mut lines: Vec<_> = (0..60).map(|_| served.events("/")).collect();
    for line in &mut lines {
        next_event(line);
    }
    let started = Instant::now();
    for _ in 0..20 {
        assert_eq!(served.get("/").status, 200);
    }
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    served.write("content/index.md", &page("Told to all."));
    for line in &mut lines {
        next_event(line);
    }
    drop(silent);
}

#[test]
fn a_taken_port_names_the_next_free_one() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("content")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_shardbook"))
        .args(["serve", "--port", &port.to_string(), "--root"])
        .arg(root.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(&format!("port {port} is in use; `--port ")) && said.contains("is free"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_at_once() {
    for signal in ["-INT", "-TERM"] {
        let mut served = Served::new("title: T\n");
        let _line = served.events("/");
        let started = Instant::now();
        Command::new("kill").args([signal, &served.process.id().to_string()]).status().unwrap();
        assert!(served.process.wait().unwrap().success(), "{signal}");
        assert!(started.elapsed() < Duration::from_secs(2), "{signal}");
    }
}
