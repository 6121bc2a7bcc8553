//! Reading a site: every file that the stages need, once, in parallel.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::sync::Arc;

use rayon::prelude::*;

use crate::catalog::facts;
use crate::diagnostic::{Checked, Diagnostic, Level, Rule};
use crate::text::{Digest, Digester, Location, SourceFile, Span};
use crate::world::history::History;
use crate::world::layout::{Layout, below};
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
    /// Sources of components whose template literals hold commands, by path.
    pub generators: BTreeMap<String, Arc<SourceFile>>,
    /// The files that give the order of pages, by path.
    pub navigation: BTreeMap<String, Arc<SourceFile>>,
    /// When files were last changed. [`super::history::read`] fills it.
    pub history: Arc<History>,
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

/// The folders that the binary carries defaults for.
const DEFAULTS: [&str; 3] = ["data", "static", "templates"];

/// Endings of the files beside the pages of another generator that are published; the rest of such a folder is source text.
const MEDIA: [&str; 36] = [
    "avif", "bmp", "csv", "docx", "gif", "gz", "ico", "ipynb", "jpeg", "jpg", "json", "m4a", "mov", "mp3",
    "mp4", "ogg", "pdf", "png", "pptx", "py", "sh", "svg", "tar", "toml", "ts", "tsv", "txt", "wav", "webm",
    "webp", "woff", "woff2", "xlsx", "xml", "yaml", "zip",
];

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
    let mut findings = Vec::new();
    let mut inputs = Inputs::default();
    let has_site_file = site_bytes.is_some();
    let mut site_findings = Vec::new();
    if let Some(bytes) = site_bytes {
        let file = text_file(site::FILE, bytes, &mut site_findings);
        inputs.site = Site::read(&file).take(&mut site_findings);
        inputs.site_file = Some(file);
    }
    let layout = inputs.site.layout.clone();
    for path in layout.navigations() {
        match world.read(path) {
            Ok(bytes) => {
                inputs.navigation.insert(path.clone(), text_file(path, bytes, &mut findings));
            }
            Err(error) => unreadable.push((path.clone(), error)),
        }
    }
    let mut paths = Vec::new();
    for folder in layout.folders() {
        match world.files(folder) {
            Ok(found) => paths.extend(found),
            Err(error) => unreadable.push((folder.to_owned(), error)),
        }
    }
    let has_content = paths.iter().any(|path| layout.content_of(path).is_some());
    if !has_site_file && !has_content && unreadable.is_empty() {
        return Err(LoadError::NoSite);
    }
    paths.retain(|path| place(&layout, path).is_some());
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
    findings.append(&mut site_findings);
    Ok(Checked::new(inputs, findings))
}

/// Reads files anew that may have changed, and gives whether that is all there is to do. Where it is not (a file is
/// new, or gone, or cannot be read), nothing was changed, and the whole site has to be read.
pub fn reload(world: &dyn World, loaded: &mut Checked<Inputs>, changed: &BTreeSet<String>) -> bool {
    let mut fresh = Vec::new();
    for path in changed {
        if path == site::FILE || loaded.value.navigation.contains_key(path) {
            return false;
        }
        let Ok(found) = world.files(path) else { return false };
        let known = loaded.value.knows(path);
        if !known && found.is_empty() && !loaded.value.knows_below(path) {
            // It came and went, as the files of editors do.
            continue;
        }
        // Facts that come with the program stand in where the site's file differs from them.
        let is_facts = matches!(place(&loaded.value.site.layout, path), Some(Place::Data(path_as)) if below(facts::FOLDER, &path_as).is_some());
        if !known || is_facts || found != [path.as_str()] {
            return false;
        }
        let Ok(bytes) = world.read(path) else { return false };
        fresh.push((path, bytes));
    }
    for (path, bytes) in fresh {
        loaded.findings.retain(|finding| finding.primary.location.source.path() != path);
        loaded.value.add(path, bytes, &mut loaded.findings);
    }
    true
}

impl Inputs {
    /// The digest of what was read from these paths.
    pub fn stamp(&self, paths: &BTreeSet<String>) -> Digest {
        let mut stamp = Digester::default();
        for path in paths {
            match place(&self.site.layout, path) {
                Some(Place::Asset(published)) => {
                    stamp.add(self.assets.get(&published).map_or(b"", |asset| &asset.bytes));
                }
                Some(Place::Data(path)) => stamp.add_digest(digest(self.data.get(&path))),
                Some(Place::Template(path)) => stamp.add_digest(digest(self.templates.get(&path))),
                _ => {
                    let files = [&self.pages, &self.categories, &self.generators];
                    let file = files.into_iter().find_map(|files| files.get(path));
                    stamp.add_digest(digest(file));
                }
            }
        }
        stamp.finish()
    }

    /// Whether a file was read from this path of the site.
    fn knows(&self, path: &str) -> bool {
        match place(&self.site.layout, path) {
            Some(Place::Page) => self.pages.contains_key(path),
            Some(Place::Category) => self.categories.contains_key(path),
            Some(Place::Generator) => self.generators.contains_key(path),
            // Defaults, which have the same paths, are replaced by the site's own.
            Some(Place::Data(path_as)) => self.data.contains_key(&path_as),
            Some(Place::Template(path_as)) => self.templates.contains_key(&path_as),
            Some(Place::Asset(published)) => {
                self.assets.get(&published).is_some_and(|asset| asset.source == path)
            }
            None => false,
        }
    }

    /// Whether files were read from below this path.
    fn knows_below(&self, path: &str) -> bool {
        let below = |known: &str| known.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        let files = [&self.pages, &self.categories, &self.data, &self.templates, &self.generators];
        files.into_iter().any(|files| files.keys().any(|known| below(known)))
            || self.assets.values().any(|asset| below(&asset.source))
    }

    /// A file of text, by its path from the site's root.
    pub fn source(&self, path: &str) -> Option<Arc<SourceFile>> {
        self.kept(path).cloned().or_else(|| Some(SourceFile::new(path, self.text(path)?)))
    }

    fn kept(&self, path: &str) -> Option<&Arc<SourceFile>> {
        self.pages.get(path).or_else(|| self.data.get(path)).or_else(|| self.templates.get(path))
    }

    /// The text of a file, by its path from the site's root.
    pub fn text(&self, path: &str) -> Option<&str> {
        if let Some(source) = self.kept(path) {
            return Some(source.text());
        }
        let Some(Place::Asset(published)) = place(&self.site.layout, path) else { return None };
        self.assets.get(&published).and_then(|asset| std::str::from_utf8(&asset.bytes).ok())
    }

    /// Files one file under what it is.
    fn add(&mut self, path: &str, bytes: Vec<u8>, findings: &mut Vec<Diagnostic>) {
        let Some(place) = place(&self.site.layout, path) else { return };
        match place {
            Place::Page => drop(self.pages.insert(path.to_owned(), text_file(path, bytes, findings))),
            Place::Category => {
                self.categories.insert(path.to_owned(), text_file(path, bytes, findings));
            }
            Place::Data(path_as) => drop(self.data.insert(path_as, text_file(path, bytes, findings))),
            Place::Template(path_as) => {
                self.templates.insert(path_as, text_file(path, bytes, findings));
            }
            Place::Generator => {
                self.generators.insert(path.to_owned(), text_file(path, bytes, findings));
            }
            Place::Asset(published) => {
                self.assets.insert(published, Asset { source: path.to_owned(), bytes: bytes.into() });
            }
        }
    }

    /// Files a default file, whose path is that of a site of our own.
    fn add_default(&mut self, path: &str, bytes: Vec<u8>, findings: &mut Vec<Diagnostic>) {
        let Some(place) = place(&Layout::default(), path) else { return };
        match place {
            Place::Data(path) => drop(self.data.insert(path.clone(), text_file(&path, bytes, findings))),
            Place::Template(path) => {
                self.templates.insert(path.clone(), text_file(&path, bytes, findings));
            }
            Place::Asset(published) => {
                self.assets.insert(published, Asset { source: path.to_owned(), bytes: bytes.into() });
            }
            Place::Page | Place::Category | Place::Generator => {}
        }
    }

    /// Adds the embedded files for which the site has none of its own at the same path. Facts on models stand beside
    /// those of the site.
    pub fn add_defaults(&mut self, findings: &mut Vec<Diagnostic>) {
        for folder in DEFAULTS {
            for path in embedded::files(folder) {
                if let Some(name) = path.strip_prefix(facts::FOLDER) {
                    self.add_facts(&path, &format!("{}{name}", facts::BUILT_IN), findings);
                    continue;
                }
                let inside = path.split_once('/').map_or("", |(_, inside)| inside);
                let own = self.data.contains_key(&path)
                    || self.templates.contains_key(&path)
                    || self.assets.contains_key(inside);
                if !own && let Some(bytes) = embedded::read(&path) {
                    self.add_default(&path, bytes.into_owned(), findings);
                }
            }
        }
    }

    /// Adds embedded facts, unless the site has the very same file.
    fn add_facts(&mut self, path: &str, built_in: &str, findings: &mut Vec<Diagnostic>) {
        let Some(bytes) = embedded::read(path) else { return };
        if self.data.get(path).is_none_or(|own| own.text().as_bytes() != &*bytes) {
            self.data.insert(built_in.to_owned(), text_file(built_in, bytes.into_owned(), findings));
        }
    }
}

fn digest(file: Option<&Arc<SourceFile>>) -> Digest {
    file.map(|file| file.digest()).unwrap_or_default()
}

/// What a file of the site is.
enum Place {
    Page,
    Category,
    /// Data, with the path that it would have in a site of our own.
    Data(String),
    Template(String),
    Generator,
    /// A file that is published, with its path in the built site.
    Asset(String),
}

/// What a file is by its path; `None` for files that are none of the site's.
fn place(layout: &Layout, path: &str) -> Option<Place> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let inside = |folders: &[String]| {
        let found = folders.iter().filter_map(|folder| Some((folder.len(), below(folder, path)?)));
        found.max().map(|(_, inside)| inside.to_owned())
    };
    if layout.generators.matches(path) {
        return Some(Place::Generator);
    }
    if let Some(inside) = inside(&layout.static_files) {
        return Some(Place::Asset(inside));
    }
    if let Some((folder, inside)) = layout.content_of(path)
        && !folder.exclude.matches(inside)
    {
        if folder.is_page(inside) {
            return Some(Place::Page);
        }
        if name.starts_with("_category_.") && matches!(ending, "yaml" | "yml" | "json") {
            return Some(Place::Category);
        }
        if !folder.dialect.is_mdx() {
            return Some(Place::Asset(inside.to_owned()));
        }
        let is_media = MEDIA.contains(&ending.to_ascii_lowercase().as_str());
        let is_elsewhere = is_in_inner(layout, &folder.folder, path);
        if is_media && !is_elsewhere {
            return Some(Place::Asset(format!("{}{inside}", &folder.route[1..])));
        }
    }
    if let Some(inside) = inside(&layout.data) {
        return (ending == "yaml").then(|| Place::Data(format!("data/{inside}")));
    }
    inside(&layout.templates).map(|inside| Place::Template(format!("templates/{inside}")))
}

/// Whether a path is in a folder of data or templates that lies in this folder of pages.
fn is_in_inner(layout: &Layout, content: &str, path: &str) -> bool {
    let mut folders = layout.data.iter().chain(&layout.templates);
    folders.any(|folder| folder.len() > content.len() && below(folder, path).is_some())
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
