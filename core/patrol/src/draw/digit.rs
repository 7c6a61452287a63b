//! Digits and the few letters of a scale bar as strokes, where no font is at hand.

use super::scene::At;

/// Width of a letter with what follows it, and its height, units.
const STEP: f64 = 8.0;
const HEIGHT: f64 = 10.0;

/// Points of a letter on a grid three wide and five high, 0 at the upper left, row by row; a space lifts
/// the pen.
fn points(letter: char) -> &'static str {
    match letter {
        '0' => "acoma",
        '1' => "dbn mo",
        '2' => "acigmo",
        '3' => "acom gi",
        '4' => "agi co",
        '5' => "cagiom",
        '6' => "camoig",
        '7' => "acn",
        '8' => "acoma gi",
        '9' => "oca gi ag",
        '.' => "nn",
        'N' => "maoc",
        'm' => "mgio hn",
        'k' => "am cgo",
        _ => "",
    }
}

/// The strokes of a text; `at` is the middle of its lower edge.
pub(super) fn strokes(at: At, text: &str) -> Vec<(At, At)> {
    let mut strokes = Vec::new();
    let width = STEP * text.chars().count() as f64;
    let mut left = at.0 - width / 2.0;
    for letter in text.chars() {
        let mut last: Option<At> = None;
        for point in points(letter).bytes() {
            let cell = point.wrapping_sub(b'a');
            let here = (cell < 15).then(|| {
                (
                    left + 1.0 + f64::from(cell % 3) * 2.5,
                    at.1 - HEIGHT + f64::from(cell / 3) * HEIGHT / 4.0,
                )
            });
            if let (Some(from), Some(to)) = (last, here) {
                strokes.push((from, to));
            }
            last = here;
        }
        left += STEP;
    }
    strokes
}
