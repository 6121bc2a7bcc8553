//! A site with the fixes that are known to be safe, run by run until there is nothing left to mend.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::load::Inputs;
use crate::catalog::outdated;
use crate::diagnostic::fix::apply;
use crate::diagnostic::{Diagnostic, Fix, Level};
use crate::text::SourceFile;

/// One fix may show another; more rounds than this are none that end.
pub const ROUNDS: usize = 8;

/// What was mended.
#[derive(Clone, Debug, Default)]
pub struct Mended {
    /// The files that changed, by path: as they were and as they are to be.
    pub files: BTreeMap<String, (Arc<SourceFile>, Arc<SourceFile>)>,
    /// How many fixes were made.
    pub fixes: usize,
    /// Files that would not have been better with their fixes, and so were left as they were.
    pub refused: BTreeSet<String>,
}

/// Puts fixes into the inputs. `run` judges them, and `wanted` says which findings are to be mended. A file that has an error
/// with its fixes that it did not have before is left as it was. Gives what was changed; the inputs hold it.
pub fn mend(
    inputs: &mut Inputs,
    run: &dyn Fn(&Inputs) -> Vec<Diagnostic>,
    wanted: &dyn Fn(&Diagnostic) -> bool,
) -> Mended {
    let mut mended = Mended::default();
    let mut findings = run(inputs);
    for _ in 0..ROUNDS {
        let fixes: Vec<Fix> = findings
            .iter()
            .filter(|finding| wanted(finding))
            .filter_map(|finding| finding.fix.clone())
            .filter(|fix| fix.safe)
            .filter(|fix| !fix.edits.iter().any(|edit| mended.refused.contains(edit.location.source.path())))
            .collect();
        let made = apply(&fixes);
        if made.is_empty() {
            break;
        }
        let mut before = BTreeMap::new();
        for (path, rewritten) in &made {
            if let Some(file) = file(inputs, path) {
                before.insert(
                    path.clone(),
                    std::mem::replace(file, SourceFile::new(path.as_str(), rewritten.text.as_str())),
                );
            }
        }
        let mut after = run(inputs);
        let worse: Vec<String> =
            before.keys().filter(|path| is_worse(&findings, &after, path)).cloned().collect();
        for path in worse {
            if let (Some(file), Some(old)) = (file(inputs, &path), before.remove(&path)) {
                *file = old;
            }
            mended.refused.insert(path);
        }
        for (path, old) in before {
            mended.fixes += made.get(&path).map_or(0, |made| made.fixes);
            let Some(new) = file(inputs, &path).map(|file| Arc::clone(file)) else { continue };
            mended.files.entry(path).and_modify(|files| files.1 = Arc::clone(&new)).or_insert((old, new));
        }
        if !mended.refused.is_empty() {
            after = run(inputs);
        }
        findings = after;
    }
    mended
}

/// The text of a file that can be mended.
pub fn text<'a>(inputs: &'a Inputs, path: &str) -> Option<&'a str> {
    let Inputs { pages, data, generators, categories, .. } = inputs;
    let places = [pages, data, generators, categories];
    places.into_iter().find_map(|files| files.get(path)).map(|file| file.text())
}

fn file<'a>(inputs: &'a mut Inputs, path: &str) -> Option<&'a mut Arc<SourceFile>> {
    let Inputs { pages, data, generators, categories, .. } = inputs;
    let places = [pages, data, generators, categories];
    places.into_iter().find_map(|files| files.get_mut(path))
}

/// Whether a file has an error that it did not have, whatever lines they stand in. That compiled files are not current any
/// more is none.
fn is_worse(before: &[Diagnostic], after: &[Diagnostic], path: &str) -> bool {
    let errors = |findings: &[Diagnostic]| {
        let mut counts: BTreeMap<(&str, String), usize> = BTreeMap::new();
        for finding in findings {
            if finding.level == Level::Error
                && finding.primary.location.source.path() == path
                && finding.rule != &outdated::OUTDATED
            {
                *counts.entry((finding.rule.name, finding.message.clone())).or_default() += 1;
            }
        }
        counts
    };
    let known = errors(before);
    errors(after).iter().any(|(error, count)| known.get(error).is_none_or(|known| known < count))
}
