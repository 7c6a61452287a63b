//! GeoPackages that GDAL wrote, damaged ones, and one that would rather run than be read.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fieldwork::store::geopackage::{PlotFileError, plots};
use fieldwork_patrol::Datum;
use fieldwork_patrol::read::{Crs, PlotFile, PlotOptions, ReadError, WarningKind};
use rusqlite::Connection;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/plots")
        .join(name)
}

fn read(name: &str) -> PlotFile {
    plots(&fixture(name), &PlotOptions::default()).unwrap()
}

fn refused(path: &Path) -> ReadError {
    match plots(path, &PlotOptions::default()) {
        Err(PlotFileError::Read(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_plots_of_a_geopackage_are_those_of_the_geojson_it_was_made_of() {
    let truth = read("made/wgs84.geojson");
    for (name, crs) in [
        ("made/gpkg_4490.gpkg", Crs::Degrees(Datum::Cgcs2000)),
        ("made/gpkg_4526.gpkg", Crs::from_epsg(4526).unwrap()),
    ] {
        let file = read(name);
        assert_eq!(file.crs, crs);
        assert_eq!(file.plots.len(), truth.plots.len());
        for (plot, true_one) in file.plots.iter().zip(&truth.plots) {
            assert_eq!((&plot.code, &plot.name), (&true_one.code, &true_one.name));
            let corners = |parts: &[Vec<Vec<[i32; 2]>>]| parts.concat().concat();
            let both = corners(plot.outline.parts());
            let both = both.iter().zip(corners(true_one.outline.parts()));
            for (corner, true_corner) in both {
                assert!(corner[0].abs_diff(true_corner[0]) <= 1);
                assert!(corner[1].abs_diff(true_corner[1]) <= 1);
            }
        }
        assert_eq!(file.warnings, []);
    }
}

#[test]
fn foreign_geopackages_give_the_areas_of_the_geodesic_or_a_refusal_by_name() {
    let table = fs::read_to_string(fixture("areas.csv")).unwrap();
    let mut by_file: BTreeMap<&str, Vec<(f64, usize, usize)>> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let cells: Vec<_> = line.split(',').collect();
        let row = (
            cells[2].parse().unwrap(),
            cells[3].parse().unwrap(),
            cells[4].parse().unwrap(),
        );
        by_file.entry(cells[0]).or_default().push(row);
    }
    by_file.retain(|name, _| name.ends_with("gpkg"));
    assert_eq!(by_file.len(), 3);
    for (name, rows) in by_file {
        let file = read(name);
        assert_eq!(file.plots.len(), rows.len(), "{name}");
        for (plot, (area_m2, parts, holes)) in file.plots.iter().zip(rows) {
            let rings = plot.outline.parts();
            assert_eq!(
                (rings.len(), rings.concat().len() - rings.len()),
                (parts, holes)
            );
            let off = (plot.outline.area_m2() / area_m2 - 1.0).abs();
            assert!(off < 1e-3, "{name} {}: {off}", plot.code);
        }
    }
    let dutch = refused(&fixture("brpgewaspercelen_definitief_2023.gpkg"));
    assert!(matches!(dutch, ReadError::CrsUnsupported(error) if error.name == "EPSG:28992"));
}

#[test]
fn reading_leaves_nothing_beside_the_file_and_needs_no_leave_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("地块 100%?#.gpkg");
    fs::copy(fixture("made/gpkg_4490.gpkg"), &copy).unwrap();
    let before = fs::read(&copy).unwrap();
    assert_eq!(
        plots(&copy, &PlotOptions::default()).unwrap().plots.len(),
        14
    );
    assert_eq!(fs::read(&copy).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn other_formats_are_read_through_the_same_door() {
    assert_eq!(read("made/shp_4526_gbk_no_cpg.zip").plots.len(), 14);
    let missing = plots(&fixture("nowhere.gpkg"), &PlotOptions::default());
    assert!(matches!(missing, Err(PlotFileError::Io(_))));
    assert_eq!(
        refused(&fixture("jp_field_polygons_2024.parquet")),
        ReadError::Unsupported { format: "parquet" }
    );
}

#[test]
fn views_virtual_tables_and_reckoned_columns_are_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let forms = [
        "ALTER TABLE \"地块\" RENAME TO kept; CREATE VIEW \"地块\" AS SELECT * FROM kept;",
        "ALTER TABLE \"地块\" ADD COLUMN bomb TEXT AS (hex(zeroblob(100000000))) VIRTUAL;",
        "DROP TABLE gpkg_spatial_ref_sys; CREATE VIEW gpkg_spatial_ref_sys AS
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS srs_id FROM n;",
        "DROP TABLE gpkg_contents;",
    ];
    for (place, sql) in forms.iter().enumerate() {
        let copy = folder.path().join(format!("{place}.gpkg"));
        fs::copy(fixture("made/gpkg_4490.gpkg"), &copy).unwrap();
        let database = Connection::open(&copy).unwrap();
        // The triggers of the standard call functions that only GIS programs have.
        let triggers: Vec<String> = database
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for trigger in triggers {
            database
                .execute_batch(&format!("DROP TRIGGER \"{trigger}\""))
                .unwrap();
        }
        database.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        database.execute_batch(sql).unwrap();
        drop(database);
        assert_eq!(refused(&copy), ReadError::NotGeoPackage, "{sql}");
    }
}

#[test]
fn several_layers_wait_for_one_to_be_named() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("two.gpkg");
    fs::copy(fixture("made/gpkg_4490.gpkg"), &copy).unwrap();
    let database = Connection::open(&copy).unwrap();
    database
        .execute_batch(
            "CREATE TABLE other AS SELECT * FROM \"地块\" LIMIT 3;
             INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
                 VALUES ('other', 'features', 'other', 4490);
             INSERT INTO gpkg_geometry_columns VALUES ('other', 'geom', 'GEOMETRY', 4490, 0, 0);",
        )
        .unwrap();
    drop(database);
    let layers = vec!["other".to_owned(), "地块".to_owned()];
    assert_eq!(refused(&copy), ReadError::LayerUnclear { layers });
    let options = PlotOptions {
        layer: Some("other".to_owned()),
        ..PlotOptions::default()
    };
    assert_eq!(plots(&copy, &options).unwrap().plots.len(), 3);
}

#[test]
fn no_damaged_geopackage_makes_the_reader_panic() {
    let whole = fs::read(fixture("made/gpkg_4526.gpkg")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.gpkg");
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(limit).unwrap()).unwrap()
    };
    let soak = std::env::var("FIELDWORK_SOAK").is_ok_and(|soak| soak == "1");
    let rounds = if soak { 100_000 } else { 2_000 };
    let (mut given, mut cut) = (0, 0);
    for _ in 0..rounds {
        let mut damaged = whole.clone();
        for _ in 0..=below(12) {
            let at = below(damaged.len());
            let end = (at + 1 + below(32)).min(damaged.len());
            match below(8) {
                0..=3 => damaged[at] ^= 1 << below(8),
                4 => damaged[at..end].fill(0xff),
                5 => damaged[at..end].fill(0),
                6 => damaged[at] = u8::try_from(below(256)).unwrap(),
                _ if below(4) == 0 => damaged.truncate(at.max(1)),
                _ => {}
            }
        }
        fs::write(&path, &damaged).unwrap();
        if let Ok(file) = plots(&path, &PlotOptions::default()) {
            given += 1;
            let kinds = file.warnings.iter().map(|warning| warning.kind);
            cut += usize::from(kinds.into_iter().any(|kind| kind == WarningKind::CutShort));
        }
    }
    assert!(
        given > rounds / 10,
        "only {given} of {rounds} still gave plots"
    );
    println!("{given} of {rounds} gave plots, {cut} of them not all");
}
