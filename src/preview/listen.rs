//! The door: an address to listen on, and a thread for each visitor, so that no browser waits for another.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::server::Server;
use super::visit::Visit;

/// Visitors at the same time; who comes then is turned away, until one that says nothing has to leave.
const VISITORS: usize = 512;

/// How long to wait when the system has no descriptor left for a visitor.
const PAUSE: Duration = Duration::from_millis(50);

/// Listens on a host name or address and a port; port 0 is any free one.
///
/// # Errors
/// Says what the system refused, and names the next free port when this one is taken.
pub fn bind(host: &str, port: u16) -> Result<(TcpListener, SocketAddr), String> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let addresses: Vec<SocketAddr> = (host, port)
        .to_socket_addrs()
        .map_err(|error| format!("can't find the host `{host}`: {error}"))?
        .collect();
    match TcpListener::bind(addresses.as_slice()) {
        Ok(listener) => {
            let bound = listener.local_addr().map_err(|error| error.to_string())?;
            Ok((listener, bound))
        }
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            let is_free = |port: &u16| TcpListener::bind((host, *port)).is_ok();
            let free =
                (port.saturating_add(1)..=port.saturating_add(200)).filter(|next| *next > port).find(is_free);
            let advice = free.map(|free| format!("; `--port {free}` is free")).unwrap_or_default();
            Err(format!("port {port} is in use{advice}"))
        }
        Err(error) => Err(format!("can't listen on `{host}` port {port}: {error}")),
    }
}

/// Answers visitors from now on, each on a thread of its own.
///
/// # Errors
/// When the system has no thread for it.
pub fn serve(listener: TcpListener, server: Arc<Server>) -> Result<(), String> {
    let door = thread::Builder::new().name("door".into()).spawn(move || {
        let visitors = Arc::new(AtomicUsize::new(0));
        loop {
            // An error is one of this visitor, or passes when others have left.
            let Ok((stream, _)) = listener.accept() else {
                thread::sleep(PAUSE);
                continue;
            };
            let visitor = Visitor::new(&visitors);
            if visitor.number >= VISITORS {
                continue;
            }
            let server = Arc::clone(&server);
            // Where the system has no thread left, the visitor is turned away.
            let _ = thread::Builder::new().stack_size(STACK).spawn(move || {
                let _visitor = visitor;
                // It ends with an error when the visitor goes away, which is how it ends.
                let _ = Visit::new(stream)
                    .and_then(|visit| visit.serve(|request, line| server.answer(request, line)));
            });
        }
    });
    door.map(drop).map_err(|error| error.to_string())
}

/// The stack of a visitor's thread, in bytes.
const STACK: usize = 1 << 20;

/// A visitor, counted until it leaves.
#[derive(Debug)]
struct Visitor {
    all: Arc<AtomicUsize>,
    number: usize,
}

impl Visitor {
    fn new(all: &Arc<AtomicUsize>) -> Self {
        Self { number: all.fetch_add(1, Ordering::Relaxed), all: Arc::clone(all) }
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        self.all.fetch_sub(1, Ordering::Relaxed);
    }
}
