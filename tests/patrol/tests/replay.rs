//! Bytes that once were, or could be, too much for a reader: played again.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fs;

use fieldwork_patrol::read::{self, PlotOptions, TrackOptions};
use fieldwork_patrol::sealed;
use fieldwork_patrol_tests::fixtures;

fn each(target: &str, mut play: impl FnMut(&str, &[u8])) {
    let mut played = 0;
    for entry in fs::read_dir(fixtures().join("fuzz").join(target)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        play(&name, &fs::read(&path).unwrap());
        played += 1;
    }
    assert!(played > 0, "nothing to play for {target}");
}

#[test]
fn no_file_that_a_fuzzer_found_stops_a_reader_again() {
    each("tracks", |_, bytes| {
        let _ = read::tracks(bytes, TrackOptions::default());
    });
    each("plots", |_, bytes| {
        let _ = read::plots(bytes, &PlotOptions::default());
    });
    each("sealed", |name, bytes| {
        assert!(sealed::open(bytes, 0).is_err(), "{name}");
        let _ = sealed::label(bytes);
    });
}
