//! The Universal Transverse Mercator grids.

use crate::Wgs84;
use crate::transverse_mercator::{Ellipsoid, ProjectionError, TransverseMercator};

/// One of the 120 grids: a zone of six degrees, north or south of the equator.
///
/// The exceptions around Norway and Svalbard change who uses which zone, not what a zone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Utm {
    zone: u8,
    south: bool,
}

impl Utm {
    /// The grid of a zone, 1 to 60, on the northern hemisphere.
    ///
    /// # Errors
    /// [`ProjectionError::NoSuchZone`].
    pub fn north(zone: u8) -> Result<Self, ProjectionError> {
        Self::new(zone, false)
    }

    /// The grid of a zone, 1 to 60, on the southern hemisphere.
    ///
    /// # Errors
    /// [`ProjectionError::NoSuchZone`].
    pub fn south(zone: u8) -> Result<Self, ProjectionError> {
        Self::new(zone, true)
    }

    fn new(zone: u8, south: bool) -> Result<Self, ProjectionError> {
        if (1..=60).contains(&zone) {
            Ok(Self { zone, south })
        } else {
            Err(ProjectionError::NoSuchZone)
        }
    }

    /// Easting and northing in metres.
    ///
    /// # Errors
    /// [`ProjectionError::OutOfReach`] far from the zone.
    pub fn project(self, point: Wgs84) -> Result<[f64; 2], ProjectionError> {
        self.grid().project(point)
    }

    /// The point at this easting and northing, in metres.
    ///
    /// # Errors
    /// [`ProjectionError::OutOfReach`] where the numbers lie beyond the grid.
    pub fn unproject(self, grid_m: [f64; 2]) -> Result<Wgs84, ProjectionError> {
        self.grid().unproject(grid_m)
    }

    fn grid(self) -> TransverseMercator {
        TransverseMercator {
            ellipsoid: Ellipsoid::Wgs84,
            meridian_deg: f64::from(self.zone) * 6.0 - 183.0,
            scale: 0.9996,
            false_easting_m: 500_000.0,
            false_northing_m: if self.south { 10_000_000.0 } else { 0.0 },
        }
    }
}
