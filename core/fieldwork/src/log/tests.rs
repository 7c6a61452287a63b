use proptest::prelude::*;

use super::*;
use crate::key::{DeviceKey, sha256};
use crate::port::SystemRandom;

fn log_of(payloads: &[Vec<u8>]) -> (DeviceKey, LogId, Vec<Entry>) {
    let key = DeviceKey::generate(&SystemRandom).unwrap();
    let log = LogId::derive(&key.public(), "990101100201", 7);
    let mut previous = [0; 32];
    let entries = payloads
        .iter()
        .zip(1_u64..)
        .map(|(payload, seq)| {
            let payload_hash = sha256(&[payload]);
            let (lamport, wall_ms, monotonic_ms) =
                (seq * 3, 1_744_070_000_000 - seq as i64, seq as i64);
            let hash = chain_hash(
                log,
                seq,
                lamport,
                wall_ms,
                monotonic_ms,
                &previous,
                &payload_hash,
            );
            previous = hash;
            let payload = Some(payload.clone());
            Entry {
                log,
                seq,
                lamport,
                wall_ms,
                monotonic_ms,
                payload,
                payload_hash,
                hash,
            }
        })
        .collect();
    (key, log, entries)
}

fn pack(key: &DeviceKey, entries: &[Entry], before: Option<&Entry>) -> Batch {
    let last = entries.last().unwrap();
    let times = before.map_or((0, 0, 0), |e| (e.lamport, e.wall_ms, e.monotonic_ms));
    let signature = key.sign(&head_message(last.log, last.seq, &last.hash));
    Batch::pack(entries.to_vec(), times, signature).unwrap()
}

#[test]
fn a_batch_gives_back_the_entries_it_was_packed_from() {
    let (key, _, entries) = log_of(&[vec![1; 10], vec![2; 20], vec![3; 30]]);
    let batch = pack(&key, &entries[1..], Some(&entries[0]));
    let unpacked = batch.unpack(Some(&entries[0])).unwrap();
    assert_eq!(unpacked, entries[1..]);
    batch.check_signature(&unpacked, &key.public()).unwrap();
}

#[test]
fn one_changed_bit_of_a_payload_breaks_the_signature() {
    let (key, _, entries) = log_of(&[vec![1; 10], vec![2; 20]]);
    let mut batch = pack(&key, &entries, None);
    batch.entries[0].3[4] ^= 1;
    let unpacked = batch.unpack(None).unwrap();
    assert_eq!(
        batch.check_signature(&unpacked, &key.public()),
        Err(BatchError::Signature)
    );
}

#[test]
fn a_dropped_payload_leaves_the_chain_whole() {
    let (key, _, mut entries) = log_of(&[vec![1; 10], vec![2; 20], vec![3; 30]]);
    entries[1].payload = None;
    let batch = pack(&key, &entries, None);
    let unpacked = batch.unpack(None).unwrap();
    batch.check_signature(&unpacked, &key.public()).unwrap();
    assert_eq!(unpacked[1].payload, None);
    assert_eq!(unpacked[2].payload, Some(vec![3; 30]));
}

#[test]
fn counters_that_run_over_are_refused() {
    let (key, _, entries) = log_of(&[vec![1], vec![2]]);
    for (lamport, wall) in [(0, 0), (u64::MAX, 0), (1 << 63, 0), (1, i64::MIN)] {
        let mut batch = pack(&key, &entries, None);
        batch.entries[1].0 = lamport;
        batch.entries[0].1 = -1;
        batch.entries[1].1 = wall;
        assert!(
            matches!(batch.unpack(None), Err(BatchError::Malformed(_))),
            "{lamport} {wall}"
        );
    }
    let mut batch = pack(&key, &entries, None);
    batch.first = u64::MAX;
    assert!(batch.unpack(None).is_err());
    batch.entries.clear();
    assert!(batch.unpack(None).is_err());
}

proptest! {
    #[test]
    fn bytes_that_are_no_payload_are_named_and_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Payload::decode(&bytes);
    }

    #[test]
    fn a_receipt_reads_back_as_it_was_written(
        key in "[A-Z0-9]{26}/[a-z]{2,8}\\.[a-z]{2,8}", reason in proptest::option::of(".{0,40}"), at_ms in any::<i64>(),
    ) {
        let receipt = Receipt {
            key,
            capture: fieldwork_ids::Ulid::from_parts(1_744_070_000_000, [9; 10]),
            system: "wg".to_owned(),
            form: "open".to_owned(),
            state: ReceiptState::Refused,
            upstream_ref: None,
            reason,
            at_ms,
        };
        let bytes = Payload::Receipt(receipt.clone()).encode();
        prop_assert_eq!(Payload::decode(&bytes), Ok(Payload::Receipt(receipt)));
    }

    #[test]
    fn a_capture_reads_back_as_it_was_written(
        kind in "[a-z_]{1,12}", text in ".{0,60}", at_ms in 0_i64..4_000_000_000_000, photos in 0_usize..4,
        lon in -180.0_f64..180.0, lat in -85.0_f64..85.0, after in -10_000_i64..10_000,
    ) {
        use fieldwork_forms::capture::*;
        let point = fieldwork_geo::Wgs84 { lon: (lon * 1e7).round() / 1e7, lat: (lat * 1e7).round() / 1e7 };
        let place = Place { point, accuracy_m: Some(4.5), source: "gps".to_owned() };
        let capture = Capture {
            id: fieldwork_ids::Ulid::from_parts(at_ms, [1; 10]),
            label: Some("C01".to_owned()),
            kind,
            at_ms,
            by: "K05".to_owned(),
            place: place.clone(),
            subject: Some(Subject::Entity("household:990101100201000031".parse().unwrap())),
            answers: vec![Answer { concept: "visit.text".to_owned(), about: None, value: text }],
            photos: (0..photos).map(|n| CapturePhoto {
                name: format!("C01-scene-{n}"),
                stage: "scene".to_owned(),
                view: None,
                at_ms: at_ms + after,
                place: Some(place.clone()),
                azimuth_deg: Some(128),
                blob: BlobRef([n as u8; 16]),
            }).collect(),
            links: vec![fieldwork_ids::Ulid::from_parts(at_ms, [2; 10])],
            track: None,
            supersedes: None,
            pins: Pins { base: Some(BlobRef([3; 16])), heads: vec![Head([4; 32])] },
        };
        let payload = Payload::Capture { capture: Box::new(capture), changes: Vec::new() };
        prop_assert_eq!(Payload::decode(&payload.encode()), Ok(payload));
    }
}
