//! Any bytes as a sealed track, also behind a checksum that is right: `cargo +nightly fuzz run sealed`.
#![no_main]

use fieldwork_patrol::sealed::{open, seal};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut summed = bytes.to_vec();
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    summed.extend(sum.sum().to_le_bytes());
    for bytes in [bytes, &summed] {
        if let Ok(track) = open(bytes, i64::MIN) {
            for fix in track.fixes() {
                assert!(fix.point.lat.abs() <= 90.0 && fix.point.lon.abs() <= 180.0);
            }
            let sealed = seal(&track, i64::MAX).unwrap();
            assert_eq!(open(&sealed, 0).unwrap(), track);
        }
    }
});
