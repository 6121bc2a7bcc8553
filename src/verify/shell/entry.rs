//! What an invocation starts: a Python module, a script, an installed command.

use super::unwrap::Invocation;
use super::words::ShellWord;

/// What is started. `arguments` is the index of the first word behind what names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// `python -m NAME`.
    Module {
        /// The module.
        name: String,
        /// Where its arguments begin.
        arguments: usize,
    },
    /// `python PATH` or `./PATH.py`.
    Script {
        /// The file.
        path: String,
        /// Where its arguments begin.
        arguments: usize,
    },
    /// The first word is the name of a program.
    Command,
    /// Nothing that can be told from the text.
    Other,
}

/// What an invocation starts.
pub fn entry(invocation: &Invocation) -> Entry {
    let words = &invocation.words;
    let Some(first) = words.first() else { return Entry::Other };
    if first.is_python() {
        return python(words);
    }
    if first.program() == "torchrun" {
        return torchrun(words);
    }
    // Of a path only the folder may be unknown: `~/.venv/bin/sglang`.
    if (first.opaque && !first.text.contains('/')) || first.text.is_empty() || first.text.starts_with('-') {
        return Entry::Other;
    }
    if first.text.ends_with(".py") {
        return Entry::Script { path: first.text.clone(), arguments: 1 };
    }
    Entry::Command
}

/// `torchrun OPTIONS… -m NAME`: a module that each of several processes runs.
fn torchrun(words: &[ShellWord]) -> Entry {
    let Some(at) = words.iter().position(|word| matches!(word.text.as_str(), "-m" | "--module")) else {
        return Entry::Other;
    };
    match words.get(at + 1) {
        Some(name) if !words[..at].iter().any(|word| word.text.ends_with(".py")) => {
            Entry::Module { name: name.text.clone(), arguments: at + 2 }
        }
        _ => Entry::Other,
    }
}

/// Reads the interpreter's own options (`python -u -X dev -m NAME`).
fn python(words: &[ShellWord]) -> Entry {
    let mut at = 1;
    while let Some(word) = words.get(at) {
        let Some(letters) = word.text.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
            if word.text == "-" || word.text.is_empty() {
                return Entry::Other;
            }
            return Entry::Script { path: word.text.clone(), arguments: at + 1 };
        };
        at += 1;
        if letters.starts_with('-') {
            continue;
        }
        let Some(valued) = letters.find(['m', 'c', 'W', 'X']) else { continue };
        let joined = &letters[valued + 1..];
        match (letters.as_bytes()[valued], joined) {
            (b'm', "") => {
                let Some(name) = words.get(at) else { return Entry::Other };
                return Entry::Module { name: name.text.clone(), arguments: at + 1 };
            }
            (b'm', name) => return Entry::Module { name: name.to_owned(), arguments: at },
            (b'c', _) => return Entry::Other,
            (_, "") => at += 1,
            _ => {}
        }
    }
    Entry::Other
}
