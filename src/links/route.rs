//! The address of a page.

use super::path::{folder, join};

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

    /// The route of a Markdown file below `content/`. `index.md` and `README.md` are their folder's page; a `slug`
    /// replaces the last part, or everything when it begins with a slash.
    pub fn of_source(path: &str, slug: Option<&str>) -> Self {
        let inside = path.strip_prefix("content/").unwrap_or(path);
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

#[cfg(test)]
mod tests {
    use super::*;

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
