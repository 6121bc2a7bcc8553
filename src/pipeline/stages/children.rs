//! `::children`: what stands below a page in the sidebar, as cards.

use std::fmt::Write;

use super::render::Press;
use crate::page::Page;
use crate::page::tree::{Node, NodeKind, render_plain};
use crate::render::escape::escape;
use crate::render::view::Child;

impl Press<'_> {
    /// The cards; nothing, where no page stands below the one at `url` or beside it.
    pub(super) fn children(&self, url: &str) -> String {
        let children = self.printer.children(url);
        if children.is_empty() {
            return String::new();
        }
        let mut html = String::from("<ul class=\"cards\">\n");
        for Child { title, url, below } in children {
            let is_here = url.starts_with('/');
            let address = if is_here { self.printer.site.address(&url) } else { url.clone() };
            let page = self.by_url.get(url.as_str()).filter(|_| below == 0);
            let text = page.and_then(|page| summary(&page.parsed.page)).unwrap_or_default();
            let count = match below {
                0 => String::new(),
                1 => "<small>1 page</small>".to_owned(),
                more => format!("<small>{more} pages</small>"),
            };
            // Writing to a text never fails.
            let _ = writeln!(
                html,
                "<li><a href=\"{}\"><strong>{}</strong><span>{}</span>{count}</a></li>",
                escape(&address),
                escape(&title),
                escape(&text)
            );
        }
        html.push_str("</ul>\n");
        html
    }
}

/// What a page says of itself: its description, else its first paragraph.
fn summary(page: &Page) -> Option<String> {
    let description = page.front_matter.description.as_ref().map(|text| text.value.replace('`', ""));
    description.or_else(|| first_paragraph(&page.tree))
}

fn first_paragraph(nodes: &[Node]) -> Option<String> {
    nodes.iter().find_map(|node| match node.kind {
        NodeKind::Paragraph => Some(render_plain(&node.children)).filter(|text| !text.is_empty()),
        _ => None,
    })
}
