//! What a phone asks before it saves, and how it explains what it made.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use fieldwork::Error;
use fieldwork::replica::{About, AnswerProblem, DraftAnswer};
use fieldwork_forms::capture::Subject;
use fieldwork_forms::envelope::Filled;
use fieldwork_scenarios::{County, at, said};

const HOUSEHOLD: &str = "household:990101100201000031";

fn household() -> Option<Subject> {
    Some(Subject::Entity(HOUSEHOLD.parse().unwrap()))
}

#[test]
fn of_every_capture_of_the_day_nothing_is_required_any_more_once_it_is_said() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &[]);
    for entry in &county.day.captures {
        let draft = phone.draft_of(&county.day, &entry.id);
        phone.clock.set(draft.at_ms.unwrap());
        let before = phone.workspace.captures(0, 100).unwrap().len();
        let asking = phone.workspace.ask(&draft).unwrap();
        let required: Vec<&str> = asking
            .asked
            .required
            .iter()
            .map(|one| one.concept.as_str())
            .collect();
        assert_eq!(required, [] as [&str; 0], "{}", entry.id);
        assert_eq!(asking.refused, [], "{}", entry.id);
        assert_eq!(asking.asked.unanswerable, [], "{}", entry.id);
        let lacking = asking.asked.photos.iter().any(|photo| photo.required > 0);
        assert!(!lacking, "{}: {:?}", entry.id, asking.asked.photos);
        let after = phone.workspace.captures(0, 100).unwrap().len();
        assert_eq!(before, after, "asking saves nothing");
        phone.workspace.save(&draft).unwrap();
    }
}

#[test]
fn an_answer_that_is_only_half_typed_is_named_and_the_rest_is_asked_all_the_same() {
    let county = County::of_three();
    let phone = county.phone("lin", "K05");
    let answers = vec![said("household.phone", "1380000"), said("no.such", "1")];
    let draft = phone.draft("A", "visit", household(), answers);
    let asking = phone.workspace.ask(&draft).unwrap();
    let refused: Vec<(usize, AnswerProblem)> = asking
        .refused
        .iter()
        .map(|one| (one.answer, one.problem))
        .collect();
    assert_eq!(
        refused,
        [
            (0, AnswerProblem::Identifier),
            (1, AnswerProblem::UnknownConcept)
        ]
    );
    let required = &asking.asked.required;
    assert!(required.iter().any(|one| one.concept == "visit.text"));
    // Saving is as strict as ever.
    let error = phone.workspace.save(&draft).unwrap_err();
    assert!(matches!(error, Error::Invalid { .. }), "{error}");
}

#[test]
fn an_answer_about_nothing_is_named_before_anybody_saves_and_is_not_asked_for() {
    let county = County::of_three();
    let phone = county.phone("lin", "K05");
    let answers = vec![said("issue.text", "路边积水"), said("house.hazard", "true")];
    let draft = phone.draft("A", "roadside", None, answers);
    let asking = phone.workspace.ask(&draft).unwrap();
    let refused: Vec<(usize, AnswerProblem)> = asking
        .refused
        .iter()
        .map(|one| (one.answer, one.problem))
        .collect();
    assert_eq!(refused, [(1, AnswerProblem::NoEntity)]);
    let asked = asking.asked.required.iter().chain(&asking.asked.offered);
    let mut of_house = asked.filter(|one| one.concept.starts_with("house."));
    assert!(of_house.next().is_none(), "there is no house to ask about");
}

#[test]
fn a_kind_or_a_subject_that_is_not_known_is_an_error_by_name() {
    let county = County::of_three();
    let phone = county.phone("lin", "K05");
    let kind = phone.draft("A", "no_such_kind", None, Vec::new());
    assert!(phone.workspace.ask(&kind).is_err());
    let unknown = Some(Subject::Entity(
        "household:990101100201999999".parse().unwrap(),
    ));
    let draft = phone.draft("B", "visit", unknown, Vec::new());
    let error = phone.workspace.ask(&draft).unwrap_err().to_string();
    assert!(error.contains("subject"), "{error}");
}

#[test]
fn somebody_new_is_asked_about_by_the_name_that_the_draft_gives() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let answers = vec![
        said("visit.text", "新生儿。"),
        DraftAnswer {
            concept: "person.name".to_owned(),
            about: Some(About::New("baby".to_owned())),
            value: "某某".to_owned(),
        },
    ];
    let draft = phone.draft("A", "visit", household(), answers);
    let asking = phone.workspace.ask(&draft).unwrap();
    assert_eq!(asking.newcomers.len(), 1);
    let (name, person) = &asking.newcomers[0];
    assert_eq!(name, "baby");
    let about_baby: Vec<&str> = asking
        .asked
        .required
        .iter()
        .filter(|one| one.about.as_ref() == Some(person))
        .map(|one| one.concept.as_str())
        .collect();
    assert!(about_baby.contains(&"person.id_no"), "{about_baby:?}");
    assert!(!about_baby.contains(&"person.name"), "{about_baby:?}");
}

#[test]
fn a_case_of_the_same_type_near_by_is_offered_before_another_is_opened() {
    let county = County::new();
    let (lin, zhou) = (county.phone("lin", "K05"), county.phone("zhou", "K01"));
    lin.play(&county.day, &["C12"]);
    lin.sync();
    zhou.sync();
    let reported = county.day.entry("C12").unwrap();
    zhou.clock.set(at("16:10"));
    let mut draft = zhou.draft("Z", "roadside", None, Vec::new());
    draft.place.point = lin.draft_of(&county.day, &reported.id).place.point;
    assert!(zhou.workspace.ask(&draft).unwrap().near.is_empty());
    draft.answers.push(said("issue.type", "env_rubbish"));
    let near = zhou.workspace.ask(&draft).unwrap().near;
    assert_eq!(near.len(), 1);
    assert_eq!(
        (near[0].capture, near[0].by.as_str()),
        (lin.id("C12"), "K05")
    );
    // Going on with it asks nothing of the kind.
    draft.subject = Some(Subject::Case(near[0].case.id));
    "followup".clone_into(&mut draft.kind);
    draft.answers.clear();
    assert!(zhou.workspace.ask(&draft).unwrap().near.is_empty());
}

#[test]
fn every_box_of_every_form_of_the_day_is_explained_in_both_languages() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let labels: Vec<&str> = county
        .day
        .captures
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    phone.play(&county.day, &labels);
    let mut boxes = 0;
    for label in labels {
        let id = phone.id(label);
        let explained = phone.workspace.explain(id).unwrap();
        let forms: Vec<Filled> = explained.iter().map(|one| one.0.clone()).collect();
        assert_eq!(forms, phone.workspace.envelopes(id).unwrap(), "{label}");
        for (form, explained) in &explained {
            let Filled::Envelope(envelope) = form else {
                panic!("{label}")
            };
            for name in envelope.fields.keys().chain(envelope.auto.keys()) {
                let one = explained.boxes.iter().find(|one| one.field == *name);
                let one = one.unwrap_or_else(|| panic!("{label} {name}"));
                assert!(!one.chinese.is_empty(), "{label} {name}");
                assert_eq!(one.chinese.len(), one.english.len(), "{label} {name}");
                boxes += 1;
            }
        }
    }
    assert!(boxes > 300, "{boxes}");
}
