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
    let written = attributes.get("lines");
    let (first, last) = range(written.map(|lines| &*lines.value), lines.len()).unwrap_or_else(|| {
        if let Some(written) = written {
            let message = format!("`{}` are no lines of `{path}`, which has {}", written.value, lines.len());
            findings.push(Diagnostic::new(&DIRECTIVE, Location::new(page, written.span), message));
        }
        (1, lines.len())
    });
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

/// The first and the last of the lines that `lines=…` names, of a file that has `count`: `4`, `4-9`, or `4-` for all from
/// there; `None` where the file has no such lines.
pub fn range(written: Option<&str>, count: usize) -> Option<(usize, usize)> {
    let Some(written) = written else { return Some((1, count)) };
    let number = |text: &str| text.trim().parse::<usize>().ok();
    let (first, last) = match written.split_once('-') {
        None => (number(written)?, number(written)?),
        Some((first, "")) => (number(first)?, count),
        Some((first, last)) => (number(first)?, number(last)?),
    };
    (first >= 1 && first <= last && last <= count).then_some((first, last))
}
