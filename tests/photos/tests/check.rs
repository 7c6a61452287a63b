//! Promises of the hints.

use fieldwork_geo::Wgs84;
use fieldwork_photo::Picture;
use fieldwork_photo::check::{CasePlace, Checks, HintId, Limits, place_far};
use fieldwork_photo_tests::dice::Dice;
use fieldwork_photo_tests::edit::{blurred, brightened, moved, noisy, saved};
use fieldwork_photo_tests::place::Place;

/// Half of a report picture, the size at which blur is measured.
const SIZE: (u32, u32) = (1_008, 756);

/// What a good lens makes of a place with gravel and leaves: detail down to the pixel, a point spread
/// over about one.
fn seen(seed: u64, dice: &mut Dice) -> Picture {
    blurred(&noisy(&Place::flat(seed, SIZE.0, SIZE.1), dice, 12.0), 0.6)
}

fn hints(picture: &Picture) -> Vec<HintId> {
    let checks = Checks::of(&picture.luma(), (4_032, 3_024), &Limits::default());
    checks.hints.iter().map(|hint| hint.id).collect()
}

#[test]
fn sharp_photos_are_not_called_blurred_and_blurred_ones_are() {
    let (mut caught, mut tried) = (0, 0);
    for seed in 0..6 {
        let mut dice = Dice::new(seed);
        let seen = seen(seed, &mut dice);
        let sigma = dice.between(1.0, 4.0);
        let sharp = saved(&noisy(&seen, &mut dice, sigma), 85);
        let blur = Checks::of(&sharp.luma(), SIZE, &Limits::default()).blur;
        assert!(blur < 0.345, "scene {seed}: {blur}");
        // On the report picture these are 3 and 5 pixels, and 15 and 25 of motion.
        let bad = [
            blurred(&seen, 1.5),
            blurred(&seen, 2.5),
            moved(&seen, 8.0, dice.between(0.0, 180.0)),
            moved(&seen, 13.0, dice.between(0.0, 180.0)),
        ];
        for picture in bad {
            let picture = saved(&noisy(&picture, &mut dice, 1.0), 85);
            tried += 1;
            caught += usize::from(hints(&picture).contains(&HintId::Blur));
        }
    }
    assert!(caught * 100 >= tried * 95, "{caught} of {tried}");
}

#[test]
fn a_sharp_photo_of_a_blank_wall_is_not_called_blurred() {
    for seed in 20..24 {
        let sharp = seen(seed, &mut Dice::new(seed));
        let mut pixels = sharp.pixels().to_vec();
        pixels[..(SIZE.0 * SIZE.1 * 3) as usize * 3 / 4].fill(180);
        let wall = Picture::new(SIZE.0, SIZE.1, pixels).expect("as many");
        let wall = saved(&noisy(&wall, &mut Dice::new(seed), 2.0), 85);
        let blur = Checks::of(&wall.luma(), SIZE, &Limits::default()).blur;
        assert!(blur < 0.345, "scene {seed}: {blur}");
    }
}

#[test]
fn a_sharp_thing_before_a_soft_background_is_not_called_blurred() {
    for seed in 40..44 {
        let mut dice = Dice::new(seed);
        let sharp = seen(seed, &mut dice);
        let soft = blurred(&sharp, 6.0);
        let mut pixels = soft.pixels().to_vec();
        // Half of each side, in the middle.
        for y in 189..567 {
            let row = (y * SIZE.0 as usize + 252) * 3..(y * SIZE.0 as usize + 756) * 3;
            pixels[row.clone()].copy_from_slice(&sharp.pixels()[row]);
        }
        let picture = Picture::new(SIZE.0, SIZE.1, pixels).expect("as many");
        let picture = saved(&noisy(&picture, &mut dice, 1.0), 85);
        assert!(!hints(&picture).contains(&HintId::Blur), "scene {seed}");
        assert!(
            hints(&saved(&soft, 85)).contains(&HintId::Blur),
            "scene {seed}"
        );
    }
}

#[test]
fn light_and_size_are_hinted_at_with_value_limit_and_words() {
    let picture = Place::flat(30, 640, 480);
    assert!(hints(&brightened(&picture, 0.15)).contains(&HintId::Dark));
    let glaring = hints(&brightened(&picture, 3.0));
    assert!(glaring.contains(&HintId::Bright) || glaring.contains(&HintId::Lights));
    assert!(!hints(&picture).contains(&HintId::Dark));
    let checks = Checks::of(&picture.luma(), (640, 480), &Limits::default());
    let small = checks
        .hints
        .iter()
        .find(|hint| hint.id == HintId::Small)
        .expect("it is small");
    assert_eq!((small.value, small.limit), (640.0, 1_280.0));
    assert!(small.chinese().contains("640像素"));
    assert!(small.english().contains("640 pixels"));
}

#[test]
fn a_photo_far_from_its_case_is_hinted_at_in_one_datum() {
    let photo = Wgs84::new(101.5, 25.5).expect("a point");
    let limits = Limits::default();
    let near = Wgs84::new(101.501, 25.5).expect("a point");
    assert_eq!(
        place_far(photo, None, CasePlace::Wgs84(near), &limits),
        None
    );
    // The same point as a Chinese map gives it is not hundreds of metres away.
    let same = CasePlace::Gcj02(photo.gcj02());
    assert_eq!(place_far(photo, None, same, &limits), None);
    let far = Wgs84::new(101.505, 25.5).expect("a point");
    let hint = place_far(photo, Some(20.0), CasePlace::Wgs84(far), &limits).expect("far");
    assert_eq!((hint.id, hint.limit), (HintId::PlaceFar, 150.0));
    assert!((hint.value - 502.0).abs() < 5.0, "{}", hint.value);
    assert_eq!(
        place_far(photo, Some(200.0), CasePlace::Wgs84(far), &limits),
        None,
        "a poor position proves nothing"
    );
}
