//! The sidebars of Docusaurus: `sidebars.js`, `.ts` or `.json`, as far as they are literals.

use std::collections::{BTreeMap, HashMap};

use super::{CheckedPage, Scene};
use crate::links::path::folder;
use crate::links::route::{Route, number_prefix, without_number};
use crate::page::{Page, Value, default_export};
use crate::render::view::navigation::Category;
use crate::render::view::sidebars::{Entry, Sidebars};
use crate::text::SourceFile;
use crate::world::layout::{ContentFolder, Dialect, below};

/// The deepest nesting of categories and folders that is followed.
const DEEPEST: usize = 16;

/// The sidebars that the site's `navigation` names, and how many entries of each file could not be read. `None`
/// where it names none.
pub(super) fn read<'s>(
    scene: &'s Scene<'_>,
    pages: &[CheckedPage],
    categories: &BTreeMap<String, Category>,
) -> Option<(Sidebars, BTreeMap<String, usize>)> {
    let layout = &scene.inputs.site.layout;
    let folders: Vec<&ContentFolder> =
        layout.content.iter().filter(|folder| folder.dialect == Dialect::Docusaurus).collect();
    let (mut sidebars, mut unread) = (Vec::new(), BTreeMap::new());
    let mut add = |path: &Option<String>, folders: &[&'s ContentFolder]| {
        let Some(file) = path.as_ref().and_then(|path| scene.inputs.navigation.get(path)) else { return };
        if let Some((found, lost)) = read_file(scene, pages, categories, file, folders) {
            sidebars.extend(found);
            *unread.entry(file.path().to_owned()).or_default() += lost;
        }
    };
    add(&layout.navigation, &folders);
    // The sidebars of another set of docs know its pages alone.
    for folder in &folders {
        add(&folder.navigation, &[folder]);
    }
    (!unread.is_empty()).then(|| (Sidebars::new(sidebars), unread))
}

/// The sidebars of one file, whose pages are in these folders.
fn read_file(
    scene: &Scene<'_>,
    pages: &[CheckedPage],
    categories: &BTreeMap<String, Category>,
    file: &SourceFile,
    folders: &[&ContentFolder],
) -> Option<(Vec<Vec<Entry>>, usize)> {
    let mut by_id = HashMap::new();
    let authored = || pages.iter().filter(|page| !page.parsed.is_part);
    // The first folder is that of the sidebars, where two have a page of one id.
    for folder in folders {
        for page in authored() {
            if let Some(id) = id(folder, &page.parsed.page) {
                by_id.entry(id).or_insert(page);
            }
        }
    }
    let mut reading = Sidebar {
        scene,
        folder: folders.first()?,
        by_id,
        pages: authored().collect(),
        categories,
        unread: 0,
    };
    let sidebars = match default_export(file.text()) {
        Some(Value::Object(sidebars)) => {
            sidebars.iter().map(|(_, items)| reading.entries(items, 0)).collect()
        }
        _ => {
            reading.unread += 1;
            Vec::new()
        }
    };
    Some((sidebars, reading.unread))
}

/// How many entries of the sidebars could not be read, by file.
pub(super) fn unread(
    scene: &Scene<'_>,
    pages: &[CheckedPage],
) -> impl Iterator<Item = (String, usize)> + use<> {
    let read = read(scene, pages, &BTreeMap::new());
    read.map(|(_, unread)| unread).unwrap_or_default().into_iter().filter(|(_, entries)| *entries > 0)
}

/// The id of a page: its path without numbers, and the `id` of its front matter in place of its file's name.
fn id(content: &ContentFolder, page: &Page) -> Option<String> {
    let inside = content.inside(page.source.path())?;
    let stem = inside.rsplit_once('.').map_or(inside, |(stem, _)| stem);
    let mut parts: Vec<&str> = stem.split('/').map(without_number).collect();
    if let (Some(last), Some(id)) = (parts.last_mut(), &page.front_matter.id) {
        *last = &id.value;
    }
    Some(parts.join("/"))
}

struct Sidebar<'a> {
    scene: &'a Scene<'a>,
    folder: &'a ContentFolder,
    by_id: HashMap<String, &'a CheckedPage>,
    pages: Vec<&'a CheckedPage>,
    categories: &'a BTreeMap<String, Category>,
    unread: usize,
}

impl<'a> Sidebar<'a> {
    /// The entries of a sidebar or category: a list of items, or an object of categories.
    fn entries(&mut self, items: &Value, depth: usize) -> Vec<Entry> {
        if depth >= DEEPEST {
            return Vec::new();
        }
        match items {
            Value::List(items) => items.iter().flat_map(|item| self.item(item, depth)).collect(),
            Value::Object(entries) if items.member("type").is_some() || entries.is_empty() => {
                self.item(items, depth)
            }
            Value::Object(entries) => self.shorthand(entries, depth),
            _ => self.lost(),
        }
    }

    /// `{ 'Label': [items] }`
    fn shorthand(&mut self, entries: &[(String, Value)], depth: usize) -> Vec<Entry> {
        let category = |(label, items): &(String, Value)| Entry {
            title: label.clone(),
            url: None,
            items: self.entries(items, depth + 1),
        };
        entries.iter().map(category).collect()
    }

    fn lost(&mut self) -> Vec<Entry> {
        self.unread += 1;
        Vec::new()
    }

    fn item(&mut self, item: &Value, depth: usize) -> Vec<Entry> {
        let text = |name: &str| match item.member(name) {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        match (item, text("type")) {
            (Value::Text(id), _) => self.page(id, None),
            (Value::Object(_), Some("doc" | "ref")) => match text("id") {
                Some(id) => self.page(id, text("label")),
                None => self.lost(),
            },
            (Value::Object(_), Some("link")) => match (text("label"), text("href")) {
                (Some(label), Some(href)) => {
                    vec![Entry { title: label.into(), url: Some(address(href)), items: Vec::new() }]
                }
                _ => self.lost(),
            },
            (Value::Object(_), Some("autogenerated")) => match text("dirName") {
                Some(name) => self.below(name.trim_start_matches("./").trim_matches('/'), depth),
                None => self.lost(),
            },
            (Value::Object(_), Some("category")) => {
                let link = item.member("link");
                let id = link.and_then(|link| link.member("id"));
                let own = match id {
                    Some(Value::Text(id)) => self.page(id, None).pop(),
                    _ => None,
                };
                let (Some(items), Some(label)) = (item.member("items"), text("label")) else {
                    return self.lost();
                };
                let items = self.entries(items, depth + 1);
                vec![Entry { title: label.into(), url: own.and_then(|own| own.url), items }]
            }
            // Markup of the author's own.
            (Value::Object(_), Some("html")) => Vec::new(),
            (Value::Object(entries), None) => self.shorthand(entries, depth),
            _ => self.lost(),
        }
    }

    fn page(&mut self, id: &str, label: Option<&str>) -> Vec<Entry> {
        match self.by_id.get(id) {
            Some(page) => vec![entry(page, label)],
            None => self.lost(),
        }
    }

    /// The pages below a folder, as Docusaurus orders them: by positions and numbers, then by the names of files.
    fn below(&mut self, name: &str, depth: usize) -> Vec<Entry> {
        let root = match (self.folder.folder.as_str(), name) {
            (root, "." | "") => root.to_owned(),
            ("", name) => name.to_owned(),
            (root, name) => format!("{root}/{name}"),
        };
        let pages: Vec<&CheckedPage> = self
            .pages
            .iter()
            .copied()
            .filter(|page| below(&root, page.parsed.page.source.path()).is_some())
            .collect();
        if pages.is_empty() {
            return self.lost();
        }
        self.folder_entries(&root, &pages, depth)
    }

    fn folder_entries(&self, root: &str, pages: &[&'a CheckedPage], depth: usize) -> Vec<Entry> {
        let mut found: Vec<(f64, String, Entry)> = Vec::new();
        let mut folders: BTreeMap<&str, Vec<&'a CheckedPage>> = BTreeMap::new();
        for page in pages {
            let inside = below(root, page.parsed.page.source.path()).unwrap_or_default();
            match inside.split_once('/') {
                Some((name, _)) => folders.entry(name).or_default().push(page),
                None => {
                    let front_matter = &page.parsed.page.front_matter;
                    if front_matter.hide_sidebar {
                        continue;
                    }
                    let position = front_matter.sidebar_position.or_else(|| number(inside));
                    found.push((position.unwrap_or(f64::INFINITY), inside.to_owned(), entry(page, None)));
                }
            }
        }
        for (name, pages) in folders.into_iter().filter(|_| depth < DEEPEST) {
            let path = if root.is_empty() { name.to_owned() } else { format!("{root}/{name}") };
            let route =
                Route::of_file(&self.scene.inputs.site.layout, &format!("{path}/index.md"), None, None);
            let category = self.categories.get(&route.url);
            let is_own = |page: &&&CheckedPage| {
                let source = page.parsed.page.source.path();
                let file = source.rsplit('/').next().unwrap_or(source);
                let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
                let stem = without_number(stem).to_lowercase();
                folder(source) == path
                    && (stem == "index" || stem == "readme" || stem == without_number(name).to_lowercase())
            };
            let own = pages.iter().find(is_own).copied();
            let rest: Vec<&CheckedPage> = pages
                .iter()
                .copied()
                .filter(|page| own.is_none_or(|own| !std::ptr::eq(own, *page)))
                .collect();
            let label = category.and_then(|category| category.label.clone());
            let own = own.map(|page| entry(page, None));
            // A folder of nothing but its page is a page.
            let title = label.or_else(|| own.as_ref().map(|own| own.title.clone()));
            let entry = Entry {
                title: title.unwrap_or_else(|| without_number(name).to_owned()),
                url: own.and_then(|own| own.url),
                items: self.folder_entries(&path, &rest, depth + 1),
            };
            let position = category.and_then(|category| category.position).or_else(|| number(name));
            found.push((position.unwrap_or(f64::INFINITY), name.to_owned(), entry));
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        found.into_iter().map(|(.., entry)| entry).collect()
    }
}

fn number(name: &str) -> Option<f64> {
    number_prefix(name).map(|(number, _)| number)
}

fn entry(page: &CheckedPage, label: Option<&str>) -> Entry {
    let written = page.parsed.page.front_matter.sidebar_label.as_ref().map(|label| label.value.to_string());
    let title = label.map(str::to_owned).or(written).unwrap_or_else(|| page.parsed.title());
    Entry { title, url: Some(page.parsed.route.url.clone()), items: Vec::new() }
}

/// An address in the site has a slash at its end here.
fn address(href: &str) -> String {
    let is_page = href.starts_with('/')
        && !href.contains(['#', '?'])
        && !href.rsplit('/').next().unwrap_or_default().contains('.');
    if is_page { Route::new(href).url } else { href.to_owned() }
}
