//! The code block of a page: caption, badge, lines, and what its copy button gives.

use super::escape::{escape, escape_into};
use super::highlight::Highlighter;

/// What a badge says was proven about a block.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Badge {
    /// `ok`, `partial`, `refused`, `note`: the class that colours it.
    pub level: &'static str,
    /// The words: `checked: sglang 0.5.6 – 0.5.10`.
    pub label: String,
    /// The page that says what the words are worth.
    pub url: String,
}

/// One block of code to show.
#[derive(Clone, Debug, Default)]
pub struct CodeBlock<'a> {
    /// The language, as in a fence.
    pub language: &'a str,
    /// Text right before the code that stands before other code, too, and is shown without colours: colouring is
    /// remembered by the code alone.
    pub lead_in: &'a str,
    /// The text.
    pub code: &'a str,
    /// The caption.
    pub title: Option<&'a str>,
    /// What was proven about it.
    pub badge: Option<Badge>,
    /// What the copy button gives, where that is not the text itself.
    pub copy: Option<String>,
    /// Lines to mark, from 1.
    pub marked_lines: &'a [u32],
    /// Whether lines are numbered.
    pub numbered: bool,
}

/// The block as HTML.
pub fn html(block: &CodeBlock<'_>, highlighter: &Highlighter) -> String {
    let mut marked = highlighter.html(block.language, block.code);
    if !block.lead_in.is_empty() {
        marked = format!("{}{marked}", escape(block.lead_in)).into();
    }
    let mut out = String::with_capacity(marked.len() + 200);
    out.push_str("<figure class=\"code\"");
    if !block.language.is_empty() {
        out.push_str(" data-language=\"");
        escape_into(block.language, &mut out);
        out.push('"');
    }
    out.push('>');
    caption(block, &mut out);
    out.push_str(if block.numbered { "<pre class=\"numbered\"><code" } else { "<pre><code" });
    if let Some(copy) = &block.copy {
        out.push_str(" data-copy=\"");
        out.push_str(&escape(copy).replace('\n', "&#10;"));
        out.push('"');
    }
    out.push('>');
    if block.numbered || !block.marked_lines.is_empty() {
        lines(&marked, block.marked_lines, &mut out);
    } else {
        // HTML drops a line break right behind `<pre>`.
        if marked.starts_with('\n') {
            out.push('\n');
        }
        out.push_str(&marked);
    }
    out.push_str("</code></pre></figure>\n");
    out
}

fn caption(block: &CodeBlock<'_>, out: &mut String) {
    if block.title.is_none() && block.badge.is_none() {
        return;
    }
    out.push_str("<figcaption>");
    if let Some(title) = block.title {
        out.push_str("<span class=\"code-title\">");
        escape_into(title, out);
        out.push_str("</span>");
    }
    if let Some(badge) = &block.badge {
        let (level, label) = (badge.level, escape(&badge.label));
        if badge.url.is_empty() {
            out.push_str(&format!("<span class=\"badge badge-{level}\">{label}</span>"));
        } else {
            out.push_str(&format!(
                "<a class=\"badge badge-{level}\" href=\"{}\">{label}</a>",
                escape(&badge.url)
            ));
        }
    }
    out.push_str("</figcaption>");
}

fn lines(marked: &str, hits: &[u32], out: &mut String) {
    for (number, line) in (1u32..).zip(marked.strip_suffix('\n').unwrap_or(marked).split('\n')) {
        out.push_str(if hits.contains(&number) {
            "<span class=\"line hit\">"
        } else {
            "<span class=\"line\">"
        });
        out.push_str(line);
        // The break stands inside the block-level line, so that copied text keeps it and the page shows one.
        out.push_str("\n</span>");
    }
}
