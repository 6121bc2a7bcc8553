//! `::include{file=… lines=…}`: a file of the site, or some of its lines, as a block of code.

use super::code::{self, CodeBlock};
use super::highlight::Highlighter;
use crate::diagnostic::{Checked, Diagnostic};
use crate::page::directive::{DIRECTIVE, Directive};
use crate::text::nearest::did_you_mean;
use crate::text::{Location, SourceFile};

/// The block. `text` gives the text of a file by its path from the site's root, `paths` all paths.
pub fn html<'a>(
    directive: &Directive,
    page: &std::sync::Arc<SourceFile>,
    text: impl Fn(&str) -> Option<&'a str>,
    paths: impl Iterator<Item = &'a str>,
    highlighter: &Highlighter,
) -> Checked<String> {
    let attributes = &directive.attributes;
    let Some(file) = attributes.get("file") else { return Checked::default() };
    let path = &*file.value;
    let Some(text) = text(path) else {
        let message = format!("there is no file `{path}` in the site to include");
        let finding = Diagnostic::new(&DIRECTIVE, Location::new(page, file.span), message);
        return Checked::new(String::new(), vec![finding.maybe_help(did_you_mean(path, paths))]);
    };
    let lines: Vec<&str> = text.lines().collect();
    let mut findings = Vec::new();
    let (mut first, mut last) = (1, lines.len());
    if let Some(range) = attributes.get("lines") {
        let numbers: Vec<Option<usize>> =
            range.value.splitn(2, '-').map(|number| number.trim().parse().ok()).collect();
        let wanted = match numbers.as_slice() {
            [Some(only)] => Some((*only, *only)),
            [Some(first), Some(last)] => Some((*first, *last)),
            [Some(first), None] if range.value.ends_with('-') => Some((*first, lines.len())),
            _ => None,
        };
        match wanted.filter(|(first, last)| *first >= 1 && first <= last && *last <= lines.len()) {
            Some(wanted) => (first, last) = wanted,
            None => {
                let message =
                    format!("`{}` are no lines of `{path}`, which has {}", range.value, lines.len());
                findings.push(Diagnostic::new(&DIRECTIVE, Location::new(page, range.span), message));
            }
        }
    }
    let code: String = lines[first - 1..last].iter().map(|line| format!("{line}\n")).collect();
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let block = CodeBlock {
        language: attributes.text("language").unwrap_or(ending),
        code: &code,
        title: attributes.text("title").or(Some(path)).filter(|title| !title.is_empty()),
        ..CodeBlock::default()
    };
    Checked::new(code::html(&block, highlighter), findings)
}
