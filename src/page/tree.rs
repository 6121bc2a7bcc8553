//! A page's Markdown as an owned tree.
//!
//! The tree holds what a page says, not how it looks: whoever renders it walks it once. Text is stored decoded
//! (entities and escapes resolved); code, links and headings are stored beside the tree and referred to by index.

use crate::text::Span;

/// One block or inline element.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its bytes in the page's file.
    pub span: Span,
    /// What it holds, in the order written.
    pub children: Vec<Node>,
}

/// What a node is. Unless said otherwise, the children of a block are blocks and those of an inline element inline.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A paragraph of inline elements.
    Paragraph,
    /// A heading of inline elements: index into [`Page::headings`](crate::page::Page::headings).
    Heading(usize),
    /// A block quote.
    BlockQuote,
    /// A note, tip or warning: `:::note` or `> [!NOTE]`. A title, if written, is the first child: [`Self::Title`].
    Admonition {
        /// Which kind.
        kind: AdmonitionKind,
        /// Index into [`Page::directives`](crate::page::Page::directives); `None` for `> [!NOTE]`.
        directive: Option<usize>,
    },
    /// `:::details Summary`: blocks that open at a click. The summary is the first child: [`Self::Title`].
    Details {
        /// Index into [`Page::directives`](crate::page::Page::directives).
        directive: usize,
        /// Whether it is open at first.
        open: bool,
    },
    /// `::::tabs{sync=…}`: its children are [`Self::Tab`].
    Tabs {
        /// Index into [`Page::directives`](crate::page::Page::directives).
        directive: usize,
    },
    /// `:::tab Label`. The label is the first child: [`Self::Title`].
    Tab {
        /// Index into [`Page::directives`](crate::page::Page::directives).
        directive: usize,
    },
    /// A container of unknown name, which is a finding; its blocks stand as they are.
    UnknownContainer {
        /// Index into [`Page::directives`](crate::page::Page::directives).
        directive: usize,
    },
    /// The title, summary or label of the block whose first child it is; inline elements.
    Title,
    /// `::name{…}`: something that is put here. Index into [`Page::directives`](crate::page::Page::directives).
    Leaf(usize),
    /// A list of [`Self::Item`]; its first number, or `None` for bullets.
    List(Option<u64>),
    /// An item. In a tight list its text stands in it without a paragraph.
    Item,
    /// The box of a task at the head of an item; whether it is ticked.
    TaskMarker(bool),
    /// An element of HTML around blocks, or where a block stands: index into
    /// [`Page::elements`](crate::page::Page::elements).
    Element(usize),
    /// A code block: index into [`Page::snippets`](crate::page::Page::snippets).
    CodeBlock(usize),
    /// Raw HTML between blocks, with its line breaks; the Markdown between two such blocks is Markdown.
    HtmlBlock(Box<str>),
    /// A table with the alignments of its columns: one [`Self::TableHead`], then [`Self::TableRow`]s.
    Table(Box<[Alignment]>),
    /// The head row, of [`Self::TableCell`]s.
    TableHead,
    /// A row, of [`Self::TableCell`]s.
    TableRow,
    /// A cell of inline elements.
    TableCell,
    /// A thematic break.
    Rule,
    /// The text of a footnote: its label.
    FootnoteDefinition(Box<str>),

    /// Text.
    Text(Box<str>),
    /// `code`.
    Code(Box<str>),
    /// A formula in the language of TeX; whether it stands on lines of its own.
    Math {
        /// The formula.
        text: Box<str>,
        /// Whether it is a block.
        display: bool,
    },
    /// Emphasis.
    Emphasis,
    /// Strong emphasis.
    Strong,
    /// Text struck through.
    Strikethrough,
    /// A link around inline elements: index into [`Page::links`](crate::page::Page::links).
    Link(usize),
    /// An image; its children are the alternative text. Index into [`Page::links`](crate::page::Page::links).
    Image(usize),
    /// An element of HTML in text: index into [`Page::elements`](crate::page::Page::elements).
    InlineElement(usize),
    /// One tag or comment of raw HTML.
    InlineHtml(Box<str>),
    /// What the page that holds this part gives it under this name.
    Property(Box<str>),
    /// A reference to a footnote: its label.
    FootnoteReference(Box<str>),
    /// A line break in the source, which reads as a space.
    SoftBreak,
    /// A line break that shows.
    HardBreak,
}

/// The kinds of admonition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are all there is to say")]
pub enum AdmonitionKind {
    Note,
    Tip,
    Info,
    Important,
    Warning,
    Caution,
    Danger,
}

impl AdmonitionKind {
    const ALL: [Self; 7] =
        [Self::Note, Self::Tip, Self::Info, Self::Important, Self::Warning, Self::Caution, Self::Danger];

    /// The name as a directive has it: `note`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Tip => "tip",
            Self::Info => "info",
            Self::Important => "important",
            Self::Warning => "warning",
            Self::Caution => "caution",
            Self::Danger => "danger",
        }
    }

    /// The kind of a name as Docusaurus has them: `success` and `secondary` are others' names. Where the site names
    /// the words that open an admonition, one of its own is an `info`, which Docusaurus shows for it, too.
    pub(crate) fn written(name: &str, keywords: Option<&[String]>) -> Option<Self> {
        let usual = match name {
            "success" => Some(Self::Tip),
            "secondary" => Some(Self::Note),
            name => Self::named(name),
        };
        match keywords {
            Some(keywords) if keywords.iter().any(|keyword| keyword == name) => usual.or(Some(Self::Info)),
            Some(_) => None,
            None => usual,
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How a column of a table is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alignment {
    /// Not said.
    None,
    /// `:--`.
    Left,
    /// `:-:`.
    Center,
    /// `--:`.
    Right,
}

impl Node {
    /// A node without children.
    pub fn leaf(kind: NodeKind, span: Span) -> Self {
        Self { kind, span, children: Vec::new() }
    }

    /// Calls `visit` for this node and all below it, parents first.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        for child in &self.children {
            child.walk(visit);
        }
    }
}

impl NodeKind {
    /// Whether this is an inline element.
    pub fn is_inline(&self) -> bool {
        matches!(
            self,
            Self::Text(_)
                | Self::Code(_)
                | Self::Math { display: false, .. }
                | Self::Emphasis
                | Self::Strong
                | Self::Strikethrough
                | Self::Link(_)
                | Self::Image(_)
                | Self::InlineHtml(_)
                | Self::InlineElement(_)
                | Self::FootnoteReference(_)
                | Self::Property(_)
                | Self::SoftBreak
                | Self::HardBreak
                | Self::TaskMarker(_)
        )
    }
}

/// The words of some nodes: no markup, no raw HTML, no code blocks; blocks and cells end in a line break.
pub fn render_plain(nodes: &[Node]) -> String {
    let mut out = String::new();
    plain(nodes, &mut out);
    out.truncate(out.trim_end().len());
    out
}

fn plain(nodes: &[Node], out: &mut String) {
    for node in nodes {
        match &node.kind {
            NodeKind::Text(text) | NodeKind::Code(text) => out.push_str(text),
            NodeKind::Math { text, display } => {
                end_line(out, *display);
                out.push_str(text);
                end_line(out, *display);
            }
            NodeKind::SoftBreak | NodeKind::HardBreak => out.push(' '),
            NodeKind::HtmlBlock(_) | NodeKind::InlineHtml(_) => {}
            NodeKind::FootnoteReference(_) | NodeKind::TaskMarker(_) | NodeKind::Property(_) => {}
            kind => {
                let starts_line = !kind.is_inline();
                end_line(out, starts_line);
                plain(&node.children, out);
                end_line(out, starts_line);
            }
        }
    }
}

fn end_line(out: &mut String, wanted: bool) {
    if wanted && !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}
