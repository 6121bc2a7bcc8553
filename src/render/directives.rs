//! What `::name{…}` puts on a Markdown page: tables and lists made from the data of the site.
//!
//! Names and attributes were checked when the page was read; here their values are looked up, and one that names
//! nothing is a finding at the value.

mod data;
mod models;

use std::sync::Arc;

use crate::diagnostic::{Checked, Diagnostic};
use crate::engine::version::Version;
use crate::page::directive::{DIRECTIVE, Directive};
use crate::render::generated::{Library, ModelEntry};
use crate::render::view::SiteView;
use crate::text::nearest::did_you_mean;
use crate::text::{Location, SourceFile};

/// A directive's HTML. `page` is the file that it stands in. A directive of another name gives nothing.
pub fn html(
    directive: &Directive,
    library: &Library<'_>,
    site: &SiteView,
    page: &Arc<SourceFile>,
) -> Checked<String> {
    let mut call = Call { directive, library, site, page, findings: Vec::new() };
    let html = match &*directive.name.value {
        "fields" => data::fields(&mut call),
        "rules" => data::rules(&mut call),
        "flags" => data::flags(&mut call),
        "hardware" => Some(data::hardware(&call)),
        "versions" => Some(data::versions(&call)),
        "presets" => models::presets(&mut call),
        "matrix" => models::matrix(&mut call),
        "kv-cache" => models::kv_cache(&mut call),
        _ => None,
    };
    Checked::new(html.unwrap_or_default(), call.findings)
}

/// A directive, what it draws on, and what was wrong with its values.
struct Call<'c, 'a> {
    directive: &'c Directive,
    library: &'c Library<'a>,
    site: &'c SiteView,
    page: &'c Arc<SourceFile>,
    findings: Vec<Diagnostic>,
}

impl<'c, 'a> Call<'c, 'a> {
    /// The text of an attribute.
    fn text(&self, key: &str) -> Option<&'c str> {
        self.directive.attributes.text(key)
    }

    /// Reports an attribute's value.
    fn report(&mut self, key: &str, message: String, help: Option<String>) {
        let span = self.directive.attributes.get(key).map_or(self.directive.name.span, |value| value.span);
        let finding = Diagnostic::new(&DIRECTIVE, Location::new(self.page, span), message);
        self.findings.push(finding.maybe_help(help));
    }

    /// The model that the directive names; none, with a finding, where there is no such model.
    fn model(&mut self) -> Option<&'c ModelEntry<'a>> {
        let name = self.text("model")?;
        let index = &self.library.index;
        let found = index.model(name);
        if found.is_none() {
            let near = did_you_mean(name, index.paths().chain(index.names()));
            self.report("model", format!("the catalog has no model `{name}`"), near);
        }
        found
    }

    /// The hardware that the directive names, if it names one; an error where there is no such hardware.
    fn hardware(&mut self) -> Result<Option<&'c str>, ()> {
        let Some(name) = self.text("hardware") else { return Ok(None) };
        let catalog = self.library.parts.catalog;
        if catalog.hardware_named(name).is_some() {
            return Ok(Some(name));
        }
        let near = did_you_mean(name, catalog.hardware.names());
        self.report("hardware", format!("there is no hardware `{name}`"), near);
        Err(())
    }

    /// The version that the directive names, else the one that pages show first.
    fn version(&mut self) -> Option<Version> {
        let Some(text) = self.text("version") else { return Some(self.library.parts.default_version) };
        let known = text.parse().ok().filter(|version| self.library.versions.contains(version));
        if known.is_none() {
            let versions: Vec<String> = self.library.versions.iter().map(Version::to_string).collect();
            let help = format!("known versions are {}", versions.join(", "));
            self.report(
                "version",
                format!("there is no data for {} `{text}`", self.library.engine),
                Some(help),
            );
        }
        known
    }

    /// A whole number above zero, if the attribute is there; an error where it is something else.
    fn number(&mut self, key: &str) -> Result<Option<u64>, ()> {
        let Some(text) = self.text(key) else { return Ok(None) };
        match text.parse::<u64>().ok().filter(|number| (1..=65_536).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => {
                self.report(
                    key,
                    format!("`{key}` must be a whole number from 1 to 65536, not `{text}`"),
                    None,
                );
                Err(())
            }
        }
    }
}

/// A table: heads, then rows of cells, all HTML. Columns whose head is in `numeric` are aligned as numbers.
fn table(heads: &[&str], numeric: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let class = |head: &str| if numeric.contains(&head) { " class=\"num\"" } else { "" };
    let mut html = String::from("<div class=\"scroll\"><table><thead><tr>");
    for head in heads {
        html.push_str(&format!("<th scope=\"col\"{}>{head}</th>", class(head)));
    }
    html.push_str("</tr></thead><tbody>");
    for row in rows {
        html.push_str("<tr>");
        for (at, (cell, head)) in row.iter().zip(heads).enumerate() {
            if at == 0 {
                html.push_str(&format!("<th scope=\"row\">{cell}</th>"));
            } else {
                html.push_str(&format!("<td{}>{cell}</td>", class(head)));
            }
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>\n");
    html
}

#[cfg(test)]
mod tests;
