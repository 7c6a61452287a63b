//! The movement that explains most matches (RANSAC with a fixed sequence of guesses).

use super::homography::Homography;
use super::matching::Pair;

/// Guesses. With one match in ten right, all of them are wrong once in 20,000 times.
const GUESSES: usize = 1_000;
/// First tolerance, as a share of the long side: what depth and a hand's movement make of a plane.
const LOOSE: f64 = 0.030;
/// Tolerances while the movement is refined.
const TIGHTER: [f64; 5] = [0.030, 0.026, 0.022, 0.018, 0.015];

/// A movement and the matches that follow it.
pub(super) struct Found {
    pub(super) movement: Homography,
    /// The same without perspective.
    pub(super) similarity: Homography,
    pub(super) inliers: Vec<Pair>,
}

/// The best movement of a picture with this size; `None` where no guess has three matches.
pub(super) fn best(pairs: &[Pair], width: u32, height: u32) -> Option<Found> {
    let long = f64::from(width.max(height));
    let middle = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    let guess = guess(pairs, (LOOSE * long).powi(2))?;
    let mut similarity = guess;
    let mut movement = guess;
    for (round, tolerance) in TIGHTER.into_iter().enumerate() {
        let within = (tolerance * long).powi(2);
        let near = followers(pairs, &movement, within);
        similarity = Homography::similarity(&near)?;
        movement = similarity;
        // Perspective only once the set has settled, and only if more follow it.
        if round >= 1
            && let Some(plane) = Homography::fitted(&near, middle, long / 2.0)
            && followers(pairs, &plane, within).len() >= followers(pairs, &similarity, within).len()
        {
            movement = plane;
        }
    }
    let last = TIGHTER[TIGHTER.len() - 1] * long;
    let inliers: Vec<Pair> = followers(pairs, &movement, last * last)
        .into_iter()
        .copied()
        .collect();
    Some(Found {
        movement,
        similarity,
        inliers,
    })
}

pub(super) fn followers<'a>(
    pairs: &'a [Pair],
    movement: &Homography,
    within: f64,
) -> Vec<&'a Pair> {
    pairs
        .iter()
        .filter(|pair| movement.error2(pair) <= within)
        .collect()
}

fn guess(pairs: &[Pair], within: f64) -> Option<Homography> {
    if pairs.len() < 3 {
        return None;
    }
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut draw = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from((seed >> 33) % pairs.len() as u64).unwrap_or(0)
    };
    let mut best = (2, None);
    for _ in 0..GUESSES {
        let (a, b) = (draw(), draw());
        let Some(guess) = Homography::through(&pairs[a], &pairs[b]) else {
            continue;
        };
        let count = pairs
            .iter()
            .filter(|pair| guess.error2(pair) <= within)
            .count();
        if count > best.0 {
            best = (count, Some(guess));
        }
    }
    best.1
}
