//! The Gauss–Krüger grids of CGCS2000, in which Chinese land is surveyed.
//!
//! Zones of three degrees are numbered 25 to 45, those of six degrees 13 to 23, so that a number tells
//! its width. Eastings are written with the number of the zone in front (`39 451 756.5`) or without
//! (`451 756.5`), and files that say the one and do the other are common: both are read.
//!
//! CGCS2000 is taken as equal to WGS-84. Their axes agreed to centimetres in 2000; since then the plate
//! has moved by some 0.75 m, which is why nobody should claim better than a metre.

use crate::Wgs84;
use crate::transverse_mercator::{Ellipsoid, ProjectionError, TransverseMercator};

/// How wide the zones are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ZoneWidth {
    /// Three degrees: zones 25 to 45, for maps of 1:10,000 and larger.
    Three,
    /// Six degrees: zones 13 to 23.
    Six,
}

/// The grid around one central meridian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GaussKruger {
    /// 75, 78 … 135.
    meridian_deg: u8,
}

/// What an easting grows by per zone number in front of it.
const PER_ZONE_M: f64 = 1e6;

impl GaussKruger {
    /// The grid of a zone.
    ///
    /// # Errors
    /// [`ProjectionError::NoSuchZone`] outside 25–45 and 13–23.
    pub fn zone(width: ZoneWidth, number: u8) -> Result<Self, ProjectionError> {
        match (width, number) {
            (ZoneWidth::Three, 25..=45) => Ok(Self {
                meridian_deg: number * 3,
            }),
            (ZoneWidth::Six, 13..=23) => Ok(Self {
                meridian_deg: number * 6 - 3,
            }),
            _ => Err(ProjectionError::NoSuchZone),
        }
    }

    /// The grid of the zone whose number stands in front of this easting.
    ///
    /// # Errors
    /// [`ProjectionError::NoSuchZone`] where there is no number in front, or not that of a zone.
    pub fn of_easting(east_m: f64) -> Result<Self, ProjectionError> {
        let number = prefix(east_m).ok_or(ProjectionError::NoSuchZone)?;
        Self::zone(ZoneWidth::Three, number).or_else(|_| Self::zone(ZoneWidth::Six, number))
    }

    /// The grid around a central meridian in degrees east: 75, 78 … 135.
    ///
    /// # Errors
    /// [`ProjectionError::NoSuchZone`] for any other.
    pub fn meridian(degrees: f64) -> Result<Self, ProjectionError> {
        (25..=45)
            .find(|zone| (f64::from(zone * 3_u8) - degrees).abs() < 1e-9)
            .map(|zone| Self {
                meridian_deg: zone * 3,
            })
            .ok_or(ProjectionError::NoSuchZone)
    }

    /// Its central meridian in degrees east.
    pub fn meridian_deg(self) -> f64 {
        f64::from(self.meridian_deg)
    }

    /// Its number among the zones of this width; only every second meridian has one of six degrees.
    pub fn number(self, width: ZoneWidth) -> Option<u8> {
        match width {
            ZoneWidth::Three => Some(self.meridian_deg / 3),
            ZoneWidth::Six => {
                let doubled = self.meridian_deg + 3;
                doubled.is_multiple_of(6).then_some(doubled / 6)
            }
        }
    }

    /// Easting without a zone number, and northing, in metres.
    ///
    /// # Errors
    /// [`ProjectionError::OutOfReach`] far from the zone.
    pub fn project(self, point: Wgs84) -> Result<[f64; 2], ProjectionError> {
        self.grid().project(point)
    }

    /// The point at this easting, with a zone number in front or without, and northing, in metres.
    ///
    /// # Errors
    /// [`ProjectionError::OtherZone`] where the number in front is not its own; `OutOfReach`.
    pub fn unproject(self, [east_m, north_m]: [f64; 2]) -> Result<Wgs84, ProjectionError> {
        let east_m = match prefix(east_m) {
            None => east_m,
            Some(number) => {
                let own = [ZoneWidth::Three, ZoneWidth::Six]
                    .into_iter()
                    .any(|width| self.number(width) == Some(number));
                if !own {
                    return Err(ProjectionError::OtherZone);
                }
                east_m - f64::from(number) * PER_ZONE_M
            }
        };
        self.grid().unproject([east_m, north_m])
    }

    fn grid(self) -> TransverseMercator {
        TransverseMercator {
            ellipsoid: Ellipsoid::Cgcs2000,
            meridian_deg: self.meridian_deg(),
            scale: 1.0,
            false_easting_m: 500_000.0,
            false_northing_m: 0.0,
        }
    }
}

/// The number in front of an easting, where there is one.
fn prefix(east_m: f64) -> Option<u8> {
    let number = (east_m / PER_ZONE_M).floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast that saturates, of a number checked to be 1 to 255"
    )]
    (1.0..256.0).contains(&number).then_some(number as u8)
}
