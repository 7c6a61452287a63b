//! `fieldwork plot at`: in which plot and grid a point lies.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use fieldwork_geo::Wgs84;
use fieldwork_hub::folder::read_register;
use fieldwork_patrol::{self as patrol, PlotIndex};
use fieldwork_register::{Base, Entity, EntityKind};
use serde_json::{Value, json};

use crate::error::Failed;
use crate::output;

/// Commands of `plot`.
#[derive(Debug, Subcommand)]
pub enum Plot {
    /// In which plot and grid a point lies
    At(PlotAt),
}

/// Options of `plot at`.
#[derive(Debug, Args)]
pub struct PlotAt {
    /// Longitude, degrees, WGS-84
    #[arg(value_name = "LON", allow_negative_numbers = true)]
    pub lon: f64,
    /// Latitude, degrees, WGS-84
    #[arg(value_name = "LAT", allow_negative_numbers = true)]
    pub lat: f64,
    /// Folder with register/
    #[arg(long, value_name = "DIR")]
    pub village: PathBuf,
}

/// Looks a point up; status 1 where it lies in no plot and no grid.
pub fn run(command: &Plot, json: bool) -> Result<ExitCode, Failed> {
    let Plot::At(PlotAt { lon, lat, village }) = command;
    let point = Wgs84::new(*lon, *lat)?;
    let folder = village.join("register");
    let folder = if folder.is_dir() {
        folder
    } else {
        village.clone()
    };
    let (base, _) = read_register(&folder)?;
    let plot = find(&base, EntityKind::Plot, "plot.name", point);
    let grid = find(&base, EntityKind::Grid, "grid.name", point);
    let missed = plot.is_null() && grid.is_null();
    output::result(json, &json!({ "plot": plot, "grid": grid }), || {
        let line = |word: &str, found: &Value| match found["code"].as_str() {
            Some(code) => {
                let name = found["name"].as_str().unwrap_or_default();
                format!("{word}\t{code}\t{name}\t{} 亩\n", found["area_mu"])
            }
            None => format!("{word}\t未找到\n"),
        };
        line("地块", &plot) + &line("网格", &grid)
    })?;
    Ok(ExitCode::from(u8::from(missed)))
}

fn find(base: &Base, kind: EntityKind, name: &str, point: Wgs84) -> Value {
    let plot = |entity: &Entity| {
        Some(patrol::Plot {
            code: entity.id.id.clone(),
            name: entity.cells.get(name).cloned().unwrap_or_default(),
            outline: entity.outline.clone()?,
        })
    };
    let of_kind = base.entities.iter().filter(|entity| entity.id.kind == kind);
    let index = PlotIndex::new(of_kind.filter_map(plot).collect());
    let found = index.at(point).and_then(|number| index.plot(number));
    found.map_or(Value::Null, |plot| {
        json!({
            "code": plot.code,
            "name": plot.name,
            "area_mu": (plot.outline.area_mu() * 100.0).round() / 100.0,
            "edge_distance_m": (plot.outline.border_distance_m(point) * 100.0).round() / 100.0,
        })
    })
}
