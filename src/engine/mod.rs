//! What an engine's programs accept, and what a configuration's fields become on their command lines.
//!
//! [`spec`] is the data of one engine version; [`argparse`] parses words as the engine itself would;
//! [`fields`] are the fields of an engine block, which [`lower`] turns into words and [`lift`] finds in words;
//! [`block`] reads such a block from YAML, and [`mod@print`] writes commands. [`Engines`] holds all of it.

pub mod argparse;
pub mod block;
pub mod fields;
pub mod lift;
pub mod lower;
pub mod option;
pub mod print;
pub mod spec;
pub mod value;
pub mod version;

use std::collections::BTreeMap;

use self::fields::Schema;
use self::spec::EngineSpec;
use self::version::Version;

/// The folder of the engines' data: `data/engines/<engine>/<version>.yaml`.
pub const FOLDER: &str = "data/engines";

/// All known versions of one engine, and the fields of its blocks.
#[derive(Debug, Default)]
pub struct Engines {
    specs: BTreeMap<Version, EngineSpec>,
    schema: Schema,
}

impl Engines {
    /// An engine with these versions and fields.
    pub fn new(specs: impl IntoIterator<Item = EngineSpec>, schema: Schema) -> Self {
        Self { specs: specs.into_iter().map(|spec| (spec.version, spec)).collect(), schema }
    }

    /// What a version accepts.
    pub fn version(&self, version: Version) -> Option<&EngineSpec> {
        self.specs.get(&version)
    }

    /// The versions, oldest first.
    pub fn versions(&self) -> impl DoubleEndedIterator<Item = Version> + '_ {
        self.specs.keys().copied()
    }

    /// What the versions accept, oldest first.
    pub fn specs(&self) -> impl DoubleEndedIterator<Item = &EngineSpec> {
        self.specs.values()
    }

    /// The newest version.
    pub fn latest(&self) -> Option<&EngineSpec> {
        self.specs.values().next_back()
    }

    /// The fields of an engine block.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }
}
