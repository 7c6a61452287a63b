//! Promises of the stand-in for the culture hall system.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod common;

use common::{
    PARTS, Part, SECRET, data_part, envelopes, golden, jpeg, json, padded_jpeg, parts, photo_part,
    send,
};
use fieldwork_testkit::http::Response;
use fieldwork_testkit::upstream::{Upstream, lt::Lt};
use serde_json::{Value, json};

const PATH: &str = "/lt/activity";
const HEADERS: [(&str, &str); 3] = [
    ("content-type", PARTS),
    ("token", SECRET),
    ("idempotency-key", "K"),
];

fn lt() -> Upstream {
    Upstream::start(Lt::new(SECRET, &common::codes())).unwrap()
}

/// The golden activity with photographs in these slots.
fn message(slots: &[&str]) -> (Value, Vec<Part>) {
    let photos = slots.iter().map(|slot| photo_part(slot, jpeg()));
    (golden("lt", "activity")["fields"].clone(), photos.collect())
}

fn post(upstream: &Upstream, data: &Value, photos: &[Part]) -> Response {
    let body = parts(&[&[data_part(data)], photos].concat());
    send(upstream.addr(), "POST", PATH, &HEADERS, &body)
}

fn refused(change: impl FnOnce(&mut Value, &mut Vec<Part>)) -> String {
    let upstream = lt();
    let (mut data, mut photos) = message(&["tp1", "tp2"]);
    change(&mut data, &mut photos);
    let answer = post(&upstream, &data, &photos);
    assert_eq!(
        (answer.status, &json(&answer)["status"]),
        (200, &json!("error")),
        "{data}"
    );
    assert!(upstream.accepted().is_empty());
    json(&answer)["message"].as_str().unwrap().to_owned()
}

#[test]
fn the_golden_envelope_is_accepted_with_its_photographs() {
    let upstream = lt();
    let all = envelopes("lt");
    assert_eq!(all.len(), 1);
    let slots = common::slots(&all[0]);
    let slots: Vec<_> = slots.iter().map(String::as_str).collect();
    let (data, photos) = message(&slots);
    let answer = post(&upstream, &data, &photos);
    assert_eq!(
        (answer.status, json(&answer)),
        (200, json!({"status": "ok"}))
    );
    let last = upstream.accepted().pop().unwrap();
    assert_eq!((last.form.as_str(), last.reference), ("activity", None));
    assert_eq!(last.parsed["data"], data);
    assert_eq!(last.parsed["photos"].as_object().unwrap().len(), 2);
}

#[test]
fn none_one_or_two_photographs_in_order() {
    for (slots, accepted) in [
        (&[][..], true),
        (&["tp1"], true),
        (&["tp2"], false),
        (&["tp3"], false),
        (&["tp1", "tp1"], false),
        (&["tp1", "tp2", "tp3"], false),
    ] {
        let (data, photos) = message(slots);
        let answer = post(&lt(), &data, &photos);
        assert_eq!(json(&answer)["status"] == "ok", accepted, "{slots:?}");
    }
}

#[test]
fn a_photograph_is_a_whole_jpeg_of_at_most_a_megabyte() {
    refused(|_, photos| photos[1].1 = padded_jpeg(1_000_001));
    refused(|_, photos| photos[1].1 = b"no photo".to_vec());
    let (data, mut photos) = message(&["tp1"]);
    photos[0].1 = padded_jpeg(1_000_000);
    assert_eq!(json(&post(&lt(), &data, &photos))["status"], "ok");
}

#[test]
fn every_rule_of_a_field_is_checked() {
    for (field, value) in [
        ("hdmc", json!("名".repeat(41))),
        ("hdmc", json!("")),
        ("hdlb", json!("05")),
        ("hdlb", json!("电影放映")),
        ("kssj", json!("2025-04-08 19:30:00")),
        ("kssj", json!("2025-04-08 9:30")),
        ("jssj", json!("2025-04-08T21:10")),
        ("jssj", json!("2025-04-31 21:10")),
        ("rs", json!("48")),
        ("rs", json!(48.5)),
        ("rs", json!(-1)),
        ("rs", json!(100_000)),
        ("jj", json!("字".repeat(501))),
        ("jj", json!(true)),
        ("rq", json!("2025年4月8日")),
        ("dd", json!("1")),
        ("dd", json!("04")),
        ("zbdw", json!("位".repeat(41))),
    ] {
        let reason = refused(|data, _| data[field] = value.clone());
        assert!(reason.contains(field), "{field} = {value}: {reason}");
    }
}

#[test]
fn the_form_has_exactly_its_fields() {
    let (data, _) = message(&[]);
    for field in data.as_object().unwrap().keys() {
        let reason = refused(|data, _| {
            data.as_object_mut().unwrap().remove(field);
        });
        assert!(reason.contains(field), "{field}: {reason}");
    }
    for extra in ["zp", "jd", "ref", "photos"] {
        assert!(refused(|data, _| data[extra] = json!([])).contains(extra));
    }
}

#[test]
fn the_same_message_is_answered_alike_and_other_content_under_its_key_refused() {
    let upstream = lt();
    let (mut data, photos) = message(&["tp1"]);
    let first = post(&upstream, &data, &photos);
    assert_eq!(post(&upstream, &data, &photos), first);
    assert_eq!(json(&post(&upstream, &data, &[]))["status"], "error");
    data["rs"] = json!(49);
    assert_eq!(json(&post(&upstream, &data, &photos))["status"], "error");
    assert_eq!((upstream.accepted().len(), upstream.repeats()), (1, 1));
}

#[test]
fn method_address_secret_key_and_content_type_are_checked() {
    let (data, photos) = message(&["tp1"]);
    let bytes = parts(&[&[data_part(&data)], photos.as_slice()].concat());
    let wrong = [
        (0, ("content-type", "multipart/mixed; boundary=XX"), 415),
        (1, ("x-token", SECRET), 401),
    ];
    common::assert_guarded(&lt(), "POST", PATH, &HEADERS, &bytes, &wrong);
}

#[test]
fn it_has_all_moods() {
    let upstream = lt();
    let (data, photos) = message(&["tp1", "tp2"]);
    let bytes = parts(&[&[data_part(&data)], photos.as_slice()].concat());
    let call = || common::try_send(upstream.addr(), "POST", PATH, &HEADERS, &bytes);
    let success = |answer: &Response| answer.status == 200 && json(answer)["status"] == "ok";
    common::assert_moods(&upstream, 429, call, success);
}
