//! Explain: where each box of a form comes from, in Chinese for the worker and in English.
//!
//! Possible because a spec can say nothing that is not in the closed list of operators: filling notes
//! which facts a value was made from, and the same expression tells which code map it went through.

use fieldwork_register::{EntityId, EntityKind};
use serde::Serialize;
use serde_json::Value as Json;

use crate::ask::source;
use crate::ask::walk::leaves;
use crate::catalogue::Catalogue;
use crate::concept::Concept;
use crate::envelope::{Envelope, Filled, Problem, Reference};
use crate::facts::{Fact, Facts, Origin};
use crate::fill::Traced;
use crate::spec::{Field, Form, Spec};

mod label;

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
        boxes: Vec::new(),
        problems,
    };
    let Some(form) = spec.form(form) else {
        return explained;
    };
    explained.name.clone_from(&form.name);
    let teller = Teller {
        catalogue,
        facts,
        spec,
        form,
        traced,
        envelope,
    };
    let fields = form.fields.iter().chain(&form.auto);
    explained.boxes = fields.filter_map(|field| teller.field(field)).collect();
    if let Some(envelope) = envelope {
        explained.boxes.extend(photos(envelope));
        explained
            .boxes
            .extend(envelope.reference.as_ref().map(reference));
    }
    explained
}

struct Teller<'a> {
    catalogue: &'a Catalogue,
    facts: &'a Facts,
    spec: &'a Spec,
    form: &'a Form,
    traced: &'a Traced,
    envelope: Option<&'a Envelope>,
}

impl Teller<'_> {
    fn field(&self, field: &Field) -> Option<Explanation> {
        let sources = self.traced.sources.get(&field.id)?;
        let value = self.envelope.and_then(|envelope| {
            envelope
                .fields
                .get(&field.id)
                .or_else(|| envelope.auto.get(&field.id))
        });
        let mut chinese = Vec::new();
        let mut english = Vec::new();
        let mut tell = |(zh, en): (String, String)| {
            if !chinese.contains(&zh) {
                chinese.push(zh);
                english.push(en);
            }
        };
        let decided_by = self.traced.decided_by.get(&field.id);
        let decided_by = decided_by.map_or(&[][..], Vec::as_slice);
        if sources.is_empty() && decided_by.is_empty() {
            tell((
                "固定内容：按上报要求的规定填写".to_owned(),
                "fixed by the spec".to_owned(),
            ));
        }
        for name in sources {
            if let Some(fact) = self.fact(name) {
                tell(self.told(name, fact));
            }
        }
        for name in decided_by.iter().filter(|name| !sources.contains(name)) {
            tell(self.decided(name));
        }
        for map in self.maps(field, sources) {
            let zh = format!("按对应表 {map} 换成本表的代码");
            tell((
                zh,
                format!("turned into the owner's code by code map {map}"),
            ));
        }
        Some(Explanation {
            field: field.id.clone(),
            label: field.label.clone(),
            value: value.cloned(),
            chinese,
            english,
        })
    }

    fn fact(&self, name: &str) -> Option<&Fact> {
        let about = match &self.traced.filled {
            Filled::Envelope(made) => made.about.as_ref(),
            Filled::Stopped(stopped) => stopped.about.as_ref(),
        };
        let mut members = self.facts.members().iter();
        let member = about.and_then(|about| members.find(|member| member.person == *about));
        let own = member.and_then(|member| member.find(name));
        own.unwrap_or_else(|| self.facts.fact(name))
    }

    fn told(&self, name: &str, fact: &Fact) -> (String, String) {
        let plain = name.strip_prefix("said.").unwrap_or(name);
        let concept = self.catalogue.concepts.find(plain);
        let derived = label::named(plain);
        let (what, what_english) = match concept.or_else(|| self.copied(plain, fact)) {
            Some(concept) => (concept.label.as_str(), concept.english.as_str()),
            None => (derived.label, derived.english),
        };
        let of_head = concept.is_none() && is_of_person(fact);
        let (what, what_english) = match of_head {
            true => (
                format!("户主{what}"),
                format!("{what_english} of the head of the household"),
            ),
            false => (what.to_owned(), what_english.to_owned()),
        };
        match &fact.origin {
            Origin::Said => (
                format!("本次所说：{what}"),
                format!("said in this capture: {what_english}"),
            ),
            Origin::Register {
                as_of: Some(as_of), ..
            } => (
                format!("来自底册：{what}（核实于{as_of}）"),
                format!("from the register: {what_english} (verified on {as_of})"),
            ),
            Origin::Register { as_of: None, .. } => (
                format!("来自底册：{what}"),
                format!("from the register: {what_english}"),
            ),
            Origin::Derived => (
                format!("由{}推出：{what}", derived.from),
                format!("follows from {}: {what_english}", derived.from_english),
            ),
        }
    }

    /// A fact by which a condition chose the value.
    fn decided(&self, name: &str) -> (String, String) {
        if let Some(fact) = self.fact(name) {
            let (zh, en) = self.told(name, fact);
            return (format!("按此选定：{zh}"), format!("chosen by: {en}"));
        }
        let plain = name.strip_prefix("said.").unwrap_or(name);
        let derived = label::named(plain);
        let (what, what_english) = match self.catalogue.concepts.find(plain) {
            Some(concept) => (concept.label.as_str(), concept.english.as_str()),
            None => (derived.label, derived.english),
        };
        (
            format!("按此选定：没有{what}"),
            format!("chosen because there is no {what_english}"),
        )
    }

    /// The concept of which a derived fact is a copy.
    fn copied(&self, derived: &str, fact: &Fact) -> Option<&Concept> {
        let Origin::Register { entity, .. } = &fact.origin else {
            return None;
        };
        let of_kind = |concept: &str| {
            let owner = concept.split_once('.').map(|(owner, _)| owner);
            owner == Some(entity.kind.as_str())
        };
        let concepts = &self.catalogue.concepts;
        let copied = source::concepts(derived)
            .iter()
            .find(|concept| of_kind(concept));
        match (copied, derived.split_once('.')) {
            (Some(concept), _) => concepts.find(concept),
            (None, Some((_, word))) => concepts.find(&format!("{}.{word}", entity.kind.as_str())),
            (None, None) => None,
        }
    }

    /// The code maps that the value went through: those of the facts that were used.
    fn maps(&self, field: &Field, sources: &[String]) -> Vec<String> {
        let mut maps: Vec<String> = Vec::new();
        for route in self
            .spec
            .routes
            .iter()
            .filter(|route| route.form == self.form.id)
        {
            leaves(&field.value, self.spec, route, &mut |leaf| {
                let used = sources.iter().any(|name| name == leaf.name);
                if let Some(map) = leaf.map.filter(|_| used)
                    && !maps.iter().any(|known| known == map)
                {
                    maps.push(map.to_owned());
                }
            });
        }
        maps
    }
}

fn is_of_person(fact: &Fact) -> bool {
    matches!(&fact.origin, Origin::Register { entity, .. } if entity.kind == EntityKind::Person)
}

fn photos(envelope: &Envelope) -> impl Iterator<Item = Explanation> {
    envelope.photos.iter().map(|photo| Explanation {
        field: photo.slot.clone(),
        label: photo.slot.clone(),
        value: Some(Json::String(photo.photo.clone())),
        chinese: vec!["本次拍摄".to_owned()],
        english: vec!["taken in this capture".to_owned()],
    })
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
