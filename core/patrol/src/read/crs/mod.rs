//! Coordinate reference systems: which numbers of a file mean which place.
//!
//! Read are degrees of WGS-84 and CGCS2000, the Gauss–Krüger grids of CGCS2000 and UTM; ETRS89 is taken
//! as WGS-84, from which it differs by less than a metre, as CGCS2000 does. Anything else is refused by
//! its name. In particular Xi'an 1980 and Beijing 1954: no public formula leads from them to CGCS2000,
//! and a guess would be off by tens of metres without showing it.
//!
//! Axes are taken as GIS programs write them, easting or longitude first, whatever the authority says.

mod wkt;

use fieldwork_geo::{GaussKruger, TransverseMercator, Utm, Wgs84, ZoneWidth};

use crate::track::Datum;

/// What the two numbers of a corner mean.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Crs {
    /// Degrees of longitude and latitude.
    Degrees(Datum),
    /// Metres of a Gauss–Krüger grid of CGCS2000, with the zone's number in front or without.
    GaussKruger(GaussKruger),
    /// Metres of a UTM grid.
    Utm(Utm),
    /// Metres of a grid around a meridian of its own, as some towns have.
    TransverseMercator(TransverseMercator),
}

/// A system that is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("coordinates in {name} are not read; convert them to CGCS2000 or WGS-84 first")]
pub struct CrsError {
    /// The name of the system, as far as it is known.
    pub name: String,
}

impl CrsError {
    fn new(name: impl Into<String>) -> Self {
        // A name may come from a file: it is cut.
        Self {
            name: name.into().chars().take(80).collect(),
        }
    }
}

impl Crs {
    /// The system of an EPSG code.
    ///
    /// # Errors
    /// [`CrsError`] names a system that is not read.
    pub fn from_epsg(code: u32) -> Result<Self, CrsError> {
        // The number of a zone, from the code of the first zone and its number.
        let zone = |first: u32, number: u32| u8::try_from(code - first + number).unwrap_or(0);
        let grid = match code {
            4326 | 4979 | 4258 => return Ok(Self::Degrees(Datum::Wgs84)),
            4490 | 4480 => return Ok(Self::Degrees(Datum::Cgcs2000)),
            4491..=4501 => GaussKruger::zone(ZoneWidth::Six, zone(4491, 13)).map(Self::GaussKruger),
            4502..=4512 => GaussKruger::zone(ZoneWidth::Six, zone(4502, 13)).map(Self::GaussKruger),
            4513..=4533 => {
                GaussKruger::zone(ZoneWidth::Three, zone(4513, 25)).map(Self::GaussKruger)
            }
            4534..=4554 => {
                GaussKruger::zone(ZoneWidth::Three, zone(4534, 25)).map(Self::GaussKruger)
            }
            // ETRS89 in UTM zones; 3067 is zone 35 stretched over the whole of Finland.
            25_828..=25_838 => Utm::north(zone(25_828, 28)).map(Self::Utm),
            3067 => Utm::north(35).map(Self::Utm),
            32_601..=32_660 => Utm::north(zone(32_601, 1)).map(Self::Utm),
            32_701..=32_760 => Utm::south(zone(32_701, 1)).map(Self::Utm),
            4610 | 2327..=2390 => return Err(CrsError::new(format!("Xi'an 1980 (EPSG:{code})"))),
            4214 | 2401..=2442 | 21_413..=21_483 => {
                return Err(CrsError::new(format!("Beijing 1954 (EPSG:{code})")));
            }
            _ => return Err(CrsError::new(format!("EPSG:{code}"))),
        };
        grid.map_err(|_| CrsError::new(format!("EPSG:{code}")))
    }

    /// The system of a name such as `EPSG:4549`, `urn:ogc:def:crs:EPSG::4490`,
    /// `urn:ogc:def:crs:OGC:1.3:CRS84` or `gcj02`.
    ///
    /// # Errors
    /// [`CrsError`] names a system that is not read.
    pub fn from_name(name: &str) -> Result<Self, CrsError> {
        let name = name.trim();
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "wgs84" | "wgs-84" => return Ok(Self::Degrees(Datum::Wgs84)),
            "cgcs2000" => return Ok(Self::Degrees(Datum::Cgcs2000)),
            "gcj02" | "gcj-02" => return Ok(Self::Degrees(Datum::Gcj02)),
            "bd09" | "bd-09" => return Ok(Self::Degrees(Datum::Bd09)),
            _ if lower.ends_with("crs84") => return Ok(Self::Degrees(Datum::Wgs84)),
            _ => {}
        }
        let code = lower
            .rsplit([':', '/'])
            .next()
            .and_then(|code| code.parse().ok());
        match code {
            Some(code) if lower.contains("epsg") => Self::from_epsg(code),
            _ => Err(CrsError::new(name)),
        }
    }

    /// The system of a well-known text, as `.prj` files and GeoPackages hold it.
    ///
    /// # Errors
    /// [`CrsError`] names a system that is not read.
    pub fn from_wkt(text: &str) -> Result<Self, CrsError> {
        wkt::crs(text)
    }

    /// The system told by the numbers alone, where a file says nothing: degrees that could be such, or
    /// eastings with a zone number in front. Metres without one could be of any zone.
    pub(crate) fn guess(bounds: &Bounds) -> Option<Self> {
        if bounds.are_degrees() {
            return Some(Self::Degrees(Datum::Wgs84));
        }
        let west = GaussKruger::of_easting(bounds.min[0]).ok()?;
        let east = GaussKruger::of_easting(bounds.max[0]).ok()?;
        (west == east).then_some(Self::GaussKruger(west))
    }

    /// Where a corner lies; `None` where the numbers are no place in this system.
    pub(crate) fn place(self, corner: [f64; 2]) -> Option<Wgs84> {
        match self {
            Self::Degrees(datum) => super::place(corner[0], corner[1], datum),
            Self::GaussKruger(grid) => grid.unproject(corner).ok(),
            Self::Utm(grid) => grid.unproject(corner).ok(),
            Self::TransverseMercator(grid) => grid.unproject(corner).ok(),
        }
    }

    /// Whether corners only make sense with their two numbers exchanged: all of them then, and none as
    /// they are, so that one stray corner does not turn a village round.
    pub(crate) fn is_swapped(self, corners: impl IntoIterator<Item = [f64; 2]>) -> bool {
        let mut corners = corners.into_iter().peekable();
        let any = corners.peek().is_some();
        any && corners.all(|[x, y]| self.place([x, y]).is_none() && self.place([y, x]).is_some())
    }
}

/// The smallest and largest numbers of a file's corners.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) min: [f64; 2],
    pub(crate) max: [f64; 2],
}

impl Bounds {
    /// `None` where there is no finite corner.
    pub(crate) fn of(corners: impl IntoIterator<Item = [f64; 2]>) -> Option<Self> {
        let mut bounds: Option<Self> = None;
        for corner in corners {
            if !corner.iter().all(|number| number.is_finite()) {
                continue;
            }
            let bounds = bounds.get_or_insert(Self {
                min: corner,
                max: corner,
            });
            let limits = bounds.min.iter_mut().zip(&mut bounds.max);
            for ((least, most), number) in limits.zip(corner) {
                *least = least.min(number);
                *most = most.max(number);
            }
        }
        bounds
    }

    fn are_degrees(&self) -> bool {
        let within = |axis: usize, most: f64| self.min[axis] >= -most && self.max[axis] <= most;
        (within(0, 180.0) && within(1, 90.0)) || (within(0, 90.0) && within(1, 180.0))
    }
}
