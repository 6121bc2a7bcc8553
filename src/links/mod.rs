//! Where pages are, and whether links lead there.
//!
//! [`route`] says at which address a source file is published. A [`sitemap::Sitemap`] knows every page, anchor,
//! file and redirect of the built site. [`resolve`] turns the destination that an author wrote into the address
//! that a browser follows, or into a finding. [`built`] reads the finished pages back and follows every address in them; what leads to
//! other hosts is judged by [`external`].

pub mod built;
pub mod external;
pub mod feed;
pub mod path;
pub mod resolve;
pub mod route;
pub mod sitemap;
