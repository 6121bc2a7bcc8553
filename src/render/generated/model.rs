//! The page of a model.

use serde_json::{Value, json};

use super::configuration::{self, TABS};
use super::listing::hardware_text;
use super::parts::Part;
use super::rows::{attention, configuration_rows, kind};
use super::words::{count, grouped, parameters, quantity, slug};
use super::{Library, ModelEntry, Setup, hardware_url, vendor_url};
use crate::catalog::compiled::Attributes;
use crate::catalog::facts::ModelFacts;
use crate::catalog::memory;
use crate::catalog::spanned::Spanned;
use crate::render::escape::escape;
use crate::render::highlight::Highlighter;
use crate::render::prose;
use crate::render::view::{Fact, SiteView};

/// The page's part of its context.
pub(super) fn view(
    library: &Library<'_>,
    site: &SiteView,
    highlighter: &Highlighter,
    entry: &ModelEntry<'_>,
) -> Value {
    let path = entry.model.model_path.value.as_str();
    let rows: Vec<_> =
        entry.setups().flat_map(|(_, setup)| configuration_rows(library, site, entry, setup)).collect();
    let groups: Vec<Value> = entry
        .hardware
        .iter()
        .map(|(&id, setups)| {
            let configurations: Vec<Value> = setups
                .iter()
                .map(|setup| configuration::view(library, site, highlighter, entry, setup))
                .collect();
            json!({
                "id": slug(id),
                "title": id,
                "text": hardware_line(library, site, id),
                "configurations": configurations,
            })
        })
        .collect();
    let mut facts = facts(library, entry);
    let vendor = library.index.vendors.get(entry.vendor).map_or(entry.vendor, |vendor| vendor.name);
    facts.push(Fact::new("Vendor", vendor).link(site.address(&vendor_url(entry.vendor))));
    json!({ "model": {
        "id": path,
        "name": entry.name(),
        "summary": summary(library, entry).map(|text| prose::to_html(text, &site.base_path)),
        "links": [{ "title": "Hugging Face", "url": format!("https://huggingface.co/{path}") }],
        "facts": facts,
        "siblings": siblings(library, site, entry),
        "caption": format!(
            "{} of {}. Weights and KV cache are arithmetic on the model's facts, per GPU and per token; tokens are \
             those that fit in the share of memory that the configuration allows (90 % where it says nothing). \
             With DP attention every group also holds all attention weights and the embedding; where their sizes \
             are not known, figures say “at least” and “at most”.",
            count(entry.setups().count(), "configuration"),
            entry.name()
        ),
        "rows": rows,
        "groups": groups,
    }})
}

/// The most models of a family that the page of each of them names. More would make all pages as long as the family.
const MOST_SIBLINGS: usize = 60;

/// Links to the models of the family, or to the list of them where they are very many; none for a model that is alone.
fn siblings(library: &Library<'_>, site: &SiteView, entry: &ModelEntry<'_>) -> Vec<Value> {
    let (family, first) = library.index.of_family(entry.vendor, entry.family);
    if family.len() > MOST_SIBLINGS {
        let list = Part::of_row(first).url(&vendor_url(entry.vendor));
        let url = format!("{}#{}", site.address(&list), slug(entry.family));
        let name = format!("All {} of {}", count(family.len(), "model"), entry.family);
        return vec![json!({ "name": name, "url": url, "current": false })];
    }
    let link = |other: &ModelEntry<'_>| json!({ "name": other.name(), "url": site.address(&other.url), "current": other.url == entry.url });
    if family.len() > 1 { family.iter().map(link).collect() } else { Vec::new() }
}

/// The command of each configuration in the words of schema.org, for the newest version that accepts it.
pub(super) fn code(library: &Library<'_>, site: &SiteView, entry: &ModelEntry<'_>) -> Vec<Value> {
    let Some(page) = site.canonical(&entry.url) else { return Vec::new() };
    let one = |(hardware, setup): (&str, &Setup<'_>)| {
        let version = *setup.accepted(&library.versions).last()?;
        Some(json!({
            "@type": "SoftwareSourceCode",
            "name": format!("{} on {hardware}, {}", entry.name(), setup.name()),
            "url": format!("{page}#{}", setup.anchor),
            "programmingLanguage": "Shell",
            "runtimePlatform": format!("{} {version}", library.engine),
            "text": super::api::command(setup, version),
        }))
    };
    entry.setups().filter_map(one).collect()
}

/// The sentence on the model's family.
pub(super) fn summary<'a>(library: &Library<'a>, entry: &ModelEntry<'_>) -> Option<&'a str> {
    library.index.vendors.get(entry.vendor)?.families.get(entry.family)?.description
}

fn hardware_line(library: &Library<'_>, site: &SiteView, id: &str) -> Option<String> {
    let spec = library.parts.catalog.hardware_named(id)?;
    let address = site.address(&hardware_url(id));
    Some(format!("<a href=\"{}\">{}</a>: {}.", escape(&address), escape(id), escape(&hardware_text(spec))))
}

/// The headings of the page.
pub(super) fn headings(entry: &ModelEntry<'_>) -> Vec<(u8, String, String)> {
    let mut headings = vec![(2, "matrix".to_owned(), "Configurations".to_owned())];
    for (id, setups) in &entry.hardware {
        headings.push((2, slug(id), (*id).to_owned()));
        headings.extend(setups.iter().map(|setup| (3, setup.anchor.clone(), setup.name().to_owned())));
    }
    headings
}

/// The ids of the forms of each configuration.
pub(super) fn tab_anchors(entry: &ModelEntry<'_>) -> Vec<String> {
    let of_setup = |anchor: &str| TABS.map(|tab| format!("{anchor}-{tab}"));
    entry.setups().flat_map(|(_, setup)| of_setup(&setup.anchor)).collect()
}

/// What is known of the model; what is not known is left out.
pub(super) fn facts(library: &Library<'_>, entry: &ModelEntry<'_>) -> Vec<Fact> {
    let known = library.parts.catalog.facts_for(&entry.model.model_path.value);
    let mut facts = Vec::new();
    if let Some(known) = known {
        let per = if entry.model.attributes.diffusion().is_some() { "per step" } else { "per token" };
        of_weights(known, per, &mut facts);
        of_structure(known, &mut facts);
    }
    facts.push(Fact::new("Kind", kind(entry, known)));
    of_attributes(&entry.model.attributes, &mut facts);
    if let Some(draft) = &entry.model.speculative_draft_model {
        let url = format!("https://huggingface.co/{}", draft.value);
        facts.push(Fact::new("Draft model", draft.value.as_str()).link(url));
    }
    let filed: Vec<String> = entry.filed.iter().map(ToString::to_string).collect();
    facts.push(Fact::new("In the catalog of", filed.join(", ")).note(library.engine));
    facts
}

fn of_weights(known: &ModelFacts, per: &str, facts: &mut Vec<Fact>) {
    facts.extend(known.parameters.map(|number| Fact::new("Parameters", parameters(number))));
    facts.extend(known.active_parameters.map(|number| Fact::new("Active", parameters(number)).note(per)));
    if let Some(precision) = &known.precision {
        let fact = Fact::new("Weights", precision.as_str());
        let bytes = memory::weight_bytes_per_gpu(known, None, 1, 1);
        facts.push(match bytes {
            Some(bytes) => fact.note(quantity(bytes, "B")),
            None => fact,
        });
    }
    facts.extend(known.context_length.map(|tokens| Fact::new("Context", grouped(tokens)).note("tokens")));
}

fn of_structure(known: &ModelFacts, facts: &mut Vec<Fact>) {
    facts.extend(known.layers.map(|layers| Fact::new("Layers", grouped(layers))));
    if let Some(kind) = attention(known) {
        let heads = known.attention_heads().map(|heads| format!("{heads} heads"));
        let kv_heads =
            known.kv_heads().map(|heads| format!("{heads} KV head{}", if heads == 1 { "" } else { "s" }));
        let note: Vec<String> = heads.into_iter().chain(kv_heads).collect();
        let fact = Fact::new("Attention", kind);
        facts.push(if note.is_empty() { fact } else { fact.note(note.join(", ")) });
    }
    if let Some(experts) = &known.experts
        && let Some(routed) = experts.routed
    {
        let active = experts.active.map(|number| format!("{number} active"));
        let shared = experts.shared.filter(|&number| number > 0).map(|number| format!("{number} shared"));
        let note: Vec<String> = active.into_iter().chain(shared).collect();
        let fact = Fact::new("Experts", grouped(routed));
        facts.push(if note.is_empty() { fact } else { fact.note(note.join(", ")) });
    }
    if let Some(bytes) = memory::kv_bytes_per_token(known, 2.0) {
        facts.push(Fact::new("KV cache", quantity(bytes, "B")).note("per token in bf16"));
    }
}

fn of_attributes(attributes: &Attributes, facts: &mut Vec<Fact>) {
    let mut text = |label: &str, value: Option<&Spanned<String>>| {
        facts.extend(value.map(|value| Fact::new(label, value.value.replace('_', "-"))));
    };
    match attributes {
        Attributes::Llm(llm) => {
            text("Thinking", llm.thinking_capability.as_ref());
            for (label, value) in [
                ("Tool parser", &llm.tool_parser),
                ("Reasoning parser", &llm.reasoning_parser),
                ("Chat template", &llm.chat_template),
            ] {
                facts.extend(value.as_ref().map(|value| Fact::new(label, value.value.as_str())));
            }
        }
        Attributes::Diffusion(diffusion) => {
            text("Makes", diffusion.model_type.as_ref());
            if let Some(tasks) = &diffusion.task_types {
                facts.push(Fact::new("Tasks", tasks.value.join(", ")));
            }
            if let Some(lora) = &diffusion.supports_lora {
                facts.push(Fact::new("LoRA", if lora.value { "yes" } else { "no" }));
            }
        }
    }
}
