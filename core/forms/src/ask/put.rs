//! Putting wants as questions.

use fieldwork_register::EntityId;

use crate::concept::{Code, Concept, ConceptType, Owner};
use crate::envelope::{Filled, Problem};
use crate::facts::{Fact, Origin};
use crate::fill::fill;
use crate::freshness::as_of;
use crate::kind::SubjectKind;
use crate::spec::Spec;
use crate::value::Value;

use super::gather::{Gathered, Setting};
use super::question::{Asked, Asker, Carried, Choice, Control, Limits, Question, SUBJECT};
use super::want::Want;

/// What questions are made from.
pub(super) struct Put<'a> {
    pub setting: &'a Setting<'a>,
    pub gathered: &'a Gathered,
    pub subjects: Vec<SubjectKind>,
}

impl Put<'_> {
    pub(super) fn asked(self, required: &[Want]) -> Asked {
        let is_open = |want: &&Want| !required.contains(want) && !self.is_said(want);
        let offered: Vec<&Want> = self.gathered.offers.iter().filter(is_open).collect();
        let kept = |want: &&Want| !required.contains(want) && !offered.contains(want);
        let carried = self
            .gathered
            .carried
            .iter()
            .map(|(want, _)| want)
            .filter(kept);
        Asked {
            required: required
                .iter()
                .filter_map(|want| self.question(want))
                .collect(),
            offered: offered
                .iter()
                .filter_map(|want| self.question(want))
                .collect(),
            carried: carried.filter_map(|want| self.question(want)).collect(),
            photos: self.gathered.photos.clone(),
            unanswerable: self.gathered.unanswerable.clone(),
        }
    }

    /// Said already. Members may be named again and again.
    fn is_said(&self, want: &Want) -> bool {
        let Want::Concept(id, about) = want else {
            return false;
        };
        let many = self
            .concept(id)
            .is_some_and(|concept| concept.r#type == ConceptType::Entity);
        !many && self.fact(&format!("said.{id}"), about.as_ref()).is_some()
    }

    fn concept(&self, id: &str) -> Option<&Concept> {
        self.setting.catalogue.concepts.find(id)
    }

    fn fact(&self, name: &str, about: Option<&EntityId>) -> Option<&Fact> {
        match about {
            None => self.setting.facts.fact(name),
            Some(about) => {
                let mut members = self.setting.facts.members().iter();
                members.find(|member| member.person == *about)?.fact(name)
            }
        }
    }

    fn question(&self, want: &Want) -> Option<Question> {
        let needed_by = self.needed_by(want);
        let (id, about) = match want {
            Want::Concept(id, about) => (id, about),
            Want::Subject => {
                return Some(Question {
                    concept: SUBJECT.to_owned(),
                    about: None,
                    label: "记录对象".to_owned(),
                    english: "what the capture is about".to_owned(),
                    control: Control::Subject(self.subjects.clone()),
                    choices: Vec::new(),
                    limits: Limits::default(),
                    needed_by,
                    carried: None,
                });
            }
        };
        let concept = self.concept(id)?;
        Some(Question {
            concept: id.clone(),
            about: about.clone(),
            label: concept.label.clone(),
            english: concept.english.clone(),
            control: Control::Widget(concept.widget),
            choices: self.choices(concept, want),
            limits: self.gathered.limits.get(want).copied().unwrap_or_default(),
            needed_by,
            carried: self.carried(want, concept),
        })
    }

    /// The forms that ask, each once: by a field where one of its fields does.
    fn needed_by(&self, want: &Want) -> Vec<Asker> {
        let mut forms: Vec<Asker> = Vec::new();
        for asker in self.gathered.askers.get(want).into_iter().flatten() {
            let same =
                |known: &&mut Asker| (&known.system, &known.form) == (&asker.system, &asker.form);
            match forms.iter_mut().find(same) {
                Some(known) if known.field.is_none() => known.field.clone_from(&asker.field),
                Some(_) => {}
                None => forms.push(asker.clone()),
            }
        }
        forms
    }

    /// The codes with which no form that applies then stops for want of a counterpart.
    fn choices(&self, concept: &Concept, want: &Want) -> Vec<Choice> {
        let Want::Concept(_, about) = want else {
            return Vec::new();
        };
        let facts = self.setting.facts;
        let catalogue = self.setting.catalogue;
        let maps = |spec: &&Spec| {
            let mut maps = spec.code_maps.values();
            maps.any(|map| map.concept == concept.id)
        };
        let is_taken = |code: &&Code| {
            let supposed = facts.suppose(concept, about.as_ref(), &code.code);
            let stops = |problem: &Problem| {
                matches!(problem, Problem::Unmapped { concept: of, code: unmapped, .. }
                    if *of == concept.id && *unmapped == code.code)
            };
            let about_it = |of: &Option<EntityId>| about.is_none() || of == about;
            let specs = catalogue.giving(&supposed, facts.at_ms()).into_iter();
            let mut forms = specs.filter(maps).flat_map(|spec| fill(&supposed, spec));
            !forms.any(|form| match form {
                Filled::Envelope(_) => false,
                Filled::Stopped(stopped) => {
                    about_it(&stopped.about) && stopped.problems.iter().any(stops)
                }
            })
        };
        let taken = concept.codes.iter().filter(is_taken);
        taken
            .map(|code| Choice {
                code: code.code.clone(),
                label: code.label.clone(),
            })
            .collect()
    }

    fn carried(&self, want: &Want, concept: &Concept) -> Option<Carried> {
        let Want::Concept(id, about) = want else {
            return None;
        };
        if concept.entity == Owner::Capture {
            return None;
        }
        let fact = self.fact(id, about.as_ref())?;
        if !matches!(fact.origin, Origin::Register { .. }) {
            return None;
        }
        let (value, shown) = match &fact.value {
            Value::Bool(yes) => (yes.to_string(), if *yes { "是" } else { "否" }.to_owned()),
            value => {
                let text = value.as_text()?;
                let shown = fact.label.clone().unwrap_or_else(|| text.clone());
                (text, shown)
            }
        };
        let mut carried = self.gathered.carried.iter();
        let stale = carried.any(|(known, stale)| known == want && *stale);
        Some(Carried {
            value,
            shown,
            as_of: as_of(fact),
            stale,
        })
    }
}
