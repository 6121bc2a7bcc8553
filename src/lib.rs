//! shardbook
pub mod diagnostic;
pub mod text;
pub mod world;
