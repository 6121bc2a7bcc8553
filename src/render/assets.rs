//! Files that are published as they are. Styles and scripts of the theme carry a hash of their content in their
//! names, so that browsers can keep them for good.

use std::sync::Arc;

use super::artifact::Artifact;
use super::view::Assets;

/// The files of the theme that get a hash.
const FINGERPRINTED: [&str; 4] = ["site.css", "site.js", "search.js", "builder.js"];

/// Whether a file of the theme is published under a name with a hash.
pub fn is_fingerprinted(path: &str) -> bool {
    FINGERPRINTED.contains(&path)
}

/// Publishes the theme's styles and scripts and gives their addresses below `base` (with slashes at both ends).
pub fn publish<'a>(
    files: impl Fn(&str) -> Option<&'a Arc<[u8]>>,
    base: &str,
    artifact: &mut Artifact,
) -> Assets {
    let mut publish = |path: &str| {
        let Some(bytes) = files(path) else { return String::new() };
        let hash = blake3::hash(bytes).to_hex();
        let (stem, ending) = path.rsplit_once('.').unwrap_or((path, ""));
        let named = format!("assets/{stem}.{}.{ending}", &hash[..12]);
        artifact.add(named.as_str(), Arc::clone(bytes));
        format!("{base}{named}")
    };
    Assets {
        css: publish("site.css"),
        js: publish("site.js"),
        search: publish("search.js"),
        builder: publish("builder.js"),
    }
}
