//! Explain: where each box of a form comes from, in Chinese for the worker and in English.
//!
//! Possible because a spec can say nothing that is not in the closed list of operators: filling notes
//! which facts a value was made from, and the same expression tells which steps it went through.

use fieldwork_register::EntityId;
use serde::Serialize;
use serde_json::Value as Json;

use crate::catalogue::Catalogue;
use crate::envelope::{Envelope, Filled, Problem, Reference, SlotPhoto};
use crate::facts::Facts;
use crate::fill::Traced;
use crate::spec::{Field, Form, Route, Slot, Spec};

use teller::Teller;

mod label;
mod step;
mod teller;

/// A form with where its boxes come from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explained {
    /// System id.
    pub system: String,
    /// Form id.
    pub form: String,
    /// Chinese name of the form.
    pub name: String,
    /// The person a member form is about.
    pub about: Option<EntityId>,
    /// Why there is this form, Chinese sentences.
    pub chosen_chinese: Vec<String>,
    /// Why there is this form, English sentences.
    pub chosen_english: Vec<String>,
    /// The boxes that have a value, in the order of the form: fields, then what goes with them, then
    /// photographs and reference.
    pub boxes: Vec<Explanation>,
    /// What stands in the way, where the form could not be made.
    pub problems: Vec<Problem>,
}

/// Where one box comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// Field or slot id.
    pub field: String,
    /// Its name, as the owner writes it.
    pub label: String,
    /// What stands in it; `None` in a form that could not be made.
    pub value: Option<Json>,
    /// Chinese sentences.
    pub chinese: Vec<String>,
    /// English sentences.
    pub english: Vec<String>,
}

/// Explains a form that [`fill_traced`](crate::fill::fill_traced) filled from these facts.
pub fn explain(catalogue: &Catalogue, facts: &Facts, spec: &Spec, traced: &Traced) -> Explained {
    let (form, about, envelope, problems) = match &traced.filled {
        Filled::Envelope(made) => (&made.form, &made.about, Some(made), Vec::new()),
        Filled::Stopped(stopped) => (
            &stopped.form,
            &stopped.about,
            None,
            stopped.problems.clone(),
        ),
    };
    let mut explained = Explained {
        system: spec.id.clone(),
        form: form.clone(),
        name: String::new(),
        about: about.clone(),
        chosen_chinese: Vec::new(),
        chosen_english: Vec::new(),
        boxes: Vec::new(),
        problems,
    };
    let (Some(form), Some(route)) = (spec.form(form), spec.routes.get(traced.route)) else {
        return explained;
    };
    explained.name.clone_from(&form.name);
    let teller = Teller::new(catalogue, facts, spec, route, about.as_ref());
    (explained.chosen_chinese, explained.chosen_english) = teller.chosen().parts();
    let fields = form.fields.iter().chain(&form.auto);
    explained.boxes = fields
        .filter_map(|field| of_field(&teller, traced, envelope, field))
        .collect();
    if let Some(envelope) = envelope {
        let photos = envelope.photos.iter();
        explained
            .boxes
            .extend(photos.map(|photo| of_photo(route, form, photo)));
        explained
            .boxes
            .extend(envelope.reference.as_ref().map(reference));
    }
    explained
}

/// Sentences in both languages, each once.
#[derive(Default)]
struct Told {
    chinese: Vec<String>,
    english: Vec<String>,
}

impl Told {
    fn tell(&mut self, (chinese, english): (String, String)) {
        if !self.chinese.contains(&chinese) {
            self.chinese.push(chinese);
            self.english.push(english);
        }
    }

    fn parts(self) -> (Vec<String>, Vec<String>) {
        (self.chinese, self.english)
    }
}

fn of_field(
    teller: &Teller<'_>,
    traced: &Traced,
    envelope: Option<&Envelope>,
    field: &Field,
) -> Option<Explanation> {
    let sources = traced.sources.get(&field.id)?;
    let value = envelope.and_then(|envelope| {
        let own = envelope.fields.get(&field.id);
        own.or_else(|| envelope.auto.get(&field.id))
    });
    let decided_by = traced.decided_by.get(&field.id);
    let decided_by = decided_by.map_or(&[][..], Vec::as_slice);
    let mut told = Told::default();
    if sources.is_empty() && decided_by.is_empty() {
        told.tell((
            "固定内容：按上报要求的规定填写".to_owned(),
            "fixed by the spec".to_owned(),
        ));
    }
    for name in sources {
        if let Some(fact) = teller.fact(name) {
            told.tell(teller.told(name, fact));
        }
    }
    for name in decided_by.iter().filter(|name| !sources.contains(name)) {
        let (chinese, english) = teller.decided(name);
        told.tell((
            format!("按此选定：{chinese}"),
            format!("chosen by: {english}"),
        ));
    }
    // Of what the spec itself says nothing was made: it only looks so in the spec.
    if !sources.is_empty() {
        let steps = teller.steps(&field.value);
        steps.into_iter().for_each(|step| told.tell(step));
    }
    let (chinese, english) = told.parts();
    Some(Explanation {
        field: field.id.clone(),
        label: field.label.clone(),
        value: value.cloned(),
        chinese,
        english,
    })
}

/// A photograph's box is called as the owner calls it, else by what it shows.
fn of_photo(route: &Route, form: &Form, photo: &SlotPhoto) -> Explanation {
    let slot = form.photos.iter().find(|slot| slot.slot == photo.slot);
    let shown = |slot: &Slot| {
        let stage = route.stage_of(slot).chinese();
        match slot.view {
            Some(view) => format!("{stage}·{}", view.chinese()),
            None => stage.to_owned(),
        }
    };
    let label = slot.map(|slot| slot.label.clone().unwrap_or_else(|| shown(slot)));
    Explanation {
        field: photo.slot.clone(),
        label: label.unwrap_or_default(),
        value: Some(Json::String(photo.photo.clone())),
        chinese: vec!["本次拍摄".to_owned()],
        english: vec!["taken in this capture".to_owned()],
    }
}

fn reference(reference: &Reference) -> Explanation {
    let (value, chinese, english) = match reference {
        Reference::Known(id) => (
            Some(Json::String(id.clone())),
            "来自对接系统的回执：事项编号",
            "from the system's receipt: its id of the case",
        ),
        Reference::Waits => (
            None,
            "等待对接系统的回执：事项编号",
            "waits for the system's receipt: its id of the case",
        ),
    };
    Explanation {
        field: "ref".to_owned(),
        label: "事项编号".to_owned(),
        value,
        chinese: vec![chinese.to_owned()],
        english: vec![english.to_owned()],
    }
}
