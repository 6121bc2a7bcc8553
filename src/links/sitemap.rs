//! Every place that a link can lead to.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::route::Route;

/// A page of the built site, as far as links know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The Markdown file that it is made from; generated pages have none.
    pub source: Option<String>,
    /// The title.
    pub title: String,
    /// The ids that a fragment can name.
    pub anchors: HashSet<Box<str>>,
    /// The one among them that is the title's: the template writes the title, so it is the top of the page.
    pub title_anchor: Option<Box<str>>,
    /// Whether it may have more: it holds a component that only a program can read.
    pub has_more: bool,
}

/// All pages, files and redirects of the built site.
#[derive(Clone, Debug, Default)]
pub struct Sitemap {
    pages: BTreeMap<String, Target>,
    by_source: HashMap<String, String>,
    files: HashSet<String>,
    /// Where files are published that lie at another path in the site's folder.
    moved: HashMap<String, String>,
    redirects: BTreeMap<String, String>,
    /// The folders among the redirects: their address is nobody's former one.
    folders: HashSet<String>,
    /// What exists under the lower-case form of an address or file.
    folded: HashMap<String, String>,
}

impl Sitemap {
    /// Adds a page. Gives the page that has the address already, if any, and keeps that.
    pub fn add_page(&mut self, route: &Route, target: Target) -> Option<&Target> {
        if self.pages.contains_key(&route.url) {
            return self.pages.get(&route.url);
        }
        if let Some(source) = &target.source {
            self.by_source.insert(source.clone(), route.url.clone());
        }
        self.folded.insert(route.url.to_lowercase(), route.url.clone());
        self.pages.insert(route.url.clone(), target);
        None
    }

    /// Adds a file that is published as it is, by its path in the built site.
    pub fn add_file(&mut self, path: &str) {
        self.folded.insert(format!("/{}", path.to_lowercase()), format!("/{path}"));
        self.files.insert(path.to_owned());
    }

    /// Says that a published file lies at `source` in the site's folder.
    pub fn add_file_of(&mut self, source: &str, path: &str) {
        self.moved.insert(source.to_owned(), path.to_owned());
    }

    /// Where the file that lies at a path in the site's folder is published.
    pub fn file_of_source(&self, source: &str) -> Option<&str> {
        self.moved.get(source).map(String::as_str)
    }

    /// Adds a redirect from an address to a page. Gives `false` where the address is a page or redirect already.
    pub fn add_redirect(&mut self, from: &Route, to: &Route) -> bool {
        if self.pages.contains_key(&from.url) || self.redirects.contains_key(&from.url) {
            return false;
        }
        self.redirects.insert(from.url.clone(), to.url.clone());
        true
    }

    /// Says that the address of a folder without a page of its own leads to its first page; the first word counts.
    pub fn add_folder(&mut self, folder: &Route, first: &Route) {
        if !self.files.contains(&folder.output()) && self.add_redirect(folder, first) {
            self.folders.insert(folder.url.clone());
        }
    }

    /// Whether an address that redirects is that of a folder.
    pub fn is_folder(&self, url: &str) -> bool {
        self.folders.contains(url)
    }

    /// The page at an address.
    pub fn page(&self, url: &str) -> Option<&Target> {
        self.pages.get(url)
    }

    /// The address of the page made from a Markdown file.
    pub fn url_of_source(&self, path: &str) -> Option<&str> {
        self.by_source.get(path).map(String::as_str)
    }

    /// Whether a file is published at this path.
    pub fn has_file(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    /// Where an address redirects to.
    pub fn redirect(&self, url: &str) -> Option<&str> {
        self.redirects.get(url).map(String::as_str)
    }

    /// The page or file whose address differs from this one in letter case only.
    pub fn other_case(&self, address: &str) -> Option<&str> {
        self.folded.get(&address.to_lowercase()).map(String::as_str).filter(|found| *found != address)
    }

    /// All pages with their addresses, sorted.
    pub fn pages(&self) -> impl Iterator<Item = (&str, &Target)> {
        self.pages.iter().map(|(url, target)| (url.as_str(), target))
    }

    /// All redirects, from and to, sorted.
    pub fn redirects(&self) -> impl Iterator<Item = (&str, &str)> {
        self.redirects.iter().map(|(from, to)| (from.as_str(), to.as_str()))
    }
}
