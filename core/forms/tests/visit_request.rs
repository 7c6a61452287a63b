//! A visit with a request, and one without.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::ask::{Asked, Question, ask};
use fieldwork_register::Register;
use village::Sketch;

fn asked(sketch: &Sketch) -> Asked {
    let register = Register::new(&sketch.base, &sketch.edits);
    ask(&sketch.catalogue, &sketch.capture, &register, None)
}

fn names(questions: &[Question]) -> Vec<&str> {
    let names = questions.iter().map(|one| one.concept.as_str());
    names.collect()
}

/// A visit after which not everything is as it was, of a household whose values are fresh.
fn changed() -> Sketch {
    Sketch::visit(32)
        .say("visit.text", "走访")
        .say("visit.unchanged", "false")
}

fn request(sketch: &Sketch) -> (String, String) {
    let visit = sketch.envelopes("ffp").remove(0);
    let word = |field: &str| visit.fields[field].as_str().unwrap().to_owned();
    (word("sq"), word("bfxq"))
}

/// What the village's book says came of it, and how many cases it opens.
fn outcome(sketch: &Sketch) -> (String, usize) {
    let row = sketch.envelopes("tz").remove(0);
    let opened = sketch.catalogue.kinds.case_change(&sketch.facts()).opens;
    (row.fields["jg"].as_str().unwrap().to_owned(), opened.len())
}

#[test]
fn one_pick_says_that_a_changed_household_requests_nothing() {
    let visit = changed();
    let wanted = asked(&visit);
    assert!(names(&wanted.required).contains(&"visit.help"));
    assert!(
        !names(&wanted.required).contains(&"visit.need"),
        "no words about nothing"
    );
    let help = wanted.required.iter();
    let mut help = help.filter(|one| one.concept == "visit.help");
    let choices = &help.next().unwrap().choices;
    assert!(choices.iter().any(|choice| choice.code == "none"));

    let nothing = visit.say("visit.help", "none");
    let left = asked(&nothing);
    for concept in ["visit.need", "visit.help", "issue.level"] {
        assert!(!names(&left.required).contains(&concept), "{concept}");
    }
    assert_eq!(request(&nothing), ("无".to_owned(), "无".to_owned()));
    assert!(nothing.fill("wg").is_empty());
    assert_eq!(outcome(&nothing), ("户情无变化".to_owned(), 0));
}

#[test]
fn help_none_says_so_also_where_nobody_said_whether_the_rest_is_unchanged() {
    let silent = Sketch::visit(32)
        .say("visit.text", "走访")
        .say("visit.help", "none");
    assert_eq!(request(&silent), ("无".to_owned(), "无".to_owned()));
}

#[test]
fn words_with_help_none_are_kept_and_reported_to_nobody_else() {
    let words = changed()
        .say("visit.need", "盼着修村口的路")
        .say("visit.help", "none");
    assert_eq!(
        request(&words),
        ("盼着修村口的路".to_owned(), "无".to_owned())
    );
    assert!(words.fill("wg").is_empty());
    assert_eq!(outcome(&words), ("户情无变化".to_owned(), 0));
    assert!(!names(&asked(&words).required).contains(&"issue.level"));
}

#[test]
fn help_of_a_kind_wants_the_request_in_words_and_opens_a_case() {
    let helped = changed().say("visit.help", "job");
    assert!(names(&asked(&helped).required).contains(&"visit.need"));
    let worded = helped.say("visit.need", "想找活干");
    assert!(names(&asked(&worded).required).contains(&"issue.level"));
    let whole = worded.say("issue.level", "1");
    assert_eq!(whole.envelopes_made("wg"), ["open"]);
    assert_eq!(outcome(&whole), ("诉求已上报".to_owned(), 1));
}

#[test]
fn a_hazard_beside_help_none_has_the_level_that_was_answered() {
    let house = "house:990101001001JC00032F00010001";
    let visit = changed()
        .say("visit.need", "盼着修村口的路")
        .say("visit.help", "none")
        .say("issue.level", "3")
        .state(house, "house.hazard", "true")
        .state(house, "house.hazard_text", "墙裂")
        .state(house, "house.grade", "C");
    let events = visit.envelopes("wg");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].fields["sjdj"], "3");
}
