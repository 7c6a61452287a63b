//! What several forms ask for: the duplicate report over all systems.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::ask::Asker;
use crate::ask::walk::leaves;
use crate::catalogue::Catalogue;
use crate::given::may_be_given;
use crate::kind::SubjectKind;
use crate::spec::{Each, Route, Spec};

/// A concept or derived fact with the forms that ask for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Duplicate {
    /// Id of the concept or name of the derived fact.
    pub concept: String,
    /// Its Chinese label, where it is a concept.
    pub label: Option<String>,
    /// How many forms ask for it, each once however many of its boxes do.
    pub forms: usize,
    /// The systems.
    pub systems: BTreeSet<String>,
    /// The forms and their fields.
    pub asked_by: BTreeSet<Asker>,
}

/// Every fact that a field of some form is made from, what most forms ask for first. Expired systems
/// count, inactive ones do not.
///
/// A derived copy counts under its own name and under the concept that it copies in that form: the
/// person concerned is the owner in a check of premises, and the head of the household in a visit.
pub fn duplicates(catalogue: &Catalogue) -> Vec<Duplicate> {
    let mut all: BTreeMap<String, Duplicate> = BTreeMap::new();
    for spec in catalogue
        .specs
        .values()
        .filter(|spec| spec.inactive.is_none())
    {
        for route in &spec.routes {
            let subjects = subjects(catalogue, spec, route);
            for field in spec
                .form(&route.form)
                .into_iter()
                .flat_map(|form| &form.fields)
            {
                leaves(&field.value, spec, route, &mut |leaf| {
                    let plain = leaf.name.strip_prefix("said.").unwrap_or(leaf.name);
                    for name in [&[plain], copied(plain, &subjects).as_slice()].concat() {
                        let label = catalogue.concepts.find(name).map(|one| one.label.clone());
                        let entry = all.entry(name.to_owned()).or_insert_with(|| Duplicate {
                            concept: name.to_owned(),
                            label,
                            forms: 0,
                            systems: BTreeSet::new(),
                            asked_by: BTreeSet::new(),
                        });
                        entry.systems.insert(spec.id.clone());
                        entry.asked_by.insert(Asker {
                            system: spec.id.clone(),
                            form: route.form.clone(),
                            field: Some(field.label.clone()),
                        });
                    }
                });
            }
        }
    }
    let mut list: Vec<Duplicate> = all.into_values().collect();
    for one in &mut list {
        let forms = one
            .asked_by
            .iter()
            .map(|asker| (&asker.system, &asker.form));
        one.forms = forms.collect::<BTreeSet<_>>().len();
    }
    list.sort_by_key(|one| std::cmp::Reverse((one.forms, one.systems.len(), one.asked_by.len())));
    list
}

/// What the captures can be about that give a route's form.
fn subjects(catalogue: &Catalogue, spec: &Spec, route: &Route) -> BTreeSet<SubjectKind> {
    let kinds = catalogue.kinds.iter();
    let given = kinds.filter(|kind| may_be_given(spec, route, &kind.id));
    let mut subjects: BTreeSet<SubjectKind> = given
        .flat_map(|kind| kind.subjects.iter().copied())
        .collect();
    // A follow-up is about what its case was about, which may be anything.
    if subjects.contains(&SubjectKind::Case) {
        subjects.extend(catalogue.kinds.iter().flat_map(|kind| &kind.subjects));
    }
    if route.for_each == Some(Each::Member) {
        subjects.insert(SubjectKind::Household);
    }
    subjects
}

/// The concepts that a derived fact is a copy of, by what the capture is about.
fn copied(derived: &str, subjects: &BTreeSet<SubjectKind>) -> Vec<&'static str> {
    let (premises, home, nobody): (_, &[&str], _) = match derived {
        "concerned.name" => ("premises.owner", &["person.name"], None),
        "concerned.id_no" => ("premises.owner_id", &["person.id_no"], None),
        "concerned.phone" => ("premises.phone", &["household.phone", "person.phone"], None),
        "place.address" | "place.address_short" => (
            "premises.address",
            &["house.address"],
            Some("house.address"),
        ),
        _ => return Vec::new(),
    };
    let mut concepts = BTreeSet::new();
    for subject in subjects {
        match subject {
            SubjectKind::Premises => {
                concepts.insert(premises);
            }
            SubjectKind::Household | SubjectKind::House | SubjectKind::Person => {
                concepts.extend(home);
            }
            // Its address follows from its code.
            SubjectKind::Plot if nobody.is_none() => concepts.extend(home),
            SubjectKind::Nobody => concepts.extend(nobody),
            SubjectKind::Plot | SubjectKind::Case => {}
        }
    }
    concepts.into_iter().collect()
}
