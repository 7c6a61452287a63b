//! Files that were damaged on the medium: moved aside and reported, never deleted; what the hub has
//! comes back, photographs stay, and phone and hub go on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fieldwork::port::{Ports, SetClock};
use fieldwork::replica::{Replica, ReplicaError};
use fieldwork::{Error, Opened, Workspace};
use fieldwork_forms::capture::BlobRef;
use fieldwork_forms::envelope::{Envelope, Filled};
use fieldwork_http::HttpTransport;
use fieldwork_hub::hub::{Hub, HubError};
use fieldwork_scenarios::{County, Phone, at};
use fieldwork_testkit::fixtures::Fixtures;

type Damage = fn(&mut Vec<u8>);

const DAMAGES: [(&str, Damage); 5] = [
    ("header", |bytes| bytes[..16].fill(0x5a)),
    ("page size", |bytes| bytes[16..18].fill(0xff)),
    ("garbage", |bytes| {
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = (at * 37 % 251) as u8;
        }
    }),
    ("cut", |bytes| bytes.truncate(5_000)),
    ("emptied", Vec::clear),
];

fn damage(path: &Path, change: Damage) -> Vec<u8> {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, &bytes).unwrap();
    bytes
}

fn open(folder: &Path) -> Result<(Workspace, Opened), Error> {
    let clock = Arc::new(SetClock::new(at("18:00")));
    Workspace::open(folder, Ports::with_clock(clock))
}

fn photos_of(replica: &Replica, label: &str, phone: &Phone) -> Vec<BlobRef> {
    let capture = replica.capture(phone.id(label)).unwrap();
    capture.photos.iter().map(|photo| photo.blob).collect()
}

#[test]
fn a_damaged_database_of_a_phone_is_moved_aside_and_all_that_the_hub_has_comes_back() {
    for (what, change) in DAMAGES {
        let county = County::new();
        let phone = county.phone("lin", "K05");
        phone.play(&county.day, &["C04", "C06"]);
        phone.sync();
        let sent = phone.envelopes(phone.id("C04"));
        phone.play(&county.day, &["C05", "C07"]);
        let unsent: Vec<BlobRef> = ["C05", "C07"]
            .iter()
            .flat_map(|label| photos_of(phone.workspace.replica(), label, &phone))
            .collect();
        assert_eq!(unsent.len(), 4);
        let folder = phone.close();
        let damaged = damage(&folder.join("fieldwork.db"), change);

        let (workspace, opened) = open(&folder).unwrap();
        let aside = opened.moved_aside.expect(what);
        assert_eq!(fs::read(&aside).unwrap(), damaged, "{what}");
        assert_eq!(workspace.enrolment().unwrap().worker, "K05", "{what}");
        // Where anything of it can be read, what had not been sent is entered again.
        let again = opened.salvaged.captures;
        assert!(again == 0 || again == 2, "{what}: {again}");
        workspace.shutdown().unwrap();

        let phone = Phone::open(&folder, &county.address());
        // It is later than when the phone last spoke to the hub.
        phone.clock.set(at("18:00"));
        phone.sync();
        let held = phone.workspace.captures(0, 10).unwrap().len();
        assert_eq!(held, 2 + again, "{what}");
        assert_eq!(phone.envelopes(phone.id("C04")), sent, "{what}");
        // Photographs of what was not sent are neither swept nor kept from the hub.
        for photo in unsent {
            phone.workspace.replica().blob_bytes(photo).unwrap();
            county.village().replica().blob_bytes(photo).unwrap();
        }
        // Work goes on, in a new log.
        let rest: &[&str] = if again == 2 {
            &["C08"]
        } else {
            &["C05", "C07", "C08"]
        };
        phone.play(&county.day, rest);
        let report = phone.sync();
        assert_eq!(report.entries_sent, rest.len(), "{what}");
        county.settle();
        let village = county.village();
        assert!(village.replica().capture(phone.id("C08")).is_ok());
        assert!(aside.exists(), "{what}");
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn bytes_flipped_anywhere_in_a_database_never_end_the_app_and_what_is_whole_stays_readable() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C02", "C04", "C06"]);
    let draft = phone.draft_of(&county.day, "C11");
    let camera = phone.camera.clone();
    let whole = phone.close();
    let size = fs::metadata(whole.join("fieldwork.db")).unwrap().len() as usize;
    let (mut reported, mut served) = (0, 0);
    for place in 1..40 {
        let folder = county.folder.path().join(format!("flipped-{place}"));
        copy(&whole, &folder);
        let at = size * place / 40;
        let path = folder.join("fieldwork.db");
        let mut bytes = fs::read(&path).unwrap();
        let end = (at + 48).min(size);
        for byte in &mut bytes[at..end] {
            *byte ^= 0xa5;
        }
        fs::write(&path, bytes).unwrap();
        let (workspace, opened) = match open(&folder) {
            Ok(opened) => opened,
            Err(Error::Storage { .. }) => continue,
            Err(other) => panic!("byte {at}: {other:?}"),
        };
        reported += usize::from(opened.moved_aside.is_some());
        let captures = workspace.captures(0, 10);
        for capture in captures.iter().flatten() {
            let _ = workspace.envelopes(capture.id);
        }
        let _ = workspace.conflicts();
        let _ = workspace.cases();
        match workspace.save(&draft) {
            Ok(saved) => {
                assert!(workspace.replica().capture(saved.id).is_ok(), "byte {at}");
                served += 1;
            }
            Err(Error::Storage { .. } | Error::NotReady(_) | Error::Unknown(_)) => {}
            Err(other) => panic!("byte {at}: {other:?}"),
        }
        let _ = workspace.shutdown();
    }
    assert!(
        reported > 0 && served > 0,
        "{reported} reported, {served} served"
    );
    assert!(camera.exists());
    let phone = Phone::open(&whole, &county.address());
    assert_eq!(phone.sync().photos_sent, 4);
}

#[test]
fn captures_that_never_reached_the_hub_are_entered_again_from_a_damaged_database() {
    let losses: [(&str, Damage); 2] = [
        ("header", |bytes| bytes[..28].fill(0x5a)),
        ("page size", |bytes| bytes[16..18].fill(0xff)),
    ];
    for (what, change) in losses {
        let county = County::new();
        let phone = county.phone("lin", "K05");
        phone.play(&county.day, &["C06"]);
        phone.sync();
        phone.play(&county.day, &["C04", "C08"]);
        let id = phone.id("C04");
        let unsent = phone.envelopes(id);
        let folder = phone.close();
        damage(&folder.join("fieldwork.db"), change);
        let (workspace, opened) = open(&folder).unwrap();
        assert!(opened.moved_aside.is_some(), "{what}");
        assert_eq!(opened.salvaged.captures, 2, "{what}: {:?}", opened.salvaged);
        // Without a network: register and catalogue are there, the forms are the same.
        let filled = workspace.envelopes(id).unwrap().into_iter();
        let again: Vec<Envelope> = filled
            .filter_map(|filled| match filled {
                Filled::Envelope(envelope) => Some(envelope),
                Filled::Stopped(_) => None,
            })
            .collect();
        assert_eq!(again, unsent, "{what}");
        let hub = HttpTransport::new(&county.address()).unwrap();
        let report = workspace.sync(&hub, &()).unwrap();
        assert!(
            report.refused_by_hub.is_empty() && report.refusals.is_empty(),
            "{what}: {report:?}"
        );
        county.settle();
        assert_eq!(workspace.captures(0, 10).unwrap().len(), 3, "{what}");
        workspace.sync(&hub, &()).unwrap();
        assert_eq!(workspace.receipts(id).unwrap().len(), 3, "{what}");
    }
}

#[test]
fn a_database_of_a_newer_version_is_named_and_left_as_it_is() {
    let county = County::new();
    let folder = county.phone("lin", "K05").close();
    let path = folder.join("fieldwork.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let before = fs::read(&path).unwrap();
    match open(&folder) {
        Err(Error::Storage { reason }) => assert!(reason.contains("version 99"), "{reason}"),
        other => panic!("{:?}", other.map(|(_, opened)| opened)),
    }
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_damaged_key_or_enrolment_is_named_and_not_replaced() {
    let county = County::new();
    for name in ["device.key", "enrolment.json"] {
        let folder = county.phone(name, "K05").close();
        let path = folder.join(name);
        fs::write(&path, b"rotten").unwrap();
        match open(&folder) {
            Err(Error::Storage { reason }) => assert!(reason.contains("damaged"), "{reason}"),
            other => panic!("{name}: {:?}", other.map(|(_, opened)| opened)),
        }
        assert_eq!(fs::read(&path).unwrap(), b"rotten", "{name}");
    }
}

#[test]
fn a_photograph_that_rotted_on_the_phone_is_reported_and_all_others_are_sent() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C05", "C06", "C09"]);
    let replica = phone.workspace.replica();
    let photos = photos_of(replica, "C05", &phone);
    let (rotten, gone) = (photos[0], photos[1]);
    let path = replica.blob_path(rotten).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&path, bytes).unwrap();
    fs::remove_file(replica.blob_path(gone).unwrap()).unwrap();

    let report = phone.try_sync().unwrap();
    assert_eq!((report.photos_sent, report.photos_unusable), (5, 2));
    let mut named = replica.damaged_blobs().unwrap();
    named.sort_unstable_by_key(|blob| blob.0);
    let mut expected = vec![rotten, gone];
    expected.sort_unstable_by_key(|blob| blob.0);
    assert_eq!(named, expected);
    // What needs neither of them is delivered.
    county.until("the other visit is delivered", || {
        phone.try_sync().unwrap();
        !phone
            .workspace
            .receipts(phone.id("C06"))
            .unwrap()
            .is_empty()
    });
}

#[test]
fn an_entry_that_rotted_on_the_phone_is_refused_by_name_and_nothing_else_is_lost() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C06", "C07"]);
    let folder = phone.close();
    let connection = rusqlite::Connection::open(folder.join("fieldwork.db")).unwrap();
    let changed = connection
        .execute(
            "UPDATE entry SET payload = CAST(payload || x'00' AS BLOB)
             WHERE (log, seq) IN (SELECT log, seq FROM capture WHERE label = 'C07')",
            [],
        )
        .unwrap();
    assert_eq!(changed, 1);
    drop(connection);
    let phone = Phone::open(&folder, &county.address());
    let report = phone.try_sync().unwrap();
    assert_eq!(report.refused_by_hub.len(), 1);
    assert_eq!(
        report.refused_by_hub[0].1,
        "the signature of the batch is wrong"
    );
    assert_eq!(phone.workspace.captures(0, 10).unwrap().len(), 2);
    assert!(!phone.envelopes(phone.id("C06")).is_empty());
}

fn village_database(county: &County) -> PathBuf {
    county
        .hub_folder()
        .join("villages")
        .join(&county.day.village)
        .join("fieldwork.db")
}

#[test]
fn a_damaged_village_at_the_hub_is_moved_aside_and_comes_back_from_register_and_phones() {
    for (what, change) in DAMAGES {
        let mut county = County::new();
        let mut phone = county.phone("lin", "K05");
        phone.play(&county.day, &["C04", "C06"]);
        phone.sync();
        county.settle();
        let photo = photos_of(phone.workspace.replica(), "C06", &phone)[0];
        county.stop();
        let path = village_database(&county);
        let damaged = damage(&path, change);
        county.add_village(&Fixtures::default().register());
        let aside = fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.to_string_lossy().contains("damaged"))
            .expect(what);
        assert_eq!(fs::read(aside).unwrap(), damaged, "{what}");
        county.start();
        phone.moved(&county.address());
        // The phone had been told that its entries are safe: it says them again all the same.
        phone.sync();
        let village = county.village();
        for label in ["C04", "C06"] {
            assert!(village.replica().capture(phone.id(label)).is_ok(), "{what}");
        }
        assert!(village.replica().blob_bytes(photo).is_ok(), "{what}");
        phone.play(&county.day, &["C07"]);
        phone.sync();
        county.until("a later capture is delivered", || {
            phone.sync();
            !phone
                .workspace
                .receipts(phone.id("C07"))
                .unwrap()
                .is_empty()
        });
    }
}

#[test]
fn a_damaged_hub_database_or_key_is_named_and_left_as_it_is() {
    for name in ["hub.db", "hub.key"] {
        let mut county = County::new();
        county.stop();
        let path = county.hub_folder().join(name);
        fs::write(&path, b"rotten, but longer than thirty-two bytes").unwrap();
        let failed = Hub::open(&county.hub_folder(), county.ports()).err();
        assert!(
            matches!(failed, Some(HubError::Store(_) | HubError::Io(_))),
            "{name}: {failed:?}"
        );
        assert!(fs::read(&path).unwrap().starts_with(b"rotten"), "{name}");
    }
}

#[test]
fn a_folder_is_open_once() {
    let mut county = County::new();
    let phone = county.phone("lin", "K05");
    assert!(matches!(open(&phone.folder), Err(Error::InUse)));
    let second = Hub::open(&county.hub_folder(), county.ports());
    assert!(matches!(second.err(), Some(HubError::InUse)));
    county.stop();
    drop(Hub::open(&county.hub_folder(), county.ports()).unwrap());
    // After a shutdown calls are refused, and a second shutdown does nothing.
    phone.workspace.shutdown().unwrap();
    phone.workspace.shutdown().unwrap();
    assert!(matches!(phone.workspace.captures(0, 1), Err(Error::Closed)));
    let read = phone
        .workspace
        .replica()
        .read(|_| Ok::<_, ReplicaError>(()));
    assert!(matches!(read, Err(ReplicaError::Closed)));
    let (again, _) = open(&phone.folder).unwrap();
    again.shutdown().unwrap();
}
