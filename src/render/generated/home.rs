//! The parts of hand-written pages that come from data: the start page's builder, and the head of a rule's page.

use indexmap::IndexSet;
use serde_json::{Value, json};

use super::configuration::{Block, block_html, hardware_text, launch_notes};
use super::words::{count, inline};
use super::{Library, ModelEntry, Setup, api};
use crate::engine::version::Version;
use crate::render::escape::escape;
use crate::render::highlight::Highlighter;
use crate::render::view::{Fact, PageView, SiteView};
use crate::verify::catalog::Place;

/// The start page: a promise, a command that works, and where to go on.
pub fn home(library: &Library<'_>, site: &SiteView, page: &PageView, highlighter: &Highlighter) -> Value {
    let version = library.parts.default_version;
    let shown = first(library, version);
    let builder = shown.map_or_else(
        || json!({ "title": "", "src": "", "model": "", "name": "", "steps": [], "hardware": "", "version": "", "caption": "", "code": "", "note": "", "links": [] }),
        |(entry, setup)| {
            let code = api::command(setup, version);
            let block = Block { language: "bash", code, ..Block::default() };
            json!({
                "title": "What do I run?",
                "src": site.address("/api/builder.json"),
                "model": entry.model.model_path.value,
                "hardware": setup.newest().place.hardware,
                "name": entry.name(),
                "steps": steps(library, entry, setup, version),
                "version": version,
                "caption": format!(
                    "{} on {}: {}",
                    entry.name(),
                    hardware_text(library, setup),
                    api::layout(library, setup)
                ),
                "code": block_html(&block, highlighter),
                "note": inline(&launch_notes(library, setup).join(" ")),
                "links": [
                    {
                        "title": "All its forms (YAML, config file, Docker, smoke test)",
                        "url": format!("{}#{}", site.address(&entry.url), setup.anchor),
                    },
                    {
                        "title": format!("All configurations of {}", entry.name()),
                        "url": site.address(&entry.url),
                    },
                ],
            })
        },
    );
    json!({
        "promise": page.title,
        "lead": page.lead.as_deref().map(escape).unwrap_or_default(),
        "builder": builder,
        "cards": cards(library, site),
    })
}

/// Where a configuration stands.
fn of<'a>(setup: &Setup<'a>) -> Place<'a> {
    setup.newest().place
}

/// The steps of the builder as they look before the script has made them, so that nothing moves when it has.
fn steps(library: &Library<'_>, entry: &ModelEntry<'_>, shown: &Setup<'_>, version: Version) -> Vec<Value> {
    let left = |setup: &&Setup<'_>| {
        let (one, other) = (of(setup), of(shown));
        one.hardware == other.hardware
            && one.configuration.quantization.value == other.configuration.quantization.value
    };
    let all: Vec<&Setup<'_>> = entry.offered().into_iter().map(|(_, setup)| setup).collect();
    let values = |value: fn(&Setup<'_>) -> String| {
        let values: IndexSet<String> = all.iter().map(|setup| value(setup)).collect();
        values.into_iter().collect::<Vec<_>>()
    };
    let quantizations = values(|setup| setup.newest().place.configuration.quantization.value.clone());
    let goals = values(|setup| setup.newest().place.configuration.optimization.value.clone());
    let on_hardware = |name: &String| {
        let mut here = all.iter().filter(|setup| of(setup).hardware == of(shown).hardware);
        here.any(|setup| of(setup).configuration.quantization.value == *name)
    };
    let for_goal = |name: &String| {
        let mut here = all.iter().copied().filter(left);
        here.any(|setup| of(setup).configuration.optimization.value == *name)
    };
    let goal = &of(shown).configuration.optimization.value;
    let setups = all.iter().copied().filter(left);
    let setups = setups.filter(|setup| of(setup).configuration.optimization.value == *goal);
    let setups = setups.map(|setup| format!("{} · {} GPUs", setup.name(), super::gpus(library, setup)));
    let setups: Vec<String> = setups.collect();
    let hardware: Vec<String> = library.parts.catalog.hardware.names().map(str::to_owned).collect();
    let versions: Vec<String> = library.versions.iter().map(Version::to_string).collect();
    let accepted: Vec<String> = shown.accepted(&library.versions).iter().map(Version::to_string).collect();
    let mut steps = vec![
        step("Hardware", &hardware, of(shown).hardware, |name| entry.hardware.contains_key(name.as_str())),
        step("Quantization", &quantizations, &of(shown).configuration.quantization.value, on_hardware),
        step("Goal", &goals, goal, for_goal),
    ];
    if setups.len() > 1 {
        steps.push(step("Setup", &setups, setups.first().map_or("", String::as_str), |_| true));
    }
    steps.push(step("SGLang", &versions, &version.to_string(), |name| accepted.contains(name)));
    steps
}

fn step(label: &str, values: &[String], chosen: &str, can: impl Fn(&String) -> bool) -> Value {
    let others: Vec<&str> = values.iter().filter(|value| !can(value)).map(String::as_str).collect();
    let why = match others.len() {
        0 => None,
        few if few <= 3 => Some(format!("Why not {}?", others.join(", "))),
        many => Some(format!("Why not the other {many}?")),
    };
    let choices: Vec<Value> = values
        .iter()
        .map(|value| json!({ "label": value, "chosen": value == chosen, "possible": can(value) }))
        .collect();
    json!({ "label": label, "choices": choices, "why": why })
}

/// The configuration that is shown before a reader has chosen one: the first that the version accepts, of one node
/// where there is one.
fn first<'l, 'a>(library: &'l Library<'a>, version: Version) -> Option<(&'l ModelEntry<'a>, &'l Setup<'a>)> {
    let models = library.index.models.iter().filter(|entry| entry.model.attributes.llm().is_some());
    let offered = models.flat_map(|entry| entry.offered().into_iter().map(move |(_, setup)| (entry, setup)));
    let mut accepted = offered.filter(|(_, setup)| setup.refusal(version).is_none()).peekable();
    let any = accepted.peek().copied();
    accepted.find(|(_, setup)| !setup.spans_nodes()).or(any)
}

fn cards(library: &Library<'_>, site: &SiteView) -> Vec<Value> {
    let configurations: usize = library.index.models.iter().map(|entry| entry.setups().count()).sum();
    let models = count(library.index.models.len(), "model");
    let hardware = library.parts.catalog.hardware.specs.len();
    let cards = [
        (
            "/models/",
            "Models",
            "Every model with the GPUs that it runs on.",
            format!("{models}, {}", count(configurations, "configuration")),
            !library.index.models.is_empty(),
        ),
        (
            "/hardware/",
            "Hardware",
            "What runs on the GPUs that you have.",
            format!("{hardware} GPUs"),
            hardware > 0,
        ),
        (
            "/flags/",
            "Flags",
            "Every flag that each version accepts.",
            count(library.versions.len(), "version"),
            !library.versions.is_empty(),
        ),
        (
            "/changes/",
            "Changes",
            "What a command must change for the next version.",
            String::new(),
            library.versions.len() > 1,
        ),
        (
            "/rules/",
            "Rules",
            "What is checked, why, and how to repair it.",
            count(library.parts.rules.len(), "rule"),
            !library.parts.rule_urls.is_empty(),
        ),
    ];
    cards
        .into_iter()
        .filter(|(.., there)| *there)
        .map(|(url, title, text, count, _)| {
            let count = (!count.is_empty()).then_some(count);
            json!({ "url": site.address(url), "title": title, "text": text, "count": count })
        })
        .collect()
}

/// What the registry says of the rule whose page has this address; null for other pages.
pub fn rule(library: &Library<'_>, site: &SiteView, url: &str) -> Value {
    let named = library.parts.rule_urls.iter().find(|(_, of_rule)| *of_rule == url);
    let Some((name, _)) = named else { return Value::Null };
    let found = library.parts.rules.binary_search_by(|rule| rule.name.cmp(name.as_str()));
    let Some(rule) = found.ok().and_then(|at| library.parts.rules.get(at)) else { return Value::Null };
    let facts = [
        Fact::new("Level", rule.level.name()).note("can be changed in site.yaml"),
        Fact::new("Group", rule.group()).link(site.address("/rules/")),
    ];
    json!({ "name": rule.name, "level": rule.level.name(), "facts": facts })
}

/// Whether the page of this address is a rule's.
pub fn is_rule(library: &Library<'_>, url: &str) -> bool {
    library.parts.rule_urls.values().any(|of_rule| of_rule == url)
}
