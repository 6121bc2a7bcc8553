//! What changed in the catalog from one engine version to the next, as entries of a feed.

use super::parts::MOST_ROWS;
use super::words::{code, count, grouped};
use super::{Library, ModelEntry, Setup, changes};
use crate::catalog::changes::{ConfigurationChange, ModelChange, ValueChange};
use crate::engine::version::Version;
use crate::render::escape::escape;
use crate::render::feeds::Entry;
use crate::render::view::SiteView;

/// The entries, the newest version first. `day` is when a version came or its catalog was last changed; what has no day
/// has no entry, and there are none while the site's host is not known.
pub fn entries(
    library: &Library<'_>,
    site: &SiteView,
    day: impl Fn(Version) -> Option<String>,
) -> Vec<Entry> {
    let pairs = library.versions.windows(2).rev();
    pairs.filter_map(|pair| entry(library, site, (pair[0], pair[1]), day(pair[1])?)).collect()
}

/// A heading of an entry, and what stands below it as HTML.
struct Part {
    title: String,
    items: Vec<String>,
}

fn entry(
    library: &Library<'_>,
    site: &SiteView,
    (from, to): (Version, Version),
    updated: String,
) -> Option<Entry> {
    let page = changes::url(from, to);
    let url = site.canonical(&page)?;
    let parts = parts(library, site, from, to);
    if parts.is_empty() {
        return None;
    }
    let words: Vec<String> = parts.iter().map(|part| part.title.clone()).collect();
    let mut content = format!(
        "<p><a href=\"{}\">What a command for {engine} {from} must change for {engine} {to}</a></p>",
        escape(&url),
        engine = escape(library.engine),
    );
    for part in parts {
        let mut items =
            part.items.iter().take(MOST_ROWS).map(|item| format!("<li>{item}</li>")).collect::<String>();
        if part.items.len() > MOST_ROWS {
            let more = grouped((part.items.len() - MOST_ROWS) as u64);
            items.push_str(&format!("<li>and {more} more</li>"));
        }
        content.push_str(&format!("<h2>{}</h2><ul>{items}</ul>", escape(&part.title)));
    }
    let title = format!("{} {to}: {}", library.engine, words.join(", "));
    Some(Entry { url, title, updated, content })
}

fn parts(library: &Library<'_>, site: &SiteView, from: Version, to: Version) -> Vec<Part> {
    let catalog = library.parts.catalog;
    // A version without models of its own has those of the one before.
    let filed = |version: Version| catalog.versions().map(|(own, _)| own).rfind(|own| *own <= version);
    let mut parts = Vec::new();
    if let (Some(before), Some(after)) = (filed(from), filed(to))
        && before != after
    {
        let found = catalog.changes(before, after);
        let named = |name: &str| model_link(library, site, name);
        let part = |title: &str, items: Vec<String>| {
            let title = format!("{} {title}", count(items.len(), "model"));
            Part { title, items }
        };
        parts.push(part("added", found.added.iter().map(|model| named(&model.name.value)).collect()));
        parts.push(part("removed", found.removed.iter().map(|model| named(&model.name.value)).collect()));
        let changed = found
            .changed
            .iter()
            .map(|change| format!("{}: {}", named(&change.after.name.value), differences(change).join("; ")));
        parts.push(part("changed", changed.collect()));
    }
    let setups = library.index.models.iter().flat_map(|entry| entry.setups().map(move |one| (entry, one)));
    let (mut refused, mut accepted) = (Vec::new(), Vec::new());
    for (entry, (hardware, setup)) in setups {
        match (setup.refusal(from), setup.refusal(to)) {
            (None, Some(reason)) => {
                let reason = super::words::inline(reason);
                refused.push(format!("{}: {reason}", setup_link(site, entry, hardware, setup)));
            }
            (Some(_), None) => accepted.push(setup_link(site, entry, hardware, setup)),
            _ => {}
        }
    }
    for (word, items) in [("refused", refused), ("accepted again", accepted)] {
        parts.push(Part { title: format!("{} {word}", count(items.len(), "configuration")), items });
    }
    parts.retain(|part| !part.items.is_empty());
    parts
}

/// A model's name, as a link where it has a page.
fn model_link(library: &Library<'_>, site: &SiteView, name: &str) -> String {
    let url = library.index.model(name).and_then(|entry| site.canonical(&entry.url));
    url.map_or_else(|| escape(name), |url| format!("<a href=\"{}\">{}</a>", escape(&url), escape(name)))
}

fn setup_link(site: &SiteView, entry: &ModelEntry<'_>, hardware: &str, setup: &Setup<'_>) -> String {
    let words = escape(&format!("{} on {hardware}, {}", entry.name(), setup.name()));
    let Some(url) = site.canonical(&entry.url) else { return words };
    format!("<a href=\"{}#{}\">{words}</a>", escape(&url), escape(&setup.anchor))
}

/// What differs of a model, as HTML.
fn differences(change: &ModelChange<'_>) -> Vec<String> {
    let mut all: Vec<String> = change.values.iter().map(difference).collect();
    for (word, configurations) in [("new", &change.added), ("gone", &change.removed)] {
        all.extend(configurations.iter().map(|(hardware, configuration)| {
            format!("{word}: {} on {}", escape(&configuration.name.value), escape(hardware))
        }));
    }
    all.extend(change.changed.iter().map(|ConfigurationChange { hardware, after, values, .. }| {
        let values: Vec<String> = values.iter().map(difference).collect();
        format!("{} on {}: {}", escape(&after.name.value), escape(hardware), values.join(", "))
    }));
    all
}

fn difference(value: &ValueChange) -> String {
    let shown = |value: &Option<String>| value.as_deref().map_or_else(|| "none".into(), code);
    format!("{} {} → {}", code(&value.name), shown(&value.before), shown(&value.after))
}
