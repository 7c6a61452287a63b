//! Promises of the renderer of photographs.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use fieldwork_photo::{Format, probe};
use fieldwork_testkit::fixtures::Fixtures;
use fieldwork_testkit::scene::{MAX_BYTES, Object, Setting, Shot, Stage, View, render, seed};
use image::RgbImage;

fn shot(stage: Stage) -> Shot {
    Shot {
        seed: seed("a hand"),
        place_seed: seed("a place"),
        setting: Setting::Premises,
        stage,
        view: View::Far,
        object: Object::Usual,
        at_ms: 1_744_074_620_000,
        lon: 115.412_721_4,
        lat: 33.280_598_6,
        azimuth_deg: 216,
        width: 320,
        height: 240,
        orientation: 1,
    }
}

fn pixels(photo: &[u8]) -> RgbImage {
    image::load_from_memory(photo).unwrap().into_rgb8()
}

/// Mean difference of two pictures, 0 to 255, within a part of the width.
fn difference(a: &RgbImage, b: &RgbImage, columns: std::ops::Range<u32>) -> f64 {
    let values = || {
        columns
            .clone()
            .flat_map(|x| (0..a.height()).map(move |y| (x, y)))
    };
    let sum: f64 = values()
        .flat_map(|(x, y)| a.get_pixel(x, y).0.into_iter().zip(b.get_pixel(x, y).0))
        .map(|(a, b)| f64::from(a.abs_diff(b)))
        .sum();
    sum / (values().count() * 3) as f64
}

#[test]
fn the_same_shot_gives_the_same_bytes() {
    for setting in [
        Setting::Farmland,
        Setting::House,
        Setting::Premises,
        Setting::Roadside,
        Setting::Film,
    ] {
        let shot = Shot {
            setting,
            ..shot(Stage::Before)
        };
        assert_eq!(render(&shot), render(&shot));
    }
}

#[test]
fn another_place_and_another_hand_give_another_picture() {
    let first = render(&shot(Stage::Before));
    assert_ne!(
        render(&Shot {
            seed: 1,
            ..shot(Stage::Before)
        }),
        first
    );
    assert_ne!(
        render(&Shot {
            place_seed: 1,
            ..shot(Stage::Before)
        }),
        first
    );
}

#[test]
fn before_during_and_after_show_one_place_in_which_the_problem_goes() {
    let take = |stage, hand| {
        pixels(&render(&Shot {
            seed: hand,
            ..shot(stage)
        }))
    };
    // The shelves stand to the left, the cartons to the right.
    let (left, right) = (0..110, 170..300);
    let (before, during, after) = (
        take(Stage::Before, 1),
        take(Stage::During, 1),
        take(Stage::After, 1),
    );
    for other in [&during, &after] {
        assert!(difference(&before, other, left.clone()) < 6.0);
        assert!(difference(&before, other, right.clone()) > 12.0);
    }
    let elsewhere = pixels(&render(&Shot {
        place_seed: 7,
        ..shot(Stage::Before)
    }));
    assert!(difference(&before, &elsewhere, left.clone()) > 12.0);
    let moved = take(Stage::Before, 2);
    assert!(moved != before && difference(&before, &moved, 0..320) < 30.0);
}

#[test]
fn exif_says_when_where_and_in_which_direction() {
    let found = probe(&render(&shot(Stage::Before))).unwrap();
    assert_eq!(
        (found.format, found.width, found.height),
        (Format::Jpeg, 320, 240)
    );
    let taken = found.taken_at.unwrap();
    assert_eq!(
        (taken.utc_ms(), taken.offset_min),
        (Some(1_744_074_620_000), Some(480))
    );
    let gps = found.gps.unwrap();
    assert!((gps.lon - 115.412_721_4).abs() < 1e-8 && (gps.lat - 33.280_598_6).abs() < 1e-8);
    assert_eq!(
        (found.azimuth_deg, found.orientation),
        (Some(216.0), Some(1))
    );
}

#[test]
fn every_orientation_is_seen_upright() {
    use image::metadata::Orientation;
    let upright = pixels(&render(&shot(Stage::Before)));
    for orientation in 1..=8 {
        let photo = render(&Shot {
            orientation,
            ..shot(Stage::Before)
        });
        let found = probe(&photo).unwrap();
        assert_eq!(
            (found.orientation, found.upright()),
            (Some(orientation), (320, 240))
        );
        let mut seen = image::load_from_memory(&photo).unwrap();
        seen.apply_orientation(Orientation::from_exif(orientation).unwrap());
        assert!(
            difference(&upright, &seen.into_rgb8(), 0..320) < 4.0,
            "orientation {orientation}"
        );
    }
}

#[test]
fn sizes_no_camera_has_are_brought_into_bounds() {
    let photo = render(&Shot {
        width: 0,
        height: 17,
        orientation: 0,
        ..shot(Stage::Before)
    });
    let found = probe(&photo).unwrap();
    assert_eq!(
        (found.width, found.height, found.orientation),
        (16, 17, Some(1))
    );
}

#[test]
fn every_photograph_of_the_day_is_whole_and_under_a_megabyte() {
    let day = Fixtures::default().day().unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for entry in &day.captures {
        for picture in &entry.photos {
            let photo = render(&Shot::of(&day, entry, picture));
            assert!(photo.len() <= MAX_BYTES, "{}", picture.name);
            let found = probe(&photo).unwrap();
            assert_eq!((found.width, found.height), (1_600, 1_200));
            assert_eq!(found.taken_at.unwrap().utc_ms(), Some(picture.at_ms));
            assert_eq!(found.azimuth_deg, Some(f64::from(picture.azimuth_deg)));
            assert!(seen.insert(photo), "{} is a copy", picture.name);
        }
    }
    assert_eq!(seen.len(), 22);
}

#[test]
fn a_follow_up_shows_the_place_of_its_issue() {
    let day = Fixtures::default().day().unwrap();
    let entry = day.entry("C13").unwrap();
    let shot = Shot::of(&day, entry, &entry.photos[0]);
    assert_eq!(
        (shot.setting, shot.place_seed),
        (Setting::Premises, seed("premises PR04"))
    );
}
