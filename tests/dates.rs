#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads what was built itself")]
//! The days on which pages were changed, as the commits of a repository say it.

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use support::{Run, Site, files, program};

const HOST: &str = "https://docs.example/";

/// Runs Git in a folder, on a day at noon.
fn git(folder: &Path, day: &str, arguments: &[&str]) {
    let run = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_AUTHOR_DATE", format!("{day}T12:00:00Z"))
        .env("GIT_COMMITTER_DATE", format!("{day}T12:00:00Z"))
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

/// Commits everything in the site's folder.
fn commit(site: &Site, day: &str) {
    let folder = site.path(".");
    git(&folder, day, &["add", "--all"]);
    git(&folder, day, &["commit", "--quiet", "--allow-empty", "--message", "Change"]);
}

/// A repository with a site of three pages, each committed on another day.
fn repository() -> Site {
    let site = Site::new().with(".gitignore", "/out*\n/public\n.shardbook\n");
    git(&site.path("."), "2026-01-01", &["init", "--quiet", "--initial-branch=main"]);
    commit(&site, "2026-01-01");
    let site = site
        .with_page("content/a.md", "# A\n\n::include{file=data/note.yaml}\n")
        .with("data/note.yaml", "n: 1\n");
    commit(&site, "2026-01-02");
    let site = site.with_page("content/b.md", "# B\n");
    commit(&site, "2026-01-03");
    site
}

/// The day that each page of a built site shows, by its address.
fn shown(folder: &Path) -> BTreeMap<String, String> {
    let mut days = BTreeMap::new();
    for (path, bytes) in files(folder) {
        let Some(address) = path.strip_suffix("index.html") else { continue };
        let html = String::from_utf8(bytes).unwrap();
        if let Some((_, after)) = html.split_once("<time datetime=\"") {
            days.insert(address.to_owned(), after[..10].to_owned());
        }
    }
    days
}

/// Builds with the cache and without, compares all bytes, and gives the days that the pages show. The days of
/// `sitemap.xml` are the same.
#[track_caller]
fn days(site: &Site) -> BTreeMap<String, String> {
    site.build(&["--base-url", HOST, "--out", "out"]).code(0);
    site.build(&["--base-url", HOST, "--out", "out-fresh", "--no-cache"]).code(0);
    let built = files(&site.path("out"));
    assert!(built == files(&site.path("out-fresh")), "a build with the cache differs from one without");
    let days = shown(&site.path("out"));
    let sitemap = String::from_utf8_lossy(&built["sitemap.xml"]).into_owned();
    for line in sitemap.lines().filter(|line| line.starts_with("<url>")) {
        let (address, rest) = line.strip_prefix("<url><loc>").unwrap().split_once("</loc>").unwrap();
        let day = rest.strip_prefix("<lastmod>").map(|rest| rest[..10].to_owned());
        let address = address.strip_prefix(HOST).unwrap();
        let address = address.replace("%C3%A9", "é").replace("%20", " ");
        assert_eq!(days.get(&address), day.as_ref(), "{address}");
    }
    days
}

fn of<const N: usize>(days: [(&str, &str); N]) -> BTreeMap<String, String> {
    days.into_iter().map(|(address, day)| (address.to_owned(), day.to_owned())).collect()
}

#[test]
fn a_page_shows_the_day_of_its_last_commit() {
    let site = repository();
    assert_eq!(days(&site), of([("", "2026-01-01"), ("a/", "2026-01-02"), ("b/", "2026-01-03")]));

    // What a page takes in is part of it; what is not committed does not count.
    site.write("data/note.yaml", b"n: 2\n");
    commit(&site, "2026-02-01");
    site.write("content/b.md", b"---\ntitle: B\ndescription: B\n---\n\nOther\n");
    assert_eq!(days(&site), of([("", "2026-01-01"), ("a/", "2026-02-01"), ("b/", "2026-01-03")]));

    // The same files under another commit: only the day changes.
    git(&site.path("."), "2026-02-03", &["commit", "--amend", "--quiet", "--no-edit"]);
    assert_eq!(days(&site)["a/"], "2026-02-03");

    let site = site.with("content/c.md", "---\ntitle: C\ndescription: C\nupdated: 2020-02-02\n---\n\n# C\n");
    commit(&site, "2026-02-04");
    let site = site.with_page("content/new.md", "# New\n\n::include{file=data/note.yaml}\n");
    let all = days(&site);
    assert_eq!((all["c/"].as_str(), all.get("new/")), ("2020-02-02", None));

    let site = site.with("site.yaml", "title: Test\nengine: sglang@0.5.10\nupdated: off\n");
    assert_eq!(days(&site), of([("c/", "2020-02-02")]));
}

#[test]
fn a_clone_without_old_commits_says_nothing_of_old_pages() {
    let site = repository();
    let clone = Site::empty();
    let from = format!("file://{}", site.path(".").canonicalize().unwrap().display());
    git(&clone.path("."), "2026-03-01", &["clone", "--quiet", "--depth=2", &from, "."]);
    assert_eq!(days(&clone), of([("b/", "2026-01-03")]));
    // The older commits come without a new one.
    git(&clone.path("."), "2026-03-01", &["fetch", "--quiet", "--unshallow"]);
    assert_eq!(days(&clone), days(&site));
}

#[test]
fn a_merge_and_a_rename_are_changes() {
    let site = repository();
    let folder = site.path(".");
    git(&folder, "2026-04-01", &["checkout", "--quiet", "-b", "side"]);
    site.write("content/a.md", b"---\ntitle: A\ndescription: A\n---\n\nSide\n");
    commit(&site, "2026-04-01");
    git(&folder, "2026-04-02", &["checkout", "--quiet", "main"]);
    git(&folder, "2026-04-02", &["mv", "content/b.md", "content/é b.md"]);
    commit(&site, "2026-04-02");
    git(&folder, "2026-04-03", &["merge", "--quiet", "--no-edit", "side"]);
    assert_eq!(days(&site), of([("", "2026-01-01"), ("a/", "2026-04-01"), ("é b/", "2026-04-02")]));
}

#[test]
fn a_site_in_a_folder_of_a_repository_has_days() {
    let site = repository();
    let folder = site.path(".");
    std::fs::create_dir(site.path("docs")).unwrap();
    git(&folder, "2026-05-01", &["mv", "content", "data", "site.yaml", "docs"]);
    commit(&site, "2026-05-01");
    Run::of(program(&site.path("docs")).args(["build", "--out", "../out"])).code(0);
    assert_eq!(shown(&site.path("out"))["a/"], "2026-05-01");
    for threads in ["1", "4"] {
        let mut other = program(&site.path("docs"));
        other.args(["build", "--no-cache", "--out", "../out-other"]).env("RAYON_NUM_THREADS", threads);
        Run::of(&mut other).code(0);
        assert!(files(&site.path("out")) == files(&site.path("out-other")), "{threads} threads");
    }
}
