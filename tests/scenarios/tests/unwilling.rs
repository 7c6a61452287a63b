//! Upstreams that are busy or silent: tried again, accepted once, and nobody else waits for them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use fieldwork_scenarios::County;
use fieldwork_testkit::upstream::{Behaviour, Outcome, ffp};

fn all(county: &County) -> Vec<&str> {
    county
        .day
        .captures
        .iter()
        .map(|entry| entry.id.as_str())
        .collect()
}

#[test]
fn busy_then_silent_then_willing_is_three_attempts_and_one_record_for_every_envelope() {
    // The hub gives up on an answer after a second.
    let county = County::of_three_with_timeout(1);
    county.wg.script_each([
        Behaviour::BusyBody,
        Behaviour::Silence(Duration::from_secs(20)),
    ]);
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &all(&county));
    phone.sync();
    county.settle();

    let mut by_key: BTreeMap<String, Vec<Outcome>> = BTreeMap::new();
    for attempt in county.wg.attempts() {
        by_key.entry(attempt.key).or_default().push(attempt.outcome);
    }
    assert_eq!(by_key.len(), 8);
    for (key, outcomes) in &by_key {
        assert_eq!(
            outcomes,
            &[Outcome::Unwilling, Outcome::Unwilling, Outcome::Accepted],
            "{key}"
        );
    }
    let accepted = county.wg.accepted();
    assert_eq!(accepted.len(), 8);
    assert!(accepted.iter().all(|message| message.repeats == 0));
    assert_eq!(ffp::rows(&county.ffp.accepted()).len(), 8);
    phone.sync();
    let receipts: usize = phone
        .workspace
        .captures(0, 100)
        .unwrap()
        .iter()
        .map(|capture| phone.workspace.receipts(capture.id).unwrap().len())
        .sum();
    assert_eq!(receipts, 16);
}

#[test]
fn an_answer_that_was_lost_is_asked_for_again_and_recorded_once() {
    let county = County::of_three();
    county.wg.script_each([Behaviour::AcceptThenSilence]);
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C02", "C04", "C13"]);
    phone.sync();
    county.settle();
    let accepted = county.wg.accepted();
    assert_eq!(accepted.len(), 3);
    assert!(accepted.iter().all(|message| message.repeats == 1));
    phone.sync();
    let receipts = phone.workspace.receipts(phone.id("C02")).unwrap();
    assert_eq!(receipts.len(), 1);
    let message = accepted.iter().find(|one| one.key == receipts[0].key);
    assert_eq!(receipts[0].upstream_ref, message.unwrap().reference);
}

#[test]
fn the_household_system_is_served_while_the_grid_system_keeps_a_call_hanging() {
    let county = County::of_three_with_timeout(60);
    county
        .wg
        .script(vec![Behaviour::Silence(Duration::from_secs(60)); 100]);
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &all(&county));
    phone.sync();
    county.until("the household system has its eight rows", || {
        ffp::rows(&county.ffp.accepted()).len() == 8
    });
    assert!(county.wg.accepted().is_empty());
    assert_eq!(
        county.wg.attempts().len(),
        1,
        "one call hangs, none is piled up"
    );
    // What was delivered is told at once, not when everything is done.
    county.until("receipts of the household system", || {
        phone.sync();
        !phone
            .workspace
            .receipts(phone.id("C06"))
            .unwrap()
            .is_empty()
    });
}

#[test]
fn an_upstream_that_is_down_for_a_while_gets_everything_once_when_it_is_back() {
    let mut county = County::of_three();
    county.wg.stop();
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C02", "C03", "C12"]);
    phone.sync();
    county.until("forms were filled", || {
        county.village().deliveries().unwrap().len() >= 6
    });
    std::thread::sleep(Duration::from_millis(300));
    county.wg.restart().unwrap();
    county.settle();
    assert_eq!(county.wg.accepted().len(), 3);
    assert_eq!(county.wg.repeats(), 0);
}

#[test]
fn a_refusal_for_good_is_told_on_the_phone_with_the_upstreams_reason() {
    let county = County::of_three();
    county
        .wg
        .script([Behaviour::Refuse("小类代码不存在".to_owned())]);
    let phone = county.phone("lin", "K05");
    // One after the other: which of two is sent first depends on whose photographs are there first.
    for label in ["C02", "C03"] {
        phone.play(&county.day, &[label]);
        phone.sync();
        county.settle();
    }
    phone.sync();
    let refused = phone.workspace.receipts(phone.id("C02")).unwrap();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].state, fieldwork::log::ReceiptState::Refused);
    assert!(
        refused[0]
            .reason
            .as_deref()
            .unwrap()
            .contains("小类代码不存在")
    );
    let other = phone.workspace.receipts(phone.id("C03")).unwrap();
    assert_eq!(other[0].state, fieldwork::log::ReceiptState::Delivered);
}
