//! One page: front matter, Markdown tree, headings, snippets, links and directives, each with exact positions.
//!
//! [`parse`] reads a file once and never fails: what is wrong with it is a finding, and the page is as good as it
//! could be made. Nothing here knows other pages, the catalog or the engine, and nothing here makes HTML.

mod admonition;
pub mod attributes;
mod autolink;
mod builder;
pub mod content;
pub mod directive;
pub mod element;
pub mod front_matter;
pub mod generator;
pub mod headings;
pub(crate) mod html;
pub mod links;
mod masking;
pub(crate) mod mdx;
pub mod silence;
pub mod snippet;
pub mod spanned;
pub mod tree;

use std::sync::Arc;

use crate::diagnostic::{Checked, Diagnostic, Rule};
use crate::page::builder::Built;
pub use crate::page::builder::Component;
use crate::page::directive::Directive;
use crate::page::element::Element;
use crate::page::front_matter::FrontMatter;
use crate::page::headings::Heading;
use crate::page::links::LinkRef;
use crate::page::masking::Mask;
pub use crate::page::mdx::script::{Callable, Piece, Value};
use crate::page::silence::BlockSilence;
use crate::page::snippet::Snippet;
use crate::page::spanned::Spanned;
use crate::page::tree::Node;
use crate::text::{Location, SourceFile};
use crate::world::layout::{Anchors, Dialect, Format, Math};

/// One Markdown file, read.
#[derive(Clone, Debug)]
pub struct Page {
    /// The file.
    pub source: Arc<SourceFile>,
    /// What the page says about itself.
    pub front_matter: FrontMatter,
    /// The Markdown.
    pub tree: Vec<Node>,
    /// The headings, in the order written.
    pub headings: Vec<Heading>,
    /// The code blocks, in the order written.
    pub snippets: Vec<Snippet>,
    /// The directives, in the order written.
    pub directives: Vec<Directive>,
    /// The links, images and other addresses. Those that the tree refers to keep the order of the text.
    pub links: Vec<LinkRef>,
    /// Ids that raw HTML and directives give; they are anchors beside those of the headings.
    pub ids: Vec<Spanned<Box<str>>>,
    /// Comments that silence a rule for one block; those of the front matter stand there.
    pub silences: Vec<BlockSilence>,
    /// Elements of HTML that are written as JSX.
    pub elements: Vec<Element>,
    /// Components and expressions that are shown as what they hold, or not at all: only a program can read them.
    pub unread: Vec<Spanned<Box<str>>>,
    /// Whether the page may have anchors that are not known: a component that only a program can read holds a table.
    pub has_more_anchors: bool,
    /// How the page is written.
    pub dialect: Dialect,
}

/// The rules of this module.
pub static RULES: [&Rule; 17] = [
    &front_matter::FRONT_MATTER,
    &front_matter::UNKNOWN_FRONT_MATTER,
    &directive::DIRECTIVE,
    &snippet::UNKNOWN_ATTRIBUTE,
    &silence::SILENCE,
    &content::HEADING_SKIP,
    &content::SECOND_TITLE,
    &content::EMPTY_HEADING,
    &content::IMAGE_ALT,
    &content::DUPLICATE_ID,
    &content::ID_CASE,
    &content::PLACEHOLDER_HOST,
    &content::MISSING_TITLE,
    &content::MISSING_DESCRIPTION,
    &content::FENCE_LANGUAGE,
    &content::UNCLOSED_FENCE,
    &content::EMPTY_PAGE,
];

impl Page {
    /// The title: that of the front matter, else the first heading of level 1.
    pub fn title(&self) -> Option<&str> {
        let written = self.front_matter.title.as_ref().map(|title| &*title.value);
        written
            .or_else(|| self.headings.iter().find(|heading| heading.level == 1).map(|heading| &*heading.text))
    }

    /// The heading that is the page's title: one of level 1 before all other headings. Platforms of MDX show the title
    /// of the front matter, and below it all headings.
    pub fn title_heading(&self) -> Option<usize> {
        if self.dialect == Dialect::Mdx && self.front_matter.title.is_some() {
            return None;
        }
        self.headings.first().filter(|heading| heading.level == 1).map(|_| 0)
    }

    /// The words that the page shows as its title.
    pub fn shown_title(&self) -> Option<&str> {
        self.title_heading().map(|index| &*self.headings[index].text).or_else(|| self.title())
    }

    /// Whether a link to `#anchor` finds its place here: a heading or an id.
    pub fn has_anchor(&self, anchor: &str) -> bool {
        self.anchors().any(|known| known == anchor)
    }

    /// Every anchor: those of the headings, then the other ids.
    pub fn anchors(&self) -> impl Iterator<Item = &str> {
        let headings = self.headings.iter().map(|heading| &*heading.anchor);
        headings.chain(self.ids.iter().map(|id| &*id.value))
    }
}

/// How often a page is read again when lines that looked like directives turn out to be text.
const READINGS: usize = 3;

/// Reads a page.
pub fn parse(source: &Arc<SourceFile>) -> Checked<Page> {
    parse_as(source, Dialect::Native, Surroundings::default())
}

/// Gives the value of a name that a file exports: the file as an `import` names it, and the name.
pub type Exports<'a> = &'a dyn Fn(&str, &str) -> Option<Value>;

/// What the site around a page of MDX says.
#[derive(Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// What the site puts in the place of components.
    pub components: &'a [Component],
    /// The values that other files export.
    pub exports: Option<Exports<'a>>,
    /// Which pages have JSX in them.
    pub format: Format,
    /// How anchors are made from titles.
    pub anchors: Anchors,
    /// Which dollars hold formulas.
    pub math: Math,
    /// The words that open an admonition of Docusaurus; `None` for those that it has by itself.
    pub admonitions: Option<&'a [String]>,
}

impl std::fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").field("components", &self.components).finish_non_exhaustive()
    }
}

/// What a script exports by default, with what can't be read left unknown; `None` where it exports nothing.
pub fn default_export(text: &str) -> Option<Value> {
    mdx::esm::default_export(text)
}

/// The names that a file of MDX or JavaScript exports, and their values.
pub fn exported(text: &str) -> std::collections::BTreeMap<String, Value> {
    mdx::scan::exports(text)
}

/// Reads a page of a dialect.
pub fn parse_as(source: &Arc<SourceFile>, dialect: Dialect, around: Surroundings<'_>) -> Checked<Page> {
    let parts = front_matter::split(source.text());
    let mut findings = Vec::new();
    let front_matter = front_matter::read(source, parts, dialect, &mut findings);
    let format = front_matter.format.unwrap_or(around.format);
    let (mut built, text) = match dialect {
        Dialect::Native => native_body(source, parts.body),
        _ if format.is_markdown(source.path()) => markdown_body(source, parts.body, dialect, around),
        _ => mdx_body(source, parts.body, dialect, around),
    };
    for mask in text.into_iter().filter(|mask| directive::is_meant(source.text(), *mask)) {
        let location = Location::new(source, mask.span);
        let message = "this directive is indented so far that it is read as text";
        findings.push(
            Diagnostic::new(&directive::DIRECTIVE, location, message)
                .help("indent it as the block that it stands in"),
        );
    }
    findings.append(&mut built.findings);
    headings::assign_anchors(&mut built.headings, &built.ids, around.anchors);
    built.assign_title_anchors();
    let page = Page {
        source: Arc::clone(source),
        front_matter,
        tree: built.tree,
        headings: built.headings,
        snippets: built.snippets,
        directives: built.directives,
        links: built.links,
        ids: built.ids,
        silences: built.silences,
        elements: built.elements,
        unread: built.unread,
        has_more_anchors: built.has_more,
        dialect,
    };
    let raw = content::Raw {
        without_alternative: &built.images_without_alternative,
        headings: &built.raw_headings,
    };
    content::check(&page, &raw, &mut findings);
    Checked::new(page, findings)
}

/// Reads a page of MDX; beside it, the lines that looked like directives and are text.
fn mdx_body(
    source: &Arc<SourceFile>,
    body: usize,
    dialect: Dialect,
    around: Surroundings<'_>,
) -> (Built, Vec<Mask>) {
    let mut text: Vec<Mask> = Vec::new();
    loop {
        let (reading, masks) = mdx::scan::read(source.text(), body, dialect, &text, around);
        let mut built = builder::build_mdx(source, &reading, &masks, dialect, around);
        if built.misread.is_empty() || text.len() >= READINGS {
            return (built, Vec::new());
        }
        text.append(&mut built.misread);
    }
}

/// Reads a page of our own; beside it, the lines that looked like directives and are text.
fn native_body(source: &Arc<SourceFile>, body: usize) -> (Built, Vec<Mask>) {
    let masks = masking::masks(source.text(), body);
    settled(masks, |masks| builder::build(source, body, masks))
}

/// Reads a page that another generator reads as Markdown: tags are HTML, and braces are text.
fn markdown_body(
    source: &Arc<SourceFile>,
    body: usize,
    dialect: Dialect,
    around: Surroundings<'_>,
) -> (Built, Vec<Mask>) {
    let masks = match dialect {
        Dialect::Docusaurus => admonition::masks(source.text(), body, around.admonitions),
        _ => Vec::new(),
    };
    let (built, _) = settled(masks, |masks| builder::build_markdown(source, body, masks, dialect, around));
    (built, Vec::new())
}

/// Reads a page until no line that is text is taken for a directive; beside it, the lines that looked like one.
fn settled(mut masks: Vec<Mask>, build: impl Fn(&[Mask]) -> Built) -> (Built, Vec<Mask>) {
    let mut built = build(&masks);
    let mut text = Vec::new();
    for _ in 1..READINGS {
        if built.misread.is_empty() {
            break;
        }
        masks.retain(|mask| built.misread.binary_search_by_key(&mask.span, |misread| misread.span).is_err());
        text.append(&mut built.misread);
        built = build(&masks);
    }
    (built, text)
}

#[cfg(test)]
mod tests;
