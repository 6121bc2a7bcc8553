//! The YAML between `---` lines at the head of a page.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::page::silence::Silence;
use crate::page::spanned::Spanned;
use crate::text::nearest::did_you_mean;
use crate::text::{Excerpt, Location, SourceFile, Span};
use crate::world::layout::{Dialect, Format};
use crate::world::reader::{INVALID_VALUE, MISSING_KEY, Reader, documents};
use crate::world::yaml::{Entry, Node};

/// Front matter that is not closed, or that is no mapping.
pub static FRONT_MATTER: Rule =
    Rule::new("page/front-matter", Level::Error, "front matter is a YAML mapping between two `---` lines");

/// A key that front matter does not have.
pub static UNKNOWN_FRONT_MATTER: Rule = Rule::new(
    "page/unknown-front-matter",
    Level::Warning,
    "every key of the front matter is one that pages have",
);

/// What a page says about itself. Absent keys are `None`, empty, or the default named here.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontMatter {
    /// The bytes from the opening to the closing line, both included, if the page has front matter.
    pub span: Option<Span>,
    /// `title`.
    pub title: Option<Spanned<Box<str>>>,
    /// `description`: one sentence for search engines and lists.
    pub description: Option<Spanned<Box<str>>>,
    /// `slug`: the page's address, relative to its folder, or from the site's root with a leading `/`.
    pub slug: Option<Spanned<Box<str>>>,
    /// `sidebar_position`: the order among siblings; fractions are allowed.
    pub sidebar_position: Option<f64>,
    /// `sidebar_label`: the title in the sidebar.
    pub sidebar_label: Option<Spanned<Box<str>>>,
    /// `id`: the name of a page of Docusaurus, in the place of its file's.
    pub id: Option<Spanned<Box<str>>>,
    /// `mdx.format`: whether a page of Docusaurus has JSX in it.
    pub format: Option<Format>,
    /// `aliases`: other addresses that lead here.
    pub aliases: Vec<Spanned<Box<str>>>,
    /// `draft`: not published; `false` by default.
    pub draft: bool,
    /// `toc`: whether the page shows its headings; `true` by default.
    pub toc: bool,
    /// `hide_title`: the page shows no title of its own.
    pub hide_title: bool,
    /// `hide_sidebar`: the page is not in the sidebar.
    pub hide_sidebar: bool,
    /// `hide_search`: the page is not in the search index.
    pub hide_search: bool,
    /// `tags`: a list, or one word.
    pub tags: Vec<Spanned<Box<str>>>,
    /// `date`: when it was written, as `YYYY-MM-DD`.
    pub date: Option<Spanned<Box<str>>>,
    /// `updated`: when it was last changed, as `YYYY-MM-DD`.
    pub updated: Option<Spanned<Box<str>>>,
    /// `version`: engine version, or range of versions, of the page's snippets.
    pub version: Option<Spanned<Box<str>>>,
    /// `model`: the model of the page's snippets.
    pub model: Option<Spanned<Box<str>>>,
    /// `hardware`: the hardware of the page's snippets.
    pub hardware: Option<Spanned<Box<str>>>,
    /// `silence`: rules that keep quiet on this page, each with its reason.
    pub silence: Vec<Silence>,
}

impl Default for FrontMatter {
    fn default() -> Self {
        Self {
            span: None,
            title: None,
            description: None,
            slug: None,
            sidebar_position: None,
            sidebar_label: None,
            id: None,
            format: None,
            aliases: Vec::new(),
            draft: false,
            toc: true,
            hide_title: false,
            hide_sidebar: false,
            hide_search: false,
            tags: Vec::new(),
            date: None,
            updated: None,
            version: None,
            model: None,
            hardware: None,
            silence: Vec::new(),
        }
    }
}

const KEYS: [&str; 22] = [
    "title",
    "description",
    "slug",
    "sidebar_position",
    "sidebar_label",
    "aliases",
    "draft",
    "toc",
    "hide_title",
    "hide_sidebar",
    "hide_search",
    "tags",
    "date",
    "updated",
    "version",
    "model",
    "hardware",
    "silence",
    // What a rule's page says for its readers; the program knows its rules itself.
    "rule",
    "level",
    "source",
    "since",
];

/// Where the parts of a page's text lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    /// The front matter from its opening to its closing line, and the YAML between them.
    pub(crate) front: Option<(Span, Span)>,
    /// Where the Markdown begins.
    pub(crate) body: usize,
    /// The opening line of front matter that has no closing line.
    pub(crate) unclosed: Option<Span>,
}

/// Splits a page into front matter and body. Front matter that is not closed is part of the body.
pub(crate) fn split(text: &str) -> Parts {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut lines = text[start..].split_inclusive('\n');
    let opening = lines.next().unwrap_or_default();
    if opening.trim_end() != "---" {
        return Parts { front: None, body: start, unclosed: None };
    }
    let yaml = start + opening.len();
    let mut at = yaml;
    for line in lines {
        if line.trim_end() == "---" {
            let front = (Span::new(start, at + 3), Span::new(yaml, at));
            return Parts { front: Some(front), body: at + line.len(), unclosed: None };
        }
        at += line.len();
    }
    // A page may open with a rule; only what looks like YAML was meant as front matter.
    let first = text[yaml..].lines().next().unwrap_or_default();
    let meant = first.split_once(':').is_some_and(|(key, _)| {
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    });
    Parts { front: None, body: start, unclosed: meant.then_some(Span::new(start, start + 3)) }
}

/// Reads the front matter that [`split`] found.
pub(crate) fn read(
    source: &Arc<SourceFile>,
    parts: Parts,
    dialect: Dialect,
    findings: &mut Vec<Diagnostic>,
) -> FrontMatter {
    if let Some(span) = parts.unclosed {
        findings.push(
            Diagnostic::new(
                &FRONT_MATTER,
                Location::new(source, span),
                "this front matter has no closing `---` line",
            )
            .help("add a line of `---` after the last key"),
        );
    }
    let mut front = FrontMatter::default();
    let Some((whole, yaml)) = parts.front else { return front };
    front.span = Some(whole);
    let excerpt = Excerpt::slice(source, yaml);
    let documents = documents(&excerpt).take(findings);
    let Some(node) = documents.first().filter(|node| !node.is_null()) else { return front };
    let mut reader = FrontReader { reader: Reader::new(&excerpt) };
    match node.entries() {
        Some(entries) if dialect.is_mdx() => {
            entries.iter().for_each(|entry| foreign(&mut front, entry, &mut reader));
        }
        Some(entries) => entries.iter().for_each(|entry| reader.entry(&mut front, entry)),
        None => {
            let message = format!("front matter is a mapping, not {}", node.describe());
            reader.reader.report(&FRONT_MATTER, node.span, message);
        }
    }
    findings.append(&mut reader.reader.findings);
    front
}

/// A key of a page that was written for another generator. Others than these have a meaning there alone, and values of
/// another form than ours are left to it.
fn foreign(front: &mut FrontMatter, entry: &Entry, reader: &mut FrontReader<'_>) {
    let value = &entry.value;
    let text = || {
        let text = value.text().map(str::trim).filter(|text| !text.is_empty())?;
        Some(Spanned::new(Box::from(text), reader.reader.excerpt().origin(value.span)))
    };
    let flag = || value.scalar().and_then(|scalar| scalar.boolean()).unwrap_or(false);
    match entry.key.as_str() {
        "title" => front.title = text(),
        "description" => front.description = text(),
        "slug" => front.slug = text(),
        "id" => front.id = text(),
        "sidebar_label" | "sidebarTitle" => front.sidebar_label = text(),
        "sidebar_position" => front.sidebar_position = value.scalar().and_then(|scalar| scalar.number()),
        "draft" => front.draft = flag(),
        "unlisted" | "hidden" => front.hide_sidebar = flag(),
        "hide_title" => front.hide_title = flag(),
        "hide_table_of_contents" => front.toc = !flag(),
        "mdx" => front.format = value.get("format").and_then(Node::text).and_then(Format::named),
        "silence" => front.silence = reader.silence(value),
        _ => {}
    }
}

struct FrontReader<'a> {
    reader: Reader<'a>,
}

impl FrontReader<'_> {
    fn entry(&mut self, front: &mut FrontMatter, entry: &Entry) {
        let (key, value) = (entry.key.as_str(), &entry.value);
        let what = format!("`{key}`");
        if !KEYS.contains(&key) {
            return self.unknown(entry);
        }
        if value.is_null() {
            return;
        }
        match key {
            "title" => front.title = self.text(value, &what),
            "description" => front.description = self.text(value, &what),
            "slug" => front.slug = self.text(value, &what),
            "sidebar_position" => front.sidebar_position = self.reader.number(value, &what),
            "sidebar_label" => front.sidebar_label = self.text(value, &what),
            "aliases" => front.aliases = self.texts(value, &what),
            "draft" => front.draft = self.reader.boolean(value, &what).unwrap_or(false),
            "toc" => front.toc = self.reader.boolean(value, &what).unwrap_or(true),
            "hide_title" => front.hide_title = self.reader.boolean(value, &what).unwrap_or(false),
            "hide_sidebar" => front.hide_sidebar = self.reader.boolean(value, &what).unwrap_or(false),
            "hide_search" => front.hide_search = self.reader.boolean(value, &what).unwrap_or(false),
            "tags" => front.tags = self.texts(value, &what),
            "date" => front.date = self.date(value, &what),
            "updated" => front.updated = self.date(value, &what),
            "version" => front.version = self.text(value, &what),
            "model" => front.model = self.text(value, &what),
            "hardware" => front.hardware = self.text(value, &what),
            "silence" => front.silence = self.silence(value),
            _ => {}
        }
    }

    fn unknown(&mut self, entry: &Entry) {
        let help = did_you_mean(&entry.key, KEYS).unwrap_or_else(|| {
            let keys: Vec<String> = KEYS.iter().map(|key| format!("`{key}`")).collect();
            format!("pages have {}", keys.join(", "))
        });
        let message = format!("`{}` is not a key of a page's front matter", entry.key);
        self.reader.report(&UNKNOWN_FRONT_MATTER, entry.key_span, message).help.push(help);
    }

    fn text(&mut self, node: &Node, what: &str) -> Option<Spanned<Box<str>>> {
        let text = self.reader.text(node, what)?;
        Some(Spanned::new(text.into(), self.reader.excerpt().origin(node.span)))
    }

    fn texts(&mut self, node: &Node, what: &str) -> Vec<Spanned<Box<str>>> {
        match node.items() {
            Some(items) => {
                let what = format!("an item of {what}");
                items.iter().filter_map(|item| self.text(item, &what)).collect()
            }
            None if node.scalar().is_some() => self.text(node, what).into_iter().collect(),
            None => {
                self.reader.wrong_type(node, what, "a list");
                Vec::new()
            }
        }
    }

    fn date(&mut self, node: &Node, what: &str) -> Option<Spanned<Box<str>>> {
        let date = self.text(node, what)?;
        if is_date(&date.value) {
            return Some(date);
        }
        let message = format!("`{}` is not a date of the form `YYYY-MM-DD`", date.value);
        self.reader.report(&INVALID_VALUE, node.span, message);
        None
    }

    fn silence(&mut self, node: &Node) -> Vec<Silence> {
        let Some(items) = node.items() else {
            self.reader.wrong_type(node, "`silence`", "a list of `{rule, reason}`");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.silence_item(item)).collect()
    }

    fn silence_item(&mut self, item: &Node) -> Option<Silence> {
        self.reader.mapping(item, "an item of `silence`", &["rule", "reason"]);
        item.entries()?;
        let mut need = |key: &str| {
            let value = item.get(key).filter(|value| !value.is_null());
            if value.is_none() {
                let span = Span::new(item.span.start, item.span.start + 1);
                let message = format!("this item of `silence` has no `{key}`");
                self.reader.report(&MISSING_KEY, span, message);
            }
            self.text(value?, &format!("`{key}`"))
        };
        let (rule, reason) = (need("rule"), need("reason"));
        Some(Silence { rule: rule?, reason: reason? })
    }
}

/// Whether a text is a day of the calendar, `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| -> Option<u32> {
        let part = text.get(range)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(5..7), digits(8..10)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    let separated = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    separated && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> (FrontMatter, Vec<Diagnostic>, usize) {
        let source = SourceFile::new("a.md", text);
        let parts = split(source.text());
        let mut findings = Vec::new();
        (read(&source, parts, Dialect::Native, &mut findings), findings, parts.body)
    }

    fn value(text: &Option<Spanned<Box<str>>>) -> &str {
        text.as_ref().map_or("", |text| &text.value)
    }

    #[test]
    fn a_mark_and_carriage_returns_change_nothing() {
        let text = "\u{feff}---\r\ntitle: \"Ä b\"\r\nversion: 0.5.10\r\ntags: one\r\n---\r\n# T\r\n";
        let (front, findings, body) = page(text);
        assert_eq!(findings, []);
        let title = front.title.as_ref().unwrap();
        assert_eq!((&*title.value, title.span.of(text)), ("Ä b", "\"Ä b\""));
        assert_eq!(value(&front.version), "0.5.10");
        assert_eq!(front.version.as_ref().unwrap().span.of(text), "0.5.10");
        assert_eq!(front.tags.len(), 1);
        assert_eq!(&text[body..], "# T\r\n");
        assert_eq!(front.span.unwrap().of(text), &text[3..text.len() - 7]);
    }

    #[test]
    fn front_matter_may_be_all_there_is() {
        let (front, findings, body) = page("---\ntitle: a\n---");
        assert_eq!((value(&front.title), findings, body), ("a", vec![], 16));
        let (front, findings, _) = page("---\n---\n");
        assert!(front.span.is_some() && findings.is_empty());
        assert!(front.toc);
    }

    #[test]
    fn what_is_wrong_is_found_at_its_word() {
        for (text, rule, wrong) in [
            ("---\ntitle: a\n\n# T\n", "page/front-matter", "---"),
            ("---\ntitel: a\n---\n", "page/unknown-front-matter", "titel"),
            ("---\n- a\n---\n", "page/front-matter", "- a"),
            ("---\ndraft: yes\n---\n", "yaml/wrong-type", "yes"),
            ("---\ndate: 2025-02-29\n---\n", "yaml/invalid-value", "2025-02-29"),
            ("---\na: [\n---\n", "yaml/syntax", ""),
            ("---\nsilence:\n  - rule: a/b\n---\n", "yaml/missing-key", "r"),
            ("---\ntitle: a\ntitle: b\n---\n", "yaml/duplicate-key", "title"),
        ] {
            let (_, findings, _) = page(text);
            assert_eq!(findings.len(), 1, "{text}: {findings:#?}");
            assert_eq!(findings[0].rule.name, rule, "{text}");
            assert_eq!(findings[0].primary.location.text(), wrong, "{text}");
        }
    }

    #[test]
    fn a_rule_at_the_head_is_no_front_matter() {
        let (front, findings, body) = page("---\n\nText\n");
        assert_eq!((front.span, findings, body), (None, vec![], 0));
    }

    #[test]
    fn silences_have_a_rule_and_a_reason() {
        let (front, findings, _) = page("---\nsilence: [{rule: cli/x, reason: because}]\n---\n");
        assert_eq!(findings, []);
        assert_eq!(&*front.silence[0].rule.value, "cli/x");
        assert_eq!(&*front.silence[0].reason.value, "because");
    }
}
