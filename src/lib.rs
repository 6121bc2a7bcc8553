//! shardbook
pub mod text;
pub mod diagnostic;
pub mod world;
pub mod page;
