//! The sentences of data: Markdown of one line, whose links lead through the site.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// A sentence as HTML: links, code and emphasis. What would be a block is one line of text; HTML is shown as written.
/// Links that begin with `/` lead to `base_path`, the site's root.
pub(crate) fn to_html(text: &str, base_path: &str) -> String {
    let events = Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH).filter_map(|event| match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = match dest_url.strip_prefix('/') {
                Some(inside) if !inside.starts_with('/') => CowStr::from(format!("{base_path}{inside}")),
                _ => dest_url,
            };
            Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
        | Event::End(TagEnd::Link | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough)
        | Event::Text(_)
        | Event::Code(_) => Some(event),
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::SoftBreak | Event::HardBreak => Some(Event::Text(" ".into())),
        _ => None,
    });
    let mut out = String::with_capacity(text.len() + 32);
    html::push_html(&mut out, events);
    out
}

/// A sentence without its marks.
pub(crate) fn to_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for event in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                out.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        to_html(text, "/docs/")
    }

    #[test]
    fn links_lead_through_the_site() {
        assert_eq!(
            html("As in [the *guide*](/guide/moe/), `a<b`."),
            "As in <a href=\"/docs/guide/moe/\">the <em>guide</em></a>, <code>a&lt;b</code>."
        );
        assert_eq!(
            html("[x](https://c.d/) [y](//c.d/)"),
            "<a href=\"https://c.d/\">x</a> <a href=\"//c.d/\">y</a>"
        );
    }

    #[test]
    fn blocks_and_html_are_text() {
        assert_eq!(html("A <b>bold</b> & a\nline"), "A &lt;b&gt;bold&lt;/b&gt; &amp; a line");
        assert_eq!(html("# Title\n\n- item"), "Titleitem");
    }

    #[test]
    fn marks_go_from_text() {
        assert_eq!(to_text("As in [the *guide*](/guide/), `a<b`."), "As in the guide, a<b.");
        assert_eq!(to_text("8 * 2 GPUs, dp_attention"), "8 * 2 GPUs, dp_attention");
    }
}
