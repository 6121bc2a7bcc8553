//! An answer: status, headers and bytes, and how they are written.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use tiny_http::StatusCode;

/// An answer to one request.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Headers beside those that every answer has.
    pub headers: Vec<(&'static str, String)>,
    /// The bytes that the body is taken from.
    pub body: Arc<[u8]>,
    /// The part of them that is the body.
    pub part: Range<usize>,
}

/// What every answer says: ask again before using it, take its type as it is, and keep it from other sites.
const ALWAYS: [(&str, &str); 3] = [
    ("Cache-Control", "no-cache"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
];

impl Reply {
    /// An answer with a body.
    pub fn new(status: u16, content_type: &str, body: impl Into<Arc<[u8]>>) -> Self {
        let body = body.into();
        let part = 0..body.len();
        Self {
            status: StatusCode(status),
            headers: vec![("Content-Type", content_type.to_owned())],
            body,
            part,
        }
    }

    /// An answer of one sentence.
    pub fn sentence(status: StatusCode, sentence: &str) -> Self {
        Self::new(status.0, "text/plain; charset=utf-8", format!("{sentence}\n").into_bytes())
    }

    /// Another address to ask at, once.
    pub fn redirect(location: String) -> Self {
        Self::sentence(StatusCode(302), "the page is at another address").with("Location", location)
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Without its body.
    #[must_use]
    pub fn without_body(mut self) -> Self {
        self.part = 0..0;
        self
    }

    /// The status line and all headers, up to the body.
    pub fn head(&self) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status.0, self.status.default_reason_phrase());
        let own = self.headers.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in ALWAYS.into_iter().chain(own) {
            // Writing to a string cannot fail.
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if self.status.0 != 304 {
            let _ = write!(head, "Content-Length: {}\r\n", self.part.len());
        }
        head.push_str("\r\n");
        head
    }

    /// Sends the answer; an answer to `HEAD` goes without the body that it speaks of.
    ///
    /// # Errors
    /// When the browser went away or does not read.
    pub fn send(self, writer: &mut impl Write, with_body: bool) -> io::Result<()> {
        let body = self.body.get(self.part.clone()).unwrap_or_default();
        let mut message = self.head().into_bytes();
        // What fits is sent in one piece, so that a page costs one packet and one write.
        let small = body.len() <= ONE_PIECE;
        if with_body && small {
            message.extend_from_slice(body);
        }
        writer.write_all(&message)?;
        if with_body && !small {
            writer.write_all(body)?;
        }
        writer.flush()
    }
}

const ONE_PIECE: usize = 1 << 18;

/// The media type of a file, by its name's ending; text is UTF-8.
pub fn media_type(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    match ending.as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "txt" | "log" => "text/plain; charset=utf-8",
        "yaml" | "yml" => "application/yaml; charset=utf-8",
        "toml" => "application/toml; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/vnd.microsoft.icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_says_its_charset_and_unknown_files_are_bytes() {
        assert_eq!(media_type("a/b.HTML"), "text/html; charset=utf-8");
        assert_eq!(media_type("pagefind/x.pf_meta"), "application/octet-stream");
        assert_eq!(media_type("CNAME"), "application/octet-stream");
        assert_eq!(media_type("a.d/CNAME"), "application/octet-stream");
    }

    #[test]
    fn every_answer_forbids_stale_and_foreign_use() {
        let head = Reply::new(200, "text/plain", *b"abc").head();
        assert!(
            head.starts_with("HTTP/1.1 200 OK\r\n") && head.ends_with("Content-Length: 3\r\n\r\n"),
            "{head}"
        );
        assert!(head.contains("Cache-Control: no-cache\r\n"), "{head}");
        assert!(!head.to_ascii_lowercase().contains("access-control-allow-origin"), "{head}");
    }
}
