//! The proof of the catalog: every configuration, lowered for every engine version and judged like a snippet.

use super::block;
use super::command::{Argument, Command, Parsed};
use super::context::Context;
use super::judge::{Verdict, judge};
use super::launch::Surroundings;
use super::subject::{Form, NotJudged};
use crate::catalog::compiled::{Attributes, Configuration, Engine, Model};
use crate::catalog::facts::ModelFacts;
use crate::diagnostic::{Checked, Diagnostic, Level};
use crate::engine::argparse::Word;
use crate::engine::lower::Origin as WordOrigin;
use crate::engine::print::{command_text, config_text};
use crate::engine::spec::{ConfigKeys, EngineSpec, Program};
use crate::engine::version::Version;
use crate::text::Location;

/// A configuration of a model on a kind of hardware, proven for all versions.
#[derive(Clone, Debug)]
pub struct ConfigurationProof {
    /// The servers: one, or those for prompts and for tokens.
    pub servers: Vec<ServerProof>,
    /// Rules that lacked a fact, once for each server.
    pub not_judged: Vec<NotJudged>,
}

/// One server of a configuration.
#[derive(Clone, Debug)]
pub struct ServerProof {
    /// `engine`, `prefill` or `decode`.
    pub role: &'static str,
    /// What each version says, oldest first.
    pub versions: Vec<VersionProof>,
}

/// What one version says of a server.
#[derive(Clone, Debug)]
pub struct VersionProof {
    /// The version.
    pub version: Version,
    /// The name of the program that serves it.
    pub program: &'static str,
    /// Why it refuses the server; none where it accepts it.
    pub refused: Option<String>,
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// The command as a reader copies it.
    pub command: String,
    /// The same as a file for `--config`, where the version takes one that can say it.
    pub config: Option<String>,
}

impl ConfigurationProof {
    /// The versions that accept every server, oldest first.
    pub fn accepted(&self) -> Vec<Version> {
        let Some(first) = self.servers.first() else { return Vec::new() };
        first
            .versions
            .iter()
            .map(|proof| proof.version)
            .filter(|version| self.servers.iter().all(|server| server.accepts(*version)))
            .collect()
    }

    /// Why a version refuses it.
    pub fn refusal(&self, version: Version) -> Option<&str> {
        self.servers.iter().find_map(|server| server.version(version)?.refused.as_deref())
    }
}

impl ServerProof {
    /// What one version says.
    pub fn version(&self, version: Version) -> Option<&VersionProof> {
        self.versions.iter().find(|proof| proof.version == version)
    }

    fn accepts(&self, version: Version) -> bool {
        self.version(version).is_some_and(|proof| proof.refused.is_none())
    }
}

/// What a configuration's proof needs beside it.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The version that the model is filed under: findings are for it.
    pub version: Version,
    /// The model.
    pub model: &'a Model,
    /// The id of the hardware.
    pub hardware: &'a str,
    /// The configuration.
    pub configuration: &'a Configuration,
}

/// The facts on the weights that a configuration runs, by their own path or their model's.
pub fn facts<'a>(place: Place<'_>, context: &Context<'a>) -> Option<&'a ModelFacts> {
    let own = place.configuration.quantized_model_path.as_ref().map(|path| path.value.as_str());
    context.model_facts(own).or_else(|| context.model_facts(Some(&place.model.model_path.value)))
}

/// The path of the weights that a configuration runs.
pub fn weights_path<'a>(place: Place<'a>) -> &'a str {
    place
        .configuration
        .quantized_model_path
        .as_ref()
        .map_or(&place.model.model_path.value, |path| &path.value)
}

/// Proves one configuration. Findings are those of the version that the model is filed under, or of the one that all is
/// judged against, at the source lines that the values came from.
pub fn prove(place: Place<'_>, context: &Context<'_>) -> Checked<ConfigurationProof> {
    let mut findings = Vec::new();
    let mut not_judged = Vec::new();
    let servers = place
        .configuration
        .engines()
        .map(|(role, engine)| {
            let versions = context.engines.specs().filter_map(|spec| {
                let (proof, verdict) = prove_for(place, engine, spec, context)?;
                if spec.version == context.against.unwrap_or(place.version) {
                    findings.extend(verdict.findings);
                    not_judged.extend(verdict.not_judged);
                }
                Some(proof)
            });
            ServerProof { role, versions: versions.collect() }
        })
        .collect();
    Checked::new(ConfigurationProof { servers, not_judged }, findings)
}

fn prove_for(
    place: Place<'_>,
    engine: &Engine,
    spec: &EngineSpec,
    context: &Context<'_>,
) -> Option<(VersionProof, Verdict)> {
    let is_diffusion = place.model.attributes.diffusion().is_some();
    let name = if is_diffusion { "sglang.serve.diffusion" } else { "sglang.launch_server" };
    let program = spec.program(name)?;
    let origin = &place.configuration.origin;
    let whole = place.configuration.location();
    let path = weights_path(place);
    let (mut command, lowered) = block::command(
        context.engines.schema(),
        &engine.block,
        spec.version,
        Some(path),
        &whole,
        |word| match word {
            WordOrigin::Field(name) => origin.locate(engine.field_span(name)),
            WordOrigin::Extra(index) => origin.locate(engine.word_span(*index)),
        },
        |name| origin.locate(engine.env_var_span(name)),
    );
    let extra = engine.block.extra_args.len();
    let at = command.arguments.len() - extra;
    command.arguments.splice(at..at, parsers(place.model, &engine.block.extra_args));
    let parsed = Parsed::new(&command, context.engines, spec, program);
    let surroundings = Surroundings {
        model_path: Some(path.to_owned()),
        facts: facts(place, context),
        hardware: context.hardware.get(place.hardware),
        optimization: Some(place.configuration.optimization.value.clone()),
        quantization: Some(place.configuration.precision(engine, context.facts.get(path)).to_owned()),
    };
    let mut verdict = judge(&parsed, surroundings, Form::Block);
    verdict
        .findings
        .extend(block::unsupported(&lowered, spec.version, |field| origin.locate(engine.field_span(field))));
    let refused = verdict.findings.iter().find(|finding| finding.level == Level::Error).map(reason);
    let proof = version_proof(&parsed, name, engine, refused);
    Some((proof, verdict))
}

fn reason(finding: &Diagnostic) -> String {
    finding.message.clone()
}

/// The flags that a model's attributes become, but for those that the configuration sets itself.
fn parsers(model: &Model, extra_args: &[String]) -> Vec<Argument> {
    let Attributes::Llm(llm) = &model.attributes else { return Vec::new() };
    let flags = [
        ("--tool-call-parser", &llm.tool_parser),
        ("--reasoning-parser", &llm.reasoning_parser),
        ("--chat-template", &llm.chat_template),
    ];
    let mut arguments = Vec::new();
    for (flag, value) in flags {
        let Some(value) = value.as_ref().filter(|_| !extra_args.iter().any(|word| word == flag)) else {
            continue;
        };
        let place: Location = model.origin.locate(value.span);
        arguments.push(Argument::standing_for(flag, &place));
        arguments.push(Argument::standing_for(&value.value, &place));
    }
    arguments
}

fn version_proof(
    parsed: &Parsed<'_>,
    program: &'static str,
    engine: &Engine,
    refused: Option<String>,
) -> VersionProof {
    let Command { arguments, .. } = parsed.command;
    let start: Vec<&str> = start(parsed.program);
    let words: Vec<String> = arguments.iter().map(|argument| argument.word.text.clone()).collect();
    let command = command_text(&engine.block.env_vars, &start, &words);
    // The diffusion programs take the names of their own fields there, which their flags do not tell.
    let by_flags = parsed.program.accepts_config_file && parsed.program.config_keys == ConfigKeys::Flags;
    let config = (refused.is_none() && by_flags)
        .then(|| {
            let words: Vec<Word> = arguments.iter().map(|argument| argument.word.clone()).collect();
            config_text(parsed.program.parser(), &words, &parsed.parse).ok()
        })
        .flatten();
    let argv = start.into_iter().map(str::to_owned).chain(words).collect();
    VersionProof { version: parsed.spec.version, program, refused, argv, command, config }
}

/// The words that start a program, for a reader to copy.
fn start(program: &Program) -> Vec<&str> {
    program.start()
}
