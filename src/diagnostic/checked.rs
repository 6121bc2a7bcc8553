//! A value together with what was found while making it.

use super::Diagnostic;

/// What a stage gives: its output, and everything that it found.
#[derive(Clone, Debug, Default)]
pub struct Checked<T> {
    /// The output, as good as it could be made.
    pub value: T,
    /// All findings, in any order.
    pub findings: Vec<Diagnostic>,
}

impl<T> Checked<T> {
    /// A value with nothing found.
    pub fn clean(value: T) -> Self {
        Self { value, findings: Vec::new() }
    }

    /// A value and what was found.
    pub fn new(value: T, findings: Vec<Diagnostic>) -> Self {
        Self { value, findings }
    }

    /// Moves the findings into `all` and gives the value.
    pub fn take(self, all: &mut Vec<Diagnostic>) -> T {
        all.extend(self.findings);
        self.value
    }

    /// The same findings with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Checked<U> {
        Checked { value: change(self.value), findings: self.findings }
    }
}

impl<T> FromIterator<Checked<T>> for Checked<Vec<T>> {
    fn from_iter<I: IntoIterator<Item = Checked<T>>>(parts: I) -> Self {
        let mut findings = Vec::new();
        let value = parts.into_iter().map(|part| part.take(&mut findings)).collect();
        Self { value, findings }
    }
}
