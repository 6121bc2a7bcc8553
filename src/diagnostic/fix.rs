//! Fixes put into their files: exactly the bytes that they name, and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Edit, Fix};
use crate::text::{SourceFile, Span};

/// The new text of one file.
#[derive(Clone, Debug)]
pub struct Rewritten {
    /// The file as it was.
    pub file: Arc<SourceFile>,
    /// Its text with the fixes.
    pub text: String,
    /// How many fixes it holds.
    pub fixes: usize,
}

/// Puts fixes into their files, by path. A fix is made whole or not at all: one that touches what an earlier one changes is
/// left out, so that it can be found anew in the new text. Two fixes with the same edits are one.
pub fn apply<'a>(fixes: impl IntoIterator<Item = &'a Fix>) -> BTreeMap<String, Rewritten> {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for fix in fixes {
        let is_new = |edit: &&Edit| !taken.contains(edit);
        let new: Vec<&Edit> = fix.edits.iter().filter(is_new).collect();
        if new.iter().any(|edit| taken.iter().any(|known| touches(known, edit))) {
            continue;
        }
        if let Some(first) = new.first() {
            *counts.entry(first.location.source.path()).or_default() += 1;
        }
        taken.extend(new);
    }
    let mut by_file: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    for edit in &taken {
        by_file.entry(edit.location.source.path()).or_default().push(edit);
    }
    let rewritten = by_file.into_iter().map(|(path, mut edits)| {
        edits.sort_by_key(|edit| (edit.location.span.start, edit.location.span.end));
        let file = Arc::clone(&edits[0].location.source);
        let (mut text, mut at) = (String::with_capacity(file.text().len()), 0);
        for edit in edits {
            let span = edit.location.span;
            text.push_str(Span::new(at, span.start).of(file.text()));
            text.push_str(&edit.replacement);
            at = span.end;
        }
        text.push_str(Span::new(at, file.text().len()).of(file.text()));
        (path.to_owned(), Rewritten { file, text, fixes: counts.get(path).copied().unwrap_or(0) })
    });
    rewritten.collect()
}

/// Whether two edits change the same bytes, or stand side by side so that their order would matter.
fn touches(a: &Edit, b: &Edit) -> bool {
    let (first, second) = (a.location.span, b.location.span);
    let same_file = a.location.source.path() == b.location.source.path();
    let apart = first.end < second.start
        || second.end < first.start
        // What is taken away may end where a word begins that is changed.
        || (first.end == second.start || second.end == first.start) && !first.is_empty() && !second.is_empty();
    same_file && !apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Location;

    fn fix(file: &Arc<SourceFile>, edits: &[(usize, usize, &str)]) -> Fix {
        let edit = |&(start, end, new): &(usize, usize, &str)| Edit {
            location: Location::new(file, Span::new(start, end)),
            replacement: new.to_owned(),
        };
        Fix::safe("", edits.iter().map(edit).collect())
    }

    #[test]
    fn edits_replace_their_bytes_only() {
        let file = SourceFile::new("a", "one two\r\nthree");
        let fixes = [fix(&file, &[(9, 14, "3")]), fix(&file, &[(0, 3, "1"), (3, 7, "")])];
        let made = apply(&fixes);
        assert_eq!((made["a"].text.as_str(), made["a"].fixes), ("1\r\n3", 2));
    }

    #[test]
    fn what_overlaps_is_left_out_whole_and_what_is_the_same_is_made_once() {
        let file = SourceFile::new("a", "one two three");
        let first = fix(&file, &[(0, 3, "1")]);
        let overlapping = fix(&file, &[(2, 5, "x"), (8, 13, "3")]);
        let made = apply([&first, &overlapping, &first]);
        assert_eq!((made["a"].text.as_str(), made["a"].fixes), ("1 two three", 1));
    }
}
