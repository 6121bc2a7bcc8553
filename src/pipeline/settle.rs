//! From what the stages found to what is reported: the site's levels, and what authors silenced.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::{Checked, Diagnostic, Level, Rule};
use crate::links::{built, external};
use crate::page::Page;
use crate::pipeline::load::Inputs;
use crate::pipeline::stages::{CheckedPage, titles};
use crate::text::nearest::did_you_mean;
use crate::text::{Location, SourceFile, Span};
use crate::verify::tally::Tally;
use crate::world::site::Site;

/// A rule name that is none.
pub static UNKNOWN_RULE: Rule = Rule::new(
    "site/unknown-rule",
    Level::Error,
    "every rule that is configured, silenced or expected exists",
);
/// A silence that silences nothing.
pub static UNUSED_SILENCE: Rule =
    Rule::new("silence/unused", Level::Warning, "every silence silences a finding");
/// Fewer blocks checked than the site wants.
pub static MINIMUM: Rule =
    Rule::new("snippet/minimum", Level::Error, "at least as many blocks are checked as the site asks for");
/// Two pages at one address.
pub static DUPLICATE_OUTPUT: Rule = Rule::new(
    "site/duplicate-output",
    Level::Error,
    "every address and file of the built site has one source",
);

/// The rules of this module.
pub static RULES: [&Rule; 4] = [&UNKNOWN_RULE, &UNUSED_SILENCE, &MINIMUM, &DUPLICATE_OUTPUT];

/// A finding that its author silenced, with the reason.
pub type Silenced = (Diagnostic, String);

/// Takes away what a page silences. What is left are the findings, and those about silences themselves.
pub fn silence(page: &Page, found: Vec<Diagnostic>, known: &HashSet<&str>) -> Checked<Vec<Silenced>> {
    struct Entry<'a> {
        rule: &'a str,
        reason: &'a str,
        place: Span,
        covers: Option<Span>,
        used: bool,
    }
    let blocks = page.silences.iter().map(|block| (&block.silence, Some(block.covers)));
    let whole = page.front_matter.silence.iter().map(|silence| (silence, None));
    let mut entries: Vec<Entry<'_>> = blocks
        .chain(whole)
        .map(|(silence, covers)| Entry {
            rule: &silence.rule.value,
            reason: &silence.reason.value,
            place: silence.rule.span,
            covers,
            used: false,
        })
        .collect();
    let mut findings = Vec::new();
    let mut silenced = Vec::new();
    for finding in found {
        let span = finding.primary.location.span;
        let same_file = finding.primary.location.source.path() == page.source.path();
        let entry = entries.iter_mut().find(|entry| {
            entry.rule == finding.rule.name
                && same_file
                && entry.covers.is_none_or(|covers| covers.contains(span))
        });
        match entry {
            Some(entry) => {
                entry.used = true;
                silenced.push((finding, entry.reason.to_owned()));
            }
            None => findings.push(finding),
        }
    }
    for entry in entries.iter().filter(|entry| !entry.used && !is_judged_later(entry.rule)) {
        let place = Location::new(&page.source, entry.place);
        if known.contains(entry.rule) {
            let message = format!("nothing here is found by `{}`, so silencing it does nothing", entry.rule);
            findings.push(Diagnostic::new(&UNUSED_SILENCE, place, message).help("take the silence away"));
        } else {
            findings.push(unknown(entry.rule, place, known));
        }
    }
    Checked::new(silenced, findings)
}

/// Whether a rule judges what is known only when all pages are, or what other hosts answer: what silences it may be
/// used later, or another time.
fn is_judged_later(rule: &str) -> bool {
    let whole = [titles::DUPLICATE_TITLE.name, built::BROKEN_OUTPUT.name, built::ORPHAN_PAGE.name];
    whole.contains(&rule) || external::is_external(rule)
}

/// Takes away what pages silence of findings that were made when all pages were known.
pub fn silence_later(checked: &[CheckedPage], found: Vec<Diagnostic>) -> Checked<Vec<Silenced>> {
    if found.is_empty() {
        return Checked::default();
    }
    let pages = checked.iter().map(|page| &page.parsed.page);
    let pages: HashMap<&str, &Page> = pages.map(|page| (page.source.path(), page)).collect();
    let (mut silenced, mut findings) = (Vec::new(), Vec::new());
    for finding in found {
        let at = &finding.primary.location;
        let page = pages.get(at.source.path());
        match page.and_then(|page| reason(page, finding.rule.name, at.span)) {
            Some(reason) => silenced.push((finding, reason.to_owned())),
            None => findings.push(finding),
        }
    }
    Checked::new(silenced, findings)
}

/// The reason for which a page silences a rule at a place.
pub fn reason<'p>(page: &'p Page, rule: &str, span: Span) -> Option<&'p str> {
    let covers = page.silences.iter().filter(|block| block.covers.contains(span));
    let all = covers.map(|block| &block.silence).chain(&page.front_matter.silence);
    let silence = all.into_iter().find(|silence| *silence.rule.value == *rule)?;
    Some(&silence.reason.value)
}

/// The finding about a name that is no rule's.
pub fn unknown(name: &str, place: Location, known: &HashSet<&str>) -> Diagnostic {
    let mut names: Vec<&str> = known.iter().copied().collect();
    names.sort_unstable();
    Diagnostic::new(&UNKNOWN_RULE, place, format!("there is no rule `{name}`"))
        .maybe_help(did_you_mean(name, names))
        .help("`shardbook explain --list` lists all rules")
}

/// Whether as many blocks were checked as the site asks for.
pub fn minimum(inputs: &Inputs, tally: &Tally, findings: &mut Vec<Diagnostic>) {
    let (wanted, checked) = (inputs.site.minimum_checked, tally.checked_total());
    let Some(file) = inputs.site_file.as_ref().filter(|_| checked < wanted) else { return };
    let at = file.text().find("minimum").unwrap_or(0);
    let place = Location::new(file, Span::new(at, at + "minimum".len()));
    let message = format!("{checked} blocks are checked, fewer than the {wanted} that the site asks for");
    findings.push(
        Diagnostic::new(&MINIMUM, place, message)
            .help("find out which blocks are not checked any more, or lower `checks.minimum`"),
    );
}

/// Gives every finding the level that the site wants, drops those that are off, and checks the site's own names.
pub fn levels(
    site: &Site,
    site_file: Option<&Arc<SourceFile>>,
    known: &HashSet<&str>,
    findings: &mut Vec<Diagnostic>,
) {
    for name in site.rules.keys() {
        let group = name.strip_suffix("/*");
        let exists = match group {
            Some(group) => {
                known.iter().any(|rule| rule.split_once('/').is_some_and(|(known, _)| known == group))
            }
            None => known.contains(name.as_str()),
        };
        if let (false, Some(file)) = (exists, site_file) {
            let at = file.text().find(name.as_str()).unwrap_or(0);
            findings.push(unknown(name, Location::new(file, Span::new(at, at + name.len())), known));
        }
    }
    for finding in findings.iter_mut() {
        if let Some(level) = site.level(finding.rule.name) {
            finding.level = level;
        }
    }
    findings.retain(|finding| finding.level != Level::Off);
    crate::diagnostic::finding::sort(findings);
}
