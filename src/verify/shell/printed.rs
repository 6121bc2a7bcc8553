//! What a program printed, in a block that is labelled as shell.

use crate::diagnostic::{Diagnostic, Level};
use crate::text::{Location, Span};

use super::script::SYNTAX;

/// The finding for a text that is no script: nobody would run it, so it is a warning.
pub fn finding(location: Location, message: String) -> Diagnostic {
    let mut finding = Diagnostic::new(&SYNTAX, location, message)
        .help("name the block's language `text` if it shows output, or that which it is written in");
    finding.level = Level::Warning;
    finding
}

/// `usage:` at the head of a line with the form of a command, `usage: serve [-h]`. Behind it a program lists its options.
pub fn usage(text: &str) -> Option<Span> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let head = line.get(.."usage:".len()).filter(|head| head.eq_ignore_ascii_case("usage:"));
        if let Some(head) = head
            && line[head.len()..].contains(['[', '<'])
        {
            return Some(Span::new(start, start + head.len()));
        }
        start += line.len();
    }
    None
}

/// Whether a text begins as no shell script does: as JSON, or as an object of Python is printed (`Version(major=1)`).
pub fn is_data(text: &str) -> bool {
    let text = text.trim_start();
    let inner = text.strip_prefix(['{', '[']).map(str::trim_start);
    if inner.is_some_and(|inner| inner.starts_with(['"', '{', '['])) {
        return true;
    }
    let name = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let inside = text[name..].strip_prefix('(').map(str::trim_start);
    name > 0 && inside.is_some_and(|inside| !inside.starts_with(')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_found_at_the_head_of_a_line() {
        assert_eq!(usage("serve --help\nUsage: serve [OPTIONS]\n"), Some(Span::new(13, 19)));
        assert_eq!(usage("usage: serve [-h]"), Some(Span::new(0, 6)));
        assert_eq!(usage("echo usage: serve\n# Usage: serve\n"), None);
        assert_eq!(usage("é\nusagé: [x]"), None);
        // An author's own title above a command.
        assert_eq!(usage("Usage:\nserve --tp 8\n"), None);
        assert_eq!(usage("Usage: serve --tp 8\n"), None);
    }

    #[test]
    fn data_begins_as_no_script_does() {
        for data in ["{\"a\": 1}", "[\n  {\n", "Version(major=1)", "Jobs(\n  [1])"] {
            assert!(is_data(data), "{data}");
        }
        for script in ["[ -f x ]", "{ a; }", "name() { a; }", "a b (c d)", "(a; b)", ""] {
            assert!(!is_data(script), "{script}");
        }
    }
}
