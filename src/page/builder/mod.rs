//! From the Markdown parser's events to the tree, the snippets and the links of a page.

mod anchors;
mod code;
mod directives;
mod elements;
mod links;
mod pieces;
mod tabs;
mod text;

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{
    BlockQuoteKind, BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag,
};

use crate::diagnostic::Diagnostic;
use crate::page::Surroundings;
use crate::page::builder::anchors::TitleOf;
use crate::page::builder::text::Run;
use crate::page::directive::{DIRECTIVE, Directive};
use crate::page::element::Element;
use crate::page::headings::Heading;
use crate::page::links::{LinkKind, LinkRef};
use crate::page::masking::{self, Mask};
use crate::page::mdx::reading::Reading;
use crate::page::silence::{self, BlockSilence, SILENCE, Silence};
use crate::page::snippet::{self, Snippet};
use crate::page::spanned::Spanned;
use crate::page::tree::{AdmonitionKind, Alignment, Node, NodeKind, render_plain};
use crate::text::{Excerpt, Location, SourceFile, Span};
use crate::world::layout::{Anchors, Dialect, Math};

/// Everything that one reading of a page's Markdown gives.
#[derive(Debug, Default)]
pub(crate) struct Built {
    pub(crate) tree: Vec<Node>,
    pub(crate) headings: Vec<Heading>,
    pub(crate) snippets: Vec<Snippet>,
    pub(crate) links: Vec<LinkRef>,
    pub(crate) directives: Vec<Directive>,
    pub(crate) ids: Vec<Spanned<Box<str>>>,
    pub(crate) silences: Vec<BlockSilence>,
    /// `img` tags without an `alt`.
    pub(crate) images_without_alternative: Vec<Span>,
    /// Headings that are written as HTML: their levels and the beginnings of their tags.
    pub(crate) raw_headings: Vec<(u8, Span)>,
    pub(crate) findings: Vec<Diagnostic>,
    /// Masks that turned out to be text.
    pub(crate) misread: Vec<Mask>,
    pub(crate) elements: Vec<Element>,
    /// Components and expressions that only a program can read.
    pub(crate) unread: Vec<Spanned<Box<str>>>,
    /// Whether a component that is not known may give anchors to what it holds.
    pub(crate) has_more: bool,
    /// What the site makes of components.
    pub(crate) components: Vec<Component>,
    /// The anchors that titles of elements give, where nothing else has them.
    title_anchors: Vec<(Spanned<Box<str>>, TitleOf)>,
}

/// A component, and the directive that the site puts in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// The component's name.
    pub name: Box<str>,
    /// The name of the directive.
    pub directive: Box<str>,
    /// Its attributes.
    pub attributes: Vec<(Box<str>, Box<str>)>,
}

/// The deepest nesting that the tree keeps; what is deeper stands at this depth.
const DEEPEST: usize = 96;

/// Reads the Markdown from `body` on, hiding `masks` from the parser.
pub(crate) fn build(source: &Arc<SourceFile>, body: usize, masks: &[Mask]) -> Built {
    let masked = masking::masked(source.text(), body, masks);
    read(Builder::new(source, &masked, body, masks, None))
}

/// Reads a page that another generator reads as Markdown, hiding `masks` from the parser.
pub(crate) fn build_markdown(
    source: &Arc<SourceFile>,
    body: usize,
    masks: &[Mask],
    dialect: Dialect,
    around: Surroundings<'_>,
) -> Built {
    let masked = masking::masked(source.text(), body, masks);
    let mut builder = Builder::new(source, &masked, body, masks, None);
    builder.dialect = dialect;
    builder.admonitions = around.admonitions.map(<[String]>::to_vec);
    builder.math = around.math;
    read(builder)
}

/// Reads a page of MDX in the form that [`scan`](crate::page::mdx::scan) gave it.
pub(crate) fn build_mdx(
    source: &Arc<SourceFile>,
    reading: &Reading,
    masks: &[Mask],
    dialect: Dialect,
    around: Surroundings<'_>,
) -> Built {
    let mut builder = Builder::new(source, &reading.text, 0, masks, Some(reading));
    builder.dialect = dialect;
    builder.admonitions = around.admonitions.map(<[String]>::to_vec);
    builder.anchors = around.anchors;
    builder.built.components = around.components.to_vec();
    builder.built.unread.clone_from(&reading.unread);
    read(builder)
}

fn read(mut builder: Builder<'_>) -> Built {
    let (body, reading, masked) = (builder.body, builder.reading, builder.masked);
    let mut undefined = Vec::new();
    let note = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
        if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
            let span = match reading {
                Some(reading) => reading.origin(&link.span),
                None => Span::from(link.span).shift(body),
            };
            undefined.push((span, Box::from(&*link.reference)));
        }
        None
    };
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES;
    // The words `[!NOTE]` at the head of a quote are words for other generators.
    let options = if builder.dialect.is_mdx() { options } else { options | Options::ENABLE_GFM };
    let options = if builder.math == Math::Off { options } else { options | Options::ENABLE_MATH };
    let mut events = Parser::new_with_broken_link_callback(masked, options, Some(note)).into_offset_iter();
    while let Some((event, range)) = events.next() {
        let definition = match &event {
            Event::Start(Tag::Link { id, .. } | Tag::Image { id, .. }) => {
                events.reference_definitions().get(id).map(|definition| definition.span.clone())
            }
            _ => None,
        };
        let span = builder.span(range.clone());
        builder.range = range;
        builder.event(event, span, definition);
    }
    drop(events);
    builder.finish(undefined)
}

/// An element whose end has not come yet.
struct Frame {
    open: Open,
    start: usize,
    children: Vec<Node>,
    /// Silences that wait for their block.
    silences: Vec<Silence>,
}

enum Open {
    Node(NodeKind),
    Heading {
        level: u8,
        id: Option<Box<str>>,
        classes: Vec<Box<str>>,
    },
    Code(snippet::Builder),
    Html(Excerpt),
    Link {
        index: usize,
        image: bool,
    },
    Directive(usize),
    /// An element of JSX.
    Element {
        /// Its tag among the marks of the reading.
        mark: usize,
        /// Whether it was opened in text.
        inline: bool,
    },
    /// Deeper than the tree goes: its children become its parent's.
    Flat,
}

struct Builder<'a> {
    source: &'a Arc<SourceFile>,
    masked: &'a str,
    body: usize,
    masks: &'a [Mask],
    next_mask: usize,
    frames: Vec<Frame>,
    run: Run,
    /// How many links and images are open: there are no bare addresses in them.
    in_link: usize,
    /// Whether an `<a>` of raw HTML is open in this block.
    in_html_link: bool,
    /// What the parser reads in place of a page of MDX, and the bytes of it that the event is about.
    reading: Option<&'a Reading>,
    range: Range<usize>,
    dialect: Dialect,
    /// How anchors are made from titles.
    anchors: Anchors,
    /// Which dollars the Markdown parser itself takes for those of formulas.
    math: Math,
    /// The words that open an admonition of Docusaurus, where the site names them.
    admonitions: Option<Vec<String>>,
    built: Built,
}

impl<'a> Builder<'a> {
    fn new(
        source: &'a Arc<SourceFile>,
        masked: &'a str,
        body: usize,
        masks: &'a [Mask],
        reading: Option<&'a Reading>,
    ) -> Self {
        let root = Frame {
            open: Open::Node(NodeKind::Paragraph),
            start: body,
            children: Vec::new(),
            silences: Vec::new(),
        };
        Self {
            source,
            masked,
            body,
            masks,
            next_mask: 0,
            frames: vec![root],
            run: Run::default(),
            in_link: 0,
            in_html_link: false,
            reading,
            range: 0..0,
            dialect: Dialect::Native,
            anchors: Anchors::Github,
            math: Math::Off,
            admonitions: None,
            built: Built::default(),
        }
    }

    /// Whether nothing may be nested in what is open.
    fn is_deep(&self) -> bool {
        self.frames.len() >= DEEPEST
    }

    /// The bytes of the file for a range of the parser's.
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        match self.reading {
            Some(reading) => reading.origin(&range),
            None => Span::from(range).shift(self.body),
        }
    }

    /// A text of the parser's, with the page's own words where it shows masks.
    fn original<'t>(&self, text: &'t str, span: Span) -> &'t str
    where
        'a: 't,
    {
        if self.reading.is_some() {
            return text;
        }
        let hidden = self.masked.get(span.start - self.body..span.end - self.body);
        if !self.masks.is_empty() && hidden == Some(text) { span.of(self.source.text()) } else { text }
    }

    fn top(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the root stays until the end")
    }

    fn report(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.built.findings.push(Diagnostic::new(&DIRECTIVE, Location::new(self.source, span), message));
        self.built.findings.last_mut().expect("just pushed")
    }

    /// One event; `definition` is that of the label of a link that begins.
    fn event(&mut self, event: Event<'_>, span: Span, definition: Option<Range<usize>>) {
        if let Event::Text(text) = &event {
            return self.text(text, span);
        }
        self.flush();
        match event {
            Event::Start(tag) => self.start(tag, span, definition),
            Event::End(_) => self.end(span),
            Event::Code(code) => {
                let code = self.code_text(&code, span);
                self.push(Node::leaf(NodeKind::Code(code), span));
            }
            Event::Html(html) => {
                let copied = self.original(&html, span) == span.of(self.source.text());
                if let Open::Html(excerpt) = &mut self.top().open {
                    if copied { excerpt.push(span) } else { excerpt.push_as(&html, span) }
                }
            }
            Event::InlineHtml(html) => self.inline_html(&html, span),
            Event::FootnoteReference(label) => {
                self.push(Node::leaf(NodeKind::FootnoteReference(label.as_ref().into()), span));
            }
            Event::SoftBreak => self.push(Node::leaf(NodeKind::SoftBreak, span)),
            Event::HardBreak => self.push(Node::leaf(NodeKind::HardBreak, span)),
            Event::Rule => self.rule(span),
            Event::TaskListMarker(ticked) => self.push(Node::leaf(NodeKind::TaskMarker(ticked), span)),
            Event::InlineMath(text) => self.math(&text, span, false),
            Event::DisplayMath(text) => self.math(&text, span, true),
            Event::Text(_) => {}
        }
    }

    /// A formula, or the text that it is where one dollar holds none.
    fn math(&mut self, text: &str, span: Span, display: bool) {
        if display || self.math == Math::On {
            let text = text.trim_matches('\n').into();
            self.push(Node::leaf(NodeKind::Math { text, display }, span));
        } else {
            self.text(&format!("${text}$"), span);
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Span, definition: Option<Range<usize>>) {
        let deep = self.is_deep();
        let open = match tag {
            Tag::CodeBlock(kind) => {
                let fenced = matches!(kind, CodeBlockKind::Fenced(_));
                Open::Code(snippet::Builder::new(self.source, fenced, span.start))
            }
            Tag::HtmlBlock => Open::Html(Excerpt::empty(self.source)),
            Tag::Heading { level, id, classes, .. } => Open::Heading {
                level: level as u8,
                id: id.map(|id| Box::from(&*id)),
                classes: classes.iter().map(|class| Box::from(&**class)).collect(),
            },
            _ if deep => Open::Flat,
            Tag::Link { link_type, dest_url, title, .. } => {
                self.link(link_type, &dest_url, &title, span, definition);
                Open::Link { index: self.built.links.len() - 1, image: false }
            }
            Tag::Image { link_type, dest_url, title, .. } => {
                self.link(link_type, &dest_url, &title, span, definition);
                let index = self.built.links.len() - 1;
                self.built.links[index].kind = LinkKind::Image;
                Open::Link { index, image: true }
            }
            tag => Open::Node(kind_of(tag)),
        };
        self.open(open, span.start);
    }

    fn open(&mut self, open: Open, start: usize) {
        self.frames.push(Frame { open, start, children: Vec::new(), silences: Vec::new() });
    }

    /// Ends an element, and the directives that were opened in it and are still open.
    fn end(&mut self, span: Span) {
        self.close_unclosed(span.end);
        let Some(frame) = (self.frames.len() > 1).then(|| self.frames.pop()).flatten() else { return };
        self.silences_left(&frame.silences);
        let Frame { open, start, children, .. } = frame;
        // The parser lets an empty item end after the list that holds it.
        let end = children.last().map_or(span.end, |last| last.span.end.max(span.end));
        let span = Span::new(start, end);
        self.in_html_link &= matches!(&open, Open::Node(kind) if kind.is_inline());
        match open {
            Open::Node(NodeKind::Paragraph) if children.iter().any(|child| !child.kind.is_inline()) => {
                // Components that stand in a paragraph's text are blocks all the same.
                for block in directives::with_paragraphs(children) {
                    if !elements::is_space(&block) {
                        self.push(block);
                    }
                }
            }
            Open::Node(NodeKind::Paragraph) if self.is_all_elements(&children) => {
                self.elements_as_blocks(children);
            }
            Open::Node(kind) => self.push(Node { kind, span, children }),
            Open::Heading { level, id, classes } => self.heading(level, id, classes, span, children),
            Open::Code(code) => self.code(code, span),
            Open::Html(html) => self.html_block(&html, span),
            Open::Link { index, image } => self.end_link(index, image, span, children),
            Open::Flat => {
                let above = &mut self.top().children;
                if above.is_empty() { *above = children } else { above.extend(children) }
            }
            Open::Directive(_) | Open::Element { .. } => {}
        }
    }

    /// Ends the directives and elements that nothing closes.
    fn close_unclosed(&mut self, end: usize) {
        loop {
            if let Some(index) = self.open_directive() {
                self.unclosed(index, end);
            } else if self.is_element_open() {
                self.close_element(end);
            } else {
                break;
            }
        }
    }

    /// Adds a finished element to the one that is open.
    fn push(&mut self, node: Node) {
        let frame = self.frames.last_mut().expect("the root stays until the end");
        for silence in frame.silences.drain(..) {
            let inside = self.built.snippets.iter_mut().rev();
            for snippet in inside.take_while(|snippet| snippet.fence.start >= node.span.start) {
                snippet.silence.push(silence.clone());
            }
            self.built.silences.push(BlockSilence { silence, covers: node.span });
        }
        frame.children.push(node);
    }

    fn heading(
        &mut self,
        level: u8,
        id: Option<Box<str>>,
        classes: Vec<Box<str>>,
        span: Span,
        children: Vec<Node>,
    ) {
        let content = match (children.first(), children.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => span,
        };
        let explicit = id.as_ref().map(|id| self.explicit_id(id, span, content));
        let text = render_plain(&children).into();
        let anchor = id.unwrap_or_default();
        let index = self.built.headings.len();
        self.built.headings.push(Heading { level, text, anchor, explicit, classes, span, content });
        self.push(Node { kind: NodeKind::Heading(index), span, children });
    }

    /// The bytes of the `id` in the `{#id}` of a heading.
    fn explicit_id(&self, id: &str, span: Span, content: Span) -> Span {
        let after = if content == span { span.start } else { content.end };
        let text = Span::new(after, span.end).of(self.source.text());
        let found = text.match_indices('#').find(|(at, _)| text[at + 1..].starts_with(id));
        found.map_or(span, |(at, _)| Span::new(after + at + 1, after + at + 1 + id.len()))
    }

    fn code(&mut self, code: snippet::Builder, span: Span) {
        self.masks_in(span);
        let index = self.built.snippets.len();
        let mut snippet = code.finish(index, span, self.dialect, &mut self.built.findings);
        let span = snippet.fence;
        if let Some(directive) = self.imported(&snippet) {
            self.push(Node::leaf(NodeKind::Leaf(directive), span));
            return;
        }
        snippet.follows = snippet::followed(&self.top().children);
        self.built.snippets.push(snippet);
        self.push(Node::leaf(NodeKind::CodeBlock(index), span));
    }

    fn html_block(&mut self, html: &Excerpt, span: Span) {
        let (text, last) = self.last_directives(html, span);
        self.scan_html(html);
        let mut silences = Vec::new();
        for found in silence::comments(html) {
            match found {
                Ok(silence) => silences.push(silence),
                Err((span, message)) => {
                    let finding = Diagnostic::new(&SILENCE, Location::new(self.source, span), message);
                    let help = "write `<!-- shardbook-silence group/name: reason -->`";
                    self.built.findings.push(finding.help(help));
                }
            }
        }
        let frame = self.top();
        let end = last.first().map_or(span.end, |mask| mask.span.start);
        frame.children.push(Node::leaf(NodeKind::HtmlBlock(text), Span::new(span.start, end)));
        frame.silences.extend(silences);
        for mask in last {
            self.directive(mask);
        }
    }

    /// Silences that no block follows.
    fn silences_left(&mut self, silences: &[Silence]) {
        for silence in silences {
            let message =
                format!("no block follows this comment, so it silences `{}` nowhere", silence.rule.value);
            let location = Location::new(self.source, silence.rule.span);
            self.built.findings.push(Diagnostic::new(&SILENCE, location, message));
        }
    }

    fn finish(mut self, undefined: Vec<(Span, Box<str>)>) -> Built {
        self.flush();
        self.masks_before(usize::MAX);
        let end = self.source.text().trim_end().len().max(self.body);
        self.close_unclosed(end);
        let root = self.frames.swap_remove(0);
        self.silences_left(&root.silences);
        self.built.tree = root.children;
        self.undefined_references(undefined);
        self.built
    }
}

fn kind_of(tag: Tag<'_>) -> NodeKind {
    match tag {
        Tag::BlockQuote(None) => NodeKind::BlockQuote,
        Tag::BlockQuote(Some(kind)) => {
            let kind = match kind {
                BlockQuoteKind::Note => AdmonitionKind::Note,
                BlockQuoteKind::Tip => AdmonitionKind::Tip,
                BlockQuoteKind::Important => AdmonitionKind::Important,
                BlockQuoteKind::Warning => AdmonitionKind::Warning,
                BlockQuoteKind::Caution => AdmonitionKind::Caution,
            };
            NodeKind::Admonition { kind, directive: None }
        }
        Tag::List(first) => NodeKind::List(first),
        Tag::Item => NodeKind::Item,
        Tag::FootnoteDefinition(label) => NodeKind::FootnoteDefinition(label.as_ref().into()),
        Tag::Table(alignments) => NodeKind::Table(alignments.into_iter().map(alignment).collect()),
        Tag::TableHead => NodeKind::TableHead,
        Tag::TableRow => NodeKind::TableRow,
        Tag::TableCell => NodeKind::TableCell,
        Tag::Emphasis => NodeKind::Emphasis,
        Tag::Strong => NodeKind::Strong,
        Tag::Strikethrough => NodeKind::Strikethrough,
        // The rest belongs to extensions that are off.
        _ => NodeKind::Paragraph,
    }
}

fn alignment(alignment: pulldown_cmark::Alignment) -> Alignment {
    match alignment {
        pulldown_cmark::Alignment::None => Alignment::None,
        pulldown_cmark::Alignment::Left => Alignment::Left,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::Right,
    }
}
