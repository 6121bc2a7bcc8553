//! MDX: Markdown with JSX, expressions and ESM, as Docusaurus and other documentation platforms read it.
//!
//! [`scan::read`] goes through a page once. It tells tags, expressions, `import` and `export` from prose as MDX does, but
//! never fails: what MDX would refuse is text. What it gives is a [`reading::Reading`], which the Markdown parser reads
//! in place of the page; [`builder`](crate::page::builder) puts the elements back into the tree.

pub(crate) mod anchor;
mod blocks;
pub(crate) mod component;
pub(crate) mod esm;
mod math;
mod paragraph;
pub(crate) mod reading;
pub(crate) mod scan;
pub(crate) mod script;
pub(crate) mod style;
pub(crate) mod token;
pub(crate) mod value;

#[cfg(test)]
mod tests;
