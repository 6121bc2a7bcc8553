//! The baseline: findings that a site had when it began to be checked, so that only new ones fail.
//!
//! A finding is known by its rule, its file and the words it is about, not by its line: text that moves and
//! neighbours that change don't make it new. Equal ones in one file are counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Checked, Diagnostic, Level, Rule};
use crate::text::{Excerpt, SourceFile, Span};
use crate::world::reader::{INVALID_VALUE, MISSING_KEY, Reader, documents};

/// An entry whose finding is gone.
pub static MENDED: Rule =
    Rule::new("baseline/mended", Level::Note, "every entry of the baseline is still found");

/// The version of the file's form.
const FORMAT: i64 = 1;

/// Longest text of an entry, in characters; what is longer is cut, and a hash of it added.
const LONGEST: usize = 120;

/// Below this many characters, the words that a finding is about say too little, and their line is taken.
const SHORTEST: usize = 8;

/// What tells known findings apart; its order is that of the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    path: String,
    rule: String,
    text: String,
}

/// How often a finding is known, and where the entry stands.
#[derive(Clone, Debug)]
struct Entry {
    count: usize,
    place: Span,
}

/// A baseline that was read.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    file: Option<Arc<SourceFile>>,
    entries: BTreeMap<Key, Entry>,
}

/// Findings, parted by a baseline.
#[derive(Debug, Default)]
pub struct Parted {
    /// Those that the baseline does not know, and [`MENDED`] where it knows more than there is.
    pub new: Vec<Diagnostic>,
    /// Those that it knows.
    pub known: Vec<Diagnostic>,
    /// How many known findings are gone.
    pub mended: usize,
}

impl Baseline {
    /// Reads the file. What is wrong with it is found at its place.
    pub fn read(file: &Arc<SourceFile>) -> Checked<Self> {
        let excerpt = Excerpt::whole(file);
        let Checked { value: nodes, mut findings } = documents(&excerpt);
        let mut reader = Reader::new(&excerpt);
        let mut entries = BTreeMap::new();
        let top = nodes.first().filter(|node| !node.is_null());
        if top.is_none() && findings.is_empty() {
            reader.report(&MISSING_KEY, Span::at(0), "this baseline is empty; it has no `format`");
        }
        let (mut format, mut list) = (None, None);
        if let Some(node) = top {
            for entry in reader.mapping(node, "a baseline", &["format", "findings"]) {
                match entry.key.as_str() {
                    "format" => format = Some((reader.integer(&entry.value, "`format`"), entry.value.span)),
                    "findings" => list = Some(&entry.value),
                    _ => {}
                }
            }
            match format {
                None => drop(reader.report(&MISSING_KEY, Span::at(0), "this baseline has no `format`")),
                Some((Some(number), span)) if number != FORMAT => {
                    let message =
                        format!("a baseline of format {number} can't be read; this version has {FORMAT}");
                    reader.report(&INVALID_VALUE, span, message);
                }
                Some(_) => {}
            }
        }
        if let Some(list) = list.filter(|node| !node.is_null()) {
            match list.items() {
                Some(items) => {
                    for item in items {
                        if let Some((key, entry)) = read_entry(item, &mut reader) {
                            let known = entries.entry(key).or_insert(Entry { count: 0, place: entry.place });
                            known.count += entry.count;
                        }
                    }
                }
                None => reader.wrong_type(list, "`findings`", "a list"),
            }
        }
        findings.append(&mut reader.findings);
        Checked::new(Self { file: Some(Arc::clone(file)), entries }, findings)
    }

    /// Parts findings into known and new ones. `looked_at` says of which files and rules the findings
    /// are all here: entries of others can't be judged.
    pub fn part(&self, findings: Vec<Diagnostic>, looked_at: impl Fn(&str, &str) -> bool) -> Parted {
        let mut left = self.entries.clone();
        let mut parted = Parted::default();
        for finding in findings {
            match left.get_mut(&key(&finding)) {
                Some(entry) if entry.count > 0 => {
                    entry.count -= 1;
                    parted.known.push(finding);
                }
                _ => parted.new.push(finding),
            }
        }
        let gone = left.iter().filter(|(key, entry)| entry.count > 0 && looked_at(&key.path, &key.rule));
        for (key, entry) in gone {
            parted.mended += entry.count;
            let Some(file) = &self.file else { continue };
            let place = crate::text::Location::new(file, entry.place);
            let times = if entry.count == 1 { String::new() } else { format!(" {} times", entry.count) };
            let message = format!("`{}` is not found{times} in `{}` any more", key.rule, key.path);
            parted.new.push(
                Diagnostic::new(&MENDED, place, message)
                    .help("`--update-baseline` takes it out, so that it can't come back unseen"),
            );
        }
        parted
    }

    /// The file that knows these findings: sorted, so that each change is a small difference. Entries of files
    /// and rules that were not looked at stay.
    pub fn updated(&self, findings: &[Diagnostic], looked_at: impl Fn(&str, &str) -> bool) -> String {
        let mut counts: BTreeMap<Key, usize> = BTreeMap::new();
        for finding in findings.iter().filter(|finding| finding.rule != &MENDED) {
            *counts.entry(key(finding)).or_default() += 1;
        }
        for (key, entry) in self.entries.iter().filter(|(key, _)| !looked_at(&key.path, &key.rule)) {
            counts.insert(key.clone(), entry.count);
        }
        let mut text = format!(
            "# Findings that are known and don't fail. Written by `shardbook check --baseline FILE --update-baseline`.\n\
             format: {FORMAT}\nfindings:{}\n",
            if counts.is_empty() { " []" } else { "" }
        );
        for (key, count) in counts {
            text.push_str(&format!("  - path: {}\n", quoted(&key.path)));
            text.push_str(&format!("    rule: {}\n", key.rule));
            text.push_str(&format!("    text: {}\n", quoted(&key.text)));
            if count > 1 {
                text.push_str(&format!("    count: {count}\n"));
            }
        }
        text
    }
}

fn read_entry(node: &crate::world::yaml::Node, reader: &mut Reader<'_>) -> Option<(Key, Entry)> {
    let mut key = Key { path: String::new(), rule: String::new(), text: String::new() };
    let (mut place, mut count, mut has_text) = (Span::at(node.span.start), 1, false);
    let known = ["path", "rule", "text", "count"];
    for entry in reader.mapping(node, "an entry of the baseline", &known) {
        let what = format!("`{}`", entry.key);
        match entry.key.as_str() {
            "path" => key.path = reader.text(&entry.value, &what)?,
            "rule" => {
                place = entry.value.span;
                key.rule = reader.text(&entry.value, &what)?;
            }
            "text" => {
                has_text = true;
                key.text = reader.text(&entry.value, &what)?;
            }
            "count" => count = usize::try_from(reader.integer(&entry.value, &what)?).unwrap_or(0),
            _ => {}
        }
    }
    node.entries()?;
    for (name, missing) in [("path", key.path.is_empty()), ("rule", key.rule.is_empty()), ("text", !has_text)]
    {
        if missing {
            let message = format!("this entry of the baseline has no `{name}`");
            reader.report(&MISSING_KEY, Span::at(node.span.start), message);
            return None;
        }
    }
    Some((key, Entry { count, place }))
}

/// What a finding is known by.
fn key(finding: &Diagnostic) -> Key {
    let at = &finding.primary.location;
    let mut text = normal(at.text());
    if text.chars().count() < SHORTEST && !at.span.is_empty() {
        let (source, line) = (&at.source, at.start().line);
        let start = source.line_start(line).unwrap_or(at.span.start);
        let end = source.line_start(line + 1).unwrap_or(source.text().len());
        let whole = normal(Span::new(start, end).of(source.text()));
        // A long line is prose, of which other words may change.
        if whole.chars().count() <= LONGEST / 2 {
            text = whole;
        }
    }
    if text.chars().count() > LONGEST {
        let hash = blake3::hash(text.as_bytes()).to_hex();
        let head: String = text.chars().take(LONGEST - 20).collect();
        text = format!("{head}… #{}", &hash[..12]);
    }
    Key { path: at.source.path().to_owned(), rule: finding.rule.name.to_owned(), text }
}

/// The text with each run of white space as one space.
fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text in double quotes, as YAML and JSON read it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Location;

    static RULE: Rule = Rule::new("link/broken-page", Level::Error, "");

    fn findings(text: &str, word: &str) -> Vec<Diagnostic> {
        let source = SourceFile::new("content/a.md", text);
        let places = text.match_indices(word).map(|(at, _)| Span::new(at, at + word.len()));
        places.map(|span| Diagnostic::new(&RULE, Location::new(&source, span), "gone")).collect()
    }

    fn round_trip(found: &[Diagnostic]) -> Baseline {
        let text = Baseline::default().updated(found, |_, _| true);
        let Checked { value, findings } = Baseline::read(&SourceFile::new("baseline.yaml", text));
        assert!(findings.is_empty(), "{findings:#?}");
        value
    }

    #[test]
    fn moved_lines_and_other_words_change_nothing() {
        let old = round_trip(&findings("see [x](gone-page.md)\n", "gone-page.md"));
        let parted =
            old.part(findings("new\n\nplease see [y](gone-page.md).\n", "gone-page.md"), |_, _| true);
        assert_eq!((parted.known.len(), parted.new.len(), parted.mended), (1, 0, 0));
    }

    #[test]
    fn one_more_of_the_same_is_new_and_one_less_is_mended() {
        let old = round_trip(&findings("gone-page.md gone-page.md", "gone-page.md"));
        let parted =
            old.part(findings("gone-page.md gone-page.md gone-page.md", "gone-page.md"), |_, _| true);
        assert_eq!((parted.known.len(), parted.new.len()), (2, 1));
        let parted = old.part(findings("gone-page.md", "gone-page.md"), |_, _| true);
        assert_eq!((parted.known.len(), parted.new.len(), parted.mended), (1, 1, 1));
        assert_eq!(parted.new[0].rule.name, "baseline/mended");
        assert_eq!(parted.new[0].primary.location.text(), "link/broken-page");
        let parted = old.part(Vec::new(), |_, _| false);
        assert_eq!(parted.new.len(), 0, "a file that was not looked at is not judged");
    }

    #[test]
    fn any_text_comes_back() {
        for text in
            ["\u{1b}[0m\u{85}\u{2028}\u{7f} \"a\\b\": #c", &"long words ".repeat(40), "…………………: ✗ 'é'"]
        {
            let old = round_trip(&findings(text, text));
            assert_eq!(old.part(findings(text, text), |_, _| true).known.len(), 1, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_baseline_is_found_at_its_place() {
        for (text, place) in [
            ("", "1:1"),
            ("format: 2\n", "1:9"),
            ("format: 1\nfindings:\n  - rule: a/b\n", "3:5"),
            ("format: 1\nfinding: []\n", "2:1"),
            ("format: 1\nfindings: [\n", "3:1"),
        ] {
            let found = Baseline::read(&SourceFile::new("b.yaml", text)).findings;
            let start = found[0].primary.location.start();
            assert_eq!(format!("{}:{}", start.line, start.column), place, "{text:?}: {found:#?}");
        }
    }
}
