//! What an engine's programs accept, and what a configuration's fields become on their command lines.
//!
//! [`spec`] is the data of one engine version; [`argparse`] parses words as the engine itself would;
//! [`fields`] are the fields of an engine block, which [`lower`] turns into words and [`lift`] finds in words;
//! [`block`] reads such a block from YAML, and [`print`] writes commands.

pub mod argparse;
pub mod option;
pub mod spec;
pub mod value;
pub mod version;
