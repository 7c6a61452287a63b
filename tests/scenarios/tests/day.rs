//! The whole day as the demonstration plays it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

use fieldwork::Error;
use fieldwork::log::ReceiptState;
use fieldwork::port::{Answer, Request, Transport, TransportError};
use fieldwork_cli::demo::{Played, envelope, play, summary::Summary};
use fieldwork_forms::envelope::Filled;
use fieldwork_scenarios::{County, golden, specs};
use fieldwork_testkit::fixtures::Fixtures;
use fieldwork_testkit::upstream::{Outcome, Upstream};
use serde_json::Value;

/// The day is played once for all tests of this file.
fn played() -> &'static (tempfile::TempDir, Played) {
    static PLAYED: OnceLock<(tempfile::TempDir, Played)> = OnceLock::new();
    PLAYED.get_or_init(|| {
        let out = tempfile::tempdir().unwrap();
        let played = play(&Fixtures::default(), &specs(), out.path()).unwrap();
        assert!(played.settled);
        (out, played)
    })
}

fn upstream(system: &str) -> &'static Upstream {
    let upstreams = &played().1.upstreams;
    upstreams.iter().find(|one| one.system() == system).unwrap()
}

/// By the key of each, so that order does not count.
fn by_key(all: Vec<Value>) -> BTreeMap<String, Value> {
    all.into_iter()
        .map(|one| (one["key"].as_str().unwrap().to_owned(), one))
        .collect()
}

fn shown() -> Vec<Value> {
    envelope::collect(&played().1)
        .unwrap()
        .iter()
        .map(|one| golden::without_number(serde_json::to_value(one).unwrap()))
        .collect()
}

#[test]
fn every_envelope_of_the_day_equals_the_golden_file() {
    let (shown, golden) = (by_key(shown()), by_key(golden::envelopes(golden::SYSTEMS)));
    assert_eq!(golden.len(), 31);
    for (key, theirs) in &golden {
        assert_eq!(shown.get(key), Some(theirs));
    }
    assert_eq!(shown.len(), golden.len());
}

#[test]
fn the_ledger_of_the_day_equals_the_golden_file_byte_for_byte() {
    let ours = envelope::ledger(&played().1).unwrap();
    assert_eq!(ours.as_bytes(), golden::ledger());
    assert_eq!(ours.lines().count(), 15);
}

#[test]
fn one_sync_carries_the_day_and_the_next_sends_no_photo_and_no_entry() {
    let played = &played().1;
    let [first, second] = played.syncs.as_slice() else {
        panic!("{} syncs", played.syncs.len());
    };
    assert!(first.entries_sent >= 14);
    assert_eq!(first.photos_sent, 22);
    assert_eq!((second.entries_sent, second.photos_sent), (0, 0));
    assert_eq!((second.photo_bytes_up, second.photo_bytes_again), (0, 0));
    assert_eq!(first.photo_bytes_again, 0);
    let summary = Summary::of(played, &envelope::collect(played).unwrap()).unwrap();
    assert_eq!((summary.captures, summary.photos), (14, 22));
    assert_eq!(summary.sync_sessions, 1);
    assert_eq!(summary.inputs, 70);
    assert_eq!((summary.envelopes_delivered, summary.ledger_rows), (31, 14));
    assert_eq!(summary.duplicates, 0);
    assert_eq!(summary.blob_bytes_sent_again, 0);
}

#[test]
fn the_phone_has_a_receipt_for_each_envelope() {
    let phone = &played().1.phone;
    let mut delivered = BTreeMap::new();
    for capture in phone.captures(0, 100).unwrap() {
        for filled in phone.envelopes(capture.id).unwrap() {
            let Filled::Envelope(envelope) = filled else {
                panic!("stopped");
            };
            delivered.insert(envelope.key(), envelope.system);
        }
        for receipt in phone.receipts(capture.id).unwrap() {
            assert_eq!(receipt.state, ReceiptState::Delivered);
            assert!(
                receipt.system != "wg" || receipt.upstream_ref.is_some(),
                "a grid event has an id"
            );
            assert_eq!(delivered.remove(&receipt.key), Some(receipt.system));
        }
    }
    // What has no receipt is the ledger, which is kept at the hub and goes nowhere.
    assert_eq!(delivered.len(), 14);
    assert!(delivered.values().all(|system| system == "tz"));
}

#[test]
fn upstreams_refused_nothing_and_hold_nothing_twice() {
    for upstream in &played().1.upstreams {
        let attempts = upstream.attempts();
        assert!(
            attempts
                .iter()
                .all(|attempt| attempt.outcome == Outcome::Accepted),
            "{attempts:?}"
        );
        assert_eq!(attempts.len(), upstream.accepted().len());
        assert_eq!(upstream.repeats(), 0);
        assert_eq!(upstream.duplicates(), 0, "{}", upstream.system());
    }
}

#[test]
fn the_follow_up_of_yesterdays_issue_carries_the_id_that_its_system_gave_it() {
    let close = shown()
        .into_iter()
        .find(|one| one["key"] == "C13/wg.close")
        .unwrap();
    assert_eq!(close["ref"], "WG9901012504070033");
    let wg = upstream("wg");
    let accepted = wg.accepted();
    let message = accepted.iter().find(|one| one.form == "close").unwrap();
    assert_eq!(message.path, "/api/event/WG9901012504070033/finish");
}

#[test]
fn photographs_reach_the_upstream_byte_for_byte() {
    let (_, played) = played();
    let wg = upstream("wg");
    let taken: Vec<Vec<u8>> = fs::read_dir(&played.camera)
        .unwrap()
        .map(|file| fs::read(file.unwrap().path()).unwrap())
        .collect();
    assert!(!wg.files().is_empty());
    for file in wg.files() {
        assert!(taken.contains(&file.bytes));
    }
}

/// A network in which every call fails.
struct Aeroplane;

impl Transport for Aeroplane {
    fn send(&self, _: &Request) -> Result<Answer, TransportError> {
        Err(TransportError {
            reason: "no signal".to_owned(),
        })
    }
}

#[test]
fn fourteen_captures_and_twenty_two_photos_are_saved_without_a_network_and_survive_the_app() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let labels: Vec<&str> = county
        .day
        .captures
        .iter()
        .map(|entry| entry.id.as_str())
        .collect();
    phone.play(&county.day, &labels);
    let failed = phone.workspace.sync(&Aeroplane, &());
    assert!(matches!(failed, Err(Error::Offline { .. })), "{failed:?}");
    let address = county.address();
    let reopened = fieldwork_scenarios::Phone::open(&phone.close(), &address);
    let captures = reopened.workspace.captures(0, 100).unwrap();
    assert_eq!(captures.len(), 14);
    assert_eq!(captures.iter().map(|one| one.photos).sum::<u32>(), 22);
    assert_eq!(reopened.workspace.replica().damaged_blobs().unwrap(), []);
    assert!(county.village().deliveries().unwrap().is_empty());
    // Forms are filled with no network either, and are those of the golden file.
    let mut filled = Vec::new();
    for capture in &captures {
        for envelope in reopened.envelopes(capture.id) {
            if envelope.system != "tz" {
                let label = capture.label.as_deref().unwrap();
                filled.push(golden::shown(
                    reopened.workspace.replica(),
                    label,
                    &envelope,
                ));
            }
        }
    }
    assert_eq!(by_key(filled), by_key(golden::envelopes(golden::SYSTEMS)));
    // The failed try costs nothing later: one session carries all.
    let report = reopened.sync();
    assert_eq!((report.photos_sent, report.photo_bytes_again), (22, 0));
    let again = reopened.sync();
    assert_eq!((again.entries_sent, again.photos_sent), (0, 0));
}
