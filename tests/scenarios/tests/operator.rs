//! The operator: what is stuck is seen with its reason, and decided, whether the hub is served or not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::path::Path;
use std::process::Command;

use fieldwork::port::{Answer, Ports, Request, RequestBody, Transport};
use fieldwork_http::HttpTransport;
use fieldwork_hub::hub::Hub;
use fieldwork_hub::operator::{OutboxRow, Overview, SystemOverview};
use fieldwork_scenarios::shell::{object, run, status, text};
use fieldwork_scenarios::{County, Phone, specs};
use fieldwork_testkit::upstream::Behaviour;
use serde_json::Value;

/// A county in which the enforcement system has refused the report of a check, and all else is delivered.
fn with_a_refusal() -> (County, Phone) {
    let county = County::new();
    let zf = county.others.iter().find(|one| one.system() == "zf");
    zf.unwrap()
        .script([Behaviour::Refuse("场所名称与许可不符".to_owned())]);
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C09"]);
    phone.sync();
    county.settle();
    (county, phone)
}

fn hub(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let data = folder.to_str().unwrap();
    let all = ["--json", "hub"].iter().chain(arguments);
    run(all.chain(&["--data", data]))
}

fn outbox(folder: &Path, state: &str) -> Vec<OutboxRow> {
    let listed = hub(folder, &["outbox", "--state", state]);
    assert_eq!(status(&listed), 0, "{}", text(&listed.stderr));
    serde_json::from_value(object(&listed)["deliveries"].clone()).unwrap()
}

fn overview(folder: &Path) -> Overview {
    let shown = hub(folder, &["status"]);
    assert_eq!(status(&shown), 0, "{}", text(&shown.stderr));
    serde_json::from_value(object(&shown)).unwrap()
}

fn systems(folder: &Path) -> Vec<SystemOverview> {
    overview(folder).villages.remove(0).systems
}

/// `(delivered, waiting, refused, uncertain)` of a system.
fn stand(overview: &Overview, system: &str) -> (u32, u32, u32, u32) {
    let systems = &overview.villages[0].systems;
    let one = systems.iter().find(|one| one.system == system).unwrap();
    (one.delivered, one.waiting, one.refused, one.uncertain)
}

fn call(address: &str, method: &'static str, path: &str, token: Option<&str>) -> Answer {
    let mut headers = vec![("content-type", "application/json".to_owned())];
    headers.extend(token.map(|token| ("authorization", format!("Bearer {token}"))));
    let request = Request {
        method,
        path: path.to_owned(),
        headers,
        body: match method {
            "POST" => RequestBody::Bytes(br#"{"key":"k"}"#.to_vec()),
            _ => RequestBody::Empty,
        },
        max_answer: 1 << 20,
    };
    HttpTransport::new(address).unwrap().send(&request).unwrap()
}

#[test]
fn a_refusal_is_seen_with_its_reason_and_sent_again_on_the_operators_word() {
    let (county, phone) = with_a_refusal();
    let folder = county.hub_folder();
    let before = overview(&folder);
    assert_eq!(stand(&before, "zf"), (0, 0, 1, 0));
    assert_eq!(stand(&before, "wg"), (1, 0, 0, 0));
    assert_eq!(
        (before.villages[0].captures, before.villages[0].open_cases),
        (1, 1),
        "one case was open in the morning"
    );
    let refused = outbox(&folder, "discarded");
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].system, "zf");
    assert_eq!(refused[0].label.as_deref(), Some("C09"));
    assert!(
        refused[0]
            .reason
            .as_ref()
            .unwrap()
            .contains("场所名称与许可不符")
    );

    // The owner has put its list right; nothing needs to be said again in the village.
    let done = hub(&folder, &["retry", &refused[0].key]);
    assert_eq!(status(&done), 0, "{}", text(&done.stderr));
    county.settle();
    assert_eq!(stand(&overview(&folder), "zf"), (1, 0, 0, 0));
    phone.sync();
    assert!(
        phone.workspace.tasks().unwrap().is_empty(),
        "mended on the phone too"
    );
    // Nothing can be decided about what is done.
    let again = hub(&folder, &["retry", &refused[0].key]);
    assert_eq!(status(&again), 1);
    assert!(text(&again.stderr).contains("nothing can be decided"));
}

#[test]
fn the_same_commands_work_on_a_hub_at_rest() {
    let (mut county, _phone) = with_a_refusal();
    let folder = county.hub_folder();
    let served = (systems(&folder), outbox(&folder, "discarded"));
    county.stop();
    assert!(!folder.join("served").exists());
    let key = served.1[0].key.clone();
    assert_eq!((systems(&folder), outbox(&folder, "discarded")), served);
    let done = hub(&folder, &["discard", &key, "--reason", "已由镇里另行处理"]);
    assert_eq!(status(&done), 1, "it is given up already");
    assert_eq!(status(&hub(&folder, &["retry", &key])), 0);
    let done = hub(&folder, &["discard", &key, "--reason", "已由镇里另行处理"]);
    assert_eq!(status(&done), 0, "{}", text(&done.stderr));
    let row = &outbox(&folder, "discarded")[0];
    assert_eq!(row.reason.as_deref(), Some("已由镇里另行处理"));
    let page = hub(&folder, &["page"]);
    assert_eq!(status(&page), 1);
    assert!(text(&page.stderr).contains("is not being served"));
}

#[test]
fn what_nobody_can_tell_is_confirmed_by_who_has_looked() {
    let mut county = County::with_timeout(1);
    let folder = county.hub_folder();
    county.stop();
    let at_rest = Hub::open(&folder, Ports::system()).unwrap();
    let path = specs().join("systems/lt.json");
    let mut spec: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    spec["version"] = (spec["version"].as_u64().unwrap() + 1).into();
    spec["wire"]["multipart"]["repeat"] = "never".into();
    at_rest.add_spec("lt.json", &spec.to_string()).unwrap();
    at_rest.close();
    county.start();
    let lt = county
        .others
        .iter()
        .find(|one| one.system() == "lt")
        .unwrap();
    lt.script([Behaviour::AcceptThenSilence]);
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C14"]);
    phone.sync();
    county.settle();
    let uncertain = outbox(&folder, "uncertain");
    assert_eq!(uncertain.len(), 1);
    assert_eq!(stand(&overview(&folder), "lt"), (0, 0, 0, 1));
    let done = hub(
        &folder,
        &["confirm", &uncertain[0].key, "--upstream-ref", "Y-1"],
    );
    assert_eq!(status(&done), 0, "{}", text(&done.stderr));
    let rows = outbox(&folder, "completed");
    let row = rows.iter().find(|row| row.key == uncertain[0].key).unwrap();
    assert_eq!(row.upstream_ref.as_deref(), Some("Y-1"));
}

#[test]
fn a_device_is_revoked_while_the_hub_is_served_and_nothing_it_sends_is_taken_from_then_on() {
    let (county, phone) = with_a_refusal();
    let folder = county.hub_folder();
    let listed = object(&hub(&folder, &["devices"]));
    let device = listed["devices"][0]["device"].as_str().unwrap().to_owned();
    assert_eq!(status(&hub(&folder, &["revoke", &device])), 0);
    assert!(
        phone
            .try_sync()
            .unwrap_err()
            .to_string()
            .contains("revoked")
    );
    assert_eq!(status(&hub(&folder, &["revoke", "no-such-device"])), 1);
    let rows = object(&hub(&folder, &["devices"]));
    assert!(rows["devices"][0]["revoked_ms"].is_i64());
    let names: Vec<&String> = rows["devices"][0].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["device", "village", "worker", "enrolled_ms", "revoked_ms"]
    );
}

#[test]
fn without_the_token_nothing_is_shown_and_nothing_is_done() {
    let (county, _phone) = with_a_refusal();
    let (address, folder) = (county.address(), county.hub_folder());
    let token = std::fs::read_to_string(folder.join("operator.token")).unwrap();
    let looking = ["overview", "outbox", "devices", "cases"].map(|word| ("GET", word));
    let deciding = ["retry", "discard", "confirm", "revoke"].map(|word| ("POST", word));
    for (method, word) in looking.into_iter().chain(deciding) {
        for wrong in [None, Some(""), Some("0000"), Some(&token[1..])] {
            let answer = call(&address, method, &format!("/operator/{word}"), wrong);
            assert_eq!(answer.status, 401, "{word} {wrong:?}");
        }
    }
    assert_eq!(call(&address, "GET", "/metrics", None).status, 401);
    assert_eq!(
        call(&address, "GET", "/operator/overview", Some(&token)).status,
        200
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.join("operator.token"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // The page itself tells nothing.
    let page = String::from_utf8(call(&address, "GET", "/", None).body).unwrap();
    assert!(page.contains("县级汇聚端") && !page.contains("青禾村") && !page.contains(&token));
}

#[test]
fn the_monitor_gets_figures_of_systems_and_none_of_persons() {
    let (county, _phone) = with_a_refusal();
    let token = std::fs::read_to_string(county.hub_folder().join("operator.token")).unwrap();
    let answer = call(&county.address(), "GET", "/metrics", Some(&token));
    let figures = String::from_utf8(answer.body).unwrap();
    let row = r#"fieldwork_deliveries{village="990101100201",system="zf",state="refused"} 1"#;
    assert!(figures.lines().any(|line| line == row), "{figures}");
    for line in figures.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
        assert!(!name.contains("K05") && !name.contains("worker"), "{line}");
    }
}

/// The page in a browser, where there is one.
#[test]
fn the_page_shows_in_a_browser_what_is_to_be_decided() {
    let browsers = ["chromium", "chromium-browser", "google-chrome"];
    let there = |name: &&&str| Command::new(name).arg("--version").output().is_ok();
    let Some(browser) = browsers.iter().find(there) else {
        println!("skipped: no browser here (apt-get install chromium)");
        return;
    };
    let (county, _phone) = with_a_refusal();
    let page = object(&hub(&county.hub_folder(), &["page"]));
    let profile = tempfile::tempdir().unwrap();
    let shown = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(["--virtual-time-budget=8000", "--dump-dom"])
        .arg(page["page"].as_str().unwrap())
        .output()
        .unwrap();
    let dom = text(&shown.stdout);
    assert!(
        dom.contains("今天收到1条；上报件已送达"),
        "{}",
        &dom[..dom.len().min(2_000)]
    );
    for word in [
        "被退回1件",
        "场所名称与许可不符",
        "重新发送",
        "线上执法",
        "停用",
    ] {
        assert!(dom.contains(word), "{word}");
    }
    assert!(!dom.contains("周丽"), "no name of a person");
}
