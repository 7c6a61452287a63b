//! Walks whose truth is known, and a receiver that is as wrong as a phone's.
//!
//! A [`Walk`] is a way with stops; a [`Receiver`] looks at it every so often and adds an error that drifts
//! (Gauss-Markov), a little that does not, now and then a wild fix, and a claim of its accuracy. Everything
//! follows from a seed.
#![forbid(unsafe_code)]

mod chance;
mod file;
mod receiver;
mod scenario;
mod walk;

pub use chance::Chance;
pub use file::{day_walk, fixtures, synthetic};
pub use receiver::Receiver;
pub use scenario::{INTERVALS, SCENARIOS, Scenario};
pub use walk::Walk;

use fieldwork_geo::Wgs84;

/// Where the walks begin.
pub const VILLAGE: Wgs84 = Wgs84 {
    lon: 115.0,
    lat: 33.0,
};
