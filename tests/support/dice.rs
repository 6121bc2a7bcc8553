//! Numbers that look random and are the same in every run.

#![allow(dead_code, reason = "several tests share this, and each uses a part")]

/// A generator of numbers.
pub(crate) struct Dice(u64);

impl Dice {
    /// Numbers that begin with a seed of their own.
    pub(crate) fn new(seed: u64) -> Self {
        Self(0x2545_F491_4F6C_DD1D ^ seed)
    }

    /// A number below a limit.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    /// One of several.
    pub(crate) fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}
