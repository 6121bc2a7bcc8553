//! A block that is a file of the catalog: a source, or a compiled file.

use super::block::Shape;
use super::context::Context;
use crate::catalog::compile::Tables;
use crate::catalog::{compile_file, read_compiled};
use crate::diagnostic::{Diagnostic, Label};
use crate::text::{Excerpt, Location, SourceFile};

/// What is wrong with a block as such a file, at its places in the page.
pub fn check(code: &Excerpt, shape: Shape, context: &Context<'_>) -> Vec<Diagnostic> {
    let file = SourceFile::new(code.source().path(), code.text());
    let tables =
        Tables { vendors: context.vendors, hardware: context.hardware, schema: context.engines.schema() };
    let findings = match shape {
        Shape::CompiledCatalog => read_compiled::read(&file, tables.schema).findings,
        _ => compile_file(&file, tables).findings,
    };
    let moved = |location: &Location| code.locate(location.span);
    findings
        .into_iter()
        // The block's own reader has said these already.
        .filter(|finding| !matches!(finding.rule.name, "yaml/syntax" | "yaml/duplicate-key"))
        .map(|mut finding| {
            finding.primary.location = moved(&finding.primary.location);
            for Label { location, .. } in &mut finding.related {
                *location = moved(location);
            }
            finding.fix = None;
            finding
        })
        .collect()
}
