//! Waiting for changes of the site's sources.
//!
//! What matters is that no change is missed and that a burst of changes is told of once, when it is over. Which files
//! changed is a hint that saves reading the others: where it is not sure, anything may have changed, and who waits
//! reads the whole site again and finds out. That is done now and then anyway, for what no system tells of: targets
//! of links, network folders.
//!
//! `notify` is used without `notify-debouncer-full`, which holds every event for one fixed time and looks in ticks of a
//! quarter of it: what is long enough for a checkout is too long for an edit. Here the time depends on what happens: one file
//! that was closed waits 2 ms, several wait longer, and a checkout waits for git's lock.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use rustix::fs::stat;

/// How long one file is quiet before it counts as written.
const QUIET: Duration = Duration::from_millis(2);

/// The same where the system has not said that whoever writes it has closed it.
const OPEN: Duration = Duration::from_millis(15);

/// The same where several files changed, of which more may come.
const SEVERAL: Duration = Duration::from_millis(25);

/// The same where very many changed: another branch is being checked out.
const MANY: Duration = Duration::from_millis(120);

/// How many changes are very many.
const CROWD: usize = 50;

/// A burst of changes is told of after this time even if it goes on.
const LONGEST: Duration = Duration::from_secs(3);

/// The same while git holds its lock, which it does until all files are written.
const LONGEST_LOCKED: Duration = Duration::from_secs(20);

/// How long one change waits for more while git holds its lock: it does so, too, while somebody writes the message of
/// a commit.
const LOCKED: Duration = Duration::from_millis(200);

/// How often it is looked whether the folders are still those that are watched.
const LOOK: Duration = Duration::from_millis(500);

/// After a change of folders, the site is looked at once more: files that were made in a new folder before that was
/// watched are found then.
const SECOND_LOOK: Duration = Duration::from_millis(150);

/// What may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// These files, by their paths from the site's root, and no others.
    Files(BTreeSet<String>),
    /// Anything.
    Anything,
}

/// A watch on a site's sources.
pub struct Watch {
    root: PathBuf,
    watcher: Option<RecommendedWatcher>,
    events: Receiver<notify::Result<Event>>,
    /// The folders of the site's sources, from its root.
    folders: Vec<String>,
    /// What is watched, and which folder it was: device and number.
    watched: BTreeMap<PathBuf, Option<(u64, u64)>>,
    second_look: bool,
    /// When the whole site was last told to be read.
    read: Instant,
    /// How often that is done where nothing seems to change.
    patience: Duration,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("root", &self.root).finish_non_exhaustive()
    }
}

/// A burst of changes while it goes on.
#[derive(Debug, Default)]
struct Burst {
    paths: BTreeSet<PathBuf>,
    /// Files that were written and not closed yet.
    open: BTreeSet<PathBuf>,
    /// Watched folders, or folders around them, that were made, moved or deleted: the system stops telling of a folder
    /// that moves, and does not begin again when it comes back.
    moved: BTreeSet<PathBuf>,
    anything: bool,
}

impl Watch {
    /// Watches the site in the folder `root`, from now on.
    pub fn new(root: &Path) -> Self {
        let (sender, events) = channel();
        // A relative folder would be another one if the program moved.
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let watcher = notify::recommended_watcher(sender).ok();
        let folders = ["content", "data", "static", "templates"].map(str::to_owned).to_vec();
        let mut watch = Self {
            root,
            watcher,
            events,
            folders,
            watched: BTreeMap::new(),
            second_look: false,
            read: Instant::now(),
            patience: Duration::from_secs(3),
        };
        watch.follow();
        watch
    }

    /// Whether the system tells of changes; else the site is looked at every half second.
    pub fn is_told(&self) -> bool {
        self.watcher.is_some()
    }

    /// Watches these folders, and lets the whole site be read again after a time that is long beside the time that
    /// `reading` it takes.
    pub fn attend(&mut self, folders: &[String], reading: Duration) {
        self.patience = (reading * 40).max(Duration::from_secs(3));
        if self.folders != folders {
            self.folders = folders.to_vec();
            self.second_look |= self.follow();
        }
    }

    /// Waits until something may have changed, and the changes are over.
    pub fn wait(&mut self) -> Changes {
        loop {
            let patience = if self.second_look { SECOND_LOOK } else { LOOK };
            match self.events.recv_timeout(patience) {
                Ok(event) => {
                    let mut burst = Burst::default();
                    self.take(event, &mut burst);
                    if burst.is_empty() {
                        continue;
                    }
                    self.settle(&mut burst);
                    let is_moved =
                        |watched: &PathBuf| burst.moved.iter().any(|moved| watched.starts_with(moved));
                    self.watched.retain(|watched, _| !is_moved(watched));
                    let moved = self.follow();
                    self.second_look |= moved;
                    return self.changes(&burst, moved);
                }
                Err(RecvTimeoutError::Timeout) => {
                    let looked = std::mem::take(&mut self.second_look);
                    let moved = self.follow();
                    let is_time = self.read.elapsed() > self.patience;
                    if looked || moved || is_time || !self.is_told() {
                        self.second_look = moved;
                        return self.anything();
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.watcher = None;
                    std::thread::sleep(LOOK);
                    return self.anything();
                }
            }
        }
    }

    fn anything(&mut self) -> Changes {
        self.read = Instant::now();
        Changes::Anything
    }

    /// Waits for the end of a burst.
    fn settle(&self, burst: &mut Burst) {
        let started = Instant::now();
        loop {
            let lasted = started.elapsed();
            let longest = if burst.paths.len() > 1 { LONGEST_LOCKED } else { LOCKED };
            let is_held = || lasted < longest && self.git_works();
            match self.events.recv_timeout(burst.quiet()) {
                Ok(event) if lasted < LONGEST || is_held() => self.take(event, burst),
                Err(RecvTimeoutError::Timeout) if is_held() => {}
                Ok(event) => return self.take(event, burst),
                Err(_) => return,
            }
        }
    }

    /// Whether git changes files just now. A lock that is old was left behind.
    fn git_works(&self) -> bool {
        let Ok(lock) = stat(self.root.join(".git/index.lock")) else { return false };
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Realtime).tv_sec;
        now.saturating_sub(lock.st_mtime) < 60
    }

    fn take(&self, event: notify::Result<Event>, burst: &mut Burst) {
        let Ok(event) = event else {
            // Something was lost, so anything may have changed.
            burst.anything = true;
            return;
        };
        if event.need_rescan() {
            burst.anything = true;
        }
        if !changes(&event.kind) {
            return;
        }
        for path in event.paths {
            if !is_source(&self.root, &self.folders, &path) {
                continue;
            }
            if self.watched.keys().any(|watched| watched.starts_with(&path)) {
                burst.moved.insert(path.clone());
            }
            if matches!(event.kind, EventKind::Modify(ModifyKind::Data(_))) {
                burst.open.insert(path.clone());
            } else {
                burst.open.remove(&path);
            }
            burst.paths.insert(path);
        }
    }

    fn changes(&mut self, burst: &Burst, moved: bool) -> Changes {
        let inside = |path: &PathBuf| {
            let path = path.strip_prefix(&self.root).ok()?;
            let names: Option<Vec<&str>> = path.iter().map(OsStr::to_str).collect();
            names.filter(|names| !names.is_empty()).map(|names| names.join("/"))
        };
        let files: Option<BTreeSet<String>> = burst.paths.iter().map(inside).collect();
        let has_folder = burst.paths.iter().any(|path| path.is_dir());
        // Files may have been made in a new folder before it was watched.
        self.second_look |= has_folder;
        match files {
            Some(files) if !moved && !has_folder && !burst.anything && files.len() <= CROWD => {
                Changes::Files(files)
            }
            _ => self.anything(),
        }
    }

    /// Watches what is there now. Gives whether that is not what was watched before.
    fn follow(&mut self) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        let mut wanted = vec![(self.root.clone(), RecursiveMode::NonRecursive)];
        if self.folders.iter().any(String::is_empty) {
            wanted = vec![(self.root.clone(), RecursiveMode::Recursive)];
        } else {
            let folders = self.folders.iter();
            wanted.extend(folders.map(|folder| (self.root.join(folder), RecursiveMode::Recursive)));
        }
        let mut moved = false;
        for (path, mode) in wanted {
            let identity = stat(&path).ok().map(|data| (data.st_dev, data.st_ino));
            if self.watched.get(&path) == Some(&identity) {
                continue;
            }
            moved = true;
            // What is not watched, or not any more, needs no end.
            let _ = watcher.unwatch(&path);
            let is_watched = identity.is_some() && watcher.watch(&path, mode).is_ok();
            self.watched.insert(path, identity.filter(|_| is_watched));
        }
        moved
    }
}

impl Burst {
    fn is_empty(&self) -> bool {
        self.paths.is_empty() && !self.anything
    }

    /// How long no news means that it is over.
    fn quiet(&self) -> Duration {
        match self.paths.len() {
            _ if self.anything => MANY,
            0 | 1 if self.open.is_empty() => QUIET,
            0 | 1 => OPEN,
            count if count <= CROWD => SEVERAL,
            _ => MANY,
        }
    }
}

/// Whether an event can change what a file holds: reading is none, or serving would never end.
fn changes(kind: &EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

/// Whether a path is one of the site's sources, or a folder of them or around them.
fn is_source(root: &Path, folders: &[String], path: &Path) -> bool {
    let Ok(inside) = path.strip_prefix(root) else {
        // The target of a link.
        return true;
    };
    let mut names = inside.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name),
        _ => None,
    });
    let known = inside == Path::new(crate::world::site::FILE)
        || folders.iter().any(|folder| inside.starts_with(folder) || Path::new(folder).starts_with(inside));
    known && !names.any(|name| name.as_encoded_bytes().starts_with(b"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_and_hidden_files_are_no_sources() {
        let root = Path::new("/site");
        let folders = ["content".to_owned(), "docs/api".to_owned()];
        for path in [
            "/site/content/a.md",
            "/site/site.yaml",
            "/site/content",
            "/site",
            "/site/docs",
            "/elsewhere/shared.md",
        ] {
            assert!(is_source(root, &folders, Path::new(path)), "{path}");
        }
        for path in
            ["/site/public/index.html", "/site/.git/index", "/site/content/.a.md.swp", "/site/.shardbook-x/a"]
        {
            assert!(!is_source(root, &folders, Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_folder_that_was_away_for_a_moment_is_watched_again() {
        let folder = tempfile::tempdir().unwrap();
        let (content, away) = (folder.path().join("content"), folder.path().join("away"));
        std::fs::create_dir_all(&content).unwrap();
        let mut watch = Watch::new(folder.path());
        std::fs::rename(&content, &away).unwrap();
        std::fs::rename(&away, &content).unwrap();
        watch.wait();
        while watch.second_look {
            watch.wait();
        }
        // Only the system's news may tell it.
        watch.patience = Duration::from_secs(3600);
        let (sender, told) = channel();
        std::thread::spawn(move || sender.send(watch.wait()).unwrap());
        assert!(told.recv_timeout(Duration::from_secs(1)).is_err(), "nothing changed");
        std::fs::write(content.join("a.md"), "# A\n").unwrap();
        told.recv_timeout(Duration::from_secs(5)).expect("the change is told");
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
