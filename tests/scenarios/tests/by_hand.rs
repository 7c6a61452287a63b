//! A system without an interface: a person carries what waits, once, and enters the number.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fs;
use std::path::Path;

use fieldwork_hub::hand::{HandError, Made};
use fieldwork_hub::hub::Hub;
use fieldwork_hub::outbox::State;
use fieldwork_hub::store::batch;
use fieldwork_hub::village::VillageError;
use fieldwork_scenarios::{County, Phone, shell, specs};
use serde_json::{Value, json};

/// The county, where the enforcement system has lost its interface.
fn county(max_rows: u32) -> (County, Phone) {
    let mut county = County::new();
    let phone = county.phone("lin", "K05");
    let text = fs::read_to_string(specs().join("systems/zf.json")).unwrap();
    let mut spec: Value = serde_json::from_str(&text).unwrap();
    spec["version"] = json!(spec["version"].as_u64().unwrap() + 1);
    spec["wire"] = json!({"by_hand": {
        "file": {"kind": {"csv": {"encoding": "utf8_bom", "line_end": "crlf"}},
                 "name": "{form}_{village}_{date}", "date": "yyyyMMdd", "max_rows": max_rows},
        "receipt": "受理编号",
    }});
    county.stop();
    let hub = Hub::open(&county.hub_folder(), county.ports()).unwrap();
    hub.add_spec("zf.json", &spec.to_string()).unwrap();
    hub.close();
    county.start();
    let mut phone = phone;
    phone.moved(&county.address());
    phone.sync();
    phone.play(&county.day, &["C09", "C10"]);
    phone.sync();
    county.settle();
    (county, phone)
}

fn make(county: &County, out: &Path) -> Made {
    county.village().make_by_hand("zf", out).unwrap()
}

fn state(county: &County, key: &str) -> State {
    let all = county.village().deliveries().unwrap();
    all.iter()
        .find(|one| one.envelope.key() == key)
        .unwrap()
        .state
}

#[test]
fn what_waits_is_handed_out_once_and_completed_by_the_number_that_a_person_enters() {
    let (county, phone) = county(500);
    let out = county.folder.path().join("out");
    let made = make(&county, &out);
    assert!(!made.batches.is_empty() && made.waiting == 0);
    let keys: Vec<&String> = made.batches.iter().flat_map(|batch| &batch.keys).collect();
    for batch in &made.batches {
        let names: Vec<String> = fs::read_dir(&batch.folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let table = names.iter().find(|name| name.ends_with(".csv")).unwrap();
        let table = fs::read_to_string(batch.folder.join(table)).unwrap();
        assert_eq!(table.lines().count(), batch.keys.len() + 1);
        let sheet = fs::read_to_string(batch.folder.join("抄录单.txt")).unwrap();
        assert!(batch.keys.iter().all(|key| sheet.contains(key.as_str())));
        assert_eq!(sheet.matches("受理编号：").count(), batch.keys.len());
        assert!(names.iter().any(|name| name.ends_with(".jpg")), "{names:?}");
        assert!(
            batch
                .keys
                .iter()
                .all(|key| state(&county, key) == State::Uncertain)
        );
    }
    // Making again, and the hub's own work, give nobody anything a second time.
    county.settle();
    assert_eq!(make(&county, &out), Made::default());
    let first = &made.batches[0];
    let village = county.village();
    assert_eq!(
        village
            .enter_number("zf", &first.id, " ZF-2025-17 ")
            .unwrap(),
        first.keys.len()
    );
    let again = village.enter_number("zf", &first.id, "ZF-2025-18");
    assert!(
        matches!(again, Err(HandError::NothingHandedOut(_))),
        "{again:?}"
    );
    for key in &first.keys {
        assert_eq!(state(&county, key), State::Completed);
    }
    phone.sync();
    let receipts = phone.workspace.receipts(phone.id("C09")).unwrap();
    let known = receipts
        .iter()
        .find(|receipt| keys.contains(&&receipt.key))
        .unwrap();
    assert_eq!(known.upstream_ref.as_deref(), Some("ZF-2025-17"));
}

#[test]
fn a_full_file_begins_another_batch_and_one_form_may_have_its_own_number() {
    let (county, _) = county(1);
    let out = county.folder.path().join("out");
    let made = make(&county, &out);
    assert!(made.batches.iter().all(|batch| batch.keys.len() == 1));
    let key = &made.batches[0].keys[0];
    assert_eq!(county.village().enter_number("zf", key, "1").unwrap(), 1);
    assert_eq!(state(&county, key), State::Completed);
}

#[test]
fn a_hub_killed_between_storing_a_batch_and_writing_it_writes_that_batch_and_no_second() {
    let (county, _) = county(500);
    let village = county.village();
    let out = county.folder.path().join("out");
    // What the killed hub had stored: a batch with everything of one form.
    let waiting = village
        .replica()
        .read(|connection| Ok::<_, VillageError>(batch::waiting(connection, "zf")?))
        .unwrap();
    let form = waiting[0].form.clone();
    let keys: Vec<&str> = waiting
        .iter()
        .filter(|one| one.form == form)
        .map(|one| one.key.as_str())
        .collect();
    village
        .replica()
        .write(|transaction| {
            Ok::<_, VillageError>(batch::hand_out(
                transaction,
                "zf-lost",
                "zf",
                &form,
                &keys,
                0,
            )?)
        })
        .unwrap();
    fs::create_dir_all(out.join(".zf-lost.part")).unwrap();
    fs::write(out.join(".zf-lost.part").join("half"), "x").unwrap();
    let made = make(&county, &out);
    assert_eq!(made.batches[0].id, "zf-lost");
    assert!(!out.join("zf-lost").join("half").exists());
    let mut all: Vec<&String> = made.batches.iter().flat_map(|batch| &batch.keys).collect();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!((all.len(), count), (waiting.len(), waiting.len()));
    assert_eq!(make(&county, &out), Made::default());
}

#[test]
fn a_system_with_an_interface_is_not_carried_by_hand() {
    let county = County::new();
    let made = county.village().make_by_hand("wg", county.folder.path());
    assert!(matches!(made, Err(HandError::NotByHand(_))), "{made:?}");
}

#[test]
fn the_operators_commands_make_a_batch_and_take_its_number() {
    let (mut county, _) = county(500);
    county.stop();
    let data = county.hub_folder().display().to_string();
    let out = county.folder.path().join("out").display().to_string();
    let made = shell::object(&shell::run([
        "--json", "hub", "by-hand", "make", "--data", &data, "--system", "zf", "--out", &out,
    ]));
    let batch = made["batches"][0]["batch"].as_str().unwrap();
    let entered = shell::object(&shell::run([
        "--json", "hub", "by-hand", "receipt", "--data", &data, "--system", "zf", batch,
        "--number", "7",
    ]));
    assert!(entered["completed"].as_u64().unwrap() > 0);
    let again = shell::run([
        "hub", "by-hand", "receipt", "--data", &data, "--system", "zf", batch, "--number", "8",
    ]);
    assert_eq!(shell::status(&again), 1);
    let withdrawn = shell::object(&shell::run([
        "--json",
        "hub",
        "specs",
        "withdraw",
        "--data",
        &data,
        "zf",
        "--at",
        "2025-04-08T12:00:00+08:00",
    ]));
    assert_eq!(withdrawn["withdrawn_ms"], 1_744_084_800_000_i64);
}
