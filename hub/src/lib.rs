//! The county hub: receives what phones send and delivers each filled form to its upstream.
//!
//! - [`outbox`] and [`store`]: what is to be delivered, kept in the village's database.
//! - [`wire`]: messages and verdicts as specs describe them, pure.
//! - [`config`], [`upstream`]: whom the hub talks to, and the HTTP client that does.
//! - [`delivery`]: the workers that join these.

pub mod config;
pub mod delivery;
pub mod outbox;
pub mod store;
pub mod upstream;
pub mod wire;
