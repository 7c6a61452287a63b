//! A length and times out of fixes, one fix at a time.
//!
//! Summing the legs between fixes is useless: an hour at a table adds kilometres, one reflection adds
//! hundreds of metres. So each fix passes, in this order,
//!
//! 1. a check that it is a place at all (not 0° 0°, not made up);
//! 2. [the clock](clock), which orders fixes and tells a gap from a clock that was set;
//! 3. a gate for accuracy and one for speed, which takes a new anchor once three fixes in a row that were
//!    turned away agree with each other, so that a wrong first fix does not lock out the day;
//! 4. [motion](motion): stays, in which nothing is added, and steps, which are added once they are longer
//!    than the receiver's doubt.
//!
//! A gap stays a gap: the straight line across it is told apart and never part of the length. Memory is
//! constant; [`Filter::summary`] may be asked for at any time.

mod bounds;
mod clock;
mod motion;
mod summary;

use fieldwork_geo::{Wgs84, distance_m};

use crate::{Break, Fix, Segment, Track};
use bounds::Bounds;
use clock::{Clock, Step};
use motion::Motion;
use summary::Accuracies;

pub use clock::without_rollover;
pub use summary::{Dropped, Summary};

/// A fix less sure than this many metres counts neither for length nor for plots.
pub const WORST_ACCURACY_M: f64 = 50.0;
/// What is taken for the accuracy of a fix that does not say, metres.
pub const UNSAID_ACCURACY_M: f64 = 4.0;
/// Nobody on foot or on an electric bicycle is faster, metres a second.
pub const FASTEST_M_S: f64 = 12.0;
/// No fix for this long is a gap, seconds; or for three intervals, where that is longer.
pub const SHORTEST_GAP_S: f64 = 30.0;

/// Over shorter steps than this many seconds speed is too rough to judge by …
const SHORT_STEP_S: f64 = 5.0;
/// … so a fix may also be no farther off than this many metres plus what the fastest can do.
const SHORT_STEP_M: f64 = 25.0;
/// Where no time is known a fix may be this far off, metres.
const FAR_M: f64 = 1_000.0;
/// So many fixes in a row that were turned away for their speed, and agree, are believed.
const AGREEING: u8 = 3;

/// What a filter is told beforehand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// How often fixes were asked for, seconds; see [`Filter::expect_every`].
    pub interval_s: f64,
    /// The fastest that is believed, metres a second.
    pub fastest_m_s: f64,
    /// Take made-up fixes too: for tests of apps.
    pub allow_mock: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            interval_s: 5.0,
            fastest_m_s: FASTEST_M_S,
            allow_mock: false,
        }
    }
}

/// Why a fix was not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refused {
    /// Its accuracy is worse than [`WORST_ACCURACY_M`].
    Accuracy,
    /// It is farther off than anybody could have come.
    Speed,
    /// It is older than one before it.
    Time,
    /// It lies exactly at 0° 0°, or is no place on the earth.
    Zero,
    /// It was made up.
    Mock,
}

/// What became of a fix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// It was used.
    Used {
        /// Seconds since the first fix with a time that was looked at, by a clock that only runs forward.
        at_s: f64,
        /// Why a segment begins with it; `None` where it goes on with the one before.
        begins: Option<Break>,
    },
    /// It was left out.
    Refused(Refused),
}

/// The filter. See the module.
#[derive(Debug, Clone)]
pub struct Filter {
    settings: Settings,
    clock: Clock,
    anchor: Option<Anchor>,
    /// The last fix that was turned away for its speed, and how many in a row agree with it.
    stray: Option<(Anchor, u8)>,
    begins: Option<Break>,
    motion: Motion,
    bounds: Bounds,
    accuracies: Accuracies,
    fixes: u64,
    used: u64,
    dropped: Dropped,
    segments: u32,
    gap_m: f64,
    gap_s: f64,
}

#[derive(Debug, Clone, Copy)]
struct Anchor {
    point: Wgs84,
    accuracy_m: f64,
    at_s: f64,
}

impl Filter {
    /// A filter that has seen nothing.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            clock: Clock::default(),
            anchor: None,
            stray: None,
            begins: Some(Break::Start),
            motion: Motion::default(),
            bounds: Bounds::default(),
            accuracies: Accuracies::default(),
            fixes: 0,
            used: 0,
            dropped: Dropped::default(),
            segments: 0,
            gap_m: 0.0,
            gap_s: 0.0,
        }
    }

    /// From now on fixes are asked for every so many seconds: three of these without one are a gap.
    pub fn expect_every(&mut self, interval_s: f64) {
        self.settings.interval_s = interval_s;
    }

    /// The next fix begins a segment, for this reason.
    pub fn begin(&mut self, why: Break) {
        if self.begins.is_none() {
            self.begins = Some(why);
        }
        // The device itself may have been started anew meanwhile, and its clock with it.
        if matches!(why, Break::Restarted | Break::Paused) {
            self.clock.restarted();
        }
    }

    /// Takes the next fix, in the order in which the receiver gave them.
    pub fn push(&mut self, fix: &Fix) -> Verdict {
        self.fixes += 1;
        match self.judge(fix) {
            Ok(verdict) => {
                self.used += 1;
                verdict
            }
            Err(why) => {
                self.dropped.count(why);
                Verdict::Refused(why)
            }
        }
    }

    /// Takes all fixes of a segment, which begins for its own reason; calls `seen` with each.
    pub fn push_segment(&mut self, segment: &Segment, mut seen: impl FnMut(&Fix, Verdict)) {
        if !segment.fixes.is_empty() {
            self.begin(segment.begins);
        }
        for fix in &segment.fixes {
            seen(fix, self.push(fix));
        }
    }

    /// How many fixes are used.
    pub fn used(&self) -> u64 {
        self.used
    }

    /// Whether the walker stands still, as far as can be told.
    pub fn stays(&self) -> bool {
        self.motion.stays()
    }

    /// What follows from the fixes so far.
    pub fn summary(&self) -> Summary {
        let elapsed_s = self.clock.elapsed_s();
        let stopped_s = self.motion.stopped_s();
        let accurate = self
            .accuracies
            .median_m()
            .is_none_or(|median| median <= 8.0);
        // Of what was mostly turned away nothing is known but how long it took.
        let turned_away = self.dropped.accuracy + self.dropped.speed;
        let sure = accurate && self.used >= 2 && turned_away <= self.used;
        Summary {
            fixes: self.fixes,
            used: self.used,
            dropped: self.dropped,
            segments: self.segments,
            distance_m: self.motion.distance_m(),
            gap_m: self.gap_m,
            elapsed_s,
            stopped_s,
            moving_s: (sure && elapsed_s > 0.0)
                .then(|| (elapsed_s - self.gap_s - stopped_s).max(0.0)),
            median_accuracy_m: self.accuracies.median_m(),
            bounds: self.bounds.degrees(),
        }
    }

    fn judge(&mut self, fix: &Fix) -> Result<Verdict, Refused> {
        let Ok(point) = Wgs84::new(fix.point.lon, fix.point.lat) else {
            return Err(Refused::Zero);
        };
        if point.lon == 0.0 && point.lat == 0.0 {
            return Err(Refused::Zero);
        }
        if fix.mock && !self.settings.allow_mock {
            return Err(Refused::Mock);
        }
        let at_s = match self.clock.read(fix) {
            Step::At(at_s) => at_s,
            Step::Late => return Err(Refused::Time),
        };
        let accuracy_m = fix.accuracy_m.map_or(UNSAID_ACCURACY_M, f64::from);
        // Turned about, so that an accuracy that is no number is turned away.
        if !(0.0..=WORST_ACCURACY_M).contains(&accuracy_m) {
            return Err(Refused::Accuracy);
        }
        let here = Anchor {
            point,
            accuracy_m,
            at_s,
        };
        let begins = self.reach(here)?;
        self.accuracies.count(fix.accuracy_m);
        self.bounds.include(point);
        self.motion.step(point, accuracy_m, at_s);
        self.anchor = Some(here);
        Ok(Verdict::Used { at_s, begins })
    }

    /// Whether the fix can be reached from the one before; begins a segment where it must.
    fn reach(&mut self, here: Anchor) -> Result<Option<Break>, Refused> {
        let Some(anchor) = self.anchor else {
            return Ok(Some(self.begin_segment(Break::Start)));
        };
        if self.within_reach(anchor, here) {
            self.stray = None;
            let silent_s = here.at_s - anchor.at_s;
            let gap = silent_s > SHORTEST_GAP_S.max(3.0 * self.settings.interval_s);
            let why = match self.begins {
                Some(why) => why,
                None if gap => Break::NoSignal,
                None => return Ok(None),
            };
            // A pause is the worker's own; what lies between is nobody's business.
            if why != Break::Paused {
                self.gap_m += distance_m(anchor.point, here.point);
            }
            self.gap_s += silent_s;
            return Ok(Some(self.begin_segment(why)));
        }
        let agreeing = match self.stray {
            Some((stray, count)) if self.within_reach(stray, here) => count + 1,
            _ => 1,
        };
        if agreeing < AGREEING {
            self.stray = Some((here, agreeing));
            return Err(Refused::Speed);
        }
        self.stray = None;
        if self.used == 1 {
            // Nothing ever agreed with the fix that all began with: it was the wrong one.
            self.forget_first();
            return Ok(Some(self.begin_segment(Break::Start)));
        }
        self.gap_s += here.at_s - anchor.at_s;
        Ok(Some(self.begin_segment(Break::Jump)))
    }

    /// The only fix that was used so far was wrong.
    fn forget_first(&mut self) {
        self.used = 0;
        self.dropped.count(Refused::Speed);
        self.bounds = Bounds::default();
        self.accuracies = Accuracies::default();
        self.motion = Motion::default();
        self.segments = 0;
        self.gap_m = 0.0;
        self.gap_s = 0.0;
    }

    fn within_reach(&self, from: Anchor, to: Anchor) -> bool {
        let (way_m, time_s) = (distance_m(from.point, to.point), to.at_s - from.at_s);
        if !self.clock.runs() {
            return way_m <= FAR_M;
        }
        let fastest = self.settings.fastest_m_s;
        let surely_m = way_m - from.accuracy_m - to.accuracy_m;
        surely_m <= fastest * time_s.max(1.0)
            && (time_s >= SHORT_STEP_S || way_m <= SHORT_STEP_M + fastest * time_s)
    }

    fn begin_segment(&mut self, why: Break) -> Break {
        let why = self.begins.take().unwrap_or(why);
        self.motion.cut();
        self.segments += 1;
        why
    }
}

/// The summary of a whole track.
pub fn summarise(track: &Track, settings: Settings) -> Summary {
    let mut filter = Filter::new(settings);
    for segment in &track.segments {
        filter.push_segment(segment, |_, _| {});
    }
    filter.summary()
}
