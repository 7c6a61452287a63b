//! Geometries of GeoPackages.
//!
//! A GeoPackage is an SQLite database. This part knows what its rows hold: a header of the standard,
//! then well-known binary, of which areas are read. Reading the rows is the store's part, which alone
//! speaks SQL; it hands them over as a [`Layer`].

use super::plot::{self, Columns, Declared, PlotFile, PlotOptions, Row, Shape};
use super::warning::Notes;
use super::{Crs, CrsError, ReadError, WarningKind};

/// One table of features, as it stands in the database.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layer {
    /// What the database says of the reference system: organisation and code, such as `EPSG` and 4490.
    pub organization: String,
    /// The code that the organisation gave it.
    pub code: i64,
    /// The definition, as well-known text.
    pub definition: String,
    /// The columns that were taken for code and name.
    pub columns: LayerColumns,
    /// Its rows in order.
    pub rows: Vec<LayerRow>,
    /// The database could not be read to its end.
    pub cut_short: bool,
}

/// Which columns hold code and name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LayerColumns {
    /// The column of codes, if there is any.
    pub code: Option<String>,
    /// The column of names, if there is any.
    pub name: Option<String>,
}

impl LayerColumns {
    /// Finds the two columns among those there are.
    ///
    /// # Errors
    /// [`ReadError::FieldMissing`] where one was asked for that is not there.
    pub fn find(fields: &[String], options: &PlotOptions) -> Result<Self, ReadError> {
        let Columns { code, name } = Columns::of(fields.iter().map(String::as_str), options)?;
        Ok(Self { code, name })
    }
}

/// One feature.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LayerRow {
    /// The bytes of its geometry.
    pub geometry: Vec<u8>,
    /// What stands in the column of codes.
    pub code: Option<String>,
    /// What stands in the column of names.
    pub name: Option<String>,
}

/// A number that stands in a column, as a code: whole ones without a point.
pub fn number_text(number: f64) -> String {
    plot::number_text(number, &number.to_string())
}

/// Makes plots of a layer.
///
/// # Errors
/// Those about reference systems.
pub fn plots(layer: Layer, options: &PlotOptions) -> Result<PlotFile, ReadError> {
    let declared = declared(&layer);
    let mut notes = Notes::default();
    if layer.cut_short {
        notes.add(WarningKind::CutShort, None);
    }
    let mut rows = Vec::with_capacity(layer.rows.len());
    for (number, row) in (1..).zip(layer.rows) {
        match shape(&row.geometry) {
            Some(shape) if !shape.is_empty() => rows.push(Row {
                number,
                shape,
                code: row.code,
                name: row.name,
            }),
            Some(_) => notes.add(WarningKind::FeatureIgnored, number),
            None => notes.add(WarningKind::FeatureUnreadable, number),
        }
    }
    let columns = Columns {
        code: layer.columns.code,
        name: layer.columns.name,
    };
    plot::plots(rows, declared, columns, options, notes)
}

fn declared(layer: &Layer) -> Declared {
    let code = u32::try_from(layer.code).unwrap_or(0);
    let epsg = layer.organization.eq_ignore_ascii_case("EPSG");
    let by_code = if epsg {
        Crs::from_epsg(code)
    } else {
        Err(CrsError {
            name: "an unnamed system".to_owned(),
        })
    };
    match by_code {
        Ok(crs) => Declared::Known(crs),
        // Town grids have no code of EPSG, or one of their own.
        Err(error) => match Crs::from_wkt(&layer.definition) {
            Ok(crs) => Declared::Known(crs),
            // "Undefined" in the words of the standard: -1 in metres, 0 in degrees.
            Err(_) if matches!(layer.code, -1 | 0) => Declared::Nothing,
            Err(by_text) if !epsg => Declared::Refused(by_text),
            Err(_) => Declared::Refused(error),
        },
    }
}

/// The areas of a geometry; empty where it has none, `None` where it is damaged.
fn shape(geometry: &[u8]) -> Option<Shape> {
    let (magic, rest) = geometry.split_at_checked(2)?;
    let flags = *rest.get(1)?;
    if magic != b"GP" || flags & 0x20 != 0 {
        return None;
    }
    if flags & 0x10 != 0 {
        return Some(Shape::new());
    }
    let envelope = match (flags >> 1) & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return None,
    };
    let mut rest = rest.get(6 + envelope..)?;
    let mut shape = Shape::new();
    areas(&mut rest, &mut shape, 0)?;
    Some(shape)
}

/// Deeper than this no collection nests.
const MAX_DEPTH: usize = 8;
/// More rings no plot has; empty ones cost more here than in the file.
const MAX_RINGS: usize = 10_000;

/// Adds the areas of one well-known binary.
fn areas(rest: &mut &[u8], shape: &mut Shape, depth: usize) -> Option<()> {
    let little = match take(rest, 1)? {
        [0] => false,
        [1] => true,
        _ => return None,
    };
    let kind = count(rest, little)?;
    // Heights and measures are said by thousands in the standard and by high bits elsewhere.
    let (flags, plain) = (kind >> 29, kind & 0x1fff_ffff);
    let (base, thousands) = (plain % 1_000, plain / 1_000);
    let extra = match (flags, thousands) {
        (0, 0) => 0,
        (0, 1 | 2) | (2 | 4, 0) => 1,
        (0, 3) | (6, 0) => 2,
        _ => return None,
    };
    match base {
        3 if shape.len() < MAX_RINGS => shape.push(part(rest, little, 2 + extra)?),
        6 | 7 if depth < MAX_DEPTH => {
            for _ in 0..count(rest, little)? {
                areas(rest, shape, depth + 1)?;
            }
        }
        // A point or a line has no area; in a collection what comes after it cannot be found.
        1 | 2 | 4 | 5 if depth == 0 => {}
        _ => return None,
    }
    Some(())
}

fn part(rest: &mut &[u8], little: bool, numbers: usize) -> Option<Vec<Vec<[f64; 2]>>> {
    let mut rings = Vec::new();
    for _ in 0..count(rest, little)? {
        if rings.len() == MAX_RINGS {
            return None;
        }
        let points = usize::try_from(count(rest, little)?).ok()?;
        let bytes = take(rest, points.checked_mul(numbers * 8)?)?;
        let number = |bytes: &[u8]| {
            let bytes = *bytes.first_chunk()?;
            Some(if little {
                f64::from_le_bytes(bytes)
            } else {
                f64::from_be_bytes(bytes)
            })
        };
        let corner = |point: &[u8]| Some([number(point)?, number(point.get(8..)?)?]);
        rings.push(
            bytes
                .chunks_exact(numbers * 8)
                .map(corner)
                .collect::<Option<_>>()?,
        );
    }
    Some(rings)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

fn count(rest: &mut &[u8], little: bool) -> Option<u32> {
    let bytes = *take(rest, 4)?.first_chunk()?;
    Some(if little {
        u32::from_le_bytes(bytes)
    } else {
        u32::from_be_bytes(bytes)
    })
}
