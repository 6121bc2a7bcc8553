//! What the site publishes, against the engine's own parsers: each command is accepted by every version that its page
//! claims, what a page says a version refuses is refused by it, and the other forms of a configuration (config file,
//! container, request) say the same as its command.
//!
//! Commands are taken from `api/catalog.json`, the other forms from the published pages' text; a shell takes the
//! blocks apart. Where Python, the wheels or bash can't be had, the tests say so and pass.
#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test says why it was skipped, and fails by panicking"
)]
#![expect(clippy::disallowed_methods, reason = "a test runs other programs itself")]

#[path = "support/oracle.rs"]
mod oracle;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value as Json;
use shardbook::catalog::Catalog;
use shardbook::engine::argparse::{parse, words};
use shardbook::engine::spec::EngineSpec;
use shardbook::engine::{Engines, version::Version};
use shardbook::pipeline::load::{Inputs, load};
use shardbook::pipeline::{Options, engines, run, stages};
use shardbook::render::artifact::Artifact;
use shardbook::verify::catalog::{Place, prove};
use shardbook::world::Disk;

struct Shipped {
    inputs: Inputs,
    artifact: Artifact,
    engines: Engines,
    catalog: Catalog,
}

/// The site of this repository, built once.
fn shipped() -> &'static Shipped {
    static SHIPPED: OnceLock<Shipped> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let inputs = load(&Disk::new(env!("CARGO_MANIFEST_DIR"))).expect("the shipped site").value;
        let options = Options { render: true, ..Options::default() };
        let artifact = run(&inputs, &options, &|_| {}).value.artifact;
        let engines = engines::read(&inputs, "sglang").value;
        let catalog = stages::catalog(&inputs, &engines).value;
        Shipped { inputs, artifact, engines, catalog }
    })
}

/// One published configuration.
struct Setup {
    /// Model, hardware and name, for messages.
    place: String,
    accepted: Vec<Version>,
    servers: Vec<Json>,
    model_path: String,
    tabs: Vec<Tab>,
}

/// A form of a configuration in the text of its page.
struct Tab {
    label: String,
    /// The versions that its blocks are for, with the blocks: one for each server.
    panels: Vec<(Vec<Version>, Vec<String>)>,
}

impl Setup {
    /// The words of a server's command for a version.
    fn argv(&self, server: usize, version: Version) -> Vec<String> {
        let commands = self.servers[server]["commands"].as_array().unwrap();
        let version = version.to_string();
        let of_version = |command: &&Json| strings(&command["versions"]).contains(&version);
        let mut found = commands.iter().filter(of_version);
        let command = found.next().unwrap_or_else(|| panic!("{}: no command for {version}", self.place));
        assert!(found.next().is_none(), "{}: two commands for {version}", self.place);
        strings(&command["argv"])
    }

    fn tab(&self, label: &str) -> impl Iterator<Item = (Version, &[String])> {
        let panels = self.tabs.iter().filter(move |tab| tab.label == label).flat_map(|tab| &tab.panels);
        panels.flat_map(|(versions, blocks)| versions.iter().map(|&version| (version, blocks.as_slice())))
    }
}

fn strings(list: &Json) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

/// All published configurations, in the catalog's order.
fn setups() -> &'static [Setup] {
    static SETUPS: OnceLock<Vec<Setup>> = OnceLock::new();
    SETUPS.get_or_init(|| {
        let Shipped { artifact, .. } = shipped();
        let catalog: Json = serde_json::from_slice(artifact.get("api/catalog.json").unwrap()).unwrap();
        let all: Vec<Version> =
            strings(&catalog["versions"]).iter().map(|text| text.parse().unwrap()).collect();
        let mut setups = Vec::new();
        for model in catalog["models"].as_array().unwrap() {
            let address = model["url"].as_str().unwrap();
            let at = address.find("models/").unwrap();
            let twin = artifact.get(&format!("{}index.md", &address[at..])).unwrap();
            let mut sections = sections(std::str::from_utf8(twin).unwrap(), &all).into_iter();
            let lists = model["hardware"].as_object().unwrap();
            for (hardware, configuration) in
                lists.iter().flat_map(|(id, list)| list.as_array().unwrap().iter().map(move |one| (id, one)))
            {
                let name = configuration["name"].as_str().unwrap();
                let place = format!("{} on {hardware}: {name}", model["name"].as_str().unwrap());
                let (heading, accepted, tabs) =
                    sections.next().unwrap_or_else(|| panic!("{place}: not on the page"));
                assert!(
                    heading.starts_with(&format!("{name} on "))
                        && heading.ends_with(&format!(" × {hardware}")),
                    "{place} is {heading} on the page"
                );
                let claimed: Vec<Version> =
                    strings(&configuration["accepted"]).iter().map(|text| text.parse().unwrap()).collect();
                assert_eq!(accepted, claimed, "{place}: page and JSON claim other versions");
                setups.push(Setup {
                    place,
                    accepted,
                    servers: configuration["servers"].as_array().unwrap().clone(),
                    model_path: configuration["quantized_model_path"]
                        .as_str()
                        .or(model["id"].as_str())
                        .unwrap()
                        .to_owned(),
                    tabs,
                });
            }
            assert!(sections.next().is_none(), "{address}: a configuration that the JSON does not have");
        }
        setups
    })
}

/// The configurations of a model's page: heading, versions, forms.
fn sections(text: &str, all: &[Version]) -> Vec<(String, Vec<Version>, Vec<Tab>)> {
    let mut sections: Vec<(String, Vec<Version>, Vec<Tab>)> = Vec::new();
    let mut block: Option<String> = None;
    let mut named: Option<Vec<Version>> = None;
    for line in text.lines() {
        let Some((_, accepted, tabs)) = sections.last_mut().filter(|_| !line.starts_with("### ")) else {
            if let Some(heading) = line.strip_prefix("### ") {
                sections.push((heading.to_owned(), Vec::new(), Vec::new()));
            }
            continue;
        };
        match (&mut block, line.starts_with("```")) {
            (Some(text), true) => {
                let text = std::mem::take(text);
                block = None;
                let panels = &mut tabs.last_mut().unwrap().panels;
                match named.take() {
                    // The next server of the same versions.
                    None if !panels.is_empty() => panels.last_mut().unwrap().1.push(text),
                    versions => panels.push((versions.unwrap_or_else(|| accepted.clone()), vec![text])),
                }
            }
            (Some(text), false) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, true) => block = Some(String::new()),
            (None, false) => {
                if let Some(label) = line.strip_prefix("#### ") {
                    tabs.push(Tab { label: label.to_owned(), panels: Vec::new() });
                    named = None;
                } else if let Some((_, ranges)) = line.split_once("Accepted by sglang ") {
                    *accepted = versions(ranges, all);
                } else if let Some(ranges) = line.strip_prefix("sglang ") {
                    named = Some(versions(ranges, all));
                }
            }
        }
    }
    sections
}

/// The versions in words such as `0.5.6 – 0.5.10, 0.5.23:`.
fn versions(ranges: &str, all: &[Version]) -> Vec<Version> {
    let version = |text: &str| text.trim().trim_end_matches(['.', ':']).parse::<Version>().ok();
    let ranges: Vec<(Version, Version)> = ranges
        .split(',')
        .filter_map(|part| {
            let (first, last) = part.split_once('–').unwrap_or((part, part));
            Some((version(first)?, version(last)?))
        })
        .collect();
    all.iter().copied().filter(|found| ranges.iter().any(|(a, b)| a <= found && found <= b)).collect()
}

/// The program that a command starts, and its arguments. `sglang serve` asks the model which of two it is.
fn program<'a>(spec: &'a EngineSpec, argv: &'a [String]) -> (&'a str, &'a [String]) {
    let mut found = spec.programs.iter().filter_map(|(name, program)| {
        let start = program.start();
        let starts =
            !start.is_empty() && argv.len() >= start.len() && argv.iter().zip(&start).all(|(a, b)| a == b);
        starts.then(|| (name.as_str(), &argv[start.len()..]))
    });
    let path = argv.iter().position(|word| word == "--model-path").map(|at| argv[at + 1].as_str());
    let versions = || shipped().catalog.versions();
    let diffuses = versions().any(|(_, models)| {
        models
            .models()
            .any(|model| Some(model.model_path.as_str()) == path && model.attributes.diffusion().is_some())
    });
    let of_kind = |(name, _): &(&str, _)| {
        !name.starts_with("sglang.serve.") || name.ends_with(".diffusion") == diffuses
    };
    found.find(of_kind).unwrap_or_else(|| panic!("{argv:?} starts no program of {}", spec.version))
}

/// What the engine of each version answers; versions that can't be asked are left out, and it is said why.
fn ask(
    questions: &BTreeMap<Version, Vec<(String, Json)>>,
) -> impl Iterator<Item = (Version, Vec<(&str, Json)>)> {
    questions.iter().filter_map(|(&version, questions)| {
        let spec = shipped().engines.version(version).expect("a version of the site");
        match oracle::answers(spec, questions.iter().map(|(_, question)| question.clone())) {
            Ok(answers) => {
                let labels = questions.iter().map(|(label, _)| label.as_str());
                Some((version, labels.zip(answers).collect()))
            }
            Err(reason) => {
                eprintln!("skipped sglang {version}: {reason}");
                None
            }
        }
    })
}

#[test]
fn every_published_command_is_accepted_by_the_engines_that_its_page_names() {
    let mut questions: BTreeMap<Version, Vec<(String, Json)>> = BTreeMap::new();
    for setup in setups() {
        for &version in &setup.accepted {
            let spec = shipped().engines.version(version).unwrap();
            for server in 0..setup.servers.len() {
                let argv = setup.argv(server, version);
                let (name, words) = program(spec, &argv);
                let label = format!("{}: {}", setup.place, argv.join(" "));
                questions.entry(version).or_default().push((label, oracle::question(name, words)));
            }
        }
    }
    let asked: usize = questions.values().map(Vec::len).sum();
    assert!(asked > 1_900, "{asked} commands");
    let (mut answered, mut wrong) = (0, Vec::new());
    for (version, answers) in ask(&questions) {
        answered += answers.len();
        let refused = answers.iter().filter(|(_, answer)| {
            answer["ok"] != true
                || answer.get("unknown").is_some_and(|unknown| unknown != &serde_json::json!([]))
        });
        wrong.extend(refused.map(|(label, answer)| format!("{version} {label}\n  {answer}")));
    }
    eprintln!("{answered} of {asked} commands answered");
    assert!(wrong.is_empty(), "{} refused:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_a_page_says_that_a_parser_refuses_is_refused_by_the_engine_s() {
    let Shipped { inputs, engines, catalog, .. } = shipped();
    let (options, mut findings) = (Options::default(), Vec::new());
    let scene = stages::Scene::new(inputs, engines, catalog, &options, &mut findings);
    let context = scene.context();
    let mut questions: BTreeMap<Version, Vec<(String, Json)>> = BTreeMap::new();
    let (mut refused, mut by_rules) = (0, 0);
    for (filed, models) in catalog.versions() {
        for model in models.models() {
            for (hardware, configuration) in model.configurations() {
                let place = Place { version: filed, model, hardware, configuration };
                for proof in prove(place, &context).value.servers.iter().flat_map(|server| &server.versions) {
                    let Some(reason) = &proof.refused else { continue };
                    refused += 1;
                    let spec = engines.version(proof.version).unwrap();
                    let (name, argv) = program(spec, &proof.argv);
                    let parsed = parse(spec.programs[name].parser(), &words(argv.to_vec()));
                    if parsed.problems.is_empty() {
                        by_rules += 1;
                        continue;
                    }
                    let label = format!("{}: {reason}: {}", model.name.value, proof.argv.join(" "));
                    questions.entry(proof.version).or_default().push((label, oracle::question(name, argv)));
                }
            }
        }
    }
    assert!(refused > 50, "{refused} verdicts");
    let mut wrong = Vec::new();
    for (version, answers) in ask(&questions) {
        let accepted = answers.iter().filter(|(_, answer)| answer["ok"] == true);
        wrong.extend(accepted.map(|(label, _)| format!("{version} {label}")));
    }
    eprintln!("{refused} refused, {by_rules} of them by rules on what the parser accepts");
    assert!(wrong.is_empty(), "accepted by the engine:\n{}", wrong.join("\n"));
}

#[test]
fn a_config_file_says_the_same_as_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let mut questions: BTreeMap<Version, Vec<(String, Json)>> = BTreeMap::new();
    for setup in setups() {
        for (version, blocks) in setup.tab("Config file") {
            assert_eq!(blocks.len(), setup.servers.len(), "{}", setup.place);
            let spec = shipped().engines.version(version).unwrap();
            for (server, block) in blocks.iter().enumerate() {
                let argv = setup.argv(server, version);
                let (name, words) = program(spec, &argv);
                let of_version = questions.entry(version).or_default();
                let path = folder.path().join(format!("{version}-{}.yaml", of_version.len()));
                std::fs::write(&path, block).unwrap();
                let file = ["--config".to_owned(), path.to_str().unwrap().to_owned()];
                of_version.push((setup.place.clone(), oracle::question(name, words)));
                of_version.push((setup.place.clone(), oracle::question(name, &file)));
            }
        }
    }
    let asked: usize = questions.values().map(Vec::len).sum();
    assert!(asked > 3_500, "{asked} questions");
    let mut wrong = Vec::new();
    for (version, answers) in ask(&questions) {
        for pair in answers.chunks(2) {
            let [(place, command), (_, file)] = pair else { panic!("two questions a file") };
            let values = |answer: &Json| {
                let mut values = answer["values"].clone();
                if let Some(all) = values.as_object_mut() {
                    all.remove("config");
                }
                values
            };
            if command["ok"] != true || file["ok"] != true || values(command) != values(file) {
                wrong.push(format!("{version} {place}\n  command: {command}\n  file: {file}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The words of each block's command as bash reads them, after the values of these variables; none without bash.
fn by_bash(blocks: &[(String, Vec<String>)]) -> Option<Vec<Vec<String>>> {
    const FUNCTIONS: &str = r#"
show() { for name in $names; do printf '%s\0' "$name=${!name-unset}"; done; printf '%s\0' "$@"; }
python() { show python "$@"; }
sglang() { show sglang "$@"; }
docker() { show docker "$@"; }
curl() { show curl "$@"; }
HOME=/home/reader
"#;
    let mut script = FUNCTIONS.to_owned();
    for (block, names) in blocks {
        // The reader fills this in; to a shell it would be a redirection.
        let block = block.replace("<rocm-tag>", "rocm-tag");
        script.push_str(&format!("names='{}'\n{block}\nprintf '\\1\\0'\n", names.join(" ")));
    }
    let mut child = match Command::new("bash").arg("-s").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
    {
        Ok(child) => child,
        Err(error) => {
            eprintln!("skipped: no bash: {error}");
            return None;
        }
    };
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(script.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let mut answers: Vec<Vec<String>> = vec![Vec::new()];
    for word in text.split_terminator('\0') {
        match word {
            "\u{1}" => answers.push(Vec::new()),
            _ => answers.last_mut().unwrap().push(word.to_owned()),
        }
    }
    answers.pop();
    assert_eq!(answers.len(), blocks.len());
    Some(answers)
}

fn variables(server: &Json) -> Vec<String> {
    let all = server["env_vars"].as_object().unwrap();
    all.iter().map(|(name, value)| format!("{name}={}", value.as_str().unwrap())).collect()
}

fn names(server: &Json) -> Vec<String> {
    server["env_vars"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn the_blocks_that_readers_copy_start_the_published_argv() {
    let mut blocks = Vec::new();
    let mut wanted = Vec::new();
    for setup in setups() {
        let mut seen = Vec::new();
        for (version, texts) in setup.tab("Command") {
            seen.push(version);
            for (server, text) in texts.iter().enumerate() {
                let own = &setup.servers[server];
                blocks.push((text.clone(), names(own)));
                wanted.push([variables(own), setup.argv(server, version)].concat());
            }
        }
        seen.sort();
        assert_eq!(seen, setup.accepted, "{}: a command for each version", setup.place);
    }
    let Some(answers) = by_bash(&blocks) else { return };
    for ((answer, wanted), (block, _)) in answers.iter().zip(&wanted).zip(&blocks) {
        assert_eq!(answer, wanted, "{block}");
    }
}

#[test]
fn a_container_runs_the_published_argv() {
    let mut blocks = Vec::new();
    let mut wanted = Vec::new();
    for setup in setups() {
        let mut seen = Vec::new();
        for (version, texts) in setup.tab("Docker") {
            seen.push(version);
            for (server, text) in texts.iter().enumerate() {
                blocks.push((text.clone(), Vec::new()));
                wanted.push((setup, version, server));
            }
        }
        seen.sort();
        assert_eq!(seen, setup.accepted, "{}: a container for each version", setup.place);
    }
    let Some(answers) = by_bash(&blocks) else { return };
    let mut questions: BTreeMap<Version, Vec<(String, Json)>> = BTreeMap::new();
    for (words, (setup, version, server)) in answers.iter().zip(&wanted) {
        let place = &setup.place;
        let at = words.iter().position(|word| word.starts_with("lmsysorg/sglang:")).expect("an image");
        let (options, inner) = (&words[..at], &words[at + 1..]);
        let tag = &words[at]["lmsysorg/sglang:".len()..];
        let amd = options.iter().any(|word| word == "/dev/kfd");
        assert_eq!(tag, if amd { "rocm-tag".to_owned() } else { format!("v{version}") }, "{place}");
        let given: Vec<String> =
            options.windows(2).filter(|pair| pair[0] == "-e").map(|pair| pair[1].clone()).collect();
        assert_eq!(given, variables(&setup.servers[*server]), "{place}");
        let mut own = setup.argv(*server, *version);
        if !own.iter().any(|word| word == "--host") {
            own.extend(["--host".to_owned(), "0.0.0.0".to_owned()]);
        }
        // Some have no port of their own: the container's must be said.
        if inner.len() == own.len() + 2 {
            own.extend(["--port".to_owned(), "30000".to_owned()]);
        }
        assert_eq!(inner, own, "{place}");
        let spec = shipped().engines.version(*version).unwrap();
        let (name, argv) = program(spec, inner);
        let mut question = oracle::question(name, argv);
        question["full"] = true.into();
        let ports: Vec<&str> =
            options.windows(2).filter(|pair| pair[0] == "-p").map(|pair| pair[1].as_str()).collect();
        let label = format!("{} {place}", ports.join(","));
        questions.entry(*version).or_default().push((label, question));
    }
    for (version, answers) in ask(&questions) {
        for (label, answer) in answers {
            assert_eq!(answer["ok"], true, "{version} {label}: {answer}");
            let values = &answer["values"];
            let port = &values["port"];
            assert!(
                label.starts_with(&format!("{port}:{port} ")),
                "{version} {label}: the engine listens on {port}"
            );
            assert_eq!(values["host"], "0.0.0.0", "{version} {label}");
        }
    }
}

#[test]
fn a_request_is_for_the_model_and_reaches_the_port_of_its_server() {
    let mut blocks = Vec::new();
    let mut questions: BTreeMap<Version, Vec<(String, Json)>> = BTreeMap::new();
    let mut wanted = Vec::new();
    for setup in setups() {
        let mut seen = Vec::new();
        for (version, texts) in setup.tab("Smoke test") {
            seen.push(version);
            let [text] = texts else { panic!("{}: one request", setup.place) };
            let argv = setup.argv(0, version);
            let (name, argv) = program(shipped().engines.version(version).unwrap(), &argv);
            let mut question = oracle::question(name, argv);
            question["full"] = true.into();
            questions.entry(version).or_default().push((wanted.len().to_string(), question));
            blocks.push((text.clone(), Vec::new()));
            wanted.push(setup);
        }
        seen.sort();
        assert_eq!(seen, setup.accepted, "{}: a request for each version", setup.place);
    }
    let Some(answers) = by_bash(&blocks) else { return };
    for (words, setup) in answers.iter().zip(&wanted) {
        let place = &setup.place;
        assert_eq!(words[0], "curl", "{place}");
        if let Some(at) = words.iter().position(|word| word == "-d") {
            let body: Json = serde_json::from_str(&words[at + 1]).unwrap();
            assert_eq!(body["model"], setup.model_path.as_str(), "{place}");
            assert!(words.iter().any(|word| word == "Content-Type: application/json"), "{place}");
        } else {
            assert!(words.contains(&format!("model={}", setup.model_path)), "{place}: {words:?}");
        }
    }
    for (version, all) in ask(&questions) {
        for (index, answer) in all {
            let index = index.parse::<usize>().unwrap();
            let (address, text) = (&answers[index][1], &blocks[index].0);
            let port = match answer["values"]["port"].as_u64() {
                Some(port) => port,
                None => {
                    assert!(
                        text.starts_with("# for a server started with --port 30000\n"),
                        "{version} {text}"
                    );
                    30_000
                }
            };
            assert!(
                address.starts_with(&format!("http://localhost:{port}/v1/")),
                "{version} {address}: the engine listens on {port}"
            );
        }
    }
}
