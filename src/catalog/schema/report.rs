//! The schema of the findings of a run, as `--format json` writes them.

use serde_json::{Value, json};

use super::{described, list_of, object, text_type};

pub(super) fn schema() -> Value {
    let keys = ["format", "summary", "counts", "diagnostics", "suppressed"];
    // What a run did depends on its command, and new keys may come.
    let mut schema = object(keys, &keys, |key| match key {
        "format" => described(json!({ "const": 1 }), "Goes up when a key changes its meaning or goes away"),
        "summary" => described(json!({ "type": "object" }), "What the run did"),
        "counts" => {
            let levels = ["error", "warning", "note"];
            object(levels, &levels, |_| count())
        }
        "diagnostics" => described(list_of(finding(&[])), "The findings, sorted by file and place"),
        "suppressed" => described(
            list_of(finding(&["by", "reason"])),
            "Findings that are not held against the site: silenced, or known from the baseline",
        ),
        _ => Value::Null,
    });
    schema["$defs"] = json!({ "position": position() });
    schema
}

/// The keys of a place beside those of what stands there.
const PLACE: [&str; 4] = ["file", "range", "start", "end"];

fn finding(more: &[&str]) -> Value {
    let keys = ["rule", "level", "message", "related", "help", "fixes"];
    let all: Vec<&str> = more.iter().copied().chain(keys).chain(PLACE).collect();
    object(all.clone(), &all, |key| match key {
        "rule" => described(
            json!({ "type": "string", "pattern": "^[a-z0-9-]+/[a-z0-9-]+$" }),
            "The rule: `shardbook explain` says what it is for",
        ),
        "level" => json!({ "enum": ["error", "warning", "note"] }),
        "by" => json!({ "enum": ["silence", "baseline"] }),
        "help" => list_of(text_type()),
        "related" => list_of(at_a_place(&["message"])),
        "fixes" => {
            let keys = ["description", "safe", "edits"];
            list_of(object(keys, &keys, |key| match key {
                "description" => text_type(),
                "safe" => described(json!({ "type": "boolean" }), "Whether `--fix` makes it"),
                _ => list_of(at_a_place(&["replacement"])),
            }))
        }
        "message" | "reason" => text_type(),
        key => place(key),
    })
}

/// A mapping with texts of these names, and a place.
fn at_a_place(texts: &[&str]) -> Value {
    let all: Vec<&str> = texts.iter().copied().chain(PLACE).collect();
    object(all.clone(), &all, |key| if texts.contains(&key) { text_type() } else { place(key) })
}

fn place(key: &str) -> Value {
    match key {
        "file" => described(text_type(), "The path from the site's folder"),
        "range" => described(
            json!({ "type": "array", "items": count(), "minItems": 2, "maxItems": 2 }),
            "The first byte, and one past the last",
        ),
        _ => json!({ "$ref": "#/$defs/position" }),
    }
}

fn position() -> Value {
    let keys = ["line", "column"];
    let number = json!({ "type": "integer", "minimum": 1 });
    described(object(keys, &keys, |_| number.clone()), "Both from 1; columns count characters")
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}
