//! What other hosts answered in earlier runs, in one file of the site's folder.
//!
//! The file may be deleted at any time, and what can't be read is no memory. Answers that say that all is well spare
//! a question until they are too old; the others are asked for anew each time, so that a mended link is seen at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::Answer;
use crate::world::cache::folder;
use crate::world::{Disk, World as _};

const FILE: &str = "links.json";
const FORMAT: u32 = 1;

/// The answers, by address.
#[derive(Debug)]
pub struct Remembered {
    root: PathBuf,
    now: SystemTime,
    answers: BTreeMap<String, Entry>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    /// Seconds since 1970.
    asked: u64,
    answer: Answer,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct File {
    format: u32,
    links: BTreeMap<String, Entry>,
}

impl Remembered {
    /// The answers that the site in the folder `root` remembers.
    pub fn of(root: &Path) -> Self {
        let disk = Disk::new(root);
        let bytes = disk.read(&format!("{}/{FILE}", crate::world::cache::FOLDER)).unwrap_or_default();
        let file: File = serde_json::from_slice(&bytes).unwrap_or_default();
        let answers = if file.format == FORMAT { file.links } else { BTreeMap::new() };
        Self { root: root.to_owned(), now: disk.now(), answers }
    }

    /// What an address answered, when that is not older than `life`.
    pub fn answer(&self, address: &str, life: Duration) -> Option<&Answer> {
        let entry = self.answers.get(address)?;
        let age = self.now.duration_since(UNIX_EPOCH + Duration::from_secs(entry.asked)).ok()?;
        (age < life).then_some(&entry.answer)
    }

    /// What an address answered, whenever that was.
    pub fn last(&self, address: &str) -> Option<&Answer> {
        self.answers.get(address).map(|entry| &entry.answer)
    }

    /// Takes an answer down. Only a host that answered says anything about the next run.
    pub fn learn(&mut self, address: &str, answer: &Answer) {
        if !matches!(answer, Answer::Status { .. }) {
            self.answers.remove(address);
            return;
        }
        let asked = self.now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        self.answers.insert(address.to_owned(), Entry { asked, answer: answer.clone() });
    }

    /// Forgets what the site does not link to any more.
    pub fn keep(&mut self, wanted: impl Fn(&str) -> bool) {
        self.answers.retain(|address, _| wanted(address));
    }

    /// Writes the file, whole or not at all. Where that fails, the next run asks more.
    pub fn write(&self) {
        // Deliberate: a site that can't be written to is checked all the same.
        let _ = self.try_write();
    }

    fn try_write(&self) -> std::io::Result<()> {
        let folder = folder(&self.root)?;
        let file = File { format: FORMAT, links: self.answers.clone() };
        let mut new = tempfile::Builder::new().prefix(".links-").tempfile_in(&folder)?;
        serde_json::to_writer_pretty(&mut new, &file)?;
        new.persist(folder.join(FILE)).map_err(|error| error.error)?;
        Ok(())
    }
}
