//! A page's words: for the search, and as Markdown for machines.

use super::search::{Record, Section};
use crate::page::Page;
use crate::page::directive::Directive;
use crate::page::tree::{Node, NodeKind, render_plain};
use crate::text::Span;
use crate::verify::context::Context;
use crate::verify::snippet::{Proof, derive};

/// The part that a directive of a page stands for.
pub type PartOf<'p> = dyn Fn(&Page, &Directive) -> Option<&'p Page> + 'p;

/// How deep parts hold parts.
const DEEPEST: usize = 8;

/// What readers can find of a page: its headings and those of its parts, and the words below each.
pub fn record(page: &Page, url: &str, title: &str, part_of: &PartOf<'_>) -> Record {
    let mut sections = vec![Section::default()];
    for node in &page.tree {
        gather(page, node, (part_of, 0), &mut sections);
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

fn gather(page: &Page, node: &Node, parts: (&PartOf<'_>, usize), sections: &mut Vec<Section>) {
    let mut each = |nodes: &[Node]| nodes.iter().for_each(|child| gather(page, child, parts, sections));
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
        | NodeKind::Tab { .. } => each(&node.children),
        NodeKind::Element(_) if holds_heading(node) => each(&node.children),
        NodeKind::Leaf(index) => {
            let (part_of, depth) = parts;
            let directive = page.directives.get(*index).filter(|_| depth < DEEPEST);
            let part = directive.and_then(|directive| part_of(page, directive));
            if part.is_none_or(shows_children) {
                each(&node.children);
            }
            if let Some(part) = part {
                part.tree.iter().for_each(|node| gather(part, node, (part_of, depth + 1), sections));
            }
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

/// Whether a part shows what stands between its tags.
pub fn shows_children(part: &Page) -> bool {
    let mut shows = false;
    for node in &part.tree {
        node.walk(&mut |node| {
            shows |= matches!(&node.kind, NodeKind::Property(name) if &**name == "children")
        });
    }
    shows
}

fn holds_heading(node: &Node) -> bool {
    node.children.iter().any(|child| match child.kind {
        NodeKind::Heading(_) | NodeKind::Leaf(_) => true,
        _ => holds_heading(child),
    })
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
