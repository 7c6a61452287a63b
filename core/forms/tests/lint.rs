//! The nine systems give exactly the findings that their owners are told; bad specs theirs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop anywhere"
)]

use std::fs;
use std::path::Path;

use fieldwork_forms::lint::{Level, lint, lint_strictly};
use fieldwork_ids::Date;
use serde_json::{Value, json};

fn systems() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/systems")
}

fn wg() -> Value {
    serde_json::from_str(&fs::read_to_string(systems().join("wg.json")).unwrap()).unwrap()
}

/// The day of the script.
fn day() -> Date {
    "2025-04-08".parse().unwrap()
}

/// Rules and levels of a spec's findings.
fn found(spec: &Value) -> Vec<(String, Level)> {
    let linted = lint("spec.json", &spec.to_string(), day())
        .unwrap()
        .unwrap();
    let strictly = lint_strictly("spec.json", &spec.to_string(), day(), None).unwrap();
    assert_eq!(
        strictly, linted,
        "what a burden rule names is not refused a second time"
    );
    linted
        .findings
        .iter()
        .map(|finding| (finding.rule.rule().id.to_owned(), finding.level))
        .collect()
}

fn rules(file: &str, text: &str) -> Vec<String> {
    let linted = lint(file, text, day()).unwrap().unwrap();
    assert!(
        linted
            .findings
            .iter()
            .all(|finding| finding.level == Level::Warned),
        "{file}"
    );
    linted
        .findings
        .iter()
        .map(|finding| finding.rule.rule().id.to_owned())
        .collect()
}

#[test]
fn the_systems_give_the_findings_of_their_declarations_and_no_others() {
    let expected: &[(&str, &[&str])] = &[
        ("xuntian", &["B-02", "B-02", "B-09"]),
        ("ffp", &[]),
        ("wg", &[]),
        ("zh", &["B-01"]),
        ("fw", &[]),
        ("zf", &["B-07", "B-09"]),
        ("lt", &[]),
        ("yun", &[]),
        ("tz", &[]),
    ];
    for (system, expected) in expected {
        let path = systems().join(format!("{system}.json"));
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        assert_eq!(rules(system, &text), *expected, "{system}");
    }
}

#[test]
fn each_bad_key_at_the_top_of_a_good_spec_is_found_by_its_rule() {
    let refused = |ids: &[&str]| {
        ids.iter()
            .map(|id| ((*id).to_owned(), Level::Refused))
            .collect::<Vec<_>>()
    };
    let warned = |id: &str| vec![(id.to_owned(), Level::Warned)];
    let cases = [
        ("sign_in", json!({"per": "day"}), refused(&["B-01"])),
        (
            "score",
            json!({"per_event": 2, "rank": "village"}),
            refused(&["B-03"]),
        ),
        (
            "min_minutes",
            json!({"n": 30, "per": "day"}),
            refused(&["B-02", "B-05"]),
        ),
        (
            "photos",
            json!([{"slot": "p", "stage": "scene", "min": 9, "max": 9}]),
            warned("B-09"),
        ),
        (
            "photos",
            json!([{"slot": "v", "media": "video", "min": 1}]),
            refused(&["B-08"]),
        ),
        ("deadline_hours", json!(2), warned("R-42")),
        (
            "resident_installs",
            json!({"n": 50, "per": "month"}),
            refused(&["B-06"]),
        ),
        (
            "min_km",
            json!({"km": 8, "per": "month"}),
            refused(&["B-02"]),
        ),
    ];
    for (key, value, expected) in cases {
        let mut spec = wg();
        spec[key] = value;
        assert_eq!(found(&spec), expected, "{key}");
    }
}

#[test]
fn an_exception_without_basis_scope_and_expiry_is_refused_and_excuses_nothing() {
    let mut spec = wg();
    spec["sign_in"] = json!({"per": "day"});
    spec["exception"] = json!({"kind": "应急", "basis": "防汛应急预案"});
    let ids: Vec<String> = found(&spec).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["B-27", "B-01"]);
    spec["exception"] = json!({"kind": "应急", "basis": "防汛应急预案", "scope": "三个沿河网格", "expires": "2025-09-30"});
    assert_eq!(found(&spec), [("B-01".to_owned(), Level::Warned)]);
    spec["exception"]["kind"] = json!("日常");
    assert_eq!(found(&spec)[0], ("B-27".to_owned(), Level::Refused));
}

#[test]
fn a_demand_that_is_switched_off_demands_nothing() {
    let mut spec = wg();
    spec["declarations"] =
        json!({"sign_in": false, "min_km": null, "track": "optional", "min_count": 0});
    assert_eq!(found(&spec), []);
}

#[test]
fn concepts_and_kinds_are_no_specs_and_broken_text_is_named() {
    assert_eq!(
        lint(
            "concepts.json",
            r#"{"format": "fieldwork-concepts/1"}"#,
            day()
        )
        .unwrap(),
        None
    );
    assert!(lint("x.json", "{", day()).is_err());
}
