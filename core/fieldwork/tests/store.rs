//! What happens to a database that is damaged, newer, or in use.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop anywhere"
)]

use std::fs;
use std::path::Path;

use fieldwork::port::Ports;
use fieldwork::store::{Store, StoreError, meta};
use fieldwork::{Error, Workspace};
use tempfile::tempdir;

fn write(store: &mut Store, name: &str) {
    store
        .write(|transaction| meta::write(transaction, name, b"kept"))
        .unwrap();
}

#[test]
fn a_commit_is_there_after_opening_again() {
    let folder = tempdir().unwrap();
    let (mut store, report) = Store::open(folder.path()).unwrap();
    assert_eq!(report.moved_aside, None);
    write(&mut store, "a");
    drop(store);
    let (store, _) = Store::open(folder.path()).unwrap();
    assert_eq!(
        meta::read(store.read(), "a").unwrap().as_deref(),
        Some(&b"kept"[..])
    );
}

#[test]
fn a_transaction_that_fails_leaves_nothing() {
    let folder = tempdir().unwrap();
    let (mut store, _) = Store::open(folder.path()).unwrap();
    let failed: Result<(), StoreError> = store.write(|transaction| {
        meta::write(transaction, "half", b"x")?;
        Err(StoreError::Full)
    });
    assert!(matches!(failed, Err(StoreError::Full)));
    assert_eq!(meta::read(store.read(), "half").unwrap(), None);
}

#[test]
fn a_damaged_database_is_moved_aside_with_its_log_and_reported() {
    for damage in [Damage::Garbage, Damage::Header, Damage::Middle] {
        let folder = tempdir().unwrap();
        let (mut store, _) = Store::open(folder.path()).unwrap();
        for n in 0..200 {
            write(&mut store, &format!("name {n} {}", "x".repeat(200)));
        }
        store.checkpoint().unwrap();
        drop(store);
        let path = folder.path().join("fieldwork.db");
        damage.to(&path);
        let damaged = fs::read(&path).unwrap();
        let (mut store, report) = Store::open(folder.path()).unwrap();
        let moved = report.moved_aside.expect("the damage was not noticed");
        assert_eq!(
            fs::read(moved).unwrap(),
            damaged,
            "the damaged file was changed"
        );
        write(&mut store, "works again");
    }
}

#[test]
fn a_newer_database_is_refused_and_left_as_it_is() {
    let folder = tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    let path = folder.path().join("fieldwork.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    drop(connection);
    let before = fs::read(&path).unwrap();
    assert!(matches!(
        Store::open(folder.path()),
        Err(StoreError::Newer { found: 99, .. })
    ));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_second_process_is_told_that_the_workspace_is_in_use() {
    let folder = tempdir().unwrap();
    let (first, _) = Workspace::open(folder.path(), Ports::system()).unwrap();
    assert!(matches!(
        Workspace::open(folder.path(), Ports::system()),
        Err(Error::InUse)
    ));
    first.shutdown().unwrap();
    first.shutdown().unwrap();
    assert!(matches!(first.captures(0, 1), Err(Error::Closed)));
    Workspace::open(folder.path(), Ports::system()).unwrap();
}

enum Damage {
    Garbage,
    Header,
    Middle,
}

impl Damage {
    fn to(&self, path: &Path) {
        let mut bytes = fs::read(path).unwrap();
        match self {
            Self::Garbage => bytes = b"this is not a database".repeat(500),
            Self::Header => bytes[..100].fill(0xff),
            Self::Middle => {
                let middle = bytes.len() / 2;
                bytes[middle - 6_000..middle + 6_000].fill(0xee);
            }
        }
        fs::write(path, bytes).unwrap();
    }
}

/// A phone's database after the day of the fixtures, as version 3 of the schema left it.
const SCHEMA_3: &[u8] = include_bytes!("../../../tests/fixtures/store/schema-3.db.zst");

#[test]
fn a_database_of_an_older_schema_is_brought_up_to_date_and_loses_nothing() {
    let folder = tempdir().unwrap();
    let old = zstd::decode_all(SCHEMA_3).unwrap();
    fs::write(folder.path().join("fieldwork.db"), old).unwrap();
    let count = |table: &str| -> i64 {
        let path = folder.path().join("fieldwork.db");
        let connection = rusqlite::Connection::open(path).unwrap();
        connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .unwrap()
    };
    let tables = ["entry", "capture", "blob", "capture_photo", "receipt"];
    let before = tables.map(count);
    assert_eq!(before[1], 14);
    assert_eq!(before[3], 22);
    let (store, report) = Store::open(folder.path()).unwrap();
    assert_eq!(report.moved_aside, None);
    drop(store);
    assert_eq!(tables.map(count), before);
    assert_eq!(count("photo"), 0);
    // A photograph of before the step has no row of its own, is complete, and may go.
    let (store, _) = Store::open(folder.path()).unwrap();
    assert_eq!(
        fieldwork::store::photo::sent(store.read()).unwrap().len(),
        22
    );
}
