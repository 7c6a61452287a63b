//! Any bytes as a file of tracks: `cargo +nightly fuzz run tracks -- -dict=fuzz/gpx.dict`.
#![no_main]

use fieldwork_patrol::read::{TrackOptions, tracks};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(file) = tracks(bytes, TrackOptions::default()) {
        for fix in file.tracks.iter().flat_map(|track| track.fixes()) {
            assert!(fix.point.lat.abs() <= 90.0 && fix.point.lon.abs() <= 180.0);
        }
        let _ = file.joined();
    }
});
