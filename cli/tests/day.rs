//! The commands that tell of a day, against the independent reference.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn golden(name: &str) -> Value {
    let path = root().join("tests/fixtures/qinghe/expected").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn fieldwork(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fieldwork"))
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let output = fieldwork(arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
}

/// The golden names of boxes bear remarks in brackets.
fn without_remarks(name: &str) -> String {
    let mut plain = name.to_owned();
    while let (Some(from), Some(to)) = (plain.find(" ("), plain.find(')')) {
        plain.replace_range(from..=to, "");
    }
    plain
}

/// In which order a capture's forms stand says nothing.
fn sort_forms(counts: &mut Value) {
    let captures = counts["per_capture"].as_object_mut().unwrap();
    for capture in captures.values_mut() {
        let forms = capture["envelopes"].as_array_mut().unwrap();
        forms.sort_by_key(ToString::to_string);
    }
}

#[test]
fn the_demo_counts_the_day_as_the_reference_does() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("counted");
    let output = fieldwork(&["demo", "--out", out.to_str().unwrap()]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}");
    for way in ["现状", "最好的分开填", "本系统"] {
        assert!(text.contains(way), "{way}");
        let page = fs::read_to_string(out.join("report.html")).unwrap();
        assert!(page.contains(way), "{way}");
    }
    let made = fs::read_to_string(out.join("counts.json")).unwrap();
    let mut made: Value = serde_json::from_str(&made).unwrap();
    let mut golden = golden("counts.json");
    sort_forms(&mut made);
    sort_forms(&mut golden);
    let role = golden["without_enforcement_role"].as_object_mut().unwrap();
    role.remove("note");
    for list in ["answered_in_the_same_capture", "derived_from_age"] {
        let list = golden["e_class_origin"][list].as_array_mut().unwrap();
        for name in list {
            *name = Value::String(without_remarks(name.as_str().unwrap()));
        }
    }
    for (name, figures) in golden.as_object().unwrap() {
        assert_eq!(&made[name], figures, "{name}");
    }
}

#[test]
fn a_twin_of_a_system_is_reckoned_by_its_id_and_by_its_file_alike() {
    let village = "tests/fixtures/qinghe";
    let by_id = json(&["--json", "spec", "coverage", "fw2", "--village", village]);
    let form = &by_id["forms"][0];
    assert_eq!(form["entities"], 430);
    assert_eq!(form["to_ask"], 0);
    assert_eq!(form["stale_entities"].as_array().unwrap().len(), 132);
    let resolved = ["carried", "derivable", "not_applicable"]
        .map(|name| form[name].as_u64().unwrap())
        .iter()
        .sum::<u64>();
    assert_eq!(resolved, 6880);
    let file = "specs/systems/fw2.json";
    let by_file = json(&["--json", "spec", "coverage", file, "--village", village]);
    assert_eq!(by_id, by_file);
    let later = json(&[
        "--json",
        "spec",
        "coverage",
        "fw2",
        "--village",
        village,
        "--on",
        "2030-01-01",
    ]);
    assert_eq!(
        later["forms"][0]["stale_entities"]
            .as_array()
            .unwrap()
            .len(),
        430
    );
    let nobody = fieldwork(&["spec", "coverage", "no-such", "--village", village]);
    assert_eq!(nobody.status.code(), Some(1));
}

#[test]
fn a_folder_of_specs_is_reckoned_whole_with_what_is_asked_several_times() {
    let found = json(&[
        "--json",
        "spec",
        "coverage",
        "specs",
        "--village",
        "tests/fixtures/qinghe",
    ]);
    let systems = fs::read_dir(root().join("specs/systems")).unwrap().count();
    assert_eq!(found["coverage"].as_array().unwrap().len(), systems);
    let duplicates = json(&["--json", "spec", "duplicates"]);
    assert_eq!(found["duplicates"], duplicates["duplicates"]);
    assert!(!duplicates["duplicates"].as_array().unwrap().is_empty());
    assert_eq!(
        duplicates["asked_by_systems"],
        golden("counts.json")["asked_by_systems"],
        "the table by the owners' words"
    );
}

#[test]
fn filling_a_capture_of_the_script_gives_the_golden_fields_and_explains_each_in_two_languages() {
    for label in ["C04", "C08", "C09", "C13"] {
        let filled = json(&[
            "--json",
            "fill",
            "--village",
            "tests/fixtures/qinghe",
            "--day",
            "tests/fixtures/qinghe/day.json",
            "--capture",
            label,
            "--explain",
        ]);
        let golden = golden("envelopes.json");
        let golden: Vec<&Value> = golden
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["capture"] == label)
            .collect();
        let made = filled["forms"].as_array().unwrap();
        for envelope in &golden {
            let same = |one: &&Value| {
                let one = &one["envelope"];
                one["system"] == envelope["system"]
                    && one["form"] == envelope["form"]
                    && one["fields"] == envelope["fields"]
            };
            assert!(made.iter().any(|one| same(&one)), "{}", envelope["key"]);
        }
        // The ledger's row is the one form more.
        assert_eq!(made.len(), golden.len() + 1, "{label}");
        for form in filled["explained"].as_array().unwrap() {
            for one in form["boxes"].as_array().unwrap() {
                let chinese = one["chinese"].as_array().unwrap().len();
                assert_eq!(chinese, one["english"].as_array().unwrap().len());
                assert!(chinese > 0, "{label} {}", one["field"]);
            }
        }
    }
}

#[test]
fn a_capture_that_the_script_does_not_have_is_an_error() {
    let village = "tests/fixtures/qinghe";
    let output = fieldwork(&["fill", "--village", village, "--capture", "C99"]);
    assert_eq!(output.status.code(), Some(1));
}
