//! The files of the site.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use super::{CheckedPage, Generated, Scene};
use crate::diagnostic::{Checked, Diagnostic};
use crate::links::route::Route;
use crate::links::sitemap::Sitemap;
use crate::render::artifact::Artifact;
use crate::render::assets::{self, is_fingerprinted};
use crate::render::feeds::{self, Listed};
use crate::render::generated::{self, Library};
use crate::render::highlight::Highlighter;
use crate::render::html::{self, Parts};
use crate::render::page::Blocks;
use crate::render::search::{self, Record};
use crate::render::templates::Templates;
use crate::render::view::navigation::{Category, NavPage, Navigation};
use crate::render::view::{Frame, Link, PageView, SectionLink, SiteView, toc};
use crate::render::{directives, include, text};
use crate::verify::snippet::derive;
use crate::world::reader::{Reader, documents};

/// One rendered page: its files, and what the lists of pages say of it.
struct Rendered {
    files: Vec<(String, Vec<u8>)>,
    listed: Listed,
    record: Option<Record>,
}

/// Renders all pages and the files beside them.
pub fn render(
    scene: &Scene<'_>,
    checked: &[CheckedPage<'_>],
    library: &Library<'_>,
    generated: &Generated<'_>,
    sitemap: &Sitemap,
) -> Checked<Artifact> {
    let mut findings = Vec::new();
    let mut artifact = Artifact::new();
    let templates = match Templates::compile(&scene.inputs.templates) {
        Ok(templates) => templates,
        Err(finding) => return Checked::new(artifact, vec![*finding]),
    };
    let base = scene.inputs.site.base_path();
    let asset = |path: &str| scene.inputs.assets.get(path).map(|asset| &*asset.bytes);
    let addresses = assets::publish(asset, base, &mut artifact);
    for (path, asset) in scene.inputs.assets.iter().filter(|(path, _)| !is_fingerprinted(path)) {
        artifact.add(path.as_str(), asset.bytes.clone());
    }
    let versions = scene.engines.versions().map(|version| version.to_string()).collect();
    let mut site = SiteView::new(&scene.inputs.site, versions, addresses, Vec::new());
    site.version_default = scene.default_version.to_string();
    site.footer = footer(&site, library);
    let press = Press::new(scene, &site, &templates, library, checked, generated, sitemap, &mut findings);
    let shown: Vec<_> = generated
        .iter()
        .filter(|page| sitemap.page(&page.route.url).is_some_and(|target| target.source.is_none()))
        .collect();
    let mut rendered: Vec<Checked<Rendered>> = checked.par_iter().map(|page| press.page(page)).collect();
    rendered.par_extend(shown.par_iter().map(|page| press.generated(page)));
    let mut listed = Vec::with_capacity(rendered.len());
    let mut records = Vec::with_capacity(rendered.len());
    for page in rendered {
        let page = page.take(&mut findings);
        for (path, bytes) in page.files {
            artifact.add(path, bytes);
        }
        listed.push(page.listed);
        records.extend(page.record);
    }
    listed.sort_by(|a, b| (a.section.as_str(), &a.url).cmp(&(b.section.as_str(), &b.url)));
    records.sort_by(|a, b| a.url.cmp(&b.url));
    press.beside(&listed, &records, sitemap, &mut artifact, &mut findings);
    Checked::new(artifact, findings)
}

fn footer(site: &SiteView, library: &Library<'_>) -> Vec<Link> {
    let mut links = Vec::new();
    if let Some(url) = &library.parts.checks_url {
        links.push(Link { title: "How commands are checked".into(), url: site.address(url) });
    }
    if !library.parts.proven.is_empty() {
        links.push(Link { title: "Data".into(), url: site.address("/api/catalog.json") });
    }
    links.push(Link { title: "llms.txt".into(), url: site.address("/llms.txt") });
    links
}

/// All that pages are printed with.
struct Press<'a> {
    scene: &'a Scene<'a>,
    site: &'a SiteView,
    templates: &'a Templates,
    library: &'a Library<'a>,
    highlighter: Highlighter,
    navigation: Navigation,
    checks_url: String,
}

/// A template's context: what all pages have, and the page's own.
#[derive(Serialize)]
struct View<'a> {
    #[serde(flatten)]
    frame: Frame<'a>,
    #[serde(flatten)]
    own: Value,
}

impl<'a> Press<'a> {
    #[expect(clippy::too_many_arguments, reason = "it is made once, of everything that was made before")]
    fn new(
        scene: &'a Scene<'a>,
        site: &'a SiteView,
        templates: &'a Templates,
        library: &'a Library<'a>,
        checked: &[CheckedPage<'_>],
        generated: &Generated<'_>,
        sitemap: &Sitemap,
        findings: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut pages: Vec<NavPage> = checked
            .iter()
            .map(|page| {
                let front_matter = &page.parsed.page.front_matter;
                let label = front_matter.sidebar_label.as_ref().map(|label| label.value.to_string());
                NavPage {
                    url: page.parsed.route.url.clone(),
                    title: label.unwrap_or_else(|| page.parsed.title()),
                    position: front_matter.sidebar_position,
                    hidden: front_matter.hide_sidebar || page.parsed.route.url == "/404/",
                }
            })
            .collect();
        pages.extend(generated.iter().filter(|page| is_shown(sitemap, &page.route)).map(|page| NavPage {
            url: page.route.url.clone(),
            title: page.title.clone(),
            position: page.position,
            hidden: page.hidden,
        }));
        Self {
            scene,
            site,
            templates,
            library,
            highlighter: Highlighter::new(),
            navigation: Navigation::new(&pages, &categories(scene, findings)),
            checks_url: library.parts.checks_url.as_ref().map(|url| site.address(url)).unwrap_or_default(),
        }
    }

    fn page(&self, checked: &CheckedPage<'_>) -> Checked<Rendered> {
        let mut findings = Vec::new();
        let page = &checked.parsed.page;
        let url = &checked.parsed.route.url;
        let context = self.scene.context();
        let blocks = Blocks {
            engines: self.scene.engines,
            highlighter: &self.highlighter,
            checks_url: &self.checks_url,
        };
        let snippets = blocks.html(page, &checked.proof.snippets, |snippet, proof| {
            let [launch] = proof.launches.as_slice() else { return Vec::new() };
            let model = context.scope(snippet, &page.front_matter).model;
            derive(&launch.block, model.as_deref().unwrap_or("MODEL"), &context)
        });
        let leaves = page.directives.iter().enumerate().filter(|(_, directive)| !directive.is_container());
        let directives: HashMap<usize, String> = leaves
            .map(|(index, directive)| {
                let html = if &*directive.name.value == "include" {
                    let inputs = self.scene.inputs;
                    include::html(
                        directive,
                        &page.source,
                        |path| inputs.text(path),
                        inputs.data.keys().map(String::as_str),
                        &self.highlighter,
                    )
                } else {
                    directives::html(directive, self.library, self.site, &page.source)
                };
                (index, html.take(&mut findings))
            })
            .collect();
        let content = html::render(page, &checked.hrefs, &Parts { snippets, directives });
        let front_matter = &page.front_matter;
        // Code marks have no meaning where a description goes: in the head of the page, and in lists of pages.
        let description = front_matter.description.as_ref().map(|text| text.value.replace('`', ""));
        let view = PageView {
            kind: self.kind(url).into(),
            title: page
                .title_heading()
                .map_or_else(|| checked.parsed.title(), |index| page.headings[index].text.to_string()),
            description: description.clone(),
            lead: description,
            content,
            toc: if front_matter.toc { toc(page) } else { Vec::new() },
            edit_url: self.edit_url(page.source.path()),
            updated: front_matter
                .updated
                .as_ref()
                .or(front_matter.date.as_ref())
                .map(|day| day.value.to_string()),
            markdown: Some(checked.parsed.route.markdown()),
            ..self.page_view(&checked.parsed.route)
        };
        let is_home = url == "/" && !self.library.parts.proven.is_empty();
        let (template, own) = if is_home {
            (
                "home.html",
                json!({ "home": generated::home(self.library, self.site, &view, &self.highlighter) }),
            )
        } else if url == "/404/" {
            ("404.html", json!({}))
        } else {
            ("page.html", json!({ "rule": generated::rule(self.library, self.site, url) }))
        };
        let markdown = text::markdown(page, &checked.proof.snippets, &context);
        let record =
            (!front_matter.hide_search && url != "/404/").then(|| text::record(page, url, &view.title));
        let rendered =
            self.print(&checked.parsed.route, template, view, own, Some(markdown), record, &mut findings);
        Checked::new(rendered, findings)
    }

    fn generated(&self, page: &generated::GeneratedPage<'_>) -> Checked<Rendered> {
        let mut findings = Vec::new();
        let view = PageView {
            kind: page.kind.into(),
            title: page.title.clone(),
            description: page.description.clone(),
            lead: page.lead.clone(),
            toc: page.toc(self.library),
            edit_url: page.source(self.library).and_then(|path| self.edit_url(&path)),
            markdown: Some(page.route.markdown()),
            ..self.page_view(&page.route)
        };
        let own = page.view(self.library, self.site, &self.highlighter);
        let markdown = page.markdown(self.library);
        let record = page.record(self.library);
        let rendered =
            self.print(&page.route, page.template, view, own, Some(markdown), record, &mut findings);
        Checked::new(rendered, findings)
    }

    #[expect(clippy::too_many_arguments, reason = "each is another part of the page")]
    fn print(
        &self,
        route: &Route,
        template: &str,
        view: PageView,
        own: Value,
        markdown: Option<String>,
        record: Option<Record>,
        findings: &mut Vec<Diagnostic>,
    ) -> Rendered {
        let address = |url: &str| self.site.address(url);
        let section = Navigation::section_of(&route.url);
        let sections = self
            .navigation
            .sections()
            .map(|(url, title)| SectionLink {
                title: title.to_owned(),
                url: address(url),
                active: Navigation::section_of(url) == section,
            })
            .collect();
        let listed = Listed {
            url: route.url.clone(),
            title: view.title.clone(),
            description: view.description.clone(),
            section: self.navigation.title_of_section(&section),
            markdown: view.markdown.clone(),
        };
        let nav = self.navigation.sidebar(&route.url, &address);
        let frame = Frame { site: self.site, page: view, sections, nav };
        let mut files = Vec::new();
        match self.templates.render(template, &View { frame, own }) {
            Ok(html) => files.push((route.output(), html.into_bytes())),
            Err(finding) => findings.push(*finding),
        }
        files.extend(markdown.map(|text| (route.markdown(), text.into_bytes())));
        Rendered { files, listed, record }
    }

    fn page_view(&self, route: &Route) -> PageView {
        let address = |url: &str| self.site.address(url);
        let (prev, next) = self.navigation.neighbours(&route.url, &address);
        PageView {
            url: address(&route.url),
            canonical: self.site.canonical(&route.url),
            breadcrumbs: self.navigation.breadcrumbs(&route.url, &address),
            prev,
            next,
            ..PageView::default()
        }
    }

    fn kind(&self, url: &str) -> &'static str {
        match url {
            "/" => "home",
            "/404/" => "not-found",
            _ if generated::is_rule(self.library, url) => "rule",
            _ => "page",
        }
    }

    fn edit_url(&self, path: &str) -> Option<String> {
        self.scene.inputs.site.edit_url.as_ref().map(|url| url.replace("{path}", path))
    }

    /// The files beside the pages.
    fn beside(
        &self,
        listed: &[Listed],
        records: &[Record],
        sitemap: &Sitemap,
        artifact: &mut Artifact,
        findings: &mut Vec<Diagnostic>,
    ) {
        let public: Vec<Listed> = listed.iter().filter(|page| page.url != "/404/").cloned().collect();
        if let Some(xml) = feeds::sitemap(self.site, &public) {
            artifact.add("sitemap.xml", xml.into_bytes());
        }
        artifact.add("robots.txt", feeds::robots(self.site).into_bytes());
        artifact.add("llms.txt", feeds::llms(self.site, &public).into_bytes());
        for (from, to) in sitemap.redirects() {
            artifact.add(Route::new(from).output(), feeds::redirect(&self.site.address(to)).into_bytes());
        }
        for (path, value) in generated::api(self.library, self.site) {
            artifact.add(path, value.into_bytes());
        }
        for (route, template, title, own) in [
            (
                Route::new("/search/"),
                "search.html",
                "Search",
                json!({ "groups": groups(self.site, &public) }),
            ),
            (Route::new("/404/"), "404.html", "Page not found", json!({})),
        ] {
            if sitemap.page(&route.url).is_none() && self.templates.contains(template) {
                let view = PageView { kind: "search".into(), title: title.into(), ..self.page_view(&route) };
                let rendered = self.print(&route, template, view, own, None, None, findings);
                for (path, bytes) in rendered.files {
                    artifact.add(path, bytes);
                }
            }
        }
        let language = &self.scene.inputs.site.language;
        if let Err(error) = search::index(records, language, artifact) {
            let file = crate::text::SourceFile::new("content", "");
            let place = crate::text::Location::new(&file, crate::text::Span::default());
            let message = format!("the search index could not be built: {error}");
            findings.push(Diagnostic::new(&crate::render::templates::TEMPLATE, place, message));
        }
    }
}

fn is_shown(sitemap: &Sitemap, route: &Route) -> bool {
    sitemap.page(&route.url).is_some_and(|target| target.source.is_none())
}

/// The sections with their pages, for readers without scripts.
fn groups(site: &SiteView, listed: &[Listed]) -> Vec<Value> {
    let mut groups: Vec<(String, Vec<Value>)> = Vec::new();
    for page in listed {
        let item = json!({ "title": page.title, "url": site.address(&page.url) });
        match groups.last_mut().filter(|(section, _)| *section == page.section) {
            Some((_, pages)) => pages.push(item),
            None => groups.push((page.section.clone(), vec![item])),
        }
    }
    groups
        .into_iter()
        .enumerate()
        .map(|(number, (title, pages))| {
            json!({ "id": format!("group-{number}"), "title": title, "url": null, "pages": pages })
        })
        .collect()
}

/// What the `_category_` files say about their folders.
fn categories(scene: &Scene<'_>, findings: &mut Vec<Diagnostic>) -> BTreeMap<String, Category> {
    let mut categories = BTreeMap::new();
    for (path, file) in &scene.inputs.categories {
        let excerpt = crate::text::Excerpt::whole(file);
        let nodes = documents(&excerpt).take(findings);
        let mut reader = Reader::new(&excerpt);
        let mut category = Category::default();
        if let Some(node) = nodes.first() {
            for entry in
                reader.mapping(node, "a category", &["label", "position", "link", "collapsed", "collapsible"])
            {
                match entry.key.as_str() {
                    "label" => category.label = reader.text(&entry.value, "`label`"),
                    "position" => category.position = reader.number(&entry.value, "`position`"),
                    _ => {}
                }
            }
        }
        findings.append(&mut reader.findings);
        // Where the folder's own page would be.
        let page = format!("{}/index.md", crate::links::path::folder(path));
        let route = Route::of_file(&scene.inputs.site.layout, page.trim_start_matches('/'), None, None);
        categories.insert(route.url, category);
    }
    categories
}
