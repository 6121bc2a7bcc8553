//! Headings and anchors.
//!
//! Anchors are made as GitHub makes them, so that links written for it hold: lower case, spaces become `-`, other
//! punctuation goes, letters of any script stay, and what comes again is numbered `-1`, `-2`. A site of Mintlify has
//! anchors of its own, which `mdx::anchor` makes.

use std::collections::{HashMap, HashSet};

use unicode_normalization::char::is_combining_mark;

use crate::page::mdx;
use crate::page::spanned::Spanned;
use crate::text::Span;
use crate::world::layout::Anchors;

/// One heading. Its inline elements are the children of its node in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// The level, 1 to 6.
    pub level: u8,
    /// The words, without markup.
    pub text: Box<str>,
    /// The anchor, unique on the page: as written in `{#id}`, or made from the words.
    pub anchor: Box<str>,
    /// The `id` in `{#id}`, if written.
    pub explicit: Option<Span>,
    /// The classes in `{.class}`.
    pub classes: Vec<Box<str>>,
    /// The whole heading.
    pub span: Span,
    /// The words with their markup.
    pub content: Span,
}

/// Gives every heading without an explicit anchor one that no other heading and no `taken` id has.
pub(crate) fn assign_anchors(headings: &mut [Heading], taken: &[Spanned<Box<str>>], anchors: Anchors) {
    let explicit = headings.iter().filter(|heading| heading.explicit.is_some());
    let mut used: HashSet<Box<str>> = explicit.map(|heading| heading.anchor.clone()).collect();
    used.extend(taken.iter().map(|id| id.value.clone()));
    match anchors {
        Anchors::Github => github_anchors(headings, used),
        Anchors::Mintlify => mintlify_anchors(headings, used),
    }
}

/// Mintlify gives anchors to the first four levels; the others get theirs behind them.
fn mintlify_anchors(headings: &mut [Heading], mut used: HashSet<Box<str>>) {
    let mut anchors = mdx::anchor::Anchors::default();
    let (upper, lower): (Vec<_>, Vec<_>) = headings
        .iter_mut()
        .filter(|heading| heading.explicit.is_none())
        .partition(|heading| heading.level <= LISTED);
    for heading in upper.into_iter().chain(lower) {
        heading.anchor = anchors.next(&heading.text).into();
        while !used.insert(heading.anchor.clone()) {
            heading.anchor = anchors.next(&heading.text).into();
        }
    }
}

/// The deepest level that Mintlify gives anchors to.
const LISTED: u8 = 4;

fn github_anchors(headings: &mut [Heading], mut used: HashSet<Box<str>>) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for heading in headings.iter_mut().filter(|heading| heading.explicit.is_none()) {
        let slug = slug(&heading.text);
        let count = counts.entry(slug.clone()).or_default();
        let mut anchor = slug.clone();
        while *count > 0 || used.contains(anchor.as_str()) {
            *count = (*count).max(1);
            anchor = format!("{slug}-{count}");
            *count += 1;
            if !used.contains(anchor.as_str()) {
                break;
            }
        }
        *count = (*count).max(1);
        heading.anchor = anchor.into();
        used.insert(heading.anchor.clone());
    }
}

/// The anchor of some words as GitHub makes it, before numbering; `section` where nothing is left.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            ' ' => slug.push('-'),
            '-' | '_' => slug.push(c),
            _ if c.is_alphabetic() || is_combining_mark(c) || (c.is_numeric() && !is_other_number(c)) => {
                slug.extend(c.to_lowercase());
            }
            _ => {}
        }
    }
    if slug.is_empty() { "section".into() } else { slug }
}

/// Fractions, superscripts and numbers in circles: numbers that are neither digits nor letters (Unicode's `No`).
fn is_other_number(c: char) -> bool {
    matches!(c,
        '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{bc}'..='\u{be}' | '\u{2070}'..='\u{2079}' | '\u{2080}'..='\u{2089}'
        | '\u{2150}'..='\u{215f}' | '\u{2189}' | '\u{2460}'..='\u{249b}' | '\u{24ea}'..='\u{24ff}'
        | '\u{2776}'..='\u{2793}' | '\u{3192}'..='\u{3195}' | '\u{3220}'..='\u{3229}' | '\u{3248}'..='\u{324f}'
        | '\u{3251}'..='\u{325f}' | '\u{3280}'..='\u{3289}' | '\u{32b1}'..='\u{32bf}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchors(texts: &[&str], taken: &[&str]) -> Vec<String> {
        let mut headings: Vec<Heading> = texts
            .iter()
            .map(|text| Heading {
                level: 2,
                text: text.trim_start_matches('=').into(),
                anchor: text.trim_start_matches('=').into(),
                explicit: text.starts_with('=').then(Span::default),
                classes: Vec::new(),
                span: Span::default(),
                content: Span::default(),
            })
            .collect();
        let taken: Vec<_> = taken.iter().map(|id| Spanned::new(Box::from(*id), Span::default())).collect();
        assign_anchors(&mut headings, &taken, Anchors::Github);
        headings.into_iter().map(|heading| heading.anchor.into()).collect()
    }

    #[test]
    fn slugs_are_those_of_github() {
        for (text, expected) in [
            ("Tensor Parallelism (TP)", "tensor-parallelism-tp"),
            ("What's `--tp-size`?", "whats---tp-size"),
            ("Größe & Übersicht", "größe--übersicht"),
            ("模型 配置", "模型-配置"),
            ("snake_case 1.2", "snake_case-12"),
            ("x² Ⅷ ½", "x-ⅷ-"),
            ("İ", "i\u{307}"),
            ("?!", "section"),
        ] {
            assert_eq!(slug(text), expected, "{text}");
        }
    }

    #[test]
    fn anchors_are_unique() {
        assert_eq!(anchors(&["a", "A", "a"], &[]), ["a", "a-1", "a-2"]);
        assert_eq!(anchors(&["a-1", "a", "a"], &[]), ["a-1", "a", "a-2"]);
        assert_eq!(anchors(&["a", "=a", "b"], &["b", "b-1"]), ["a-1", "a", "b-2"]);
    }
}
