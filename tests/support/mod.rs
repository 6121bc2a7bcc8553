//! A site in a temporary folder, and the program run on it.

#![allow(unreachable_pub, dead_code, reason = "several test crates share this, and each uses a part")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::SystemTime;

use tempfile::TempDir;

/// The version that sites here are judged by, so that a new release of the engine changes no expectation.
pub(crate) const SITE: &str = "title: Test\nengine: sglang@0.5.10\n";

/// A site in a folder that goes when it is dropped.
pub(crate) struct Site {
    folder: TempDir,
}

impl Site {
    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A site of one page without faults.
    pub(crate) fn new() -> Self {
        let front = "---\ntitle: Start\ndescription: The first page\n---\n\n";
        Self::empty().with("site.yaml", SITE).with("content/index.md", &format!("{front}# Start\n\nText.\n"))
    }

    /// Adds or replaces a file.
    pub(crate) fn with(self, path: &str, text: &str) -> Self {
        self.write(path, text.as_bytes());
        self
    }

    /// Adds or replaces a page: front matter with a title of its own, and a body that begins at line 6.
    pub(crate) fn with_page(self, path: &str, body: &str) -> Self {
        self.with(path, &format!("---\ntitle: Page {path}\ndescription: A page\n---\n\n{body}"))
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// The path of a file of the site.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// `shardbook build` with more arguments, in the site's folder.
    pub(crate) fn build(&self, arguments: &[&str]) -> Run {
        self.run(&[&["build"], arguments].concat())
    }

    /// `shardbook` with these arguments, in the site's folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(program(self.folder.path()).args(arguments))
    }

    /// Starts a build and does not wait for it.
    pub(crate) fn start_build(&self) -> Child {
        program(self.folder.path()).arg("build").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// The files of the published site.
    pub(crate) fn published(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.path("public"))
    }

    /// What stands in the site's folder itself.
    pub(crate) fn top(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// The program, ready to run in a folder.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shardbook"));
    command.current_dir(folder).env_remove("RAYON_NUM_THREADS");
    command
}

/// How a run ended.
pub(crate) struct Run {
    code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Runs a command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        Self { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
    }

    /// The findings: standard error up to the summary.
    pub(crate) fn findings(&self) -> &str {
        let lines = self.stderr.split_inclusive('\n');
        let mut length = 0;
        for line in lines {
            let words: Vec<&str> = line.split(' ').take(2).collect();
            if let [count, "page," | "pages,"] = words[..]
                && count.parse::<usize>().is_ok()
            {
                break;
            }
            length += line.len();
        }
        &self.stderr[..length]
    }

    /// Expects an exit code.
    #[track_caller]
    pub(crate) fn code(self, expected: i32) -> Self {
        assert_eq!(self.code, Some(expected), "{}", self.stderr);
        self
    }

    /// Expects exactly these findings, of which the last empty line is left out.
    #[track_caller]
    pub(crate) fn found(self, expected: &str) -> Self {
        similar(self.findings().trim_end(), expected.trim_end());
        self
    }

    /// Expects exactly this on standard error.
    #[track_caller]
    pub(crate) fn says(self, expected: &str) -> Self {
        similar(self.stderr.trim_end(), expected.trim_end());
        self
    }

    /// Expects a part of standard error.
    #[track_caller]
    pub(crate) fn mentions(self, part: &str) -> Self {
        assert!(self.stderr.contains(part), "{part:?} is not in:\n{}", self.stderr);
        self
    }

    /// Expects that the program did not panic, whatever else it did.
    #[track_caller]
    pub(crate) fn calm(self) -> Self {
        assert!(self.code.is_some() && !self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }
}

#[track_caller]
fn similar(is: &str, expected: &str) {
    assert!(is == expected, "--- expected\n{expected}\n--- is\n{is}\n");
}

/// All files below a folder, by path.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    paths(folder).into_iter().map(|path| (path.clone(), fs::read(folder.join(path)).unwrap())).collect()
}

/// When each file below a folder was changed.
pub(crate) fn times(folder: &Path) -> BTreeMap<String, SystemTime> {
    let time = |path: &str| fs::metadata(folder.join(path)).unwrap().modified().unwrap();
    paths(folder).into_iter().map(|path| (path.clone(), time(&path))).collect()
}

fn paths(folder: &Path) -> Vec<String> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.unwrap());
    let relative = walk.filter(|entry| entry.file_type().is_file()).map(|entry| entry.into_path());
    relative.map(|path| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned()).collect()
}
