//! Plots of areas.

use serde_json::{Map, Value};

use super::{declared, features, members, parse, position};
use crate::read::plot::{self, Columns, Declared, PlotFile, PlotOptions, Row, Shape};
use crate::read::warning::Notes;
use crate::read::{Crs, ReadError, WarningKind};
use crate::track::Datum;

/// Reads the areas of a GeoJSON file as plots. Without a `crs` member numbers are degrees of WGS-84, as
/// the format says, unless they cannot be.
///
/// # Errors
/// [`ReadError::NotGeoJson`], [`ReadError::FieldMissing`], and those about reference systems.
pub fn plots(bytes: &[u8], options: &PlotOptions) -> Result<PlotFile, ReadError> {
    let (value, broken) = parse(bytes)?;
    let mut notes = Notes::default();
    if broken {
        notes.add(WarningKind::EncodingBroken, None);
    }
    let features = features(&value);
    let columns = {
        // Members differ between features; the first few show them all.
        let first = features
            .iter()
            .take(100)
            .filter_map(|feature| feature.properties);
        Columns::of(first.flat_map(Map::keys).map(String::as_str), options)?
    };
    let mut rows = Vec::with_capacity(features.len());
    for feature in &features {
        let Some(geometry) = feature.geometry else {
            notes.add(WarningKind::FeatureUnreadable, feature.number);
            continue;
        };
        let shape = match shape(geometry) {
            Some(shape) if !shape.is_empty() => shape,
            Some(_) => {
                notes.add(WarningKind::FeatureIgnored, feature.number);
                continue;
            }
            None => {
                notes.add(WarningKind::FeatureUnreadable, feature.number);
                continue;
            }
        };
        let column = |name: &Option<String>| feature.properties?.get(name.as_ref()?).and_then(text);
        rows.push(Row {
            number: feature.number,
            shape,
            code: column(&columns.code),
            name: column(&columns.name),
        });
    }
    let declared = match declared(&value) {
        Some(crs) => Declared::from(crs),
        None => by_format(&rows),
    };
    plot::plots(rows, declared, columns, options, notes)
}

/// What the format says of a file without `crs`: WGS-84, unless not one feature can be that.
fn by_format(rows: &[Row]) -> Declared {
    let degrees = |row: &Row| {
        let mut corners = row.shape.iter().flatten().flatten();
        corners.all(|[lon, lat]| lon.abs() <= 180.0 && lat.abs() <= 90.0)
    };
    if rows.is_empty() || rows.iter().any(degrees) {
        Declared::Known(Crs::Degrees(Datum::Wgs84))
    } else {
        Declared::Nothing
    }
}

/// The areas of a geometry; empty where it has none, `None` where one is damaged.
fn shape(geometry: &Value) -> Option<Shape> {
    let mut shape = Shape::new();
    for (kind, coordinates) in members(geometry) {
        match kind {
            "Polygon" => shape.push(part(coordinates)?),
            "MultiPolygon" => {
                for polygon in coordinates.as_array()? {
                    shape.push(part(polygon)?);
                }
            }
            _ => {}
        }
    }
    Some(shape)
}

fn part(rings: &Value) -> Option<Vec<Vec<[f64; 2]>>> {
    let ring = |ring: &Value| ring.as_array()?.iter().map(position).collect();
    rings.as_array()?.iter().map(ring).collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_f64() => {
            Some(plot::number_text(number.as_f64()?, &number.to_string()))
        }
        // A code of twenty digits is more than a float can hold.
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
