//! Long lists, cut into pages: thousands of rows are of no use to a reader, and more than a browser shows at ease.

use serde_json::{Value, json};

use super::words::grouped;
use crate::render::view::SiteView;

/// The most rows of a table on one page. A longer list has further pages, each with plain links to all others.
pub(super) const MOST_ROWS: usize = 500;

/// One of the pages of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Its place, from 0.
    at: usize,
    /// How many pages there are, at least one.
    of: usize,
}

impl Part {
    /// All pages of a list of so many rows; one for a list without rows.
    pub(super) fn all(rows: usize) -> impl Iterator<Item = Self> {
        let of = rows.div_ceil(MOST_ROWS).max(1);
        (0..of).map(move |at| Self { at, of })
    }

    /// The page of a list that a row stands on.
    pub(super) fn of_row(row: usize) -> Self {
        let at = row / MOST_ROWS;
        Self { at, of: at + 1 }
    }

    /// Whether the list begins here.
    pub(super) fn is_first(self) -> bool {
        self.at == 0
    }

    /// Whether the list has no other page.
    pub(super) fn is_all(self) -> bool {
        self.of == 1
    }

    /// The address of the page, by that of its list.
    pub(super) fn url(self, list: &str) -> String {
        match self.at {
            0 => list.to_owned(),
            at => format!("{list}part-{}/", at + 1),
        }
    }

    /// The title of the page, by that of its list.
    pub(super) fn title(self, list: &str) -> String {
        if self.is_first() { list.to_owned() } else { format!("{list}, {}", self.words()) }
    }

    /// What the page says of itself, by what its list says.
    pub(super) fn sentence(self, list: String) -> String {
        if self.is_all() { list } else { format!("{list} This is {}.", self.words()) }
    }

    fn words(self) -> String {
        format!("part {} of {}", self.at + 1, self.of)
    }

    /// The rows of the page.
    pub(super) fn slice<T>(self, rows: &[T]) -> &[T] {
        rows.chunks(MOST_ROWS).nth(self.at).unwrap_or_default()
    }

    /// The words below a table, with the rows that it holds where these are not all.
    pub(super) fn caption(self, table: &str, rows: usize) -> String {
        if self.is_all() {
            return table.to_owned();
        }
        let first = self.at * MOST_ROWS;
        let last = rows.min(first + MOST_ROWS);
        let [first, last, rows] = [first + 1, last, rows].map(|number| grouped(number as u64));
        format!("{table}: {first} – {last} of {rows}")
    }

    /// Links to all pages; none where there is one only.
    pub(super) fn links(self, site: &SiteView, list: &str) -> Vec<Value> {
        let pages = if self.is_all() { 0 } else { self.of };
        let link = |at| {
            let url = site.address(&Self { at, ..self }.url(list));
            json!({ "title": (at + 1).to_string(), "url": url, "current": at == self.at })
        };
        (0..pages).map(link).collect()
    }

    /// The same in Markdown.
    pub(super) fn markdown(self, list: &str) -> String {
        let pages = if self.is_all() { 0 } else { self.of };
        let link = |at| format!("[{}]({})", at + 1, Self { at, ..self }.url(list));
        let links: Vec<String> = (0..pages).map(link).collect();
        if links.is_empty() { String::new() } else { format!("\nParts: {}\n", links.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_list_is_one_page() {
        for rows in [0, 1, MOST_ROWS] {
            let parts: Vec<Part> = Part::all(rows).collect();
            let [part] = parts[..] else { panic!("{parts:?}") };
            assert_eq!((part.url("/models/"), part.title("Models")), ("/models/".into(), "Models".into()));
            assert_eq!(part.sentence("All.".into()), "All.");
            assert_eq!(part.caption("Models", rows), "Models");
            assert_eq!(part.markdown("/models/"), "");
        }
    }

    #[test]
    fn a_long_list_loses_no_row() {
        let rows: Vec<usize> = (0..2 * MOST_ROWS + 1).collect();
        let parts: Vec<Part> = Part::all(rows.len()).collect();
        assert_eq!(parts.len(), 3);
        let again: Vec<usize> = parts.iter().flat_map(|part| part.slice(&rows)).copied().collect();
        assert_eq!(again, rows);
        let last = parts[2];
        assert_eq!(last.url("/models/"), "/models/part-3/");
        assert_eq!(last.title("Models"), "Models, part 3 of 3");
        assert_eq!(last.caption("Models", rows.len()), "Models: 1,001 – 1,001 of 1,001");
        assert_eq!(Part::of_row(2 * MOST_ROWS).url("/models/"), last.url("/models/"));
        assert_eq!(parts[0].sentence("All.".into()), "All. This is part 1 of 3.");
        assert!(last.markdown("/m/").contains("[1](/m/), [2](/m/part-2/), [3](/m/part-3/)"));
    }
}
