//! JSX that expressions and the page's own components give, as nodes of the tree.

use crate::page::builder::Builder;
use crate::page::builder::directives::with_paragraphs;
use crate::page::builder::elements::Maker;
use crate::page::element::{Element, ElementValue};
use crate::page::links::HtmlAttribute;
use crate::page::mdx::component::{Meaning, html_attribute, is_phrasing, is_void, meaning};
use crate::page::mdx::script::{self, Callable, Piece, Value};
use crate::page::mdx::style::declarations;
use crate::page::mdx::token::AttributeValue;
use crate::page::mdx::value::decoded;
use crate::page::spanned::Spanned;
use crate::page::tree::{Node, NodeKind};
use crate::text::Span;

impl Builder<'_> {
    /// The values of an element's attributes.
    pub(super) fn properties(&self, maker: &Maker<'_>) -> Vec<(String, Value)> {
        let text = self.source.text();
        let attributes = maker.tag.attributes.iter().map(|attribute| {
            let value = match attribute.value {
                AttributeValue::Set => Value::Bool(true),
                AttributeValue::Text(span) => Value::Text(decoded(span.of(text)).into()),
                AttributeValue::Expression(span) => {
                    script::evaluate(span.of(text), &maker.reading.constants).unwrap_or_default()
                }
            };
            (attribute.name.of(text).to_owned(), value)
        });
        attributes.collect()
    }

    /// A component that the page, or a file that it imports, declares: what it makes of its properties.
    pub(super) fn local(
        &mut self,
        component: &Callable,
        name: &str,
        maker: &Maker<'_>,
        mut children: Vec<Node>,
        inline: bool,
    ) {
        let mut properties = self.properties(maker);
        properties.push(("children".into(), Value::Jsx(vec![Piece::Children])));
        let shown = script::call(component, properties, &maker.reading.constants);
        match shown.pieces() {
            Some(pieces) => {
                let nodes = self.nodes_of(&pieces, maker.span, inline, &mut children);
                self.push_pieces(nodes, inline);
            }
            None => {
                self.built.unread.push(Spanned::new(format!("<{name}>").into(), maker.tag.name));
                self.splice(children);
            }
        }
    }

    pub(super) fn push_pieces(&mut self, nodes: Vec<Node>, inline: bool) {
        let nodes = if inline { nodes } else { with_paragraphs(nodes) };
        self.splice(nodes);
    }

    /// The nodes for pieces; `held` is what stands between the tags of the component that is shown.
    pub(super) fn nodes_of(
        &mut self,
        pieces: &[Piece],
        span: Span,
        inline: bool,
        held: &mut Vec<Node>,
    ) -> Vec<Node> {
        let mut nodes = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => nodes.push(Node::leaf(NodeKind::Text(text.as_str().into()), span)),
                Piece::Children => nodes.append(held),
                Piece::Unknown => self.built.unread.push(Spanned::new("{…}".into(), span)),
                Piece::Element { name, attributes, children } => {
                    let inner = inline || is_phrasing(name) || matches!(name.as_str(), "p" | "pre");
                    let inside = self.nodes_of(children, span, inner, held);
                    self.piece(name, attributes, inside, span, inline, &mut nodes);
                }
            }
        }
        nodes
    }

    fn piece(
        &mut self,
        name: &str,
        attributes: &[(String, Value)],
        inside: Vec<Node>,
        span: Span,
        inline: bool,
        nodes: &mut Vec<Node>,
    ) {
        let text_of = |wanted: &str| {
            attributes.iter().find(|(name, _)| name == wanted).and_then(|(_, value)| value.text())
        };
        match meaning(name) {
            Meaning::Nothing => {}
            Meaning::Visibility if text_of("for").is_some_and(|whom| whom == "agents") => {}
            Meaning::Html => {
                let mut written = Vec::new();
                for (key, value) in attributes {
                    let Some(html) = html_attribute(key) else { continue };
                    let value = match (value, html.as_str()) {
                        (Value::Object(entries), "style") => ElementValue::Text(declarations(entries).into()),
                        (Value::Bool(true), _) => ElementValue::Set,
                        (Value::Bool(false) | Value::Nothing, _) => continue,
                        (value, html) => match value.text() {
                            Some(text) => self.attribute_value(html, name, Spanned::new(text.into(), span)),
                            None => continue,
                        },
                    };
                    written.push((html.into(), value));
                }
                let element = Element { name: name.into(), attributes: written, is_void: is_void(name) };
                let node = self.node_of(element, span, inside, inline || is_phrasing(name));
                nodes.push(node);
            }
            Meaning::Link(_) => match text_of("to").or_else(|| text_of("href")) {
                Some(address) => {
                    let link = self.address(HtmlAttribute::Href, Spanned::new(address.into(), span), span);
                    nodes.push(Node { kind: NodeKind::Link(link), span, children: inside });
                }
                None => nodes.extend(inside),
            },
            Meaning::Admonition(kind) if !inline => {
                let title = text_of("title").filter(|title| !title.is_empty()).map(|title| {
                    let text = Node::leaf(NodeKind::Text(title.into()), span);
                    Node { kind: NodeKind::Title, span, children: vec![text] }
                });
                let children = title.into_iter().chain(with_paragraphs(inside)).collect();
                nodes.push(Node { kind: NodeKind::Admonition { kind, directive: None }, span, children });
            }
            meaning => {
                if meaning == Meaning::Unknown && !name.is_empty() {
                    self.built.unread.push(Spanned::new(format!("<{name}>").into(), span));
                }
                if matches!(meaning, Meaning::Unknown | Meaning::Children | Meaning::Visibility) {
                    return nodes.extend(inside);
                }
                // Titles are text of the page.
                let value = if meaning == Meaning::Tab { text_of("value") } else { None };
                let title = ["title", "label", "summary"].into_iter().find_map(text_of).or(value);
                let title = title.filter(|title| !title.is_empty()).map(|title| {
                    let text = Node::leaf(NodeKind::Text(title.into()), span);
                    Node { kind: NodeKind::Strong, span, children: vec![text] }
                });
                if inline {
                    // Words of their own, in the middle of a line.
                    let space = Node::leaf(NodeKind::Text(" ".into()), span);
                    nodes.extend(title.into_iter().flat_map(|title| [title, space.clone()]));
                    nodes.extend(inside);
                    return nodes.push(space);
                }
                let title =
                    title.map(|title| Node { kind: NodeKind::Paragraph, span, children: vec![title] });
                let children = title.into_iter().chain(with_paragraphs(inside)).collect();
                nodes.push(self.node_of(Element::of_class("div", "group"), span, children, false));
            }
        }
    }
}
