//! What the filter does with fixes that are wrong, late, made up, or all there is.

use fieldwork_geo::{Plane, Wgs84};
use fieldwork_patrol::filter::{Refused, summarise, without_rollover};
use fieldwork_patrol::{Break, Filter, Fix, Segment, Settings, Summary, Track, Verdict};
use proptest::prelude::*;

const VILLAGE: Wgs84 = Wgs84 {
    lon: 115.0,
    lat: 33.0,
};
const WEEKS_MS: i64 = 1_024 * 7 * 86_400_000;

/// So many metres east and north, after so many seconds.
fn fix(east_m: f64, north_m: f64, second: i64) -> Fix {
    Fix {
        at_ms: Some(1_778_027_400_000 + second * 1_000),
        elapsed_ms: Some(second * 1_000),
        accuracy_m: Some(4.0),
        ..Fix::at(Plane::at(VILLAGE).to_point((east_m, north_m)))
    }
}

/// Eastwards at 1.2 m/s, every five seconds.
fn walk(from: i64, to: i64) -> impl Iterator<Item = Fix> {
    (from..to).map(|n| fix(n as f64 * 6.0, 0.0, n * 5))
}

fn of(fixes: impl IntoIterator<Item = Fix>) -> Summary {
    let mut filter = Filter::new(Settings::default());
    for fix in fixes {
        filter.push(&fix);
    }
    filter.summary()
}

fn near(found: f64, wanted: f64, slack: f64) {
    assert!((found - wanted).abs() <= slack, "{found}, not {wanted}");
}

#[test]
fn a_straight_walk_is_as_long_as_it_is() {
    let found = of(walk(0, 200));
    near(found.distance_m, 199.0 * 6.0, 0.01);
    assert_eq!((found.used, found.segments, found.gap_m), (200, 1, 0.0));
    assert_eq!(found.moving_s, Some(995.0));
}

#[test]
fn zero_made_up_unsure_and_late_fixes_are_counted_by_their_reason_and_not_used() {
    let mut fixes: Vec<Fix> = walk(0, 40).collect();
    fixes[5].point = Wgs84 { lon: 0.0, lat: 0.0 };
    fixes[10].mock = true;
    fixes[15].accuracy_m = Some(51.0);
    fixes[20].accuracy_m = Some(f32::NAN);
    fixes[25].elapsed_ms = Some(120_000 - 3_000);
    fixes[30].point.lon = f64::NAN;
    let found = of(fixes);
    let dropped = found.dropped;
    assert_eq!(
        (
            dropped.zero,
            dropped.mock,
            dropped.accuracy,
            dropped.time,
            dropped.speed
        ),
        (2, 1, 2, 1, 0)
    );
    assert_eq!(found.used, 34);
    near(found.distance_m, 39.0 * 6.0, 0.5);
}

#[test]
fn made_up_fixes_count_where_a_test_asks_for_them() {
    let mut filter = Filter::new(Settings {
        allow_mock: true,
        ..Settings::default()
    });
    let made_up = Fix {
        mock: true,
        ..fix(0.0, 0.0, 0)
    };
    assert!(matches!(filter.push(&made_up), Verdict::Used { .. }));
}

#[test]
fn a_wrong_first_fix_does_not_lock_out_the_day() {
    let far = Fix {
        point: Wgs84 {
            lon: 20.0,
            lat: 50.0,
        },
        ..fix(0.0, 0.0, -5)
    };
    let found = of(std::iter::once(far).chain(walk(0, 100)));
    assert_eq!(
        (found.dropped.speed, found.segments, found.used),
        (3, 1, 98)
    );
    near(found.distance_m, 97.0 * 6.0, 0.5);
    assert_eq!(found.gap_m, 0.0, "nobody came from there");
    let bounds = found.bounds.unwrap();
    assert!(
        bounds.iter().all(|degrees| (degrees - 50.0).abs() > 10.0),
        "{bounds:?}"
    );
}

#[test]
fn one_reflection_adds_nothing() {
    let mut fixes: Vec<Fix> = walk(0, 100).collect();
    fixes[50] = fix(300.0, 400.0, 250);
    let found = of(fixes);
    assert_eq!(found.dropped.speed, 1);
    near(found.distance_m, 99.0 * 6.0, 0.5);
}

#[test]
fn a_gap_is_told_apart_and_never_part_of_the_length() {
    let found = of(walk(0, 50).chain(walk(100, 150)));
    near(found.distance_m, 2.0 * 49.0 * 6.0, 0.5);
    near(found.gap_m, 51.0 * 6.0, 0.01);
    assert_eq!(found.segments, 2);
    near(found.elapsed_s, 149.0 * 5.0, 0.01);
    near(found.moving_s.unwrap(), 2.0 * 49.0 * 5.0, 0.01);
    // With fixes asked for less often the same silence is none.
    let mut filter = Filter::new(Settings::default());
    filter.expect_every(120.0);
    for fix in walk(0, 50).chain(walk(100, 150)) {
        filter.push(&fix);
    }
    assert_eq!(filter.summary().gap_m, 0.0);
}

#[test]
fn what_lies_behind_a_pause_is_neither_length_nor_gap() {
    let segment = |begins, fixes: Vec<Fix>| Segment {
        begins,
        fixes,
        ..Segment::default()
    };
    let track = Track {
        segments: vec![
            segment(Break::Start, walk(0, 50).collect()),
            segment(Break::Paused, Vec::new()),
            segment(Break::Paused, walk(500, 550).collect()),
        ],
        ..Track::default()
    };
    let found = summarise(&track, Settings::default());
    assert_eq!((found.gap_m, found.segments), (0.0, 2));
    near(found.distance_m, 2.0 * 49.0 * 6.0, 0.5);
}

#[test]
fn without_any_time_the_way_is_still_measured_and_a_jump_is_none_of_it() {
    let timeless = |fix: Fix| Fix {
        at_ms: None,
        elapsed_ms: None,
        ..fix
    };
    let far = fix(0.0, 90_000.0, 0);
    let found = of(walk(0, 50).chain([far]).chain(walk(50, 100)).map(timeless));
    near(found.distance_m, 99.0 * 6.0, 0.5);
    assert_eq!((found.elapsed_s, found.moving_s), (0.0, None));
    assert_eq!(found.dropped.speed, 1);
}

#[test]
fn one_time_for_all_fixes_tells_nothing_and_costs_nothing() {
    let same = |fix: Fix| Fix {
        at_ms: Some(0),
        elapsed_ms: None,
        ..fix
    };
    // Farther apart than anybody walks in no time.
    let fixes = (0..50).map(|n| same(fix(f64::from(n) * 60.0, 0.0, 0)));
    near(of(fixes).distance_m, 49.0 * 60.0, 0.5);
}

#[test]
fn moving_time_is_not_told_where_the_receiver_is_too_unsure() {
    let unsure = |fix: Fix| Fix {
        accuracy_m: Some(9.0),
        ..fix
    };
    let found = of(walk(0, 100).map(unsure));
    assert_eq!((found.moving_s, found.median_accuracy_m), (None, Some(9.0)));
    near(found.elapsed_s, 495.0, 0.01);
}

#[test]
fn weeks_that_a_receiver_lost_are_given_back_and_nothing_else_is() {
    let now = 1_778_027_400_000;
    let day = 86_400_000;
    assert_eq!(without_rollover(now - WEEKS_MS + day, now), now);
    assert_eq!(without_rollover(now - 2 * WEEKS_MS - day, now), now);
    for other in [
        now - 5_000,
        now + day,
        now - 3 * day,
        now - WEEKS_MS - 3 * day,
    ] {
        assert_eq!(without_rollover(other, now), other);
    }
    assert_eq!(without_rollover(i64::MIN, i64::MAX), i64::MIN);
}

fn anything() -> impl Strategy<Value = Fix> {
    let place = (any::<f64>(), any::<f64>());
    let village = (114.99..115.01_f64, 32.99..33.01_f64);
    let point = prop_oneof![1 => place, 9 => village];
    let times = (any::<Option<i64>>(), prop::option::of(0..10_000_000_i64));
    let rest = (any::<Option<f32>>(), any::<bool>());
    (point, times, rest).prop_map(
        |((lon, lat), (at_ms, elapsed_ms), (accuracy_m, mock))| Fix {
            point: Wgs84 { lon, lat },
            at_ms,
            elapsed_ms,
            accuracy_m,
            altitude_m: None,
            mock,
        },
    )
}

proptest! {
    #[test]
    fn no_fixes_make_a_panic_or_a_figure_that_is_none(fixes in prop::collection::vec(anything(), 0..80)) {
        let found = of(fixes.iter().copied());
        let dropped = found.dropped;
        prop_assert_eq!(found.fixes, fixes.len() as u64);
        prop_assert_eq!(found.fixes, found.used + dropped.accuracy + dropped.speed + dropped.time + dropped.zero + dropped.mock);
        for figure in [found.distance_m, found.gap_m, found.elapsed_s, found.stopped_s] {
            prop_assert!(figure.is_finite() && figure >= 0.0, "{figure}");
        }
    }

    #[test]
    fn a_fix_that_is_refused_changes_neither_length_nor_stops(at in 1..99_usize, why in 0..3) {
        let mut fixes: Vec<Fix> = walk(0, 100).collect();
        let whole = of(fixes.iter().copied());
        let wrong = match why {
            0 => Fix { accuracy_m: Some(99.0), ..fixes[at] },
            1 => Fix { mock: true, ..fixes[at] },
            _ => Fix { point: Wgs84 { lon: 0.0, lat: 0.0 }, ..fixes[at] },
        };
        fixes.insert(at, wrong);
        let found = of(fixes);
        prop_assert_eq!((found.distance_m, found.stopped_s, found.used), (whole.distance_m, whole.stopped_s, whole.used));
    }
}

#[test]
fn a_refusal_names_its_reason() {
    let mut filter = Filter::new(Settings::default());
    filter.push(&fix(0.0, 0.0, 0));
    let verdict = filter.push(&fix(0.0, 500.0, 5));
    assert_eq!(verdict, Verdict::Refused(Refused::Speed));
}
