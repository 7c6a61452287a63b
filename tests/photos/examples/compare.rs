//! Prints what the comparison says of two photographs, all figures.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a tool for whoever tunes the limits"
)]

use fieldwork_photo::framing::{Features, compare};
use fieldwork_photo::{Budget, decode};

fn main() {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    for two in paths.chunks_exact(2) {
        let features = |path: &String| {
            let bytes = std::fs::read(path).expect("readable");
            Features::of(
                &decode(&bytes, 2_000, &Budget::default())
                    .expect("a photograph")
                    .1,
            )
        };
        let found = compare(&features(&two[0]), &features(&two[1]));
        println!("{}\t{}\t{found:?}", two[0], two[1]);
    }
}
