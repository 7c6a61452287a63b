//! Coverage: what a system would find in the register, before anybody is asked.
//!
//! For every form, and for every thing of the register it would be filled about, each field is looked at:
//! the register carries it (and perhaps has it from too long ago), it follows from something else, it
//! does not apply, a worker would have to be asked, or it cannot be made from what there is. A new system that costs nothing shows nothing in
//! `to_ask`; one that costs a round through the village shows that too, before it is made.

use std::collections::BTreeSet;

use fieldwork_ids::Date;
use fieldwork_register::{EntityId, EntityKind, Register};
use serde::Serialize;

use crate::ask::walk::leaves;
use crate::catalogue::Catalogue;
use crate::facts::is_derived;
use crate::spec::{Each, Form, Route, Spec};

mod export;
mod field;
mod probe;

use field::Found;

pub use export::{Row, export};

pub use crate::duplicate::{Duplicate, duplicates};

/// What a system would find.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// System id.
    pub system: String,
    /// The day it was reckoned for.
    pub on: Date,
    /// Form by form, in the order of the spec.
    pub forms: Vec<FormCoverage>,
}

/// What a form would find.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormCoverage {
    /// Form id.
    pub form: String,
    /// The kind of thing it is about; `None` where it is about what happens, not about the register.
    pub about: Option<EntityKind>,
    /// How many of them the register holds; 1 where it is about what happens.
    pub entities: usize,
    /// How many fields all of them together have.
    pub fields: usize,
    /// The sum over the fields.
    #[serde(flatten)]
    pub sum: Tally,
    /// Field by field.
    pub by_field: Vec<FieldCoverage>,
    /// Things of which a value is too old, in the order of the register.
    pub stale_entities: Vec<StaleEntity>,
}

/// How many fields are what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// The register holds it.
    pub carried: usize,
    /// Among those: verified longer ago than the freshness limit.
    pub stale: usize,
    /// It follows from the capture, the place or a rule.
    pub derivable: usize,
    /// A worker would have to be asked.
    pub to_ask: usize,
    /// What there is cannot be written as the field wants it, and no answer would change that.
    pub unmakeable: usize,
    /// It stays empty and may.
    pub not_applicable: usize,
}

/// What a field would find, over all things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldCoverage {
    /// Field id.
    pub field: String,
    /// Its name, as the owner writes it.
    pub label: String,
    /// How often it is what.
    #[serde(flatten)]
    pub sum: Tally,
    /// Concepts that would be asked.
    pub asks: BTreeSet<String>,
    /// Why it cannot be made, without the values.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub reasons: BTreeSet<String>,
}

/// A thing of which a value is too old.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StaleEntity {
    /// The thing.
    pub entity: EntityId,
    /// The day from which its oldest such value is.
    pub as_of: Date,
    /// How many of its fields.
    pub fields: usize,
}

/// What a system would find in a register on a day.
pub fn coverage(catalogue: &Catalogue, spec: &Spec, register: &Register<'_>, on: Date) -> Coverage {
    let forms = spec.forms.iter().filter_map(|form| {
        let route = spec.routes.iter().find(|route| route.form == form.id)?;
        Some(
            Reckoner {
                catalogue,
                spec,
                form,
                route,
                register,
                on,
            }
            .form(),
        )
    });
    Coverage {
        system: spec.id.clone(),
        on,
        forms: forms.collect(),
    }
}

struct Reckoner<'a> {
    catalogue: &'a Catalogue,
    spec: &'a Spec,
    form: &'a Form,
    route: &'a Route,
    register: &'a Register<'a>,
    on: Date,
}

impl Reckoner<'_> {
    fn form(&self) -> FormCoverage {
        let about = self.about();
        let fields = &self.form.fields;
        let mut by_field: Vec<FieldCoverage> = fields
            .iter()
            .map(|field| FieldCoverage {
                field: field.id.clone(),
                label: field.label.clone(),
                sum: Tally::default(),
                asks: BTreeSet::new(),
                reasons: BTreeSet::new(),
            })
            .collect();
        let mut stale_entities = Vec::new();
        let kind = self.kind(about);
        let things = self.things(about);
        for entity in &things {
            let Some(facts) = self.facts(&kind, entity.as_ref()) else {
                continue;
            };
            let mut oldest: Option<(Date, usize)> = None;
            for (field, covered) in fields.iter().zip(&mut by_field) {
                let found = self.field(field, &facts, entity.as_ref());
                if let Found::Carried { stale: Some(as_of) } = &found {
                    let (day, count) = oldest.unwrap_or((*as_of, 0));
                    oldest = Some((day.min(*as_of), count + 1));
                }
                covered.count(found);
            }
            if let (Some((as_of, fields)), Some(entity)) = (oldest, entity) {
                stale_entities.push(StaleEntity {
                    entity: entity.clone(),
                    as_of,
                    fields,
                });
            }
        }
        let mut sum = Tally::default();
        by_field.iter().for_each(|field| sum.add(&field.sum));
        FormCoverage {
            form: self.form.id.clone(),
            about,
            entities: things.len(),
            fields: things.len() * fields.len(),
            sum,
            by_field,
            stale_entities,
        }
    }

    /// The most particular kind of thing whose facts the fields take.
    fn about(&self) -> Option<EntityKind> {
        if self.route.for_each == Some(Each::Member) {
            return Some(EntityKind::Person);
        }
        let mut kinds = BTreeSet::new();
        for field in &self.form.fields {
            leaves(&field.value, self.spec, self.route, &mut |leaf| {
                kinds.extend(self.kind_of(leaf.name));
            });
        }
        let order = [
            EntityKind::House,
            EntityKind::Plot,
            EntityKind::Premises,
            EntityKind::Household,
            EntityKind::Person,
        ];
        order.into_iter().find(|kind| kinds.contains(kind))
    }

    fn kind_of(&self, name: &str) -> Option<EntityKind> {
        let plain = name.strip_prefix("said.").unwrap_or(name);
        let owner = self
            .catalogue
            .concepts
            .find(plain)
            .map(|concept| concept.entity);
        match (owner, plain.split_once('.')) {
            (Some(owner), _) => probe::entity_kind(owner),
            (None, Some((kind, "code"))) if is_derived(plain) => probe::kind_named(kind),
            (None, Some(("household", _))) if is_derived(plain) => Some(EntityKind::Household),
            _ => None,
        }
    }
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.carried += other.carried;
        self.stale += other.stale;
        self.derivable += other.derivable;
        self.to_ask += other.to_ask;
        self.unmakeable += other.unmakeable;
        self.not_applicable += other.not_applicable;
    }

    /// Fields that nobody needs to be asked for.
    pub fn resolved(&self) -> usize {
        self.carried + self.derivable + self.not_applicable
    }
}
