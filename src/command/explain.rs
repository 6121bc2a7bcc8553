//! `shardbook explain`: what a rule checks and why.

use super::output::Terminal;
use super::{Failure, Outcome};
use crate::cli;
use crate::pipeline::rules;
use crate::text::nearest::did_you_mean;
use crate::world::embedded;

pub(super) fn run(options: &cli::Explain, terminal: &Terminal) -> Result<Outcome, Failure> {
    if let Some(name) = &options.rule {
        terminal.result(&explain(name)?);
    } else {
        let lines = rules::all()
            .into_iter()
            .map(|rule| format!("{:<36} {:<8} {}\n", rule.name, rule.level.name(), rule.summary));
        terminal.result(&lines.collect::<String>());
    }
    Ok(Outcome::Clean)
}

fn explain(name: &str) -> Result<String, Failure> {
    let Some(rule) = rules::named(name) else {
        let all = rules::all();
        let help = did_you_mean(name, all.iter().map(|rule| rule.name)).unwrap_or_default();
        return Err(format!("there is no rule `{name}` {help}").trim_end().to_owned());
    };
    let page = embedded::read(&format!("content/rules/{}.md", rule.name));
    let text = page.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let head = format!("{} ({})\n\n{}\n", rule.name, rule.level, rule.summary);
    Ok(format!("{head}\n{}", without_front_matter(&text).trim_start()))
}

fn without_front_matter(text: &str) -> &str {
    let body = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    body.map_or(text, |(_, body)| body)
}
