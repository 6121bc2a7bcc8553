//! Docusaurus: `docusaurus.config.*` and the folders that it names.

use super::script::{
    boolean, first_object, is_off, list, list_text, object, path_behind, text, texts, without_comments,
};
use super::{Folder, Proposal, located};
use crate::links::path::folder;
use crate::world::World;
use crate::world::layout::{Dialect, Format, below};

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
    let format = object(&script, "markdown").and_then(|markdown| text(markdown, "format"));
    let format = format.and_then(|name| Format::named(&name)).unwrap_or_default();
    let math = plugin_names(&script, "remark-math");
    let trailing_slash = boolean(&script, "trailingSlash");
    let mut add = |options: &str, path: &str, route: &str, navigation: Option<String>| {
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
                exclude: list(options, "exclude"),
                format,
                anchors: None,
                trailing_slash,
                math: math_of(options, &math),
                admonitions: admonitions(options, &mut proposal.left_out),
                navigation,
            });
        }
    };
    // `themeConfig` has a `docs` of its own.
    let presets = list_text(&script, "presets").unwrap_or(&script);
    let preset = |key: &str| object(presets, key).unwrap_or_default();
    let docs = preset("docs");
    let route = text(docs, "routeBasePath").unwrap_or_else(|| "docs".into());
    let sidebars = path_behind(docs, "sidebarPath").and_then(|path| located(root, &path));
    let sets = instances(&script);
    // Without presets, all docs are those of plugins.
    if !is_off(presets, "docs") && (sets.is_empty() || list_text(&script, "presets").is_some()) {
        add(docs, &text(docs, "path").unwrap_or_else(|| "docs".into()), &route, None);
    }
    let mut unnamed = Vec::new();
    for options in sets {
        let path = text(options, "path").unwrap_or_else(|| "docs".into());
        let route = text(options, "routeBasePath").unwrap_or_else(|| "docs".into());
        let own = path_behind(options, "sidebarPath").and_then(|path| located(root, &path));
        let own = own.filter(|path| files.contains(path));
        if own.is_none() && options.contains("sidebarPath") && !is_off(options, "sidebarPath") {
            unnamed.push(path.clone());
        }
        add(options, &path, &route, own);
    }
    let mut elsewhere = Vec::new();
    if !is_off(&script, "blog") {
        let blog = preset("blog");
        let path = text(blog, "path").unwrap_or_else(|| "blog".into());
        let route = text(blog, "routeBasePath").unwrap_or_else(|| "blog".into());
        add(blog, &path, &route, None);
        let has_blog =
            located(root, &path).is_some_and(|path| files.iter().any(|file| below(&path, file).is_some()));
        if has_blog {
            // Posts have addresses with dates, and lists of their own.
            elsewhere.push(format!("/{}/**", route.trim_matches('/')));
            elsewhere.push(format!("/{}", route.trim_matches('/')));
        }
    }
    let own_pages = preset("pages");
    add(own_pages, "src/pages", "/", None);
    pages(files, root, &mut elsewhere);
    versions(world, root, &route, &mut elsewhere);
    for address in texts(&script, "to").into_iter().chain(texts(&script, "routeBasePath")) {
        if !address.contains("://") && !address.contains('#') {
            let address = format!("/{}", address.trim_matches('/'));
            let is_page = proposal.content.iter().any(|content| has_page(content, &address, files));
            if !is_page && address.len() > 1 && address.trim_matches('/') != route.trim_matches('/') {
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
    // What a plugin writes among the pages.
    for path in texts(&script, "outputDir") {
        let found = located(root, &path);
        elsewhere.extend(proposal.content.iter().filter_map(|content| {
            let inside = below(&content.folder, found.as_deref()?)?;
            Some(format!("{}/{}/**", content.route.trim_end_matches('/'), inside.trim_end_matches('/')))
        }));
    }
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
    } else if docs.contains("sidebarPath") && !is_off(docs, "sidebarPath") {
        proposal.left_out.push("the sidebars are not named plainly, so that pages are in the order of folders, numbers and `sidebar_position`; name their file as `navigation`".into());
    }
    for path in unnamed {
        proposal.left_out.push(format!(
            "the sidebars of `{path}` are not named plainly; name their file as `navigation` of its folder"
        ));
    }
    if proposal.content.is_empty() {
        return Err(format!("`{config}` names no folder with pages in it"));
    }
    Ok(proposal)
}

/// The options of further sets of docs: what stands behind the name of their plugin.
fn instances(script: &str) -> Vec<&str> {
    let behind = script.match_indices("content-docs").filter_map(|(at, name)| {
        let rest = script[at + name.len()..].strip_prefix(['"', '\'', '`'])?;
        // `require.resolve('…')` ends with a bracket, and settings with types may stand in some.
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "(),".contains(c));
        first_object(rest)
    });
    behind.collect()
}

/// The words that open an admonition, where the settings name some.
fn admonitions(options: &str, left_out: &mut Vec<String>) -> Option<Vec<String>> {
    if is_off(options, "admonitions") {
        return Some(Vec::new());
    }
    let written = object(options, "admonitions")?;
    let keywords = list(written, "keywords");
    if keywords.is_empty() && written.contains("keywords") {
        left_out.push(
            "the words that open an admonition of the site's own are not plain; name all as `admonitions` of their folder"
                .into(),
        );
        return None;
    }
    let usual: &[&str] = if is_off(written, "extendDefaults") { &[] } else { &ADMONITIONS };
    let mut all: Vec<String> = usual.iter().map(|word| (*word).to_owned()).collect();
    all.extend(keywords.into_iter().filter(|word| !usual.contains(&word.as_str())));
    Some(all)
}

/// The words that open an admonition of Docusaurus.
const ADMONITIONS: [&str; 9] =
    ["secondary", "info", "success", "danger", "note", "tip", "warning", "important", "caution"];

/// The names that the settings give to a plugin: of `import x from 'y'` and `const x = require('y')`.
fn plugin_names(script: &str, package: &str) -> Vec<String> {
    let named = script.match_indices(package).filter_map(|(at, _)| {
        let line = script[..at].rsplit(['\n', ';']).next()?.trim_start();
        let words = ["import ", "const ", "let ", "var "];
        let rest = words.iter().find_map(|word| line.strip_prefix(word))?.trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')?;
        (end > 0).then(|| rest[..end].to_owned())
    });
    let mut names: Vec<String> = named.collect();
    if script.contains(package) {
        names.push(package.to_owned());
    }
    names
}

/// Which dollars hold formulas, by the plugins that some options name.
fn math_of(options: &str, names: &[String]) -> Option<&'static str> {
    let keys = ["remarkPlugins", "beforeDefaultRemarkPlugins"];
    let has_plugins = keys.iter().any(|key| options.contains(key));
    let plain = keys.iter().filter_map(|key| list_text(options, key)).collect::<String>();
    // A list that another file or line makes may hold the plugin, if the settings have it at all.
    let found = if plain.is_empty() { has_plugins && !names.is_empty() } else { holds(&plain, names) };
    let double = is_off(&plain, "singleDollarTextMath");
    found.then_some(if double { "double" } else { "on" })
}

fn holds(text: &str, names: &[String]) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$');
    names.iter().any(|name| {
        text.match_indices(name.as_str()).any(|(at, _)| {
            !is_part(text[..at].chars().next_back()) && !is_part(text[at + name.len()..].chars().next())
        })
    })
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

/// Whether a file of a folder has an address by its name.
fn has_page(content: &Folder, address: &str, files: &[String]) -> bool {
    let Some(inside) = address.strip_prefix(content.route.trim_end_matches('/')) else { return false };
    let Some(stem) = located(&content.folder, inside.trim_matches('/')) else { return false };
    ["", "/index", "/README"]
        .iter()
        .any(|name| ["md", "mdx"].iter().any(|ending| files.contains(&format!("{stem}{name}.{ending}"))))
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
