//! The transverse Mercator projection, which both Gauss–Krüger and UTM are.
//!
//! Krüger's series of 1912 in the third flattening, to its fourth power: within ten degrees of the
//! central meridian it is off by less than a micrometre, so that no library of projections is needed
//! for the two kinds of grid that land is surveyed in.

use crate::Wgs84;

/// Semi-major axis in metres, of both ellipsoids.
const AXIS_M: f64 = 6_378_137.0;

/// The ellipsoid on which a grid is reckoned; they differ by a tenth of a millimetre at the poles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ellipsoid {
    /// That of WGS-84.
    Wgs84,
    /// That of CGCS2000, which is that of GRS 80.
    Cgcs2000,
}

/// What the projection needs to know of an ellipsoid.
struct Shape {
    /// First eccentricity, squared.
    eccentricity2: f64,
    /// Length of a radian of the meridian, on average, in metres.
    meridian_radius_m: f64,
    /// Krüger's coefficients from conformal to rectifying latitude …
    forward: [f64; 4],
    /// … and back.
    backward: [f64; 4],
}

impl Shape {
    const WGS84: Self = Self::new(1.0 / 298.257_223_563);
    const CGCS2000: Self = Self::new(1.0 / 298.257_222_101);

    const fn new(flattening: f64) -> Self {
        let n = flattening / (2.0 - flattening);
        let n2 = n * n;
        Self {
            eccentricity2: flattening * (2.0 - flattening),
            meridian_radius_m: AXIS_M / (1.0 + n) * (1.0 + n2 / 4.0 + n2 * n2 / 64.0),
            forward: [
                n * (1.0 / 2.0 + n * (-2.0 / 3.0 + n * (5.0 / 16.0 + n * (41.0 / 180.0)))),
                n2 * (13.0 / 48.0 + n * (-3.0 / 5.0 + n * (557.0 / 1440.0))),
                n2 * n * (61.0 / 240.0 + n * (-103.0 / 140.0)),
                n2 * n2 * (49_561.0 / 161_280.0),
            ],
            backward: [
                n * (1.0 / 2.0 + n * (-2.0 / 3.0 + n * (37.0 / 96.0 + n * (-1.0 / 360.0)))),
                n2 * (1.0 / 48.0 + n * (1.0 / 15.0 + n * (-437.0 / 1440.0))),
                n2 * n * (17.0 / 480.0 + n * (-37.0 / 840.0)),
                n2 * n2 * (4_397.0 / 161_280.0),
            ],
        }
    }
}

/// Farther from the central meridian than this a grid is not used, and the series loses its exactness.
const REACH_DEG: f64 = 10.0;
/// The same in metres, at the equator, where a degree is longest.
const REACH_M: f64 = 1_130_000.0;

/// Why a point and a grid do not go together. Says nothing of the point: a position is personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectionError {
    /// More than ten degrees from the central meridian, or no number at all.
    #[error("the place is out of reach of this grid")]
    OutOfReach,
    /// The easting begins with the number of another zone.
    #[error("the easting begins with the number of another zone")]
    OtherZone,
    /// There is no such zone.
    #[error("there is no zone of this number")]
    NoSuchZone,
}

/// A transverse Mercator grid, its origin on the equator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TransverseMercator {
    /// What it is reckoned on.
    pub ellipsoid: Ellipsoid,
    /// Central meridian in degrees east.
    pub meridian_deg: f64,
    /// Scale along the central meridian: 1 for Gauss–Krüger, 0.9996 for UTM.
    pub scale: f64,
    /// Easting of the central meridian in metres.
    pub false_easting_m: f64,
    /// Northing of the equator in metres.
    pub false_northing_m: f64,
}

impl TransverseMercator {
    /// Easting and northing of the point, in metres.
    ///
    /// # Errors
    /// [`ProjectionError::OutOfReach`] more than ten degrees from the central meridian.
    pub fn project(&self, point: Wgs84) -> Result<[f64; 2], ProjectionError> {
        let shape = self.shape();
        let from_meridian = wrapped_deg(point.lon - self.meridian_deg);
        within(from_meridian, REACH_DEG)?;
        within(point.lat, 90.0)?;
        let (sin_lon, cos_lon) = from_meridian.to_radians().sin_cos();
        let tan = shape.conformal_tan(point.lat.to_radians().tan());
        let xi = tan.atan2(cos_lon);
        let eta = (sin_lon / tan.hypot(cos_lon)).asinh();
        let [xi, eta] = series(&shape.forward, 1.0, [xi, eta]);
        let scale_m = self.scale * shape.meridian_radius_m;
        Ok([
            self.false_easting_m + scale_m * eta,
            self.false_northing_m + scale_m * xi,
        ])
    }

    /// The point at this easting and northing, in metres.
    ///
    /// # Errors
    /// [`ProjectionError::OutOfReach`] where the numbers lie beyond the grid or beyond a pole.
    pub fn unproject(&self, [east_m, north_m]: [f64; 2]) -> Result<Wgs84, ProjectionError> {
        let shape = self.shape();
        let east_m = east_m - self.false_easting_m;
        within(east_m, REACH_M)?;
        let scale_m = self.scale * shape.meridian_radius_m;
        let xi = (north_m - self.false_northing_m) / scale_m;
        within(xi, std::f64::consts::FRAC_PI_2)?;
        let [xi, eta] = series(&shape.backward, -1.0, [xi, east_m / scale_m]);
        let lon = eta.sinh().atan2(xi.cos());
        let tan = shape.geodetic_tan(xi.sin() / eta.sinh().hypot(xi.cos()));
        Wgs84::new(
            wrapped_deg(self.meridian_deg + lon.to_degrees()),
            tan.atan().to_degrees(),
        )
        .map_err(|_| ProjectionError::OutOfReach)
    }

    fn shape(&self) -> &'static Shape {
        match self.ellipsoid {
            Ellipsoid::Wgs84 => &Shape::WGS84,
            Ellipsoid::Cgcs2000 => &Shape::CGCS2000,
        }
    }
}

/// Refuses what is farther from zero than this, and what is no number.
fn within(number: f64, most: f64) -> Result<(), ProjectionError> {
    if number.abs() <= most {
        Ok(())
    } else {
        Err(ProjectionError::OutOfReach)
    }
}

/// Degrees within ±180.
fn wrapped_deg(degrees: f64) -> f64 {
    if degrees.abs() <= 180.0 {
        degrees
    } else {
        (degrees + 180.0).rem_euclid(360.0) - 180.0
    }
}

/// Adds the terms of one of the two series; they differ in their sign.
fn series(coefficients: &[f64; 4], sign: f64, [xi, eta]: [f64; 2]) -> [f64; 2] {
    let mut sum = [xi, eta];
    let mut twice = 0.0;
    for coefficient in coefficients {
        twice += 2.0;
        let ((sin, cos), angle) = ((twice * xi).sin_cos(), twice * eta);
        sum[0] += sign * coefficient * sin * angle.cosh();
        sum[1] += sign * coefficient * cos * angle.sinh();
    }
    sum
}

impl Shape {
    /// Tangent of the conformal latitude, from that of the geodetic one.
    fn conformal_tan(&self, tan: f64) -> f64 {
        let eccentricity = self.eccentricity2.sqrt();
        let root = tan.hypot(1.0);
        let sigma = (eccentricity * (eccentricity * tan / root).atanh()).sinh();
        tan * sigma.hypot(1.0) - sigma * root
    }

    /// The other way: Newton's method, which gains all digits in three rounds.
    fn geodetic_tan(&self, conformal: f64) -> f64 {
        let rest = 1.0 - self.eccentricity2;
        let mut tan = conformal / rest.sqrt();
        for _ in 0..4 {
            let there = self.conformal_tan(tan);
            let slope = rest * there.hypot(1.0) * tan.hypot(1.0) / (1.0 + rest * tan * tan);
            let step = (conformal - there) / slope;
            if !step.is_finite() {
                break;
            }
            tan += step;
        }
        tan
    }
}
