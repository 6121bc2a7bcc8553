//! The pages of flags: what each program of each engine version accepts.

use serde_json::{Value, json};

use super::compared::{arity_words, choices, new_options, plain, type_word};
use super::words::{code, grouped, inline, slug};
use super::{GeneratedPage, Library, Subject, page};
use crate::engine::option::{Action, OptionSpec, ValueType};
use crate::engine::spec::Program;
use crate::engine::version::Version;
use crate::render::escape::escape;
use crate::render::view::{Fact, SiteView};

/// The program whose flags a version's page shows; the others have pages below it.
const MAIN: &str = "sglang.launch_server";

/// The pages of all versions and programs, and one for the version that is shown first.
pub(super) fn pages<'a>(library: &'a Library<'a>) -> Vec<GeneratedPage<'a>> {
    let mut pages = Vec::new();
    let engines = library.parts.engines;
    if let Some(spec) = engines.version(library.parts.default_version).or(engines.latest())
        && let Some(program) = main_program(library, spec.version)
    {
        let subject = Subject::Flags { version: spec.version, program };
        let description = format!("What {program} accepts in {} {}.", library.engine, spec.version);
        pages.push(page("/flags/", "Flags", "flags", "flags.html", subject).described(description).at(40.0));
    }
    for (position, spec) in engines.specs().rev().enumerate() {
        let version = spec.version;
        let main = main_program(library, version);
        for program in spec.programs.keys().map(String::as_str) {
            let title = format!("{program} in {} {version}", library.engine);
            let description = format!("Every flag that {program} accepts in {} {version}.", library.engine);
            let subject = Subject::Flags { version, program };
            let url = url(library, version, program);
            let page = page(&url, title, "flags", "flags.html", subject).described(description);
            pages.push(if Some(program) == main { page.at(position as f64) } else { page });
        }
    }
    pages
}

/// The program whose flags stand on a version's own page.
pub(crate) fn main_program<'a>(library: &'a Library<'a>, version: Version) -> Option<&'a str> {
    let programs = &library.parts.engines.version(version)?.programs;
    let known = programs.get_key_value(MAIN).or_else(|| programs.first());
    known.map(|(name, _)| name.as_str())
}

/// The address of a program's page from the site's root.
pub(crate) fn url(library: &Library<'_>, version: Version, program: &str) -> String {
    if main_program(library, version) == Some(program) {
        format!("/flags/{version}/")
    } else {
        format!("/flags/{version}/{}/", slug(program))
    }
}

/// The anchor of an option.
pub(crate) fn anchor(option: &OptionSpec) -> String {
    let kind = if option.is_positional() { "argument" } else { "flag" };
    format!("{kind}-{}", slug(option.name().trim_start_matches('-')))
}

fn program<'a>(library: &Library<'a>, version: Version, name: &str) -> Option<&'a Program> {
    library.parts.engines.version(version)?.program(name)
}

/// A group of a program's options.
pub(super) struct Group<'a> {
    id: &'static str,
    pub(super) title: String,
    pub(super) options: Vec<&'a OptionSpec>,
}

/// A program's options: those of configuration fields, the others, and those that are going.
pub(super) fn groups<'a>(library: &Library<'a>, version: Version, name: &str) -> Vec<Group<'a>> {
    let schema = library.parts.engines.schema();
    let fields = schema.groups.values().next().cloned().unwrap_or_else(|| "Configuration fields".into());
    let mut groups = [
        ("arguments", "Arguments".to_owned()),
        ("fields", fields),
        ("flags", "Flags".to_owned()),
        ("deprecated", "Deprecated flags".to_owned()),
    ]
    .map(|(id, title)| Group { id, title, options: Vec::new() });
    let options =
        program(library, version, name).map(|program| program.parser().options()).unwrap_or_default();
    for option in options {
        let is_field = option.flags.iter().any(|flag| schema.field_of_flag(flag, version).is_some());
        let group = if option.is_positional() {
            0
        } else if option.deprecated.is_some() {
            3
        } else if is_field {
            1
        } else {
            2
        };
        groups[group].options.push(option);
    }
    groups.into_iter().filter(|group| !group.options.is_empty()).collect()
}

/// The headings of a program's page.
pub(super) fn headings(library: &Library<'_>, version: Version, name: &str) -> Vec<(u8, String, String)> {
    groups(library, version, name).into_iter().map(|group| (2, group.id.to_owned(), group.title)).collect()
}

/// The anchors of a program's options.
pub(super) fn anchors(library: &Library<'_>, version: Version, name: &str) -> Vec<String> {
    let options =
        program(library, version, name).map(|program| program.parser().options()).unwrap_or_default();
    options.iter().map(|option| anchor(option)).collect()
}

/// The page's part of its context.
pub(super) fn view(library: &Library<'_>, site: &SiteView, version: Version, name: &str) -> Value {
    let engines = library.parts.engines;
    let Some(spec) = engines.version(version) else { return Value::Null };
    let versions: Vec<Value> = engines
        .specs()
        .filter(|other| other.program(name).is_some())
        .map(|other| {
            let url = site.address(&url(library, other.version, name));
            json!({ "version": other.version, "url": url, "current": other.version == version })
        })
        .collect();
    let programs: Vec<Value> = spec
        .programs
        .keys()
        .map(|other| {
            let url = site.address(&url(library, version, other));
            json!({ "name": other, "url": url, "current": other == name })
        })
        .collect();
    let shown = Shown::new(library, site, version, name);
    let groups: Vec<Value> = groups(library, version, name)
        .iter()
        .map(|group| {
            let flags: Vec<Value> = group.options.iter().map(|option| shown.option(option)).collect();
            json!({ "id": group.id, "title": group.title, "flags": flags })
        })
        .collect();
    json!({ "flags": {
        "version": version,
        "program": name,
        "versions": versions,
        "programs": programs,
        "facts": facts(library, &shown, version, name),
        "groups": groups,
    }})
}

fn facts(library: &Library<'_>, shown: &Shown<'_>, version: Version, name: &str) -> Vec<Fact> {
    let Some(program) = program(library, version, name) else { return Vec::new() };
    let parser = program.parser();
    let mut facts = vec![
        Fact::new("Started with", program.start().join(" ")),
        Fact::new(
            "Flags",
            grouped(parser.options().iter().filter(|option| !option.is_positional()).count() as u64),
        ),
        Fact::new("Spellings", grouped(parser.spellings().count() as u64)),
    ];
    if let Some(before) = shown.before {
        let fact = Fact::new(format!("New since {before}"), grouped(shown.new.len() as u64));
        facts.push(if shown.changes.is_empty() { fact } else { fact.link(shown.changes.as_str()) });
    }
    facts.push(Fact::new(
        "Config file",
        if program.accepts_config_file { "yes, with --config" } else { "no" },
    ));
    if let Some(broken) = &program.broken {
        let note = format!("it imports {} from {}, which has none", broken.missing, broken.module);
        facts.push(Fact::new("Starts", "no").note(note));
    }
    facts
}

/// What a page of flags knows beside its options.
struct Shown<'a> {
    library: &'a Library<'a>,
    version: Version,
    /// The version before that has the program.
    before: Option<Version>,
    /// Names of the options that the version before has not, sorted.
    new: Vec<&'a str>,
    /// The address of the page on what changed; empty where there is none.
    changes: String,
}

impl<'a> Shown<'a> {
    fn new(library: &'a Library<'a>, site: &SiteView, version: Version, name: &str) -> Self {
        let engines = library.parts.engines;
        let before =
            engines.specs().rev().find(|spec| spec.version < version && spec.program(name).is_some());
        let parser = before.and_then(|spec| spec.program(name)).map(Program::parser);
        let mut new: Vec<&str> = match (parser, program(library, version, name)) {
            (Some(before), Some(now)) => {
                new_options(Some(before), now.parser()).map(OptionSpec::name).collect()
            }
            _ => Vec::new(),
        };
        new.sort_unstable();
        let before = before.map(|spec| spec.version);
        let has_page = main_program(library, version) == Some(name);
        let changes =
            before.filter(|_| has_page).map(|before| site.address(&super::changes::url(before, version)));
        Self { library, version, before, new, changes: changes.unwrap_or_default() }
    }

    fn option(&self, option: &OptionSpec) -> Value {
        let (state, level) = match &option.deprecated {
            Some(found) if found.refused => (Some("refused"), Some("error")),
            Some(_) => (Some("deprecated"), Some("warning")),
            None if self.new.binary_search(&option.name()).is_ok() => (Some("new"), Some("ok")),
            None => (None, None),
        };
        let is_new = state == Some("new") && !self.changes.is_empty();
        json!({
            "id": anchor(option),
            "name": option.name(),
            "spellings": option.flags.iter().skip(1).collect::<Vec<_>>(),
            "type": type_word(option),
            "arity": arity_words(option.arity),
            "choices": choices(option),
            "default": default_text(option),
            "help": inline(&help(self.library, self.version, option)),
            "state": state,
            "level": level,
            "state_url": is_new.then_some(&self.changes),
            "field": null,
        })
    }
}

/// The value of an absent option as a reader would write it; none for switches that are off and for no value.
pub(super) fn default_text(option: &OptionSpec) -> Option<String> {
    if option.default.boolean() == Some(false) && type_word(option) == "switch" {
        return None;
    }
    plain(&option.default).filter(|text| !text.is_empty())
}

/// What is known about an option's meaning, with code in backticks. The engines' data holds no help texts.
pub(crate) fn help(library: &Library<'_>, version: Version, option: &OptionSpec) -> String {
    let mut parts = Vec::new();
    if let Some(found) = &option.deprecated {
        let verb = if found.refused { "The engine refuses it" } else { "The engine calls it deprecated" };
        parts.push(match (&found.replacement, &found.advice) {
            (_, Some(advice)) => format!("{verb}: {}.", advice.trim_end_matches('.')),
            (Some(flag), None) => format!("{verb}: write `{flag}`."),
            (None, None) => format!("{verb}."),
        });
    }
    let schema = library.parts.engines.schema();
    if let Some((field, _)) = option.flags.iter().find_map(|flag| schema.field_of_flag(flag, version)) {
        parts.push(format!("Field `{}`: {}.", field.name, field.summary.trim_end_matches('.')));
    }
    if option.required {
        parts.push("Must be given.".into());
    }
    if matches!(option.action, Action::Append | Action::Extend | Action::AppendConst) {
        parts.push("Can be given several times.".into());
    }
    if matches!(option.value_type, ValueType::Named(_) | ValueType::Bool) && option.choices.is_none() {
        parts.push(format!("Takes {}.", option.value_type.describe()));
    }
    parts.join(" ")
}

/// A program's options as a table in HTML, for a Markdown page.
pub(crate) fn table(library: &Library<'_>, site: &SiteView, version: Version, name: &str) -> Option<String> {
    let program = program(library, version, name)?;
    let address = site.address(&url(library, version, name));
    let mut html = String::from(
        "<div class=\"matrix\" data-matrix=\"flags\" data-noun=\"flags\" data-filters=\"type:Type\"><div class=\"scroll\">\
         <table><thead><tr><th scope=\"col\">Flag</th><th scope=\"col\">Value</th><th scope=\"col\">Default</th>\
         <th scope=\"col\">Meaning</th></tr></thead><tbody>",
    );
    for option in program.parser().options() {
        let value = match choices(option).as_slice() {
            [] => escape(type_word(option)),
            several => several.iter().map(|choice| code(choice)).collect::<Vec<_>>().join(" "),
        };
        html.push_str(&format!(
            "<tr data-f-type=\"{}\"><th scope=\"row\"><a href=\"{}#{}\">{}</a></th><td>{value}</td><td>{}</td><td>{}</td></tr>",
            type_word(option),
            escape(&address),
            anchor(option),
            code(option.name()),
            default_text(option).as_deref().map(code).unwrap_or_default(),
            inline(&help(library, version, option)),
        ));
    }
    html.push_str("</tbody></table></div></div>\n");
    Some(html)
}
