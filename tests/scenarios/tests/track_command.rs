//! `fieldwork track` and `fieldwork plot at`, as a shell sees them.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fs;

use fieldwork_scenarios::shell::{object, run, status, text};
use serde_json::Value;

const TRACKS: &str = "tests/fixtures/tracks/synthetic";
const PLOTS: &str = "tests/fixtures/qinghe/register/地块.geojson";

fn keys(value: &Value) -> Vec<&str> {
    let object = value.as_object().unwrap();
    object.keys().map(String::as_str).collect()
}

#[test]
fn one_file_is_one_object_with_the_figures_of_a_walk() {
    let file = format!("{TRACKS}/walk_pause_gap_outliers.gpx");
    let output = run(["track", &file, "--interval", "1", "--json"]);
    assert_eq!(status(&output), 0);
    let found = object(&output);
    assert_eq!(
        keys(&found),
        [
            "fixes",
            "used",
            "dropped",
            "segments",
            "distance_m",
            "gap_m",
            "elapsed_s",
            "stopped_s",
            "moving_s",
            "bbox",
            "plots",
            "sealed_bytes",
            "bytes_per_fix",
            "warnings",
        ]
    );
    assert_eq!(
        keys(&found["dropped"]),
        ["accuracy", "speed", "time", "zero"]
    );
    let near = |key: &str, wanted: f64, slack: f64| {
        let figure = found[key].as_f64().unwrap();
        assert!((figure - wanted).abs() <= slack, "{key}: {figure}");
    };
    near("distance_m", 1_200.0, 40.0);
    near("gap_m", 300.0, 10.0);
    near("stopped_s", 300.0, 40.0);
    assert!(found["bytes_per_fix"].as_f64().unwrap() <= 3.0);
    // What a file seems to have been asked for every gives the same here.
    assert_eq!(object(&run(["track", &file, "--json"])), found);
}

#[test]
fn several_files_are_a_list_and_one_that_cannot_be_read_is_named_and_does_not_cost_the_others() {
    let [a, b] = ["antimeridian", "clock_jumps"].map(|name| format!("{TRACKS}/{name}.gpx"));
    let output = run(["track", &a, &b, "--json"]);
    assert_eq!(status(&output), 0);
    let tracks = object(&output)["tracks"].as_array().unwrap().clone();
    let figures: Vec<f64> = tracks
        .iter()
        .map(|track| track["distance_m"].as_f64().unwrap())
        .collect();
    assert!((figures[0] - 598.0).abs() <= 3.0 && (figures[1] - 359.0).abs() <= 5.0);
    assert_eq!(tracks[0]["file"], a.as_str());

    let output = run(["track", &a, "README.md", "--json"]);
    assert_eq!(status(&output), 1);
    assert!(text(&output.stderr).contains("README.md"));
    assert_eq!(object(&output)["tracks"].as_array().unwrap().len(), 1);
    assert_eq!(status(&run(["track", "README.md", "--json"])), 1);
    assert_eq!(status(&run(["track", &a, "--interval", "-1"])), 2);
}

#[test]
fn a_walk_over_plots_is_attributed_drawn_and_exported() {
    let folder = tempfile::tempdir().unwrap();
    let walk = folder.path().join("walk.gpx");
    let day: Value =
        serde_json::from_slice(&fs::read("../fixtures/qinghe/day.json").unwrap()).unwrap();
    let captures = day["captures"].as_array().unwrap();
    let patrol = captures.iter().find(|one| one["id"] == "C01").unwrap();
    let fixes = patrol["track"]["fixes"].as_array().unwrap();
    let point = |fix: &Value| {
        let [time, lon, lat, accuracy] = [0, 1, 2, 3].map(|at| fix[at].clone());
        format!(
            "<trkpt lat=\"{lat}\" lon=\"{lon}\"><time>{}</time><extensions><accuracy>{accuracy}</accuracy></extensions></trkpt>",
            time.as_str().unwrap()
        )
    };
    let points: String = fixes.iter().map(point).collect();
    let gpx = format!("<gpx version=\"1.1\"><trk><trkseg>{points}</trkseg></trk></gpx>");
    fs::write(&walk, gpx).unwrap();

    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (gpx, svg, png, out) = (
        path("walk.gpx"),
        path("a.svg"),
        path("a.png"),
        path("a.geojson"),
    );
    let output = run([
        "track", &gpx, "--plots", PLOTS, "--svg", &svg, "--export", &out, "--json",
    ]);
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    let found = object(&output);
    let length_m = found["distance_m"].as_f64().unwrap();
    assert!((length_m - 3_200.0).abs() <= 50.0, "{length_m}");
    let plots = found["plots"].as_array().unwrap();
    assert!(plots.len() > 100);
    assert_eq!(
        keys(&plots[0]),
        ["code", "nearest_m", "seconds", "boundary_share", "verdict"]
    );
    for plot in plots {
        assert!(["走过", "看到"].contains(&plot["verdict"].as_str().unwrap()));
    }
    let drawn = fs::read_to_string(&svg).unwrap();
    assert!(drawn.starts_with("<svg") && !drawn.contains("http://www.w3.org/1999/xlink"));
    assert!(drawn.contains("走过") && drawn.contains(" m</text>"));
    // The exported track says the same of itself.
    let again = object(&run(["track", &out, "--json"]));
    assert_eq!(again["fixes"], found["fixes"]);
    assert_eq!(
        status(&run(["track", &gpx, "--plots", PLOTS, "--svg", &png])),
        0
    );
    assert!(fs::read(&png).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn the_plot_and_the_grid_of_a_point_are_found_or_said_to_be_missing() {
    let at = |lon: &str, lat: &str| {
        run([
            "plot",
            "at",
            lon,
            lat,
            "--village",
            "tests/fixtures/qinghe",
            "--json",
        ])
    };
    // From the day's golden attribution.
    let output = at("115.4124483", "33.2777678");
    assert_eq!(status(&output), 0);
    let found = object(&output);
    assert_eq!(found["plot"]["code"], "9901011002010300100");
    assert_eq!(found["grid"]["code"], "990101100201001");
    let nowhere = at("-115.4", "33.2");
    assert_eq!(status(&nowhere), 1);
    assert_eq!(object(&nowhere)["plot"], Value::Null);
    assert_eq!(status(&at("200", "33.2")), 1);
}
