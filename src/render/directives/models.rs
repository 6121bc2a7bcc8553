//! Directives about one model: its configurations, who accepts them, and its KV cache.

use super::{Call, table};
use crate::catalog::facts::ModelFacts;
use crate::catalog::hardware::HardwareSpec;
use crate::catalog::memory::{self, Layout};
use crate::render::code::{self as blocks, CodeBlock};
use crate::render::escape::escape;
use crate::render::generated::words::{code, quantity};
use crate::render::generated::{Figures, MEMORY_FRACTION, ModelEntry, Setup, configuration_yaml, gpus};
use crate::render::highlight::Highlighter;
use crate::text::nearest::did_you_mean;

/// The configurations of a model, on one hardware or on all: what each is for, and its YAML.
pub(super) fn presets(call: &mut Call<'_, '_>) -> Option<String> {
    let entry = call.model()?;
    let wanted = call.hardware().ok()?;
    if let Some(id) = wanted
        && !entry.hardware.contains_key(id)
    {
        let near = did_you_mean(id, entry.hardware.keys().copied());
        let all: Vec<&str> = entry.hardware.keys().copied().collect();
        let help = near.unwrap_or_else(|| format!("it has configurations on {}", all.join(", ")));
        call.report("hardware", format!("`{}` has no configuration on `{id}`", entry.name()), Some(help));
        return None;
    }
    let highlighter = Highlighter::new();
    let mut html = String::new();
    for (id, setup) in entry.setups().filter(|(id, _)| wanted.is_none_or(|wanted| wanted == *id)) {
        html.push_str(&preset(call, &highlighter, entry, id, setup));
    }
    Some(html)
}

fn preset(
    call: &Call<'_, '_>,
    highlighter: &Highlighter,
    entry: &ModelEntry<'_>,
    hardware: &str,
    setup: &Setup<'_>,
) -> String {
    let place = setup.newest().place;
    let configuration = place.configuration;
    let layouts: Vec<String> = configuration
        .engines()
        .map(|(_, engine)| Figures::new(call.library, place, engine).layout_text())
        .collect();
    let address = format!("{}#{}", call.site.address(&entry.url), setup.anchor);
    let title = format!("<a href=\"{}\">{}</a>", escape(&address), escape(setup.name()));
    let yaml = configuration_yaml(configuration);
    let block = CodeBlock { language: "yaml", code: &yaml, ..CodeBlock::default() };
    format!(
        "<p><strong>{title}</strong>: {}, {} × {}, {}</p>\n{}",
        escape(&configuration.optimization.value),
        gpus(call.library, setup),
        escape(hardware),
        escape(&layouts.join("; ")),
        blocks::html(&block, highlighter)
    )
}

/// Which engine versions accept which configuration of a model, or of all models of a family.
pub(super) fn matrix(call: &mut Call<'_, '_>) -> Option<String> {
    let library = call.library;
    let of_family = call.text("model").is_none();
    let models = if of_family { family(call)? } else { vec![call.model()?] };
    let versions: Vec<String> = library.versions.iter().map(ToString::to_string).collect();
    let mut heads = vec!["Configuration", "Hardware"];
    if of_family {
        heads.insert(0, "Model");
    }
    heads.extend(versions.iter().map(String::as_str));
    let mut rows = Vec::new();
    for entry in models {
        let page = escape(&call.site.address(&entry.url));
        for (id, setup) in entry.setups() {
            let mut row = Vec::new();
            if of_family {
                row.push(format!("<a href=\"{page}\">{}</a>", escape(entry.name())));
            }
            row.push(format!("<a href=\"{page}#{}\">{}</a>", setup.anchor, escape(setup.name())));
            row.push(escape(id));
            row.extend(library.versions.iter().map(|&version| match setup.refusal(version) {
                None => "<span class=\"badge badge-ok\">accepted</span>".to_owned(),
                Some(reason) => {
                    let why = escape(reason);
                    format!("<span class=\"badge badge-refused\" title=\"{why}\">refused</span>")
                }
            }));
            rows.push(row);
        }
    }
    Some(table(&heads, &[], rows))
}

/// The models of the family that the directive names.
fn family<'c, 'a>(call: &mut Call<'c, 'a>) -> Option<Vec<&'c ModelEntry<'a>>> {
    let name = call.text("family")?;
    let models = &call.library.index.models;
    let found: Vec<_> = models.iter().filter(|entry| entry.family == name).collect();
    if found.is_empty() {
        let near = did_you_mean(name, models.iter().map(|entry| entry.family));
        call.report("family", format!("the catalog has no family `{name}`"), near);
        return None;
    }
    Some(found)
}

/// The KV cache of a model with plain tensor parallelism and with DP attention.
pub(super) fn kv_cache(call: &mut Call<'_, '_>) -> Option<String> {
    let name = call.text("model")?;
    let catalog = call.library.parts.catalog;
    // Facts are known of models that have no configuration, too.
    let path = match catalog.facts_for(name) {
        Some(_) => name,
        None => call.model()?.model.model_path.value.as_str(),
    };
    let Some(facts) = catalog.facts_for(path) else {
        call.report("model", format!("there are no facts on `{path}`"), None);
        return None;
    };
    let dtype = call.text("dtype").unwrap_or("auto");
    let Some(element) = memory::kv_element_bytes(dtype) else {
        let types = ["auto", "bf16", "bfloat16", "fp8_e4m3", "fp8_e5m2", "fp4_e2m1"];
        call.report("dtype", format!("`{dtype}` is no type of the KV cache"), did_you_mean(dtype, types));
        return None;
    };
    let (tp, dp) = (call.number("tp").ok()?.unwrap_or(8), call.number("dp").ok()?);
    let hardware = call.hardware().ok()?.and_then(|name| catalog.hardware_named(name));
    if memory::kv_bytes_per_token(facts, element).is_none() {
        call.report("model", format!("the facts on `{path}` don't say how large its KV cache is"), None);
        return None;
    }
    if let Some(dp) = dp.filter(|&dp| !tp.is_multiple_of(dp)) {
        call.report("dp", format!("`dp` {dp} does not divide `tp` {tp}"), None);
        return None;
    }
    Some(kv_table(facts, element, tp, &groups(tp, dp), hardware))
}

/// The numbers of attention groups to show: the one asked for, else all powers of two up to `tp`, and `tp`.
fn groups(tp: u64, dp: Option<u64>) -> Vec<u64> {
    if let Some(dp) = dp {
        return vec![dp];
    }
    let powers = std::iter::successors(Some(2u64), |dp| dp.checked_mul(2));
    let mut groups: Vec<u64> = powers.take_while(|&dp| dp < tp).filter(|&dp| tp.is_multiple_of(dp)).collect();
    if tp > 1 {
        groups.push(tp);
    }
    groups
}

fn kv_table(
    facts: &ModelFacts,
    element: f64,
    tp: u64,
    groups: &[u64],
    hardware: Option<&HardwareSpec>,
) -> String {
    let layouts = std::iter::once((format!("tp {tp}"), Layout { tp, pp: 1, dp: 1, dp_attention: false }))
        .chain(groups.iter().map(|&dp| {
            (format!("tp {tp}, dp {dp} with DP attention"), Layout { tp, pp: 1, dp, dp_attention: true })
        }));
    let tokens_head = hardware.map(|on| format!("Tokens that fit on {tp} × {}", escape(&on.name)));
    let mut heads = vec!["Layout", "Copies of a token", "Bytes per token and GPU"];
    heads.extend(tokens_head.as_deref());
    let weights = memory::weight_bytes_per_gpu(facts, None, tp, 1);
    let rows = layouts.filter_map(|(name, layout)| {
        let cache = memory::kv_cache(facts, layout, element)?;
        let bytes = cache.bytes_per_token_per_gpu;
        let mut row = vec![escape(&name), cache.copies.to_string(), quantity(bytes, "B")];
        if let Some(on) = hardware {
            row.push(weights.map_or("unknown".into(), |weights| {
                quantity(memory::tokens_that_fit(&cache, on, MEMORY_FRACTION, weights) as f64, "")
            }));
        }
        Some(row)
    });
    let numeric = heads[1..].to_vec();
    let html = table(&heads, &numeric, rows);
    if hardware.is_none() {
        return html;
    }
    let note = format!(
        "With {:.0} % of the memory for weights and KV cache ({}). With DP attention every group also holds all \
         attention weights and the embedding, which is not counted here.",
        MEMORY_FRACTION * 100.0,
        code("--mem-fraction-static")
    );
    format!("{html}<p><small>{note}</small></p>\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::facts::{Attention, AttentionKind};

    #[test]
    fn groups_are_those_that_divide() {
        assert_eq!(groups(8, None), [2, 4, 8]);
        assert_eq!(groups(6, None), [2, 6]);
        assert_eq!(groups(8, Some(4)), [4]);
        assert!(groups(1, None).is_empty());
    }

    #[test]
    fn latent_attention_is_copied_unless_dp_attention_spreads_it() {
        let attention = Attention {
            kind: Some(AttentionKind::Mla),
            kv_lora_rank: Some(512),
            qk_rope_head_dim: Some(64),
            ..Attention::default()
        };
        let facts = ModelFacts { layers: Some(61), attention: Some(attention), ..ModelFacts::default() };
        let html = kv_table(&facts, 2.0, 8, &[8], None);
        // (512 + 64) elements × 61 layers × 2 bytes, on each of the GPUs that share the one KV head.
        assert!(
            html.contains(
                "<th scope=\"row\">tp 8</th><td class=\"num\">8</td><td class=\"num\">70.3 kB</td>"
            ),
            "{html}"
        );
        assert!(
            html.contains("with DP attention</th><td class=\"num\">1</td><td class=\"num\">70.3 kB</td>"),
            "{html}"
        );
    }
}
