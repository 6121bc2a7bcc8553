//! What is shown while a site changes.

use std::io;
use std::time::SystemTime;

use super::*;
use crate::world::Memory;
use crate::world::history::{History, Revision};

/// A site whose files can change.
#[derive(Clone, Default)]
struct Desk(Arc<Mutex<Memory>>);

impl Desk {
    fn put(&self, files: &[(&str, &str)]) {
        let site = [
            ("site.yaml", "title: T\n"),
            ("content/index.md", "---\ntitle: Home\ndescription: D\n---\nHi\n"),
        ];
        *self.0.lock().unwrap() = site
            .iter()
            .chain(files)
            .fold(Memory::new(), |world, (path, text)| world.with(*path, text.as_bytes().to_vec()));
    }
}

impl World for Desk {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.lock().unwrap().read(path)
    }
    fn files(&self, folder: &str) -> io::Result<Vec<String>> {
        self.0.lock().unwrap().files(folder)
    }
    fn revision(&self) -> Option<Revision> {
        self.0.lock().unwrap().revision()
    }
    fn history(&self, revision: &Revision, folders: &[&str]) -> History {
        self.0.lock().unwrap().history(revision, folders)
    }
    fn variable(&self, _: &str) -> Option<String> {
        None
    }
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
}

fn page(body: &str) -> String {
    format!("---\ntitle: A\ndescription: D\n---\n{body}\n")
}

fn text(shown: &Shown, output: &str) -> String {
    shown.artifact.get(output).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
}

#[test]
fn a_page_with_errors_is_shown_as_it_was_and_the_others_as_they_are() {
    let desk = Desk::default();
    desk.put(&[("content/a.md", &page("first")), ("content/b.md", &page("first"))]);
    let mut session = Session::new(desk.clone(), false);
    assert!(!session.refresh(&Changes::Anything).unwrap().expect("built").shown.broken);
    assert!(session.refresh(&Changes::Anything).unwrap().is_none(), "nothing changed");

    desk.put(&[("content/a.md", &page("second [x](nowhere.md)")), ("content/b.md", &page("second"))]);
    let broken = session.refresh(&Changes::Anything).unwrap().expect("built");
    assert!(broken.shown.broken && broken.kept == 1 && !broken.new.is_empty());
    assert!(text(&broken.shown, "a/index.html").contains("first"));
    assert!(text(&broken.shown, "b/index.html").contains("second"));

    desk.put(&[("content/a.md", &page("third [x](nowhere.md)")), ("content/b.md", &page("third"))]);
    let still = session.refresh(&Changes::Anything).unwrap().expect("built");
    assert!(still.kept == 1 && text(&still.shown, "a/index.html").contains("first"));

    desk.put(&[("content/a.md", &page("mended")), ("content/b.md", &page("third"))]);
    let mended = session.refresh(&Changes::Anything).unwrap().expect("built");
    assert!(!mended.shown.broken && mended.kept == 0 && mended.mended == 1);
    assert!(text(&mended.shown, "a/index.html").contains("mended"));
    assert_eq!(mended.shown.build, 4);
}

#[test]
fn a_commit_changes_the_day_that_a_page_shows() {
    let desk = Desk::default();
    let commit = |text: &str, seconds: i64| {
        desk.put(&[("content/a.md", &page(text))]);
        let mut memory = desk.0.lock().unwrap();
        *memory = memory.clone().committed("content/a.md", seconds);
    };
    commit("first", 0);
    let mut session = Session::new(desk.clone(), false);
    let built = session.refresh(&Changes::Anything).unwrap().expect("built");
    assert!(text(&built.shown, "a/index.html").contains("<time datetime=\"1970-01-01\">"));
    assert!(session.refresh(&Changes::Anything).unwrap().is_none(), "nothing changed");
    for changes in [Changes::Anything, Changes::Files(["content/a.md".to_owned()].into())] {
        commit("first", 100_000);
        let built = session.refresh(&changes).unwrap().expect("built");
        assert!(text(&built.shown, "a/index.html").contains("<time datetime=\"1970-01-02\">"));
        commit("first", 0);
        session.refresh(&changes).unwrap().expect("built");
    }
}

#[test]
fn a_hint_of_what_changed_is_no_more_than_a_hint() {
    let desk = Desk::default();
    let hint = |paths: &[&str]| Changes::Files(paths.iter().map(|path| (*path).to_owned()).collect());
    desk.put(&[("content/a.md", &page("first"))]);
    let mut session = Session::new(desk.clone(), false);
    session.refresh(&Changes::Anything).unwrap().expect("built");
    desk.put(&[("content/a.md", &page("second"))]);
    let built = session.refresh(&hint(&["content/a.md", "content/4913"])).unwrap().expect("built");
    assert!(text(&built.shown, "a/index.html").contains("second"));
    assert!(session.refresh(&hint(&["content/a.md"])).unwrap().is_none(), "written, but not changed");
    // A new file, one that is gone, a folder, the site's own file: all is read again.
    desk.put(&[("content/b/c.md", &page("new"))]);
    let built = session.refresh(&hint(&["content/b"])).unwrap().expect("built");
    assert!(built.shown.contains("b/c/index.html") && !built.shown.contains("a/index.html"));
    desk.put(&[("static/x.txt", "own")]);
    let built = session.refresh(&hint(&["content/b/c.md", "static/x.txt"])).unwrap().expect("built");
    assert!(!built.shown.contains("b/c/index.html") && text(&built.shown, "x.txt") == "own");
    desk.put(&[("static/x.txt", "other"), ("site.yaml", "title: Renamed\n")]);
    let built = session.refresh(&hint(&["site.yaml"])).unwrap().expect("built");
    assert!(text(&built.shown, "index.html").contains("Renamed") && text(&built.shown, "x.txt") == "other");
}

#[test]
fn a_site_that_cannot_be_read_stays_with_the_reason() {
    let desk = Desk::default();
    desk.put(&[]);
    let mut session = Session::new(desk.clone(), false);
    session.refresh(&Changes::Anything).unwrap().expect("built");
    *desk.0.lock().unwrap() = Memory::new();
    session.refresh(&Changes::Anything).unwrap_err();
    let shown = session.stage().now();
    assert!(shown.trouble.is_some() && shown.artifact.contains("index.html"));
    desk.put(&[]);
    let back = session
        .refresh(&Changes::Anything)
        .unwrap()
        .expect("the reason is gone, though the files are as before");
    assert_eq!(back.shown.trouble, None);
}

#[test]
fn who_waits_is_told_of_the_next_build() {
    let stage = Stage::default();
    assert!(stage.other_than(Some(0), Duration::from_millis(5)).is_none());
    assert!(stage.other_than(None, Duration::from_millis(5)).is_some());
    stage.show(Shown { build: 1, ..Shown::default() });
    assert_eq!(stage.other_than(Some(0), Duration::from_secs(9)).map(|shown| shown.build), Some(1));
}
