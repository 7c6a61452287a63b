//! Exposure, from the histogram of brightness.

use crate::Luma;

/// Below this a pixel shows no detail.
const BLACK: usize = 16;
/// Above this a pixel shows no detail.
const WHITE: usize = 250;

/// How bright a photograph is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Light {
    /// Mean brightness, 0 to 255.
    pub mean: f64,
    /// Share of pixels below 16.
    pub dark_share: f64,
    /// Share of pixels above 250.
    pub bright_share: f64,
}

impl Light {
    pub(super) fn of(luma: &Luma) -> Self {
        // Four counters per value: neighbours are often equal, and one counter would be waited for.
        let mut counts = [[0_u64; 256]; 4];
        for four in luma.pixels().chunks(4) {
            for (count, &value) in counts.iter_mut().zip(four) {
                count[usize::from(value)] += 1;
            }
        }
        let count = |value: usize| counts.iter().map(|counts| counts[value]).sum::<u64>();
        let all = luma.pixels().len() as f64;
        let sum: u64 = (0..256).map(|value| count(value) * value as u64).sum();
        Self {
            mean: sum as f64 / all,
            dark_share: (0..BLACK).map(count).sum::<u64>() as f64 / all,
            bright_share: (WHITE + 1..256).map(count).sum::<u64>() as f64 / all,
        }
    }
}
