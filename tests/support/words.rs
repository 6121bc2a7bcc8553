//! The visible words of HTML.

/// Elements that stand within a line of text: what they hold joins the words around them.
const PHRASING: [&str; 27] = [
    "a", "abbr", "b", "bdi", "bdo", "button", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var",
];

/// Elements whose text is not shown.
const HIDDEN: [&str; 4] = ["script", "style", "template", "title"];

/// The words that a reader sees, in their order. The signs beside headings and footnotes that lead somewhere are none.
pub(crate) fn words(html: &str) -> Vec<String> {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&decoded(&rest[..at]));
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
            continue;
        }
        let end = end_of_tag(rest);
        let tag = &rest[1..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        let name =
            tag.split(|c: char| c.is_whitespace() || c == '>' || c == '/').find(|part| !part.is_empty());
        let name = name.unwrap_or_default().to_lowercase();
        if !PHRASING.contains(&name.as_str()) {
            text.push('\n');
        }
        // A heading above footnotes that only screen readers have.
        let is_unseen = tag.contains("class=\"sr-only\"");
        let is_sign = tag.starts_with("a ")
            && ["class=\"anchor\"", "href=\"#fnref-", "data-footnote-backref"]
                .iter()
                .any(|sign| tag.contains(sign));
        if (HIDDEN.contains(&name.as_str()) || is_sign || is_unseen)
            && !tag.starts_with('/')
            && !tag.ends_with('/')
        {
            rest = rest.split_once(&format!("</{name}>")).map_or("", |(_, behind)| behind);
        }
    }
    text.push_str(&decoded(rest));
    text.split_whitespace().map(str::to_owned).collect()
}

/// Where the tag at the head of a text has its `>`.
fn end_of_tag(html: &str) -> usize {
    let mut quote = None;
    for (at, c) in html.char_indices() {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    html.len()
}

fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let known = rest.split_once(';').and_then(|(entity, behind)| Some((character(entity)?, behind)));
        match known {
            Some((c, behind)) => {
                out.push(c);
                rest = behind;
            }
            None => out.push('&'),
        }
    }
    out + rest
}

fn character(entity: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => match entity.strip_prefix('#')? {
            hex if hex.starts_with(['x', 'X']) => number(&hex[1..], 16),
            digits => number(digits, 10),
        },
    }
}
