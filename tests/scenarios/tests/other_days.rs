//! Days that the sample does not show: issues of the same day and of every kind followed up, several
//! newcomers, a head of household who was named today.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::fs;

use fieldwork_scenarios::shell::{object, run, status, text};
use fieldwork_scenarios::specs;
use fieldwork_testkit::fixtures::Fixtures;
use serde_json::{Value, json};

fn day() -> Value {
    serde_json::from_slice(&fs::read(Fixtures::default().day_file()).unwrap()).unwrap()
}

fn capture<'d>(day: &'d mut Value, label: &str) -> &'d mut Value {
    let all = day["captures"].as_array_mut().unwrap();
    all.iter_mut().find(|one| one["id"] == label).unwrap()
}

fn command(day: &Value, label: &str) -> std::process::Output {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("day.json");
    fs::write(&script, day.to_string()).unwrap();
    let village = Fixtures::default().root().display().to_string();
    run([
        "--json",
        "fill",
        "--village",
        &village,
        "--specs",
        &specs().display().to_string(),
        "--capture",
        label,
        "--day",
        script.to_str().unwrap(),
    ])
}

/// The envelopes of a capture of a day; a form that stops fails the test.
fn envelopes(day: &Value, label: &str) -> Vec<Value> {
    let done = command(day, label);
    assert_eq!(
        status(&done),
        0,
        "{}{}",
        text(&done.stdout),
        text(&done.stderr)
    );
    let forms = object(&done)["forms"].as_array().unwrap().clone();
    forms
        .into_iter()
        .map(|form| form["envelope"].clone())
        .collect()
}

fn names(envelopes: &[Value]) -> Vec<String> {
    let name = |one: &Value| {
        format!(
            "{}.{}",
            one["system"].as_str().unwrap(),
            one["form"].as_str().unwrap()
        )
    };
    envelopes.iter().map(name).collect()
}

fn of<'e>(envelopes: &'e [Value], name: &str) -> &'e Value {
    let at = names(envelopes).iter().position(|one| one == name);
    &envelopes[at.unwrap_or_else(|| panic!("{name} not in {:?}", names(envelopes)))]
}

/// C13 as a follow-up of another issue.
fn followed(mut day: Value, key: &str) -> Value {
    capture(&mut day, "C13")["subject"] = json!({"type": "issue", "key": key});
    day
}

/// The issue of the morning with other things said about something else.
fn morning(subject: Value, said: &[(&str, &str)], ids: Value) -> Value {
    let mut day = day();
    let mut issue = json!({
        "id": "I-20250407-01", "opened": "2025-04-07T16:20:00+08:00", "subject": subject, "upstream_ids": ids,
    });
    for (concept, value) in said {
        issue[*concept] = json!(value);
    }
    day["prior_issues"] = json!([issue]);
    day
}

#[test]
fn an_issue_that_a_capture_of_the_same_day_opened_is_closed_where_it_was_reported_and_waits_for_its_ids()
 {
    let forms = envelopes(&followed(day(), "C10"), "C13");
    assert_eq!(
        names(&forms),
        ["tz.row", "wg.close", "zf.close", "zh.close"]
    );
    for form in &forms[1..] {
        assert_eq!(form["reference"], "waits");
    }
    assert_eq!(of(&forms, "tz.row")["auto"]["line"], "安全");
    // A house that was reported with a visit is held by the grid system alone.
    let forms = envelopes(&followed(day(), "C05"), "C13");
    assert_eq!(names(&forms), ["tz.row", "wg.close"]);
    assert_eq!(of(&forms, "tz.row")["auto"]["line"], "走访");
    let unknown = command(&followed(day(), "C99"), "C13");
    assert_eq!(status(&unknown), 1);
    assert!(text(&unknown.stderr).contains("there is no such issue"));
}

#[test]
fn issues_of_every_kind_that_were_open_in_the_morning_can_be_followed_up() {
    let household = json!({"type": "household", "key": "990101100201000032"});
    let plot = json!({"type": "plot", "key": "9901011002010200033"});
    for (subject, said, line) in [
        (household.clone(), ("house.grade", "C"), "走访"),
        (household, ("visit.help", "low_income"), "走访"),
        (plot, ("issue.type", "farm_build"), "田长"),
        (Value::Null, ("issue.type", "env_water"), "网格"),
    ] {
        let day = morning(subject, &[said], json!({"wg": "W-1"}));
        let forms = envelopes(&day, "C13");
        assert_eq!(names(&forms), ["tz.row", "wg.close"], "{said:?}");
        assert_eq!(
            of(&forms, "wg.close")["reference"],
            json!({"known": "W-1"}),
            "{said:?}"
        );
        assert_eq!(of(&forms, "tz.row")["auto"]["line"], line, "{said:?}");
    }
    // One that no system holds is closed in the ledger alone; the ids may be left out.
    let mut day = morning(Value::Null, &[("issue.type", "env_water")], Value::Null);
    day["prior_issues"][0]
        .as_object_mut()
        .unwrap()
        .remove("upstream_ids");
    assert_eq!(names(&envelopes(&day, "C13")), ["tz.row"]);
}

#[test]
fn two_members_who_come_in_one_visit_give_a_form_each() {
    let mut day = day();
    let inputs = capture(&mut day, "C08")["inputs"].as_array_mut().unwrap();
    let second: Vec<Value> = inputs
        .iter()
        .filter(|input| input["about"] == "new")
        .map(|input| {
            let mut other = input.clone();
            other["about"] = json!("new2");
            match other["concept"].as_str() {
                Some("person.name") => other["value"] = json!("刘小苗"),
                Some("person.id_no") => other["value"] = json!("990101202503020430"),
                _ => {}
            }
            other
        })
        .collect();
    inputs.extend(second);
    let forms = envelopes(&day, "C08");
    let members = forms.iter().filter(|form| form["form"] == "member");
    let named: Vec<&str> = members
        .filter_map(|form| form["fields"]["xm"].as_str())
        .collect();
    assert!(
        named.contains(&"刘小禾") && named.contains(&"刘小苗"),
        "{named:?}"
    );
}

#[test]
fn who_was_named_head_of_the_household_today_is_its_head_on_every_form() {
    let mut day = day();
    let visit = capture(&mut day, "C04");
    let roster = fs::read_to_string(Fixtures::default().register().join("人口花名册.csv")).unwrap();
    let household = visit["subject"]["key"].as_str().unwrap().to_owned();
    // The wife becomes the head; the head moves out.
    let members: Vec<Vec<&str>> = roster
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>())
        .filter(|cells| cells.iter().any(|cell| *cell == household))
        .collect();
    let of_relation = |relation: &str| {
        let cells = members
            .iter()
            .find(|cells| cells.contains(&relation))
            .unwrap();
        let number = cells
            .iter()
            .find(|cell| cell.len() == 18 && cell.starts_with("990101") && **cell != household);
        (cells.clone(), number.unwrap().to_string())
    };
    let (_, head) = of_relation("户主");
    let (wife, wife_number) = of_relation("配偶");
    let inputs = visit["inputs"].as_array_mut().unwrap();
    inputs.push(json!({"concept": "member.moved_out", "input": "pick", "value": head}));
    inputs.push(
        json!({"concept": "person.relation", "input": "pick", "value": "02", "about": wife_number}),
    );
    let forms = envelopes(&day, "C04");
    let name = of(&forms, "ffp.visit_m")["fields"]["hzxm"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(wife.contains(&name.as_str()), "{name}");
    assert_eq!(of(&forms, "tz.row")["fields"]["dx"], name);
    assert_eq!(of(&forms, "wg.open")["fields"]["sjrxm"], name);
}

#[test]
fn a_place_that_is_not_on_the_earth_is_refused_by_name() {
    let mut day = day();
    capture(&mut day, "C12")["place"]["lon"] = json!(200.0);
    let done = command(&day, "C12");
    assert_eq!(status(&done), 1);
    assert!(
        text(&done.stderr).contains("C12: its place is not on the earth"),
        "{}",
        text(&done.stderr)
    );
}

#[test]
fn the_worker_of_a_script_has_the_roles_that_the_script_gives() {
    let mut day = day();
    let roles = day["cadre"]["roles"].as_array_mut().unwrap();
    roles.retain(|role| !role.as_str().unwrap().contains("执法"));
    let inputs = capture(&mut day, "C03")["inputs"].as_array_mut().unwrap();
    inputs.retain(|input| input["concept"] != "issue.demand" && input["concept"] != "issue.due");
    let forms = envelopes(&day, "C03");
    let referral = of(&forms, "zf.open")["fields"].as_object().unwrap();
    assert!(
        !referral.contains_key("zgyq") && !referral.contains_key("zgqx"),
        "{referral:?}"
    );
    // Somebody whom the list of workers does not know.
    day["cadre"] = json!({
        "id": "K99", "name": "某某某", "phone": "13800009099", "lines": ["网格"], "roles": ["网格员"],
    });
    let forms = envelopes(&day, "C03");
    assert_eq!(of(&forms, "tz.row")["fields"]["jbr"], "某某某");
}
