//! BRIEF fingerprints: of 256 pairs of places around a corner, which is brighter? The pairs turn with
//! the corner, whose direction is that of its centre of brightness.

use std::f32::consts::TAU;

use super::corner::{BORDER, Corner};
use super::smooth::smooth;
use crate::Luma;

/// 256 answers.
pub(crate) type Fingerprint = [u64; 4];

const PAIRS: usize = 256;
/// Directions that are told apart.
const DIRECTIONS: usize = 64;
/// Farthest place of a pair, in pixels.
const REACH: f32 = 13.0;
/// Radius of the disc whose centre of brightness gives the direction, in pixels.
const DISC: isize = 13;

/// Fingerprints of corners, in their order.
pub(super) fn of(luma: &Luma, corners: &[Corner], turned: &Turned) -> Vec<Fingerprint> {
    let width = luma.width() as usize;
    let smooth = smooth(luma);
    let away = |(x, y): (i8, i8)| isize::from(y) * width.cast_signed() + isize::from(x);
    let turned: Vec<(isize, isize)> = turned
        .0
        .iter()
        .map(|&(one, other)| (away(one), away(other)))
        .collect();
    let disc = disc();
    corners
        .iter()
        .map(|corner| {
            let at = corner.y * width + corner.x;
            debug_assert!(corner.x >= BORDER && corner.y >= BORDER);
            let direction = direction(&smooth, width, at, &disc);
            let pairs = &turned[direction * PAIRS..(direction + 1) * PAIRS];
            let mut print = [0_u64; 4];
            for (word, pairs) in print.iter_mut().zip(pairs.chunks_exact(64)) {
                for (bit, &(one, other)) in pairs.iter().enumerate() {
                    let brighter =
                        smooth[at.wrapping_add_signed(one)] > smooth[at.wrapping_add_signed(other)];
                    *word |= u64::from(brighter) << bit;
                }
            }
            print
        })
        .collect()
}

/// How many answers differ.
pub(super) fn distance(a: &Fingerprint, b: &Fingerprint) -> u32 {
    (a[0] ^ b[0]).count_ones()
        + (a[1] ^ b[1]).count_ones()
        + (a[2] ^ b[2]).count_ones()
        + (a[3] ^ b[3]).count_ones()
}

/// Half widths of the rows of the disc.
fn disc() -> Vec<(isize, isize)> {
    (-DISC..=DISC)
        .map(|y| {
            let half = ((DISC * DISC - y * y) as f32).sqrt() as isize;
            (y, half)
        })
        .collect()
}

fn direction(smooth: &[u8], width: usize, at: usize, disc: &[(isize, isize)]) -> usize {
    let (mut across, mut down) = (0_i32, 0_i32);
    for &(y, half) in disc {
        let row = at.wrapping_add_signed(y * width.cast_signed());
        let pixels = &smooth[row.wrapping_add_signed(-half)..=row.wrapping_add_signed(half)];
        let mut sum = 0_i32;
        for (x, &value) in pixels.iter().enumerate() {
            let value = i32::from(value);
            sum += value;
            across += value * (x as i32 - half as i32);
        }
        down += sum * y as i32;
    }
    let angle = (down as f32).atan2(across as f32).rem_euclid(TAU);
    (angle / TAU * DIRECTIONS as f32).round() as usize % DIRECTIONS
}

/// The pairs in every direction.
pub(super) struct Turned(Vec<((i8, i8), (i8, i8))>);

impl Turned {
    pub(super) fn new() -> Self {
        let pairs = pairs();
        let mut turned = Vec::with_capacity(DIRECTIONS * PAIRS);
        for direction in 0..DIRECTIONS {
            let (sin, cos) = (direction as f32 / DIRECTIONS as f32 * TAU).sin_cos();
            let place = |(x, y): Place| {
                let across = (x * cos - y * sin).round() as i8;
                let down = (x * sin + y * cos).round() as i8;
                (across, down)
            };
            turned.extend(pairs.iter().map(|&(one, other)| (place(one), place(other))));
        }
        Self(turned)
    }
}

/// A place, from the corner.
type Place = (f32, f32);

/// The pairs: drawn once from a bell curve, the same for ever, since kept fingerprints depend on them.
fn pairs() -> Vec<(Place, Place)> {
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut draw = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 40) as f32 / (1_u64 << 24) as f32
    };
    // Twelve equal draws add up to a bell curve of width 1.
    let mut bell = move || ((0..12).map(|_| draw()).sum::<f32>() - 6.0) * 5.6;
    let mut place = move || {
        loop {
            let (x, y) = (bell(), bell());
            if x * x + y * y <= REACH * REACH {
                return (x, y);
            }
        }
    };
    let mut pairs = Vec::with_capacity(PAIRS);
    while pairs.len() < PAIRS {
        let (one, other): (Place, Place) = (place(), place());
        // Places side by side say nothing after smoothing.
        if (one.0 - other.0).abs() + (one.1 - other.1).abs() > 2.0 {
            pairs.push((one, other));
        }
    }
    pairs
}
