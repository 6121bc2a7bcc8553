//! `shardbook serve`: the site while it is written.

use std::net::{IpAddr, SocketAddr};
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::output::Terminal;
use super::{Failure, Outcome};
use crate::cli;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::report::{Counts, plural};
use crate::preview::follow::{self, Followed};
use crate::preview::guard::Guard;
use crate::preview::listen::{bind, serve};
use crate::preview::server::Server;
use crate::preview::session::{Rebuilt, Session, Shown};
use crate::preview::watch::{Changes, Watch};
use crate::world::Disk;

pub(super) fn run(options: &cli::Serve, terminal: &Terminal) -> Result<Outcome, Failure> {
    let root = &options.root.root;
    if !root.is_dir() {
        return Err(format!("there is no folder `{}`", root.display()));
    }
    end_at_once()?;
    let (listener, bound) = bind(&options.host, options.port)?;
    // Watching begins before reading, so that nothing is missed between the two.
    let mut watch = Watch::new(root);
    let mut session = Session::new(Disk::new(root), options.drafts);
    terminal.progress("building the site");
    let first =
        session.refresh(&Changes::Anything).map_err(|error| format!("{}: {error}", root.display()))?;
    watch.attend(&session.folders(), session.reading());
    terminal.clear();
    let base = session.stage().now().base.clone();
    let server = Server::new(session.stage(), Guard::new(&options.host, bound.ip()));
    serve(listener, Arc::new(server)).map_err(|error| format!("can't serve: {error}"))?;
    if let Some(built) = first {
        terminal.findings(&built.new);
        terminal.say(&format!(
            "built in {} ms: {}\n",
            built.took.as_millis(),
            Counts::of(&built.new).sentence()
        ));
    }
    if !bound.ip().is_loopback() {
        terminal.say("everyone who can reach this machine can read the site, drafts and findings included\n");
    }
    if !watch.is_told() {
        terminal.say("the system tells of no changes here, so the files are looked at twice a second\n");
    }
    let address = format!("http://{}{base}", shown(bound));
    terminal.say(&format!("serving {address} (Ctrl-C ends)\n"));
    let followed = terminal.clone();
    follow::begin(session.stage(), move |found| report_followed(found, &followed))
        .map_err(|error| format!("can't follow links: {error}"))?;
    if options.open {
        open(&address, terminal);
    }
    loop {
        let changes = watch.wait();
        let refreshed = session.refresh(&changes);
        if changes == Changes::Anything {
            watch.attend(&session.folders(), session.reading());
        }
        match refreshed {
            Ok(Some(built)) => report(&built, terminal),
            Ok(None) => {}
            Err(trouble) => terminal.error(&trouble),
        }
    }
}

/// What a rebuild found, newest first: what is new in full, then how many there are of all.
fn report(built: &Rebuilt, terminal: &Terminal) {
    terminal.findings(&built.new);
    let mut line = format!(
        "rebuilt in {} ms: {}",
        built.took.as_millis(),
        changed(&built.shown, &built.new, built.mended)
    );
    if built.kept > 0 {
        line.push_str(&format!("; {} shown as before", plural(built.kept, "page")));
    }
    terminal.say(&(line + "\n"));
}

/// What following the links of the finished pages found.
fn report_followed(followed: &Followed, terminal: &Terminal) {
    terminal.findings(&followed.new);
    let all = changed(&followed.shown, &followed.new, followed.mended);
    terminal.say(&format!("followed the links of all pages in {} ms: {all}\n", followed.took.as_millis()));
}

/// How many findings there are now, and how many came and went.
fn changed(shown: &Shown, new: &[Diagnostic], mended: usize) -> String {
    let mut all = shown.counts().sentence();
    if !new.is_empty() {
        all.push_str(&format!(", {} new", new.len()));
    }
    if mended > 0 {
        all.push_str(&format!(", {mended} mended"));
    }
    all
}

/// The address as a browser of this machine takes it.
fn shown(bound: SocketAddr) -> String {
    match bound.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => format!("127.0.0.1:{}", bound.port()),
        IpAddr::V6(ip) if ip.is_unspecified() => format!("[::1]:{}", bound.port()),
        _ => bound.to_string(),
    }
}

/// Ctrl-C and SIGTERM end the program at once; nothing is left half done, since nothing is written. A program that
/// is the first of its container is not ended by the system for them.
fn end_at_once() -> Result<(), Failure> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])
        .map_err(|error| format!("can't listen to Ctrl-C: {error}"))?;
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            std::process::exit(0);
        }
    });
    Ok(())
}

/// Opens the address in the reader's browser.
fn open(address: &str, terminal: &Terminal) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let quiet = || Stdio::null();
    let opened = Command::new(program).arg(address).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
    if let Err(error) = opened {
        terminal.say(&format!("can't open a browser with `{program}`: {error}\n"));
    }
}
