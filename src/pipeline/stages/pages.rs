//! The pages: read, given their addresses, and put on the map that links are resolved against.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::categories::categories;
use super::{Generated, Scene, order, parts};
use crate::catalog::schema;
use crate::diagnostic::{Checked, Diagnostic, Rule};
use crate::links::path::decode;
use crate::links::route::{Route, without_number};
use crate::links::sitemap::{Sitemap, Target};
use crate::page::{self, Component, Page, Surroundings, content};
use crate::pipeline::memo::Memo;
use crate::pipeline::settle::DUPLICATE_OUTPUT;
use crate::render::assets::is_fingerprinted;
use crate::render::generated::Library;
use crate::text::{Digest, Digester, Location, SourceFile, Span};
use crate::world::layout::{Dialect, Layout};

/// A page that was read, with its address.
#[derive(Debug)]
pub struct ParsedPage {
    /// The page.
    pub page: Page,
    /// Its address.
    pub route: Route,
    /// What was found while reading it.
    pub findings: Vec<Diagnostic>,
    /// Whether it is a part that other pages hold, and no page of its own.
    pub is_part: bool,
    /// The digest of what it was read from.
    pub(super) key: Digest,
    /// The files that it takes in: as it names them, and the digest of what they were.
    taken: Vec<(Box<str>, Digest)>,
    /// The digest of what links to it can see.
    seen_by_links: Digest,
    /// The digest of what the navigation shows of it.
    pub(super) seen_by_navigation: Digest,
}

/// What is wanted of pages and not of parts.
static OF_PAGES: [&Rule; 3] = [&content::MISSING_TITLE, &content::MISSING_DESCRIPTION, &content::EMPTY_PAGE];

impl ParsedPage {
    fn new(layout: &Layout, key: Digest, parsed: Checked<Page>, taken: Vec<(Box<str>, Digest)>) -> Self {
        let Checked { value: page, mut findings } = parsed;
        let key = Digest::all(std::iter::once(key).chain(taken.iter().map(|(_, digest)| *digest)));
        let slug = page.front_matter.slug.as_ref().map(|slug| &*slug.value);
        let id = page.front_matter.id.as_ref().map(|id| &*id.value);
        let route = Route::of_file(layout, page.source.path(), slug, id);
        let is_part = parts::is_part(layout, page.source.path());
        if is_part {
            // A part has the title of the page that takes it in, and may hold nothing but a component.
            findings.retain(|finding| !OF_PAGES.iter().any(|rule| rule.name == finding.rule.name));
        }
        let mut parsed = Self {
            page,
            route,
            findings,
            is_part,
            key,
            taken,
            seen_by_links: Digest::default(),
            seen_by_navigation: Digest::default(),
        };
        let mut seen = Digester::default();
        seen.add(parsed.page.source.path().as_bytes());
        seen.add(parsed.route.url.as_bytes());
        parsed.page.anchors().for_each(|anchor| seen.add(anchor.as_bytes()));
        seen.add(if parsed.page.title_heading().is_some() { b"title" } else { b"none!" });
        seen.add(if parsed.page.has_more_anchors { b"more" } else { b"all" });
        for file in parts::files(&parsed.page) {
            seen.add(b"part");
            seen.add(file.as_bytes());
        }
        for alias in &parsed.page.front_matter.aliases {
            seen.add(b"alias");
            seen.add(alias.value.as_bytes());
        }
        parsed.seen_by_links = seen.finish();
        let mut seen = Digester::default();
        let front_matter = &parsed.page.front_matter;
        seen.add(parsed.page.source.path().as_bytes());
        seen.add(front_matter.id.as_ref().map_or("", |id| &*id.value).as_bytes());
        seen.add(parsed.route.url.as_bytes());
        seen.add(parsed.title().as_bytes());
        let shown = (
            front_matter.sidebar_label.as_ref().map(|label| &*label.value),
            front_matter.sidebar_position.map(f64::to_bits),
            front_matter.hide_sidebar,
        );
        seen.add(format!("{shown:?}").as_bytes());
        parsed.seen_by_navigation = seen.finish();
        parsed
    }

    /// The title: the page's, else its file's name.
    pub fn title(&self) -> String {
        self.page.title().map_or_else(
            || {
                let path = self.page.source.path();
                let name = path.rsplit('/').next().unwrap_or(path);
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                match self.page.dialect {
                    Dialect::Docusaurus => without_number(stem).to_owned(),
                    Dialect::Mdx => spoken(stem),
                    Dialect::Native => stem.to_owned(),
                }
            },
            str::to_owned,
        )
    }
}

/// A file's name as platforms of MDX show it: `agentic-workflows` is `Agentic workflows`.
fn spoken(stem: &str) -> String {
    let words = stem.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What the site makes of components: `matrix?model=a/b`.
fn components(layout: &Layout) -> Vec<Component> {
    let read = |(name, written): &(String, String)| {
        let (directive, attributes) = written.split_once('?').unwrap_or((written, ""));
        let attributes = attributes.split('&').filter_map(|pair| pair.split_once('='));
        Component {
            name: name.as_str().into(),
            directive: directive.into(),
            attributes: attributes.map(|(key, value)| (key.into(), plain(value).into())).collect(),
        }
    };
    layout.components.iter().map(read).collect()
}

/// A value of an address as it is meant: `Qwen%203` and `Qwen+3` are `Qwen 3`.
fn plain(value: &str) -> String {
    let value = value.replace('+', " ");
    decode(&value).unwrap_or(value)
}

/// Reads all pages. Drafts are left out unless they are asked for.
pub fn pages(scene: &Scene<'_>, memo: &mut Memo, findings: &mut Vec<Diagnostic>) -> Vec<Arc<ParsedPage>> {
    let sources: Vec<_> = scene.inputs.pages.values().collect();
    let layout = &scene.inputs.site.layout;
    let components = components(layout);
    let key = |source: &&Arc<SourceFile>| Digest::all([source.digest(), scene.keys.site]);
    let digest = |from: &str, file: &str| parts::digest(scene.inputs, from, file);
    let is_current = |parsed: &ParsedPage| {
        parsed.taken.iter().all(|(file, was)| digest(parsed.page.source.path(), file) == *was)
    };
    let parse = |source: &&Arc<SourceFile>| {
        let asked = RefCell::new(BTreeSet::new());
        let exports = |file: &str, name: &str| {
            asked.borrow_mut().insert(Box::from(file));
            let path = parts::find(scene.inputs, source.path(), file)?;
            page::exported(scene.inputs.text(&path)?).remove(name)
        };
        let dialect = layout.dialect_of(source.path());
        let folder = layout.content_of(source.path()).map(|(folder, _)| folder);
        let around = Surroundings {
            components: &components,
            exports: Some(&exports),
            format: folder.map(|folder| folder.format).unwrap_or_default(),
            anchors: folder.map(|folder| folder.anchors).unwrap_or_default(),
            math: folder.map(|folder| folder.math).unwrap_or_default(),
            admonitions: folder.and_then(|folder| folder.admonitions.as_deref()),
        };
        let parsed = page::parse_as(source, dialect, around);
        let mut asked = asked.into_inner();
        if dialect.is_mdx() {
            asked.extend(parts::shown(&parsed.value).map(Box::from));
        }
        let taken = asked.into_iter().map(|file: Box<str>| {
            let now = digest(source.path(), &file);
            (file, now)
        });
        ParsedPage::new(layout, key(source), parsed, taken.collect())
    };
    let mut pages = memo.parsed.all_current(&sources, key, is_current, parse);
    pages.retain(|parsed| {
        let shown = scene.options.drafts || !parsed.page.front_matter.draft;
        if !shown {
            findings.extend(parsed.findings.iter().cloned());
        }
        shown
    });
    pages
}

/// The map of the built site. Two pages at one address are a finding.
pub fn sitemap(
    scene: &Scene<'_>,
    memo: &mut Memo,
    pages: &[Arc<ParsedPage>],
    library: &Library<'_>,
    generated: &Generated<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Map {
    let mut key = Digester::default();
    key.add_digest(scene.keys.site);
    // What generated pages and their anchors are made from.
    key.add_digest(scene.keys.ground);
    for (path, asset) in &scene.inputs.assets {
        key.add(path.as_bytes());
        key.add(asset.source.as_bytes());
    }
    pages.iter().for_each(|page| key.add_digest(page.seen_by_links));
    scene.inputs.navigation.values().for_each(|file| key.add_digest(file.digest()));
    scene.inputs.categories.values().for_each(|file| key.add_digest(file.digest()));
    let key = key.finish();
    // Findings stand in files that may have changed around them.
    memo.sitemap.retain(|map| map.findings.is_empty());
    let map = memo.sitemap.one(key, || make_sitemap(scene, pages, library, generated));
    findings.extend(map.findings.iter().cloned());
    Map { key, map }
}

/// The map of the site, and the digest of what it was made from.
#[derive(Clone, Debug)]
pub struct Map {
    /// The digest.
    pub(super) key: Digest,
    map: Arc<Checked<Sitemap>>,
}

impl Map {
    /// Whether the page at an address is a generated one: no author wrote another.
    pub(super) fn is_generated(&self, route: &Route) -> bool {
        self.page(&route.url).is_some_and(|target| target.source.is_none())
    }
}

impl std::ops::Deref for Map {
    type Target = Sitemap;

    fn deref(&self) -> &Sitemap {
        &self.map.value
    }
}

fn make_sitemap(
    scene: &Scene<'_>,
    pages: &[Arc<ParsedPage>],
    library: &Library<'_>,
    generated: &Generated<'_>,
) -> Checked<Sitemap> {
    let mut findings = Vec::new();
    let mut sitemap = Sitemap::default();
    let by_path: HashMap<&str, &Page> =
        pages.iter().map(|parsed| (parsed.page.source.path(), &parsed.page)).collect();
    for parsed in pages.iter().filter(|parsed| !parsed.is_part) {
        let page = &parsed.page;
        let target = Target {
            source: Some(page.source.path().to_owned()),
            title: parsed.title(),
            anchors: parts::anchors(scene.inputs, page, &by_path),
            title_anchor: page.title_heading().map(|index| page.headings[index].anchor.clone()),
            has_more: page.has_more_anchors,
        };
        if let Some(first) = sitemap.add_page(&parsed.route, target) {
            let place = page.front_matter.slug.as_ref().map_or_else(|| Span::at(0), |slug| slug.span);
            let first = first.source.clone().unwrap_or_default();
            let message =
                format!("this page has the address `{}`, which `{first}` has already", parsed.route.url);
            findings.push(
                Diagnostic::new(&DUPLICATE_OUTPUT, Location::new(&page.source, place), message)
                    .help("rename one of the two, or give it another `slug`"),
            );
        }
    }
    for page in generated {
        // A page that an author wrote for this address takes the generated one's place.
        sitemap.add_page(
            &page.route,
            Target {
                source: None,
                title: page.title.clone(),
                anchors: page.anchors(library).into_iter().map(String::into_boxed_str).collect(),
                title_anchor: None,
                has_more: false,
            },
        );
    }
    for (path, asset) in scene.inputs.assets.iter().filter(|(path, _)| !is_fingerprinted(path)) {
        sitemap.add_file(path);
        sitemap.add_file_of(&asset.source, path);
    }
    for path in ["sitemap.xml", "robots.txt", "llms.txt", "api/builder.json", "api/catalog.json"] {
        sitemap.add_file(path);
    }
    for subject in schema::Subject::ALL {
        sitemap.add_file(&format!("api/schema/{}", subject.file()));
    }
    sitemap.add_file(&format!("api/schema/{}", schema::TYPES));
    for parsed in pages.iter().filter(|parsed| !parsed.is_part) {
        for alias in &parsed.page.front_matter.aliases {
            if !sitemap.add_redirect(&Route::new(&alias.value), &parsed.route) {
                let place = Location::new(&Arc::clone(&parsed.page.source), alias.span);
                let message = format!("the alias `{}` is the address of another page", alias.value);
                findings.push(Diagnostic::new(&DUPLICATE_OUTPUT, place, message));
            }
        }
    }
    add_folders(scene, pages, &mut sitemap);
    add_categories(scene, pages, &mut sitemap);
    if let Some(first) = home(&scene.inputs.site.layout, pages) {
        sitemap.add_redirect(&Route::new("/"), first);
    }
    Checked::new(sitemap, findings)
}

/// On platforms of MDX, the address of a folder leads to its first page, in the order of the settings.
fn add_folders(scene: &Scene<'_>, pages: &[Arc<ParsedPage>], sitemap: &mut Sitemap) {
    let layout = &scene.inputs.site.layout;
    let is_listed = |page: &&Arc<ParsedPage>| !page.is_part && page.page.dialect == Dialect::Mdx;
    let mut listed: Vec<_> = pages.iter().filter(is_listed).collect();
    if listed.is_empty() || layout.navigation.is_none() {
        return;
    }
    let placed = listed.iter().map(|page| (page.page.source.path(), page.route.url.as_str()));
    let order = order::order(scene, placed, &mut BTreeMap::new());
    let place = |page: &ParsedPage| order.get(&page.route.url).copied().unwrap_or(f64::INFINITY);
    listed.sort_by(|a, b| place(a).total_cmp(&place(b)));
    for page in listed {
        let mut above = page.route.url.trim_end_matches('/');
        while let Some((folder, _)) = above.rsplit_once('/').filter(|(folder, _)| !folder.is_empty()) {
            sitemap.add_folder(&Route::new(folder), &page.route);
            above = folder;
        }
    }
}

/// The lists that Docusaurus makes of the pages of folders are the folders' own pages here, or lead to the first page.
fn add_categories(scene: &Scene<'_>, pages: &[Arc<ParsedPage>], sitemap: &mut Sitemap) {
    for (folder, category) in categories(scene).value {
        let Some(index) = category.index else { continue };
        let inside = pages.iter().filter(|page| !page.is_part && page.route.url.starts_with(&folder));
        let place = |page: &ParsedPage| {
            let depth = page.route.url.matches('/').count();
            (depth, page.page.front_matter.sidebar_position.unwrap_or(f64::INFINITY))
        };
        let first = inside.min_by(|a, b| {
            let order = place(a).partial_cmp(&place(b)).unwrap_or(std::cmp::Ordering::Equal);
            order.then_with(|| a.page.source.path().cmp(b.page.source.path()))
        });
        if let Some(first) = first {
            sitemap.add_folder(&index, &first.route);
        }
    }
}

/// Where the home page of a site of another generator leads, which is often a program there: to the first folder's page,
/// or to the first page.
fn home<'p>(layout: &Layout, pages: &'p [Arc<ParsedPage>]) -> Option<&'p Route> {
    let folder = layout.content.first().filter(|folder| folder.dialect.is_mdx())?;
    let authored = || pages.iter().filter(|page| !page.is_part);
    let route = Route::new(&folder.route);
    let first = authored().find(|page| page.route == route).or_else(|| {
        let place = |page: &ParsedPage| page.page.front_matter.sidebar_position.unwrap_or(f64::INFINITY);
        let depth = |page: &ParsedPage| page.route.url.matches('/').count();
        authored().min_by(|a, b| {
            (depth(a), place(a)).partial_cmp(&(depth(b), place(b))).unwrap_or(std::cmp::Ordering::Equal)
        })
    });
    first.map(|page| &page.route)
}
