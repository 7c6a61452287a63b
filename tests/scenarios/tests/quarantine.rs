//! Entries in a sound chain that say what cannot be read or may not be said: set aside by name on every
//! replica; the log and everybody else go on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use fieldwork::document::DocumentId;
use fieldwork::key::DeviceKey;
use fieldwork::log::{
    BatchError, CatalogueItem, CatalogueList, DeviceRecord, DocumentChange, LogId, Payload,
    Receipt, ReceiptState,
};
use fieldwork::port::SystemRandom;
use fieldwork::replica::{Replica, ReplicaError};
use fieldwork::store::entry;
use fieldwork_forms::capture::Subject;
use fieldwork_ids::Ulid;
use fieldwork_scenarios::peer::{self, Rogue};
use fieldwork_scenarios::{County, Phone, said};

fn set_aside(replica: &Replica) -> Vec<(LogId, u64, String)> {
    replica
        .read(|connection| Ok::<_, ReplicaError>(entry::quarantined(connection)?))
        .unwrap()
}

fn county() -> (County, Phone, Phone) {
    let county = County::new();
    let (lin, zhou) = (county.phone("lin", "K05"), county.phone("zhou", "K01"));
    (county, lin, zhou)
}

#[test]
fn garbage_in_a_sound_chain_is_set_aside_on_hub_and_phones_and_the_log_goes_on() {
    let (county, lin, zhou) = county();
    let mut rogue = Rogue::of(&lin, &county.day.village, "K05");
    let mut garbage = vec![
        vec![2, 0xff, 0xff],
        vec![2],
        b"\x03not cbor".to_vec(),
        vec![4, 0x80],
        // An array that says it has four thousand million members.
        vec![3, 0x9a, 0xff, 0xff, 0xff, 0xff],
    ];
    // Nested deeper than any message.
    let mut deep = vec![3];
    deep.extend([0x81; 10_000]);
    garbage.push(deep);
    let count = garbage.len();
    garbage.push(Payload::Edit(Vec::new()).encode());
    let batch = rogue.next(&garbage);
    assert_eq!(rogue.send(&lin, vec![batch]), [] as [String; 0]);
    let aside = set_aside(county.village().replica());
    assert_eq!(aside.len(), count);
    assert!(
        aside
            .iter()
            .all(|(log, _, reason)| *log == rogue.log && reason.contains("damaged"))
    );
    let report = zhou.try_sync().unwrap();
    assert_eq!(report.quarantined, count);
    assert_eq!(report.refusals, []);
    assert_eq!(set_aside(zhou.workspace.replica()).len(), count);
    // Said once: the next sync has nothing to report.
    assert_eq!(zhou.try_sync().unwrap().quarantined, 0);
    // A kind that a newer version made is kept and passed on, not set aside.
    let newer = rogue.next(&[vec![200, 1, 2, 3]]);
    assert_eq!(rogue.send(&lin, vec![newer]), [] as [String; 0]);
    assert_eq!(zhou.sync().entries_received, 1);
    zhou.play(&county.day, &["C06"]);
    zhou.sync();
    county.settle();
}

#[test]
fn what_only_the_hub_may_say_is_set_aside_when_a_phone_says_it() {
    let (county, lin, zhou) = county();
    zhou.play(&county.day, &["C02"]);
    zhou.sync();
    let capture = zhou.id("C02");
    let accomplice = DeviceKey::generate(&SystemRandom).unwrap();
    let mut rogue = Rogue::of(&lin, &county.day.village, "K05");
    let said = [
        Payload::Receipt(Receipt {
            key: format!("{capture}/zf.open"),
            capture,
            system: "zf".to_owned(),
            form: "open".to_owned(),
            state: ReceiptState::Delivered,
            upstream_ref: Some("FORGED".to_owned()),
            reason: None,
            at_ms: 0,
        }),
        Payload::Catalogue(CatalogueList {
            blob: [7; 32],
            items: vec![CatalogueItem {
                path: "systems/wg.json".to_owned(),
                signature: [0; 64],
                withdrawn_ms: None,
            }],
        }),
        Payload::Register([7; 32]),
        Payload::Device(DeviceRecord {
            public_key: accomplice.public(),
            worker: "K05".to_owned(),
            revoked_ms: None,
        }),
        Payload::Device(DeviceRecord {
            public_key: zhou.key().public(),
            worker: "K01".to_owned(),
            revoked_ms: Some(1),
        }),
    ];
    let batch = rogue.next(&said.iter().map(Payload::encode).collect::<Vec<_>>());
    assert_eq!(rogue.send(&lin, vec![batch]), [] as [String; 0]);
    let third = county.phone("third", "K02");
    zhou.try_sync().unwrap();
    for replica in [
        county.village().replica(),
        zhou.workspace.replica(),
        third.workspace.replica(),
    ] {
        let aside = set_aside(replica);
        assert_eq!(aside.len(), said.len());
        assert!(
            aside
                .iter()
                .all(|(_, _, reason)| reason == "only the hub may say this")
        );
        // Register and catalogue are the hub's.
        assert!(replica.catalogue().is_ok());
        assert_eq!(replica.wanted_content().unwrap(), []);
    }
    let receipts = zhou.workspace.receipts(capture).unwrap();
    assert!(receipts.iter().all(|receipt| receipt.system != "zf"));
    // The accomplice is nobody, and 周 is not revoked.
    let (log, begin) = peer::begin(&accomplice, &county.day.village, "K05", 1);
    let foreign = peer::batch(log, None, &[begin.encode()], &accomplice);
    assert_eq!(
        rogue.send(&lin, vec![foreign]),
        [BatchError::Foreign.to_string()]
    );
    zhou.play(&county.day, &["C06"]);
    assert_eq!(zhou.sync().entries_sent, 1);
}

#[test]
fn a_capture_under_another_workers_name_is_set_aside() {
    let (county, lin, zhou) = county();
    zhou.play(&county.day, &["C06"]);
    let mut capture = zhou.workspace.replica().capture(zhou.id("C06")).unwrap();
    capture.id = Ulid::from_parts(capture.at_ms, [3; 10]);
    let id = capture.id;
    let mut rogue = Rogue::of(&lin, &county.day.village, "K05");
    let payload = Payload::Capture {
        capture: Box::new(capture),
        changes: Vec::new(),
    };
    let batch = rogue.next(&[payload.encode()]);
    assert_eq!(rogue.send(&lin, vec![batch]), [] as [String; 0]);
    assert_eq!(set_aside(county.village().replica()).len(), 1);
    assert!(county.village().replica().capture(id).is_err());
}

#[test]
fn a_malformed_change_of_a_document_is_set_aside_and_the_document_is_as_before() {
    let (county, lin, zhou) = county();
    let household = "household:990101100201000031".parse().unwrap();
    lin.workspace
        .edit(&household, "household.phone", "13800000931")
        .unwrap();
    lin.sync();
    zhou.sync();
    let sound = {
        let (batches, _) = lin
            .workspace
            .replica()
            .outgoing(&Default::default(), usize::MAX, true)
            .unwrap();
        let last = batches.last().unwrap().entries.last().unwrap();
        Payload::decode(&last.3).unwrap().changes()[0].1.clone()
    };
    let change = |bytes: Vec<u8>| Payload::Edit(vec![DocumentChange(DocumentId::Register, bytes)]);
    let mut bad = vec![
        Vec::new(),
        b"not a change at all".to_vec(),
        sound[..sound.len() / 2].to_vec(),
        sound[..9].to_vec(),
        vec![0; 2 << 16],
    ];
    for at in (0..sound.len()).step_by(7) {
        let mut bytes = sound.clone();
        bytes[at] ^= 0xff;
        bad.push(bytes);
    }
    // A chunk that is deflated, and a whole document in place of a change.
    for kind in [0, 2, 3, 9] {
        let mut bytes = sound.clone();
        bytes[8] = kind;
        bad.push(bytes);
    }
    let count = bad.len();
    let thief = county.phone("thief", "K02");
    let mut rogue = Rogue::of(&thief, &county.day.village, "K02");
    let payloads: Vec<Vec<u8>> = bad
        .into_iter()
        .map(|bytes| change(bytes).encode())
        .collect();
    let batch = rogue.next(&payloads);
    assert_eq!(rogue.send(&thief, vec![batch]), [] as [String; 0]);
    let aside = set_aside(county.village().replica());
    let seqs: Vec<u64> = aside.iter().map(|(_, seq, _)| *seq).collect();
    assert_eq!(seqs, (2..count as u64 + 2).collect::<Vec<_>>());
    let report = lin.try_sync().unwrap();
    assert_eq!(report.quarantined, count);
    for replica in [county.village().replica(), lin.workspace.replica()] {
        let phone = replica
            .with_register(|register| register.text(&household, "household.phone"))
            .unwrap();
        assert_eq!(phone.as_deref(), Some("13800000931"));
        assert_eq!(replica.conflicts().unwrap(), []);
    }
    // People go on writing the same document.
    zhou.workspace
        .edit(&household, "household.income_pc", "9000")
        .unwrap();
    zhou.try_sync().unwrap();
    lin.sync();
    let income = lin
        .workspace
        .replica()
        .with_register(|register| register.text(&household, "household.income_pc"))
        .unwrap();
    assert_eq!(income.as_deref(), Some("9000"));
}

#[test]
fn a_change_in_a_colleagues_name_is_set_aside_and_the_colleagues_own_next_one_is_taken() {
    let (county, lin, zhou) = county();
    let household = "household:990101100201000031".parse().unwrap();
    // What 林 is going to write, taken from her phone by a thief and said first, under the thief's name.
    lin.workspace
        .edit(&household, "household.phone", "13800000931")
        .unwrap();
    let (batches, _) = lin
        .workspace
        .replica()
        .outgoing(&Default::default(), usize::MAX, true)
        .unwrap();
    let stolen = batches.last().unwrap().entries.last().unwrap().3.clone();
    assert_eq!(Payload::decode(&stolen).unwrap().changes().len(), 1);
    let mut rogue = Rogue::of(&zhou, &county.day.village, "K01");
    let batch = rogue.next(&[stolen]);
    assert_eq!(rogue.send(&zhou, vec![batch]), [] as [String; 0]);
    let aside = set_aside(county.village().replica());
    assert_eq!(aside.len(), 1);
    assert_eq!(aside[0].2, "it speaks for another worker");
    let phone = |replica: &Replica| {
        replica
            .with_register(|register| register.text(&household, "household.phone"))
            .unwrap()
            .unwrap()
    };
    assert_ne!(phone(county.village().replica()), "13800000931");
    assert_eq!(lin.try_sync().unwrap().refused_by_hub, []);
    assert_eq!(phone(county.village().replica()), "13800000931");
    assert_eq!(set_aside(county.village().replica()).len(), 1);
}

#[test]
fn what_is_set_aside_leaves_no_trace_in_a_document() {
    let (county, lin, zhou) = county();
    let household = "household:990101100201000031".parse().unwrap();
    lin.play(&county.day, &["C04"]);
    // A capture of 林's, passed off as one of the thief's own: its edits must not be seen either.
    let (batches, _) = lin
        .workspace
        .replica()
        .outgoing(&Default::default(), usize::MAX, true)
        .unwrap();
    let payload = batches
        .iter()
        .flat_map(|batch| &batch.entries)
        .map(|entry| entry.3.clone())
        .find(|bytes| matches!(Payload::decode(bytes), Ok(Payload::Capture { .. })))
        .unwrap();
    let mut rogue = Rogue::of(&zhou, &county.day.village, "K01");
    let batch = rogue.next(&[payload]);
    assert_eq!(rogue.send(&zhou, vec![batch]), [] as [String; 0]);
    let income = |county: &County| {
        county
            .village()
            .replica()
            .with_register(|register| register.text(&household, "household.income_pc"))
            .unwrap()
            .unwrap()
    };
    assert_eq!(set_aside(county.village().replica()).len(), 1);
    assert_ne!(income(&county), "11320");
    assert_eq!(lin.try_sync().unwrap().refused_by_hub, []);
    assert_eq!(income(&county), "11320");
    county.settle();
    assert_eq!(county.wg.accepted().len(), 1);
}

#[test]
fn a_capture_about_a_case_that_the_hub_does_not_know_holds_up_nobody() {
    let (county, lin, zhou) = county();
    zhou.play(&county.day, &["C06"]);
    let mut capture = zhou.workspace.replica().capture(zhou.id("C06")).unwrap();
    capture.id = Ulid::from_parts(capture.at_ms, [3; 10]);
    capture.by = "K05".to_owned();
    capture.kind = "followup".to_owned();
    capture.subject = Some(Subject::Case(Ulid::from_parts(1, [1; 10])));
    let mut rogue = Rogue::of(&lin, &county.day.village, "K05");
    let payload = Payload::Capture {
        capture: Box::new(capture),
        changes: Vec::new(),
    };
    let batch = rogue.next(&[payload.encode()]);
    assert_eq!(rogue.send(&lin, vec![batch]), [] as [String; 0]);
    let said = rogue.next(&[Payload::Edit(Vec::new()).encode()]);
    assert_eq!(rogue.send(&lin, vec![said]), [] as [String; 0]);
    zhou.sync();
    let third = county.phone("third", "K02");
    third.play(&county.day, &["C07"]);
    third.sync();
    county.settle();
    let rows = fieldwork_testkit::upstream::ffp::rows(&county.ffp.accepted());
    assert_eq!(rows.len(), 2);
}

#[test]
fn a_follow_up_that_arrives_before_the_opening_of_its_case_is_delivered_once_that_has_come() {
    let (county, lin, zhou) = county();
    let case = lin.play(&county.day, &["C10"])[0].opened[0];
    // 林 hands her log to 周 without a hub; 周 closes her case and is the first to have signal.
    let (batches, _) = lin
        .workspace
        .replica()
        .outgoing(&Default::default(), usize::MAX, true)
        .unwrap();
    zhou.sync();
    let taken = zhou.workspace.take(&batches).unwrap();
    assert_eq!((taken.captures, taken.refusals.len()), (1, 0));
    let mut draft = zhou.draft(
        "Z01",
        "followup",
        Some(Subject::Case(case)),
        vec![said("issue.result", "线路已穿管，木屑已清")],
    );
    draft.photos = vec![zhou.photograph("Z01-after-1", "after")];
    zhou.workspace.save(&draft).unwrap();
    zhou.sync();
    county.until("the hub has looked at the follow-up", || {
        county
            .server()
            .work()
            .settle(std::time::Duration::from_secs(5))
            .unwrap()
    });
    // What else 周 says is not held up by what is still missing.
    zhou.play(&county.day, &["C06"]);
    zhou.sync();
    county.settle();
    assert_eq!(county.ffp.accepted().len(), 1);
    assert!(county.wg.attempts().is_empty());
    lin.sync();
    county.settle();
    let accepted = county.wg.accepted();
    let forms: Vec<&str> = accepted
        .iter()
        .map(|message| message.form.as_str())
        .collect();
    assert_eq!(forms, ["open", "close"]);
}
