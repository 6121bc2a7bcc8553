//! What is in a release: the program, its papers, and what shells and `man` know of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::archive::Archive;

/// Files of the repository that go with the program.
const PAPERS: [&str; 4] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// The shells, each with the name under which it looks for completions.
const SHELLS: [(&str, &str); 5] = [
    ("bash", "shardbook.bash"),
    ("elvish", "shardbook.elv"),
    ("fish", "shardbook.fish"),
    ("powershell", "_shardbook.ps1"),
    ("zsh", "_shardbook"),
];

/// Texts that the program writes about itself, by their path in the archive.
pub(crate) type Texts = BTreeMap<String, Vec<u8>>;

/// Asks a program for completions and manual pages. Its version must be the one that is packed.
pub(crate) fn texts(program: &Path, version: &str) -> Result<Texts, String> {
    let own = words(program, &["--version"])?;
    if own.trim_end() != format!("shardbook {version}") {
        return Err(format!("{} is `{}`, not version {version}", program.display(), own.trim_end()));
    }
    let help = words(program, &["completions", "--help"])?;
    let mut known: Vec<&str> = possible_values(&help).collect();
    known.sort_unstable();
    let listed: Vec<&str> = SHELLS.iter().map(|(shell, _)| *shell).collect();
    if known != listed {
        return Err(format!("the program completes {known:?}, and this chore names files for {listed:?}"));
    }
    let mut texts = Texts::new();
    for (shell, file) in SHELLS {
        texts.insert(format!("completions/{file}"), words(program, &["completions", shell])?.into_bytes());
    }
    let main = words(program, &["man"])?;
    let pages: Vec<&str> = pages(&main).collect();
    if pages.is_empty() {
        return Err("the manual page names no page of a command".to_owned());
    }
    for name in pages {
        let page = words(program, &["man", name])?;
        texts.insert(format!("man/man1/shardbook-{name}.1"), page.into_bytes());
    }
    texts.insert("man/man1/shardbook.1".to_owned(), main.into_bytes());
    Ok(texts)
}

/// Puts everything into an archive.
pub(crate) fn add(archive: &mut Archive, root: &Path, program: &Path, texts: Texts) -> Result<(), String> {
    let read =
        |path: &Path| fs::read(path).map_err(|error| format!("{} can't be read: {error}", path.display()));
    for paper in PAPERS {
        archive.file(paper, read(&root.join(paper))?);
    }
    for (path, text) in texts {
        archive.file(&path, text);
    }
    let name =
        if program.extension().is_some_and(|ending| ending == "exe") { "shardbook.exe" } else { "shardbook" };
    archive.program(name, read(program)?);
    Ok(())
}

/// What a program writes; it must write something, and end well.
fn words(program: &Path, arguments: &[&str]) -> Result<String, String> {
    let asked = format!("`{} {}`", program.display(), arguments.join(" "));
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|error| format!("{asked} can't be run: {error}"))?;
    let text = String::from_utf8(output.stdout).map_err(|_| format!("{asked} does not write UTF-8"))?;
    if !output.status.success() || text.is_empty() {
        return Err(format!("{asked} failed: {}", String::from_utf8_lossy(&output.stderr).trim_end()));
    }
    Ok(text)
}

/// The values in `[possible values: bash, fish]`, as clap's help has it for the first argument.
fn possible_values(help: &str) -> impl Iterator<Item = &str> {
    let list = help.split_once("[possible values: ").and_then(|(_, rest)| rest.split_once(']'));
    list.map_or("", |(list, _)| list).split([',', ' ', '\n']).filter(|word| !word.is_empty())
}

/// The commands that have a page of their own: those that the main page names as `shardbook\-build(1)`.
fn pages(main: &str) -> impl Iterator<Item = &str> {
    main.lines().filter_map(|line| line.strip_prefix("shardbook\\-")?.strip_suffix("(1)"))
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// Plays shardbook, as far as it is asked here.
    const PLAYED: &str = r#"#!/bin/sh
case "$*" in
  --version) echo "shardbook 1.2.3" ;;
  "completions --help") echo "Usage: [SHELL]"; echo "  [possible values: bash, elvish, fish,"; echo "  powershell, zsh]" ;;
  completions*) echo "completes $2" ;;
  man) printf '.TH shardbook 1\n.TP\nshardbook\\-build(1)\n.TP\nshardbook\\-check(1)\n' ;;
  "man build" | "man check") echo ".TH $2" ;;
  *) echo "what is $*?" >&2; exit 2 ;;
esac
"#;

    fn played(folder: &Path, text: &str) -> PathBuf {
        let path = folder.join("shardbook");
        crate::played::write(&path, text.as_bytes());
        path
    }

    #[test]
    fn a_program_is_asked_for_all_that_it_knows() {
        let folder = tempfile::tempdir().unwrap();
        let texts = texts(&played(folder.path(), PLAYED), "1.2.3").unwrap();
        let names: Vec<&str> = texts.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "completions/_shardbook",
                "completions/_shardbook.ps1",
                "completions/shardbook.bash",
                "completions/shardbook.elv",
                "completions/shardbook.fish",
                "man/man1/shardbook-build.1",
                "man/man1/shardbook-check.1",
                "man/man1/shardbook.1",
            ]
        );
        assert_eq!(texts["completions/_shardbook"], b"completes zsh\n");
        assert_eq!(texts["man/man1/shardbook-check.1"], b".TH check\n");
    }

    #[test]
    fn nothing_is_packed_that_is_not_what_it_should_be() {
        let folder = tempfile::tempdir().unwrap();
        let problem = |text: &str, version: &str| texts(&played(folder.path(), text), version).unwrap_err();
        assert!(problem(PLAYED, "1.2.4").ends_with("is `shardbook 1.2.3`, not version 1.2.4"));
        let other = PLAYED.replace("zsh]", "zsh, nushell]");
        assert!(problem(&other, "1.2.3").contains("\"nushell\""));
        let broken = PLAYED.replace("\"man build\" | ", "");
        assert!(problem(&broken, "1.2.3").ends_with("man build` failed: what is man build?"));
        let pageless = PLAYED.replace(r"\\-", "-");
        assert!(problem(&pageless, "1.2.3").contains("names no page"));
    }

    #[test]
    fn papers_of_this_repository_are_packed() {
        let folder = tempfile::tempdir().unwrap();
        let program = played(folder.path(), PLAYED);
        let mut archive = Archive::new("shardbook-1.2.3-x", 0);
        add(&mut archive, &crate::repository(), &program, Texts::new()).unwrap();
        let written = archive.write(folder.path()).unwrap();
        assert_eq!(written.files, PAPERS.len() + 1);
        let problem = add(&mut archive, folder.path(), &program, Texts::new()).unwrap_err();
        assert!(problem.contains("CHANGELOG.md can't be read"), "{problem}");
    }
}
