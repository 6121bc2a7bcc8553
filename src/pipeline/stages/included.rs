//! Files that pages show as code: checked like the blocks that an author writes, each once.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{CheckedPage, Scene, parts};
use crate::diagnostic::{Checked, Diagnostic};
use crate::page::directive::Directive;
use crate::page::snippet::Snippet;
use crate::render::include;
use crate::text::{Excerpt, Span};
use crate::verify::snippet::check;
use crate::verify::tally::Tally;

/// Checks what `::include` and its like show. Findings stand in the files.
pub fn included(scene: &Scene<'_>, pages: &[CheckedPage], findings: &mut Vec<Diagnostic>) -> Tally {
    let context = scene.context();
    let mut shown = BTreeMap::new();
    for page in pages {
        let page = &page.parsed.page;
        for directive in page.directives.iter().filter(|directive| &*directive.name.value == "include") {
            let Some(file) = directive.attributes.text("file") else { continue };
            let from = page.source.path();
            let path = if page.dialect.is_mdx() {
                parts::find(scene.inputs, from, file)
            } else {
                Some(file.to_owned())
            };
            let Some(path) = path else { continue };
            let settings = &page.front_matter;
            let settings = [&settings.version, &settings.model, &settings.hardware]
                .map(|setting| setting.as_ref().map(|setting| setting.value.clone()));
            let lines = directive.attributes.text("lines");
            shown.entry((path, lines, language(directive), settings)).or_insert(page);
        }
    }
    let shown: Vec<_> = shown.into_iter().collect();
    let checked: Vec<Checked<Tally>> = shown
        .par_iter()
        .filter_map(|((path, lines, language, _), page)| {
            let source = scene.inputs.source(path)?;
            let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
            let mut snippet = Snippet::whole(&source, language.unwrap_or(ending));
            snippet.code = Excerpt::empty(&source);
            snippet.code.push(bytes(source.text(), *lines)?);
            let mut tally = Tally::default();
            let mut found = Vec::new();
            let proof = check(&snippet, &context.scope(&snippet, &page.front_matter), &context, &mut found);
            tally.count(&proof.outcome);
            tally.commands += proof.commands;
            Some(Checked::new(tally, found))
        })
        .collect();
    let mut tally = Tally::default();
    for one in checked {
        tally.add(&one.take(findings));
    }
    tally
}

fn language(directive: &Directive) -> Option<&str> {
    directive.attributes.text("language").filter(|language| !language.is_empty())
}

/// The bytes of some lines.
fn bytes(text: &str, lines: Option<&str>) -> Option<Span> {
    let (first, last) = include::range(lines, text.lines().count())?;
    let mut starts = text.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some(*at)
    });
    let start = if first <= 1 { 0 } else { starts.nth(first - 2)? };
    let end = if last >= first { starts.nth(last - first).unwrap_or(text.len()) } else { start };
    Some(Span::new(start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found() {
        let text = "a\nbc\nd";
        let of = |lines| bytes(text, lines).map(|span| span.of(text));
        assert_eq!(of(None), Some(text));
        assert_eq!(of(Some("1")), Some("a\n"));
        assert_eq!(of(Some("2-3")), Some("bc\nd"));
        assert_eq!(of(Some("3-")), Some("d"));
        assert_eq!(of(Some("4")), None);
        assert_eq!(bytes("", None), Some(Span::new(0, 0)));
    }
}
