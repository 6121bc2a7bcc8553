//! Commands in the manifests of containers: `command`, `args` and `entrypoint` of Kubernetes and of Compose.
//!
//! A list is the words as they are, without a shell; a text is words as a shell would part them. What an image runs when
//! a manifest gives arguments alone is not known, and not judged.

use super::shell::script::{self, Simple};
use super::shell::unwrap::{self, Invocation};
use super::shell::words::{self, ShellWord, has_placeholder};
use crate::text::{Excerpt, Span};
use crate::world::yaml::{Node, Value};

/// Mappings in mappings are followed this deep.
const DEPTH: usize = 24;

/// Every program that the document starts.
pub fn invocations(code: &Excerpt, document: &Node) -> Vec<Invocation> {
    let mut found = Vec::new();
    collect(code, document, 0, &mut found);
    found
}

fn collect(code: &Excerpt, node: &Node, depth: usize, found: &mut Vec<Invocation>) {
    if depth > DEPTH {
        return;
    }
    if let Some(items) = node.items() {
        items.iter().for_each(|item| collect(code, item, depth + 1, found));
    }
    let Some(entries) = node.entries() else { return };
    let part = |key: &str| node.get(key).filter(|value| !value.is_null());
    let (first, second) = match part("entrypoint") {
        Some(entrypoint) => (Some(entrypoint), part("command")),
        None => (part("command"), part("args")),
    };
    if let Some(first) = first {
        found.extend(started(code, first, second));
    }
    entries.iter().for_each(|entry| collect(code, &entry.value, depth + 1, found));
}

/// The programs that one container starts.
fn started(code: &Excerpt, first: &Node, second: Option<&Node>) -> Vec<Invocation> {
    let mut unheard = Vec::new();
    let mut commands = match parts(code, first) {
        Some(Parts::Words(words)) => vec![simple(code, first, words)],
        Some(Parts::Script(commands)) => commands,
        None => return Vec::new(),
    };
    match second.map(|second| parts(code, second)) {
        None => {}
        Some(Some(Parts::Words(words))) => append(&mut commands, words),
        // A shell's operators mean nothing to a container, so that the words of one command are all that there can be.
        Some(Some(Parts::Script(mut more))) if more.len() == 1 => append(&mut commands, more.remove(0).words),
        Some(_) => return Vec::new(),
    }
    // Whether the text is a script that a shell can read is not what a manifest is judged by.
    commands.iter().flat_map(|command| unwrap::unwrap(command, &mut unheard)).collect()
}

enum Parts {
    Words(Vec<ShellWord>),
    Script(Vec<Simple>),
}

fn parts(code: &Excerpt, node: &Node) -> Option<Parts> {
    if let Some(items) = node.items() {
        let words = items.iter().map(|item| word(code, item));
        return words.collect::<Option<Vec<_>>>().filter(|words| !words.is_empty()).map(Parts::Words);
    }
    let commands = script::read(&text(code, node)?).value.commands;
    (!commands.is_empty()).then_some(Parts::Script(commands))
}

fn append(commands: &mut [Simple], words: Vec<ShellWord>) {
    if let Some(last) = commands.last_mut() {
        last.words.extend(words);
    }
}

fn simple(code: &Excerpt, node: &Node, words: Vec<ShellWord>) -> Simple {
    let excerpt = words::slice(code, node.span);
    Simple { assignments: Vec::new(), words, redirections: Vec::new(), elided: false, excerpt }
}

/// An element of a list as a word. References (`$(NAME)`, `${NAME}`) and templates (`{{ … }}`) are not known.
fn word(code: &Excerpt, node: &Node) -> Option<ShellWord> {
    let Value::Scalar(scalar) = &node.value else { return None };
    let mut word = ShellWord::literal(text(code, node)?);
    let json = scalar.text.starts_with(['{', '[']) && !scalar.text.starts_with("{{");
    word.opaque = has_placeholder(&scalar.text) || !json && scalar.text.contains(['$', '{']);
    word.quoted = !scalar.plain;
    Some(word)
}

/// The text of a scalar, each of its words with the bytes that say it.
fn text(code: &Excerpt, node: &Node) -> Option<Excerpt> {
    let Value::Scalar(scalar) = &node.value else { return None };
    let written = node.span.of(code.text());
    let mut text = Excerpt::empty(code.source());
    let mut at = 0;
    for piece in scalar.text.split_inclusive(char::is_whitespace) {
        let name = piece.trim_end_matches(char::is_whitespace);
        let Some(found) = written.get(at..).and_then(|rest| rest.find(name)) else {
            // Escapes and the like: the whole stands for the whole.
            let mut whole = Excerpt::empty(code.source());
            code.push_nested(&mut whole, &scalar.text, node.span);
            return Some(whole);
        };
        let start = node.span.start + at + found;
        at += found + name.len();
        if !name.is_empty() {
            words::push_exact(code, &mut text, Span::new(start, start + name.len()));
        }
        code.push_nested(&mut text, &piece[name.len()..], Span::at(start + name.len()));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::invocations;
    use crate::text::{Excerpt, SourceFile};
    use crate::world::reader::documents;

    fn found(yaml: &str) -> Vec<String> {
        let excerpt = Excerpt::whole(&SourceFile::new("a.yaml", yaml));
        let documents = documents(&excerpt).value;
        let all = documents.iter().flat_map(|document| invocations(&excerpt, document));
        all.map(|invocation| {
            let words = invocation.words.iter().map(|word| {
                // What a word is said to stand at is that word.
                assert!(word.opaque || word.origin.location().text().contains(&*word.text), "{}", word.text);
                if word.opaque { format!("{}?", word.text) } else { word.text.clone() }
            });
            words.collect::<Vec<_>>().join("|")
        })
        .collect()
    }

    #[test]
    fn containers_of_kubernetes_start_programs() {
        let pod = "spec:\n  containers:\n  - name: a\n    command: [python3, -m, sglang.launch_server]\n    args:\n    - --tp\n    - \"8\"\n    - --model-path\n    - $(MODEL)\n";
        assert_eq!(found(pod), ["python3|-m|sglang.launch_server|--tp|8|--model-path|$(MODEL)?"]);
        let shell =
            "command: [/bin/sh, -c]\nargs:\n- |\n  cd /x\n  python3 -m sglang.launch_server \\\n    --tp 8\n";
        assert_eq!(found(shell), ["cd|/x", "python3|-m|sglang.launch_server|--tp|8"]);
        assert_eq!(found("args: [--tp, '8']\n"), Vec::<String>::new());
        assert_eq!(found("command: 8\nargs: {a: b}\n"), Vec::<String>::new());
    }

    #[test]
    fn services_of_compose_start_programs() {
        let entry = "services:\n  a:\n    entrypoint: python3 -m sglang.launch_server\n    command: --tp 8 --host ${HOST}\n";
        assert_eq!(found(entry), ["python3|-m|sglang.launch_server|--tp|8|--host|${HOST}?"]);
        let folded = "command: >\n  python3 -m sglang.launch_server\n  --tp 8\n";
        assert_eq!(found(folded), ["python3|-m|sglang.launch_server|--tp|8"]);
    }
}
