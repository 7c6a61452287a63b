//! The datums of Chinese maps: GCJ-02 and, on top of it, BD-09.
//!
//! Neither is ever stored. The formulas are the customary public ones. No border is built in: who has a
//! point names its datum, and nothing is guessed from where it lies (the customary boxes shift Hong Kong
//! and Hanoi alike, and masks of the mainland forget towns on its edge).

use std::f64::consts::PI;

use crate::Wgs84;

/// A point in GCJ-02 degrees, as most Chinese map services want it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gcj02 {
    /// Longitude in degrees.
    pub lon: f64,
    /// Latitude in degrees.
    pub lat: f64,
}

/// A point in BD-09 degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bd09 {
    /// Longitude in degrees.
    pub lon: f64,
    /// Latitude in degrees.
    pub lat: f64,
}

/// Semi-major axis in metres and squared eccentricity of the ellipsoid that GCJ-02 reckons with
/// (Krassowsky 1940, not that of WGS-84).
const AXIS_M: f64 = 6_378_245.0;
const ECCENTRICITY2: f64 = 0.006_693_421_622_965_943;

/// Rounds of the inverse stop at this change in degrees, about 0.01 mm …
const CLOSE_ENOUGH_DEG: f64 = 1e-10;
/// … or after this many: in China the shift changes by less than a hundredth of the distance, so each round
/// gains two digits; far from it, where nobody uses these datums, the limit ends the search.
const ROUNDS: usize = 16;

impl Wgs84 {
    /// The point in GCJ-02.
    pub fn gcj02(self) -> Gcj02 {
        let (lon, lat) = shift(self.lon, self.lat);
        Gcj02 {
            lon: self.lon + lon,
            lat: self.lat + lat,
        }
    }

    /// The point in BD-09.
    pub fn bd09(self) -> Bd09 {
        self.gcj02().bd09()
    }
}

impl Gcj02 {
    /// The point in BD-09.
    pub fn bd09(self) -> Bd09 {
        let (radius, angle) = swirl(self.lon, self.lat, 1.0);
        Bd09 {
            lon: radius * angle.cos() + BD_LON,
            lat: radius * angle.sin() + BD_LAT,
        }
    }

    /// The point in WGS-84, to 0.2 mm or better.
    ///
    /// The formula has no inverse in closed form: this looks for the point whose shift leads here.
    pub fn wgs84(self) -> Wgs84 {
        let (lon, lat) = invert(self.lon, self.lat, |lon, lat| {
            let there = Wgs84 { lon, lat }.gcj02();
            (there.lon, there.lat)
        });
        Wgs84 { lon, lat }
    }
}

impl Bd09 {
    /// The point in GCJ-02, to 0.2 mm or better.
    pub fn gcj02(self) -> Gcj02 {
        let (radius, angle) = swirl(self.lon - BD_LON, self.lat - BD_LAT, -1.0);
        // The customary inverse is off by some decimetres; it is only where the search starts.
        let start = (radius * angle.cos(), radius * angle.sin());
        let (lon, lat) = invert_from(start, self.lon, self.lat, |lon, lat| {
            let there = Gcj02 { lon, lat }.bd09();
            (there.lon, there.lat)
        });
        Gcj02 { lon, lat }
    }
}

const BD_LON: f64 = 0.0065;
const BD_LAT: f64 = 0.006;

fn swirl(lon: f64, lat: f64, sign: f64) -> (f64, f64) {
    const K: f64 = PI * 3000.0 / 180.0;
    let radius = lon.hypot(lat) + sign * 0.000_02 * (lat * K).sin();
    let angle = lat.atan2(lon) + sign * 0.000_003 * (lon * K).cos();
    (radius, angle)
}

fn invert(lon: f64, lat: f64, forward: impl Fn(f64, f64) -> (f64, f64)) -> (f64, f64) {
    invert_from((lon, lat), lon, lat, forward)
}

/// Finds the point that `forward` leads to (`lon`, `lat`), by adding what is still missing.
fn invert_from(
    start: (f64, f64),
    lon: f64,
    lat: f64,
    forward: impl Fn(f64, f64) -> (f64, f64),
) -> (f64, f64) {
    let (mut x, mut y) = start;
    for _ in 0..ROUNDS {
        let there = forward(x, y);
        let (dx, dy) = (lon - there.0, lat - there.1);
        x += dx;
        y += dy;
        if dx.abs() < CLOSE_ENOUGH_DEG && dy.abs() < CLOSE_ENOUGH_DEG {
            break;
        }
    }
    (x, y)
}

/// What GCJ-02 adds to longitude and latitude, in degrees.
fn shift(lon: f64, lat: f64) -> (f64, f64) {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let sin_lat = lat.to_radians().sin();
    let m = 1.0 - ECCENTRICITY2 * sin_lat * sin_lat;
    let meridian_m = AXIS_M * (1.0 - ECCENTRICITY2) / (m * m.sqrt());
    let parallel_m = AXIS_M / m.sqrt() * lat.to_radians().cos();
    (
        east_m(x, y) * 180.0 / (parallel_m * PI),
        north_m(x, y) * 180.0 / (meridian_m * PI),
    )
}

fn waves(x: f64) -> f64 {
    (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0
}

fn north_m(x: f64, y: f64) -> f64 {
    let plain = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * x.abs().sqrt();
    let short = (20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0;
    let long = (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    plain + waves(x) + short + long
}

fn east_m(x: f64, y: f64) -> f64 {
    let plain = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * x.abs().sqrt();
    let short = (20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin()) * 2.0 / 3.0;
    let long = (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
    plain + waves(x) + short + long
}
