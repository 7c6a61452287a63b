//! Numbers out of range and places that an owner's list does not know are refused by name.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::ask::ask;
use fieldwork_forms::envelope::Problem;
use fieldwork_register::{IndexedBase, Register};
use village::Sketch;

/// A visit of household 32 in which one grown member says how many months he worked.
fn worked(months: &str) -> Sketch {
    let visit = Sketch::visit(32)
        .say("visit.text", "走访")
        .say("visit.unchanged", "true");
    let home = "household:990101100201000032".parse().unwrap();
    let member = visit.base.members(&home).next().unwrap().id.to_string();
    visit
        .say("member.changed", &member)
        .state(&member, "person.health", "10")
        .state(&member, "person.skill", "ordinary")
        .state(&member, "person.work_place", "away")
        .state(&member, "person.wage", "1000")
        .state(&member, "person.work_months", months)
}

fn unfit(problems: &[Problem]) -> Vec<(&str, &str)> {
    let mut told = Vec::new();
    for problem in problems {
        let Problem::Unfit { field, reason } = problem else {
            panic!("{problem:?}")
        };
        told.push((field.as_str(), reason.as_str()));
    }
    told
}

#[test]
fn more_months_than_a_year_has_are_refused_by_name() {
    for whole in ["0", "7", "12"] {
        assert!(worked(whole).stopped("ffp").is_empty(), "{whole}");
    }
    for (months, reason) in [("13", "at most 12, is more"), ("-1", "at least 0, is less")] {
        let stopped = worked(months).stopped("ffp");
        assert_eq!(stopped[0].0, "member");
        assert_eq!(unfit(&stopped[0].1), [("wgsj", reason)], "{months}");
    }
}

#[test]
fn an_area_below_nought_is_refused_and_the_question_says_so_beforehand() {
    let issue = Sketch::of("farmland_issue", Some("plot:9901011002010200033"))
        .say("issue.type", "farm_idle");
    let register = Register::new(&issue.base, &issue.edits);
    let asked = ask(&issue.catalogue, &issue.capture, &register, None);
    let mut required = asked.required.iter();
    let area = required.find(|one| one.concept == "issue.area").unwrap();
    assert_eq!(area.limits.min_value, Some(0));
    let below = issue.say("issue.area", "-0.5");
    let problems = &below.stopped("xuntian")[0].1;
    let named = problems
        .iter()
        .any(|one| matches!(one, Problem::Unfit { field, .. } if field == "zymj"));
    assert!(named, "{problems:?}");
}

fn show() -> Sketch {
    Sketch::of("activity", None)
        .say("activity.title", "电影")
        .say("activity.kind", "film")
        .say("activity.start", "2025-04-10T19:30:00+08:00")
        .say("activity.end", "2025-04-10T21:00:00+08:00")
        .say("activity.headcount", "30")
        .say("activity.text", "一场")
        .say("activity.venue", "hall")
}

#[test]
fn another_village_does_not_get_this_ones_hall() {
    let mut other = show();
    let mut base = other.base.base().clone();
    base.village.name = "白塔村".to_owned();
    other.base = IndexedBase::new(base);
    let stopped = other.stopped("yun");
    let [(_, problems)] = &stopped[..] else {
        panic!("{stopped:?}")
    };
    assert!(
        matches!(&problems[..], [Problem::Unmapped { field, concept, code, .. }]
            if field == "cg" && concept == "village.name" && code == "白塔村"),
        "{problems:?}"
    );
    assert_eq!(show().envelopes("yun")[0].fields["cg"], "青禾村文化礼堂");
}

#[test]
fn the_day_of_an_activity_is_that_of_its_start_whenever_it_is_written_down() {
    let show = show();
    assert_eq!(show.envelopes("lt")[0].fields["rq"], "2025-04-10");
    assert_eq!(show.envelopes("yun")[0].fields["rq"], "2025年4月10日");
}
