//! Plots from GeoJSON and zipped Shapefiles, held against GDAL, PROJ and GEOS.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod read_support;

use std::collections::BTreeMap;

use fieldwork_geo::{GaussKruger, Position, ZoneWidth};
use fieldwork_patrol::Datum;
use fieldwork_patrol::read::{Crs, PlotFile, PlotOptions, ReadError, WarningKind, plots, tracks};
use read_support::{Chance, files, fixture, fixtures, rounds};

fn read(path: &str) -> PlotFile {
    plots(&fixture(path), &PlotOptions::default()).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn text(json: &str) -> Result<PlotFile, ReadError> {
    plots(json.as_bytes(), &PlotOptions::default())
}

fn kinds(file: &PlotFile) -> Vec<WarningKind> {
    file.warnings.iter().map(|warning| warning.kind).collect()
}

/// That two files hold the same plots, corner for corner, to two centimetres.
fn assert_same(ours: &PlotFile, truth: &PlotFile, what: &str) {
    assert_eq!(ours.plots.len(), truth.plots.len(), "{what}");
    for (plot, true_one) in ours.plots.iter().zip(&truth.plots) {
        assert_eq!(
            (&plot.code, &plot.name),
            (&true_one.code, &true_one.name),
            "{what}"
        );
        let corners = |file: &fieldwork_patrol::Plot| -> Vec<[i32; 2]> {
            let mut all: Vec<_> = file
                .outline
                .parts()
                .iter()
                .flatten()
                .flatten()
                .copied()
                .collect();
            all.sort_unstable();
            all
        };
        let (a, b) = (corners(plot), corners(true_one));
        assert_eq!(a.len(), b.len(), "{what} {}", plot.code);
        for corner in &a {
            let near = |other: &[i32; 2]| {
                corner[0].abs_diff(other[0]) <= 2 && corner[1].abs_diff(other[1]) <= 2
            };
            assert!(b.iter().any(near), "{what} {}", plot.code);
        }
        let parts = |file: &fieldwork_patrol::Plot| {
            file.outline
                .parts()
                .iter()
                .map(Vec::len)
                .collect::<Vec<_>>()
        };
        let sorted = |mut parts: Vec<usize>| {
            parts.sort_unstable();
            parts
        };
        assert_eq!(
            sorted(parts(plot)),
            sorted(parts(true_one)),
            "{what} {}",
            plot.code
        );
    }
}

#[test]
fn areas_parts_and_holes_are_those_of_gdal_and_of_the_geodesic() {
    let mut rows = csv::Reader::from_path(fixtures().join("plots/areas.csv")).unwrap();
    let mut by_file: BTreeMap<String, Vec<(f64, usize, usize)>> = BTreeMap::new();
    for row in rows.deserialize::<(String, usize, f64, usize, usize)>() {
        let (file, _, area_m2, parts, holes) = row.unwrap();
        by_file
            .entry(file)
            .or_default()
            .push((area_m2, parts, holes));
    }
    let mut worst = 0.0_f64;
    for (path, rows) in by_file {
        if path.ends_with("gpkg") {
            continue; // Read by the store, whose tests hold them against the same table.
        }
        let file = read(&format!("plots/{path}"));
        assert_eq!(file.plots.len(), rows.len(), "{path}");
        for (plot, (area_m2, parts, holes)) in file.plots.iter().zip(rows) {
            let rings = plot.outline.parts();
            assert_eq!(rings.len(), parts, "{path} {}", plot.code);
            assert_eq!(
                rings.iter().map(|part| part.len() - 1).sum::<usize>(),
                holes
            );
            let off = (plot.outline.area_m2() / area_m2 - 1.0).abs();
            assert!(off < 1e-3, "{path} {}: {off}", plot.code);
            worst = worst.max(off);
        }
    }
    println!("worst area: {:.5} %", worst * 100.0);
}

#[test]
fn a_register_of_a_village_is_read_with_its_codes_and_names() {
    let file = read("qinghe/register/地块.geojson");
    assert_eq!(file.plots.len(), 1_860);
    assert_eq!(file.code_field.as_deref(), Some("DKBM"));
    assert_eq!(file.name_field.as_deref(), Some("DKMC"));
    assert_eq!(file.plots[0].code, "9901011002010100001");
    assert_eq!(file.plots[0].name, "一组001号地");
    assert_eq!(
        file.plots[0].outline.parts()[0][0][0],
        [1_154_064_802, 332_825_167]
    );
    assert_eq!(file.warnings, []);
}

#[test]
fn shapefiles_give_the_same_plots_in_every_system_and_encoding() {
    let truth = read("plots/made/wgs84.geojson");
    let zone_38 = GaussKruger::zone(ZoneWidth::Three, 38).unwrap();
    let zone_20 = GaussKruger::zone(ZoneWidth::Six, 20).unwrap();
    let expected = [
        ("shp_4490_utf8", Crs::Degrees(Datum::Cgcs2000)),
        ("shp_4526_gbk_no_cpg", Crs::GaussKruger(zone_38)),
        ("shp_4547_gbk_byte", Crs::GaussKruger(zone_38)),
        ("shp_4498_cpg", Crs::GaussKruger(zone_20)),
        ("shp_4509_utf8_no_cpg", Crs::GaussKruger(zone_20)),
        ("shp_4526_no_prj", Crs::GaussKruger(zone_38)),
        ("shp_32650", Crs::from_epsg(32_650).unwrap()),
    ];
    for (name, crs) in expected {
        let file = read(&format!("plots/made/{name}.zip"));
        assert_eq!(file.crs, crs, "{name}");
        assert_same(&file, &truth, name);
        let assumed = kinds(&file).contains(&WarningKind::CrsAssumed);
        assert_eq!(assumed, name.ends_with("no_prj"), "{name}");
    }
}

#[test]
fn metres_of_no_zone_wait_for_somebody_to_say_which() {
    let bytes = fixture("plots/made/shp_4547_no_prj.zip");
    assert_eq!(
        plots(&bytes, &PlotOptions::default()),
        Err(ReadError::CrsUnknown)
    );
    let named = |epsg| PlotOptions {
        crs: Some(Crs::from_epsg(epsg).unwrap()),
        ..PlotOptions::default()
    };
    let truth = read("plots/made/wgs84.geojson");
    assert_same(&plots(&bytes, &named(4547)).unwrap(), &truth, "named");
    // The number of another zone in front of the easting is noticed.
    let with_zone = fixture("plots/made/shp_4526_no_prj.zip");
    assert_eq!(plots(&with_zone, &named(4527)), Err(ReadError::OffGrid));
}

#[test]
fn geojson_in_metres_is_read_by_its_old_crs_member() {
    let truth = read("plots/made/wgs84.geojson");
    let some = PlotFile {
        plots: [0, 12, 13]
            .map(|place: usize| truth.plots[place].clone())
            .to_vec(),
        ..truth
    };
    for epsg in [4547, 4526, 32650] {
        let file = read(&format!("plots/made/geojson_{epsg}.geojson"));
        assert_eq!(file.crs, Crs::from_epsg(epsg).unwrap());
        assert_same(&file, &some, &epsg.to_string());
    }
}

#[test]
fn a_hole_is_a_hole_however_its_ring_is_wound_and_an_island_in_it_is_land() {
    for path in ["plots/made/wgs84.geojson", "plots/made/shp_4490_utf8.zip"] {
        let file = read(path);
        let [.., holed, islands] = file.plots.as_slice() else {
            panic!("too few plots");
        };
        assert_eq!(
            holed.outline.position([1_154_106_000, 332_904_000]),
            Position::Outside,
            "{path}"
        );
        assert_eq!(
            holed.outline.position([1_154_101_000, 332_904_000]),
            Position::Inside,
            "{path}"
        );
        assert_eq!(
            islands.outline.position([1_154_203_200, 332_903_200]),
            Position::Outside,
            "{path}"
        );
        assert_eq!(
            islands.outline.position([1_154_204_000, 332_904_000]),
            Position::Inside,
            "{path}"
        );
    }
}

#[test]
fn columns_are_found_by_their_usual_names_or_named() {
    let json = |properties: &str| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{properties},
            "geometry":{{"type":"Polygon","coordinates":[[[115,33],[115.001,33],[115,33.001],[115,33]]]}}}}]}}"#
        )
    };
    let first = |properties: &str| {
        let plot = text(&json(properties)).unwrap().plots.remove(0);
        (plot.code, plot.name)
    };
    let pair = |code: &str, name: &str| (code.to_owned(), name.to_owned());
    assert_eq!(
        first(r#"{"dkbm":" 34 ","dkmc":"东地"}"#),
        pair("34", "东地")
    );
    assert_eq!(
        first(r#"{"地块编码":3401230000012345678,"id":1}"#),
        pair("3401230000012345678", "")
    );
    assert_eq!(first(r#"{"id":12.0,"名称":null}"#), pair("12", ""));
    assert_eq!(first("{}"), pair("1", ""));
    assert_eq!(first("null"), pair("1", ""));
    let options = |field: &str| PlotOptions {
        code_field: Some(field.to_owned()),
        ..PlotOptions::default()
    };
    let file = plots(
        json(r#"{"DKBM":"a","本村编号":"b"}"#).as_bytes(),
        &options("本村编号"),
    )
    .unwrap();
    assert_eq!(file.plots[0].code, "b");
    let missing = plots(json(r#"{"DKBM":"a"}"#).as_bytes(), &options("x"));
    assert_eq!(
        missing,
        Err(ReadError::FieldMissing {
            fields: vec!["DKBM".to_owned()]
        })
    );
}

#[test]
fn one_damaged_feature_costs_itself_and_is_said() {
    let file = text(
        r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"code":"a"},"geometry":{"type":"Polygon","coordinates":[[[115,33],[115.001,33],[115,33.001]]]}},
        {"type":"Feature","properties":{"code":"b"},"geometry":{"type":"Polygon","coordinates":[[[115,null]]]}},
        {"type":"Feature","properties":{"code":"c"},"geometry":null},
        {"type":"Feature","properties":{"code":"d"},"geometry":{"type":"Point","coordinates":[115,33]}},
        {"type":"Feature","properties":{"code":"e"},"geometry":{"type":"Polygon","coordinates":[[[115,33],[115,33],[115,33]]]}},
        {"type":"Feature","properties":{"code":"a"},"geometry":{"type":"Polygon","coordinates":[[[115,33],[115.001,33],[115,33.001]]]}},
        {"type":"Feature","properties":{"code":""},"geometry":{"type":"GeometryCollection","geometries":[
            {"type":"MultiPolygon","coordinates":[[[[115,33],[115.001,33],[115,33.001]]]]}]}}]}"#,
    )
    .unwrap();
    let codes: Vec<_> = file.plots.iter().map(|plot| plot.code.as_str()).collect();
    assert_eq!(codes, ["a", "a", "7"]);
    let said = kinds(&file);
    for kind in [
        WarningKind::FeatureUnreadable,
        WarningKind::FeatureIgnored,
        WarningKind::RingTooSmall,
        WarningKind::CodeMissing,
        WarningKind::CodeRepeated,
    ] {
        assert!(said.contains(&kind), "{kind:?} of {said:?}");
    }
}

#[test]
fn one_stray_corner_neither_moves_nor_turns_the_others() {
    let json = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[14,45],[14.001,45],[14,45.001]]]}},
        {"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[14,100],[14.001,45],[14,45.001]]]}}]}"#;
    let file = text(json).unwrap();
    assert_eq!(file.plots.len(), 1);
    assert_eq!(
        file.plots[0].outline.bounding_box().min,
        [140_000_000, 450_000_000]
    );
    assert_eq!(kinds(&file), [WarningKind::OutlineOffGrid]);
}

#[test]
fn every_file_of_plots_is_read_or_refused_by_name() {
    let mut refused = Vec::new();
    for path in files("plots") {
        let bytes = std::fs::read(&path).unwrap();
        match plots(&bytes, &PlotOptions::default()) {
            Ok(file) => assert!(!file.plots.is_empty()),
            Err(ReadError::Unsupported { format }) => refused.push(format),
            Err(ReadError::Unknown) => refused.push("unknown"),
            Err(ReadError::NeedsStore) => refused.push("geopackage"),
            Err(ReadError::CrsUnknown) => assert!(path.ends_with("shp_4547_no_prj.zip")),
            Err(other) => panic!("{}: {other}", path.display()),
        }
        // Nor does the other reader stumble over them.
        let _ = tracks(&bytes, fieldwork_patrol::read::TrackOptions::default());
    }
    assert!(refused.contains(&"parquet") && refused.contains(&"geopackage"));
    for path in files("tracks") {
        assert!(plots(&std::fs::read(&path).unwrap(), &PlotOptions::default()).is_err());
    }
}

#[test]
fn an_archive_that_swells_lies_or_is_none_is_refused() {
    let whole = fixture("plots/india_10k.zip");
    assert_eq!(
        plots(&whole[..whole.len() / 2], &PlotOptions::default()),
        Err(ReadError::NotZip)
    );
    assert_eq!(
        plots(b"PK\x03\x04", &PlotOptions::default()),
        Err(ReadError::NotZip)
    );
    let mut other = whole.clone();
    let middle = other.len() / 2;
    other[middle] ^= 0xff;
    assert_eq!(
        plots(&other, &PlotOptions::default()),
        Err(ReadError::NotZip)
    );
    let bomb = read_support::zip(&[("a.shp", &vec![0; 70 << 20])]);
    assert!(bomb.len() < 1 << 20);
    assert_eq!(
        plots(&bomb, &PlotOptions::default()),
        Err(ReadError::FileTooLarge)
    );
    let empty = read_support::zip(&[("readme.txt", b"nothing")]);
    assert_eq!(
        plots(&empty, &PlotOptions::default()),
        Err(ReadError::NoLayer)
    );
    let two = read_support::zip(&[("x/a.SHP", b""), ("b.shp", b""), ("__MACOSX/._b.shp", b"")]);
    let layers = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(
        plots(&two, &PlotOptions::default()),
        Err(ReadError::LayerUnclear { layers })
    );
}

#[test]
fn no_damaged_file_of_plots_makes_a_reader_panic() {
    let mut seeds = Vec::new();
    for path in files("plots/made") {
        let bytes = std::fs::read(&path).unwrap();
        if !path.to_string_lossy().ends_with("gpkg") {
            seeds.push(bytes);
        }
    }
    // Shapes and tables as they are within an archive, which would notice the damage first.
    let inner: Vec<_> = ["shp_4526_gbk_no_cpg", "shp_4490_utf8"]
        .iter()
        .map(|name| read_support::unzip(&fixture(&format!("plots/made/{name}.zip"))))
        .collect();
    let mut chance = Chance::seeded(60);
    let (mut archives, mut given) = (0, 0);
    for round in 0..rounds() {
        let place = round as usize;
        let damaged = if place.is_multiple_of(2) {
            chance.damage(&seeds[place / 2 % seeds.len()])
        } else {
            archives += 1;
            let mut files = inner[place / 2 % inner.len()].clone();
            let victim = chance.below(files.len());
            files[victim].1 = chance.damage(&files[victim].1);
            let files: Vec<_> = files
                .iter()
                .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
                .collect();
            read_support::zip(&files)
        };
        if let Ok(file) = plots(&damaged, &PlotOptions::default()) {
            given += u32::from(!file.plots.is_empty());
            for plot in &file.plots {
                assert!(plot.outline.area_m2().is_finite());
            }
        }
    }
    assert!(given > archives / 2, "only {given} still gave plots");
}
