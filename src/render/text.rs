//! A page's words: for the search, and as Markdown for machines.

use super::search::{Record, Section};
use crate::page::Page;
use crate::page::tree::{Node, NodeKind, render_plain};
use crate::text::Span;
use crate::verify::context::Context;
use crate::verify::snippet::{Proof, derive};

/// What readers can find of a page: its headings, and the words below each.
pub fn record(page: &Page, url: &str, title: &str) -> Record {
    let mut sections = vec![Section::default()];
    for node in &page.tree {
        gather(page, node, &mut sections);
    }
    let kind = match url.trim_matches('/').split('/').next().unwrap_or_default() {
        "rules" => "Rule",
        "reference" => "Reference",
        "guide" => "Guide",
        _ => "Page",
    };
    sections.retain(|section| !section.anchor.is_empty() || !section.text.is_empty());
    Record { url: url.to_owned(), title: title.to_owned(), kind: kind.to_owned(), sections }
}

fn gather(page: &Page, node: &Node, sections: &mut Vec<Section>) {
    match &node.kind {
        NodeKind::Heading(index) => {
            if let Some(heading) = page.headings.get(*index) {
                sections.push(Section {
                    anchor: heading.anchor.to_string(),
                    heading: heading.text.to_string(),
                    text: String::new(),
                });
            }
        }
        // Containers hold headings of their own.
        NodeKind::Admonition { .. }
        | NodeKind::Details { .. }
        | NodeKind::Tabs { .. }
        | NodeKind::Tab { .. } => {
            node.children.iter().for_each(|child| gather(page, child, sections));
        }
        _ => {
            let words = render_plain(std::slice::from_ref(node));
            if let Some(section) = sections.last_mut().filter(|_| !words.is_empty()) {
                section.text.push_str(&words);
                section.text.push('\n');
            }
        }
    }
}

/// The page as Markdown: its source without front matter, with the commands behind the blocks that derive them.
pub fn markdown(page: &Page, proofs: &[Proof], context: &Context<'_>) -> String {
    let source = page.source.text();
    let start = page.front_matter.span.map_or(0, |span| span.end);
    let mut text = String::new();
    if page.title_heading().is_none()
        && let Some(title) = page.title()
    {
        text.push_str(&format!("# {title}\n\n"));
    }
    let mut done = start;
    for (snippet, proof) in page.snippets.iter().zip(proofs) {
        let [launch] = proof.launches.as_slice() else { continue };
        if !snippet.attributes.flag("derive") {
            continue;
        }
        text.push_str(Span::new(done, snippet.fence.end).of(source));
        done = snippet.fence.end.max(done);
        let model = context.scope(snippet, &page.front_matter).model;
        for (versions, command) in derive(&launch.block, model.as_deref().unwrap_or("MODEL"), context) {
            let names: Vec<String> = versions.iter().map(ToString::to_string).collect();
            text.push_str(&format!("\n\nSGLang {}:\n\n```bash\n{command}\n```\n", names.join(", ")));
        }
    }
    text.push_str(Span::new(done, source.len()).of(source));
    format!("{}\n", text.trim())
}
