//! Several phones and a hub driven from a shell, and the demonstration.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use fieldwork_scenarios::shell::{object, program, run, status, text};
use fieldwork_scenarios::{golden, specs};
use fieldwork_testkit::fixtures::Fixtures;
use fieldwork_testkit::upstream::{CodeLists, Upstream, ffp, wg};
use serde_json::Value;

/// A hub process and its upstreams; ended when dropped.
struct Rig {
    folder: tempfile::TempDir,
    hub: Child,
    address: String,
    wg: Upstream,
    _ffp: Upstream,
}

impl Rig {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = Fixtures::default();
        let hub_folder = folder.path().join("hub");
        let init = run([
            OsStr::new("--json"),
            OsStr::new("hub"),
            OsStr::new("init"),
            OsStr::new("--data"),
            hub_folder.as_os_str(),
            OsStr::new("--register"),
            data.register().as_os_str(),
            OsStr::new("--specs"),
            specs().as_os_str(),
        ]);
        assert_eq!(status(&init), 0, "{}", text(&init.stderr));
        let counts = object(&init);
        for (what, count) in [
            ("persons", 1_386),
            ("households", 412),
            ("houses", 430),
            ("plots", 1_860),
            ("premises", 38),
            ("grids", 9),
            ("workers", 8),
        ] {
            assert_eq!(counts[what], count, "{what}");
        }
        let codes = CodeLists::load(&data.codes()).unwrap();
        let wg = Upstream::start(wg::Wg::new("s-wg", &codes, ["WG9901012504070033"])).unwrap();
        let ffp = Upstream::start(ffp::Ffp::new("s-ffp", &codes)).unwrap();
        let upstreams = folder.path().join("upstreams.toml");
        let config = format!(
            "[wg]\nbase_url = \"{}\"\nsecret = \"s-wg\"\n[ffp]\nbase_url = \"{}\"\nsecret = \"s-ffp\"\n",
            wg.base_url(),
            ffp.base_url()
        );
        std::fs::write(&upstreams, config).unwrap();
        let mut hub = Command::new(program())
            .args(["hub", "serve", "--json", "--listen", "127.0.0.1:0"])
            .args(["--now", "2025-04-08T19:45:00+08:00", "--data"])
            .arg(&hub_folder)
            .arg("--upstreams")
            .arg(&upstreams)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(hub.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let address = said["listening"].as_str().unwrap().to_owned();
        Self {
            folder,
            hub,
            address,
            wg,
            _ffp: ffp,
        }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn enrol(&self, name: &str, worker: &str) {
        let invited = run([
            "hub",
            "invite",
            "--data",
            &self.path("hub"),
            "--worker",
            worker,
        ]);
        assert_eq!(status(&invited), 0, "{}", text(&invited.stderr));
        let code = text(&invited.stdout).trim().to_owned();
        let enrolled = self.phone(name, &["enrol", "--hub", &self.address, "--code", &code]);
        assert_eq!(enrolled["worker"], worker);
        assert_eq!(enrolled["village"], "990101100201");
    }

    fn raw(&self, name: &str, args: &[&str]) -> Output {
        let store = self.path(name);
        run(["--json", "phone", "--store", &store].iter().chain(args))
    }

    /// Runs a phone command that must succeed.
    fn phone(&self, name: &str, args: &[&str]) -> Value {
        let output = self.raw(name, args);
        assert_eq!(status(&output), 0, "{args:?}: {}", text(&output.stderr));
        object(&output)
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        // By its own id, and waited for.
        let _ = self.hub.kill();
        let _ = self.hub.wait();
    }
}

#[test]
fn a_phone_on_the_desktop_goes_from_its_code_to_the_receipts() {
    let rig = Rig::start();
    rig.enrol("lin", "K05");
    let day = Fixtures::default().day_file();
    let day = day.to_str().unwrap();

    let played = rig.phone("lin", &["play", day, "--only", "C04,C06,C13"]);
    let labels: Vec<&str> = played["captures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["C04", "C06", "C13"]);
    assert!(
        played["captures"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["new"] == true)
    );
    // Playing again enters nothing twice.
    let again = rig.phone("lin", &["play", day, "--only", "C04,C06"]);
    assert!(
        again["captures"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["new"] == false)
    );

    let filled = rig.phone("lin", &["fill", "C13"]);
    assert_eq!(filled["forms"].as_array().unwrap().len(), 4);

    let synced = rig.phone("lin", &["sync"]);
    assert_eq!(
        (&synced["photos_sent"], &synced["refused"]),
        (&3.into(), &0.into())
    );
    assert!(synced["entries_sent"].as_u64().unwrap() >= 3);
    let end = Instant::now() + Duration::from_secs(30);
    let receipts = loop {
        let synced = rig.phone("lin", &["sync"]);
        assert_eq!(
            (&synced["entries_sent"], &synced["photos_sent"]),
            (&0.into(), &0.into())
        );
        let listed = rig.phone("lin", &["list"]);
        let receipts: Vec<Value> = listed["captures"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|capture| capture["receipts"].as_array().unwrap().clone())
            .collect();
        if receipts.len() == 5 {
            break receipts;
        }
        assert!(Instant::now() < end, "{listed}");
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(
        receipts
            .iter()
            .all(|receipt| receipt["state"] == "delivered")
    );
    assert_eq!(rig.wg.accepted().len(), 2);

    let cases = rig.phone("lin", &["timeline"]);
    assert_eq!(cases["cases"].as_array().unwrap().len(), 2);
    let timeline = rig.phone("lin", &["timeline", "I-20250407-01"]);
    assert_eq!(timeline["open"], false);
    assert_eq!(timeline["references"]["wg"], "WG9901012504070033");
    let steps = timeline["timeline"].as_array().unwrap();
    assert_eq!(steps.len(), 2, "{timeline}");

    // What is not there is a failure, told on stderr.
    for args in [
        &["fill", "C99"][..],
        &["timeline", "C99"],
        &["play", day, "--only", "C99"],
        &[
            "edit",
            "household:990101100201000031",
            "household.debt",
            "1",
        ],
        &["edit", "household:0", "household.phone", "13800000931"],
        &["edit", "nonsense", "household.phone", "13800000931"],
        &[
            "resolve",
            "register#household:1/household.phone",
            "--keep",
            "1",
        ],
        &[
            "resolve",
            "register#household:1/household.phone",
            "--keep",
            "0",
        ],
    ] {
        let output = rig.raw("lin", args);
        assert_eq!(status(&output), 1, "{args:?}");
        assert!(
            output.stdout.is_empty() && !output.stderr.is_empty(),
            "{args:?}"
        );
    }

    let store = rig.path("lin");
    let found = run(["find", "--json", "--store", &store, "990101198609180353"]);
    assert_eq!(status(&found), 0);
    let found = object(&found);
    assert_eq!(found["found"].as_array().unwrap().len(), 1);
    assert!(
        found["found"][0]["entity"]
            .as_str()
            .unwrap()
            .starts_with("person:")
    );
    for json in [false, true] {
        let none = run(["find", "--store", &store, "没有这个人"]
            .into_iter()
            .chain(json.then_some("--json")));
        assert_eq!(status(&none), 1, "finding nothing is status 1");
        if json {
            assert_eq!(object(&none)["found"], Value::Array(Vec::new()));
        }
    }
}

#[test]
fn two_phones_from_a_shell_meet_in_a_conflict_and_settle_it() {
    let rig = Rig::start();
    rig.enrol("lin", "K05");
    rig.enrol("zhou", "K01");
    let household = "household:990101100201000031";
    for (phone, now, value) in [
        ("zhou", "2025-04-08T08:50:00+08:00", "因残"),
        ("lin", "2025-04-08T09:20:00+08:00", "其他"),
    ] {
        rig.phone(
            phone,
            &[
                "edit",
                household,
                "household.risk_kind",
                value,
                "--now",
                now,
            ],
        );
    }
    assert_eq!(
        rig.phone("lin", &["conflicts"])["conflicts"],
        Value::Array(Vec::new())
    );
    for phone in ["lin", "zhou", "lin"] {
        rig.phone(phone, &["sync"]);
    }
    let shown = rig.phone("lin", &["conflicts"]);
    assert_eq!(shown, rig.phone("zhou", &["conflicts"]));
    let conflict = &shown["conflicts"][0];
    assert_eq!(conflict["subject"], household);
    let values = conflict["values"].as_array().unwrap();
    let mut said: Vec<(&str, &str, &str)> = values
        .iter()
        .map(|value| {
            (
                value["author"].as_str().unwrap(),
                value["value"].as_str().unwrap(),
                &value["at"].as_str().unwrap()[..16],
            )
        })
        .collect();
    said.sort_unstable();
    assert_eq!(
        said,
        [
            ("K01", "disability", "2025-04-08T08:50"),
            ("K05", "other", "2025-04-08T09:20")
        ]
    );
    let keep = values
        .iter()
        .find(|value| value["author"] == "K05")
        .unwrap()["number"]
        .to_string();
    rig.phone(
        "zhou",
        &["resolve", conflict["id"].as_str().unwrap(), "--keep", &keep],
    );
    for phone in ["zhou", "lin"] {
        rig.phone(phone, &["sync"]);
        assert_eq!(
            rig.phone(phone, &["conflicts"])["conflicts"],
            Value::Array(Vec::new())
        );
    }
}

#[test]
fn a_sync_without_a_hub_in_reach_fails_and_a_later_one_catches_up() {
    let mut rig = Rig::start();
    rig.enrol("lin", "K05");
    let household = "household:990101100201000031";
    rig.hub.kill().unwrap();
    rig.hub.wait().unwrap();
    rig.phone(
        "lin",
        &["edit", household, "household.phone", "13800000931"],
    );
    let failed = rig.raw("lin", &["sync"]);
    assert_eq!(status(&failed), 1);
    assert!(failed.stdout.is_empty());
    let listen = rig.address.trim_start_matches("http://").to_owned();
    rig.hub = Command::new(program())
        .args([
            "hub",
            "serve",
            "--listen",
            &listen,
            "--data",
            &rig.path("hub"),
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let output = rig.raw("lin", &["sync"]);
        if status(&output) == 0 {
            assert_eq!(object(&output)["entries_sent"], 1);
            break;
        }
        assert!(Instant::now() < end, "{}", text(&output.stderr));
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn the_demonstration_writes_what_it_promises_and_equals_the_golden_files() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("demo");
    let demo = run([
        OsStr::new("--json"),
        OsStr::new("demo"),
        OsStr::new("--out"),
        out.as_os_str(),
    ]);
    assert_eq!(status(&demo), 0, "{}", text(&demo.stderr));
    let summary = object(&demo);
    let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    let written: Value = serde_json::from_str(&read("summary.json")).unwrap();
    assert_eq!(summary, written);
    for name in [
        "captures",
        "photos",
        "inputs",
        "sync_sessions",
        "sync_requests",
        "sync_bytes_up",
        "sync_bytes_down",
        "blob_bytes_up",
        "blob_bytes_sent_again",
        "envelopes_delivered",
        "duplicates",
        "ledger_rows",
        "wall_ms",
    ] {
        assert!(summary[name].is_u64(), "{name}");
    }
    assert_eq!(summary["sync_sessions"], 1);
    let envelopes: Vec<Value> = serde_json::from_str(&read("envelopes.json")).unwrap();
    let envelopes: Vec<Value> = envelopes.into_iter().map(golden::without_number).collect();
    let golden = golden::envelopes(golden::SYSTEMS);
    assert!(envelopes.iter().all(|one| golden.contains(one)));
    assert_eq!((envelopes.len(), golden.len()), (31, 31));
    assert_eq!(read("ledger.csv").as_bytes(), golden::ledger());
    for system in ["wg", "ffp"] {
        let folder = out.join("received").join(system);
        assert!(std::fs::read_dir(folder).unwrap().count() > 0, "{system}");
    }
    let report = read("report.html");
    for outside in [
        "src=\"http",
        "href=\"http",
        "url(http",
        "<script src",
        "<link",
    ] {
        assert!(!report.contains(outside), "the report needs {outside}");
    }
    assert!(report.contains("<svg") && report.contains("data:image/"));
}
