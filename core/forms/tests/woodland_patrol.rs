//! A woodland patrol: a system with its own layer, concepts and kinds of captures, added by data alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use std::convert::Infallible;
use std::fs;

use fieldwork_forms::capture::TrackSummary;
use fieldwork_forms::lint::lint;
use fieldwork_forms::{Catalogue, ask};
use fieldwork_geo::Wgs84;
use fieldwork_register::{EntityKind, Files, IndexedBase, Register, import};
use serde_json::{Map, Value, json};
use village::{Sketch, missing};

const STAND: &str = "plot:9901011002010190001";
const FIELD: &str = "plot:9901011002010200033";
/// A point in that stand.
const AT: (f64, f64) = (115.415, 33.291);

fn added(name: &str) -> String {
    fs::read_to_string(village::root().join("core/forms/tests/woodland").join(name)).unwrap()
}

/// A JSON file with the entries of another of its shape behind its own.
fn appended(file: &str, other: &str, list: &str) -> String {
    let mut file: Value = serde_json::from_str(file).unwrap();
    let mut other: Value = serde_json::from_str(other).unwrap();
    let more = other[list].as_array_mut().unwrap();
    file[list].as_array_mut().unwrap().append(more);
    file.to_string()
}

/// The files of `specs/` with those of the woodland.
fn files() -> Vec<(String, String)> {
    let mut files = village::spec_files();
    for (name, text) in &mut files {
        match name.as_str() {
            "concepts.json" => *text = appended(text, &added(name), "concepts"),
            "kinds.json" => *text = appended(text, &added(name), "kinds"),
            "systems/tz.json" => {
                let mut ledger: Value = serde_json::from_str(text).unwrap();
                let rules: Map<String, Value> =
                    serde_json::from_str(&added("ledger.json")).unwrap();
                for (map, rules) in rules {
                    let known = &mut ledger["code_maps"][map]["rules"];
                    let more = rules.as_array().unwrap().iter().cloned();
                    known.as_array_mut().unwrap().extend(more);
                }
                *text = ledger.to_string();
            }
            _ => {}
        }
    }
    let system = "systems/xunlin.json";
    files.push((system.to_owned(), added(system)));
    files
}

/// The village with its woodland.
fn base() -> IndexedBase {
    let register = |name: &str| village::fixture(&format!("register/{name}"));
    let file = |name: &str| {
        let text = match name {
            "地块.geojson" | "网格.geojson" => {
                let layer = added(&format!("register/{name}"));
                appended(&register(name), &layer, "features")
            }
            _ => register(name),
        };
        Ok::<_, Infallible>(Some(text.into_bytes()))
    };
    IndexedBase::new(import(&Files::read_with(file).unwrap()).unwrap().0)
}

fn sketch(kind: &str, subject: Option<&str>) -> Sketch {
    let mut sketch = Sketch::of(kind, subject);
    sketch.catalogue = Catalogue::from_files(files()).unwrap();
    sketch.base = base();
    sketch.capture.place.point = Wgs84::new(AT.0, AT.1).unwrap();
    sketch
}

fn found() -> Sketch {
    sketch("wood_issue", Some(STAND))
        .say("wood.issue", "felling")
        .say("wood.text", "三棵杨树被锯断，树桩尚新")
        .say("wood.trees", "3")
        .state(STAND, "plot.species", "poplar")
        .photo("L1-before-1", "before", None)
}

#[test]
fn what_is_found_in_a_stand_fills_the_woodland_form_from_layer_and_answers() {
    let made = found().envelopes("xunlin");
    assert_eq!(made.len(), 1);
    assert_eq!(
        Value::Object(made[0].fields.clone()),
        json!({
            "xbh": "9901011002010190001", "xbmc": "北坡1小班", "mj": 41.5, "yssz": "530",
            "wtlx": "L1", "zs": 3, "wtms": "三棵杨树被锯断，树桩尚新"
        })
    );
    assert_eq!(made[0].auto["jd"], json!(115.415));
    assert_eq!(made[0].photos[0].slot, "xczp");
    assert_eq!(made[0].opens_case.as_deref(), Some("wood.issue"));
}

#[test]
fn a_patrol_of_the_woodland_counts_the_stands_of_its_track() {
    let mut patrol = sketch("wood_patrol", None).say("wood.text", "未见异常");
    let grid = patrol.base.grid_at(patrol.capture.place.point).unwrap();
    let grid = grid.id.to_string();
    patrol.capture.track = Some(TrackSummary {
        started_ms: patrol.capture.at_ms - 3_600_000,
        ended_ms: patrol.capture.at_ms,
        first_grid: Some(grid.clone()),
        last_grid: Some(grid),
        length_m: Some(2340.0),
        plots: vec![
            "9901011002010190001".to_owned(),
            "9901011002010190002".to_owned(),
        ],
    });
    let made = patrol.envelopes("xunlin");
    assert_eq!(
        Value::Object(made[0].fields.clone()),
        json!({"lzwg": "990101100201101", "xbs": 2, "xlqk": "未见异常"})
    );
    assert_eq!(made[0].auto["lc"], json!(2.3));
}

#[test]
fn the_layer_decides_a_field_is_no_woodland_and_gives_no_woodland_form() {
    let stand = base()
        .plot_at(Wgs84::new(AT.0, AT.1).unwrap())
        .map(|plot| plot.id.to_string());
    assert_eq!(stand.as_deref(), Some(STAND));
    let on_field = sketch("wood_issue", Some(FIELD)).say("wood.issue", "pest");
    assert!(on_field.fill("xunlin").is_empty());
}

#[test]
fn a_new_kind_is_entered_in_the_ledger_and_concerns_no_other_system() {
    let found = found();
    assert_eq!(found.envelopes("tz")[0].auto["line"], "林长");
    for system in ["xuntian", "ffp", "wg", "zh", "fw", "zf", "lt", "yun"] {
        assert!(found.fill(system).is_empty(), "{system}");
    }
    let change = found.catalogue.kinds.case_change(&found.facts());
    assert_eq!(change.opens.len(), 1);
    assert_eq!(change.opens[0].label.as_deref(), Some("疑似盗伐"));
}

#[test]
fn only_what_the_woodland_form_lacks_is_asked_and_named_where_it_stops() {
    let bare = sketch("wood_issue", Some(STAND)).photo("p", "before", None);
    assert_eq!(
        bare.stopped("xunlin")[0].1,
        [
            missing("yssz", &["plot.species"]),
            missing("wtlx", &["wood.issue"]),
            missing("wtms", &["wood.text"]),
        ]
    );
    let register = Register::new(&bare.base, &bare.edits);
    let asked = ask(&bare.catalogue, &bare.capture, &register, None);
    let mut concepts: Vec<&str> = asked
        .required
        .iter()
        .map(|question| question.concept.as_str())
        .collect();
    concepts.sort_unstable();
    assert_eq!(concepts, ["plot.species", "wood.issue", "wood.text"]);
}

#[test]
fn the_day_of_the_village_is_the_same_with_and_without_woodland() {
    let (with, without) = (
        Catalogue::from_files(files()).unwrap(),
        village::catalogue(),
    );
    let plain = village::base();
    let day = village::day(&without, &plain);
    let wooded = base();
    assert_eq!(
        wooded.of_kind(EntityKind::Plot).count(),
        plain.of_kind(EntityKind::Plot).count() + 2
    );
    for played in &day.played {
        let filled = |catalogue: &Catalogue, base: &IndexedBase| {
            let register = Register::new(base, &day.edits);
            let facts =
                fieldwork_forms::facts(catalogue, &played.capture, &register, played.case.as_ref());
            let serving = catalogue.serving("2025-04-08".parse().unwrap());
            serving
                .flat_map(|spec| fieldwork_forms::fill(&facts, spec))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            filled(&with, &wooded),
            filled(&without, &plain),
            "{}",
            played.label
        );
    }
}

#[test]
fn the_woodland_system_demands_nothing_that_the_rules_forbid() {
    let linted = lint(
        "xunlin.json",
        &added("systems/xunlin.json"),
        "2025-04-08".parse().unwrap(),
    )
    .unwrap()
    .unwrap();
    assert!(linted.findings.is_empty(), "{:?}", linted.findings);
}
