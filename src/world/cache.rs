//! Results that earlier runs of this very program made, in one file of the site's folder, by their keys.
//!
//! The file may be deleted at any time. What is damaged, or was written by another build of the program, is not
//! believed: it is made again. New results are appended; the file is written anew when half of it has no use any more.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rayon::prelude::*;

use crate::text::Digest;

/// The folder of the cache, below the site's.
pub const FOLDER: &str = ".shardbook";

const MAGIC: &[u8; 16] = b"shardbook pages\x01";
/// What the name of a file begins with that is to take the cache's place.
const NEW: &str = "new-";
/// Before the entries: the magic bytes and the digest of the program.
const HEAD: u64 = 32;
/// Before the bytes of an entry: key, length, checksum.
const ENTRY_HEAD: usize = 40;

/// The file, as it was when it was read.
#[derive(Debug)]
pub struct Cache {
    path: PathBuf,
    program: Digest,
    entries: Vec<Entry>,
    /// Where the next entry goes; none when the file has to be written anew.
    end: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: Digest,
    checksum: Digest,
    start: u64,
    length: u64,
}

impl Cache {
    /// The cache of the site in the folder `root`. It is empty where there is none, or none of this program's.
    pub fn of(root: &Path) -> Self {
        let path = root.join(FOLDER).join("cache");
        let program = program().unwrap_or_default();
        let mut cache = Self { path, program, entries: Vec::new(), end: None };
        if let Ok(file) = File::open(&cache.path) {
            // What can't be read is no cache.
            let _ = cache.scan(&file);
        }
        cache
    }

    /// Finds the entries. `end` is known when all of them are whole.
    fn scan(&mut self, file: &File) -> io::Result<()> {
        let length = file.metadata()?.len();
        let mut head = [0; HEAD as usize];
        file.read_exact_at(&mut head, 0)?;
        if head[..16] != *MAGIC || head[16..] != *self.program.bytes() {
            return Ok(());
        }
        let mut at = HEAD;
        while at < length {
            let mut head = [0; ENTRY_HEAD];
            file.read_exact_at(&mut head, at)?;
            let [key, size, checksum] = [&head[..16], &head[16..24], &head[24..]];
            let size = size.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte));
            let start = at + ENTRY_HEAD as u64;
            at = start.checked_add(size).filter(|end| *end <= length).ok_or(io::ErrorKind::UnexpectedEof)?;
            let (Some(key), Some(checksum)) = (Digest::read(key), Digest::read(checksum)) else { break };
            self.entries.push(Entry { key, checksum, start, length: size });
        }
        self.end = Some(at);
        Ok(())
    }

    /// Everything in it, as `read` understands it.
    pub fn read<T: Send>(&mut self, read: impl Fn(&[u8]) -> Option<T> + Sync) -> Vec<(Digest, T)> {
        let Ok(file) = File::open(&self.path) else { return Vec::new() };
        // One buffer for each thread: fresh memory costs more than what is read into it.
        let entry = |buffer: &mut Vec<u8>, entry: &Entry| {
            buffer.resize(usize::try_from(entry.length).ok()?, 0);
            file.read_exact_at(buffer, entry.start).ok()?;
            let is_whole = Digest::of([buffer.as_slice()]) == entry.checksum;
            Some((entry.key, if is_whole { read(buffer) } else { None }?))
        };
        let all: Vec<Option<(Digest, T)>> =
            self.entries.par_iter().with_min_len(16).map_init(Vec::new, entry).collect();
        if all.iter().any(Option::is_none) {
            self.end = None;
        }
        all.into_iter().flatten().collect()
    }

    /// Makes the file hold these results and no others. Where that fails, the next run has more to do.
    pub fn write<T>(&self, results: &[(Digest, T)], bytes: impl Fn(&T) -> Vec<u8>) {
        // Deliberate: a site that can't be written to is built all the same.
        let _ = self.try_write(results, bytes);
    }

    fn try_write<T>(&self, results: &[(Digest, T)], bytes: impl Fn(&T) -> Vec<u8>) -> io::Result<()> {
        let wanted: HashSet<Digest> = results.iter().map(|(key, _)| *key).collect();
        let known: HashSet<Digest> = self.entries.iter().map(|entry| entry.key).collect();
        let (mut used, mut unused) = (0, 0);
        for entry in &self.entries {
            *(if wanted.contains(&entry.key) { &mut used } else { &mut unused }) += entry.length;
        }
        match self.end.filter(|_| unused <= used) {
            Some(end) => {
                if wanted.iter().all(|key| known.contains(key)) {
                    return Ok(());
                }
                let mut file = OpenOptions::new().write(true).open(&self.path)?;
                // Whoever else appends now, or did since, made of the same site what this run made of it.
                if file.try_lock().is_err() || file.metadata()?.len() != end {
                    return Ok(());
                }
                file.seek(SeekFrom::Start(end))?;
                for (key, result) in results.iter().filter(|(key, _)| !known.contains(key)) {
                    file.write_all(&entry(*key, &bytes(result)))?;
                }
                Ok(())
            }
            None => self.write_anew(results, bytes),
        }
    }

    fn write_anew<T>(&self, results: &[(Digest, T)], bytes: impl Fn(&T) -> Vec<u8>) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        make(folder)?;
        // What builds that were killed left here.
        for entry in folder.read_dir()?.flatten() {
            if entry.file_name().as_encoded_bytes().starts_with(NEW.as_bytes()) {
                fs::remove_file(entry.path())?;
            }
        }
        let file = tempfile::Builder::new().prefix(NEW).tempfile_in(folder)?;
        let mut writer = io::BufWriter::with_capacity(1 << 20, file);
        writer.write_all(MAGIC)?;
        writer.write_all(self.program.bytes())?;
        for (key, result) in results {
            writer.write_all(&entry(*key, &bytes(result)))?;
        }
        let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.persist(&self.path)?;
        Ok(())
    }
}

/// The folder of caches of the site in the folder `root`, made where it is not there yet.
///
/// # Errors
/// What the system says.
pub fn folder(root: &Path) -> io::Result<PathBuf> {
    let folder = root.join(FOLDER);
    make(&folder)?;
    Ok(folder)
}

fn make(folder: &Path) -> io::Result<()> {
    if fs::create_dir(folder).is_ok() {
        // Neither commits nor backups want it.
        fs::write(folder.join(".gitignore"), "*\n")?;
        fs::write(folder.join("CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n")?;
    }
    Ok(())
}

fn entry(key: Digest, bytes: &[u8]) -> Vec<u8> {
    let checksum = Digest::of([bytes]);
    let length = (bytes.len() as u64).to_le_bytes();
    [key.bytes().as_slice(), &length, checksum.bytes(), bytes].concat()
}

/// The digest of what tells this build of the program from others: two builds of one version can differ.
fn program() -> io::Result<Digest> {
    let path = std::env::current_exe()?;
    let data = fs::metadata(&path)?;
    let time = data.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    Ok(Digest::of([
        env!("CARGO_PKG_VERSION").as_bytes(),
        path.as_os_str().as_encoded_bytes(),
        &data.len().to_le_bytes(),
        &time.to_le_bytes(),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u8) -> Digest {
        Digest::of([[number].as_slice()])
    }

    fn write(cache: &Cache, numbers: &[u8]) {
        let results: Vec<_> = numbers.iter().map(|number| (key(*number), *number)).collect();
        cache.write(&results, |number| vec![*number; 100]);
    }

    fn read(root: &Path) -> Vec<(Digest, Vec<u8>)> {
        Cache::of(root).read(|bytes| Some(bytes.to_vec()))
    }

    #[test]
    fn results_come_back_and_unused_ones_go() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        assert!(read(root).is_empty());
        write(&Cache::of(root), &[1, 2, 3, 4]);
        assert_eq!(read(root).len(), 4);
        write(&Cache::of(root), &[1, 2, 3, 5]);
        assert_eq!(read(root).len(), 5, "appended; the fourth is left where it is");
        write(&Cache::of(root), &[5]);
        assert_eq!(read(root), [(key(5), vec![5; 100])], "written anew");
    }

    #[test]
    fn damage_is_not_believed_and_mended() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(&Cache::of(root), &[1, 2, 3]);
        let path = root.join(FOLDER).join("cache");
        let mut whole = Vec::new();
        io::Read::read_to_end(&mut File::open(&path).unwrap(), &mut whole).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            fs::write(&path, &damaged).unwrap();
            for (found, bytes) in read(root) {
                // A key that was damaged is nobody's.
                let number = [1, 2, 3].into_iter().find(|number| key(*number) == found);
                assert!(number.is_none_or(|number| bytes == [number; 100]), "byte {at}");
            }
            fs::write(&path, &whole[..at]).unwrap();
            assert!(read(root).len() < 3);
        }
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        let mut cache = Cache::of(root);
        let left = cache.read(|bytes| Some(bytes.to_vec()));
        assert_eq!(left.len(), 2);
        write(&cache, &[1, 2, 3]);
        assert_eq!(read(root).len(), 3);
    }

    #[test]
    fn another_program_reads_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let mut other = Cache::of(root);
        other.program = key(0);
        write(&other, &[1]);
        assert!(read(root).is_empty());
        write(&Cache::of(root), &[2]);
        assert_eq!(read(root).len(), 1);
    }
}
