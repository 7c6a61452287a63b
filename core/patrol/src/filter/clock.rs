//! Orders fixes and measures the time between them.
//!
//! The monotonic clock of the device decides where fixes carry it. Files often carry wall time alone,
//! and that may be set back, an hour or 1,024 weeks, in the middle of a walk: what follows such a jump is
//! read on from where the clock stood, until the clock comes back to where it would have been.

use crate::Fix;

/// After so long the week number of satellites begins anew, milliseconds.
const ROLLOVER_MS: i64 = 1_024 * 7 * 86_400_000;
/// What a receiver that lost 1,024 weeks may be off beside, milliseconds.
const ROLLOVER_DOUBT_MS: i64 = 2 * 86_400_000;
/// A fix that is older by no more than this came late; by more, a clock was set. Milliseconds.
const LATE_MS: i64 = 10_000;
/// So many late ones in a row are a clock that was set.
const LATE_ROW: u8 = 3;
/// The clock was set back at a time nobody knows: the step is taken for one of this length.
const STEP_MS: i64 = 1_000;

/// The wall time of a fix, with the weeks given back that an old receiver loses.
///
/// `system_ms` is the device's own wall time when the fix came. The receiver's time stands unless it is
/// 1,024 or 2,048 weeks behind that, give or take two days; then the device's is taken.
pub fn without_rollover(at_ms: i64, system_ms: i64) -> i64 {
    let behind = system_ms.saturating_sub(at_ms);
    let lost = [ROLLOVER_MS, 2 * ROLLOVER_MS]
        .iter()
        .any(|weeks| (behind - weeks).abs() <= ROLLOVER_DOUBT_MS);
    if lost { system_ms } else { at_ms }
}

/// What the clock makes of a fix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    /// Seconds since the first.
    At(f64),
    /// It is older than the one before.
    Late,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Clock {
    /// Milliseconds since the first fix with a time.
    now_ms: i64,
    /// Steps between fixes with a time: those that took some, and those that took none.
    steps: (u32, u32),
    elapsed: Option<i64>,
    wall: Option<i64>,
    /// What is added to wall times at present.
    shift_ms: i64,
    late: u8,
}

impl Clock {
    /// Milliseconds passed between the first and the last fix, as seconds.
    pub(super) fn elapsed_s(&self) -> f64 {
        seconds(self.now_ms)
    }

    /// Whether time tells anything: some files give one time to all fixes.
    pub(super) fn runs(&self) -> bool {
        self.steps.0 > 0 && self.steps.0 >= self.steps.1
    }

    /// The monotonic clock may have begun anew.
    pub(super) fn restarted(&mut self) {
        self.elapsed = None;
    }

    pub(super) fn read(&mut self, fix: &Fix) -> Step {
        let passed = match (self.elapsed, fix.elapsed_ms) {
            (Some(before), Some(now)) => Some(now.saturating_sub(before)),
            _ => None,
        };
        // The device was started again and nobody said so.
        let passed = passed.filter(|passed| *passed >= -LATE_MS);
        if passed.is_some_and(|passed| passed < 0) {
            return Step::Late;
        }
        let by_wall = match (self.wall, fix.at_ms) {
            (Some(before), Some(now)) => self.by_wall(before, now, passed.is_some()),
            _ => Some(0),
        };
        let Some(by_wall) = by_wall else {
            return Step::Late;
        };
        let timed = passed.is_some() || (self.wall.is_some() && fix.at_ms.is_some());
        let passed = passed.unwrap_or(by_wall);
        if timed {
            let kind = if passed > 0 {
                &mut self.steps.0
            } else {
                &mut self.steps.1
            };
            *kind = kind.saturating_add(1);
        }
        self.now_ms = self.now_ms.saturating_add(passed);
        self.elapsed = fix.elapsed_ms.or(self.elapsed);
        if let Some(at_ms) = fix.at_ms {
            self.wall = Some(at_ms.saturating_add(self.shift_ms));
        }
        self.late = 0;
        Step::At(seconds(self.now_ms))
    }

    /// Milliseconds since `before` by the wall clock; `None` for a fix that came late.
    fn by_wall(&mut self, before: i64, now: i64, ordered: bool) -> Option<i64> {
        let shifts = [
            0,
            self.shift_ms,
            self.shift_ms.saturating_add(ROLLOVER_MS),
            ROLLOVER_MS,
        ];
        let forward = shifts
            .iter()
            .map(|shift| (now.saturating_add(*shift).saturating_sub(before), *shift))
            .filter(|(passed, _)| *passed >= 0)
            .min();
        // A step of 1,024 weeks is none.
        if let Some((passed, shift)) = forward.filter(|(passed, _)| *passed < ROLLOVER_MS / 2) {
            self.shift_ms = shift;
            return Some(passed);
        }
        let passed = now.saturating_add(self.shift_ms).saturating_sub(before);
        if !ordered && (-LATE_MS..0).contains(&passed) && self.late + 1 < LATE_ROW {
            self.late += 1;
            return None;
        }
        self.shift_ms = before.saturating_add(STEP_MS).saturating_sub(now);
        Some(STEP_MS)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of a walk are far below 2^53"
)]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}
