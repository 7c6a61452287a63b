//! `fieldwork spec lint` reads as strictly as everything else: what it passes can be used.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fieldwork_scenarios::shell::{object, program, run, status};
use fieldwork_scenarios::specs;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A copy of the shipped folder.
fn copy() -> (TempDir, PathBuf) {
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
    (folder, to)
}

fn change(path: &Path, change: impl FnOnce(String) -> String) {
    fs::write(path, change(fs::read_to_string(path).unwrap())).unwrap();
}

/// Rule, level, path, text.
type Finding = [String; 4];
/// Status, and findings by id.
type Linted = (i32, Vec<(String, Vec<Finding>)>);

fn lint(path: &Path) -> Linted {
    let output = run(["spec", "lint", path.to_str().unwrap(), "--json"]);
    let told = object(&output);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let specs = told["specs"].as_array().unwrap().iter().map(|spec| {
        let findings = spec["findings"].as_array().unwrap().iter();
        let findings = findings.map(|one| {
            assert!(!text(&one["source"]).is_empty());
            ["rule", "level", "path", "text"].map(|key| text(&one[key]))
        });
        (text(&spec["id"]), findings.collect())
    });
    (status(&output), specs.collect())
}

/// The one finding of a file that the reader refuses.
fn unreadable(found: &Linted, id: &str) -> (String, String) {
    assert_eq!(found.0, 1);
    let spec = found.1.iter().find(|(found, _)| found == id);
    let findings = &spec.unwrap_or_else(|| panic!("{id}: {found:?}")).1;
    assert_eq!(findings.len(), 1, "{findings:?}");
    let [rule, level, path, text] = &findings[0];
    assert_eq!((rule.as_str(), level.as_str()), ("unreadable", "refused"));
    (path.clone(), text.clone())
}

#[test]
fn a_spec_that_the_reader_refuses_is_refused_with_file_place_and_reason() {
    let (_folder, specs) = copy();
    let wg = specs.join("systems/wg.json");
    change(&wg, |text| {
        text.replacen("\"issue.text\"", "\"issue.txt\"", 1)
    });
    let (path, text) = unreadable(&lint(&wg), "wg");
    assert!(path.ends_with(".from"), "{path}");
    assert!(
        text.contains("wg.json") && text.contains("issue.text"),
        "{text}"
    );
    let whole = lint(&specs);
    assert!(unreadable(&whole, "wg").1.contains("systems/wg.json"));
    let shown = run(["spec", "lint", wg.to_str().unwrap()]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("unreadable 拒绝"), "{shown}");
}

#[test]
fn a_key_that_no_spec_has_is_refused_also_beside_a_demand() {
    let (_folder, specs) = copy();
    let wg = specs.join("systems/wg.json");
    change(&wg, |text| {
        let mut spec: Value = serde_json::from_str(&text).unwrap();
        spec["sign_in"] = json!({"per": "day"});
        spec["colour"] = json!("red");
        spec.to_string()
    });
    let (code, found) = lint(&wg);
    assert_eq!(code, 1);
    let rules: Vec<&str> = found[0].1.iter().map(|one| one[0].as_str()).collect();
    assert_eq!(rules, ["B-01", "unreadable"]);
    assert_eq!(found[0].1[1][2], "colour");
}

#[test]
fn a_file_that_is_no_json_or_no_utf8_is_named_as_it_was_given() {
    let (_folder, specs) = copy();
    let water = specs.join("systems/water.json");
    fs::write(&water, "{\"id\": \"water\"，}").unwrap();
    let given = water.to_str().unwrap();
    let (path, text) = unreadable(&lint(&water), given);
    assert_eq!(path, ".");
    assert!(text.contains(given) && text.contains('，'), "{text}");
    // 井 in GB18030.
    fs::write(&water, b"{\"id\": \"\xbe\xae\"}").unwrap();
    let (_, text) = unreadable(&lint(&water), given);
    assert!(text.contains("save it as UTF-8"), "{text}");
    let (_, text) = unreadable(&lint(&specs), "systems/water.json");
    assert!(text.contains("save it as UTF-8"), "{text}");
}

#[test]
fn a_list_that_is_broken_is_told_of_folder_and_file() {
    let (_folder, specs) = copy();
    change(&specs.join("concepts.json"), |text| {
        text.replacen("\"type\": \"code\"", "\"type\": \"colour\"", 1)
    });
    let (path, text) = unreadable(&lint(&specs), "concepts.json");
    assert!(path.starts_with("concepts["), "{path}");
    assert!(text.contains("colour"), "{text}");
    let (code, found) = lint(&specs.join("systems/wg.json"));
    assert_eq!(code, 1);
    assert!(
        found.iter().any(|(id, _)| id.ends_with("concepts.json")),
        "{found:?}"
    );
}

#[test]
fn two_files_of_one_system_are_refused_and_the_mark_before_a_text_is_not() {
    let (_folder, specs) = copy();
    let wg = specs.join("systems/wg.json");
    change(&wg, |text| format!("\u{feff}{text}"));
    assert_eq!(lint(&wg), (0, vec![("wg".to_owned(), Vec::new())]));
    fs::copy(&wg, specs.join("systems/wg2.json")).unwrap();
    let (code, found) = lint(&specs);
    assert_eq!(code, 1);
    let twice = found.iter().filter(|(id, _)| id == "wg");
    let told: Vec<&Finding> = twice.flat_map(|(_, findings)| findings).collect();
    assert_eq!(told.len(), 1);
    let (_, text) = unreadable(&lint(&specs.join("systems/wg2.json")), "wg");
    assert!(text.contains("given twice"), "{text}");
    assert!(
        told[0][3].contains("given twice, first in systems/wg.json"),
        "{told:?}"
    );
}

#[test]
fn a_system_that_is_fed_and_not_there_is_refused_of_file_and_folder() {
    let (_folder, specs) = copy();
    let wg = specs.join("systems/wg.json");
    change(&wg, |text| {
        text.replacen("\"forwards_to\": []", "\"forwards_to\": [\"zff\"]", 1)
    });
    for path in [&wg, &specs] {
        let (at, text) = unreadable(&lint(path), "wg");
        assert_eq!(at, "forwards_to[0]");
        assert!(text.contains("did you mean \"zf\""), "{text}");
    }
}

#[test]
fn json_of_another_sort_is_told_as_such_and_not_held_against_the_burden_rules() {
    let (_folder, specs) = copy();
    let lone = tempfile::tempdir().unwrap();
    for folder in [&specs, &lone.path().to_owned()] {
        let day = r#"{"date": "2025-04-08", "captures": []}"#;
        fs::write(folder.join("day.json"), day).unwrap();
        fs::write(folder.join("empty.json"), "[]").unwrap();
        fs::write(folder.join("other.json"), r#"{"format": "another/1"}"#).unwrap();
        let found = lint(folder);
        for file in ["day.json", "empty.json"] {
            let (path, text) = unreadable(&found, file);
            assert_eq!(path, "format", "{text}");
            assert!(text.contains("the key \"format\" is missing"), "{text}");
        }
        let (_, text) = unreadable(&found, "other.json");
        assert!(text.contains("another/1"), "{text}");
    }
    // Alone, too.
    let empty = lone.path().join("empty.json");
    assert_eq!(
        unreadable(&lint(&empty), empty.to_str().unwrap()).0,
        "format"
    );
}

#[test]
fn an_exception_is_held_against_the_day_that_was_asked_about() {
    let (_folder, specs) = copy();
    let wg = specs.join("systems/wg.json");
    change(&wg, |text| {
        let mut spec: Value = serde_json::from_str(&text).unwrap();
        spec["sign_in"] = json!({"per": "day"});
        spec["exception"] = json!({"kind": "安保", "basis": "安保方案", "scope": "会场周边", "expires": "2025-09-30"});
        spec.to_string()
    });
    let levels = |path: &Path, on: Option<&str>| {
        let mut args = vec!["spec", "lint", path.to_str().unwrap(), "--json"];
        args.extend(on.map(|_| "--on"));
        args.extend(on);
        let told = object(&run(args));
        let specs = told["specs"].as_array().unwrap().clone();
        let wg = specs.into_iter().find(|spec| spec["id"] == "wg").unwrap();
        let findings = wg["findings"].as_array().unwrap().iter();
        findings
            .map(|one| {
                format!(
                    "{} {}",
                    one["rule"].as_str().unwrap(),
                    one["level"].as_str().unwrap()
                )
            })
            .collect::<Vec<_>>()
    };
    for path in [&wg, &specs] {
        assert_eq!(levels(path, Some("2025-09-30")), ["B-01 warned"]);
        let refused = ["B-27 refused", "B-01 refused"];
        assert_eq!(levels(path, Some("2025-10-01")), refused);
        assert_eq!(levels(path, None), refused, "today, which is later");
    }
}

#[test]
fn systems_that_feed_each_other_are_refused_of_file_and_folder() {
    let (_folder, specs) = copy();
    for (from, to) in [("wg", "zf"), ("zf", "wg")] {
        change(&specs.join(format!("systems/{from}.json")), |text| {
            let fed = format!("\"forwards_to\": [\"{to}\"]");
            text.replacen("\"forwards_to\": []", &fed, 1)
        });
    }
    for path in [&specs.join("systems/wg.json"), &specs] {
        let (at, text) = unreadable(&lint(path), "wg");
        assert_eq!(at, "forwards_to[0]");
        assert!(text.contains("wg → zf → wg"), "{text}");
    }
}

#[test]
fn the_shipped_folder_gives_the_findings_of_its_declarations_and_no_others() {
    let (_, found) = lint(&specs());
    let rules = |id: &str| {
        let spec = found.iter().find(|(found, _)| found == id).unwrap();
        spec.1.iter().map(|one| one[0].clone()).collect::<Vec<_>>()
    };
    assert_eq!(rules("xuntian"), ["B-02", "B-02", "B-09"]);
    assert_eq!(rules("zh"), ["B-01"]);
    assert_eq!(rules("zf"), ["B-07", "B-09"]);
    for id in ["ffp", "wg", "fw", "lt", "yun", "tz"] {
        assert!(rules(id).is_empty(), "{id}");
    }
}

#[test]
fn a_lone_file_is_read_for_its_shape_and_says_that_no_name_was_looked_up() {
    let folder = tempfile::tempdir().unwrap();
    let wg = folder.path().join("wg.json");
    fs::copy(specs().join("systems/wg.json"), &wg).unwrap();
    let lone = || {
        let mut command = Command::new(program());
        let command = command.args(["spec", "lint", "wg.json", "--json"]);
        command.current_dir(folder.path()).output().unwrap()
    };
    let output = lone();
    assert_eq!(status(&output), 0);
    let note = String::from_utf8(output.stderr).unwrap();
    assert!(note.contains("--specs"), "{note}");
    change(&wg, |text| {
        text.replacen("\"issue.text\"", "\"issue.txt\"", 1)
    });
    assert_eq!(status(&lone()), 0);
    let shipped = specs();
    let among = [
        "spec",
        "lint",
        wg.to_str().unwrap(),
        "--specs",
        shipped.to_str().unwrap(),
    ];
    assert_eq!(status(&run(among)), 1);
}
