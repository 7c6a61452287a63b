//! What sealing costs, over tracks that others recorded.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fs;

use fieldwork_patrol::read::{self, TrackOptions};
use fieldwork_patrol::sealed::{open, seal};
use fieldwork_patrol_tests::fixtures;

const EXPIRES_MS: i64 = 1_900_000_000_000;

#[test]
fn a_sealed_track_takes_at_most_three_bytes_a_fix() {
    let (mut bytes, mut fixes) = (0, 0);
    println!("{:<34} {:>6} {:>6} {:>6}", "file", "fixes", "bytes", "each");
    for folder in ["walk_hike_car", "phone_edge_cases", "synthetic"] {
        for entry in fs::read_dir(fixtures().join("tracks").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "gpx") {
                continue;
            }
            let file = read::tracks(&fs::read(&path).unwrap(), TrackOptions::default()).unwrap();
            let track = file.joined();
            let count = track.fixes().count();
            let timed = track.fixes().any(|fix| fix.at_ms.is_some());
            let sealed = seal(&track, EXPIRES_MS).unwrap();
            let back = open(&sealed, 0).unwrap();
            assert_eq!(back.fixes().count(), count);
            assert_eq!(
                seal(&back, EXPIRES_MS).unwrap(),
                sealed,
                "the grid is met at once"
            );
            if timed && count > 100 {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let each = sealed.len() as f64 / count as f64;
                println!("{name:<34} {count:>6} {:>6} {each:>6.2}", sealed.len());
                bytes += sealed.len();
                fixes += count;
            }
        }
    }
    let each = bytes as f64 / fixes as f64;
    println!("{:<34} {fixes:>6} {bytes:>6} {each:>6.2}", "all");
    assert!(fixes > 5_000 && each <= 3.0, "{each:.2} bytes a fix");
}
