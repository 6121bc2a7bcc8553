//! The links of built sites, judged by lychee and by us: offline, with fragments, link by link.
//!
//! `SHARDBOOK_BUILT_SITES` names more folders of HTML, separated by `:`, that any program built.
#![cfg(feature = "external-links")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "says how much was compared")]
#![expect(clippy::disallowed_methods, reason = "a test asks for its own settings")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lychee_lib::extract::Extractor;
use lychee_lib::{ClientBuilder, FileType, FragmentCheckerOptions, InputContent};
use shardbook::links::built;
use support::{Site, files, program};

type Verdicts = BTreeMap<(String, String), bool>;

fn leads_out(address: &str) -> bool {
    address.starts_with("//")
        || address.split_once(':').is_some_and(|(scheme, _)| {
            !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        })
}

/// What lychee says of every link that it finds in the HTML files of a folder.
fn lychee(folder: &Path, all: &BTreeMap<String, Vec<u8>>) -> Verdicts {
    let fragments = FragmentCheckerOptions { check_anchor_fragments: true, check_text_fragments: false };
    let client = ClientBuilder::builder()
        .fragment_checker_options(fragments)
        .index_files(Some(vec!["index.html".to_owned()]))
        .fallback_extensions(vec!["html".to_owned()])
        .build()
        .client()
        .unwrap();
    let extractor = Extractor::new(false, true, false);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let root = folder.to_str().unwrap();
    let mut verdicts = Verdicts::new();
    for (path, bytes) in all.iter().filter(|(path, _)| path.ends_with(".html")) {
        let text = String::from_utf8_lossy(bytes);
        for link in extractor.extract(&InputContent::from_string(&text, FileType::Html)) {
            let address = link.text.trim();
            if leads_out(address) || link.element.as_deref() == Some("pre") || link.attribute.is_none() {
                continue;
            }
            let file = match address.strip_prefix('/') {
                Some(below) => format!("file://{root}/{below}"),
                None if address.is_empty() || address.starts_with(['#', '?']) => {
                    format!("file://{root}/{path}{address}")
                }
                None => {
                    let above = path.rsplit_once('/').map_or(String::new(), |(above, _)| format!("{above}/"));
                    format!("file://{root}/{above}{address}")
                }
            };
            let good =
                runtime.block_on(client.check(file)).is_ok_and(|response| response.status().is_success());
            verdicts.insert((path.clone(), address.to_owned()), good);
        }
    }
    verdicts
}

/// Compares, and gives the numbers of links and of broken ones.
#[track_caller]
fn compare(folder: &Path) -> (usize, usize) {
    let folder = folder.canonicalize().unwrap();
    let all = files(&folder);
    let theirs = lychee(&folder, &all);
    let followed = built::followed(all.iter().map(|(path, bytes)| (path.as_str(), &**bytes)), "/");
    let ours: Verdicts = followed.into_iter().map(|one| ((one.path, one.address), one.leads)).collect();
    let unseen: BTreeSet<_> = theirs.keys().filter(|link| !ours.contains_key(*link)).collect();
    assert!(unseen.is_empty(), "lychee sees these links and we don't: {unseen:#?}");
    let differ: Vec<_> = theirs.iter().filter(|(link, good)| ours[*link] != **good).collect();
    assert!(differ.is_empty(), "lychee's verdict on these links is not ours: {differ:#?}");
    let broken = theirs.values().filter(|good| !**good).count();
    eprintln!(
        "{}: {} links compared, {broken} broken; {} more that lychee does not follow",
        folder.display(),
        theirs.len(),
        ours.len() - theirs.len(),
    );
    (theirs.len(), broken)
}

#[test]
fn lychee_agrees_on_every_link_of_this_site() {
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("public");
    let mut build = program(Path::new(env!("CARGO_MANIFEST_DIR")));
    build.args(["build", "--no-cache", "--out"]).arg(&out);
    assert!(build.output().unwrap().status.success());
    let (links, broken) = compare(&out);
    assert!(links > 5_000, "{links}");
    assert_eq!(broken, 0);
}

#[test]
fn lychee_agrees_on_a_site_of_broken_links() {
    let site = Site::empty()
        .with(
            "index.html",
            "<a href=a/>1</a><a href=a>2</a><a href=/a/#there>3</a><a href=a/#no>4</a><a href=gone/>5</a>\
             <a href=#here>6</a><a href=#>7</a><a href=#top>8</a><a href=#gone>9</a><img src=fine.png>\
             <img src=no.png><img srcset='fine.png 1x, no-2.png 2x'><a href='a%20b.html#%C3%A4'>10</a>\
             <a href='a b.html'>11</a><a href='a/?q=1#there'>12</a><a href='A/'>13</a><a href=empty/>14</a>\
             <a href='../index.html'>15</a><script src=no.js></script><link rel=stylesheet href=no.css>\
             <iframe src=no-frame.html></iframe><video poster=no.jpg src=no.mp4></video><a href=a/#There>16</a>\
             <a href=c>17</a><a href='a/#there&amp;more'>18</a><p id=here>",
        )
        .with("a/index.html", "<p id=there><a name=old></a><a href=../>up</a><a href=#old>x</a><a href=../gone>y</a>")
        .with("a b.html", "<p id=ä>")
        .with("c.html", "<a href=./a/#there>x</a>")
        .with("fine.png", "png")
        .with("empty/file.txt", "no index");
    let (links, broken) = compare(&site.path(""));
    assert!(links >= 25 && broken >= 12, "{links} links, {broken} broken");
}

#[test]
fn lychee_agrees_on_sites_of_others() {
    let Ok(sites) = std::env::var("SHARDBOOK_BUILT_SITES") else { return };
    for site in sites.split(':') {
        compare(Path::new(site));
    }
}
