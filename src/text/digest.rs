//! A short name for a content: equal contents have equal digests, and nobody has seen two different ones that do.

/// The digest of some bytes, or of several parts in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 16]);

impl Digest {
    /// The digest of parts. `["a", "b"]` and `["ab"]` differ.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut all = Digester::default();
        for part in parts {
            all.add(part);
        }
        all.finish()
    }

    /// The digest of other digests.
    pub fn all(digests: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Digester::default();
        for digest in digests {
            all.add_digest(digest);
        }
        all.finish()
    }

    /// The digest that has these bytes; none when they are too few or too many.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// Makes a digest of many parts.
#[derive(Clone, Debug, Default)]
pub struct Digester(blake3::Hasher);

impl Digester {
    /// Adds a part.
    pub fn add(&mut self, part: &[u8]) {
        self.0.update(&(part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    /// Adds a digest.
    pub fn add_digest(&mut self, digest: Digest) {
        self.0.update(&digest.0);
    }

    /// The digest of all parts.
    pub fn finish(&self) -> Digest {
        let mut short = [0; 16];
        short.copy_from_slice(&self.0.finalize().as_bytes()[..16]);
        Digest(short)
    }
}
