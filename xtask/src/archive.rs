//! A `.tar.gz` whose bytes depend on nothing but what is in it, and its checksum.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};

/// The mode of programs and folders.
const PROGRAM: u32 = 0o755;
/// The mode of all other files.
const FILE: u32 = 0o644;

/// What will be written: files below one folder.
#[derive(Debug)]
pub(crate) struct Archive {
    name: String,
    /// Seconds since 1970: when every entry was changed last, as far as the archive says.
    time: u64,
    /// By path, which is also their order.
    files: BTreeMap<String, (u32, Vec<u8>)>,
}

/// Where an archive is.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) path: PathBuf,
    pub(crate) checksum: PathBuf,
    pub(crate) bytes: usize,
    pub(crate) files: usize,
}

impl Archive {
    /// An archive of a name, which is its only folder's name, too.
    pub(crate) fn new(name: &str, time: u64) -> Self {
        Self { name: name.to_owned(), time, files: BTreeMap::new() }
    }

    /// Adds a program.
    pub(crate) fn program(&mut self, path: &str, bytes: Vec<u8>) {
        self.files.insert(path.to_owned(), (PROGRAM, bytes));
    }

    /// Adds a file.
    pub(crate) fn file(&mut self, path: &str, bytes: Vec<u8>) {
        self.files.insert(path.to_owned(), (FILE, bytes));
    }

    /// Writes the archive and its checksum to a folder, each under its name only when it is whole.
    pub(crate) fn write(&self, folder: &Path) -> Result<Written, String> {
        let name = format!("{}.tar.gz", self.name);
        let bytes = self.bytes().map_err(|error| format!("{name} can't be packed: {error}"))?;
        fs::create_dir_all(folder).map_err(|error| format!("{} can't be made: {error}", folder.display()))?;
        let (path, checksum) = (folder.join(&name), folder.join(format!("{name}.sha256")));
        replace(&path, &bytes)?;
        // As `sha256sum` writes it: the name without a folder, so that it is checked where both files lie.
        replace(&checksum, format!("{}  {name}\n", hexadecimal(&Sha256::digest(&bytes))).as_bytes())?;
        Ok(Written { path, checksum, bytes: bytes.len(), files: self.files.len() })
    }

    fn bytes(&self) -> std::io::Result<Vec<u8>> {
        // The header of gzip has neither a time nor a name, and says of no system that it was made there.
        let packer = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
        let mut tar = Builder::new(packer);
        let mut folders: Vec<String> = Vec::new();
        for (path, (mode, bytes)) in &self.files {
            let path = format!("{}/{path}", self.name);
            for (end, _) in path.match_indices('/') {
                let folder = &path[..=end];
                if !folders.iter().any(|known| known == folder) {
                    folders.push(folder.to_owned());
                    tar.append_data(&mut self.header(EntryType::Directory, PROGRAM, 0), folder, &[][..])?;
                }
            }
            tar.append_data(&mut self.header(EntryType::Regular, *mode, bytes.len()), path, &bytes[..])?;
        }
        tar.into_inner()?.finish()
    }

    /// The header of an entry that belongs to nobody in particular: unpacked, it is its reader's.
    fn header(&self, kind: EntryType, mode: u32, size: usize) -> Header {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(size as u64);
        header.set_mtime(self.time);
        header.set_uid(0);
        header.set_gid(0);
        header
    }
}

/// Puts a file in its place in one step, so that a run that is killed leaves the old one or none.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let whole = || {
        let mut file = fs::File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&part, path)
    };
    whole().map_err(|error| {
        let _ = fs::remove_file(&part);
        format!("{} can't be written: {error}", path.display())
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use flate2::read::GzDecoder;

    use super::*;

    const TIME: u64 = 1_700_000_000;

    fn example() -> Archive {
        let mut archive = Archive::new("shardbook-1.2.3-some-target", TIME);
        archive.file("man/man1/shardbook.1", b".TH".to_vec());
        archive.program("shardbook", vec![0x7f, b'E', b'L', b'F', 0]);
        archive.file("README.md", "Übung\n".into());
        archive
    }

    #[test]
    fn same_input_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let first = example().write(folder.path()).unwrap();
        let bytes = fs::read(&first.path).unwrap();
        let mut other = Archive::new("shardbook-1.2.3-some-target", TIME);
        other.file("README.md", "Übung\n".into());
        other.program("shardbook", vec![0x7f, b'E', b'L', b'F', 0]);
        other.file("man/man1/shardbook.1", b".TH".to_vec());
        let second = other.write(&folder.path().join("new/deep")).unwrap();
        assert_eq!(fs::read(second.path).unwrap(), bytes);
        assert_eq!(bytes[4..8], [0; 4], "no time in the header of gzip");
        assert_eq!((first.bytes, first.files), (bytes.len(), 3));
        other.file("CHANGELOG.md", Vec::new());
        assert_ne!(fs::read(other.write(folder.path()).unwrap().path).unwrap(), bytes);
    }

    #[test]
    fn entries_have_names_modes_times_and_no_owner() {
        let folder = tempfile::tempdir().unwrap();
        let written = example().write(folder.path()).unwrap();
        let mut tar = tar::Archive::new(GzDecoder::new(fs::File::open(written.path).unwrap()));
        let entries = tar.entries().unwrap().map(Result::unwrap).map(|entry| {
            let header = entry.header();
            assert_eq!((header.mtime().unwrap(), header.uid().unwrap(), header.gid().unwrap()), (TIME, 0, 0));
            format!("{:o} {}", header.mode().unwrap(), entry.path().unwrap().display())
        });
        assert_eq!(
            entries.collect::<Vec<_>>(),
            [
                "755 shardbook-1.2.3-some-target/",
                "644 shardbook-1.2.3-some-target/README.md",
                "755 shardbook-1.2.3-some-target/man/",
                "755 shardbook-1.2.3-some-target/man/man1/",
                "644 shardbook-1.2.3-some-target/man/man1/shardbook.1",
                "755 shardbook-1.2.3-some-target/shardbook",
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn tar_unpacks_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let written = example().write(folder.path()).unwrap();
        let mut tar = Command::new("tar");
        tar.arg("-xzf").arg(written.path).current_dir(folder.path());
        assert!(tar.status().unwrap().success());
        let top = folder.path().join("shardbook-1.2.3-some-target");
        assert_eq!(fs::read(top.join("README.md")).unwrap(), "Übung\n".as_bytes());
        let mode = |path: &str| fs::metadata(top.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("shardbook"), mode("man/man1/shardbook.1")), (0o755, 0o644));
    }

    #[test]
    fn the_checksum_agrees() {
        let folder = tempfile::tempdir().unwrap();
        let written = example().write(folder.path()).unwrap();
        let text = fs::read_to_string(&written.checksum).unwrap();
        let bytes = fs::read(&written.path).unwrap();
        let sum = hexadecimal(&Sha256::digest(&bytes));
        assert_eq!(text, format!("{sum}  shardbook-1.2.3-some-target.tar.gz\n"));
        let check = || {
            let mut command = Command::new("sha256sum");
            command.arg("-c").arg(written.checksum.file_name().unwrap()).current_dir(folder.path());
            command.output().map(|output| output.status.success())
        };
        if check().is_err() {
            return eprintln!("skipped: there is no `sha256sum`");
        }
        assert!(check().unwrap());
        fs::write(&written.path, &bytes[1..]).unwrap();
        assert!(!check().unwrap());
    }

    #[test]
    fn a_failure_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let written = example().write(folder.path()).unwrap();
        let before = fs::read(&written.path).unwrap();
        let mut other = example();
        other.file("more", vec![1]);
        let part = format!("{}.part", written.path.display());
        fs::create_dir(&part).unwrap();
        let problem = other.write(folder.path()).unwrap_err();
        assert!(problem.contains("some-target.tar.gz can't be written"), "{problem}");
        assert_eq!(fs::read(&written.path).unwrap(), before);
        fs::remove_dir(&part).unwrap();
        other.write(folder.path()).unwrap();
        assert!(!Path::new(&part).exists());
        assert_ne!(fs::read(&written.path).unwrap(), before);
    }
}
