//! Promises of the stand-in for the grid event system.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod common;

use std::time::Duration;

use common::{SECRET, envelopes, jpeg, padded_jpeg, send};
use fieldwork_testkit::http::{self, Response};
use fieldwork_testkit::upstream::{Behaviour, Outcome, Upstream, wg::Wg};
use serde_json::{Value, json};

const KNOWN: &str = "WG9901012504070033";
const REPORT: &str = "/api/event/report";

fn wg() -> Upstream {
    Upstream::start(Wg::new(SECRET, &common::codes(), [KNOWN])).unwrap()
}

fn body_of(response: &Response) -> Value {
    assert_eq!(response.status, 200);
    serde_json::from_slice(&response.body).unwrap()
}

fn post(wg: &Upstream, path: &str, key: &str, body: &Value) -> Value {
    let headers = [
        ("content-type", "application/json"),
        ("x-api-key", SECRET),
        ("idempotency-key", key),
    ];
    body_of(&send(
        wg.addr(),
        "POST",
        path,
        &headers,
        body.to_string().as_bytes(),
    ))
}

fn upload_part(wg: &Upstream, head: &str, photo: &[u8]) -> Value {
    let body = [
        format!("--XX\r\n{head}\r\n\r\n").as_bytes(),
        photo,
        b"\r\n--XX--\r\n",
    ]
    .concat();
    let headers = [
        ("content-type", "multipart/form-data; boundary=XX"),
        ("x-api-key", SECRET),
    ];
    body_of(&send(wg.addr(), "POST", "/api/file", &headers, &body))
}

fn upload(wg: &Upstream, photo: &[u8]) -> Value {
    let head = "Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg";
    upload_part(wg, head, photo)
}

fn url(wg: &Upstream) -> String {
    upload(wg, &jpeg())["data"]["url"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The message of a golden envelope with its photographs uploaded.
fn message(wg: &Upstream, envelope: &Value) -> (String, Value) {
    let mut body = envelope["fields"].clone();
    let members = body.as_object_mut().unwrap();
    members.extend(envelope["auto"].as_object().unwrap().clone());
    let urls: Vec<_> = envelope["photos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|_| url(wg))
        .collect();
    members.insert("fj".to_owned(), json!(urls.join(",")));
    let path = match envelope["ref"].as_str() {
        Some(reference) => format!("/api/event/{reference}/finish"),
        None => REPORT.to_owned(),
    };
    (path, body)
}

fn golden(form: &str) -> Value {
    envelopes("wg")
        .into_iter()
        .find(|envelope| envelope["form"] == form)
        .unwrap()
}

/// A good message of a form, changed, and the reason it is refused for.
fn refused(form: &str, change: impl FnOnce(&mut Value)) -> String {
    let wg = wg();
    let (path, mut body) = message(&wg, &golden(form));
    change(&mut body);
    let answer = post(&wg, &path, "K", &body);
    assert_eq!(answer["success"], false, "{body}");
    assert_ne!(answer["code"], 50_001);
    assert!(wg.accepted().is_empty());
    answer["message"].as_str().unwrap().to_owned()
}

#[test]
fn every_golden_envelope_is_accepted_and_kept_as_sent() {
    let wg = wg();
    let all = envelopes("wg");
    assert_eq!(all.len(), 8);
    for envelope in &all {
        let (path, body) = message(&wg, envelope);
        let key = envelope["key"].as_str().unwrap();
        let answer = post(&wg, &path, key, &body);
        assert_eq!(answer["success"], true, "{key}: {answer}");
        let last = wg.accepted().pop().unwrap();
        assert_eq!(
            (last.key.as_str(), last.form.as_str()),
            (key, envelope["form"].as_str().unwrap())
        );
        assert_eq!(last.reference.as_deref(), answer["data"]["id"].as_str());
        assert_eq!(last.parsed, body);
        assert_eq!(last.raw, body.to_string().as_bytes());
        if let Some(reference) = envelope["ref"].as_str() {
            assert_eq!(answer["data"]["id"], reference);
        }
    }
    assert_eq!(wg.files().len(), 10);
}

#[test]
fn a_repeat_is_answered_as_the_first_time_and_accepted_once() {
    let wg = wg();
    let (path, body) = message(&wg, &golden("open"));
    let first = post(&wg, &path, "K", &body);
    assert_eq!(post(&wg, &path, "K", &body), first);
    assert_eq!((wg.accepted().len(), wg.repeats()), (1, 1));
}

#[test]
fn other_content_under_a_known_key_is_refused() {
    let wg = wg();
    let (path, mut body) = message(&wg, &golden("open"));
    post(&wg, &path, "K", &body);
    body["sjms"] = json!("另一件事");
    let answer = post(&wg, &path, "K", &body);
    assert_eq!(
        (answer["success"].clone(), answer["code"].clone()),
        (json!(false), json!(40_900))
    );
    assert_eq!(wg.accepted().len(), 1);
}

#[test]
fn a_fresh_url_for_the_same_photo_is_other_content() {
    let wg = wg();
    let (path, mut body) = message(&wg, &golden("open"));
    post(&wg, &path, "K", &body);
    body["fj"] = json!(url(&wg));
    assert_eq!(post(&wg, &path, "K", &body)["code"], 40_900);
}

#[test]
fn an_event_it_gave_out_can_be_finished_and_an_unknown_one_cannot() {
    let wg = wg();
    let (path, body) = message(&wg, &golden("open"));
    let id = post(&wg, &path, "K", &body)["data"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let done = json!({"czjg": "已办结", "fj": ""});
    assert_eq!(
        post(&wg, &format!("/api/event/{id}/finish"), "K2", &done)["data"]["id"],
        id
    );
    assert_eq!(
        post(&wg, "/api/event/WG0/finish", "K3", &done)["code"],
        40_400
    );
}

#[test]
fn every_rule_of_a_field_is_checked() {
    for (field, value) in [
        ("sjmc", json!("")),
        ("sjmc", json!("长".repeat(41))),
        ("sjmc", json!(7)),
        ("dldm", json!("01")),
        ("xldm", json!("0399x")),
        ("xldm", json!("0309")),
        ("wgdm", json!("99010110020100")),
        ("wgdm", json!("99010110020100A")),
        ("sfdz", json!("址".repeat(61))),
        ("fssj", json!("2025-04-08T08:15:00")),
        ("fssj", json!("2025-02-30 08:15:00")),
        ("fssj", json!("2025-4-8 08:15:00")),
        ("fssj", json!(1_744_071_300)),
        ("sjms", json!("述".repeat(201))),
        ("sjms", json!(" ")),
        ("sjrxm", json!("")),
        ("sjrdh", json!("13800000047")),
        ("sjrdh", json!("138***00047")),
        ("sjrdh", json!("138****００４７")),
        ("sjdj", json!("4")),
        ("sjdj", json!(1)),
        ("sfzb", json!("否")),
        ("sfzb", json!(false)),
        ("jd", json!("115.414685")),
        ("jd", json!(115.414_685_1)),
        ("wd", json!(133.281_623)),
        ("wd", json!(33.0)),
        ("fj", json!([])),
        ("fj", Value::Null),
        ("fj", json!("https://wg.example.invalid/file/000999.jpg")),
    ] {
        let reason = refused("open", |body| body[field] = value.clone());
        assert!(reason.contains(field), "{field} = {value}: {reason}");
    }
    assert!(refused("closed", |body| body["czjg"] = json!("果".repeat(101))).contains("czjg"));
}

#[test]
fn lengths_count_code_points() {
    let wg = wg();
    let (path, mut body) = message(&wg, &golden("open"));
    body["sjmc"] = json!("𣲗".repeat(40));
    assert_eq!(post(&wg, &path, "K", &body)["success"], true);
}

#[test]
fn each_form_has_exactly_its_fields() {
    for field in [
        "sjmc", "dldm", "xldm", "wgdm", "sfdz", "fssj", "sjms", "sjdj", "sfzb", "jd", "wd", "fj",
    ] {
        let reason = refused("open", |body| {
            body.as_object_mut().unwrap().remove(field);
        });
        assert!(reason.contains(field), "{field}: {reason}");
    }
    refused("open", |body| body["sjrsfz"] = json!("x"));
    refused("open", |body| body["photos"] = json!([]));
    for field in ["jd", "wd", "sjms"] {
        refused("close", |body| body[field] = json!(33.281_623));
    }
    refused("open", |body| *body = json!([]));
}

#[test]
fn name_and_phone_of_the_person_go_together_or_not_at_all() {
    for field in ["sjrxm", "sjrdh"] {
        refused("open", |body| {
            body.as_object_mut().unwrap().remove(field);
        });
    }
    let wg = wg();
    let (path, mut body) = message(&wg, &golden("open"));
    body.as_object_mut()
        .unwrap()
        .retain(|name, _| !name.starts_with("sjr"));
    assert_eq!(post(&wg, &path, "K", &body)["success"], true);
}

#[test]
fn a_url_counts_once_and_no_form_has_more_photos_than_slots() {
    let wg = wg();
    let urls: Vec<_> = (0..3).map(|_| url(&wg)).collect();
    let (path, mut body) = message(&wg, &golden("open"));
    for (fj, success) in [
        (urls.join(","), false),
        (format!("{0},{0}", urls[0]), false),
        (format!("{},", urls[0]), false),
        (urls[..2].join(","), true),
    ] {
        body["fj"] = json!(fj);
        assert_eq!(post(&wg, &path, "K", &body)["success"], success, "{fj}");
    }
    let finish = format!("/api/event/{KNOWN}/finish");
    let two = json!({"czjg": "已办结", "fj": urls[..2].join(",")});
    assert_eq!(post(&wg, &finish, "K2", &two)["success"], false);
}

#[test]
fn method_address_secret_key_and_content_type_are_checked() {
    let wg = wg();
    let (path, body) = message(&wg, &golden("open"));
    let body = body.to_string();
    let good = [
        ("content-type", "application/json"),
        ("x-api-key", SECRET),
        ("idempotency-key", "K"),
    ];
    let call = |method, path, headers: &[(&str, &str)]| {
        send(wg.addr(), method, path, headers, body.as_bytes())
    };
    assert_eq!(call("PUT", &path, &good).status, 405);
    assert_eq!(call("POST", "/api/event/report/", &good).status, 404);
    assert_eq!(call("POST", "/api/event", &good).status, 404);
    for (at, other) in [
        (0, ("content-type", "text/plain")),
        (1, ("x-api-key", "another")),
        (1, ("x-api-key", "Bearer a-secret")),
        (1, ("authorization", SECRET)),
        (2, ("idempotency-key", "")),
        (2, ("x-other", "K")),
    ] {
        let mut headers = good;
        headers[at] = other;
        assert_eq!(
            body_of(&call("POST", &path, &headers))["success"],
            false,
            "{other:?}"
        );
    }
    assert!(wg.accepted().is_empty());
    let charset = [
        ("content-type", "application/json; charset=utf-8"),
        good[1],
        good[2],
    ];
    assert_eq!(body_of(&call("POST", &path, &charset))["success"], true);
}

#[test]
fn a_photo_is_one_whole_jpeg_of_at_most_a_megabyte() {
    let wg = wg();
    let whole = jpeg();
    assert_eq!(upload(&wg, &padded_jpeg(1_000_000))["success"], true);
    assert_eq!(upload(&wg, &padded_jpeg(1_000_001))["success"], false);
    assert_eq!(upload(&wg, &whole[..whole.len() - 2])["success"], false);
    assert_eq!(upload(&wg, b"")["success"], false);
    for head in [
        "Content-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg",
        "Content-Disposition: form-data; name=\"file\"\r\nContent-Type: image/jpeg",
        "Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\nContent-Type: image/png",
        "Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"",
    ] {
        assert_eq!(upload_part(&wg, head, &whole)["success"], false, "{head}");
    }
    assert_eq!(wg.files().len(), 1);
}

#[test]
fn a_script_makes_it_busy_then_silent_then_willing() {
    let wg = wg();
    let (path, body) = message(&wg, &golden("open"));
    let silence = Behaviour::Silence(Duration::from_millis(50));
    wg.script([
        Behaviour::BusyBody,
        silence,
        Behaviour::Status(503),
        Behaviour::Refuse("资料不全".to_owned()),
    ]);
    assert_eq!(post(&wg, &path, "K", &body)["code"], 50_001);
    let raw = body.to_string();
    let headers = [
        ("content-type", "application/json"),
        ("x-api-key", SECRET),
        ("idempotency-key", "K"),
    ];
    let call = || {
        http::send(
            wg.addr(),
            "POST",
            &path,
            &headers,
            raw.as_bytes(),
            Duration::from_secs(5),
        )
    };
    assert!(call().is_err());
    assert_eq!(call().unwrap().status, 503);
    assert_eq!(post(&wg, &path, "K", &body)["message"], "资料不全");
    assert!(wg.accepted().is_empty());
    assert_eq!(post(&wg, &path, "K", &body)["success"], true);
    assert_eq!(wg.attempts().len(), 5);
    assert_eq!(
        wg.attempts()[3].outcome,
        Outcome::Refused("资料不全".to_owned())
    );
}

#[test]
fn a_lost_answer_leaves_the_message_accepted_once() {
    let wg = wg();
    let (path, body) = message(&wg, &golden("open"));
    wg.script([Behaviour::AcceptThenSilence]);
    let headers = [
        ("content-type", "application/json"),
        ("x-api-key", SECRET),
        ("idempotency-key", "K"),
    ];
    let raw = body.to_string();
    assert!(
        http::send(
            wg.addr(),
            "POST",
            &path,
            &headers,
            raw.as_bytes(),
            Duration::from_secs(5)
        )
        .is_err()
    );
    assert_eq!(wg.accepted().len(), 1);
    let again = post(&wg, &path, "K", &body);
    assert_eq!(
        again["data"]["id"].as_str(),
        wg.accepted()[0].reference.as_deref()
    );
    let outcomes: Vec<_> = wg
        .attempts()
        .into_iter()
        .map(|attempt| attempt.outcome)
        .collect();
    assert_eq!(outcomes, [Outcome::AnswerLost, Outcome::Repeated]);
}

#[test]
fn a_script_for_each_message_meets_every_key_alike() {
    let wg = wg();
    wg.script_each([Behaviour::BusyBody]);
    let (path, body) = message(&wg, &golden("open"));
    for key in ["K1", "K2"] {
        assert_eq!(post(&wg, &path, key, &body)["code"], 50_001);
        assert_eq!(post(&wg, &path, key, &body)["success"], true);
    }
}

#[test]
fn a_file_call_can_be_unwilling_too() {
    let wg = wg();
    wg.script_files([Behaviour::BusyBody]);
    assert_eq!(upload(&wg, &jpeg())["code"], 50_001);
    assert_eq!(upload(&wg, &jpeg())["success"], true);
}

#[test]
fn after_a_stop_it_goes_on_at_the_same_address_with_all_it_knew() {
    let mut wg = wg();
    let (path, body) = message(&wg, &golden("open"));
    let first = post(&wg, &path, "K", &body);
    wg.stop();
    assert!(http::send(wg.addr(), "GET", "/", &[], b"", Duration::from_secs(1)).is_err());
    wg.restart().unwrap();
    assert_eq!(post(&wg, &path, "K", &body), first);
}

#[test]
fn stopping_does_not_wait_for_a_silent_answer_or_an_idle_connection() {
    let mut wg = wg();
    wg.script([Behaviour::Silence(Duration::from_secs(600))]);
    let addr = wg.addr();
    let idle = std::net::TcpStream::connect(addr).unwrap();
    let waiting = std::thread::spawn(move || {
        http::send(addr, "POST", REPORT, &[], b"{}", Duration::from_secs(60))
    });
    while wg.attempts().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let started = std::time::Instant::now();
    wg.stop();
    assert!(started.elapsed() < Duration::from_secs(30));
    assert!(waiting.join().unwrap().is_err());
    drop(idle);
}

#[test]
fn what_it_received_can_be_written_to_a_folder() {
    let wg = wg();
    let (path, body) = message(&wg, &golden("open"));
    post(&wg, &path, "K", &body);
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(wg.write_received(dir.path()).unwrap(), 1);
    let raw = std::fs::read(dir.path().join("wg/001-open.json")).unwrap();
    assert_eq!(raw, body.to_string().as_bytes());
    assert!(dir.path().join("wg/001-open.meta.json").exists());
    assert_eq!(
        std::fs::read(dir.path().join("wg/files/001.jpg")).unwrap(),
        jpeg()
    );
}

#[test]
fn a_chunked_body_and_a_kept_connection_are_understood() {
    use std::io::{Read, Write};
    let wg = wg();
    let mut stream = std::net::TcpStream::connect(wg.addr()).unwrap();
    let head = format!(
        "POST {REPORT} HTTP/1.1\r\nhost: x\r\nx-api-key: {SECRET}\r\nidempotency-key: K\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n"
    );
    let first = format!("{head}\r\n3\r\n{{}}\n\r\n0\r\n\r\n");
    let last = format!("{head}connection: close\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n");
    stream.write_all(first.as_bytes()).unwrap();
    stream.write_all(last.as_bytes()).unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).unwrap();
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
    assert_eq!(answers.matches("sjmc: missing").count(), 2, "{answers}");
}
