//! The script of a day as drafts: what an app would hand to the core.

use std::fs;
use std::path::{Path, PathBuf};

use fieldwork::Workspace;
use fieldwork::key::sha256;
use fieldwork::recorder::{self, Recorder};
use fieldwork::replica::{About, Case, Draft, DraftAnswer, DraftPhoto};
use fieldwork_forms::capture::{Place, Subject, TrackSummary};
use fieldwork_forms::concept::{Concept, ConceptType};
use fieldwork_geo::Wgs84;
use fieldwork_ids::Ulid;
use fieldwork_patrol::{Datum, Provider};
use fieldwork_register::{EntityId, EntityKind};
use fieldwork_testkit::day::{Day, Entry, Fix, Fixed, Input, Picture};
use fieldwork_testkit::scene::Shot;
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

/// Takes the photographs of an entry with a camera that draws, those that are not there yet.
pub fn photograph(
    day: &Day,
    entry: &Entry,
    camera: &Path,
    draw: fn(&Shot) -> Vec<u8>,
) -> Result<(), Failed> {
    for picture in &entry.photos {
        let path = file_of(camera, picture);
        if !path.exists() {
            let jpeg = draw(&Shot::of(day, entry, picture));
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
    let catalogue = workspace.catalogue()?;
    for issue in &day.prior_issues {
        let text = |name: &str| {
            let value = issue.values.get(name)?;
            Some(
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned),
            )
        };
        let subject = match &issue.subject {
            None => None,
            Some(subject) => {
                Some(
                    entity(&subject.kind, &subject.key).ok_or_else(|| Failed::Script {
                        entry: issue.id.clone(),
                        reason: "what it is about is of no known type".to_owned(),
                    })?,
                )
            }
        };
        // What it is follows from what was said: the kind that opens a case of this type about such a thing.
        let rules = catalogue
            .kinds
            .iter()
            .filter(|kind| kind.is_about(subject.as_ref().map(|subject| subject.kind)))
            .flat_map(|kind| kind.cases.opens.iter().map(move |rule| (kind, rule)));
        let found = rules
            .filter(|(_, rule)| text(&rule.r#type).is_some())
            .min_by_key(|(kind, _)| kind.subjects.len());
        let of_rule = |name: Option<&String>| {
            let name = name?.strip_prefix("said.").unwrap_or(name?);
            text(name)
        };
        let rule = found.map(|(_, rule)| rule);
        let hash = sha256(&[b"fieldwork-prior-v1", issue.id.as_bytes()]);
        let mut random = [0; 10];
        random.copy_from_slice(&hash[..10]);
        let case = Case {
            id: Ulid::from_parts(issue.opened_ms, random),
            opened_by: None,
            opened_ms: issue.opened_ms,
            kind: found.map(|(kind, _)| kind.id.clone()),
            type_concept: rule.map(|rule| rule.r#type.clone()),
            case_type: rule.and_then(|rule| text(&rule.r#type)),
            subject,
            due: of_rule(rule.and_then(|rule| rule.due.as_ref())),
            level: of_rule(rule.and_then(|rule| rule.level.as_ref())),
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
        .map(|input| answer(workspace, entry, input))
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
        place: place(entry.place).ok_or_else(|| wrong("its place is not on the earth"))?,
        subject,
        answers,
        photos: entry
            .photos
            .iter()
            .map(|picture| {
                photo(picture, camera)
                    .ok_or_else(|| wrong("the place of a photograph is not on the earth"))
            })
            .collect::<Result<_, _>>()?,
        links,
        track,
        supersedes: None,
    })
}

fn place(fixed: Fixed) -> Option<Place> {
    Some(Place {
        point: Wgs84::new(fixed.lon, fixed.lat).ok()?,
        accuracy_m: Some(fixed.accuracy_m as f32),
        source: "gps".to_owned(),
    })
}

fn photo(picture: &Picture, camera: &Path) -> Option<DraftPhoto> {
    Some(DraftPhoto {
        path: file_of(camera, picture),
        name: picture.name.clone(),
        stage: picture.stage.clone(),
        view: picture.view.clone(),
        at_ms: picture.at_ms,
        place: Some(place(picture.place)?),
        azimuth_deg: Some(picture.azimuth_deg),
    })
}

/// What is entered, as text.
pub fn value_of(input: &Input) -> String {
    match &input.value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What a phone says of an entry that it does not take, with the label of the entry.
pub fn refused(entry: &Entry) -> impl FnOnce(fieldwork::Error) -> Failed {
    let label = entry.id.clone();
    move |error| match error {
        fieldwork::Error::Invalid { reason, .. } => Failed::Script {
            entry: label,
            reason,
        },
        other => other.into(),
    }
}

/// Why an answer is none that its concept knows, with those that it does.
fn unknown_word(concept: &Concept, value: &str) -> Option<String> {
    let known: Vec<String> = match concept.r#type {
        ConceptType::Code if concept.code_label(concept.code_of(value)).is_none() => {
            let codes = concept.codes.iter();
            codes
                .map(|one| format!("{} {}", one.code, one.label))
                .collect()
        }
        ConceptType::Bool if !["true", "false", "是", "否"].contains(&concept.code_of(value)) => {
            vec!["true 是".to_owned(), "false 否".to_owned()]
        }
        _ => return None,
    };
    let label = &concept.label;
    Some(format!(
        "{} {label}: {value:?} is none of {}",
        concept.id,
        known.join(", ")
    ))
}

fn answer(workspace: &Workspace, entry: &Entry, input: &Input) -> Result<DraftAnswer, Failed> {
    let value = value_of(input);
    let catalogue = workspace.catalogue()?;
    let unknown = match catalogue.concepts.find(&input.concept) {
        None => Some(format!("there is no concept {:?}", input.concept)),
        Some(concept) => unknown_word(concept, &value),
    };
    if let Some(reason) = unknown {
        return Err(Failed::Script {
            entry: entry.id.clone(),
            reason,
        });
    }
    let about = match input.about.as_deref() {
        None => None,
        Some(name) if name.starts_with("new") => Some(About::New(name.to_owned())),
        Some(number) => Some(About::Entity(member(workspace, entry, number)?)),
    };
    Ok(DraftAnswer {
        concept: input.concept.clone(),
        about,
        value,
    })
}

/// A member as the script names him or her: by citizen number; or a thing of the register by its id.
fn member(workspace: &Workspace, entry: &Entry, name: &str) -> Result<EntityId, Failed> {
    if let Ok(entity) = name.parse() {
        return Ok(entity);
    }
    let found = workspace
        .find(name, 1)?
        .into_iter()
        .find(|found| found.entity.kind == EntityKind::Person);
    found
        .map(|found| found.entity)
        .ok_or_else(|| Failed::Script {
            entry: entry.id.clone(),
            reason: "an answer is about a person who is not in the register".to_owned(),
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
