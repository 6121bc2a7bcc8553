//! Whether a committed compiled file is what its source compiles to.

use std::sync::Arc;

use crate::catalog::compiled::CompiledFile;
use crate::catalog::emit::emit;
use crate::diagnostic::{Diagnostic, Label, Level, Rule};
use crate::engine::fields::Schema;
use crate::text::{Location, SourceFile, Span};

/// A compiled file is missing, or its source has changed since.
pub static OUTDATED: Rule =
    Rule::new("catalog/outdated", Level::Error, "every compiled file is what its source compiles to");

/// The rules of this module.
pub static RULES: [&Rule; 1] = [&OUTDATED];

/// The folder of the sources, by its path in a site.
pub const SOURCES: &str = "data/models/src";

/// The folder of the compiled files, by its path in a site.
pub const GENERATED: &str = "data/models/generated";

/// The path of the compiled file of a source: `data/models/src/v0.5.6/a.yaml` → `data/models/generated/v0.5.6/a.yaml`,
/// and the same in a data folder of another name.
pub fn generated_path(source: &str) -> Option<String> {
    let (folder, rest) = source.rsplit_once("models/src/")?;
    (folder.is_empty() || folder.ends_with('/')).then(|| format!("{folder}models/generated/{rest}"))
}

/// Compares a committed compiled file with what its source compiles to now. The finding is at the first line that
/// differs.
pub fn check(
    source: &Arc<SourceFile>,
    compiled: &CompiledFile,
    committed: Option<&Arc<SourceFile>>,
    schema: &Schema,
) -> Option<Diagnostic> {
    let help = "run `shardbook compile`";
    let Some(committed) = committed else {
        let location = Location::new(source, Span::at(0));
        let message = format!("`{}` has not been compiled", source.path());
        return Some(Diagnostic::new(&OUTDATED, location, message).help(help));
    };
    let text = emit(compiled, schema);
    if committed.text() == text {
        return None;
    }
    let (ours, theirs) = (text.split_inclusive('\n'), committed.text().split_inclusive('\n'));
    let start: usize = ours.zip(theirs).take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum();
    let line = |text: &str| -> String {
        let rest = text.get(start..).unwrap_or("");
        rest.lines().next().map_or_else(|| "the end of the file".into(), |line| format!("`{}`", line.trim()))
    };
    let committed_line = committed.text()[start..].lines().next().unwrap_or("");
    let indent = committed_line.len() - committed_line.trim_start().len();
    let span = Span::new(start + indent, start + committed_line.trim_end().len());
    let message = format!(
        "`{}` is not what its source compiles to: {} should be {}",
        committed.path(),
        line(committed.text()),
        line(&text)
    );
    let mut found = Diagnostic::new(&OUTDATED, Location::new(committed, span), message).help(help);
    found.related.push(Label {
        location: Location::new(source, Span::at(0)),
        message: "compiled from this file".into(),
    });
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    const SOURCE: &str = "vendor: v\nfamilies:\n- name: F\n  models: [A]\n";

    fn found(committed: Option<&str>) -> Option<Diagnostic> {
        let file = SourceFile::new("data/models/src/v0.5.6/a.yaml", SOURCE);
        let catalog = Catalog::from_files(&[Arc::clone(&file)], &Schema::default()).value;
        let (_, version) = catalog.versions().next().unwrap();
        let path = generated_path(file.path()).unwrap();
        assert_eq!(path, "data/models/generated/v0.5.6/a.yaml");
        let committed = committed.map(|text| SourceFile::new(path, text));
        check(&file, &version.files()[0], committed.as_ref(), &Schema::default())
    }

    #[test]
    fn the_first_line_that_differs_is_shown() {
        let text = "vendor: v
families:
- name: F
  description: null
  models:
  - name: A
    model_path: v/A
    attributes:
      llm:
        thinking_capability: null
        tool_parser: null
        reasoning_parser: null
        chat_template: null
    hardware: {}
";
        assert_eq!(found(Some(text)), None);
        let changed = found(Some(&text.replace("model_path: v/A", "model_path: v/B"))).unwrap();
        assert_eq!(changed.primary.location.start().line, 7);
        assert_eq!(changed.primary.location.text(), "model_path: v/B");
        assert!(
            changed.message.ends_with("`model_path: v/B` should be `model_path: v/A`"),
            "{}",
            changed.message
        );
        let longer = found(Some(&format!("{text}more: 1\n"))).unwrap();
        assert_eq!(longer.primary.location.text(), "more: 1");
        let shorter = found(Some(text.trim_end_matches("    hardware: {}\n"))).unwrap();
        assert!(
            shorter.message.contains("the end of the file should be `hardware: {}`"),
            "{}",
            shorter.message
        );
        assert_eq!(found(None).unwrap().primary.location.source.path(), "data/models/src/v0.5.6/a.yaml");
    }
}
