//! `check --external`: the links to other hosts, asked or looked up, and what their answers mean.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Failure;
use super::output::Terminal;
use crate::diagnostic::report::plural;
use crate::diagnostic::{Diagnostic, Level};
use crate::links::external::{addresses, judge, network};
use crate::pipeline::settle::Silenced;
use crate::pipeline::stages::Outside;
use crate::world::external::{Answer, Remembered, ask};
use crate::world::site::Site;

/// What came of the links to other hosts.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// What is wrong with them, at the levels that the site gives.
    pub findings: Vec<Diagnostic>,
    /// What authors silenced.
    pub silenced: Vec<Silenced>,
    /// A line for the summary.
    pub summary: String,
    /// Why hosts could not be asked, where that is not their fault.
    pub problem: Option<Failure>,
    /// Whether all that could be asked was asked.
    pub is_complete: bool,
}

/// Follows the links that are `wanted`. When `offline`, nobody is asked.
pub(super) fn follow(
    root: &Path,
    site: &Site,
    links: &[Outside],
    wanted: &dyn Fn(&Outside) -> bool,
    offline: bool,
    terminal: &Terminal,
) -> Result<Asked, Failure> {
    let settings = &site.external;
    let address = |link: &Outside| addresses::asked(&link.address, settings);
    let due: BTreeSet<String> = links.iter().filter(|link| wanted(link)).filter_map(address).collect();
    let mut remembered = Remembered::of(root);
    let mut answers: BTreeMap<&str, Answer> = BTreeMap::new();
    let mut questions = Vec::new();
    for address in &due {
        // What was wrong is asked again, so that what was mended is seen at once.
        let young = || remembered.answer(address, settings.cache).filter(|answer| is_good(answer, site));
        match if offline { remembered.last(address) } else { young() } {
            Some(answer) => drop(answers.insert(address, answer.clone())),
            None => questions.push(address.clone()),
        }
    }
    let known = answers.len();
    let mut asked = Asked { is_complete: !offline, ..Asked::default() };
    if !offline && !questions.is_empty() {
        let all = questions.len();
        let progress = |done: usize| terminal.progress(&format!("asking other hosts, {done} of {all}"));
        progress(0);
        let told = ask(&questions, settings, &progress)?;
        let pairs = || questions.iter().map(String::as_str).zip(&told);
        if let Some(problem) = network::missing(pairs()) {
            asked.is_complete = false;
            asked.problem = Some(format!(
                "this machine seems to have no way to other hosts: {problem}; links to them were not followed"
            ));
        } else {
            pairs().for_each(|(address, answer)| remembered.learn(address, answer));
            answers.extend(due.iter().filter_map(|address| {
                let place = questions.binary_search(address).ok()?;
                Some((address.as_str(), told[place].clone()))
            }));
            remember(&mut remembered, &links.iter().filter_map(address).collect(), site);
        }
    }
    asked.summary = format!(
        "{}: {} asked, {known} remembered, {} not asked\n",
        plural(due.len(), "address").replace("addresss", "addresses") + " at other hosts",
        answers.len() - known,
        due.len() - answers.len(),
    );
    for link in links.iter().filter(|link| wanted(link)) {
        let answer = address(link).and_then(|address| answers.get(address.as_str()).cloned());
        let finding = answer.and_then(|answer| judge(&link.address, &answer, settings, &link.place));
        if let Some(finding) = finding {
            asked.add(finding, link, site);
        }
    }
    Ok(asked)
}

fn is_good(answer: &Answer, site: &Site) -> bool {
    matches!(answer, Answer::Status { code, fragment, .. }
        if site.external.accepts(*code) && *fragment != Some(false))
}

fn remember(remembered: &mut Remembered, linked: &BTreeSet<String>, site: &Site) {
    if !site.external.cache.is_zero() {
        remembered.keep(|address| linked.contains(address));
        remembered.write();
    }
}

impl Asked {
    fn add(&mut self, mut finding: Diagnostic, link: &Outside, site: &Site) {
        finding.level = site.level(finding.rule.name).unwrap_or(finding.level);
        let silence = link.silences.iter().find(|(rule, _)| *rule == finding.rule.name);
        match silence {
            Some((_, reason)) => self.silenced.push((finding, reason.clone())),
            None if finding.level == Level::Off => {}
            None => self.findings.push(finding),
        }
    }
}
