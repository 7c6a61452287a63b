//! Promises of the stand-in for the premises check system.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{SECRET, envelopes, golden, jpeg, json, padded_jpeg, send, slots};
use fieldwork_testkit::http::Response;
use fieldwork_testkit::upstream::{Upstream, zh::Zh};
use serde_json::{Map, Value, json};

const KNOWN: &str = "zh-20250407-000118";
const PATH: &str = "/hook/zh";
const HEADERS: [(&str, &str); 3] = [
    ("content-type", "application/json"),
    ("x-hook-token", SECRET),
    ("idempotency-key", "K"),
];

fn zh() -> Upstream {
    Upstream::start(Zh::new(SECRET, &common::codes(), [KNOWN])).unwrap()
}

fn base64(photo: &[u8]) -> Value {
    Value::String(STANDARD.encode(photo))
}

/// The message of a golden envelope under a key.
fn message(envelope: &Value, key: &str) -> Value {
    let mut payload = envelope["fields"].clone();
    let photos: Map<_, _> = slots(envelope)
        .into_iter()
        .map(|slot| (slot, base64(&jpeg())))
        .collect();
    payload["photos"] = Value::Object(photos);
    let action = match envelope["ref"].as_str() {
        Some(reference) => {
            payload["ref"] = json!(reference);
            "close"
        }
        None => "submit",
    };
    json!({"uuid": key, "action": action, "payload": payload})
}

fn post(upstream: &Upstream, key: &str, body: &Value) -> Response {
    let headers = [HEADERS[0], HEADERS[1], ("idempotency-key", key)];
    let raw = body.to_string();
    send(upstream.addr(), "POST", PATH, &headers, raw.as_bytes())
}

fn accepted(body: &Value) -> bool {
    json(&post(&zh(), "K", body))["code"] == 0
}

/// The reason why a good message is refused after a change.
fn refused(form: &str, change: impl FnOnce(&mut Value)) -> String {
    let upstream = zh();
    let mut body = message(&golden("zh", form), "K");
    change(&mut body);
    let answer = post(&upstream, "K", &body);
    assert_eq!(answer.status, 200);
    assert_ne!(json(&answer)["code"], 0, "{body}");
    assert!(upstream.accepted().is_empty());
    json(&answer)["message"].as_str().unwrap().to_owned()
}

/// The golden issue that was not cleared at once.
fn open_issue() -> Value {
    let open =
        |envelope: &Value| envelope["form"] == "issue" && envelope["fields"].get("zgjg").is_none();
    message(&envelopes("zh").into_iter().find(open).unwrap(), "K")
}

#[test]
fn every_golden_envelope_is_accepted_and_answered_with_an_id() {
    let upstream = zh();
    let all = envelopes("zh");
    assert_eq!(all.len(), 4);
    for envelope in &all {
        let key = envelope["key"].as_str().unwrap();
        let body = message(envelope, key);
        let answer = json(&post(&upstream, key, &body));
        assert_eq!(answer["code"], 0, "{key}: {answer}");
        let last = upstream.accepted().pop().unwrap();
        assert_eq!(
            (last.key.as_str(), last.form.as_str()),
            (key, envelope["form"].as_str().unwrap())
        );
        assert_eq!(last.parsed, body);
        assert_eq!(last.reference.as_deref(), answer["data"]["id"].as_str());
        if let Some(reference) = envelope["ref"].as_str() {
            assert_eq!(answer["data"]["id"], reference);
        } else {
            let id = answer["data"]["id"].as_str().unwrap();
            assert!(id.starts_with("zh-20250408-000"), "{id}");
        }
    }
}

#[test]
fn the_key_stands_in_the_header_and_in_the_body() {
    assert!(refused("ok", |body| body["uuid"] = json!("L")).contains("uuid"));
    let missing = |body: &mut Value| {
        body.as_object_mut().unwrap().remove("uuid");
    };
    assert!(refused("ok", missing).contains("uuid"));
}

#[test]
fn the_same_message_is_answered_alike_and_other_content_under_its_key_refused() {
    let upstream = zh();
    let mut body = message(&golden("zh", "issue"), "K");
    let first = post(&upstream, "K", &body);
    assert_eq!(post(&upstream, "K", &body), first);
    body["payload"]["photos"]["zgh"] = base64(&padded_jpeg(2_000));
    assert_eq!(json(&post(&upstream, "K", &body))["code"], 40_900);
    assert_eq!((upstream.accepted().len(), upstream.repeats()), (1, 1));
}

#[test]
fn every_rule_of_a_field_is_checked() {
    for (form, field, value) in [
        ("ok", "csmc", json!("名".repeat(51))),
        ("ok", "csmc", json!(" ")),
        ("ok", "cslx", json!("3")),
        ("ok", "cslx", json!("06")),
        ("ok", "csdz", json!("址".repeat(61))),
        ("ok", "fzr", json!("人".repeat(31))),
        ("ok", "fzrdh", json!("138****0088")),
        ("ok", "uscc", json!("92990101MA00000033")),
        ("ok", "uscc", json!("92990101MA0000003")),
        ("ok", "uscc", json!("92990101ma0000001u")),
        ("ok", "jcrq", json!("1744096200000")),
        ("ok", "jcrq", json!(1_744_096_200)),
        ("ok", "jcrq", json!(1_744_096_200_000.5)),
        ("ok", "jcrq", json!("2025-04-08")),
        ("ok", "zgjg", json!("1")),
        ("ok", "zgjg", json!(0)),
        ("issue", "jcx", json!("07")),
        ("issue", "jcx", json!("fire_exit")),
        ("issue", "wtms", json!("述".repeat(201))),
        ("issue", "czcs", json!("措".repeat(101))),
        ("issue", "czcs", json!("")),
        ("issue", "zgqx", json!("2025-04-08")),
        ("issue", "zgqx", json!(1_744_041_600)),
        ("issue", "zgqx", json!(1_744_070_400_000_i64)),
        ("issue", "zgjg", json!("0")),
        ("issue", "zgjg", json!("4")),
        ("close", "zgjg", json!("1")),
        ("close", "ref", json!("zh-20250407-000119")),
        ("close", "ref", json!("")),
    ] {
        let reason = refused(form, |body| body["payload"][field] = value.clone());
        assert!(reason.contains(field), "{field} = {value}: {reason}");
    }
}

#[test]
fn each_form_has_exactly_its_fields() {
    for form in ["ok", "issue", "close"] {
        let good = message(&golden("zh", form), "K");
        for field in good["payload"].as_object().unwrap().keys() {
            let without = |body: &mut Value| {
                body["payload"].as_object_mut().unwrap().remove(field);
            };
            if (form, field.as_str()) == ("issue", "zgjg") {
                continue;
            }
            let reason = refused(form, without);
            assert!(reason.contains(field), "{form}.{field}: {reason}");
        }
        for extra in ["jd", "wd", "sjrxm", "fj"] {
            let reason = refused(form, |body| body["payload"][extra] = json!(33.281));
            assert!(reason.contains(extra), "{reason}");
        }
    }
    assert!(refused("ok", |body| body["payload"]["ref"] = json!(KNOWN)).contains("ref"));
    assert!(refused("close", |body| body["payload"]["czcs"] = json!("已换")).contains("czcs"));
    assert!(refused("ok", |body| body["payload"]["wtms"] = json!("有")).contains("missing"));
    assert!(refused("ok", |body| body["time"] = json!(1)).contains("time"));
}

#[test]
fn a_close_refers_and_no_action_but_its_own_makes_sense() {
    refused("close", |body| body["action"] = json!("submit"));
    refused("ok", |body| body["action"] = json!("close"));
    refused("ok", |body| body["action"] = json!("update"));
    refused("ok", |body| body["action"] = Value::Null);
    refused("ok", |body| body["payload"] = json!([]));
    refused("ok", |body| *body = json!([]));
    assert!(accepted(&open_issue()), "an issue without a result is open");
}

#[test]
fn an_issue_it_gave_out_can_be_closed() {
    let upstream = zh();
    let answer = json(&post(&upstream, "K", &open_issue()));
    let mut close = message(&golden("zh", "close"), "L");
    close["payload"]["ref"] = answer["data"]["id"].clone();
    let closed = json(&post(&upstream, "L", &close));
    assert_eq!(closed, answer);
}

#[test]
fn photographs_stand_in_their_slots_in_base64() {
    let photo = |slot: &'static str, value: Value| {
        move |body: &mut Value| body["payload"]["photos"][slot] = value
    };
    let good = base64(&jpeg());
    for (form, slot) in [
        ("ok", "fxq"),
        ("issue", "wg"),
        ("close", "fxq"),
        ("close", "clz"),
    ] {
        refused(form, photo(slot, good.clone()));
    }
    let data_url = format!("data:image/jpeg;base64,{}", good.as_str().unwrap());
    for bad in [
        json!(data_url),
        json!("***"),
        json!(""),
        Value::Null,
        json!([good]),
        base64(&jpeg()[..40]),
        base64(&padded_jpeg(500_001)),
    ] {
        refused("issue", photo("clz", bad));
    }
    refused("issue", |body| {
        body["payload"]["photos"]
            .as_object_mut()
            .unwrap()
            .remove("fxq");
    });
    refused("ok", |body| body["payload"]["photos"] = json!([]));
    refused("ok", |body| body["payload"]["photos"] = json!(""));

    let mut body = open_issue();
    body["payload"]["photos"] = json!({"fxq": base64(&padded_jpeg(500_000))});
    assert!(accepted(&body));
    let mut close = message(&golden("zh", "close"), "K");
    close["payload"]["photos"] = json!({});
    assert!(accepted(&close));
}

#[test]
fn every_premises_of_the_village_has_a_credit_code_it_takes() {
    let codes: Vec<_> = common::register("场所.csv")
        .into_iter()
        .map(|premises| premises["统一社会信用代码"].clone())
        .collect();
    assert_eq!(codes.len(), 38);
    for code in codes {
        let mut body = message(&golden("zh", "ok"), "K");
        body["payload"]["uscc"] = json!(code);
        assert!(accepted(&body), "{code}");
    }
}

#[test]
fn method_address_secret_key_and_content_type_are_checked() {
    let raw = message(&golden("zh", "ok"), "K").to_string();
    let wrong = [
        (0, ("content-type", "text/json"), 415),
        (1, ("x-token", SECRET), 401),
    ];
    common::assert_guarded(&zh(), "POST", PATH, &HEADERS, raw.as_bytes(), &wrong);
    let no_json = send(zh().addr(), "POST", PATH, &HEADERS, b"{");
    assert_ne!(json(&no_json)["code"], 0);
}

#[test]
fn it_has_all_moods() {
    let upstream = zh();
    let raw = message(&golden("zh", "issue"), "K").to_string();
    let call = || common::try_send(upstream.addr(), "POST", PATH, &HEADERS, raw.as_bytes());
    let success = |answer: &Response| answer.status == 200 && json(answer)["code"] == 0;
    common::assert_moods(&upstream, 503, call, success);
}
