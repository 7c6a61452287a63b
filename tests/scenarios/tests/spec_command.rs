//! `fieldwork spec`, as an office would run it before it sends anybody a form: bad specs are refused with
//! their rule, and a new system is reckoned from what the register holds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::fs;

use fieldwork_scenarios::shell::{object, run, status};
use fieldwork_scenarios::specs;
use fieldwork_testkit::fixtures::Fixtures;
use serde_json::{Value, json};

/// Number, key, value, and the rules and level that the script of disturbances names.
fn bad() -> [(&'static str, Value, &'static [&'static str], &'static str); 8] {
    [
        ("sign_in", json!({"per": "day"}), &["B-01"], "refused"),
        (
            "score",
            json!({"per_event": 2, "rank": "village"}),
            &["B-03"],
            "refused",
        ),
        (
            "min_minutes",
            json!({"n": 30, "per": "day"}),
            &["B-02", "B-05"],
            "refused",
        ),
        (
            "photos",
            json!([{"slot": "p", "stage": "scene", "min": 9, "max": 9}]),
            &["B-09"],
            "warned",
        ),
        (
            "photos",
            json!([{"slot": "v", "media": "video", "min": 1}]),
            &["B-08"],
            "refused",
        ),
        ("deadline_hours", json!(2), &["R-42"], "warned"),
        (
            "resident_installs",
            json!({"n": 50, "per": "month"}),
            &["B-06"],
            "refused",
        ),
        (
            "min_km",
            json!({"km": 8, "per": "month"}),
            &["B-02"],
            "refused",
        ),
    ]
}

#[test]
fn each_of_eight_bad_specs_is_named_by_rule_level_place_and_source() {
    let folder = tempfile::tempdir().unwrap();
    let good: Value =
        serde_json::from_str(&fs::read_to_string(specs().join("systems/wg.json")).unwrap())
            .unwrap();
    for (at, (key, value, rules, level)) in bad().into_iter().enumerate() {
        let mut spec = good.clone();
        spec[key] = value;
        let path = folder.path().join(format!("bad-{}.json", at + 1));
        fs::write(&path, spec.to_string()).unwrap();
        let output = run(["spec", "lint", path.to_str().unwrap(), "--json"]);
        assert_eq!(status(&output), 1, "{key}");
        let told = object(&output);
        assert_eq!(told["specs"][0]["id"], "wg");
        let findings = told["specs"][0]["findings"].as_array().unwrap();
        let found: Vec<&str> = findings
            .iter()
            .map(|finding| finding["rule"].as_str().unwrap())
            .collect();
        assert_eq!(found, rules, "{key}");
        for finding in findings {
            assert_eq!(finding["level"], level, "{key}");
            for word in ["path", "text", "source"] {
                assert!(!finding[word].as_str().unwrap().is_empty(), "{key}: {word}");
            }
        }
    }
    let all = object(&run([
        "spec",
        "lint",
        folder.path().to_str().unwrap(),
        "--json",
    ]));
    assert_eq!(all["specs"].as_array().unwrap().len(), 8);
}

#[test]
fn the_good_spec_is_left_alone() {
    let path = specs().join("systems/wg.json");
    let output = run(["spec", "lint", path.to_str().unwrap(), "--json"]);
    assert_eq!(status(&output), 0);
    assert_eq!(object(&output)["specs"][0]["findings"], json!([]));
}

#[test]
fn a_coming_system_finds_its_430_houses_before_anybody_is_asked() {
    let village = Fixtures::default().day_file();
    let village = village.parent().unwrap().to_str().unwrap();
    let coverage = |more: &[&str]| {
        let args = ["spec", "coverage", "fw2", "--village", village, "--json"];
        let output = run(args.iter().chain(more));
        assert_eq!(status(&output), 0);
        object(&output)["forms"][0].clone()
    };
    let form = coverage(&[]);
    assert_eq!(
        (&form["entities"], &form["fields"]),
        (&json!(430), &json!(6880))
    );
    let sum = |name: &str| form[name].as_u64().unwrap();
    assert_eq!(sum("to_ask"), 0);
    assert_eq!(
        sum("carried") + sum("derivable") + sum("not_applicable"),
        6880
    );
    let stale = form["stale_entities"].as_array().unwrap();
    assert_eq!((stale.len(), 430 - stale.len()), (132, 298));
    let later = coverage(&["--on", "2027-01-01"]);
    assert_eq!(later["stale_entities"].as_array().unwrap().len(), 430);
}
