//! Shell text turned into the commands that it runs, every word knowing its bytes in the page.
//!
//! [`lexer`] finds words, operators, comments and here-documents as bash does. Statements of words alone are
//! commands already; all others go through bash's grammar ([`grammar`]). [`words`] removes quotes and puts in
//! what variables stand for, [`script`] joins all that, [`console`] takes prompts and output away, and
//! [`unwrap`] peels `docker run`, `nohup` and their like off the program that really runs.

pub mod console;
pub mod entry;
pub mod grammar;
pub mod lexer;
pub mod lint;
pub mod scan;
pub mod script;
pub mod statements;
pub mod substitute;
pub mod unwrap;
pub mod words;
pub mod wrappers;

#[cfg(test)]
mod tests;

use crate::diagnostic::{Checked, Rule};
use crate::text::Excerpt;

use self::unwrap::Invocation;

/// The rules of this module.
pub static RULES: [&Rule; 5] =
    [&script::SYNTAX, &lint::CONTINUATION, &lint::TRAILING_BACKSLASH, &lint::TYPOGRAPHIC, &console::PROMPT];

/// Every program that the text runs, wrappers peeled off. `console` says that the text is a terminal session, in
/// which only lines behind a prompt are commands; other text is taken as one, with a finding, when it shows prompts.
/// Variables that the script exports are set for all that it runs behind that.
pub fn invocations(excerpt: &Excerpt, console: bool) -> Checked<Vec<Invocation>> {
    let mut findings = Vec::new();
    let script = if console {
        script::read(&console::commands(excerpt)).take(&mut findings)
    } else if let Some(prompt) = console::first_prompt(excerpt) {
        findings.push(console::prompted(excerpt, prompt));
        script::read(&console::commands(excerpt)).take(&mut findings)
    } else {
        script::read(excerpt).take(&mut findings)
    };
    let mut exported = Vec::new();
    let mut invocations = Vec::new();
    for command in &script.commands {
        if command.words.first().is_some_and(|word| word.text == "export") {
            exported.extend(command.words.iter().filter_map(unwrap::variable));
        }
        let first = invocations.len();
        invocations.extend(unwrap::unwrap(command, &mut findings));
        for invocation in &mut invocations[first..] {
            invocation.variables.splice(0..0, exported.iter().cloned());
        }
    }
    Checked::new(invocations, findings)
}
