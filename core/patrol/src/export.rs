//! A track as a file for other programs, on the worker's own wish.

use std::fmt::Write;

use crate::{Fix, Track};

/// As GPX 1.1, WGS-84, UTC; accuracy as an extension, which readers that do not know it pass over.
pub fn gpx(track: &Track) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"fieldwork\" xmlns=\"http://www.topografix.com/GPX/1/1\" xmlns:f=\"urn:fieldwork:track\">\n<trk>",
    );
    if !track.name.is_empty() {
        out.push_str("<name>");
        escape(&mut out, &track.name);
        out.push_str("</name>");
    }
    out.push('\n');
    for segment in &track.segments {
        out.push_str("<trkseg>\n");
        for fix in &segment.fixes {
            point(&mut out, fix);
        }
        out.push_str("</trkseg>\n");
    }
    out.push_str("</trk>\n</gpx>\n");
    out
}

fn point(out: &mut String, fix: &Fix) {
    let (lat, lon) = (fix.point.lat, fix.point.lon);
    // Writing into a string does not fail.
    let _ = write!(out, "<trkpt lat=\"{lat:.7}\" lon=\"{lon:.7}\">");
    if let Some(altitude_m) = fix.altitude_m.filter(|metres| metres.is_finite()) {
        let _ = write!(out, "<ele>{altitude_m}</ele>");
    }
    if let Some(at_ms) = fix.at_ms {
        let _ = write!(out, "<time>{}</time>", utc(at_ms));
    }
    if let Some(accuracy_m) = fix.accuracy_m.filter(|metres| metres.is_finite()) {
        let _ = write!(
            out,
            "<extensions><f:accuracy>{accuracy_m}</f:accuracy></extensions>"
        );
    }
    out.push_str("</trkpt>\n");
}

/// As GeoJSON: one feature, a line for each segment, `coordTimes` beside it as other programs write them. A
/// segment of one fix is written as a line of no length, since the format knows no shorter one.
pub fn geojson(track: &Track) -> String {
    let segments: Vec<&[Fix]> = track
        .segments
        .iter()
        .map(|segment| segment.fixes.as_slice())
        .filter(|fixes| !fixes.is_empty())
        .collect();
    let lines = |each: fn(&Fix) -> serde_json::Value| -> Vec<Vec<serde_json::Value>> {
        let line = |fixes: &&[Fix]| {
            let twice = (fixes.len() == 1).then(|| fixes.first()).flatten();
            fixes.iter().chain(twice).map(each).collect()
        };
        segments.iter().map(line).collect()
    };
    let places = lines(|fix| {
        let seven = |degrees: f64| (degrees * 1e7).round() / 1e7;
        serde_json::json!([seven(fix.point.lon), seven(fix.point.lat)])
    });
    let times = lines(|fix| {
        fix.at_ms
            .map_or(serde_json::Value::Null, |at| utc(at).into())
    });
    let mut json = serde_json::json!({
        "type": "FeatureCollection",
        "features": [{
            "type": "Feature",
            "properties": { "name": track.name, "coordTimes": times },
            "geometry": { "type": "MultiLineString", "coordinates": places },
        }],
    })
    .to_string();
    json.push('\n');
    json
}

/// Milliseconds since 1970 as `2026-05-06T00:30:00Z`, with milliseconds where there are any.
fn utc(at_ms: i64) -> String {
    let (days, of_day) = (at_ms.div_euclid(86_400_000), at_ms.rem_euclid(86_400_000));
    // Days are counted from 1 March of the year 0, so that a leap day ends a year.
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, carried) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let year = year + era * 400 + carried;
    let (hours, minutes) = (of_day / 3_600_000, of_day / 60_000 % 60);
    let (seconds, ms) = (of_day / 1_000 % 60, of_day % 1_000);
    let mut text = format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}");
    if ms > 0 {
        let _ = write!(text, ".{ms:03}");
    }
    text.push('Z');
    text
}

fn escape(out: &mut String, text: &str) {
    for char in text.chars() {
        match char {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\u{fffe}' | '\u{ffff}' => {}
            char if char.is_control() && !char.is_whitespace() => {}
            char => out.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn times_are_those_of_the_calendar() {
        // From the calendar: a leap day, the end of a year, before 1970.
        assert_eq!(utc(1_709_164_800_000), "2024-02-29T00:00:00Z");
        assert_eq!(utc(1_735_689_599_250), "2024-12-31T23:59:59.250Z");
        assert_eq!(utc(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(utc(951_868_800_000), "2000-03-01T00:00:00Z");
    }
}
