//! The schema of `site.yaml`.

use serde_json::{Value, json};

use super::{described, list_of, map_of, nullable, object, text_type, words};
use crate::world::external;
use crate::world::layout::{Anchors, Dialect, Format, Math};
use crate::world::site::{CHECKS, CONTENT, FAIL_ON, KEYS, LEVELS, UPDATED};

pub(super) fn schema() -> Value {
    let mut schema = object(KEYS, &[], |key| nullable(value(key)));
    // An empty file is a site with all defaults.
    schema["type"] = json!(["object", "null"]);
    schema
}

fn value(key: &str) -> Value {
    match key {
        "title" => described(text_type(), "The site's name, on every page"),
        "description" => described(text_type(), "One sentence about the site"),
        "language" => described(text_type(), "BCP 47 language tag of the content"),
        "base_url" => described(
            json!({ "type": "string", "pattern": "^(https?://[^/\\s?#\"<>\\\\]|/)[^\\s?#\"<>\\\\]*$" }),
            "Where the site is published: `https://host/project/`, or only the path",
        ),
        "edit_url" => described(text_type(), "Address of a page's source, with `{path}` in it"),
        "repository" => described(text_type(), "Address of the project's repository"),
        "updated" => described(words(UPDATED), "Where the days come from on which pages were changed"),
        "engine" => {
            described(text_type(), "Engine and version of snippets that do not name another: `sglang@0.5.10`")
        }
        "rules" => described(map_of(words(LEVELS)), "Levels of rules, by name or by `group/*`"),
        "checks" => object(CHECKS, &[], |key| match key {
            "minimum" => {
                described(json!({ "type": "integer", "minimum": 0 }), "Fewest snippets that must be checked")
            }
            "fail_on" => described(words(FAIL_ON), "The least level that makes a run fail"),
            _ => Value::Null,
        }),
        "external" => object(external::KEYS, &[], |key| match key {
            "exclude" => texts("Addresses that are not asked, as patterns"),
            "accept" => {
                let status =
                    json!({ "type": ["integer", "string"], "pattern": "^[1-9][0-9]{2}(-[1-9][0-9]{2})?$" });
                described(
                    json!({ "anyOf": [status, list_of(status.clone())] }),
                    "Statuses that are fine beside 200 to 299: `403`, `500-599`",
                )
            }
            "timeout" => number(1, 300, "Seconds that an answer may take"),
            "retries" => number(0, 10, "How often a request is repeated that may go better"),
            "concurrency" => number(1, 100, "Requests to one host at a time"),
            "cache" => number(0, 8760, "Hours that good answers are remembered"),
            "fragments" => described(json!({ "type": "boolean" }), "Whether fragments are looked up"),
            "private" => described(
                json!({ "type": "boolean" }),
                "Whether hosts of private networks and this machine are asked, too",
            ),
            _ => Value::Null,
        }),
        "content" => described(
            json!({ "anyOf": [text_type(), content(), list_of(json!({ "anyOf": [text_type(), content()] }))] }),
            "Folders of pages, and how they are written",
        ),
        "data" | "static" | "templates" => texts("Folders"),
        "elsewhere" => texts("Addresses that something else publishes"),
        "generators" => texts("Files of components that write commands"),
        "navigation" => described(text_type(), "The file with the navigation of another generator"),
        "aliases" => described(map_of(text_type()), "Folders that paths can begin with, by alias"),
        "components" => described(map_of(text_type()), "What components of pages stand for, by name"),
        _ => Value::Null,
    }
}

fn number(least: i64, most: i64, description: &str) -> Value {
    described(json!({ "type": "integer", "minimum": least, "maximum": most }), description)
}

/// An item of `content` that is a mapping.
fn content() -> Value {
    object(CONTENT, &[], |key| match key {
        "folder" => text_type(),
        "dialect" => words(Dialect::NAMES),
        "pages" => texts("Files that are pages, as patterns"),
        "exclude" => texts("Files that are none, as patterns"),
        "route" => described(text_type(), "Where its pages are published below the site's root"),
        "format" => described(words(Format::NAMES), "Which pages have JSX in them"),
        "anchors" => described(words(Anchors::NAMES), "How anchors are made from titles"),
        "math" => described(words(Math::NAMES), "Which dollars hold formulas"),
        "trailing_slash" => {
            described(json!({ "type": "boolean" }), "Whether addresses of Docusaurus end with a slash")
        }
        "admonitions" => texts("The words that open an admonition of Docusaurus"),
        "navigation" => described(text_type(), "The file of the folder's own sidebars"),
        _ => Value::Null,
    })
}

/// A text, or a list of texts.
fn texts(description: &str) -> Value {
    described(json!({ "anyOf": [text_type(), list_of(text_type())] }), description)
}
