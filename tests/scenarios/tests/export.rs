//! A new system gets what the register holds, once somebody agreed, and nobody types it (disturbance 8).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::collections::BTreeMap;
use std::fs;

use fieldwork_scenarios::shell::{object, run, status, text};
use fieldwork_scenarios::specs;
use fieldwork_testkit::fixtures::Fixtures;
use serde_json::Value;

/// The fields of `fw2` in the order of its description.
const FIELDS: [&str; 16] = [
    "bm", "xm", "sfz", "dh", "dz", "mj", "cs", "nf", "jg", "yt", "zj", "cz", "jy", "yh", "ms", "dj",
];

fn export(out: &str, more: &[&str]) -> std::process::Output {
    let village = Fixtures::default().root().display().to_string();
    let specs = specs().display().to_string();
    let fixed = [
        "--json",
        "spec",
        "export",
        "fw2",
        "--village",
        &village,
        "--specs",
        &specs,
        "--out",
        out,
    ];
    run(fixed.iter().chain(more))
}

/// The houses of the register as its owner wrote them, by code, each a map of its columns.
fn houses() -> BTreeMap<String, BTreeMap<String, String>> {
    let path = Fixtures::default().register().join("房屋.csv");
    let file = fs::read_to_string(path).unwrap();
    let mut reader = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    let headings = reader.headers().unwrap().clone();
    let houses = reader.records().map(|row| {
        let row = row.unwrap();
        let cells = headings.iter().zip(&row);
        let cells: BTreeMap<String, String> = cells
            .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
            .collect();
        (cells["房屋编码"].clone(), cells)
    });
    houses.collect()
}

#[test]
fn after_consent_430_houses_are_exported_as_the_system_wants_them_and_nothing_is_typed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("fw2.json");
    let done = export(
        out.to_str().unwrap(),
        &["--consent", "示例县住建局2025-04-08函（虚构）"],
    );
    assert_eq!(status(&done), 0, "{}", text(&done.stderr));
    let told = object(&done);
    assert_eq!(told["files"][0]["rows"], 430);
    assert_eq!(told["typed"], 0);
    let rows: Vec<Value> = serde_json::from_slice(&fs::read(&out).unwrap()).unwrap();
    assert_eq!(rows.len(), 430);
    let houses = houses();
    let yes_no = |cell: &str| if cell == "是" { "Y" } else { "N" };
    let structure = |cell: &str| match cell {
        "钢筋混凝土" => "A",
        "砖混" => "B",
        "砖木" | "土木" => "C",
        _ => "Z",
    };
    for row in &rows {
        let names: Vec<&str> = row
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let house = &houses[row["bm"].as_str().unwrap()];
        let hazard = house["是否有隐患"] == "是";
        let expected: Vec<&str> = FIELDS
            .into_iter()
            .filter(|name| *name != "ms" || hazard)
            .collect();
        assert_eq!(names, expected);
        assert_eq!(row["dz"], house["房屋地址"].as_str());
        assert_eq!(row["mj"].as_f64(), house["建筑面积"].parse().ok());
        assert_eq!(row["cs"].as_i64(), house["层数"].parse().ok());
        assert_eq!(row["nf"].as_i64(), house["建成年代"].parse().ok());
        assert_eq!(row["jg"], structure(&house["结构类型"]));
        assert_eq!(row["zj"], yes_no(&house["是否自建"]));
        assert_eq!(row["yh"], yes_no(&house["是否有隐患"]));
        if hazard {
            assert_eq!(row["ms"], house["隐患描述"].as_str());
        }
        let grade = "ABCD".find(&house["安全等级"]).unwrap() + 1;
        assert_eq!(row["dj"], grade.to_string());
    }
    let note = fs::read_to_string(folder.path().join("fw2.note.txt")).unwrap();
    assert!(
        note.contains("示例县住建局2025-04-08函") && note.contains("430"),
        "{note}"
    );
}

#[test]
fn without_consent_nothing_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("fw2.json");
    for consent in [&[][..], &["--consent", ""]] {
        let done = export(out.to_str().unwrap(), consent);
        assert_eq!(status(&done), 2, "{}", text(&done.stdout));
        assert!(!out.exists());
    }
}

#[test]
fn a_table_has_the_labels_above_and_one_line_for_each_house() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("fw2.csv");
    let done = export(out.to_str().unwrap(), &["--consent", "虚构"]);
    assert_eq!(status(&done), 0, "{}", text(&done.stderr));
    let table = fs::read_to_string(&out).unwrap();
    let mut reader = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    assert_eq!(reader.headers().unwrap().len(), 16);
    assert_eq!(reader.records().filter(Result::is_ok).count(), 430);
}
