//! The ledger as files: the same rows for machines and for the printer, whole and per line of work.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fs;
use std::io::Read;

use fieldwork_scenarios::{County, shell};
use fieldwork_testkit::fixtures::Fixtures;

fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn the_ledger_of_the_day_is_the_expected_file_and_prints_with_headings_on_every_page() {
    let mut county = County::new();
    let phone = county.phone("lin", "K05");
    let labels: Vec<&str> = county
        .day
        .captures
        .iter()
        .map(|entry| entry.id.as_str())
        .collect();
    phone.play(&county.day, &labels);
    phone.sync();
    county.settle();
    county.stop();
    let out = county.folder.path().join("out");
    let (data, folder) = (
        county.hub_folder().display().to_string(),
        out.display().to_string(),
    );
    let written = shell::object(&shell::run([
        "--json", "hub", "ledger", "--data", &data, "--out", &folder,
    ]));
    let names: Vec<&str> = written["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    let expected = fs::read(Fixtures::default().expected("ledger.csv")).unwrap();
    assert_eq!(fs::read(out.join("ledger.csv")).unwrap(), expected);
    let csv = String::from_utf8(expected).unwrap();
    let rows = csv.lines().count() - 1;
    let per_line: usize = names
        .iter()
        .filter(|name| name.ends_with(".csv") && **name != "ledger.csv")
        .map(|name| fs::read_to_string(out.join(name)).unwrap().lines().count() - 1)
        .sum();
    assert_eq!((rows, per_line), (14, 14));
    for name in names.iter().filter(|name| name.ends_with(".xlsx")) {
        let book = fs::read(out.join(name)).unwrap();
        let sheet = part(&book, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains("orientation=\"landscape\"") && sheet.contains("fitToHeight=\"0\""));
        assert!(part(&book, "xl/workbook.xml").contains("Print_Titles"));
        let same = out.join(name.replace(".xlsx", ".csv"));
        let rows = fs::read_to_string(same).unwrap().lines().count();
        assert_eq!(sheet.matches("<row ").count(), rows + 1, "{name}");
    }
}
