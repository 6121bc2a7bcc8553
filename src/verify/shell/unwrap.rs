//! The program that a command really runs.
//!
//! `sudo env A=1 docker run -e B=2 image bash -c "python -m x"` runs `python -m x` with `A` and `B` set. Each
//! wrapper is peeled off by the table of [`wrappers`](super::wrappers); shell text inside is read as a script. Behind
//! a program that is not in the table, a Python module is still found.

use crate::diagnostic::Diagnostic;
use crate::text::{Excerpt, Span};

use super::scan;
use super::script::{self, Simple};
use super::unknown;
use super::words::ShellWord;
use super::wrappers::{Before, Options, Rest, WRAPPERS, Wrapper};

/// Wrappers inside wrappers are followed this deep.
const DEPTH: usize = 8;

/// A program that runs, and what is set for it.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The variables set for it, outermost first.
    pub variables: Vec<Variable>,
    /// The program and its arguments; none where only a wrapper is named (`docker run image`).
    pub words: Vec<ShellWord>,
    /// The wrappers that were peeled off, outermost first: `sudo`, `docker run`.
    pub wrappers: Vec<String>,
    /// Whether the text says that words were left out.
    pub elided: bool,
    /// The whole command, wrappers and all.
    pub excerpt: Excerpt,
}

/// A variable set for a program.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: ShellWord,
    /// Its value; empty and opaque where only the name is given, so that it is handed on.
    pub value: ShellWord,
}

/// The programs that a command runs: one, or those of the script that it holds.
pub fn unwrap(command: &Simple, findings: &mut Vec<Diagnostic>) -> Vec<Invocation> {
    let outer = Invocation {
        variables: Vec::new(),
        words: Vec::new(),
        wrappers: Vec::new(),
        elided: false,
        excerpt: command.excerpt.clone(),
    };
    let mut peeler = Peeler { findings, out: Vec::new() };
    peeler.command(command, outer, 0);
    peeler.out
}

/// The variable that a word `NAME=value` sets.
pub fn variable(word: &ShellWord) -> Option<Variable> {
    let (name, value) = word.text.split_once('=')?;
    scan::is_name(name).then(|| Variable {
        name: ShellWord { opaque: false, ..word.part(Span::new(0, name.len())) },
        value: word.part(Span::new(word.text.len() - value.len(), word.text.len())),
    })
}

struct Peeler<'a> {
    findings: &'a mut Vec<Diagnostic>,
    out: Vec<Invocation>,
}

impl Peeler<'_> {
    fn command(&mut self, command: &Simple, mut outer: Invocation, depth: usize) {
        let set = command.assignments.iter();
        outer.variables.extend(set.map(|set| Variable { name: set.name.clone(), value: set.value.clone() }));
        outer.elided |= command.elided;
        outer.words.clone_from(&command.words);
        self.peel(outer, depth);
    }

    fn peel(&mut self, mut invocation: Invocation, depth: usize) {
        for _ in depth..DEPTH {
            if let Some((text, name)) = shell_text(&invocation.words) {
                let text = text.clone();
                invocation.wrappers.push(name);
                return self.script(&text, invocation, depth);
            }
            let Some(wrapper) = find(&invocation.words) else {
                if let Some(at) = unknown::module_behind(&invocation.words) {
                    invocation.wrappers.push(invocation.words[0].program().to_owned());
                    invocation.words.drain(..at);
                }
                break;
            };
            invocation.wrappers.push(wrapper.names.join(" "));
            let rest = strip(wrapper, &mut invocation);
            let whole = wrapper.rest != Rest::Words && rest.len() == 1;
            if wrapper.rest == Rest::Typed {
                for text in rest.iter().filter(|word| word.text.contains(' ')) {
                    self.script(text, invocation.clone(), depth);
                }
                return;
            }
            if let (true, Some(text)) = (whole, rest.first()) {
                return self.script(text, invocation, depth);
            }
            invocation.words = rest;
        }
        self.out.push(invocation);
    }

    fn script(&mut self, text: &ShellWord, outer: Invocation, depth: usize) {
        if depth >= DEPTH {
            return;
        }
        let script = script::read_nested(&text.origin, depth + 1).take(self.findings);
        for command in &script.commands {
            self.command(command, outer.clone(), depth + 1);
        }
    }
}

/// The wrapper that the words begin with. Options may stand between its names (`docker compose -f file run`).
fn find(words: &[ShellWord]) -> Option<&'static Wrapper> {
    let first = words.first()?.program();
    WRAPPERS.iter().find(|wrapper| wrapper.names[0] == first && names_end(wrapper, words).is_some())
}

/// The number of words up to the wrapper's last name.
fn names_end(wrapper: &Wrapper, words: &[ShellWord]) -> Option<usize> {
    let mut at = 1;
    for name in &wrapper.names[1..] {
        while words.get(at).is_some_and(|word| word.text.starts_with('-')) {
            let joined = words[at].text.contains('=');
            let valued = matches!(words[at].text.as_str(), "-f" | "-n" | "-p" | "-c" | "-H" | "-L")
                || (words[at].text.starts_with("--")
                    && words.get(at + 1).is_none_or(|next| next.text != *name));
            at += if valued && !joined { 2 } else { 1 };
        }
        if words.get(at)?.text != *name {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// The words of the command behind a wrapper, whose own options are taken note of.
fn strip(wrapper: &Wrapper, invocation: &mut Invocation) -> Vec<ShellWord> {
    let words = std::mem::take(&mut invocation.words);
    let mut at = names_end(wrapper, &words).unwrap_or(1);
    if wrapper.before == Before::Dashes {
        let end = words.iter().position(|word| word.text == "--").map_or(words.len(), |end| end + 1);
        return words[end..].to_vec();
    }
    let mut entry = None;
    while let Some(word) = words.get(at).filter(|word| word.text.len() > 1 && word.text.starts_with('-')) {
        at += 1;
        if word.text == "--" {
            break;
        }
        let (option, joined) = option(wrapper, word);
        let value = match joined {
            Some(start) => Some(word.part(Span::new(start, word.text.len()))),
            None if takes_value(wrapper, &option) => {
                let value = words.get(at).cloned();
                at += 1;
                value
            }
            None => None,
        };
        if matches!(option.as_str(), "-mca" | "--mca") {
            at += 1;
        }
        if wrapper.variables.contains(&option.as_str()) {
            invocation
                .variables
                .extend(value.as_ref().and_then(|value| variable(value).or_else(|| handed_on(value))));
        } else if option == "--entrypoint" {
            entry = value;
        }
    }
    let at = match wrapper.before {
        Before::Words(count) => at + count,
        _ => {
            while let Some(set) = words.get(at).and_then(variable) {
                invocation.variables.push(set);
                at += 1;
            }
            at
        }
    };
    entry.into_iter().chain(words.into_iter().skip(at)).collect()
}

fn handed_on(name: &ShellWord) -> Option<Variable> {
    let value = ShellWord { opaque: true, ..name.part(Span::at(name.text.len())) };
    scan::is_name(&name.text).then(|| Variable { name: name.clone(), value })
}

/// The option that a word sets, and where its value begins in the word if it does there.
fn option(wrapper: &Wrapper, word: &ShellWord) -> (String, Option<usize>) {
    let text = word.text.as_str();
    if let Some((name, _)) =
        text.split_once('=').filter(|(name, _)| name.starts_with("--") || listed(wrapper, name))
    {
        return (name.to_owned(), Some(name.len() + 1));
    }
    if text.starts_with("--") || listed(wrapper, text) {
        return (text.to_owned(), None);
    }
    // Letters may stand together, and the last may have its value behind it: `-itd`, `-p8080:80`.
    for (at, letter) in text.char_indices().skip(1) {
        let name = format!("-{letter}");
        if takes_value(wrapper, &name) {
            let end = at + letter.len_utf8();
            return (name, (end < text.len()).then_some(end));
        }
    }
    (text.to_owned(), None)
}

fn listed(wrapper: &Wrapper, option: &str) -> bool {
    let (Options::Valued(list) | Options::Switches(list)) = wrapper.options;
    list.contains(&option) || wrapper.variables.contains(&option)
}

fn takes_value(wrapper: &Wrapper, option: &str) -> bool {
    wrapper.variables.contains(&option)
        || match wrapper.options {
            Options::Valued(list) => list.contains(&option),
            Options::Switches(list) => {
                !list.contains(&option) && (option.starts_with("--") || option.chars().count() == 2)
            }
        }
}

/// The script of `bash -c SCRIPT`, and the shell's name.
fn shell_text(words: &[ShellWord]) -> Option<(&ShellWord, String)> {
    let shell = words.first()?.program();
    if !matches!(shell, "bash" | "sh" | "zsh" | "dash" | "ksh" | "su") {
        return None;
    }
    let asked = words.iter().skip(1).position(|word| {
        word.text.starts_with('-') && !word.text.starts_with("--") && word.text.ends_with('c')
    })?;
    let before = &words[1..=asked];
    let script_first = shell != "su" && before.iter().any(|word| !word.text.starts_with(['-', '+']));
    let text =
        words.iter().skip(asked + 2).find(|word| !word.text.starts_with('-') || word.text.contains(' '))?;
    (!script_first).then(|| (text, shell.to_owned()))
}
