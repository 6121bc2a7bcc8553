#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test lists the rule pages itself")]
//! Every rule has a page, every page has a rule, and the examples on the pages do what they say.

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use support::{Run, files, program};

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rules and their levels, as the program lists them.
fn rules() -> BTreeMap<String, String> {
    let run = Run::of(program(repository()).args(["explain", "--list"])).code(0);
    let lines = run.stdout.lines().map(|line| line.split_whitespace());
    lines.map(|mut words| (words.next().unwrap().to_owned(), words.next().unwrap().to_owned())).collect()
}

/// The rule pages: by rule, the page's text.
fn pages() -> BTreeMap<String, String> {
    let all = files(&repository().join("content/rules")).into_iter();
    let pages = all.filter(|(path, _)| path.ends_with(".md") && path.contains('/'));
    pages
        .map(|(path, text)| (path.trim_end_matches(".md").to_owned(), String::from_utf8(text).unwrap()))
        .collect()
}

#[test]
fn every_rule_has_a_page_and_every_page_a_rule() {
    let (rules, pages) = (rules(), pages());
    let without_page: Vec<&String> = rules.keys().filter(|rule| !pages.contains_key(*rule)).collect();
    let without_rule: Vec<&String> = pages.keys().filter(|page| !rules.contains_key(*page)).collect();
    assert!(without_page.is_empty(), "rules without a page below content/rules: {without_page:#?}");
    assert!(without_rule.is_empty(), "pages that are about no rule: {without_rule:#?}");
    assert!(rules.len() > 50);
}

#[test]
fn pages_name_the_level_of_their_rule() {
    let (rules, pages) = (rules(), pages());
    let wrong: Vec<String> = rules
        .iter()
        .filter_map(|(rule, level)| {
            let text = pages.get(rule)?;
            let named = text.lines().find_map(|line| line.strip_prefix("level: "));
            (named != Some(level)).then(|| format!("{rule}: the page says {named:?}, the rule is `{level}`"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_rule_is_explained() {
    let name = "parallelism/ep-divides-tp";
    let run = Run::of(program(repository()).args(["explain", name])).code(0);
    assert!(run.stdout.starts_with(&format!("{name} (error)\n")), "{}", run.stdout);
    let near = Run::of(program(repository()).args(["explain", "parallelism/ep-divide-tp"])).code(2);
    near.mentions("there is no rule `parallelism/ep-divide-tp`").mentions(name);
}

/// The pages' examples carry `expect="group/name"` where they show what is wrong; building the site proves them.
#[test]
fn the_examples_of_the_pages_hold() {
    let run = Run::of(program(repository()).args(["check", "--format", "concise"])).code(0);
    let errors: Vec<&str> = run.stdout.lines().filter(|line| line.contains("error[")).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}
