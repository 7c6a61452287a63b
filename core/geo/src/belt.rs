//! How much of the ellipsoid lies between two parallels: areas that need no plane.

use crate::plane::{AXIS_M, ECCENTRICITY2};

/// Measures from one parallel, near which the numbers stay small.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Belt {
    from: f64,
}

impl Belt {
    /// Measures from this latitude, degrees.
    pub(crate) fn at(lat: f64) -> Self {
        Self {
            from: lat.to_radians(),
        }
    }

    /// Square metres a radian of longitude between the parallel and a line that runs straight from one
    /// latitude to another, degrees (Simpson's rule: the curve is nearly straight).
    pub(crate) fn mean_m2(self, a: f64, b: f64) -> f64 {
        let middle = f64::midpoint(a, b);
        (self.to_m2(a) + 4.0 * self.to_m2(middle) + self.to_m2(b)) / 6.0
    }

    /// Square metres a radian of longitude up to a latitude, degrees.
    fn to_m2(self, lat: f64) -> f64 {
        // Gauss, three points: exact to a part in 10^9 over a degree.
        const AT: f64 = 0.774_596_669_241_483_4;
        let (middle, half) = (
            f64::midpoint(self.from, lat.to_radians()),
            (lat.to_radians() - self.from) / 2.0,
        );
        let sum = 5.0 * strip_m2(middle - AT * half)
            + 8.0 * strip_m2(middle)
            + 5.0 * strip_m2(middle + AT * half);
        sum * half / 9.0
    }
}

/// Square metres a radian of longitude and a radian of latitude, at a latitude in radians.
fn strip_m2(lat: f64) -> f64 {
    let (sin, cos) = lat.sin_cos();
    let w2 = 1.0 - ECCENTRICITY2 * sin * sin;
    AXIS_M * AXIS_M * (1.0 - ECCENTRICITY2) * cos / (w2 * w2)
}
