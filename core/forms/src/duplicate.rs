//! What several forms ask for: the duplicate report over all systems.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::ask::Asker;
use crate::ask::source;
use crate::ask::walk::leaves;
use crate::catalogue::Catalogue;

/// A concept or derived fact with the forms that ask for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Duplicate {
    /// Id of the concept or name of the derived fact.
    pub concept: String,
    /// Its Chinese label, where it is a concept.
    pub label: Option<String>,
    /// The systems.
    pub systems: BTreeSet<String>,
    /// The forms and their fields.
    pub asked_by: BTreeSet<Asker>,
}

/// Every fact that a field of some form is made from, those most systems ask for first. Expired
/// systems count, inactive ones do not.
pub fn duplicates(catalogue: &Catalogue) -> Vec<Duplicate> {
    let mut all: BTreeMap<String, Duplicate> = BTreeMap::new();
    for spec in catalogue
        .specs
        .values()
        .filter(|spec| spec.inactive.is_none())
    {
        for route in &spec.routes {
            for field in spec
                .form(&route.form)
                .into_iter()
                .flat_map(|form| &form.fields)
            {
                leaves(&field.value, spec, route, &mut |leaf| {
                    let plain = leaf.name.strip_prefix("said.").unwrap_or(leaf.name);
                    // A derived copy is the concept it is copied from; others stand for themselves.
                    let names = match source::concepts(plain) {
                        [] => vec![plain],
                        several => [&[plain], several].concat(),
                    };
                    for name in names {
                        let label = catalogue.concepts.find(name).map(|one| one.label.clone());
                        let entry = all.entry(name.to_owned()).or_insert_with(|| Duplicate {
                            concept: name.to_owned(),
                            label,
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
    list.sort_by_key(|one| std::cmp::Reverse((one.systems.len(), one.asked_by.len())));
    list
}
