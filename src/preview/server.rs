//! Answers: which file an address means, and whether the browser may have it, in whole, in part, or has it already.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tiny_http::{Header, Method, StatusCode};

use super::guard::Guard;
use super::notice::fingerprint;
use super::reload::{self, EVENTS_PATH, LINE, LINE_PATH, SCRIPT, SCRIPT_PATH};
use super::reply::{Reply, media_type};
use super::request::{self, Wanted};
use super::session::{Shown, Stage};
use super::visit::Request;

/// Lines to open pages at the same time; more are asked to come back.
const LINES: usize = 256;

/// The server: what is shown, and who may see it.
#[derive(Debug)]
pub struct Server {
    stage: Arc<Stage>,
    guard: Guard,
    lines: AtomicUsize,
}

/// What an address means.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// A file of the site.
    File(String),
    /// Another address.
    Elsewhere(String),
    /// Nothing.
    Nothing,
}

impl Server {
    /// A server of what is on the stage.
    pub fn new(stage: Arc<Stage>, guard: Guard) -> Self {
        Self { stage, guard, lines: AtomicUsize::new(0) }
    }

    /// Answers a request, which may take as long as the browser stays.
    ///
    /// # Errors
    /// When the browser went away, or does not listen.
    pub fn answer(&self, request: &Request, line: &mut TcpStream) -> io::Result<()> {
        if self.wants_events(request) {
            return self.tell(request, line);
        }
        let with_body = request.method != Method::Head;
        self.reply(&request.method, &request.target, &request.headers).send(line, with_body)
    }

    /// Whether a request is the line of an open page, which stays open.
    fn wants_events(&self, request: &Request) -> bool {
        request.method == Method::Get
            && request.target.split('?').next() == Some(EVENTS_PATH)
            && self.guard.check(&request.headers).is_ok()
    }

    fn tell(&self, request: &Request, line: &mut TcpStream) -> io::Result<()> {
        let paths = request::parameters(&request.target, "page");
        let told = if self.lines.fetch_add(1, Ordering::Relaxed) < LINES {
            reload::tell(line, &self.stage, &paths, |shown, path| match find(shown, path) {
                Found::File(output) => Some(output),
                Found::Elsewhere(_) | Found::Nothing => None,
            })
        } else {
            Reply::sentence(StatusCode(503), "too many pages are open").send(line, true)
        };
        self.lines.fetch_sub(1, Ordering::Relaxed);
        told
    }

    fn reply(&self, method: &Method, target: &str, headers: &[Header]) -> Reply {
        if let Err((status, sentence)) = self.guard.check(headers) {
            return Reply::sentence(status, sentence);
        }
        if !matches!(method, Method::Get | Method::Head) {
            return Reply::sentence(StatusCode(405), "this server answers GET and HEAD")
                .with("Allow", "GET, HEAD".into());
        }
        let path = match request::path(target) {
            Ok(path) => path,
            Err(error) => return Reply::sentence(StatusCode(400), error.sentence()),
        };
        for (own, script) in [(SCRIPT_PATH, SCRIPT), (LINE_PATH, LINE)] {
            if path == own {
                return conditional(Reply::new(200, media_type(own), script.as_bytes()), headers);
            }
        }
        let shown = self.stage.now();
        match find(&shown, &path) {
            Found::File(output) => conditional(file(&shown, &output, 200), headers),
            Found::Elsewhere(location) => Reply::redirect(location),
            Found::Nothing => file(&shown, "404.html", 404),
        }
    }
}

/// What a decoded path means. Nothing but the exact names of the site's files is ever looked up.
fn find(shown: &Shown, path: &str) -> Found {
    let Some(inside) = path.strip_prefix(shown.base.as_str()) else {
        let at_base = path == "/" || path == shown.base.trim_end_matches('/');
        return if at_base { Found::Elsewhere(request::encode(&shown.base)) } else { Found::Nothing };
    };
    if inside.is_empty() || inside.ends_with('/') {
        let index = format!("{inside}index.html");
        return if shown.contains(&index) { Found::File(index) } else { Found::Nothing };
    }
    if shown.contains(inside) {
        return Found::File(inside.to_owned());
    }
    if shown.contains(&format!("{inside}/index.html")) {
        return Found::Elsewhere(request::encode(&format!("{}{inside}/", shown.base)));
    }
    Found::Nothing
}

/// A file of the site; a page with the script, which a page that is not there has, too.
fn file(shown: &Shown, output: &str, status: u16) -> Reply {
    let Some(bytes) = shown.get(output) else {
        let empty = format!("<!doctype html><title>{status}</title><p>There is no such page.</p>\n");
        let page = reload::inject(empty.as_bytes(), "", &[]);
        return Reply::new(status, media_type("404.html"), page);
    };
    let content_type = media_type(output);
    if !content_type.starts_with("text/html") {
        return Reply::new(status, content_type, Arc::clone(bytes));
    }
    let (page, styles) = fingerprint(shown, bytes);
    let page = if status == 404 { String::new() } else { page };
    Reply::new(status, content_type, reload::inject(bytes, &page, &styles))
}

/// The answer to a browser that may have the file already, or wants a part of it.
fn conditional(reply: Reply, headers: &[Header]) -> Reply {
    let value = |name: &'static str| {
        headers.iter().find(|header| header.field.equiv(name)).map(|header| header.value.as_str())
    };
    let tag = format!("\"{}\"", &blake3::hash(&reply.body).to_hex()[..32]);
    let length = reply.body.len();
    let mut reply = reply.with("ETag", tag.clone()).with("Accept-Ranges", "bytes".into());
    if value("If-None-Match").is_some_and(|known| request::has_tag(known, &tag)) {
        reply.status = StatusCode(304);
        return reply.without_body();
    }
    let current = value("If-Range").is_none_or(|known| known.trim() == tag);
    match request::range(value("Range").filter(|_| current), length) {
        Wanted::Whole => reply,
        Wanted::Part(part) => {
            let place = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            reply.status = StatusCode(206);
            reply.part = part;
            reply.with("Content-Range", place)
        }
        Wanted::Nothing => {
            reply.status = StatusCode(416);
            reply.without_body().with("Content-Range", format!("bytes */{length}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::artifact::Artifact;

    fn shown(base: &str) -> Shown {
        let mut artifact = Artifact::new();
        for path in ["index.html", "guide/a b/index.html", "404.html", "s.css"] {
            artifact.add(path, path.as_bytes());
        }
        Shown { artifact, base: base.into(), ..Shown::default() }
    }

    #[test]
    fn addresses_are_clean() {
        let site = shown("/docs/");
        for (path, found) in [
            ("/docs/", Found::File("index.html".into())),
            ("/docs/guide/a b/", Found::File("guide/a b/index.html".into())),
            ("/docs/guide/a b", Found::Elsewhere("/docs/guide/a%20b/".into())),
            ("/docs", Found::Elsewhere("/docs/".into())),
            ("/", Found::Elsewhere("/docs/".into())),
            ("/docs/s.css", Found::File("s.css".into())),
            ("/s.css", Found::Nothing),
            ("/docs//etc/passwd", Found::Nothing),
            ("/docs/s.css/", Found::Nothing),
            ("/docs/guide/", Found::Nothing),
        ] {
            assert_eq!(find(&site, path), found, "{path}");
        }
        assert_eq!(find(&shown("/"), "//evil.example"), Found::Nothing);
    }

    #[test]
    fn a_part_is_given_only_of_the_file_it_was_begun_with() {
        let reply = || Reply::new(200, "text/css", *b"0123456789");
        let header = |name: &str, value: &str| Header::from_bytes(name, value).unwrap();
        let part = conditional(reply(), &[header("Range", "bytes=2-4")]);
        assert_eq!((part.status.0, part.part.clone()), (206, 2..5));
        assert!(part.head().contains("Content-Range: bytes 2-4/10\r\nContent-Length: 3\r\n"));
        let other = conditional(reply(), &[header("Range", "bytes=2-4"), header("If-Range", "\"x\"")]);
        assert_eq!(other.status.0, 200);
        let none = conditional(reply(), &[header("Range", "bytes=10-")]);
        assert!(none.status.0 == 416 && none.head().contains("bytes */10\r\nContent-Length: 0\r\n"));
    }
}
