//! Any bytes as a photograph, and as kept framing features.
//!
//! A panic of a decoder is an error to the core's callers ([`PhotoError::BrokeDown`]); here it is what is
//! looked for, so it is made a panic again.

#![no_main]

use fieldwork_photo::framing::Features;
use fieldwork_photo::{Budget, IntakeRule, PhotoError, intake, probe};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let probed = probe(bytes);
    let taken = intake(bytes, &IntakeRule::default(), &Budget::default());
    match (&probed, &taken) {
        (_, Err(PhotoError::BrokeDown)) => panic!("a decoder broke down"),
        (Err(_), Ok(_)) => panic!("taken in although the probe refused it"),
        (_, Ok(made)) => assert!(probe(&made.report.jpeg).is_ok()),
        _ => {}
    }
    if let Ok(features) = Features::from_bytes(bytes) {
        assert!(features.to_bytes().len() <= 40_000);
    }
});
