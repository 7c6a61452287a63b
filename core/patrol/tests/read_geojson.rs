//! Lines of GeoJSON as tracks.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod read_support;

use fieldwork_patrol::read::{At, ReadError, TrackFile, TrackOptions, WarningKind, tracks};
use fieldwork_patrol::{Break, Datum};
use read_support::{Chance, rounds};

fn read(json: &str) -> Result<TrackFile, ReadError> {
    tracks(json.as_bytes(), TrackOptions::default())
}

fn kinds(file: &TrackFile) -> Vec<WarningKind> {
    file.warnings.iter().map(|warning| warning.kind).collect()
}

const WALK: &str = r#"{"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"name":"东边","coordTimes":["2026-05-06T00:30:00Z","2026-05-06T08:30:05+08:00",null]},
     "geometry":{"type":"LineString","coordinates":[[115.1,33.1,40.5],[115.1001,33.1],[115.1002,33.1]]}},
    {"type":"Feature","properties":{"coordTimes":[[1778027410000],[1778027415000,1778027420000]]},
     "geometry":{"type":"MultiLineString","coordinates":[[[115.2,33.1]],[[115.3,33.1],[115.3001,33.1]]]}},
    {"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[115,33]}}]}"#;

#[test]
fn a_line_is_a_track_with_its_times_and_several_lines_are_its_segments() {
    let file = read(WALK).unwrap();
    let [line, lines] = file.tracks.as_slice() else {
        panic!("{} tracks", file.tracks.len());
    };
    assert_eq!(line.name, "东边");
    let times: Vec<_> = line.fixes().map(|fix| fix.at_ms).collect();
    assert_eq!(
        times,
        [Some(1_778_027_400_000), Some(1_778_027_405_000), None]
    );
    assert_eq!(line.fixes().next().unwrap().altitude_m, Some(40.5));
    let begins: Vec<_> = lines
        .segments
        .iter()
        .map(|segment| segment.begins)
        .collect();
    assert_eq!(begins, [Break::Start, Break::File]);
    let times: Vec<_> = lines
        .fixes()
        .map(|fix| fix.at_ms.unwrap() - 1_778_027_400_000)
        .collect();
    assert_eq!(times, [10_000, 15_000, 20_000]);
    assert_eq!(
        kinds(&file),
        [WarningKind::TimeMissing, WarningKind::FeatureIgnored]
    );
}

#[test]
fn a_line_alone_and_a_newer_member_of_times_are_read_too() {
    let file = read(r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#).unwrap();
    assert_eq!(file.tracks[0].fixes().count(), 2);
    let file = read(
        r#"{"type":"Feature","properties":{"coordinateProperties":{"times":["2026-05-06T00:30:00Z"]}},
        "geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}"#,
    )
    .unwrap();
    assert!(file.tracks[0].fixes().next().unwrap().at_ms.is_some());
    assert_eq!(file.warnings[1].kind, WarningKind::TimesDiffer);
    assert_eq!(file.warnings[1].first, Some(At::Feature(1)));
}

#[test]
fn places_that_are_none_cost_themselves() {
    let file = read(
        r#"{"type":"LineString","coordinates":[[1,2],[1],null,["1","2"],[181,2],[1,91],[1.001,2]]}"#,
    )
    .unwrap();
    assert_eq!(file.tracks[0].fixes().count(), 2);
    assert!(kinds(&file).contains(&WarningKind::PlaceMissing));
    assert!(kinds(&file).contains(&WarningKind::PlaceOffEarth));
}

#[test]
fn a_system_of_degrees_is_heeded_and_metres_are_refused() {
    let with = |crs: &str| {
        format!(
            r#"{{"type":"LineString","crs":{{"type":"name","properties":{{"name":"{crs}"}}}},"coordinates":[[115,33]]}}"#
        )
    };
    let file = read(&with("urn:ogc:def:crs:EPSG::4490")).unwrap();
    assert_eq!(file.tracks[0].segments[0].datum, Datum::Cgcs2000);
    assert_eq!(read(&with("EPSG:4547")), Err(ReadError::TrackInMetres));
    assert!(matches!(
        read(&with("EPSG:2362")),
        Err(ReadError::CrsUnsupported(_))
    ));
}

#[test]
fn what_is_no_geojson_is_refused_with_its_line() {
    assert_eq!(
        read("{\n\"type\":\"Feature\",\n!"),
        Err(ReadError::NotGeoJson { line: 3 })
    );
    assert_eq!(
        read(r#"{"plots":[]}"#),
        Err(ReadError::NotGeoJson { line: 1 })
    );
    // Nesting without end would end the stack.
    let deep = format!("{{\"type\":{}", "[".repeat(100_000));
    assert!(matches!(read(&deep), Err(ReadError::NotGeoJson { .. })));
    let empty = read(r#"{"type":"FeatureCollection","features":[]}"#).unwrap();
    assert_eq!(kinds(&empty), [WarningKind::NoFixes]);
}

#[test]
fn no_damaged_lines_make_the_reader_panic() {
    let mut chance = Chance::seeded(66);
    let mut given = 0;
    for _ in 0..rounds() {
        let damaged = chance.damage(WALK.as_bytes());
        given += u32::from(tracks(&damaged, TrackOptions::default()).is_ok());
    }
    assert!(given > 0);
}
