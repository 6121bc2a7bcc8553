//! The tree of pages: sidebar, breadcrumbs, and what comes before and after.

use std::collections::BTreeMap;

use super::sidebars::Sidebars;
use super::{Child, Crumb, Link, NavItem};
use crate::links::route::Route;

/// A page as the navigation knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct NavPage {
    /// The address from the site's root: `/guide/parallelism/`.
    pub url: String,
    /// The words.
    pub title: String,
    /// Its place among its siblings; those without one follow by title.
    pub position: Option<f64>,
    /// Whether it stays out of the sidebar.
    pub hidden: bool,
}

/// What a `_category_` file says about a folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Category {
    /// The words for the folder.
    pub label: Option<String>,
    /// Its place among its siblings.
    pub position: Option<f64>,
    /// The address of the list that Docusaurus makes of its pages.
    pub index: Option<Route>,
}

/// The pages of a site as a tree, in reading order.
#[derive(Clone, Debug, Default)]
pub struct Navigation {
    nodes: Vec<Node>,
    by_url: BTreeMap<String, usize>,
    /// The pages that are read one after another.
    order: Vec<usize>,
    place_in_order: Vec<Option<usize>>,
    /// The sidebars that an author wrote.
    sidebars: Sidebars,
}

#[derive(Clone, Debug)]
struct Node {
    url: String,
    title: String,
    has_page: bool,
    hidden: bool,
    position: Option<f64>,
    parent: Option<usize>,
    /// Its place among its parent's children.
    place: usize,
    children: Vec<usize>,
}

/// The most siblings that a sidebar lists. More would make every page as long as the site, so of a longer folder it
/// lists those around the page; the folder's own page lists all.
const MOST_SIBLINGS: usize = 60;

/// How many siblings stand before and behind the page in the sidebar of a longer folder.
const NEAREST_SIBLINGS: usize = 12;

impl Navigation {
    /// Builds the tree from all pages and the folders' categories (by address).
    pub fn new(pages: &[NavPage], categories: &BTreeMap<String, Category>) -> Self {
        let mut navigation = Self::default();
        navigation.node("/");
        for page in pages {
            let index = navigation.node(&page.url);
            let node = &mut navigation.nodes[index];
            node.title.clone_from(&page.title);
            node.position = node.position.or(page.position);
            node.has_page = true;
            node.hidden = page.hidden;
        }
        for (url, category) in categories {
            if let Some(&index) = navigation.by_url.get(url) {
                let node = &mut navigation.nodes[index];
                if let Some(label) = &category.label {
                    node.title.clone_from(label);
                }
                node.position = category.position.or(node.position);
            }
        }
        navigation.sort();
        navigation
    }

    /// With sidebars that an author wrote, for the pages that stand in them.
    #[must_use]
    pub fn with_sidebars(mut self, sidebars: Sidebars) -> Self {
        self.sidebars = sidebars;
        self
    }

    /// The node at an address, made with its parents where it is new.
    fn node(&mut self, url: &str) -> usize {
        if let Some(&index) = self.by_url.get(url) {
            return index;
        }
        let parent = parent(url).map(|parent| self.node(parent));
        let index = self.nodes.len();
        self.nodes.push(Node {
            url: url.to_owned(),
            title: title_of(url),
            has_page: false,
            hidden: false,
            position: None,
            parent,
            place: 0,
            children: Vec::new(),
        });
        self.by_url.insert(url.to_owned(), index);
        if let Some(parent) = parent {
            self.nodes[parent].children.push(index);
        }
        index
    }

    fn sort(&mut self) {
        let keys: Vec<(f64, String)> = self
            .nodes
            .iter()
            .map(|node| (node.position.unwrap_or(f64::INFINITY), node.title.to_lowercase()))
            .collect();
        for node in &mut self.nodes {
            node.children.sort_by(|&a, &b| {
                let ((position_a, title_a), (position_b, title_b)) = (&keys[a], &keys[b]);
                position_a.total_cmp(position_b).then_with(|| natural(title_a).cmp(&natural(title_b)))
            });
        }
        for folder in 0..self.nodes.len() {
            for place in 0..self.nodes[folder].children.len() {
                let child = self.nodes[folder].children[place];
                self.nodes[child].place = place;
            }
        }
        self.place_in_order = vec![None; self.nodes.len()];
        let mut open = vec![0];
        while let Some(index) = open.pop() {
            let node = &self.nodes[index];
            if node.hidden {
                continue;
            }
            if node.has_page {
                self.place_in_order[index] = Some(self.order.len());
                self.order.push(index);
            }
            open.extend(node.children.iter().rev());
        }
    }

    /// The sections of the site: the folders and pages right below the home page.
    pub fn sections(&self) -> impl Iterator<Item = (&str, &str)> {
        let children = self.nodes.first().map_or(&[][..], |root| &root.children);
        children
            .iter()
            .map(|&index| &self.nodes[index])
            .filter(|node| !node.hidden && (node.has_page || !node.children.is_empty()))
            .map(|node| (self.landing(node), node.title.as_str()))
    }

    /// The words for a section, by its address.
    pub fn title_of_section(&self, url: &str) -> String {
        self.by_url.get(url).map(|&index| self.nodes[index].title.clone()).unwrap_or_default()
    }

    /// Where a folder leads: to its own page, else to the first page below.
    fn landing<'a>(&'a self, node: &'a Node) -> &'a str {
        let mut node = node;
        while !node.has_page {
            match node.children.first() {
                Some(&first) => node = &self.nodes[first],
                None => break,
            }
        }
        &node.url
    }

    /// The section that a page is in: the address right below the home page.
    pub fn section_of(url: &str) -> String {
        let first = url.trim_matches('/').split('/').next().unwrap_or_default();
        if first.is_empty() { "/".into() } else { format!("/{first}/") }
    }

    /// The sidebar of a page: its section, opened along the path to the page. `address` makes addresses for links.
    pub fn sidebar(&self, url: &str, address: &impl Fn(&str) -> String) -> Vec<NavItem> {
        if let Some(items) = self.sidebars.items(url, address) {
            return items;
        }
        let section = Self::section_of(url);
        let root = if section == "/" { 0 } else { self.by_url.get(&section).copied().unwrap_or(0) };
        if root == 0 {
            return self.items(0, url, 1, address);
        }
        vec![self.item(root, url, usize::MAX, address)]
    }

    fn items(
        &self,
        parent: usize,
        url: &str,
        depth: usize,
        address: &impl Fn(&str) -> String,
    ) -> Vec<NavItem> {
        let children = &self.nodes[parent].children;
        let shown = if children.len() <= MOST_SIBLINGS {
            children
        } else if let Some(towards) = self.towards(parent, url) {
            let place = self.nodes[towards].place;
            let end = (place + NEAREST_SIBLINGS + 1).min(children.len());
            &children[place.saturating_sub(NEAREST_SIBLINGS)..end]
        } else {
            &[]
        };
        let shown = shown.iter().filter(|&&child| !self.nodes[child].hidden);
        shown.map(|&child| self.item(child, url, depth, address)).collect()
    }

    /// The child of a folder that is, or leads to, the page at an address.
    fn towards(&self, folder: usize, url: &str) -> Option<usize> {
        let folder = &self.nodes[folder].url;
        let end = folder.len() + url.strip_prefix(folder)?.find('/')?;
        self.by_url.get(&url[..=end]).copied()
    }

    fn item(&self, index: usize, url: &str, depth: usize, address: &impl Fn(&str) -> String) -> NavItem {
        let node = &self.nodes[index];
        let open = url.starts_with(&node.url);
        // A closed folder shows no more than that it is one, so that a page's sidebar does not hold the whole site.
        let children = if depth > 1 && (open || node.parent == Some(0) || node.children.len() <= 12) {
            self.items(index, url, depth - 1, address)
        } else {
            Vec::new()
        };
        NavItem {
            title: node.title.clone(),
            url: (node.has_page || children.is_empty()).then(|| address(self.landing(node))),
            active: node.url == url,
            open,
            children,
        }
    }

    /// What stands below a page in the sidebar; below its folder, where there is nothing.
    pub fn children(&self, url: &str) -> Vec<Child> {
        if let Some(children) = self.sidebars.children(url) {
            return children;
        }
        let Some(&index) = self.by_url.get(url) else { return Vec::new() };
        let node = &self.nodes[index];
        let folder = if node.children.is_empty() { node.parent.unwrap_or(index) } else { index };
        let children = self.nodes[folder].children.iter().map(|&child| &self.nodes[child]);
        let shown = children.filter(|child| !child.hidden && (child.has_page || !child.children.is_empty()));
        shown
            .map(|child| Child {
                title: child.title.clone(),
                url: self.landing(child).to_owned(),
                below: child.children.len(),
            })
            .collect()
    }

    /// The path from the home page to a page.
    pub fn breadcrumbs(&self, url: &str, address: &impl Fn(&str) -> String) -> Vec<Crumb> {
        if let Some(crumbs) = self.sidebars.breadcrumbs(url, address) {
            return crumbs;
        }
        let mut crumbs = Vec::new();
        let mut next = self.by_url.get(url).copied();
        while let Some(index) = next.filter(|&index| index != 0) {
            let node = &self.nodes[index];
            let link = (node.url != url && node.has_page).then(|| address(&node.url));
            crumbs.push(Crumb { title: node.title.clone(), url: link });
            next = node.parent;
        }
        crumbs.reverse();
        crumbs
    }

    /// The pages before and after a page, in the order of the sidebar.
    pub fn neighbours(&self, url: &str, address: &impl Fn(&str) -> String) -> (Option<Link>, Option<Link>) {
        if let Some(neighbours) = self.sidebars.neighbours(url, address) {
            return neighbours;
        }
        let place = self.by_url.get(url).and_then(|&index| self.place_in_order[index]);
        let Some(place) = place else { return (None, None) };
        let link = |place: usize| {
            let node = &self.nodes[*self.order.get(place)?];
            let same_section = Self::section_of(&node.url) == Self::section_of(url);
            same_section.then(|| Link { title: node.title.clone(), url: address(&node.url) })
        };
        (place.checked_sub(1).and_then(link), link(place + 1))
    }
}

/// The address of the folder that an address is in.
fn parent(url: &str) -> Option<&str> {
    let inner = url.strip_suffix('/')?;
    inner.rfind('/').map(|slash| &url[..=slash])
}

/// The words for a folder without a page.
fn title_of(url: &str) -> String {
    let name = url.trim_matches('/').rsplit('/').next().unwrap_or_default().replace(['-', '_'], " ");
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A key that sorts numbers within words by their value: `v0.5.6` before `v0.5.10`.
fn natural(text: &str) -> Vec<(u64, String)> {
    let mut key = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let words = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(words);
        let digits = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
        key.push((0, word.to_owned()));
        if digits > 0 {
            key.push((tail[..digits].parse::<u64>().unwrap_or(u64::MAX), String::new()));
        }
        rest = &tail[digits..];
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(url: &str, title: &str, position: Option<f64>) -> NavPage {
        NavPage { url: url.into(), title: title.into(), position, hidden: false }
    }

    fn site() -> Navigation {
        let pages = [
            page("/", "Home", None),
            page("/guide/", "Guide", Some(1.0)),
            page("/guide/b/", "Beta", Some(1.0)),
            page("/guide/a/", "Alpha", None),
            page("/flags/0.5.10/", "0.5.10", None),
            page("/flags/0.5.6/", "0.5.6", None),
        ];
        Navigation::new(&pages, &BTreeMap::new())
    }

    #[test]
    fn pages_stand_in_order() {
        let site = site();
        let sections: Vec<_> = site.sections().collect();
        assert_eq!(sections, [("/guide/", "Guide"), ("/flags/0.5.6/", "Flags")]);
        let same = |url: &str| url.to_owned();
        let sidebar = site.sidebar("/guide/a/", &same);
        assert_eq!(
            sidebar[0].children.iter().map(|item| item.title.as_str()).collect::<Vec<_>>(),
            ["Beta", "Alpha"]
        );
        assert!(sidebar[0].children[1].active);
        let (before, after) = site.neighbours("/guide/b/", &same);
        assert_eq!((before.unwrap().title.as_str(), after.unwrap().title.as_str()), ("Guide", "Alpha"));
        assert_eq!(site.breadcrumbs("/guide/a/", &same)[0].url.as_deref(), Some("/guide/"));
    }

    #[test]
    fn a_long_folder_does_not_fill_every_page() {
        let mut pages = vec![page("/m/", "Models", None)];
        pages.extend((0..1000).map(|n| page(&format!("/m/{n}/"), &n.to_string(), None)));
        let site = Navigation::new(&pages, &BTreeMap::new());
        let same = |url: &str| url.to_owned();
        let listed = |url: &str| -> Vec<String> {
            site.sidebar(url, &same)[0].children.iter().map(|item| item.title.clone()).collect()
        };
        assert_eq!(listed("/m/"), [""; 0]);
        let around: Vec<String> = (488..=512).map(|n| n.to_string()).collect();
        assert_eq!(listed("/m/500/"), around);
        assert_eq!(listed("/m/0/").len(), 13);
        assert_eq!(listed("/m/999/").len(), 13);
        assert!(site.sidebar("/m/500/", &same)[0].children[12].active);
    }
}
