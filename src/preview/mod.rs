//! The site while it is written: built in memory, served on this machine, built anew on every change.
//!
//! [`watch`] says that something changed, [`session`] reads and builds the site and holds what is served, [`follow`]
//! reads it back when all is quiet, [`server`] answers the browsers that come through [`listen`] and [`visit`] by way of [`guard`], [`request`] and [`reply`], and
//! [`reload`] tells open pages what changed. A request never touches the disk: what the browser gets is looked up by
//! its exact name among the files that `build` would publish, and the reload script is added to pages on their way out.

pub mod follow;
pub mod guard;
pub mod listen;
pub mod notice;
pub mod reload;
pub mod reply;
pub mod request;
pub mod server;
pub mod session;
pub mod visit;
pub mod watch;
