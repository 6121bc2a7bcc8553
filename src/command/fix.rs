//! `--fix`: what was mended goes to the files, or is shown.

use similar::TextDiff;

use super::Failure;
use super::output::Terminal;
use crate::cli;
use crate::diagnostic::fix::apply;
use crate::diagnostic::report::plural;
use crate::diagnostic::{Diagnostic, Level};
use crate::pipeline::load::Inputs;
use crate::pipeline::mend::{self, Mended};
use crate::pipeline::{Options, run};
use crate::world::{Disk, World as _};

/// Whether the files that a finding's fix changes hold on disk what was judged first. What the program carries itself, and
/// what is not UTF-8, does not.
fn is_ours(disk: &Disk, judged: &Inputs, finding: &Diagnostic) -> bool {
    let same = |path: &str| {
        let judged = mend::text(judged, path);
        judged.is_some_and(|text| disk.read(path).is_ok_and(|bytes| bytes == text.as_bytes()))
    };
    finding.fix.iter().flat_map(|fix| &fix.edits).all(|edit| same(edit.location.source.path()))
}

/// Mends what is known to be safe in the files that are wanted; the notes only where they are denied.
pub(super) fn mend(
    inputs: &mut Inputs,
    options: &cli::Check,
    wanted: &Options,
    holds: &dyn Fn(&str) -> bool,
    terminal: &Terminal,
) -> Result<Mended, Failure> {
    let (disk, judged) = (Disk::new(&options.root.root), inputs.clone());
    let judge = |inputs: &Inputs| {
        let mut findings = Vec::new();
        let wanted = Options { render: false, ..wanted.clone() };
        drop(run(inputs, &wanted, &|stage| terminal.progress(stage)).take(&mut findings));
        findings
    };
    let selected = |finding: &Diagnostic| {
        let is_denied = options.deny.iter().any(|name| name == finding.rule.name);
        (finding.level >= Level::Warning || is_denied)
            && holds(finding.primary.location.source.path())
            && is_ours(&disk, &judged, finding)
    };
    let mended = mend::mend(inputs, &judge, &selected);
    if !options.dry_run {
        write(&disk, &mended)?;
    }
    Ok(mended)
}

/// Writes the files that changed, each whole or not at all.
fn write(disk: &Disk, mended: &Mended) -> Result<(), Failure> {
    for (path, (old, new)) in &mended.files {
        disk.replace(path, old.text().as_bytes(), new.text().as_bytes())
            .map_err(|error| format!("can't write `{path}`: {error}"))?;
    }
    Ok(())
}

/// Says what was mended; with `--dry-run` shows it. Whether something would change that did not.
pub(super) fn report(mended: &Mended, dry_run: bool, terminal: &Terminal) -> bool {
    for path in &mended.refused {
        terminal.say(&format!("`{path}` is left as it was: its fixes would show another error\n"));
    }
    let what = format!("{} in {}", plural(mended.fixes, "change"), plural(mended.files.len(), "file"));
    if !dry_run {
        terminal.say(&format!("{what}\n"));
        return false;
    }
    for (path, (old, new)) in &mended.files {
        let diff = TextDiff::from_lines(old.text(), new.text());
        let text = diff.unified_diff().context_radius(3).header(path, path).to_string();
        terminal.result(&text);
    }
    terminal.say(&format!("{what}; nothing was written\n"));
    !mended.files.is_empty()
}

/// Mends one text, round by round, as long as it gets no worse. How many changes were made; `findings` are those of the
/// text as it was.
pub(super) fn mend_text(
    text: &mut String,
    findings: &mut Vec<Diagnostic>,
    judge: &dyn Fn(&str) -> Vec<Diagnostic>,
) -> usize {
    let errors = |findings: &[Diagnostic]| findings.iter().filter(|it| it.level == Level::Error).count();
    let mut changes = 0;
    for _ in 0..mend::ROUNDS {
        let safe = findings.iter().filter(|finding| finding.level >= Level::Warning);
        let safe = safe.filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.safe);
        let Some((_, made)) = apply(safe).pop_first() else { return changes };
        let after = judge(&made.text);
        if made.text == *text || errors(&after) > errors(findings) {
            return changes;
        }
        changes += made.fixes;
        *text = made.text;
        *findings = after;
    }
    changes
}

/// Writes a mended text to its file, or shows how it differs. Standard input is mended to standard output. Whether something
/// would change that did not.
pub(super) fn settle_text(
    file: &str,
    old: &str,
    new: &str,
    changes: usize,
    dry_run: bool,
    terminal: &Terminal,
) -> Result<bool, Failure> {
    if dry_run {
        let diff = TextDiff::from_lines(old, new);
        terminal.result(&diff.unified_diff().context_radius(3).header(file, file).to_string());
        return Ok(changes > 0);
    }
    if file == "-" {
        terminal.result(new);
    } else if changes > 0 {
        let disk = Disk::new(".");
        disk.replace(file, old.as_bytes(), new.as_bytes())
            .map_err(|error| format!("can't write `{file}`: {error}"))?;
    }
    terminal.say(&format!("{}\n", plural(changes, "change")));
    Ok(false)
}
