//! The registry: every rule of every room.

use crate::catalog;
use crate::diagnostic::Rule;
use crate::engine;
use crate::links;
use crate::page;
use crate::pipeline::stages::titles;
use crate::pipeline::{baseline, engines, load, settle};
use crate::render::templates;
use crate::verify::{self, rules::LAUNCH_RULES};
use crate::world::reader;

/// All rules, sorted by name.
pub fn all() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = Vec::new();
    rules.extend(reader::RULES);
    rules.extend(engine::block::RULES);
    rules.extend(catalog::compile::RULES);
    rules.extend(catalog::facts::RULES);
    rules.extend(catalog::outdated::RULES);
    rules.extend([&engines::DATA]);
    rules.extend(page::RULES);
    rules.extend(verify::uses::RULES);
    rules.extend(verify::constraints::RULES);
    rules.extend(verify::problems::RULES);
    rules.extend(verify::shell::RULES);
    rules.extend(LAUNCH_RULES.iter().map(|rule| rule.rule));
    rules.extend([
        &verify::block::UNSUPPORTED_FIELD,
        &verify::config_file::CONFIG_FILE,
        &verify::config_file::CONFIG_FILE_DROPPED,
        &verify::own::OWN_COMMAND,
        &verify::data::SYNTAX,
        &verify::page::UNMET_EXPECTATION,
        &verify::pair::DIFFERS,
        &verify::program::UNKNOWN_PROGRAM,
    ]);
    rules.extend(links::built::RULES);
    rules.extend(links::external::RULES);
    rules.extend(links::resolve::RULES);
    rules.extend([&templates::TEMPLATE]);
    rules.extend(load::RULES);
    rules.extend(settle::RULES);
    rules.extend([&baseline::MENDED, &titles::DUPLICATE_TITLE]);
    rules.sort_by_key(|rule| rule.name);
    rules.dedup_by_key(|rule| rule.name);
    rules
}

/// The rule of this name.
pub fn named(name: &str) -> Option<&'static Rule> {
    all().into_iter().find(|rule| rule.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_group_and_name_in_kebab_case() {
        for rule in all() {
            let (group, name) = rule.name.split_once('/').expect("a group");
            let kebab = |part: &str| {
                !part.is_empty()
                    && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            };
            assert!(kebab(group) && kebab(name), "{}", rule.name);
            assert!(!rule.summary.ends_with('.'), "{}", rule.name);
        }
    }
}
