//! The pages of changes: what a command that worked must change for the next engine version.

use serde_json::{Value, json};

use super::compared::{Compared, compare, plain, value_text};
use super::flags;
use super::parts::MOST_ROWS;
use super::words::{code, count, grouped};
use super::{GeneratedPage, Library, Subject, page};
use crate::engine::option::OptionSpec;
use crate::engine::version::Version;
use crate::render::escape::escape;
use crate::render::view::{Fact, SiteView};

/// The address of the page on two versions from the site's root.
pub(crate) fn url(from: Version, to: Version) -> String {
    format!("/changes/{from}-{to}/")
}

fn pairs(library: &Library<'_>) -> Vec<(Version, Version)> {
    library.versions.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// The pages of all adjacent versions, and one for the newest two.
pub(super) fn pages<'a>(library: &'a Library<'a>) -> Vec<GeneratedPage<'a>> {
    let pairs = pairs(library);
    let description = |from: Version, to: Version| {
        format!("What a command for {0} {from} must change for {0} {to}.", library.engine)
    };
    let mut pages = Vec::new();
    if let Some(&(from, to)) = pairs.last() {
        let page = page("/changes/", "Changes", "changes", "changes.html", Subject::Changes { from, to });
        pages.push(page.described(description(from, to)).at(50.0));
    }
    for (position, &(from, to)) in pairs.iter().rev().enumerate() {
        let title = format!("From {} {from} to {to}", library.engine);
        let page = page(&url(from, to), title, "changes", "changes.html", Subject::Changes { from, to });
        pages.push(page.described(description(from, to)).at(position as f64));
    }
    pages
}

/// A group of changes.
pub(super) struct Group {
    id: &'static str,
    kind: &'static str,
    pub(super) title: &'static str,
    noun: &'static str,
    text: Option<String>,
    pub(super) rows: Vec<Row>,
    /// How many rows are left out.
    more: usize,
}

/// One change. `was`, `now` and `note` are HTML.
pub(super) struct Row {
    pub(super) name: String,
    /// From the site's root.
    url: Option<String>,
    pub(super) was: String,
    pub(super) now: String,
    pub(super) note: String,
}

fn compared<'a>(library: &'a Library<'a>, from: Version, to: Version) -> Option<(&'a str, Compared<'a>)> {
    let name = flags::main_program(library, to)?;
    let parser = |version| Some(library.parts.engines.version(version)?.program(name)?.parser());
    Some((name, compare(parser(from)?, parser(to)?)))
}

/// All changes between two versions.
pub(super) fn groups<'a>(library: &'a Library<'a>, from: Version, to: Version) -> Vec<Group> {
    let mut groups = Vec::new();
    if let Some((program, compared)) = compared(library, from, to) {
        let page = flags::url(library, to, program);
        let at = |option: &OptionSpec| Some(format!("{page}#{}", flags::anchor(option)));
        groups.push(gone(&compared));
        groups.push(Group {
            id: "deprecated",
            kind: "deprecated",
            title: "Deprecated",
            noun: "Flag",
            text: None,
            rows: compared.deprecated.iter().map(|option| deprecated(option, at(option))).collect(),
            more: 0,
        });
        groups.push(Group {
            id: "values",
            kind: "changed",
            title: "Other values",
            noun: "Flag",
            text: Some("The flag is still there, but takes other values.".into()),
            rows: values(&compared, at),
            more: 0,
        });
        groups.push(Group {
            id: "defaults",
            kind: "changed",
            title: "Other defaults",
            noun: "Flag",
            text: Some("A command without the flag now means something else.".into()),
            rows: defaults(&compared, at),
            more: 0,
        });
        groups.push(Group {
            id: "new",
            kind: "added",
            title: "New",
            noun: "Flag",
            text: None,
            rows: compared
                .came
                .iter()
                .map(|option| Row {
                    name: option.name().to_owned(),
                    url: at(option),
                    was: "–".into(),
                    now: escape(&value_text(option)),
                    note: super::words::inline(&flags::help(library, to, option)),
                })
                .collect(),
            more: 0,
        });
    }
    groups.push(models(library, from, to));
    groups.retain(|group| !group.rows.is_empty());
    groups
}

fn gone(compared: &Compared<'_>) -> Group {
    let rows = compared.gone.iter().map(|gone| Row {
        name: gone.flag.to_owned(),
        url: None,
        was: escape(&value_text(gone.was)),
        now: "refused".into(),
        note: gone
            .renamed
            .or(gone.replacement)
            .map_or_else(|| "the data names no replacement".into(), |flag| format!("write {}", code(flag))),
    });
    Group {
        id: "gone",
        kind: "removed",
        title: "Gone",
        noun: "Spelling",
        text: Some("A command with one of these is refused.".into()),
        rows: rows.collect(),
        more: 0,
    }
}

fn deprecated(option: &OptionSpec, url: Option<String>) -> Row {
    let found = option.deprecated.as_ref();
    let refused = found.is_some_and(|found| found.refused);
    let replacement = found.and_then(|found| found.replacement.as_deref());
    let advice = found.and_then(|found| found.advice.as_deref());
    Row {
        name: option.name().to_owned(),
        url,
        was: escape(&value_text(option)),
        now: if refused { "refused" } else { "deprecated" }.into(),
        note: match (advice, replacement) {
            (Some(advice), _) => escape(advice),
            (None, Some(flag)) => format!("write {}", code(flag)),
            (None, None) => String::new(),
        },
    }
}

fn values(compared: &Compared<'_>, at: impl Fn(&OptionSpec) -> Option<String>) -> Vec<Row> {
    let list = |choices: &[String]| match choices {
        [] => "–".to_owned(),
        some => some.iter().map(|choice| code(choice)).collect::<Vec<_>>().join(" "),
    };
    let row = |change: &super::compared::ValueChange<'_>| {
        let (was, now) = (value_text(change.was), value_text(change.now));
        let by_type = was != now;
        Row {
            name: change.now.name().to_owned(),
            url: at(change.now),
            was: if by_type { escape(&was) } else { list(&change.lost) },
            now: if by_type { escape(&now) } else { list(&change.new) },
            note: match (change.lost.is_empty(), change.new.is_empty()) {
                (true, true) => String::new(),
                (true, false) => count(change.new.len(), "new choice"),
                (false, true) => format!("{} gone", count(change.lost.len(), "choice")),
                (false, false) => {
                    format!("{} gone, {} new", count(change.lost.len(), "choice"), change.new.len())
                }
            },
        }
    };
    compared.values.iter().map(row).collect()
}

fn defaults(compared: &Compared<'_>, at: impl Fn(&OptionSpec) -> Option<String>) -> Vec<Row> {
    let text = |option: &OptionSpec| plain(&option.default).map_or_else(|| "none".into(), |text| code(&text));
    let row = |&(was, now): &(&OptionSpec, &OptionSpec)| Row {
        name: now.name().to_owned(),
        url: at(now),
        was: text(was),
        now: text(now),
        note: plain(&was.default)
            .filter(|value| !value.is_empty() && !was.is_switch())
            .map(|value| format!("to keep it, write {}", code(&format!("{} {value}", now.name()))))
            .unwrap_or_default(),
    };
    compared.defaults.iter().map(row).collect()
}

/// Models that are first filed under the later version, as many as a page shows.
fn models(library: &Library<'_>, from: Version, to: Version) -> Group {
    let new = library
        .index
        .models
        .iter()
        .filter(|entry| entry.filed.first().is_some_and(|&first| first > from && first <= to));
    let more = new.clone().skip(MOST_ROWS).count();
    let row = |entry: &super::ModelEntry<'_>| Row {
        name: entry.name().to_owned(),
        url: Some(entry.url.clone()),
        was: "–".into(),
        now: count(entry.setups().count(), "configuration"),
        note: entry.hardware.keys().map(|id| escape(id)).collect::<Vec<_>>().join(", "),
    };
    Group {
        id: "models",
        kind: "added",
        title: "New models in the catalog",
        noun: "Model",
        text: (more > 0).then(|| {
            format!("The first {}. All models have their place in the catalog.", grouped(MOST_ROWS as u64))
        }),
        rows: new.take(MOST_ROWS).map(row).collect(),
        more,
    }
}

/// The headings of the page.
pub(super) fn headings(library: &Library<'_>, from: Version, to: Version) -> Vec<(u8, String, String)> {
    groups(library, from, to).iter().map(|group| (2, group.id.to_owned(), group.title.to_owned())).collect()
}

/// The page's part of its context.
pub(super) fn view(library: &Library<'_>, site: &SiteView, from: Version, to: Version) -> Value {
    let groups = groups(library, from, to);
    let facts: Vec<Fact> = groups
        .iter()
        .map(|group| {
            Fact::new(group.title, grouped((group.rows.len() + group.more) as u64))
                .link(format!("#{}", group.id))
        })
        .collect();
    let pairs: Vec<Value> = pairs(library)
        .into_iter()
        .map(|(one, other)| {
            json!({
                "title": format!("{one} → {other}"),
                "url": site.address(&url(one, other)),
                "current": (one, other) == (from, to),
            })
        })
        .collect();
    let shown: Vec<Value> = groups.iter().map(|group| group_view(group, site)).collect();
    json!({ "changes": { "from": from, "to": to, "pairs": pairs, "facts": facts, "groups": shown } })
}

fn group_view(group: &Group, site: &SiteView) -> Value {
    let rows: Vec<Value> = group
        .rows
        .iter()
        .map(|row| {
            let url = row.url.as_ref().map(|url| match url.split_once('#') {
                Some((page, anchor)) => format!("{}#{anchor}", site.address(page)),
                None => site.address(url),
            });
            json!({ "name": row.name, "url": url, "was": row.was, "now": row.now, "note": row.note })
        })
        .collect();
    json!({
        "id": group.id,
        "kind": group.kind,
        "title": group.title,
        "noun": group.noun,
        "text": group.text,
        "count": grouped((rows.len() + group.more) as u64),
        "rows": rows,
    })
}
