//! `_category_` files: what they say about their folders.

use std::collections::BTreeMap;

use super::Scene;
use crate::diagnostic::Checked;
use crate::links::path::folder;
use crate::links::route::{Route, without_number};
use crate::page::headings::slug as slug_of;
use crate::render::view::navigation::Category;
use crate::world::reader::{Reader, documents};
use crate::world::yaml::Node;

/// The keys of a `_category_` file.
const CATEGORY: [&str; 5] = ["label", "position", "link", "collapsed", "collapsible"];

/// What the `_category_` files say about their folders.
pub(super) fn categories(scene: &Scene<'_>) -> Checked<BTreeMap<String, Category>> {
    let mut findings = Vec::new();
    let mut categories = BTreeMap::new();
    for (path, file) in &scene.inputs.categories {
        let excerpt = crate::text::Excerpt::whole(file);
        let nodes = documents(&excerpt).take(&mut findings);
        let mut reader = Reader::new(&excerpt);
        let mut category = Category::default();
        let mut index = None;
        if let Some(node) = nodes.first() {
            // Other generators have keys of their own.
            let is_foreign = scene.inputs.site.layout.dialect_of(path).is_mdx();
            let entries = match node.entries().filter(|_| is_foreign) {
                Some(entries) => entries,
                None => reader.mapping(node, "a category", &CATEGORY),
            };
            for entry in entries {
                match entry.key.as_str() {
                    "label" => category.label = reader.text(&entry.value, "`label`"),
                    "position" => category.position = reader.number(&entry.value, "`position`"),
                    "link" if is_foreign => index = generated_index(&entry.value),
                    _ => {}
                }
            }
        }
        findings.append(&mut reader.findings);
        // Where the folder's own page would be.
        let page = format!("{}/index.md", folder(path));
        let route = Route::of_file(&scene.inputs.site.layout, page.trim_start_matches('/'), None, None);
        category.index = index.map(|slug| {
            let folder =
                scene.inputs.site.layout.content_of(path).map_or("/", |(folder, _)| folder.route.as_str());
            let name = category.label.clone().unwrap_or_else(|| name_of(path));
            let slug = slug.unwrap_or_else(|| format!("category/{}", slug_of(&name)));
            Route::new(&format!("{folder}{}", slug.trim_matches('/')))
        });
        categories.insert(route.url, category);
    }
    Checked::new(categories, findings)
}

/// The `slug` of a list of pages that Docusaurus makes of a folder, if it makes one.
fn generated_index(link: &Node) -> Option<Option<String>> {
    let text = |key: &str| link.get(key).and_then(Node::text);
    (text("type")? == "generated-index").then(|| text("slug").map(str::to_owned))
}

/// The name of the folder of a file, without its number.
fn name_of(path: &str) -> String {
    without_number(folder(path).rsplit('/').next().unwrap_or_default()).to_owned()
}
