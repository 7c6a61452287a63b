//! What follows from a walk.

use super::{Refused, WORST_ACCURACY_M};

/// What follows from the fixes of a walk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Fixes that came.
    pub fixes: u64,
    /// Those that were used.
    pub used: u64,
    /// Those that were not.
    pub dropped: Dropped,
    /// Segments: one more than there were breaks between used fixes.
    pub segments: u32,
    /// Metres walked, gaps left out.
    pub distance_m: f64,
    /// Straight lines across gaps, metres. How far the way between led nobody knows.
    pub gap_m: f64,
    /// Seconds from the first fix to the last.
    pub elapsed_s: f64,
    /// Seconds of stops.
    pub stopped_s: f64,
    /// Seconds in motion; `None` where the receiver was too unsure to tell a slow walk from a stop.
    pub moving_s: Option<f64>,
    /// The accuracy that half of the used fixes keep, metres; `None` where none said.
    pub median_accuracy_m: Option<f64>,
    /// West, south, east, north in degrees; west is greater than east across 180°.
    pub bounds: Option<[f64; 4]>,
}

/// How many fixes were left out, by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dropped {
    /// Too unsure.
    pub accuracy: u64,
    /// Farther off than anybody could have come.
    pub speed: u64,
    /// Older than one before.
    pub time: u64,
    /// At 0° 0°, or no place on the earth.
    pub zero: u64,
    /// Made up.
    pub mock: u64,
}

impl Dropped {
    pub(super) fn count(&mut self, why: Refused) {
        let counter = match why {
            Refused::Accuracy => &mut self.accuracy,
            Refused::Speed => &mut self.speed,
            Refused::Time => &mut self.time,
            Refused::Zero => &mut self.zero,
            Refused::Mock => &mut self.mock,
        };
        *counter += 1;
    }
}

/// Steps of half a metre up to [`WORST_ACCURACY_M`]: a median in constant memory.
const STEPS: usize = 101;

#[derive(Debug, Clone)]
pub(super) struct Accuracies([u32; STEPS]);

impl Default for Accuracies {
    fn default() -> Self {
        Self([0; STEPS])
    }
}

impl Accuracies {
    pub(super) fn count(&mut self, accuracy_m: Option<f32>) {
        let Some(accuracy_m) = accuracy_m else { return };
        let most = WORST_ACCURACY_M * 2.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 0..=100"
        )]
        let step = (f64::from(accuracy_m) * 2.0).round().clamp(0.0, most) as usize;
        if let Some(counter) = self.0.get_mut(step) {
            *counter = counter.saturating_add(1);
        }
    }

    pub(super) fn median_m(&self) -> Option<f64> {
        let all: u64 = self.0.iter().map(|count| u64::from(*count)).sum();
        let mut below = 0;
        for (step, count) in (0_u32..).zip(self.0) {
            below += u64::from(count);
            if all > 0 && below * 2 >= all {
                return Some(f64::from(step) / 2.0);
            }
        }
        None
    }
}
