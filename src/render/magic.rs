//! Comments in code blocks of Docusaurus that mark lines: `// highlight-next-line`, `# highlight-start`.

/// The code without such comments, and the lines of it that they mark, from 1; `None` where there are none.
pub(super) fn marked(code: &str) -> Option<(String, Vec<u32>)> {
    if !code.contains("highlight-") {
        return None;
    }
    let (mut text, mut lines, mut number) = (String::with_capacity(code.len()), Vec::new(), 0u32);
    let (mut found, mut next, mut open) = (false, false, false);
    for line in code.split_inclusive('\n') {
        if let Some(word) = comment(line.trim()) {
            found = true;
            match word {
                "highlight-next-line" => next = true,
                word => open = word == "highlight-start",
            }
            continue;
        }
        number += 1;
        if next || open {
            lines.push(number);
        }
        next = false;
        text.push_str(line);
    }
    found.then_some((text, lines))
}

/// The word of a line that is such a comment in any language.
fn comment(line: &str) -> Option<&str> {
    let openers = ["//", "#", "--", "%", ";", "{/*", "/*", "<!--", "REM "];
    let rest = openers.iter().find_map(|opener| line.strip_prefix(opener))?;
    let word = ["*/}", "*/", "-->"].iter().find_map(|close| rest.strip_suffix(close)).unwrap_or(rest).trim();
    ["highlight-next-line", "highlight-start", "highlight-end"].contains(&word).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn comments_mark_lines_and_are_gone() {
        for (code, expected) in [
            ("a\n// highlight-next-line\nb\nc\n", Some(("a\nb\nc\n", vec![2]))),
            ("# highlight-start\na\nb\n# highlight-end\nc", Some(("a\nb\nc", vec![1, 2]))),
            ("  {/* highlight-next-line */}\n  <A/>\n", Some(("  <A/>\n", vec![1]))),
            ("echo highlight-next-line\n", None),
            ("// highlight-next-lines\n", None),
        ] {
            let expected = expected.map(|(text, lines)| (text.to_owned(), lines));
            assert_eq!(marked(code), expected, "{code}");
        }
    }
}
