//! Render
pub mod artifact;
