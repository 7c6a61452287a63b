//! Forms: concepts, specs, facts, fill, ledger. Pure: no clock, no randomness, no input or output.
//!
//! A worker says something once; every system gets its own form of it. What a form wants is data
//! (`specs/`), read strictly into a [`Catalogue`]. What is known of a capture is
//! a flat list of [`Facts`]. [`fill`](fn@fill) brings both together and gives an
//! envelope for each form that applies, or says by field why there is none.
//!
//! ```text
//! capture + register as pinned ── facts ──┐
//! specs/*.json ── Catalogue ── Spec ──────┴─ fill ── envelopes │ what is missing
//! ```
//!
//! Nothing here knows a village, a system or a wire: those are data, and delivery reads
//! [`wire`] from the same spec.
#![forbid(unsafe_code)]

pub mod ask;
pub mod burden;
pub mod capture;
pub mod catalogue;
pub mod code_map;
pub mod concept;
pub mod condition;
pub mod constant;
pub mod coverage;
pub mod derived;
pub mod envelope;
pub mod envelope_key;
pub mod exception;
pub mod explain;
pub mod expression;
pub mod facts;
pub mod fill;
pub mod kind;
pub mod ledger;
pub mod lint;
#[cfg(feature = "schema")]
pub mod schema;
pub mod spec;
pub mod value;
pub mod wire;

mod bytes;
mod check;
mod duplicate;
mod error;
mod evaluate;
mod format;
mod freshness;
mod given;
mod near;
mod reading;
mod slot;
mod unique;
mod wording;
mod write;

pub use ask::{Asked, ask};
pub use catalogue::Catalogue;
pub use coverage::{coverage, duplicates};
pub use error::SpecError;
pub use explain::explain;
pub use facts::{CaseFacts, Facts, facts};
pub use fill::fill;
