//! Correcting what was said: only what differs is said again, and what was refused is mended.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;

use fieldwork::log::ReceiptState;
use fieldwork::replica::{Draft, Saved};
use fieldwork_hub::outbox::State;
use fieldwork_hub::village::Delivered;
use fieldwork_scenarios::{County, Phone, at, said};
use fieldwork_testkit::upstream::Behaviour;

/// A correction of an entry of the day, made later.
fn correct(county: &County, phone: &Phone, label: &str, change: impl FnOnce(&mut Draft)) -> Saved {
    let mut draft = phone.draft_of(&county.day, label);
    draft.supersedes = Some(phone.id(label));
    draft.id = None;
    draft.at_ms = Some(at("18:00"));
    draft.label = Some(format!("{label} again"));
    change(&mut draft);
    phone.workspace.save(&draft).unwrap()
}

fn say(draft: &mut Draft, concept: &str, value: &str) {
    let answer = draft
        .answers
        .iter_mut()
        .find(|answer| answer.concept == concept);
    value.clone_into(&mut answer.unwrap().value);
}

fn deliver(county: &County, phone: &Phone) -> Vec<Delivered> {
    phone.sync();
    county.settle();
    phone.sync();
    county.village().deliveries().unwrap()
}

fn text(one: &Delivered) -> String {
    serde_json::to_string(&(&one.envelope.fields, &one.envelope.auto)).unwrap()
}

fn played(label: &str) -> (County, Phone, Vec<Delivered>) {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &[label]);
    let first = deliver(&county, &phone);
    (county, phone, first)
}

#[test]
fn saying_the_same_again_later_gives_no_envelope_and_no_second_ledger_row() {
    let (county, phone, first) = played("C09");
    assert!(first.len() > 3);
    let again = correct(&county, &phone, "C09", |_| ());
    assert_eq!(phone.envelopes(again.id), []);
    assert_eq!(deliver(&county, &phone).len(), first.len());
}

#[test]
fn only_forms_that_hold_what_was_corrected_are_given_again_and_name_what_they_replace() {
    let (county, phone, first) = played("C09");
    let told = "当场搬走全部纸箱，出口已经畅通";
    let better = "当场搬走全部纸箱，安全出口已经畅通";
    let again = correct(&county, &phone, "C09", |draft| {
        say(draft, "issue.result", better)
    });
    let on_phone: BTreeSet<String> = phone
        .envelopes(again.id)
        .iter()
        .map(|envelope| envelope.key())
        .collect();
    let all = deliver(&county, &phone);
    let new: Vec<&Delivered> = all
        .iter()
        .filter(|one| one.envelope.capture == again.id)
        .collect();
    assert_eq!(on_phone, new.iter().map(|one| one.envelope.key()).collect());
    let holding: BTreeSet<String> = first
        .iter()
        .filter(|one| text(one).contains(told))
        .map(|one| one.envelope.key())
        .collect();
    assert!(!holding.is_empty() && holding.len() < first.len());
    let replaced: BTreeSet<String> = new
        .iter()
        .map(|one| one.envelope.replaces.clone().unwrap())
        .collect();
    assert_eq!(replaced, holding);
    for one in &new {
        assert!(text(one).contains(better));
        assert_eq!(one.state, State::Completed);
        assert_ne!(Some(one.envelope.key()), one.envelope.replaces);
    }
    for one in &all {
        assert_eq!(one.replaced, holding.contains(&one.envelope.key()));
    }
    let rows = all
        .iter()
        .filter(|one| one.envelope.system == "tz" && !one.replaced);
    assert_eq!(rows.count(), 1);
}

#[test]
fn what_was_corrected_before_it_was_sent_is_sent_once_as_corrected() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C09"]);
    let again = correct(&county, &phone, "C09", |draft| {
        say(draft, "issue.result", "另一句话");
    });
    let all = deliver(&county, &phone);
    for one in all
        .iter()
        .filter(|one| one.replaced && one.envelope.system != "tz")
    {
        assert_eq!(one.state, State::Discarded, "{}", one.envelope.key());
    }
    assert!(all.iter().any(|one| one.envelope.capture == again.id));
    assert_eq!(phone.workspace.tasks().unwrap(), []);
}

#[test]
fn a_refusal_becomes_a_task_with_the_upstreams_words_and_mending_sends_that_one_again() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let zf = county
        .others
        .iter()
        .find(|one| one.system() == "zf")
        .unwrap();
    zf.script([Behaviour::Refuse("场所名称与许可不符".to_owned())]);
    phone.play(&county.day, &["C09"]);
    let first = deliver(&county, &phone);
    let tasks = phone.workspace.tasks().unwrap();
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    let task = &tasks[0];
    assert_eq!(
        (task.system.as_str(), task.state),
        ("zf", ReceiptState::Refused)
    );
    assert_eq!(task.capture, phone.id("C09"));
    assert!(
        task.reason
            .as_deref()
            .unwrap()
            .contains("场所名称与许可不符")
    );
    let again = correct(&county, &phone, &task.label.clone().unwrap(), |_| ());
    assert_eq!(phone.workspace.tasks().unwrap(), []);
    let all = deliver(&county, &phone);
    let new: Vec<&Delivered> = all
        .iter()
        .filter(|one| one.envelope.capture == again.id)
        .collect();
    assert_eq!(all.len(), first.len() + 1);
    assert_eq!(new[0].envelope.system, "zf");
    assert_eq!(new[0].state, State::Completed);
    assert_ne!(new[0].envelope.key(), task.key);
    assert_eq!(phone.workspace.tasks().unwrap(), []);
}

#[test]
fn a_form_that_no_longer_applies_is_reported_and_never_dropped_in_silence() {
    let (county, phone, first) = played("C09");
    let again = correct(&county, &phone, "C09", |draft| {
        draft
            .answers
            .retain(|answer| !answer.concept.starts_with("issue."));
        draft.photos.clear();
    });
    let all = deliver(&county, &phone);
    let receipts = phone.workspace.receipts(again.id).unwrap();
    let identity = |one: &Delivered| (one.envelope.system.clone(), one.envelope.form.clone());
    for old in &first {
        let (system, form) = identity(old);
        let given = all.iter().any(|one| {
            one.envelope.capture == again.id && identity(one) == (system.clone(), form.clone())
        });
        let told = receipts
            .iter()
            .any(|receipt| receipt.system == system && receipt.form == form);
        assert!(given || told, "{system}.{form}");
    }
    let gone = receipts.iter().filter(|receipt| {
        receipt
            .reason
            .as_deref()
            .is_some_and(|reason| reason.contains("不再需要"))
    });
    assert!(gone.count() > 0, "{receipts:?}");
}

#[test]
fn a_corrected_opening_keeps_its_case_and_the_closing_finds_the_id_of_the_upstream() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let opened = phone.play(&county.day, &["C10"]).remove(0).opened;
    assert_eq!(opened.len(), 1);
    let before = phone.workspace.cases().unwrap().len();
    let again = correct(&county, &phone, "C10", |draft| {
        say(draft, "issue.text", "改过的描述")
    });
    assert_eq!(again.opened, opened);
    assert_eq!(phone.workspace.cases().unwrap().len(), before);
    let mut close = phone.draft(
        "close",
        "followup",
        Some(fieldwork_forms::capture::Subject::Case(opened[0])),
        vec![said("issue.result", "线路已穿管，木屑已清")],
    );
    close.at_ms = Some(at("18:30"));
    let mut photo = phone.photograph("C10-after-1", "after");
    photo.at_ms = at("18:29");
    close.photos.push(photo);
    let closing = phone.workspace.save(&close).unwrap();
    assert_eq!(closing.closed, Some(opened[0]));
    let all = deliver(&county, &phone);
    let closes: Vec<&Delivered> = all
        .iter()
        .filter(|one| one.envelope.capture == closing.id && one.envelope.reference.is_some())
        .collect();
    assert!(!closes.is_empty());
    for one in closes {
        assert_eq!(one.state, State::Completed, "{}", one.envelope.key());
        assert!(one.reference.is_some());
    }
}
