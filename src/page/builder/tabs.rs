//! Tabs, and code blocks that become some.

use crate::page::builder::Builder;
use crate::page::builder::elements::{Maker, is_space};
use crate::page::mdx::script::Value;
use crate::page::spanned::Spanned;
use crate::page::tree::{Node, NodeKind};

impl Builder<'_> {
    pub(super) fn tabs(&mut self, maker: &Maker<'_>, children: Vec<Node>) {
        let sync = self.value(maker, "groupId");
        let attributes: &[(&str, Option<Spanned<Box<str>>>)] = &[("sync", sync)];
        let attributes = if attributes[0].1.is_some() { attributes } else { &[] };
        let directive = self.synthetic("tabs", maker, attributes);
        let properties = self.properties(maker);
        let property =
            |wanted: &str| properties.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
        let labels = property("values").map(tab_labels).unwrap_or_default();
        let items = match property("items") {
            Some(Value::List(items)) => items.as_slice(),
            _ => &[],
        };
        let (mut tabs, rest): (Vec<Node>, Vec<Node>) =
            children.into_iter().partition(|child| matches!(child.kind, NodeKind::Tab { .. }));
        for (place, tab) in tabs.iter_mut().enumerate() {
            let has_title = tab.children.first().is_some_and(|first| first.kind == NodeKind::Title);
            if let Some(label) = items.get(place).and_then(Value::text).filter(|_| !has_title) {
                let text = Node::leaf(NodeKind::Text(label.into()), maker.tag.span);
                tab.children
                    .insert(0, Node { kind: NodeKind::Title, span: maker.tag.span, children: vec![text] });
            }
            let title = tab.children.first_mut().filter(|first| first.kind == NodeKind::Title);
            if let Some(NodeKind::Text(text)) =
                title.and_then(|title| title.children.first_mut()).map(|text| &mut text.kind)
                && let Some((_, label)) = labels.iter().find(|(value, _)| **value == **text)
            {
                *text = label.as_str().into();
            }
        }
        if !tabs.is_empty() {
            self.push(Node { kind: NodeKind::Tabs { directive }, span: maker.span, children: tabs });
        }
        // What stands between tabs is shown all the same.
        self.splice(rest.into_iter().filter(|node| !is_space(node)).collect());
    }

    /// Code blocks with titles become tabs.
    pub(super) fn code_group(&mut self, maker: &Maker<'_>, children: Vec<Node>) {
        let directive = self.synthetic("tabs", maker, &[]);
        let (mut tabs, mut rest) = (Vec::new(), Vec::new());
        for child in children {
            let NodeKind::CodeBlock(index) = child.kind else {
                rest.push(child);
                continue;
            };
            let snippet = &mut self.built.snippets[index];
            let taken = snippet.attributes.entries.iter().position(|entry| &*entry.key.value == "title");
            let title = taken.and_then(|at| snippet.attributes.entries.remove(at).value);
            let title = title.unwrap_or_else(|| snippet.language.clone());
            let text = Node::leaf(NodeKind::Text(title.value), title.span);
            let title = Node { kind: NodeKind::Title, span: title.span, children: vec![text] };
            let span = child.span;
            let tab = self.synthetic("tab", maker, &[]);
            tabs.push(Node { kind: NodeKind::Tab { directive: tab }, span, children: vec![title, child] });
        }
        if !tabs.is_empty() {
            self.push(Node { kind: NodeKind::Tabs { directive }, span: maker.span, children: tabs });
        }
        self.splice(rest);
    }
}

/// The labels in `values={[{label: 'A', value: 'a'}]}`, by value.
fn tab_labels(values: &Value) -> Vec<(String, String)> {
    let Value::List(values) = values else { return Vec::new() };
    let text = |value: &Value, key: &str| value.member(key).and_then(Value::text);
    values.iter().filter_map(|value| text(value, "value").zip(text(value, "label"))).collect()
}
