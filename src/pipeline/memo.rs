//! What earlier runs made, by the digest of everything that it was made from.
//!
//! A stage looks its results up by content: equal inputs give the result of the run before, and whatever differs is
//! made anew. So nothing has to know what changed, a rename or a change back costs little, and what a run gives is the
//! same with a memo as without. **A key names all that its stage reads.** Whoever lets a stage read more adds that to
//! its key; the soak in `tests/incremental.rs` compares runs with a memo with runs without.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use rayon::prelude::*;

use super::Ground;
use super::stages::{Checks, Links, Navigated, ParsedPage, Rendered};
use crate::diagnostic::{Checked, Diagnostic};
use crate::links::sitemap::Sitemap;
use crate::render::artifact::Files;
use crate::render::highlight::Highlighter;
use crate::render::templates::Templates;
use crate::text::Digest;
use crate::verify::page::PageProof;
use crate::world::history::History;

/// The results of the run before. A new one remembers nothing.
#[derive(Debug, Default)]
pub struct Memo {
    pub(super) ground: Option<(Digest, Arc<Ground>)>,
    pub(super) history: Shelf<History>,
    pub(super) parsed: Shelf<ParsedPage>,
    pub(super) proofs: Shelf<PageProof>,
    pub(super) links: Shelf<Links>,
    pub(super) checked: Shelf<Checks>,
    pub(super) sitemap: Shelf<Checked<Sitemap>>,
    pub(super) navigation: Shelf<Navigated>,
    pub(super) templates: Shelf<Result<Templates, Box<Diagnostic>>>,
    pub(super) printed: Shelf<Checked<Rendered>>,
    pub(super) printed_generated: Shelf<Checked<Rendered>>,
    pub(super) api: Shelf<Files>,
    pub(super) feed: Shelf<Files>,
    pub(super) index: Shelf<Checked<Files>>,
    pub(super) highlighter: Arc<Highlighter>,
}

/// Results of one stage that were used by the last run.
#[derive(Debug)]
pub struct Shelf<T>(HashMap<Digest, Arc<T>, BuildHasherDefault<Ready>>);

/// Hashes a digest, which is a hash already: its last eight bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ready(u64);

impl Hasher for Ready {
    fn write(&mut self, bytes: &[u8]) {
        for eight in bytes.chunks_exact(8) {
            self.0 = eight.iter().fold(0, |all, byte| all << 8 | u64::from(*byte));
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<T: Send + Sync> Shelf<T> {
    /// The result for each item, in their order: the known one where the key is known, else a new one. What no item
    /// asks for is forgotten.
    pub fn all<I: Sync>(
        &mut self,
        items: &[I],
        key: impl Fn(&I) -> Digest + Sync,
        make: impl Fn(&I) -> T + Sync,
    ) -> Vec<Arc<T>> {
        self.all_current(items, key, |_| true, make)
    }

    /// The same for results that name themselves what else they were made from: one that is not current is made anew.
    pub fn all_current<I: Sync>(
        &mut self,
        items: &[I],
        key: impl Fn(&I) -> Digest + Sync,
        is_current: impl Fn(&T) -> bool + Sync,
        make: impl Fn(&I) -> T + Sync,
    ) -> Vec<Arc<T>> {
        let known = &self.0;
        let results: Vec<(Digest, Arc<T>)> = items
            .par_iter()
            .with_min_len(16)
            .map(|item| {
                let key = key(item);
                let current = known.get(&key).filter(|result| is_current(result));
                (key, current.map_or_else(|| Arc::new(make(item)), Arc::clone))
            })
            .collect();
        let (keys, results): (Vec<Digest>, Vec<Arc<T>>) = results.into_iter().unzip();
        self.keep(&keys, &results);
        results
    }

    /// The one result for this key. All others are forgotten.
    pub fn one(&mut self, key: Digest, make: impl FnOnce() -> T) -> Arc<T> {
        let result = self.0.remove(&key).unwrap_or_else(|| Arc::new(make()));
        self.0.clear();
        self.0.insert(key, Arc::clone(&result));
        result
    }

    /// Puts a result where the next run finds it.
    pub fn put(&mut self, key: Digest, result: T) {
        self.0.insert(key, Arc::new(result));
    }

    /// All results, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (Digest, &T)> {
        self.0.iter().map(|(key, result)| (*key, &**result))
    }

    /// Forgets results.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.0.retain(|_, result| keep(result));
    }

    fn keep(&mut self, keys: &[Digest], results: &[Arc<T>]) {
        let known = |(key, result): (&Digest, &Arc<T>)| {
            self.0.get(key).is_some_and(|found| Arc::ptr_eq(found, result))
        };
        let is_same = self.0.len() == keys.len() && keys.iter().zip(results).all(known);
        if !is_same {
            self.0 = keys.iter().copied().zip(results.iter().map(Arc::clone)).collect();
        }
    }
}
