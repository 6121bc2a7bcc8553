//! `shardbook compile`: the catalog's sources to their full form.

use std::fs;

use super::output::{Terminal, fails};
use super::{Failure, Outcome};
use crate::catalog::outdated::generated_path;
use crate::catalog::{Catalog, emit};
use crate::cli;
use crate::diagnostic::Level;
use crate::diagnostic::report::plural;
use crate::pipeline::load::load;
use crate::pipeline::{engines, stages};
use crate::world::Disk;
use std::collections::HashMap;

pub(super) fn run(options: &cli::Compile, terminal: &Terminal) -> Result<Outcome, Failure> {
    let root = &options.root.root;
    let loaded = load(&Disk::new(root)).map_err(|error| format!("{}: {error}", root.display()))?;
    let (inputs, mut findings) = (loaded.value, Vec::new());
    let engines = engines::read(&inputs, &inputs.site.engine).take(&mut findings);
    let catalog: Catalog = stages::catalog(&inputs, &engines).take(&mut findings);
    let by_path: HashMap<&str, &str> = inputs.data.values().map(|file| (file.path(), file.text())).collect();
    findings.retain(|finding| by_path.contains_key(finding.primary.location.source.path()));
    crate::diagnostic::finding::sort(&mut findings);
    terminal.findings(&findings);
    if fails(&findings, Level::Error) {
        return Ok(Outcome::Findings);
    }
    let (mut written, mut stale) = (0, Vec::new());
    for (_, models) in catalog.versions() {
        for file in models.files() {
            let Some(path) = generated_path(file.origin.source().path()) else { continue };
            let text = emit::emit(file, engines.schema());
            let known = by_path.get(path.as_str()).copied();
            if known == Some(text.as_str()) {
                continue;
            }
            if options.check {
                stale.push((path, difference(known.unwrap_or_default(), &text)));
                continue;
            }
            let target = root.join(&path);
            let folder = target.parent().unwrap_or(root);
            fs::create_dir_all(folder)
                .and_then(|()| fs::write(&target, text))
                .map_err(|error| format!("can't write `{path}`: {error}"))?;
            written += 1;
        }
    }
    for (path, difference) in &stale {
        terminal.result(&format!("--- {path}\n+++ {path} (compiled)\n{difference}"));
    }
    if options.check {
        let message = match stale.len() {
            0 => "the compiled catalog is current\n".to_owned(),
            count => format!("{} stale; `shardbook compile` writes them\n", plural(count, "file")),
        };
        terminal.say(&message);
    } else {
        terminal.say(&format!("{} written\n", plural(written, "file")));
    }
    Ok(if stale.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

/// The lines that differ, between the first and the last difference.
fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - same;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (gone, came) = (&old[same..old.len() - tail], &new[same..new.len() - tail]);
    let mut text = format!("@@ -{},{} +{},{} @@\n", same + 1, gone.len(), same + 1, came.len());
    gone.iter().for_each(|line| text.push_str(&format!("-{line}\n")));
    came.iter().for_each(|line| text.push_str(&format!("+{line}\n")));
    text
}
