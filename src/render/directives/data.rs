//! Directives about fields, rules, flags, hardware and versions.

use super::{Call, table};
use crate::diagnostic::Rule;
use crate::engine::fields::{Field, FlagSpelling};
use crate::engine::version::Version;
use crate::render::escape::escape;
use crate::render::generated::words::{code, count, grouped, inline, significant};
use crate::render::generated::{self as pages, hardware_url};
use crate::text::nearest::did_you_mean;

/// The fields of configurations, with the flags that they become in a version.
pub(super) fn fields(call: &mut Call<'_, '_>) -> Option<String> {
    let version = call.version()?;
    let schema = call.library.parts.engines.schema();
    let rows = schema.fields.values().map(|field| {
        let mut kind = field.field_type.name().to_owned();
        if let Some(default) = &field.default {
            kind.push_str(&format!(", default {}", code(&default.to_string())));
        }
        vec![code(&field.name), kind, flags_of(call, field, version), inline(&field.summary)]
    });
    Some(table(&["Field", "Value", "Flag", "Meaning"], &[], rows))
}

/// The flags of a field in a version, and what other versions have where they differ.
fn flags_of(call: &Call<'_, '_>, field: &Field, version: Version) -> String {
    let in_version = |version: Version| -> Vec<&FlagSpelling> {
        field.flags.iter().filter(|spelling| spelling.versions.contains(version)).collect()
    };
    let written = |spellings: &[&FlagSpelling]| -> String {
        let each = spellings.iter().map(|spelling| {
            let conditions: Vec<String> =
                spelling.when.iter().map(|(name, value)| code(&format!("{name}: {value}"))).collect();
            match conditions.as_slice() {
                [] => code(&spelling.flag),
                several => format!("{} with {}", code(&spelling.flag), several.join(" and ")),
            }
        });
        let each: Vec<String> = each.collect();
        if each.is_empty() { "none".to_owned() } else { each.join(", else ") }
    };
    let shown = in_version(version);
    let mut text = written(&shown);
    let mut others: Vec<(Vec<&FlagSpelling>, Vec<Version>)> = Vec::new();
    for &other in &call.library.versions {
        let spellings = in_version(other);
        if spellings == shown {
            continue;
        }
        match others.iter_mut().find(|(known, _)| *known == spellings) {
            Some((_, versions)) => versions.push(other),
            None => others.push((spellings, vec![other])),
        }
    }
    for (spellings, versions) in others {
        let ranges = pages::ranges(&versions, &call.library.versions);
        text.push_str(&format!("<br><small>{}: {}</small>", escape(&ranges), written(&spellings)));
    }
    text
}

/// The rules, those of one group where the directive names it.
pub(super) fn rules(call: &mut Call<'_, '_>) -> Option<String> {
    let parts = &call.library.parts;
    let groups: Vec<&str> = {
        let mut groups: Vec<&str> = parts.rules.iter().map(|rule| rule.group()).collect();
        groups.dedup();
        groups
    };
    let row = |rule: &&'static Rule| {
        let name = match parts.rule_urls.get(rule.name) {
            Some(url) => format!("<a href=\"{}\">{}</a>", escape(&call.site.address(url)), code(rule.name)),
            None => code(rule.name),
        };
        let level = rule.level.name();
        vec![name, format!("<span class=\"badge badge-{level}\">{level}</span>"), inline(rule.summary)]
    };
    let of_group = |group: &str| {
        let rules = parts.rules.iter().filter(|rule| rule.group() == group);
        table(&["Rule", "Level", "What must hold"], &[], rules.map(row))
    };
    if let Some(group) = call.text("group") {
        if groups.contains(&group) {
            return Some(of_group(group));
        }
        let near = did_you_mean(group, groups.iter().copied());
        let help = near.unwrap_or_else(|| format!("groups are {}", groups.join(", ")));
        call.report("group", format!("there is no group of rules `{group}`"), Some(help));
        return None;
    }
    let grouped =
        groups.iter().map(|group| format!("<p><strong>{}</strong></p>\n{}", escape(group), of_group(group)));
    Some(grouped.collect())
}

/// The flags of a program.
pub(super) fn flags(call: &mut Call<'_, '_>) -> Option<String> {
    let version = call.version()?;
    let library = call.library;
    let program = call.text("program").or_else(|| pages::flags::main_program(library, version))?;
    let html = pages::flags::table(library, call.site, version, program);
    if html.is_none() {
        let spec = library.parts.engines.version(version)?;
        let near = did_you_mean(program, spec.programs.keys().map(String::as_str));
        call.report("program", format!("{} {version} has no program `{program}`", library.engine), near);
    }
    html
}

/// All hardware.
pub(super) fn hardware(call: &Call<'_, '_>) -> String {
    let rows = call.library.parts.catalog.hardware.specs.values().map(|spec| {
        let address = call.site.address(&hardware_url(&spec.name));
        vec![
            format!("<a href=\"{}\">{}</a>", escape(&address), escape(&spec.name)),
            escape(&spec.vendor),
            escape(&spec.architecture),
            format!("{} GB", significant(spec.memory_gb)),
            spec.gpus_per_node.to_string(),
        ]
    });
    let numeric = ["Memory per GPU", "GPUs per node"];
    table(&["GPU", "Vendor", "Architecture", numeric[0], numeric[1]], &numeric, rows)
}

/// All engine versions.
pub(super) fn versions(call: &Call<'_, '_>) -> String {
    let library = call.library;
    let rows = library.parts.engines.specs().rev().map(|spec| {
        let program = pages::flags::main_program(library, spec.version);
        let url =
            program.map(|program| call.site.address(&pages::flags::url(library, spec.version, program)));
        let name = escape(&format!("{} {}", spec.engine, spec.version));
        let name = match url {
            Some(url) => format!("<a href=\"{}\">{name}</a>", escape(&url)),
            None => name,
        };
        let flags = program.and_then(|program| spec.program(program)).map(|program| {
            let options = program.parser().options().iter();
            grouped(options.filter(|option| !option.is_positional()).count() as u64)
        });
        let models = library.parts.catalog.version(spec.version).map_or(0, |models| models.models().count());
        let sources: Vec<String> = spec
            .sources
            .iter()
            .map(|source| format!("{} {}", code(&source.package), escape(&source.version)))
            .collect();
        vec![name, flags.unwrap_or_default(), count(models, "model"), sources.join(", ")]
    });
    table(&["Version", "Flags", "New in the catalog", "Read from"], &["Flags"], rows)
}
