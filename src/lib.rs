//! shardbook: a documentation site generator that can't publish a wrong command.
//!
//! A site is a folder of Markdown, YAML and templates that documents how models are served with an engine such as
//! SGLang. shardbook renders it, checks every snippet in it against what the engine's own parser accepts, proves
//! every configuration of its catalog for every engine version, and publishes the result whole or not at all.
//!
//! # The way through the house
//!
//! Data flows one way, and modules import only those above them (`tests/architecture.rs` holds this):
//!
//! | module | what it knows |
//! |---|---|
//! | [`cli`] | the command line as data; [`verify`] judges commands of `shardbook` itself by it |
//! | [`text`] | byte ranges, files and their lines, excerpts that point back into their file |
//! | [`diagnostic`] | findings, rules, values with findings, reports |
//! | [`world`] | the only door to disk, clock and environment; YAML with positions; `site.yaml` |
//! | [`engine`] | what an engine version accepts; argparse; fields, lowering, lifting |
//! | [`catalog`] | the models: source language, compiler, compiled form, facts, memory |
//! | [`page`] | one page: front matter, Markdown tree, snippets with offsets, directives |
//! | [`verify`] | the verdict on snippets and configurations; one rule per file |
//! | [`links`] | addresses and anchors of the whole site, and whether links lead there |
//! | [`render`] | view models, templates, highlighting, generated pages, search, feeds → [`render::artifact::Artifact`] |
//! | [`publish`] | an artifact becomes a folder, atomically |
//! | [`pipeline`] | the only place that names the order of the stages |
//! | [`preview`] | the site while it is written: watched, built in memory, served, reloaded |
//! | [`command`] | the commands of the program |
//!
//! # The habits
//!
//! A stage is a pure function of what was loaded and gives back a [`diagnostic::Checked`]: its output, and *all* that
//! it found. Nothing prints but [`command`]; nothing reads files but [`world`]. A finding names the offending bytes of
//! a file, even when they stand in a quoted word of a command in a code block of a list: [`text::Excerpt`] carries the
//! way back. What the engine accepts is data (`data/engines`), imported from the engine's own parsers; what a field
//! means and which flags it becomes is data, too (`data/schema/engine.yaml`).

pub mod cli;

pub mod text;

pub mod diagnostic;

pub mod world;

pub mod engine;

pub mod catalog;

pub mod page;

pub mod verify;

pub mod links;

pub mod render;

pub mod publish;

pub mod pipeline;

pub mod preview;

pub mod command;
