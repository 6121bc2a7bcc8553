//! The catalog of models and the ways to serve them.

pub mod block;
pub mod compile;
pub mod compiled;
pub mod emit;
pub mod facts;
pub mod hardware;
pub mod memory;
pub mod source;
pub mod spanned;
pub mod vendors;
