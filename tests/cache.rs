//! A build that remembers the one before publishes what a build that remembers nothing publishes.
#![expect(clippy::disallowed_methods, reason = "a test reads what was built itself")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;

use support::{Site, files};

const CACHE: &str = ".shardbook/cache";

fn site() -> Site {
    Site::new()
        .with_page("content/guide/a.md", "# A\n\nSee [b](b.md#more) and `--tp-size`.\n")
        .with_page("content/guide/b.md", "# B\n\n## More\n\n::include{file=data/note.yaml}\n")
        .with("data/note.yaml", "note: 1\n")
}

/// Builds with the cache and, into another folder, without: the same files, byte for byte.
#[track_caller]
fn is_right(site: &Site) {
    site.build(&["--out", "cached"]).code(0);
    site.build(&["--out", "fresh", "--no-cache"]).code(0);
    assert!(files(&site.path("cached")) == files(&site.path("fresh")));
}

#[test]
fn every_change_reaches_the_pages_that_it_concerns() {
    let site = site();
    is_right(&site);
    let changes = [
        ("content/guide/a.md", "---\ntitle: Other\ndescription: Other\n---\n\n# Other\n\n[b](b.md)\n"),
        ("data/note.yaml", "note: 2\n"),
        ("site.yaml", "title: Renamed\nengine: sglang@0.5.10\nbase_url: https://h.example/sub/\n"),
        ("templates/partials/toc_small.html", "<!-- x -->"),
        ("static/site.css", "a { color: red }\n"),
        ("content/guide/c.md", "---\ntitle: New\ndescription: New\n---\n\n# New\n"),
    ];
    for (path, text) in changes {
        site.write(path, text.as_bytes());
        is_right(&site);
    }
    fs::remove_file(site.path("content/guide/c.md")).unwrap();
    is_right(&site);
    fs::remove_dir_all(site.path(".shardbook")).unwrap();
    is_right(&site);
}

#[test]
fn a_damaged_cache_changes_nothing() {
    let site = site();
    is_right(&site);
    let whole = fs::read(site.path(CACHE)).unwrap();
    for step in 1..8 {
        let mut damaged = whole.clone();
        let at = whole.len() * step / 8;
        damaged[at] ^= 1;
        site.write(CACHE, &damaged);
        is_right(&site);
        site.write(CACHE, &whole[..at]);
        is_right(&site);
    }
    site.write(CACHE, b"");
    is_right(&site);
}

#[test]
fn what_is_kept_is_what_the_last_build_used() {
    let site = site();
    site.build(&[]).code(0);
    let first = fs::read(site.path(CACHE)).unwrap();
    site.build(&[]).code(0);
    assert!(fs::read(site.path(CACHE)).unwrap() == first, "nothing new, nothing written");
    for number in 0..12 {
        site.write("data/note.yaml", format!("note: {number}\n").as_bytes());
        site.build(&[]).code(0);
    }
    let grown = fs::read(site.path(CACHE)).unwrap().len();
    assert!(grown < 3 * first.len(), "{} bytes became {grown}", first.len());
    assert_eq!(fs::read_to_string(site.path(".shardbook/.gitignore")).unwrap(), "*\n");
}

#[test]
fn a_build_without_a_cache_writes_none() {
    let site = site();
    site.build(&["--no-cache"]).code(0);
    assert!(!site.path(".shardbook").exists());
}
