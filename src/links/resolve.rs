//! From what an author wrote to what a browser follows.

use super::path::{decode, encode, folder, join, relative};
use super::route::Route;
use super::sitemap::{Sitemap, Target};
use crate::diagnostic::{Checked, Diagnostic, Level, Rule};
use crate::page::Page;
use crate::page::links::{HtmlAttribute, LinkKind, LinkRef};
use crate::page::spanned::Spanned;
use crate::text::Location;
use crate::text::nearest::{did_you_mean, nearest};
use crate::world::layout::{Dialect, Layout};

/// A link to a page that is not there.
pub static BROKEN_PAGE: Rule =
    Rule::new("link/broken-page", Level::Error, "every internal link leads to a page");
/// A link to an id that its page does not have.
pub static BROKEN_ANCHOR: Rule =
    Rule::new("link/broken-anchor", Level::Error, "every fragment names an id of its page");
/// An image or download that is not there.
pub static MISSING_ASSET: Rule =
    Rule::new("link/missing-asset", Level::Error, "every image and file that a page names is published");
/// `[text][label]` without a definition of the label.
pub static UNDEFINED_REFERENCE: Rule =
    Rule::new("link/undefined-reference", Level::Warning, "every reference link has a definition");
/// `[text]()`.
pub static EMPTY_ADDRESS: Rule =
    Rule::new("link/empty-address", Level::Error, "every link and image says where it leads");
/// A link that works only where file names ignore letter case.
pub static CASE_MISMATCH: Rule =
    Rule::new("link/case-mismatch", Level::Error, "links are written in the letter case of their target");
/// A link to an address that redirects.
pub static REDIRECTED: Rule =
    Rule::new("link/redirected", Level::Note, "links lead to pages, not to their former addresses");

/// The rules of this module.
pub static RULES: [&Rule; 7] = [
    &BROKEN_PAGE,
    &BROKEN_ANCHOR,
    &MISSING_ASSET,
    &UNDEFINED_REFERENCE,
    &EMPTY_ADDRESS,
    &CASE_MISMATCH,
    &REDIRECTED,
];

/// How Docusaurus begins the address of what stands on the host and is not made with the site, so that it is not judged.
pub const ON_HOST: &str = "pathname:///";

/// The addresses of a page's links, in the order of [`Page::links`]; what could not be resolved stands as written.
pub type Hrefs = Vec<Box<str>>;

/// Counts of links, for the summary of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkCounts {
    /// Links to pages, anchors and files of the site.
    pub internal: usize,
    /// Links to other hosts, which are not looked up here.
    pub external: usize,
}

impl LinkCounts {
    /// Adds the counts of another page.
    pub fn add(&mut self, other: Self) {
        self.internal += other.internal;
        self.external += other.external;
    }
}

/// Resolves all links of a page published at `url`, below the base path `base` (`/` or `/project/`).
pub fn resolve(
    page: &Page,
    url: &str,
    sitemap: &Sitemap,
    base: &str,
    layout: &Layout,
) -> Checked<(Hrefs, LinkCounts)> {
    let resolver = Resolver { page, url, sitemap, base, layout };
    let mut findings = Vec::new();
    let mut counts = LinkCounts::default();
    let hrefs = page
        .links
        .iter()
        .map(|link| match resolver.link(link) {
            Resolution::External => {
                counts.external += 1;
                link.destination.clone()
            }
            Resolution::Internal { href, finding } => {
                counts.internal += 1;
                findings.extend(finding.map(|finding| *finding));
                href.into()
            }
            Resolution::Broken(finding) => {
                counts.internal += 1;
                findings.push(*finding);
                link.destination.clone()
            }
        })
        .collect();
    Checked::new((hrefs, counts), findings)
}

enum Resolution {
    External,
    Internal { href: String, finding: Option<Box<Diagnostic>> },
    Broken(Box<Diagnostic>),
}

struct Resolver<'a> {
    page: &'a Page,
    url: &'a str,
    sitemap: &'a Sitemap,
    base: &'a str,
    layout: &'a Layout,
}

impl Resolver<'_> {
    fn link(&self, link: &LinkRef) -> Resolution {
        let destination = &*link.destination;
        match link.kind {
            LinkKind::Email => return Resolution::External,
            LinkKind::UndefinedReference => {
                let message =
                    format!("the reference `[{destination}]` has no definition, so this is no link");
                let help = format!("add a line `[{destination}]: …`");
                return Resolution::Broken(Box::new(
                    self.finding(&UNDEFINED_REFERENCE, link, message).help(help),
                ));
            }
            _ if destination.is_empty() => {
                let what = match link.kind {
                    LinkKind::Image | LinkKind::Html(HtmlAttribute::Src) => "image or file has no address",
                    _ => "link has no address, so it leads to this page",
                };
                let mut finding = self.finding(&EMPTY_ADDRESS, link, format!("this {what}"));
                if link.destination_span.is_empty() && link.span != link.destination_span {
                    finding.primary.location = Location::new(&self.page.source, link.span);
                }
                let help = "write the address, `#` for the top of this page, or take the link away";
                return Resolution::Broken(Box::new(finding.help(help)));
            }
            _ if destination.starts_with(ON_HOST) => {
                let href = format!("{}{}", self.base, &destination[ON_HOST.len()..]);
                return Resolution::Internal { href, finding: None };
            }
            _ if has_scheme(destination) || destination.starts_with("//") => return Resolution::External,
            _ => {}
        }
        let (rest, fragment) = match destination.split_once('#') {
            Some((rest, fragment)) => (rest, Some(fragment)),
            None => (destination, None),
        };
        let (path, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        let Some(path) = decode(path) else {
            let message = format!("the address `{destination}` is not valid UTF-8 behind its `%` escapes");
            return Resolution::Broken(Box::new(self.finding(&BROKEN_PAGE, link, message)));
        };
        let mut found = self.target(&path);
        let mut amiss = None;
        if let (Some(Found::Page { url, .. }), Some(meant)) = (&found, self.in_docusaurus(link, &path)) {
            match self.address(&meant) {
                None if self.elsewhere(&format!("/{meant}")).is_none() => {
                    amiss = Some(Box::new(self.amiss(link, &meant, url)));
                }
                None => {}
                strict => found = strict,
            }
        }
        match found {
            Some(Found::Page { url, redirected }) => {
                match self.page_link(link, &url, query, fragment, redirected) {
                    Resolution::Internal { href, finding } => {
                        Resolution::Internal { href, finding: amiss.or(finding) }
                    }
                    other => other,
                }
            }
            Some(Found::File(file)) => Resolution::Internal {
                href: format!("{}{}{query}{}", self.base, encode(&file), with_hash(fragment)),
                finding: None,
            },
            None => match self.elsewhere(&path) {
                // What a relative address means depends on the slash at the end of the page's own.
                Some(inside) if !path.starts_with('/') => Resolution::Internal {
                    href: format!("{}{}{query}{}", self.base, encode(&inside), with_hash(fragment)),
                    finding: None,
                },
                Some(_) => Resolution::External,
                None => Resolution::Broken(Box::new(self.broken(link, &path))),
            },
        }
    }

    /// The address that Docusaurus makes of a relative one, which it reads as a browser does on the page's own
    /// address; `None` where it looks for a file, or where the page's address there is not known.
    fn in_docusaurus(&self, link: &LinkRef, path: &str) -> Option<String> {
        let is_file =
            path.is_empty() || path.starts_with('/') || path.ends_with(".md") || path.ends_with(".mdx");
        if self.page.dialect != Dialect::Docusaurus
            || !matches!(link.kind, LinkKind::Inline | LinkKind::Reference)
            || is_file
            || self.aliased(path).is_some()
        {
            return None;
        }
        let (content, inside) = self.layout.content_of(self.page.source.path())?;
        // A part has the addresses of the pages that hold it.
        if inside.split('/').any(|name| name.starts_with('_')) {
            return None;
        }
        let text = |written: &Option<Spanned<Box<str>>>| written.as_ref().map(|text| text.value.to_string());
        let (slug, id) = (text(&self.page.front_matter.slug), text(&self.page.front_matter.id));
        let here = Route::new(self.url).in_docusaurus(content, inside, slug.as_deref(), id.as_deref())?;
        let mut from = folder(&here[1..]);
        let mut rest = path;
        // A browser stays at the root.
        while let Some(above) = rest.strip_prefix("./").or_else(|| rest.strip_prefix("../")) {
            from = if rest.starts_with("..") { folder(from) } else { from };
            rest = above;
        }
        join(from, rest)
    }

    /// The finding for a link that leads to a page here, and nowhere in Docusaurus.
    fn amiss(&self, link: &LinkRef, meant: &str, url: &str) -> Diagnostic {
        let message =
            format!("`{}` leads to `/{meant}` in Docusaurus, where there is no page", link.destination);
        let source = self.sitemap.page(url).and_then(|target| target.source.as_deref());
        let file = source.map(|source| relative(folder(self.page.source.path()), source));
        let help = match file {
            Some(file) => format!("link to the file, `{file}`, or to `{url}`"),
            None => format!("link to `{url}`"),
        };
        self.finding(&BROKEN_PAGE, link, message).help(help)
    }

    /// The path from the site's root at which another program publishes what a path means.
    fn elsewhere(&self, path: &str) -> Option<String> {
        let here = self.url.trim_matches('/');
        let meant = match path.strip_prefix('/') {
            Some(below) => [join("", below), None],
            // Without and with a slash at the end of this page's address. A file's ending is not part of its address.
            None => {
                let path = path.strip_suffix(".mdx").or_else(|| path.strip_suffix(".md")).unwrap_or(path);
                [join(folder(here), path), join(here, path)]
            }
        };
        meant.into_iter().flatten().find(|inside| {
            let bare = inside.strip_prefix(self.base.trim_matches('/')).unwrap_or(inside);
            let is_known =
                |address: &str| self.layout.elsewhere.matches(&format!("/{}", address.trim_matches('/')));
            is_known(inside) || is_known(bare)
        })
    }

    /// The path in the site's folder that an alias such as `@site/docs/a.md` stands for.
    fn aliased(&self, path: &str) -> Option<String> {
        self.layout.aliases.iter().find_map(|(name, folder)| {
            let inside = path.strip_prefix(name.as_str())?.strip_prefix('/')?;
            join(folder, inside)
        })
    }

    fn page_link(
        &self,
        link: &LinkRef,
        url: &str,
        query: &str,
        fragment: Option<&str>,
        redirected: bool,
    ) -> Resolution {
        let target = self.sitemap.page(url);
        let is_title = |fragment: &str| {
            let title = target.and_then(|target| target.title_anchor.as_deref());
            title.is_some() && decode(fragment).as_deref() == title
        };
        let written = fragment;
        let fragment = match fragment {
            // A browser knows this as the top of a page that it shows already.
            Some(fragment) if is_title(fragment) => (url == self.url).then_some("top"),
            other => other,
        };
        let href = if url == self.url && fragment.is_some() && query.is_empty() {
            with_hash(fragment)
        } else {
            format!("{}{}{query}{}", self.base, encode(&url[1..]), with_hash(fragment))
        };
        let mut finding = None;
        if redirected {
            let message = format!("`{}` is a former address of `{url}`", link.destination);
            finding = Some(self.finding(&REDIRECTED, link, message).help(format!("link to `{url}`")));
        }
        if let (Some(fragment), Some(target)) = (written, target) {
            finding = finding.or_else(|| self.anchor(link, fragment, url, target));
        }
        Resolution::Internal { href, finding: finding.map(Box::new) }
    }

    fn anchor(&self, link: &LinkRef, fragment: &str, url: &str, target: &Target) -> Option<Diagnostic> {
        let wanted = decode(fragment)?;
        // The empty fragment and `top` lead to the top of any page; `:~:` is a text fragment.
        if wanted.is_empty()
            || wanted == "top"
            || wanted.starts_with(":~:")
            || target.has_more
            || target.anchors.contains(&*wanted)
        {
            return None;
        }
        let here = if url == self.url { "this page".to_owned() } else { format!("`{url}`") };
        let message = format!("{here} has no heading or id `{wanted}`");
        let mut anchors: Vec<&str> = target.anchors.iter().map(|anchor| &**anchor).collect();
        anchors.sort_unstable();
        let help = did_you_mean(&wanted, anchors);
        let mut finding = self.finding(&BROKEN_ANCHOR, link, message).maybe_help(help);
        let written = finding.primary.location.clone();
        if let Some(hash) = written.text().find('#') {
            let span = crate::text::Span::new(written.span.start + hash + 1, written.span.end);
            finding.primary.location = Location::new(&written.source, span);
        }
        Some(finding)
    }

    /// The page or file that a path means, seen from this page.
    fn target(&self, path: &str) -> Option<Found> {
        if path.is_empty() {
            return Some(Found::Page { url: self.url.to_owned(), redirected: false });
        }
        if let Some(path) = self.aliased(path) {
            return self.source(&path).or_else(|| self.file_of_source(&path));
        }
        let below = path.strip_prefix('/');
        if let Some(below) = below {
            let inside = format!("/{below}");
            let without_base = inside.strip_prefix(self.base.trim_end_matches('/'));
            let sources = self.layout.content.iter().filter_map(|content| join(&content.folder, below));
            return sources
                .into_iter()
                .find_map(|source| self.source(&source))
                .or_else(|| self.address(&join("", below)?))
                .or_else(|| self.address(&join("", without_base?)?))
                // `require('/static/img/a.png')`: the path of the file in the repository.
                .or_else(|| self.file_of_source(&self.aliased(&format!("@site/{below}"))?));
        }
        // Authors link as in the repository, relative to the file; what is no file there may still be an address
        // relative to the page.
        let file_folder = folder(self.page.source.path());
        let beside = join(file_folder, path);
        beside
            .as_deref()
            .and_then(|beside| {
                let inside = self.layout.content_of(beside);
                self.source(beside).or_else(|| self.file_of_source(beside)).or_else(|| {
                    let Some((content, inside)) = inside else { return self.address(beside) };
                    self.address(&format!("{}{inside}", &content.route[1..]))
                })
            })
            .or_else(|| self.address(&join(self.url.trim_matches('/'), path)?))
            .or_else(|| {
                // Where addresses have no slash at their end, a page's own name is no folder.
                let is_mdx = self.page.dialect.is_mdx();
                self.address(&join(folder(self.url.trim_matches('/')), path).filter(|_| is_mdx)?)
            })
    }

    /// The page made from a Markdown file, its ending and `index` left out or not.
    fn source(&self, path: &str) -> Option<Found> {
        let known = |path: &str| self.sitemap.url_of_source(path);
        let url = known(path).or_else(|| {
            let dialect = self.layout.dialect_of(path);
            let stem = path.trim_end_matches('/');
            // Platforms of MDX publish the text of each page beside it, at `page.md`.
            let stem = stem.strip_suffix(".md").filter(|_| dialect == Dialect::Mdx).unwrap_or(stem);
            let endings: &[&str] = if dialect.is_mdx() {
                &[".md", ".mdx", "/index.md", "/index.mdx", "/README.md", "/README.mdx"]
            } else {
                &[".md", "/index.md", "/README.md"]
            };
            endings.iter().find_map(|ending| known(&format!("{stem}{ending}")))
        })?;
        Some(Found::Page { url: url.to_owned(), redirected: false })
    }

    fn file_of_source(&self, path: &str) -> Option<Found> {
        self.sitemap.file_of_source(path).map(|file| Found::File(file.to_owned()))
    }

    /// What is published at an address, given without the slash at its start.
    fn address(&self, path: &str) -> Option<Found> {
        let inner = path.trim_matches('/').trim_end_matches("index.html").trim_end_matches('/');
        let url = if inner.is_empty() { "/".to_owned() } else { format!("/{inner}/") };
        if self.sitemap.page(&url).is_some() {
            return Some(Found::Page { url, redirected: false });
        }
        if self.sitemap.has_file(path) {
            return Some(Found::File(path.to_owned()));
        }
        let to = self.sitemap.redirect(&url)?.to_owned();
        // The home page and a folder are nobody's former address.
        Some(Found::Page { url: to, redirected: !inner.is_empty() && !self.sitemap.is_folder(&url) })
    }

    fn broken(&self, link: &LinkRef, path: &str) -> Diagnostic {
        let absolute = self.absolute(path);
        let other = absolute.as_deref().and_then(|address| {
            self.sitemap
                .other_case(address)
                .or_else(|| self.sitemap.other_case(&format!("{}/", address.trim_end_matches(".md"))))
        });
        if let Some(other) = other {
            let message =
                format!("`{path}` differs from `{other}` in letter case, which most hosts tell apart");
            return self.finding(&CASE_MISMATCH, link, message).help(format!("link to `{other}`"));
        }
        let is_asset = matches!(link.kind, LinkKind::Image)
            || matches!(
                link.kind,
                LinkKind::Html(
                    HtmlAttribute::Src | HtmlAttribute::Srcset | HtmlAttribute::Poster | HtmlAttribute::Data
                )
            )
            || path.rsplit('/').next().is_some_and(|name| {
                name.rsplit_once('.').is_some_and(|(_, ending)| !matches!(ending, "md" | "html" | "mdx"))
            });
        if is_asset {
            let message = format!("there is no file `{path}` in the site");
            return self
                .finding(&MISSING_ASSET, link, message)
                .help("put it beside the page, or below `static/`".to_owned());
        }
        let message = format!("there is no page `{path}` in the site");
        self.finding(&BROKEN_PAGE, link, message).maybe_help(self.nearest_page(path))
    }

    fn absolute(&self, path: &str) -> Option<String> {
        let inside = match path.strip_prefix('/') {
            Some(below) => join("", below)?,
            None => {
                let (content, inside) = self.layout.content_of(self.page.source.path())?;
                join(&format!("{}{}", content.route, folder(inside)), path)?
            }
        };
        Some(format!("/{inside}"))
    }

    /// The page whose name is nearest to what was written, written the same way: as a file or as an address. Of
    /// several with that name, the one whose whole path is nearest.
    fn nearest_page(&self, path: &str) -> Option<String> {
        let is_file = path.ends_with(".md") || path.ends_with(".mdx");
        let from = folder(self.page.source.path());
        let name = |path: &str| {
            let path = path.trim_end_matches('/');
            path.rsplit('/')
                .next()
                .unwrap_or(path)
                .trim_end_matches(".md")
                .trim_end_matches(".mdx")
                .to_owned()
        };
        let pages = self.sitemap.pages().filter_map(|(url, target)| match &target.source {
            Some(source) if is_file => Some((name(source), relative(from, source))),
            None if is_file => None,
            _ => Some((name(url), url.to_owned())),
        });
        let pages: Vec<(String, String)> = pages.collect();
        let best = nearest(&name(path), pages.iter().map(|(name, _)| name.as_str())).first().copied()?;
        let written: Vec<&str> =
            pages.iter().filter(|(name, _)| name == best).map(|(_, written)| written.as_str()).collect();
        let whole = nearest(path, written.iter().copied()).first().copied();
        Some(format!("did you mean `{}`?", whole.or(written.first().copied())?))
    }

    fn finding(&self, rule: &'static Rule, link: &LinkRef, message: String) -> Diagnostic {
        Diagnostic::new(rule, Location::new(&self.page.source, link.destination_span), message)
    }
}

enum Found {
    Page { url: String, redirected: bool },
    File(String),
}

fn with_hash(fragment: Option<&str>) -> String {
    fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default()
}

/// Whether an address begins with a scheme: `https:`, `mailto:`.
fn has_scheme(address: &str) -> bool {
    address.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}
