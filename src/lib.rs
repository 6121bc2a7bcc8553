//! shardbook
pub mod diagnostic;
pub mod engine;
pub mod text;
pub mod world;
