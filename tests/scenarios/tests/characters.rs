//! Characters that careless programs lose: ids in other widths and cases, and a name outside the basic
//! plane.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use fieldwork_scenarios::shell::{object, run, status};
use fieldwork_scenarios::{County, choice, said};
use fieldwork_testkit::upstream::fw;
use serde_json::json;

/// U+23C97, in the given name of a girl in the roster.
const RARE: &str = "\u{23C97}";
/// The same in GB18030.
const RARE_GB18030: [u8; 4] = [0x96, 0x34, 0xA9, 0x37];

#[test]
fn ids_in_lower_case_full_width_and_fifteen_digits_are_the_same_numbers() {
    let output = run([
        "id",
        "citizen",
        "99010119570302023x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "990101380912023",
        "--json",
    ]);
    assert_eq!(status(&output), 0);
    let told = object(&output);
    let normal: Vec<&str> = told["ids"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id["normalised"].as_str().unwrap())
        .collect();
    assert_eq!(
        normal,
        [
            "99010119570302023X",
            "11010519491231002X",
            "99010119380912023X"
        ]
    );
    assert!(
        told["ids"]
            .as_array()
            .unwrap()
            .iter()
            .all(|id| id["valid"] == json!(true))
    );
}

#[test]
fn a_person_is_found_by_a_number_written_in_any_of_these_ways() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    for written in [
        "99010119570302023x",
        "99010119570302023X",
        "９９０１０１１９５７０３０２０２３Ｘ",
    ] {
        let found = phone.workspace.find(written, 1).unwrap();
        assert_eq!(found[0].title, "胡贵田", "{written}");
    }
}

#[test]
fn a_character_of_four_bytes_reaches_a_table_in_gb18030_and_comes_back_the_same() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let found = phone.workspace.find(&format!("王{RARE}"), 5).unwrap();
    assert_eq!(found[0].title, format!("王{RARE}"));
    let text = format!("{}住的东屋后墙有贯通裂缝", found[0].title);
    let home = "household:990101100201000200".parse().unwrap();
    let mut visit = phone.draft(
        "R01",
        "visit",
        Some(fieldwork_forms::capture::Subject::Entity(home)),
        vec![
            said("visit.text", "看房"),
            choice("visit.unchanged", true),
            choice("house.hazard", true),
            said("house.hazard_text", &text),
            said("house.grade", "C"),
        ],
    );
    visit.photos = [("h", "household"), ("o", "outside"), ("d", "defect")]
        .map(|(name, stage)| phone.photograph(name, stage))
        .into();
    phone.workspace.save(&visit).unwrap();
    phone.sync();
    county.settle();
    let house = county
        .others
        .iter()
        .find(|one| one.system() == "fw")
        .unwrap();
    let accepted = house.accepted();
    assert_eq!(accepted.len(), 1, "one table");
    let raw = &accepted[0].raw;
    assert!(raw.windows(4).any(|four| four == RARE_GB18030));
    assert!(!raw.contains(&b'?'));
    let rows = fw::rows(&accepted);
    let row = rows.values().next().unwrap();
    assert_eq!(row.cells["隐患描述"], text);
}
