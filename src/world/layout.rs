//! Where the parts of a site lie, and how its pages are written.
//!
//! A site of our own has `content/`, `data/`, `static/` and `templates/`. `site.yaml` can name other folders, so that
//! documentation which was written for another generator is read where it stands.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// How pages are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// Markdown with the directives of our own.
    #[default]
    Native,
    /// MDX with the admonitions, components and file names of Docusaurus.
    Docusaurus,
    /// MDX with the components that documentation platforms such as Mintlify have.
    Mdx,
}

impl Dialect {
    /// All names, as `site.yaml` has them.
    pub const NAMES: [&'static str; 3] = ["native", "docusaurus", "mdx"];

    /// The dialect of a name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "native" => Some(Self::Native),
            "docusaurus" => Some(Self::Docusaurus),
            "mdx" => Some(Self::Mdx),
            _ => None,
        }
    }

    /// Whether JSX, ESM and expressions have a meaning.
    pub fn is_mdx(self) -> bool {
        self != Self::Native
    }
}

/// How anchors are made from the words of titles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchors {
    /// As GitHub and Docusaurus make them: `chatagent` of `chat.agent()`.
    #[default]
    Github,
    /// As Mintlify makes them: `chat-agent`.
    Mintlify,
}

impl Anchors {
    /// All names, as `site.yaml` has them.
    pub const NAMES: [&'static str; 2] = ["github", "mintlify"];

    /// The way of a name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "github" => Some(Self::Github),
            "mintlify" => Some(Self::Mintlify),
            _ => None,
        }
    }
}

/// Which dollars hold formulas in a folder of MDX.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Math {
    /// None: dollars are text.
    #[default]
    Off,
    /// `$…$`, and `$$…$$` in text and on lines of their own.
    On,
    /// `$$…$$` alone.
    Double,
}

impl Math {
    /// All names, as `site.yaml` has them.
    pub const NAMES: [&'static str; 3] = ["off", "on", "double"];

    /// The form of a name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "off" => Some(Self::Off),
            "on" => Some(Self::On),
            "double" => Some(Self::Double),
            _ => None,
        }
    }
}

/// Which files of a folder of MDX have JSX, ESM and expressions in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// All pages.
    #[default]
    Mdx,
    /// Those whose names end with `.mdx`; others are Markdown.
    Detect,
    /// None: all pages are Markdown.
    Md,
}

impl Format {
    /// All names, as the settings of Docusaurus have them.
    pub const NAMES: [&'static str; 3] = ["mdx", "detect", "md"];

    /// The format of a name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "mdx" => Some(Self::Mdx),
            "detect" => Some(Self::Detect),
            "md" => Some(Self::Md),
            _ => None,
        }
    }

    /// The name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Whether a file is read as Markdown, in which tags are HTML and braces are text.
    pub fn is_markdown(self, path: &str) -> bool {
        match self {
            Self::Mdx => false,
            Self::Detect => !path.ends_with(".mdx"),
            Self::Md => true,
        }
    }
}

/// Files below a folder, by patterns such as `**/*.{md,mdx}`.
#[derive(Clone, Debug)]
pub struct Patterns {
    written: Vec<String>,
    set: GlobSet,
}

impl PartialEq for Patterns {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Patterns {
    /// Compiles patterns.
    ///
    /// # Errors
    /// The pattern that is none, and why.
    pub fn new(written: &[String]) -> Result<Self, (String, String)> {
        let mut builder = GlobSetBuilder::new();
        for pattern in written {
            let glob = GlobBuilder::new(pattern).literal_separator(true).build();
            builder.add(glob.map_err(|error| (pattern.clone(), error.kind().to_string()))?);
        }
        let set = builder.build().map_err(|error| (String::new(), error.kind().to_string()))?;
        Ok(Self { written: written.to_vec(), set })
    }

    /// Patterns that match nothing.
    pub fn none() -> Self {
        Self { written: Vec::new(), set: GlobSet::empty() }
    }

    /// Whether one of the patterns matches a path.
    pub fn matches(&self, path: &str) -> bool {
        !self.written.is_empty() && self.set.is_match(path)
    }
}

/// A folder of pages.
#[derive(Clone, Debug, PartialEq)]
pub struct ContentFolder {
    /// The folder from the site's root, without a slash at its end; empty for the root itself.
    pub folder: String,
    /// How its pages are written.
    pub dialect: Dialect,
    /// Its pages, relative to the folder; `None` for all files whose ending the dialect has.
    pub pages: Option<Patterns>,
    /// Files that are left alone, relative to the folder.
    pub exclude: Patterns,
    /// The address below which its pages are published, with a slash at both ends.
    pub route: String,
    /// Which pages have JSX in them.
    pub format: Format,
    /// How anchors are made from titles.
    pub anchors: Anchors,
    /// Which dollars hold formulas.
    pub math: Math,
    /// Whether the addresses of Docusaurus end with a slash; `None` where those of folders do.
    pub trailing_slash: Option<bool>,
    /// The words that open an admonition of Docusaurus; `None` for those that it has by itself.
    pub admonitions: Option<Vec<String>>,
    /// The file of the folder's own sidebars.
    pub navigation: Option<String>,
}

impl ContentFolder {
    /// A folder with the defaults of a dialect.
    pub fn new(folder: &str, dialect: Dialect) -> Self {
        Self {
            folder: folder.into(),
            dialect,
            pages: None,
            exclude: Patterns::none(),
            route: "/".into(),
            format: Format::Mdx,
            anchors: Anchors::Github,
            trailing_slash: None,
            math: Math::Off,
            admonitions: None,
            navigation: None,
        }
    }

    /// The part of a path below this folder.
    pub fn inside<'p>(&self, path: &'p str) -> Option<&'p str> {
        below(&self.folder, path)
    }

    /// Whether a file below the folder, by its path in it, is a page.
    pub fn is_page(&self, inside: &str) -> bool {
        match &self.pages {
            Some(pages) => pages.matches(inside),
            None => inside.ends_with(".md") || (self.dialect.is_mdx() && inside.ends_with(".mdx")),
        }
    }
}

/// The folders of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The folders of pages.
    pub content: Vec<ContentFolder>,
    /// The folders of data; each is read as if it were `data/`.
    pub data: Vec<String>,
    /// The folders whose files are published as they are.
    pub static_files: Vec<String>,
    /// The folders of templates.
    pub templates: Vec<String>,
    /// What stands in links for a folder: `@site`.
    pub aliases: Vec<(String, String)>,
    /// Addresses that another program publishes: links there are not looked up.
    pub elsewhere: Patterns,
    /// The file that gives the order of pages.
    pub navigation: Option<String>,
    /// Files whose template literals hold commands.
    pub generators: Patterns,
    /// What components become: the name, and a directive such as `matrix?model=a/b`.
    pub components: Vec<(String, String)>,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            content: vec![ContentFolder::new("content", Dialect::Native)],
            data: vec!["data".into()],
            static_files: vec!["static".into()],
            templates: vec!["templates".into()],
            aliases: vec![("@site".into(), String::new())],
            elsewhere: Patterns::none(),
            navigation: None,
            generators: Patterns::none(),
            components: Vec::new(),
        }
    }
}

impl Layout {
    /// The innermost folder of pages that a path is in, and the path's part below it.
    pub fn content_of<'p>(&self, path: &'p str) -> Option<(&ContentFolder, &'p str)> {
        let folders = self.content.iter().filter_map(|folder| Some((folder, folder.inside(path)?)));
        folders.max_by_key(|(folder, _)| folder.folder.len())
    }

    /// How a file is written.
    pub fn dialect_of(&self, path: &str) -> Dialect {
        self.content_of(path).map(|(folder, _)| folder.dialect).unwrap_or_default()
    }

    /// All files that give the order of pages: the site's, then those of its folders.
    pub fn navigations(&self) -> impl Iterator<Item = &String> {
        self.navigation.iter().chain(self.content.iter().filter_map(|folder| folder.navigation.as_ref()))
    }

    /// All folders that are read.
    pub fn folders(&self) -> Vec<&str> {
        let content = self.content.iter().map(|folder| &folder.folder);
        let all = content.chain(&self.data).chain(&self.static_files).chain(&self.templates);
        let mut folders: Vec<&str> = all.map(String::as_str).collect();
        if !self.generators.written.is_empty() {
            folders.extend(self.generators.written.iter().map(|pattern| fixed(pattern)));
        }
        folders.sort_unstable();
        folders.dedup();
        // A folder is read with the one that it lies in.
        let all = folders.clone();
        folders.retain(|folder| !all.iter().any(|other| other != folder && below(other, folder).is_some()));
        folders
    }
}

/// The folder that a pattern begins with, before its first wildcard.
fn fixed(pattern: &str) -> &str {
    let wild = pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len());
    pattern[..wild].rfind('/').map_or("", |slash| &pattern[..slash])
}

/// The part of a path below a folder; the empty folder is the root.
pub fn below<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_folder_has_a_file() {
        let layout = Layout {
            content: vec![
                ContentFolder::new("", Dialect::Mdx),
                ContentFolder::new("docs/api", Dialect::Docusaurus),
            ],
            ..Layout::default()
        };
        let found = |path| layout.content_of(path).map(|(folder, inside)| (folder.dialect, inside));
        assert_eq!(found("docs/api/a.md"), Some((Dialect::Docusaurus, "a.md")));
        assert_eq!(found("docs/apis.md"), Some((Dialect::Mdx, "docs/apis.md")));
        assert_eq!(layout.folders(), [""]);
        assert_eq!(Layout::default().folders(), ["content", "data", "static", "templates"]);
    }

    #[test]
    fn patterns_know_folders_and_alternatives() {
        let patterns = Patterns::new(&["**/*.{md,mdx}".into(), "a/*.txt".into()]).unwrap();
        for (path, expected) in [("x.md", true), ("a/b/c.mdx", true), ("a/b.txt", true), ("a/b/c.txt", false)]
        {
            assert_eq!(patterns.matches(path), expected, "{path}");
        }
        assert!(Patterns::new(&["a[".into()]).is_err());
        assert_eq!(fixed("src/components/**/*.js"), "src/components");
        assert_eq!(fixed("*.js"), "");
    }
}
