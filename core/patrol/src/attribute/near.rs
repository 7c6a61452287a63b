//! Follows a way and keeps what it has to do with each plot that it comes by.

use std::collections::HashMap;

use fieldwork_geo::{Plane, Wgs84};

use super::index::{Shape, Side};
use super::side::{apart2, boundary_share, from_point2};
use super::{ALONG_M, Attribution, PlotIndex, Seen, WALKED_FIXES, WALKED_M};
use crate::path::Place;

/// Plots that a way came by.
#[derive(Debug)]
pub(super) struct Nearby<'a> {
    index: &'a PlotIndex,
    /// In the order of the way.
    plots: Vec<Near>,
    by_number: HashMap<usize, usize>,
}

#[derive(Debug)]
struct Near {
    plot: usize,
    nearest_m: f64,
    seconds: f64,
    along_m: f64,
    along_fixes: u32,
    /// Legs within the radius, on the plot's plane, with the radius.
    legs: Vec<(Side, f64)>,
}

impl<'a> Nearby<'a> {
    pub(super) fn new(index: &'a PlotIndex) -> Self {
        Self {
            index,
            plots: Vec::new(),
            by_number: HashMap::new(),
        }
    }

    /// Follows places without a gap between them.
    pub(super) fn follow(&mut self, places: &[Place], radius_m: f64) {
        let Some(first) = places.first() else { return };
        let margin = margin(first.point, radius_m);
        if places.len() == 1 {
            self.leg((first, first), margin, radius_m);
        }
        for pair in places.windows(2) {
            if let [from, to] = pair {
                self.leg((from, to), margin, radius_m);
            }
        }
    }

    fn leg(&mut self, (from, to): (&Place, &Place), margin: (i64, i64), radius_m: f64) {
        let index = self.index;
        index.around((from.point, to.point), margin, |number, shape| {
            let (a, b) = (shape.plane.to_m(from.point), shape.plane.to_m(to.point));
            let leg = Side {
                from: a,
                by: (b.0 - a.0, b.1 - a.1),
            };
            let near = nearest_m(shape, &leg, radius_m);
            if near.leg_m > radius_m {
                return;
            }
            let at = *self.by_number.entry(number).or_insert_with(|| {
                self.plots.push(Near::new(number));
                self.plots.len() - 1
            });
            if let Some(plot) = self.plots.get_mut(at) {
                plot.add(&near, leg, to.at_s - from.at_s, radius_m);
            }
        });
    }

    pub(super) fn plots(&self) -> impl Iterator<Item = usize> {
        self.plots.iter().map(|near| near.plot)
    }

    pub(super) fn attributions(&self) -> Vec<Attribution> {
        let share = |near: &Near| {
            let shape = self.index.shape(near.plot);
            shape.map_or(0.0, |shape| boundary_share(shape, &near.legs))
        };
        self.plots
            .iter()
            .map(|near| Attribution {
                plot: near.plot,
                nearest_m: near.nearest_m,
                seconds: near.seconds,
                boundary_share: share(near),
                seen: near.seen(),
            })
            .collect()
    }
}

impl Near {
    fn new(plot: usize) -> Self {
        Self {
            plot,
            nearest_m: f64::INFINITY,
            seconds: 0.0,
            along_m: 0.0,
            along_fixes: 0,
            legs: Vec::new(),
        }
    }

    fn add(&mut self, near: &Distances, leg: Side, leg_s: f64, radius_m: f64) {
        self.nearest_m = self.nearest_m.min(near.leg_m);
        // Each end of a leg stands for half of its time.
        let ends = [near.from_m, near.to_m];
        let within = ends.iter().filter(|end| **end <= radius_m).count();
        let along = ends.iter().filter(|end| **end <= ALONG_M).count();
        self.seconds += leg_s.max(0.0) * part(within);
        self.along_m += leg.by.0.hypot(leg.by.1) * part(along);
        if near.to_m <= ALONG_M || (self.along_fixes == 0 && near.from_m <= ALONG_M) {
            self.along_fixes += 1;
        }
        self.legs.push((leg, radius_m));
    }

    fn seen(&self) -> Seen {
        if self.along_fixes >= WALKED_FIXES || self.along_m >= WALKED_M {
            Seen::Walked
        } else {
            Seen::Seen
        }
    }
}

/// The part of a leg that so many of its two ends stand for.
fn part(ends: usize) -> f64 {
    match ends {
        0 => 0.0,
        1 => 0.5,
        _ => 1.0,
    }
}

/// Metres to a plot: from a leg, and from its ends; 0 inside.
struct Distances {
    leg_m: f64,
    from_m: f64,
    to_m: f64,
}

/// The ends' distances are only reckoned where the leg is within `radius_m`.
fn nearest_m(shape: &Shape, leg: &Side, radius_m: f64) -> Distances {
    let to = (leg.from.0 + leg.by.0, leg.from.1 + leg.by.1);
    let (from_inside, to_inside) = (shape.holds(leg.from), shape.holds(to));
    let mut nearest2 = if from_inside || to_inside {
        0.0
    } else {
        f64::INFINITY
    };
    for side in &shape.sides {
        if nearest2 == 0.0 {
            break;
        }
        nearest2 = nearest2.min(apart2(side, leg));
    }
    let leg_m = nearest2.sqrt();
    let end = |inside: bool, at: (f64, f64)| {
        if inside {
            0.0
        } else if leg_m > radius_m {
            f64::INFINITY
        } else {
            let to_sides = shape.sides.iter().map(|side| from_point2(side, at));
            to_sides.fold(f64::INFINITY, f64::min).sqrt()
        }
    };
    Distances {
        leg_m,
        from_m: end(from_inside, leg.from),
        to_m: end(to_inside, to),
    }
}

/// So many metres as 1e-7 degree of longitude and latitude, with something to spare.
fn margin(at: Wgs84, radius_m: f64) -> (i64, i64) {
    let reach = Plane::at(at).to_point((radius_m, radius_m));
    let wide = |degrees: f64| {
        // Towards the poles a metre of longitude grows without end; there all longitudes are asked.
        let steps = (degrees.abs() * 1.1e7).ceil().clamp(1.0, 3.6e9);
        #[expect(clippy::cast_possible_truncation, reason = "clamped to a full turn")]
        {
            steps as i64
        }
    };
    (
        wide(fieldwork_geo::short_way(reach.lon - at.lon)),
        wide(reach.lat - at.lat),
    )
}
