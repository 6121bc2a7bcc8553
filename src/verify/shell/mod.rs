//! Shell text turned into the commands that it runs, every word knowing its bytes in the page.
//!
//! [`lexer`] finds words, operators, comments and here-documents as bash does. Statements of words alone are
//! commands already; all others go through bash's grammar ([`grammar`]). [`words`] removes quotes and puts in
//! what variables stand for, [`script`] joins all that, [`console`] takes prompts and output away, [`printed`]
//! tells output without prompts, and [`unwrap`] peels `docker run`, `nohup` and their like off the program that really runs.

pub mod console;
pub mod entry;
pub mod grammar;
pub mod lexer;
pub mod lint;
pub mod printed;
pub mod scan;
pub mod script;
pub mod statements;
pub mod substitute;
pub mod unknown;
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
    for heredoc in script.heredocs.iter().filter(|heredoc| is_script(heredoc)) {
        // It may be a template, so that only what it runs is judged, not whether a shell can read it.
        let mut unheard = Vec::new();
        let inner = script::read_nested(&heredoc.excerpt, 1).take(&mut unheard);
        invocations.extend(inner.commands.iter().flat_map(|command| unwrap::unwrap(command, &mut unheard)));
    }
    Checked::new(invocations, findings)
}

/// Whether a here-document is a shell script: read by a shell, here or on another host, or written to a file of one.
fn is_script(heredoc: &script::Heredoc) -> bool {
    let read = heredoc.program.as_ref().is_some_and(|program| {
        matches!(program.program(), "bash" | "sh" | "zsh" | "dash" | "ssh" | "sbatch" | "srun")
    });
    let file = heredoc.target.as_ref().is_some_and(|target| {
        [".sh", ".bash", ".sbatch", ".slurm"].iter().any(|ending| target.text.ends_with(ending))
    });
    let first = heredoc.excerpt.text().lines().next().unwrap_or_default();
    read || file || first.starts_with("#!") && first.trim_end().ends_with("sh")
}
