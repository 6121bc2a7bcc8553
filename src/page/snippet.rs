//! Code blocks: what they say about themselves, and their text with the way back to the page.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::page::attributes::{self, Attribute, Attributes};
use crate::page::silence::Silence;
use crate::page::spanned::Spanned;
use crate::page::tree::{Node, NodeKind};
use crate::text::nearest::did_you_mean;
use crate::text::{Excerpt, Location, SourceFile, Span};
use crate::world::layout::Dialect;

/// An attribute that fences do not have, or one that can't be read.
pub static UNKNOWN_ATTRIBUTE: Rule = Rule::new(
    "page/unknown-attribute",
    Level::Warning,
    "every attribute of a fence is one that fences have, once and well formed",
);

/// The attributes of a fence.
pub const ATTRIBUTES: [&str; 13] = [
    "title",
    "version",
    "hardware",
    "model",
    "kind",
    "pair",
    "derive",
    "unchecked",
    "expect",
    "showLineNumbers",
    "noline",
    "id",
    "class",
];

/// One code block of a page.
#[derive(Clone, Debug)]
pub struct Snippet {
    /// Its place among the page's snippets, in the order written.
    pub index: usize,
    /// The language as written, `bash`; empty when the block names none.
    pub language: Spanned<Box<str>>,
    /// What follows the language.
    pub attributes: Attributes,
    /// The info string as written, without the white space around it.
    pub info: Span,
    /// The code, as the reader sees it: without the indentation and quote marks of what it stands in, and with
    /// line breaks of one byte.
    pub code: Excerpt,
    /// The whole block, fences included.
    pub fence: Span,
    /// The opening row of backticks or tildes; `None` for an indented block.
    pub marker: Option<Span>,
    /// Whether the block has a closing fence; always true for an indented block.
    pub closed: bool,
    /// The previous snippet beside this one when at most one short paragraph stands between them.
    pub follows: Option<usize>,
    /// Rules that keep quiet about this block.
    pub silence: Vec<Silence>,
}

impl Snippet {
    /// A whole file as one block of code.
    pub fn whole(source: &Arc<SourceFile>, language: &str) -> Self {
        let span = Span::new(0, source.text().len());
        Self {
            index: 0,
            language: Spanned::new(language.into(), Span::at(0)),
            attributes: Attributes::default(),
            info: Span::at(0),
            code: Excerpt::whole(source),
            fence: span,
            marker: None,
            closed: true,
            follows: None,
            silence: Vec::new(),
        }
    }

    /// The code that an element of JSX holds.
    pub(crate) fn of_element(
        source: &Arc<SourceFile>,
        index: usize,
        language: Option<Spanned<Box<str>>>,
        title: Option<Attribute>,
        code: Span,
        fence: Span,
    ) -> Self {
        Self {
            index,
            language: language.unwrap_or_else(|| Spanned::new("".into(), Span::at(fence.start))),
            attributes: Attributes { entries: title.into_iter().collect(), lines: Vec::new() },
            info: Span::at(fence.start),
            code: Excerpt::slice(source, code),
            fence,
            marker: None,
            closed: true,
            follows: None,
            silence: Vec::new(),
        }
    }

    /// The place of the whole block.
    pub fn location(&self) -> Location {
        Location::new(self.code.source(), self.fence)
    }
}

/// Bytes of a paragraph up to which it is short enough to stand between a pair of snippets.
const SHORT_PARAGRAPH: usize = 300;

/// The last snippet of `siblings`, if at most one short paragraph follows it.
pub(crate) fn followed(siblings: &[Node]) -> Option<usize> {
    let mut between: Option<Span> = None;
    for node in siblings.iter().rev() {
        match &node.kind {
            NodeKind::CodeBlock(index) => return Some(*index),
            NodeKind::HtmlBlock(html) if html.trim_start().starts_with("<!--") => {}
            NodeKind::Paragraph if between.is_none() && node.span.len() <= SHORT_PARAGRAPH => {
                between = Some(node.span);
            }
            // The text of a tight item stands in it without a paragraph.
            kind if kind.is_inline() => {
                let whole = between.map_or(node.span, |text| text.to(node.span));
                if whole.len() > SHORT_PARAGRAPH {
                    return None;
                }
                between = Some(whole);
            }
            _ => return None,
        }
    }
    None
}

/// Gathers one code block.
#[derive(Debug)]
pub(crate) struct Builder {
    fenced: bool,
    code: Excerpt,
    /// Bytes that are copied as they are once it is known where they end.
    pending: Span,
    end: usize,
}

impl Builder {
    pub(crate) fn new(source: &Arc<SourceFile>, fenced: bool, start: usize) -> Self {
        Self { fenced, code: Excerpt::empty(source), pending: Span::at(start), end: start }
    }

    /// Adds text that stands at the bytes `span`: a copy of them unless `text` says otherwise.
    pub(crate) fn push(&mut self, text: &str, span: Span) {
        if text.len() == span.len() {
            if self.pending.end != span.start || self.pending.is_empty() {
                self.flush();
                self.pending = Span::at(span.start);
            }
            self.pending.end = span.end;
        } else {
            // The spaces that are left of a tab of which the indentation took a part.
            let tab = span.is_empty() && self.code.source().text()[..span.start].ends_with('\t');
            let origin = if tab { Span::new(span.start - 1, span.end) } else { span };
            self.flush();
            self.code.push_as(text, origin);
        }
        self.end = self.end.max(span.end);
    }

    fn flush(&mut self) {
        self.code.push(self.pending);
        self.pending = Span::at(self.pending.end);
    }

    /// The finished snippet, of which `fence` is the whole.
    pub(crate) fn finish(
        mut self,
        index: usize,
        fence: Span,
        dialect: Dialect,
        findings: &mut Vec<Diagnostic>,
    ) -> Snippet {
        self.flush();
        let source = Arc::clone(self.code.source());
        let text = source.text();
        // The tab that indents a block belongs to it where a part of the tab is code.
        let first = self.code.origin(Span::at(0));
        let fence = if self.code.text().is_empty() { fence } else { fence.to(first) };
        let opening = opening(text, fence).filter(|_| self.fenced);
        let (marker, info) =
            opening.map_or((None, Span::at(fence.start)), |(marker, info)| (Some(marker), info));
        let (language, attributes) = if dialect.is_mdx() {
            foreign_info(&source, info, dialect)
        } else {
            read_info(&source, info, findings)
        };
        let closed = marker.is_none_or(|marker| {
            let rest = Span::new(self.end.max(info.end), fence.end).of(text);
            let rest = rest.trim_matches(|c: char| c.is_whitespace() || c == '>');
            let mark = marker.of(text).chars().next();
            rest.len() >= marker.len() && rest.chars().all(|c| Some(c) == mark)
        });
        Snippet {
            index,
            language,
            attributes,
            info,
            code: self.code,
            fence,
            marker,
            closed,
            follows: None,
            silence: Vec::new(),
        }
    }
}

/// The attribute of a block of MDX that names the file whose text it shows.
pub(crate) const IMPORTED: &str = "file";

/// The opening row of fence characters and the info string.
fn opening(text: &str, fence: Span) -> Option<(Span, Span)> {
    let line = fence.of(text).split('\n').next()?;
    let start = line.find(['`', '~'])?;
    let mark = line[start..].chars().next()?;
    let info_at = start + line[start..].find(|c| c != mark).unwrap_or(line.len() - start);
    let info = &line[info_at..];
    let info_start = fence.start + info_at + info.len() - info.trim_start().len();
    let marker = Span::new(fence.start + start, fence.start + info_at);
    Some((marker, Span::new(info_start, info_start + info.trim().len())))
}

/// Splits the info string of a foreign page. What has no meaning here has one there; `bash Title` is the way that
/// Mintlify has for titles.
fn foreign_info(source: &Arc<SourceFile>, info: Span, dialect: Dialect) -> (Spanned<Box<str>>, Attributes) {
    let (mut language, mut attributes) = read_info(source, info, &mut Vec::new());
    if let Some(name) = language.value.strip_prefix("language-") {
        language.value = name.into();
    }
    let text = source.text();
    let rest = Span::new(behind_settings(text, language.span.end, info.end, &attributes), info.end);
    let written = rest.of(text);
    if dialect == Dialect::Mdx && attributes.entry("title").is_none() {
        let words = written.split(['{', '=']).next().unwrap_or_default();
        // What stands before `=` is a key.
        let words = if written[words.len()..].starts_with('=') {
            words.rfind(char::is_whitespace).map_or("", |space| &words[..space])
        } else {
            words
        };
        let flags = [
            "lines",
            "wrap",
            "expandable",
            "theme",
            "icon",
            "showLineNumbers",
            "focus",
            "highlight",
            "twoslash",
        ];
        let words = words.trim_start();
        let start = rest.end - written.trim_start().len();
        let mut end = words.trim_end().len();
        while let Some(flag) = words[..end].split_whitespace().next_back().filter(|word| flags.contains(word))
        {
            end = words[..end - flag.len()].trim_end().len();
        }
        let title = Span::new(start, start + end);
        if !title.is_empty() {
            let value = Some(Spanned::new(title.of(text).into(), title));
            attributes.entries.retain(|entry| entry.span.end <= title.start || entry.span.start >= title.end);
            attributes.entries.push(Attribute {
                key: Spanned::new("title".into(), title),
                value,
                span: title,
            });
        }
    }
    let own = |key: &str| ATTRIBUTES.contains(&key) || key == IMPORTED;
    attributes.entries.retain(|entry| own(&entry.key.value));
    (language, attributes)
}

/// Where the words go on behind `{9-10}` and `key="value"`.
fn behind_settings(text: &str, mut at: usize, end: usize, attributes: &Attributes) -> usize {
    loop {
        let words = text[at..end].trim_start();
        let start = end - words.len();
        let group = words.starts_with('{').then(|| attributes::group(text, start, end)).flatten();
        // A title may begin like a class: `.env`.
        let pair = |entry: &&Attribute| {
            entry.span.start == start && entry.value.is_some() && !words.starts_with(['.', '#'])
        };
        let Some(setting) = group.or_else(|| attributes.entries.iter().find(pair).map(|entry| entry.span))
        else {
            return at;
        };
        at = setting.end;
    }
}

/// Splits an info string into language and attributes.
fn read_info(
    source: &Arc<SourceFile>,
    info: Span,
    findings: &mut Vec<Diagnostic>,
) -> (Spanned<Box<str>>, Attributes) {
    let text = source.text();
    let written = info.of(text);
    let word = written.find(|c: char| c.is_whitespace() || c == '{').unwrap_or(written.len());
    // A first word such as `title="a"` is an attribute of a block without a language.
    let word = if written[..word].contains('=') { 0 } else { word };
    let language = Span::new(info.start, info.start + word);
    let (attributes, problems) = attributes::parse(text, Span::new(language.end, info.end));
    let mut report = |span, message: String, help: Option<String>| {
        let finding = Diagnostic::new(&UNKNOWN_ATTRIBUTE, Location::new(source, span), message);
        findings.push(finding.maybe_help(help));
    };
    for problem in problems {
        report(problem.span, problem.message, None);
    }
    for entry in &attributes.entries {
        let key = &*entry.key.value;
        if !ATTRIBUTES.contains(&key) {
            let message = format!("`{key}` is not an attribute of a code block");
            let help = did_you_mean(key, ATTRIBUTES).unwrap_or_else(|| {
                let keys: Vec<String> = ATTRIBUTES.iter().map(|key| format!("`{key}`")).collect();
                format!("code blocks have {}", keys.join(", "))
            });
            report(entry.key.span, message, Some(help));
        } else if matches!(key, "title" | "version" | "hardware" | "model" | "kind" | "expect" | "unchecked")
            && entry.value.as_ref().is_none_or(|value| value.value.trim().is_empty())
        {
            let message = format!("the attribute `{key}` needs a value");
            report(entry.key.span, message, Some(format!("write `{key}=…`")));
        }
    }
    (Spanned::new(language.of(text).into(), language), attributes)
}
