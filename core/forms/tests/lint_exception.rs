//! Exceptions for security and emergencies: a rule behind them, a scope, and an end.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop anywhere"
)]

mod village;

use fieldwork_forms::Catalogue;
use fieldwork_forms::catalogue::InactiveReason;
use fieldwork_forms::lint::{Level, lint, lint_strictly};
use fieldwork_ids::Date;
use fieldwork_ids::time::start_of_day_ms;
use serde_json::{Value, json};

/// `wg` with a check-in that flood work needs until the end of September.
fn excepted() -> Value {
    let files = village::spec_files().into_iter();
    let (_, text) = files
        .into_iter()
        .find(|(file, _)| file == "systems/wg.json")
        .unwrap();
    let mut spec: Value = serde_json::from_str(&text).unwrap();
    spec["sign_in"] = json!({"per": "day"});
    spec["exception"] = json!({"kind": "应急", "basis": "防汛应急预案第12条", "scope": "三个沿河网格", "expires": "2025-09-30"});
    spec
}

/// Rule, level and path on a day.
fn found(spec: &Value, day: &str) -> Vec<(String, Level, String)> {
    let day: Date = day.parse().unwrap();
    let linted = lint("wg.json", &spec.to_string(), day).unwrap().unwrap();
    let among = village::catalogue();
    let strictly = lint_strictly("wg.json", &spec.to_string(), day, Some(&among)).unwrap();
    assert_eq!(strictly, linted, "told once, by its rule");
    let findings = linted.findings.into_iter();
    findings
        .map(|one| (one.rule.rule().id.to_owned(), one.level, one.path))
        .collect()
}

fn read(wg: &Value) -> Result<Catalogue, fieldwork_forms::SpecError> {
    let files = village::spec_files().into_iter();
    let files = files.map(|(name, text)| match name.as_str() {
        "systems/wg.json" => (name, wg.to_string()),
        _ => (name, text),
    });
    Catalogue::from_files(files.collect::<Vec<_>>())
}

fn finding(rule: &str, level: Level, path: &str) -> (String, Level, String) {
    (rule.to_owned(), level, path.to_owned())
}

#[test]
fn an_exception_holds_through_its_last_day_and_the_next_day_the_spec_is_refused() {
    let spec = excepted();
    let warned = [finding("B-01", Level::Warned, "sign_in")];
    assert_eq!(found(&spec, "2025-04-08"), warned);
    assert_eq!(found(&spec, "2025-09-30"), warned);
    let refused = [
        finding("B-27", Level::Refused, "exception.expires"),
        finding("B-01", Level::Refused, "sign_in"),
    ];
    assert_eq!(found(&spec, "2025-10-01"), refused);
}

#[test]
fn what_an_exception_excuses_is_a_declaration_and_the_forms_are_served_until_it_ends() {
    let catalogue = read(&excepted()).unwrap();
    let spec = catalogue.spec("wg").unwrap();
    assert_eq!(spec.declarations["sign_in"], json!({"per": "day"}));
    let noon = |day: &str| start_of_day_ms(day.parse().unwrap()) + 12 * 3_600_000;
    assert_eq!(catalogue.inactive_reason(spec, noon("2025-09-30")), None);
    let ended = InactiveReason::ExceptionEnded("2025-09-30".parse().unwrap());
    assert_eq!(
        catalogue.inactive_reason(spec, noon("2025-10-01")),
        Some(ended)
    );
    let serves = |day: &str| spec.serves_on(day.parse().unwrap());
    assert!(serves("2025-09-30") && !serves("2025-10-01"));
}

#[test]
fn an_exception_that_lacks_something_excuses_nothing_and_is_told_by_its_rule() {
    let spoilt = |change: &dyn Fn(&mut Value)| {
        let mut spec = excepted();
        change(&mut spec["exception"]);
        spec
    };
    let lacking = |key: &'static str| {
        spoilt(&move |exception| {
            exception.as_object_mut().unwrap().remove(key);
        })
    };
    let blank = |key: &'static str| spoilt(&move |exception| exception[key] = json!(" "));
    let cases = [
        lacking("kind"),
        lacking("basis"),
        lacking("scope"),
        lacking("expires"),
        blank("basis"),
        blank("scope"),
        spoilt(&|exception| exception["kind"] = json!("日常")),
        spoilt(&|exception| exception["expires"] = json!("长期")),
        spoilt(&|exception| *exception = json!("防汛")),
    ];
    for spec in cases {
        let refused = [
            finding("B-27", Level::Refused, "exception"),
            finding("B-01", Level::Refused, "sign_in"),
        ];
        assert_eq!(found(&spec, "2025-04-08"), refused, "{}", spec["exception"]);
        let error = read(&spec).unwrap_err();
        assert_eq!(error.file, "systems/wg.json");
    }
}

#[test]
fn an_exception_excuses_a_field_and_a_short_deadline_too() {
    let mut spec = excepted();
    spec.as_object_mut().unwrap().remove("sign_in");
    spec["deadline_hours"] = json!(1);
    spec["forms"][0]["fields"][0]["label"] = json!("签到地点");
    let path = "forms[0].fields[0].label";
    assert_eq!(
        found(&spec, "2025-04-08"),
        [finding("B-01", Level::Warned, path)]
    );
    assert!(read(&spec).is_ok());
    let refused = [
        finding("B-27", Level::Refused, "exception.expires"),
        finding("B-01", Level::Refused, path),
        finding("R-42", Level::Warned, "deadline_hours"),
    ];
    assert_eq!(found(&spec, "2025-10-01"), refused);
}

#[test]
fn a_key_that_no_exception_has_is_refused_by_the_reader() {
    let mut spec = excepted();
    spec["exception"]["colour"] = json!("red");
    let day = "2025-04-08".parse().unwrap();
    let linted = lint_strictly("wg.json", &spec.to_string(), day, None).unwrap();
    let rules: Vec<&str> = linted
        .findings
        .iter()
        .map(|one| one.rule.rule().id)
        .collect();
    assert_eq!(rules, ["B-01", "unreadable"]);
    assert_eq!(linted.findings[1].path, "exception.colour");
}
