//! The days on which pages were last changed.

use super::render::Press;
use super::{CheckedPage, parts};
use crate::page::Page;
use crate::render::generated::GeneratedPage;
use crate::text::Day;

impl Press<'_> {
    /// The day on which a page was changed: as it says itself, else as the repository says it.
    pub(super) fn updated(&self, checked: &CheckedPage) -> Option<String> {
        let page = &checked.parsed.page;
        let written = page.front_matter.updated.as_ref().map(|day| day.value.to_string());
        let committed = || {
            // Of a page that is in no commit nothing is known, whatever its parts are.
            let own = self.scene.inputs.changed(page.source.path())?;
            Some(self.newest_part(page, 0).map_or(own, |part| own.max(part)).to_string())
        };
        let created = || page.front_matter.date.as_ref().map(|day| day.value.to_string());
        written.or_else(committed).or_else(created)
    }

    /// The last day on which a file was changed that a page takes in.
    fn newest_part(&self, page: &Page, depth: usize) -> Option<Day> {
        let inputs = self.scene.inputs;
        let days = page.directives.iter().filter_map(|directive| {
            let file = || directive.attributes.text("file");
            match &*directive.name.value {
                "partial" => {
                    let part = &self.part_of(page, directive).filter(|_| parts::goes_on(depth))?.parsed.page;
                    inputs.changed(part.source.path()).max(self.newest_part(part, depth + 1))
                }
                "include" if page.dialect.is_mdx() => {
                    inputs.changed(&parts::find(inputs, page.source.path(), file()?)?)
                }
                "include" => inputs.changed(file()?),
                _ => None,
            }
        });
        days.max()
    }

    /// The last day on which the data of a generated page was changed.
    pub(super) fn updated_generated(&self, page: &GeneratedPage<'_>) -> Option<String> {
        let days = page.sources(self.library).into_iter().filter_map(|path| self.scene.inputs.changed(&path));
        days.max().map(|day| day.to_string())
    }
}
