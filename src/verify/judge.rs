//! The verdict on one command for one version: what its parser says, then what the rules say.

use super::command::Parsed;
use super::constraints;
use super::launch::{Surroundings, subject};
use super::problems;
use super::rules;
use super::subject::{Form, Judge, NotJudged};
use super::uses::{check_program, check_uses, check_variables};
use crate::diagnostic::Diagnostic;
use crate::engine::fields::EngineBlock;
use crate::engine::lift::lift;

/// What is to be said about one command.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Whether the program's parser takes it.
    pub accepted: bool,
    /// What was found.
    pub findings: Vec<Diagnostic>,
    /// Rules that lacked a fact.
    pub not_judged: Vec<NotJudged>,
}

/// Judges a parsed command. `form` says how it was written: the words of a YAML block are judged like a command's,
/// but for what only a person who types flags can get wrong.
pub fn judge(parsed: &Parsed<'_>, surroundings: Surroundings<'_>, form: Form) -> Verdict {
    let mut findings = problems::findings(parsed);
    let accepted = findings.is_empty();
    check_program(parsed, &mut findings);
    check_uses(parsed, &mut findings);
    constraints::check(parsed, &mut findings);
    check_variables(parsed, &mut findings);
    let mut judge = Judge::default();
    if let Some(subject) = subject(parsed, surroundings, form) {
        rules::judge(&subject, &mut judge);
    }
    findings.append(&mut judge.findings);
    Verdict { accepted, findings, not_judged: judge.not_judged }
}

/// The engine block that a parsed command means.
pub fn meaning(parsed: &Parsed<'_>) -> EngineBlock {
    let words: Vec<_> = parsed.command.arguments.iter().map(|argument| argument.word.clone()).collect();
    let parser = parsed.program.parser();
    let mut block = lift(parsed.engines.schema(), parsed.spec.version, parser, &words, &parsed.parse);
    for variable in &parsed.command.variables {
        block.env_vars.insert(variable.name.word.text.clone(), variable.value.clone());
    }
    block
}
