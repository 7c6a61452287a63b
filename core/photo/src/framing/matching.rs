//! Which corner of one photo is which of the other.

use super::Feature;
use super::fingerprint::distance;

/// A corner seen in both photos: place in the first, place in the second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    pub(super) from: (f64, f64),
    pub(super) to: (f64, f64),
}

/// Most answers of 256 in which fingerprints of one corner differ.
const FARTHEST: u16 = 84;
/// The second best must differ this much more: best times 100 at most second times this.
const RATIO: u32 = 87;
/// A second best closer than this is the same corner found at another size, in pixels.
const SAME: f32 = 8.0;

/// Corners that are each other's best, clearly better than the next.
pub(super) fn pairs(before: &[Feature], after: &[Feature]) -> Vec<Pair> {
    let mut best_of_after = vec![(u16::MAX, usize::MAX); after.len()];
    let mut best_of_before = Vec::with_capacity(before.len());
    let mut row = vec![0_u16; after.len()];
    for (index, one) in before.iter().enumerate() {
        let mut best = (u16::MAX, usize::MAX);
        for (other, (into, best_of_other)) in row.iter_mut().zip(&mut best_of_after).enumerate() {
            let far = distance(&one.print, &after[other].print) as u16;
            *into = far;
            if far < best.0 {
                best = (far, other);
            }
            if far < best_of_other.0 {
                *best_of_other = (far, index);
            }
        }
        if best.0 <= FARTHEST && is_clear(&row, best, after) {
            best_of_before.push((index, best.1));
        }
    }
    best_of_before
        .into_iter()
        .filter(|&(index, other)| best_of_after[other].1 == index)
        .map(|(index, other)| Pair {
            from: place(&before[index]),
            to: place(&after[other]),
        })
        .collect()
}

fn place(feature: &Feature) -> (f64, f64) {
    (f64::from(feature.x), f64::from(feature.y))
}

/// Whether no corner elsewhere is nearly as good.
fn is_clear(row: &[u16], (far, best): (u16, usize), after: &[Feature]) -> bool {
    // The least distance at which another does not disturb.
    let limit = (u32::from(far) * 100).div_ceil(RATIO) as u16;
    let best = &after[best];
    row.iter().zip(after).all(|(&far, other)| {
        far >= limit || ((other.x - best.x).abs() < SAME && (other.y - best.y).abs() < SAME)
    })
}
