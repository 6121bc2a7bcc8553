//! The forms of one configuration: commands, YAML, config files, containers, and a request to try it with.
//!
//! [`tabs`] gives plain text, which the page shows as HTML and its twin as Markdown.

use indexmap::IndexMap;
use serde_json::{Value, json};
use serde_yaml::Mapping;

use super::accepted::ranges;
use super::rows::{gpus, gpus_text};
use super::words::{code, inline};
use super::{Figures, Library, ModelEntry, Setup};
use crate::catalog::compiled::{Configuration, Engine};
use crate::engine::fields::FieldValue;
use crate::engine::print::quote;
use crate::engine::spec::Program;
use crate::engine::version::Version;
use crate::render::code::{self as blocks, CodeBlock};
use crate::render::escape::escape;
use crate::render::highlight::Highlighter;
use crate::render::view::SiteView;
use crate::verify::catalog::{Place, VersionProof, weights_path};

/// One form of a configuration.
pub(crate) struct Tab {
    /// Its id, which tabs of other configurations share.
    pub(crate) id: &'static str,
    /// Its label.
    pub(crate) label: &'static str,
    /// A sentence with code in backticks.
    pub(crate) text: Option<String>,
    /// What it shows, with the versions for which it does; the newest first.
    pub(crate) panels: IndexMap<Panel, Vec<Version>>,
}

/// What a form is for some versions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Panel {
    /// Blocks of code, one for each server.
    Blocks(Vec<Block>),
    /// The version refuses the configuration, for this reason.
    Refused(String),
    /// The version accepts the configuration, but it can't be said in this form.
    Nothing,
}

/// A block of code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Block {
    /// Its caption.
    pub(crate) title: Option<String>,
    /// Its language.
    pub(crate) language: &'static str,
    /// What stands before the code in other forms, too.
    pub(crate) lead_in: String,
    /// The code.
    pub(crate) code: String,
}

/// Ids of the forms that every configuration has.
pub(crate) const TABS: [&str; 5] = ["command", "yaml", "config", "docker", "test"];

/// All forms of a configuration.
pub(crate) fn tabs(library: &Library<'_>, setup: &Setup<'_>) -> Vec<Tab> {
    let mut tabs = vec![
        Tab {
            id: TABS[0],
            label: "Command",
            text: None,
            panels: panels(library, setup, |_, _, proof| {
                Some(Block { language: "bash", code: proof.command.clone(), ..Block::default() })
            }),
        },
        Tab { id: TABS[1], label: "YAML", text: None, panels: yaml_panels(library, setup) },
        Tab {
            id: TABS[2],
            label: "Config file",
            text: Some("Saved as `config.yaml`, given with `--config config.yaml`.".into()),
            panels: panels(library, setup, |_, _, proof| {
                let code = proof.config.clone()?;
                Some(Block { title: Some("config.yaml".into()), language: "yaml", code, ..Block::default() })
            }),
        },
        docker(library, setup),
        test(library, setup),
    ];
    tabs.retain(|tab| tab.panels.keys().any(|panel| matches!(panel, Panel::Blocks(_))) || tab.id == TABS[0]);
    tabs
}

/// What a form is for each version, versions with the same text together.
fn panels(
    library: &Library<'_>,
    setup: &Setup<'_>,
    block: impl Fn(Version, &Engine, &VersionProof) -> Option<Block>,
) -> IndexMap<Panel, Vec<Version>> {
    let mut panels: IndexMap<Panel, Vec<Version>> = IndexMap::new();
    for &version in library.versions.iter().rev() {
        let panel = match setup.refusal(version) {
            Some(reason) => Panel::Refused(reason.to_owned()),
            None => {
                let configuration = setup.for_version(version).place.configuration;
                let servers = setup.servers(version);
                let several = servers.len() > 1;
                let made = servers.iter().zip(configuration.engines()).map(|((role, proof), (_, engine))| {
                    let mut block = block(version, engine, proof)?;
                    if several {
                        block.title = Some((*role).to_owned());
                    }
                    Some(block)
                });
                made.collect::<Option<Vec<_>>>().map_or(Panel::Nothing, Panel::Blocks)
            }
        };
        panels.entry(panel).or_default().insert(0, version);
    }
    panels
}

/// The YAML as each engine version's catalog states it.
fn yaml_panels(library: &Library<'_>, setup: &Setup<'_>) -> IndexMap<Panel, Vec<Version>> {
    let mut panels: IndexMap<Panel, Vec<Version>> = IndexMap::new();
    for &version in library.versions.iter().rev() {
        let code = yaml(setup.for_version(version).place.configuration);
        let block = Block { language: "yaml", code, ..Block::default() };
        panels.entry(Panel::Blocks(vec![block])).or_default().insert(0, version);
    }
    panels
}

/// A configuration as YAML, without what it does not set.
pub(crate) fn yaml(configuration: &Configuration) -> String {
    let mut root = Mapping::new();
    root.insert("name".into(), configuration.name.value.as_str().into());
    let mut attributes = Mapping::new();
    attributes.insert("nodes".into(), configuration.nodes.value.as_str().into());
    attributes.insert("optimization".into(), configuration.optimization.value.as_str().into());
    attributes.insert("quantization".into(), configuration.quantization.value.as_str().into());
    root.insert("attributes".into(), attributes.into());
    if let Some(path) = &configuration.quantized_model_path {
        root.insert("quantized_model_path".into(), path.value.as_str().into());
    }
    for (key, engine) in configuration.engines() {
        root.insert(key.into(), engine_mapping(engine).into());
    }
    serde_yaml::to_string(&root).unwrap_or_default()
}

fn engine_mapping(engine: &Engine) -> Mapping {
    let block = &engine.block;
    let mut mapping = Mapping::new();
    for (name, value) in &block.fields {
        let value = match value {
            FieldValue::Int(number) => (*number).into(),
            FieldValue::Bool(value) => (*value).into(),
            FieldValue::Text(text) => text.as_str().into(),
        };
        mapping.insert(name.as_str().into(), value);
    }
    if !block.env_vars.is_empty() {
        let vars = block.env_vars.iter().map(|(name, value)| (name.as_str().into(), value.as_str().into()));
        mapping.insert("env_vars".into(), vars.collect::<Mapping>().into());
    }
    if !block.extra_args.is_empty() {
        let words: Vec<serde_yaml::Value> =
            block.extra_args.iter().map(|word| word.as_str().into()).collect();
        mapping.insert("extra_args".into(), words.into());
    }
    mapping
}

/// The program that a command starts.
fn program<'a>(library: &Library<'a>, proof: &VersionProof) -> Option<&'a Program> {
    library.parts.engines.version(proof.version)?.program(proof.program)
}

/// The port that a server listens on, its command's or else its program's own; none where neither says it.
fn port(library: &Library<'_>, proof: &VersionProof) -> Option<String> {
    let words = &proof.argv;
    let at = words.iter().rposition(|word| word == "--port");
    if let Some(port) = at.and_then(|at| words.get(at + 1)) {
        return Some(port.clone());
    }
    Some(program(library, proof)?.parser().find("--port")?.1.default.integer()?.to_string())
}

/// The port of SGLang's servers, for those that have none of their own.
const USUAL_PORT: &str = "30000";

fn docker(library: &Library<'_>, setup: &Setup<'_>) -> Tab {
    let hardware = library.parts.catalog.hardware_named(setup.newest().place.hardware);
    let is_amd = hardware.is_some_and(|spec| spec.vendor.eq_ignore_ascii_case("amd"));
    let panels = panels(library, setup, |version, engine, proof| {
        let devices = if is_amd { "--device /dev/kfd --device /dev/dri" } else { "--gpus all" };
        let tag = if is_amd { "<rocm-tag>".to_owned() } else { format!("v{version}") };
        let own_port = port(library, proof);
        let port = own_port.as_deref().unwrap_or(USUAL_PORT);
        let mut lead_in = format!(
            "docker run {devices} --shm-size 32g -p {port}:{port} \\\n  \
             -v ~/.cache/huggingface:/root/.cache/huggingface --ipc=host \\\n"
        );
        let mut variables = String::new();
        for (name, value) in &engine.block.env_vars {
            lead_in.push_str(&format!("  -e {name}={} \\\n", quote(value)));
            variables.push_str(&format!("{name}={} \\\n", quote(value)));
        }
        lead_in.push_str(&format!("  lmsysorg/sglang:{tag} \\\n  "));
        let mut code = proof.command.strip_prefix(&variables).unwrap_or(&proof.command).to_owned();
        if takes_host(library, proof) {
            // The container's port leads to all of its addresses; servers listen on the loopback one unless told.
            code.push_str(" \\\n  --host 0.0.0.0");
        }
        if own_port.is_none() {
            code.push_str(&format!(" \\\n  --port {port}"));
        }
        Some(Block { title: None, language: "bash", lead_in, code })
    });
    let text =
        is_amd.then(|| "Fill in the tag of a ROCm image for your GPU in place of `<rocm-tag>`.".to_owned());
    Tab { id: TABS[3], label: "Docker", text, panels }
}

/// Whether a command names no address to listen on, and its program has a flag for it.
fn takes_host(library: &Library<'_>, proof: &VersionProof) -> bool {
    let named = proof.argv.iter().any(|word| word == "--host" || word.starts_with("--host="));
    !named && program(library, proof).is_some_and(|program| program.parser().find("--host").is_some())
}

/// A request that shows whether the server answers.
fn test(library: &Library<'_>, setup: &Setup<'_>) -> Tab {
    let place = setup.newest().place;
    let mut panels: IndexMap<Panel, Vec<Version>> = IndexMap::new();
    for &version in library.versions.iter().rev() {
        let accepts = setup.refusal(version).is_none();
        let Some((_, proof)) = setup.servers(version).into_iter().next().filter(|_| accepts) else {
            continue;
        };
        let port = port(library, proof);
        let mut code = request(place, port.as_deref().unwrap_or(USUAL_PORT));
        if port.is_none() {
            code = format!("# for a server started with --port {USUAL_PORT}\n{code}");
        }
        let block = Block { language: "bash", code, ..Block::default() };
        panels.entry(Panel::Blocks(vec![block])).or_default().insert(0, version);
    }
    let several = place.configuration.engines().count() > 1;
    let text = several.then(|| "Send it to the router in front of both servers.".to_owned());
    Tab { id: TABS[4], label: "Smoke test", text, panels }
}

fn request(place: Place<'_>, port: &str) -> String {
    let address = format!("http://localhost:{port}");
    let model = weights_path(place);
    let json_request = |path: &str, body: Value| {
        let body = quote(&body.to_string()).into_owned();
        format!("curl {address}{path} \\\n  -H 'Content-Type: application/json' \\\n  -d {body}")
    };
    let kind =
        place.model.attributes.diffusion().map(|found| found.model_type.as_ref().map(|kind| kind.as_str()));
    match kind {
        None => json_request(
            "/v1/chat/completions",
            json!({ "model": model, "messages": [{ "role": "user", "content": "What is 2 + 2?" }], "max_tokens": 64 }),
        ),
        Some(Some("image")) => json_request(
            "/v1/images/generations",
            json!({ "model": model, "prompt": "A lighthouse at dawn", "n": 1, "response_format": "b64_json" }),
        ),
        Some(Some("image_edit")) => format!(
            "curl {address}/v1/images/edits \\\n  -F model={} \\\n  -F image=@input.png \\\n  -F 'prompt=Make it night'",
            quote(model)
        ),
        Some(Some("video")) => {
            json_request("/v1/videos", json!({ "model": model, "prompt": "Waves below a lighthouse" }))
        }
        Some(_) => format!("curl {address}/health"),
    }
}

/// `8 × H200`.
pub(crate) fn hardware_text(library: &Library<'_>, setup: &Setup<'_>) -> String {
    format!("{} × {}", gpus(library, setup), setup.newest().place.hardware)
}

/// What a reader must know to run the commands, with code in backticks.
pub(crate) fn launch_notes(library: &Library<'_>, setup: &Setup<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let place = setup.newest().place;
    if setup.spans_nodes() {
        notes.push(
            "Run the command on every node, each with its own `--node-rank`, counted from 0, and all with the same \
             `--dist-init-addr`: the first node's address and a free port."
                .to_owned(),
        );
    }
    if place.configuration.engines().count() > 1 {
        let each = place.configuration.engines().map(|(role, engine)| {
            format!("{} for {role}", gpus_text(Figures::new(library, place, engine).gpus))
        });
        notes.push(format!(
            "Two servers with a router in front of them: {}.",
            each.collect::<Vec<_>>().join(", ")
        ));
    }
    notes
}

/// What a reader must know beside the commands, with code in backticks.
pub(crate) fn notes(library: &Library<'_>, setup: &Setup<'_>) -> Vec<String> {
    let mut notes = launch_notes(library, setup);
    let mut refused: IndexMap<&str, Vec<Version>> = IndexMap::new();
    for &version in &library.versions {
        if let Some(reason) = setup.refusal(version) {
            refused.entry(reason).or_default().push(version);
        }
    }
    for (reason, versions) in refused {
        notes.push(format!(
            "Refused by {} {}: {reason}.",
            library.engine,
            ranges(&versions, &library.versions)
        ));
    }
    notes
}

/// A sentence on the memory of each server, with its role where there are two.
pub(crate) fn memory_text(library: &Library<'_>, setup: &Setup<'_>) -> Option<String> {
    let place = setup.newest().place;
    let hardware = library.parts.catalog.hardware_named(place.hardware);
    let mut sentences: Vec<String> = place
        .configuration
        .engines()
        .filter_map(|(_, engine)| Figures::new(library, place, engine).sentence(hardware))
        .collect();
    sentences.dedup();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// The configuration as a model's page shows it.
pub(super) fn view(
    library: &Library<'_>,
    site: &SiteView,
    highlighter: &Highlighter,
    entry: &ModelEntry<'_>,
    setup: &Setup<'_>,
) -> Value {
    let configuration = setup.newest().place.configuration;
    let accepted = library.accepted(setup, site);
    let mut tags =
        vec![configuration.quantization.value.clone(), format!("{} node", configuration.nodes.value)];
    if entry.filed.len() > 1 || library.parts.catalog.versions().count() > 1 {
        tags.push(format!("catalog {}", setup.newest().place.version));
    }
    let tabs: Vec<Value> = tabs(library, setup)
        .into_iter()
        .map(|tab| {
            let panels: Vec<Value> =
                tab.panels.iter().map(|(panel, versions)| panel_view(library, highlighter, panel, versions)).collect();
            json!({ "id": tab.id, "label": tab.label, "text": tab.text.as_deref().map(inline), "panels": panels })
        })
        .collect();
    json!({
        "anchor": setup.anchor,
        "name": setup.name(),
        "hardware_text": hardware_text(library, setup),
        "goal": configuration.optimization.value,
        "tags": tags,
        "text": memory_text(library, setup).as_deref().map(escape),
        "checked": { "level": accepted.level, "label": accepted.sentence(library.engine), "url": accepted.url },
        "findings": [],
        "tabs": tabs,
        "notes": notes(library, setup).iter().map(|note| inline(note)).collect::<Vec<_>>(),
    })
}

fn panel_view(
    library: &Library<'_>,
    highlighter: &Highlighter,
    panel: &Panel,
    versions: &[Version],
) -> Value {
    let label = format!("{} {}", library.engine, ranges(versions, &library.versions));
    let html = match panel {
        Panel::Blocks(all) => all.iter().map(|block| block_html(block, highlighter)).collect(),
        Panel::Refused(reason) => format!("<p>{} refuses this: {}.</p>", escape(&label), inline(reason)),
        Panel::Nothing => {
            format!(
                "<p>This needs flags that a file for {} of {} can't hold.</p>",
                code("--config"),
                escape(&label)
            )
        }
    };
    json!({
        "versions": versions.iter().map(Version::to_string).collect::<Vec<_>>(),
        "label": label,
        "refused": matches!(panel, Panel::Refused(_)),
        "html": html,
    })
}

/// A block as HTML.
pub(super) fn block_html(block: &Block, highlighter: &Highlighter) -> String {
    let shown = CodeBlock {
        language: block.language,
        lead_in: &block.lead_in,
        code: &block.code,
        title: block.title.as_deref(),
        ..CodeBlock::default()
    };
    blocks::html(&shown, highlighter)
}
