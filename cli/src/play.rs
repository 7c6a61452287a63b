//! The script of a day as drafts: what an app would hand to the core.

use std::fs;
use std::path::{Path, PathBuf};

use fieldwork::Workspace;
use fieldwork::key::sha256;
use fieldwork::recorder::{self, Recorder};
use fieldwork::replica::{About, Case, Draft, DraftAnswer, DraftPhoto};
use fieldwork_forms::capture::{Place, Subject, TrackSummary};
use fieldwork_geo::Wgs84;
use fieldwork_ids::Ulid;
use fieldwork_patrol::{Datum, Provider};
use fieldwork_register::{EntityId, EntityKind};
use fieldwork_testkit::day::{Day, Entry, Fix, Fixed, Input, Picture};
use fieldwork_testkit::scene::{Shot, render};
use serde_json::Value;

use crate::error::Failed;

/// Reads a script.
pub fn load(path: &Path) -> Result<Day, Failed> {
    Day::load(path).map_err(|source| Failed::Day {
        path: path.to_owned(),
        source,
    })
}

/// The number of things a worker enters for an entry, picking the subject included.
pub fn inputs(entry: &Entry) -> usize {
    entry.inputs.len() + usize::from(entry.subject.is_some())
}

/// Takes the photographs of an entry with the rendered camera, those that are not there yet.
pub fn photograph(day: &Day, entry: &Entry, camera: &Path) -> Result<(), Failed> {
    for picture in &entry.photos {
        let path = file_of(camera, picture);
        if !path.exists() {
            let jpeg = render(&Shot::of(day, entry, picture));
            let partial = path.with_extension("part");
            fs::write(&partial, jpeg).map_err(Failed::file(&partial))?;
            fs::rename(&partial, &path).map_err(Failed::file(&path))?;
        }
    }
    Ok(())
}

/// The file of a photograph.
pub fn file_of(camera: &Path, picture: &Picture) -> PathBuf {
    camera.join(format!("{}.jpg", picture.name))
}

/// The id of an entry on this phone: the same each time the script is played, so that a script played
/// twice enters nothing twice and a patrol can link to what is captured after it.
pub fn id_of(workspace: &Workspace, entry: &Entry) -> Result<Ulid, Failed> {
    let identity = workspace.replica().identity().ok_or(Failed::NotEnrolled)?;
    let hash = sha256(&[
        b"fieldwork-script-v1",
        &identity.key.public(),
        entry.id.as_bytes(),
    ]);
    let mut random = [0; 10];
    random.copy_from_slice(&hash[..10]);
    Ok(Ulid::from_parts(entry.at_ms, random))
}

/// Enters the cases that were open in the morning.
pub fn adopt_prior(workspace: &Workspace, day: &Day) -> Result<(), Failed> {
    for issue in &day.prior_issues {
        let text = |name: &str| {
            issue
                .values
                .get(name)
                .and_then(Value::as_str)
                .map(ToOwned::to_owned)
        };
        let hash = sha256(&[b"fieldwork-prior-v1", issue.id.as_bytes()]);
        let mut random = [0; 10];
        random.copy_from_slice(&hash[..10]);
        let case = Case {
            id: Ulid::from_parts(issue.opened_ms, random),
            opened_by: None,
            opened_ms: issue.opened_ms,
            kind: None,
            type_concept: text("issue.type").map(|_| "issue.type".to_owned()),
            case_type: text("issue.type"),
            subject: entity(&issue.subject.kind, &issue.subject.key),
            due: text("issue.due"),
            level: text("issue.level"),
            label: Some(issue.id.clone()),
            closed_by: None,
            references: issue.upstream_ids.clone().into_iter().collect(),
        };
        workspace.replica().adopt_case(&case, &day.cadre.id)?;
    }
    Ok(())
}

/// An entry as a draft.
pub fn draft(
    workspace: &Workspace,
    day: &Day,
    entry: &Entry,
    camera: &Path,
) -> Result<Draft, Failed> {
    let wrong = |reason: &str| Failed::Script {
        entry: entry.id.clone(),
        reason: reason.to_owned(),
    };
    let subject = match &entry.subject {
        None => None,
        Some(subject) if subject.kind == "issue" => {
            let case = workspace
                .case_named(&subject.key)
                .map_err(|_| wrong("there is no such issue"))?;
            Some(Subject::Case(case.id))
        }
        Some(subject) => {
            let entity = entity(&subject.kind, &subject.key)
                .ok_or_else(|| wrong("the subject is of no known type"))?;
            Some(Subject::Entity(entity))
        }
    };
    let links = entry
        .links
        .iter()
        .map(|label| {
            let linked = day
                .entry(label)
                .ok_or_else(|| wrong("it links to an entry that is not there"))?;
            id_of(workspace, linked)
        })
        .collect::<Result<_, _>>()?;
    let mut answers = entry
        .inputs
        .iter()
        .map(|input| answer(workspace, input))
        .collect::<Result<Vec<_>, _>>()?;
    // The venue follows from where the worker stands; nobody enters it.
    answers.extend(entry.venue.iter().map(|venue| DraftAnswer {
        concept: "activity.venue".to_owned(),
        about: None,
        value: venue.clone(),
    }));
    let track = match &entry.track {
        Some(track) => walk(workspace, &entry.kind, &track.fixes)?,
        None => None,
    };
    Ok(Draft {
        id: Some(id_of(workspace, entry)?),
        label: Some(entry.id.clone()),
        kind: entry.kind.clone(),
        at_ms: Some(entry.at_ms),
        place: place(entry.place),
        subject,
        answers,
        photos: entry
            .photos
            .iter()
            .map(|picture| photo(picture, camera))
            .collect(),
        links,
        track,
        supersedes: None,
    })
}

fn place(fixed: Fixed) -> Place {
    Place {
        point: Wgs84 {
            lon: fixed.lon,
            lat: fixed.lat,
        },
        accuracy_m: Some(fixed.accuracy_m as f32),
        source: "gps".to_owned(),
    }
}

fn photo(picture: &Picture, camera: &Path) -> DraftPhoto {
    DraftPhoto {
        path: file_of(camera, picture),
        name: picture.name.clone(),
        stage: picture.stage.clone(),
        view: picture.view.clone(),
        at_ms: picture.at_ms,
        place: Some(place(picture.place)),
        azimuth_deg: Some(picture.azimuth_deg),
    }
}

/// What is entered, as text.
pub fn value_of(input: &Input) -> String {
    match &input.value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn answer(workspace: &Workspace, input: &Input) -> Result<DraftAnswer, Failed> {
    let value = value_of(input);
    let about = match input.about.as_deref() {
        None => None,
        Some("new") => Some(About::New("new".to_owned())),
        Some(number) => Some(About::Entity(person(workspace, number)?)),
    };
    Ok(DraftAnswer {
        concept: input.concept.clone(),
        about,
        value,
    })
}

/// A member as the script names him or her: by citizen number.
fn person(workspace: &Workspace, number: &str) -> Result<EntityId, Failed> {
    let found = workspace
        .find(number, 1)?
        .into_iter()
        .find(|found| found.entity.kind == EntityKind::Person);
    found
        .map(|found| found.entity)
        .ok_or_else(|| Failed::Script {
            entry: "about".to_owned(),
            reason: "there is no such person in the register".to_owned(),
        })
}

fn entity(kind: &str, key: &str) -> Option<EntityId> {
    format!("{kind}:{key}").parse().ok()
}

/// Walks the walk: every fix goes through the recorder, and what follows from it comes out.
fn walk(
    workspace: &Workspace,
    purpose: &str,
    fixes: &[Fix],
) -> Result<Option<TrackSummary>, Failed> {
    let start = recorder::Start {
        purpose: purpose.to_owned(),
        provider: Provider::Gps,
        datum: Datum::Wgs84,
    };
    let mut recorder = Recorder::start(workspace, start)?;
    for fix in fixes {
        recorder.fix(&fix_of(fix))?;
    }
    Ok(recorder.finish(recorder::KEPT_MS)?.facts)
}

/// A fix of a script as a receiver gives it.
pub(crate) fn fix_of(Fix(at_ms, lon, lat, accuracy_m): &Fix) -> fieldwork_patrol::Fix {
    let (lon, lat) = (*lon, *lat);
    fieldwork_patrol::Fix {
        at_ms: Some(*at_ms),
        accuracy_m: Some(*accuracy_m as f32),
        ..fieldwork_patrol::Fix::at(Wgs84 { lon, lat })
    }
}
