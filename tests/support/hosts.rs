//! Other hosts, played on this machine.

#![allow(dead_code, reason = "several tests share this, and each uses a part")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a host does with a request.
pub(crate) enum Reply {
    /// Answers: status, more headers, body.
    Answer(u16, String, String),
    /// Says nothing and keeps the line open.
    Silence,
    /// Hangs up.
    HangUp,
}

impl Reply {
    pub(crate) fn status(code: u16) -> Self {
        Self::Answer(code, String::new(), String::new())
    }

    pub(crate) fn html(body: &str) -> Self {
        Self::Answer(200, "Content-Type: text/html\r\n".into(), body.into())
    }

    pub(crate) fn redirect(code: u16, to: &str) -> Self {
        Self::Answer(code, format!("Location: {to}\r\n"), String::new())
    }
}

/// A host that listens until the test ends.
pub(crate) struct Host {
    /// `http://127.0.0.1:1234`.
    pub(crate) base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Host {
    /// A host at `127.0.0.number` that replies to a method and a path. It is told how often it was asked that before.
    pub(crate) fn new(
        number: u8,
        reply: impl Fn(&str, &str, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((format!("127.0.0.{number}"), 0)).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (known, reply) = (Arc::clone(&asked), Arc::new(reply));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (known, reply) = (Arc::clone(&known), Arc::clone(&reply));
                std::thread::spawn(move || serve(&stream, &known, &*reply));
            }
        });
        Self { base, asked }
    }

    /// The requests so far, as `HEAD /a`, sorted.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().unwrap().clone();
        asked.sort();
        asked
    }

    /// Forgets the requests so far.
    pub(crate) fn forget(&self) {
        self.asked.lock().unwrap().clear();
    }
}

fn serve(stream: &TcpStream, asked: &Mutex<Vec<String>>, reply: &dyn Fn(&str, &str, usize) -> Reply) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    while lines.next().is_some_and(|line| !line.is_empty()) {}
    let mut words = first.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let request = format!("{method} {path}");
    let before = {
        let mut asked = asked.lock().unwrap();
        let before = asked.iter().filter(|known| **known == request).count();
        asked.push(request);
        before
    };
    match reply(method, path, before) {
        Reply::Answer(code, headers, body) => {
            let length = body.len();
            let body = if method == "HEAD" { "" } else { &body };
            let mut stream = stream;
            let _ = write!(
                stream,
                "HTTP/1.1 {code} X\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
            );
        }
        Reply::Silence => std::thread::sleep(Duration::from_secs(60)),
        Reply::HangUp => {}
    }
}
