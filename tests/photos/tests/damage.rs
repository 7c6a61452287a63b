//! Promises about files that are damaged or lie.

use fieldwork_photo::{Budget, IntakeRule, PhotoError, intake, probe};
use fieldwork_photo_tests::damage::{chunk, jpeg, mutated, png, repaired, segment};
use fieldwork_photo_tests::dice::Dice;
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

fn claimed(marker: u8, width: u16, height: u16, data: usize, scans: usize) -> Vec<u8> {
    let mut frame = vec![8];
    frame.extend(height.to_be_bytes());
    frame.extend(width.to_be_bytes());
    frame.extend([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    let mut file = vec![0xFF, 0xD8];
    file.extend(segment(marker, &frame));
    for _ in 0..scans {
        file.extend(segment(0xDA, &[3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]));
        file.extend(vec![0x55; data / scans]);
    }
    file.extend([0xFF, 0xD9]);
    file
}

fn png_of(width: u32, height: u32, data: usize) -> Vec<u8> {
    let mut header = width.to_be_bytes().to_vec();
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut file = vec![0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
    file.extend(chunk(b"IHDR", &header));
    file.extend(chunk(b"IDAT", &vec![0; data]));
    file.extend(chunk(b"IEND", &[]));
    file
}

#[test]
fn bombs_are_refused_before_a_decoder_sees_them() {
    let refused = |file: &[u8]| probe(file).expect_err("a bomb");
    assert!(matches!(
        refused(&claimed(0xC0, 65_500, 65_500, 60_000, 1)),
        PhotoError::TooLarge { .. }
    ));
    assert!(matches!(
        refused(&claimed(0xC0, 14_000, 14_000, 60_000, 1)),
        PhotoError::Implausible { .. }
    ));
    assert!(matches!(
        refused(&claimed(0xC2, 14_000, 14_000, 4_000_000, 1)),
        PhotoError::TooCostly { .. }
    ));
    assert!(matches!(
        refused(&claimed(0xC2, 4_000, 4_000, 1_000_000, 400)),
        PhotoError::TooManyScans { scans: 400 }
    ));
    assert!(matches!(
        refused(&png_of(20_000, 20_000, 1_200_000)),
        PhotoError::TooLarge { .. }
    ));
    assert!(matches!(
        refused(&png_of(12_000, 12_000, 400_000)),
        PhotoError::Implausible { .. }
    ));
    assert!(matches!(
        refused(&png_of(12_000, 12_000, 900_000)),
        PhotoError::TooCostly { .. }
    ));
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
