//! Fixtures: tracks whose truth stands in their description, and the day's walk.

use std::fs;
use std::path::PathBuf;

use fieldwork_geo::Wgs84;
use fieldwork_patrol::Fix;
use fieldwork_patrol::read::{self, TrackOptions};

/// The folder of the repository's test data.
pub fn fixtures() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures"))
}

/// A file of `tests/fixtures/tracks/synthetic`.
///
/// # Panics
/// Where it is not there or no track.
pub fn synthetic(name: &str) -> Vec<Fix> {
    let path = fixtures().join(format!("tracks/synthetic/{name}.gpx"));
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let file = read::tracks(&bytes, TrackOptions::default());
    let file = file.unwrap_or_else(|error| panic!("{name}: {error}"));
    file.joined().fixes().copied().collect()
}

/// The walk C01 of the village day.
///
/// # Panics
/// Where the day is not there.
pub fn day_walk() -> Vec<Fix> {
    let text = fs::read_to_string(fixtures().join("qinghe/day.json"));
    let day: serde_json::Value = text
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_else(|| panic!("day.json is no day"));
    let walk = day["captures"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|entry| entry["id"] == "C01");
    let fixes = walk.and_then(|walk| walk["track"]["fixes"].as_array());
    let fix = |fix: &serde_json::Value| {
        let at = fieldwork_ids::time::parse_rfc3339(fix[0].as_str()?).ok()?;
        Some(Fix {
            at_ms: Some(at),
            accuracy_m: fix[3].as_f64().map(|metres| metres as f32),
            ..Fix::at(Wgs84::new(fix[1].as_f64()?, fix[2].as_f64()?).ok()?)
        })
    };
    fixes.into_iter().flatten().filter_map(fix).collect()
}
