//! The blocks of a page as HTML: code with what was proven about it, and the commands that a block of YAML becomes.

use super::code::{self, Badge, CodeBlock};
use super::escape::escape;
use super::highlight::Highlighter;
use super::magic;
use crate::engine::Engines;
use crate::engine::version::Version;
use crate::page::Page;
use crate::page::snippet::Snippet;
use crate::verify::snippet::Proof;
use crate::verify::tally::Outcome;
use crate::world::layout::Dialect;

/// What the blocks of a page need beside it.
#[derive(Clone, Copy, Debug)]
pub struct Blocks<'a> {
    /// The versions of the engine.
    pub engines: &'a Engines,
    /// Marks syntax.
    pub highlighter: &'a Highlighter,
    /// The address of the page that says what a badge is worth; empty where there is none.
    pub checks_url: &'a str,
}

impl Blocks<'_> {
    /// The HTML of each block, in the page's order. `derived` gives the commands that a block becomes.
    pub fn html(
        &self,
        page: &Page,
        proofs: &[Proof],
        derived: impl Fn(&Snippet, &Proof) -> Vec<(Vec<Version>, String)>,
    ) -> Vec<String> {
        let proofs = proofs.iter().map(Some).chain(std::iter::repeat(None));
        page.snippets
            .iter()
            .zip(proofs)
            .map(|(snippet, proof)| {
                let mut html = self.block(snippet, proof, page.dialect);
                if let Some(proof) = proof.filter(|_| snippet.attributes.flag("derive")) {
                    html.push_str(&self.derived(&derived(snippet, proof)));
                }
                html
            })
            .collect()
    }

    fn block(&self, snippet: &Snippet, proof: Option<&Proof>, dialect: Dialect) -> String {
        let mut lines: Vec<u32> = snippet.attributes.lines.iter().cloned().flatten().collect();
        let magic = if dialect == Dialect::Docusaurus { magic::marked(snippet.code.text()) } else { None };
        lines.extend(magic.iter().flat_map(|(_, lines)| lines));
        let block = CodeBlock {
            lead_in: "",
            language: &snippet.language.value,
            code: magic.as_ref().map_or_else(|| snippet.code.text(), |(text, _)| text),
            title: snippet.attributes.text("title"),
            badge: proof.and_then(|proof| self.badge(snippet, proof)),
            copy: proof.and_then(|proof| proof.copy.clone()),
            marked_lines: &lines,
            numbered: snippet.attributes.flag("showLineNumbers"),
        };
        code::html(&block, self.highlighter)
    }

    fn badge(&self, snippet: &Snippet, proof: &Proof) -> Option<Badge> {
        let badge = |level, label: String| Some(Badge { level, label, url: self.checks_url.to_owned() });
        if snippet.attributes.text("expect").is_some() {
            return badge("refused", "shows a mistake".into());
        }
        match &proof.outcome {
            Outcome::Checked(_) if !proof.accepted.is_empty() => {
                let all = proof.accepted.len() == self.engines.versions().count();
                badge(
                    if all { "ok" } else { "partial" },
                    format!("checked: sglang {}", ranges(&proof.accepted, self.engines)),
                )
            }
            _ => None,
        }
    }

    /// The commands of each group of versions, one panel each.
    fn derived(&self, commands: &[(Vec<Version>, String)]) -> String {
        let figure = |versions: &[Version], text: &String| {
            let badge = Badge {
                level: if versions.len() == self.engines.versions().count() { "ok" } else { "partial" },
                label: format!("checked: sglang {}", ranges(versions, self.engines)),
                url: self.checks_url.to_owned(),
            };
            let code = format!("{text}\n");
            let block =
                CodeBlock { language: "bash", code: &code, badge: Some(badge), ..CodeBlock::default() };
            code::html(&block, self.highlighter)
        };
        match commands {
            [] => String::new(),
            [(versions, text)] => figure(versions, text),
            several => {
                let mut html = String::from("<div class=\"versions\">\n");
                for (versions, text) in several {
                    let names: Vec<String> = versions.iter().map(ToString::to_string).collect();
                    html.push_str(&format!(
                        "<section class=\"version-panel\" data-version=\"{}\"><p class=\"version-label\">SGLang {}</p>\n{}</section>\n",
                        names.join(" "),
                        escape(&ranges(versions, self.engines)),
                        figure(versions, text)
                    ));
                }
                html.push_str("</div>\n");
                html
            }
        }
    }
}

/// Versions in words, neighbours together: `0.5.6 – 0.5.10, 0.5.23`.
pub fn ranges(versions: &[Version], engines: &Engines) -> String {
    let mut parts: Vec<(Version, Version)> = Vec::new();
    let mut open = false;
    for version in engines.versions() {
        let inside = versions.contains(&version);
        match parts.last_mut().filter(|_| open) {
            Some(last) if inside => last.1 = version,
            _ if inside => parts.push((version, version)),
            _ => {}
        }
        open = inside;
    }
    let words = parts
        .into_iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first} – {last}") });
    words.collect::<Vec<_>>().join(", ")
}
