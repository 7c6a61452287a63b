//! Promises of the county as a whole.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod common;

use common::{SECRET, json, send};
use fieldwork_testkit::fixtures::Fixtures;
use fieldwork_testkit::upstream::{Upstream, zh::Zh};
use serde_json::json;

#[test]
fn all_eight_start_with_their_secrets_and_know_what_was_open_in_the_morning() {
    let day = Fixtures::default().day().unwrap();
    let all = Upstream::all(&day, &common::codes(), |system| format!("key-{system}")).unwrap();
    let systems: Vec<_> = all.iter().map(Upstream::system).collect();
    let chapters = ["xuntian", "ffp", "wg", "zh", "fw", "zf", "lt", "yun"];
    assert_eq!(systems, chapters);

    let finish = |at: usize, path: &str, secret: &str, body| {
        let headers = [
            ("content-type", "application/json"),
            (if at == 3 { "x-hook-token" } else { "x-api-key" }, secret),
            ("idempotency-key", "K"),
        ];
        let body: serde_json::Value = body;
        json(&send(
            all[at].addr(),
            "POST",
            path,
            &headers,
            body.to_string().as_bytes(),
        ))
    };
    let (wg, zh, zf) = ("WG9901012504070033", "zh-20250407-000118", "ZF-2025-000417");
    let done = json!({"czjg": "已办结", "fj": ""});
    let path = format!("/api/event/{wg}/finish");
    assert_eq!(finish(2, &path, "key-wg", done)["data"]["id"], wg);
    let payload = json!({"ref": zh, "zgjg": "2", "photos": {}});
    let done = json!({"uuid": "K", "action": "close", "payload": payload});
    assert_eq!(finish(3, "/hook/zh", "key-zh", done)["data"]["id"], zh);
    let done = json!({"zgqk": "已办结", "zgqzp": [], "zghzp": []});
    let path = format!("/v2/cases/{zf}/result");
    assert_eq!(finish(5, &path, "key-zf", done)["caseId"], zf);
}

#[test]
fn what_it_was_told_twice_without_noticing_is_counted() {
    let zh = Upstream::start(Zh::new(SECRET, &common::codes(), ["R"])).unwrap();
    let tell = |key: &str, result: &str| {
        let payload = json!({"ref": "R", "zgjg": result, "photos": {}});
        let body = json!({"uuid": key, "action": "close", "payload": payload}).to_string();
        let headers = [
            ("content-type", "application/json"),
            ("x-hook-token", SECRET),
            ("idempotency-key", key),
        ];
        send(zh.addr(), "POST", "/hook/zh", &headers, body.as_bytes());
    };
    tell("K", "2");
    tell("K", "2");
    assert_eq!((zh.held().len(), zh.duplicates()), (1, 0), "a repeat");
    tell("L", "2");
    assert_eq!((zh.held().len(), zh.duplicates()), (1, 1), "another key");
    tell("M", "9");
    assert_eq!(zh.held().len(), 1, "refused");
    assert_eq!(zh.held()[0].content["ref"], "R");
}
