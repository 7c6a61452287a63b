//! A case that is opened and closed on the same day, before its system has said what it calls it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::time::Duration;

use fieldwork::replica::{CaseState, Draft, Saved};
use fieldwork_forms::capture::Subject;
use fieldwork_forms::envelope::Reference;
use fieldwork_hub::outbox::State;
use fieldwork_ids::Ulid;
use fieldwork_scenarios::{County, Phone, at, said};
use fieldwork_testkit::upstream::Behaviour;

fn close_of(phone: &Phone, label: &str, case: Ulid) -> Draft {
    let mut draft = phone.draft(
        label,
        "followup",
        Some(Subject::Case(case)),
        vec![said("issue.result", "线路已穿管，木屑已清")],
    );
    draft.photos = vec![phone.photograph(&format!("{label}-after-1"), "after")];
    draft
}

/// C10 opens a case and a follow-up closes it, both offline.
fn open_and_close(county: &County, phone: &Phone) -> (Ulid, Saved) {
    let saved = phone.play(&county.day, &["C10"]);
    let case = saved[0].opened[0];
    phone.clock.set(at("17:00"));
    let closed = phone.workspace.save(&close_of(phone, "F01", case)).unwrap();
    assert_eq!(closed.closed, Some(case));
    (case, closed)
}

fn state_of(county: &County, label: &str, system: &str) -> Option<State> {
    county
        .village()
        .deliveries()
        .unwrap()
        .into_iter()
        .find(|one| one.label.as_deref() == Some(label) && one.envelope.system == system)
        .map(|one| one.state)
}

#[test]
fn a_close_waits_for_the_id_of_its_opening_and_is_sent_with_it_never_without() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let (_, closed) = open_and_close(&county, &phone);
    let waits = phone.envelopes(closed.id);
    let event = waits.iter().find(|e| e.system == "wg").unwrap();
    assert_eq!(event.reference, Some(Reference::Waits));

    // The opening's answer is withheld at first: it was taken, but nobody knows its id here.
    county.wg.script([
        Behaviour::BusyBody,
        Behaviour::AcceptThenSilence,
        Behaviour::BusyBody,
    ]);
    phone.sync();
    county.until("the close is in the outbox", || {
        state_of(&county, "F01", "wg").is_some()
    });
    county.settle();

    let attempts = county.wg.attempts();
    let opening = phone.envelopes(phone.id("C10"));
    let opening = opening.iter().find(|e| e.system == "wg").unwrap().key();
    let first_close = attempts
        .iter()
        .position(|attempt| attempt.key != opening)
        .unwrap();
    assert_eq!(first_close, 4, "four attempts at the opening come first");
    let accepted = county.wg.accepted();
    let [open, close] = accepted.as_slice() else {
        panic!("{} messages", accepted.len());
    };
    let id = open.reference.as_deref().unwrap();
    assert_eq!((open.form.as_str(), open.repeats), ("open", 1));
    assert_eq!(close.path, format!("/api/event/{id}/finish"));
    assert_eq!((close.form.as_str(), close.repeats), ("close", 0));

    phone.sync();
    let known = phone.envelopes(closed.id);
    let event = known.iter().find(|e| e.system == "wg").unwrap();
    assert_eq!(event.reference, Some(Reference::Known(id.to_owned())));
}

#[test]
fn while_the_opening_is_not_taken_the_close_is_scheduled_and_not_one_call_is_made_for_it() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let (_, closed) = open_and_close(&county, &phone);
    let key = phone
        .envelopes(closed.id)
        .iter()
        .find(|e| e.system == "wg")
        .unwrap()
        .key();
    county.wg.script(vec![Behaviour::BusyBody; 100_000]);
    phone.sync();
    county.until("the opening was tried a few times", || {
        county.wg.attempts().len() >= 5
    });
    assert_eq!(state_of(&county, "F01", "wg"), Some(State::Scheduled));
    assert!(county.wg.attempts().iter().all(|a| a.key != key));
}

#[test]
fn an_opening_that_is_refused_for_good_leaves_its_close_waiting_for_a_person() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    open_and_close(&county, &phone);
    county.wg.script([Behaviour::Refuse("字段超长".to_owned())]);
    phone.sync();
    county.until("the opening was refused", || {
        state_of(&county, "C10", "wg") == Some(State::Discarded)
    });
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(state_of(&county, "F01", "wg"), Some(State::Scheduled));
    assert_eq!(county.wg.attempts().len(), 1);
    assert!(county.wg.accepted().is_empty());
}

#[test]
fn a_case_is_closed_only_at_systems_that_got_an_envelope_of_it() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let (case, closed) = open_and_close(&county, &phone);
    // Premises are no business of the household system, so it hears of neither opening nor close.
    let systems = |capture| {
        let mut systems: Vec<String> = phone
            .envelopes(capture)
            .into_iter()
            .map(|envelope| envelope.system)
            .collect();
        systems.sort();
        systems
    };
    let heard = ["tz", "wg", "zf", "zh"];
    assert_eq!(systems(phone.id("C10")), heard);
    assert_eq!(systems(closed.id), heard);
    phone.sync();
    county.settle();
    phone.sync();
    assert_eq!(
        phone
            .workspace
            .case_named(&case.to_string())
            .unwrap()
            .state(),
        CaseState::Closed
    );
    assert!(county.ffp.attempts().is_empty());

    // A check that found nothing opens no case, and yesterday's issue is closed where it was known.
    assert_eq!(phone.play(&county.day, &["C11"])[0].opened, []);
    let saved = phone.play(&county.day, &["C13"]);
    let close = phone.envelopes(saved[0].id);
    let event = close.iter().find(|e| e.system == "wg").unwrap();
    assert_eq!(
        event.reference,
        Some(Reference::Known("WG9901012504070033".to_owned()))
    );
}

#[test]
fn a_case_that_no_system_holds_is_followed_up_in_the_ledger_alone() {
    let mut county = County::new();
    county.day.prior_issues[0].upstream_ids.clear();
    let phone = county.phone("lin", "K05");
    let saved = phone.play(&county.day, &["C13"]);
    let systems: Vec<String> = phone
        .envelopes(saved[0].id)
        .into_iter()
        .map(|envelope| envelope.system)
        .collect();
    assert_eq!(systems, ["tz"]);
    phone.sync();
    county.settle();
    assert!(county.wg.attempts().is_empty());
}

#[test]
fn a_colleague_closes_a_case_that_another_phone_opened_and_it_is_closed_on_both() {
    let county = County::new();
    let (lin, zhou) = (county.phone("lin", "K05"), county.phone("zhou", "K01"));
    let case = lin.play(&county.day, &["C10"])[0].opened[0];
    lin.sync();
    county.settle();
    zhou.sync();
    zhou.workspace.save(&close_of(&zhou, "Z02", case)).unwrap();
    zhou.sync();
    county.settle();
    lin.sync();
    zhou.sync();
    for phone in [&lin, &zhou] {
        let case = phone.workspace.case_named(&case.to_string()).unwrap();
        assert_eq!(case.state(), CaseState::Closed);
        // Two captures, each with the receipts of three systems.
        assert_eq!(phone.workspace.timeline(case.id).unwrap().len(), 8);
    }
    let accepted = county.wg.accepted();
    assert_eq!(accepted.len(), 2);
    assert_eq!(
        accepted[1].path,
        format!(
            "/api/event/{}/finish",
            accepted[0].reference.as_deref().unwrap()
        )
    );
}
