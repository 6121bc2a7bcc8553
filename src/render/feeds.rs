//! Files for machines: the list of pages for search engines and for language models, and redirects.

use serde::{Deserialize, Serialize};

use super::escape::escape;
use super::view::SiteView;

/// A page as these files list it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The address from the site's root.
    pub url: String,
    /// The title.
    pub title: String,
    /// One sentence.
    pub description: Option<String>,
    /// The section that it is in.
    pub section: String,
    /// The path of its Markdown twin.
    pub markdown: Option<String>,
    /// The day of the last change, `2026-11-24`.
    pub updated: Option<String>,
}

/// `sitemap.xml`; none while the site's host is not known, since the format has whole addresses only.
pub fn sitemap(site: &SiteView, pages: &[&Listed]) -> Option<String> {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for page in pages {
        let day = page.updated.as_ref().map(|day| format!("<lastmod>{}</lastmod>", escape(day)));
        let address = escape(&site.canonical(&page.url)?);
        xml.push_str(&format!("<url><loc>{address}</loc>{}</url>\n", day.unwrap_or_default()));
    }
    xml.push_str("</urlset>\n");
    Some(xml)
}

/// The path of the feed.
pub const FEED: &str = "feed.xml";

/// One entry of the feed.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The whole address of the page that it is about, which is its name for good.
    pub url: String,
    /// The title.
    pub title: String,
    /// The day of the last change, `2026-11-24`.
    pub updated: String,
    /// What it says, as HTML with whole addresses.
    pub content: String,
}

/// The Atom feed of these entries, the newest first. None while the site's host is not known, since names of entries are
/// whole addresses, and none where there is no entry.
pub fn atom(site: &SiteView, entries: &[Entry]) -> Option<String> {
    let own = escape(&site.canonical(FEED)?);
    let home = escape(&site.canonical("/")?);
    let updated = escape(entries.iter().map(|entry| entry.updated.as_str()).max()?);
    let title = xml(&site.title);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <title>{title}: changes of the catalog</title>\n<id>{own}</id>\n<updated>{updated}T00:00:00Z</updated>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{own}\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{home}\"/>\n<author><name>{title}</name></author>\n",
        escape(&site.language)
    );
    for entry in entries {
        let (url, updated) = (escape(&entry.url), escape(&entry.updated));
        text.push_str(&format!(
            "<entry>\n<title>{}</title>\n<id>{url}</id>\n<updated>{updated}T00:00:00Z</updated>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{url}\"/>\n<content type=\"html\">{}</content>\n</entry>\n",
            xml(&entry.title),
            xml(&entry.content)
        ));
    }
    text.push_str("</feed>\n");
    Some(text)
}

/// Text as XML takes it: without the characters that it has no way to write.
fn xml(text: &str) -> String {
    let allowed =
        |c: char| !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    escape(&text.chars().filter(|c| allowed(*c)).collect::<String>())
}

/// `robots.txt`.
pub fn robots(site: &SiteView) -> String {
    let sitemap = site.canonical("/sitemap.xml").map(|url| format!("Sitemap: {url}\n")).unwrap_or_default();
    format!("User-agent: *\nAllow: /\n{sitemap}")
}

/// `llms.txt`: the site's pages as Markdown links, by section.
pub fn llms(site: &SiteView, pages: &[&Listed]) -> String {
    let mut text = format!("# {}\n", site.title);
    if !site.description.is_empty() {
        text.push_str(&format!("\n> {}\n", site.description));
    }
    let full = site.canonical(LLMS_FULL).unwrap_or_else(|| site.address(LLMS_FULL));
    text.push_str(&format!("\nThe text of all pages: {full}\n"));
    let mut section = "";
    for page in pages.iter().filter(|page| page.markdown.is_some()) {
        if page.section != section {
            section = &page.section;
            text.push_str(&format!("\n## {section}\n\n"));
        }
        let path = page.markdown.as_deref().unwrap_or(&page.url);
        let url = site.canonical(path).unwrap_or_else(|| site.address(path));
        let description = page.description.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
        text.push_str(&format!("- [{}]({url}){description}\n", page.title));
    }
    text
}

/// The path of the text of all pages.
pub const LLMS_FULL: &str = "llms-full.txt";

/// The most bytes of text in `llms-full.txt`: many times what any model reads at once. What is over is named there.
const MOST_TEXT: usize = 32_000_000;

/// `llms-full.txt`: the text of all pages with their commands, each with its address.
pub fn llms_full<'a>(site: &SiteView, pages: impl Iterator<Item = (&'a Listed, &'a str)>) -> String {
    let mut text = format!("# {}\n", site.title);
    if !site.description.is_empty() {
        text.push_str(&format!("\n> {}\n", site.description));
    }
    let mut left_out: Vec<&Listed> = Vec::new();
    for (page, markdown) in pages {
        if text.len() + markdown.len() > MOST_TEXT {
            left_out.push(page);
            continue;
        }
        let url = site.canonical(&page.url).unwrap_or_else(|| site.address(&page.url));
        text.push_str(&format!("\n---\n\nSource: {url}\n\n{}\n", markdown.trim()));
    }
    if !left_out.is_empty() {
        text.push_str("\n---\n\nPages whose text is in files of their own, for their number:\n\n");
    }
    for page in left_out {
        let path = page.markdown.as_deref().unwrap_or(&page.url);
        let url = site.canonical(path).unwrap_or_else(|| site.address(path));
        text.push_str(&format!("- [{}]({url})\n", page.title));
    }
    text
}

/// A page that sends its visitors on to `target`, for hosts that can't redirect.
pub fn redirect(target: &str) -> String {
    let target = escape(target);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Moved</title>\n\
         <meta http-equiv=\"refresh\" content=\"0; url={target}\">\n<link rel=\"canonical\" href=\"{target}\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<p>This page has moved: <a href=\"{target}\">{target}</a></p>\n</html>\n"
    )
}
