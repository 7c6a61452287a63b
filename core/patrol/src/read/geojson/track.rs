//! Tracks of lines.
//!
//! A line has no times of its own; converters write them as `coordTimes`, `times` or, newer,
//! `coordinateProperties.times`: a list for a line, a list of lists for several, of ISO texts or of
//! milliseconds.

use serde_json::Value;

use super::{Feature, features, members, parse, position};
use crate::read::limit::MAX_FIXES;
use crate::read::warning::Notes;
use crate::read::{self, Crs, ReadError, TrackFile, TrackOptions, WarningKind, time};
use crate::track::{Break, Datum, Fix, Segment, Track};

/// Reads the lines of a GeoJSON file as tracks, one a feature.
///
/// # Errors
/// [`ReadError::NotGeoJson`], [`ReadError::TooManyFixes`]; [`ReadError::CrsUnsupported`] where the file
/// declares another system than degrees.
pub fn tracks(bytes: &[u8], options: TrackOptions) -> Result<TrackFile, ReadError> {
    let (value, broken) = parse(bytes)?;
    let mut options = options;
    match super::declared(&value) {
        Some(Ok(Crs::Degrees(datum))) if options.datum == Datum::Wgs84 => options.datum = datum,
        Some(Err(error)) => return Err(ReadError::CrsUnsupported(error)),
        Some(Ok(Crs::Degrees(_))) | None => {}
        Some(Ok(_)) => return Err(ReadError::TrackInMetres),
    }
    let mut notes = Notes::default();
    if broken {
        notes.add(WarningKind::EncodingBroken, None);
    }
    let mut file = TrackFile::default();
    let mut fixes = 0;
    for feature in features(&value) {
        let track = line(&feature, options, &mut notes);
        fixes += track.fixes().count();
        if fixes > MAX_FIXES {
            return Err(ReadError::TooManyFixes);
        }
        if !track.segments.is_empty() {
            file.tracks.push(track);
        }
    }
    if file.tracks.is_empty() {
        notes.add(WarningKind::NoFixes, None);
    }
    file.warnings = notes.in_features();
    Ok(file)
}

fn line(feature: &Feature<'_>, options: TrackOptions, notes: &mut Notes) -> Track {
    let mut track = Track::default();
    let named = feature.properties.and_then(|all| all.get("name"));
    if let Some(name) = named.and_then(Value::as_str) {
        track.name = name.trim().chars().take(200).collect();
    }
    let Some(geometry) = feature.geometry else {
        notes.add(WarningKind::FeatureUnreadable, feature.number);
        return track;
    };
    let times = times(feature);
    for (kind, coordinates) in members(geometry) {
        match kind {
            "LineString" => {
                let segment = segment(coordinates, times, feature.number, options, notes);
                push(&mut track, segment);
            }
            "MultiLineString" => {
                let lines = coordinates
                    .as_array()
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                for (place, line) in lines.iter().enumerate() {
                    let times = times.and_then(|all| all.get(place));
                    let segment = segment(line, times, feature.number, options, notes);
                    push(&mut track, segment);
                }
            }
            _ => notes.add(WarningKind::FeatureIgnored, feature.number),
        }
    }
    track
}

fn push(track: &mut Track, mut segment: Segment) {
    if segment.fixes.is_empty() {
        return;
    }
    if !track.segments.is_empty() {
        segment.begins = Break::File;
    }
    track.segments.push(segment);
}

fn times<'a>(feature: &Feature<'a>) -> Option<&'a Value> {
    let all = feature.properties?;
    let newer = || all.get("coordinateProperties")?.get("times");
    let found = all.get("coordTimes").or_else(|| all.get("times"));
    found.or_else(newer).filter(|times| times.is_array())
}

fn segment(
    line: &Value,
    times: Option<&Value>,
    number: usize,
    options: TrackOptions,
    notes: &mut Notes,
) -> Segment {
    let mut segment = read::segment(Break::Start, options.datum);
    let positions = line.as_array().map(Vec::as_slice).unwrap_or_default();
    let times = times.and_then(Value::as_array);
    if times.is_some_and(|times| times.len() != positions.len()) {
        notes.add(WarningKind::TimesDiffer, number);
    }
    for (place, value) in positions.iter().enumerate() {
        let Some([lon, lat]) = position(value) else {
            notes.add(WarningKind::PlaceMissing, number);
            continue;
        };
        let Some(point) = read::place(lon, lat, options.datum) else {
            notes.add(WarningKind::PlaceOffEarth, number);
            continue;
        };
        let mut fix = Fix::at(point);
        #[expect(clippy::cast_possible_truncation, reason = "a height in metres")]
        let height = value
            .get(2)
            .and_then(Value::as_f64)
            .map(|metres| metres as f32);
        fix.altitude_m = height.filter(|metres| metres.is_finite());
        if let Some(value) = times.and_then(|times| times.get(place)) {
            fix.at_ms = at_ms(value);
            let unreadable = fix.at_ms.is_none() && !value.is_null();
            notes.add_some(unreadable.then_some(WarningKind::TimeUnreadable), number);
        }
        notes.add_some(read::time_warning(segment.fixes.last(), &fix), number);
        segment.fixes.push(fix);
    }
    segment
}

fn at_ms(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => time::parse(text).map(|(at_ms, _)| at_ms),
        Value::Number(number) => number.as_i64(),
        _ => None,
    }
}
