//! Another village and another day, which the project has not seen; and two villages at one hub, which
//! know nothing of one another.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use fieldwork::key::sha256;
use fieldwork::replica::{DraftAnswer, DraftPhoto, Saved};
use fieldwork_forms::capture::Subject;
use fieldwork_geo::Wgs84;
use fieldwork_hub::folder::read_register;
use fieldwork_hub::hub::{HubError, invite};
use fieldwork_hub::village::Village;
use fieldwork_register::EntityId;
use fieldwork_scenarios::{County, Phone, at, choice, hamlet, peer, said};
use fieldwork_testkit::upstream::Outcome;
use serde_json::Value;

/// The county with a second village.
fn county() -> County {
    let mut county = County::new();
    county.stop();
    let register = county.folder.path().join("hamlet");
    hamlet::write(&register);
    county.add_village(&register);
    county.start();
    county
}

fn phone(county: &County, name: &str, worker: &str) -> Phone {
    let phone = county.stranger(name);
    phone.enrol(&county.code_in(hamlet::CODE, worker)).unwrap();
    phone
}

fn entity(text: &str) -> Option<Subject> {
    Some(Subject::Entity(text.parse().unwrap()))
}

struct Said<'a> {
    label: &'a str,
    time: &'a str,
    kind: &'a str,
    subject: Option<Subject>,
    point: (f64, f64),
    answers: Vec<DraftAnswer>,
    photos: &'a [&'a str],
}

fn save(phone: &Phone, said: Said<'_>) -> Saved {
    phone.clock.set(at(said.time));
    let mut draft = phone.draft(said.label, said.kind, said.subject, said.answers);
    draft.place.point = Wgs84 {
        lon: said.point.0,
        lat: said.point.1,
    };
    draft.photos = said
        .photos
        .iter()
        .map(|stage| DraftPhoto {
            azimuth_deg: Some(90),
            ..phone.photograph(&format!("{}-{stage}-1", said.label), stage)
        })
        .collect();
    phone.workspace.save(&draft).unwrap()
}

/// A day of 盘秋月: a visit with a request, weeds on a plot, a workshop mended, and the plot again.
fn day(phone: &Phone) {
    save(
        phone,
        Said {
            label: "P01",
            time: "08:10",
            kind: "visit",
            subject: entity(hamlet::FAMILY),
            point: hamlet::HOUSE,
            answers: vec![
                said("visit.text", "女主人常年吃药，儿子在家待业，想就近找活干。"),
                said("visit.need", "想给儿子找一份附近的工作。"),
                said("visit.help", "job"),
                choice("visit.unchanged", true),
                said("household.phone", "13700000077"),
                said("issue.level", "1"),
            ],
            photos: &["household"],
        },
    );
    let plot = save(
        phone,
        Said {
            label: "P02",
            time: "09:00",
            kind: "farmland_issue",
            subject: entity(hamlet::PLOT),
            point: (115.6065, 33.4065),
            answers: vec![
                said("issue.type", "farm_dump"),
                said("plot.use", "1"),
                said("issue.area", "0.2"),
                said("issue.text", "地头倒了两车建筑垃圾，压住一片油菜。"),
                said("issue.action", "report"),
                said("issue.demand", "三日内清走，恢复耕种"),
                said("issue.due", "2025-04-11"),
            ],
            photos: &["before"],
        },
    );
    save(
        phone,
        Said {
            label: "P03",
            time: "10:30",
            kind: "premises",
            subject: entity(hamlet::WORKSHOP),
            point: (115.6031, 33.4031),
            answers: vec![
                said("issue.type", "fire_charging"),
                said("issue.text", "电瓶车在竹料堆旁充电。"),
                said("issue.result", "当场移到屋外充电棚"),
                said("check.result", "cleared"),
            ],
            photos: &["before", "after"],
        },
    );
    save(
        phone,
        Said {
            label: "P04",
            time: "16:00",
            kind: "followup",
            subject: Some(Subject::Case(plot.opened[0])),
            point: (115.6065, 33.4065),
            answers: vec![said("issue.result", "建筑垃圾已清走，油菜补种")],
            photos: &["after"],
        },
    );
}

#[test]
fn an_invented_register_is_read_whole_and_without_a_remark() {
    let folder = tempfile::tempdir().unwrap();
    hamlet::write(folder.path());
    let (base, report) = read_register(folder.path()).unwrap();
    assert_eq!(report.findings, []);
    let counts = &report.counts;
    assert_eq!(
        (counts.persons, counts.households, counts.houses),
        (6, 3, 2)
    );
    assert_eq!((counts.plots, counts.premises, counts.grids), (2, 2, 2));
    assert_eq!(counts.workers, 2);
    assert_eq!(base.village.code, hamlet::CODE);
}

#[test]
fn a_day_in_a_village_never_seen_is_delivered_with_that_villages_own_names_and_codes() {
    let county = county();
    let phone = phone(&county, "pan", "W01");
    day(&phone);
    phone.sync();
    county.settle();
    phone.sync();

    for upstream in [&county.wg, &county.ffp] {
        let attempts = upstream.attempts();
        assert!(
            attempts.iter().all(|a| a.outcome == Outcome::Accepted),
            "{attempts:?}"
        );
    }
    // In the order of the captures, which stand at the beginning of the keys.
    let mut events = county.wg.accepted();
    events.sort_by(|a, b| a.key.cmp(&b.key));
    let forms: Vec<&str> = events.iter().map(|event| event.form.as_str()).collect();
    assert_eq!(forms, ["open", "open", "closed", "close"]);
    let field = |at: usize, name: &str| events[at].parsed[name].as_str().unwrap().to_owned();
    for at in 0..3 {
        assert_eq!(field(at, "wgdm"), hamlet::GRID);
        assert!(
            field(at, "sfdz").contains("石桥村"),
            "{}",
            field(at, "sfdz")
        );
        assert!(
            field(at, "sjmc").contains("桥西网格"),
            "{}",
            field(at, "sjmc")
        );
    }
    // Help with work 0603, rubbish on a field 0303, charging 0206, from the code maps of the chapter.
    let kinds: Vec<String> = (0..3).map(|at| field(at, "xldm")).collect();
    assert_eq!(kinds, ["0603", "0303", "0206"]);
    assert_eq!(field(0, "sjrxm"), "欧阳石生");
    assert_eq!(
        field(0, "sjrdh"),
        "137****0077",
        "the number said in this visit"
    );
    assert_eq!(field(0, "fssj"), "2025-04-08 08:10:00");
    assert_eq!(
        events[3].path,
        format!(
            "/api/event/{}/finish",
            events[1].reference.as_deref().unwrap()
        )
    );
    assert_eq!(county.ffp.accepted().len(), 1);
    for (label, receipts) in [("P01", 2), ("P02", 3), ("P03", 3), ("P04", 2)] {
        let held = phone.workspace.receipts(phone.id(label)).unwrap();
        assert_eq!(held.len(), receipts, "{label}");
    }
    let rows = county.hub().village(hamlet::CODE).unwrap();
    let ledger = rows
        .deliveries()
        .unwrap()
        .into_iter()
        .filter(|one| one.envelope.system == "tz")
        .count();
    assert_eq!(ledger, 4);
}

fn payloads(village: &Village) -> Vec<Vec<u8>> {
    let (batches, _) = village
        .replica()
        .outgoing(&Default::default(), usize::MAX, false)
        .unwrap();
    let entries = batches.into_iter().flat_map(|batch| batch.entries);
    entries.map(|entry| entry.3).collect()
}

#[test]
fn a_phone_of_one_village_sees_nothing_of_the_other() {
    let county = county();
    let (pan, lin) = (phone(&county, "pan", "W01"), county.phone("lin", "K05"));
    day(&pan);
    lin.play(&county.day, &["C02", "C04", "C06"]);
    for phone in [&pan, &lin, &pan, &lin] {
        phone.sync();
        county.settle();
    }
    assert_eq!(pan.workspace.captures(0, 100).unwrap().len(), 4);
    assert_eq!(lin.workspace.captures(0, 100).unwrap().len(), 3);
    assert!(
        pan.workspace
            .find("990101100201000031", 5)
            .unwrap()
            .is_empty()
    );
    assert!(lin.workspace.find("欧阳石生", 5).unwrap().is_empty());
    assert_eq!(pan.workspace.cases().unwrap().len(), 3);
    // Not one entry of the one village's logs is held in the other, on hub or phone.
    let (ours, theirs) = (
        county.village(),
        county.hub().village(hamlet::CODE).unwrap(),
    );
    let (ours_logs, theirs_logs) = (
        ours.replica().vector().unwrap(),
        theirs.replica().vector().unwrap(),
    );
    assert!(ours_logs.keys().all(|log| !theirs_logs.contains_key(log)));
    for log in pan.workspace.replica().vector().unwrap().keys() {
        assert!(theirs_logs.contains_key(log));
    }
    for log in lin.workspace.replica().vector().unwrap().keys() {
        assert!(ours_logs.contains_key(log));
    }
    let marks = ["石桥", "欧阳", hamlet::CODE];
    for payload in payloads(&ours) {
        let text = String::from_utf8_lossy(&payload).into_owned();
        assert!(marks.iter().all(|mark| !text.contains(mark)));
    }
}

#[test]
fn a_phone_cannot_read_or_overwrite_the_other_villages_photographs_register_or_logs() {
    let county = county();
    let (pan, lin) = (phone(&county, "pan", "W01"), county.phone("lin", "K05"));
    day(&pan);
    pan.sync();
    let theirs = county.hub().village(hamlet::CODE).unwrap();
    let capture = theirs.replica().capture(pan.id("P01")).unwrap();
    let photo = theirs.replica().blob_bytes(capture.photos[0].blob).unwrap();
    let (register, _) = pan.workspace.replica().base().unwrap();
    let mut counter = 9_000_000_000_000;
    let mut get = |phone: &Phone, hash: &[u8; 32]| {
        counter += 1;
        let path = format!("/blobs/{}", hex::encode(hash));
        let request = peer::request(&phone.key(), "GET", &path, counter, Vec::new());
        phone.transport.send(&request).unwrap().status
    };
    use fieldwork::port::Transport;
    for hash in [sha256(&[&photo]), register] {
        assert_eq!(get(&pan, &hash), 200, "the control");
        assert_eq!(get(&lin, &hash), 404);
    }
    // Entries of the other village, even its own hub log, are not taken from here.
    let (batches, _) = theirs
        .replica()
        .outgoing(&Default::default(), usize::MAX, false)
        .unwrap();
    let before = county.village().replica().vector().unwrap();
    let answer = peer::send(&lin.transport, &lin.key(), 9_500_000_000_000, batches);
    assert_eq!(answer.4.len(), 2);
    for (_, reason) in &answer.4 {
        assert_eq!(reason, "the log belongs to another village");
    }
    let after = county.village().replica().vector().unwrap();
    assert_eq!(
        after.keys().collect::<Vec<_>>(),
        before.keys().collect::<Vec<_>>()
    );
}

#[test]
fn a_hub_of_two_villages_wants_to_know_for_which_it_invites() {
    let county = county();
    let ask = |village: Option<&str>, worker: &str| {
        invite(&county.hub_folder(), village, worker, &county.ports())
    };
    assert!(matches!(ask(None, "W01"), Err(HubError::WhichVillage(_))));
    assert!(matches!(
        ask(Some(&county.day.village), "W01"),
        Err(HubError::UnknownWorker(_))
    ));
    assert!(ask(Some(hamlet::CODE), "W02").is_ok());
}

#[test]
fn adding_a_village_again_changes_nothing_and_a_new_register_does_not_change_what_was_reported() {
    let mut county = county();
    let mut phone = phone(&county, "pan", "W01");
    day(&phone);
    let before: Vec<Value> = ["P01", "P02", "P03"]
        .iter()
        .flat_map(|label| phone.envelopes(phone.id(label)))
        .map(|envelope| serde_json::to_value(envelope).unwrap())
        .collect();
    let entries = county
        .hub()
        .village(hamlet::CODE)
        .unwrap()
        .replica()
        .vector()
        .unwrap();
    county.stop();
    let register = county.folder.path().join("hamlet");
    county.add_village(&register);
    county.start();
    phone.moved(&county.address());
    let village = county.hub().village(hamlet::CODE).unwrap();
    assert_eq!(village.replica().vector().unwrap(), entries);

    // The county sends a new register: another head's name on the same household.
    county.stop();
    for name in ["人口花名册.csv", "户情.csv", "房屋.csv", "地块.geojson"] {
        let path = register.join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("欧阳石生", "欧阳石松")).unwrap();
    }
    county.add_village(&register);
    county.start();
    phone.moved(&county.address());
    phone.sync();
    let head: EntityId = "person:99010110230500000101".parse().unwrap();
    let name = phone
        .workspace
        .replica()
        .with_register(|register| register.text(&head, "person.name"))
        .unwrap();
    assert_eq!(
        name.as_deref(),
        Some("欧阳石松"),
        "the new register has come"
    );
    county.settle();
    let mut events = county.wg.accepted();
    events.sort_by(|a, b| a.key.cmp(&b.key));
    assert_eq!(events[0].parsed["sjrxm"], "欧阳石生");
    let after: Vec<Value> = ["P01", "P02", "P03"]
        .iter()
        .flat_map(|label| phone.envelopes(phone.id(label)))
        .map(|envelope| serde_json::to_value(envelope).unwrap())
        .collect();
    assert_eq!(after, before);
}
