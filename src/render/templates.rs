//! The templates of a site, compiled once.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use tera::{Context, Tera};

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::text::{Location, SourceFile, Span};

/// A template that does not compile or does not render.
pub static TEMPLATE: Rule = Rule::new("site/template", Level::Error, "every template compiles and renders");

/// The compiled templates.
#[derive(Debug)]
pub struct Templates {
    tera: Tera,
    files: BTreeMap<String, Arc<SourceFile>>,
}

impl Templates {
    /// Compiles templates, given by their path in the site. The finding names the file that is at fault.
    ///
    /// # Errors
    /// The finding about the first template that does not compile.
    pub fn compile(files: &BTreeMap<String, Arc<SourceFile>>) -> Result<Self, Box<Diagnostic>> {
        let files: BTreeMap<String, Arc<SourceFile>> = files
            .iter()
            .filter(|(path, _)| has_ending(path, &["html", "xml", "txt", "md"]))
            .map(|(path, file)| {
                (path.strip_prefix("templates/").unwrap_or(path).to_owned(), Arc::clone(file))
            })
            .collect();
        let mut tera = Tera::default();
        let raw = files.iter().map(|(name, file)| (name.as_str(), file.text()));
        match tera.add_raw_templates(raw) {
            Ok(()) => Ok(Self { tera, files }),
            Err(error) => Err(Box::new(finding(&files, &error, None))),
        }
    }

    /// Renders a template with a view model.
    ///
    /// # Errors
    /// The finding about the template.
    pub fn render(&self, name: &str, view: &impl Serialize) -> Result<String, Box<Diagnostic>> {
        let context = Context::from_serialize(view);
        context
            .and_then(|context| self.tera.render(name, &context))
            .map_err(|error| Box::new(finding(&self.files, &error, Some(name))))
    }

    /// Whether there is a template of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.tera.contains_template(name)
    }
}

fn has_ending(path: &str, endings: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
}

/// The finding for an error of the template engine, at the line that the error names.
fn finding(files: &BTreeMap<String, Arc<SourceFile>>, error: &tera::Error, name: Option<&str>) -> Diagnostic {
    let text = chain(error);
    let named = files.keys().filter(|file| text.contains(file.as_str())).max_by_key(|file| file.len());
    let name = named.map(String::as_str).or(name).or_else(|| files.keys().next().map(String::as_str));
    let file = name.and_then(|name| files.get(name)).cloned();
    let file = file.unwrap_or_else(|| SourceFile::new("templates", ""));
    let place = place_in(&text, file.path()).and_then(|(line, column)| {
        let start = file.line_start(line)? + column.saturating_sub(1);
        let rest = file.text().get(start..)?;
        let end = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
        Some(Span::new(start, start + end))
    });
    let summary = text
        .lines()
        .map(|line| line.trim().trim_start_matches("error: "))
        .find(|line| !line.is_empty() && !line.starts_with("-->"));
    let message = format!("the template `{}` fails: {}", file.path(), summary.unwrap_or("no reason given"));
    Diagnostic::new(&TEMPLATE, Location::new(&file, place.unwrap_or_default()), message)
}

fn chain(error: &tera::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text.push('\n');
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}

/// The line and column in `--> name:line:column`.
fn place_in(text: &str, path: &str) -> Option<(usize, usize)> {
    let name = path.strip_prefix("templates/").unwrap_or(path);
    let behind = text.split_once(&format!("{name}:"))?.1;
    let mut numbers = behind.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok());
    Some((numbers.next()?, numbers.next().unwrap_or(1)))
}
