//! Promises of the reader of the day's script.

use fieldwork_testkit::day::Day;
use fieldwork_testkit::fixtures::Fixtures;
use serde_json::Value;

#[test]
fn everything_in_the_script_is_read() {
    let fixtures = Fixtures::default();
    let text = std::fs::read_to_string(fixtures.day_file()).unwrap();
    let script: Value = serde_json::from_str(&text).unwrap();
    let day = Day::parse(&text).unwrap();
    assert_eq!(serde_json::to_value(&day).unwrap(), script);
}

#[test]
fn times_are_utc_milliseconds() {
    let day = Fixtures::default().day().unwrap();
    assert_eq!(day.entry("C04").unwrap().at_ms, 1_744_074_600_000);
    assert_eq!(day.entry("C99"), None);
}

#[test]
fn the_day_has_fourteen_captures_twenty_two_photographs_and_a_walk() {
    let day = Fixtures::default().day().unwrap();
    assert_eq!(day.captures.len(), 14);
    assert_eq!(
        day.captures
            .iter()
            .map(|entry| entry.photos.len())
            .sum::<usize>(),
        22
    );
    let track = day.captures[0].track.as_ref().unwrap();
    assert!((track.truth.length_m - 3_200.0).abs() < f64::EPSILON);
    assert_eq!(track.truth.plots.len(), 6);
}

#[test]
fn a_missing_or_damaged_script_is_a_named_error() {
    let missing = Day::load(std::path::Path::new("no/such/day.json")).unwrap_err();
    assert_eq!(missing.to_string(), "cannot read no/such/day.json");
    assert_eq!(
        Day::parse("{}").unwrap_err().to_string(),
        "not the script of a day"
    );
}
