//! `shardbook check`: everything that `build` checks, without publishing.

use std::path::Path;
use std::time::Instant;

use super::external::{self, Asked};
use super::output::{Terminal, fails};
use super::report::{self, Results};
use super::{Failure, Outcome, fix};
use crate::cli;
use crate::diagnostic::report::{Counts, concise, plural};
use crate::diagnostic::{Checked, Diagnostic, Level};
use crate::engine::version::Version;
use crate::links;
use crate::pipeline::baseline::{Baseline, Parted};
use crate::pipeline::load::load;
use crate::pipeline::stages::Outside;
use crate::pipeline::{Options, rules, run as run_pipeline};
use crate::text::SourceFile;
use crate::world::site::Site;
use crate::world::{self, Disk, World as _};

pub(super) fn run(options: &cli::Check, terminal: &Terminal) -> Result<Outcome, Failure> {
    let started = Instant::now();
    if options.external && !world::external::AVAILABLE {
        return Err(world::external::HOW_TO_GET_IT.to_owned());
    }
    let root = &options.root.root;
    if !root.is_dir() {
        return Err(format!("there is no folder `{}`", root.display()));
    }
    let against = options.against.as_deref().map(version).transpose()?;
    let reports = options.reports()?;
    let known =
        options.baseline.as_deref().map(|path| read_baseline(path, options.update_baseline)).transpose()?;
    deny(&options.deny, &mut [])?;
    let scope = Scope::new(root, &options.paths)?;
    let loaded = load(&Disk::new(root)).map_err(|error| format!("{}: {error}", root.display()))?;
    let (mut inputs, mut findings) = (loaded.value, loaded.findings);
    let wanted = Options {
        drafts: true,
        against,
        render: true,
        later: false,
        follow: true,
        outside: options.external,
    };
    let mended = options
        .fix
        .then(|| fix::mend(&mut inputs, options, &wanted, &|file| scope.holds(file), terminal))
        .transpose()?;
    let mut built = run_pipeline(&inputs, &wanted, &|stage| terminal.progress(stage)).take(&mut findings);
    let mut asked = Asked::default();
    if options.external {
        let wanted = |link: &Outside| scope.holds(link.place.source.path());
        asked = external::follow(root, &inputs.site, &built.outside, &wanted, options.offline, terminal)?;
        findings.append(&mut asked.findings);
        built.silenced.append(&mut asked.silenced);
        built.summary.silenced = built.silenced.len();
    }
    terminal.clear();
    findings.retain(|finding| scope.holds(finding.primary.location.source.path()));
    crate::diagnostic::finding::sort(&mut findings);
    let mut parted = Parted { new: findings, ..Parted::default() };
    if let (Some(baseline), Some(path)) = (known, &options.baseline) {
        let looked_at = |file: &str, rule: &str| {
            scope.holds(file) && (asked.is_complete || !links::external::is_external(rule))
        };
        parted = settle(baseline, path, parted.new, options.update_baseline, &looked_at, &inputs.site)?;
    }
    let mut findings = parted.new;
    deny(&options.deny, &mut findings)?;
    let mut summary = built.summary.text(Counts::of(&findings), started.elapsed());
    if options.external {
        summary = summary.replace(" (not looked up)", "") + &asked.summary;
    }
    if let Some(path) = &options.baseline {
        let mended = if parted.mended > 0 { format!(", {} mended", parted.mended) } else { String::new() };
        let known = plural(parted.known.len(), "finding");
        summary.push_str(&format!("{known} known from the baseline `{}`{mended}\n", path.display()));
    }
    let files = built.files.iter().map(String::as_str).filter(|file| scope.holds(file)).collect();
    let mut suppressed = report::suppressed(&built, &parted.known, options.baseline.as_deref());
    suppressed.retain(|one| scope.holds(one.finding.primary.location.source.path()));
    let folder = report::folder(root);
    let results = Results { findings: &findings, suppressed, built: &built, files, folder, summary };
    report::write(&reports, &results, terminal)?;
    terminal.say(&results.summary);
    if let Some(problem) = asked.problem {
        return Err(problem);
    }
    let shown = mended.is_some_and(|mended| fix::report(&mended, options.dry_run, terminal));
    Ok(if shown || fails(&findings, inputs.site.fail_on) { Outcome::Findings } else { Outcome::Clean })
}

/// The version in `sglang@0.5.23`.
fn version(text: &str) -> Result<Version, Failure> {
    let version = text.split_once('@').map_or(text, |(_, version)| version);
    version.parse().map_err(|error| format!("{error}"))
}

/// Makes errors of the findings that are named.
fn deny(names: &[String], findings: &mut [Diagnostic]) -> Result<(), Failure> {
    for name in names {
        if name != "warnings" && rules::named(name).is_none() {
            return Err(format!(
                "there is no rule `{name}` to deny; `shardbook explain --list` lists all rules"
            ));
        }
        for finding in findings.iter_mut() {
            let named = finding.rule.name == name || name == "warnings" && finding.level == Level::Warning;
            if named {
                finding.level = Level::Error;
            }
        }
    }
    Ok(())
}

/// The files and folders that findings are wanted of.
struct Scope(Vec<String>);

impl Scope {
    /// Takes paths as they are seen from the site's folder or from the current one, as editors and hooks give them.
    fn new(root: &Path, paths: &[String]) -> Result<Self, Failure> {
        let root =
            root.canonicalize().map_err(|error| format!("can't read `{}`: {error}", root.display()))?;
        let paths = paths.iter().map(|path| {
            let inside = [root.join(path), Path::new(path).to_owned()]
                .into_iter()
                .filter_map(|path| path.canonicalize().ok()?.strip_prefix(&root).ok().map(Path::to_owned))
                .next();
            let inside = inside.ok_or_else(|| format!("there is no file or folder `{path}` in the site"))?;
            let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
            Ok(parts.join("/"))
        });
        paths.collect::<Result<_, _>>().map(Self)
    }

    fn holds(&self, file: &str) -> bool {
        let below = |path: &String| {
            path.is_empty()
                || file
                    .strip_prefix(path.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.0.is_empty() || self.0.iter().any(below)
    }
}

/// Reads the baseline. That there is none yet is right only when one is to be written.
fn read_baseline(path: &Path, update: bool) -> Result<Baseline, Failure> {
    let shown = path.display().to_string();
    let bytes = match Disk::new(".").read(&shown) {
        Ok(bytes) => bytes,
        Err(error) if update && error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Baseline::default());
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(format!("there is no baseline `{shown}`; `--update-baseline` writes one"));
        }
        Err(error) => return Err(format!("can't read the baseline `{shown}`: {error}")),
    };
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        format!("{shown}: the baseline is not UTF-8: byte {valid} begins no character")
    })?;
    let Checked { value, findings } = Baseline::read(&SourceFile::new(shown, text));
    if findings.is_empty() {
        return Ok(value);
    }
    let lines: Vec<String> = findings.iter().map(concise::line).collect();
    Err(format!("the baseline can't be read:\n{}", lines.join("\n")))
}

/// Parts the findings by the baseline, which is written first where that is asked for.
fn settle(
    baseline: Baseline,
    path: &Path,
    findings: Vec<Diagnostic>,
    update: bool,
    looked_at: &dyn Fn(&str, &str) -> bool,
    site: &Site,
) -> Result<Parted, Failure> {
    let mut baseline = baseline;
    if update {
        let text = baseline.updated(&findings, looked_at);
        baseline = Baseline::read(&SourceFile::new(path.display().to_string(), text.as_str())).value;
        std::fs::write(path, text).map_err(|error| format!("can't write `{}`: {error}", path.display()))?;
    }
    let mut parted = baseline.part(findings, looked_at);
    for finding in &mut parted.new {
        if let Some(level) = site.level(finding.rule.name) {
            finding.level = level;
        }
    }
    parted.new.retain(|finding| finding.level != Level::Off);
    crate::diagnostic::finding::sort(&mut parted.new);
    Ok(parted)
}
