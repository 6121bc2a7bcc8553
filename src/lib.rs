//! shardbook
pub mod text;
pub mod diagnostic;
pub mod world;
pub mod engine;
pub mod catalog;
pub mod page;
pub mod verify;
pub mod links;
pub mod render;
pub mod publish;
pub mod pipeline;
pub mod cli;
pub mod command;
