//! Generated pages as Markdown, and as records for the search.

use std::fmt::Write;

use super::accepted::ranges;
use super::configuration::{self, Panel};
use super::listing::{by_family, hardware_text, on_hardware};
use super::parts::Part;
use super::rows::{gpus, gpus_text};
use super::words::count;
use super::{
    GeneratedPage, Library, ModelEntry, Setup, Subject, changes, flags, hardware_url, model, vendor_url,
};
use crate::engine::version::Version;
use crate::render::prose;
use crate::render::search::{Record, Section};

/// A page as Markdown; links are addresses from the site's root.
pub(super) fn markdown(page: &GeneratedPage<'_>, library: &Library<'_>) -> String {
    let mut out = format!("# {}\n", page.title);
    if let Some(text) = &page.description {
        push(&mut out, format_args!("\n{text}\n"));
    }
    match page.subject {
        Subject::Models(part) => models(library, part, &mut out),
        Subject::Vendor(id, part) => vendor(library, id, part, &mut out),
        Subject::Model(index) => {
            if let Some(entry) = library.index.models.get(index) {
                of_model(library, entry, &mut out);
            }
        }
        Subject::HardwareIndex => {
            out.push('\n');
            for spec in library.parts.catalog.hardware.specs.values() {
                let line = format_args!(
                    "- [{}]({}): {}\n",
                    spec.name,
                    hardware_url(&spec.name),
                    hardware_text(spec)
                );
                push(&mut out, line);
            }
        }
        Subject::Hardware(id, part) => {
            out.push_str("\n## Configurations\n\n");
            let places = part.slice(library.index.on(id)).iter();
            for (entry, setup) in places.filter_map(|&place| library.index.setup(place)) {
                push(
                    &mut out,
                    format_args!(
                        "- [{}]({}#{}): {}\n",
                        entry.name(),
                        entry.url,
                        setup.anchor,
                        line(library, setup)
                    ),
                );
            }
            out.push_str(&part.markdown(&hardware_url(id)));
        }
        Subject::Flags { version, program } => of_flags(library, version, program, &mut out),
        Subject::Changes { from, to } => of_changes(library, from, to, &mut out),
    }
    out
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a String takes all");
}

/// A configuration in a line.
fn line(library: &Library<'_>, setup: &Setup<'_>) -> String {
    let versions = ranges(&setup.accepted(&library.versions), &library.versions);
    format!("{}, {}, {} {versions}", setup.name(), gpus_text(gpus(library, setup)), library.engine)
}

fn models(library: &Library<'_>, part: Part, out: &mut String) {
    let shown = part.slice(&library.index.models);
    for models in shown.chunk_by(|one, next| one.vendor == next.vendor) {
        let id = models.first().map_or("", |entry| entry.vendor);
        let name = library.index.vendors.get(id).map_or(id, |vendor| vendor.name);
        push(out, format_args!("\n## [{name}]({})\n\n", vendor_url(id)));
        models.iter().for_each(|entry| model_line(entry, out));
    }
    out.push_str(&part.markdown("/models/"));
}

fn model_line(entry: &ModelEntry<'_>, out: &mut String) {
    let hardware = entry.hardware.keys().copied().collect::<Vec<_>>().join(", ");
    push(out, format_args!("- [{}]({}): {hardware}\n", entry.name(), entry.url));
}

fn vendor(library: &Library<'_>, id: &str, part: Part, out: &mut String) {
    let vendor = library.index.vendors.get(id);
    for (name, models) in by_family(part.slice(library.index.of_vendor(id))) {
        push(out, format_args!("\n## {name}\n\n"));
        if let Some(text) = vendor.and_then(|vendor| vendor.families.get(name)?.description) {
            push(out, format_args!("{}\n\n", prose::to_text(text)));
        }
        models.iter().for_each(|entry| model_line(entry, out));
    }
    out.push_str(&part.markdown(&vendor_url(id)));
}

fn of_model(library: &Library<'_>, entry: &ModelEntry<'_>, out: &mut String) {
    push(out, format_args!("\n`{}`\n\n", entry.model.model_path.value));
    for fact in model::facts(library, entry) {
        let note = fact.note.map(|note| format!(" ({note})")).unwrap_or_default();
        push(out, format_args!("- {}: {}{note}\n", fact.label, fact.value));
    }
    for (id, setups) in &entry.hardware {
        push(out, format_args!("\n## {id}\n"));
        for setup in setups {
            of_setup(library, setup, out);
        }
    }
}

fn of_setup(library: &Library<'_>, setup: &Setup<'_>, out: &mut String) {
    let configuration = setup.newest().place.configuration;
    push(out, format_args!("\n### {} on {}\n\n", setup.name(), configuration::hardware_text(library, setup)));
    push(
        out,
        format_args!(
            "{}, {}, {} node. Accepted by {} {}.\n",
            configuration.optimization.value,
            configuration.quantization.value,
            configuration.nodes.value,
            library.engine,
            ranges(&setup.accepted(&library.versions), &library.versions)
        ),
    );
    if let Some(text) = configuration::memory_text(library, setup) {
        push(out, format_args!("\n{text}\n"));
    }
    for tab in configuration::tabs(library, setup) {
        push(out, format_args!("\n#### {}\n", tab.label));
        if let Some(text) = &tab.text {
            push(out, format_args!("\n{text}\n"));
        }
        for (panel, versions) in &tab.panels {
            let Panel::Blocks(blocks) = panel else { continue };
            if tab.panels.len() > 1 {
                push(out, format_args!("\n{} {}:\n", library.engine, ranges(versions, &library.versions)));
            }
            for block in blocks {
                let title =
                    block.title.as_ref().map(|title| format!(" title=\"{title}\"")).unwrap_or_default();
                let code = format!("{}{}", block.lead_in, block.code);
                push(
                    out,
                    format_args!("\n```{}{title}\n{}\n```\n", block.language, code.trim_end_matches('\n')),
                );
            }
        }
    }
    let notes = configuration::notes(library, setup);
    if !notes.is_empty() {
        out.push('\n');
    }
    for note in notes {
        push(out, format_args!("- {note}\n"));
    }
}

fn of_flags(library: &Library<'_>, version: Version, program: &str, out: &mut String) {
    for group in flags::groups(library, version, program) {
        push(out, format_args!("\n## {}\n\n", group.title));
        for option in group.options {
            let spellings: Vec<String> = if option.is_positional() {
                vec![format!("`{}`", option.dest)]
            } else {
                option.flags.iter().map(|flag| format!("`{flag}`")).collect()
            };
            let mut parts = vec![super::compared::value_text(option)];
            let choices = super::compared::choices(option);
            if !choices.is_empty() {
                parts.push(format!("one of {}", choices.join(", ")));
            }
            parts.extend(flags::default_text(option).map(|text| format!("default `{text}`")));
            let help = flags::help(library, version, option);
            let help = if help.is_empty() { help } else { format!(". {help}") };
            push(out, format_args!("- {}: {}{help}\n", spellings.join(", "), parts.join("; ")));
        }
    }
}

fn of_changes(library: &Library<'_>, from: Version, to: Version, out: &mut String) {
    for group in changes::groups(library, from, to) {
        push(out, format_args!("\n## {}\n\n| | {from} | {to} | |\n| --- | --- | --- | --- |\n", group.title));
        for row in group.rows {
            push(out, format_args!("| `{}` | {} | {} | {} |\n", row.name, row.was, row.now, row.note));
        }
    }
}

/// What readers can find of a page. The pages that only list others are found through those.
pub(super) fn record(page: &GeneratedPage<'_>, library: &Library<'_>) -> Option<Record> {
    let (kind, sections) = match page.subject {
        Subject::Model(index) => ("Model", model_sections(library, library.index.models.get(index)?)),
        Subject::Vendor(_, part) | Subject::Hardware(_, part) if !part.is_first() => return None,
        Subject::Vendor(..) => ("Vendor", Vec::new()),
        Subject::Hardware(id, _) => {
            let (models, configurations) = on_hardware(library, id);
            let text = format!("{}, {}", count(models, "model"), count(configurations, "configuration"));
            ("Hardware", vec![Section { text, ..Section::default() }])
        }
        Subject::Flags { version, program } => {
            let is_shown_first = version == library.parts.default_version && page.route.url != "/flags/";
            if !is_shown_first {
                return None;
            }
            ("Flags", flag_sections(library, version, program))
        }
        Subject::Changes { from, to } if page.route.url != "/changes/" => {
            let groups = changes::groups(library, from, to);
            let names =
                |group: &changes::Group| group.rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
            let text = groups.iter().flat_map(names).collect::<Vec<_>>().join(" ");
            ("Changes", vec![Section { text, ..Section::default() }])
        }
        Subject::Models(_) | Subject::HardwareIndex | Subject::Changes { .. } => return None,
    };
    let lead = Section { text: page.description.clone().unwrap_or_default(), ..Section::default() };
    Some(Record {
        url: page.route.url.clone(),
        title: page.title.clone(),
        kind: kind.into(),
        sections: std::iter::once(lead).chain(sections).collect(),
    })
}

fn model_sections(library: &Library<'_>, entry: &ModelEntry<'_>) -> Vec<Section> {
    let facts = model::facts(library, entry);
    let facts =
        facts.iter().map(|fact| format!("{} {}", fact.label, fact.value)).collect::<Vec<_>>().join(", ");
    let about = format!("{} {} {facts}", entry.model.model_path.value, entry.family);
    let mut sections = vec![Section { text: about, ..Section::default() }];
    for (id, setups) in &entry.hardware {
        let names: Vec<&str> = setups.iter().map(Setup::name).collect();
        sections.push(Section {
            anchor: super::words::slug(id),
            heading: format!("{} on {id}", entry.name()),
            text: names.join(", "),
        });
    }
    sections
}

fn flag_sections(library: &Library<'_>, version: Version, program: &str) -> Vec<Section> {
    let is_main = flags::main_program(library, version) == Some(program);
    let groups = flags::groups(library, version, program);
    let options = groups.iter().flat_map(|group| &group.options);
    if !is_main {
        let names: Vec<&str> = options.map(|option| option.name()).collect();
        return vec![Section { text: names.join(" "), ..Section::default() }];
    }
    let section = |option: &&crate::engine::option::OptionSpec| Section {
        anchor: flags::anchor(option),
        heading: option.name().to_owned(),
        text: format!("{} {}", option.flags.join(" "), flags::help(library, version, option)),
    };
    options.map(section).collect()
}
