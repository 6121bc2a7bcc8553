//! Render
pub mod artifact;
pub mod code;
pub(crate) mod escape;
pub mod highlight;
pub mod html;
