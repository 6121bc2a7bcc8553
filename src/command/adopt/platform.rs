//! Platforms that read MDX, such as Mintlify: `docs.json` or `mint.json`.

use serde_json::Value;

use super::{Folder, Proposal};
use crate::links::path::folder;
use crate::world::World;
use crate::world::layout::{Dialect, below};

/// Looks at a repository of MDX.
pub(super) fn look(world: &dyn World, files: &[String]) -> Result<Proposal, String> {
    let settings = files
        .iter()
        .filter(|path| matches!(path.rsplit('/').next(), Some("docs.json" | "mint.json")))
        .min_by_key(|path| (path.matches('/').count(), path.ends_with("mint.json")));
    let mut proposal = Proposal::default();
    let root = match settings {
        Some(path) => {
            let bytes = world.read(path).map_err(|error| format!("can't read `{path}`: {error}"))?;
            match serde_json::from_slice::<Value>(&bytes) {
                Ok(settings) => read(&settings, &mut proposal),
                Err(error) => proposal.left_out.push(format!("`{path}` is not valid JSON: {error}")),
            }
            proposal.navigation = Some(path.clone());
            folder(path).to_owned()
        }
        None => common_folder(files)?,
    };
    let exclude = ["README.md", "LICENSE.md", "CHANGELOG.md", "CONTRIBUTING.md", "AGENTS.md", "CLAUDE.md"];
    let present = |name: &&str| files.iter().any(|path| below(&root, path) == Some(name));
    proposal.content.push(Folder {
        dialect: Dialect::Mdx,
        route: "/".into(),
        anchors: settings.is_none().then_some("github"),
        // Mintlify reads formulas always, other platforms where their settings say so.
        math: (settings.is_none() && !has_math(world, files)).then_some("off"),
        pages: vec!["**/*.{md,mdx}".into()],
        exclude: exclude.iter().filter(|name| present(name)).map(|name| (*name).to_owned()).collect(),
        folder: root,
        ..Folder::default()
    });
    Ok(proposal)
}

/// Whether the settings of a framework name a plugin for formulas.
fn has_math(world: &dyn World, files: &[String]) -> bool {
    let settings = files.iter().filter(|path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        ["next.config.", "source.config.", "astro.config.", "vite.config."]
            .iter()
            .any(|head| name.starts_with(head))
    });
    settings.filter_map(|path| world.read(path).ok()).any(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        text.contains("remark-math") || text.contains("latex: true")
    })
}

/// What the settings say that is plain: the name, the redirects, and whether pages are made from a description of an API.
fn read(settings: &Value, proposal: &mut Proposal) {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    proposal.title = settings.get("name").and_then(text);
    for redirect in settings.get("redirects").and_then(Value::as_array).into_iter().flatten() {
        if let Some(source) = redirect.get("source").and_then(Value::as_str) {
            proposal.elsewhere.push(pattern(source));
        }
    }
    let written = settings.to_string();
    if written.contains("\"openapi\"") || written.contains("\"asyncapi\"") {
        proposal.elsewhere.push("/api-reference/**".into());
        proposal.left_out.push(
            "pages that are made from OpenAPI are not, and links below `/api-reference/` are not looked up"
                .into(),
        );
    }
    proposal.elsewhere.sort();
    proposal.elsewhere.dedup();
}

/// The pattern for the source of a redirect: `/old/:slug*` is `/old/**`.
fn pattern(source: &str) -> String {
    let parts = source.split('/').map(|part| match part.strip_prefix(':') {
        Some(name) if name.ends_with(['*', '+']) => "**",
        Some(_) => "*",
        None => part,
    });
    let joined = parts.collect::<Vec<_>>().join("/");
    if joined.starts_with('/') { joined } else { format!("/{joined}") }
}

/// The folder that all MDX is in.
fn common_folder(files: &[String]) -> Result<String, String> {
    let mut pages = files.iter().filter(|path| path.ends_with(".mdx"));
    let Some(first) = pages.next() else {
        return Err(
            "there is no `docs.json`, no `mint.json` and no `.mdx` file in this folder or below it".into()
        );
    };
    let mut common = folder(first).to_owned();
    for page in pages {
        while below(&common, page).is_none() {
            common = folder(&common).to_owned();
        }
    }
    Ok(common)
}
