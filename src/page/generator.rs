//! Sources of components that put commands together: the texts in them that are commands, or flags of one.
//!
//! A text that names a program is a command of which any part may be added elsewhere; a text that begins with a flag,
//! in a file whose commands are all of one program, is a part of such a command. `${…}` stands for a word that is not
//! known.

use std::sync::Arc;

use crate::page::snippet::Snippet;
use crate::page::spanned::Spanned;
use crate::text::{Excerpt, SourceFile, Span};

/// A command, or a part of one.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The command as a block of code of its own.
    pub snippet: Snippet,
    /// The bytes of the text in the file; what is found elsewhere is about what was put before it.
    pub text: Span,
}

/// The programs whose commands are looked for, and what a command of each needs.
const PROGRAMS: [&str; 5] = [
    "sglang serve",
    "python3 -m sglang.launch_server",
    "python -m sglang.launch_server",
    "sglang.launch_server",
    "sglang_router.launch",
];

/// Words of files in which flags may be those of other programs.
const OTHERS: [&str; 7] =
    ["docker run", "docker exec", "curl ", "bench_serving", "vllm ", "trtllm", "sglang_router"];

/// Reads the commands of a file.
pub fn read(source: &Arc<SourceFile>) -> Vec<Generated> {
    let text = source.text();
    let literals = literals(text);
    let decoded: Vec<Excerpt> = literals.iter().map(|span| decode(source, *span)).collect();
    let names = |excerpt: &Excerpt| PROGRAMS.into_iter().find(|program| excerpt.text().contains(program));
    let programs: Vec<&str> = decoded.iter().filter_map(names).collect();
    let one_program =
        programs.first().copied().filter(|first| programs.iter().all(|program| program == first));
    let is_mixed = decoded.iter().any(|excerpt| OTHERS.iter().any(|other| excerpt.text().contains(other)));
    let mut found = Vec::new();
    for (span, excerpt) in literals.into_iter().zip(decoded) {
        let is_command = names(&excerpt).is_some() && excerpt.text().contains("--");
        let code = if is_command {
            excerpt
        } else if let Some(program) = one_program.filter(|_| !is_mixed && is_flags(excerpt.text())) {
            let mut code = Excerpt::empty(source);
            code.push_as(&format!("{program} --model-path ${{MODEL}} "), Span::at(span.start));
            // The line that the flags go on.
            let lead = excerpt.text().find("--").unwrap_or(0);
            let rest = Span::new(lead, excerpt.text().len());
            excerpt_of(&excerpt, rest, &mut code);
            code
        } else {
            continue;
        };
        let mut snippet = Snippet::of_element(source, found.len(), None, None, Span::at(span.start), span);
        snippet.language = Spanned::new("bash".into(), Span::at(span.start));
        snippet.code = code;
        found.push(Generated { snippet, text: span });
    }
    found
}

/// Copies a part of an excerpt, byte by byte where it has its own place.
fn excerpt_of(from: &Excerpt, span: Span, into: &mut Excerpt) {
    for (at, c) in span.of(from.text()).char_indices() {
        let start = span.start + at;
        let part = Span::new(start, start + c.len_utf8());
        from.push_nested(into, part.of(from.text()), part);
    }
}

/// Whether a text is flags that go on a command: ` \⏎  --tp 8`.
fn is_flags(text: &str) -> bool {
    let rest = text.trim_start_matches([' ', '\t', '\n', '\\']);
    rest.strip_prefix("--").is_some_and(|flag| flag.starts_with(|c: char| c.is_ascii_lowercase()))
        && !rest.contains("--${")
}

/// The text that a literal stands for, with `${…}` as one word that is not known.
fn decode(source: &Arc<SourceFile>, span: Span) -> Excerpt {
    let text = source.text();
    let mut excerpt = Excerpt::empty(source);
    let mut at = span.start;
    let mut plain = at;
    while at < span.end {
        let rest = &text[at..span.end];
        let (shown, length) = match rest.as_bytes() {
            [b'\\', b'n', ..] => ("\n", 2),
            [b'\\', b't', ..] => ("\t", 2),
            [b'\\', b'\n', ..] => ("", 2),
            [b'\\', ..] => {
                let escaped = rest[1..].chars().next().map_or(0, char::len_utf8);
                (rest.get(1..1 + escaped).unwrap_or_default(), 1 + escaped)
            }
            [b'$', b'{', ..] => match crate::page::mdx::token::braces(text, at + 1) {
                Some(end) if end <= span.end => ("${VALUE}", end - at),
                _ => ("$", 1),
            },
            _ => {
                at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            }
        };
        excerpt.push(Span::new(plain, at));
        excerpt.push_as(shown, Span::new(at, at + length));
        at += length;
        plain = at;
    }
    excerpt.push(Span::new(plain, span.end));
    excerpt
}

/// The insides of all texts of a script, in their order.
fn literals(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'/' if bytes.get(at + 1) == Some(&b'/')
                && at.checked_sub(1).is_none_or(|before| bytes[before] != b':') =>
            {
                at += text[at..].find('\n').unwrap_or(text.len() - at);
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at += text[at + 2..].find("*/").map_or(text.len() - at, |end| end + 4);
            }
            b'"' | b'\'' | b'`' => match end_of(text, at) {
                Some(end) => {
                    found.push(Span::new(at + 1, end));
                    at = end + 1;
                }
                None => at += 1,
            },
            _ => at += 1,
        }
    }
    found
}

/// The closing quote of the literal that opens at `at`.
fn end_of(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = bytes[at];
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'\\' => end += 1,
            b'\n' if quote != b'`' => return None,
            b'$' if quote == b'`' && bytes.get(end + 1) == Some(&b'{') => {
                end = crate::page::mdx::token::braces(text, end + 1)?;
                continue;
            }
            byte if byte == quote => return Some(end),
            _ => {}
        }
        end += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let source = SourceFile::new("a.js", text);
        read(&source).into_iter().map(|generated| generated.snippet.code.text().to_owned()).collect()
    }

    #[test]
    fn commands_and_their_parts_are_found() {
        let text = "let cmd = 'sglang serve \\\\\\n';\ncmd += `  --model-path ${name}`; // 'not --this'\ncmd += ' \\\\\\n  --tp 8';\nconst style = '1px solid';\n";
        assert_eq!(
            found(text),
            [
                "sglang serve --model-path ${MODEL} --model-path ${VALUE}",
                "sglang serve --model-path ${MODEL} --tp 8"
            ]
        );
        let whole = "const c = `python -m sglang.launch_server \\\\\n  --tp ${f({a: `x`})} --host 0.0.0.0`";
        assert_eq!(found(whole), ["python -m sglang.launch_server \\\n  --tp ${VALUE} --host 0.0.0.0"]);
        assert_eq!(found("a = 'sglang serve'; b = 'docker run '; c = ' --gpus all'"), [""; 0]);
    }

    #[test]
    fn every_word_has_its_place() {
        let text = "c = 'sglang serve';\nc += ' \\\\\\n  --tp-sise 8'";
        let source = SourceFile::new("a.js", text);
        let code = &read(&source)[0].snippet.code;
        let at = code.text().find("--tp-sise").unwrap();
        let place = code.locate(Span::new(at, at + 9));
        assert_eq!((place.text(), place.start().line), ("--tp-sise", 2));
    }

    #[test]
    fn nothing_hangs_or_panics() {
        for piece in ["`${", "'", "\"\\", "/*", "//", "`", "${}", "sglang serve --", "é\\"] {
            let _ = found(&piece.repeat(3000));
        }
    }
}
