//! GPX as other programs write it, and as nobody should.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod read_support;

use std::fmt::Write as _;

use fieldwork_patrol::read::{
    At, MAX_BROKEN, MAX_FILE_BYTES, MAX_LINE_BYTES, ReadError, TrackFile, TrackOptions,
    WarningKind, tracks,
};
use fieldwork_patrol::{Break, Datum};
use read_support::{Chance, files, fixture, fixtures, rounds};

fn read(text: impl AsRef<[u8]>) -> TrackFile {
    tracks(text.as_ref(), TrackOptions::default()).unwrap()
}

fn refused(text: impl AsRef<[u8]>) -> ReadError {
    tracks(text.as_ref(), TrackOptions::default()).unwrap_err()
}

fn met(file: &TrackFile, kind: WarningKind) -> u32 {
    let mut all = file.warnings.iter();
    all.find(|warning| warning.kind == kind)
        .map_or(0, |warning| warning.count)
}

/// A GPX file around these fixes.
fn gpx(fixes: &str) -> String {
    format!("<gpx version=\"1.1\"><trk><trkseg>{fixes}</trkseg></trk></gpx>")
}

#[test]
fn every_gpx_file_is_read_as_gpxpy_reads_it() {
    let mut rows = csv::Reader::from_path(fixtures().join("tracks/gpxpy.csv")).unwrap();
    type Row = (
        String,
        usize,
        usize,
        usize,
        Option<f64>,
        Option<f64>,
        Option<i64>,
    );
    let mut read_files = 0;
    for row in rows.deserialize::<Row>() {
        let (path, fixes, segments, without_time, lat, lon, at_ms) = row.unwrap();
        let file = read(fixture(&format!("tracks/{path}")));
        let all: Vec<_> = file.tracks.iter().flat_map(|track| track.fixes()).collect();
        read_files += 1;
        if path.contains("pause_resume") {
            // gpxpy takes latitude 100 and 200 for places; they mark a pause.
            assert_eq!(
                (all.len(), met(&file, WarningKind::PauseMark)),
                (fixes - 2, 2)
            );
            continue;
        }
        assert_eq!(all.len(), fixes, "{path}");
        let count: usize = file.tracks.iter().map(|track| track.segments.len()).sum();
        assert_eq!(count, segments, "{path}");
        assert_eq!(
            met(&file, WarningKind::TimeMissing) as usize,
            without_time,
            "{path}"
        );
        if let (Some(lat), Some(lon), Some(first)) = (lat, lon, all.first()) {
            assert!((first.point.lat - lat).abs() < 1e-12 && (first.point.lon - lon).abs() < 1e-12);
            // Finer fractions than a millisecond are cut off here and rounded there.
            let both = first.at_ms.zip(at_ms);
            assert!(
                both.is_none_or(|(ours, theirs)| (ours - theirs).abs() <= 1),
                "{path}"
            );
            assert_eq!(first.at_ms.is_some(), at_ms.is_some(), "{path}");
        }
    }
    assert_eq!(read_files, 24);
}

#[test]
fn every_file_of_tracks_is_read_or_refused_by_name() {
    let mut refused = Vec::new();
    for path in files("tracks") {
        let bytes = std::fs::read(&path).unwrap();
        match tracks(&bytes, TrackOptions::default()) {
            Ok(_) => {}
            Err(ReadError::Unsupported { format }) => refused.push(format),
            Err(ReadError::Unknown) => refused.push("unknown"),
            Err(other) => panic!("{}: {other}", path.display()),
        }
    }
    refused.sort_unstable();
    // Four KML, two tables (one of them ours), one text.
    assert_eq!(
        refused,
        ["csv", "csv", "kml", "kml", "kml", "kml", "unknown"]
    );
}

#[test]
fn a_mark_of_a_pause_begins_a_segment_that_says_so() {
    let file = read(fixture(
        "tracks/phone_edge_cases/legacy_gpx_pause_resume.gpx",
    ));
    let [before, after] = file.tracks[0].segments.as_slice() else {
        panic!("{} segments", file.tracks[0].segments.len());
    };
    assert_eq!((before.fixes.len(), before.begins), (3, Break::Start));
    assert_eq!((after.fixes.len(), after.begins), (1, Break::Paused));
    assert_eq!(met(&file, WarningKind::PointsIgnored), 2);
}

#[test]
fn accuracy_is_taken_from_extensions_with_any_prefix_and_hdop_is_not_made_one() {
    let file = read(fixture("tracks/synthetic/antimeridian.gpx"));
    assert!(
        file.tracks[0]
            .fixes()
            .all(|fix| fix.accuracy_m == Some(4.0))
    );
    let file = read(fixture("tracks/phone_edge_cases/with_accuracy.gpx"));
    assert!(file.tracks[0].fixes().all(|fix| fix.accuracy_m.is_none()));
    let file = read(gpx(
        "<trkpt lat='1' lon='2'><extensions><opentracks:accuracy_horizontal>7.5</opentracks:accuracy_horizontal>\
         </extensions></trkpt><trkpt lat='1' lon='2'><hAcc>-1</hAcc></trkpt>",
    ));
    let claimed: Vec<_> = file.tracks[0].fixes().map(|fix| fix.accuracy_m).collect();
    assert_eq!(claimed, [Some(7.5), None]);
    assert_eq!(met(&file, WarningKind::NumberUnreadable), 1);
}

#[test]
fn a_comma_in_a_number_is_a_point() {
    let file = read(gpx(
        "<trkpt lat='33,25' lon='115,5'><ele>40,5</ele></trkpt>",
    ));
    let fix = file.tracks[0].fixes().next().unwrap();
    assert_eq!(
        (fix.point.lat, fix.point.lon, fix.altitude_m),
        (33.25, 115.5, Some(40.5))
    );
}

#[test]
fn times_that_go_back_stand_still_or_name_no_zone_are_kept_and_said() {
    let at = |time: &str| format!("<trkpt lat='1' lon='2'><time>{time}</time></trkpt>\n");
    let times = [
        "2026-05-06T08:00:05+08:00",
        "2026-05-06T00:00:05Z",
        "2026-05-06T00:00:01",
        "yesterday",
    ];
    let file = read(gpx(&times.map(at).concat()));
    let ms: Vec<_> = file.tracks[0].fixes().map(|fix| fix.at_ms).collect();
    let five = 1_778_025_605_000;
    assert_eq!(ms, [Some(five), Some(five), Some(five - 4_000), None]);
    let said: Vec<_> = file
        .warnings
        .iter()
        .map(|warning| (warning.kind, warning.first))
        .collect();
    assert_eq!(
        said,
        [
            (WarningKind::TimeMissing, Some(At::Line(4))),
            (WarningKind::TimeUnreadable, Some(At::Line(4))),
            (WarningKind::TimeWithoutZone, Some(At::Line(3))),
            (WarningKind::TimeBackwards, Some(At::Line(3))),
            (WarningKind::TimeRepeated, Some(At::Line(2))),
        ]
    );
}

#[test]
fn other_encodings_marks_and_references_are_read() {
    let text = "<?xml version='1.0' encoding='GB18030'?><gpx><trk><name>青禾 &amp; &#x6751;<![CDATA[<东>]]></name>\
                <trkseg><trkpt lat='33.1' lon='115.2'/></trkseg></trk></gpx>";
    let (gbk, _, _) = encoding_rs::GB18030.encode(text);
    let utf16: Vec<u8> = std::iter::once(0xfeff_u16)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    for bytes in [gbk.into_owned(), utf16, marked, text.as_bytes().to_vec()] {
        let file = read(&bytes);
        assert_eq!(file.tracks[0].name, "青禾 & 村<东>");
        assert_eq!(met(&file, WarningKind::EncodingBroken), 0);
    }
    let file =
        read(b"<gpx><trk><name>\xff</name><trkseg><trkpt lat='1' lon='2'/></trkseg></trk></gpx>");
    assert_eq!(met(&file, WarningKind::EncodingBroken), 1);
}

#[test]
fn broken_markup_costs_the_fixes_it_touches_and_no_others() {
    let file = read(gpx(
        "<trkpt lat='1' lon='2'></trkpt>\n<trkpt lat='1.1' lon=<<</trkpt>\n<trkpt lat='1.2' lon='2'/>\
         <trkpt lat='x' lon='2'/><trkpt lat='1.3'/><trkpt lat='91' lon='2'/><trkpt lat='1.4' lon='2'/>",
    ));
    let lats: Vec<_> = file.tracks[0].fixes().map(|fix| fix.point.lat).collect();
    assert_eq!(lats, [1.0, 1.2, 1.4]);
    assert_eq!(met(&file, WarningKind::PlaceMissing), 3);
    assert_eq!(met(&file, WarningKind::PlaceOffEarth), 1);
}

#[test]
fn a_file_cut_anywhere_gives_every_fix_that_stands_before() {
    let whole = fixture("tracks/walk_hike_car/around-visnjan-with-car.gpx");
    let text = std::str::from_utf8(&whole).unwrap();
    for cut in (0..text.len()).step_by(97).skip(16) {
        let file = read(&text[..cut]);
        let complete = text[..cut].matches("</trkpt>").count();
        let read: usize = file.tracks.iter().map(|track| track.fixes().count()).sum();
        assert!(
            (complete..=complete + 1).contains(&read),
            "{read} of {complete} at {cut}"
        );
        assert_eq!(met(&file, WarningKind::CutShort), 1);
    }
}

#[test]
fn after_many_breaks_the_rest_is_given_up_and_said() {
    let mut fixes = String::new();
    for number in 0..1_000 {
        write!(fixes, "<trkpt lat='{number}e-3' lon='2'/><!bad <trkpt a='").unwrap();
    }
    let file = read(gpx(&fixes));
    assert!(met(&file, WarningKind::MarkupBroken) <= MAX_BROKEN);
    assert_eq!(met(&file, WarningKind::CutShort), 1);
}

#[test]
fn what_is_made_to_harm_is_refused_by_name() {
    let bomb = "<!DOCTYPE gpx [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>\
                <gpx><trk><name>&b;</name></trk></gpx>";
    assert_eq!(refused(bomb), ReadError::EntityDeclared);
    let long = " ".repeat(10_000_000);
    assert_eq!(refused(gpx(&long)), ReadError::LineTooLong);
    assert_eq!(
        refused(gpx(&" ".repeat(MAX_LINE_BYTES + 1))),
        ReadError::LineTooLong
    );
    let token = "a\n".repeat(1 << 20);
    assert_eq!(
        refused(gpx(&format!("<name>{token}</name>"))),
        ReadError::TokenTooLong
    );
    assert_eq!(
        refused(gpx(&format!("<trkpt lat='{token}'/>"))),
        ReadError::TokenTooLong
    );
    assert_eq!(
        refused(vec![b'<'; MAX_FILE_BYTES + 1]),
        ReadError::FileTooLarge
    );
    assert_eq!(refused(""), ReadError::Empty);
    assert_eq!(refused("<html><body/></html>"), ReadError::NotGpx);
    // Depth costs nothing.
    let deep = "<a>".repeat(200_000);
    assert_eq!(met(&read(format!("<gpx>{deep}")), WarningKind::NoFixes), 1);
}

#[test]
fn a_track_in_gcj02_is_read_as_such_only_when_the_caller_says_so() {
    let bytes = fixture("tracks/synthetic/square_gcj02.gpx");
    let shifted = tracks(
        &bytes,
        TrackOptions {
            datum: Datum::Gcj02,
        },
    )
    .unwrap();
    let true_ones = read(fixture("tracks/synthetic/square_wgs84.gpx"));
    assert_eq!(shifted.tracks[0].segments[0].datum, Datum::Gcj02);
    for (ours, truth) in shifted.tracks[0].fixes().zip(true_ones.tracks[0].fixes()) {
        // Both files have seven decimals.
        assert!((ours.point.lon - truth.point.lon).abs() < 2e-7);
        assert!((ours.point.lat - truth.point.lat).abs() < 2e-7);
    }
    let as_it_is = read(&bytes);
    assert!((as_it_is.tracks[0].fixes().next().unwrap().point.lon - 115.005_504_6).abs() < 1e-12);
}

#[test]
fn several_tracks_become_one_without_losing_where_they_part() {
    let file = read(fixture("tracks/walk_hike_car/cerknicko-jezero.gpx"));
    let (tracks, fixes) = (file.tracks.len(), 296);
    let all = file.joined();
    assert_eq!((all.segments.len(), all.fixes().count()), (tracks, fixes));
    let begins: Vec<_> = all
        .segments
        .iter()
        .skip(1)
        .map(|segment| segment.begins)
        .collect();
    assert!(begins.iter().all(|begins| *begins == Break::File));
}

#[test]
fn no_damaged_file_makes_the_reader_panic() {
    let seeds: Vec<Vec<u8>> = files("tracks")
        .into_iter()
        .map(|path| std::fs::read(path).unwrap())
        .filter(|bytes| bytes.len() < 40_000)
        .collect();
    let mut chance = Chance::seeded(6);
    let mut read_some = 0;
    for round in 0..rounds() {
        let seed = &seeds[round as usize % seeds.len()];
        let damaged = chance.damage(seed);
        if let Ok(file) = tracks(&damaged, TrackOptions::default()) {
            read_some += u32::from(!file.tracks.is_empty());
            for warning in &file.warnings {
                assert!(!warning.to_string().is_empty());
            }
        }
    }
    assert!(
        read_some > rounds() / 2,
        "only {read_some} still gave a track"
    );
}
