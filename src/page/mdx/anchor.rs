//! The anchors that Mintlify makes of titles (`@mintlify/common`, `slugify.js` and `remarkComponentIds.js`).
//!
//! They are not those of GitHub: `chat.agent()` is `chat-agent`, and what comes again is numbered `-2`, `-3`.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The anchors of a page's headings, or of its tabs, in their order.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    seen: HashMap<String, usize>,
}

impl Anchors {
    /// The anchor of the next title.
    pub(crate) fn next(&mut self, title: &str) -> String {
        let slug = words(title);
        // Titles that end with a number are told apart from those that are numbered.
        let bare = slug.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
        let bare = if slug[bare.len()..].starts_with('-') { bare } else { slug.as_str() };
        let others = self.seen.get(bare).copied().unwrap_or_default();
        let count = self.seen.entry(slug.clone()).or_default();
        *count += 1;
        cleaned(&if *count > 1 || others > 2 { format!("{slug}-{count}") } else { slug })
    }
}

/// The anchor of a title that stands alone.
pub(crate) fn of_title(title: &str) -> String {
    cleaned(&words(title))
}

/// The anchor of an accordion.
pub(crate) fn of_accordion(title: &str) -> String {
    let plain = title.replacen(':', "-", 1).replace('&', " and ").to_lowercase();
    let plain: String = plain.nfd().filter(|c| !is_combining_mark(*c)).collect();
    joined(&plain, |c| c.is_ascii_alphanumeric())
}

/// The anchor of a parameter: `param-chunk-size` of `chunkSize` and of `chunk_size`.
pub(crate) fn of_parameter(name: &str) -> String {
    let mut spaced = String::from("param-");
    let mut before = ' ';
    let mut letters = name.chars().peekable();
    while let Some(c) = letters.next() {
        let ends_word = before.is_ascii_lowercase() || before.is_ascii_digit();
        let begins_word = before.is_ascii_uppercase() && letters.peek().is_some_and(char::is_ascii_lowercase);
        if c.is_ascii_uppercase() && (ends_word || begins_word) {
            spaced.push('-');
        }
        spaced.push(c.to_ascii_lowercase());
        before = c;
    }
    joined(&spaced, |c| c.is_ascii_alphanumeric())
}

/// A title in lower case with `-` between its words. The signs that an address does not escape part words; all others
/// are kept for now.
fn words(title: &str) -> String {
    joined(&title.to_lowercase(), |c| !c.is_whitespace() && !"-.!~*'()".contains(c))
}

/// The runs of characters that are kept, with `-` between them. What is left of `it's` and `don't` is one.
fn joined(text: &str, keeps: impl Fn(char) -> bool) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut may_join = false;
    for run in text.split(|c| !keeps(c)).filter(|run| !run.is_empty()) {
        let joins = may_join && matches!(run, "s" | "t") && !slug.ends_with('_');
        if !slug.is_empty() && !joins {
            slug.push('-');
        }
        slug.push_str(run);
        may_join = !joins;
    }
    slug
}

/// A slug without the punctuation and the emoji that the published page leaves out.
fn cleaned(slug: &str) -> String {
    let cleaned: String = slug.chars().filter(|c| !"?,;:!'\"()[]{}".contains(*c) && !is_emoji(*c)).collect();
    if cleaned.is_empty() { "section".into() } else { cleaned }
}

/// Pictures, the joiners between them, and what sets their form.
fn is_emoji(c: char) -> bool {
    matches!(c,
        '©' | '®' | '\u{200d}' | '\u{203c}' | '\u{2049}' | '™' | 'ℹ' | '\u{2194}'..='\u{2199}' | '\u{21a9}' | '\u{21aa}'
        | '\u{231a}' | '\u{231b}' | '\u{2328}' | '\u{23cf}' | '\u{23e9}'..='\u{23f3}' | '\u{23f8}'..='\u{23fa}' | '\u{24c2}'
        | '\u{25aa}' | '\u{25ab}' | '\u{25b6}' | '\u{25c0}' | '\u{25fb}'..='\u{25fe}' | '\u{2600}'..='\u{2605}'
        | '\u{2607}'..='\u{2612}' | '\u{2614}'..='\u{2685}' | '\u{2690}'..='\u{2705}' | '\u{2708}'..='\u{2712}' | '\u{2714}'
        | '\u{2716}' | '\u{271d}' | '\u{2721}' | '\u{2728}' | '\u{2733}' | '\u{2734}' | '\u{2744}' | '\u{2747}' | '\u{274c}'
        | '\u{274e}' | '\u{2753}'..='\u{2755}' | '\u{2757}' | '\u{2763}'..='\u{2767}' | '\u{2795}'..='\u{2797}' | '\u{27a1}'
        | '\u{27b0}' | '\u{27bf}' | '\u{2934}' | '\u{2935}' | '\u{2b05}'..='\u{2b07}' | '\u{2b1b}' | '\u{2b1c}' | '\u{2b50}'
        | '\u{2b55}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{fe0e}' | '\u{fe0f}' | '\u{1f000}'..='\u{1f0ff}'
        | '\u{1f10d}'..='\u{1f10f}' | '\u{1f12f}' | '\u{1f16c}'..='\u{1f171}' | '\u{1f17e}' | '\u{1f17f}' | '\u{1f18e}'
        | '\u{1f191}'..='\u{1f19a}' | '\u{1f1ad}'..='\u{1f1ff}' | '\u{1f201}'..='\u{1f20f}' | '\u{1f21a}' | '\u{1f22f}'
        | '\u{1f232}'..='\u{1f23a}' | '\u{1f23c}'..='\u{1f23f}' | '\u{1f249}'..='\u{1f64f}' | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f774}'..='\u{1f77f}' | '\u{1f7d5}'..='\u{1f7ff}' | '\u{1f80c}'..='\u{1f80f}' | '\u{1f90c}'..='\u{1f93a}'
        | '\u{1f93c}'..='\u{1f945}' | '\u{1f947}'..='\u{1faff}' | '\u{1fc00}'..='\u{1fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `slugify`, `cleanHeadingId`, `generateComponentId` and `generateParamFieldId` of `@mintlify/common` give.
    #[test]
    fn anchors_are_those_of_mintlify() {
        for (title, heading, accordion) in [
            ("Tensor Parallelism (TP)", "tensor-parallelism-tp", "tensor-parallelism-tp"),
            ("chat.agent()", "chat-agent", "chat-agent"),
            ("What's `--tp-size`?", "whats-`-tp-size`", "whats-tp-size"),
            ("Middleware & locals", "middleware-&-locals", "middleware-and-locals"),
            ("模型 配置", "模型-配置", ""),
            ("snake_case 1.2", "snake_case-1-2", "snake-case-1-2"),
            ("A: b, c", "a-b-c", "a-b-c"),
            ("X — Y", "x-—-y", "x-y"),
            ("a / b", "a-/-b", "a-b"),
            ("🚀 Start", "-start", "start"),
            ("C++", "c++", "c"),
            ("The engine's", "the-engines", "the-engines"),
            ("Don't stop", "dont-stop", "dont-stop"),
            ("?!", "section", ""),
            ("  Spaces   inside ", "spaces-inside", "spaces-inside"),
            ("½ x² Ⅷ", "½-x²-ⅷ", "x"),
            ("~tilde~ *star*", "tilde-star", "tilde-star"),
            ("© 2024", "-2024", "2024"),
            ("İ", "i\u{307}", "i"),
            ("v4.5 [wire] {format}", "v4-5-wire-format", "v4-5-wire-format"),
        ] {
            assert_eq!(
                (of_title(title).as_str(), of_accordion(title).as_str()),
                (heading, accordion),
                "{title}"
            );
        }
        for (name, expected) in [
            ("chunkSize", "param-chunk-size"),
            ("chunk_size", "param-chunk-size"),
            ("HTTPServer", "param-http-server"),
            ("APIKeyID", "param-api-key-id"),
            ("a.b[0]", "param-a-b-0"),
            ("maxTokens2", "param-max-tokens2"),
        ] {
            assert_eq!(of_parameter(name), expected, "{name}");
        }
    }

    #[test]
    fn anchors_that_come_again_are_numbered_as_mintlify_does() {
        let titles = ["a", "a", "a", "a 2", "a-2", "b", "step 1", "step", "step", "step", "step 1", "step 2"];
        let mut anchors = Anchors::default();
        let found = titles.map(|title| anchors.next(title)).join(" ");
        assert_eq!(found, "a a-2 a-3 a-2-1 a-2-2 b step-1 step step-2 step-3 step-1-2 step-2-1");
    }
}
