//! Files whose truth is known, and the day's walk.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fs;

use fieldwork_geo::distance_m;
use fieldwork_patrol::filter::summarise;
use fieldwork_patrol::read::{self, TrackOptions};
use fieldwork_patrol::{Datum, Fix, Segment, Settings, Summary, Track};
use fieldwork_patrol_tests::{day_walk, fixtures, synthetic};

fn summary(fixes: Vec<Fix>, interval_s: f64) -> Summary {
    let track = Track {
        segments: vec![Segment {
            fixes,
            ..Segment::default()
        }],
        ..Track::default()
    };
    let settings = Settings {
        interval_s,
        ..Settings::default()
    };
    summarise(&track, settings)
}

/// Asserts a figure and says it.
#[track_caller]
fn near(what: &str, found: f64, wanted: f64, slack: f64) {
    assert!(
        (found - wanted).abs() <= slack,
        "{what}: {found:.1}, wanted {wanted} ± {slack}"
    );
}

#[test]
fn a_walk_with_a_pause_a_hole_and_wild_fixes_keeps_its_length_and_the_hole_stays_a_hole() {
    let found = summary(synthetic("walk_pause_gap_outliers"), 1.0);
    near("length", found.distance_m, 1_200.0, 40.0);
    near("gap", found.gap_m, 300.0, 10.0);
    near("stop", found.stopped_s, 300.0, 40.0);
    assert_eq!(found.segments, 2);
}

#[test]
fn an_hour_at_a_table_is_no_walk() {
    let found = summary(synthetic("still_indoors_1h"), 1.0);
    assert!(found.distance_m <= 270.0, "{}", found.distance_m);
    assert_eq!(found.moving_s, None, "the receiver was too unsure for that");
    near("elapsed", found.elapsed_s, 3_599.0, 1.0);
}

#[test]
fn the_date_line_is_a_line_like_any_other() {
    let found = summary(synthetic("antimeridian"), 1.0);
    near("length", found.distance_m, 598.0, 3.0);
    let [west, _, east, _] = found.bounds.unwrap();
    assert!(west > 179.0 && east < -179.0, "{west} {east}");
}

#[test]
fn a_clock_that_is_set_back_loses_no_step() {
    let found = summary(synthetic("clock_jumps"), 1.0);
    near("length", found.distance_m, 359.0, 5.0);
    near("elapsed", found.elapsed_s, 299.0, 5.0);
    assert_eq!((found.gap_m, found.segments), (0.0, 1));
}

#[test]
fn the_days_walk_is_3_20_km_long() {
    let found = summary(day_walk(), 5.0);
    near("length", found.distance_m, 3_200.0, 50.0);
}

#[test]
fn the_same_square_in_both_datums_is_the_same_walk_once_its_datum_is_named() {
    let square = |name: &str, datum: Datum| {
        let file = fixtures().join(format!("tracks/synthetic/{name}.gpx"));
        let read = read::tracks(&fs::read(file).unwrap(), TrackOptions { datum });
        read.unwrap().joined()
    };
    let plain = square("square_wgs84", Datum::Wgs84);
    let shifted = square("square_gcj02", Datum::Gcj02);
    assert_eq!(
        shifted.segments[0].datum,
        Datum::Gcj02,
        "the source is kept"
    );
    assert_eq!(plain.fixes().count(), shifted.fixes().count());
    for (a, b) in plain.fixes().zip(shifted.fixes()) {
        // Both files are written to seven decimals.
        assert!(distance_m(a.point, b.point) < 0.03);
    }
    let length = |track: &Track| summarise(track, Settings::default()).distance_m;
    near("length", length(&shifted), length(&plain), 1.0);
}
