//! What the grid system gets, also where the day does not show it.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::CaseFacts;
use fieldwork_forms::capture::Subject;
use fieldwork_forms::envelope::{Problem, Reference};
use serde_json::json;
use village::{Sketch, missing, ulid};

const HOUSE_32: &str = "house:990101001001JC00032F00010001";

fn issue(kind: &str, subject: Option<&str>, code: &str) -> Sketch {
    Sketch::of(kind, subject)
        .say("issue.type", code)
        .say("issue.text", "描述")
}

fn hazard(grade: &str) -> Sketch {
    Sketch::visit(32)
        .state(HOUSE_32, "house.hazard", "true")
        .state(HOUSE_32, "house.hazard_text", "墙裂")
        .state(HOUSE_32, "house.grade", grade)
}

#[test]
fn a_need_and_a_hazard_of_one_visit_are_two_events_with_their_own_levels() {
    let both = hazard("D")
        .say("visit.need", "想修房")
        .say("visit.help", "housing")
        .say("issue.level", "1")
        .photo("H", "household", None)
        .photo("D", "defect", None);
    let events = both.envelopes("wg");
    let numbers: Vec<u32> = events.iter().map(|event| event.number).collect();
    assert_eq!(numbers, [1, 2]);
    let [need, hazard] = &events[..] else {
        panic!("two events")
    };
    assert_eq!(
        (&need.fields["xldm"], &need.fields["sjdj"]),
        (&json!("0606"), &json!("1"))
    );
    assert_eq!(
        (&hazard.fields["xldm"], &hazard.fields["sjdj"]),
        (&json!("0402"), &json!("3"))
    );
    assert_eq!(need.fields["sjms"], "想修房");
    assert_eq!(hazard.fields["sjms"], "墙裂");
    assert_eq!(
        (
            need.photos[0].photo.as_str(),
            hazard.photos[0].photo.as_str()
        ),
        ("H", "D")
    );
    assert_eq!(need.opens_case.as_deref(), Some("visit.help"));
    assert_eq!(hazard.opens_case.as_deref(), Some("house.grade"));
    assert!(hazard.key().ends_with("/wg.open/2"), "{}", hazard.key());
}

#[test]
fn an_answered_level_wins_over_the_default_of_type_and_grade() {
    let level = |sketch: Sketch| sketch.envelopes("wg")[0].fields["sjdj"].clone();
    assert_eq!(level(issue("roadside", None, "env_rubbish")), "1");
    assert_eq!(
        level(issue("roadside", None, "env_rubbish").say("issue.level", "3")),
        "3"
    );
    assert_eq!(level(hazard("C")), "2");
    assert_eq!(level(hazard("C").say("issue.level", "1")), "1");
}

#[test]
fn a_wrong_level_is_named_and_not_replaced_by_the_default() {
    let wrong = issue("roadside", None, "env_rubbish").say("issue.level", "9");
    let (_, problems) = &wrong.stopped("wg")[0];
    assert!(
        matches!(&problems[..], [Problem::Unmapped { field, code, .. }] if field == "sjdj" && code == "9"),
        "{problems:?}"
    );
}

#[test]
fn a_need_has_no_default_level() {
    let need = Sketch::visit(32)
        .say("visit.need", "想找活干")
        .say("visit.help", "job");
    assert_eq!(
        need.stopped("wg"),
        [("open".to_owned(), vec![missing("sjdj", &["issue.level"])])]
    );
}

#[test]
fn a_code_without_counterpart_stops_that_event_alone_and_is_named() {
    let visit = hazard("B")
        .say("visit.need", "药费")
        .say("visit.help", "medical")
        .say("issue.level", "2");
    assert_eq!(visit.envelopes_made("wg"), ["open"]);
    let (form, problems) = &visit.stopped("wg")[0];
    assert_eq!(form, "open");
    let unmapped = |field: &str, map: &str| Problem::Unmapped {
        field: field.to_owned(),
        concept: "house.grade".to_owned(),
        code: "B".to_owned(),
        map: map.to_owned(),
    };
    let expected = [
        unmapped("dldm", "xldm_grade"),
        unmapped("xldm", "xldm_grade"),
        unmapped("sjdj", "sjdj_grade"),
    ];
    assert_eq!(problems, &expected);
}

#[test]
fn an_old_hazard_in_the_register_reports_nothing_by_itself() {
    let visit = Sketch::visit(32)
        .edited(HOUSE_32, "house.hazard", "true")
        .edited(HOUSE_32, "house.hazard_text", "旧裂缝")
        .edited(HOUSE_32, "house.grade", "C");
    assert!(visit.fill("wg").is_empty());
    // And a new one does not borrow the old one's words.
    let again = visit.state(HOUSE_32, "house.hazard", "true");
    let (_, problems) = &again.stopped("wg")[0];
    assert!(
        problems.contains(&missing("sjms", &["house.hazard_text"])),
        "{problems:?}"
    );
}

#[test]
fn cleared_at_once_is_one_closed_event_of_every_kind_of_issue() {
    let plot = "plot:9901011002010100017";
    let kinds = [
        ("roadside", None, "env_water"),
        ("premises", Some("premises:PR02"), "fire_gas"),
        ("farmland_issue", Some(plot), "farm_sign"),
    ];
    for (kind, subject, code) in kinds {
        let open = issue(kind, subject, code);
        assert_eq!(open.envelopes_made("wg"), ["open"], "{kind}");
        assert_eq!(open.envelopes("wg")[0].fields["sfzb"], "0");
        let closed = open.say("issue.result", "已处理");
        assert_eq!(closed.envelopes_made("wg"), ["closed"], "{kind}");
        let event = &closed.envelopes("wg")[0];
        assert_eq!(
            (&event.fields["sfzb"], &event.fields["czjg"]),
            (&json!("1"), &json!("已处理"))
        );
    }
}

#[test]
fn premises_in_order_and_patrols_and_activities_are_no_events() {
    let fine = Sketch::of("premises", Some("premises:PR03")).say("check.result", "ok");
    assert!(fine.fill("wg").is_empty());
    assert!(
        Sketch::of("patrol", None)
            .say("patrol.text", "好")
            .fill("wg")
            .is_empty()
    );
    assert!(Sketch::of("activity", None).fill("wg").is_empty());
}

#[test]
fn person_fields_are_all_there_or_where_nobody_is_concerned_none() {
    let nobody = &issue("roadside", None, "env_pile").envelopes("wg")[0];
    assert!(!nobody.fields.contains_key("sjrxm") && !nobody.fields.contains_key("sjrdh"));
    assert!(nobody.fields["sfdz"].as_str().unwrap().ends_with("附近"));
    let somebody = issue("premises", Some("premises:PR02"), "fire_gas");
    let somebody = somebody.edited("premises:PR02", "premises.phone", "");
    let (_, problems) = &somebody.stopped("wg")[0];
    assert_eq!(problems, &[missing("sjrdh", &["concerned.phone"])]);
}

#[test]
fn a_household_without_a_phone_is_reached_by_its_heads_own() {
    let home = "household:990101100201000032";
    let visit = hazard("C").edited(home, "household.phone", "");
    let event = &visit.envelopes("wg")[0];
    assert!(event.fields["sjrdh"].as_str().unwrap().contains("****"));
}

#[test]
fn a_place_outside_every_grid_stops_the_event() {
    let mut far = issue("roadside", None, "env_pile");
    far.capture.place.point = fieldwork_geo::Wgs84::new(116.0, 34.0).unwrap();
    let (_, problems) = &far.stopped("wg")[0];
    let expected = [
        missing("sjmc", &["place.grid_name"]),
        missing("wgdm", &["place.grid"]),
    ];
    assert_eq!(problems, &expected);
}

fn followup(held: &[(&str, Option<&str>)]) -> Sketch {
    let mut sketch = Sketch::of("followup", None).say("issue.result", "已整改");
    let mut case = CaseFacts::new(ulid(9));
    case.subject = Some("premises:PR04".parse().unwrap());
    case.held = held
        .iter()
        .map(|(system, id)| ((*system).to_owned(), id.map(str::to_owned)))
        .collect();
    sketch.capture.subject = Some(Subject::Case(case.id));
    sketch.case = Some(case);
    sketch
}

#[test]
fn a_follow_up_closes_with_the_systems_that_hold_the_case_and_no_other() {
    let known = followup(&[("wg", Some("WG1")), ("zh", Some("Z1"))]);
    let close = &known.envelopes("wg")[0];
    assert_eq!(close.form, "close");
    assert_eq!(close.reference, Some(Reference::Known("WG1".to_owned())));
    assert_eq!(close.fields.keys().collect::<Vec<_>>(), ["czjg"]);
    assert!(close.auto.is_empty(), "a close carries no coordinates");
    assert!(followup(&[("zh", Some("Z1"))]).fill("wg").is_empty());
}

#[test]
fn a_close_waits_for_the_reference_of_a_case_opened_the_same_day() {
    let waiting = followup(&[("wg", None)]);
    assert_eq!(waiting.envelopes("wg")[0].reference, Some(Reference::Waits));
}

#[test]
fn a_close_takes_photographs_of_the_stage_after_alone() {
    let sketch = followup(&[("wg", Some("WG1"))])
        .photo("B", "before", Some("far"))
        .photo("A", "after", None)
        .photo("A2", "after", None);
    let photos: Vec<String> = sketch.envelopes("wg")[0]
        .photos
        .iter()
        .map(|photo| photo.photo.clone())
        .collect();
    assert_eq!(photos, ["A"]);
}

#[test]
fn the_far_view_is_preferred_and_else_the_first_is_taken() {
    let base = || issue("roadside", None, "env_pile");
    let first = |sketch: Sketch| sketch.envelopes("wg")[0].photos[0].photo.clone();
    let near = base().photo("N", "before", Some("near"));
    assert_eq!(first(near), "N");
    let both = base()
        .photo("N", "before", Some("near"))
        .photo("F", "before", Some("far"));
    assert_eq!(first(both), "F");
}
