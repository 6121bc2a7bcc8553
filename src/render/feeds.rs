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

/// A page that sends its visitors on to `target`, for hosts that can't redirect.
pub fn redirect(target: &str) -> String {
    let target = escape(target);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Moved</title>\n\
         <meta http-equiv=\"refresh\" content=\"0; url={target}\">\n<link rel=\"canonical\" href=\"{target}\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<p>This page has moved: <a href=\"{target}\">{target}</a></p>\n</html>\n"
    )
}
