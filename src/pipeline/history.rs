//! When the files of a site were last changed.

use std::sync::Arc;

use super::load::Inputs;
use super::memo::Memo;
use crate::text::{Day, Digest};
use crate::world::World;
use crate::world::layout::below;

/// Asks the repository of a site when its files were changed, and gives whether it answers otherwise than before. The log
/// of a commit that the memo knows is not read again.
pub fn read(world: &dyn World, memo: &mut Memo, inputs: &mut Inputs) -> bool {
    let asked = inputs.site.is_dated.then(|| world.revision()).flatten();
    let history = asked.map(|revision| {
        let folders = inputs.site.layout.folders();
        let parts = folders.iter().map(|folder| folder.as_bytes());
        let key = Digest::of([revision.commit.as_bytes()].into_iter().chain(parts));
        let make = || world.history(&revision, &folders);
        if revision.is_shallow { Arc::new(make()) } else { memo.history.one(key, make) }
    });
    let history = history.unwrap_or_default();
    let is_new = !Arc::ptr_eq(&history, &inputs.history) && history != inputs.history;
    inputs.history = history;
    is_new
}

impl Inputs {
    /// The day on which a file was last changed, by the path that it is known by.
    pub(super) fn changed(&self, path: &str) -> Option<Day> {
        let Some(inside) = below("data", path) else { return self.history.day(path) };
        let folders = self.site.layout.data.iter();
        folders
            .filter_map(|folder| match folder.as_str() {
                "" => self.history.day(inside),
                folder => self.history.day(&format!("{folder}/{inside}")),
            })
            .max()
    }
}
