//! What a page's text must hold, whatever it is about.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::page::Page;
use crate::page::links::{HtmlAttribute, LinkKind, LinkRef};
use crate::page::tree::{NodeKind, render_plain};
use crate::text::{Location, Span};

/// A heading that is more than one level below the one before it.
pub static HEADING_SKIP: Rule =
    Rule::new("content/heading-skip", Level::Warning, "headings go down one level at a time");

/// A second heading of level 1.
pub static SECOND_TITLE: Rule =
    Rule::new("content/second-title", Level::Warning, "a page has one heading of level 1, its title");

/// A heading without words.
pub static EMPTY_HEADING: Rule =
    Rule::new("content/empty-heading", Level::Warning, "every heading has words");

/// An image that says nothing to who can't see it.
pub static IMAGE_ALT: Rule =
    Rule::new("content/image-alt", Level::Warning, "every image has an alternative text");

/// Two anchors of one name.
pub static DUPLICATE_ID: Rule =
    Rule::new("content/duplicate-id", Level::Error, "an id stands once on a page");

/// Two anchors that differ in letter case.
pub static ID_CASE: Rule =
    Rule::new("content/id-case", Level::Warning, "no two ids of a page differ in letter case only");

/// A link to a host that stands for another.
pub static PLACEHOLDER_HOST: Rule =
    Rule::new("content/placeholder-host", Level::Warning, "links lead to real hosts, not to placeholders");

/// A page without a name.
pub static MISSING_TITLE: Rule =
    Rule::new("content/missing-title", Level::Warning, "every page has a title or a heading of level 1");

/// A page that search engines and lists have no sentence for.
pub static MISSING_DESCRIPTION: Rule =
    Rule::new("content/missing-description", Level::Note, "every page has a description");

/// A fence that does not say what it holds.
pub static FENCE_LANGUAGE: Rule =
    Rule::new("content/fence-language", Level::Note, "every fenced code block names its language");

/// A fence that takes all that follows.
pub static UNCLOSED_FENCE: Rule =
    Rule::new("content/unclosed-fence", Level::Warning, "every fenced code block has a closing fence");

/// A page that says nothing.
pub static EMPTY_PAGE: Rule = Rule::new("content/empty-page", Level::Warning, "every page has content");

/// What raw HTML in a page holds beside ids and addresses.
pub(crate) struct Raw<'a> {
    /// `img` tags without an `alt`.
    pub(crate) without_alternative: &'a [Span],
    /// Headings, by level.
    pub(crate) headings: &'a [(u8, Span)],
}

/// Checks a page.
pub(crate) fn check(page: &Page, raw: &Raw<'_>, findings: &mut Vec<Diagnostic>) {
    let mut report = |rule: &'static Rule, span: Span, message: &str, help: &str| {
        let finding = Diagnostic::new(rule, Location::new(&page.source, span), message);
        findings.push(finding.maybe_help((!help.is_empty()).then(|| help.into())));
    };
    for &span in raw.without_alternative {
        let help = "describe it, or write `alt=\"\"` when it is mere decoration";
        report(&IMAGE_ALT, span, "this image has no `alt`", help);
    }
    images(page, &mut |span| {
        let help = "describe between the brackets what it shows";
        report(&IMAGE_ALT, span, "this image has no alternative text", help);
    });
    for snippet in page.snippets.iter().filter(|snippet| snippet.language.value.is_empty()) {
        if let Some(marker) = snippet.marker {
            let help = "write the language after the fence, `text` for none";
            report(&FENCE_LANGUAGE, marker, "this code block does not name its language", help);
        }
    }
    for snippet in page.snippets.iter().filter(|snippet| !snippet.closed) {
        let marker = snippet.marker.unwrap_or(snippet.fence);
        let help = format!("add a line of `{}` where the code ends", marker.of(page.source.text()));
        report(&UNCLOSED_FENCE, marker, "this code block has no closing fence", &help);
    }
    let head = page.front_matter.span.map_or(Span::default(), |span| Span::new(span.start, span.start + 3));
    if page.tree.is_empty() {
        report(&EMPTY_PAGE, head, "this page has no content", "");
    }
    if page.title().is_none() && !raw.headings.iter().any(|(level, _)| *level == 1) {
        let help = "add `title:` to the front matter, or a heading of level 1";
        report(&MISSING_TITLE, head, "this page has no title", help);
    }
    if page.front_matter.description.is_none() {
        let help = "add `description:` to the front matter";
        report(&MISSING_DESCRIPTION, head, "this page has no description", help);
    }
    headings(page, raw.headings, findings);
    ids(page, findings);
    hosts(page, findings);
}

/// Links that a reader can click on and that lead to no real host. Bare addresses in the text are read, not clicked.
fn hosts(page: &Page, findings: &mut Vec<Diagnostic>) {
    let clicked = |link: &&LinkRef| {
        matches!(link.kind, LinkKind::Inline | LinkKind::Reference | LinkKind::Html(HtmlAttribute::Href))
    };
    for link in page.links.iter().filter(clicked) {
        let Some(host) = host(&link.destination).filter(|host| is_placeholder(host)) else { continue };
        let written = Location::new(&page.source, link.destination_span);
        let at = written.text().find(host).map(|at| link.destination_span.start + at);
        let place = at.map_or(written, |at| Location::new(&page.source, Span::new(at, at + host.len())));
        let message = format!("`{host}` is a placeholder, so this link leads nowhere");
        findings.push(
            Diagnostic::new(&PLACEHOLDER_HOST, place, message)
                .help("link to the real host, or write the address as code"),
        );
    }
}

/// The host of an `http` address, without its port.
fn host(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    Some(host.split_once(':').map_or(host, |(host, _)| host))
}

/// Names that are reserved for examples, and what people write where a name is to be filled in.
fn is_placeholder(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let reserved = ["example.com", "example.org", "example.net"];
    let is_reserved = reserved
        .iter()
        .any(|name| host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    let words = [
        "your-host",
        "your-domain",
        "yourdomain.com",
        "your-server",
        "your-site",
        "hostname",
        "changeme",
        "todo",
        "tbd",
    ];
    let first = host.split('.').next().unwrap_or_default();
    is_reserved
        || host.ends_with(".example")
        || words.contains(&host.as_str())
        || words.contains(&first) && first.starts_with("your")
        || host.contains(['<', '>', '{', '}', '$'])
}

fn images(page: &Page, report: &mut impl FnMut(Span)) {
    for node in &page.tree {
        node.walk(&mut |node| {
            if matches!(node.kind, NodeKind::Image(_)) && render_plain(&node.children).trim().is_empty() {
                report(node.span);
            }
        });
    }
}

fn headings(page: &Page, raw: &[(u8, Span)], findings: &mut Vec<Diagnostic>) {
    let written = page.headings.iter().map(|heading| (heading.level, heading.content, true));
    let mut all: Vec<_> = written.chain(raw.iter().map(|(level, span)| (*level, *span, false))).collect();
    all.sort_by_key(|(_, span, _)| *span);
    let mut above = 1;
    let mut title: Option<Span> = None;
    for (level, span, is_markdown) in all {
        let at = |span| Location::new(&page.source, span);
        let meant = |level: u8| match is_markdown {
            true => format!("write `{}`", "#".repeat(usize::from(level))),
            false => format!("write `<h{level}>`"),
        };
        if level > above + 1 {
            let message = format!("a heading of level {level} follows one of level {above}");
            findings.push(Diagnostic::new(&HEADING_SKIP, at(span), message).help(meant(above + 1)));
        }
        above = level;
        if level == 1 {
            if let Some(first) = title {
                let message = "this page has a second heading of level 1";
                let finding = Diagnostic::new(&SECOND_TITLE, at(span), message);
                findings.push(finding.related(at(first), "first here").help(meant(2)));
            }
            title = title.or(Some(span));
        }
    }
    for heading in &page.headings {
        let written = heading.span.of(page.source.text());
        let blank = |c: char| c.is_whitespace() || matches!(c, '#' | '=' | '-' | '>');
        if written.trim_matches(blank).is_empty() {
            let place = Span::new(heading.span.start, heading.span.start + written.trim_end().len());
            findings.push(
                Diagnostic::new(
                    &EMPTY_HEADING,
                    Location::new(&page.source, place),
                    "this heading has no words",
                )
                .help("write what follows it is about, or take it away"),
            );
        }
    }
}

/// Ids that were written twice; anchors that were made are unique by themselves.
fn ids(page: &Page, findings: &mut Vec<Diagnostic>) {
    let explicit = page.headings.iter().filter_map(|heading| Some((&*heading.anchor, heading.explicit?)));
    let mut all: Vec<(&str, Span)> =
        explicit.chain(page.ids.iter().map(|id| (&*id.value, id.span))).collect();
    all.sort_by_key(|(_, span)| *span);
    let mut first: HashMap<&str, Span> = HashMap::with_capacity(all.len());
    for (id, span) in all {
        if let Some(&first) = first.get(id) {
            findings.push(
                Diagnostic::new(
                    &DUPLICATE_ID,
                    Location::new(&page.source, span),
                    format!("the id `{id}` stands twice on this page"),
                )
                .label("again here")
                .related(Location::new(&page.source, first), "first here"),
            );
        } else {
            first.insert(id, span);
        }
    }
    let made = page.headings.iter().filter(|heading| heading.explicit.is_none());
    let made = made.map(|heading| (&*heading.anchor, heading.content));
    let mut folded: HashMap<String, (&str, Span)> = HashMap::new();
    let mut written: Vec<(&str, Span)> = first.into_iter().chain(made).collect();
    written.sort_by_key(|(_, span)| *span);
    for (id, span) in written {
        let (other, place) = *folded.entry(id.to_lowercase()).or_insert((id, span));
        if other != id {
            let message = format!("the id `{id}` differs from `{other}` in letter case only");
            findings.push(
                Diagnostic::new(&ID_CASE, Location::new(&page.source, span), message)
                    .related(Location::new(&page.source, place), "the other one")
                    .help("give one of the two another name"),
            );
        }
    }
}
