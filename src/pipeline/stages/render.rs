//! The pages of the site as files.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::feed::feed;
use super::{Beside, CheckedPage, Generated, Map, Navigated, Scene, parts};
use crate::diagnostic::{Checked, Diagnostic};
use crate::links::route::Route;
use crate::page::Page;
use crate::page::directive::Directive;
use crate::page::headings::Heading;
use crate::pipeline::memo::Memo;
use crate::render::artifact::{Artifact, Files};
use crate::render::assets::{self, is_fingerprinted};
use crate::render::escape::escape;
use crate::render::feeds::Listed;
use crate::render::generated::{self, Library};
use crate::render::highlight::Highlighter;
use crate::render::html::{self, Parts};
use crate::render::page::Blocks;
use crate::render::search::Record;
use crate::render::structured::structured;
use crate::render::templates::Templates;
use crate::render::text::shows_children;
use crate::render::view::{Child, Frame, Link, PageView, SiteView, contents};
use crate::render::{directives, include, text};
use crate::text::{Digest, Digester};
use crate::verify::snippet::derive;
use crate::world::layout::Dialect;

/// One rendered page: its files, and what the lists of pages say of it.
#[derive(Debug)]
pub struct Rendered {
    pub(in crate::pipeline) files: Files,
    pub(in crate::pipeline) listed: Listed,
    pub(in crate::pipeline) record: Option<Record>,
}

/// Renders all pages. The files beside them are made from what comes with them, when they are wanted.
pub fn render(
    scene: &Scene<'_>,
    memo: &mut Memo,
    checked: &[CheckedPage],
    library: &Library<'_>,
    generated: &Generated<'_>,
    map: &Map,
) -> Checked<Option<(Artifact, Beside)>> {
    let mut findings = Vec::new();
    let mut artifact = Artifact::new();
    let mut templates_key = Digester::default();
    scene.inputs.templates.values().for_each(|file| templates_key.add_digest(file.digest()));
    let templates_key = templates_key.finish();
    let templates = memo.templates.one(templates_key, || Templates::compile(&scene.inputs.templates));
    if let Err(finding) = &*templates {
        return Checked::new(None, vec![(**finding).clone()]);
    }
    let base = scene.inputs.site.base_path();
    let asset = |path: &str| scene.inputs.assets.get(path).map(|asset| &asset.bytes);
    let addresses = assets::publish(asset, base, &mut artifact);
    for (path, asset) in scene.inputs.assets.iter().filter(|(path, _)| !is_fingerprinted(path)) {
        artifact.add(path.as_str(), Arc::clone(&asset.bytes));
    }
    let versions = scene.engines.versions().map(|version| version.to_string()).collect();
    let mut site = SiteView::new(&scene.inputs.site, versions, addresses, Vec::new());
    site.version_default = scene.default_version.to_string();
    let feed = feed(scene, memo, library, &site);
    for (path, bytes) in &*feed {
        artifact.add(Arc::clone(path), Arc::clone(bytes));
        site.feed = Some(site.address(path));
    }
    site.footer = footer(&site, library);
    let navigated = Navigated::of(scene, memo, &site, checked, generated, map, &mut findings);
    let mut key = Digester::default();
    key.add_digest(templates_key);
    key.add_digest(scene.keys.site);
    key.add_digest(scene.keys.ground);
    key.add(format!("{site:?} {:?} {:?}", library.parts.rule_urls, library.parts.checks_url).as_bytes());
    let mut by_path: Vec<&CheckedPage> = checked.iter().collect();
    by_path.sort_by_key(|page| page.parsed.page.source.path());
    let press = Press {
        scene,
        library,
        printer: Printer { site: Arc::new(site), templates, navigated },
        highlighter: Arc::clone(&memo.highlighter),
        checks_url: String::new(),
        key: key.finish(),
        by_path,
        by_url: checked.iter().map(|page| (page.parsed.route.url.as_str(), page)).collect(),
    };
    let press = press.with_checks_url();
    let shown: Vec<_> = generated.iter().filter(|page| map.is_generated(&page.route)).collect();
    let authored: Vec<&CheckedPage> = checked.iter().filter(|page| !page.parsed.is_part).collect();
    let mut rendered = memo.printed.all(&authored, |page| press.key_of(page), |page| press.page(page));
    let key = |page: &&generated::GeneratedPage<'_>| {
        let updated = press.updated_generated(page).unwrap_or_default();
        let own = Digest::of([page.route.url.as_bytes(), updated.as_bytes()]);
        Digest::all([press.key, press.printer.digest(&page.route), own])
    };
    rendered.extend(memo.printed_generated.all(&shown, key, |page| press.generated(page)));
    for page in &rendered {
        findings.extend(page.findings.iter().cloned());
        for (path, bytes) in &page.value.files {
            artifact.add(Arc::clone(path), Arc::clone(bytes));
        }
    }
    let api = memo.api.one(press.key, || {
        let files = generated::api(library, &press.printer.site).into_iter();
        files.map(|(path, value)| (path.into(), value.into_bytes().into())).collect()
    });
    for (path, bytes) in &*api {
        artifact.add(Arc::clone(path), Arc::clone(bytes));
    }
    let redirects = map.redirects().map(|(from, to)| (from.to_owned(), to.to_owned())).collect();
    let has = |url: &str| map.page(url).is_some();
    let language = scene.inputs.site.language.clone();
    let beside = Beside::new(press.printer, rendered, redirects, has, language);
    Checked::new(Some((artifact, beside)), findings)
}

fn footer(site: &SiteView, library: &Library<'_>) -> Vec<Link> {
    let mut links = Vec::new();
    if let Some(url) = &library.parts.checks_url {
        links.push(Link { title: "How commands are checked".into(), url: site.address(url) });
    }
    if !library.parts.proven.is_empty() {
        links.push(Link { title: "Data".into(), url: site.address("/api/catalog.json") });
    }
    links.extend(site.feed.iter().map(|url| Link { title: "Feed".into(), url: url.clone() }));
    links.push(Link { title: "llms.txt".into(), url: site.address("/llms.txt") });
    links
}

/// All that pages are rendered with.
pub(super) struct Press<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) library: &'a Library<'a>,
    pub(super) printer: Printer,
    highlighter: Arc<Highlighter>,
    checks_url: String,
    /// The digest of what all pages read.
    key: Digest,
    /// All pages and parts, by the paths of their files.
    by_path: Vec<&'a CheckedPage>,
    /// All pages, by their addresses.
    pub(super) by_url: HashMap<&'a str, &'a CheckedPage>,
}

impl Press<'_> {
    fn with_checks_url(mut self) -> Self {
        let url = self.library.parts.checks_url.as_ref();
        self.checks_url = url.map(|url| self.printer.site.address(url)).unwrap_or_default();
        self
    }

    /// The digest of all that a page's files are made from.
    fn key_of(&self, checked: &CheckedPage) -> Digest {
        let page = &checked.parsed.page;
        let mut key = Digester::default();
        key.add_digest(self.key);
        key.add_digest(checked.key);
        key.add_digest(self.printer.digest(&checked.parsed.route));
        key.add(self.updated(checked).unwrap_or_default().as_bytes());
        if page.dialect.is_mdx() {
            self.key_of_parts(page, 0, &mut key);
        }
        if page.directives.iter().any(|directive| &*directive.name.value == "children") {
            key.add(self.children(&checked.parsed.route.url).as_bytes());
        }
        for directive in page.directives.iter().filter(|directive| &*directive.name.value == "include") {
            let text = directive.attributes.text("file").and_then(|path| self.scene.inputs.text(path));
            match text {
                Some(text) => key.add(text.as_bytes()),
                // The nearest name is taken from all.
                None => self.scene.inputs.data.keys().for_each(|path| key.add(path.as_bytes())),
            }
        }
        key.finish()
    }

    fn page(&self, checked: &CheckedPage) -> Checked<Rendered> {
        let mut findings = Vec::new();
        let page = &checked.parsed.page;
        let url = &checked.parsed.route.url;
        let context = self.scene.context();
        let content = self.content(checked, HashMap::new(), 0, &mut findings);
        let front_matter = &page.front_matter;
        // Code marks have no meaning where a description goes: in the head of the page, and in lists of pages.
        let description = front_matter.description.as_ref().map(|text| text.value.replace('`', ""));
        let shown = page.shown_title().map_or_else(|| checked.parsed.title(), str::to_owned);
        let view = PageView {
            kind: self.kind(url).into(),
            title: if page.dialect.is_mdx() { checked.parsed.title() } else { shown.clone() },
            // Docusaurus names a page by its front matter, and shows the heading that the author wrote.
            heading: html::title(page, &checked.links.hrefs).filter(|_| page.dialect.is_mdx()),
            hide_title: front_matter.hide_title && page.title_heading().is_none(),
            lead: description.clone().filter(|_| page.dialect != Dialect::Docusaurus),
            description,
            content,
            toc: if front_matter.toc { contents(self.outline(page)) } else { Vec::new() },
            edit_url: self.edit_url(page.source.path()),
            updated: self.updated(checked),
            markdown: Some(checked.parsed.route.markdown()),
            ..PageView::default()
        };
        let is_home = url == "/" && !self.library.parts.proven.is_empty();
        let (template, own) = if is_home {
            (
                "home.html",
                json!({ "home": generated::home(self.library, &self.printer.site, &view, &self.highlighter) }),
            )
        } else if url == "/404/" {
            ("404.html", json!({}))
        } else {
            ("page.html", json!({ "rule": generated::rule(self.library, &self.printer.site, url) }))
        };
        let markdown = text::markdown(page, &checked.proof.snippets, &context);
        let part_of = |page: &Page, directive: &Directive| self.shown_part(page, directive);
        let record =
            (!front_matter.hide_search && url != "/404/").then(|| text::record(page, url, &shown, &part_of));
        let rendered = self.printer.print(
            &checked.parsed.route,
            template,
            view,
            own,
            Some(markdown),
            record,
            &mut findings,
        );
        Checked::new(rendered, findings)
    }

    /// The HTML of a page's or a part's content.
    fn content(
        &self,
        checked: &CheckedPage,
        properties: HashMap<String, String>,
        depth: usize,
        findings: &mut Vec<Diagnostic>,
    ) -> String {
        let page = &checked.parsed.page;
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
        let mut parts = Parts { snippets, directives: HashMap::new(), properties, is_part: depth > 0 };
        // What stands between the tags of a part comes before the part.
        for (index, directive) in leaves {
            let html = match &*directive.name.value {
                "partial" => self.part(checked, (index, directive), &parts, depth, findings),
                "children" => self.children(&checked.parsed.route.url),
                "include" if page.dialect.is_mdx() => self.imported(page, directive, findings),
                "include" => {
                    let inputs = self.scene.inputs;
                    include::html(
                        directive,
                        &page.source,
                        |path| inputs.text(path),
                        inputs.data.keys().map(String::as_str),
                        &self.highlighter,
                    )
                    .take(findings)
                }
                _ => {
                    directives::html(directive, self.library, &self.printer.site, &page.source).take(findings)
                }
            };
            parts.directives.insert(index, html);
        }
        html::render(page, &checked.links.hrefs, &parts)
    }

    /// The HTML of a file that a page of MDX imports as text; nothing, where it is not in the site.
    fn imported(&self, page: &Page, directive: &Directive, findings: &mut Vec<Diagnostic>) -> String {
        let inputs = self.scene.inputs;
        let file = directive.attributes.text("file").unwrap_or_default();
        let Some(path) = parts::find(inputs, page.source.path(), file) else { return String::new() };
        let mut directive = directive.clone();
        for entry in &mut directive.attributes.entries {
            if let Some(value) = entry.value.as_mut().filter(|_| &*entry.key.value == "file") {
                value.value = path.as_str().into();
            }
        }
        let paths = std::iter::empty();
        include::html(&directive, &page.source, |path| inputs.text(path), paths, &self.highlighter)
            .take(findings)
    }

    /// The HTML of a part where a page holds it.
    fn part(
        &self,
        checked: &CheckedPage,
        (index, directive): (usize, &Directive),
        made: &Parts,
        depth: usize,
        findings: &mut Vec<Diagnostic>,
    ) -> String {
        let page = &checked.parsed.page;
        let Some(part) = self.part_of(page, directive).filter(|_| parts::goes_on(depth)) else {
            return String::new();
        };
        let mut properties = HashMap::new();
        for entry in &directive.attributes.entries {
            if let (Some(name), Some(value)) = (entry.key.value.strip_prefix("props."), &entry.value) {
                properties.insert(name.to_owned(), escape(&value.value));
            }
        }
        if let Some(held) = page.tree.iter().find_map(|node| parts::held(node, index)) {
            properties.insert("children".to_owned(), html::fragment(page, &checked.links.hrefs, made, held));
        }
        self.content(part, properties, depth + 1, findings)
    }

    /// The part that a directive stands for.
    pub(super) fn part_of(&self, page: &Page, directive: &Directive) -> Option<&CheckedPage> {
        let file = directive.attributes.text("file")?;
        let path = parts::find(self.scene.inputs, page.source.path(), file)?;
        let at = self.by_path.binary_search_by_key(&path.as_str(), |page| page.parsed.page.source.path());
        at.ok().map(|at| self.by_path[at])
    }

    /// The page of a part, where a directive stands for one.
    fn shown_part(&self, page: &Page, directive: &Directive) -> Option<&Page> {
        let is_part = &*directive.name.value == "partial";
        self.part_of(page, directive).filter(|_| is_part).map(|part| &part.parsed.page)
    }

    /// The headings of a page and of its parts, in the order in which they are shown: level, anchor, words.
    fn outline<'p>(&'p self, page: &'p Page) -> Vec<(u8, &'p str, &'p str)> {
        let mut outline = Vec::new();
        self.gather_outline(page, 0, &mut outline);
        outline
    }

    fn gather_outline<'p>(&'p self, page: &'p Page, depth: usize, outline: &mut Vec<(u8, &'p str, &'p str)>) {
        let title = page.title_heading().filter(|_| depth == 0);
        let parts = page
            .directives
            .iter()
            .filter_map(|directive| Some((directive.span.start, Err(self.shown_part(page, directive)?))));
        // What stands between the tags of a part that shows no children is not shown.
        let shows = |directive: &Directive| self.shown_part(page, directive).is_none_or(shows_children);
        let lost: Vec<_> = page
            .directives
            .iter()
            .enumerate()
            .filter(|(_, directive)| !shows(directive))
            .filter_map(|(index, _)| page.tree.iter().find_map(|node| parts::held(node, index)))
            .filter_map(|held| Some(held.first()?.span.to(held.last()?.span)))
            .collect();
        let is_lost = |heading: &Heading| lost.iter().any(|held| held.to(heading.span) == *held);
        let headings = page.headings.iter().enumerate();
        let headings = headings.filter(|(index, heading)| Some(*index) != title && !is_lost(heading));
        let mut all: Vec<_> =
            headings.map(|(_, heading)| (heading.span.start, Ok(heading))).chain(parts).collect();
        all.sort_by_key(|(start, _)| *start);
        for (_, shown) in all {
            match shown {
                Ok(heading) => {
                    // Platforms of MDX list the headings of level 1 below the title, too.
                    let is_listed = page.dialect == Dialect::Mdx && heading.level == 1;
                    let level = if is_listed { 2 } else { heading.level };
                    outline.push((level, &*heading.anchor, &*heading.text));
                }
                Err(part) if parts::goes_on(depth) => self.gather_outline(part, depth + 1, outline),
                Err(_) => {}
            }
        }
    }

    /// Adds what the parts of a page and the files that it shows are made from.
    fn key_of_parts(&self, page: &Page, depth: usize, key: &mut Digester) {
        for directive in &page.directives {
            match &*directive.name.value {
                "partial" => {
                    if let Some(part) = self.part_of(page, directive).filter(|_| parts::goes_on(depth)) {
                        key.add_digest(part.key);
                        self.key_of_parts(&part.parsed.page, depth + 1, key);
                    }
                }
                "include" => {
                    let file = directive.attributes.text("file").unwrap_or_default();
                    let path = parts::find(self.scene.inputs, page.source.path(), file);
                    let text = path.and_then(|path| self.scene.inputs.text(&path));
                    key.add(text.unwrap_or_default().as_bytes());
                }
                _ => {}
            }
        }
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
            updated: self.updated_generated(page),
            markdown: Some(page.route.markdown()),
            code: page.code(self.library, &self.printer.site),
            ..PageView::default()
        };
        let own = page.view(self.library, &self.printer.site, &self.highlighter);
        let markdown = page.markdown(self.library);
        let record = page.record(self.library);
        let rendered =
            self.printer.print(&page.route, page.template, view, own, Some(markdown), record, &mut findings);
        Checked::new(rendered, findings)
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
}

/// Prints pages: the site's templates around what each page shows.
#[derive(Clone, Debug)]
pub(super) struct Printer {
    pub(super) site: Arc<SiteView>,
    templates: Arc<Result<Templates, Box<Diagnostic>>>,
    navigated: Arc<Navigated>,
}

/// A template's context: what all pages have, and the page's own.
#[derive(Serialize)]
struct View<'a> {
    #[serde(flatten)]
    frame: Frame<'a>,
    #[serde(flatten)]
    own: Value,
}

impl Printer {
    /// Whether there is a template of this name.
    pub(super) fn has(&self, template: &str) -> bool {
        self.templates.as_ref().as_ref().is_ok_and(|templates| templates.contains(template))
    }

    /// What stands below the page at an address.
    pub(super) fn children(&self, url: &str) -> Vec<Child> {
        self.navigated.children(url)
    }

    /// The digest of what the page shows of the navigation.
    fn digest(&self, route: &Route) -> Digest {
        self.navigated.digest(&route.url)
    }

    /// Prints a page, of which `view` holds what it says of itself.
    #[expect(clippy::too_many_arguments, reason = "each is another part of the page")]
    pub(super) fn print(
        &self,
        route: &Route,
        template: &str,
        view: PageView,
        own: Value,
        markdown: Option<String>,
        record: Option<Record>,
        findings: &mut Vec<Diagnostic>,
    ) -> Rendered {
        let around = self.navigated.around(&self.site, &route.url);
        let mut view = PageView {
            url: self.site.address(&route.url),
            canonical: self.site.canonical(&route.url),
            breadcrumbs: around.breadcrumbs,
            prev: around.prev,
            next: around.next,
            ..view
        };
        view.structured = structured(&self.site, &view, &route.url);
        let listed = Listed {
            url: route.url.clone(),
            title: view.title.clone(),
            description: view.description.clone(),
            section: around.section,
            markdown: view.markdown.clone(),
            updated: view.updated.clone(),
        };
        let frame = Frame { site: &self.site, page: view, sections: around.sections, nav: around.nav };
        let mut files = Files::new();
        if let Ok(templates) = &*self.templates {
            match templates.render(template, &View { frame, own }) {
                Ok(html) => files.push((route.output().into(), html.into_bytes().into())),
                Err(finding) => findings.push(*finding),
            }
        }
        files.extend(markdown.map(|text| (route.markdown().into(), text.into_bytes().into())));
        Rendered { files, listed, record }
    }
}
