//! The county hub: receives what phones send and delivers each filled form to its upstream.

pub mod outbox;
pub mod store;
pub mod wire;
