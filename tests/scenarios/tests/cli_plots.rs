//! `fieldwork track --plots`: files of land offices as a shell hands them over.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

use fieldwork_scenarios::shell::{run, status, text};
use serde_json::Value;

fn plots(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/plots");
    folder.join(name).to_string_lossy().into_owned()
}

/// A walk of a minute along the western side of 一组001号地 of the fixtures.
fn walk(folder: &Path) -> PathBuf {
    let fixes: String = (0..60)
        .map(|second| {
            let lat = 33.2825 + 0.000_01 * f64::from(second);
            format!(
                "<trkpt lat='{lat:.7}' lon='115.4062'><time>2026-05-06T00:30:{second:02}Z</time>\
                 <extensions><accuracy>4</accuracy></extensions></trkpt>"
            )
        })
        .collect();
    let path = folder.join("walk.gpx");
    fs::write(
        &path,
        format!("<gpx><trk><trkseg>{fixes}</trkseg></trk></gpx>"),
    )
    .unwrap();
    path
}

#[test]
fn the_same_plots_are_walked_whatever_their_file_is() {
    let folder = tempfile::tempdir().unwrap();
    let walk = walk(folder.path()).to_string_lossy().into_owned();
    let mut all = Vec::new();
    for arguments in [
        vec!["made/wgs84.geojson"],
        vec!["made/shp_4526_gbk_no_cpg.zip"],
        vec!["made/gpkg_4526.gpkg"],
        vec!["made/shp_4547_no_prj.zip", "--plots-crs", "EPSG:4547"],
    ] {
        let file = plots(arguments[0]);
        let mut line = vec!["track", &walk, "--json", "--plots", &file];
        line.extend(&arguments[1..]);
        let output = run(line);
        assert_eq!(status(&output), 0, "{}", text(&output.stderr));
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        let seen = found["plots"].as_array().unwrap().iter();
        let seen: Vec<_> = seen
            .map(|plot| (plot["code"].clone(), plot["verdict"].clone()))
            .collect();
        assert!(
            seen.contains(&("9901011002010100001".into(), "走过".into())),
            "{seen:?}"
        );
        all.push(seen);
    }
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "{all:?}");
}

#[test]
fn what_a_file_does_not_say_is_asked_for_and_not_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let walk = walk(folder.path()).to_string_lossy().into_owned();
    for (file, says) in [
        ("made/shp_4547_no_prj.zip", "could be of several systems"),
        ("brpgewaspercelen_definitief_2023.gpkg", "EPSG:28992"),
        ("jp_field_polygons_2024.parquet", "parquet"),
        ("nowhere.zip", "could not be read"),
    ] {
        let file = plots(file);
        let output = run(["track", &walk, "--json", "--plots", &file]);
        assert_eq!(status(&output), 1);
        assert!(output.stdout.is_empty());
        assert!(
            text(&output.stderr).contains(says),
            "{}",
            text(&output.stderr)
        );
    }
    let file = plots("1_vietnam_areas.gpkg");
    let output = run(["track", &walk, "--plots", &file, "--plots-code", "DKBM"]);
    assert!(text(&output.stderr).contains("there is no such column; there are: id_0"));
}
