//! The village day as the engine sees it: catalogue, register, captures with the edits they made.
#![allow(dead_code, unused_imports, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};

use fieldwork_forms::capture::{
    Answer, BlobRef, Capture, CapturePhoto, Pins, Place, Subject, TrackSummary,
};
use fieldwork_forms::concept::{ConceptType, Owner};
use fieldwork_forms::{CaseFacts, Catalogue};
use fieldwork_geo::Wgs84;
use fieldwork_ids::{Ulid, time};
use fieldwork_patrol::{Filter, Fix, Settings};
use fieldwork_register::{Edit, Edits, EntityId, EntityKind, Files, IndexedBase, import};
use serde_json::Value;

mod sketch;

pub use sketch::{Sketch, missing, photo};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub fn fixture(name: &str) -> String {
    let path = root().join("tests/fixtures/qinghe").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of `specs/`, with paths as a reader of an error would want them.
pub fn spec_files() -> Vec<(String, String)> {
    let specs = root().join("specs");
    let mut systems: Vec<String> = fs::read_dir(specs.join("systems"))
        .unwrap()
        .map(|entry| format!("systems/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    systems.sort();
    let mut names = vec!["concepts.json".to_owned(), "kinds.json".to_owned()];
    names.extend(systems);
    names.push("README.md".to_owned());
    let read = |name: String| {
        let text = fs::read_to_string(specs.join(&name)).unwrap();
        (name, text)
    };
    names.into_iter().map(read).collect()
}

pub fn catalogue() -> Catalogue {
    Catalogue::from_files(spec_files()).unwrap()
}

pub fn base() -> IndexedBase {
    let folder = root().join("tests/fixtures/qinghe/register");
    let files =
        Files::read_with(|name| Ok::<_, Infallible>(fs::read(folder.join(name)).ok())).unwrap();
    IndexedBase::new(import(&files).unwrap().0)
}

/// What a phone would have kept of one capture of `day.json`.
pub struct Played {
    pub label: String,
    pub capture: Capture,
    pub case: Option<CaseFacts>,
}

pub struct Day {
    pub played: Vec<Played>,
    /// All edits of the day.
    pub edits: Edits,
}

pub fn ulid(n: u8) -> Ulid {
    Ulid::from_parts(1_744_070_400_000 + i64::from(n), [n; 10])
}

pub fn person(base: &IndexedBase, id_no: &str) -> EntityId {
    base.person_by_id_no(id_no).unwrap().id.clone()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn point(value: &Value) -> Wgs84 {
    Wgs84::new(
        value["lon"].as_f64().unwrap(),
        value["lat"].as_f64().unwrap(),
    )
    .unwrap()
}

fn at_ms(value: &Value) -> i64 {
    time::parse_rfc3339(value.as_str().unwrap()).unwrap()
}

pub fn edit(value: &str, capture: Option<Ulid>) -> Edit {
    Edit {
        value: value.to_owned(),
        as_of: "2025-04-08".parse().unwrap(),
        author: "K05".to_owned(),
        capture: capture.map(|id| id.to_string()),
    }
}

pub fn day(catalogue: &Catalogue, base: &IndexedBase) -> Day {
    let day: Value = serde_json::from_str(&fixture("day.json")).unwrap();
    let list = day["captures"].as_array().unwrap();
    let ids: BTreeMap<String, Ulid> = (0u8..)
        .zip(list)
        .map(|(n, capture)| (text(&capture["id"]), ulid(n + 1)))
        .collect();
    let mut edits = Edits::default();
    let played = list
        .iter()
        .map(|capture| play(capture, &day, &ids, catalogue, base, &mut edits))
        .collect();
    Day { played, edits }
}

fn play(
    json: &Value,
    day: &Value,
    ids: &BTreeMap<String, Ulid>,
    catalogue: &Catalogue,
    base: &IndexedBase,
    edits: &mut Edits,
) -> Played {
    let label = text(&json["id"]);
    let id = ids[&label];
    let key = text(&json["subject"]["key"]);
    let entity = |kind| Some(Subject::Entity(EntityId::new(kind, key.clone())));
    let mut case = None;
    let subject = match json["subject"]["type"].as_str() {
        Some("household") => entity(EntityKind::Household),
        Some("plot") => entity(EntityKind::Plot),
        Some("premises") => entity(EntityKind::Premises),
        Some("issue") => {
            let issues = day["prior_issues"].as_array().unwrap();
            let issue = issues
                .iter()
                .find(|issue| issue["id"] == json["subject"]["key"])
                .unwrap();
            let mut known = CaseFacts::new(ulid(200));
            known.type_concept = Some("issue.type".to_owned());
            known.case_type = Some(text(&issue["issue.type"]));
            known.subject = Some(EntityId::new(
                EntityKind::Premises,
                text(&issue["subject"]["key"]),
            ));
            let held = issue["upstream_ids"].as_object().unwrap();
            known.held = held
                .iter()
                .map(|(system, id)| (system.clone(), Some(text(id))))
                .collect();
            case = Some(known);
            Some(Subject::Case(ulid(200)))
        }
        _ => None,
    };
    let mut answers = Vec::new();
    let mut said = |concept: &str, about: Option<EntityId>, value: String| {
        answers.push(Answer {
            concept: concept.to_owned(),
            about,
            value,
        });
    };
    let newcomer = EntityId::new(EntityKind::Person, format!("new-{label}"));
    for input in json["inputs"].as_array().unwrap() {
        let concept = catalogue
            .concepts
            .find(input["concept"].as_str().unwrap())
            .unwrap();
        let value = text(&input["value"]);
        if concept.r#type == ConceptType::Entity {
            let member = person(base, &value);
            if concept.id == "member.moved_out" {
                edits.0.insert(
                    (member.clone(), "person.moved_out".into()),
                    edit("true", Some(id)),
                );
            }
            said(&concept.id, None, member.to_string());
            continue;
        }
        if !concept.register {
            said(&concept.id, None, value);
            continue;
        }
        let about = match (concept.entity, input["about"].as_str()) {
            (Owner::Person, Some("new")) => {
                let home = (newcomer.clone(), "person.household".to_owned());
                let home_edit = edit(&format!("household:{key}"), Some(id));
                if edits.0.insert(home, home_edit).is_none() {
                    said("member.new", None, newcomer.to_string());
                }
                newcomer.clone()
            }
            (Owner::Person, Some(id_no)) => person(base, id_no),
            (Owner::House, _) => {
                let home = EntityId::new(EntityKind::Household, key.clone());
                base.houses(&home).next().unwrap().id.clone()
            }
            _ => EntityId::new(EntityKind::Household, key.clone()),
        };
        edits
            .0
            .insert((about, concept.id.clone()), edit(&value, Some(id)));
    }
    if let Some(venue) = json["venue"].as_str() {
        said("activity.venue", None, venue.to_owned());
    }
    let photos = json["photos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|photo| CapturePhoto {
            name: text(&photo["name"]),
            stage: text(&photo["stage"]),
            view: photo["view"].as_str().map(str::to_owned),
            at_ms: at_ms(&photo["at"]),
            place: None,
            azimuth_deg: photo["azimuth_deg"]
                .as_u64()
                .map(|degrees| u16::try_from(degrees).unwrap()),
            blob: BlobRef([0; 16]),
        });
    let capture = Capture {
        id,
        label: Some(label.clone()),
        kind: text(&json["kind"]),
        at_ms: at_ms(&json["at"]),
        by: "K05".to_owned(),
        place: Place {
            point: point(&json["place"]),
            accuracy_m: None,
            source: "gps".to_owned(),
        },
        subject,
        answers,
        photos: photos.collect(),
        links: json["links"].as_array().map_or_else(Vec::new, |links| {
            links.iter().map(|link| ids[&text(link)]).collect()
        }),
        track: json["track"].as_object().map(|track| {
            let fixes = track["fixes"].as_array().unwrap();
            let (first, last) = (&fixes[0], &fixes[fixes.len() - 1]);
            let grid = |fix: &Value| {
                let point = Wgs84::new(fix[1].as_f64().unwrap(), fix[2].as_f64().unwrap()).unwrap();
                base.grid_at(point).map(|grid| grid.id.id.clone())
            };
            TrackSummary {
                started_ms: at_ms(&first[0]),
                ended_ms: at_ms(&last[0]),
                first_grid: grid(first),
                last_grid: grid(last),
                length_m: Some(length_m(fixes)),
                plots: Vec::new(),
            }
        }),
        supersedes: None,
        pins: Pins::default(),
    };
    Played {
        label,
        capture,
        case,
    }
}

/// Metres walked, as the recorder finds them.
fn length_m(fixes: &[Value]) -> f64 {
    let mut filter = Filter::new(Settings::default());
    for fix in fixes {
        let point = Wgs84::new(fix[1].as_f64().unwrap(), fix[2].as_f64().unwrap()).unwrap();
        filter.push(&Fix {
            at_ms: Some(at_ms(&fix[0])),
            accuracy_m: fix[3].as_f64().map(|metres| metres as f32),
            ..Fix::at(point)
        });
    }
    filter.summary().distance_m
}
