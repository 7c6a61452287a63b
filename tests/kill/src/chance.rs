//! Chance from a seed (splitmix64), so that a run can be repeated.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Names the seed, decimal.
pub const SEED: &str = "FIELDWORK_KILL_SEED";
/// Names the number of kills.
pub const KILLS: &str = "FIELDWORK_KILLS";

/// See the module.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// Chance from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.bits().checked_rem(end).unwrap_or(0)
    }

    /// A time below `end`.
    pub fn moment(&mut self, end: Duration) -> Duration {
        let micros = u64::try_from(end.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.below(micros))
    }
}

/// The seed of this run: from the environment, else another each time.
#[must_use]
pub fn seed() -> u64 {
    number(SEED).unwrap_or_else(|| RandomState::new().hash_one(std::process::id()))
}

/// The number of kills of this run, or `default`.
#[must_use]
pub fn kills(default: usize) -> usize {
    number(KILLS)
        .and_then(|kills| usize::try_from(kills).ok())
        .unwrap_or(default)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
