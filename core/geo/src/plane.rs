//! A local plane: metres east and north of a point, good for a village.

use crate::Wgs84;

/// WGS-84: semi-major axis in metres and squared eccentricity.
pub(crate) const AXIS_M: f64 = 6_378_137.0;
pub(crate) const ECCENTRICITY2: f64 = 0.006_694_379_990_14;

/// The plane that touches the WGS-84 ellipsoid at a point.
///
/// Ten kilometres away its distances are off by about 0.1 %, within a village by millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plane {
    origin: Wgs84,
    east_m_per_rad: f64,
    north_m_per_rad: f64,
}

impl Plane {
    /// The plane that touches at `origin`.
    pub fn at(origin: Wgs84) -> Self {
        let (sin, cos) = origin.lat.to_radians().sin_cos();
        let w = (1.0 - ECCENTRICITY2 * sin * sin).sqrt();
        Self {
            origin,
            east_m_per_rad: AXIS_M / w * cos,
            north_m_per_rad: AXIS_M * (1.0 - ECCENTRICITY2) / (w * w * w),
        }
    }

    /// Metres east and north of the origin.
    pub fn to_m(&self, point: Wgs84) -> (f64, f64) {
        let east = short_way(point.lon - self.origin.lon).to_radians() * self.east_m_per_rad;
        let north = (point.lat - self.origin.lat).to_radians() * self.north_m_per_rad;
        (east, north)
    }

    /// The point so many metres east and north of the origin.
    pub fn to_point(&self, (east_m, north_m): (f64, f64)) -> Wgs84 {
        Wgs84 {
            lon: short_way(self.origin.lon + (east_m / self.east_m_per_rad).to_degrees()),
            lat: self.origin.lat + (north_m / self.north_m_per_rad).to_degrees(),
        }
    }
}

/// A longitude, or a difference of two, brought within ±180°: across the date line the way is short.
pub fn short_way(degrees: f64) -> f64 {
    if degrees > 180.0 {
        degrees - 360.0
    } else if degrees < -180.0 {
        degrees + 360.0
    } else {
        degrees
    }
}

/// Metres between two points, on the plane that touches at the latitude between them.
///
/// For points of one village; the error grows with the square of the distance.
pub fn distance_m(a: Wgs84, b: Wgs84) -> f64 {
    let middle = Wgs84 {
        lon: a.lon,
        lat: f64::midpoint(a.lat, b.lat),
    };
    let plane = Plane::at(middle);
    let ((ax, ay), (bx, by)) = (plane.to_m(a), plane.to_m(b));
    (ax - bx).hypot(ay - by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousandth_of_a_degree_is_as_long_as_the_ellipsoid_says() {
        let at = |lon, lat| Wgs84 { lon, lat };
        // From the published series for the length of a degree (m): 110 852.4 of latitude at 30°,
        // 96 486.3 of longitude.
        let north = distance_m(at(115.0, 29.9995), at(115.0, 30.0005));
        let east = distance_m(at(115.0, 30.0), at(115.001, 30.0));
        assert!((north - 110.8524).abs() < 1e-3, "{north}");
        assert!((east - 96.4863).abs() < 1e-3, "{east}");
        assert_eq!(distance_m(at(115.0, 30.0), at(115.0, 30.0)), 0.0);
    }

    #[test]
    fn the_way_across_the_date_line_is_short() {
        let at = |lon| Wgs84 { lon, lat: 52.0 };
        let across = distance_m(at(179.9995), at(-179.9995));
        assert!((across - distance_m(at(10.0), at(10.001))).abs() < 1e-6);
        let plane = Plane::at(at(179.9995));
        let (east, _) = plane.to_m(at(-179.9995));
        assert!((plane.to_point((east, 0.0)).lon + 179.9995).abs() < 1e-9);
    }

    #[test]
    fn a_point_comes_back_from_the_plane() {
        let plane = Plane::at(Wgs84 {
            lon: 115.4172,
            lat: 33.2816,
        });
        let point = plane.to_point((250.0, -120.0));
        let (east, north) = plane.to_m(point);
        assert!((east - 250.0).abs() < 1e-6 && (north + 120.0).abs() < 1e-6);
    }
}
