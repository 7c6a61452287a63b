//! What a receiver said, in order, as all parts of this crate see it.

use fieldwork_geo::Wgs84;

/// One statement of a receiver.
///
/// Nothing is judged here: fixes at 0° 0°, made-up ones and those that go back in time are kept, and
/// left out where a length is made of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fix {
    /// Where, WGS-84.
    pub point: Wgs84,
    /// Wall time, UTC milliseconds. A receiver's clock may be wrong and may jump.
    pub at_ms: Option<i64>,
    /// Milliseconds of a clock that never goes back, counted from anywhere; what orders fixes where it
    /// is there.
    pub elapsed_ms: Option<i64>,
    /// Radius in metres within which the place is right with about 68 %, as the receiver claims.
    pub accuracy_m: Option<f32>,
    /// Metres above the ellipsoid or the sea: receivers do not say which.
    pub altitude_m: Option<f32>,
    /// Made up by a program that tests others.
    pub mock: bool,
}

impl Fix {
    /// A fix of which only the place is known.
    pub fn at(point: Wgs84) -> Self {
        Self {
            point,
            at_ms: None,
            elapsed_ms: None,
            accuracy_m: None,
            altitude_m: None,
            mock: false,
        }
    }
}

/// The datum in which a source gave its places; they are WGS-84 once they are a [`Fix`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Datum {
    /// WGS-84, as receivers give it.
    #[default]
    Wgs84,
    /// CGCS2000; equal to WGS-84 at the precision of a phone.
    Cgcs2000,
    /// GCJ-02, as most Chinese map services give it.
    Gcj02,
    /// BD-09.
    Bd09,
}

/// Who made the fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Provider {
    /// Nobody says.
    #[default]
    Unknown,
    /// A satellite receiver.
    Gps,
    /// Masts and wireless networks.
    Network,
    /// The system's mixture of both.
    Fused,
    /// A file.
    File,
}

/// Why a segment begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Break {
    /// The track begins with it.
    #[default]
    Start,
    /// The worker had paused.
    Paused,
    /// No fix came for a while.
    NoSignal,
    /// The app had been ended, by the system or by hand.
    Restarted,
    /// The receiver was somewhere else all at once, and stayed there.
    Jump,
    /// The file says so and gives no reason.
    File,
}

/// Fixes without a known break between them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Segment {
    /// Why it begins.
    pub begins: Break,
    /// Who made its fixes.
    pub provider: Provider,
    /// The datum in which they were made.
    pub datum: Datum,
    /// In the order in which they were made.
    pub fixes: Vec<Fix>,
}

/// Segments in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Track {
    /// A name, as a file gives it; empty where there is none.
    pub name: String,
    /// Its segments; one without fixes is allowed.
    pub segments: Vec<Segment>,
}

impl Track {
    /// All fixes, in order.
    pub fn fixes(&self) -> impl Iterator<Item = &Fix> {
        self.segments.iter().flat_map(|segment| &segment.fixes)
    }
}
