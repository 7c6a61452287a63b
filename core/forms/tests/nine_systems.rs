//! What the owners of the systems say in words and the day of the village does not show.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::CaseFacts;
use fieldwork_forms::capture::{Subject, TrackSummary};
use fieldwork_forms::envelope::{Envelope, Problem, Reference};
use fieldwork_forms::fill::fill_form;
use serde_json::{Value, json};
use village::{Sketch, missing, ulid};

const HOUSE: &str = "house:990101001001JC00032F00010001";
const WORKER: &str = "worker:K05";

fn premises() -> Sketch {
    Sketch::of("premises", Some("premises:PR02"))
        .say("issue.type", "fire_gas")
        .say("issue.text", "气瓶放在室内")
        .photo("p", "before", None)
}

fn field<'a>(envelope: &'a Envelope, id: &str) -> Option<&'a Value> {
    envelope.fields.get(id)
}

fn only(sketch: &Sketch, system: &str) -> Envelope {
    let mut envelopes = sketch.envelopes(system);
    assert_eq!(envelopes.len(), 1);
    envelopes.remove(0)
}

#[test]
fn without_the_role_of_enforcement_a_case_is_referred_even_when_demand_and_date_are_known() {
    let asked = premises()
        .say("issue.demand", "移到室外")
        .say("issue.due", "2025-04-12")
        .edited(WORKER, "worker.roles", "网格员");
    let referral = only(&asked, "zf");
    assert_eq!(referral.form, "open");
    assert_eq!(
        (field(&referral, "zgyq"), field(&referral, "zgqx")),
        (None, None)
    );
    let cleared = only(&asked.say("issue.result", "已移走"), "zf");
    assert_eq!(cleared.form, "open", "such a role always refers");
    assert_eq!(field(&cleared, "zgyq"), None);
    assert_eq!(field(&cleared, "zgqk"), None);
}

#[test]
fn an_officer_who_leaves_demand_and_date_open_is_asked_for_both() {
    let open = premises();
    let wanted = [
        missing("zgyq", &["issue.demand"]),
        missing("zgqx", &["issue.due"]),
    ];
    assert_eq!(open.stopped("zf"), [("open".to_owned(), wanted.into())]);
    let wanted = [
        missing("czcs", &["issue.result", "issue.demand"]),
        missing("zgqx", &["issue.due"]),
    ];
    let stopped = open.stopped("zh");
    assert_eq!(stopped[0].0, "issue");
    assert_eq!(stopped[0].1[0], wanted[0]);
    assert!(matches!(&stopped[0].1[1], Problem::Missing { field, .. } if field == "zgqx"));
}

#[test]
fn cleared_at_once_the_demand_is_of_the_day_unless_another_was_answered() {
    let cleared = premises()
        .say("issue.result", "已移走")
        .say("check.result", "cleared");
    let zf = only(&cleared, "zf");
    assert_eq!(zf.form, "closed");
    assert_eq!(field(&zf, "zgyq"), Some(&json!("当场整改")));
    assert_eq!(field(&zf, "zgqx"), Some(&json!("2025-04-08")));
    let zh = only(&cleared, "zh");
    assert_eq!(field(&zh, "zgqx"), Some(&json!(1_744_041_600_000_i64)));
    assert_eq!(field(&zh, "zgjg"), Some(&json!("1")));
    assert_eq!(field(&zh, "czcs"), Some(&json!("已移走")));
    let demanded = cleared.say("issue.demand", "以后不得入室");
    assert_eq!(
        demanded.stopped("zf")[0].1,
        [missing("zgqx", &["issue.due"])],
        "a demand of one's own has a date of its own"
    );
    let dated = demanded.say("issue.due", "2025-04-20");
    assert_eq!(
        field(&only(&dated, "zf"), "zgqx"),
        Some(&json!("2025-04-20"))
    );
    assert_eq!(
        field(&only(&dated, "zh"), "zgqx"),
        Some(&json!(1_745_078_400_000_i64))
    );
}

#[test]
fn an_overdue_premises_has_a_result_only_where_it_was_cleared_at_once() {
    let overdue = premises()
        .say("check.result", "overdue")
        .say("issue.demand", "移到室外")
        .say("issue.due", "2025-04-09");
    assert_eq!(field(&only(&overdue, "zh"), "zgjg"), None);
    let cleared = overdue.say("issue.result", "已移走");
    assert_eq!(field(&only(&cleared, "zh"), "zgjg"), Some(&json!("3")));
    let without = premises().say("issue.result", "已移走");
    assert_eq!(
        without.stopped("zh"),
        [("issue".to_owned(), vec![missing("zgjg", &["check.result"])])]
    );
}

#[test]
fn a_premises_in_order_concerns_no_other_system_and_needs_no_photograph() {
    let ok = Sketch::of("premises", Some("premises:PR03")).say("check.result", "ok");
    assert_eq!(only(&ok, "zh").form, "ok");
    assert!(ok.fill("zf").is_empty() && ok.fill("wg").is_empty());
}

#[test]
fn of_farmland_only_building_digging_and_dumping_concern_the_officers() {
    for (kind, concerned) in [
        ("farm_build", true),
        ("farm_dig", true),
        ("farm_dump", true),
        ("farm_idle", false),
        ("farm_other", false),
    ] {
        let issue = Sketch::of("farmland_issue", Some("plot:9901011002010200033"));
        let issue = issue.say("issue.type", kind);
        assert_eq!(!issue.fill("zf").is_empty(), concerned, "{kind}");
        assert_eq!(issue.fill("xuntian").len(), 1, "{kind}");
    }
}

#[test]
fn nobody_concerned_means_no_person_field_at_all() {
    let road = Sketch::of("roadside", None)
        .say("issue.type", "env_water")
        .say("issue.text", "路边积水")
        .say("issue.demand", "疏通")
        .say("issue.due", "2025-04-10");
    let open = only(&road, "zf");
    assert_eq!(open.form, "open");
    for id in ["dsrxm", "dsrzjh", "dsrdh"] {
        assert_eq!(field(&open, id), None);
    }
}

#[test]
fn a_follow_up_closes_with_who_holds_the_case_waits_for_its_id_and_takes_the_later_photograph() {
    let mut sketch = Sketch::of("followup", None)
        .say("issue.result", "已整改")
        .photo("b", "before", None)
        .photo("a", "after", None);
    let mut case = CaseFacts::new(ulid(9));
    case.subject = Some("premises:PR02".parse().unwrap());
    case.held.insert("zh".to_owned(), Some("zh-1".to_owned()));
    case.held.insert("zf".to_owned(), None);
    sketch.capture.subject = Some(Subject::Case(case.id));
    sketch.case = Some(case);
    let zh = only(&sketch, "zh");
    assert_eq!(zh.reference, Some(Reference::Known("zh-1".to_owned())));
    assert_eq!(zh.fields.len(), 1, "{:?}", zh.fields.keys());
    assert_eq!(field(&zh, "zgjg"), Some(&json!("2")));
    let zf = only(&sketch, "zf");
    assert_eq!(zf.reference, Some(Reference::Waits));
    for close in [&zh, &zf] {
        assert!(close.auto.is_empty(), "a close carries no coordinates");
        let photos: Vec<&str> = close.photos.iter().map(|one| one.photo.as_str()).collect();
        assert_eq!(photos, ["a"]);
    }
    assert!(
        sketch.fill("wg").is_empty(),
        "who does not hold it gets nothing"
    );
}

#[test]
fn a_hazard_is_reported_only_when_it_was_seen_this_time_and_with_its_own_words() {
    let visit = || Sketch::visit(32).say("visit.text", "走访");
    let old =
        visit()
            .edited(HOUSE, "house.hazard", "true")
            .edited(HOUSE, "house.hazard_text", "旧裂缝");
    assert!(old.fill("fw").is_empty());
    let seen = old.state(HOUSE, "house.hazard", "true");
    let problems = &seen.stopped("fw")[0].1;
    assert_eq!(problems[0], missing("yhms", &["house.hazard_text"]));
    assert_eq!(problems[1], missing("aqdj", &["house.grade"]));
    assert_eq!(problems.len(), 4, "and two photographs");
}

#[test]
fn a_patrol_says_whether_it_found_something_and_nothing_of_where_it_went() {
    let track = |length_m| TrackSummary {
        started_ms: 1_744_069_200_000,
        ended_ms: 1_744_072_800_000,
        first_grid: Some("990101100201007".to_owned()),
        last_grid: None,
        length_m,
        plots: vec!["9901011002010200033".to_owned()],
    };
    let mut patrol = Sketch::of("patrol", None).say("patrol.text", "正常");
    patrol.capture.track = Some(track(Some(2_049.0)));
    let envelope = only(&patrol, "xuntian");
    assert_eq!(field(&envelope, "fxwt"), Some(&json!("0")));
    assert_eq!(envelope.auto["lc"], json!(2));
    assert_eq!(envelope.auto.len(), 3);
    patrol.capture.links = vec![ulid(8)];
    assert_eq!(field(&only(&patrol, "xuntian"), "fxwt"), Some(&json!("1")));
    patrol.capture.track = Some(track(None));
    assert_eq!(
        patrol.stopped("xuntian")[0].1,
        [missing("lc", &["track.length_m"])],
        "an unknown length is not nought"
    );
}

#[test]
fn a_photograph_that_does_not_say_where_the_camera_looked_does_not_fit_where_that_is_wanted() {
    let mut patrol = Sketch::of("patrol", None).photo("s", "scene", None);
    patrol.capture.photos[0].azimuth_deg = None;
    let problems = &patrol.stopped("xuntian")[0].1;
    let named =
        |problem: &Problem| matches!(problem, Problem::Unfit { field, .. } if field == "xc");
    assert!(problems.iter().any(named), "{problems:?}");
}

#[test]
fn a_date_in_chinese_has_no_leading_zeros_and_a_film_two_pictures() {
    let show = Sketch::of("activity", None)
        .say("activity.title", "电影")
        .say("activity.kind", "film")
        .say("activity.start", "2025-11-02T19:30:00+08:00")
        .say("activity.end", "2025-11-02T21:00:00+08:00")
        .say("activity.headcount", "30")
        .say("activity.text", "一场")
        .say("activity.venue", "square")
        .photo("1", "scene", None);
    let yun = only(&show, "yun");
    assert_eq!(field(&yun, "rq"), Some(&json!("2025年11月2日")));
    assert_eq!(field(&yun, "rs"), Some(&json!("30")));
    assert_eq!(yun.photos.len(), 1);
    let lt = only(&show, "lt");
    assert_eq!(field(&lt, "rs"), Some(&json!(30)));
    assert_eq!(field(&lt, "dd"), Some(&json!("02")));
}

#[test]
fn what_an_inactive_system_would_need_can_be_reckoned_without_a_route() {
    let house = Sketch::of("visit", Some(HOUSE));
    assert!(house.fill("fw2").is_empty());
    let facts = house.facts();
    let spec = house.catalogue.spec("fw2").unwrap();
    let filled = fill_form(&facts, spec, "house");
    let fieldwork_forms::envelope::Filled::Envelope(envelope) = &filled[0].filled else {
        panic!("{filled:?}")
    };
    assert_eq!(envelope.fields.len(), 15, "no hazard, no text of one");
    assert_eq!(field(envelope, "jg"), Some(&json!("C")));
    assert!(
        envelope.photos.is_empty(),
        "photographs come when asked for"
    );
    assert_eq!(spec.freshness_months, Some(12));
    assert!(fill_form(&facts, spec, "no such form").is_empty());
}
