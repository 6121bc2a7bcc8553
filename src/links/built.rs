//! The links of the built site, read back from its HTML: what templates, data and directives wrote, too.
//!
//! [`super::resolve`] judges what authors wrote in pages, at its place there. This judges every address in every
//! finished page, whoever wrote it, and looks for the place that it came from.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::feed;
use super::path::{decode, folder, join};
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::page::html::{Found, scan};
use crate::text::nearest::did_you_mean;
use crate::text::{Excerpt, Location, SourceFile, Span};

/// An address in the built site that leads nowhere.
pub static BROKEN_OUTPUT: Rule = Rule::new(
    "link/broken-output",
    Level::Error,
    "every address in the built site leads to one of its pages, files or ids",
);
/// A page that no way leads to.
pub static ORPHAN_PAGE: Rule =
    Rule::new("link/orphan-page", Level::Warning, "every page can be reached from the first one");

/// The rules of this module.
pub static RULES: [&Rule; 2] = [&BROKEN_OUTPUT, &ORPHAN_PAGE];

/// Where an address may have come from, and what is known about it.
pub struct Origins<'a> {
    /// The files that addresses may stand in, those of the templates first.
    pub sources: Vec<&'a Arc<SourceFile>>,
    /// The Markdown files of pages, by the file that they become.
    pub pages: BTreeMap<String, Arc<SourceFile>>,
    /// Words that findings about links are about already.
    pub reported: HashSet<String>,
    /// Whether another program publishes what stands at this address.
    pub elsewhere: &'a (dyn Fn(&str) -> bool + Sync),
    /// The files that may have more ids where they are published: a program makes a part of them.
    pub has_more: HashSet<String>,
}

/// One HTML file or feed, read back.
struct Document<'a> {
    path: &'a str,
    bytes: &'a [u8],
    ids: HashSet<Box<str>>,
    addresses: Vec<(Box<str>, Span)>,
}

/// An address that leads to nothing: where it stands, and the nearest one that leads somewhere.
struct Broken<'d> {
    document: &'d Document<'d>,
    address: &'d str,
    span: Span,
    help: Option<String>,
}

/// Where an address leads.
enum Lead {
    /// Out of the site.
    Out,
    /// To a file, and an id in it.
    File(String, Option<String>),
    /// Out of the folder that the site is published in, or to a file that there is not.
    Nowhere(Option<String>),
}

/// Checks all HTML files and feeds among `files`, which are published below `base` (`https://host/project/` or `/project/`).
pub fn check<'f>(
    files: impl Iterator<Item = (&'f str, &'f [u8])>,
    base: &str,
    origins: &Origins<'_>,
) -> Vec<Diagnostic> {
    let all: Vec<(&str, &[u8])> = files.collect();
    let paths: BTreeSet<&str> = all.iter().map(|(path, _)| *path).collect();
    let read_back: Vec<_> = all.iter().filter(|(path, _)| is_read_back(path)).collect();
    let documents: Vec<Document<'_>> = read_back.par_iter().map(|(path, bytes)| read(path, bytes)).collect();
    let by_path: HashMap<&str, &Document<'_>> =
        documents.iter().map(|document| (document.path, document)).collect();
    let site = Built { base, paths: &paths, documents: &by_path };
    let broken: Vec<_> =
        documents.par_iter().flat_map_iter(|document| site.broken(document, origins)).collect();
    let mut by_address: BTreeMap<&str, Vec<Broken<'_>>> = BTreeMap::new();
    for one in broken {
        by_address.entry(one.address).or_default().push(one);
    }
    let mut findings = Vec::new();
    for (address, mut places) in by_address {
        places.sort_by_key(|one| (one.document.path, one.span));
        let Some(Broken { document, span, help, .. }) = places.first() else { continue };
        let pages: BTreeSet<&str> = places.iter().map(|one| one.document.path).collect();
        let place = origins.place(address, base, document, *span);
        let message = format!("`{address}` leads to nothing in the built site");
        let on = match pages.len() {
            1 => format!("it stands in `{}`", document.path),
            count => format!("it stands in `{}` and {} more files", document.path, count - 1),
        };
        findings.push(Diagnostic::new(&BROKEN_OUTPUT, place, message).maybe_help(help.clone()).help(on));
    }
    findings.extend(site.orphans(origins));
    findings
}

/// An address in a file, and whether it leads anywhere in the site.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Followed {
    /// The file.
    pub path: String,
    /// The address as it is written, its entities resolved.
    pub address: String,
    /// Whether it leads to a page, a file or an id.
    pub leads: bool,
}

/// Every address in these files that does not lead out of the site, whatever is known about it: for comparing with
/// other programs.
pub fn followed<'f>(files: impl Iterator<Item = (&'f str, &'f [u8])>, base: &str) -> Vec<Followed> {
    let all: Vec<(&str, &[u8])> = files.collect();
    let paths: BTreeSet<&str> = all.iter().map(|(path, _)| *path).collect();
    let read_back = all.iter().filter(|(path, _)| is_read_back(path));
    let documents: Vec<Document<'_>> = read_back.map(|(path, bytes)| read(path, bytes)).collect();
    let by_path = documents.iter().map(|document| (document.path, document)).collect();
    let site = Built { base, paths: &paths, documents: &by_path };
    let addresses = documents
        .iter()
        .flat_map(|document| document.addresses.iter().map(move |(address, _)| (document.path, &**address)));
    let inside = addresses.filter(|(path, address)| !matches!(site.lead(path, address), Lead::Out));
    let followed = inside.map(|(path, address)| Followed {
        path: path.to_owned(),
        address: address.to_owned(),
        leads: site.help(path, address).is_none(),
    });
    followed.collect()
}

/// The addresses of other hosts in all HTML files and feeds that are `wanted`, each at the first place that it may come from.
pub fn outside<'f>(
    files: impl Iterator<Item = (&'f str, &'f [u8])>,
    base: &str,
    origins: &Origins<'_>,
    wanted: &(dyn Fn(&str) -> bool + Sync),
) -> Vec<(String, Location)> {
    let read_back: Vec<_> = files.filter(|(path, _)| is_read_back(path)).collect();
    let documents: Vec<Document<'_>> = read_back.par_iter().map(|(path, bytes)| read(path, bytes)).collect();
    let (host, _) = split(base);
    let is_own = |address: &str| !host.is_empty() && address.starts_with(host);
    let mut first: BTreeMap<String, (&Document<'_>, &str, Span)> = BTreeMap::new();
    for document in &documents {
        for (written, span) in &document.addresses {
            if let Some(address) =
                at_other_host(written).filter(|address| !is_own(address) && wanted(address))
            {
                first.entry(address).or_insert((document, written, *span));
            }
        }
    }
    let places = first
        .into_iter()
        .map(|(address, (document, written, span))| (address, origins.place(written, base, document, span)));
    places.collect()
}

/// The whole address, if one as it is written leads to a host by `http`.
pub fn at_other_host(written: &str) -> Option<String> {
    if written.starts_with("//") {
        return Some(format!("https:{written}"));
    }
    (written.starts_with("https://") || written.starts_with("http://")).then(|| written.to_owned())
}

/// Whether a file is one of pages, or of addresses: a feed or a sitemap.
pub fn is_read_back(path: &str) -> bool {
    path.ends_with(".html") || path.ends_with(".xml")
}

fn read<'a>(path: &'a str, bytes: &'a [u8]) -> Document<'a> {
    let source = SourceFile::new(path, String::from_utf8_lossy(bytes));
    let (mut ids, mut addresses) = (HashSet::new(), Vec::new());
    for found in scan(&Excerpt::whole(&source)) {
        match found {
            Found::Id(id, _) => drop(ids.insert(unescape(&id).into())),
            Found::Address(_, address, span) => addresses.push((unescape(&address).into(), span)),
            Found::NoAlternative(_) | Found::Heading(..) => {}
        }
    }
    if path.ends_with(".xml") {
        let texts = feed::addresses(source.text()).into_iter();
        addresses.extend(texts.map(|(address, span)| (unescape(address).into(), span)));
    }
    // The text is not kept: that of all pages of a large site is a lot.
    Document { path, bytes, ids, addresses }
}

impl Document<'_> {
    fn source(&self) -> Arc<SourceFile> {
        SourceFile::new(self.path, String::from_utf8_lossy(self.bytes))
    }
}

/// The entities that are written in attributes.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let entities =
        [("&#x2F;", "/"), ("&#x27;", "'"), ("&#39;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">")];
    let text = entities.iter().fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c));
    text.replace("&amp;", "&")
}

struct Built<'a> {
    base: &'a str,
    paths: &'a BTreeSet<&'a str>,
    documents: &'a HashMap<&'a str, &'a Document<'a>>,
}

impl Built<'_> {
    /// The addresses of a document that lead nowhere, each with what to write instead.
    fn broken<'d>(&self, document: &'d Document<'d>, origins: &Origins<'_>) -> Vec<Broken<'d>> {
        let mut broken = Vec::new();
        for (address, span) in &document.addresses {
            let Some(help) = self.help(document.path, address) else { continue };
            let fragment = address.split_once('#').map_or("", |(_, fragment)| fragment);
            let known = |word: &str| !word.is_empty() && origins.reported.contains(word);
            if known(address) || known(fragment) || (origins.elsewhere)(self.without_host(address)) {
                continue;
            }
            if let Lead::File(file, _) = self.lead(document.path, address)
                && origins.has_more.contains(&file)
            {
                continue;
            }
            broken.push(Broken { document, address, span: *span, help });
        }
        broken
    }

    /// For an address that leads nowhere: what to write instead, where something is near.
    fn help(&self, from: &str, address: &str) -> Option<Option<String>> {
        match self.lead(from, address) {
            Lead::Out | Lead::File(_, None) => None,
            Lead::Nowhere(wanted) => Some(wanted.and_then(|wanted| self.nearest(&wanted))),
            Lead::File(file, Some(id)) => {
                let target = self.documents.get(file.as_str())?;
                if target.ids.contains(id.as_str()) {
                    return None;
                }
                let mut ids: Vec<&str> = target.ids.iter().map(|id| &**id).collect();
                ids.sort_unstable();
                Some(did_you_mean(&id, ids))
            }
        }
    }

    /// An address without the site's own host.
    fn without_host<'d>(&self, address: &'d str) -> &'d str {
        let (host, _) = split(self.base);
        let rest = address.strip_prefix(host).filter(|rest| !host.is_empty() && rest.starts_with('/'));
        rest.unwrap_or(address)
    }

    fn lead(&self, from: &str, address: &str) -> Lead {
        let (_, base_path) = split(self.base);
        let address = self.without_host(address);
        let scheme = address.split_once(':').is_some_and(|(scheme, _)| {
            !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        });
        if scheme || address.starts_with("//") || address.contains("{{") {
            return Lead::Out;
        }
        let (rest, fragment) = address.split_once('#').map_or((address, None), |(rest, id)| (rest, Some(id)));
        let path = &rest[..rest.find('?').unwrap_or(rest.len())];
        let id = fragment
            .filter(|id| !id.is_empty() && *id != "top" && !id.starts_with(":~:"))
            .map(|id| decode(id).unwrap_or_else(|| id.to_owned()));
        if path.is_empty() {
            return Lead::File(from.to_owned(), id);
        }
        let Some(path) = decode(path) else { return Lead::Nowhere(None) };
        let inside = match path.strip_prefix('/') {
            Some(_) => match format!("{}/", path.trim_end_matches('/')).strip_prefix(base_path) {
                Some(_) => join("", path.get(base_path.len()..).unwrap_or("")),
                None => return Lead::Nowhere(Some(path)),
            },
            None => join(folder(from), &path),
        };
        let Some(inside) = inside else { return Lead::Nowhere(Some(path)) };
        let index = if inside.is_empty() { "index.html".to_owned() } else { format!("{inside}/index.html") };
        let found = [inside.clone(), index, format!("{inside}.html")]
            .into_iter()
            .find(|file| self.paths.contains(file.as_str()));
        found.map_or(Lead::Nowhere(Some(path)), |file| Lead::File(file, id))
    }

    fn nearest(&self, wanted: &str) -> Option<String> {
        // Who names no ending means a page.
        let is_page = !wanted.rsplit('/').next().is_some_and(|name| name.contains('.'));
        let paths = self.paths.iter().filter(|path| !is_page || path.ends_with(".html"));
        let addresses: Vec<String> =
            paths.map(|path| format!("/{}", path.trim_end_matches("index.html"))).collect();
        did_you_mean(wanted, addresses.iter().map(String::as_str))
    }

    /// The pages of Markdown files that no chain of links from the first page leads to.
    fn orphans(&self, origins: &Origins<'_>) -> Vec<Diagnostic> {
        let mut reached: HashSet<String> = HashSet::new();
        let mut next = vec!["index.html".to_owned()];
        if !self.paths.contains("index.html") {
            return Vec::new();
        }
        while let Some(path) = next.pop() {
            // The search page lists every page there is, so what only it leads to is found by nobody.
            let Some(document) = self.documents.get(path.as_str()).filter(|_| path != "search/index.html")
            else {
                continue;
            };
            for (address, _) in &document.addresses {
                if let Lead::File(file, _) = self.lead(document.path, address)
                    && file.ends_with(".html")
                    && !reached.contains(&file)
                {
                    reached.insert(file.clone());
                    next.push(file);
                }
            }
        }
        let lost = origins.pages.iter().filter(|(output, _)| {
            !reached.contains(*output)
                && !matches!(output.as_str(), "index.html" | "404.html" | "search/index.html")
        });
        lost.map(|(_, source)| {
            let line = source.text().find(['\n', '\r']).unwrap_or(source.text().len());
            let place = Location::new(source, Span::new(0, line));
            let message = "no link and no navigation leads from the first page to this one";
            Diagnostic::new(&ORPHAN_PAGE, place, message)
                .help("link to it from a page, or show it in the sidebar")
        })
        .collect()
    }
}

/// The host of a base address, empty when it names none, and its path.
fn split(base: &str) -> (&str, &str) {
    let host = base.find("://").map_or(0, |scheme| {
        let start = scheme + 3;
        base[start..].find('/').map_or(base.len(), |at| start + at)
    });
    base.split_at(host)
}

impl Origins<'_> {
    /// Where an address was written: in the page's own text, in a template, in the data; else in the built file.
    fn place(&self, address: &str, base: &str, document: &Document<'_>, span: Span) -> Location {
        let (host, folder) = split(base);
        let path = address.strip_prefix(host).unwrap_or(address);
        let without_base = path.strip_prefix(folder.trim_end_matches('/')).filter(|rest| rest.len() > 1);
        let own = self.pages.get(document.path);
        for wanted in [Some(address), without_base].into_iter().flatten().filter(|wanted| wanted.len() > 1) {
            for source in own.into_iter().chain(self.sources.iter().copied()) {
                let ends = |c: char| c.is_alphanumeric() || "-_/".contains(c);
                let found = source.text().match_indices(wanted).find(|(at, _)| {
                    let rest = &source.text()[at + wanted.len()..];
                    !rest.starts_with(ends) && !source.text()[..*at].ends_with(ends)
                });
                if let Some((at, _)) = found {
                    return Location::new(source, Span::new(at, at + wanted.len()));
                }
            }
        }
        Location::new(&document.source(), span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)], base: &str, template: &str) -> Vec<String> {
        let template = SourceFile::new("templates/a.html", template);
        let page = SourceFile::new("content/lost.md", "# Lost\n");
        let origins = Origins {
            sources: vec![&template],
            pages: BTreeMap::from([("lost/index.html".to_owned(), page)]),
            reported: HashSet::from(["known".to_owned()]),
            elsewhere: &|address| address.starts_with("/else/"),
            has_more: HashSet::new(),
        };
        let files = files.iter().map(|(path, text)| (*path, text.as_bytes()));
        let found = check(files, base, &origins);
        found
            .iter()
            .map(|finding| {
                let at = &finding.primary.location;
                format!("{} {} {}", finding.rule.name, at.source.path(), at.text())
            })
            .collect()
    }

    #[test]
    fn every_address_of_the_output_is_followed() {
        let index = "<a href=a/>x</a><a href=/p/a/#one>x</a><a href='https://h.x/p/a'>x</a><a href=#known>x</a>\
                     <img src=no.png><a href=/outside/>x</a><a href='a/#two'>x</a><a href=\"mailto:x@y\">x</a>\
                     <a href=/p/gone/>t</a><object data=no.pdf></object><a href=/else/x>x</a>\
                     <a href=https://h.x/else/x>x</a>";
        let files = [
            ("index.html", index),
            ("a/index.html", "<p id=one><a href=../>up</a>"),
            ("lost/index.html", ""),
            ("feed.xml", "<link href='/p/a/'/><link>https://h.x/p/nothing/</link><loc>https://h.x/p/</loc>"),
        ];
        let expected = [
            "link/broken-output templates/a.html /gone/",
            "link/broken-output index.html /outside/",
            "link/broken-output index.html a/#two",
            "link/broken-output index.html no.pdf",
            "link/broken-output index.html no.png",
            "link/broken-output feed.xml https://h.x/p/nothing/",
            "link/orphan-page content/lost.md # Lost",
        ];
        let mut is = found(&files, "https://h.x/p/", "{{ a }} '/gone/'");
        let mut expected = expected.map(str::to_owned).to_vec();
        is.sort();
        expected.sort();
        assert_eq!(is, expected);
    }
}
