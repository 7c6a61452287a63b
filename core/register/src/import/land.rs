//! 地块 and 网格: GeoJSON, a feature per plot or grid.
//!
//! Coordinates are decimal degrees of WGS-84; they become integers of 1e-7 degree at once.

use std::collections::{BTreeMap, HashMap};

use fieldwork_geo::{Polygon, Ring, Wgs84};
use fieldwork_ids::IdKind;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::cell::{Check, Column, code};
use super::household::Households;
use super::{Files, SourceFile};
use crate::{Entity, EntityId, EntityKind, FileRows, FindingKind, ImportReport, RegisterError};

const PLOT: &[Column] = &[
    Column::needed("DKBM", "plot.code", Check::Id(IdKind::Plot)),
    Column::optional("DKMC", "plot.name", Check::Text),
    Column::needed("CBFBM", "plot.contractor", Check::Id(IdKind::Contractor)),
    Column::needed("SCMJM", "plot.area", Check::Number),
    Column::needed("SFJBNT", "plot.basic_farmland", Check::Text),
    Column::optional("DKLB", "plot.category", Check::Text),
    Column::optional("TDYT", "plot.contract_use", Check::Text),
];

const GRID: &[Column] = &[
    Column::needed("WGMC", "grid.name", Check::Text),
    Column::optional("WGY", "grid.keeper", Check::Text),
];

pub(super) fn plots(
    files: &Files,
    households: &Households,
    report: &mut ImportReport,
) -> Result<Vec<Entity>, RegisterError> {
    let file = SourceFile::Plots;
    let features = features(files, file, &["DKBM", "CBFBM"], report)?;
    let mut plots = read(file, "DKBM", EntityKind::Plot, PLOT, &features, report);
    for (row, properties, plot) in &mut plots {
        let contractor = plot
            .cells
            .get("plot.contractor")
            .map(String::as_str)
            .unwrap_or_default();
        match households.by_contractor(contractor) {
            None => report.add(file, *row, Some("CBFBM"), FindingKind::UnknownContractor),
            Some(household) => {
                let name = text(properties, "CBFMC");
                if household
                    .head
                    .as_ref()
                    .is_some_and(|head| !name.is_empty() && head.name != name)
                {
                    let kind = FindingKind::Contradicts {
                        other: SourceFile::Roster,
                        heading: "姓名",
                    };
                    report.add(file, *row, Some("CBFMC"), kind);
                }
                plot.parent = Some(household.entity.id.clone());
            }
        }
    }
    report.taken(file, plots.len());
    Ok(plots.into_iter().map(|(_, _, plot)| plot).collect())
}

pub(super) fn grids(
    files: &Files,
    report: &mut ImportReport,
) -> Result<Vec<Entity>, RegisterError> {
    let file = SourceFile::Grids;
    let features = features(files, file, &["WGDM"], report)?;
    let grids = read(file, "WGDM", EntityKind::Grid, GRID, &features, report);
    report.taken(file, grids.len());
    Ok(grids.into_iter().map(|(_, _, grid)| grid).collect())
}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Value>,
}

/// Reads the file; a property that no feature has is as bad as a missing heading.
fn features(
    files: &Files,
    file: SourceFile,
    required: &[&'static str],
    report: &mut ImportReport,
) -> Result<Vec<Value>, RegisterError> {
    let Collection { features } =
        serde_json::from_slice(files.bytes(file)?).map_err(|error| RegisterError::NotGeoJson {
            file,
            line: error.line(),
            column: error.column(),
        })?;
    for heading in required {
        let has = |feature: &Value| {
            feature
                .get("properties")
                .is_some_and(|properties| properties.get(heading).is_some())
        };
        if !features.is_empty() && !features.iter().any(has) {
            return Err(RegisterError::HeadingMissing { file, heading });
        }
    }
    report.rows.push(FileRows {
        file,
        read: features.len(),
        taken: 0,
    });
    Ok(features)
}

type Feature<'a> = (u32, &'a Map<String, Value>, Entity);

fn read<'a>(
    file: SourceFile,
    code_property: &'static str,
    kind: EntityKind,
    columns: &[Column],
    features: &'a [Value],
    report: &mut ImportReport,
) -> Vec<Feature<'a>> {
    let mut first: HashMap<String, (u32, &Value)> = HashMap::new();
    let mut read = Vec::with_capacity(features.len());
    for (row, feature) in (1..).zip(features) {
        let properties = feature.get("properties").and_then(Value::as_object);
        let id = properties
            .map(|properties| text(properties, code_property))
            .unwrap_or_default();
        let (Some(properties), Some(id)) = (properties, code(&id)) else {
            report.add(file, row, Some(code_property), FindingKind::NoCode);
            continue;
        };
        if let Some((first, other)) = first.get(id).copied() {
            let same = other == feature;
            let kind = if same {
                FindingKind::DuplicateRow { first }
            } else {
                FindingKind::DuplicateCode { first }
            };
            report.add(file, row, Some(code_property), kind);
            continue;
        }
        first.insert(id.to_owned(), (row, feature));
        let mut cells = BTreeMap::new();
        for column in columns {
            if let Some(value) = column.take(&text(properties, column.heading), file, row, report) {
                cells.insert(column.concept.to_owned(), value);
            }
        }
        let outline = feature.get("geometry").and_then(outline);
        if outline.is_none() {
            report.add(file, row, None, FindingKind::BadOutline);
        }
        let id = EntityId::new(kind, id);
        read.push((
            row,
            properties,
            Entity {
                id,
                cells,
                as_of: None,
                parent: None,
                point: None,
                outline,
            },
        ));
    }
    read
}

/// A property as text; numbers as they are usually written, anything else is as good as blank.
fn text(properties: &Map<String, Value>, name: &str) -> String {
    match properties.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn outline(geometry: &Value) -> Option<Polygon> {
    let coordinates = geometry.get("coordinates")?;
    let parts = match geometry.get("type")?.as_str()? {
        "Polygon" => vec![part(coordinates)?],
        "MultiPolygon" => coordinates
            .as_array()?
            .iter()
            .map(part)
            .collect::<Option<_>>()?,
        _ => return None,
    };
    Polygon::new(parts).ok()
}

fn part(rings: &Value) -> Option<Vec<Ring>> {
    rings
        .as_array()?
        .iter()
        .map(|ring| ring.as_array()?.iter().map(corner).collect())
        .collect()
}

/// A third number would be a height, which nobody asks for.
fn corner(position: &Value) -> Option<[i32; 2]> {
    let [lon, lat, ..] = position.as_array()?.as_slice() else {
        return None;
    };
    Wgs84::new(lon.as_f64()?, lat.as_f64()?)
        .ok()
        .map(Wgs84::to_e7)
}
