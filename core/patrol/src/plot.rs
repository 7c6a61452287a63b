//! A plot of land.

use fieldwork_geo::Polygon;

/// A plot, as a register or a file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plot {
    /// Its code; of a file without codes, its number in the file.
    pub code: String,
    /// Its name; empty where there is none.
    pub name: String,
    /// Where it lies, WGS-84: one or more parts, with holes.
    pub outline: Polygon,
}
