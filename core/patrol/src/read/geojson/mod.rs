//! GeoJSON: tracks of lines, plots of areas.
//!
//! Read by hand over a JSON tree rather than through types: in files of the field one feature in a
//! thousand has a ring of two corners or `null` for a number, and it must cost itself alone. The `crs`
//! member of the format's first edition is still what programs write for other systems than WGS-84, and
//! is heeded.

mod plot;
mod track;

use serde_json::{Map, Value};

use super::crs::CrsError;
use super::{Crs, ReadError, limit, text};

pub use plot::plots;
pub use track::tracks;

fn parse(bytes: &[u8]) -> Result<(Value, bool), ReadError> {
    limit::check_file(bytes)?;
    let (text, broken) = text::decode(bytes);
    let value: Value = serde_json::from_str(&text).map_err(|error| ReadError::NotGeoJson {
        line: u32::try_from(error.line()).unwrap_or(u32::MAX),
    })?;
    let known = ["FeatureCollection", "Feature", "GeometryCollection"];
    let kind = value
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if known.contains(&kind) || value.get("coordinates").is_some() {
        Ok((value, broken))
    } else {
        Err(ReadError::NotGeoJson { line: 1 })
    }
}

/// The system that a `crs` member names.
fn declared(value: &Value) -> Option<Result<Crs, CrsError>> {
    let member = value.get("crs").filter(|member| member.is_object())?;
    let properties = member.get("properties")?;
    let code = || {
        let code = properties.get("code")?;
        let code = code.as_u64().or_else(|| code.as_str()?.parse().ok())?;
        Some(Crs::from_epsg(u32::try_from(code).unwrap_or(0)))
    };
    let name = properties.get("name").and_then(Value::as_str);
    name.map(Crs::from_name).or_else(code)
}

/// A geometry and the properties it stands with.
struct Feature<'a> {
    /// Its number in the file, from 1.
    number: usize,
    properties: Option<&'a Map<String, Value>>,
    /// `None` where there is no geometry, or none that is one.
    geometry: Option<&'a Value>,
}

fn features(value: &Value) -> Vec<Feature<'_>> {
    match value.get("features").and_then(Value::as_array) {
        Some(all) => (1..)
            .zip(all)
            .map(|(number, value)| feature(number, value))
            .collect(),
        None => vec![feature(1, value)],
    }
}

fn feature(number: usize, value: &Value) -> Feature<'_> {
    let is_feature = value.get("type").and_then(Value::as_str) == Some("Feature");
    let geometry = if is_feature {
        value
            .get("geometry")
            .filter(|geometry| geometry.is_object())
    } else {
        Some(value)
    };
    Feature {
        number,
        properties: value.get("properties").and_then(Value::as_object),
        geometry,
    }
}

/// The geometries of a geometry: itself, or the members of a collection, one level deep.
fn members(geometry: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let collected = geometry.get("geometries").and_then(Value::as_array);
    let own = collected.is_none().then_some(geometry);
    let all = own.into_iter().chain(collected.into_iter().flatten());
    all.filter_map(|geometry| {
        let kind = geometry.get("type")?.as_str()?;
        Some((kind, geometry.get("coordinates")?))
    })
}

/// The first two numbers of a position.
fn position(value: &Value) -> Option<[f64; 2]> {
    let numbers = value.as_array()?;
    Some([numbers.first()?.as_f64()?, numbers.get(1)?.as_f64()?])
}
