//! Elements of JSX in the tree: what opens, what closes, and what they become.

use crate::page::attributes::{Attribute, Attributes};
use crate::page::builder::anchors::TitleOf;
use crate::page::builder::directives::with_paragraphs;
use crate::page::builder::{Builder, Open};
use crate::page::directive::Directive;
use crate::page::element::{Element, ElementValue};
use crate::page::html::heading_level;
use crate::page::links::{HtmlAttribute, LinkKind, LinkRef};
use crate::page::mdx::anchor;
use crate::page::mdx::component::{Meaning, html_attribute, is_phrasing, is_void, meaning};
use crate::page::mdx::reading::{MarkKind, Reading};
use crate::page::mdx::script::Value;
use crate::page::mdx::style::css;
use crate::page::mdx::token::{AttributeValue, Tag, TagKind};
use crate::page::mdx::value::{decoded, plain};
use crate::page::spanned::Spanned;
use crate::page::tree::{AdmonitionKind, Node, NodeKind};
use crate::text::Span;
use crate::world::layout::Anchors;

/// The attributes that name a parameter, the first one first.
const PARAMETER: [&str; 5] = ["query", "path", "body", "header", "name"];

impl Builder<'_> {
    /// Puts the tag or expression at some bytes into the tree. `inline` where it stands in text.
    pub(super) fn mark(&mut self, reading: &Reading, span: Span, inline: bool) {
        let Some(index) = reading.mark_at(span) else { return };
        match &reading.marks[index].kind {
            MarkKind::Text(text) => {
                if text.is_empty() {
                    return;
                }
                let text = Node::leaf(NodeKind::Text(text.as_str().into()), span);
                if inline {
                    self.push(text);
                } else {
                    self.push(Node { kind: NodeKind::Paragraph, span, children: vec![text] });
                }
            }
            MarkKind::Pieces(pieces) => {
                let nodes = self.nodes_of(pieces, span, inline, &mut Vec::new());
                self.push_pieces(nodes, inline);
            }
            MarkKind::Property(name) => {
                let property = Node::leaf(NodeKind::Property(name.as_str().into()), span);
                if inline {
                    self.push(property);
                } else {
                    // It may hold blocks, which a paragraph can't.
                    let element = Element::of_class("div", "property");
                    let node = self.node_of(element, span, vec![property], false);
                    self.push(node);
                }
            }
            MarkKind::Math { text, display } => {
                let kind = NodeKind::Math { text: text.as_str().into(), display: *display };
                self.push(Node::leaf(kind, span));
            }
            MarkKind::Computed => self.built.unread.push(Spanned::new("{…}".into(), span)),
            MarkKind::Tag(tag) => match tag.kind {
                TagKind::Close => self.close_tag(tag, reading),
                TagKind::Open if !is_void(tag.name.of(self.source.text())) => {
                    if self.is_deep() {
                        return;
                    }
                    self.open(Open::Element { mark: index, inline }, span.start);
                }
                _ => self.element(tag, Vec::new(), span, inline, reading),
            },
        }
    }

    /// Ends the innermost element of a tag's name that was opened in the block that is open.
    fn close_tag(&mut self, tag: &Tag, reading: &Reading) {
        let name = tag.name.of(self.source.text());
        let within = self
            .frames
            .iter()
            .rev()
            .take_while(|frame| matches!(frame.open, Open::Element { .. } | Open::Directive(_)));
        let found = within.enumerate().find_map(|(above, frame)| match frame.open {
            Open::Element { mark, .. } => match &reading.marks[mark].kind {
                MarkKind::Tag(open) => (open.name.of(self.source.text()) == name).then_some(above),
                _ => None,
            },
            _ => None,
        });
        let Some(above) = found else { return };
        for _ in 0..above {
            if let Some(index) = self.open_directive() {
                self.unclosed(index, tag.span.start);
            } else {
                self.close_element(tag.span.start);
            }
        }
        self.close_element(tag.span.end);
    }

    /// Whether the innermost thing open is an element of JSX.
    pub(super) fn is_element_open(&self) -> bool {
        matches!(self.frames.last().map(|frame| &frame.open), Some(Open::Element { .. }))
    }

    /// Ends the innermost element.
    pub(super) fn close_element(&mut self, end: usize) {
        let Some(frame) = self.frames.pop() else { return };
        self.silences_left(&frame.silences);
        let Open::Element { mark, inline } = frame.open else { return };
        let Some(reading) = self.reading else { return };
        if let MarkKind::Tag(tag) = &reading.marks[mark].kind {
            let span = Span::new(frame.start, end.max(frame.start));
            self.element(tag, frame.children, span, inline, reading);
        }
    }

    /// Puts an element with its children into the tree.
    fn element(&mut self, tag: &Tag, children: Vec<Node>, span: Span, inline: bool, reading: &Reading) {
        let name = tag.name.of(self.source.text());
        let maker = Maker { tag, span, reading };
        let meaning = meaning(name);
        if let Some(at) = self.built.components.iter().position(|component| &*component.name == name) {
            return self.directive_for(at, &maker, children);
        }
        if let Some(Value::Function(component)) = reading.constants.get(name) {
            return self.local(&component.clone(), name, &maker, children, inline);
        }
        match meaning {
            Meaning::Html => self.html_element(name, &maker, children, inline),
            Meaning::Nothing => {}
            Meaning::Visibility => {
                // A heading has its anchor in any case.
                let is_for_agents = self.value(&maker, "for").is_some_and(|whom| &*whom.value == "agents");
                if !is_for_agents || children.iter().any(has_heading) {
                    self.splice(children);
                }
            }
            Meaning::Children => self.splice(children),
            Meaning::Unknown => self.unknown(name, &maker, children),
            Meaning::Admonition(kind) => self.admonition(kind, &maker, children),
            Meaning::TypedAdmonition => {
                let kind = self
                    .value(&maker, "type")
                    .and_then(|kind| AdmonitionKind::written(&kind.value, self.admonitions.as_deref()));
                self.admonition(kind.unwrap_or(AdmonitionKind::Note), &maker, children);
            }
            Meaning::Details(title) => {
                let open = self.flag(&maker, "defaultOpen") || self.flag(&maker, "open");
                let directive = self.synthetic("details", &maker, &[]);
                self.title_anchor(&maker, title, anchor::of_accordion, TitleOf::Directive(directive));
                let title = self.value(&maker, title);
                self.container(NodeKind::Details { directive, open }, title, &maker, children);
            }
            Meaning::Tabs => self.tabs(&maker, children),
            Meaning::Tab => {
                let title = ["label", "title", "value"].iter().find_map(|name| self.value(&maker, name));
                let directive = self.synthetic("tab", &maker, &[]);
                if self.anchors == Anchors::Mintlify {
                    self.title_anchor(&maker, "title", anchor::of_title, TitleOf::Directive(directive));
                }
                self.container(NodeKind::Tab { directive }, title, &maker, children);
            }
            Meaning::CodeGroup => self.code_group(&maker, children),
            Meaning::Group(class) => {
                self.add_element(Element::of_class("div", class), span, with_paragraphs(children), false);
            }
            Meaning::Titled(class, parts) => self.titled(class, parts, &maker, children),
            Meaning::Figure => {
                let mut children = with_paragraphs(children);
                if let Some(caption) = self.value(&maker, "caption") {
                    let text = Node::leaf(NodeKind::Text(caption.value), caption.span);
                    let element =
                        Element { name: "figcaption".into(), attributes: Vec::new(), is_void: false };
                    children.push(self.node_of(element, span, vec![text], false));
                }
                let element = Element { name: "figure".into(), attributes: Vec::new(), is_void: false };
                self.add_element(element, span, children, false);
            }
            Meaning::Link(attribute) => {
                let attribute = if self.value(&maker, attribute).is_some() { attribute } else { "href" };
                match self.value(&maker, attribute) {
                    Some(address) => {
                        let link = self.address(HtmlAttribute::Href, address, span);
                        self.push(Node { kind: NodeKind::Link(link), span, children });
                    }
                    None => self.splice(children),
                }
            }
            Meaning::Code => self.code_element(&maker, children),
            Meaning::Directive(name) => {
                // `items={useCurrentSidebarCategory().items}` says what is shown anyway.
                self.built.unread.retain(|unread| !maker.span.contains(unread.span));
                let index = self.synthetic(name, &maker, &[]);
                self.push(Node::leaf(NodeKind::Leaf(index), maker.span));
            }
        }
    }

    /// Whether a paragraph is nothing but elements that stand for blocks: `<summary>Words</summary>`.
    pub(super) fn is_all_elements(&self, children: &[Node]) -> bool {
        let is_element = |node: &Node| match node.kind {
            NodeKind::InlineElement(index) => !is_phrasing(&self.built.elements[index].name),
            _ => false,
        };
        children.iter().any(is_element) && children.iter().all(|child| is_element(child) || is_space(child))
    }

    /// Puts the elements of such a paragraph into the tree as blocks.
    pub(super) fn elements_as_blocks(&mut self, children: Vec<Node>) {
        for child in children {
            if let NodeKind::InlineElement(index) = child.kind {
                self.push(Node { kind: NodeKind::Element(index), ..child });
            }
        }
    }

    pub(super) fn splice(&mut self, children: Vec<Node>) {
        for child in children {
            self.push(child);
        }
    }

    fn unknown(&mut self, name: &str, maker: &Maker<'_>, children: Vec<Node>) {
        let import = maker.reading.imports.iter().find(|import| import.name == name);
        let part = import.filter(|import| {
            let path = import.path.rsplit('?').next_back().unwrap_or(&import.path);
            path.ends_with(".mdx") || path.ends_with(".md")
        });
        if let Some(part) = part {
            let file = Spanned::new(Box::from(part.path.as_str()), part.span);
            let mut attributes = vec![("file".to_owned(), Some(file))];
            attributes.extend(self.properties(maker).into_iter().map(|(name, value)| {
                let text = value.text().map(|text| Spanned::new(text.into(), maker.tag.span));
                (format!("props.{name}"), text)
            }));
            let attributes: Vec<_> =
                attributes.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
            let index = self.synthetic("partial", maker, &attributes);
            let children = with_paragraphs(children);
            return self.push(Node { kind: NodeKind::Leaf(index), span: maker.span, children });
        }
        if name == "Snippet"
            && let Some(file) = self.value(maker, "file")
        {
            let file =
                Spanned::new(format!("/snippets/{}", file.value.trim_start_matches('/')).into(), file.span);
            let index = self.synthetic("partial", maker, &[("file", Some(file))]);
            return self.push(Node::leaf(NodeKind::Leaf(index), maker.span));
        }
        if name.ends_with("CodeBlock") {
            return self.code_element(maker, children);
        }
        // A name of HTML's form is an element that the page's author made up: its tags show nothing.
        if name.starts_with(|c: char| c.is_uppercase()) || name.contains('.') {
            // Such as the tables of an API, whose rows are given anchors: written as a table, or as a list of rows.
            self.built.has_more |= children.iter().any(|child| matches!(child.kind, NodeKind::Table(_)))
                || maker.tag.attributes.iter().any(|attribute| is_rows(attribute.value, self.source.text()));
            self.built.unread.push(Spanned::new(format!("<{name}>").into(), maker.tag.name));
        }
        self.splice(children);
    }

    /// A component for which the site names a directive.
    fn directive_for(&mut self, component: usize, maker: &Maker<'_>, children: Vec<Node>) {
        let component = self.built.components[component].clone();
        let spanned = |text: &str| Spanned::new(Box::from(text), maker.tag.span);
        let attributes: Vec<(&str, Option<Spanned<Box<str>>>)> =
            component.attributes.iter().map(|(key, value)| (&**key, Some(spanned(value)))).collect();
        let index = self.synthetic(&component.directive, maker, &attributes);
        self.built.directives[index].check(self.source, &mut self.built.findings);
        self.push(Node::leaf(NodeKind::Leaf(index), maker.span));
        self.splice(children);
    }

    fn admonition(&mut self, kind: AdmonitionKind, maker: &Maker<'_>, children: Vec<Node>) {
        let directive = Some(self.synthetic(kind.name(), maker, &[]));
        let title = self.value(maker, "title");
        self.container(NodeKind::Admonition { kind, directive }, title, maker, children);
    }

    /// A block under a title.
    fn container(
        &mut self,
        kind: NodeKind,
        title: Option<Spanned<Box<str>>>,
        maker: &Maker<'_>,
        children: Vec<Node>,
    ) {
        let mut blocks = with_paragraphs(children);
        if let Some(title) = title.filter(|title| !title.value.is_empty()) {
            let text = Node::leaf(NodeKind::Text(title.value), title.span);
            blocks.insert(0, Node { kind: NodeKind::Title, span: title.span, children: vec![text] });
        }
        self.push(Node { kind, span: maker.span, children: blocks });
    }

    /// A block of a class whose title is made of attributes.
    fn titled(&mut self, class: &str, parts: &[&str], maker: &Maker<'_>, children: Vec<Node>) {
        let mut title = Vec::new();
        for part in parts {
            let Some(attribute) = maker.tag.attribute(self.source.text(), part) else { continue };
            let text = match (self.value(maker, part), *part) {
                (Some(value), "default") => {
                    Spanned::new(format!("default: {}", value.value).into(), value.span)
                }
                (Some(value), "required" | "deprecated") if value.value.is_empty() => {
                    Spanned::new((*part).into(), attribute.name)
                }
                (Some(value), _) if value.value.is_empty() => continue,
                (Some(value), _) => value,
                (None, _) => continue,
            };
            if !title.is_empty() {
                title.push(Node::leaf(NodeKind::Text(" ".into()), text.span));
            }
            let leaf = Node::leaf(NodeKind::Text(text.value), text.span);
            let span = leaf.span;
            title.push(if title.is_empty() {
                Node { kind: NodeKind::Strong, span, children: vec![leaf] }
            } else {
                leaf
            });
        }
        if let Some(address) = self.value(maker, "href").filter(|_| class == "card") {
            let span = address.span;
            let link = self.address(HtmlAttribute::Href, address, span);
            title = vec![Node { kind: NodeKind::Link(link), span, children: title }];
        }
        let mut blocks = with_paragraphs(children);
        if !title.is_empty() {
            blocks.insert(0, Node { kind: NodeKind::Paragraph, span: maker.tag.span, children: title });
        }
        self.add_element(Element::of_class("div", class), maker.span, blocks, false);
        let element = TitleOf::Element(self.built.elements.len() - 1);
        if matches!(class, "step" | "update") {
            self.title_anchor(maker, parts[0], anchor::of_title, element);
        }
        if class == "field"
            && self.anchors == Anchors::Mintlify
            && let Some(name) = PARAMETER.iter().find(|name| self.value(maker, name).is_some())
        {
            self.title_anchor(maker, name, anchor::of_parameter, element);
        }
    }

    fn html_element(&mut self, name: &str, maker: &Maker<'_>, children: Vec<Node>, inline: bool) {
        let mut attributes = Vec::new();
        let mut alternative = false;
        for attribute in &maker.tag.attributes {
            let written = attribute.name.of(self.source.text());
            alternative |= written == "alt";
            let Some(html) = html_attribute(written) else { continue };
            let value = match attribute.value {
                AttributeValue::Set => ElementValue::Set,
                AttributeValue::Expression(span) if written == "style" => {
                    ElementValue::Text(css(span.of(self.source.text())).into())
                }
                _ => match self.value(maker, written) {
                    Some(value) => self.attribute_value(&html, name, value),
                    None => continue,
                },
            };
            attributes.push((html.into(), value));
        }
        if let Some(level) = heading_level(name) {
            self.built.raw_headings.push((level, Span::new(maker.tag.span.start, maker.tag.name.end)));
        }
        if name == "img" && !alternative {
            self.built.images_without_alternative.push(Span::new(maker.tag.span.start, maker.tag.name.end));
        }
        let element = Element { name: name.into(), attributes, is_void: is_void(name) };
        self.add_element(element, maker.span, children, inline);
    }

    pub(super) fn attribute_value(
        &mut self,
        html: &str,
        name: &str,
        value: Spanned<Box<str>>,
    ) -> ElementValue {
        let kind = match html {
            "href" => Some(HtmlAttribute::Href),
            "src" => Some(HtmlAttribute::Src),
            "poster" => Some(HtmlAttribute::Poster),
            _ => None,
        };
        if html == "id" || (html == "name" && name == "a") {
            self.built.ids.push(value.clone());
        }
        match kind.filter(|_| !value.value.is_empty()) {
            Some(kind) => {
                let span = value.span;
                ElementValue::Address(self.address(kind, value, span))
            }
            None => ElementValue::Text(value.value),
        }
    }

    pub(super) fn address(&mut self, kind: HtmlAttribute, address: Spanned<Box<str>>, span: Span) -> usize {
        let destination = address.value.replace("&amp;", "&").into();
        let kind = LinkKind::Html(kind);
        self.built.links.push(LinkRef {
            kind,
            destination,
            title: None,
            destination_span: address.span,
            span,
        });
        self.built.links.len() - 1
    }

    pub(super) fn node_of(
        &mut self,
        element: Element,
        span: Span,
        children: Vec<Node>,
        inline: bool,
    ) -> Node {
        let index = self.built.elements.len();
        self.built.elements.push(element);
        let kind = if inline { NodeKind::InlineElement(index) } else { NodeKind::Element(index) };
        Node { kind, span, children }
    }

    fn add_element(&mut self, element: Element, span: Span, children: Vec<Node>, inline: bool) {
        let node = self.node_of(element, span, children, inline);
        self.push(node);
    }

    /// An attribute's value as it is written in the file.
    fn written(&self, maker: &Maker<'_>, name: &str) -> Option<&str> {
        let text = self.source.text();
        match maker.tag.attribute(text, name)?.value {
            AttributeValue::Set => Some(""),
            AttributeValue::Text(span) | AttributeValue::Expression(span) => Some(span.of(text)),
        }
    }

    /// An attribute's value, where it is a plain text. A flag has an empty one.
    pub(super) fn value(&self, maker: &Maker<'_>, name: &str) -> Option<Spanned<Box<str>>> {
        let text = self.source.text();
        let attribute = maker.tag.attribute(text, name)?;
        match attribute.value {
            AttributeValue::Set => Some(Spanned::new("".into(), attribute.name)),
            AttributeValue::Text(span) => Some(Spanned::new(decoded(span.of(text)), span)),
            AttributeValue::Expression(span) => {
                let written = span.of(text);
                let lead = written.len() - written.trim_start().len();
                let inner = written.trim();
                let value = plain(inner, &maker.reading.constants)?;
                let quoted = inner.len() == value.len() + 2 && inner.get(1..inner.len() - 1) == Some(&value);
                let start = span.start + lead + usize::from(quoted);
                let end = span.start + lead + inner.len() - usize::from(quoted);
                Some(Spanned::new(value.into(), Span::new(start, end)))
            }
        }
    }

    fn flag(&self, maker: &Maker<'_>, name: &str) -> bool {
        self.written(maker, name).is_some_and(|value| !matches!(value.trim(), "false" | "{false}"))
    }

    /// A directive that stands for an element.
    pub(super) fn synthetic(
        &mut self,
        name: &str,
        maker: &Maker<'_>,
        attributes: &[(&str, Option<Spanned<Box<str>>>)],
    ) -> usize {
        let entries =
            attributes.iter().map(|(key, value)| attribute(key, value.clone(), maker.tag.span)).collect();
        let colons = if matches!(name, "tabs" | "tab" | "details") || AdmonitionKind::named(name).is_some() {
            3
        } else {
            2
        };
        self.built.directives.push(Directive {
            name: Spanned::new(name.into(), maker.tag.name),
            attributes: Attributes { entries, lines: Vec::new() },
            label: None,
            span: maker.tag.span,
            colons,
        });
        self.built.directives.len() - 1
    }
}

/// An element that is being made.
pub(super) struct Maker<'a> {
    pub(super) tag: &'a Tag,
    pub(super) span: Span,
    pub(super) reading: &'a Reading,
}

pub(super) fn attribute(key: &str, value: Option<Spanned<Box<str>>>, span: Span) -> Attribute {
    Attribute { key: Spanned::new(key.into(), span), value, span }
}

/// Whether a node shows nothing but white space.
pub(super) fn is_space(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Text(text) => text.trim().is_empty(),
        NodeKind::SoftBreak => true,
        NodeKind::Paragraph => node.children.iter().all(is_space),
        _ => false,
    }
}

fn has_heading(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Heading(_)) || node.children.iter().any(has_heading)
}

/// Whether an attribute is a list of objects, as in `content={[{ name: 'tp' }]}`.
fn is_rows(value: AttributeValue, text: &str) -> bool {
    let AttributeValue::Expression(span) = value else { return false };
    let rest = span.of(text).trim_start().strip_prefix('[');
    rest.is_some_and(|rest| rest.trim_start().starts_with('{'))
}
