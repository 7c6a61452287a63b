//! What the commands say to who writes a spec and tries it on a day: sentences, with the owner's labels.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::fs;
use std::path::{Path, PathBuf};

use fieldwork_scenarios::shell::{run, status, text};
use fieldwork_scenarios::specs;
use fieldwork_testkit::fixtures::Fixtures;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A copy of the shipped folder in which the form of a visit cannot be made: the telephone number does not
/// fit its box.
fn spoiled() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("specs");
    fs::create_dir_all(to.join("systems")).unwrap();
    for from in ["", "systems"] {
        for entry in fs::read_dir(specs().join(from)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "json") {
                fs::copy(&path, to.join(from).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    let ffp = to.join("systems/ffp.json");
    let mut spec: Value = serde_json::from_str(&fs::read_to_string(&ffp).unwrap()).unwrap();
    for form in spec["forms"].as_array_mut().unwrap() {
        for field in form["fields"].as_array_mut().unwrap() {
            if field["label"] == "户联系电话" {
                field["max"] = json!(5);
            }
        }
    }
    // With the mark that some editors put before a text.
    fs::write(&ffp, format!("\u{feff}{spec}")).unwrap();
    (folder, to)
}

fn village() -> PathBuf {
    Fixtures::default().day_file().parent().unwrap().to_owned()
}

fn shown(command: &str, specs: &Path, village: &Path, more: &[&str]) -> (i32, String, String) {
    let mut args: Vec<&str> = command.split(' ').collect();
    args.extend(["--specs", specs.to_str().unwrap()]);
    args.extend(["--village", village.to_str().unwrap()]);
    let output = run(args.iter().chain(more));
    (status(&output), text(&output.stdout), text(&output.stderr))
}

/// Label of a visit of the day.
fn visit() -> String {
    let day: Value =
        serde_json::from_str(&fs::read_to_string(Fixtures::default().day_file()).unwrap()).unwrap();
    let captures = day["captures"].as_array().unwrap();
    let visit = captures.iter().find(|one| one["kind"] == "visit").unwrap();
    visit["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_form_that_cannot_be_made_is_told_in_a_sentence_with_the_owners_label() {
    let (_folder, specs) = spoiled();
    for more in [&[][..], &["--explain"]] {
        let mut args = vec!["--capture"];
        let visit = visit();
        args.push(&visit);
        args.extend(more);
        let (code, shown, _) = shown("fill", &specs, &village(), &args);
        assert_eq!(code, 1);
        let said = shown.lines().find(|line| line.contains("不能生成："));
        let said = said.unwrap_or_else(|| panic!("{shown}"));
        assert!(
            said.contains("户联系电话（lxdh）：最多5个字，现有11个"),
            "{said}"
        );
        assert!(!said.contains('{'), "{said}");
    }
}

#[test]
fn a_box_that_cannot_be_made_has_a_word_and_a_reason_of_its_own() {
    let (_folder, specs) = spoiled();
    let file = specs.join("systems/ffp.json");
    let command = format!("spec coverage {}", file.display());
    let (code, said, error) = shown(&command, &specs, &village(), &[]);
    assert_eq!(code, 0, "{error}");
    assert!(said.contains("做不成：最多5个字，现有11个"), "{said}");
    assert!(said.contains("要问0、不适用0、做不成412"), "{said}");
    // 井 in GB18030.
    fs::write(&file, b"{\"id\": \"\xbe\xae\"}").unwrap();
    let (code, _, error) = shown(&command, &specs, &village(), &[]);
    assert_eq!(code, 1);
    assert!(error.contains("save it as UTF-8"), "{error}");
}

#[test]
fn a_wrong_answer_in_a_script_is_named_with_its_capture_and_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("day.json");
    let wrong = |concept: &str, value: &str| {
        let day = fs::read_to_string(Fixtures::default().day_file()).unwrap();
        let mut day: Value = serde_json::from_str(&day).unwrap();
        let captures = day["captures"].as_array_mut().unwrap();
        let first = captures
            .iter_mut()
            .find(|one| one["kind"] == "visit")
            .unwrap();
        let answer = json!({"concept": concept, "input": "pick", "value": value});
        first["inputs"].as_array_mut().unwrap().push(answer);
        fs::write(&script, day.to_string()).unwrap();
        let (code, _, error) = shown(
            "fill",
            &specs(),
            &village(),
            &["--day", script.to_str().unwrap(), "--capture", &visit()],
        );
        assert_eq!(code, 1);
        assert!(error.contains(&format!("{}: ", visit())), "{error}");
        error
    };
    let error = wrong("issue.level", "urgent");
    assert!(
        error.contains("issue.level 事件等级: \"urgent\" is none of 1 一般"),
        "{error}"
    );
    let error = wrong("household.water_ok", "maybe");
    assert!(error.contains("true 是, false 否"), "{error}");
    let error = wrong("household.waters", "x");
    assert!(
        error.contains("there is no concept \"household.waters\""),
        "{error}"
    );
}

#[test]
fn the_table_of_the_day_shows_forms_that_could_not_be_made() {
    let (_folder, specs) = spoiled();
    let out = tempfile::tempdir().unwrap();
    let (_, said, error) = shown(
        "demo",
        &specs,
        &village(),
        &["--out", out.path().to_str().unwrap()],
    );
    assert!(said.contains("✗"), "{said}{error}");
    assert!(
        said.contains("不能生成：户联系电话（lxdh）：最多5个字，现有11个"),
        "{said}"
    );
}
