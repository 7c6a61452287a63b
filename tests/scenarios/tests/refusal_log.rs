//! Batches that are not as they must be: each is refused by name, and all others are taken.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use fieldwork::document::DocumentId;
use fieldwork::log::{Batch, BatchError, DocumentChange, LogId, Payload};
use fieldwork::replica::{Replica, ReplicaError};
use fieldwork::store::entry;
use fieldwork_scenarios::peer::{self, Rogue};
use fieldwork_scenarios::{County, Phone};

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
fn a_batch_that_does_not_chain_or_is_signed_by_another_is_refused_and_the_others_are_taken() {
    let (county, lin, zhou) = county();
    let mut rogue = Rogue::of(&lin, &county.day.village, "K05");
    let good = rogue.next(&[Payload::Edit(Vec::new()).encode()]);
    let before = rogue.last.clone();
    let next = peer::batch(
        rogue.log,
        before.as_ref(),
        &[
            Payload::Edit(Vec::new()).encode(),
            Payload::Edit(Vec::new()).encode(),
        ],
        &rogue.key,
    );
    let altered = {
        let mut batch = next.clone();
        batch.entries[0].3 =
            Payload::Edit(vec![DocumentChange(DocumentId::Register, vec![1])]).encode();
        batch
    };
    let swapped = {
        let mut batch = next.clone();
        batch.entries[0].1 += 1;
        batch
    };
    let signed_by_another = {
        let mut batch = next.clone();
        peer::sign(&mut batch, before.as_ref(), &zhou.key());
        batch
    };
    let backwards = {
        let mut batch = next.clone();
        batch.entries[1].0 = 0;
        batch
    };
    let skipping = {
        let mut batch = next.clone();
        batch.first += 5;
        batch
    };
    let empty = Batch {
        entries: Vec::new(),
        ..next.clone()
    };
    let zero = Batch {
        first: 0,
        ..next.clone()
    };
    let both = {
        let mut batch = next.clone();
        batch.entries[0].4 = vec![0; 32];
        batch
    };
    let signature = BatchError::Signature.to_string();
    let held = before.as_ref().unwrap().seq;
    let gap = BatchError::Gap {
        held,
        first: held + 6,
    }
    .to_string();
    // The good one travels with the first bad one: it is taken, whatever becomes of its neighbour.
    assert_eq!(
        rogue.send(&lin, vec![good, altered]),
        std::slice::from_ref(&signature)
    );
    for (batch, reason) in [
        (swapped, signature.clone()),
        (signed_by_another, signature),
        (skipping, gap),
        (backwards, "the batch is malformed: logical time".to_owned()),
        (
            empty,
            "the batch is malformed: number of entries".to_owned(),
        ),
        (zero, "the batch is malformed: number of entries".to_owned()),
        (
            both,
            "the batch is malformed: payload and hash together".to_owned(),
        ),
    ] {
        assert_eq!(rogue.send(&lin, vec![batch]), [reason]);
    }
    assert_eq!(
        county.village().replica().vector().unwrap()[&rogue.log],
        held
    );
    assert_eq!(rogue.send(&lin, vec![next]), [] as [String; 0]);
    zhou.play(&county.day, &["C06"]);
    zhou.sync();
}

#[test]
fn a_log_of_a_device_that_is_not_enrolled_here_is_refused_even_when_a_colleague_brings_it() {
    let (county, lin, _) = county();
    let other_hub = County::new();
    let foreign = other_hub.phone("foreign", "K05");
    foreign.play(&other_hub.day, &["C06"]);
    let (batches, _) = foreign
        .workspace
        .replica()
        .outgoing(&Default::default(), usize::MAX, true)
        .unwrap();
    let answer = peer::send(&lin.transport, &lin.key(), peer::counter(), batches);
    assert_eq!(answer.4.len(), 1);
    assert_eq!(answer.4[0].1, BatchError::Foreign.to_string());
    // Nor the other hub's own log, with its devices and register.
    let (batches, _) = other_hub
        .village()
        .replica()
        .outgoing(&Default::default(), usize::MAX, true)
        .unwrap();
    let answer = peer::send(&lin.transport, &lin.key(), peer::counter(), batches);
    assert_eq!(answer.4[0].1, BatchError::Foreign.to_string());
    assert_eq!(county.hub().devices().unwrap().len(), 2);
    assert!(
        county
            .village()
            .replica()
            .capture(foreign.id("C06"))
            .is_err()
    );
}

#[test]
fn a_log_must_begin_with_its_owners_key_and_belong_to_the_worker_who_holds_it() {
    let (county, lin, zhou) = county();
    let key = lin.key();
    let (log, begin) = peer::begin(&key, &county.day.village, "K05", 7);
    let (_, of_another) = peer::begin(&zhou.key(), &county.day.village, "K05", 7);
    let (as_another, claim) = peer::begin(&key, &county.day.village, "K01", 8);
    let edit = Payload::Edit(Vec::new());
    for (log, payload, reason) in [
        (log, edit, BatchError::Beginning),
        (log, of_another, BatchError::Beginning),
        (LogId([9; 16]), begin, BatchError::Beginning),
        (as_another, claim, BatchError::Foreign),
    ] {
        let batch = peer::batch(log, None, &[payload.encode()], &key);
        let answer = peer::send(&lin.transport, &key, peer::counter(), vec![batch]);
        assert_eq!(answer.4.len(), 1, "{reason}");
        assert_eq!(answer.4[0].1, reason.to_string());
    }
}

#[test]
fn a_log_with_two_branches_is_refused_from_the_fork_on_and_what_was_held_stays() {
    let (county, lin, _) = county();
    let mut rogue = Rogue::of(&lin, &county.day.village, "K05");
    let before = rogue.last.clone();
    let held = rogue.next(&[Payload::Edit(Vec::new()).encode()]);
    assert_eq!(rogue.send(&lin, vec![held.clone()]), [] as [String; 0]);
    let fork = peer::batch(
        rogue.log,
        before.as_ref(),
        &[
            Payload::Edit(vec![DocumentChange(DocumentId::Register, vec![1])]).encode(),
            Payload::Edit(Vec::new()).encode(),
        ],
        &rogue.key,
    );
    let reason = BatchError::Fork { seq: 2 }.to_string();
    assert_eq!(rogue.send(&lin, vec![fork]), [reason]);
    // The same again is no fork.
    assert_eq!(rogue.send(&lin, vec![held]), [] as [String; 0]);
    assert_eq!(county.village().replica().vector().unwrap()[&rogue.log], 2);
    assert_eq!(set_aside(county.village().replica()), []);
}
