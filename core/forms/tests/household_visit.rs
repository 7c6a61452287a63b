//! What the household system gets, also where the day does not show it.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::envelope::{Envelope, Problem};
use serde_json::json;
use village::{Sketch, missing};

const HOME_31: &str = "household:990101100201000031";
const HOME_63: &str = "household:990101100201000063";

fn plain_visit(serial: u32) -> Sketch {
    Sketch::visit(serial)
        .say("visit.text", "走访")
        .say("visit.unchanged", "true")
}

/// The person of a household by place in the roster.
fn member(sketch: &Sketch, serial: u32, place: usize) -> String {
    let home = format!("household:990101100201{serial:06}")
        .parse()
        .unwrap();
    sketch
        .base
        .members(&home)
        .nth(place)
        .unwrap()
        .id
        .to_string()
}

fn members(sketch: &Sketch) -> Vec<Envelope> {
    sketch
        .envelopes("ffp")
        .into_iter()
        .filter(|envelope| envelope.form == "member")
        .collect()
}

#[test]
fn without_unchanged_and_without_a_need_request_and_help_are_missing() {
    let visit = Sketch::visit(32).say("visit.text", "走访");
    let expected = vec![
        missing("sq", &["visit.need"]),
        missing("bfxq", &["visit.help"]),
    ];
    assert_eq!(visit.stopped("ffp"), [("visit".to_owned(), expected)]);
    let no = visit.say("visit.unchanged", "false");
    assert_eq!(
        no.stopped("ffp").len(),
        1,
        "saying no is not saying nothing to request"
    );
}

#[test]
fn unchanged_without_a_need_requests_nothing() {
    let visit = &plain_visit(32).envelopes("ffp")[0];
    assert_eq!(
        (&visit.fields["sq"], &visit.fields["bfxq"]),
        (&json!("无"), &json!("无"))
    );
}

#[test]
fn an_empty_answer_is_a_missing_one() {
    let visit = &plain_visit(32).say("visit.need", " ").envelopes("ffp")[0];
    assert_eq!(visit.fields["sq"], "无");
    let none = Sketch::visit(32)
        .say("visit.text", "")
        .say("visit.unchanged", "true");
    let expected = vec![missing("zfnr", &["visit.text"])];
    assert_eq!(none.stopped("ffp"), [("visit".to_owned(), expected)]);
}

#[test]
fn who_is_said_to_have_come_or_left_counts_before_the_register_knows() {
    let sketch = plain_visit(63);
    let mother = member(&sketch, 63, 2);
    let size = |sketch: &Sketch| {
        let facts = sketch.facts();
        let visit = fieldwork_forms::fill(&facts, sketch.catalogue.spec("ffp").unwrap()).remove(0);
        let fieldwork_forms::envelope::Filled::Envelope(visit) = visit else {
            panic!("{visit:?}")
        };
        visit.fields["rks"].clone()
    };
    assert_eq!(size(&sketch), "4");
    let left = sketch.say("member.moved_out", &mother);
    assert_eq!(size(&left), "3");
    assert_eq!(
        size(
            &left
                .say("member.new", "person:n1")
                .say("member.new", "person:n2")
        ),
        "5"
    );
}

#[test]
fn help_without_a_request_asks_for_the_request_and_is_not_dropped() {
    let visit = plain_visit(32).say("visit.help", "job");
    let expected = vec![missing("sq", &["visit.need"])];
    assert_eq!(visit.stopped("ffp"), [("visit".to_owned(), expected)]);
}

#[test]
fn a_household_is_monitored_while_a_kind_is_set_and_the_risk_is_not_gone() {
    assert_eq!(plain_visit(31).envelopes("ffp")[0].form, "visit_m");
    let gone = plain_visit(31).edited(HOME_31, "household.risk_removed", "是");
    assert_eq!(gone.envelopes("ffp")[0].form, "visit");
    let none = plain_visit(31).edited(HOME_31, "household.monitor_kind", "");
    assert_eq!(none.envelopes("ffp")[0].form, "visit");
}

#[test]
fn missing_is_never_written_as_no() {
    let visit = plain_visit(31)
        .edited(HOME_31, "household.risk_removed", "")
        .edited(HOME_31, "household.water_ok", "");
    let expected = vec![
        missing("ysaq", &["household.water_ok"]),
        missing("fxsfxc", &["household.risk_removed"]),
    ];
    assert_eq!(visit.stopped("ffp"), [("visit_m".to_owned(), expected)]);
}

#[test]
fn a_value_that_is_not_what_it_should_be_stops_the_form_without_being_shown() {
    let visit = plain_visit(32).edited(
        "household:990101100201000032",
        "household.income_pc",
        "两万",
    );
    let reason = "household.income_pc is not a number".to_owned();
    let expected = vec![Problem::Unfit {
        field: "rjcsr".to_owned(),
        reason,
    }];
    assert_eq!(visit.stopped("ffp"), [("visit".to_owned(), expected)]);
}

#[test]
fn a_choice_that_rests_on_an_unreadable_value_is_not_made() {
    let visit = plain_visit(31).edited(HOME_31, "household.risk_removed", "也许");
    let reason = "household.risk_removed is not yes or no".to_owned();
    let problems = vec![Problem::Unfit {
        field: "when".to_owned(),
        reason,
    }];
    let expected = ["visit", "visit_m"].map(|form| (form.to_owned(), problems.clone()));
    assert_eq!(visit.stopped("ffp"), expected);
}

#[test]
fn members_may_be_named_in_any_order() {
    let named = |ids: [&str; 2]| {
        let visit = ids
            .iter()
            .fold(plain_visit(63), |visit, id| visit.say("member.changed", id));
        (visit.facts(), visit.fill("ffp"))
    };
    assert_eq!(
        named(["person:a", "person:b"]),
        named(["person:b", "person:a"])
    );
}

#[test]
fn a_text_longer_than_the_field_stops_the_form() {
    let visit = Sketch::visit(32)
        .say("visit.unchanged", "true")
        .say("visit.text", &"长".repeat(501));
    let reason = "at most 500 characters, has 501".to_owned();
    let expected = vec![Problem::Unfit {
        field: "zfnr".to_owned(),
        reason,
    }];
    assert_eq!(visit.stopped("ffp"), [("visit".to_owned(), expected)]);
}

#[test]
fn every_member_that_changes_comes_or_leaves_has_a_form_of_its_own() {
    let sketch = plain_visit(63);
    let (wife, mother) = (member(&sketch, 63, 1), member(&sketch, 63, 2));
    let sketch = sketch
        .say("member.changed", &wife)
        .state(&wife, "person.work_place", "town")
        .state(&wife, "person.work_months", "6")
        .state(&wife, "person.wage", "12000")
        .say("member.new", "person:n1")
        .state("person:n1", "person.household", HOME_63)
        .state("person:n1", "person.name", "新生儿甲")
        .state("person:n1", "person.id_no", "990101202503020422")
        .state("person:n1", "person.relation", "30")
        .state("person:n1", "person.health", "10")
        .say("member.moved_out", &mother)
        .state(&mother, "person.moved_out", "true");
    let made = sketch.envelopes("ffp");
    assert_eq!(
        made[0].fields["rks"], "4",
        "four members, one more, one less"
    );
    let forms = members(&sketch);
    let places: Vec<&str> = forms
        .iter()
        .map(|form| form.fields["wgdd"].as_str().unwrap())
        .collect();
    assert_eq!(places, ["示例县清溪镇", "无", "已迁出"]);
    let keys: std::collections::BTreeSet<String> = made.iter().map(Envelope::key).collect();
    assert_eq!(keys.len(), 4, "each has a key of its own");
    assert!(
        forms
            .iter()
            .all(|form| form.number == 1 && form.about.is_some())
    );
    assert!(
        forms
            .iter()
            .all(|form| form.auto["hbh"] == "990101100201000063")
    );
}

#[test]
fn who_is_named_twice_has_one_form_by_the_weightier_change() {
    let sketch = plain_visit(63);
    let mother = member(&sketch, 63, 2);
    let sketch = sketch
        .say("member.moved_out", &mother)
        .say("member.changed", &mother);
    let forms = members(&sketch);
    assert_eq!(forms.len(), 1);
    assert_eq!(forms[0].fields["wgdd"], "已迁出");
    assert_eq!(
        (&forms[0].fields["wgsj"], &forms[0].fields["gzsr"]),
        (&json!("0"), &json!("0"))
    );
}

/// A newcomer with this number, answered as somebody with skill, school and work.
fn newcomer(id_no: &str) -> Sketch {
    plain_visit(63)
        .say("member.new", "person:n1")
        .state("person:n1", "person.household", HOME_63)
        .state("person:n1", "person.name", "某某")
        .state("person:n1", "person.id_no", id_no)
        .state("person:n1", "person.relation", "20")
        .state("person:n1", "person.health", "38")
        .state("person:n1", "person.skill", "skilled")
        .state("person:n1", "person.schooling", "junior")
        .state("person:n1", "person.work_place", "county")
        .state("person:n1", "person.work_months", "5")
        .state("person:n1", "person.wage", "8000")
}

/// A citizen number of the unassigned area for a day of birth.
fn id_no(birth: &str) -> String {
    let body = format!("990101{birth}041");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body
        .chars()
        .zip(weights)
        .map(|(c, weight)| c.to_digit(10).unwrap() * weight)
        .sum();
    let check = b"10X98765432"[(sum % 11) as usize];
    format!("{body}{}", char::from(check))
}

#[test]
fn age_rules_hold_on_the_day_of_the_capture() {
    let words = |birth: &str| {
        let form = &members(&newcomer(&id_no(birth)))[0];
        ["ldjn", "zxszk", "wgdd", "wgsj", "gzsr"]
            .map(|field| form.fields[field].as_str().unwrap().to_owned())
    };
    // 16 and 6 are reached on the birthday itself, 2025-04-08.
    assert_eq!(
        words("20090408"),
        ["技能劳动力", "初中", "示例县外乡镇", "5", "8000"]
    );
    assert_eq!(words("20090409"), ["无劳动力", "初中", "无", "0", "0"]);
    assert_eq!(words("20190408"), ["无劳动力", "初中", "无", "0", "0"]);
    assert_eq!(
        words("20190409"),
        ["无劳动力", "学龄前儿童", "无", "0", "0"]
    );
}

#[test]
fn a_child_that_moved_out_has_moved_out() {
    let sketch = newcomer(&id_no("20190409")).say("member.moved_out", "person:n1");
    assert_eq!(members(&sketch)[0].fields["wgdd"], "已迁出");
}

#[test]
fn a_typed_number_is_normalised_and_a_wrong_one_is_named() {
    let typed = newcomer("９９０１０１２０２５０３０２０４２２");
    assert_eq!(members(&typed)[0].fields["zjhm"], "990101202503020422");
    let wrong = newcomer("990101202503020423");
    let (form, problems) = &wrong.stopped("ffp")[0];
    assert_eq!(form, "member");
    let reason = "person.id_no is not a citizen number".to_owned();
    assert_eq!(
        problems,
        &[Problem::Unfit {
            field: "zjhm".to_owned(),
            reason
        }]
    );
    assert_eq!(
        wrong.envelopes_made("ffp"),
        ["visit"],
        "the visit itself leaves"
    );
}

#[test]
fn one_photograph_of_the_household_under_its_own_file_name() {
    let visit = plain_visit(32)
        .photo("a", "household", None)
        .photo("b", "household", None);
    let photos = &visit.envelopes("ffp")[0].photos;
    assert_eq!(photos.len(), 1);
    assert_eq!(photos[0].photo, "a");
    assert_eq!(
        photos[0].file.as_deref(),
        Some("990101100201000032_20250408.jpg")
    );
}

#[test]
fn a_colleagues_later_edit_of_the_phone_counts_only_where_it_was_seen() {
    let home = "household:990101100201000032";
    let visit = plain_visit(32);
    assert_eq!(visit.envelopes("ffp")[0].fields["lxdh"], "13800000032");
    let seen = visit.edited(home, "household.phone", "１３８０００００９３１");
    assert_eq!(seen.envelopes("ffp")[0].fields["lxdh"], "13800000931");
}
