//! Distances between sides and legs, and how much of a border lies near a way.

use super::index::{Shape, Side};

/// The square of the distance between a point and a side.
pub(super) fn from_point2(side: &Side, (x, y): (f64, f64)) -> f64 {
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

/// The square of the distance between a place and a plot; 0 inside.
pub(super) fn apart2(shape: &Shape, at: (f64, f64)) -> f64 {
    if shape.holds(at) {
        return 0.0;
    }
    let to_sides = shape.sides.iter().map(|side| from_point2(side, at));
    to_sides.fold(f64::INFINITY, f64::min)
}

/// The square of the distance between a leg and a plot, where those of its ends are known.
pub(super) fn leg_apart2(shape: &Shape, leg: &Side, ends2: f64) -> f64 {
    let mut nearest2 = ends2;
    for side in &shape.sides {
        if nearest2 == 0.0 || cross(side, leg) {
            return 0.0;
        }
        nearest2 = nearest2.min(from_point2(leg, side.from));
    }
    nearest2
}

/// Whether a leg may come within the radius at all, by the circle around the plot's middle.
pub(super) fn may_reach(shape: &Shape, leg: &Side, radius_m: f64) -> bool {
    let reach_m = shape.reach_m + radius_m;
    from_point2(leg, (0.0, 0.0)) <= reach_m * reach_m
}

fn cross(a: &Side, b: &Side) -> bool {
    let turn = a.by.0 * b.by.1 - a.by.1 * b.by.0;
    if turn == 0.0 {
        return false;
    }
    let (dx, dy) = (b.from.0 - a.from.0, b.from.1 - a.from.1);
    let on_a = (dx * b.by.1 - dy * b.by.0) / turn;
    let on_b = (dx * a.by.1 - dy * a.by.0) / turn;
    (0.0..=1.0).contains(&on_a) && (0.0..=1.0).contains(&on_b)
}

/// The part of the border within the legs' radii. The points of a side within a leg's radius are one
/// piece, because what lies within a radius of a leg is convex; so pieces are reckoned exactly and joined.
pub(super) fn boundary_share(shape: &Shape, legs: &[(Side, f64)]) -> f64 {
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
