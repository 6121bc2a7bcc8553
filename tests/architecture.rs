#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads the source itself")]
//! The order of the modules, as `src/lib.rs` describes it: imports run to modules above only, the modules that could
//! run anywhere use no files and no threads, and no file grows past the size at which it does two things.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};

/// The modules, from the bottom up. Each may import those before it.
const ORDER: [&str; 15] = [
    // The command line is data that imports nothing; `verify` judges our own commands by it.
    "cli",
    "text",
    "diagnostic",
    "world",
    "engine",
    "catalog",
    "page",
    "verify",
    "links",
    "render",
    "publish",
    "pipeline",
    "preview",
    "command",
    "main",
];

/// Modules that work without files, threads and C libraries, so that they could run in a browser.
const PURE: [&str; 6] = ["text", "diagnostic", "engine", "catalog", "page", "verify"];

/// What these modules do without: paths by their first names.
const IMPURE: [&[&str]; 14] = [
    &["std", "env"],
    &["std", "fs"],
    &["std", "net"],
    &["std", "process"],
    &["std", "thread"],
    &["std", "time", "SystemTime"],
    &["notify"],
    &["onig"],
    &["pagefind"],
    &["rayon"],
    &["rustix"],
    &["syntect"],
    &["tempfile"],
    &["walkdir"],
];

const LONGEST: usize = 600;

#[test]
fn imports_run_to_modules_above() {
    let mut wrong = String::new();
    for file in sources("src").iter().filter(|file| !file.is_root()) {
        let own = file.module_path();
        let Some(rank) = rank(&own[0]) else { continue };
        for path in file.paths() {
            let target = path.target(&own);
            // A longer path is needed to name anything in a module; `crate` alone is a visibility.
            let Some(target) = target.first() else { continue };
            let allowed = self::rank(target).is_some_and(|target| target <= rank);
            if !allowed {
                writeln!(wrong, "{}:{}: `{}` imports `{target}`", file.path, path.line, own[0]).unwrap();
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "imports that run to a module below, or to one without a place in the order:\n{wrong}"
    );
}

#[test]
fn every_module_has_a_place_in_the_order() {
    let declared = declared_modules("src/lib.rs");
    let in_order: Vec<&str> =
        ORDER.into_iter().filter(|name| declared.iter().any(|own| own == name)).collect();
    assert_eq!(declared, in_order, "`src/lib.rs` declares modules of the order, in this order");
    assert!(declared.len() >= 12, "{declared:?}");
    for file in sources("src") {
        let own = file.module_path();
        assert!(file.is_root() || rank(&own[0]).is_some(), "{} belongs to no module of the order", file.path);
    }
}

#[test]
fn pure_modules_use_no_files_and_no_threads() {
    let mut wrong = String::new();
    for file in sources("src").iter().filter(|file| !file.is_root()) {
        let own = file.module_path();
        if !PURE.contains(&own[0].as_str()) {
            continue;
        }
        for path in file.paths() {
            let impure = IMPURE.iter().find(|names| path.starts_with(names));
            if let Some(names) = impure {
                writeln!(wrong, "{}:{}: `{}` uses `{}`", file.path, path.line, own[0], names.join("::"))
                    .unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn no_file_is_too_long() {
    let all = ["src", "tests", "benches"].into_iter().flat_map(sources);
    let long: Vec<String> = all
        .map(|file| (file.text.lines().count(), file.path))
        .filter(|(lines, _)| *lines > LONGEST)
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "look for the second thing that these files do: {long:#?}");
}

#[test]
fn the_reader_of_paths_sees_all_forms_and_nothing_else() {
    let text = r#"
        //! crate::render in a comment
        use crate::{text::{Span, nearest}, page::Page};
        use super::super::world;
        /// crate::preview in documentation
        pub(crate) fn f() -> crate::engine::Version { g!("crate::pipeline", crate::links::route()) }
        #[cfg(test)]
        mod tests { use crate::command::run; }
        mod inner { use super::super::super::catalog::Catalog; }
    "#;
    let file = Source { path: "src/verify/shell.rs".into(), text: text.into() };
    let own = file.module_path();
    let targets: Vec<String> =
        file.paths().iter().filter_map(|path| path.target(&own).first().cloned()).collect();
    assert_eq!(targets, ["text", "text", "page", "world", "engine", "links", "catalog"]);
    let purity = Source { path: "src/text/x.rs".into(), text: "use std::{collections, fs::File};".into() };
    assert!(purity.paths().iter().any(|path| path.starts_with(&["std", "fs"])));
}

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|name| *name == module)
}

/// A file of Rust.
struct Source {
    /// Its path in the repository.
    path: String,
    text: String,
}

/// A path that code names, with `{…}` spread out.
#[derive(Clone)]
struct NamedPath {
    names: Vec<String>,
    line: usize,
    /// How many inline modules it stands in.
    depth: usize,
}

impl NamedPath {
    /// The path from the root of the crate; empty if it leads out of the crate or to nothing in particular.
    fn target(&self, own: &[String]) -> Vec<String> {
        let supers = self.names.iter().take_while(|name| *name == "super").count();
        match self.names.first().map(String::as_str) {
            Some("crate") => self.names[1..].to_vec(),
            Some("super") => {
                let above = (own.len() + self.depth).saturating_sub(supers);
                own.iter().take(above).chain(&self.names[supers..]).cloned().collect()
            }
            _ => Vec::new(),
        }
    }

    fn starts_with(&self, names: &[&str]) -> bool {
        self.names.iter().zip(names).filter(|(own, name)| own == *name).count() == names.len()
    }
}

impl Source {
    fn is_root(&self) -> bool {
        self.path == "src/lib.rs" || self.path == "src/main.rs"
    }

    /// The module that the file is: `["verify", "shell"]`.
    fn module_path(&self) -> Vec<String> {
        let inside = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let inside = inside.strip_suffix("/mod").unwrap_or(inside);
        inside.split('/').map(str::to_owned).collect()
    }

    /// The paths outside tests. Comments, documentation and strings are none: they are not made of identifiers.
    fn paths(&self) -> Vec<NamedPath> {
        let tokens: TokenStream = self.text.parse().unwrap_or_else(|error| panic!("{}: {error}", self.path));
        let mut found = Vec::new();
        collect(tokens, 0, &mut found);
        found
    }
}

fn collect(tokens: TokenStream, depth: usize, found: &mut Vec<NamedPath>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Punct(punct) if punct.as_char() == '#' && is_test_attribute(tokens.get(at + 1)) => {
                at = end_of_item(&tokens, at + 2);
                continue;
            }
            TokenTree::Ident(_) => {
                let is_module = at > 0 && matches!(&tokens[at - 1], TokenTree::Ident(word) if word == "mod");
                if let (true, Some(TokenTree::Group(group))) = (is_module, tokens.get(at + 1)) {
                    collect(group.stream(), depth + 1, found);
                    at += 2;
                    continue;
                }
                at = path(&tokens, at, &NamedPath { names: Vec::new(), line: 0, depth }, found);
                continue;
            }
            TokenTree::Group(group) => collect(group.stream(), depth, found),
            _ => {}
        }
        at += 1;
    }
}

/// Reads a path that begins at an identifier, below a prefix; gives the place behind it.
fn path(tokens: &[TokenTree], mut at: usize, prefix: &NamedPath, found: &mut Vec<NamedPath>) -> usize {
    let mut path = prefix.clone();
    while let Some(TokenTree::Ident(name)) = tokens.get(at) {
        path.line = line(name);
        path.names.push(name.to_string());
        at += 1;
        if !is_separator(tokens, at) {
            break;
        }
        at += 2;
        if let Some(TokenTree::Group(group)) = tokens.get(at)
            && group.delimiter() == Delimiter::Brace
        {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let mut inside = 0;
            while inside < inner.len() {
                let begins = matches!(inner[inside], TokenTree::Ident(_));
                inside = if begins { self::path(&inner, inside, &path, found) } else { inside + 1 };
            }
            return at + 1;
        }
    }
    found.push(path);
    at
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| match tokens.get(at) {
        Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => Some(punct.spacing()),
        _ => None,
    };
    colon(at) == Some(Spacing::Joint) && colon(at + 1).is_some()
}

fn line(name: &Ident) -> usize {
    name.span().start().line
}

/// Whether this is the `[cfg(test)]` of an attribute.
fn is_test_attribute(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.stream().to_string().replace(' ', "") == "cfg(test)")
}

/// The place behind an item: its body in braces, or its semicolon.
fn end_of_item(tokens: &[TokenTree], from: usize) -> usize {
    let is_end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    tokens[from..].iter().position(is_end).map_or(tokens.len(), |length| from + length + 1)
}

/// The modules that a file declares, in its order.
fn declared_modules(path: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(path)).unwrap();
    let tokens: Vec<TokenTree> = text.parse::<TokenStream>().unwrap().into_iter().collect();
    let pairs = tokens.windows(2);
    let modules = pairs.filter_map(|pair| match pair {
        [TokenTree::Ident(word), TokenTree::Ident(name)] if word == "mod" => Some(name.to_string()),
        _ => None,
    });
    modules.collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below a folder, but for those that are tests of a module (`tests.rs`, `tests/`).
fn sources(folder: &str) -> Vec<Source> {
    let mut files = Vec::new();
    walk(&root().join(folder), &mut files);
    files.sort();
    let named = files.into_iter().map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        let relative = path.strip_prefix(root()).unwrap();
        Source { path: relative.to_str().unwrap().replace('\\', "/"), text }
    });
    named.filter(|file| !file.module_path()[1..].iter().any(|name| name == "tests")).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}
