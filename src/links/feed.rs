//! The addresses in feeds and sitemaps: XML in which they stand between tags, too.

use crate::text::Span;

/// Elements of sitemaps and RSS whose text is an address.
const TEXTS: [&str; 4] = ["loc", "link", "comments", "url"];

/// The attribute of RSS that holds an address beside `href` and `src`.
const ENCLOSURE: &str = "<enclosure ";

/// The addresses between tags and in enclosures, with their bytes; escapes stay as written.
pub fn addresses(text: &str) -> Vec<(&str, Span)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|open| at + open) {
        at = open + 1;
        let rest = &text[open..];
        if let Some(inside) = ["<!--", "<![CDATA["].into_iter().find(|opens| rest.starts_with(opens)) {
            let close = if inside == "<!--" { "-->" } else { "]]>" };
            at = rest.find(close).map_or(text.len(), |end| open + end + close.len());
            continue;
        }
        if rest.starts_with(ENCLOSURE) {
            let tag = &rest[..rest.find('>').unwrap_or(rest.len())];
            if let Some(start) = tag.find("url=\"").map(|start| start + 5)
                && let Some(length) = tag[start..].find('"')
            {
                push(text, Span::new(open + start, open + start + length), &mut found);
            }
            continue;
        }
        let named = TEXTS
            .into_iter()
            .find(|name| rest[1..].strip_prefix(name).is_some_and(|rest| rest.starts_with('>')));
        let Some(name) = named else { continue };
        let start = open + name.len() + 2;
        let end = text[start..].find('<').map_or(text.len(), |end| start + end);
        push(text, Span::new(start, end), &mut found);
        at = end;
    }
    found
}

fn push<'t>(text: &'t str, span: Span, found: &mut Vec<(&'t str, Span)>) {
    let written = span.of(text);
    let lead = written.len() - written.trim_start().len();
    let span = Span::new(span.start + lead, span.start + lead + written.trim().len());
    if !span.is_empty() {
        found.push((span.of(text), span));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stand_between_tags_and_in_enclosures() {
        let text = "<urlset><url><loc> https://a.dev/x?a&amp;b </loc></url><!-- <loc>no</loc> -->\
                    <item><link>/y</link><links>no</links><enclosure url=\"z.mp3\" length=\"1\"/><link/>\
                    <description><![CDATA[<link>no</link>]]></description></item><loc>";
        let found: Vec<&str> = addresses(text).into_iter().map(|(address, _)| address).collect();
        assert_eq!(found, ["https://a.dev/x?a&amp;b", "/y", "z.mp3"]);
        for (address, span) in addresses(text) {
            assert_eq!(address, span.of(text));
        }
    }
}
