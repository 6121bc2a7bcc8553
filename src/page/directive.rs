//! Directives: `:::note Title` … `:::` around blocks, and `::name{key=value}` alone on a line.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::page::attributes::{self, Attributes, Problem};
use crate::page::masking::{self, Mask};
use crate::page::spanned::Spanned;
use crate::page::tree::{AdmonitionKind, NodeKind};
use crate::text::nearest::did_you_mean;
use crate::text::{Location, SourceFile, Span};

/// A directive that is not what it should be.
pub static DIRECTIVE: Rule = Rule::new(
    "page/directive",
    Level::Error,
    "every directive is known, closed, and has attributes that it knows",
);

/// One directive of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Its name: `note`, `tabs`, `presets`.
    pub name: Spanned<Box<str>>,
    /// Its attributes.
    pub attributes: Attributes,
    /// What follows the name as text: the title of a note, the label of a tab.
    pub label: Option<Span>,
    /// The opening line, from its first colon.
    pub span: Span,
    /// The number of colons.
    pub colons: usize,
}

/// What a name means.
#[derive(Debug)]
struct Known {
    name: &'static str,
    container: bool,
    /// Whether text may follow the name.
    label: bool,
    keys: &'static [&'static str],
    required: &'static [&'static str],
}

const fn container(name: &'static str, keys: &'static [&'static str]) -> Known {
    Known { name, container: true, label: true, keys, required: &[] }
}

const fn leaf(name: &'static str, keys: &'static [&'static str], required: &'static [&'static str]) -> Known {
    Known { name, container: false, label: false, keys, required }
}

static KNOWN: [Known; 20] = [
    container("note", &["id", "class"]),
    container("tip", &["id", "class"]),
    container("info", &["id", "class"]),
    container("important", &["id", "class"]),
    container("warning", &["id", "class"]),
    container("caution", &["id", "class"]),
    container("danger", &["id", "class"]),
    container("details", &["id", "class", "open"]),
    Known { name: "tabs", container: true, label: false, keys: &["id", "class", "sync"], required: &[] },
    container("tab", &["id", "value", "default"]),
    leaf("children", &[], &[]),
    leaf("fields", &["version"], &[]),
    leaf("presets", &["model", "hardware"], &["model"]),
    leaf("matrix", &["model", "family"], &["model|family"]),
    leaf("kv-cache", &["model", "hardware", "tp", "dp", "dtype"], &["model"]),
    leaf("rules", &["group"], &[]),
    leaf("flags", &["program", "version"], &[]),
    leaf("hardware", &[], &[]),
    leaf("versions", &[], &[]),
    leaf("include", &["file", "lines", "language", "title"], &["file"]),
];

impl Directive {
    /// Reads the line under a mask. `None` for the end of a container, `:::` alone.
    pub(crate) fn read(source: &Arc<SourceFile>, mask: Mask, findings: &mut Vec<Diagnostic>) -> Option<Self> {
        let text = source.text();
        let rest = Span::new(mask.span.start + mask.colons, mask.span.end);
        if rest.is_empty() {
            return None;
        }
        let lead = rest.of(text).len() - rest.of(text).trim_start().len();
        let name = masking::name(&rest.of(text)[lead..]);
        let name_span = Span::new(rest.start + lead, rest.start + lead + name.len());
        let (label, attributes, problems) = tail(text, Span::new(name_span.end, rest.end));
        let name = Spanned::new(Box::from(name), name_span);
        let directive = Self { name, attributes, label, span: mask.span, colons: mask.colons };
        findings.extend(problems.into_iter().map(|problem| {
            Diagnostic::new(&DIRECTIVE, Location::new(source, problem.span), problem.message)
        }));
        directive.check(source, findings);
        Some(directive)
    }

    /// Reads a directive of Docusaurus: an admonition, or a container of another name, which shows what it holds. `None`
    /// for the end of one. `keywords` are the words that open an admonition, where the site names them.
    pub(crate) fn read_foreign(
        source: &Arc<SourceFile>,
        mask: Mask,
        keywords: Option<&[String]>,
    ) -> Option<Self> {
        let text = source.text();
        let rest = trimmed(text, Span::new(mask.span.start + mask.colons, mask.span.end));
        let written = masking::name(rest.of(text));
        let name_span = Span::new(rest.start, rest.start + written.len());
        if written.is_empty() {
            return None;
        }
        let kind = AdmonitionKind::written(written, keywords);
        // Our own directives have no meaning there.
        let shown = kind.map_or("", AdmonitionKind::name);
        let (label, attributes, _) = tail(text, Span::new(name_span.end, rest.end));
        // `[]` is no title.
        let label = label.filter(|label| !label.is_empty());
        let label = label.or_else(|| (kind.is_some() && shown != written).then_some(name_span));
        let name = Spanned::new(Box::from(shown), name_span);
        Some(Self { name, attributes, label, span: mask.span, colons: mask.colons })
    }

    /// Whether this is written as a container, with three or more colons.
    pub fn is_container(&self) -> bool {
        self.colons > 2
    }

    /// How the directive is written in messages: `:::note`.
    pub(crate) fn written(&self) -> String {
        format!("{}{}", ":".repeat(self.colons), self.name.value)
    }

    /// What stands in the tree for a container.
    pub(crate) fn container_kind(&self, index: usize) -> NodeKind {
        match &*self.name.value {
            "details" => NodeKind::Details { directive: index, open: self.attributes.flag("open") },
            "tabs" => NodeKind::Tabs { directive: index },
            "tab" => NodeKind::Tab { directive: index },
            name => match AdmonitionKind::named(name) {
                Some(kind) => NodeKind::Admonition { kind, directive: Some(index) },
                None => NodeKind::UnknownContainer { directive: index },
            },
        }
    }

    /// Reports what is not known.
    pub(crate) fn check(&self, source: &Arc<SourceFile>, findings: &mut Vec<Diagnostic>) {
        let mut report = |span: Span, message: String, help: Option<String>| {
            let finding = Diagnostic::new(&DIRECTIVE, Location::new(source, span), message);
            findings.push(finding.maybe_help(help));
        };
        let opening = Span::new(self.span.start, self.name.span.end);
        let Some(known) = KNOWN.iter().find(|known| known.name == &*self.name.value) else {
            let (span, message) = if self.name.value.is_empty() {
                (opening, "this directive has no name".to_owned())
            } else {
                (self.name.span, format!("`{}` is not a directive", self.name.value))
            };
            return report(span, message, self.suggestion());
        };
        if known.container != self.is_container() {
            let (wanted, colons) = if known.container { ("three", ":::") } else { ("two", "::") };
            let message = format!("`{}` is written with {wanted} colons", known.name);
            report(opening, message, Some(format!("write `{colons}{}`", known.name)));
        }
        if let Some(label) = self.label.filter(|_| !known.label) {
            report(label, format!("`{}` takes no text after its name", known.name), None);
        }
        if known.name == "tab" && self.label.is_none() {
            report(opening, "this tab has no label".into(), Some("write `:::tab Label`".into()));
        }
        for entry in &self.attributes.entries {
            if !known.keys.contains(&&*entry.key.value) {
                let message = format!("`{}` is not an attribute of `{}`", entry.key.value, self.written());
                let near = did_you_mean(&entry.key.value, known.keys.iter().copied());
                let keys: Vec<String> = known.keys.iter().map(|key| format!("`{key}`")).collect();
                let help = near.unwrap_or_else(|| format!("`{}` has {}", self.written(), keys.join(", ")));
                report(entry.key.span, message, Some(help));
            }
        }
        // One of `a|b`.
        let lacks = |keys: &&&str| keys.split('|').all(|key| self.attributes.get(key).is_none());
        for keys in known.required.iter().filter(lacks) {
            let keys = keys.replace('|', "` or `");
            report(opening, format!("`{}` needs the attribute `{keys}`", self.written()), None);
        }
    }

    fn suggestion(&self) -> Option<String> {
        let of_this_kind = || KNOWN.iter().filter(|known| known.container == self.is_container());
        did_you_mean(&self.name.value, of_this_kind().map(|known| known.name)).or_else(|| {
            let names: Vec<String> = of_this_kind().map(|known| format!("`{}`", known.name)).collect();
            Some(format!("directives of this kind are {}", names.join(", ")))
        })
    }
}

/// Whether a line that was read as text was surely meant as a directive.
pub(crate) fn is_meant(text: &str, mask: Mask) -> bool {
    let name = masking::name(mask.span.of(text)[mask.colons..].trim_start());
    KNOWN.iter().any(|known| known.name == name && known.container == (mask.colons > 2))
}

/// What follows a name: `[label]`, `{attributes}` and a label, in this order or with the attributes last.
fn tail(text: &str, span: Span) -> (Option<Span>, Attributes, Vec<Problem>) {
    let mut rest = trimmed(text, span);
    let mut label = None;
    let mut problems = Vec::new();
    let mut attributes = Attributes::default();
    if rest.of(text).starts_with('[')
        && let Some(close) = rest.of(text).find(']')
    {
        label = Some(Span::new(rest.start + 1, rest.start + close));
        rest = trimmed(text, Span::new(rest.start + close + 1, rest.end));
    }
    let open = if rest.of(text).starts_with('{') { Some(rest.start) } else { last_group(text, rest) };
    if let Some(open) = open {
        let group = attributes::group(text, open, rest.end);
        let read = group.unwrap_or(Span::new(open, rest.end));
        (attributes, problems) = attributes::parse(text, read);
        rest = if open == rest.start {
            trimmed(text, Span::new(read.end, rest.end))
        } else {
            trimmed(text, Span::new(rest.start, open))
        };
        if group.is_none() {
            rest = Span::at(rest.start);
        }
    }
    if !rest.is_empty() && label.is_some() {
        problems.push(Problem { span: rest, message: "this directive has two labels".into() });
    }
    (label.or_else(|| (!rest.is_empty()).then_some(rest)), attributes, problems)
}

/// Where a group of attributes opens at the end of a label: `Title {#id}`.
fn last_group(text: &str, span: Span) -> Option<usize> {
    let label = span.of(text);
    let open = label.ends_with('}').then(|| label.rfind('{'))??;
    let inner = &label[open + 1..label.len() - 1];
    (inner.starts_with(['#', '.']) || inner.contains('=')).then_some(span.start + open)
}

fn trimmed(text: &str, span: Span) -> Span {
    let inner = span.of(text);
    let start = span.start + inner.len() - inner.trim_start().len();
    Span::new(start, start + inner.trim().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> (Option<Directive>, Vec<Diagnostic>) {
        let source = SourceFile::new("a.md", line);
        let mut findings = Vec::new();
        let mask = masking::masks(source.text(), 0)[0];
        (Directive::read(&source, mask, &mut findings), findings)
    }

    #[test]
    fn labels_and_attributes_are_told_apart() {
        for (line, label, attributes) in [
            (":::note", "", 0),
            ("::: note A title", "A title", 0),
            (":::note[A `b`] {#x}", "A `b`", 1),
            (":::details{open} All of it", "All of it", 1),
            (":::tip A title {#x .y}", "A title", 2),
            (":::tip Not {this}", "Not {this}", 0),
            ("::::tabs{sync=engine}", "", 1),
            ("::presets{model=\"a b\" hardware=h200}", "", 2),
        ] {
            let (directive, findings) = read(line);
            let directive = directive.unwrap();
            assert_eq!(findings, [], "{line}");
            assert_eq!(directive.label.unwrap_or_default().of(line), label, "{line}");
            assert_eq!(directive.attributes.entries.len(), attributes, "{line}");
        }
        assert_eq!(read(":::").0, None);
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (line, wrong, message) in [
            (":::nota x", "nota", "`nota` is not a directive"),
            ("::note", "::note", "`note` is written with three colons"),
            (":::fields", ":::fields", "`fields` is written with two colons"),
            ("::matrix", "::matrix", "`::matrix` needs the attribute `model` or `family`"),
            ("::fields{versoin=1}", "versoin", "`versoin` is not an attribute of `::fields`"),
            ("::fields{version=1", "{", "this `{` has no `}`"),
            ("::fields{} x", "x", "`fields` takes no text after its name"),
            (":::note[a] b", "b", "this directive has two labels"),
            ("::: {.x}", "::: ", "this directive has no name"),
        ] {
            let (_, findings) = read(line);
            assert!(!findings.is_empty(), "{line}");
            assert_eq!(findings[0].primary.location.text(), wrong, "{line}");
            assert_eq!(findings[0].message, message, "{line}");
        }
    }
}
