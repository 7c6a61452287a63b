//! What captures do to cases, and where the values of a form come from.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::capture::Subject;
use fieldwork_forms::facts::Origin;
use fieldwork_forms::fill::fill_traced;
use fieldwork_forms::kind::CaseChange;
use village::{Sketch, ulid};

fn change(sketch: &Sketch) -> CaseChange {
    sketch.catalogue.kinds.case_change(&sketch.facts())
}

#[test]
fn a_need_and_a_hazard_open_two_cases_that_their_envelopes_name() {
    let house = "house:990101001001JC00032F00010001";
    let visit = Sketch::visit(32)
        .say("visit.need", "想修房")
        .say("visit.help", "housing")
        .say("issue.level", "1")
        .state(house, "house.hazard", "true")
        .state(house, "house.hazard_text", "墙裂")
        .state(house, "house.grade", "D");
    let change = change(&visit);
    let [need, hazard] = &change.opens[..] else {
        panic!("two cases: {change:?}")
    };
    assert_eq!(
        (need.type_concept.as_str(), need.case_type.as_deref()),
        ("visit.help", Some("housing"))
    );
    assert_eq!(need.label.as_deref(), Some("住房改善"));
    assert_eq!(need.level.as_deref(), Some("1"));
    assert_eq!(
        (hazard.type_concept.as_str(), hazard.case_type.as_deref()),
        ("house.grade", Some("D"))
    );
    let named: Vec<String> = visit
        .envelopes("wg")
        .into_iter()
        .filter_map(|envelope| envelope.opens_case)
        .collect();
    assert_eq!(named, ["visit.help", "house.grade"]);
}

#[test]
fn an_issue_opens_a_case_with_its_due_date_and_is_closed_where_cleared_at_once() {
    let issue = || {
        Sketch::of("premises", Some("premises:PR02"))
            .say("issue.type", "fire_electric")
            .say("issue.due", "2025-04-11")
    };
    let open = &change(&issue()).opens[0];
    assert_eq!(open.due, Some("2025-04-11".parse().unwrap()));
    assert!(!open.closed);
    assert!(change(&issue().say("issue.result", "已换")).opens[0].closed);
}

#[test]
fn what_finds_nothing_opens_nothing() {
    let fine = Sketch::of("premises", Some("premises:PR03")).say("check.result", "ok");
    assert_eq!(change(&fine), CaseChange::default());
    assert_eq!(change(&Sketch::visit(32)), CaseChange::default());
    assert_eq!(change(&Sketch::of("patrol", None)), CaseChange::default());
    assert_eq!(
        change(&Sketch::of("unheard_of", None)),
        CaseChange::default()
    );
}

#[test]
fn a_follow_up_closes_its_case_once_a_result_is_said() {
    let mut followup = Sketch::of("followup", None);
    followup.capture.subject = Some(Subject::Case(ulid(9)));
    assert!(!change(&followup).closes);
    assert!(change(&followup.say("issue.result", "已整改")).closes);
}

#[test]
fn every_value_of_a_form_tells_where_it_comes_from() {
    let home = "household:990101100201000032";
    let visit = Sketch::visit(32)
        .say("visit.text", "走访")
        .say("visit.unchanged", "true")
        .state(home, "household.income_pc", "11320");
    let facts = visit.facts();
    let traced = fill_traced(&facts, visit.catalogue.spec("ffp").unwrap()).remove(0);
    let sources = |field: &str| traced.sources[field].clone();
    assert_eq!(sources("zfnr"), ["visit.text"]);
    assert_eq!(sources("rks"), ["household.size"]);
    assert!(sources("sq").is_empty(), "the spec's own word");
    assert_eq!(
        facts.fact("household.income_pc").unwrap().origin,
        Origin::Said
    );
    let phone = &facts.fact("household.phone").unwrap().origin;
    assert!(
        matches!(phone, Origin::Register { as_of: Some(_), .. }),
        "{phone:?}"
    );
    assert_eq!(
        facts.fact("household.size").unwrap().origin,
        Origin::Derived
    );
}
