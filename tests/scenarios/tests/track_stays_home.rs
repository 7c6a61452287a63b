//! Whatever walk somebody records: not one point of it is in what leaves the phone.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use fieldwork::port::{Answer, Request, RequestBody, Transport, TransportError};
use fieldwork::recorder::{KEPT_MS, Kept, Recorder, Start};
use fieldwork_geo::Wgs84;
use fieldwork_http::HttpTransport;
use fieldwork_patrol::{Datum, Fix, Provider};
use fieldwork_scenarios::{County, Phone, at};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

/// Forms in which a number of degrees may be written down.
struct Points {
    forms: BTreeSet<Vec<u8>>,
}

impl Points {
    fn of(fixes: &[Fix]) -> Self {
        let mut forms = BTreeSet::new();
        for fix in fixes {
            let [lon, lat] = fix.point.to_e7();
            for e7 in [lon, lat] {
                let degrees = f64::from(e7) / 1e7;
                // Five decimals are a metre; text with more begins with them.
                let text = format!("{degrees:.7}");
                forms.insert(text.as_bytes()[..text.len() - 2].to_vec());
                forms.insert(e7.to_string().into_bytes());
                for integer in [e7, (degrees * 1e6).round() as i32] {
                    forms.insert(integer.to_be_bytes().to_vec());
                    forms.insert(integer.to_le_bytes().to_vec());
                }
                forms.insert(degrees.to_be_bytes().to_vec());
                forms.insert(degrees.to_le_bytes().to_vec());
            }
        }
        Self { forms }
    }

    /// Whether a point is in the bytes, or in something that is packed in them.
    fn are_in(&self, bytes: &[u8]) -> bool {
        let lengths: BTreeSet<usize> = self.forms.iter().map(Vec::len).collect();
        let plain = lengths.iter().any(|length| {
            let mut windows = bytes.windows(*length);
            windows.any(|window| self.forms.contains(window))
        });
        plain || packed(bytes).iter().any(|inner| self.are_in(inner))
    }
}

/// Whether a sealed track begins anywhere in the bytes, or in something that is packed in them.
fn sealed_in(bytes: &[u8]) -> bool {
    let begins = |at: &usize| bytes[*at..].starts_with(b"FWT\x01");
    (0..bytes.len()).any(|at| begins(&at)) || packed(bytes).iter().any(|inner| sealed_in(inner))
}

/// What is packed as zstd somewhere in the bytes.
fn packed(bytes: &[u8]) -> Vec<Vec<u8>> {
    const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
    let starts = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(&MAGIC));
    starts
        .filter_map(|at| {
            let mut inner = Vec::new();
            let decoder = zstd::stream::Decoder::new(&bytes[at..]).ok()?;
            std::io::copy(&mut decoder.single_frame(), &mut inner).ok()?;
            Some(inner)
        })
        .collect()
}

/// Every value of every table of a database whose name is not left out.
fn values(database: &Path, without: &[&str]) -> Vec<Vec<u8>> {
    let connection =
        Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut tables = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap();
    let tables: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .filter(|table: &String| !without.contains(&table.as_str()))
        .collect();
    let mut found = Vec::new();
    for table in tables {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM \"{table}\""))
            .unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                match row.get_ref(column).unwrap() {
                    ValueRef::Blob(bytes) | ValueRef::Text(bytes) => found.push(bytes.to_vec()),
                    ValueRef::Integer(number) => found.push(number.to_string().into_bytes()),
                    ValueRef::Real(number) => found.push(number.to_be_bytes().to_vec()),
                    ValueRef::Null => {}
                }
            }
        }
    }
    assert!(found.len() > 20, "nothing is in {database:?}");
    found
}

/// Keeps what a phone sends.
struct Overheard {
    inner: HttpTransport,
    sent: Mutex<Vec<Vec<u8>>>,
}

impl Transport for Overheard {
    fn send(&self, request: &Request) -> Result<Answer, TransportError> {
        let body = match &request.body {
            RequestBody::Empty => Vec::new(),
            RequestBody::Bytes(bytes) => bytes.clone(),
            RequestBody::File(path) => fs::read(path).unwrap(),
        };
        let mut sent = self.sent.lock().unwrap();
        sent.push(request.path.clone().into_bytes());
        sent.push(body);
        drop(sent);
        self.inner.send(request)
    }
}

/// A walk in the village: where it begins, then steps of some metres.
fn walk() -> impl Strategy<Value = Vec<Fix>> {
    let begin = (
        1_154_080_000..1_154_200_000_i32,
        332_800_000..332_840_000_i32,
    );
    let step = (-700..=700_i32, -700..=700_i32, 1.0..9.0_f32);
    let steps = prop::collection::vec(step, 2..30);
    (begin, steps).prop_map(|((mut lon, mut lat), steps)| {
        let fix = |(n, (east, north, accuracy)): (i64, (i32, i32, f32))| {
            lon += east;
            lat += north;
            Fix {
                at_ms: Some(at("08:00") + n * 5_000),
                elapsed_ms: Some(n * 5_000),
                accuracy_m: Some(accuracy),
                ..Fix::at(Wgs84::from_e7([lon, lat]).unwrap())
            }
        };
        (0..).zip(steps).map(fix).collect()
    })
}

#[test]
fn no_envelope_message_log_or_other_phone_holds_a_point_of_a_walk() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let colleague = county.phone("zhou", "K01");
    let own = phone.folder.join("fieldwork.db");
    let transport = Overheard {
        inner: HttpTransport::new(&county.address()).unwrap(),
        sent: Mutex::default(),
    };
    let template = phone.draft_of(&county.day, "C01");
    let walked = Mutex::new(Vec::new());
    let mut runner = TestRunner::new(Config {
        cases: 12,
        max_shrink_iters: 0,
        failure_persistence: None,
        ..Config::default()
    });
    let held = runner.run(&walk(), |fixes| {
        let points = Points::of(&fixes);
        let facts = record(&phone, &fixes, &points, &own);
        let mut draft = template.clone();
        (draft.id, draft.label) = (None, None);
        draft.track = Some(facts);
        let saved = phone.workspace.save(&draft).unwrap();
        for filled in phone.workspace.envelopes(saved.id).unwrap() {
            let shown = format!("{filled:?}").into_bytes();
            prop_assert!(!points.are_in(&shown), "an envelope");
            let written = serde_json::to_vec(&filled).unwrap();
            prop_assert!(!points.are_in(&written) && !sealed_in(&written));
        }
        walked.lock().unwrap().extend(fixes);
        Ok(())
    });
    held.unwrap();

    phone.workspace.sync(&transport, &()).unwrap();
    county.settle();
    colleague.sync();
    let points = Points::of(&walked.lock().unwrap());
    let sent = transport.sent.lock().unwrap();
    // The search looks into what is packed: it finds the kind of the captures there.
    let kind = template.kind.as_bytes();
    assert!(
        sent.iter()
            .flat_map(|body| packed(body))
            .any(|inner| { inner.windows(kind.len()).any(|window| window == kind) })
    );
    for body in sent.iter() {
        assert!(!points.are_in(body), "a message to the hub");
        assert!(!sealed_in(body), "a sealed track to the hub");
    }
    // The phone's own log and all else it keeps, but the sealed walks; the hub; a colleague's phone.
    let walks = ["walk", "walk_step", "walk_export"];
    let hub = county
        .hub_folder()
        .join("villages/990101100201/fieldwork.db");
    for (database, without) in [
        (own.clone(), walks.as_slice()),
        (hub, &[]),
        (colleague.folder.join("fieldwork.db"), &[]),
    ] {
        for value in values(&database, without) {
            assert!(!points.are_in(&value), "{database:?}");
            assert!(!sealed_in(&value), "{database:?}");
        }
    }
    // A colleague has nothing to export.
    assert!(Kept::of(&colleague.workspace).list().unwrap().is_empty());
    assert_eq!(Kept::of(&phone.workspace).list().unwrap().len(), 13);
    // In time they are gone at home too, by the next sync at the latest.
    phone.clock.set(at("23:00") + KEPT_MS);
    phone.sync();
    let own = Connection::open_with_flags(&own, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let left = own.query_row("SELECT count(*) FROM walk", [], |row| row.get::<_, i64>(0));
    assert_eq!(left.unwrap(), 0);
}

/// Records a walk. While it is under way its points are found in the journal: the search sees them.
fn record(
    phone: &Phone,
    fixes: &[Fix],
    points: &Points,
    own: &Path,
) -> fieldwork_forms::capture::TrackSummary {
    let start = Start {
        purpose: "巡田".to_owned(),
        provider: Provider::Gps,
        datum: Datum::Wgs84,
    };
    let mut recorder = Recorder::start(&phone.workspace, start).unwrap();
    for fix in fixes {
        recorder.fix(fix).unwrap();
    }
    assert!(values(own, &[]).iter().any(|value| points.are_in(value)));
    let finished = recorder.finish(KEPT_MS).unwrap();
    assert!(!values(own, &[]).iter().any(|value| points.are_in(value)));
    // Sealed it is found by its own mark, packed or not: that search sees it as well.
    let mut all = values(own, &[]).into_iter();
    let sealed = all.find(|value| sealed_in(value)).unwrap();
    let packed = zstd::encode_all(sealed.as_slice(), 3).unwrap();
    assert!(sealed_in(&[b"before", packed.as_slice()].concat()));
    finished.facts.unwrap()
}
