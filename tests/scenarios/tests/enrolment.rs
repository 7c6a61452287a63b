//! A one-time code makes a device somebody's; revoking takes that back at once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use fieldwork::Error;
use fieldwork::key::{DeviceKey, enrolment_message};
use fieldwork::port::{Random, SystemRandom};
use fieldwork::port::{Request, RequestBody, Transport};
use fieldwork::wire::EnrolmentRequest;
use fieldwork_hub::hub::{HubError, INVITE_MS, invite};
use fieldwork_scenarios::{County, Phone, at, peer};

fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Enrolment { reason }) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_code_that_another_device_used_is_refused() {
    let county = County::new();
    let code = county.code("K05");
    let (first, second) = (county.stranger("first"), county.stranger("second"));
    first.enrol(&code).unwrap();
    assert_eq!(refused(second.enrol(&code)), "the code has been used");
    assert_eq!(second.workspace.enrolment(), None);
    // The refusal costs nothing: with a code of its own it is enrolled.
    second.enrol(&county.code("K01")).unwrap();
}

#[test]
fn the_same_device_may_use_its_code_again_because_the_answer_may_have_been_lost() {
    let county = County::new();
    let code = county.code("K05");
    let phone = county.stranger("lin");
    // The first asking, whose answer never reached the app.
    let key = phone.key();
    let body = EnrolmentRequest {
        code: code.clone(),
        public_key: hex::encode(key.public()),
        signature: hex::encode(key.sign(&enrolment_message(&code, &key.public()))),
    };
    let lost = phone
        .transport
        .send(&Request {
            method: "POST",
            path: "/enrol".to_owned(),
            headers: vec![("content-type", "application/json".to_owned())],
            body: RequestBody::Bytes(serde_json::to_vec(&body).unwrap()),
            max_answer: 65_536,
        })
        .unwrap();
    assert_eq!(lost.status, 200);
    county.clock.set(at("19:45") + INVITE_MS + 60_000);
    let enrolment = phone.enrol(&code).unwrap();
    assert_eq!(
        (enrolment.worker.as_str(), enrolment.village.as_str()),
        ("K05", "990101100201")
    );
    phone.play(&county.day, &["C06"]);
    phone.sync();
    assert_eq!(county.hub().devices().unwrap().len(), 1);
}

#[test]
fn a_code_is_good_for_a_day_and_no_longer() {
    let county = County::new();
    let (code, late) = (county.code("K05"), county.code("K01"));
    county.clock.set(at("19:45") + INVITE_MS - 60_000);
    county.stranger("lin").enrol(&code).unwrap();
    county.clock.set(at("19:45") + INVITE_MS + 60_000);
    assert_eq!(
        refused(county.stranger("zhou").enrol(&late)),
        "the code has expired"
    );
}

#[test]
fn a_code_that_was_never_given_out_is_refused() {
    let county = County::new();
    assert_eq!(
        refused(county.stranger("lin").enrol("0000-0000-0000-0000")),
        "the code is not known"
    );
}

#[test]
fn a_code_is_read_whatever_its_case_and_blanks() {
    let county = County::new();
    let code = county.code("K05").to_lowercase().replace('-', " ");
    county.stranger("lin").enrol(&code).unwrap();
}

#[test]
fn who_does_not_hold_the_key_cannot_enrol_it() {
    let county = County::new();
    let phone = county.stranger("thief");
    let code = county.code("K05");
    let mut bytes = [0; 32];
    SystemRandom.fill(&mut bytes).unwrap();
    let (mine, victim) = (
        DeviceKey::generate(&SystemRandom).unwrap(),
        DeviceKey::generate(&SystemRandom).unwrap(),
    );
    let body = EnrolmentRequest {
        code: code.clone(),
        public_key: hex::encode(victim.public()),
        signature: hex::encode(mine.sign(&enrolment_message(&code, &victim.public()))),
    };
    let answer = phone
        .transport
        .send(&Request {
            method: "POST",
            path: "/enrol".to_owned(),
            headers: Vec::new(),
            body: RequestBody::Bytes(serde_json::to_vec(&body).unwrap()),
            max_answer: 65_536,
        })
        .unwrap();
    assert_eq!(
        (answer.status, peer::word(&answer).as_str()),
        (403, "signature")
    );
    // The code is still good.
    phone.enrol(&code).unwrap();
}

#[test]
fn a_revoked_device_is_refused_at_once_and_what_it_sent_before_stays() {
    let county = County::new();
    let (lin, zhou) = (county.phone("lin", "K05"), county.phone("zhou", "K01"));
    lin.play(&county.day, &["C06"]);
    lin.sync();
    let device = county
        .hub()
        .devices()
        .unwrap()
        .into_iter()
        .find(|device| device.worker == "K05")
        .unwrap();
    county.hub().revoke(&device.id).unwrap();
    lin.play(&county.day, &["C07"]);
    assert_eq!(refused(lin.try_sync()), "the device has been revoked");
    // Its blobs neither.
    let answer = lin
        .transport
        .send(&peer::request(
            &lin.key(),
            "GET",
            &format!("/blobs/{}", "0".repeat(64)),
            9_000_000_000_000,
            Vec::new(),
        ))
        .unwrap();
    assert_eq!(peer::word(&answer), "revoked");
    // What it says by way of a colleague is not taken either.
    let (batches, _) = lin
        .workspace
        .replica()
        .outgoing(&Default::default(), usize::MAX, true)
        .unwrap();
    let relayed = peer::send(&zhou.transport, &zhou.key(), 9_000_000_000_000, batches);
    assert_eq!(relayed.4.len(), 1);
    assert_eq!(relayed.4[0].1, "the device has been revoked");
    let village = county.village();
    assert!(village.replica().capture(lin.id("C06")).is_ok());
    assert!(village.replica().capture(lin.id("C07")).is_err());
    // Nothing is lost on the phone, and colleagues go on.
    assert_eq!(lin.workspace.captures(0, 10).unwrap().len(), 2);
    assert!(matches!(
        county.hub().revoke("no-such-device"),
        Err(HubError::UnknownDevice(_))
    ));
}

#[test]
fn nobody_is_invited_for_a_village_or_worker_that_the_hub_does_not_know() {
    let county = County::new();
    let folder = county.hub_folder();
    let ask =
        |village: Option<&str>, worker: &str| invite(&folder, village, worker, &county.ports());
    assert!(matches!(ask(None, "K99"), Err(HubError::UnknownWorker(_))));
    assert!(matches!(
        ask(Some("990101999999"), "K05"),
        Err(HubError::UnknownVillage(_))
    ));
    let nowhere = county.folder.path().join("nowhere");
    assert!(matches!(
        invite(&nowhere, None, "K05", &county.ports()),
        Err(HubError::NoHub)
    ));
    assert!(!nowhere.exists());
}

#[test]
fn an_enrolled_device_is_not_enrolled_over_and_an_unenrolled_one_cannot_work() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    refused(phone.enrol(&county.code("K01")));
    assert_eq!(phone.workspace.enrolment().unwrap().worker, "K05");
    let stranger = county.stranger("stranger");
    let draft = stranger.draft("X", "activity", None, Vec::new());
    assert!(matches!(
        stranger.workspace.save(&draft),
        Err(Error::Enrolment { .. } | Error::NotReady(_))
    ));
    refused(stranger.try_sync());
}

#[test]
fn an_invitation_beside_a_running_hub_disturbs_no_upload() {
    let county = County::new();
    // A photograph that is being received stands half-written here.
    let half = county
        .hub_folder()
        .join("villages")
        .join(&county.day.village)
        .join("temporary")
        .join("half");
    std::fs::write(&half, b"half a photograph").unwrap();
    let _ = county.code("K05");
    assert!(
        half.exists(),
        "the invitation swept a file that the hub was writing"
    );
}

#[test]
fn an_enrolment_survives_the_app() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let enrolment = phone.workspace.enrolment();
    let reopened = Phone::open(&phone.close(), &county.address());
    assert_eq!(reopened.workspace.enrolment(), enrolment);
    reopened.sync();
}
