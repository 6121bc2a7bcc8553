//! `.gitignore`: what a program of the repository makes before a build, so that no commit has it.

use std::collections::BTreeSet;

use super::Proposal;
use crate::links::path::{folder, join};
use crate::world::World;
use crate::world::layout::below;

/// Folders that hold what the other generator makes or installs, and no pages.
const BUILT: [&str; 7] = ["node_modules", "build", "dist", "out", "public", "env", "venv"];

/// The addresses that `.gitignore` files name: files and folders below a folder of pages or of static files.
///
/// A name without a slash is one of any folder. It counts where the `.gitignore` lies among pages; that of the
/// repository may be about anything.
pub(super) fn addresses(world: &dyn World, files: &[String], proposal: &Proposal) -> Vec<String> {
    let mut found = BTreeSet::new();
    for root in folders(files) {
        let path = if root.is_empty() { ".gitignore".to_owned() } else { format!("{root}/.gitignore") };
        let Ok(bytes) = world.read(&path) else { continue };
        let is_among_pages = !root.is_empty()
            && proposal
                .content
                .iter()
                .any(|pages| root == pages.folder || below(&pages.folder, root).is_some());
        for line in String::from_utf8_lossy(&bytes).lines() {
            let pattern = line.trim();
            let is_name = !pattern.trim_end_matches('/').contains('/');
            if !is_plain(pattern) || (is_name && (!is_among_pages || pattern.contains(['.', '*']))) {
                continue;
            }
            let below = if is_name { format!("{root}/**") } else { root.to_owned() };
            let Some(path) = join(&below, pattern) else { continue };
            for address in published(proposal, &path) {
                found.extend(patterns(&address, pattern.ends_with('/')));
            }
        }
    }
    found.into_iter().collect()
}

/// All folders that files are in, at any depth, and the root.
fn folders(files: &[String]) -> BTreeSet<&str> {
    let mut all = BTreeSet::from([""]);
    for path in files {
        let mut inside = folder(path);
        while all.insert(inside) {
            inside = folder(inside);
        }
    }
    all
}

/// Whether a line is a pattern that may name pages.
fn is_plain(pattern: &str) -> bool {
    let mut parts = pattern.split('/').filter(|part| !part.is_empty()).peekable();
    parts.peek().is_some()
        && !pattern.starts_with(['#', '!'])
        && !pattern.starts_with("**/")
        && !pattern.contains(['\\', '[', '{'])
        && !parts.any(|part| part.starts_with(['.', '_']) || BUILT.contains(&part))
}

/// Where the site publishes what a pattern of paths names.
fn published(proposal: &Proposal, path: &str) -> Vec<String> {
    let pages =
        proposal.content.iter().map(|folder| (folder.folder.as_str(), folder.route.trim_matches('/')));
    let files = proposal.static_files.iter().map(|folder| (folder.as_str(), ""));
    let below = pages.chain(files).filter_map(|(folder, route)| {
        let inside = below(folder, path).filter(|inside| !inside.is_empty())?;
        Some(if route.is_empty() { format!("/{inside}") } else { format!("/{route}/{inside}") })
    });
    below.collect()
}

/// The addresses of what a pattern names: a page without its ending, any other file as it is, a folder with all in it.
fn patterns(path: &str, is_folder: bool) -> Vec<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if let Some(page) = path.strip_suffix(".mdx").or_else(|| path.strip_suffix(".md")) {
        return vec![page.strip_suffix("/index").unwrap_or(page).to_owned()];
    }
    // All entries of a folder, folders among them.
    if name == "*" {
        return vec![format!("{path}*")];
    }
    if name.contains('*') || (name.contains('.') && !is_folder) {
        return vec![path.to_owned()];
    }
    vec![path.to_owned(), format!("{path}/**")]
}
