//! Promises of the stand-in for the law enforcement system.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod common;

use common::{SECRET, envelopes, golden, jpeg, json, members, padded_jpeg, send, slots};
use fieldwork_testkit::http::Response;
use fieldwork_testkit::upstream::{Behaviour, Upstream, zf::Zf};
use serde_json::{Value, json};

const KNOWN: &str = "ZF-2025-000417";
const CASES: &str = "/v2/cases";
const RESULT: &str = "/v2/cases/ZF-2025-000417/result";
const HEADERS: [(&str, &str); 3] = [
    ("content-type", "application/json"),
    ("x-api-key", SECRET),
    ("idempotency-key", "K"),
];

fn zf() -> Upstream {
    Upstream::start(Zf::new(SECRET, &common::codes(), [KNOWN])).unwrap()
}

fn post(upstream: &Upstream, path: &str, key: &str, body: &Value) -> Response {
    let headers = [HEADERS[0], HEADERS[1], ("idempotency-key", key)];
    let raw = body.to_string();
    send(upstream.addr(), "POST", path, &headers, raw.as_bytes())
}

fn upload(upstream: &Upstream, photo: &[u8]) -> Response {
    let headers = [("content-type", "image/jpeg"), HEADERS[1]];
    send(upstream.addr(), "POST", "/v2/files", &headers, photo)
}

fn file_id(upstream: &Upstream) -> Value {
    let answer = upload(upstream, &jpeg());
    assert_eq!(answer.status, 201);
    json(&answer)["fileId"].clone()
}

/// Path and message of a golden envelope with its photographs uploaded.
fn message(upstream: &Upstream, envelope: &Value) -> (String, Value) {
    let mut body = members(envelope);
    body["zgqzp"] = json!([]);
    body["zghzp"] = json!([]);
    for slot in slots(envelope) {
        let list = format!("{slot}zp");
        let list = body[list.as_str()].as_array_mut().unwrap();
        list.push(file_id(upstream));
    }
    let path = match envelope["ref"].as_str() {
        Some(reference) => format!("{CASES}/{reference}/result"),
        None => CASES.to_owned(),
    };
    (path, body)
}

/// The reason why a good message is refused after a change.
fn refused(form: &str, change: impl FnOnce(&mut Value)) -> String {
    let upstream = zf();
    let (path, mut body) = message(&upstream, &golden("zf", form));
    change(&mut body);
    let answer = post(&upstream, &path, "K", &body);
    assert_eq!(answer.status, 422, "{body}");
    assert!(upstream.accepted().is_empty());
    json(&answer)["message"].as_str().unwrap().to_owned()
}

fn accepted(form: &str, change: impl FnOnce(&mut Value)) {
    let upstream = zf();
    let (path, mut body) = message(&upstream, &golden("zf", form));
    change(&mut body);
    let answer = post(&upstream, &path, "K", &body);
    assert_eq!(answer.status, 201, "{}", json(&answer));
}

fn without(names: &'static [&'static str]) -> impl Fn(&mut Value) {
    move |body| {
        let body = body.as_object_mut().unwrap();
        body.retain(|name, _| !names.contains(&name.as_str()));
    }
}

#[test]
fn every_golden_envelope_is_accepted_and_answered_with_a_case_id() {
    let upstream = zf();
    let all = envelopes("zf");
    assert_eq!(all.len(), 5);
    for envelope in &all {
        let (path, body) = message(&upstream, envelope);
        let key = envelope["key"].as_str().unwrap();
        let answer = post(&upstream, &path, key, &body);
        assert_eq!(answer.status, 201, "{key}: {}", json(&answer));
        let last = upstream.accepted().pop().unwrap();
        assert_eq!(
            (last.key.as_str(), last.form.as_str()),
            (key, envelope["form"].as_str().unwrap())
        );
        assert_eq!(last.parsed, body);
        let id = json(&answer)["caseId"].as_str().map(str::to_owned);
        assert_eq!(last.reference, id);
        let given = envelope["ref"].as_str().map(str::to_owned);
        assert!(given.is_none() || given == id);
        assert!(id.unwrap().starts_with("ZF-2025-"));
    }
    assert_eq!(upstream.files().len(), 7);
}

#[test]
fn a_referral_has_neither_demand_nor_due_date() {
    accepted("open", without(&["zgyq", "zgqx"]));
    refused("open", without(&["zgyq"]));
    refused("open", without(&["zgqx"]));
    assert!(refused("closed", without(&["zgyq", "zgqx"])).contains("zgyq"));
}

#[test]
fn name_id_and_phone_of_the_person_go_together_or_not_at_all() {
    accepted("open", without(&["dsrxm", "dsrzjh", "dsrdh"]));
    for names in [&["dsrxm"][..], &["dsrzjh"], &["dsrdh"], &["dsrxm", "dsrdh"]] {
        refused("open", without(names));
    }
}

#[test]
fn every_rule_of_a_field_is_checked() {
    for (form, field, value) in [
        ("open", "wtlb", json!("01")),
        ("open", "wtlb", json!("farm_build")),
        ("open", "wtlb", json!(12)),
        ("open", "dz", json!("址".repeat(61))),
        ("open", "fxsj", json!("2025-04-08T08:40:00")),
        ("open", "fxsj", json!("2025-04-08T00:40:00Z")),
        ("open", "fxsj", json!("2025-04-08T00:40:00+00:00")),
        ("open", "fxsj", json!("2025-04-08 08:40:00+08:00")),
        ("open", "fxsj", json!("2025-04-08T08:40:00.000+08:00")),
        ("open", "dsrxm", json!("名".repeat(31))),
        ("open", "dsrzjh", json!("99010119811220019")),
        ("open", "dsrzjh", json!("99010119811220019x")),
        ("open", "dsrzjh", json!("990101********0195")),
        ("open", "dsrdh", json!("138****0102")),
        ("open", "wtms", json!("述".repeat(201))),
        ("open", "zgyq", json!("求".repeat(101))),
        ("open", "zgqx", json!("2025-4-15")),
        ("open", "zgqx", json!(1_744_646_400_000_i64)),
        ("open", "zb", json!([115.434_291, 33.289_256])),
        ("open", "zb", json!("115.434291, 33.289256")),
        ("open", "zb", json!("115.4342911,33.289256")),
        ("open", "zb", json!("33.289256,115.434291")),
        ("open", "zb", json!("115.434291")),
        ("closed", "zgqk", json!("况".repeat(101))),
        ("close", "zgqk", json!("")),
    ] {
        let reason = refused(form, |body| body[field] = value.clone());
        assert!(reason.contains(field), "{field} = {value}: {reason}");
    }
}

#[test]
fn each_form_has_exactly_its_fields() {
    for field in ["wtlb", "dz", "fxsj", "wtms", "zb", "zgqzp", "zghzp"] {
        let reason = refused("open", |body| {
            body.as_object_mut().unwrap().remove(field);
        });
        assert!(reason.contains(field), "{field}: {reason}");
    }
    for field in ["zgqk", "zgqzp", "zghzp"] {
        let reason = refused("close", |body| {
            body.as_object_mut().unwrap().remove(field);
        });
        assert!(reason.contains(field), "{field}: {reason}");
    }
    for extra in ["jd", "track", "zgjg"] {
        assert!(refused("open", |body| body[extra] = json!("1")).contains(extra));
    }
    for extra in ["zb", "wtms", "ref"] {
        assert!(refused("close", |body| body[extra] = json!("1")).contains(extra));
    }
    refused("open", |body| *body = json!([]));
}

#[test]
fn the_lists_name_files_that_were_given_out() {
    for bad in [
        json!(""),
        Value::Null,
        json!(["f-000999"]),
        json!([1]),
        json!({}),
    ] {
        assert!(refused("open", |body| body["zgqzp"] = bad.clone()).contains("zgqzp"));
    }
    let upstream = zf();
    let (path, mut body) = message(&upstream, &golden("zf", "open"));
    let (one, two) = (file_id(&upstream), file_id(&upstream));
    for (before, after, status) in [
        (json!([one, two]), json!([]), 422),
        (json!([one]), json!([one]), 422),
        (json!([]), json!([one, two]), 422),
        (json!([one]), json!([two]), 201),
    ] {
        body["zgqzp"] = before;
        body["zghzp"] = after;
        assert_eq!(post(&upstream, &path, "K", &body).status, status, "{body}");
    }
    accepted("open", |body| body["zgqzp"] = json!([]));
    let done = json!({"zgqk": "已办结", "zgqzp": [one], "zghzp": []});
    assert_eq!(post(&upstream, RESULT, "L", &done).status, 422);
    let done = json!({"zgqk": "已办结", "zgqzp": [], "zghzp": [one]});
    assert_eq!(post(&upstream, RESULT, "L", &done).status, 201);
}

#[test]
fn a_photo_is_the_whole_body_and_a_whole_jpeg_of_at_most_a_megabyte() {
    let upstream = zf();
    assert_eq!(upload(&upstream, &padded_jpeg(1_000_000)).status, 201);
    assert_eq!(upload(&upstream, &padded_jpeg(1_000_001)).status, 413);
    assert_eq!(upload(&upstream, &jpeg()[..40]).status, 413);
    assert_eq!(upload(&upstream, b"").status, 413);
    let call = |method, path, headers: &[(&str, &str)]| {
        send(upstream.addr(), method, path, headers, &jpeg()).status
    };
    let good = [("content-type", "image/jpeg"), HEADERS[1]];
    assert_eq!(call("PUT", "/v2/files", &good), 405);
    assert_eq!(call("POST", "/v2/file", &good), 404);
    assert_eq!(call("POST", "/v2/files", &[good[0]]), 401);
    assert_eq!(
        call(
            "POST",
            "/v2/files",
            &[("content-type", "image/png"), good[1]]
        ),
        415
    );
    assert_eq!(upstream.files().len(), 1);

    upstream.script_files([Behaviour::BusyBody, Behaviour::AcceptThenSilence]);
    assert_eq!(call("POST", "/v2/files", &good), 429);
    let lost = common::try_send(upstream.addr(), "POST", "/v2/files", &good, &jpeg());
    assert!(lost.is_err());
    assert_eq!(upstream.files().len(), 2);
}

#[test]
fn the_same_message_is_answered_alike_and_other_content_under_its_key_refused() {
    let upstream = zf();
    let (path, mut body) = message(&upstream, &golden("zf", "open"));
    let first = post(&upstream, &path, "K", &body);
    assert_eq!(post(&upstream, &path, "K", &body), first);
    body["zgqzp"] = json!([file_id(&upstream)]);
    assert_eq!(post(&upstream, &path, "K", &body).status, 409);
    assert_eq!((upstream.accepted().len(), upstream.repeats()), (1, 1));
}

#[test]
fn a_case_it_gave_out_can_be_ended_and_an_unknown_one_cannot() {
    let upstream = zf();
    let (path, body) = message(&upstream, &golden("zf", "open"));
    let answer = json(&post(&upstream, &path, "K", &body));
    let id = answer["caseId"].as_str().unwrap();
    let done = json!({"zgqk": "已办结", "zgqzp": [], "zghzp": []});
    let ended = post(&upstream, &format!("{CASES}/{id}/result"), "L", &done);
    assert_eq!(json(&ended), answer);
    assert_eq!(
        post(&upstream, "/v2/cases/ZF-0/result", "M", &done).status,
        404
    );
}

#[test]
fn method_address_secret_key_and_content_type_are_checked() {
    let upstream = zf();
    let (path, body) = message(&upstream, &golden("zf", "open"));
    let wrong = [
        (0, ("content-type", "text/plain"), 415),
        (1, ("authorization", SECRET), 401),
    ];
    let raw = body.to_string();
    common::assert_guarded(&upstream, "POST", &path, &HEADERS, raw.as_bytes(), &wrong);
    assert_eq!(
        send(upstream.addr(), "POST", &path, &HEADERS, b"{").status,
        422
    );
}

#[test]
fn it_has_all_moods() {
    let upstream = zf();
    let (path, body) = message(&upstream, &golden("zf", "closed"));
    let raw = body.to_string();
    let call = || common::try_send(upstream.addr(), "POST", &path, &HEADERS, raw.as_bytes());
    common::assert_moods(&upstream, 429, call, |answer| answer.status == 201);
}
