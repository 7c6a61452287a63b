//! What is exported reads back.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use fieldwork_geo::Wgs84;
use fieldwork_patrol::read::{self, TrackOptions};
use fieldwork_patrol::{Fix, Segment, Track, export};
use proptest::prelude::*;

fn track() -> impl Strategy<Value = Track> {
    let fix = (
        -1_799_999_999..=1_799_999_999_i32,
        -899_999_999..=899_999_999_i32,
        0..4_000_000_000_000_i64,
    );
    let fix = fix.prop_map(|(lon, lat, at_ms)| Fix {
        at_ms: Some(at_ms),
        accuracy_m: Some(4.5),
        ..Fix::at(Wgs84::from_e7([lon, lat]).unwrap())
    });
    let segments = prop::collection::vec(prop::collection::vec(fix, 2..20), 1..4);
    segments.prop_map(|segments| Track {
        name: "巡田 <3> & \"西\"".to_owned(),
        segments: segments
            .into_iter()
            .map(|fixes| Segment {
                fixes,
                ..Segment::default()
            })
            .collect(),
    })
}

proptest! {
    #[test]
    fn gpx_and_geojson_read_back_to_the_tenth_of_a_metre_and_the_millisecond(track in track()) {
        for (text, accuracy) in [(export::gpx(&track), Some(4.5)), (export::geojson(&track), None)] {
            let back = read::tracks(text.as_bytes(), TrackOptions::default()).unwrap().joined();
            prop_assert_eq!(&back.name, &track.name);
            prop_assert_eq!(back.segments.len(), track.segments.len());
            for (back, fix) in back.fixes().zip(track.fixes()) {
                prop_assert_eq!(back.point.to_e7(), fix.point.to_e7());
                prop_assert_eq!(back.at_ms, fix.at_ms);
                prop_assert_eq!(back.accuracy_m, accuracy);
            }
        }
    }
}
