//! Stays and steps.
//!
//! Fixes that keep within the receiver's doubt of their mean are a stay, in which nothing is added. A step
//! is added once it is longer than the doubt; the stay's mean is a better place than any of its fixes, so
//! the step into a stay ends there and the next begins there. A receiver at rest wanders off now and then
//! and comes back: what was added since a stay was left is taken back when the same place is a stay again
//! soon and nothing in between was far away.
//!
//! The figures were chosen on simulated walks (tests/patrol), and are within noise of their neighbours.

use fieldwork_geo::{Wgs84, distance_m, short_way};

/// A stay has this radius, metres …
const STAY_M: f64 = 8.0;
/// … or so many times the accuracy of the fix.
const STAY_DOUBT: f64 = 2.0;
/// A step is at least so long, metres …
const STEP_M: f64 = 6.0;
/// … or so many times the accuracy of the fix.
const STEP_DOUBT: f64 = 1.6;
/// After so long within the radius nothing more is added, seconds; longer by a second a metre where the
/// accuracy is worse than that.
const SETTLED_S: f64 = 18.0;
/// So many fixes outside …
const LEAVING: u32 = 2;
/// … over at least so many seconds end a stay; again a second a metre where that is longer.
const LEAVING_S: f64 = 12.0;
/// A receiver that comes back within this time, seconds …
const RETURN_S: f64 = 90.0;
/// … and was never farther off than so many radii, did not go anywhere.
const RETURN_RADII: f64 = 3.0;
/// A stay is a stop from this length on, seconds.
const STOP_S: f64 = 45.0;

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Motion {
    length_m: f64,
    stopped_s: f64,
    /// The last place that is part of the length.
    counted: Option<Wgs84>,
    /// The last fix.
    last: Option<Wgs84>,
    stay: Option<Stay>,
    left: Option<Left>,
}

/// The last stay that was left.
#[derive(Debug, Clone, Copy)]
struct Left {
    mean: Wgs84,
    at_s: f64,
    /// The length when it was left.
    length_m: f64,
    /// The farthest from it since, metres.
    farthest_m: f64,
}

/// Fixes around their mean.
#[derive(Debug, Clone, Copy)]
struct Stay {
    first: Wgs84,
    /// Sums of what later fixes are east and north of the first, degrees.
    sum: (f64, f64),
    count: f64,
    since_s: f64,
    inside_s: f64,
    settled: bool,
    outside: u32,
    outside_since_s: f64,
}

impl Stay {
    fn at(point: Wgs84, at_s: f64) -> Self {
        Self {
            first: point,
            sum: (0.0, 0.0),
            count: 1.0,
            since_s: at_s,
            inside_s: at_s,
            settled: false,
            outside: 0,
            outside_since_s: at_s,
        }
    }

    fn mean(&self) -> Wgs84 {
        Wgs84 {
            lon: short_way(self.first.lon + self.sum.0 / self.count),
            lat: self.first.lat + self.sum.1 / self.count,
        }
    }

    fn add(&mut self, point: Wgs84, at_s: f64) {
        self.sum.0 += short_way(point.lon - self.first.lon);
        self.sum.1 += point.lat - self.first.lat;
        self.count += 1.0;
        self.inside_s = at_s;
        self.outside = 0;
    }

    fn stopped_s(&self) -> f64 {
        let length_s = self.inside_s - self.since_s;
        if length_s >= STOP_S { length_s } else { 0.0 }
    }
}

impl Motion {
    /// Metres so far, with the step that is under way.
    pub(super) fn distance_m(&self) -> f64 {
        self.length_m + self.tail_m()
    }

    /// Seconds of stops so far.
    pub(super) fn stopped_s(&self) -> f64 {
        self.stopped_s + self.stay.map_or(0.0, |stay| stay.stopped_s())
    }

    /// Whether a stop has begun and not ended.
    pub(super) fn stays(&self) -> bool {
        self.stay
            .is_some_and(|stay| stay.outside == 0 && stay.stopped_s() > 0.0)
    }

    /// The segment ends: what follows begins anew elsewhere.
    pub(super) fn cut(&mut self) {
        self.length_m = self.distance_m();
        self.stopped_s = self.stopped_s();
        self.counted = None;
        self.last = None;
        self.stay = None;
        self.left = None;
    }

    pub(super) fn step(&mut self, point: Wgs84, accuracy_m: f64, at_s: f64) {
        self.last = Some(point);
        let counted = *self.counted.get_or_insert(point);
        if let Some(left) = &mut self.left {
            left.farthest_m = left.farthest_m.max(distance_m(left.mean, point));
        }
        let Some(mut stay) = self.stay else {
            self.stay = Some(Stay::at(point, at_s));
            return;
        };
        let radius_m = STAY_M.max(STAY_DOUBT * accuracy_m);
        if distance_m(stay.mean(), point) <= radius_m {
            stay.add(point, at_s);
            if !stay.settled && at_s - stay.since_s >= SETTLED_S.max(accuracy_m) {
                stay.settled = true;
                self.settle(stay.mean(), counted, radius_m, at_s);
            }
        } else {
            if stay.outside == 0 {
                stay.outside_since_s = at_s;
            }
            stay.outside += 1;
            let away_s = at_s - stay.outside_since_s;
            if stay.outside >= LEAVING && away_s >= LEAVING_S.max(accuracy_m) {
                self.leave(&stay, at_s);
                stay = Stay::at(point, at_s);
            }
        }
        self.stay = Some(stay);
        if !stay.settled {
            let counted = self.counted.unwrap_or(point);
            let step_m = distance_m(counted, point);
            if step_m >= STEP_M.max(STEP_DOUBT * accuracy_m) {
                self.length_m += step_m;
                self.counted = Some(point);
            }
        }
    }

    fn settle(&mut self, mean: Wgs84, counted: Wgs84, radius_m: f64, at_s: f64) {
        let back = self.left.filter(|left| {
            at_s - left.at_s <= RETURN_S
                && left.farthest_m <= RETURN_RADII * radius_m
                && distance_m(left.mean, mean) <= radius_m
        });
        match back {
            Some(left) => self.length_m = left.length_m,
            None => self.length_m += distance_m(counted, mean),
        }
        self.counted = Some(mean);
    }

    fn leave(&mut self, stay: &Stay, at_s: f64) {
        self.stopped_s += stay.stopped_s();
        if stay.settled {
            let mean = stay.mean();
            self.counted = Some(mean);
            self.left = Some(Left {
                mean,
                at_s,
                length_m: self.length_m,
                farthest_m: 0.0,
            });
        }
    }

    fn tail_m(&self) -> f64 {
        let settled = self
            .stay
            .is_some_and(|stay| stay.settled && stay.outside == 0);
        match (self.counted, self.last) {
            (Some(counted), Some(last)) if !settled => distance_m(counted, last),
            _ => 0.0,
        }
    }
}
