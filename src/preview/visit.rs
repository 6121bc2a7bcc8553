//! One visitor: a connection, and the requests that come over it one after the other.
//!
//! Each visitor has a thread, a deadline for what it says and one for what it hears, so that nobody waits for another.
//! (`tiny_http` can keep one connection waiting behind another that is silent, since it hands several to one thread;
//! its words for the parts of a message are used, its threads are not.)

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use tiny_http::{Header, Method, StatusCode};

use super::reply::Reply;

/// How long the head of a request may take, and a connection be idle.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long a visitor may leave an answer unread.
const UNREAD: Duration = Duration::from_secs(10);

/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 1 << 15;

/// What was asked. Requests with a body are answered before it is read, and end the connection.
#[derive(Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The target as it was sent.
    pub target: String,
    /// All headers, in their order.
    pub headers: Vec<Header>,
    /// Whether this is the last request of its connection.
    last: bool,
}

/// A connection.
#[derive(Debug)]
pub struct Visit {
    stream: TcpStream,
    /// What was read and belongs to the next request.
    ahead: Vec<u8>,
}

/// Why there is no request.
#[derive(Debug)]
enum NoRequest {
    /// The visitor is gone, or says nothing.
    Gone,
    /// It says what is not HTTP: the status that says so.
    Malformed(u16),
}

impl Visit {
    /// A visit over a new connection.
    ///
    /// # Errors
    /// When the connection is gone already.
    pub fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(UNREAD))?;
        Ok(Self { stream, ahead: Vec::new() })
    }

    /// Gives each request to `answer` until the visitor leaves.
    ///
    /// # Errors
    /// When the visitor left, or does not listen.
    pub fn serve(mut self, answer: impl Fn(&Request, &mut TcpStream) -> io::Result<()>) -> io::Result<()> {
        loop {
            let request = match self.head().and_then(|head| parse(&head)) {
                Ok(request) => request,
                Err(NoRequest::Gone) => return Ok(()),
                Err(NoRequest::Malformed(status)) => {
                    let reply =
                        Reply::sentence(StatusCode(status), "this is no request that the server knows");
                    reply.with("Connection", "close".into()).send(&mut self.stream, true)?;
                    return self.leave();
                }
            };
            answer(&request, &mut self.stream)?;
            if request.last {
                return self.leave();
            }
        }
    }

    /// The bytes of the next request up to its empty line.
    fn head(&mut self) -> Result<Vec<u8>, NoRequest> {
        let started = Instant::now();
        let mut looked = 0;
        loop {
            let from = looked.min(self.ahead.len());
            if let Some(at) = self.ahead[from..].windows(4).position(|window| window == b"\r\n\r\n") {
                let rest = self.ahead.split_off(from + at + 4);
                return Ok(std::mem::replace(&mut self.ahead, rest));
            }
            looked = self.ahead.len().saturating_sub(3);
            if self.ahead.len() > LONGEST_HEAD {
                return Err(NoRequest::Malformed(431));
            }
            let left = PATIENCE.saturating_sub(started.elapsed());
            if left.is_zero() || self.stream.set_read_timeout(Some(left)).is_err() {
                return Err(NoRequest::Gone);
            }
            let mut buffer = [0; 4096];
            match self.stream.read(&mut buffer) {
                Ok(0) => return Err(NoRequest::Gone),
                Ok(count) => self.ahead.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(NoRequest::Gone),
            }
        }
    }

    /// Ends the connection so that the visitor still reads the answer: what it sends is taken for a moment.
    fn leave(mut self) -> io::Result<()> {
        self.stream.flush()?;
        self.stream.shutdown(Shutdown::Write)?;
        self.stream.set_read_timeout(Some(Duration::from_millis(200)))?;
        let mut buffer = [0; 4096];
        for _ in 0..64 {
            if self.stream.read(&mut buffer)? == 0 {
                break;
            }
        }
        Ok(())
    }
}

/// Reads the head of a request.
fn parse(head: &[u8]) -> Result<Request, NoRequest> {
    const WRONG: NoRequest = NoRequest::Malformed(400);
    let text = std::str::from_utf8(head).map_err(|_| WRONG)?;
    let mut lines = text.trim_end_matches("\r\n").split("\r\n");
    let words: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let [method, target, version] = words[..] else { return Err(WRONG) };
    let is_old = match version {
        "HTTP/1.1" => false,
        "HTTP/1.0" => true,
        _ => return Err(NoRequest::Malformed(505)),
    };
    let method = method.parse().map_err(|()| WRONG)?;
    let mut headers = Vec::new();
    for line in lines {
        let (name, value) = line.split_once(':').ok_or(WRONG)?;
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let plain = !name.is_empty()
            && name.bytes().all(is_token)
            && !value.contains(|c: char| c.is_control() && c != '\t');
        let header = plain.then(|| Header::from_bytes(name, value.trim()).ok()).flatten();
        headers.push(header.ok_or(WRONG)?);
    }
    let says = |name: &'static str, word: &str| {
        let mut values = headers.iter().filter(|header: &&Header| header.field.equiv(name));
        values.any(|header| header.value.as_str().to_ascii_lowercase().contains(word))
    };
    let has = |name: &'static str| headers.iter().any(|header| header.field.equiv(name));
    let last = is_old || says("Connection", "close") || has("Content-Length") || has("Transfer-Encoding");
    Ok(Request { method, target: target.to_owned(), headers, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Request, NoRequest> {
        parse(text.replace('\n', "\r\n").as_bytes())
    }

    #[test]
    fn requests_are_read() {
        let request = read("GET /a?b HTTP/1.1\nHost: localhost:1\nRange:bytes=0-\n\n").unwrap();
        assert_eq!((request.method, request.target.as_str(), request.last), (Method::Get, "/a?b", false));
        assert_eq!(request.headers[1].value.as_str(), "bytes=0-");
        assert!(read("GET / HTTP/1.0\n\n").unwrap().last);
        assert!(read("GET / HTTP/1.1\nConnection: Close\n\n").unwrap().last);
        assert!(read("POST / HTTP/1.1\nContent-Length: 5\n\n").unwrap().last);
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for text in [
            "\n\n",
            "GET /\n\n",
            "GET  / HTTP/1.1\n\n",
            "GET / x HTTP/1.1\n\n",
            "GET / HTTP/1.1\nHost\n\n",
            "GET / HTTP/1.1\nHost : a\n\n",
            "GET / HTTP/1.1\n Host: a\n\n",
            "GET / HTTP/1.1\nA: b\u{0}\n\n",
            "GET / HTTP/1.1\n: b\n\n",
        ] {
            assert!(matches!(read(text), Err(NoRequest::Malformed(400))), "{text:?}");
        }
        assert!(matches!(read("GET / HTTP/2.0\n\n"), Err(NoRequest::Malformed(505))));
    }
}
