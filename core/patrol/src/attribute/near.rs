//! Follows a way and keeps what it has to do with each plot that it comes by.

use std::collections::HashMap;

use fieldwork_geo::{Plane, Wgs84};

use super::index::{Shape, Side};
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

/// The square of the distance between a point and a side.
fn from_point2(side: &Side, (x, y): (f64, f64)) -> f64 {
    let (dx, dy) = (x - side.from.0, y - side.from.1);
    let length2 = side.by.0 * side.by.0 + side.by.1 * side.by.1;
    let along = if length2 > 0.0 {
        ((dx * side.by.0 + dy * side.by.1) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (ex, ey) = (dx - along * side.by.0, dy - along * side.by.1);
    ex * ex + ey * ey
}

/// The square of the distance between two sides; 0 where they cross.
fn apart2(a: &Side, b: &Side) -> f64 {
    let (dx, dy) = (b.from.0 - a.from.0, b.from.1 - a.from.1);
    let turn = a.by.0 * b.by.1 - a.by.1 * b.by.0;
    if turn != 0.0 {
        let on_a = (dx * b.by.1 - dy * b.by.0) / turn;
        let on_b = (dx * a.by.1 - dy * a.by.0) / turn;
        if (0.0..=1.0).contains(&on_a) && (0.0..=1.0).contains(&on_b) {
            return 0.0;
        }
    }
    let end = |side: &Side| (side.from.0 + side.by.0, side.from.1 + side.by.1);
    from_point2(a, b.from)
        .min(from_point2(a, end(b)))
        .min(from_point2(b, a.from))
        .min(from_point2(b, end(a)))
}

/// The part of the border within the legs' radii. The points of a side within a leg's radius are one
/// piece, because what lies within a radius of a leg is convex; so pieces are reckoned exactly and joined.
fn boundary_share(shape: &Shape, legs: &[(Side, f64)]) -> f64 {
    let (mut whole_m, mut within_m) = (0.0, 0.0);
    let mut pieces: Vec<(f64, f64)> = Vec::new();
    for side in &shape.sides {
        let length_m = side.by.0.hypot(side.by.1);
        whole_m += length_m;
        pieces.clear();
        pieces.extend(
            legs.iter()
                .filter_map(|(leg, radius_m)| piece(side, leg, *radius_m)),
        );
        pieces.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut reached = 0.0_f64;
        for (from, to) in &pieces {
            within_m += (to - from.max(reached)).max(0.0) * length_m;
            reached = reached.max(*to);
        }
    }
    if whole_m > 0.0 {
        (within_m / whole_m).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

/// From where to where, 0 to 1, a side lies within the radius of a leg.
fn piece(side: &Side, leg: &Side, radius_m: f64) -> Option<(f64, f64)> {
    let mut found: Option<(f64, f64)> = None;
    let mut join = |from: f64, to: f64| {
        let (from, to) = (from.max(0.0), to.min(1.0));
        if from <= to {
            let (a, b) = found.unwrap_or((from, to));
            found = Some((a.min(from), b.max(to)));
        }
    };
    let length2 = side.by.0 * side.by.0 + side.by.1 * side.by.1;
    let leg_m = leg.by.0.hypot(leg.by.1);
    if length2 == 0.0 {
        return None;
    }
    // Around the ends of the leg.
    for end in [leg.from, (leg.from.0 + leg.by.0, leg.from.1 + leg.by.1)] {
        let (dx, dy) = (side.from.0 - end.0, side.from.1 - end.1);
        let half = dx * side.by.0 + dy * side.by.1;
        let rest = half * half - length2 * (dx * dx + dy * dy - radius_m * radius_m);
        if rest >= 0.0 {
            let root = rest.sqrt();
            join((-half - root) / length2, (-half + root) / length2);
        }
    }
    // Beside it: within its length along it, and within the radius across it.
    if leg_m > 0.0 {
        let (ux, uy) = (leg.by.0 / leg_m, leg.by.1 / leg_m);
        let (dx, dy) = (side.from.0 - leg.from.0, side.from.1 - leg.from.1);
        let along = slab(
            dx * ux + dy * uy,
            side.by.0 * ux + side.by.1 * uy,
            0.0,
            leg_m,
        );
        let across = slab(
            dy * ux - dx * uy,
            side.by.1 * ux - side.by.0 * uy,
            -radius_m,
            radius_m,
        );
        if let (Some(along), Some(across)) = (along, across) {
            join(along.0.max(across.0), along.1.min(across.1));
        }
    }
    found
}

/// Where `start + t * step` lies within `low` and `high`.
fn slab(start: f64, step: f64, low: f64, high: f64) -> Option<(f64, f64)> {
    if step == 0.0 {
        return (low..=high)
            .contains(&start)
            .then_some((f64::NEG_INFINITY, f64::INFINITY));
    }
    let (a, b) = ((low - start) / step, (high - start) / step);
    Some((a.min(b), a.max(b)))
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
