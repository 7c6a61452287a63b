//! Follows a way and keeps what it has to do with each plot that it comes by.

use fieldwork_geo::{Plane, Wgs84};

use super::index::Side;
use super::side::{apart2, boundary_share, leg_apart2, may_reach};
use super::{ALONG_M, Attribution, PlotIndex, Seen, WALKED_FIXES, WALKED_M};
use crate::path::Place;

/// Plots that a way came by.
#[derive(Debug)]
pub(super) struct Nearby<'a> {
    index: &'a PlotIndex,
    /// In the order of the way.
    plots: Vec<Near>,
    /// Where each plot of the index stands in it.
    places: Vec<Option<usize>>,
    /// How many legs were followed.
    legs: usize,
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
    /// The last of them: its number, where it ended, and the square of the distance from there.
    end: Option<(usize, (f64, f64), f64)>,
}

impl<'a> Nearby<'a> {
    pub(super) fn new(index: &'a PlotIndex) -> Self {
        Self {
            index,
            plots: Vec::new(),
            places: vec![None; index.plots().len()],
            legs: 0,
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
        self.legs += 1;
        index.around((from.point, to.point), margin, |number, shape| {
            let (a, b) = (shape.plane.to_m(from.point), shape.plane.to_m(to.point));
            let leg = Side {
                from: a,
                by: (b.0 - a.0, b.1 - a.1),
            };
            if !may_reach(shape, &leg, radius_m) {
                return;
            }
            let place = self.places.get(number).copied().flatten();
            let known = place.and_then(|place| self.plots.get(place)?.end);
            // Where the leg begins the one before ended, unless that was out of reach or across a gap.
            let from2 = match known {
                Some((leg, to, to2)) if leg + 1 == self.legs && to == a => to2,
                _ => apart2(shape, a),
            };
            let to2 = apart2(shape, b);
            let leg2 = leg_apart2(shape, &leg, from2.min(to2));
            if leg2 > radius_m * radius_m {
                return;
            }
            let place = place.unwrap_or_else(|| {
                self.plots.push(Near::new(number));
                self.plots.len() - 1
            });
            if let (Some(known), Some(plot)) =
                (self.places.get_mut(number), self.plots.get_mut(place))
            {
                *known = Some(place);
                plot.end = Some((self.legs, b, to2));
                let near = Distances {
                    leg_m: leg2.sqrt(),
                    from_m: from2.sqrt(),
                    to_m: to2.sqrt(),
                };
                plot.add(&near, leg, to.at_s - from.at_s, radius_m);
            }
        });
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
            end: None,
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

/// So many metres as 1e-7 degree of longitude and latitude, with something to spare.
pub(super) fn margin(at: Wgs84, radius_m: f64) -> (i64, i64) {
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
