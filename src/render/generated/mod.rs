//! stub
use crate::catalog::Catalog;
use crate::catalog::compiled::Family;
use crate::diagnostic::Rule;
use crate::engine::Engines;
use crate::engine::version::Version;
use crate::links::route::Route;
use crate::render::highlight::Highlighter;
use crate::render::view::*;
use crate::verify::catalog::{ConfigurationProof, Place};
use serde_json::Value;
use std::collections::BTreeMap;
pub struct Library<'a> {
    pub catalog: &'a Catalog,
    pub engines: &'a Engines,
    pub default_version: Version,
    pub proven: &'a [Proven<'a>],
    pub rules: &'a [&'static Rule],
    pub rule_urls: BTreeMap<String, String>,
    pub checks_url: Option<String>,
}
pub struct Proven<'a> {
    pub place: Place<'a>,
    pub vendor: &'a str,
    pub family: &'a Family,
    pub proof: ConfigurationProof,
}
pub struct GeneratedPage<'a> {
    pub route: Route,
    pub title: String,
    pub description: Option<String>,
    pub lead: Option<String>,
    pub kind: &'static str,
    pub template: &'static str,
    pub anchors: Vec<String>,
    pub position: Option<f64>,
    pub hidden: bool,
    pub x: &'a (),
}
pub fn pages<'a>(_: &'a Library<'a>) -> Vec<GeneratedPage<'a>> {
    vec![]
}
impl GeneratedPage<'_> {
    pub fn view(&self, _: &Library<'_>, _: &SiteView, _: &Highlighter) -> Value {
        Value::Null
    }
    pub fn toc(&self, _: &Library<'_>) -> Vec<TocItem> {
        vec![]
    }
    pub fn source(&self, _: &Library<'_>) -> Option<String> {
        None
    }
    pub fn markdown(&self, _: &Library<'_>) -> String {
        String::new()
    }
    pub fn record(&self, _: &Library<'_>) -> Option<crate::render::search::Record> {
        None
    }
}
pub fn api(_: &Library<'_>, _: &SiteView) -> Vec<(String, String)> {
    vec![]
}
pub fn home(_: &Library<'_>, _: &SiteView, _: &PageView, _: &Highlighter) -> Value {
    serde_json::json!({"promise":"p","lead":"l","builder":{"src":"","model":"","hardware":"","title":"t","caption":"c","code":"","links":[]},"cards":[]})
}
pub fn rule(_: &Library<'_>, _: &SiteView, _: &str) -> Value {
    Value::Null
}
pub fn is_rule(l: &Library<'_>, url: &str) -> bool {
    l.rule_urls.values().any(|u| u == url)
}
