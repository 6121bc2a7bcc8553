//! The default theme, engine data and rule pages, which travel inside the binary.
//!
//! A site overrides any of them by a file of its own at the same path.

use std::borrow::Cow;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "templates"]
#[prefix = "templates/"]
struct Templates;

#[derive(RustEmbed)]
#[folder = "static"]
#[prefix = "static/"]
struct Static;

#[derive(RustEmbed)]
#[folder = "data"]
#[prefix = "data/"]
#[include = "engines/**/*.yaml"]
#[include = "schema/*.yaml"]
#[include = "hardware.yaml"]
#[include = "models/facts/*.yaml"]
struct Data;

#[derive(RustEmbed)]
#[folder = "content/rules"]
#[prefix = "content/rules/"]
struct Rules;

/// The bytes of an embedded file, by its path in a site.
pub fn read(path: &str) -> Option<Cow<'static, [u8]>> {
    let file = match path.split_once('/')?.0 {
        "templates" => Templates::get(path),
        "static" => Static::get(path),
        "data" => Data::get(path),
        "content" => Rules::get(path),
        _ => None,
    };
    file.map(|file| file.data)
}

/// The paths of the embedded files below a folder, sorted.
pub fn files(folder: &str) -> Vec<String> {
    let prefix = format!("{folder}/");
    let mut paths: Vec<String> = Templates::iter()
        .chain(Static::iter())
        .chain(Data::iter())
        .chain(Rules::iter())
        .filter(|path| path.starts_with(&prefix))
        .map(Cow::into_owned)
        .collect();
    paths.sort();
    paths
}
