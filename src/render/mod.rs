//! From what was checked to the files of the site.
//!
//! [`html`] writes a page's tree, [`code`] and [`highlight`] its blocks; [`view`] has the plain data that
//! [`templates`] are given; [`search`], [`feeds`], [`structured`] and [`assets`] make the files beside the pages. Everything goes
//! into an [`artifact::Artifact`]; nothing here touches the disk.

pub mod artifact;
pub mod assets;
pub mod code;
pub mod directives;
pub(crate) mod escape;
pub mod feeds;
pub mod generated;
pub mod highlight;
pub mod html;
pub mod include;
mod magic;
pub mod page;
mod prose;
pub mod search;
pub mod structured;
pub mod templates;
pub mod text;
pub mod view;
