//! The command line of the chores.

use std::path::PathBuf;

/// How the chores are asked for.
pub(crate) const USAGE: &str = "\
Usage: cargo xtask archive [--target TRIPLE] [--out DIR]

  archive           build the program for release, with all features, and pack it with what belongs to it
  --target TRIPLE   build for this target; for this machine unless given
  --out DIR         write the archive and its checksum here; to `target/archives` unless given";

/// What `cargo xtask archive` was told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) target: Option<String>,
    pub(crate) out: Option<PathBuf>,
}

impl Options {
    /// Reads the words of a command line; none when help is wanted.
    pub(crate) fn read(words: impl IntoIterator<Item = String>) -> Result<Option<Self>, String> {
        let mut words = words.into_iter();
        match words.next().as_deref() {
            Some("archive") => {}
            Some("--help" | "-h" | "help") | None => return Ok(None),
            Some(other) => return Err(format!("there is no chore `{other}`")),
        }
        let mut options = Self::default();
        while let Some(word) = words.next() {
            let (name, inline) = match word.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (word, None),
            };
            if matches!(name.as_str(), "--help" | "-h") {
                return Ok(None);
            }
            let mut value = || {
                let value = inline.clone().or_else(|| words.next());
                value.filter(|value| !value.is_empty()).ok_or_else(|| format!("`{name}` wants a value"))
            };
            match name.as_str() {
                "--target" => options.target = Some(value()?),
                "--out" => options.out = Some(value()?.into()),
                other => return Err(format!("`archive` has no option `{other}`")),
            }
        }
        Ok(Some(options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Option<Options>, String> {
        Options::read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        let expected = Options { target: Some("x86_64-apple-darwin".into()), out: Some("out".into()) };
        assert_eq!(read("archive --target x86_64-apple-darwin --out out"), Ok(Some(expected)));
        assert_eq!(read("archive --out=a=b").map(|o| o.and_then(|o| o.out)), Ok(Some("a=b".into())));
        assert_eq!(read("archive"), Ok(Some(Options::default())));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert_eq!(read(""), Ok(None));
        assert_eq!(read("archive --help"), Ok(None));
        assert_eq!(read("achive"), Err("there is no chore `achive`".into()));
        assert_eq!(read("archive --dest x"), Err("`archive` has no option `--dest`".into()));
        assert_eq!(read("archive --out"), Err("`--out` wants a value".into()));
        assert_eq!(read("archive --target="), Err("`--target` wants a value".into()));
    }
}
