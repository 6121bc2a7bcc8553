//! Waiting for changes of the site's sources.
//!
//! What changed does not matter here: whoever waits reads the site again, and finds out. What matters is that no
//! change is missed and that a burst of changes is told of once, when it is over.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify_debouncer_full::notify::event::{AccessKind, AccessMode, EventKind};
use notify_debouncer_full::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{
    DebounceEventResult, DebouncedEvent, Debouncer, RecommendedCache, new_debouncer,
};
use rustix::fs::stat;

/// The folders whose files are the site's sources.
const FOLDERS: [&str; 4] = ["content", "data", "static", "templates"];

/// How long a file is quiet before it counts as written.
const QUIET: Duration = Duration::from_millis(8);

/// How often the debouncer looks at the clock.
const TICK: Duration = Duration::from_millis(4);

/// A burst of changes is told of after this time even if it goes on.
const LONGEST: Duration = Duration::from_secs(2);

/// How often it is looked whether the folders are still those that are watched.
const LOOK: Duration = Duration::from_millis(500);

/// After a change, the site is looked at once more: files that were made in a new folder before that was watched
/// are found then.
const SECOND_LOOK: Duration = Duration::from_millis(150);

/// A watch on a site's sources.
pub struct Watch {
    root: PathBuf,
    debouncer: Option<Debouncer<RecommendedWatcher, RecommendedCache>>,
    events: Receiver<DebounceEventResult>,
    /// What is watched, and which folder it was: device and number.
    watched: BTreeMap<PathBuf, Option<(u64, u64)>>,
    second_look: bool,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("root", &self.root).finish_non_exhaustive()
    }
}

impl Watch {
    /// Watches the site in the folder `root`, from now on.
    pub fn new(root: &Path) -> Self {
        let (sender, events) = channel();
        // A relative folder would be another one if the program moved.
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let debouncer = new_debouncer(QUIET, Some(TICK), sender).ok();
        let mut watch = Self { root, debouncer, events, watched: BTreeMap::new(), second_look: false };
        watch.follow();
        watch
    }

    /// Whether the system tells of changes; else the site is looked at every half second.
    pub fn is_told(&self) -> bool {
        self.debouncer.is_some()
    }

    /// Waits until something may have changed, and the changes are over.
    pub fn wait(&mut self) {
        let patience = if self.second_look { SECOND_LOOK } else { LOOK };
        loop {
            match self.events.recv_timeout(patience) {
                Ok(events) if self.concerns(&events) => {
                    self.settle();
                    self.follow();
                    self.second_look = true;
                    return;
                }
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => {
                    let looked = std::mem::take(&mut self.second_look);
                    let moved = self.follow();
                    if looked || moved || !self.is_told() {
                        self.second_look = moved;
                        return;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.debouncer = None;
                    std::thread::sleep(LOOK);
                    return;
                }
            }
        }
    }

    /// Waits for the end of a burst: no news for as long as one round of the debouncer takes.
    fn settle(&self) {
        let started = Instant::now();
        while started.elapsed() < LONGEST {
            match self.events.recv_timeout(TICK * 2) {
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }

    fn concerns(&self, events: &DebounceEventResult) -> bool {
        match events {
            Ok(events) => events.iter().any(|event| changes(event) && self.is_source(event)),
            // Something was lost, so anything may have changed.
            Err(_) => true,
        }
    }

    fn is_source(&self, event: &DebouncedEvent) -> bool {
        event.need_rescan()
            || event.paths.is_empty()
            || event.paths.iter().any(|path| is_source(&self.root, path))
    }

    /// Watches what is there now. Gives whether that is not what was watched before.
    fn follow(&mut self) -> bool {
        let Some(debouncer) = &mut self.debouncer else { return false };
        let folders = FOLDERS.iter().map(|folder| (self.root.join(folder), RecursiveMode::Recursive));
        let mut moved = false;
        for (path, mode) in [(self.root.clone(), RecursiveMode::NonRecursive)].into_iter().chain(folders) {
            let identity = stat(&path).ok().map(|data| (data.st_dev, data.st_ino));
            if self.watched.get(&path) == Some(&identity) {
                continue;
            }
            moved = true;
            // What is not watched, or not any more, needs no end.
            let _ = debouncer.unwatch(&path);
            let is_watched = identity.is_some() && debouncer.watch(&path, mode).is_ok();
            self.watched.insert(path, identity.filter(|_| is_watched));
        }
        moved
    }
}

/// Whether an event can change what a file holds: reading is none, or serving would never end.
fn changes(event: &DebouncedEvent) -> bool {
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

/// Whether a path is one of the site's sources, or a folder of them.
fn is_source(root: &Path, path: &Path) -> bool {
    let Ok(inside) = path.strip_prefix(root) else {
        // The target of a link.
        return true;
    };
    let mut names = inside.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name),
        _ => None,
    });
    let Some(first) = names.clone().next() else { return true };
    let known = FOLDERS.iter().any(|folder| first == OsStr::new(folder))
        || first == OsStr::new(crate::world::site::FILE);
    known && !names.any(|name| name.as_encoded_bytes().starts_with(b"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_and_hidden_files_are_no_sources() {
        let root = Path::new("/site");
        for path in
            ["/site/content/a.md", "/site/site.yaml", "/site/content", "/site", "/elsewhere/shared.md"]
        {
            assert!(is_source(root, Path::new(path)), "{path}");
        }
        for path in
            ["/site/public/index.html", "/site/.git/index", "/site/content/.a.md.swp", "/site/.shardbook-x/a"]
        {
            assert!(!is_source(root, Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_folder_that_comes_back_is_watched_again() {
        let folder = tempfile::tempdir().unwrap();
        let content = folder.path().join("content");
        std::fs::create_dir_all(content.join("guide")).unwrap();
        let mut watch = Watch::new(folder.path());
        std::fs::remove_dir_all(&content).unwrap();
        watch.wait();
        std::fs::create_dir_all(content.join("guide")).unwrap();
        watch.wait();
        std::thread::sleep(Duration::from_millis(50));
        // All that was told so far is over: the next change is one of the new folder.
        while watch.second_look {
            watch.wait();
        }
        let (sender, told) = channel();
        let waiting = std::thread::spawn(move || {
            watch.wait();
            sender.send(()).unwrap();
        });
        assert!(told.recv_timeout(Duration::from_secs(1)).is_err(), "nothing changed");
        std::fs::write(content.join("guide/a.md"), "# A\n").unwrap();
        told.recv_timeout(Duration::from_secs(5)).expect("the change is told");
        waiting.join().unwrap();
    }
}
