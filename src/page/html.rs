//! What raw HTML says to us: the ids and addresses in its tags.
//!
//! A scanner of tags, not a parser of documents: it knows comments, quotes, and the elements whose content is text.

use crate::page::links::HtmlAttribute;
use crate::text::{Excerpt, Span};

/// One thing found in a tag, with its bytes in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// An `id`, or the `name` of an `a`.
    Id(Box<str>, Span),
    /// An address.
    Address(HtmlAttribute, Box<str>, Span),
    /// An `img` without an `alt`.
    NoAlternative(Span),
    /// The start tag of a heading: its level, and the tag's name with the `<`.
    Heading(u8, Span),
}

/// The level of the heading that an element is.
pub(crate) fn heading_level(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (name.len() == 2 && (1..=6).contains(&level)).then_some(level)
}

/// Finds the ids and addresses of all tags, in their order.
pub(crate) fn scan(html: &Excerpt) -> Vec<Found> {
    let text = html.text();
    let mut scanner = Scanner { html, text, at: 0, found: Vec::new() };
    while let Some(open) = text[scanner.at..].find('<') {
        scanner.at += open;
        scanner.markup();
    }
    scanner.found
}

struct Scanner<'a> {
    html: &'a Excerpt,
    text: &'a str,
    at: usize,
    found: Vec<Found>,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Goes past the markup that opens here.
    fn markup(&mut self) {
        for (open, close) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")] {
            if self.rest().starts_with(open) {
                return self.past(open.len(), close);
            }
        }
        let start = self.at;
        self.at += 1;
        let name =
            self.take_while(|c| c.is_ascii_alphanumeric() || c == '-').of(self.text).to_ascii_lowercase();
        if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.tag(start, &name);
        }
    }

    fn past(&mut self, skip: usize, close: &str) {
        let from = self.at + skip;
        self.at = self.text[from..].find(close).map_or(self.text.len(), |at| from + at + close.len());
    }

    fn tag(&mut self, start: usize, name: &str) {
        let mut ids: Vec<Box<str>> = Vec::new();
        let mut alternative = false;
        loop {
            self.take_while(|c| c.is_ascii_whitespace() || c == '/');
            let key = self.take_while(|c| !c.is_ascii_whitespace() && !"=/>\"'<".contains(c));
            if key.is_empty() {
                if self.rest().starts_with(['=', '"', '\'']) {
                    self.at += 1;
                    continue;
                }
                break;
            }
            let key = key.of(self.text).to_ascii_lowercase();
            alternative |= key == "alt";
            let value = self.value();
            let written = value.of(self.text).trim();
            let id = key == "id" || (key == "name" && name == "a");
            if id && !written.is_empty() && !ids.iter().any(|id| **id == *written) {
                ids.push(written.into());
                self.found.push(Found::Id(written.into(), self.html.origin(value)));
            }
            self.address(name, &key, value);
        }
        self.at += usize::from(self.rest().starts_with('>'));
        let is_end = self.text[start..].starts_with("</");
        if let Some(level) = heading_level(name).filter(|_| !is_end) {
            let opens = Span::new(start, start + 1 + name.len());
            self.found.push(Found::Heading(level, self.html.origin(opens)));
        }
        if name == "img" && !alternative {
            self.found.push(Found::NoAlternative(self.html.origin(Span::new(start, start + 1 + name.len()))));
        }
        if matches!(name, "script" | "style" | "textarea") && !is_end {
            self.skip_content(name);
        }
    }

    /// Goes to the end tag of an element whose content is text, or stays where there is none.
    fn skip_content(&mut self, name: &str) {
        let bytes = self.text.as_bytes();
        let end = (self.at..bytes.len()).find(|&at| {
            bytes[at] == b'<'
                && bytes.get(at + 1) == Some(&b'/')
                && bytes
                    .get(at + 2..at + 2 + name.len())
                    .is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
        });
        self.at = end.unwrap_or(self.text.len());
    }

    /// The value after `=`, without its quotes; empty where there is none.
    fn value(&mut self) -> Span {
        let before = self.at;
        self.take_while(|c| c.is_ascii_whitespace());
        if !self.rest().starts_with('=') {
            self.at = before;
            return Span::at(before);
        }
        self.at += 1;
        self.take_while(|c| c.is_ascii_whitespace());
        let Some(quote @ ('"' | '\'')) = self.rest().chars().next() else {
            return self.take_while(|c| !c.is_ascii_whitespace() && c != '>');
        };
        self.at += 1;
        let value = self.take_while(|c| c != quote);
        self.at += usize::from(self.at < self.text.len());
        value
    }

    fn address(&mut self, name: &str, key: &str, value: Span) {
        let attribute = match key {
            "href" | "xlink:href" => HtmlAttribute::Href,
            "src" => HtmlAttribute::Src,
            "srcset" | "imagesrcset" => HtmlAttribute::Srcset,
            "poster" => HtmlAttribute::Poster,
            "data" if name == "object" => HtmlAttribute::Data,
            "action" if name == "form" => HtmlAttribute::Action,
            "formaction" => HtmlAttribute::Action,
            _ => return,
        };
        let mut add = |span: Span| {
            let written = span.of(self.text);
            let lead = written.len() - written.trim_start().len();
            let span = Span::new(span.start + lead, span.start + lead + written.trim().len());
            // A form without an address sends to its own page; any other element says nothing with an empty one.
            if !span.is_empty() || matches!(attribute, HtmlAttribute::Href | HtmlAttribute::Src) {
                let address = span.of(self.text).replace("&amp;", "&");
                self.found.push(Found::Address(attribute, address.into(), self.html.origin(span)));
            }
        };
        if attribute != HtmlAttribute::Srcset {
            return add(value);
        }
        // `a.png 1x, b.png 2x`: candidates end at a comma that white space follows, or at one after a descriptor.
        let mut at = value.start;
        while at < value.end {
            let rest = &self.text[at..value.end];
            let skipped =
                rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',').len();
            let rest = &rest[skipped..];
            let url = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
            let start = at + skipped;
            add(Span::new(start, start + rest[..url].trim_end_matches(',').len()));
            let ended = rest[..url].ends_with(',');
            let descriptor = if ended { 0 } else { rest[url..].find(',').unwrap_or(rest.len() - url) };
            at = start + url + descriptor;
        }
    }

    fn take_while(&mut self, goes_on: impl Fn(char) -> bool) -> Span {
        let start = self.at;
        self.at += self.rest().find(|c| !goes_on(c)).unwrap_or(self.rest().len());
        Span::new(start, self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceFile;

    fn found(text: &str) -> Vec<String> {
        let source = SourceFile::new("a.md", text);
        let show = |found| match found {
            Found::Id(id, span) => {
                assert_eq!(&*id, span.of(text));
                format!("#{id}")
            }
            Found::Address(attribute, address, span) => {
                assert_eq!(&*address, span.of(text).replace("&amp;", "&"));
                format!("{attribute:?} {address}")
            }
            Found::NoAlternative(span) | Found::Heading(_, span) => span.of(text).to_owned(),
        };
        scan(&Excerpt::whole(&source)).into_iter().map(show).collect()
    }

    #[test]
    fn quotes_comments_and_scripts_are_known() {
        for (text, expected) in [
            ("<a href=x id='y' name=y>", &["Href x", "#y"][..]),
            ("<a title=\"<b id=no>\" HREF = \"a b\">", &["Href a b"]),
            ("<!-- <a href=no> --><i name=no id=ä>", &["#ä"]),
            ("<script src=s>'<a href=no>'</script><b id=z>", &["Src s", "#z"]),
            ("<img alt src=\"a?b&amp;c\"><img/>", &["Src a?b&c", "<img"]),
            (
                "<source srcset=\"a.png 1x,b.png 2x, c.png\">",
                &["Srcset a.png", "Srcset b.png", "Srcset c.png"],
            ),
            ("<video poster=p.png><a href=", &["Poster p.png", "Href "]),
            ("<object data=x.pdf></object><p data=y>", &["Data x.pdf"]),
            (
                "<form action=/s><button formaction=t></form><form action=''></form>",
                &["Action /s", "Action t"],
            ),
            ("<a href><img alt='' src=''><use xlink:href=#i>", &["Href ", "Src ", "Href #i"]),
            ("<h2 id=a>A</h2><H4>B</H4><header><hr>", &["#a", "<h2", "<H4"]),
            ("a < b <1> <a id=\"open", &["#open"]),
            ("<a = \" href=x", &["Href x"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
