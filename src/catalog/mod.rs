//! The catalog of models and the ways to serve them.

pub mod block;
pub mod compile;
pub mod compiled;
pub mod emit;
pub mod hardware;
pub mod source;
pub mod spanned;
pub mod vendors;
