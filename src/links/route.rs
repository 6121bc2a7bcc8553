//! The address of a page.

use super::path::{folder, join};
use crate::world::layout::{ContentFolder, Dialect, Layout};

/// Where a page is published.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route {
    /// The address below the site's base: `/`, `/guide/parallelism/`.
    pub url: String,
}

impl Route {
    /// The route of an address; slashes at both ends are added.
    pub fn new(url: &str) -> Self {
        let inner = url.trim_matches('/');
        Self { url: if inner.is_empty() { "/".into() } else { format!("/{inner}/") } }
    }

    /// The route of a page's file, wherever the site keeps its pages. `id` is that of its front matter, which the
    /// pages of Docusaurus have instead of their file's name.
    pub fn of_file(layout: &Layout, path: &str, slug: Option<&str>, id: Option<&str>) -> Self {
        match layout.content_of(path) {
            Some((folder, inside)) if folder.dialect == Dialect::Docusaurus => {
                Self::of_docusaurus(folder, inside, slug, id)
            }
            Some((folder, inside)) => {
                let route = Self::of_inside(inside, slug.map(|slug| slug.trim_end_matches(".md")));
                if folder.route == "/" {
                    route
                } else {
                    Self::new(&format!("{}{}", folder.route, &route.url[1..]))
                }
            }
            None => Self::of_source(path, slug),
        }
    }

    /// As Docusaurus has it: numbers before names order files and are no part of addresses, and a file with the
    /// name of its folder is the folder's page.
    fn of_docusaurus(content: &ContentFolder, inside: &str, slug: Option<&str>, id: Option<&str>) -> Self {
        let stem = inside.rsplit_once('.').map_or(inside, |(stem, _)| stem);
        let (parent, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let parent = parent.split('/').map(without_number).collect::<Vec<_>>().join("/");
        let name = without_number(name);
        let is_index = id.is_none() && is_folders_page(&parent, name);
        let address = match slug {
            Some(slug) if slug.starts_with('/') => slug.to_owned(),
            Some(slug) => join(&parent, slug).unwrap_or_else(|| slug.to_owned()),
            None if is_index => parent,
            None => format!("{parent}/{}", id.unwrap_or(name)),
        };
        Self::new(&format!("{}{}", content.route, address.trim_start_matches('/')))
    }

    /// The address that Docusaurus gives to a page of this route, from which a browser reads relative addresses:
    /// with a slash at its end or without. `None` for a post of a blog, whose address has its date in it.
    pub fn in_docusaurus(
        &self,
        content: &ContentFolder,
        inside: &str,
        slug: Option<&str>,
        id: Option<&str>,
    ) -> Option<String> {
        let is_dated = |name: &str| name.len() >= 4 && name.bytes().take(4).all(|byte| byte.is_ascii_digit());
        if inside.split('/').any(is_dated) {
            return None;
        }
        let stem = inside.rsplit_once('.').map_or(inside, |(stem, _)| stem);
        let (parent, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let ends_with_slash = content.trailing_slash.unwrap_or_else(|| match slug {
            Some(slug) => slug.ends_with('/'),
            None => id.is_none() && is_folders_page(parent, without_number(name)),
        });
        let bare = self.url.trim_end_matches('/');
        Some(if ends_with_slash || bare.is_empty() { format!("{bare}/") } else { bare.to_owned() })
    }

    /// The route of a Markdown file below `content/`. `index.md` and `README.md` are their folder's page; a `slug`
    /// replaces the last part, or everything when it begins with a slash.
    pub fn of_source(path: &str, slug: Option<&str>) -> Self {
        Self::of_inside(path.strip_prefix("content/").unwrap_or(path), slug)
    }

    fn of_inside(inside: &str, slug: Option<&str>) -> Self {
        let stem = inside.rsplit_once('.').map_or(inside, |(stem, _)| stem);
        let name = stem.rsplit('/').next().unwrap_or(stem);
        let is_index = matches!(name, "index" | "README");
        let natural = if is_index { folder(stem) } else { stem };
        match slug {
            Some(slug) if slug.starts_with('/') => Self::new(slug),
            Some(slug) => {
                let parent = if is_index { natural } else { folder(natural) };
                Self::new(&join(parent, slug).unwrap_or_else(|| slug.to_owned()))
            }
            None => Self::new(natural),
        }
    }

    /// The file of the built site: `guide/parallelism/index.html`; the page `/404/` is `404.html`, where static
    /// hosts look for it.
    pub fn output(&self) -> String {
        match self.url.as_str() {
            "/" => "index.html".into(),
            "/404/" => "404.html".into(),
            url => format!("{}index.html", &url[1..]),
        }
    }

    /// The Markdown twin of the page: `guide/parallelism/index.md`.
    pub fn markdown(&self) -> String {
        let output = self.output();
        format!("{}.md", output.strip_suffix(".html").unwrap_or(&output))
    }
}

/// Whether Docusaurus takes the file of a name for the page of its folder.
fn is_folders_page(parent: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    let own = without_number(parent.rsplit('/').next().unwrap_or_default()).to_lowercase();
    matches!(name.as_str(), "index" | "readme") || name == own
}

/// A name without the number that orders it: `01-intro`, `2. setup`. Dates and versions are no such numbers.
pub fn without_number(name: &str) -> &str {
    match number_prefix(name) {
        Some((_, rest)) => rest,
        None => name,
    }
}

/// The number before a name and the name.
pub fn number_prefix(name: &str) -> Option<(f64, &str)> {
    let digits = name.find(|c: char| !c.is_ascii_digit())?;
    let after = name[digits..].trim_start();
    let rest = after.trim_start_matches(['-', '_', '.']);
    let separated = digits > 0 && rest.len() < after.len();
    let rest = rest.trim_start();
    // `2021-11-foo`, `7.0-foo`: a date, a version.
    let is_number = rest.starts_with(|c: char| c.is_ascii_digit());
    (separated && !rest.is_empty() && !is_number)
        .then(|| name[..digits].parse().ok())?
        .map(|number| (number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_of_docusaurus_leave_numbers_out() {
        let layout = Layout {
            content: vec![ContentFolder {
                route: "/docs/".into(),
                ..ContentFolder::new("docs", Dialect::Docusaurus)
            }],
            ..Layout::default()
        };
        for (path, slug, id, url) in [
            ("docs/intro.md", None, None, "/docs/intro/"),
            ("docs/01-a/02-b.mdx", None, None, "/docs/a/b/"),
            ("docs/guides/guides.md", None, None, "/docs/guides/"),
            ("docs/guides/README.md", None, None, "/docs/guides/"),
            ("docs/a/x.md", None, Some("y"), "/docs/a/y/"),
            ("docs/a/x.md", Some("/"), None, "/docs/"),
            ("docs/a/x.md", Some("z"), None, "/docs/a/z/"),
            ("docs/2021-11-02-x.md", None, None, "/docs/2021-11-02-x/"),
            ("docs/7.0-x.md", None, None, "/docs/7.0-x/"),
        ] {
            assert_eq!(Route::of_file(&layout, path, slug, id).url, url, "{path}");
        }
        assert_eq!(number_prefix("10 - a b"), Some((10.0, "a b")));
    }

    #[test]
    fn addresses_of_docusaurus_end_as_its_settings_say() {
        let folder = |trailing_slash| ContentFolder {
            trailing_slash,
            ..ContentFolder::new("docs", Dialect::Docusaurus)
        };
        for (inside, slug, id, url, by_files, with, without) in [
            ("a/b.md", None, None, "/docs/a/b/", "/docs/a/b", "/docs/a/b/", "/docs/a/b"),
            ("a/index.md", None, None, "/docs/a/", "/docs/a/", "/docs/a/", "/docs/a"),
            ("1-a/a.md", None, None, "/docs/a/", "/docs/a/", "/docs/a/", "/docs/a"),
            ("a/index.md", None, Some("x"), "/docs/a/x/", "/docs/a/x", "/docs/a/x/", "/docs/a/x"),
            ("a/b.md", Some("c/"), None, "/docs/a/c/", "/docs/a/c/", "/docs/a/c/", "/docs/a/c"),
            ("index.md", Some("/"), None, "/", "/", "/", "/"),
        ] {
            let route = Route::new(url);
            for (setting, wanted) in [(None, by_files), (Some(true), with), (Some(false), without)] {
                let address = route.in_docusaurus(&folder(setting), inside, slug, id);
                assert_eq!(address.as_deref(), Some(wanted), "{inside} {setting:?}");
            }
        }
        let post = Route::new("/blog/2026-11-02-x/");
        assert_eq!(post.in_docusaurus(&folder(None), "2026-11-02-x.md", None, None), None);
    }

    #[test]
    fn routes_follow_the_folders() {
        for (path, slug, url, output) in [
            ("content/index.md", None, "/", "index.html"),
            ("content/guide/README.md", None, "/guide/", "guide/index.html"),
            ("content/guide/a b.md", None, "/guide/a b/", "guide/a b/index.html"),
            ("content/guide/x.md", Some("y"), "/guide/y/", "guide/y/index.html"),
            ("content/guide/x.md", Some("/z"), "/z/", "z/index.html"),
            ("content/guide/index.md", Some("/"), "/", "index.html"),
            ("content/404.md", None, "/404/", "404.html"),
        ] {
            let route = Route::of_source(path, slug);
            assert_eq!((route.url.as_str(), route.output().as_str()), (url, output), "{path}");
        }
    }
}
