//! What was not said is asked for by name, and never written as if it had been.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::CaseFacts;
use fieldwork_forms::ask::{Asked, Question, ask};
use fieldwork_forms::capture::Subject;
use fieldwork_register::Register;
use village::{Sketch, missing, ulid};

fn asked(sketch: &Sketch) -> Asked {
    let register = Register::new(&sketch.base, &sketch.edits);
    ask(
        &sketch.catalogue,
        &sketch.capture,
        &register,
        sketch.case.as_ref(),
    )
}

fn names(questions: &[Question]) -> Vec<&str> {
    let names = questions.iter().map(|one| one.concept.as_str());
    names.collect()
}

/// A follow-up of a case that three systems hold.
fn followup() -> Sketch {
    let mut sketch = Sketch::of("followup", None).photo("a", "after", None);
    let mut case = CaseFacts::new(ulid(9));
    case.subject = Some("premises:PR02".parse().unwrap());
    for system in ["wg", "zh", "zf"] {
        case.held.insert(system.to_owned(), Some("1".to_owned()));
    }
    sketch.capture.subject = Some(Subject::Case(case.id));
    sketch.case = Some(case);
    sketch
}

#[test]
fn a_follow_up_without_a_result_mends_nothing_with_any_system() {
    let silent = followup();
    for (system, field) in [("wg", "czjg"), ("zh", "zgjg"), ("zf", "zgqk")] {
        assert_eq!(
            silent.stopped(system),
            [("close".to_owned(), vec![missing(field, &["issue.result"])])],
            "{system}"
        );
    }
    assert_eq!(names(&asked(&silent).required), ["issue.result"]);
    let said = silent.say("issue.result", "灭火器已换新");
    assert_eq!(said.envelopes("zh")[0].fields["zgjg"], "2");
    assert!(asked(&said).required.is_empty());
}

#[test]
fn a_check_that_is_not_cleared_and_has_no_date_is_asked_for_the_date() {
    let open = Sketch::of("premises", Some("premises:PR02"))
        .say("issue.type", "fire_gas")
        .say("issue.text", "气瓶放在室内")
        .say("issue.demand", "移到室外")
        .photo("p", "before", None);
    let due = missing("zgqx", &["issue.due"]);
    assert_eq!(open.stopped("zh"), [("issue".to_owned(), vec![due])]);
    assert!(names(&asked(&open).required).contains(&"issue.due"));
}

#[test]
fn a_grade_for_which_there_is_no_event_asks_nothing_around_it() {
    let house = "house:990101001001JC00032F00010001";
    let visit = Sketch::visit(32)
        .say("visit.text", "走访")
        .say("visit.unchanged", "true")
        .state(house, "house.hazard", "true")
        .state(house, "house.hazard_text", "墙皮脱落")
        .state(house, "house.grade", "B");
    let left = asked(&visit);
    assert!(
        !names(&left.required).contains(&"issue.level"),
        "a level gives no event type"
    );
    let stuck = left.unanswerable.iter().filter(|one| one.system == "wg");
    assert_eq!(stuck.count(), visit.stopped("wg")[0].1.len());
    assert_eq!(
        visit.envelopes_made("ffp"),
        ["visit"],
        "the other forms still go"
    );
}
