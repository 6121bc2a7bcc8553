//! The links of the finished pages, followed after the pages are shown and when nothing changes for a moment, so that
//! `serve` reports what `check` reports and no edit waits for it.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::session::{Shown, Stage};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::finding::news;

/// How long nothing changes before links are followed.
const QUIET: Duration = Duration::from_millis(700);

/// What following the links found.
#[derive(Debug)]
pub struct Followed {
    /// What is shown, with all that was found.
    pub shown: Arc<Shown>,
    /// What was not found before.
    pub new: Vec<Diagnostic>,
    /// How many findings are gone.
    pub mended: usize,
    /// How long it took.
    pub took: Duration,
}

/// Follows the links of each build that is left alone for a moment, on a thread of its own. `tell` hears of what is
/// other than before.
///
/// # Errors
/// When the system has no thread for it.
pub fn begin(stage: Arc<Stage>, tell: impl Fn(&Followed) + Send + 'static) -> Result<(), String> {
    // One thread beside those that build the pages, and the last to get a processor.
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .thread_name(|_| "follow".into())
        .start_handler(|_| {
            #[cfg(target_os = "linux")]
            let _ = rustix::process::nice(10);
        })
        .build()
        .map_err(|error| error.to_string())?;
    let work = move || {
        let mut last = None;
        loop {
            let Some(mut shown) = stage.other_than(last, Duration::from_secs(60)) else { continue };
            while let Some(newer) = stage.other_than(Some(shown.build), QUIET) {
                shown = newer;
            }
            last = Some(shown.build);
            if let Some(followed) = pool.install(|| follow(&stage, &shown)) {
                last = Some(followed.shown.build);
                // The same on another line is news for browsers only.
                if !followed.new.is_empty() || followed.mended > 0 {
                    tell(&followed);
                }
            }
        }
    };
    thread::Builder::new().name("follower".into()).spawn(work).map(drop).map_err(|error| error.to_string())
}

/// Follows the links of a build. Gives nothing where all is as before, or another build is shown
/// already.
fn follow(stage: &Stage, shown: &Shown) -> Option<Followed> {
    let (Some(following), Some(later)) = (&shown.following, &shown.later) else { return None };
    let started = Instant::now();
    let found = following.findings(&shown.artifact, later);
    if *found == *shown.followed {
        return None;
    }
    let (new, mended) = news(&shown.followed, &found);
    let shown = stage.add_followed(shown, found)?;
    Some(Followed { shown, new, mended, took: started.elapsed() })
}
