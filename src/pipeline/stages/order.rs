//! The order of pages in the settings of a platform such as Mintlify.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::Scene;
use crate::links::path::{folder, join};
use crate::render::view::navigation::Category;
use crate::world::layout::Dialect;

/// The places of pages, given by file and address, by their addresses, as `docs.json` lists them; none where the site names no such file. Folders
/// come where their first page does.
pub(super) fn order<'p>(
    scene: &Scene<'_>,
    pages: impl Iterator<Item = (&'p str, &'p str)>,
    categories: &mut BTreeMap<String, Category>,
) -> HashMap<String, f64> {
    let mut order = HashMap::new();
    let layout = &scene.inputs.site.layout;
    let file = layout.navigation.as_ref().and_then(|path| scene.inputs.navigation.get(path));
    let Some(file) = file else { return order };
    if layout.content.iter().any(|folder| folder.dialect == Dialect::Docusaurus) {
        // It names sidebars.
        return order;
    }
    let Ok(settings) = serde_json::from_str::<Value>(file.text()) else { return order };
    let mut listed = Vec::new();
    if let Some(navigation) = settings.get("navigation") {
        gather(navigation, &mut listed);
    }
    let root = folder(file.path());
    let by_stem: HashMap<&str, &str> =
        pages.map(|(path, url)| (path.rsplit_once('.').map_or(path, |(stem, _)| stem), url)).collect();
    for (place, name) in listed.into_iter().enumerate() {
        let Some(stem) = join(root, name) else { continue };
        let Some(url) = by_stem.get(stem.as_str()) else { continue };
        let place = place as f64;
        order.entry((*url).to_owned()).or_insert(place);
        let mut above = url.trim_end_matches('/');
        while let Some((parent, _)) = above.rsplit_once('/').filter(|(parent, _)| !parent.is_empty()) {
            categories.entry(format!("{parent}/")).or_default().position.get_or_insert(place);
            above = parent;
        }
    }
    order
}

/// The pages in the order in which groups, tabs and anchors hold them.
fn gather<'v>(value: &'v Value, listed: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::String(page) => listed.push(page),
                    other => gather(other, listed),
                }
            }
        }
        Value::Object(entries) => {
            listed.extend(entries.get("root").and_then(Value::as_str));
            let holds = [
                "pages",
                "groups",
                "tabs",
                "anchors",
                "dropdowns",
                "versions",
                "languages",
                "products",
                "menu",
            ];
            for (_, inner) in entries.iter().filter(|(key, _)| holds.contains(&key.as_str())) {
                gather(inner, listed);
            }
        }
        _ => {}
    }
}
