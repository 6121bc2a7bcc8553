//! Code with its syntax marked by classes, so that one style sheet serves the light and the dark theme.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, RwLock};

use syntect::html::{ClassStyle, ClassedHTMLGenerator};
use syntect::parsing::{SyntaxReference, SyntaxSet};
use syntect::util::LinesWithEndings;

use super::escape::escape;

/// Before every class, so that a page's own styles keep out of the way.
const STYLE: ClassStyle = ClassStyle::SpacedPrefixed { prefix: "hl-" };

/// Longer blocks stand without colours: they are data, and the grammars are slow on them.
const LONGEST: usize = 100_000;

/// The grammars, unpacked at first use.
static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Highlights code, and remembers what it has highlighted: on real sites the same block stands on many pages.
#[derive(Debug, Default)]
pub struct Highlighter {
    known: RwLock<Known>,
}

/// What was highlighted lately, and what before that.
#[derive(Debug, Default)]
struct Known {
    recent: HashMap<Key, Arc<str>>,
    bytes: usize,
    older: HashMap<Key, Arc<str>>,
}

/// Bytes of HTML that are remembered, twice: of what is older than that, what was not asked for again is forgotten.
const MOST: usize = 1 << 24;

impl Known {
    fn add(&mut self, key: Key, html: &Arc<str>) {
        if self.bytes > MOST {
            self.older = std::mem::take(&mut self.recent);
            self.bytes = 0;
        }
        self.bytes += html.len();
        self.recent.insert(key, Arc::clone(html));
    }
}

/// The grammar's name, and a hash of the code.
type Key = (Box<str>, blake3::Hash);

impl Highlighter {
    /// One that remembers nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The code as HTML, one `span` within each line where the grammar has a name for a piece. Spans do not cross
    /// line breaks. Code of an unknown language is escaped only.
    pub fn html(&self, language: &str, code: &str) -> Arc<str> {
        let Some(grammar) = grammar(language).filter(|_| code.len() <= LONGEST) else {
            return escape(code).into();
        };
        let key = (grammar.name.as_str().into(), blake3::hash(code.as_bytes()));
        // A poisoned lock still holds whole entries: they are inserted in one step.
        let known = self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(html) = known.recent.get(&key) {
            return Arc::clone(html);
        }
        let older = known.older.get(&key).map(Arc::clone);
        drop(known);
        let html = older.unwrap_or_else(|| marked(grammar, code).into());
        self.known.write().unwrap_or_else(std::sync::PoisonError::into_inner).add(key, &html);
        html
    }
}

fn grammar(language: &str) -> Option<&'static SyntaxReference> {
    let token = match language.to_ascii_lowercase().as_str() {
        "" | "text" | "txt" | "plain" | "plaintext" | "output" => return None,
        "shell" | "console" | "shell-session" | "shellsession" | "terminal" | "zsh" => "bash".to_owned(),
        "jsonc" | "json5" | "jsonl" => "json".to_owned(),
        "mdx" => "md".to_owned(),
        "jinja" | "jinja2" => "html".to_owned(),
        other => other.to_owned(),
    };
    GRAMMARS.find_syntax_by_token(&token)
}

fn marked(grammar: &SyntaxReference, code: &str) -> String {
    let mut generator = ClassedHTMLGenerator::new_with_class_style(grammar, &GRAMMARS, STYLE);
    for line in LinesWithEndings::from(code) {
        if generator.parse_html_for_line_which_includes_newline(line).is_err() {
            // The grammar failed on this text; the code itself is what matters.
            return escape(code);
        }
    }
    spans_within_lines(&generator.finalize())
}

/// The parts of scope names that themes colour. The others (the language, the nesting of the grammar) would make a
/// page three times as long and change nothing.
const NAMES: [&str; 24] = [
    "comment",
    "constant",
    "deleted",
    "entity",
    "function",
    "heading",
    "inserted",
    "invalid",
    "keyword",
    "language",
    "link",
    "markup",
    "name",
    "numeric",
    "operator",
    "other",
    "parameter",
    "punctuation",
    "storage",
    "string",
    "support",
    "tag",
    "unquoted",
    "variable",
];

/// Closes every open `span` before a line break and opens it again behind, so that lines can be taken apart. Spans
/// that hold nothing, and those without a name that a theme colours, are dropped.
fn spans_within_lines(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut open: Vec<String> = Vec::new();
    // The span that ended last, and where. Grammars mark some texts character by character.
    let mut closed = (String::new(), 0);
    let mut rest = html;
    while let Some(at) = rest.find(['<', '\n']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('\n') {
            close_all(&open, &mut out);
            out.push('\n');
            open.iter().for_each(|tag| out.push_str(tag));
            rest = &rest[1..];
            continue;
        }
        let end = rest.find('>').map_or(rest.len(), |end| end + 1);
        let tag = &rest[..end];
        rest = &rest[end..];
        if tag == "</span>" {
            match open.pop() {
                Some(opening) if opening.is_empty() => {}
                Some(opening) if out.ends_with(&opening) => out.truncate(out.len() - opening.len()),
                opening => {
                    out.push_str(tag);
                    closed = (opening.unwrap_or_default(), out.len());
                }
            }
        } else {
            let opening = reduced(tag);
            if !opening.is_empty() && closed.1 == out.len() && closed.0 == opening {
                out.truncate(out.len() - "</span>".len());
                // What ended there goes on.
                closed = (String::new(), 0);
            } else {
                out.push_str(&opening);
            }
            open.push(opening);
        }
    }
    out.push_str(rest);
    out
}

/// The opening tag with the classes that themes colour; empty where there is none.
fn reduced(tag: &str) -> String {
    let classes = tag.split('"').nth(1).unwrap_or_default().split(' ');
    let kept: Vec<&str> = classes
        .filter(|class| class.strip_prefix("hl-").is_some_and(|name| NAMES.binary_search(&name).is_ok()))
        .collect();
    // Punctuation alone is coloured like the text around it.
    if kept.is_empty() || kept.contains(&"hl-punctuation") {
        return String::new();
    }
    format!("<span class=\"{}\">", kept.join(" "))
}

fn close_all(open: &[String], out: &mut String) {
    let open: Vec<&String> = open.iter().filter(|tag| !tag.is_empty()).collect();
    for (at, tag) in open.iter().enumerate().rev() {
        if out.ends_with(tag.as_str()) {
            out.truncate(out.len() - tag.len());
        } else {
            open[..=at].iter().for_each(|_| out.push_str("</span>"));
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_close_at_line_ends() {
        assert_eq!(
            spans_within_lines(
                "<span class=\"hl-source\"><span class=\"hl-string hl-bash\">x\ny</span></span>\n<span class=\"hl-name\"></span>z"
            ),
            "<span class=\"hl-string\">x</span>\n<span class=\"hl-string\">y</span>\nz"
        );
        assert_eq!(
            spans_within_lines("<span class=\"hl-tag\">\nx</span>"),
            "\n<span class=\"hl-tag\">x</span>"
        );
        // What a grammar marks character by character is one span.
        assert_eq!(
            spans_within_lines("<span class=\"hl-tag\">a</span><span class=\"hl-tag\">b</span> c"),
            "<span class=\"hl-tag\">ab</span> c"
        );
        assert!(NAMES.is_sorted());
    }

    /// The text of HTML that has tags and five escapes only.
    fn text(html: &str) -> String {
        let pieces = html.split('<').enumerate();
        let text: String = pieces
            .map(|(at, piece)| if at == 0 { piece } else { piece.split_once('>').expect("a tag").1 })
            .collect();
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    }

    #[test]
    fn a_joined_span_is_not_joined_again() {
        // The word is as long as the closing tag that joining took away.
        let code = "x = f\"{owner}/{repo}\"\n";
        assert_eq!(text(&Highlighter::new().html("python", code)), code);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_lost(
            language in proptest::sample::select(vec!["bash", "python", "yaml", "json", "ts", "html", "md", "rust"]),
            pieces in proptest::collection::vec(
                proptest::sample::select(vec![
                    "f\"", "\"", "'", "{", "}", "owner", "/", "repo", "<", ">", "&", "\n", " ", "$", "${A}", "$(b)",
                    "--tp", "8", "#", "\\\n", "[", "]", "(", ")", ":", "- ", "é", "|", "`", "//", "=", "def f", "</a>",
                ]),
                0..60,
            ),
        ) {
            let code = pieces.concat();
            proptest::prop_assert_eq!(text(&Highlighter::new().html(language, &code)), code);
        }
    }

    #[test]
    fn code_is_marked_and_text_survives() {
        let highlighter = Highlighter::new();
        let html = highlighter.html("bash", "python -m x --tp 8 \\\n  --name \"<a>\"\n");
        assert!(html.contains("hl-"), "{html}");
        assert!(html.contains("&lt;a&gt;"), "{html}");
        assert_eq!(&*highlighter.html("nonsense", "a < b"), "a &lt; b");
    }
}
