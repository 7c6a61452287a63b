//! The forms that a register gives by itself: what a system gets once it may, before anybody has said
//! anything.

use fieldwork_ids::Date;
use fieldwork_register::{EntityId, Register};

use crate::catalogue::Catalogue;
use crate::envelope::Filled;
use crate::fill::fill_form;
use crate::spec::Spec;

use super::Reckoner;

/// A form filled from the register alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is about.
    pub entity: EntityId,
    /// The form, or why it cannot be made.
    pub filled: Filled,
}

/// Every form of a spec that is about things of the register, once for each of them, in the order of the
/// spec and the register. Forms about what happens give nothing: nothing happened.
pub fn export(catalogue: &Catalogue, spec: &Spec, register: &Register<'_>, on: Date) -> Vec<Row> {
    let mut rows = Vec::new();
    for form in &spec.forms {
        let Some(route) = spec.routes.iter().find(|route| route.form == form.id) else {
            continue;
        };
        let reckoner = Reckoner {
            catalogue,
            spec,
            form,
            route,
            register,
            on,
        };
        let about = reckoner.about();
        let kind = reckoner.kind(about);
        for entity in reckoner.things(about).into_iter().flatten() {
            let Some(facts) = reckoner.facts(&kind, Some(&entity)) else {
                continue;
            };
            let filled = fill_form(&facts, spec, &form.id).into_iter();
            rows.extend(filled.map(|traced| Row {
                entity: entity.clone(),
                filled: traced.filled,
            }));
        }
    }
    rows
}
