//! The sync protocol as a faulty or hostile device speaks it.

use std::sync::atomic::{AtomicU64, Ordering};

use fieldwork::key::{DeviceKey, device_id, request_message, sha256};
use fieldwork::log::{Batch, Entry, LogId, Payload, WireEntry, head_message};
use fieldwork::port::{Answer, Request, RequestBody, Transport};
use fieldwork::wire::{ErrorAnswer, SyncAnswer, SyncRequest, decode, encode};

use crate::phone::Phone;

/// Request counters greater than any that a phone uses by its own clock.
#[must_use]
pub fn counter() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(9_000_000_000_000);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Continues a chain after `before` with payloads and signs its head with `key`.
#[must_use]
pub fn batch(log: LogId, before: Option<&Entry>, payloads: &[Vec<u8>], key: &DeviceKey) -> Batch {
    let entries = payloads
        .iter()
        .map(|payload| WireEntry(1, 1, 1, payload.clone(), Vec::new()))
        .collect();
    let mut batch = Batch {
        log,
        first: before.map_or(1, |entry| entry.seq + 1),
        entries,
        signature: [0; 64],
    };
    sign(&mut batch, before, key);
    batch
}

/// Signs the head of a batch anew.
pub fn sign(batch: &mut Batch, before: Option<&Entry>, key: &DeviceKey) {
    let entries = batch.unpack(before).unwrap();
    let last = entries.last().unwrap();
    batch.signature = key.sign(&head_message(batch.log, last.seq, &last.hash));
}

/// The payload of a first entry.
#[must_use]
pub fn begin(key: &DeviceKey, village: &str, worker: &str, incarnation: u32) -> (LogId, Payload) {
    let public_key = key.public();
    (
        LogId::derive(&public_key, village, incarnation),
        Payload::Begin(fieldwork::log::Begin {
            public_key,
            village: village.to_owned(),
            incarnation,
            worker: worker.to_owned(),
        }),
    )
}

/// A signed request.
#[must_use]
pub fn request(
    key: &DeviceKey,
    method: &'static str,
    path: &str,
    counter: u64,
    body: Vec<u8>,
) -> Request {
    let message = request_message(method, path, counter, &sha256(&[&body]));
    Request {
        method,
        path: path.to_owned(),
        headers: vec![
            ("content-type", "application/octet-stream".to_owned()),
            ("x-fieldwork-device", device_id(&key.public())),
            ("x-fieldwork-counter", counter.to_string()),
            ("x-fieldwork-signature", hex::encode(key.sign(&message))),
        ],
        body: if body.is_empty() {
            RequestBody::Empty
        } else {
            RequestBody::Bytes(body)
        },
        max_answer: 16 * 1024 * 1024,
    }
}

/// The word of an answer that is not success; empty where it is.
#[must_use]
pub fn word(answer: &Answer) -> String {
    if answer.status < 300 {
        return String::new();
    }
    serde_json::from_slice::<ErrorAnswer>(&answer.body)
        .unwrap()
        .error
}

/// Sends batches by `POST /sync` and gives what the hub answers.
#[must_use]
pub fn send(
    transport: &dyn Transport,
    key: &DeviceKey,
    counter: u64,
    batches: Vec<Batch>,
) -> SyncAnswer {
    let body = encode(&SyncRequest(Default::default(), batches));
    let answer = transport
        .send(&request(key, "POST", "/sync", counter, body))
        .unwrap();
    assert_eq!(answer.status, 200, "{}", word(&answer));
    decode(&answer.body).unwrap()
}

/// A device that speaks for itself: enrolled, with what it has sent so far.
pub struct Rogue {
    /// Its key.
    pub key: DeviceKey,
    /// Its log.
    pub log: LogId,
    /// The last entry of it.
    pub last: Option<Entry>,
}

impl Rogue {
    /// The phone of a worker whose app was replaced by another.
    #[must_use]
    pub fn of(phone: &Phone, village: &str, worker: &str) -> Self {
        let key = phone.key();
        let (log, first) = begin(&key, village, worker, 4_711);
        let mut rogue = Self {
            key,
            log,
            last: None,
        };
        let first = rogue.next(&[first.encode()]);
        assert_eq!(rogue.send(phone, vec![first]), [] as [String; 0]);
        rogue
    }

    /// The next entries of its log.
    pub fn next(&mut self, payloads: &[Vec<u8>]) -> Batch {
        let batch = batch(self.log, self.last.as_ref(), payloads, &self.key);
        self.last = batch.unpack(self.last.as_ref()).unwrap().pop();
        batch
    }

    /// What the hub did not take, and why.
    #[must_use]
    pub fn send(&self, phone: &Phone, batches: Vec<Batch>) -> Vec<String> {
        let answer = send(&phone.transport, &self.key, counter(), batches);
        answer.4.into_iter().map(|(_, reason)| reason).collect()
    }
}
