//! What one version of an engine accepts: its programs, their options, its environment variables.
//!
//! Read from `data/engines/<engine>/<version>.yaml`, which the importer under `data/engines/importer` writes
//! from the engine's own parsers. Keys that are not known here are passed over, so that newer data can be read.

use std::fmt;
use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::engine::argparse::parser::ArgumentParser;
use crate::engine::option::OptionSpec;
use crate::engine::version::Version;

/// What one version of an engine accepts.
#[derive(Debug)]
pub struct EngineSpec {
    /// The engine: `sglang`.
    pub engine: String,
    /// Its version.
    pub version: Version,
    /// Where the data was read.
    pub sources: Vec<Source>,
    /// Programs by name, in the order of the data.
    pub programs: IndexMap<String, Program>,
    /// Commands that choose between programs, by name.
    pub dispatch: IndexMap<String, Dispatch>,
    /// Names of the environment variables that the engine reads, sorted.
    pub env_vars: Vec<String>,
    /// Environment variables that the engine calls deprecated, each with the variable or flag that takes its place.
    pub deprecated_env_vars: IndexMap<String, Option<String>>,
}

/// One package that the data was read from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Source {
    /// The package's name on the package index.
    pub package: String,
    /// The package's own version.
    pub version: String,
    /// SHA-256 of the wheel, in hexadecimal.
    #[serde(default)]
    pub sha256: String,
    /// The day on which the wheel was made, as `2026-04-05`; unknown where it keeps no times.
    pub built: Option<String>,
}

/// One program of an engine, such as `sglang.launch_server`.
#[derive(Debug)]
pub struct Program {
    /// The program's name in the data.
    pub name: String,
    /// The Python module that `python -m` starts, if it can be started so.
    pub module: Option<String>,
    /// The installed command and its leading words (`sglang serve`); empty if it can't be started so.
    pub command: Vec<String>,
    /// Other installed commands, with their leading words, that start the same program.
    pub other_commands: Vec<Vec<String>>,
    /// Why the program can't start in this version, if it can't.
    pub broken: Option<Broken>,
    /// Whether the program takes a YAML file of options with `--config`.
    pub accepts_config_file: bool,
    /// What the keys of such a file are.
    pub config_keys: ConfigKeys,
    /// How the program turns such a file into words.
    pub config_reader: ConfigReader,
    options: Vec<Arc<OptionSpec>>,
    dynamic_options: Vec<String>,
    ignores_unknown: bool,
    allow_abbrev: bool,
    parser: OnceLock<ArgumentParser>,
}

/// Why a program can't start: it imports what is not there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Broken {
    /// The module that it imports from.
    pub module: String,
    /// The name that the module does not have.
    pub missing: String,
}

/// What the keys of a program's `--config` file are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfigKeys {
    /// Flags without their dashes: `tp-size`.
    #[default]
    Flags,
    /// Names of the program's own fields: `tp_size`.
    Fields,
}

/// How a program turns its `--config` file into words (`ConfigArgumentMerger`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfigReader {
    /// Every `true` becomes a flag, every `false` nothing.
    #[default]
    Plain,
    /// Options that are neither switches nor take one stored value are refused, and booleans of others are written
    /// out; keys are compared with the options' dests.
    Dests,
    /// The same, keys being compared with every spelling; a mapping is written as JSON.
    Spellings,
}

/// One command that chooses between several programs, as `sglang serve` does by the model.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Dispatch {
    /// The command's words.
    pub command: Vec<String>,
    /// The programs by what they are for: `llm`, `diffusion`.
    pub programs: IndexMap<String, String>,
    /// The flags that name the model; they are looked up word by word, without abbreviations.
    #[serde(default)]
    pub model_flags: Vec<String>,
    /// `first` when a first word that is no flag is taken for the model.
    pub positional_model: Option<String>,
    /// The flag that chooses without looking at the model; it is taken out before the program parses.
    pub selector: Option<Selector>,
}

/// A flag that chooses a program.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Selector {
    /// The flag: `--model-type`.
    pub flag: String,
    /// The choice when it is absent.
    pub default: String,
    /// The values that it takes.
    pub choices: Vec<String>,
    /// Whether it takes other values, too, as names of extensions.
    #[serde(default)]
    pub open: bool,
}

impl EngineSpec {
    /// Reads the data of one version.
    ///
    /// # Errors
    /// What is wrong with the text, with its line where there is one.
    pub fn read(text: &str) -> Result<Self, String> {
        let raw: RawSpec = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        let mut programs = IndexMap::with_capacity(raw.programs.len());
        for (name, program) in raw.programs {
            let mut options = Vec::new();
            for item in program.options {
                match item {
                    Item::Own(option) => options.push(option),
                    Item::Group(group) => {
                        options.extend_from_slice(raw.option_groups.get(&group).ok_or_else(|| {
                            format!("program `{name}` names an unknown option group `{group}`")
                        })?)
                    }
                }
            }
            let program = Program {
                name: name.clone(),
                module: program.module,
                command: program.command,
                other_commands: program.other_commands,
                broken: program.broken,
                accepts_config_file: program.accepts_config_file,
                config_keys: program.config_keys,
                config_reader: program.config_reader,
                options,
                dynamic_options: program.dynamic_options,
                ignores_unknown: program.ignores_unknown,
                allow_abbrev: program.allow_abbrev,
                parser: OnceLock::new(),
            };
            programs.insert(name, program);
        }
        Ok(Self {
            engine: raw.engine,
            version: raw.version,
            sources: raw.sources,
            programs,
            dispatch: raw.dispatch,
            env_vars: raw.env_vars,
            deprecated_env_vars: raw.deprecated_env_vars,
        })
    }

    /// The day on which this version was made, as `2026-04-05`, where its package says it.
    pub fn built(&self) -> Option<&str> {
        let own = self.sources.iter().find(|source| source.package == self.engine)?;
        let is_day = |text: &&str| {
            let digits = [0, 1, 2, 3, 5, 6, 8, 9];
            text.len() == 10 && digits.iter().all(|at| text.as_bytes()[*at].is_ascii_digit())
        };
        own.built.as_deref().filter(is_day)
    }

    /// A program by its name.
    pub fn program(&self, name: &str) -> Option<&Program> {
        self.programs.get(name)
    }

    /// The program that `python -m MODULE` starts.
    pub fn program_of_module(&self, module: &str) -> Option<&Program> {
        self.programs.values().find(|program| program.module.as_deref() == Some(module))
    }
}

impl Program {
    /// The program's parser, made on first use.
    pub fn parser(&self) -> &ArgumentParser {
        self.parser.get_or_init(|| {
            let mut parser = ArgumentParser::new(self.options.clone());
            parser.allow_abbrev = self.allow_abbrev;
            parser.ignores_unknown = self.ignores_unknown;
            parser.dynamic_options.clone_from(&self.dynamic_options);
            parser
        })
    }

    /// Every way to start the program with an installed command: the leading words of each.
    pub fn commands(&self) -> impl Iterator<Item = &[String]> {
        let first = (!self.command.is_empty()).then_some(self.command.as_slice());
        first.into_iter().chain(self.other_commands.iter().map(Vec::as_slice))
    }

    /// The words that start the program: `python -m MODULE`, or the installed command's.
    pub fn start(&self) -> Vec<&str> {
        match &self.module {
            Some(module) => vec!["python", "-m", module],
            None if self.command.is_empty() => vec![&self.name],
            None => self.command.iter().map(String::as_str).collect(),
        }
    }
}

#[derive(Deserialize)]
struct RawSpec {
    engine: String,
    version: Version,
    #[serde(default)]
    sources: Vec<Source>,
    #[serde(default)]
    option_groups: IndexMap<String, Vec<Arc<OptionSpec>>>,
    #[serde(default)]
    programs: IndexMap<String, RawProgram>,
    #[serde(default)]
    dispatch: IndexMap<String, Dispatch>,
    #[serde(default)]
    env_vars: Vec<String>,
    #[serde(default)]
    deprecated_env_vars: IndexMap<String, Option<String>>,
}

#[derive(Deserialize)]
struct RawProgram {
    module: Option<String>,
    #[serde(default)]
    command: Vec<String>,
    #[serde(default)]
    other_commands: Vec<Vec<String>>,
    broken: Option<Broken>,
    #[serde(default)]
    options: Vec<Item>,
    #[serde(default)]
    dynamic_options: Vec<String>,
    #[serde(default)]
    accepts_config_file: bool,
    #[serde(default)]
    config_keys: ConfigKeys,
    #[serde(default)]
    config_reader: ConfigReader,
    #[serde(default)]
    ignores_unknown: bool,
    #[serde(default = "yes")]
    allow_abbrev: bool,
}

fn yes() -> bool {
    true
}

/// An item of a program's options: a group's name, or an option of its own.
enum Item {
    Group(String),
    Own(Arc<OptionSpec>),
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Item;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of an option group, or an option")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Item, E> {
                Ok(Item::Group(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Item, A::Error> {
                Arc::deserialize(MapAccessDeserializer::new(map)).map(Item::Own)
            }
        }
        deserializer.deserialize_any(Either)
    }
}
