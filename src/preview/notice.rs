//! What an open page is told about a build: whether it is still the same, its styles, and what was found in it.

use std::collections::HashSet;

use serde::Serialize;

use super::session::Shown;
use crate::diagnostic::report::human::{self, Style};
use crate::diagnostic::{Diagnostic, Level};

/// The news of one build for one page.
#[derive(Debug, Serialize)]
pub struct Notice {
    /// The number of the build.
    pub build: u64,
    /// The path of the page in the browser, as the page said it.
    pub path: String,
    /// A hash of what the page is made of beside its styles; nothing where there is no such page.
    pub page: Option<String>,
    /// Its style sheets, in their order.
    pub styles: Vec<StyleSheet>,
    /// What was found in the page, and what keeps the whole site from being built.
    pub findings: Vec<Item>,
    /// How many findings other files have.
    pub elsewhere: usize,
}

/// A style sheet of a page.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct StyleSheet {
    /// The address, as the page has it.
    pub href: String,
    /// A hash of its bytes; nothing where it is not a file of the site.
    pub hash: Option<String>,
}

/// A finding as the browser shows it.
#[derive(Debug, Serialize)]
pub struct Item {
    rule: &'static str,
    level: &'static str,
    message: String,
    place: String,
    frame: String,
}

/// Columns of a code frame in the browser.
const WIDTH: usize = 100;

/// The news for the page at `path`, whose output file is `output`.
pub fn notice(shown: &Shown, path: &str, output: Option<&str>) -> Notice {
    let bytes = output.and_then(|output| shown.get(output));
    let (page, styles) = match bytes {
        Some(bytes) => {
            let (page, styles) = fingerprint(shown, bytes);
            (Some(page), styles)
        }
        None => (None, Vec::new()),
    };
    let source = output.and_then(|output| shown.sources.get(output)).map(String::as_str);
    let pages: HashSet<&str> = shown.sources.values().map(String::as_str).collect();
    let concerns = |finding: &&Diagnostic| {
        let file = finding.primary.location.source.path();
        let elsewhere = pages.contains(file) && Some(file) != source;
        Some(file) == source || !elsewhere && finding.level == Level::Error
    };
    let trouble = shown.trouble.iter().map(|trouble| Item {
        rule: "",
        level: Level::Error.name(),
        message: trouble.clone(),
        place: String::new(),
        frame: String::new(),
    });
    let all = shown.findings.iter().chain(&*shown.followed);
    let of_page: Vec<Item> = all.filter(concerns).map(item).collect();
    let elsewhere = shown.findings.len() + shown.followed.len() - of_page.len();
    let findings = trouble.chain(of_page).collect();
    Notice { build: shown.build, path: path.to_owned(), page, styles, findings, elsewhere }
}

fn item(finding: &Diagnostic) -> Item {
    let at = &finding.primary.location;
    let start = at.start();
    let text = human::render(finding, Style { color: false, width: WIDTH });
    // The first line has the rule and the message, which stand above the frame anyway.
    let frame = text.split_once('\n').map_or("", |(_, frame)| frame).trim_end();
    Item {
        rule: finding.rule.name,
        level: finding.level.name(),
        message: finding.message.clone(),
        place: format!("{}:{}:{}", at.source.path(), start.line, start.column),
        frame: frame.to_owned(),
    }
}

/// What a page is made of beside its styles, and those: changes of the latter need no reload. Files that the page
/// shows (`src="…"`) are part of what it is made of.
pub fn fingerprint(shown: &Shown, html: &[u8]) -> (String, Vec<StyleSheet>) {
    let text = String::from_utf8_lossy(html);
    let mut hash = blake3::Hasher::new();
    let mut styles = Vec::new();
    let mut rest: &str = &text;
    while let Some(at) = rest.find("<link ") {
        let end = rest[at..].find('>').map_or(rest.len(), |length| at + length);
        let tag = &rest[at..end];
        hash.update(&rest.as_bytes()[..at]);
        match attribute(tag, "href").filter(|_| attribute(tag, "rel") == Some("stylesheet")) {
            Some(href) => {
                let hash = file(shown, href).map(short_hash);
                styles.push(StyleSheet { href: href.to_owned(), hash });
            }
            None => {
                hash.update(tag.as_bytes());
            }
        }
        rest = &rest[end..];
    }
    hash.update(rest.as_bytes());
    for piece in text.split(" src=\"").skip(1) {
        let address = piece.split('"').next().unwrap_or_default();
        if let Some(bytes) = file(shown, address) {
            hash.update(short_hash(bytes).as_bytes());
        }
    }
    (hash.finalize().to_hex()[..16].to_owned(), styles)
}

fn short_hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..16].to_owned()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

/// The file of the site at an address that begins with its base.
fn file<'a>(shown: &'a Shown, address: &str) -> Option<&'a [u8]> {
    let path = address.split(['?', '#']).next()?.strip_prefix(shown.base.as_str())?;
    shown.get(path).map(|bytes| &**bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::artifact::Artifact;

    fn shown(html: &str, css: &str, image: &str) -> Shown {
        let mut artifact = Artifact::new();
        artifact.add("a/index.html", html.as_bytes());
        artifact.add("s.css", css.as_bytes());
        artifact.add("i.png", image.as_bytes());
        Shown { artifact, base: "/b/".into(), ..Shown::default() }
    }

    const PAGE: &str =
        "<link rel=\"stylesheet\" href=\"/b/s.css\"><link rel=\"icon\" href=\"/x\"><img src=\"/b/i.png\">";

    #[test]
    fn styles_are_apart_from_the_page() {
        let told = |html: &str, css, image| notice(&shown(html, css, image), "/b/a/", Some("a/index.html"));
        let first = told(PAGE, "1", "1");
        assert_eq!(first.styles[0].href, "/b/s.css");
        let restyled = told(&PAGE.replace("s.css", "s.css?2"), "2", "1");
        assert_eq!(restyled.page, first.page);
        assert_ne!(restyled.styles, first.styles);
        assert_ne!(told(PAGE, "1", "2").page, first.page, "an image of the page changed");
        assert_ne!(told(&PAGE.replace("/x", "/y"), "1", "1").page, first.page);
        assert_eq!(notice(&shown(PAGE, "", ""), "/b/gone/", Some("gone/index.html")).page, None);
    }
}
