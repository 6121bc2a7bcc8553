//! Docusaurus: `docusaurus.config.*` and the folders that it names.

use super::script::{first_object, is_off, list, object, path_behind, text, texts, without_comments};
use super::{Folder, Proposal, located};
use crate::links::path::folder;
use crate::world::World;
use crate::world::layout::{Dialect, below};

const PAGES: [&str; 1] = ["**/*.{md,mdx}"];

/// Looks at a repository with Docusaurus in it.
pub(super) fn look(world: &dyn World, files: &[String]) -> Result<Proposal, String> {
    let config = files
        .iter()
        .filter(|path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            ["js", "ts", "mjs", "cjs", "mts", "cts"]
                .iter()
                .any(|ending| name == format!("docusaurus.config.{ending}"))
        })
        .min_by_key(|path| (path.matches('/').count(), path.len()))
        .ok_or("there is no `docusaurus.config.js` or `.ts` in this folder or below it")?;
    let bytes = world.read(config).map_err(|error| format!("can't read `{config}`: {error}"))?;
    let script = without_comments(&String::from_utf8_lossy(&bytes));
    let root = folder(config);
    let mut proposal =
        Proposal { title: text(&script, "title"), base_url: base_url(&script), ..Proposal::default() };
    let mut add = |path: &str, route: &str, exclude: Vec<String>| {
        let Some(found) = located(root, path) else {
            proposal
                .left_out
                .push(format!("`{path}` lies outside of this folder; run this one folder further up"));
            return;
        };
        let has_pages = files.iter().any(|file| {
            below(&found, file).is_some_and(|inside| inside.ends_with(".md") || inside.ends_with(".mdx"))
        });
        if has_pages && !proposal.content.iter().any(|known| known.folder == found) {
            proposal.content.push(Folder {
                folder: found,
                dialect: Dialect::Docusaurus,
                route: format!("/{}", route.trim_matches('/')),
                pages: PAGES.map(str::to_owned).to_vec(),
                exclude,
            });
        }
    };
    let docs = object(&script, "docs").unwrap_or_default();
    let route = text(docs, "routeBasePath").unwrap_or_else(|| "docs".into());
    let sidebars = path_behind(docs, "sidebarPath").and_then(|path| located(root, &path));
    if !is_off(&script, "docs") {
        add(&text(docs, "path").unwrap_or_else(|| "docs".into()), &route, list(docs, "exclude"));
    }
    for options in script.split("plugin-content-docs").skip(1) {
        let open = options.find('{').filter(|open| *open < 40);
        if let Some(options) = open.and_then(|open| first_object(&options[open..])) {
            let path = text(options, "path").unwrap_or_else(|| "docs".into());
            let route = text(options, "routeBasePath").unwrap_or_else(|| "docs".into());
            add(&path, &route, list(options, "exclude"));
        }
    }
    let mut elsewhere = Vec::new();
    if !is_off(&script, "blog") {
        let blog = object(&script, "blog").unwrap_or_default();
        let path = text(blog, "path").unwrap_or_else(|| "blog".into());
        let route = text(blog, "routeBasePath").unwrap_or_else(|| "blog".into());
        add(&path, &route, list(blog, "exclude"));
        let has_blog =
            located(root, &path).is_some_and(|path| files.iter().any(|file| below(&path, file).is_some()));
        if has_blog {
            // Posts have addresses with dates, and lists of their own.
            elsewhere.push(format!("/{}/**", route.trim_matches('/')));
            elsewhere.push(format!("/{}", route.trim_matches('/')));
        }
    }
    add("src/pages", "/", Vec::new());
    pages(files, root, &mut elsewhere);
    versions(world, root, &route, &mut elsewhere);
    for address in texts(&script, "to").into_iter().chain(texts(&script, "routeBasePath")) {
        if !address.contains("://") && !address.contains('#') {
            let address = format!("/{}", address.trim_matches('/'));
            if address.len() > 1 && address.trim_matches('/') != route.trim_matches('/') {
                let docs = format!("/{}/", route.trim_matches('/'));
                if !address.starts_with(&docs) && docs != "//" {
                    elsewhere.push(format!("{address}/**"));
                }
                elsewhere.push(address);
            }
        }
    }
    // Lists of a category and of a tag, and the site in other languages, are made without a file.
    let docs = route.trim_matches('/');
    let base = if docs.is_empty() { String::new() } else { format!("/{docs}") };
    elsewhere.extend([format!("{base}/category/**"), format!("{base}/tags/**"), format!("{base}/tags")]);
    for locale in list(&script, "locales").iter().skip(1) {
        elsewhere.push(format!("/{locale}/**"));
    }
    if script.contains("openapi") || script.contains("redoc") || script.contains("typedoc") {
        elsewhere.push("/api/**".into());
    }
    // An address that a page of the docs has is not elsewhere, but one that no page has may be.
    elsewhere.sort();
    elsewhere.dedup();
    proposal.elsewhere = elsewhere;
    let folders = list(&script, "staticDirectories");
    let folders = if folders.is_empty() { vec!["static".to_owned()] } else { folders };
    for path in folders {
        let found = located(root, &path).filter(|path| files.iter().any(|file| below(path, file).is_some()));
        proposal.static_files.extend(found);
    }
    if !root.is_empty() {
        proposal.aliases.push(("@site".into(), root.to_owned()));
    }
    if let Some(path) = sidebars {
        if files.contains(&path) {
            proposal.navigation = Some(path);
        }
    } else if script.contains("sidebarPath") {
        proposal.left_out.push("the sidebars are not named plainly, so that pages are in the order of folders, numbers and `sidebar_position`; name their file as `navigation`".into());
    }
    if proposal.content.is_empty() {
        return Err(format!("`{config}` names no folder with pages in it"));
    }
    Ok(proposal)
}

fn base_url(script: &str) -> Option<String> {
    let base = text(script, "baseUrl")?;
    let is_host = |url: &String| {
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        host.is_some_and(|host| !host.trim_end_matches('/').contains('/'))
    };
    let host = texts(script, "url").into_iter().find(is_host);
    let path = format!("/{}", base.trim_matches('/'));
    let path = if path == "/" { path } else { format!("{path}/") };
    Some(host.map_or_else(|| path.clone(), |host| format!("{}{path}", host.trim_end_matches('/'))))
}

/// The addresses of pages that are programs.
fn pages(files: &[String], root: &str, elsewhere: &mut Vec<String>) {
    let folder = if root.is_empty() { "src/pages".to_owned() } else { format!("{root}/src/pages") };
    for path in files {
        let Some(inside) = below(&folder, path) else { continue };
        let Some((stem, ending)) = inside.rsplit_once('.') else { continue };
        let is_page = matches!(ending, "js" | "jsx" | "ts" | "tsx")
            && !inside.split('/').any(|name| name.starts_with('_'));
        if is_page && !stem.ends_with(".test") && !stem.ends_with(".d") {
            let address = stem.strip_suffix("index").unwrap_or(stem).trim_matches('/');
            elsewhere.push(format!("/{address}"));
        }
    }
}

/// Docs of former versions, which have addresses of their own.
fn versions(world: &dyn World, root: &str, route: &str, elsewhere: &mut Vec<String>) {
    let path = if root.is_empty() { "versions.json".to_owned() } else { format!("{root}/versions.json") };
    let versions =
        world.read(&path).ok().and_then(|bytes| serde_json::from_slice::<Vec<String>>(&bytes).ok());
    let route = route.trim_matches('/');
    let base = if route.is_empty() { String::new() } else { format!("/{route}") };
    if let Some(versions) = versions {
        for version in versions.iter().map(String::as_str).chain(["next"]) {
            elsewhere.push(format!("{base}/{version}/**"));
        }
    }
}
