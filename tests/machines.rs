#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads what was built itself")]
//! The files that programs read: the feed, JSON-LD, and the text of all pages.

mod support;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;
use support::{Run, Site, files, program};

const HOST: &str = "https://docs.example/project/";

/// The shipped site, published at a host.
fn built() -> &'static BTreeMap<String, String> {
    static BUILT: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("site");
        let mut build = program(std::path::Path::new(env!("CARGO_MANIFEST_DIR")));
        Run::of(build.args(["build", "--no-cache", "--base-url", HOST, "--out"]).arg(&out)).code(0);
        let text = |(path, bytes)| Some((path, String::from_utf8(bytes).ok()?));
        files(&out).into_iter().filter_map(text).collect()
    })
}

/// The text of every element of a name.
fn elements<'x>(xml: &'x str, name: &str) -> Vec<&'x str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    xml.split(&open).skip(1).map(|rest| rest.split_once(&close).unwrap().0).collect()
}

/// The file that an address of the site is.
fn file_of(address: &str) -> String {
    let path = address.strip_prefix(HOST).unwrap_or_else(|| panic!("{address} is no address of the site"));
    let path = path.split('#').next().unwrap();
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
}

#[test]
fn the_feed_has_an_entry_for_each_version() {
    let feed = &built()["feed.xml"];
    let entries: Vec<&str> = feed.split("<entry>").skip(1).collect();
    assert!(entries.len() >= 3, "{feed}");
    let mut ids: Vec<&str> = entries.iter().flat_map(|entry| elements(entry, "id")).collect();
    assert_eq!(ids[0], "https://docs.example/project/changes/0.5.10-0.5.23/");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), entries.len(), "each entry has a name of its own");
    for entry in &entries {
        let title = elements(entry, "title")[0];
        assert!(title.starts_with("sglang ") && title.contains(": "), "{title}");
        let day = elements(entry, "updated")[0];
        assert!(day.len() == 20 && day.ends_with("T00:00:00Z") && day > "2025-12-01", "{day}");
        // Everything in it leads to a page of the site, by a whole address.
        let content = entry.split("&lt;a href=&quot;").skip(1);
        let mut links = 0;
        for address in content.map(|rest| rest.split("&quot;").next().unwrap()).chain(elements(entry, "id")) {
            let (file, anchor) = (file_of(address), address.split_once('#').map(|(_, anchor)| anchor));
            let html = built().get(&file).unwrap_or_else(|| panic!("{address}"));
            assert!(anchor.is_none_or(|id| html.contains(&format!("id=\"{id}\""))), "{address}");
            links += 1;
        }
        assert!(links > 2, "{entry}");
    }
    let newest = entries.iter().flat_map(|entry| elements(entry, "updated")).max();
    assert_eq!(elements(feed, "updated").first().copied(), newest);
    let link = "<link rel=\"alternate\" type=\"application/atom+xml\"";
    for page in ["index.html", "models/index.html", "guide/parallelism/index.html"] {
        let html = &built()[page];
        assert!(html.contains(link) && html.contains("href=\"/project/feed.xml\""), "{page}");
    }
}

#[test]
fn a_site_without_a_host_has_no_feed_and_no_link_to_one() {
    let site = Site::new();
    site.build(&[]).code(0);
    let files = site.published();
    assert!(!files.contains_key("feed.xml"));
    assert!(!String::from_utf8_lossy(&files["index.html"]).contains("feed.xml"));
}

/// The JSON-LD of a page.
fn graph(html: &str) -> Vec<Value> {
    let (_, rest) = html.split_once("<script type=\"application/ld+json\">").unwrap();
    let text = rest.split_once("</script>").unwrap().0;
    let mut read: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(read["@context"], "https://schema.org");
    read["@graph"].as_array_mut().map(std::mem::take).unwrap()
}

#[test]
fn every_page_says_what_it_is() {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for (path, html) in built().iter().filter(|(path, _)| path.ends_with("index.html")) {
        if path == "search/index.html" || html.contains("http-equiv=\"refresh\"") {
            continue;
        }
        for node in graph(html) {
            *kinds.entry(node["@type"].as_str().unwrap().to_owned()).or_default() += 1;
            for address in node["url"].as_str().into_iter().chain(
                node["itemListElement"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|item| item["item"].as_str()),
            ) {
                assert!(built().contains_key(&file_of(address)), "{path}: {address}");
            }
        }
    }
    assert_eq!(kinds["WebSite"], 1);
    assert!(kinds["TechArticle"] > 100 && kinds["BreadcrumbList"] > 100, "{kinds:?}");
    assert!(kinds["SoftwareSourceCode"] > 500, "{kinds:?}");
}

#[test]
fn structured_commands_stand_on_their_page() {
    let page = "models/deepseek-ai/deepseek-v3.2/";
    let html = &built()[&format!("{page}index.html")];
    let twin = &built()[&format!("{page}index.md")];
    let nodes = graph(html);
    let commands: Vec<_> = nodes.iter().filter(|node| node["@type"] == "SoftwareSourceCode").collect();
    assert!(!commands.is_empty());
    for command in commands {
        for line in command["text"].as_str().unwrap().lines().filter(|line| !line.starts_with('#')) {
            assert!(twin.contains(line), "{line}");
        }
    }
}

#[test]
fn a_title_can_not_leave_the_script() {
    let title = "'</script><script>alert(1)</script> <!-- & \"'";
    let site =
        Site::new().with("content/a.md", &format!("---\ntitle: {title}\ndescription: D\n---\n\nText\n"));
    site.build(&["--base-url", HOST]).code(0);
    let html = String::from_utf8(site.published()["a/index.html"].clone()).unwrap();
    assert!(!html.contains("<script>alert"), "{html}");
    assert_eq!(graph(&html)[0]["headline"], title.trim_matches('\''));
}

#[test]
fn the_text_of_all_pages_is_in_one_file() {
    let full = &built()["llms-full.txt"];
    let mut pages = 0;
    for (path, text) in built().iter().filter(|(path, _)| path.ends_with("index.md")) {
        let address = format!("\nSource: {HOST}{}\n", path.strip_suffix("index.md").unwrap());
        assert_eq!(full.matches(&address).count(), 1, "{path}");
        assert!(full.contains(text.trim()), "{path}");
        pages += 1;
    }
    assert!(pages > 300);
    assert_eq!(full.matches(&format!("\nSource: {HOST}")).count(), pages);
    assert!(built()["llms.txt"].contains(&format!("{HOST}llms-full.txt")));
}
