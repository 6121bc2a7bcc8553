//! SARIF 2.1.0, which code hosts read.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::{Suppressed, Suppression, folder_of};
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::text::Location;

/// What a log says about its rules beyond their registry entry.
pub struct RuleHelp {
    /// The rule's page as Markdown, if there is one.
    pub markdown: Option<String>,
    /// The address of the rule's page, if the site has one.
    pub url: Option<String>,
}

/// A log of one run. `suppressed` findings are listed as such, with their reason. `folder` leads from the repository
/// to the site, with a slash at its end; it is empty where they are the same.
pub fn render(
    findings: &[Diagnostic],
    suppressed: &[Suppressed],
    folder: &str,
    help: impl Fn(&'static Rule) -> RuleHelp,
) -> Value {
    let rules: BTreeMap<&str, &'static Rule> = findings
        .iter()
        .chain(suppressed.iter().map(|suppressed| &suppressed.finding))
        .map(|f| (f.rule.name, f.rule))
        .collect();
    let index: HashMap<&str, usize> = rules.keys().enumerate().map(|(at, name)| (*name, at)).collect();
    let mut seen = HashMap::new();
    let mut results = Vec::with_capacity(findings.len() + suppressed.len());
    for finding in findings {
        let mut value = result(finding, &index, &mut seen);
        below(folder_of(finding, folder), &mut value);
        results.push(value);
    }
    for Suppressed { finding, kind, reason } in suppressed {
        let kind = match kind {
            Suppression::InSource => "inSource",
            Suppression::Baseline => "external",
        };
        let mut value = result(finding, &index, &mut seen);
        value["suppressions"] = json!([{ "kind": kind, "status": "accepted", "justification": reason }]);
        below(folder_of(finding, folder), &mut value);
        results.push(value);
    }
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "shardbook",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().map(|rule| descriptor(rule, &help(rule))).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }]
    })
}

/// Puts a folder before all files that a value names.
fn below(folder: &str, value: &mut Value) {
    match value {
        _ if folder.is_empty() => {}
        Value::Array(items) => items.iter_mut().for_each(|item| below(folder, item)),
        Value::Object(entries) => {
            for (key, value) in entries {
                match value.get("uri").and_then(Value::as_str) {
                    Some(path) if key == "artifactLocation" => {
                        value["uri"] = json!(format!("{}{path}", uri(folder)))
                    }
                    _ => below(folder, value),
                }
            }
        }
        _ => {}
    }
}

fn descriptor(rule: &Rule, help: &RuleHelp) -> Value {
    let text = help.markdown.as_deref().unwrap_or(rule.summary);
    let mut value = json!({
        "id": rule.name,
        "name": rule.name.split(['/', '-']).map(capitalised).collect::<String>(),
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.summary },
        "defaultConfiguration": { "level": level(rule.level) },
        "help": { "text": text, "markdown": text },
        "properties": { "tags": [rule.group()] },
    });
    if let Some(url) = &help.url {
        value["helpUri"] = json!(url);
    }
    value
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
        Level::Off => "none",
    }
}

fn result(finding: &Diagnostic, index: &HashMap<&str, usize>, seen: &mut HashMap<String, usize>) -> Value {
    let mut text = finding.message.clone();
    for help in &finding.help {
        text.push_str("\n\n");
        text.push_str(help);
    }
    let mut value = json!({
        "ruleId": finding.rule.name,
        "ruleIndex": index.get(finding.rule.name),
        "level": level(finding.level),
        "message": { "text": text },
        "locations": [{ "physicalLocation": physical(&finding.primary.location) }],
        "partialFingerprints": { "shardbook/v1": fingerprint(finding, seen) },
    });
    if !finding.related.is_empty() {
        let places = finding.related.iter().enumerate().map(|(id, label)| {
            json!({ "id": id, "message": { "text": label.message }, "physicalLocation": physical(&label.location) })
        });
        value["relatedLocations"] = Value::Array(places.collect());
    }
    if let Some(fix) = &finding.fix {
        let mut by_file: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for edit in &fix.edits {
            by_file.entry(edit.location.source.path()).or_default().push(json!({
                "deletedRegion": region(&edit.location),
                "insertedContent": { "text": edit.replacement },
            }));
        }
        let changes: Vec<Value> = by_file
            .into_iter()
            .map(|(file, edits)| json!({ "artifactLocation": { "uri": uri(file) }, "replacements": edits }))
            .collect();
        value["fixes"] = json!([{ "description": { "text": fix.description }, "artifactChanges": changes }]);
    }
    value
}

/// What identifies a finding while the lines around it move: rule, file, offending text and message, and a
/// number that tells equal ones in one file apart.
fn fingerprint(finding: &Diagnostic, seen: &mut HashMap<String, usize>) -> String {
    let key = finding.fingerprint();
    let nth = seen.entry(key.clone()).and_modify(|count| *count += 1).or_insert(0);
    format!("{key}:{nth}")
}

fn physical(location: &Location) -> Value {
    json!({ "artifactLocation": { "uri": uri(location.source.path()) }, "region": region(location) })
}

fn region(location: &Location) -> Value {
    let (start, end) = (location.start(), location.end());
    json!({
        "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
        "byteOffset": location.span.start, "byteLength": location.span.len(),
    })
}

/// The path as a relative URI reference.
fn uri(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                (byte as char).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
