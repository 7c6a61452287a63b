//! Requests and bodies that are not as agreed: each is refused by name, and the hub goes on serving.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use fieldwork::Error;
use fieldwork::key::{DeviceKey, request_message, sha256};
use fieldwork::port::{
    Answer, Random, Request, RequestBody, SystemRandom, Transport, TransportError,
};
use fieldwork::wire::{MAX_BODY, PROTOCOL, SyncAnswer, SyncRequest, decode, encode};
use fieldwork_scenarios::peer::{self, counter};
use fieldwork_scenarios::{County, Phone, at, small_photo};

fn nothing_new() -> Vec<u8> {
    encode(&SyncRequest(Default::default(), Vec::new()))
}

fn word(phone: &Phone, request: &Request) -> (u16, String) {
    let answer = phone.transport.send(request).unwrap();
    (answer.status, peer::word(&answer))
}

fn set(request: &mut Request, name: &str, value: &str) {
    for (known, held) in &mut request.headers {
        if *known == name {
            value.clone_into(held);
        }
    }
}

/// The hub serves another phone as if nothing had happened.
fn goes_on(county: &County, name: &str) {
    let other = county.phone(name, "K02");
    other.play(&county.day, &["C11"]);
    assert!(other.sync().entries_sent > 0);
}

#[test]
fn a_request_that_its_device_did_not_sign_is_refused() {
    let county = County::new();
    let (lin, zhou) = (county.phone("lin", "K05"), county.phone("zhou", "K01"));
    let right = || peer::request(&lin.key(), "POST", "/sync", counter(), nothing_new());
    assert_eq!(word(&lin, &right()).0, 200, "the control");

    let mut unsigned = right();
    unsigned
        .headers
        .retain(|(name, _)| !name.starts_with("x-fieldwork"));
    let mut garbled = right();
    set(&mut garbled, "x-fieldwork-signature", "not hex");
    let mut short = right();
    set(&mut short, "x-fieldwork-signature", "abcd");
    let mut of_another = peer::request(&zhou.key(), "POST", "/sync", counter(), nothing_new());
    set(
        &mut of_another,
        "x-fieldwork-device",
        &fieldwork::key::device_id(&lin.key().public()),
    );
    let mut body_changed = right();
    body_changed.body = RequestBody::Bytes(encode(&SyncRequest(
        [(lin.workspace.replica().identity().unwrap().log, 1)].into(),
        Vec::new(),
    )));
    let mut counter_changed = right();
    set(
        &mut counter_changed,
        "x-fieldwork-counter",
        &counter().to_string(),
    );
    for (what, request) in [
        ("unsigned", unsigned),
        ("garbled", garbled),
        ("short", short),
        ("of another device", of_another),
        ("other body", body_changed),
        ("other counter", counter_changed),
    ] {
        assert_eq!(
            word(&lin, &request),
            (403, "signature".to_owned()),
            "{what}"
        );
    }
    goes_on(&county, "other");
}

#[test]
fn a_signature_for_one_address_does_not_open_another() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let photo = small_photo("x");
    let hash = hex::encode(sha256(&[&photo]));
    let mut request = peer::request(&phone.key(), "PUT", "/blobs/00", counter(), photo);
    request.path = format!("/blobs/{hash}");
    assert_eq!(word(&phone, &request), (403, "signature".to_owned()));
    let mut get = peer::request(&phone.key(), "PUT", "/sync", counter(), nothing_new());
    get.method = "POST";
    assert_eq!(word(&phone, &get), (403, "signature".to_owned()));
}

#[test]
fn a_device_that_was_never_enrolled_or_belongs_to_another_hub_is_refused() {
    let (county, other) = (County::new(), County::new());
    let phone = county.phone("lin", "K05");
    let stranger = DeviceKey::generate(&SystemRandom).unwrap();
    let foreign = other.phone("foreign", "K05").key();
    for key in [stranger, foreign] {
        let request = peer::request(&key, "POST", "/sync", counter(), nothing_new());
        assert_eq!(word(&phone, &request), (403, "unknown_device".to_owned()));
    }
}

#[test]
fn a_request_that_was_sent_before_is_refused_and_the_phone_itself_goes_on() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let request = peer::request(
        &phone.key(),
        "POST",
        "/sync",
        u64::try_from(at("07:31")).unwrap(),
        nothing_new(),
    );
    assert_eq!(word(&phone, &request).0, 200);
    for _ in 0..2 {
        assert_eq!(word(&phone, &request), (403, "replayed".to_owned()));
    }
    let mut earlier = request.clone();
    let older = u64::try_from(at("07:30")).unwrap();
    set(&mut earlier, "x-fieldwork-counter", &older.to_string());
    let body = sha256(&[&nothing_new()]);
    let signature = phone
        .key()
        .sign(&request_message("POST", "/sync", older, &body));
    set(
        &mut earlier,
        "x-fieldwork-signature",
        &hex::encode(signature),
    );
    assert_eq!(word(&phone, &earlier), (403, "replayed".to_owned()));
    phone.clock.set(at("08:00"));
    phone.play(&county.day, &["C06"]);
    phone.sync();
}

#[test]
fn a_damaged_sync_body_is_refused_by_name_and_the_hub_goes_on() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C06"]);
    let whole = encode(&SyncRequest(
        Default::default(),
        phone
            .workspace
            .replica()
            .outgoing(&Default::default(), usize::MAX, true)
            .unwrap()
            .0,
    ));
    // A zstd frame that says it holds a gigabyte: magic, descriptor with an 8-byte size, size, a block.
    let mut bomb = vec![PROTOCOL, 0x28, 0xb5, 0x2f, 0xfd, 0xe0];
    bomb.extend((1_u64 << 30).to_le_bytes());
    bomb.extend([0x01, 0x00, 0x00]);
    let mut trailing = whole.clone();
    trailing.extend(b"and more");
    let mut bodies = vec![
        ("damaged", "empty frame", vec![PROTOCOL]),
        (
            "damaged",
            "cut in the middle",
            whole[..whole.len() / 2].to_vec(),
        ),
        (
            "damaged",
            "cut at the end",
            whole[..whole.len() - 1].to_vec(),
        ),
        ("damaged", "a gigabyte", bomb),
        ("damaged", "bytes behind it", trailing),
        ("damaged", "another message", encode(&("hello", 1, 2))),
        ("damaged", "a text", encode(&"x".repeat(100_000))),
        ("version", "a newer version", {
            let mut body = whole.clone();
            body[0] = PROTOCOL + 1;
            body
        }),
        ("version", "html", b"<html></html>".to_vec()),
    ];
    for length in [1, 7, 64, 4_096, 60_000] {
        let mut random = vec![0; length + 1];
        SystemRandom.fill(&mut random).unwrap();
        random[0] = PROTOCOL;
        bodies.push(("damaged", "random bytes", random));
    }
    for (expected, what, body) in bodies {
        let request = peer::request(&phone.key(), "POST", "/sync", counter(), body);
        assert_eq!(word(&phone, &request), (400, expected.to_owned()), "{what}");
    }
    let village = county.village();
    assert!(village.replica().capture(phone.id("C06")).is_err());
    // The phone's own counter follows its clock.
    phone.clock.set(9_000_000_100_000);
    phone.sync();
    assert!(village.replica().capture(phone.id("C06")).is_ok());
    goes_on(&county, "other");
}

#[test]
fn a_sync_body_with_any_byte_changed_is_refused_as_a_whole_or_by_batch_or_says_the_same() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C06"]);
    let replica = phone.workspace.replica();
    let (batches, _) = replica
        .outgoing(&Default::default(), usize::MAX, true)
        .unwrap();
    let whole = encode(&SyncRequest(Default::default(), batches));
    let village = county.village();
    let said = replica.capture(phone.id("C06")).unwrap();
    let mut by_batch = 0;
    for at in 0..whole.len() {
        let mut body = whole.clone();
        body[at] ^= 0x41;
        let request = peer::request(&phone.key(), "POST", "/sync", counter(), body);
        let answer = phone.transport.send(&request).unwrap();
        if answer.status == 200 {
            let refused = decode::<SyncAnswer>(&answer.body).unwrap().4;
            by_batch += refused.len();
            let held = village.replica().capture(said.id).ok();
            assert_eq!(held.is_none(), !refused.is_empty(), "byte {at}");
            assert!(held.is_none_or(|held| held == said), "byte {at}");
        } else {
            assert_eq!(answer.status, 400, "byte {at}");
        }
    }
    assert!(by_batch > 0, "no signature was ever put to the test");
}

#[test]
fn a_body_longer_than_agreed_is_not_read_to_its_end() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let long = vec![PROTOCOL; usize::try_from(MAX_BODY).unwrap() + 1];
    let request = peer::request(&phone.key(), "POST", "/sync", counter(), long);
    // The hub may also close before everything was sent.
    if let Ok(answer) = phone.transport.send(&request) {
        assert_eq!(answer.status, 413);
    }
    goes_on(&county, "other");
}

#[test]
fn a_photograph_whose_bytes_are_others_than_announced_is_refused_and_not_kept() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let (announced, sent) = (small_photo("announced"), small_photo("sent"));
    let path = format!("/blobs/{}", hex::encode(sha256(&[&announced])));
    let request = peer::request(&phone.key(), "PUT", &path, counter(), sent);
    assert_eq!(word(&phone, &request), (422, "damaged".to_owned()));
    let get = peer::request(&phone.key(), "GET", &path, counter(), Vec::new());
    assert_eq!(word(&phone, &get), (404, "unknown".to_owned()));
    let traversal = format!("/blobs/{}", "..%2f".repeat(12));
    for path in ["/blobs/xyz", traversal.as_str()] {
        let get = peer::request(&phone.key(), "GET", path, counter(), Vec::new());
        let answer = phone.transport.send(&get).unwrap();
        assert!((400..500).contains(&answer.status), "{}", answer.status);
    }
    let right = peer::request(&phone.key(), "PUT", &path, counter(), announced);
    assert_eq!(word(&phone, &right).0, 200);
}

/// A network whose answers to some calls are damaged on the way.
struct Noise<'a> {
    inner: &'a dyn Transport,
    damage: Box<dyn Fn(&mut Answer) + Send + Sync + 'a>,
}

impl Transport for Noise<'_> {
    fn send(&self, request: &Request) -> Result<Answer, TransportError> {
        let mut answer = self.inner.send(request)?;
        (self.damage)(&mut answer);
        Ok(answer)
    }
}

#[test]
fn an_answer_that_is_damaged_on_the_way_is_a_named_error_on_the_phone_and_costs_nothing() {
    let county = County::new();
    let (lin, zhou) = (county.phone("lin", "K05"), county.phone("zhou", "K01"));
    zhou.play(&county.day, &["C02", "C03", "C04", "C13"]);
    zhou.sync();
    lin.play(&county.day, &["C06", "C07"]);
    let mut state = 0x9e37_79b9_u32;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize
    };
    for round in 0..40 {
        let (place, bits, cut) = (random(), (random() % 255 + 1) as u8, random());
        let noise = Noise {
            inner: &lin.transport,
            damage: Box::new(move |answer| {
                if answer.body.is_empty() {
                    return;
                }
                let length = answer.body.len();
                match round % 4 {
                    0 => answer.body.truncate(cut % length),
                    1 => answer.body = vec![bits; place % 500],
                    2 => answer.status = [200, 204, 301, 404, 418, 500][cut % 6],
                    _ => answer.body[place % length] ^= bits,
                }
            }),
        };
        match lin.workspace.sync(&noise, &()) {
            Ok(_) | Err(Error::Hub { .. } | Error::Offline { .. }) => {}
            other => panic!("round {round}: {other:?}"),
        }
        assert!(lin.workspace.captures(0, 100).unwrap().len() >= 2);
    }
    lin.sync();
    assert_eq!(lin.workspace.captures(0, 100).unwrap().len(), 6);
    assert_eq!(lin.workspace.replica().damaged_blobs().unwrap(), []);
    for label in ["C02", "C03", "C04", "C06", "C07"] {
        assert!(!lin.envelopes(lin.id(label)).is_empty());
    }
    county.settle();
}
