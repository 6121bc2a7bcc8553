//! Titles that several pages have.

use std::collections::HashMap;

use super::CheckedPage;
use crate::diagnostic::{Checked, Diagnostic, Level, Rule};
use crate::page::Page;
use crate::pipeline::settle::{self, Silenced};
use crate::text::Location;

/// Two pages of one name.
pub static DUPLICATE_TITLE: Rule =
    Rule::new("content/duplicate-title", Level::Note, "every page has a title of its own");

/// Finds pages whose title another page has already.
pub fn titles(checked: &[CheckedPage]) -> Checked<Vec<Silenced>> {
    let mut first: HashMap<&str, &Page> = HashMap::with_capacity(checked.len());
    let mut found = Vec::new();
    for parsed in checked.iter().map(|page| &page.parsed).filter(|parsed| !parsed.is_part) {
        let page = &parsed.page;
        let Some(title) = page.title() else { continue };
        let Some(other) = first.get(title) else {
            first.insert(title, page);
            continue;
        };
        let message = format!("the title `{title}` is that of another page, too");
        found.push(
            Diagnostic::new(&DUPLICATE_TITLE, place(page), message)
                .related(place(other), "first here")
                .help("name what only this page is about: lists and search results show the title alone"),
        );
    }
    settle::silence_later(checked, found)
}

/// Where a page's title is written.
fn place(page: &Page) -> Location {
    let written = page.front_matter.title.as_ref().map(|title| title.span);
    let heading = || page.headings.iter().find(|heading| heading.level == 1).map(|heading| heading.content);
    Location::new(&page.source, written.or_else(heading).unwrap_or_default())
}
