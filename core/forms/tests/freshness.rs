//! A value of the register that is past its limit is asked, and not carried unasked.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::Catalogue;
use fieldwork_forms::ask::{Asked, Question, ask};
use fieldwork_register::Register;
use serde_json::{Value, json};
use village::{Sketch, edit, missing};

const HOUSEHOLD: &str = "household:990101100201000047";

fn asked(sketch: &Sketch) -> Asked {
    let register = Register::new(&sketch.base, &sketch.edits);
    ask(&sketch.catalogue, &sketch.capture, &register, None)
}

fn names(questions: &[Question]) -> Vec<&str> {
    let names = questions.iter().map(|one| one.concept.as_str());
    names.collect()
}

/// A visit after which something has changed, of a household whose income was verified on this day.
fn visit(as_of: &str) -> Sketch {
    let mut sketch = Sketch::visit(47)
        .say("visit.text", "走访")
        .say("visit.help", "none");
    let mut old = edit("9800", None);
    old.as_of = as_of.parse().unwrap();
    let cell = (HOUSEHOLD.parse().unwrap(), "household.income_pc".to_owned());
    sketch.edits.0.insert(cell, old);
    sketch
}

#[test]
fn what_is_asked_for_its_age_stops_the_form_when_it_is_left_out() {
    for (as_of, stale) in [
        ("2025-04-08", false),
        ("2025-03-08", false),
        ("2025-01-31", false),
        ("2024-12-08", false),
        ("2024-08-08", false),
        ("2024-05-01", false),
        ("2024-04-09", false),
        ("2024-04-08", false),
        ("2024-04-07", true),
        ("2024-03-08", true),
        ("2023-04-08", true),
        ("2020-02-29", true),
    ] {
        let denied = visit(as_of).say("visit.unchanged", "false");
        let is_asked = names(&asked(&denied).required).contains(&"household.income_pc");
        assert_eq!(is_asked, stale, "{as_of}");
        let stops = vec![(
            "visit".to_owned(),
            vec![missing("rjcsr", &["household.income_pc"])],
        )];
        let expected = if stale { stops } else { Vec::new() };
        assert_eq!(denied.stopped("ffp"), expected, "{as_of}");
        // Nobody said whether it is still so: the same.
        assert_eq!(visit(as_of).stopped("ffp"), expected, "{as_of}");
        let said = denied.state(HOUSEHOLD, "household.income_pc", "10100");
        assert_eq!(said.envelopes("ffp")[0].fields["rjcsr"], "10100");
        let confirmed = visit(as_of).say("visit.unchanged", "true");
        assert_eq!(confirmed.envelopes("ffp")[0].fields["rjcsr"], "9800");
    }
}

/// A problem on a plot of a household whose telephone was last verified years ago.
fn on_a_plot() -> Sketch {
    let plot = "plot:9901011002010200033";
    let mut issue = Sketch::of("farmland_issue", Some(plot))
        .say("issue.type", "farm_idle")
        .say("issue.text", "撂荒");
    let owner = issue.base.entity(&plot.parse().unwrap()).unwrap();
    let mut old = edit("13800000000", None);
    old.as_of = "2020-01-01".parse().unwrap();
    let phone = (owner.parent.clone().unwrap(), "household.phone".to_owned());
    issue.edits.0.insert(phone, old);
    issue
}

#[test]
fn where_the_register_is_not_checked_an_old_value_is_carried_with_its_day() {
    let issue = on_a_plot();
    assert_eq!(issue.envelopes("wg")[0].fields["sjrdh"], "138****0000");
    let asked = asked(&issue);
    assert!(!names(&asked.required).contains(&"household.phone"));
    let mut carried = asked.carried.iter();
    let phone = carried
        .find(|one| one.concept == "household.phone")
        .unwrap();
    let phone = phone.carried.as_ref().unwrap();
    assert!(phone.stale, "whoever meets the person may correct it");
    assert_eq!(phone.as_of.unwrap().to_string(), "2020-01-01");
}

#[test]
fn a_limit_of_the_owners_own_holds_in_captures_of_every_kind() {
    let files = village::spec_files().into_iter().map(|(name, text)| {
        if name != "systems/wg.json" {
            return (name, text);
        }
        let mut spec: Value = serde_json::from_str(&text).unwrap();
        spec["freshness_months"] = json!(12);
        (name, spec.to_string())
    });
    let mut issue = on_a_plot();
    issue.catalogue = Catalogue::from_files(files.collect::<Vec<_>>()).unwrap();
    assert_eq!(
        issue.stopped("wg"),
        [(
            "open".to_owned(),
            vec![missing("sjrdh", &["household.phone"])]
        )]
    );
    assert!(names(&asked(&issue).required).contains(&"household.phone"));
    assert_eq!(
        issue.fill("xuntian").len(),
        1,
        "with others it is as before"
    );
}
