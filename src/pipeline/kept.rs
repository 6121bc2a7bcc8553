//! What a [`Memo`] keeps from one run of the program to the next: the rendered pages, the data for programs and the
//! search index, which take most of a run. Pages are read, judged and linked each time.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::memo::{Memo, Shelf};
use super::stages::Rendered;
use crate::diagnostic::Checked;
use crate::render::artifact::Files;
use crate::render::feeds::Listed;
use crate::render::search::Record;
use crate::text::Digest;
use crate::world::cache::Cache;

/// What stands before the bytes of a result's files, as a line of JSON.
#[derive(Serialize, Deserialize)]
struct Head<Path, L, R> {
    kind: Kind,
    /// The path and the length of each file.
    files: Vec<(Path, usize)>,
    listed: Option<L>,
    record: Option<R>,
}

/// The shelf that a result belongs to.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Kind {
    Page,
    Generated,
    Api,
    Feed,
    Index,
    History,
}

/// A memo of the results in a cache.
pub fn read(cache: &mut Cache) -> Memo {
    let mut memo = Memo::default();
    for (key, (kind, rendered)) in cache.read(decode) {
        match kind {
            Kind::Page => memo.printed.put(key, Checked::clean(rendered)),
            Kind::Generated => memo.printed_generated.put(key, Checked::clean(rendered)),
            Kind::Api => memo.api.put(key, rendered.files),
            Kind::Feed => memo.feed.put(key, rendered.files),
            Kind::Index => memo.index.put(key, Checked::clean(rendered.files)),
            Kind::History => {
                let read = rendered.files.first().and_then(|(_, bytes)| serde_json::from_slice(bytes).ok());
                read.into_iter().for_each(|history| memo.history.put(key, history));
            }
        }
    }
    memo
}

/// Makes a cache hold what the last run used. Pages with findings are not kept, since these point into files as they
/// were.
pub fn write(cache: &Cache, memo: &Memo) {
    let mut results = Vec::new();
    for (kind, shelf) in [(Kind::Page, &memo.printed), (Kind::Generated, &memo.printed_generated)] {
        for (key, page) in clean(shelf) {
            let Rendered { files, listed, record } = &page.value;
            results.push((key, Kept { kind, files, listed: Some(listed), record: record.as_ref() }));
        }
    }
    for (kind, shelf) in [(Kind::Api, &memo.api), (Kind::Feed, &memo.feed)] {
        let kept = shelf.iter().map(|(key, files)| (key, Kept { kind, files, listed: None, record: None }));
        results.extend(kept);
    }
    for (key, index) in clean(&memo.index) {
        results.push((key, Kept { kind: Kind::Index, files: &index.value, listed: None, record: None }));
    }
    // Days by their paths always have a form in JSON.
    let histories = memo.history.iter().map(|(key, history)| {
        let bytes = serde_json::to_vec(history).unwrap_or_default();
        (key, Files::from([("history".into(), bytes.into())]))
    });
    let histories: Vec<(Digest, Files)> = histories.collect();
    for (key, files) in &histories {
        results.push((*key, Kept { kind: Kind::History, files, listed: None, record: None }));
    }
    results.sort_by_key(|(key, _)| *key);
    cache.write(&results, Kept::encode);
}

fn clean<T: Send + Sync>(shelf: &Shelf<Checked<T>>) -> impl Iterator<Item = (Digest, &Checked<T>)> {
    shelf.iter().filter(|(_, result)| result.findings.is_empty())
}

/// A result that is to be kept.
struct Kept<'a> {
    kind: Kind,
    files: &'a Files,
    listed: Option<&'a Listed>,
    record: Option<&'a Record>,
}

impl Kept<'_> {
    fn encode(&self) -> Vec<u8> {
        let files = self.files.iter().map(|(path, bytes)| (&**path, bytes.len())).collect();
        let head = Head { kind: self.kind, files, listed: self.listed, record: self.record };
        // Numbers and texts always have a form in JSON.
        let mut all = serde_json::to_vec(&head).unwrap_or_default();
        all.push(b'\n');
        self.files.iter().for_each(|(_, bytes)| all.extend_from_slice(bytes));
        all
    }
}

fn decode(all: &[u8]) -> Option<(Kind, Rendered)> {
    let (head, mut rest) = all.split_at(all.iter().position(|byte| *byte == b'\n')?);
    rest = rest.get(1..)?;
    let head: Head<Arc<str>, Listed, Record> = serde_json::from_slice(head).ok()?;
    let mut files = Files::new();
    for (path, length) in head.files {
        let (bytes, after) = rest.split_at_checked(length)?;
        files.push((path, bytes.into()));
        rest = after;
    }
    let listed = head.listed.unwrap_or_default();
    rest.is_empty().then_some((head.kind, Rendered { files, listed, record: head.record }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::load::load;
    use crate::pipeline::{Options, run_again};
    use crate::world::Memory;

    #[test]
    fn what_was_kept_is_used() {
        let folder = tempfile::tempdir().unwrap();
        let page = |text: &str| format!("---\ntitle: T\ndescription: D\n---\n\n# T\n\n{text}\n");
        let world = Memory::new()
            .with("site.yaml", "title: Site\n")
            .with("content/index.md", page("One"))
            .with("content/a.md", page("Two"));
        let inputs = load(&world).unwrap().value;
        let options = Options { render: true, ..Options::default() };
        let mut memo = Memo::default();
        let first = run_again(&mut memo, &inputs, &options, &|_| {}).value.artifact;
        write(&Cache::of(folder.path()), &memo);

        let mut kept = read(&mut Cache::of(folder.path()));
        let pages: Vec<*const Checked<Rendered>> =
            kept.printed.iter().map(|(_, page)| std::ptr::from_ref(page)).collect();
        assert_eq!(pages.len(), 2);
        let second = run_again(&mut kept, &inputs, &options, &|_| {}).value.artifact;
        assert!(kept.printed.iter().all(|(_, page)| pages.contains(&std::ptr::from_ref(page))));
        assert!(first == second);
    }

    #[test]
    fn results_survive_their_written_form() {
        let files: Files = vec![("a/index.html".into(), (*b"<p>\n\xff").into()), ("b".into(), [].into())];
        let listed = Listed { url: "/a/".into(), description: Some("\"".into()), ..Listed::default() };
        let written = Kept { kind: Kind::Page, files: &files, listed: Some(&listed), record: None }.encode();
        let (_, read) = decode(&written).unwrap();
        assert_eq!((read.files, read.listed, read.record), (files, listed, None));
        for length in 0..written.len() {
            assert!(decode(&written[..length]).is_none(), "{length} bytes");
        }
    }
}
