//! Promises about files that are damaged or lie.

use fieldwork_photo::{Budget, IntakeRule, PhotoError, intake, probe};
use fieldwork_photo_tests::damage::{jpeg, mutated, png, repaired};
use fieldwork_photo_tests::dice::Dice;
use fieldwork_photo_tests::memory::peak_bytes;
use fieldwork_photo_tests::place::Place;

/// Files of each kind; `FIELDWORK_SOAK` sets another number.
fn count() -> u64 {
    std::env::var("FIELDWORK_SOAK")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(2_000)
}

fn survive(file: &[u8], repair: fn(&[u8]) -> Vec<u8>, seed: u64) {
    let mut dice = Dice::new(seed);
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..count() {
        let bad = repair(&mutated(file, &mut dice));
        match intake(&bad, &IntakeRule::default(), &Budget::default()) {
            Ok(made) => {
                taken += 1;
                assert!(probe(&made.report.jpeg).is_ok());
            }
            Err(error) => {
                refused += 1;
                assert_ne!(error, PhotoError::BrokeDown, "a decoder broke down");
            }
        }
    }
    assert!(taken > 0 && refused > 0, "{taken} taken, {refused} refused");
    // Of the whole process, the other tests beside it included.
    if let Some(peak) = peak_bytes() {
        assert!(peak < 150 << 20, "{} MiB", peak >> 20);
    }
}

#[test]
fn damaged_baseline_jpegs_are_taken_or_refused() {
    survive(&jpeg(&Place::flat(1, 96, 72), 80, false), <[u8]>::to_vec, 1);
}

#[test]
fn damaged_progressive_jpegs_are_taken_or_refused() {
    survive(&jpeg(&Place::flat(2, 96, 72), 80, true), <[u8]>::to_vec, 2);
}

#[test]
fn damaged_pngs_with_right_check_sums_are_taken_or_refused() {
    survive(&png(&Place::flat(3, 96, 72)), repaired, 3);
}

#[test]
fn a_photo_that_was_not_written_to_its_end_is_named() {
    let whole = jpeg(&Place::flat(4, 96, 72), 80, false);
    for end in (3..whole.len()).step_by(97) {
        let error = intake(&whole[..end], &IntakeRule::default(), &Budget::default());
        assert!(
            matches!(error, Err(PhotoError::Truncated { .. })),
            "cut at {end}"
        );
    }
}
