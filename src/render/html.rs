//! A page's tree as HTML, written once from top to bottom.

use std::collections::HashMap;

use super::escape::{escape, escape_into};
use crate::links::resolve::Hrefs;
use crate::page::Page;
use crate::page::element::ElementValue;
use crate::page::tree::{Alignment, Node, NodeKind, render_plain};

/// What stands in the page for its blocks of code and its directives, made beforehand.
#[derive(Debug, Default)]
pub struct Parts {
    /// The HTML of each snippet, in the page's order.
    pub snippets: Vec<String>,
    /// The HTML of each leaf directive, by index into the page's directives.
    pub directives: HashMap<usize, String>,
    /// The HTML of what the page that holds a part gives it.
    pub properties: HashMap<String, String>,
    /// Whether this is a part of another page, which has a title of its own.
    pub is_part: bool,
}

/// The HTML of some of a page's nodes.
pub fn fragment<'a>(page: &'a Page, hrefs: &'a Hrefs, parts: &'a Parts, nodes: &'a [Node]) -> String {
    let mut writer = Writer::new(page, hrefs, parts);
    writer.nodes(nodes);
    writer.out
}

/// The HTML of the words of the heading that is a page's title.
pub fn title(page: &Page, hrefs: &Hrefs) -> Option<String> {
    let index = page.title_heading()?;
    let mut found = None;
    for node in &page.tree {
        node.walk(&mut |node| {
            if node.kind == NodeKind::Heading(index) {
                found = Some(node);
            }
        });
    }
    Some(fragment(page, hrefs, &Parts::default(), &found?.children))
}

/// The HTML of a page's content.
pub fn render(page: &Page, hrefs: &Hrefs, parts: &Parts) -> String {
    let mut writer = Writer::new(page, hrefs, parts);
    writer.out.reserve(page.source.text().len() * 2);
    writer.number_footnotes();
    writer.nodes(&page.tree);
    writer.footnote_section();
    writer.out
}

/// The numbers of footnotes, in the order in which the text refers to them.
#[derive(Default)]
struct Footnotes<'a> {
    order: Vec<&'a str>,
    references: HashMap<&'a str, usize>,
}

struct Writer<'a> {
    page: &'a Page,
    hrefs: &'a Hrefs,
    parts: &'a Parts,
    out: String,
    footnotes: Footnotes<'a>,
    tabs: usize,
}

impl<'a> Writer<'a> {
    fn new(page: &'a Page, hrefs: &'a Hrefs, parts: &'a Parts) -> Self {
        Self { page, hrefs, parts, out: String::new(), footnotes: Footnotes::default(), tabs: 0 }
    }

    fn nodes(&mut self, nodes: &'a [Node]) {
        for node in nodes {
            self.node(node);
        }
    }

    /// An element without attributes around a node's children.
    fn wrap(&mut self, tag: &str, node: &'a Node) {
        self.out.push_str(&format!("<{tag}>"));
        self.nodes(&node.children);
        self.out.push_str(&format!("</{tag}>"));
    }

    fn node(&mut self, node: &'a Node) {
        match &node.kind {
            NodeKind::Element(index) | NodeKind::InlineElement(index) => self.element(*index, node),
            NodeKind::Paragraph => {
                self.wrap("p", node);
                self.out.push('\n');
            }
            NodeKind::Heading(index) => self.heading(*index, node),
            NodeKind::BlockQuote => self.block("blockquote", node),
            NodeKind::Admonition { kind, .. } => self.admonition(kind.name(), node),
            NodeKind::Details { directive, open } => self.details(*directive, *open, node),
            NodeKind::Tabs { directive } => self.tabs(*directive, node),
            NodeKind::Tab { .. } | NodeKind::UnknownContainer { .. } => self.block("div", node),
            NodeKind::Title => self.nodes(&node.children),
            NodeKind::Leaf(index) => {
                self.out.push_str(self.parts.directives.get(index).map_or("", String::as_str));
            }
            NodeKind::List(start) => self.list(*start, node),
            NodeKind::Item => self.item(node),
            NodeKind::TaskMarker(done) => self.out.push_str(if *done {
                "<input type=\"checkbox\" checked disabled aria-label=\"done\"> "
            } else {
                "<input type=\"checkbox\" disabled aria-label=\"not done\"> "
            }),
            NodeKind::CodeBlock(index) => {
                self.out.push_str(self.parts.snippets.get(*index).map_or("", String::as_str));
            }
            NodeKind::HtmlBlock(html) | NodeKind::InlineHtml(html) => self.raw(html, node),
            NodeKind::Table(alignments) => self.table(alignments, node),
            NodeKind::TableHead | NodeKind::TableRow | NodeKind::TableCell => self.nodes(&node.children),
            NodeKind::Rule => self.out.push_str("<hr>\n"),
            // Gathered at the end of the page.
            NodeKind::FootnoteDefinition(_) => {}
            NodeKind::Text(text) => escape_into(text, &mut self.out),
            NodeKind::Code(text) => {
                self.out.push_str("<code>");
                escape_into(text, &mut self.out);
                self.out.push_str("</code>");
            }
            NodeKind::Math { text, display } => {
                let (open, close) = if *display {
                    ("<pre class=\"math\"><code>", "</code></pre>\n")
                } else {
                    ("<code class=\"math\">", "</code>")
                };
                self.out.push_str(open);
                escape_into(text, &mut self.out);
                self.out.push_str(close);
            }
            NodeKind::Emphasis => self.wrap("em", node),
            NodeKind::Strong => self.wrap("strong", node),
            NodeKind::Strikethrough => self.wrap("del", node),
            NodeKind::Link(index) => self.link(*index, node),
            NodeKind::Image(index) => self.image(*index, node),
            NodeKind::Property(name) => {
                self.out.push_str(self.parts.properties.get(&**name).map_or("", String::as_str));
            }
            NodeKind::FootnoteReference(label) => self.footnote_reference(label),
            NodeKind::SoftBreak => self.out.push('\n'),
            NodeKind::HardBreak => self.out.push_str("<br>\n"),
        }
    }

    /// An element that was written as JSX, with its addresses resolved.
    fn element(&mut self, index: usize, node: &'a Node) {
        let Some(element) = self.page.elements.get(index) else { return self.nodes(&node.children) };
        // There is no paragraph in a paragraph.
        let holds_blocks = node.children.iter().any(|child| !child.kind.is_inline());
        let name = if &*element.name == "p" && holds_blocks { "div" } else { &*element.name };
        self.out.push_str(&format!("<{name}"));
        for (key, value) in &element.attributes {
            match value {
                ElementValue::Set => self.out.push_str(&format!(" {key}")),
                ElementValue::Text(text) => self.out.push_str(&format!(" {key}=\"{}\"", escape(text))),
                ElementValue::Address(link) => {
                    if let Some(href) = self.hrefs.get(*link).filter(|href| !is_script(href)) {
                        self.out.push_str(&format!(" {key}=\"{}\"", escape(href)));
                    }
                }
            }
        }
        self.out.push('>');
        if element.is_void {
            return;
        }
        self.nodes(&node.children);
        self.out.push_str(&format!("</{name}>"));
        if node.kind == NodeKind::Element(index) {
            self.out.push('\n');
        }
    }

    fn block(&mut self, tag: &str, node: &'a Node) {
        self.out.push_str(&format!("<{tag}>\n"));
        self.nodes(&node.children);
        self.out.push_str(&format!("</{tag}>\n"));
    }

    fn heading(&mut self, index: usize, node: &'a Node) {
        let Some(heading) = self.page.headings.get(index) else { return };
        // The page's title is written by the template.
        if !self.parts.is_part && self.page.title_heading() == Some(index) {
            return;
        }
        let anchor = escape(&heading.anchor);
        self.out.push_str(&format!("<h{} id=\"{anchor}\"", heading.level));
        if !heading.classes.is_empty() {
            self.out.push_str(&format!(" class=\"{}\"", escape(&heading.classes.join(" "))));
        }
        self.out.push('>');
        self.nodes(&node.children);
        let label = escape(&heading.text);
        self.out.push_str(&format!(
            "<a class=\"anchor\" href=\"#{anchor}\" aria-label=\"Link to {label}\">#</a></h{}>\n",
            heading.level
        ));
    }

    /// The title of a container, if it has one, and the blocks behind it.
    fn titled(node: &Node) -> (Option<&Node>, &[Node]) {
        match node.children.split_first() {
            Some((first, rest)) if first.kind == NodeKind::Title => (Some(first), rest),
            _ => (None, &node.children),
        }
    }

    fn admonition(&mut self, kind: &str, node: &'a Node) {
        let (title, blocks) = Self::titled(node);
        self.out.push_str(&format!(
            "<div class=\"admonition {kind}\" role=\"note\"><p class=\"admonition-title\">"
        ));
        match title {
            Some(title) => self.nodes(&title.children),
            None => {
                let (first, rest) = kind.split_at(1);
                self.out.push_str(&format!("{}{rest}", first.to_uppercase()));
            }
        }
        self.out.push_str("</p>\n");
        self.nodes(blocks);
        self.out.push_str("</div>\n");
    }

    /// The text of a directive's attribute.
    fn attribute(&self, directive: usize, name: &str) -> Option<&'a str> {
        self.page.directives.get(directive).and_then(|found| found.attributes.text(name))
    }

    fn details(&mut self, directive: usize, open: bool, node: &'a Node) {
        let (title, blocks) = Self::titled(node);
        let id =
            self.attribute(directive, "id").map(|id| format!(" id=\"{}\"", escape(id))).unwrap_or_default();
        self.out.push_str(&format!("<details{id}{}><summary>", if open { " open" } else { "" }));
        match title {
            Some(title) => self.nodes(&title.children),
            None => self.out.push_str("Details"),
        }
        self.out.push_str("</summary>\n");
        self.nodes(blocks);
        self.out.push_str("</details>\n");
    }

    fn tabs(&mut self, directive: usize, node: &'a Node) {
        self.tabs += 1;
        let group = self.tabs;
        let sync = self.attribute(directive, "sync");
        self.out.push_str("<div class=\"tabs\"");
        if let Some(sync) = sync {
            self.out.push_str(&format!(" data-sync=\"{}\"", escape(sync)));
        }
        self.out.push_str(">\n");
        for (number, tab) in node.children.iter().enumerate() {
            let (title, blocks) = Self::titled(tab);
            let label = title.map(|title| render_plain(&title.children)).unwrap_or_default();
            let slug = crate::page::headings::slug(&label);
            let id = match tab.kind {
                NodeKind::Tab { directive } => self.attribute(directive, "id"),
                _ => None,
            };
            let id = id.map_or_else(|| format!("tabs-{group}-{}", number + 1), escape);
            self.out.push_str(&format!(
                "<section class=\"tab\" id=\"{id}\" data-tab=\"{}\"><p class=\"tab-title\">{}</p>\n",
                escape(&slug),
                escape(&label)
            ));
            self.nodes(blocks);
            self.out.push_str("</section>\n");
        }
        self.out.push_str("</div>\n");
    }

    fn list(&mut self, start: Option<u64>, node: &'a Node) {
        match start {
            None => self.out.push_str("<ul>\n"),
            Some(1) => self.out.push_str("<ol>\n"),
            Some(start) => self.out.push_str(&format!("<ol start=\"{start}\">\n")),
        }
        self.nodes(&node.children);
        self.out.push_str(if start.is_some() { "</ol>\n" } else { "</ul>\n" });
    }

    fn item(&mut self, node: &'a Node) {
        let is_task = first_inline(node).is_some_and(|first| matches!(first.kind, NodeKind::TaskMarker(_)));
        self.out.push_str(if is_task { "<li class=\"task\">" } else { "<li>" });

        for (at, child) in node.children.iter().enumerate() {
            let after_text = at > 0 && node.children[at - 1].kind.is_inline();
            if after_text && !child.kind.is_inline() {
                self.out.push('\n');
            }
            self.node(child);
        }

        self.out.push_str("</li>\n");
    }

    /// Raw HTML stands as written; its addresses are resolved like those of links.
    fn raw(&mut self, html: &str, node: &Node) {
        let inside = |at: usize| (node.span.start..node.span.end).contains(&at);
        let source = self.page.source.text();
        let mut replaced = String::new();
        let mut done = node.span.start;
        // Only where the text is a copy of the file's bytes do the links' positions point into it.
        if node.span.of(source) == html {
            for (link, href) in self.page.links.iter().zip(self.hrefs.iter()) {
                let span = link.destination_span;
                if matches!(link.kind, crate::page::links::LinkKind::Html(_))
                    && inside(span.start)
                    && span.start >= done
                    && *href != link.destination
                {
                    replaced.push_str(&source[done..span.start]);
                    escape_into(href, &mut replaced);
                    done = span.end;
                }
            }
        }
        if done == node.span.start {
            self.out.push_str(html);
        } else {
            replaced.push_str(&source[done..node.span.end]);
            self.out.push_str(&replaced);
        }
    }

    fn table(&mut self, alignments: &[Alignment], node: &'a Node) {
        self.out.push_str("<div class=\"scroll\"><table>\n");
        let mut in_body = false;
        for row in &node.children {
            let is_head = row.kind == NodeKind::TableHead;
            if !is_head && !in_body {
                self.out.push_str("<tbody>\n");
                in_body = true;
            }
            self.out.push_str(if is_head { "<thead><tr>" } else { "<tr>" });
            for (column, cell) in row.children.iter().enumerate() {
                self.cell(alignments.get(column), is_head, cell);
            }
            self.out.push_str(if is_head { "</tr></thead>\n" } else { "</tr>\n" });
        }
        self.out.push_str(if in_body { "</tbody></table></div>\n" } else { "</table></div>\n" });
    }

    fn cell(&mut self, alignment: Option<&Alignment>, is_head: bool, cell: &'a Node) {
        let tag = if is_head { "th" } else { "td" };
        let class = match alignment {
            Some(Alignment::Left) => " class=\"left\"",
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"num\"",
            _ => "",
        };
        let scope = if is_head && !cell.children.is_empty() { " scope=\"col\"" } else { "" };
        let tag_open = if is_head && cell.children.is_empty() { "td" } else { tag };
        self.out.push_str(&format!("<{tag_open}{scope}{class}>"));
        self.nodes(&cell.children);
        self.out.push_str(&format!("</{tag_open}>"));
    }

    fn link(&mut self, index: usize, node: &'a Node) {
        let (Some(link), Some(href)) = (self.page.links.get(index), self.hrefs.get(index)) else {
            return self.nodes(&node.children);
        };
        let scheme = if link.kind == crate::page::links::LinkKind::Email { "mailto:" } else { "" };
        // An address that would run as a script is text, not a link.
        if is_script(href) {
            return self.nodes(&node.children);
        }
        self.out.push_str(&format!("<a href=\"{scheme}{}\"", escape(href)));
        if let Some(title) = &link.title {
            self.out.push_str(&format!(" title=\"{}\"", escape(title)));
        }
        self.out.push('>');
        self.nodes(&node.children);
        self.out.push_str("</a>");
    }

    fn image(&mut self, index: usize, node: &Node) {
        let (Some(link), Some(href)) = (self.page.links.get(index), self.hrefs.get(index)) else { return };
        let alternative = render_plain(&node.children);
        self.out.push_str(&format!(
            "<img src=\"{}\" alt=\"{}\" loading=\"lazy\"",
            escape(href),
            escape(&alternative)
        ));
        if let Some(title) = &link.title {
            self.out.push_str(&format!(" title=\"{}\"", escape(title)));
        }
        self.out.push('>');
    }

    fn number_footnotes(&mut self) {
        let page = self.page;
        for node in &page.tree {
            node.walk(&mut |node| {
                if let NodeKind::FootnoteReference(label) = &node.kind
                    && !self.footnotes.order.contains(&&**label)
                {
                    self.footnotes.order.push(label);
                }
            });
        }
    }

    fn footnote_reference(&mut self, label: &'a str) {
        let Some(number) = self.footnotes.order.iter().position(|known| *known == label) else { return };
        let number = number + 1;
        let count = self.footnotes.references.entry(label).or_default();
        *count += 1;
        let id = if *count == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{count}") };
        self.out.push_str(&format!(
            "<sup class=\"footnote-ref\"><a href=\"#fn-{number}\" id=\"{id}\">{number}</a></sup>"
        ));
    }

    fn footnote_section(&mut self) {
        let page = self.page;
        let mut definitions: HashMap<&str, &'a Node> = HashMap::new();
        for node in &page.tree {
            node.walk(&mut |node| {
                if let NodeKind::FootnoteDefinition(label) = &node.kind {
                    definitions.entry(label).or_insert(node);
                }
            });
        }
        let order = std::mem::take(&mut self.footnotes.order);
        if !order.iter().any(|label| definitions.contains_key(label)) {
            return;
        }
        self.out.push_str("<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n");
        for (at, label) in order.iter().enumerate() {
            let number = at + 1;
            self.out.push_str(&format!("<li id=\"fn-{number}\">"));
            if let Some(definition) = definitions.get(label) {
                self.nodes(&definition.children);
            }
            self.out.push_str(&format!(
                "<a href=\"#fnref-{number}\" aria-label=\"Back to the text\">↩</a></li>\n"
            ));
        }
        self.out.push_str("</ol></section>\n");
    }
}

/// The first inline element of an item, also inside of its first paragraph.
fn first_inline(item: &Node) -> Option<&Node> {
    let first = item.children.first()?;
    if first.kind == NodeKind::Paragraph { first.children.first() } else { Some(first) }
}

/// Whether a browser would run this address.
fn is_script(href: &str) -> bool {
    let compact: String = href
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .take(11)
        .collect::<String>()
        .to_lowercase();
    compact.starts_with("javascript:")
        || compact.starts_with("vbscript:")
        || compact.starts_with("data:text/h")
}
