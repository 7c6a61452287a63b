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
    let ring = |at: usize, place: usize| i16::from(pixels[at.wrapping_add_signed(offsets[place])]);
    for y in BORDER - 1..height - BORDER + 1 {
        for x in BORDER - 1..width - BORDER + 1 {
            let at = y * width + x;
            let middle = i16::from(pixels[at]);
            let (low, high) = (middle - THRESHOLD, middle + THRESHOLD);
            // Nine in a row hold one of every two opposite places.
            let opposite = |place: usize| {
                let (one, other) = (ring(at, place), ring(at, place + 8));
                (one > high || other > high, one < low || other < low)
            };
            let (bright, dark) = opposite(0);
            if !bright && !dark {
                continue;
            }
            let (bright_4, dark_4) = opposite(4);
            let (bright, dark) = (bright && bright_4, dark && dark_4);
            if !bright && !dark {
                continue;
            }
            let mut differences = [0_i16; 16 + ARC - 1];
            for (place, difference) in differences.iter_mut().enumerate() {
                *difference = ring(at, place % 16) - middle;
            }
            let most = differences
                .windows(ARC)
                .map(|arc| {
                    let least = arc.iter().min().copied().unwrap_or(0);
                    let largest = arc.iter().max().copied().unwrap_or(0);
                    least.max(-largest)
                })
                .max()
                .unwrap_or(0);
            if most > THRESHOLD {
                scores[at] = u8::try_from(most).unwrap_or(u8::MAX);
            }
        }
    }
    scores
}
