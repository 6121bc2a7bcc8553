//! shardbook
pub mod diagnostic;
pub mod publish;
pub mod render;
pub mod text;
pub mod world;
