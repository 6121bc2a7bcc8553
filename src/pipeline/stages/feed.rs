//! The feed of what changed in the catalog.

use std::sync::Arc;

use super::Scene;
use crate::engine::version::Version;
use crate::pipeline::memo::Memo;
use crate::render::artifact::Files;
use crate::render::feeds;
use crate::render::generated::{self, Library};
use crate::render::view::SiteView;
use crate::text::{Day, Digester};

/// The feed, where there is anything in it.
pub(super) fn feed(scene: &Scene<'_>, memo: &mut Memo, library: &Library<'_>, site: &SiteView) -> Arc<Files> {
    let day = |version: Version| day(scene, version);
    let mut key = Digester::default();
    key.add_digest(scene.keys.site);
    key.add_digest(scene.keys.ground);
    key.add(site.base_url.as_bytes());
    for version in scene.engines.versions() {
        key.add(format!("{version} {:?}", day(version)).as_bytes());
    }
    memo.feed.one(key.finish(), || {
        let entries = generated::entries(library, site, day);
        let xml = feeds::atom(site, &entries);
        xml.map(|xml| (feeds::FEED.into(), xml.into_bytes().into())).into_iter().collect()
    })
}

/// The day on which an engine version came, or that on which its part of the catalog was last changed.
fn day(scene: &Scene<'_>, version: Version) -> Option<String> {
    let built = scene.engines.version(version).and_then(|spec| spec.built());
    let files = scene.catalog.version(version).into_iter().flat_map(|models| models.files());
    let changed = files.filter_map(|file| scene.inputs.changed(file.origin.source().path()));
    built.map(str::to_owned).max(changed.max().map(|day: Day| day.to_string()))
}
