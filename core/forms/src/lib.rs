//! Forms: concepts, specs, facts, fill, ledger. Pure: no clock, no randomness, no input or output.
#![forbid(unsafe_code)]

pub mod capture;
pub mod envelope;
pub mod wire;

mod bytes;
