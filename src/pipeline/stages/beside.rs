//! The files that list or index the whole site. They need every page, so whoever edits one page does not wait for
//! them: they are made when somebody wants them, of the same pages that `build` would make them of.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use super::render::{Printer, Rendered};
use crate::diagnostic::{Checked, Diagnostic};
use crate::links::route::Route;
use crate::pipeline::memo::Shelf;
use crate::render::artifact::{Artifact, Files};
use crate::render::feeds::{self, Listed};
use crate::render::search::{self, Record};
use crate::render::templates::TEMPLATE;
use crate::render::view::{PageView, SiteView};
use crate::text::{Digester, Location, SourceFile, Span};

/// What the files beside the pages are made from, and those that were made.
#[derive(Debug)]
pub struct Beside {
    printer: Printer,
    rendered: Vec<Arc<Checked<Rendered>>>,
    redirects: Vec<(String, String)>,
    has_search: bool,
    has_not_found: bool,
    language: String,
    lists: OnceLock<Checked<Artifact>>,
    index: OnceLock<Arc<Checked<Files>>>,
}

impl Beside {
    pub(super) fn new(
        printer: Printer,
        rendered: Vec<Arc<Checked<Rendered>>>,
        redirects: Vec<(String, String)>,
        has: impl Fn(&str) -> bool,
        language: String,
    ) -> Self {
        let (has_search, has_not_found) = (has("/search/"), has("/404/"));
        let (lists, index) = (OnceLock::new(), OnceLock::new());
        Self { printer, rendered, redirects, has_search, has_not_found, language, lists, index }
    }

    /// Adds all of them to a site.
    pub fn add_to(&self, artifact: &mut Artifact, findings: &mut Vec<Diagnostic>) {
        let (lists, index) = (self.lists(), self.index());
        findings.extend(lists.findings.iter().chain(&index.findings).cloned());
        for (path, bytes) in lists.value.files() {
            artifact.add(path, Arc::clone(bytes));
        }
        for (path, bytes) in &index.value {
            artifact.add(Arc::clone(path), Arc::clone(bytes));
        }
    }

    /// One of them, made now if it was not yet.
    pub fn get(&self, path: &str) -> Option<&Arc<[u8]>> {
        if path.starts_with(search::FOLDER) {
            let files = &self.index().value;
            return files.iter().find(|(file, _)| &**file == path).map(|(_, bytes)| bytes);
        }
        self.lists().value.get(path)
    }

    /// The lists of all pages, redirects, and the pages that every site has.
    pub fn lists(&self) -> &Checked<Artifact> {
        self.lists.get_or_init(|| self.make_lists())
    }

    fn make_lists(&self) -> Checked<Artifact> {
        let mut artifact = Artifact::new();
        let mut findings = Vec::new();
        let site = &*self.printer.site;
        let mut listed: Vec<&Listed> = self.rendered.iter().map(|page| &page.value.listed).collect();
        listed.sort_by(|a, b| (a.section.as_str(), &a.url).cmp(&(b.section.as_str(), &b.url)));
        listed.retain(|page| page.url != "/404/");
        if let Some(xml) = feeds::sitemap(site, &listed) {
            artifact.add("sitemap.xml", xml.into_bytes());
        }
        artifact.add("robots.txt", feeds::robots(site).into_bytes());
        artifact.add("llms.txt", feeds::llms(site, &listed).into_bytes());
        let texts = self.rendered.iter().filter_map(|page| {
            let Rendered { files, listed, .. } = &page.value;
            let twin = listed.markdown.as_deref()?;
            let (_, bytes) = files.iter().find(|(path, _)| **path == *twin)?;
            Some((listed.url.as_str(), std::str::from_utf8(bytes).ok()?))
        });
        let texts: HashMap<&str, &str> = texts.collect();
        let texts = listed.iter().filter_map(|page| Some((*page, *texts.get(page.url.as_str())?)));
        artifact.add(feeds::LLMS_FULL, feeds::llms_full(site, texts).into_bytes());
        for (from, to) in &self.redirects {
            artifact.add(Route::new(from).output(), feeds::redirect(&site.address(to)).into_bytes());
        }
        let pages = [
            (
                "/search/",
                "search.html",
                "Search",
                json!({ "groups": groups(site, &listed) }),
                self.has_search,
            ),
            ("/404/", "404.html", "Page not found", json!({}), self.has_not_found),
        ];
        for (url, template, title, own, written) in pages {
            if !written && self.printer.has(template) {
                let description = (url == "/search/")
                    .then(|| format!("Search the pages, models, flags and rules of {}.", site.title));
                let view = PageView {
                    kind: "search".into(),
                    title: title.into(),
                    description,
                    ..PageView::default()
                };
                let route = Route::new(url);
                let printed = self.printer.print(&route, template, view, own, None, None, &mut findings);
                for (path, bytes) in printed.files {
                    artifact.add(path, bytes);
                }
            }
        }
        Checked::new(artifact, findings)
    }

    /// Takes the index of the run before, where pages have the same words.
    pub(in crate::pipeline) fn look_up(&self, known: &mut Shelf<Checked<Files>>) {
        let mut key = Digester::default();
        key.add(self.language.as_bytes());
        for record in self.records() {
            for part in [&record.url, &record.title, &record.kind] {
                key.add(part.as_bytes());
            }
            for section in &record.sections {
                for part in [&section.anchor, &section.heading, &section.text] {
                    key.add(part.as_bytes());
                }
            }
        }
        self.index.get_or_init(|| known.one(key.finish(), || self.make_index()));
    }

    /// The index of the search.
    fn index(&self) -> &Checked<Files> {
        self.index.get_or_init(|| Arc::new(self.make_index()))
    }

    /// What the search looks through, by address.
    fn records(&self) -> Vec<&Record> {
        let records = self.rendered.iter().filter_map(|page| page.value.record.as_ref());
        let mut records: Vec<&Record> = records.collect();
        records.sort_by(|a, b| a.url.cmp(&b.url));
        records
    }

    fn make_index(&self) -> Checked<Files> {
        match search::index(&self.records(), &self.language) {
            Ok(files) => Checked::clean(files),
            Err(error) => {
                let place = Location::new(&SourceFile::new("content", ""), Span::default());
                let message = format!("the search index could not be built: {error}");
                Checked::new(Files::new(), vec![Diagnostic::new(&TEMPLATE, place, message)])
            }
        }
    }
}

/// The sections with their pages, for readers without scripts.
fn groups(site: &SiteView, listed: &[&Listed]) -> Vec<Value> {
    let mut groups: Vec<(String, Vec<Value>)> = Vec::new();
    for page in listed {
        let item = json!({ "title": page.title, "url": site.address(&page.url) });
        match groups.last_mut().filter(|(section, _)| *section == page.section) {
            Some((_, pages)) => pages.push(item),
            None => groups.push((page.section.clone(), vec![item])),
        }
    }
    groups
        .into_iter()
        .enumerate()
        .map(|(number, (title, pages))| {
            json!({ "id": format!("group-{number}"), "title": title, "url": null, "pages": pages })
        })
        .collect()
}
