//! Parts: files of MDX that pages import and hold as components.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::Diagnostic;
use crate::links::path::{folder, join};
use crate::page::Page;
use crate::page::directive::{DIRECTIVE, Directive};
use crate::page::tree::{Node, NodeKind};
use crate::pipeline::load::Inputs;
use crate::text::{Digest, Location, Span};
use crate::world::layout::{Dialect, Layout};

/// How deep parts hold parts.
const DEEPEST: usize = 8;

/// Whether a file is a part by its path: `_part.mdx` or, where platforms such as Mintlify keep them, `snippets/part.mdx`.
pub(super) fn is_part(layout: &Layout, path: &str) -> bool {
    let Some((content, inside)) = layout.content_of(path) else { return false };
    match content.dialect {
        Dialect::Native => false,
        Dialect::Docusaurus => inside.split('/').any(|name| name.starts_with('_')),
        Dialect::Mdx => {
            let name = inside.rsplit('/').next().unwrap_or(inside);
            // `__init__` is a name of Python's.
            (name.starts_with('_') && !name.starts_with("__"))
                || inside.starts_with("snippets/")
                || inside.contains("/snippets/")
        }
    }
}

/// The path in the site's folder that the file `from` means by `written`; `None` for names of packages.
fn located(layout: &Layout, from: &str, written: &str) -> Option<String> {
    let aliased = layout
        .aliases
        .iter()
        .find_map(|(name, folder)| join(folder, written.strip_prefix(name.as_str())?.strip_prefix('/')?));
    match (aliased, written.strip_prefix('/')) {
        (Some(path), _) => Some(path),
        (None, Some(below)) => join(&layout.content_of(from)?.0.folder, below),
        (None, None) if written.starts_with('.') => join(folder(from), written),
        (None, None) => None,
    }
}

/// The path of a file that the file `from` imports as `written`.
pub(super) fn find(inputs: &Inputs, from: &str, written: &str) -> Option<String> {
    let path = located(&inputs.site.layout, from, written)?;
    let known = |path: &str| inputs.pages.contains_key(path) || inputs.text(path).is_some();
    ["", ".mdx", ".md"].iter().map(|ending| format!("{path}{ending}")).find(|path| known(path))
}

/// The digest of the file that the file `from` imports as `written`: of its path, if there is one, and its text.
pub(super) fn digest(inputs: &Inputs, from: &str, written: &str) -> Digest {
    let Some(path) = find(inputs, from, written) else { return Digest::default() };
    match inputs.pages.get(&path) {
        Some(source) => source.digest(),
        None => Digest::of([path.as_bytes(), inputs.text(&path).unwrap_or_default().as_bytes()]),
    }
}

/// The parts that a page holds: the directive that stands for each, and the part's path.
pub(super) fn of<'a>(
    inputs: &'a Inputs,
    page: &'a Page,
) -> impl Iterator<Item = (&'a Directive, Option<String>)> {
    let parts = page.directives.iter().filter(|directive| &*directive.name.value == "partial");
    parts.map(|directive| {
        let file = directive.attributes.text("file").unwrap_or_default();
        (directive, find(inputs, page.source.path(), file))
    })
}

/// The files that a page imports as parts, as written.
pub(super) fn files(page: &Page) -> impl Iterator<Item = &str> {
    let parts = page.directives.iter().filter(|directive| &*directive.name.value == "partial");
    parts.filter_map(|directive| directive.attributes.text("file"))
}

/// The files that a page shows, as parts or as they are, as written.
pub(super) fn shown(page: &Page) -> impl Iterator<Item = &str> {
    let shown = page.directives.iter().filter(|found| matches!(&*found.name.value, "partial" | "include"));
    shown.filter_map(|directive| directive.attributes.text("file"))
}

/// All anchors of a page, those of its parts included.
pub(super) fn anchors(inputs: &Inputs, page: &Page, by_path: &HashMap<&str, &Page>) -> HashSet<Box<str>> {
    let mut anchors = HashSet::new();
    gather(inputs, page, by_path, DEEPEST, &mut anchors);
    anchors
}

fn gather(
    inputs: &Inputs,
    page: &Page,
    by_path: &HashMap<&str, &Page>,
    deeper: usize,
    anchors: &mut HashSet<Box<str>>,
) {
    anchors.extend(page.anchors().map(Box::from));
    if deeper == 0 {
        return;
    }
    for (_, path) in of(inputs, page) {
        if let Some(part) = path.and_then(|path| by_path.get(path.as_str())) {
            gather(inputs, part, by_path, deeper - 1, anchors);
        }
    }
}

/// What stands between the tags of the part with this directive, below a node.
pub(super) fn held(node: &Node, directive: usize) -> Option<&[Node]> {
    if node.kind == NodeKind::Leaf(directive) {
        return (!node.children.is_empty()).then_some(&node.children);
    }
    node.children.iter().find_map(|child| held(child, directive))
}

/// Whether parts may hold parts at this depth.
pub(super) fn goes_on(depth: usize) -> bool {
    depth < DEEPEST
}

/// The findings about parts that are not there. Files in other packages, and in folders whose pages are not read, are not
/// judged.
pub(super) fn missing(inputs: &Inputs, page: &Page) -> Vec<Diagnostic> {
    let layout = &inputs.site.layout;
    let lacking = of(inputs, page).filter(|(_, path)| path.is_none()).filter_map(|(directive, _)| {
        let file = directive.attributes.get("file")?;
        let path = located(layout, page.source.path(), &file.value)?;
        layout.content_of(&path).is_some().then(|| absent(page, &file.value, file.span))
    });
    lacking.collect()
}

fn absent(page: &Page, path: &str, span: Span) -> Diagnostic {
    let message = format!("there is no file `{path}` in the site to import");
    Diagnostic::new(&DIRECTIVE, Location::new(&page.source, span), message)
}
