//! The search index: a library's, fed from memory with the words of each page, and loaded by readers in small parts.

use serde::{Deserialize, Serialize};

use crate::render::artifact::Files;
use crate::render::escape::{escape, escape_into};

/// What readers can find of one page. Code is left out but for names: it is most of a site's text and what
/// readers look for in it (flags, models, rules) stands in prose and headings, too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The address from the site's root, without the base path.
    pub url: String,
    /// The title.
    pub title: String,
    /// What kind of page it is: `Guide`, `Model`, `Rule`.
    pub kind: String,
    /// The parts of the page, each below its heading.
    pub sections: Vec<Section>,
}

/// A heading and the words below it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The anchor; empty for what stands before the first heading.
    pub anchor: String,
    /// The words of the heading.
    pub heading: String,
    /// The words below.
    pub text: String,
}

/// The folder of the index.
pub const FOLDER: &str = "pagefind/";

/// Builds the index: its files, with their paths in the built site.
///
/// # Errors
/// What the library says when it can't work.
pub fn index(records: &[&Record], language: &str) -> Result<Files, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
    let files = runtime.block_on(build(records, language)).map_err(|error| error.to_string())?;
    let wanted = files.into_iter().filter(|(path, _)| {
        // The library brings several ready-made search boxes; the theme has its own.
        path.ends_with("pagefind.js")
            || path.contains("pagefind-worker")
            || !(path.ends_with(".js") || path.ends_with(".css"))
    });
    Ok(wanted.map(|(path, bytes)| (format!("{FOLDER}{path}").into(), bytes.into())).collect())
}

async fn build(
    records: &[&Record],
    language: &str,
) -> Result<Vec<(String, Vec<u8>)>, Box<dyn std::error::Error>> {
    let options = pagefind::options::PagefindServiceConfig::builder()
        .force_language(language.to_owned())
        .include_characters("-_.".to_owned())
        .build();
    let mut index = pagefind::api::PagefindIndex::new(Some(options))?;
    for record in records {
        index.add_html_file(None, Some(record.url.clone()), document(record)).await?;
    }
    let files = index.get_files().await?;
    let named = files.into_iter().map(|file| {
        let path = file.filename.to_string_lossy().replace('\\', "/");
        (path, file.contents)
    });
    Ok(named.collect())
}

/// The record as the smallest page that has its headings and words.
fn document(record: &Record) -> String {
    let mut html = format!(
        "<html><body><h1 data-pagefind-meta=\"title\">{}</h1><i data-pagefind-meta=\"kind:{}\"></i>",
        escape(&record.title),
        escape(&record.kind)
    );
    for section in &record.sections {
        if !section.anchor.is_empty() {
            html.push_str(&format!("<h2 id=\"{}\">", escape(&section.anchor)));
            escape_into(&section.heading, &mut html);
            html.push_str("</h2>");
        }
        html.push_str("<p>");
        escape_into(&section.text, &mut html);
        html.push_str("</p>");
    }
    html.push_str("</body></html>");
    html
}
