//! `shardbook schema`: JSON Schemas and TypeScript types of what people write and programs read.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::output::{Terminal, fails};
use super::{Failure, Outcome};
use crate::catalog::schema::{Subject, TYPES, Tables, json_schema, text, typescript};
use crate::cli;
use crate::diagnostic::Level;
use crate::diagnostic::report::plural;
use crate::pipeline::load::load;
use crate::pipeline::{engines, stages};
use crate::world::Disk;

pub(super) fn run(options: &cli::Schema, terminal: &Terminal) -> Result<Outcome, Failure> {
    let root = &options.root.root;
    let loaded = load(&Disk::new(root)).map_err(|error| format!("{}: {error}", root.display()))?;
    let (inputs, mut findings) = (loaded.value, Vec::new());
    let engines = engines::read(&inputs, &inputs.site.engine).take(&mut findings);
    findings.retain(|finding| finding.primary.location.source.path().starts_with("data/schema/"));
    terminal.findings(&findings);
    if fails(&findings, Level::Error) {
        return Ok(Outcome::Findings);
    }
    let catalog = stages::catalog(&inputs, &engines).take(&mut findings);
    let tables = Tables { schema: engines.schema(), vendors: &catalog.vendors, hardware: &catalog.hardware };
    let files = match options.kind {
        cli::SchemaKind::Typescript => vec![(TYPES.to_owned(), typescript(tables))],
        cli::SchemaKind::Json => {
            let subjects = options.subject.map_or(Subject::ALL.to_vec(), |one| vec![subject(one)]);
            match &options.out {
                None => vec![(String::new(), text(&document(&subjects, tables)))],
                Some(_) => subjects
                    .into_iter()
                    .map(|subject| (subject.file(), text(&json_schema(subject, tables, None))))
                    .collect(),
            }
        }
    };
    match &options.out {
        None => files.iter().for_each(|(_, text)| terminal.result(text)),
        Some(folder) => {
            files.iter().try_for_each(|(name, text)| write(&folder.join(name), text))?;
            terminal.say(&format!("{} written\n", plural(files.len(), "file")));
        }
    }
    Ok(Outcome::Clean)
}

fn subject(named: cli::SchemaSubject) -> Subject {
    match named {
        cli::SchemaSubject::Source => Subject::Source,
        cli::SchemaSubject::Compiled => Subject::Compiled,
        cli::SchemaSubject::Site => Subject::Site,
        cli::SchemaSubject::Catalog => Subject::Catalog,
        cli::SchemaSubject::Model => Subject::Model,
        cli::SchemaSubject::Configuration => Subject::Configuration,
        cli::SchemaSubject::Report => Subject::Report,
    }
}

/// One subject's schema, or a document that holds several by name, each a resource of its own.
fn document(subjects: &[Subject], tables: Tables<'_>) -> Value {
    if let [one] = subjects {
        return json_schema(*one, tables, None);
    }
    let all: Map<String, Value> = subjects
        .iter()
        .map(|one| (one.name().to_owned(), json_schema(*one, tables, Some(&one.file()))))
        .collect();
    let any: Vec<Value> = subjects.iter().map(|one| json!({ "$ref": one.file() })).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Files of a shardbook site",
        "anyOf": any,
        "$defs": all,
    })
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| format!("can't write `{}`: {error}", path.display()))
}
