//! The day's captures being entered, one answer after the other, as an app would.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot load its data must fail"
)]

use std::fs;

use fieldwork_forms::ask::{Asked, Question, SUBJECT, ask};
use fieldwork_forms::capture::{Answer, Capture, Subject};
use fieldwork_forms::concept::ConceptType;
use fieldwork_forms::{CaseFacts, Catalogue};
use fieldwork_register::{Edits, EntityId, EntityKind, IndexedBase, Register};
use serde_json::Value;

use crate::village::{self, Played};

/// Every file of `specs/`, whatever systems there are.
pub fn all_specs() -> Vec<(String, String)> {
    let folder = village::root().join("specs");
    let mut files: Vec<(String, String)> = ["concepts.json", "kinds.json"]
        .map(|name| {
            (
                name.to_owned(),
                fs::read_to_string(folder.join(name)).unwrap(),
            )
        })
        .into();
    for entry in fs::read_dir(folder.join("systems")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        files.push((
            format!("systems/{name}"),
            fs::read_to_string(&path).unwrap(),
        ));
    }
    files
}

/// One capture of the day with what its author will say.
pub struct Entry {
    pub label: String,
    pub draft: Capture,
    pub case: Option<CaseFacts>,
    pub subject: Option<Subject>,
    pub inputs: Vec<Answer>,
    newcomer: EntityId,
}

/// The captures of the day, before anything was said. The venue is part of the place.
pub fn entries(catalogue: &Catalogue, base: &IndexedBase) -> Vec<Entry> {
    let json: Value = serde_json::from_str(&village::fixture("day.json")).unwrap();
    let played = village::day(catalogue, base).played;
    let captures = json["captures"].as_array().unwrap();
    played
        .into_iter()
        .zip(captures)
        .map(|(played, json)| entry(played, json, catalogue, base))
        .collect()
}

fn entry(played: Played, json: &Value, catalogue: &Catalogue, base: &IndexedBase) -> Entry {
    let Played {
        label,
        capture,
        case,
    } = played;
    let newcomer = EntityId::new(EntityKind::Person, format!("new-{label}"));
    let inputs = json["inputs"].as_array().unwrap().iter().map(|input| {
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        let concept = catalogue
            .concepts
            .find(input["concept"].as_str().unwrap())
            .unwrap();
        let about = input["about"].as_str().map(|about| match about {
            "new" => newcomer.clone(),
            id_no => village::person(base, id_no),
        });
        let value = text(&input["value"]);
        let value = match concept.r#type {
            ConceptType::Entity => village::person(base, &value).to_string(),
            _ => value,
        };
        Answer {
            concept: concept.id.clone(),
            about,
            value,
        }
    });
    let inputs = inputs.collect();
    let mut draft = capture;
    let subject = draft.subject.take();
    draft
        .answers
        .retain(|answer| answer.concept == "activity.venue");
    Entry {
        label,
        draft,
        case,
        subject,
        inputs,
        newcomer,
    }
}

/// What entering a capture came to.
pub struct Entered {
    /// How many inputs it took, picking the subject among them.
    pub inputs: usize,
    pub draft: Capture,
    pub left: Asked,
    /// Inputs of the day that were not needed.
    pub unused: Vec<Answer>,
}

/// Enters a capture: what is required first; what is offered only where the day has it.
pub fn enter(catalogue: &Catalogue, base: &IndexedBase, edits: &Edits, entry: &Entry) -> Entered {
    let register = Register::new(base, edits);
    let mut draft = entry.draft.clone();
    let mut open = entry.inputs.clone();
    let mut inputs = 0;
    // What only the day's offers can settle: the worker uses them before what is required.
    loop {
        let asked = ask(catalogue, &draft, &register, case_of(entry, &draft));
        let subject = |question: &Question| question.concept == SUBJECT && entry.subject.is_some();
        if draft.subject.is_none() && asked.required.iter().chain(&asked.offered).any(subject) {
            draft.subject.clone_from(&entry.subject);
            inputs += 1;
            continue;
        }
        let answers = |question: &Question| {
            open.iter().position(|answer| {
                answer.concept == question.concept && answer.about == question.about
            })
        };
        let next = asked
            .required
            .iter()
            .find_map(answers)
            .or_else(|| asked.offered.iter().chain(&asked.carried).find_map(answers));
        if let Some(at) = next {
            draft.answers.push(open.remove(at));
            inputs += 1;
            continue;
        }
        // The first fact about a newcomer names him or her; naming is no input of its own.
        let named = draft
            .answers
            .iter()
            .any(|answer| answer.concept == "member.new");
        let offered = asked
            .offered
            .iter()
            .any(|question| question.concept == "member.new");
        if !named
            && offered
            && open
                .iter()
                .any(|answer| answer.about.as_ref() == Some(&entry.newcomer))
        {
            draft.answers.push(Answer {
                concept: "member.new".to_owned(),
                about: None,
                value: entry.newcomer.to_string(),
            });
            continue;
        }
        return Entered {
            inputs,
            draft,
            left: asked,
            unused: open,
        };
    }
}

pub fn case_of<'a>(entry: &'a Entry, draft: &Capture) -> Option<&'a CaseFacts> {
    entry.case.as_ref().filter(|_| draft.subject.is_some())
}
