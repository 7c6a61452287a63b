//! Nothing that is stored, handed over or exported can hold what the rules forbid: a total, score or rank
//! of a person, time online, logins, check-ins, quotas.
//!
//! Three readings: the tables of real databases after a day, the records of the app interface and of the
//! logs as they stand in the sources, and the files that commands write.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::fs;
use std::path::{Path, PathBuf};

use fieldwork_scenarios::County;
use fieldwork_scenarios::shell::{object, run, status, text};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

/// Words that no name may contain.
const FORBIDDEN: [&str; 26] = [
    "score",
    "scores",
    "rank",
    "ranks",
    "ranking",
    "leaderboard",
    "online",
    "login",
    "logins",
    "checkin",
    "checkins",
    "signin",
    "attendance",
    "punch",
    "quota",
    "quotas",
    "streak",
    "badge",
    "kpi",
    "performance",
    "merit",
    "visits",
    "kilometres",
    "workload",
    "productivity",
    "presence",
];
/// Pairs of words that no name may contain in this order.
const FORBIDDEN_PAIRS: [(&str, &str); 8] = [
    ("check", "in"),
    ("sign", "in"),
    ("clock", "in"),
    ("log", "ins"),
    ("time", "online"),
    ("active", "time"),
    ("last", "seen"),
    ("session", "time"),
];
/// Words for a person; a name or a table with one of these may hold no number that adds up.
const PERSON: [&str; 4] = ["worker", "author", "keeper", "cadre"];
/// Words for a number that adds up.
const TOTAL: [&str; 8] = [
    "total", "totals", "count", "counts", "sum", "average", "mean", "hours",
];
/// What people read.
const CHINESE: [&str; 11] = [
    "签到",
    "打卡",
    "积分",
    "排名",
    "排行",
    "在线时长",
    "登录次数",
    "得分",
    "考勤",
    "人均完成",
    "工作量",
];

/// The words of an identifier, lower-case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (c, last) in name.chars().zip(std::iter::once('_').chain(name.chars())) {
        let begins = !c.is_alphanumeric() || (c.is_uppercase() && last.is_lowercase());
        if begins {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().unwrap().extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Why a name may not be, if so.
fn fault(name: &str) -> Option<String> {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let pair = words
        .windows(2)
        .any(|two| FORBIDDEN_PAIRS.contains(&(two[0].as_str(), two[1].as_str())));
    let chinese = CHINESE.iter().any(|word| name.contains(word));
    let total = has(&PERSON) && has(&TOTAL);
    (has(&FORBIDDEN) || pair || chinese || total).then(|| name.to_owned())
}

/// A table: its name and columns.
type Table = (String, Vec<String>);

fn tables(database: &Path) -> Vec<Table> {
    let connection =
        Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = connection
        .prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        .unwrap();
    let names = statement
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap();
    let names: Vec<String> = names.map(Result::unwrap).collect();
    let columns = |table: &str| -> Vec<String> {
        let mut statement = connection
            .prepare("SELECT name FROM pragma_table_info(?1)")
            .unwrap();
        let rows = statement.query_map([table], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    names
        .into_iter()
        .map(|name| (name.clone(), columns(&name)))
        .collect()
}

/// What is wrong with tables.
fn faults(tables: &[Table]) -> Vec<String> {
    let mut faults = Vec::new();
    for (table, columns) in tables {
        faults.extend(fault(table));
        let of_person = columns.iter().any(|column| {
            words(column)
                .iter()
                .any(|word| PERSON.contains(&word.as_str()))
        });
        for column in columns {
            faults.extend(fault(&format!("{table}.{column}")));
            let adds_up = words(column)
                .iter()
                .any(|word| TOTAL.contains(&word.as_str()));
            if of_person && adds_up {
                faults.push(format!("{table}.{column} stands beside a person"));
            }
        }
    }
    faults
}

fn databases(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            databases(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "db") {
            into.push(path);
        }
    }
}

#[test]
fn no_table_of_phone_or_hub_has_room_for_a_total_of_a_person_a_rank_or_a_check_in() {
    let county = County::of_three();
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C12"]);
    phone.sync();
    county.settle();
    let mut found = Vec::new();
    databases(&county.hub_folder(), &mut found);
    databases(&phone.folder, &mut found);
    assert!(found.len() >= 3, "phone, hub, village: {}", found.len());
    for database in found {
        let tables = tables(&database);
        assert!(tables.len() >= 3, "{tables:?}");
        assert_eq!(faults(&tables), [] as [String; 0]);
    }
}

#[test]
fn the_scan_finds_a_table_that_has() {
    let control: [(&str, &[&str]); 5] = [
        ("worker", &["id", "photos_total"]),
        ("capture", &["author", "visit_count"]),
        ("device", &["key", "minutes_online"]),
        ("presence", &["at_ms"]),
        ("checkIn", &["at_ms"]),
    ];
    for (table, columns) in control {
        let columns = columns.iter().map(ToString::to_string).collect();
        let tables = [(table.to_owned(), columns)];
        assert!(!faults(&tables).is_empty(), "{table}");
    }
    for name in [
        "lastSeen",
        "worker.rank",
        "本月排名",
        "author_count",
        "clock_in_at",
    ] {
        assert!(fault(name).is_some(), "{name}");
    }
}

/// Names that a source file gives to fields, variants, records and functions.
fn declared(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in source
        .lines()
        .take_while(|line| !line.contains("#[cfg(test)]"))
    {
        let line = line.trim_start();
        if line.starts_with("//") {
            continue;
        }
        let plain = line
            .trim_start_matches("pub(crate) ")
            .trim_start_matches("pub(super) ");
        let plain = plain.trim_start_matches("pub ");
        for word in [
            "struct ", "enum ", "fn ", "trait ", "type ", "const ", "static ",
        ] {
            if let Some(rest) = plain.strip_prefix(word) {
                names.push(head(rest));
            }
        }
        // A field `name: Type,` or a variant `Name,`.
        if let Some((name, _)) = plain.split_once(": ")
            && is_name(name)
        {
            names.push(name.to_owned());
        }
        let variant = head(plain);
        if variant.starts_with(char::is_uppercase) {
            names.push(variant);
        }
    }
    names
}

fn head(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn no_record_of_core_hub_or_app_interface_is_named_for_what_is_forbidden() {
    let mut files = Vec::new();
    for part in [
        "core/fieldwork/src",
        "core/register/src",
        "hub/src",
        "bindings/ffi/src",
    ] {
        sources(&root().join(part), &mut files);
    }
    let mut seen = 0;
    for file in &files {
        for name in declared(&fs::read_to_string(file).unwrap()) {
            seen += 1;
            assert_eq!(fault(&name), None, "{}", file.display());
        }
    }
    assert!(seen > 2_000, "{seen}");
    let surface = fs::read_to_string(root().join("bindings/ffi/surface.txt")).unwrap();
    for name in surface.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
        assert_eq!(fault(name), None);
    }
}

#[test]
fn no_concept_that_can_be_said_is_about_what_a_worker_achieved() {
    let concepts = fs::read_to_string(root().join("specs/concepts.json")).unwrap();
    let concepts: Value = serde_json::from_str(&concepts).unwrap();
    let mut names = Vec::new();
    keys_and_ids(&concepts, &mut names);
    assert!(names.len() > 100, "{}", names.len());
    for name in names {
        assert_eq!(fault(&name), None);
    }
}

/// Keys of objects, and texts under `id`, `label` and `name`.
fn keys_and_ids(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                into.push(key.clone());
                if let ("id" | "label" | "name", Value::String(text)) = (key.as_str(), value) {
                    into.push(text.clone());
                }
                keys_and_ids(value, into);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| keys_and_ids(value, into)),
        _ => {}
    }
}

#[test]
fn no_file_that_the_demonstration_writes_holds_a_number_for_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let demo = run(["--json", "demo", "--out", out]);
    assert_eq!(status(&demo), 0, "{}", text(&demo.stderr));
    let mut names = Vec::new();
    keys_and_ids(&object(&demo), &mut names);
    for file in ["summary.json", "counts.json"] {
        let value: Value =
            serde_json::from_slice(&fs::read(folder.path().join(file)).unwrap()).unwrap();
        keys_and_ids(&value, &mut names);
    }
    let ledger = fs::read_to_string(folder.path().join("ledger.csv")).unwrap();
    let header = ledger
        .trim_start_matches('\u{feff}')
        .lines()
        .next()
        .unwrap();
    names.extend(header.split(',').map(str::to_owned));
    assert!(names.len() > 60, "{}", names.len());
    for name in names {
        // The tap model counts how often one has to log in where each system has an app of its own; it is
        // reckoned of a day of forms and of nobody.
        if ["login", "logins"].contains(&name.as_str()) {
            continue;
        }
        assert_eq!(fault(&name), None);
    }
    let report = fs::read_to_string(folder.path().join("report.html")).unwrap();
    for word in CHINESE {
        assert!(!report.contains(word), "{word}");
    }
}
