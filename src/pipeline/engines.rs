//! The engine's data: all versions, and the schema of fields.

use rayon::prelude::*;

use super::load::Inputs;
use crate::diagnostic::{Checked, Diagnostic, Level, Rule};
use crate::engine::fields::Schema;
use crate::engine::spec::EngineSpec;
use crate::engine::{self, Engines};
use crate::text::{Location, SourceFile, Span};

/// Engine data that can't be read.
pub static DATA: Rule = Rule::new("engine/data", Level::Error, "the engine's data can be read");

/// The schema's path.
const SCHEMA: &str = "data/schema/engine.yaml";

/// Reads the data of all versions of an engine.
pub fn read(inputs: &Inputs, engine_name: &str) -> Checked<Engines> {
    let folder = format!("{}/{engine_name}/", engine::FOLDER);
    let files: Vec<_> =
        inputs.data.range(folder.clone()..).take_while(|(path, _)| path.starts_with(&folder)).collect();
    let read: Vec<_> = files.par_iter().map(|(_, file)| (file, EngineSpec::read(file.text()))).collect();
    let mut findings = Vec::new();
    let mut specs = Vec::new();
    for (file, outcome) in read {
        match outcome {
            Ok(spec) => specs.push(spec),
            Err(error) => {
                let message = format!("this is not the data of an engine version: {error}");
                findings.push(Diagnostic::new(&DATA, Location::new(file, Span::default()), message));
            }
        }
    }
    let schema = inputs.data.get(SCHEMA).map(Schema::read).unwrap_or_default().take(&mut findings);
    if specs.is_empty() {
        let file = inputs.site_file.clone().unwrap_or_else(|| SourceFile::new(crate::world::site::FILE, ""));
        let at = file.text().find("engine").unwrap_or(0);
        let message = format!("there is no data on the engine `{engine_name}` below `{folder}`");
        findings.push(Diagnostic::new(&DATA, Location::new(&file, Span::at(at)), message));
    }
    Checked::new(Engines::new(specs, schema), findings)
}
