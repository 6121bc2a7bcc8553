//! `shardbook build`: check the site and publish it.

use std::time::Instant;

use super::output::{Terminal, fails};
use super::{Failure, Outcome};
use crate::cli;
use crate::diagnostic::report::{Counts, plural};
use crate::pipeline::load::load;
use crate::pipeline::memo::Memo;
use crate::pipeline::{Options, history, kept, run_again};
use crate::publish::{may_publish, publish};
use crate::world::Disk;
use crate::world::cache::Cache;

/// The folder that a site is published to unless another is named.
const DEFAULT_OUT: &str = "public";

pub(super) fn run(options: &cli::Build, terminal: &Terminal) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let root = &options.root.root;
    if !root.is_dir() {
        return Err(format!("there is no folder `{}`", root.display()));
    }
    let out = options.out.clone().unwrap_or_else(|| root.join(DEFAULT_OUT));
    may_publish(&out, root, options.force).map_err(|error| error.to_string())?;
    terminal.progress("reading the site");
    let disk = Disk::new(root);
    let loaded = load(&disk).map_err(|error| format!("{}: {error}", root.display()))?;
    let (mut inputs, mut findings) = (loaded.value, loaded.findings);
    if let Some(url) = &options.base_url {
        inputs.site.set_base_url(url)?;
    }
    let wanted = Options {
        drafts: options.drafts,
        against: None,
        render: true,
        later: false,
        follow: true,
        outside: false,
    };
    let mut cache = (!options.no_cache).then(|| Cache::of(root));
    let mut memo = cache.as_mut().map_or_else(Memo::default, kept::read);
    history::read(&disk, &mut memo, &mut inputs);
    let built = run_again(&mut memo, &inputs, &wanted, &|stage| terminal.progress(stage)).take(&mut findings);
    terminal.clear();
    crate::diagnostic::finding::sort(&mut findings);
    terminal.findings(&findings);
    let failed = fails(&findings, inputs.site.fail_on);
    let mut published = None;
    if !failed {
        terminal.progress("publishing");
        published =
            Some(publish(&built.artifact, &out, root, options.force).map_err(|error| error.to_string())?);
        if let Some(cache) = &cache {
            kept::write(cache, &memo);
        }
        terminal.clear();
    }
    terminal.say(&built.summary.text(Counts::of(&findings), started.elapsed()));
    match published {
        Some(published) => {
            let files = plural(published.files, "file");
            terminal.say(&format!("published `{}`: {files}, {} changed\n", out.display(), published.changed));
            Ok(Outcome::Clean)
        }
        None => {
            terminal.say(&format!("nothing was published; `{}` is as it was\n", out.display()));
            Ok(Outcome::Findings)
        }
    }
}
