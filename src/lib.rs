//! shardbook
pub mod text;
pub mod diagnostic;
pub mod world;
pub mod engine;
pub mod render;
pub mod publish;
