//! `site.yaml`: what a site says about itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::external;
use super::layout::{Anchors, ContentFolder, Dialect, Format, Layout, Math, Patterns};
use super::reader::{INVALID_VALUE, Reader, documents};
use super::yaml::Node;
use crate::diagnostic::{Checked, Level};
use crate::text::{Excerpt, SourceFile};

/// The name of the file in a site's root.
pub const FILE: &str = "site.yaml";

/// A site's configuration, as written, with defaults where nothing was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// The site's name, on every page.
    pub title: String,
    /// One sentence about the site.
    pub description: String,
    /// BCP 47 language tag of the content.
    pub language: String,
    /// Where the site is published: scheme, host and path, with a slash at the end. Only a path while unknown.
    pub base_url: String,
    /// Address of a page's source, with `{path}` in it, for the edit link.
    pub edit_url: Option<String>,
    /// Address of the project's repository.
    pub repository: Option<String>,
    /// Whether pages say when a commit last changed them.
    pub is_dated: bool,
    /// The engine of snippets that do not name another: `sglang`.
    pub engine: String,
    /// The engine version of snippets that do not name another; the newest one known when absent.
    pub engine_version: Option<String>,
    /// Levels that the site gives to rules, by rule name or by `group/*`.
    pub rules: BTreeMap<String, Level>,
    /// Fewest snippets that must be checked; fewer is a finding.
    pub minimum_checked: usize,
    /// The least level that makes a run fail.
    pub fail_on: Level,
    /// How links to other hosts are followed.
    pub external: external::Settings,
    /// Where the parts of the site lie, and how its pages are written.
    pub layout: Layout,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            title: "Documentation".into(),
            description: String::new(),
            language: "en".into(),
            base_url: "/".into(),
            edit_url: None,
            repository: None,
            is_dated: true,
            engine: "sglang".into(),
            engine_version: None,
            rules: BTreeMap::new(),
            minimum_checked: 0,
            fail_on: Level::Error,
            external: external::Settings::default(),
            layout: Layout::default(),
        }
    }
}

/// The keys of `site.yaml`.
pub const KEYS: [&str; 20] = [
    "title",
    "description",
    "language",
    "base_url",
    "edit_url",
    "repository",
    "updated",
    "engine",
    "rules",
    "checks",
    "external",
    "content",
    "data",
    "static",
    "templates",
    "aliases",
    "elsewhere",
    "navigation",
    "generators",
    "components",
];

/// The keys of `checks`.
pub const CHECKS: [&str; 2] = ["minimum", "fail_on"];

/// The keys of an item of `content` that is a mapping.
pub const CONTENT: [&str; 11] = [
    "folder",
    "dialect",
    "pages",
    "exclude",
    "route",
    "format",
    "anchors",
    "math",
    "trailing_slash",
    "admonitions",
    "navigation",
];

/// The words for where the days come from on which pages were changed.
pub const UPDATED: [&str; 2] = ["git", "off"];

/// The words for the level of a rule.
pub const LEVELS: [&str; 4] = ["off", "note", "warning", "error"];

/// The words for the least level that makes a run fail.
pub const FAIL_ON: [&str; 3] = ["error", "warning", "note"];

impl Site {
    /// Reads `site.yaml`. Keys that are wrong are findings and keep their defaults.
    pub fn read(source: &Arc<SourceFile>) -> Checked<Self> {
        let excerpt = Excerpt::whole(source);
        let Checked { value: documents, mut findings } = documents(&excerpt);
        let mut reader = Reader::new(&excerpt);
        let mut site = Self::default();
        if let Some(node) = documents.first().filter(|node| !node.is_null()) {
            site.fill(node, &mut reader);
        }
        findings.append(&mut reader.findings);
        Checked::new(site, findings)
    }

    /// The level that the site gives to a rule, if it gives one: by full name, else by `group/*`.
    pub fn level(&self, rule: &str) -> Option<Level> {
        let group = rule.split_once('/').map(|(group, _)| format!("{group}/*"));
        self.rules.get(rule).or_else(|| self.rules.get(&group?)).copied()
    }

    /// The path part of the base URL, with a slash at both ends: `/` or `/project/`.
    pub fn base_path(&self) -> &str {
        let after_scheme = self.base_url.find("://").map_or(0, |at| at + 3);
        self.base_url[after_scheme..].find('/').map_or("/", |slash| &self.base_url[after_scheme + slash..])
    }

    /// Sets the base URL, adding the slash at its end.
    ///
    /// # Errors
    /// Says what is wrong with an address that is neither `http(s)://host/path` nor a path that begins with `/`.
    pub fn set_base_url(&mut self, url: &str) -> Result<(), String> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let valid = match rest {
            Some(rest) => !rest.is_empty() && !rest.starts_with('/'),
            None => url.starts_with('/'),
        };
        if !valid || url.contains(|c: char| c.is_whitespace() || "?#\"<>\\".contains(c)) {
            return Err(format!(
                "`{url}` is not a base URL; it looks like `https://host/project/` or `/project/`"
            ));
        }
        self.base_url = format!("{}/", url.trim_end_matches('/'));
        Ok(())
    }

    fn fill(&mut self, node: &Node, reader: &mut Reader<'_>) {
        for entry in reader.mapping(node, "`site.yaml`", &KEYS) {
            let (value, what) = (&entry.value, format!("`{}`", entry.key));
            if value.is_null() {
                continue;
            }
            match entry.key.as_str() {
                "title" => self.title = reader.text(value, &what).unwrap_or_default(),
                "description" => self.description = reader.text(value, &what).unwrap_or_default(),
                "language" => self.language = reader.text(value, &what).unwrap_or_else(|| "en".into()),
                "base_url" => {
                    if let Some(Err(problem)) = reader.text(value, &what).map(|url| self.set_base_url(&url)) {
                        reader.report(&INVALID_VALUE, value.span, problem);
                    }
                }
                "edit_url" => self.edit_url = reader.text(value, &what),
                "repository" => self.repository = reader.text(value, &what),
                "updated" => self.is_dated = reader.word(value, &what, &UPDATED) != Some("off"),
                "engine" => self.engine(value, reader),
                "rules" => self.rules(value, reader),
                "checks" => self.checks(value, reader),
                "external" => self.external.fill(value, reader),
                _ => self.layout.fill(&entry.key, value, reader),
            }
        }
    }

    fn engine(&mut self, value: &Node, reader: &mut Reader<'_>) {
        let Some(text) = reader.text(value, "`engine`") else { return };
        match text.split_once('@') {
            Some((engine, version)) => {
                self.engine = engine.into();
                self.engine_version = Some(version.into());
            }
            None => self.engine = text,
        }
    }

    fn rules(&mut self, value: &Node, reader: &mut Reader<'_>) {
        let Some(entries) = value.entries() else {
            return reader.wrong_type(value, "`rules`", "a mapping from rules to levels");
        };
        for entry in entries {
            let what = format!("the level of `{}`", entry.key);
            let level = reader.word(&entry.value, &what, &LEVELS);
            if let Some(level) = level.and_then(level_named) {
                self.rules.insert(entry.key.clone(), level);
            }
        }
    }

    fn checks(&mut self, value: &Node, reader: &mut Reader<'_>) {
        for entry in reader.mapping(value, "`checks`", &CHECKS) {
            match entry.key.as_str() {
                "minimum" => {
                    let count = reader.integer(&entry.value, "`checks.minimum`");
                    self.minimum_checked = count.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
                }
                "fail_on" => {
                    let word = reader.word(&entry.value, "`checks.fail_on`", &FAIL_ON);
                    self.fail_on = word.and_then(level_named).unwrap_or(Level::Error);
                }
                _ => {}
            }
        }
    }
}

impl Layout {
    /// Reads one of the keys that say where things are.
    fn fill(&mut self, key: &str, value: &Node, reader: &mut Reader<'_>) {
        let what = format!("`{key}`");
        match key {
            "content" => {
                // One folder needs no list, as one pattern needs none.
                let items = value.items().unwrap_or(std::slice::from_ref(value));
                let folders: Vec<_> = items.iter().filter_map(|item| content_folder(item, reader)).collect();
                if !folders.is_empty() {
                    self.content = folders;
                }
            }
            "data" => self.data = folders(value, &what, reader),
            "static" => self.static_files = folders(value, &what, reader),
            "templates" => self.templates = folders(value, &what, reader),
            "elsewhere" => self.elsewhere = patterns(value, &what, reader),
            "navigation" => self.navigation = reader.text(value, &what).map(|path| folder_name(&path)),
            "generators" => self.generators = patterns(value, &what, reader),
            "aliases" => {
                for (name, folder) in texts_by_name(value, &what, reader) {
                    self.aliases.retain(|(known, _)| *known != name);
                    self.aliases.push((name, folder_name(&folder)));
                }
            }
            "components" => self.components = texts_by_name(value, &what, reader),
            _ => {}
        }
    }
}

/// One item of `content`: a folder's name, or a mapping.
fn content_folder(node: &Node, reader: &mut Reader<'_>) -> Option<ContentFolder> {
    if node.scalar().is_some() {
        return Some(ContentFolder::new(&folder_name(&reader.text(node, "a folder")?), Dialect::Native));
    }
    let what = "an item of `content`";
    if node.entries().is_none() {
        reader.wrong_type(node, what, "a folder's name or a mapping");
        return None;
    }
    let mut folder = ContentFolder::new("content", Dialect::Native);
    let mut math = None;
    let mut anchors = None;
    for entry in reader.mapping(node, what, &CONTENT) {
        let value = &entry.value;
        match entry.key.as_str() {
            "folder" => folder.folder = folder_name(&reader.text(value, "`folder`")?),
            "dialect" => {
                let word = reader.word(value, "`dialect`", &Dialect::NAMES);
                folder.dialect = word.and_then(Dialect::named).unwrap_or_default();
            }
            "pages" => folder.pages = Some(patterns(value, "`pages`", reader)),
            "exclude" => folder.exclude = patterns(value, "`exclude`", reader),
            "route" => {
                let route = reader.text(value, "`route`")?;
                let inner = route.trim_matches('/');
                folder.route = if inner.is_empty() { "/".into() } else { format!("/{inner}/") };
            }
            "format" => {
                let word = reader.word(value, "`format`", &Format::NAMES);
                folder.format = word.and_then(Format::named).unwrap_or_default();
            }
            "anchors" => {
                anchors = reader.word(value, "`anchors`", &Anchors::NAMES).and_then(Anchors::named);
            }
            "math" => math = reader.word(value, "`math`", &Math::NAMES).and_then(Math::named),
            "trailing_slash" => folder.trailing_slash = reader.boolean(value, "`trailing_slash`"),
            "admonitions" => folder.admonitions = Some(texts(value, "`admonitions`", reader)),
            "navigation" => {
                folder.navigation = reader.text(value, "`navigation`").map(|path| folder_name(&path));
            }
            _ => {}
        }
    }
    // MDX is read as Mintlify reads it unless the site says otherwise; Docusaurus has formulas where a plugin reads them.
    let is_platform = folder.dialect == Dialect::Mdx;
    folder.math = math.unwrap_or(if is_platform { Math::On } else { Math::Off });
    folder.anchors = anchors.unwrap_or(if is_platform { Anchors::Mintlify } else { Anchors::Github });
    Some(folder)
}

/// A path of a folder as it is kept: without `./` and slashes at its ends, empty for the root.
fn folder_name(written: &str) -> String {
    let inner = written.trim().trim_start_matches("./").trim_matches('/');
    if inner == "." { String::new() } else { inner.to_owned() }
}

/// A text, or a list of texts.
fn texts(node: &Node, what: &str, reader: &mut Reader<'_>) -> Vec<String> {
    if node.scalar().is_some() {
        return reader.text(node, what).into_iter().collect();
    }
    if node.items().is_none() {
        reader.wrong_type(node, what, "a text or a list of texts");
        return Vec::new();
    }
    reader.texts(node, what)
}

fn folders(node: &Node, what: &str, reader: &mut Reader<'_>) -> Vec<String> {
    texts(node, what, reader).iter().map(|folder| folder_name(folder)).collect()
}

pub(super) fn patterns(node: &Node, what: &str, reader: &mut Reader<'_>) -> Patterns {
    let written = texts(node, what, reader);
    Patterns::new(&written).unwrap_or_else(|(pattern, problem)| {
        let message = format!("`{pattern}` is not a pattern of files: {problem}");
        reader.report(&INVALID_VALUE, node.span, message);
        Patterns::none()
    })
}

fn texts_by_name(node: &Node, what: &str, reader: &mut Reader<'_>) -> Vec<(String, String)> {
    let Some(entries) = node.entries() else {
        reader.wrong_type(node, what, "a mapping");
        return Vec::new();
    };
    let texts = entries.iter().filter_map(|entry| {
        Some((entry.key.clone(), reader.text(&entry.value, &format!("`{}`", entry.key))?))
    });
    texts.collect()
}

fn level_named(word: &str) -> Option<Level> {
    [Level::Off, Level::Note, Level::Warning, Level::Error].into_iter().find(|level| level.name() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Checked<Site> {
        Site::read(&SourceFile::new(FILE, text))
    }

    #[test]
    fn a_sub_path_is_the_base_url_without_its_host() {
        let mut site = Site::default();
        site.set_base_url("https://host.example/project").unwrap();
        assert_eq!(
            (site.base_url.as_str(), site.base_path()),
            ("https://host.example/project/", "/project/")
        );
        site.set_base_url("https://host.example").unwrap();
        assert_eq!(site.base_path(), "/");
        assert!(site.set_base_url("host.example").is_err());
    }

    #[test]
    fn unknown_keys_and_levels_are_found() {
        let Checked { value, findings } =
            read("titel: A\nrules:\n  link/*: warnign\nengine: sglang@0.5.10\n");
        assert_eq!(findings.len(), 2, "{findings:#?}");
        assert_eq!(findings[0].help, ["did you mean `title`?"]);
        assert_eq!(findings[1].primary.location.text(), "warnign");
        assert_eq!(value.engine_version.as_deref(), Some("0.5.10"));
    }

    #[test]
    fn one_of_a_kind_needs_no_list() {
        let listed =
            read("content: [./docs/]\ndata: [facts]\nelsewhere: [/api/**]\nexternal: { accept: [403] }\n");
        let plain = read("content: ./docs/\ndata: facts\nelsewhere: /api/**\nexternal: { accept: 403 }\n");
        assert!(plain.findings.is_empty() && listed.findings.is_empty(), "{:#?}", plain.findings);
        assert_eq!(plain.value.layout, listed.value.layout);
        assert_eq!(plain.value.external, listed.value.external);
        assert_eq!(plain.value.layout.content, [ContentFolder::new("docs", Dialect::Native)]);
        let one = "folder: docs, dialect: mdx, pages: '*.mdx', exclude: a";
        let (listed, plain) =
            (read(&format!("content: [{{{one}}}]\n")), read(&format!("content: {{{one}}}\n")));
        assert!(plain.findings.is_empty(), "{:#?}", plain.findings);
        assert_eq!(plain.value.layout, listed.value.layout);
        assert_eq!(read("content: .\n").value.layout.content[0].folder, "");
    }

    #[test]
    fn what_is_neither_says_what_it_should_be() {
        let messages = |text: &str| -> Vec<String> {
            read(text).findings.into_iter().map(|finding| finding.message).collect()
        };
        assert_eq!(messages("data: { a: b }\n"), ["`data` must be a text or a list of texts, not a mapping"]);
        assert_eq!(messages("content: { foldr: docs }\n"), ["`foldr` is not a key of an item of `content`"]);
        assert_eq!(
            messages("content: [[docs]]\n"),
            ["an item of `content` must be a folder's name or a mapping, not a list"]
        );
    }
}
