//! What is served, and how it comes about: the newest site, what was found in it, and the number of the build.

use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::diagnostic::finding::{news, sort};
use crate::diagnostic::report::Counts;
use crate::diagnostic::{Checked, Diagnostic, Level};
use crate::pipeline::load::{Inputs, load, reload};
use crate::pipeline::memo::Memo;
use crate::pipeline::stages::{Beside, Following};
use crate::pipeline::{Options, history, run_again};
use crate::preview::watch::Changes;
use crate::render::artifact::Artifact;
use crate::world::World;

/// What browsers are shown: one build, or what is left of an earlier one where the newest has errors.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// The number of the build, from 1; 0 before the first.
    pub build: u64,
    /// The files, by path below the base.
    pub artifact: Artifact,
    /// The files that list or index the whole site, made when somebody asks for them.
    pub later: Option<Arc<Beside>>,
    /// What the links of the site can be followed with.
    pub following: Option<Arc<Following>>,
    /// What following the links found last, of this build or one before.
    pub followed: Arc<[Diagnostic]>,
    /// The path that the site is published below, with slashes at both ends.
    pub base: String,
    /// The source of each page, by the page's output file.
    pub sources: BTreeMap<String, String>,
    /// All findings of the build, in the order of reports.
    pub findings: Vec<Diagnostic>,
    /// Why there was nothing to build, where the site could not be read.
    pub trouble: Option<String>,
    /// Whether `build` would refuse to publish this.
    pub broken: bool,
}

impl Shown {
    /// The bytes of a file by its path below the base, made now where they were left for later.
    pub fn get(&self, path: &str) -> Option<&Arc<[u8]>> {
        self.artifact.get(path).or_else(|| self.later.as_ref()?.get(path))
    }

    /// How many findings there are, with those of the links that were followed.
    pub fn counts(&self) -> Counts {
        Counts::of(&self.findings).and(Counts::of(&self.followed))
    }

    /// Whether there is such a file.
    pub fn contains(&self, path: &str) -> bool {
        self.get(path).is_some()
    }
}

/// The newest build, and those who wait for the next.
#[derive(Debug, Default)]
pub struct Stage {
    shown: Mutex<Arc<Shown>>,
    changed: Condvar,
}

impl Stage {
    /// What is shown now.
    pub fn now(&self) -> Arc<Shown> {
        Arc::clone(&self.lock())
    }

    /// What is shown as soon as it is not build `known`, or nothing when that takes longer than `patience`.
    pub fn other_than(&self, known: Option<u64>, patience: Duration) -> Option<Arc<Shown>> {
        let same = |shown: &mut Arc<Shown>| Some(shown.build) == known;
        let waited = self.changed.wait_timeout_while(self.lock(), patience, same);
        let (shown, outcome) = waited.unwrap_or_else(PoisonError::into_inner);
        (!outcome.timed_out()).then(|| Arc::clone(&shown))
    }

    /// Shows what was built, as the next build.
    fn show(&self, mut shown: Shown) -> Arc<Shown> {
        let mut now = self.lock();
        shown.build = now.build + 1;
        shown.followed = Arc::clone(&now.followed);
        let shown = Arc::new(shown);
        let old = std::mem::replace(&mut *now, Arc::clone(&shown));
        drop(now);
        self.changed.notify_all();
        // The old site goes after the lock, since that takes a while for a large one.
        drop(old);
        shown
    }

    /// Adds what following the links of a build found, unless another build is shown meanwhile.
    pub fn add_followed(&self, shown: &Shown, followed: Vec<Diagnostic>) -> Option<Arc<Shown>> {
        let mut next = shown.clone();
        next.build += 1;
        next.followed = followed.into();
        let next = Arc::new(next);
        let mut now = self.lock();
        if now.build != shown.build {
            return None;
        }
        let old = std::mem::replace(&mut *now, Arc::clone(&next));
        drop(now);
        self.changed.notify_all();
        drop(old);
        Some(next)
    }

    /// The value behind the lock is replaced whole, so that a thread that died left nothing half done.
    fn lock(&self) -> MutexGuard<'_, Arc<Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one rebuild did.
#[derive(Debug)]
pub struct Rebuilt {
    /// What is shown now.
    pub shown: Arc<Shown>,
    /// The findings that the build before did not have.
    pub new: Vec<Diagnostic>,
    /// How many findings of the build before are gone.
    pub mended: usize,
    /// How many pages have errors and are shown as they were before.
    pub kept: usize,
    /// How long it took.
    pub took: Duration,
}

/// A site that is built again and again.
pub struct Session {
    world: Box<dyn World>,
    options: Options,
    stage: Arc<Stage>,
    last: Option<Checked<Inputs>>,
    /// Whether `last` is what was read last, and not what was there before something could not be read.
    trusted: bool,
    /// How long it took to read the whole site.
    reading: Duration,
    /// What the run before made.
    memo: Memo,
    /// The pages that have errors now, by output file, as they were before.
    good: BTreeMap<String, Arc<[u8]>>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Session {
    /// A session on a site that was not built yet.
    pub fn new(world: impl World + 'static, drafts: bool) -> Self {
        Self {
            world: Box::new(world),
            options: Options {
                drafts,
                against: None,
                render: true,
                later: true,
                follow: false,
                outside: false,
            },
            stage: Arc::new(Stage::default()),
            last: None,
            trusted: false,
            reading: Duration::ZERO,
            memo: Memo::default(),
            good: BTreeMap::new(),
        }
    }

    /// Where browsers find what is shown.
    pub fn stage(&self) -> Arc<Stage> {
        Arc::clone(&self.stage)
    }

    /// Reads the site, and builds and shows it if anything changed. Gives nothing where nothing did.
    ///
    /// # Errors
    /// Says why the site could not be read or built; what was shown stays, with the reason.
    pub fn refresh(&mut self, changes: &Changes) -> Result<Option<Rebuilt>, String> {
        let started = Instant::now();
        let old = self.stage.now();
        match self.read(changes) {
            Ok(changed) => {
                if !self.date() && !changed && old.trouble.is_none() {
                    return Ok(None);
                }
            }
            Err(error) => return self.keep(error),
        }
        let Some(last) = &self.last else { return Ok(None) };
        let inputs = &last.value;
        let (fail_on, base) = (inputs.site.fail_on, inputs.site.base_path().to_owned());
        let mut findings = last.findings.clone();
        // Were it to fail, what it has remembered so far would be forgotten.
        let mut memo = std::mem::take(&mut self.memo);
        let built = catch_unwind(AssertUnwindSafe(|| {
            let built = run_again(&mut memo, inputs, &self.options, &|_| {});
            (memo, built)
        }));
        let Ok((memo, built)) = built else {
            return self.keep("the site could not be built".into());
        };
        self.memo = memo;
        let built = built.take(&mut findings);
        sort(&mut findings);
        let broken = findings.iter().any(|finding| finding.level >= fail_on);
        let sources: BTreeMap<String, String> =
            built.pages.into_iter().map(|(source, route)| (route.output(), source)).collect();
        let (later, following) = (built.later, built.following);
        let artifact = self.readable(built.artifact, &sources, &findings, fail_on);
        let shown = self.stage.show(Shown {
            artifact,
            later,
            following,
            base,
            sources,
            findings,
            broken,
            ..Shown::default()
        });
        let took = started.elapsed();
        // The terminal's news; browsers need not wait for it.
        let (new, mended) = news(&old.findings, &shown.findings);
        Ok(Some(Rebuilt { shown, new, mended, kept: self.good.len(), took }))
    }

    /// Reads what may have changed. Gives whether anything did.
    fn read(&mut self, changes: &Changes) -> Result<bool, String> {
        if let (Some(last), Changes::Files(changed)) = (&mut self.last, changes) {
            let before = self.trusted.then(|| last.value.stamp(changed));
            if before.is_some() && reload(&*self.world, last, changed) {
                return Ok(before != Some(last.value.stamp(changed)));
            }
        }
        self.trusted = false;
        let started = Instant::now();
        let mut loaded = load(&*self.world).map_err(|error| error.to_string())?;
        self.reading = started.elapsed();
        self.trusted = true;
        let is_same = self
            .last
            .as_ref()
            .is_some_and(|known| same(&known.value, &loaded.value) && known.findings == loaded.findings);
        loaded.value.history = self.last.take().map(|last| last.value.history).unwrap_or_default();
        self.last = Some(loaded);
        Ok(!is_same)
    }

    /// Asks when the files were last changed. Gives whether that is another day for any of them.
    fn date(&mut self) -> bool {
        let Some(last) = &mut self.last else { return false };
        history::read(&*self.world, &mut self.memo, &mut last.value)
    }

    /// How long it took to read the whole site, when that was done last.
    pub fn reading(&self) -> Duration {
        self.reading
    }

    /// The folders of the site's sources, and a file beside them, from its root.
    pub fn folders(&self) -> Vec<String> {
        let layout = self.last.as_ref().map(|last| last.value.site.layout.clone()).unwrap_or_default();
        layout
            .folders()
            .into_iter()
            .chain(layout.navigations().map(String::as_str))
            .map(str::to_owned)
            .collect()
    }

    /// Keeps what is shown, with the reason why it is old; a reason that is known is not given again.
    fn keep(&self, trouble: String) -> Result<Option<Rebuilt>, String> {
        let old = self.stage.now();
        if old.trouble.as_ref() == Some(&trouble) {
            return Ok(None);
        }
        self.stage.show(Shown { trouble: Some(trouble.clone()), broken: true, ..(*old).clone() });
        Err(trouble)
    }

    /// The files to show: the new ones, but pages with errors as they were when they had none.
    fn readable(
        &mut self,
        built: Artifact,
        sources: &BTreeMap<String, String>,
        findings: &[Diagnostic],
        fail_on: Level,
    ) -> Artifact {
        let faulty: HashSet<&str> = findings
            .iter()
            .filter(|finding| finding.level >= fail_on)
            .map(|finding| finding.primary.location.source.path())
            .collect();
        if faulty.is_empty() {
            self.good.clear();
            return built;
        }
        let old = self.stage.now();
        if built.is_empty() {
            return old.artifact.clone();
        }
        let mut shown = Artifact::new();
        let mut good = BTreeMap::new();
        for (output, source) in sources.iter().filter(|(_, source)| faulty.contains(source.as_str())) {
            let known = match self.good.get(output) {
                Some(bytes) => Some(bytes),
                None => old.artifact.get(output).filter(|_| {
                    old.sources.get(output) == Some(source) && !had_errors(&old, source, fail_on)
                }),
            };
            if let Some(bytes) = known {
                shown.add(output.as_str(), Arc::clone(bytes));
                good.insert(output.clone(), Arc::clone(bytes));
            }
        }
        for (path, bytes) in built.files() {
            shown.add(path, Arc::clone(bytes));
        }
        self.good = good;
        shown
    }
}

fn had_errors(shown: &Shown, source: &str, fail_on: Level) -> bool {
    shown
        .findings
        .iter()
        .any(|finding| finding.level >= fail_on && finding.primary.location.source.path() == source)
}

/// Whether two readings of a site are the same.
fn same(a: &Inputs, b: &Inputs) -> bool {
    let assets = a.assets.len() == b.assets.len()
        && a.assets.iter().zip(&b.assets).all(|((path, asset), (other_path, other))| {
            path == other_path && asset.source == other.source && asset.bytes == other.bytes
        });
    assets
        && a.site_file == b.site_file
        && a.pages == b.pages
        && a.categories == b.categories
        && a.data == b.data
        && a.templates == b.templates
        && a.generators == b.generators
        && a.navigation == b.navigation
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
