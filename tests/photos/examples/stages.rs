//! Prints how long the parts take on a photograph: the least of forty runs, and the mean processor time.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a tool for whoever tunes the limits"
)]

use std::hint::black_box;
use std::time::Instant;

use fieldwork_photo::check::{Checks, Limits};
use fieldwork_photo::framing::{Features, compare};
use fieldwork_photo::{Budget, Facts, IntakeRule, decode, encode, intake};

const RUNS: u32 = 40;

/// Processor time of the whole process so far, in ticks of 10 ms, where the system tells it.
fn ticks() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn least<T>(name: &str, mut job: impl FnMut() -> T) {
    let mut least = f64::INFINITY;
    let before = ticks();
    for _ in 0..RUNS {
        let start = Instant::now();
        black_box(job());
        least = least.min(start.elapsed().as_secs_f64() * 1_000.0);
    }
    let mean = before.zip(ticks()).map_or(f64::NAN, |(before, after)| {
        (after - before) as f64 * 10.0 / f64::from(RUNS)
    });
    println!("{name:24} least {least:8.2} ms, processor time {mean:8.2} ms");
}

fn main() {
    let path = std::env::args().nth(1).expect("a photograph");
    let bytes = std::fs::read(path).expect("readable");
    let budget = Budget::default();
    let picture = decode(&bytes, 2_000, &budget).expect("a photograph").1;
    println!("{} x {}", picture.width(), picture.height());
    least("intake", || intake(&bytes, &IntakeRule::default(), &budget));
    least("decode", || decode(&bytes, 2_000, &budget));
    least("encode q80", || encode(&picture, 80, &Facts::default()));
    least("luma", || picture.luma());
    let luma = picture.luma();
    least("checks", || {
        Checks::of(&luma, (4_032, 3_024), &Limits::default())
    });
    least("400 px", || luma.within(400));
    let small = luma.within(400);
    least("features of luma", || Features::of_luma(&luma));
    least("features of 400 px", || Features::of_luma(&small));
    let features = Features::of(&picture);
    println!(
        "{} corners, {} bytes kept",
        features.len(),
        features.to_bytes().len()
    );
    least("compare", || compare(&features, &features));
}
