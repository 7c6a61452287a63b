//! What the integration tests stand on: a county in a temporary folder.
//!
//! Why: the promises of the product are about several machines at once (two phones, a hub, upstreams),
//! so the tests run real ones: a hub that listens on a loopback port, phones with a clock that can be
//! set, stand-in upstreams that keep every rule of their chapter. Only the photographs are small.
//!
//! How: [`County`] starts hub and upstreams and enrols [`Phone`]s; [`golden`] reads the expected
//! envelopes; [`peer`] speaks the sync protocol as a faulty or hostile device would; [`hamlet`] invents
//! another village.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a helper of a test fails the test"
)]

pub mod golden;
pub mod hamlet;
pub mod peer;
pub mod shell;

mod county;
mod phone;

pub use county::{County, impatient, specs};
pub use phone::{Phone, at, choice, said, small_photo};
