//! Prints what the comparison says of every kind of pair; with a folder as argument it writes some of
//! the pictures there, to be looked at.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a tool for whoever tunes the limits"
)]

use std::collections::BTreeMap;
use std::time::Instant;

use fieldwork_photo::framing::{Features, compare};
use fieldwork_photo::{Facts, encode};
use fieldwork_photo_tests::pairs::{Scene, Truth};

fn main() {
    let folder = std::env::args()
        .nth(1)
        .filter(|argument| argument.parse::<u64>().is_err());
    let count: u64 = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(60);
    let runs = std::env::var("RUNS")
        .ok()
        .and_then(|runs| runs.parse().ok())
        .unwrap_or(1);
    for truth in [
        Truth::Ok,
        Truth::Off,
        Truth::Elsewhere,
        Truth::SameThings,
        Truth::Copy,
        Truth::Retake,
    ] {
        let only = std::env::var("ONLY").unwrap_or_default();
        if !only.is_empty() && !only.contains(&format!("{truth:?}")) {
            continue;
        }
        let mut verdicts = BTreeMap::new();
        let (mut same, mut ms, mut inliers) = (0, 0.0, Vec::new());
        for seed in 0..count {
            let scene = Scene::new(1_000 + seed);
            let made = scene.after(truth, 0);
            let before = Features::of(&scene.before);
            // The least of a few runs: what else the machine does is not asked for.
            let mut least = f64::INFINITY;
            for _ in 0..runs {
                let start = Instant::now();
                std::hint::black_box(compare(&before, &Features::of(&made)));
                least = least.min(start.elapsed().as_secs_f64() * 1_000.0);
            }
            ms += least;
            let found = compare(&before, &Features::of(&made));
            *verdicts.entry(found.verdict.as_str()).or_insert(0) += 1;
            same += u64::from(found.same_picture);
            inliers.push(found.inliers);
            if std::env::var_os("VERBOSE").is_some() {
                println!("{truth:?} {seed} {found:?}");
            }
            if let Some(folder) = folder.as_ref().filter(|_| seed < 3) {
                for (name, picture) in [("a", &scene.before), ("b", &made)] {
                    let file = encode(picture, 85, &Facts::default()).expect("small");
                    let path = format!("{folder}/{truth:?}-{seed}{name}.jpg");
                    std::fs::write(path, file.jpeg).expect("writable");
                }
            }
        }
        inliers.sort_unstable();
        let middle = inliers[inliers.len() / 2];
        println!(
            "{truth:?}: {verdicts:?} same {same} of {count}, inliers {middle}, {:.1} ms",
            ms / count as f64
        );
    }
}
