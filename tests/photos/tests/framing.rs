//! Promises of comparing a photo with the one before: five hundred and more pairs with known truth.

use fieldwork_photo::framing::{Features, Turn, Verdict, compare};
use fieldwork_photo::{Luma, PhotoError};
use fieldwork_photo_tests::camera::Camera;
use fieldwork_photo_tests::pairs::{Scene, Truth};
use fieldwork_photo_tests::place::Place;

/// Scenes; each gives two right photos, one framed otherwise and one of another place.
const SCENES: u64 = 130;

#[derive(Default)]
struct Count {
    ok: usize,
    right: usize,
    off_called_ok: usize,
    elsewhere_called: usize,
}

fn count(seeds: impl Iterator<Item = u64>) -> Count {
    let mut count = Count::default();
    let mut last: Option<Features> = None;
    for seed in seeds {
        let scene = Scene::new(seed);
        let before = Features::of(&scene.before);
        for number in 0..2 {
            let after = Features::of(&scene.after(Truth::Ok, number));
            count.right += 1;
            count.ok += usize::from(compare(&before, &after).verdict == Verdict::Ok);
            if number == 0
                && let Some(elsewhere) = last.replace(after)
            {
                let found = compare(&before, &elsewhere).verdict;
                count.elsewhere_called += usize::from(found != Verdict::Unsure);
            }
        }
        let off = Features::of(&scene.after(Truth::Off, 0));
        count.off_called_ok += usize::from(compare(&before, &off).verdict == Verdict::Ok);
    }
    count
}

#[test]
fn right_framing_is_recognised_and_nothing_else_is_ever_called_right() {
    let halves = std::thread::scope(|scope| {
        let odd = scope.spawn(|| count((1..SCENES * 2).step_by(2).take(SCENES as usize / 2)));
        let even = count((0..SCENES * 2).step_by(2).take(SCENES as usize / 2));
        [even, odd.join().expect("the other half")]
    });
    let sum = |of: fn(&Count) -> usize| halves.iter().map(of).sum::<usize>();
    let (ok, right) = (sum(|half| half.ok), sum(|half| half.right));
    println!(
        "ok {ok} of {right}; off called ok {}; elsewhere not unsure {}",
        sum(|half| half.off_called_ok),
        sum(|half| half.elsewhere_called)
    );
    assert_eq!(sum(|half| half.off_called_ok), 0);
    assert_eq!(sum(|half| half.elsewhere_called), 0);
    assert!(ok * 100 >= right * 95, "{ok} of {right}");
}

#[test]
fn the_same_things_before_another_house_are_seldom_taken_for_the_same_view() {
    let called = (4_000..4_030)
        .filter(|&seed| {
            let scene = Scene::new(seed);
            let before = Features::of(&scene.before);
            let after = Features::of(&scene.after(Truth::SameThings, 0));
            compare(&before, &after).verdict == Verdict::Ok
        })
        .count();
    println!("{called} of 30");
    assert!(called <= 4, "{called} of 30");
}

#[test]
fn a_copy_is_asked_about_and_an_honest_second_photo_is_not() {
    let (mut found, mut asked) = (0, 0);
    for seed in 9_000..9_040 {
        let scene = Scene::new(seed);
        let before = Features::of(&scene.before);
        let same = |truth, number| {
            compare(&before, &Features::of(&scene.after(truth, number))).same_picture
        };
        found += usize::from(same(Truth::Copy, 0)) + usize::from(same(Truth::Copy, 1));
        asked += usize::from(same(Truth::Retake, 0)) + usize::from(same(Truth::Ok, 0));
    }
    println!("copies found {found} of 80; honest photos asked about {asked} of 80");
    assert!(found >= 72, "{found} of 80");
    assert_eq!(asked, 0);
}

#[test]
fn guidance_points_the_way_back() {
    let place = Place::new(77);
    let look = |camera: Camera| Features::of(&camera.look(&place, 480, 360));
    let before = look(Camera::default());
    let turned = |yaw, pitch, zoom, roll| {
        let camera = Camera {
            yaw,
            pitch,
            zoom,
            roll,
            ..Camera::default()
        };
        let found = compare(&before, &look(camera));
        assert_eq!(found.verdict, Verdict::Off, "{found:?}");
        found
    };
    // A camera that looks too far to the right must turn to the left.
    assert_eq!(
        turned(18.0, 0.0, 1.0, 0.0).guidance.sideways,
        Some(Turn::Left)
    );
    assert_eq!(
        turned(-18.0, 0.0, 1.0, 0.0).guidance.sideways,
        Some(Turn::Right)
    );
    assert_eq!(
        turned(0.0, 13.0, 1.0, 0.0).guidance.upright,
        Some(Turn::Down)
    );
    assert!(
        turned(0.0, 0.0, 1.6, 0.0)
            .guidance
            .chinese()
            .contains("退后")
    );
    assert!(
        turned(0.0, 0.0, 0.62, 0.0)
            .guidance
            .chinese()
            .contains("靠近")
    );
    // A phone rolled clockwise must be rolled back.
    let rolled = turned(0.0, 0.0, 1.0, 30.0);
    assert!(rolled.guidance.chinese().contains("逆时针"), "{rolled:?}");
}

#[test]
fn kept_features_are_small_and_compare_like_the_photo() {
    let scene = Scene::new(5);
    let before = Features::of(&scene.before);
    let bytes = before.to_bytes();
    assert!(bytes.len() <= 40_000, "{}", bytes.len());
    let kept = Features::from_bytes(&bytes).expect("what was just kept");
    let after = Features::of(&scene.after(Truth::Ok, 0));
    let (fresh, again) = (compare(&before, &after), compare(&kept, &after));
    assert_eq!(fresh.verdict, again.verdict);
    assert!((fresh.shift - again.shift).abs() < 0.01);
    assert_eq!(again, compare(&kept, &after), "the same every time");
    for end in [0, 3, 15, 100, bytes.len() - 1] {
        assert_eq!(
            Features::from_bytes(&bytes[..end]),
            Err(PhotoError::NotFeatures)
        );
    }
}

#[test]
fn a_blank_wall_is_never_judged() {
    let wall = |value| Luma::new(800, 600, vec![value; 480_000]).expect("a wall");
    let one = Features::of_luma(&wall(120));
    assert!(one.is_empty());
    let found = compare(&one, &Features::of_luma(&wall(200)));
    assert_eq!(found.verdict, Verdict::Unsure);
    assert!(!found.same_picture);
    let tiny = Luma::new(1, 3, vec![1, 2, 3]).expect("three pixels");
    assert_eq!(compare(&one, &Features::of_luma(&tiny)).inliers, 0);
}
