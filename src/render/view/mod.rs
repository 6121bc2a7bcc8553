//! What templates are given: plain data, one type for each shape that a template names.

pub mod navigation;
pub mod sidebars;

use serde::Serialize;
use serde_json::Value;

use crate::render::code::Badge;
use crate::world::site::Site;

/// What every template is given beside its own part.
#[derive(Clone, Debug, Serialize)]
pub struct Frame<'a> {
    /// The site.
    pub site: &'a SiteView,
    /// The page.
    pub page: PageView,
    /// The links of the top bar.
    pub sections: Vec<SectionLink>,
    /// The sidebar.
    pub nav: Vec<NavItem>,
}

/// The site, the same on every page.
#[derive(Clone, Debug, Serialize)]
pub struct SiteView {
    /// The site's name.
    pub title: String,
    /// One sentence about it.
    pub description: String,
    /// BCP 47 language tag.
    pub language: String,
    /// The path of the site's root, with a slash at both ends.
    pub base_path: String,
    /// Scheme and host, without a slash at the end; empty where they are not known.
    pub base_url: String,
    /// The address of the repository.
    pub repository: Option<String>,
    /// The engine version that pages show first.
    pub version_default: String,
    /// All engine versions, oldest first.
    pub versions: Vec<String>,
    /// The addresses of styles and scripts.
    pub assets: Assets,
    /// The address of the feed, where there is one.
    pub feed: Option<String>,
    /// The links at the foot of every page.
    pub footer: Vec<Link>,
}

/// The addresses of styles and scripts, which carry a hash of their content in their names.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The script of every page.
    pub js: String,
    /// The script of the search, loaded at first use.
    pub search: String,
    /// The script of the command builder, loaded on the home page.
    pub builder: String,
}

/// A link with its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The words.
    pub title: String,
    /// The address.
    pub url: String,
}

/// What stands below a page in the sidebar: a page, or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// The words.
    pub title: String,
    /// The address from the site's root, or of something elsewhere.
    pub url: String,
    /// How many entries a folder has; none for a page.
    pub below: usize,
}

/// A link of the top bar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SectionLink {
    /// The words.
    pub title: String,
    /// The address.
    pub url: String,
    /// Whether the page is in this section.
    pub active: bool,
}

/// A page of the sidebar, or a group of pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NavItem {
    /// The words.
    pub title: String,
    /// The address; a group may have none.
    pub url: Option<String>,
    /// Whether this is the page shown.
    pub active: bool,
    /// Whether the page shown is below.
    pub open: bool,
    /// The pages below.
    pub children: Vec<NavItem>,
}

/// A part of a page's path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Crumb {
    /// The words.
    pub title: String,
    /// The address; none for the page itself and for folders without a page.
    pub url: Option<String>,
}

/// A heading in the table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TocItem {
    /// The anchor.
    pub id: String,
    /// The words.
    pub text: String,
    /// The level, 2 or 3.
    pub level: u8,
    /// The headings below.
    pub children: Vec<TocItem>,
}

/// A fact in a list of facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: String,
    /// A remark, such as the unit.
    pub note: Option<String>,
    /// An address.
    pub url: Option<String>,
}

impl Fact {
    /// A fact without a remark.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), note: None, url: None }
    }

    /// With a remark.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// With an address.
    #[must_use]
    pub fn link(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }
}

/// One page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PageView {
    /// `page`, `model`, `rule`, …: a class of the body.
    pub kind: String,
    /// The title.
    pub title: String,
    /// What is shown as the title, as HTML, where that is not the title itself.
    pub heading: Option<String>,
    /// Whether only programs see the title.
    pub hide_title: bool,
    /// The address below the host.
    pub url: String,
    /// The whole address, where the host is known.
    pub canonical: Option<String>,
    /// One sentence for search engines.
    pub description: Option<String>,
    /// The sentence below the title.
    pub lead: Option<String>,
    /// The content as HTML.
    pub content: String,
    /// The table of contents.
    pub toc: Vec<TocItem>,
    /// The path from the home page.
    pub breadcrumbs: Vec<Crumb>,
    /// The page before.
    pub prev: Option<Link>,
    /// The page after.
    pub next: Option<Link>,
    /// Where the source can be edited.
    pub edit_url: Option<String>,
    /// The day of the last change, `2026-11-24`.
    pub updated: Option<String>,
    /// What was proven about the page's commands.
    pub checked: Option<Badge>,
    /// The Markdown twin.
    pub markdown: Option<String>,
    /// The page in the words of schema.org, as JSON that is safe in a script element.
    pub structured: Option<String>,
    /// The page's programs in these words.
    #[serde(skip)]
    pub code: Vec<Value>,
}

impl SiteView {
    /// The view of a site's configuration.
    pub fn new(site: &Site, versions: Vec<String>, assets: Assets, footer: Vec<Link>) -> Self {
        let base_path = site.base_path().to_owned();
        let host = site.base_url.strip_suffix(&base_path).unwrap_or_default();
        let newest = versions.last().cloned().unwrap_or_default();
        Self {
            title: site.title.clone(),
            description: site.description.clone(),
            language: site.language.clone(),
            base_url: host.to_owned(),
            repository: site.repository.clone(),
            version_default: site.engine_version.clone().unwrap_or(newest),
            versions,
            assets,
            feed: None,
            footer,
            base_path,
        }
    }

    /// The address of a page or file, given from the site's root, below the host.
    pub fn address(&self, url: &str) -> String {
        format!("{}{}", self.base_path, crate::links::path::encode(url.trim_start_matches('/')))
    }

    /// The whole address, where the host is known.
    pub fn canonical(&self, url: &str) -> Option<String> {
        (!self.base_url.is_empty()).then(|| format!("{}{}", self.base_url, self.address(url)))
    }
}

/// The table of contents of a page, from its headings of the second and third level: level, anchor, words.
pub fn contents<'a>(headings: impl IntoIterator<Item = (u8, &'a str, &'a str)>) -> Vec<TocItem> {
    let mut items: Vec<TocItem> = Vec::new();
    for (level, id, text) in headings.into_iter().filter(|(level, ..)| (2..=3).contains(level)) {
        let item = TocItem { id: id.into(), text: text.into(), level, children: Vec::new() };
        match items.last_mut() {
            Some(parent) if level > parent.level => parent.children.push(item),
            _ => items.push(item),
        }
    }
    items
}
