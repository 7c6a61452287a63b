//! The box around what was walked, also across 180°.

use fieldwork_geo::{Wgs84, short_way};

/// Grows by points; longitudes are unrolled around the first.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bounds {
    /// Longitude of the first point, and the farthest west, south, east and north.
    seen: Option<(f64, [f64; 4])>,
}

impl Bounds {
    pub(super) fn include(&mut self, point: Wgs84) {
        let (first, [west, south, east, north]) = self
            .seen
            .unwrap_or((point.lon, [0.0, point.lat, 0.0, point.lat]));
        let lon = short_way(point.lon - first);
        let grown = [
            west.min(lon),
            south.min(point.lat),
            east.max(lon),
            north.max(point.lat),
        ];
        self.seen = Some((first, grown));
    }

    /// West, south, east, north in degrees; west is greater than east across 180°.
    pub(super) fn degrees(&self) -> Option<[f64; 4]> {
        let (first, [west, south, east, north]) = self.seen?;
        Some([
            short_way(first + west),
            south,
            short_way(first + east),
            north,
        ])
    }
}
