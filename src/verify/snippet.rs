//! One block of code, checked by what it is.

use super::block::{self, Server, Shape, located_command};
use super::command::Parsed;
use super::context::{Context, Scope};
use super::data;
use super::found::Found;
use super::judge::{Verdict, judge, meaning};
use super::kind::Kind;
use super::launch::Surroundings;
use super::program;
use super::shell;
use super::subject::{Form, NotJudged};
use super::tally::Outcome;
use crate::diagnostic::{Checked, Diagnostic};
use crate::engine::fields::EngineBlock;
use crate::engine::lower::lower;
use crate::engine::print::command_text;
use crate::engine::version::Version;
use crate::page::snippet::Snippet;
use crate::text::Location;
use crate::world::reader::{Reader, documents};
use crate::world::yaml::Node;

/// What was found out about one block.
#[derive(Debug)]
pub struct Proof {
    /// What became of it.
    pub outcome: Outcome,
    /// The versions that accept everything in it, oldest first; none where it holds nothing of the engine's.
    pub accepted: Vec<Version>,
    /// The servers that it describes, for pairs and derived commands.
    pub launches: Vec<Launch>,
    /// Commands of engine programs in it.
    pub commands: usize,
    /// What its copy button gives, where that is not its text.
    pub copy: Option<String>,
    /// Rules that lacked a fact.
    pub not_judged: Vec<NotJudged>,
}

/// A server that a block describes: by YAML or by a command.
#[derive(Clone, Debug)]
pub struct Launch {
    /// What it means.
    pub block: EngineBlock,
    /// The place of each field; the whole where a field is not written.
    pub places: Vec<(String, Location)>,
    /// The whole.
    pub whole: Location,
    /// Whether it is a command.
    pub is_command: bool,
}

impl Launch {
    /// The place of a field or flag, else the whole.
    pub fn place(&self, name: &str) -> Location {
        let found = self.places.iter().find(|(known, _)| known == name);
        found.map_or_else(|| self.whole.clone(), |(_, place)| place.clone())
    }
}

/// Checks one block. Findings are added to `findings`.
pub fn check(
    snippet: &Snippet,
    scope: &Scope<'_>,
    context: &Context<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Proof {
    let language = &*snippet.language.value;
    if let Some(reason) = snippet.attributes.text("unchecked") {
        return unchecked(reason.to_owned());
    }
    let mut pass =
        Pass { snippet, scope, context, findings, proof: unchecked(String::new()), versions: None };
    let shows_prompts = || shell::console::first_prompt(&snippet.code).is_some();
    match Kind::of(language) {
        Kind::Shell => pass.shell(false),
        Kind::Console => pass.shell(true),
        Kind::Yaml => pass.yaml(),
        Kind::Json => pass.data("json", data::json(&snippet.code)),
        Kind::Toml => pass.data("toml", data::toml(&snippet.code)),
        Kind::Text if language.is_empty() && pass.is_launch(shows_prompts()) => pass.shell(shows_prompts()),
        Kind::Text => pass.proof.outcome = Outcome::Unchecked("no language, or plain text".into()),
        Kind::Other => pass.proof.outcome = Outcome::Unchecked(format!("no parser for {language}")),
    }
    pass.finish()
}

fn unchecked(reason: String) -> Proof {
    Proof {
        outcome: Outcome::Unchecked(reason),
        accepted: Vec::new(),
        launches: Vec::new(),
        commands: 0,
        copy: None,
        not_judged: Vec::new(),
    }
}

struct Pass<'a> {
    snippet: &'a Snippet,
    scope: &'a Scope<'a>,
    context: &'a Context<'a>,
    findings: &'a mut Vec<Diagnostic>,
    proof: Proof,
    /// The versions that accept all that was seen of the engine's; `None` while nothing was seen.
    versions: Option<Vec<Version>>,
}

impl Pass<'_> {
    fn finish(mut self) -> Proof {
        self.proof.accepted = self.versions.take().unwrap_or_default();
        self.proof.not_judged.sort_unstable();
        self.proof.not_judged.dedup();
        self.proof
    }

    /// Whether a block without a language can only be meant as commands: a script without syntax errors, of which the
    /// first command is one of the engine's, and no synopsis (`[OPTIONS]`, `<MODEL>`).
    fn is_launch(&self, console: bool) -> bool {
        let code = &self.snippet.code;
        let names_engine = self.scope.versions.iter().any(|spec| code.text().contains(&spec.engine));
        if !names_engine || code.text().split_whitespace().any(|word| word.starts_with(['[', '<'])) {
            return false;
        }
        let Checked { value: invocations, findings } = shell::invocations(code, console);
        let is_engines = |invocation: &shell::unwrap::Invocation| {
            self.scope.versions.iter().any(|spec| {
                matches!(
                    program::find(invocation, spec, self.context),
                    Found::Program(..) | Found::Refused(_)
                )
            })
        };
        let is_sound = findings.iter().all(|finding| finding.rule.name != shell::script::SYNTAX.name);
        is_sound && invocations.first().is_some_and(is_engines)
    }

    fn data(&mut self, language: &str, found: Option<Vec<Diagnostic>>) {
        self.proof.outcome = match found {
            Some(found) => {
                self.findings.extend(found);
                Outcome::SyntaxOnly(language.into())
            }
            None => Outcome::Unchecked("parts are left out".into()),
        };
    }

    fn shell(&mut self, console: bool) {
        let code = &self.snippet.code;
        let invocations = shell::invocations(code, console).take(self.findings);
        self.proof.copy = shell::console::copy_text(code, &self.snippet.language.value);
        self.invocations(&invocations);
        self.proof.outcome = if self.proof.commands > 0 {
            Outcome::Checked("commands")
        } else {
            Outcome::SyntaxOnly(if console { "console" } else { "shell" }.into())
        };
    }

    /// Judges the programs of the engine that are started.
    fn invocations(&mut self, invocations: &[shell::unwrap::Invocation]) {
        for invocation in invocations {
            let mut found_program = false;
            self.findings.extend(super::own::check(invocation));
            let mut verdicts = Vec::new();
            for spec in &self.scope.versions {
                match program::find(invocation, spec, self.context) {
                    Found::Program(program, command) => {
                        found_program = true;
                        let parsed = Parsed::new(&command, self.context.engines, spec, program);
                        let facts_of = super::launch::model_path(&parsed).or(self.scope.model.clone());
                        let surroundings = self.surroundings(facts_of, None);
                        let verdict = judge(&parsed, surroundings, Form::Server);
                        verdicts.push(verdict);
                        if super::launch::is_server(program) {
                            self.launch_of(&parsed);
                        }
                    }
                    Found::Refused(finding) => {
                        found_program = true;
                        self.findings.push(*finding);
                    }
                    Found::Unknown(finding) => self.findings.push(*finding),
                    Found::Foreign => {}
                }
            }
            self.take(verdicts);
            if found_program {
                self.proof.commands += 1;
                self.narrow(|spec| match program::find(invocation, spec, self.context) {
                    Found::Program(program, command) => command.is_accepted_by(program),
                    _ => false,
                });
            }
        }
    }

    fn launch_of(&mut self, parsed: &Parsed<'_>) {
        let mut places = Vec::new();
        for used in &parsed.parse.uses {
            let schema = self.context.engines.schema();
            if let Some((field, _)) = schema.field_of_flag(&used.flag, parsed.spec.version) {
                let option = parsed.program.parser().option(used.option);
                places.extend(parsed.value_place(&option.dest).map(|place| (field.name.clone(), place)));
            }
            places.push((used.flag.clone(), parsed.flag_place(used)));
        }
        let whole = parsed.command.start.clone();
        self.proof.launches.push(Launch { block: meaning(parsed), places, whole, is_command: true });
    }

    fn yaml(&mut self) {
        let code = &self.snippet.code;
        let before = self.findings.len();
        let documents = documents(code).take(self.findings);
        let clean = self.findings.len() == before;
        let mut outcome = Outcome::SyntaxOnly("yaml".into());
        for document in &documents {
            if let Some(kind) = self.document(document, clean) {
                outcome = Outcome::Checked(kind);
            }
        }
        self.proof.outcome = outcome;
    }

    /// Checks one document; what it was, where it was something of the engine's.
    fn document(&mut self, document: &Node, clean: bool) -> Option<&'static str> {
        let schema = self.context.engines.schema();
        let server = self.scope.versions.last().and_then(|spec| spec.program("sglang.launch_server"));
        let is_flag = |key: &str| {
            key.contains('-')
                && server.is_some_and(|server| server.parser().find(&format!("--{key}")).is_some())
        };
        let shape = match self.snippet.attributes.text("kind") {
            Some("config") => Shape::ConfigFile,
            Some("engine") => Shape::Engine,
            Some("other") => Shape::Other,
            _ => block::shape(document, schema, is_flag),
        };
        match shape {
            Shape::Engine | Shape::Configuration | Shape::Configurations => {
                let mut reader = Reader::new(&self.snippet.code);
                let servers = block::servers(&mut reader, schema, document, shape);
                let sound = clean && reader.findings.is_empty();
                self.findings.append(&mut reader.findings);
                for server in &servers {
                    self.server(server, sound);
                }
                Some(if shape == Shape::Engine { "engine blocks" } else { "configurations" })
            }
            Shape::ConfigFile => {
                let not_judged = super::config_file::check(
                    self.snippet,
                    document,
                    self.context,
                    self.scope,
                    self.findings,
                );
                self.proof.not_judged.extend(not_judged);
                Some("config files")
            }
            Shape::CatalogSource | Shape::CompiledCatalog => {
                self.findings.extend(super::catalog_file::check(&self.snippet.code, shape, self.context));
                Some("catalog files")
            }
            Shape::Other => {
                let before = self.proof.commands;
                self.invocations(&super::manifest::invocations(&self.snippet.code, document));
                (self.proof.commands > before).then_some("commands")
            }
        }
    }

    fn server(&mut self, server: &Server, sound: bool) {
        let code = &self.snippet.code;
        let schema = self.context.engines.schema();
        let model = self.scope.model.as_deref();
        let server_program = self.context.server_of(model);
        let mut verdicts = Vec::new();
        for spec in &self.scope.versions {
            let Some(program) = spec.program(server_program) else { continue };
            let (command, lowered) = located_command(code, schema, &server.located, spec.version, model);
            let origins = &server.located.origins;
            self.findings.extend(block::unsupported(&lowered, spec.version, |field| {
                code.locate(origins.fields.get(field).map_or(origins.whole, |origin| origin.key))
            }));
            let parsed = Parsed::new(&command, self.context.engines, spec, program);
            let surroundings = self.surroundings(self.scope.model.clone(), Some(server));
            verdicts.push(judge(&parsed, surroundings, Form::Block));
        }
        self.take(verdicts);
        self.narrow(|spec| {
            spec.program(server_program).is_some_and(|program| {
                let (command, lowered) = located_command(code, schema, &server.located, spec.version, model);
                lowered.unsupported.is_empty() && command.is_accepted_by(program)
            })
        });
        // A block with faults of its own compares with nothing.
        if sound {
            let origins = &server.located.origins;
            let places = origins.fields.iter().chain(&origins.env_vars);
            self.proof.launches.push(Launch {
                block: server.located.block.clone(),
                places: places.map(|(name, origin)| (name.clone(), code.locate(origin.value))).collect(),
                whole: code.locate(origins.whole),
                is_command: false,
            });
        }
    }

    fn surroundings(&self, model: Option<String>, server: Option<&Server>) -> Surroundings<'_> {
        Surroundings {
            facts: self.context.model_facts(model.as_deref()),
            model_path: model,
            hardware: self.scope.hardware,
            optimization: server.and_then(|server| server.optimization.clone()),
            quantization: server.and_then(|server| server.quantization.clone()),
        }
    }

    /// Takes what was found about one command, version by version.
    fn take(&mut self, verdicts: Vec<Verdict>) {
        let (mut found, mut not_judged): (Vec<_>, Vec<_>) =
            verdicts.into_iter().map(|verdict| (verdict.findings, verdict.not_judged)).unzip();
        super::renamed::agree(&mut found);
        self.findings.extend(found.into_iter().flatten());
        self.proof.not_judged.extend(not_judged.drain(..).flatten());
    }

    /// Keeps the versions that accept one more thing.
    fn narrow(&mut self, accepts: impl Fn(&crate::engine::spec::EngineSpec) -> bool) {
        let engines = self.context.engines;
        let before = self.versions.take();
        let all = || engines.versions().collect();
        let kept = before
            .unwrap_or_else(all)
            .into_iter()
            .filter(|&version| engines.version(version).is_some_and(&accepts));
        self.versions = Some(kept.collect());
    }
}

/// The command that a block of YAML becomes in each version, versions with the same text together, oldest first.
pub fn derive(block: &EngineBlock, model: &str, context: &Context<'_>) -> Vec<(Vec<Version>, String)> {
    let schema = context.engines.schema();
    let mut texts: Vec<(Vec<Version>, String)> = Vec::new();
    for spec in context.engines.specs() {
        let Some(program) = spec.program(context.server_of(Some(model))) else { continue };
        let lowered = lower(schema, block, spec.version);
        let mut words = vec!["--model-path".to_owned(), model.to_owned()];
        words.extend(lowered.texts());
        let parse = crate::engine::argparse::parse(
            program.parser(),
            &crate::engine::argparse::words(words.iter().map(String::as_str)),
        );
        if !lowered.unsupported.is_empty() || !parse.problems.is_empty() {
            continue;
        }
        let text = command_text(&block.env_vars, &program.start(), &words);
        match texts.iter_mut().find(|(_, known)| *known == text) {
            Some((versions, _)) => versions.push(spec.version),
            None => texts.push((vec![spec.version], text)),
        }
    }
    texts
}
