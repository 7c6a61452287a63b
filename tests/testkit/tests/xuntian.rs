//! Promises of the stand-in for the farmland patrol system.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod common;

use common::{
    PARTS, Part, SECRET, data_part, envelopes, golden, jpeg, json, members, padded_jpeg, parts,
    photo_part, send, slots,
};
use fieldwork_testkit::http::Response;
use fieldwork_testkit::upstream::{Upstream, xuntian::Xuntian};
use serde_json::{Value, json};

fn xuntian() -> Upstream {
    Upstream::start(Xuntian::new(SECRET, &common::codes())).unwrap()
}

fn path(form: &str) -> String {
    format!("/api/xt/{form}")
}

const HEADERS: [(&str, &str); 3] = [
    ("content-type", PARTS),
    ("x-token", SECRET),
    ("idempotency-key", "K"),
];

fn post(upstream: &Upstream, form: &str, body: &[Part]) -> Response {
    send(upstream.addr(), "POST", &path(form), &HEADERS, &parts(body))
}

/// The data of a golden envelope and its photographs.
fn message(envelope: &Value) -> (Value, Vec<Part>) {
    let mut data = members(envelope);
    let slots = slots(envelope);
    let zp: Vec<_> = slots
        .iter()
        .map(|slot| json!({"slot": slot, "fwj": 128}))
        .collect();
    data["zp"] = json!(zp);
    let photos = slots.iter().map(|slot| photo_part(slot, jpeg()));
    (data, photos.collect())
}

fn body(data: &Value, photos: &[Part]) -> Vec<Part> {
    [&[data_part(data)], photos].concat()
}

/// The reason why a good message is refused after a change.
fn refused(form: &str, change: impl FnOnce(&mut Value, &mut Vec<Part>)) -> String {
    let upstream = xuntian();
    let (mut data, mut photos) = message(&golden("xuntian", form));
    change(&mut data, &mut photos);
    let answer = post(&upstream, form, &body(&data, &photos));
    assert_eq!(answer.status, 200);
    assert_ne!(json(&answer)["code"], 0, "{data}");
    assert!(upstream.accepted().is_empty());
    json(&answer)["message"].as_str().unwrap().to_owned()
}

#[test]
fn every_golden_envelope_is_accepted_with_its_photographs() {
    let upstream = xuntian();
    let all = envelopes("xuntian");
    assert_eq!(all.len(), 3);
    for envelope in &all {
        let (data, photos) = message(envelope);
        let form = envelope["form"].as_str().unwrap();
        let key = envelope["key"].as_str().unwrap();
        let headers = [HEADERS[0], HEADERS[1], ("idempotency-key", key)];
        let bytes = parts(&body(&data, &photos));
        let answer = send(upstream.addr(), "POST", &path(form), &headers, &bytes);
        assert_eq!((answer.status, json(&answer)), (200, json!({"code": 0})));
        let last = upstream.accepted().pop().unwrap();
        assert_eq!((last.key.as_str(), last.form.as_str()), (key, form));
        assert_eq!(last.parsed["data"], data);
        let kept = last.parsed["photos"].as_object().unwrap();
        assert_eq!(kept.len(), photos.len());
        assert_eq!(last.reference, None);
    }
}

#[test]
fn a_patrol_needs_no_photograph() {
    let upstream = xuntian();
    let (mut data, _) = message(&golden("xuntian", "patrol"));
    data["zp"] = json!([]);
    assert_eq!(
        json(&post(&upstream, "patrol", &body(&data, &[])))["code"],
        0
    );
}

#[test]
fn the_same_message_is_answered_alike_and_other_content_under_its_key_refused() {
    let upstream = xuntian();
    let (mut data, mut photos) = message(&golden("xuntian", "issue"));
    let first = post(&upstream, "issue", &body(&data, &photos));
    assert_eq!(post(&upstream, "issue", &body(&data, &photos)), first);
    photos[0].1 = padded_jpeg(2_000);
    let answer = post(&upstream, "issue", &body(&data, &photos));
    assert_eq!(json(&answer)["code"], 40_900, "another photo");
    photos[0].1 = jpeg();
    data["wtms"] = json!("另一件事");
    let answer = post(&upstream, "issue", &body(&data, &photos));
    assert_eq!(json(&answer)["code"], 40_900, "another text");
    assert_eq!((upstream.accepted().len(), upstream.repeats()), (1, 1));
}

#[test]
fn every_rule_of_a_field_is_checked() {
    for (form, field, value) in [
        ("patrol", "wgdm", json!("99010110020100")),
        ("patrol", "xcqk", json!("长".repeat(201))),
        ("patrol", "xcqk", json!("")),
        ("patrol", "fxwt", json!("是")),
        ("patrol", "fxwt", json!(1)),
        ("patrol", "kssj", json!("2025-04-08T07:40:00")),
        ("patrol", "jssj", json!("2025-04-08 07:39:59")),
        ("patrol", "jssj", json!("2025-04-08 08:40")),
        ("patrol", "lc", json!("3.2")),
        ("patrol", "lc", json!(3.19)),
        ("patrol", "lc", json!(3.0)),
        ("patrol", "lc", json!(-1)),
        ("issue", "dkbm", json!("990101100201010001")),
        ("issue", "dkbm", json!("99010110020101000I7")),
        ("issue", "cbfxm", json!("名".repeat(31))),
        ("issue", "wtlx", json!("6")),
        ("issue", "wtlx", json!("farm_idle")),
        ("issue", "xzyt", json!("6")),
        ("issue", "sfjbnt", json!("0")),
        ("issue", "zymj", json!("1.8")),
        ("issue", "zymj", json!(1.805)),
        ("issue", "zymj", json!(1234.25)),
        ("issue", "zymj", json!(2.0)),
        ("issue", "wtms", json!("述".repeat(201))),
        ("issue", "czfs", json!("0")),
        ("issue", "lxdh", json!("138****0047")),
        ("issue", "lxdh", json!("１３８００００００４７")),
        ("issue", "jd", json!(115.414_685_1)),
        ("issue", "jd", json!("115.414685")),
        ("issue", "wd", json!(115.414_685)),
        ("issue", "wd", json!(33.0)),
        ("issue", "sjsj", json!("2025-02-30 08:15:00")),
        ("issue", "sjsj", json!(1_744_071_300_000_i64)),
    ] {
        let reason = refused(form, |data, _| data[field] = value.clone());
        assert!(reason.contains(field), "{field} = {value}: {reason}");
    }
}

#[test]
fn each_form_has_exactly_its_fields_and_never_a_track() {
    for form in ["patrol", "issue"] {
        let (data, _) = message(&golden("xuntian", form));
        for field in data.as_object().unwrap().keys() {
            let reason = refused(form, |data, _| {
                data.as_object_mut().unwrap().remove(field);
            });
            assert!(reason.contains(field), "{form}.{field}: {reason}");
        }
        for extra in ["track", "points", "gj", "ref"] {
            let reason = refused(form, |data, _| data[extra] = json!([[115.4, 33.2]]));
            assert!(reason.contains(extra), "{reason}");
        }
    }
    assert!(refused("patrol", |data, _| data["jd"] = json!(115.41)).contains("jd"));
    assert!(refused("issue", |data, _| data["lc"] = json!(1)).contains("lc"));
}

#[test]
fn each_slot_takes_one_photograph_and_far_and_near_are_needed() {
    for missing in [0, 1] {
        let reason = refused("issue", |data, photos| {
            photos.remove(missing);
            data["zp"].as_array_mut().unwrap().remove(missing);
        });
        assert!(reason.contains("no photo"), "{reason}");
    }
    let add = |slot: &'static str| {
        move |data: &mut Value, photos: &mut Vec<Part>| {
            photos.push(photo_part(slot, jpeg()));
            let zp = data["zp"].as_array_mut().unwrap();
            zp.push(json!({"slot": slot, "fwj": 0}));
        }
    };
    for (form, slot) in [
        ("issue", "xc"),
        ("issue", "jj"),
        ("patrol", "zg"),
        ("patrol", "xc"),
    ] {
        refused(form, add(slot));
    }
    let upstream = xuntian();
    let (mut data, mut photos) = message(&golden("xuntian", "issue"));
    add("zg")(&mut data, &mut photos);
    assert_eq!(
        json(&post(&upstream, "issue", &body(&data, &photos)))["code"],
        0
    );
}

#[test]
fn every_photograph_has_its_direction_in_whole_degrees() {
    for zp in [
        json!([]),
        json!({}),
        json!([{"slot": "yj", "fwj": 1}]),
        json!([{"slot": "yj", "fwj": 1}, {"slot": "yj", "fwj": 1}]),
        json!([{"slot": "yj", "fwj": 1}, {"slot": "zg", "fwj": 1}]),
        json!([{"slot": "yj", "fwj": 1}, {"slot": "jj"}]),
        json!([{"slot": "yj", "fwj": 1}, {"slot": "jj", "fwj": "1"}]),
        json!([{"slot": "yj", "fwj": 1}, {"slot": "jj", "fwj": 1.5}]),
        json!([{"slot": "yj", "fwj": 1}, {"slot": "jj", "fwj": 360}]),
        json!([{"slot": "yj", "fwj": 1}, {"slot": "jj", "fwj": -1}]),
        json!([{"slot": "yj", "fwj": 1}, {"slot": "jj", "fwj": 1, "lon": 115.4}]),
    ] {
        refused("issue", |data, _| data["zp"] = zp);
    }
}

#[test]
fn a_photograph_is_a_whole_jpeg_of_at_most_two_megabytes() {
    let whole = jpeg();
    refused("issue", |_, photos| photos[0].1 = padded_jpeg(2_000_001));
    refused("issue", |_, photos| photos[0].1 = whole[..40].to_vec());
    refused("issue", |_, photos| {
        photos[0].0 = photos[0].0.replace("/jpeg", "/png")
    });
    refused("issue", |_, photos| {
        photos[0].0 = photos[0].0.replace("; filename=\"a.jpg\"", "")
    });
    let upstream = xuntian();
    let (data, mut photos) = message(&golden("xuntian", "issue"));
    photos[0].1 = padded_jpeg(2_000_000);
    assert_eq!(
        json(&post(&upstream, "issue", &body(&data, &photos)))["code"],
        0
    );
}

#[test]
fn the_data_is_one_part_of_json() {
    let (data, photos) = message(&golden("xuntian", "issue"));
    let good = data_part(&data);
    let with = |data: &[Part]| {
        let answer = post(&xuntian(), "issue", &[data, photos.as_slice()].concat());
        json(&answer)["code"].clone()
    };
    let headed = |from: &str, to: &str| vec![(good.0.replace(from, to), good.1.clone())];
    assert_eq!(with(std::slice::from_ref(&good)), 0);
    assert_eq!(with(&headed("\r\nContent-Type: application/json", "")), 0);
    assert_ne!(with(&headed("application/json", "text/plain")), 0);
    assert_ne!(with(&headed("\"data\"", "\"data\"; filename=\"d\"")), 0);
    assert_ne!(with(&[]), 0);
    assert_ne!(with(&[good.clone(), good.clone()]), 0);
    assert_ne!(with(&[(good.0.clone(), b"[]".to_vec())]), 0);
    assert_ne!(with(&[(good.0.clone(), b"\xff".to_vec())]), 0);
}

#[test]
fn method_address_secret_key_and_content_type_are_checked() {
    let upstream = xuntian();
    let (data, photos) = message(&golden("xuntian", "issue"));
    let bytes = parts(&body(&data, &photos));
    let wrong = [
        (0, ("content-type", "application/json"), 415),
        (0, ("content-type", "multipart/form-data"), 415),
        (0, ("content-type", "multipart/form-data; boundary=YY"), 415),
        (1, ("authorization", SECRET), 401),
    ];
    common::assert_guarded(&upstream, "POST", &path("issue"), &HEADERS, &bytes, &wrong);
}

#[test]
fn it_has_all_moods() {
    let upstream = xuntian();
    let (data, photos) = message(&golden("xuntian", "issue"));
    let bytes = parts(&body(&data, &photos));
    let call = || common::try_send(upstream.addr(), "POST", &path("issue"), &HEADERS, &bytes);
    let success = |answer: &Response| answer.status == 200 && json(answer)["code"] == 0;
    common::assert_moods(&upstream, 503, call, success);
}
