//! The whole day as the demonstration plays it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::collections::BTreeMap;
use std::sync::OnceLock;

use fieldwork::Error;
use fieldwork::log::ReceiptState;
use fieldwork::port::{Answer, Request, Transport, TransportError};
use fieldwork_cli::demo::{Played, envelope, play, summary::Summary};
use fieldwork_forms::envelope::Filled;
use fieldwork_photo::framing::{Features, Verdict, compare};
use fieldwork_photo::{Budget, decode};
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
fn photographs_reach_the_upstream_as_copies_of_what_was_taken_within_its_limits() {
    let (_, played) = played();
    let wg = upstream("wg");
    let taken: Vec<Features> = played
        .advice
        .values()
        .map(|one| played.phone.replica().photo_features(one.photo).unwrap())
        .collect();
    assert!(!wg.files().is_empty());
    for file in wg.files() {
        assert!(file.bytes.len() <= 1_000_000);
        let (found, picture) = decode(&file.bytes, 2_000, &Budget::default()).unwrap();
        assert_eq!((found.width, found.height), (2_000, 1_500));
        // The upstream gets the place by its own field, not by what a camera wrote into a file.
        assert_eq!((found.gps, found.taken_at), (None, None));
        let features = Features::of(&picture);
        assert!(taken.iter().any(|one| compare(one, &features).same_picture));
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

#[test]
fn the_photographs_of_the_day_are_of_twelve_megapixels_and_nothing_is_to_be_said_of_them() {
    let played = &played().1;
    assert_eq!(played.advice.len(), 22);
    let mut compared = 0;
    for (name, advice) in &played.advice {
        assert_eq!((advice.width, advice.height), (4_032, 3_024), "{name}");
        assert_eq!(advice.hints, [], "{name}");
        assert_eq!(advice.same_as, None, "{name}");
        if let Some(framing) = &advice.framing {
            assert_eq!(framing.comparison.verdict, Verdict::Ok, "{name}");
            compared += 1;
        }
    }
    // Two of C09, one each of C10 and C12; the before of C13 is on nobody's phone.
    assert_eq!(compared, 4);
    let strips: Vec<&str> = played.strips.keys().map(String::as_str).collect();
    assert_eq!(strips, ["C09", "C10", "C12"]);
}

#[test]
fn after_the_day_every_original_that_was_delivered_may_go_and_the_report_pictures_stay() {
    let phone = &played().1.phone;
    let deletable = phone.deletable_originals().unwrap();
    let used: std::collections::BTreeSet<_> = phone
        .captures(0, 100)
        .unwrap()
        .iter()
        .flat_map(|capture| phone.envelopes(capture.id).unwrap())
        .filter_map(|filled| match filled {
            Filled::Envelope(envelope) => Some(envelope.photos),
            Filled::Stopped(_) => None,
        })
        .flatten()
        .map(|slot| slot.blob)
        .collect();
    assert_eq!(
        deletable.iter().map(|one| one.photo).collect::<Vec<_>>(),
        used.into_iter().collect::<Vec<_>>()
    );
    for one in deletable {
        assert!(phone.report_picture(one.photo).unwrap().exists());
    }
}
