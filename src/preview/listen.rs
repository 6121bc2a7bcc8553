//! The door: an address to listen on, and a thread for each request, so that no browser waits for another.

use std::fs::File;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::{Arc, Condvar, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use rustix::net::sockopt;
use tiny_http::Request;

use super::server::Server;

/// Requests that are answered at the same time.
const THREADS: usize = 512;

/// How long a browser may leave an answer unread.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest body of a request that is read to its end; none of ours has one.
const LARGEST_BODY: usize = 1 << 16;

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

/// Answers requests from now on, on threads of its own.
///
/// # Errors
/// When the system has no thread or descriptor for it.
pub fn serve(listener: TcpListener, server: Arc<Server>) -> Result<(), String> {
    // Sockets have these from the one that accepts them: no browser may leave an answer unread for ever, and no
    // answer waits for a packet to be full.
    let _ = sockopt::set_socket_timeout(&listener, sockopt::Timeout::Send, Some(PATIENCE));
    let _ = sockopt::set_tcp_nodelay(&listener, true);
    more_descriptors();
    let spare = listener.try_clone().map_err(|error| error.to_string())?;
    let door = tiny_http::Server::from_listener(listener, None).map_err(|error| error.to_string())?;
    let slots = Arc::new(Slots::default());
    thread::Builder::new()
        .name("door".into())
        .spawn(move || keep_open(door, &spare, &server, &slots))
        .map(drop)
        .map_err(|error| error.to_string())
}

/// Opens the door again when the system had no descriptor left for a visitor, and it closed for that.
fn keep_open(mut door: tiny_http::Server, spare: &TcpListener, server: &Arc<Server>, slots: &Arc<Slots>) {
    loop {
        let (closed, is_closed) = mpsc::channel();
        let (server, slots) = (Arc::clone(server), Arc::clone(slots));
        // Visitors that came before are still answered by their own thread.
        let spawned = thread::Builder::new().spawn(move || {
            loop {
                match door.recv() {
                    Ok(request) => slots.run(request, &server),
                    Err(_) => drop(closed.send(())),
                }
            }
        });
        if spawned.is_err() || is_closed.recv().is_err() {
            return;
        }
        door = loop {
            thread::sleep(Duration::from_millis(100));
            let room = File::open(".").is_ok();
            let again = room.then(|| spare.try_clone().ok()).flatten();
            if let Some(Ok(door)) = again.map(|listener| tiny_http::Server::from_listener(listener, None)) {
                break door;
            }
        };
    }
}

/// Lets the program have as many descriptors as the system allows; each open page takes some.
fn more_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}

/// The threads that answer, counted.
#[derive(Debug, Default)]
struct Slots {
    taken: Mutex<usize>,
    freed: Condvar,
}

impl Slots {
    /// Answers a request on a thread of its own, as soon as there is room.
    fn run(self: &Arc<Self>, request: Request, server: &Arc<Server>) {
        if request.body_length().is_some_and(|length| length > LARGEST_BODY) {
            // Giving the request back would read all of its body into memory. Its visitor is left without answer.
            std::mem::forget(request);
            return;
        }
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken =
            self.freed.wait_while(taken, |taken| *taken >= THREADS).unwrap_or_else(PoisonError::into_inner);
        *taken += 1;
        drop(taken);
        let slot = Slot(Arc::clone(self));
        let server = Arc::clone(server);
        // Where the system has no thread left, the request is dropped with an answer that says so.
        let _ = thread::Builder::new().stack_size(1 << 20).spawn(move || {
            let _slot = slot;
            server.answer(request);
        });
    }
}

/// A taken slot, given back when dropped.
struct Slot(Arc<Slots>);

impl Drop for Slot {
    fn drop(&mut self) {
        *self.0.taken.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.freed.notify_one();
    }
}
