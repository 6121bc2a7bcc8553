//! `import` and `export` lines: which names they give, and what stands behind them.

use super::script::{self, Value};
use super::token::braces;
use crate::text::Span;

/// A name and the file that it is imported from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// The name in the page.
    pub(crate) name: String,
    /// The name in the file.
    pub(crate) exported: String,
    /// What is imported, as written: `./_part.mdx`, `@theme/Tabs`.
    pub(crate) path: String,
    /// The bytes of `path`.
    pub(crate) span: Span,
}

/// The names of a page's ESM.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub(crate) imports: Vec<Import>,
    pub(crate) constants: script::Names,
    /// Whether a value is wanted of which only parts can be read.
    parts: bool,
}

/// The end of the ESM that begins at `at`, a line's start; `None` where prose begins there.
pub(crate) fn end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let after = |word: &str| {
        let after = rest.strip_prefix(word)?;
        after.starts_with([' ', '\t', '{', '"', '\'', '*', '\n']).then(|| after.trim_start())
    };
    let known = match (after("import"), after("export")) {
        (Some(after), _) => is_import(after),
        (_, Some(after)) => [
            "const ",
            "let ",
            "var ",
            "function",
            "class ",
            "default ",
            "async ",
            "{",
            "*",
            "type ",
            "interface ",
        ]
        .iter()
        .any(|word| after.starts_with(word)),
        _ => false,
    };
    if !known {
        return None;
    }
    // It goes on to the first empty line that is in no bracket, string or comment.
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut at = at;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' if depth == 0 && ends_before(&text[at + 1..]) => return Some(at + 1),
            b'{' => {
                at = braces(text, at)?;
                continue;
            }
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'`' => at += 1 + template(&text[at + 1..])?,
            b'/' if bytes.get(at + 1) == Some(&b'*') => at += 3 + text[at + 2..].find("*/")?,
            _ => {}
        }
        at += 1;
    }
    (depth == 0).then_some(text.len())
}

/// What follows `import`: `x from "…"`, `{ a } from "…"`, `"…"`.
fn is_import(after: &str) -> bool {
    if after.starts_with(['"', '\'']) {
        return true;
    }
    // The word stands between the names and the source, on whichever line.
    let is_word = |at: &usize| {
        after[..*at].ends_with(|c: char| c.is_whitespace() || c == '}')
            && after[at + 4..].starts_with(|c: char| c.is_whitespace() || c == '"' || c == '\'')
    };
    let Some(from) = after.match_indices("from").map(|(at, _)| at).find(is_word) else { return false };
    let names = &after[..from];
    let source = &after[from + 4..];
    !names.contains("\n\n")
        && source.trim_start().starts_with(['"', '\''])
        && names.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || "_$,{}*".contains(c))
}

/// Whether ESM ends before this text: at an empty line, or at the end of a block of code that holds it.
fn ends_before(text: &str) -> bool {
    let line = text.split('\n').next().unwrap_or_default().trim();
    line.is_empty() || line.starts_with("```") || line.starts_with("~~~")
}

fn template(rest: &str) -> Option<usize> {
    let mut escaped = false;
    rest.bytes().position(|byte| {
        let ends = byte == b'`' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

/// Reads the names that a piece of ESM gives.
pub(crate) fn read(text: &str, span: Span, names: &mut Names) {
    let mut at = span.start;
    while at < span.end {
        let rest = &text[at..span.end];
        let word = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        match word {
            "import" => at = import(text, Span::new(at, span.end), names),
            "export" | "const" | "let" | "var" | "function" => {
                at = declaration(text, Span::new(at, span.end), names)
            }
            _ => at += rest.find('\n').map_or(rest.len(), |line| line + 1),
        }
    }
}

/// Reads one import and gives its end.
fn import(text: &str, span: Span, names: &mut Names) -> usize {
    let rest = span.of(text);
    let Some(open) = rest.find(['"', '\'']) else { return span.end };
    let quote = if rest[open..].starts_with('"') { '"' } else { '\'' };
    let Some(length) = rest[open + 1..].find(quote) else { return span.end };
    let path = Span::new(span.start + open + 1, span.start + open + 1 + length);
    let bound = rest["import".len()..open].trim().trim_end_matches("from").trim();
    for part in bound.split([',', '{', '}']) {
        let name = part.rsplit(" as ").next().unwrap_or(part).trim();
        let name = name.strip_prefix("* as ").unwrap_or(name).trim();
        if !name.is_empty() {
            let exported = part.split(" as ").next().unwrap_or(part).trim();
            let value = asset(path.of(text)).map_or(Value::Unknown, |path| Value::Text(path.into()));
            names.constants.insert(name.to_owned(), value);
            names.imports.push(Import {
                name: name.into(),
                exported: exported.into(),
                path: path.of(text).into(),
                span: path,
            });
        }
    }
    let end = path.end + 1;
    text[end..span.end].find('\n').map_or(span.end, |line| end + line + 1)
}

/// The address that an imported picture has as a value.
fn asset(path: &str) -> Option<&str> {
    let ending = path.rsplit_once('.')?.1;
    ["png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "mp4", "pdf"].contains(&ending).then_some(path)
}

/// Reads one declaration and gives its end: `export const name = …`, `export function name(…) {…}`.
fn declaration(text: &str, span: Span, names: &mut Names) -> usize {
    let rest = span.of(text);
    let line = |from: usize| rest[from..].find('\n').map_or(span.end, |at| span.start + from + at + 1);
    let declared = rest.strip_prefix("export").map_or(rest, str::trim_start);
    let declared = declared.strip_prefix("default ").map_or(declared, str::trim_start);
    if let Some(function) = declared.strip_prefix("function ") {
        if let Some((name, function)) = script::declared(function) {
            names.constants.insert(name, function);
        }
        return line(0);
    }
    let declared = ["const ", "let ", "var "].iter().find_map(|word| declared.strip_prefix(word));
    let Some((name, value)) = declared.and_then(|declared| declared.split_once('=')) else { return line(0) };
    let name = name.split(':').next().unwrap_or(name).trim();
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$') {
        return line(0);
    }
    // A name without a value that can be read is known all the same.
    let read = if names.parts { script::evaluate_parts } else { script::evaluate_head };
    let (value, length) = read(value, &names.constants)
        .map_or((Value::Unknown, 0), |(found, length)| (found, rest.len() - value.len() + length));
    names.constants.insert(name.to_owned(), value);
    line(length)
}

/// What a script exports by default: `export default …`, `module.exports = …`, or the whole of a file of JSON.
pub(crate) fn default_export(text: &str) -> Option<Value> {
    if text.trim_start().starts_with('{') {
        return script::evaluate_parts(text, &script::Names::new()).map(|(value, _)| value);
    }
    // Types mean nothing here.
    let text = &text.replace(" as const", "");
    let mut names = Names { parts: true, ..Names::default() };
    read(text, Span::new(0, text.len()), &mut names);
    let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let mut exported = line_starts.filter_map(|at| {
        let rest = &text[at..];
        rest.strip_prefix("export default ").or_else(|| {
            rest.strip_prefix("module.exports").and_then(|rest| rest.trim_start().strip_prefix('='))
        })
    });
    exported
        .next_back()
        .and_then(|rest| script::evaluate_parts(rest, &names.constants))
        .map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn esm_ends_at_an_empty_line() {
        for (text, expected) in [
            ("import A from 'a'\nimport B from 'b'\n\nText", Some("import A from 'a'\nimport B from 'b'\n")),
            ("export const a = {\n\n  b: 1,\n}\n\nText", Some("export const a = {\n\n  b: 1,\n}\n")),
            ("import { A,\n  B } from \"a\";\n", Some("import { A,\n  B } from \"a\";\n")),
            ("import 'a'", Some("import 'a'")),
            ("import a from\n'./a.png';\n\nb", Some("import a from\n'./a.png';\n")),
            ("import {a}from'b'\n", Some("import {a}from'b'\n")),
            ("import A from 'a'\n```\n\nB", Some("import A from 'a'\n")),
            (
                "export const a = () => (\n  <b>\n\n  </b>\n)\n\nT",
                Some("export const a = () => (\n  <b>\n\n  </b>\n)\n"),
            ),
            ("import the module from the list", None),
            ("importantly, x", None),
            ("export the model first\n", None),
            ("imports", None),
        ] {
            assert_eq!(end(text, 0).map(|end| &text[..end]), expected);
        }
    }

    #[test]
    fn scripts_export_what_can_be_read() {
        let written = "{docs: ['a', ...require('./more'), {type: 'doc', id: make()}]}";
        for text in [
            format!(
                "// @ts-check\n\n/** @type {{import('x').Y}} */\nconst sidebars = {written};\n\nmodule.exports = sidebars;\n"
            ),
            format!(
                "import type {{X}} from 'x';\n\nconst sidebars: X = {written} satisfies X;\nexport default sidebars;\n"
            ),
            format!("export default {written} as const;\n"),
            written.to_owned(),
        ] {
            let Some(Value::Object(entries)) = default_export(&text) else { panic!("{text}") };
            let item = Value::Object(vec![
                ("type".into(), Value::Text("doc".into())),
                ("id".into(), Value::Unknown),
            ]);
            let items = vec![Value::Text("a".into()), Value::Unknown, item];
            assert_eq!(entries, [("docs".to_owned(), Value::List(items))], "{text}");
        }
        assert_eq!(
            default_export("{\"a\": [\"b\"]}\n"),
            Some(Value::Object(vec![("a".into(), Value::List(vec![Value::Text("b".into())]))]))
        );
        assert_eq!(default_export("const a = 1\n"), None);
    }

    #[test]
    fn names_and_texts_are_known() {
        let text = "import A, { B, C as D } from './_a.mdx';\nimport pic from './p.png'\nexport const v = '1.2'\nexport const w = `${v}.3`;\nexport const f = () => 1\n";
        let mut names = Names::default();
        read(text, Span::new(0, text.len()), &mut names);
        let imported: Vec<_> =
            names.imports.iter().map(|import| (import.name.as_str(), import.path.as_str())).collect();
        assert_eq!(imported, [("A", "./_a.mdx"), ("B", "./_a.mdx"), ("D", "./_a.mdx"), ("pic", "./p.png")]);
        assert_eq!(names.imports[0].span.of(text), "./_a.mdx");
        let value = |name: &str| names.constants.get(name).and_then(Value::text);
        assert_eq!(
            (value("v"), value("w"), value("pic"), value("f")),
            (Some("1.2".into()), Some("1.2.3".into()), Some("./p.png".into()), None)
        );
    }
}
