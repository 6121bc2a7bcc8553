//! What the engine says of a command that it refuses, and what is said here: one page of the reference, side by side.
//!
//! `SHARDBOOK_BLESS=1 cargo test --test differential messages` writes it anew. Without the engine's packages its half is
//! taken from the page as it is.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value as Json, json};
use shardbook::diagnostic::{Diagnostic, Level};
use shardbook::engine::Engines;
use shardbook::engine::spec::EngineSpec;
use shardbook::text::{Excerpt, SourceFile};
use shardbook::verify::command::{Argument, Command, Parsed};
use shardbook::verify::judge::judge;
use shardbook::verify::launch::Surroundings;
use shardbook::verify::shell;
use shardbook::verify::subject::Form;

use crate::assertions::engines;
use crate::oracle;

const PROGRAM: &str = "sglang.launch_server";

/// What a reader wrote behind `python -m sglang.launch_server --model-path m`, and for which version.
const WRITTEN: [(&str, &str); 48] = [
    ("0.5.10", "--mem-fraction-static 85%"),
    ("0.5.10", "--mem-fraction-static 0,85"),
    ("0.5.10", "--port 30000.0"),
    ("0.5.10", "--max-running-requests 1k"),
    ("0.5.10", "--chunked-prefill-size 8,192"),
    ("0.5.10", "--max-running-requests None"),
    ("0.5.10", "--tp-size eight"),
    ("0.5.10", "--cuda-graph-bs 1,2,4"),
    ("0.5.10", "--max_running_requests 8"),
    ("0.5.10", "--Trust-Remote-Code"),
    ("0.5.10", "–tp 8"),
    ("0.5.10", "--served-model-name “qwen”"),
    ("0.5.10", "--tp8"),
    ("0.5.10", "-tp 8"),
    ("0.5.10", "--tp:8"),
    ("0.5.10", "--tensor-paralel-size 8"),
    ("0.5.10", "--attn-dp-size 8"),
    ("0.5.23", "--enable-nsa-prefill-context-parallel"),
    ("0.5.10", "--enable-dp"),
    ("0.5.10", "--reasoning-parser glm47"),
    ("0.5.6", "--tool-call-parser glm47"),
    ("0.5.10", "--dtype fp16"),
    ("0.5.10", "--attention-backend flashinfr"),
    ("0.5.10", "--trust-remote-code true"),
    ("0.5.10", "--enable-dp-attention=true"),
    ("0.5.10", "--tp-size"),
    ("0.5.10", "--tp-size --trust-remote-code"),
    ("0.5.10", "tp-size 8"),
    ("0.5.10", "--enable-hierarchical-cache --disable-radix-cache"),
    ("0.5.10", "--enable-deterministic-inference --attention-backend torch_native"),
    ("0.5.10", "--export-metrics-to-file"),
    ("0.5.10", "--ssl-keyfile key.pem"),
    ("0.5.10", "--tp-size 8 --dp-size 3 --enable-dp-attention"),
    ("0.5.10", "--tp-size 3 --nnodes 2"),
    ("0.5.10", "--tp-size 2 --dp-size 2 --nnodes 2"),
    ("0.5.10", "--enable-dp-lm-head --dp-size 2"),
    ("0.5.10", "--tp-size 8 --enable-eplb"),
    ("0.5.10", "--speculative-algorithm EAGLE --speculative-num-draft-tokens 4"),
    ("0.5.10", "--speculative-algorithm EAGLE --speculative-num-steps 3"),
    ("0.5.10", "--enable-lora"),
    ("0.5.10", "--lora-paths a=org/a --max-loaded-loras 4"),
    ("0.5.10", "--prompt-tokens-buckets 10 50"),
    ("0.5.10", "--schedule-conservativeness -1"),
    ("0.5.10", "--swa-full-tokens-ratio 80"),
    ("0.5.10", "--served-model-name llama:8b"),
    ("0.5.10", "--enable-pdmux"),
    ("0.5.10", "--enable-priority-scheduling --schedule-policy lpm"),
    ("0.5.6", "--attention-backend fa4"),
];

/// The first thing that is said here, more than a note.
fn ours(engines: &Engines, spec: &EngineSpec, text: &str) -> Diagnostic {
    let line = format!("python -m {PROGRAM} --model-path m {text}\n");
    let read = shell::invocations(&Excerpt::whole(&SourceFile::new("a.sh", line)), false);
    let mut findings = read.findings;
    for invocation in &read.value {
        let arguments = invocation.words.iter().skip(3);
        let command = Command {
            start: invocation.excerpt.location(),
            arguments: arguments.map(|word| Argument::literal(word.origin.clone())).collect(),
            variables: Vec::new(),
            elided: false,
        };
        let program = spec.program(PROGRAM).expect("every version has it");
        let parsed = Parsed::new(&command, engines, spec, program);
        findings.extend(judge(&parsed, Surroundings::default(), Form::Server).findings);
    }
    let found = findings.into_iter().find(|finding| finding.rule.level > Level::Note);
    found.unwrap_or_else(|| panic!("{text}: nothing is said"))
}

/// What the engine says last, in one line.
fn theirs(answer: &Json) -> String {
    if answer["resolved"] == Json::Bool(true) {
        return "nothing: it takes the word as it stands".to_owned();
    }
    let said = match &answer["error"] {
        Json::String(error) => format!("error: {error}"),
        _ => format!(
            "{}: {}",
            answer["raised"].as_str().unwrap_or("?"),
            answer["message"].as_str().unwrap_or("?")
        ),
    };
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    let said = said.trim_end_matches(": ").trim_end_matches(':').to_owned();
    match said.char_indices().nth(150) {
        Some((end, _)) => format!("{} …", &said[..end].trim_end()),
        None => said,
    }
}

fn answers(engines: &Engines) -> Option<BTreeMap<(&'static str, &'static str), String>> {
    let mut said = BTreeMap::new();
    for spec in engines.specs() {
        let rows: Vec<_> =
            WRITTEN.into_iter().filter(|(version, _)| *version == spec.version.to_string()).collect();
        let ask = rows.iter().map(|(_, text)| {
            let argv: Vec<&str> = ["--model-path", "m"].into_iter().chain(text.split(' ')).collect();
            json!({ "program": PROGRAM, "argv": argv, "resolve": "LlamaForCausalLM" })
        });
        let answers = oracle::answers(spec, ask).ok()?;
        said.extend(rows.iter().copied().zip(answers.iter().map(theirs)));
    }
    Some(said)
}

/// The engine's half of the page as it stands.
fn recorded(page: &str) -> BTreeMap<(&'static str, &'static str), String> {
    let mut said = BTreeMap::new();
    for row in WRITTEN {
        let head = heading(row);
        let after = page.split_once(&head).map_or("", |(_, after)| after);
        let line = after.lines().find_map(|line| line.strip_prefix("- SGLang: `")?.strip_suffix('`'));
        said.insert(row, line.unwrap_or_default().to_owned());
    }
    said
}

fn heading((version, text): (&str, &str)) -> String {
    format!("**`{text}`** in {version}\n")
}

#[test]
fn messages_stand_beside_the_engines() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/reference/messages.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let engines = engines();
    let theirs = answers(&engines).unwrap_or_else(|| recorded(&page));
    let introduction = page.split_once("\n**`").map_or(page.as_str(), |(before, _)| before).trim_end();
    let mut wanted = format!("{introduction}\n");
    for row in WRITTEN {
        let spec = engines.specs().find(|spec| spec.version.to_string() == row.0).unwrap();
        let said = ours(&engines, spec, row.1);
        write!(wanted, "\n{}\n- SGLang: `{}`\n- shardbook: {}", heading(row), theirs[&row], said.message)
            .unwrap();
        let fix = said.fix.iter().filter(|_| said.help.is_empty()).map(|fix| &fix.description);
        for help in said.help.iter().chain(fix) {
            let short = help.char_indices().nth(200).map_or(help.as_str(), |(end, _)| &help[..end]);
            let dots = if short.len() < help.len() { " …" } else { "" };
            // A cut may not leave a backtick open.
            let short = match short.matches('`').count() % 2 {
                1 => short.rsplit_once('`').map_or(short, |(before, _)| before),
                _ => short,
            };
            write!(wanted, "; {}{dots}", short.trim_end_matches([',', ' '])).unwrap();
        }
        writeln!(wanted, " ({})", said.rule.name).unwrap();
    }
    if std::env::var_os("SHARDBOOK_BLESS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
        return;
    }
    assert!(page == wanted, "the page of messages is not what is said; see the head of this file\n{wanted}");
}
