//! The pages: read, given their addresses, and put on the map that links are resolved against.

use std::sync::Arc;

use rayon::prelude::*;

use super::{Generated, Scene};
use crate::diagnostic::{Checked, Diagnostic};
use crate::links::route::{Route, without_number};
use crate::links::sitemap::{Sitemap, Target};
use crate::page::{self, Component, Page};
use crate::pipeline::settle::DUPLICATE_OUTPUT;
use crate::render::assets::is_fingerprinted;
use crate::text::{Location, SourceFile, Span};
use crate::world::layout::Layout;

/// A page that was read, with its address.
#[derive(Debug)]
pub struct ParsedPage {
    /// The page.
    pub page: Page,
    /// Its address.
    pub route: Route,
    /// What was found while reading it.
    pub findings: Vec<Diagnostic>,
}

impl ParsedPage {
    /// The title: the page's, else its file's name.
    pub fn title(&self) -> String {
        self.page.title().map_or_else(
            || {
                let path = self.page.source.path();
                let name = path.rsplit('/').next().unwrap_or(path);
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                without_number(stem).to_owned()
            },
            str::to_owned,
        )
    }
}

/// What the site makes of components: `matrix?model=a/b`.
fn components(layout: &Layout) -> Vec<Component> {
    let read = |(name, written): &(String, String)| {
        let (directive, attributes) = written.split_once('?').unwrap_or((written, ""));
        let attributes = attributes.split('&').filter_map(|pair| pair.split_once('='));
        Component {
            name: name.as_str().into(),
            directive: directive.into(),
            attributes: attributes.map(|(key, value)| (key.into(), value.into())).collect(),
        }
    };
    layout.components.iter().map(read).collect()
}

/// Reads all pages. Drafts are left out unless they are asked for.
pub fn pages(scene: &Scene<'_>, findings: &mut Vec<Diagnostic>) -> Vec<ParsedPage> {
    let sources: Vec<_> = scene.inputs.pages.values().collect();
    let layout = &scene.inputs.site.layout;
    let components = components(layout);
    let parse =
        |source: &&Arc<SourceFile>| page::parse_as(source, layout.dialect_of(source.path()), &components);
    let parsed: Vec<Checked<Page>> = sources.par_iter().map(parse).collect();
    let mut pages = Vec::with_capacity(parsed.len());
    for checked in parsed {
        let Checked { value: page, findings: found } = checked;
        if page.front_matter.draft && !scene.options.drafts {
            findings.extend(found);
            continue;
        }
        let slug = page.front_matter.slug.as_ref().map(|slug| &*slug.value);
        let id = page.front_matter.id.as_ref().map(|id| &*id.value);
        let route = Route::of_file(layout, page.source.path(), slug, id);
        pages.push(ParsedPage { page, route, findings: found });
    }
    pages
}

/// The map of the built site. Two pages at one address are a finding.
pub fn sitemap(
    scene: &Scene<'_>,
    pages: &[ParsedPage],
    generated: &Generated<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Sitemap {
    let mut sitemap = Sitemap::default();
    for parsed in pages {
        let page = &parsed.page;
        let target = Target {
            source: Some(page.source.path().to_owned()),
            title: parsed.title(),
            anchors: page.anchors().map(Box::from).collect(),
        };
        if let Some(first) = sitemap.add_page(&parsed.route, target) {
            let place = page.front_matter.slug.as_ref().map_or_else(|| Span::at(0), |slug| slug.span);
            let first = first.source.clone().unwrap_or_default();
            let message =
                format!("this page has the address `{}`, which `{first}` has already", parsed.route.url);
            findings.push(
                Diagnostic::new(&DUPLICATE_OUTPUT, Location::new(&page.source, place), message)
                    .help("rename one of the two, or give it another `slug`"),
            );
        }
    }
    for page in generated {
        // A page that an author wrote for this address takes the generated one's place.
        sitemap.add_page(
            &page.route,
            Target {
                source: None,
                title: page.title.clone(),
                anchors: page.anchors.iter().map(|anchor| Box::from(anchor.as_str())).collect(),
            },
        );
    }
    for (path, asset) in scene.inputs.assets.iter().filter(|(path, _)| !is_fingerprinted(path)) {
        sitemap.add_file(path);
        sitemap.add_file_of(&asset.source, path);
    }
    for path in ["sitemap.xml", "robots.txt", "llms.txt", "api/builder.json", "api/catalog.json"] {
        sitemap.add_file(path);
    }
    for parsed in pages {
        for alias in &parsed.page.front_matter.aliases {
            if !sitemap.add_redirect(&Route::new(&alias.value), &parsed.route) {
                let place = Location::new(&Arc::clone(&parsed.page.source), alias.span);
                let message = format!("the alias `{}` is the address of another page", alias.value);
                findings.push(Diagnostic::new(&DUPLICATE_OUTPUT, place, message));
            }
        }
    }
    sitemap
}
