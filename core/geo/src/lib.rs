//! Points, datums and outlines of one village.
//!
//! Everything inside is WGS-84 ([`Wgs84`]); the datums of Chinese maps exist only on the way out, as
//! types of their own ([`Gcj02`], [`Bd09`]), so that a point cannot be shifted twice:
//!
//! ```compile_fail,E0599
//! let point = fieldwork_geo::Wgs84::new(115.4172, 33.2816).unwrap();
//! let shifted_twice = point.gcj02().gcj02();
//! ```
//!
//! Outlines ([`Polygon`]) are integers of 1e-7 degree (about a centimetre), so that whether a point
//! lies inside is answered exactly and alike on every machine.
//!
//! Surveyed land comes in metres of a grid: [`GaussKruger`] and [`Utm`] turn those into degrees and back.
#![forbid(unsafe_code)]

mod belt;
mod datum;
mod gauss_kruger;
mod plane;
mod polygon;
mod transverse_mercator;
mod utm;
mod wgs84;

pub use datum::{Bd09, Gcj02};
pub use gauss_kruger::{GaussKruger, ZoneWidth};
pub use plane::{Plane, distance_m, short_way};
pub use polygon::{BoundingBox, Polygon, PolygonError, Position, Ring};
pub use transverse_mercator::{Ellipsoid, ProjectionError, TransverseMercator};
pub use utm::Utm;
pub use wgs84::{PointError, Wgs84};
