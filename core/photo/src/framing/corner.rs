//! FAST corners: pixels around which nine in a row of a ring of sixteen are all brighter or all darker.

use crate::Luma;

/// A corner and how much of one it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Corner {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) score: u8,
}

/// By how much the ring must differ.
const THRESHOLD: i16 = 7;
/// Nearest to the border of the picture: the fingerprint looks this far, in pixels.
pub(super) const BORDER: usize = 16;
/// Corners are spread over squares of this side, in pixels.
const CELL: usize = 40;
const ARC: usize = 9;

const RING: [(isize, isize); 16] = [
    (0, -3),
    (1, -3),
    (2, -2),
    (3, -1),
    (3, 0),
    (3, 1),
    (2, 2),
    (1, 3),
    (0, 3),
    (-1, 3),
    (-2, 2),
    (-3, 1),
    (-3, 0),
    (-3, -1),
    (-2, -2),
    (-1, -3),
];

/// The best corners of a picture, at most `wanted`, no square having more than its share while others
/// have some left: else one leafy tree takes them all.
pub(super) fn find(luma: &Luma, wanted: usize) -> Vec<Corner> {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    if width <= 2 * BORDER || height <= 2 * BORDER {
        return Vec::new();
    }
    let scores = scores(luma.pixels(), width, height);
    let columns = width.div_ceil(CELL);
    let mut cells = vec![Vec::new(); columns * height.div_ceil(CELL)];
    for y in BORDER..height - BORDER {
        for x in BORDER..width - BORDER {
            let at = y * width + x;
            let score = scores[at];
            if score > 0 && is_peak(&scores, width, at) {
                cells[y / CELL * columns + x / CELL].push(Corner { x, y, score });
            }
        }
    }
    for cell in &mut cells {
        cell.sort_by_key(|corner| (std::cmp::Reverse(corner.score), corner.y, corner.x));
    }
    let mut found = Vec::with_capacity(wanted);
    for rank in 0.. {
        let mut round: Vec<Corner> = cells
            .iter()
            .filter_map(|cell| cell.get(rank).copied())
            .collect();
        if round.is_empty() {
            break;
        }
        round.sort_by_key(|corner| (std::cmp::Reverse(corner.score), corner.y, corner.x));
        round.truncate(wanted - found.len());
        found.extend(round);
        if found.len() == wanted {
            break;
        }
    }
    found
}

/// Whether no neighbour is more of a corner; of equals the first counts.
fn is_peak(scores: &[u8], width: usize, at: usize) -> bool {
    let score = scores[at];
    let above = at - width;
    let below = at + width;
    let before = [above - 1, above, above + 1, at - 1];
    let after = [at + 1, below - 1, below, below + 1];
    before.iter().all(|&other| scores[other] < score)
        && after.iter().all(|&other| scores[other] <= score)
}

/// For each pixel the largest threshold at which it is still a corner, or 0.
fn scores(pixels: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut scores = vec![0; pixels.len()];
    let offsets = RING.map(|(x, y)| y * width.cast_signed() + x);
    let mut possible = vec![0_u8; width];
    for y in BORDER - 1..height - BORDER + 1 {
        mark_possible(pixels, width, y, &mut possible);
        let inside = possible[..width - BORDER + 1].iter().enumerate();
        for (x, &possible) in inside.skip(BORDER - 1) {
            if possible != 0 {
                let at = y * width + x;
                let middle = i16::from(pixels[at]);
                let ring = offsets
                    .map(|offset| i16::from(pixels[at.wrapping_add_signed(offset)]) - middle);
                scores[at] = score(&ring);
            }
        }
    }
    scores
}

/// Marks the pixels of a row that can be corners: nine in a row of the ring hold one of every two
/// opposite places, so both pairs of an upright cross must have one that is brighter, or darker.
fn mark_possible(pixels: &[u8], width: usize, y: usize, possible: &mut [u8]) {
    let row = |y: usize| &pixels[y * width + 3..(y + 1) * width - 3];
    let (above, below, middle) = (row(y - 3), row(y + 3), row(y));
    let left = &pixels[y * width..(y + 1) * width - 6];
    let right = &pixels[y * width + 6..(y + 1) * width];
    const LIMIT: u8 = THRESHOLD as u8;
    for (((into, &middle), (&above, &below)), (&left, &right)) in possible[3..width - 3]
        .iter_mut()
        .zip(middle)
        .zip(above.iter().zip(below))
        .zip(left.iter().zip(right))
    {
        let brightest = above.max(below).min(left.max(right));
        let darkest = above.min(below).max(left.min(right));
        let bright = brightest > middle.saturating_add(LIMIT);
        let dark = darkest < middle.saturating_sub(LIMIT);
        *into = u8::from(bright | dark);
    }
}

/// The largest threshold at which this ring of differences still has nine in a row beyond it; 0 below
/// the least threshold that counts.
fn score(ring: &[i16; 16]) -> u8 {
    let with = |values: &[i16; 16], step: usize, of: fn(i16, i16) -> i16| -> [i16; 16] {
        std::array::from_fn(|place| of(values[place], values[(place + step) % 16]))
    };
    // The least of two, four, eight and nine in a row, from each place on; and the greatest.
    let arcs = |of: fn(i16, i16) -> i16| -> [i16; 16] {
        let eight = with(&with(&with(ring, 1, of), 2, of), 4, of);
        std::array::from_fn(|place| of(eight[place], ring[(place + ARC - 1) % 16]))
    };
    let bright = arcs(i16::min).into_iter().max().unwrap_or(0);
    let dark = arcs(i16::max).into_iter().min().unwrap_or(0);
    let most = bright.max(-dark);
    if most > THRESHOLD {
        u8::try_from(most).unwrap_or(u8::MAX)
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::score;

    #[test]
    fn a_corner_has_nine_in_a_row_beyond_its_score() {
        for start in 0..16 {
            for length in 0..=16 {
                for sign in [1, -1] {
                    let mut ring = [0; 16];
                    for step in 0..length {
                        ring[(start + step) % 16] = sign * 40;
                    }
                    let expected = if length >= 9 { 40 } else { 0 };
                    assert_eq!(score(&ring), expected, "{length} from {start}");
                }
            }
        }
    }
}
