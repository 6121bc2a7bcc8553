//! A site on disk, and a server on it, as a browser meets it.

#![allow(dead_code, reason = "several tests share this, and each uses a part")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A site on disk, and a server on it.
pub(crate) struct Served {
    pub(crate) root: tempfile::TempDir,
    pub(crate) process: Child,
    /// What it says, line by line.
    pub(crate) told: std::sync::mpsc::Receiver<String>,
    pub(crate) port: u16,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// The program; `SHARDBOOK_PROGRAM` names another build of it, to measure that.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("SHARDBOOK_PROGRAM")
        .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_shardbook")), PathBuf::from)
}

pub(crate) fn page(body: &str) -> String {
    // No two pages have the same title.
    let title: String = body.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').take(40).collect();
    format!("---\ntitle: About {title}\ndescription: D\n---\n\n{body}\n")
}

impl Served {
    #[track_caller]
    pub(crate) fn new(site_yaml: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        put("site.yaml", site_yaml);
        put("content/index.md", &page("The first text."));
        put("content/guide/a b.md", &page("A page with a space."));
        put("static/extra.css", "body { color: red }\n");
        put("secret.txt", "the secret");
        Self::of(root)
    }

    #[track_caller]
    pub(crate) fn of(root: tempfile::TempDir) -> Self {
        let mut process = Command::new(program())
            .args(["serve", "--port", "0", "--root"])
            .arg(root.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, told) = std::sync::mpsc::channel();
        let stderr = BufReader::new(process.stderr.take().unwrap());
        std::thread::spawn(move || {
            // Read to the end, so that the program never waits for a reader.
            for line in stderr.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut said = String::new();
        loop {
            let line =
                told.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|_| panic!("no address: {said}"));
            if let Some((_, rest)) = line.split_once("serving http://127.0.0.1:") {
                let port = rest.split('/').next().unwrap().parse().unwrap();
                return Self { root, process, told, port };
            }
            said.push_str(&line);
        }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        std::fs::write(self.path(path), text).unwrap();
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// Sends a request as it is given, after its first line with the headers that are missing.
    #[track_caller]
    pub(crate) fn raw(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: bytes[end + 4..].to_vec() }
    }

    #[track_caller]
    pub(crate) fn ask(&self, method: &str, target: &str, headers: &str) -> Answer {
        let port = self.port;
        self.raw(&format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n{headers}\r\n"
        ))
    }

    #[track_caller]
    pub(crate) fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, "")
    }

    /// Waits until a page holds a text.
    #[track_caller]
    pub(crate) fn until(&self, target: &str, text: &str) {
        let started = Instant::now();
        while !self.get(target).text().contains(text) {
            assert!(started.elapsed() < Duration::from_secs(30), "`{text}` is not at {target}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A line of events for a page.
    pub(crate) fn events(&self, page: &str) -> BufReader<TcpStream> {
        let mut stream = self.connect();
        let port = self.port;
        let target = format!("/__shardbook/events?page={page}");
        write!(stream, "GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").unwrap();
        BufReader::new(stream)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[track_caller]
pub(crate) fn next_event(events: &mut BufReader<TcpStream>) -> serde_json::Value {
    loop {
        let mut line = String::new();
        assert_ne!(events.read_line(&mut line).unwrap(), 0, "the line ended");
        if let Some(data) = line.strip_prefix("data: ") {
            return serde_json::from_str(data).unwrap();
        }
    }
}

/// The page without the reload script.
pub(crate) fn without_script(html: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(html.to_vec()).unwrap();
    let (before, rest) = text.split_once("<script src=\"/__shardbook/").expect("the script");
    let (_, after) = rest.split_once("</script>").unwrap();
    [before, after].concat().into_bytes()
}

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[track_caller]
pub(crate) fn same_as_build(served: &Served, base: &str) {
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("public");
    let built = Command::new(program())
        .args(["build", "--root"])
        .arg(served.root.path())
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let all = files(&out);
    assert!(all.len() > 5, "{all:?}");
    for file in all {
        let path = file.strip_prefix(&out).unwrap().to_str().unwrap().replace(' ', "%20");
        if path == ".shardbook-output" {
            continue;
        }
        let answer = served.get(&format!("{base}{path}"));
        assert_eq!(answer.status, 200, "{path}");
        let body = if path.ends_with(".html") { without_script(&answer.body) } else { answer.body };
        assert!(body == std::fs::read(&file).unwrap(), "`{path}` is not what `build` publishes");
    }
}
