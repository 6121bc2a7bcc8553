//! `shardbook init --from`: a `site.yaml` for documentation that was written for another generator.
//!
//! The repository is looked at and left as it is. What can't be read safely from its settings is left out, with a word
//! about it, rather than guessed.

mod docusaurus;
mod ignored;
mod platform;
mod script;

use crate::links::path::join;
use crate::world::World;
use crate::world::layout::{Dialect, Format};

/// What `site.yaml` is to say.
#[derive(Debug, Default)]
pub(super) struct Proposal {
    title: Option<String>,
    base_url: Option<String>,
    repository: Option<String>,
    content: Vec<Folder>,
    data: Vec<String>,
    static_files: Vec<String>,
    aliases: Vec<(String, String)>,
    elsewhere: Vec<String>,
    /// The addresses of what `.gitignore` leaves out.
    ignored: Vec<String>,
    generators: Vec<String>,
    navigation: Option<String>,
    engine: Option<String>,
    /// What could not be read.
    pub(super) left_out: Vec<String>,
}

/// A folder of pages.
#[derive(Debug, Default)]
struct Folder {
    folder: String,
    dialect: Dialect,
    route: String,
    pages: Vec<String>,
    exclude: Vec<String>,
    /// How anchors are made, where it is not what the dialect has.
    anchors: Option<&'static str>,
    /// Which pages have JSX in them.
    format: Format,
    /// Whether addresses end with a slash, where the settings say so.
    trailing_slash: Option<bool>,
    /// Which dollars hold formulas, where it is not what the dialect has.
    math: Option<&'static str>,
    /// The words that open an admonition, where they are not the usual ones.
    admonitions: Option<Vec<String>>,
    /// Its own sidebars.
    navigation: Option<String>,
}

/// Looks at a repository.
///
/// # Errors
/// Says what is missing.
pub(super) fn look(world: &dyn World, dialect: Dialect) -> Result<Proposal, String> {
    let files = world.files("").map_err(|error| format!("can't list the folder: {error}"))?;
    let mut proposal = match dialect {
        Dialect::Docusaurus => docusaurus::look(world, &files)?,
        _ => platform::look(world, &files)?,
    };
    data(&files, &mut proposal);
    generators(world, &files, &mut proposal);
    proposal.ignored = ignored::addresses(world, &files, &proposal);
    proposal.ignored.retain(|pattern| !proposal.elsewhere.contains(pattern));
    Ok(proposal)
}

/// The catalog, if the repository has one: sources or compiled files below `models/`.
fn data(files: &[String], proposal: &mut Proposal) {
    let mut versions: Vec<&str> = Vec::new();
    for path in files {
        let Some((folder, inside)) = path.split_once("/models/") else { continue };
        let Some(rest) = inside.strip_prefix("src/").or_else(|| inside.strip_prefix("generated/")) else {
            continue;
        };
        if rest.ends_with(".yaml") && (folder == "data" || folder.ends_with("/data")) {
            if !proposal.data.iter().any(|known| known == folder) {
                proposal.data.push(folder.to_owned());
            }
            versions.extend(rest.split_once('/').and_then(|(version, _)| version.strip_prefix('v')));
        }
    }
    let parsed =
        versions.iter().filter_map(|version| version.parse::<crate::engine::version::Version>().ok());
    proposal.engine = parsed.max().map(|version| format!("sglang@{version}"));
}

/// Sources of components that hold commands.
fn generators(world: &dyn World, files: &[String], proposal: &mut Proposal) {
    let mut folders: Vec<String> = Vec::new();
    for path in files {
        let is_script = [".js", ".jsx", ".ts", ".tsx"].iter().any(|ending| path.ends_with(ending));
        if !is_script
            || path.contains("test")
            || proposal.static_files.iter().any(|folder| path.starts_with(folder))
        {
            continue;
        }
        let Ok(bytes) = world.read(path) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        let serves =
            ["sglang.launch_server", "sglang serve", "sglang_router"].iter().any(|word| text.contains(word));
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        if serves && text.contains('`') {
            let top: Vec<&str> = path.split('/').collect();
            let depth = top.len().saturating_sub(1).min(3);
            let folder = top[..depth].join("/");
            let pattern =
                if folder.is_empty() { format!("*.{ending}") } else { format!("{folder}/**/*.{ending}") };
            if !folders.contains(&pattern) {
                folders.push(pattern);
            }
        }
    }
    proposal.generators = folders;
}

/// The folder that settings in `root` mean by `path`; `None` where it lies outside of the repository.
fn located(root: &str, path: &str) -> Option<String> {
    join(root, path)
}

impl Proposal {
    /// The text of `site.yaml`.
    pub(super) fn yaml(&self) -> String {
        let mut out =
            String::from("# Made by `shardbook init --from`. Every key: `site.yaml` in the reference.\n");
        let mut line = |key: &str, value: &Option<String>| {
            if let Some(value) = value {
                out.push_str(&format!("{key}: {}\n", quoted(value)));
            }
        };
        line("title", &self.title);
        line("base_url", &self.base_url);
        line("repository", &self.repository);
        line("engine", &self.engine);
        if self.engine.is_none() {
            out.push_str("# engine: sglang@0.5.10 # the version of commands that name none; the newest known unless set\n");
        }
        out.push_str("content:\n");
        for folder in &self.content {
            let name = if folder.folder.is_empty() { "." } else { &folder.folder };
            let dialect = if folder.dialect == Dialect::Docusaurus { "docusaurus" } else { "mdx" };
            out.push_str(&format!(
                "  - folder: {}\n    dialect: {dialect}\n    route: {}\n",
                quoted(name),
                quoted(&folder.route)
            ));
            for (key, patterns) in [("pages", &folder.pages), ("exclude", &folder.exclude)] {
                if !patterns.is_empty() {
                    out.push_str(&format!("    {key}: {}\n", list(patterns)));
                }
            }
            if let Some(anchors) = folder.anchors {
                out.push_str(&format!("    anchors: {anchors}\n"));
            }
            if folder.format != Format::default() {
                out.push_str(&format!("    format: {}\n", folder.format.name()));
            }
            if let Some(math) = folder.math {
                out.push_str(&format!("    math: \"{math}\"\n"));
            }
            if let Some(trailing_slash) = folder.trailing_slash {
                out.push_str(&format!("    trailing_slash: {trailing_slash}\n"));
            }
            if let Some(words) = &folder.admonitions {
                out.push_str(&format!("    admonitions: {}\n", list(words)));
            }
            if let Some(path) = &folder.navigation {
                out.push_str(&format!("    navigation: {}\n", quoted(path)));
            }
        }
        out.push_str(&format!("data: {}\n", list(&self.data)));
        out.push_str(&format!("static: {}\n", list(&self.static_files)));
        out.push_str("templates: [] # those of shardbook\n");
        if !self.aliases.is_empty() {
            out.push_str("aliases:\n");
            for (name, folder) in &self.aliases {
                out.push_str(&format!("  {}: {}\n", quoted(name), quoted(folder)));
            }
        }
        if !self.elsewhere.is_empty() || !self.ignored.is_empty() {
            out.push_str("# Links to these addresses are not looked up.\nelsewhere:\n");
        }
        for (why, patterns) in [
            ("The other generator makes these by itself.", &self.elsewhere),
            ("`.gitignore` names these: a program makes them before a build.", &self.ignored),
        ] {
            if !patterns.is_empty() {
                out.push_str(&format!("  # {why}\n"));
            }
            for pattern in patterns {
                out.push_str(&format!("  - {}\n", quoted(pattern)));
            }
        }
        if let Some(path) = &self.navigation {
            out.push_str(&format!("navigation: {}\n", quoted(path)));
        }
        if !self.generators.is_empty() {
            out.push_str("# Sources of components whose template literals hold commands.\ngenerators:\n");
            for pattern in &self.generators {
                out.push_str(&format!("  - {}\n", quoted(pattern)));
            }
        }
        out.push_str(RULES);
        out
    }

    /// How many folders of pages there are.
    pub(super) fn folders(&self) -> usize {
        self.content.len()
    }
}

/// Rules that are matters of taste, or of another generator's.
const RULES: &str = "# Matters of taste, which the pages were not written for.\nrules:\n  content/heading-skip: off\n  content/second-title: off\n  content/image-alt: off\n  content/missing-title: off\n  content/missing-description: off\n  content/duplicate-title: off\n  content/fence-language: off\n  content/empty-page: off\n  catalog/outdated: note\n  cli/abbreviated-flag: off\n  parallelism/prefer-router: off\n  parallelism/tp-power-of-two: note\nchecks:\n  fail_on: error\n";

/// A scalar that YAML reads as this text.
fn quoted(text: &str) -> String {
    let plain = !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' '])
        && text.chars().all(|c| !c.is_control() && !"{}[]\"'&*,|>%`".contains(c))
        && !matches!(text, "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "~")
        && text.parse::<f64>().is_err();
    if plain {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " "))
    }
}

fn list(items: &[String]) -> String {
    format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceFile;
    use crate::world::Memory;
    use crate::world::layout::{Anchors, Math};
    use crate::world::site::Site;

    fn site(world: &Memory, dialect: Dialect) -> Site {
        let yaml = look(world, dialect).unwrap().yaml();
        let read = Site::read(&SourceFile::new("site.yaml", yaml.clone()));
        assert_eq!(read.findings, [], "{yaml}");
        read.value
    }

    #[test]
    fn docusaurus_is_read_from_its_settings() {
        let config = "// docs: { path: 'no' }\nexport default {\n  title: 'It\\'s \"x\"', url: 'https://a.example', baseUrl: '/p/',\n  presets: [['classic', {\n    docs: { path: '../docs', routeBasePath: '/', sidebarPath: require.resolve('./sidebars.js'), exclude: ['**/wip/**'] },\n    blog: false,\n  }]],\n  plugins: [['@docusaurus/plugin-content-docs', { id: 'api', path: 'api', routeBasePath: 'api-docs' }]],\n  themeConfig: { navbar: { items: [{ to: '/showcase', label: 'S' }] } },\n}\n";
        let world = Memory::new()
            .with("website/docusaurus.config.ts", config)
            .with("website/sidebars.js", "")
            .with("website/static/img/a.png", "")
            .with("website/api/a.md", "# A\n")
            .with("website/src/pages/index.tsx", "")
            .with("website/src/pages/users/list.js", "")
            .with("website/src/pages/terms.md", "# T\n")
            .with("docs/a.md", "# A\n")
            .with("data/models/src/v0.5.6/a.yaml", "")
            .with("website/src/components/Gen.js", "const c = `sglang serve ${x}`");
        let site = site(&world, Dialect::Docusaurus);
        assert_eq!((site.title.as_str(), site.base_url.as_str()), ("It's \"x\"", "https://a.example/p/"));
        let folders: Vec<_> = site
            .layout
            .content
            .iter()
            .map(|folder| (folder.folder.as_str(), folder.route.as_str()))
            .collect();
        assert_eq!(folders, [("docs", "/"), ("website/api", "/api-docs/"), ("website/src/pages", "/")]);
        assert_eq!(site.layout.static_files, ["website/static"]);
        assert_eq!(site.layout.data, ["data"]);
        assert_eq!(site.layout.navigation.as_deref(), Some("website/sidebars.js"));
        assert_eq!(site.engine_version.as_deref(), Some("0.5.6"));
        assert!(site.layout.aliases.contains(&("@site".into(), "website".into())));
        for (address, expected) in
            [("/", true), ("/users/list", true), ("/showcase", true), ("/other", false)]
        {
            assert_eq!(site.layout.elsewhere.matches(address), expected, "{address}");
        }
        assert!(site.layout.generators.matches("website/src/components/Gen.js"));
        assert!(site.layout.content[0].exclude.matches("a/wip/b.md"));
    }

    #[test]
    fn further_docs_and_admonitions_are_read_from_settings_with_types() {
        let config = "import type {Options} from '@docusaurus/plugin-content-docs';\nimport math from 'remark-math';\nexport default async function make() {\n  return {\n    title: 'D', baseUrl, url: 'https://d.example',\n    markdown: { format: 'detect' },\n    plugins: [\n      ['content-docs', {\n        id: 'community', path: 'community', routeBasePath: 'community',\n        editUrl: ({path}) => { return `https://x/${path}`; },\n        remarkPlugins: [npm2yarn], sidebarPath: './sidebarsCommunity.js',\n        admonitions: false,\n      } satisfies Options],\n    ],\n    presets: [['classic', {\n      docs: { path: 'docs', sidebarPath: 'sidebars.ts', admonitions: { keywords: ['own'], extendDefaults: false }, remarkPlugins: [[math, {singleDollarTextMath: false}], tabs] },\n    }]],\n    themeConfig: { docs: { sidebar: { hideable: true } } },\n  };\n}\n";
        let world = Memory::new()
            .with("docusaurus.config.ts", config)
            .with("sidebars.ts", "")
            .with("sidebarsCommunity.js", "")
            .with("docs/a.md", "# A\n")
            .with("community/a.md", "# A\n");
        let site = site(&world, Dialect::Docusaurus);
        let [docs, community] = site.layout.content.as_slice() else { panic!("{:?}", site.layout.content) };
        assert_eq!((docs.format, community.format), (Format::Detect, Format::Detect));
        assert_eq!((docs.math, community.math), (Math::Double, Math::Off));
        assert_eq!(docs.admonitions.as_deref(), Some(["own".to_owned()].as_slice()));
        assert_eq!(community.admonitions.as_deref(), Some([].as_slice()));
        assert_eq!(
            (community.route.as_str(), community.navigation.as_deref()),
            ("/community/", Some("sidebarsCommunity.js"))
        );
        assert_eq!(site.layout.navigation.as_deref(), Some("sidebars.ts"));
    }

    #[test]
    fn formulas_and_anchors_are_those_of_the_platform() {
        let math = |files: &[(&str, &str)]| {
            let world = files
                .iter()
                .fold(Memory::new().with("docs/a.mdx", "A"), |world, (path, text)| world.with(*path, *text));
            let folder = site(&world, Dialect::Mdx).layout.content.remove(0);
            (folder.math, folder.anchors)
        };
        assert_eq!(math(&[]), (Math::Off, Anchors::Github));
        assert_eq!(math(&[("docs/docs.json", "{}")]), (Math::On, Anchors::Mintlify));
        let settings = ("source.config.ts", "import remarkMath from 'remark-math'");
        assert_eq!(math(&[settings]), (Math::On, Anchors::Github));
    }

    #[test]
    fn platforms_are_read_from_their_settings() {
        let settings = r#"{"name": "N", "redirects": [{"source": "/old/:slug*", "destination": "/new"}, {"source": "/a", "destination": "/b"}]}"#;
        let world =
            Memory::new().with("docs/docs.json", settings).with("docs/a.mdx", "A").with("docs/b/c.mdx", "B");
        let site = site(&world, Dialect::Mdx);
        assert_eq!(site.title, "N");
        assert_eq!(site.layout.content[0].folder, "docs");
        assert_eq!(site.layout.content[0].route, "/");
        assert!(site.layout.elsewhere.matches("/old/x/y") && site.layout.elsewhere.matches("/a"));
        assert!(site.layout.data.is_empty());
    }

    #[test]
    fn what_gitignore_names_by_a_path_is_elsewhere() {
        let world = Memory::new()
            .with(".gitignore", "/web/docs/api/\n*.log\nbuild/\n/web/build\n/elsewhere/x\n")
            .with(
                "web/.gitignore",
                "# docs/no\n/blog\ndocs/made/*.mdx\n!docs/made/kept.mdx\ndocs/one/index.md\nstatic/plots/*.png\nnotes\ndocs/v1.2/\ndocs/_parts/x\ndocs/odd[\n",
            )
            .with("web/docs/.gitignore", "tutorial/**/*.svg\n../up\nnamed\nvenv\n*.tmp\n")
            .with("web/docusaurus.config.js", "module.exports = { presets: [['classic', { docs: { routeBasePath: 'guide' }, blog: false }]] }")
            .with("web/static/a.png", "")
            .with("web/docs/a.md", "# A\n");
        let site = site(&world, Dialect::Docusaurus);
        for (address, expected) in [
            ("/guide/api", true),
            ("/guide/api/x/y", true),
            ("/guide/made/x", true),
            ("/guide/made/x/y", false),
            ("/guide/one", true),
            ("/plots/a.png", true),
            ("/guide/v1.2/a", true),
            ("/guide/tutorial/a/b.svg", true),
            ("/guide/named", true),
            ("/guide/deep/named/x", true),
            ("/guide/venv", false),
            ("/guide/x.tmp", false),
            ("/named", false),
            ("/blog", false),
            ("/notes", false),
            ("/guide/notes", false),
            ("/build", false),
            ("/guide/no", false),
            ("/guide/parts/x", false),
            ("/guide/_parts/x", false),
            ("/guide/up", false),
            ("/elsewhere/x", false),
        ] {
            assert_eq!(site.layout.elsewhere.matches(address), expected, "{address}");
        }
    }

    #[test]
    fn nothing_to_adopt_is_said() {
        assert!(look(&Memory::new().with("a.txt", ""), Dialect::Docusaurus).is_err());
        assert!(look(&Memory::new().with("a.txt", ""), Dialect::Mdx).is_err());
    }
}
