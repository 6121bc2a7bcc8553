//! Sidebars that an author wrote as trees, whatever the addresses of their pages are.

use std::collections::{BTreeMap, HashSet};

use super::{Child, Crumb, Link, NavItem};

/// The most entries of a closed category that are shown all the same.
const MOST_OF_CLOSED: usize = 12;

/// A page, a link or a category of a sidebar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// The words.
    pub title: String,
    /// The address of a page from the site's root, or of something elsewhere.
    pub url: Option<String>,
    /// What a category holds.
    pub items: Vec<Entry>,
}

/// The sidebars of a site, and where each page stands in them.
#[derive(Clone, Debug, Default)]
pub struct Sidebars {
    sidebars: Vec<Vec<Entry>>,
    /// Where each page stands first.
    places: BTreeMap<String, Place>,
    /// The pages of each sidebar in reading order: title and address.
    orders: Vec<Vec<(String, String)>>,
}

/// Where a page stands.
#[derive(Clone, Debug)]
struct Place {
    sidebar: usize,
    /// The way to it through the categories.
    way: Vec<usize>,
    /// Its place in the order of reading.
    at: usize,
}

impl Sidebars {
    /// Sidebars of these entries.
    pub fn new(sidebars: Vec<Vec<Entry>>) -> Self {
        let mut found = Self { orders: vec![Vec::new(); sidebars.len()], ..Self::default() };
        for (index, entries) in sidebars.iter().enumerate() {
            found.place(index, entries, &mut Vec::new(), &mut HashSet::new());
        }
        found.sidebars = sidebars;
        found
    }

    fn place<'e>(
        &mut self,
        sidebar: usize,
        entries: &'e [Entry],
        way: &mut Vec<usize>,
        seen: &mut HashSet<&'e str>,
    ) {
        for (index, entry) in entries.iter().enumerate() {
            way.push(index);
            if let Some(url) = entry.url.as_ref().filter(|url| url.starts_with('/') && seen.insert(url)) {
                let order = &mut self.orders[sidebar];
                let place = || Place { sidebar, way: way.clone(), at: order.len() };
                self.places.entry(url.clone()).or_insert_with(place);
                order.push((entry.title.clone(), url.clone()));
            }
            self.place(sidebar, &entry.items, way, seen);
            way.pop();
        }
    }

    /// The sidebar of a page; `None` where the page stands in none.
    pub(super) fn items(&self, url: &str, address: &impl Fn(&str) -> String) -> Option<Vec<NavItem>> {
        let place = self.places.get(url)?;
        Some(items(&self.sidebars[place.sidebar], url, Some(&place.way), address))
    }

    /// The categories that a page is in, and the page.
    pub(super) fn breadcrumbs(&self, url: &str, address: &impl Fn(&str) -> String) -> Option<Vec<Crumb>> {
        let place = self.places.get(url)?;
        let mut entries = &self.sidebars[place.sidebar];
        let mut crumbs = Vec::new();
        for index in &place.way {
            let entry = entries.get(*index)?;
            let link = entry.url.as_deref().filter(|other| *other != url).map(address);
            crumbs.push(Crumb { title: entry.title.clone(), url: link });
            entries = &entry.items;
        }
        Some(crumbs)
    }

    /// What stands below a page that is a category's, else beside it.
    pub(super) fn children(&self, url: &str) -> Option<Vec<Child>> {
        let place = self.places.get(url)?;
        let mut entries = &self.sidebars[place.sidebar];
        for index in &place.way {
            match entries.get(*index) {
                Some(entry) if !entry.items.is_empty() => entries = &entry.items,
                _ => break,
            }
        }
        let children = entries.iter().filter_map(|entry| {
            Some(Child {
                title: entry.title.clone(),
                url: landing(entry)?.to_owned(),
                below: entry.items.len(),
            })
        });
        Some(children.collect())
    }

    /// The pages before and after a page.
    pub(super) fn neighbours(
        &self,
        url: &str,
        address: &impl Fn(&str) -> String,
    ) -> Option<(Option<Link>, Option<Link>)> {
        let place = self.places.get(url)?;
        let order = &self.orders[place.sidebar];
        let link = |at: usize| {
            let (title, url) = order.get(at)?;
            Some(Link { title: title.clone(), url: address(url) })
        };
        Some((place.at.checked_sub(1).and_then(link), link(place.at + 1)))
    }
}

/// Entries as a page shows them: `way` leads from here to the page.
fn items(
    entries: &[Entry],
    url: &str,
    way: Option<&[usize]>,
    address: &impl Fn(&str) -> String,
) -> Vec<NavItem> {
    let shown = entries.iter().enumerate().map(|(index, entry)| {
        let way = way.and_then(|way| way.split_first()).filter(|(first, _)| **first == index);
        let open = way.is_some();
        let children = if open || entry.items.len() <= MOST_OF_CLOSED {
            items(&entry.items, url, way.map(|(_, rest)| rest), address)
        } else {
            Vec::new()
        };
        // A closed category leads to the first page in it.
        let target = entry.url.as_deref().or_else(|| children.is_empty().then(|| landing(entry)).flatten());
        NavItem {
            title: entry.title.clone(),
            url: target.map(|url| if url.starts_with('/') { address(url) } else { url.to_owned() }),
            active: entry.url.as_deref() == Some(url),
            open,
            children,
        }
    });
    shown.collect()
}

fn landing(entry: &Entry) -> Option<&str> {
    entry.url.as_deref().or_else(|| entry.items.iter().find_map(landing))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(title: &str, url: &str) -> Entry {
        Entry { title: title.into(), url: Some(url.into()), items: Vec::new() }
    }

    #[test]
    fn pages_stand_where_their_author_put_them() {
        let many = (0..20).map(|n| page(&n.to_string(), &format!("/m/{n}/"))).collect();
        let sidebars = Sidebars::new(vec![
            vec![
                page("Z", "/z/"),
                Entry {
                    title: "C".into(),
                    url: None,
                    items: vec![page("A", "/d/a/"), page("Out", "https://a.example")],
                },
                Entry { title: "M".into(), url: None, items: many },
            ],
            vec![page("Other", "/o/"), page("A again", "/d/a/")],
        ]);
        let same = |url: &str| url.to_owned();
        let shown = sidebars.items("/d/a/", &same).unwrap();
        let titles: Vec<_> =
            shown.iter().map(|item| (item.title.as_str(), item.open, item.children.len())).collect();
        assert_eq!(titles, [("Z", false, 0), ("C", true, 2), ("M", false, 0)]);
        assert!(shown[1].children[0].active && shown[1].url.is_none());
        assert_eq!(shown[1].children[1].url.as_deref(), Some("https://a.example"));
        assert_eq!(shown[2].url.as_deref(), Some("/m/0/"));
        let crumbs = sidebars.breadcrumbs("/d/a/", &same).unwrap();
        assert_eq!(crumbs.iter().map(|crumb| crumb.title.as_str()).collect::<Vec<_>>(), ["C", "A"]);
        let (before, after) = sidebars.neighbours("/d/a/", &same).unwrap();
        assert_eq!((before.unwrap().title.as_str(), after.unwrap().title.as_str()), ("Z", "0"));
        assert!(sidebars.items("/none/", &same).is_none());
    }
}
