//! The names of the configuration fields.

/// The names of the configuration fields, in the order in which they are written. Fields are data of the site
/// (`data/schema/engine.yaml`), so everything that reads, compiles or writes blocks is given them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    names: Vec<String>,
}

impl Fields {
    /// Fields of these names.
    pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { names: names.into_iter().map(Into::into).collect() }
    }

    /// The names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

impl Default for Fields {
    /// The four fields of the first catalogs: `tp`, `dp`, `ep` and `enable_dp_attention`.
    fn default() -> Self {
        Self::new(["tp", "dp", "ep", "enable_dp_attention"])
    }
}
