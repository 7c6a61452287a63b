//! How far somebody walked, from the fixes of a phone.
//!
//! Two rules are enough on foot. A fix that is not sure of itself is passed over, or one reflection
//! from a wall adds a detour. A step shorter than the noise is not counted until it has grown, or an
//! hour at a table adds a kilometre.

use crate::{Wgs84, distance_m};

/// A fix less sure than this many metres is passed over; so is one that does not say how sure it is.
pub const WORST_ACCURACY_M: f64 = 20.0;

/// A leg counts once it is this many metres long.
pub const SHORTEST_LEG_M: f64 = 6.0;

/// Metres walked through these fixes, in order: `(position, accuracy in metres)`.
///
/// `None` where not one fix can be used: then nothing is known, which is not the same as nought.
pub fn track_length_m(fixes: impl IntoIterator<Item = (Wgs84, Option<f64>)>) -> Option<f64> {
    let sure = |accuracy: Option<f64>| accuracy.is_some_and(|metres| metres <= WORST_ACCURACY_M);
    let mut points = fixes
        .into_iter()
        .filter(|(_, accuracy)| sure(*accuracy))
        .map(|(point, _)| point);
    let mut from = points.next()?;
    let mut length_m = 0.0;
    for point in points {
        let leg_m = distance_m(from, point);
        if leg_m >= SHORTEST_LEG_M {
            length_m += leg_m;
            from = point;
        }
    }
    Some(length_m)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Plane;

    fn plane() -> Plane {
        Plane::at(Wgs84 {
            lon: 115.4172,
            lat: 33.2816,
        })
    }

    #[test]
    fn one_wild_fix_and_a_long_rest_add_nothing() {
        let plane = plane();
        let at = |east_m: f64, accuracy: f64| (plane.to_point((east_m, 0.0)), Some(accuracy));
        let walked = [at(0.0, 4.0), at(50.0, 4.0), at(300.0, 80.0), at(100.0, 4.0)];
        let length = track_length_m(walked).unwrap();
        assert!((length - 100.0).abs() < 0.01, "{length}");
        let rest = (0..1_000).map(|n| at(if n % 2 == 0 { 0.0 } else { 4.0 }, 4.0));
        assert_eq!(track_length_m(rest), Some(0.0));
    }

    #[test]
    fn small_steps_count_once_they_have_become_a_leg() {
        let plane = plane();
        let steps = (0..=100).map(|n| (plane.to_point((f64::from(n), 0.0)), Some(5.0)));
        let length = track_length_m(steps).unwrap();
        assert!((96.0 - 0.01..=100.01).contains(&length), "{length}");
    }

    #[test]
    fn without_a_usable_fix_nothing_is_known() {
        let point = plane().to_point((0.0, 0.0));
        assert_eq!(track_length_m([]), None);
        assert_eq!(track_length_m([(point, Some(50.0)), (point, None)]), None);
        assert_eq!(track_length_m([(point, Some(f64::NAN))]), None);
        assert_eq!(track_length_m([(point, Some(3.0))]), Some(0.0));
    }
}
