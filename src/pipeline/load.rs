//! Reading a site: every file that the stages need, once, in parallel.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::{Checked, Diagnostic, Level, Rule};
use crate::text::{Location, SourceFile, Span};
use crate::world::site::{self, Site};
use crate::world::{World, embedded};

/// A text file that is not UTF-8.
pub static ENCODING: Rule = Rule::new("site/encoding", Level::Error, "every text file is UTF-8");

/// The rules of this module.
pub static RULES: [&Rule; 1] = [&ENCODING];

/// Everything that was read from a site's folder, and the defaults where it has no file of its own.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// `site.yaml`.
    pub site: Site,
    /// The text of `site.yaml`, if there is one.
    pub site_file: Option<Arc<SourceFile>>,
    /// The Markdown files below `content/`, by path.
    pub pages: BTreeMap<String, Arc<SourceFile>>,
    /// The YAML files below `content/` (`_category_.yaml`), by path.
    pub categories: BTreeMap<String, Arc<SourceFile>>,
    /// The YAML files below `data/`, by path.
    pub data: BTreeMap<String, Arc<SourceFile>>,
    /// The templates below `templates/`, by path.
    pub templates: BTreeMap<String, Arc<SourceFile>>,
    /// Files that are published as they are, by the path that they have in the built site.
    pub assets: BTreeMap<String, Asset>,
}

/// A file that is published as it is.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its path in the site's folder.
    pub source: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// Why a site could not be read.
#[derive(Debug)]
pub enum LoadError {
    /// The folder holds no site.
    NoSite,
    /// Files that the system refused to read: path and reason.
    Unreadable(Vec<(String, io::Error)>),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSite => write!(
                f,
                "there is no site here: neither `{}` nor a folder `content` (make one with `shardbook init`)",
                site::FILE
            ),
            Self::Unreadable(files) => {
                let lines = files.iter().map(|(path, error)| format!("can't read `{path}`: {error}"));
                f.write_str(&lines.collect::<Vec<_>>().join("\n"))
            }
        }
    }
}

impl std::error::Error for LoadError {}

/// The folders that are read, and whether the binary carries defaults for them.
const FOLDERS: [(&str, bool); 4] =
    [("content", false), ("data", true), ("static", true), ("templates", true)];

/// Reads a whole site.
///
/// # Errors
/// When there is no site, or files that can't be read (all of them are named).
pub fn load(world: &dyn World) -> Result<Checked<Inputs>, LoadError> {
    let mut unreadable = Vec::new();
    let site_bytes = match world.read(site::FILE) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            unreadable.push((site::FILE.to_owned(), error));
            None
        }
    };
    let mut paths = Vec::new();
    for (folder, _) in FOLDERS {
        match world.files(folder) {
            Ok(found) => paths.extend(found),
            Err(error) => unreadable.push((folder.to_owned(), error)),
        }
    }
    let has_content = paths.iter().any(|path| path.starts_with("content/"));
    if site_bytes.is_none() && !has_content && unreadable.is_empty() {
        return Err(LoadError::NoSite);
    }
    let mut findings = Vec::new();
    let mut inputs = Inputs::default();
    let read: Vec<_> = paths.par_iter().map(|path| (path, world.read(path))).collect();
    for (path, bytes) in read {
        match bytes {
            Ok(bytes) => inputs.add(path, bytes, &mut findings),
            Err(error) => unreadable.push((path.clone(), error)),
        }
    }
    if !unreadable.is_empty() {
        return Err(LoadError::Unreadable(unreadable));
    }
    inputs.add_defaults(&mut findings);
    if let Some(bytes) = site_bytes {
        let file = text_file(site::FILE, bytes, &mut findings);
        inputs.site = Site::read(&file).take(&mut findings);
        inputs.site_file = Some(file);
    }
    Ok(Checked::new(inputs, findings))
}

impl Inputs {
    /// The text of a file, by its path from the site's root.
    pub fn text(&self, path: &str) -> Option<&str> {
        let source =
            self.pages.get(path).or_else(|| self.data.get(path)).or_else(|| self.templates.get(path));
        if let Some(source) = source {
            return Some(source.text());
        }
        let inside = path.strip_prefix("content/").or_else(|| path.strip_prefix("static/"))?;
        self.assets.get(inside).and_then(|asset| std::str::from_utf8(&asset.bytes).ok())
    }

    /// Files one file under what it is.
    fn add(&mut self, path: &str, bytes: Vec<u8>, findings: &mut Vec<Diagnostic>) {
        let Some((folder, inside)) = path.split_once('/') else { return };
        let name = path.rsplit('/').next().unwrap_or(path);
        match folder {
            "content" if path.ends_with(".md") => {
                self.pages.insert(path.to_owned(), text_file(path, bytes, findings));
            }
            "content" if name.starts_with("_category_.") => {
                self.categories.insert(path.to_owned(), text_file(path, bytes, findings));
            }
            "data" if path.ends_with(".yaml") => {
                self.data.insert(path.to_owned(), text_file(path, bytes, findings));
            }
            "templates" => {
                self.templates.insert(path.to_owned(), text_file(path, bytes, findings));
            }
            "content" | "static" => {
                let asset = Asset { source: path.to_owned(), bytes: bytes.into() };
                self.assets.insert(inside.to_owned(), asset);
            }
            _ => {}
        }
    }

    /// Adds the embedded files for which the site has none of its own at the same path.
    pub fn add_defaults(&mut self, findings: &mut Vec<Diagnostic>) {
        for (folder, _) in FOLDERS.into_iter().filter(|(_, has_defaults)| *has_defaults) {
            for path in embedded::files(folder) {
                let inside = path.split_once('/').map_or("", |(_, inside)| inside);
                let own = self.data.contains_key(&path)
                    || self.templates.contains_key(&path)
                    || self.assets.contains_key(inside);
                if !own && let Some(bytes) = embedded::read(&path) {
                    self.add(&path, bytes.into_owned(), findings);
                }
            }
        }
    }
}

/// The file's text; bytes that are not UTF-8 are a finding and read as U+FFFD.
fn text_file(path: &str, bytes: Vec<u8>, findings: &mut Vec<Diagnostic>) -> Arc<SourceFile> {
    match String::from_utf8(bytes) {
        Ok(text) => SourceFile::new(path, text),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let byte = error.as_bytes().get(valid).copied().unwrap_or_default();
            let file = SourceFile::new(path, String::from_utf8_lossy(error.as_bytes()));
            let place = Location::new(&file, Span::new(valid, valid + '\u{fffd}'.len_utf8()));
            let message = format!("this file is not UTF-8: byte 0x{byte:02X} begins no character");
            findings.push(Diagnostic::new(&ENCODING, place, message).help("save the file as UTF-8"));
            file
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Memory;

    #[test]
    fn a_file_that_is_not_utf8_is_named_with_its_place() {
        let world = Memory::new().with("content/a.md", b"# A\n\nb\xffc\n".to_vec());
        let loaded = load(&world).expect("a site");
        assert_eq!(loaded.findings.len(), 1);
        let place = &loaded.findings[0].primary.location;
        assert_eq!((place.source.path(), place.start().line, place.start().column), ("content/a.md", 3, 2));
    }

    #[test]
    fn nothing_is_no_site() {
        assert!(matches!(load(&Memory::new()), Err(LoadError::NoSite)));
    }
}
