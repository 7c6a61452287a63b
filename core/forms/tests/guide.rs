//! `specs/README.md` is enough: an invented system (care for old people who live alone) described from it
//! and nothing else, with one concept that nobody had before.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use std::fs;

use fieldwork_forms::lint::lint;
use fieldwork_forms::{Catalogue, SpecError, ask};
use fieldwork_register::Register;
use serde_json::{Value, json};
use village::{Sketch, missing};

fn written(name: &str) -> String {
    fs::read_to_string(village::root().join("core/forms/tests/guide").join(name)).unwrap()
}

/// The shipped files with the new concept and the new system, which may be spoiled.
fn with(system: &str) -> Result<Catalogue, SpecError> {
    let mut files = village::spec_files();
    for (_, text) in files.iter_mut().filter(|(name, _)| name == "concepts.json") {
        let mut list: Value = serde_json::from_str(text).unwrap();
        let concept: Value = serde_json::from_str(&written("concept.json")).unwrap();
        list["concepts"].as_array_mut().unwrap().push(concept);
        *text = list.to_string();
    }
    files.push(("systems/care.json".to_owned(), system.to_owned()));
    Catalogue::from_files(files)
}

/// A visit to the household of 张青山.
fn visit() -> Sketch {
    let mut sketch = Sketch::visit(31);
    sketch.catalogue = with(&written("care.json")).unwrap();
    sketch
}

#[test]
fn the_invented_form_is_filled_from_the_register_and_three_answers() {
    let said = visit()
        .say("visit.text", "身体尚好，菜园自种")
        .say("visit.help", "medical")
        .say("visit.next", "2025-05-08");
    let made = said.envelopes("care");
    assert_eq!(made.len(), 1);
    assert_eq!(
        Value::Object(made[0].fields.clone()),
        json!({
            "xm": "张青山", "zjhm": "990101********0115", "csn": "1958", "jzqk": "与家人同住",
            "lxdh": "13800000031", "bfxq": "2", "qk": "走访：身体尚好，菜园自种", "xcrq": "2025/5/8"
        })
    );
    assert_eq!(made[0].auto["djsj"], "2025-04-08 10:00");
}

#[test]
fn a_request_makes_the_need_required_and_the_ledger_does_not_wait_for_it() {
    let said = visit()
        .say("visit.text", "走访")
        .say("visit.unchanged", "true")
        .say("visit.need", "想配一副老花镜")
        .say("visit.next", "2025-05-08");
    assert_eq!(
        said.stopped("care")[0].1,
        [missing("bfxq", &["visit.help"])]
    );
    assert_eq!(said.envelopes_made("tz"), ["row"]);
}

#[test]
fn a_visit_that_sets_no_next_day_gives_no_such_form_and_is_asked_nothing_more() {
    let bare = visit()
        .say("visit.text", "走访")
        .say("visit.unchanged", "true");
    assert!(bare.fill("care").is_empty());
    let register = Register::new(&bare.base, &bare.edits);
    let required = |catalogue: &Catalogue| {
        let asked = ask(catalogue, &bare.capture, &register, None).required;
        let concepts = asked.into_iter().map(|question| question.concept);
        concepts.collect::<Vec<_>>()
    };
    assert_eq!(required(&bare.catalogue), required(&village::catalogue()));
}

#[test]
fn what_a_beginner_gets_wrong_is_refused_with_its_place() {
    let good = written("care.json");
    let cases = [
        (
            "\"from\": \"local.born\"",
            "\"from\": \"local.birth\"",
            "forms[0].fields[2].value.from",
        ),
        (
            "\"from\": \"household.phone\"",
            "\"from\": \"户联系电话\"",
            "forms[0].fields[4].value.first_of[0].from",
        ),
        (
            "\"map\": \"bfxq\"",
            "\"map\": \"bf\"",
            "forms[0].fields[5].value.code_map.map",
        ),
        (
            "\"max_chars\": 60",
            "\"max_chars\": \"60\"",
            "forms[0].fields[6]",
        ),
    ];
    for (right, wrong, place) in cases {
        assert!(good.contains(right), "{right}");
        let error = with(&good.replace(right, wrong)).unwrap_err();
        assert_eq!(error.file, "systems/care.json", "{wrong}");
        assert!(error.path.starts_with(place), "{wrong}: {error}");
    }
}

#[test]
fn the_invented_system_demands_nothing_that_the_rules_forbid() {
    let linted = lint(
        "care.json",
        &written("care.json"),
        "2025-04-08".parse().unwrap(),
    )
    .unwrap()
    .unwrap();
    assert!(linted.findings.is_empty(), "{:?}", linted.findings);
}
