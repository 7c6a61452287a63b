//! Members that changed, came or moved out.

use std::collections::BTreeMap;

use fieldwork_register::EntityId;

use crate::concept::Owner;
use crate::value::Value;

use super::builder::{Builder, answered};
use super::source::{age, named_members};
use super::{Fact, MemberChange, MemberFacts, Origin};

/// The members that the capture names, in the order changed, new, moved out, each by id. Who is named
/// twice counts once, by the weightier change.
pub(super) fn members(builder: &Builder<'_, '_>) -> Vec<MemberFacts> {
    let lists = [
        ("member.changed", MemberChange::Changed),
        ("member.new", MemberChange::New),
        ("member.moved_out", MemberChange::MovedOut),
    ];
    let mut changes: BTreeMap<EntityId, MemberChange> = BTreeMap::new();
    for (concept, change) in lists {
        changes.extend(named_members(builder.capture, concept).map(|person| (person, change)));
    }
    let mut members: Vec<MemberFacts> = changes
        .into_iter()
        .map(|(person, change)| MemberFacts {
            facts: of(builder, &person, change),
            person,
            change,
        })
        .collect();
    members.sort_by(|a, b| (a.change, &a.person).cmp(&(b.change, &b.person)));
    members
}

fn of(
    builder: &Builder<'_, '_>,
    person: &EntityId,
    change: MemberChange,
) -> BTreeMap<String, Fact> {
    let mut facts = BTreeMap::new();
    for concept in builder.concepts.of(Owner::Person) {
        let about = |about: &Option<EntityId>| about.as_ref() == Some(person);
        let mut answers = builder.capture.answers.iter();
        let answer = answers.find(|answer| answer.concept == concept.id && about(&answer.about));
        let said = answer
            .and_then(|answer| answered(concept, &answer.value))
            .map(|fact| (fact, true));
        let Some((fact, said)) = said.or_else(|| builder.cell(person, concept)) else {
            continue;
        };
        if said {
            facts.insert(format!("said.{}", concept.id), fact.clone());
        }
        facts.insert(concept.id.clone(), fact);
    }
    let mut derive = |name: &str, value| {
        facts.insert(
            name.to_owned(),
            Fact {
                value,
                label: None,
                origin: Origin::Derived,
            },
        );
    };
    derive("member.change", Value::Text(change.as_str().to_owned()));
    let id_no = match facts.get("person.id_no").map(|fact| &fact.value) {
        Some(Value::Text(id_no)) => Some(id_no.clone()),
        _ => None,
    };
    if let Some(age) = id_no.and_then(|id_no| age(&id_no, builder.day)) {
        let fact = Fact {
            value: age,
            label: None,
            origin: Origin::Derived,
        };
        facts.insert("person.age".to_owned(), fact);
    }
    facts
}
