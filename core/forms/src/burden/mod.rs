//! The burden meter: what the same day's work costs in three ways.
//!
//! B0 (现状) types every field of every form and the ledger. B1 (最好的分开填) is separate apps at their
//! best: one pick of the subject prefills what the register holds, what follows from something is free.
//! ONE (本系统) is what was entered here. All is counted from the forms that were made and from the inputs
//! that were given, by a tap model that is data. It counts work, never workers: nothing here can tell who.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use crate::catalogue::Catalogue;
use crate::concept::{Concept, Widget};
use crate::envelope::Envelope;
use crate::wire::Wire;

mod counts;
mod model;
mod reckon;

pub use counts::{
    CaptureCounts, Classes, Counts, Ratio, RealLengths, TextCounts, Three, Totals, Uploads,
};
pub use model::{Burden, Class, Entry, EntryError, FieldWork, SignIns, TapModel};

/// A capture with what was entered and what came of it.
#[derive(Debug, Clone)]
pub struct Work<'a> {
    /// Its short name.
    pub label: String,
    /// What was entered, in order; picking the subject among it.
    pub inputs: Vec<Entry>,
    /// Photographs that were taken.
    pub photos: u32,
    /// Forms that went out, rows of the ledger among them.
    pub sent: Vec<Sent<'a>>,
}

/// A form that went out.
#[derive(Debug, Clone)]
pub struct Sent<'a> {
    /// System id.
    pub system: &'a str,
    /// Form id.
    pub form: &'a str,
    /// Its fields.
    pub fields: &'a Map<String, Json>,
    /// How many photo slots it fills.
    pub photos: u32,
}

impl<'a> From<&'a Envelope> for Sent<'a> {
    fn from(envelope: &'a Envelope) -> Self {
        Self {
            system: &envelope.system,
            form: &envelope.form,
            fields: &envelope.fields,
            photos: small(envelope.photos.len()),
        }
    }
}

impl Entry {
    /// What answering a concept takes. Naming a newcomer takes nothing: the first fact about the person
    /// does it.
    pub fn of_answer(concept: &Concept, value: &str) -> Option<Self> {
        let characters = small(value.chars().count());
        match concept.widget {
            Widget::Text => Some(Self::Text(characters)),
            Widget::Number | Widget::Code | Widget::Phone => Some(Self::Code(characters)),
            Widget::Pick | Widget::Member | Widget::Household => Some(Self::Pick),
            Widget::YesNo => Some(Self::YesNo),
            Widget::Date => Some(Self::Date),
            Widget::Time => Some(Self::DateTime),
            Widget::NewMember => None,
        }
    }
}

/// Counts a day's work, done in so many sync sessions.
pub fn burden(catalogue: &Catalogue, day: &[Work<'_>], sessions: u32) -> Counts {
    let model = &catalogue.burden.taps;
    let mut reckoned: Vec<Reckoned> = Vec::with_capacity(day.len());
    let mut systems: BTreeSet<String> = BTreeSet::new();
    for work in day {
        let forms = || work.sent.iter().filter(|sent| !is_ledger(catalogue, sent));
        systems.extend(forms().map(|sent| sent.system.to_owned()));
        reckoned.push(reckon::capture(catalogue, work));
    }
    let sum = |of: fn(&Reckoned) -> u32| reckoned.iter().map(of).sum::<u32>();
    let three = |of: fn(&CaptureCounts) -> &Three<u32>| Three {
        b0: reckoned.iter().map(|one| of(&one.counts).b0).sum::<u32>(),
        b1: reckoned.iter().map(|one| of(&one.counts).b1).sum::<u32>(),
        one: reckoned.iter().map(|one| of(&one.counts).one).sum::<u32>(),
    };
    let envelopes = sum(|one| small(one.counts.envelopes.len()));
    let ledger_cells = sum(|one| one.ledger_cells);
    let (slots, shots) = (
        sum(|one| one.counts.photo_slots),
        sum(|one| one.counts.photos),
    );
    let (fields, field_taps) = (three(|one| &one.fields), three(|one| &one.taps));
    let logins = small(systems.len());
    let switches = model.switch + model.submit;
    let all_taps = Three {
        b0: field_taps.b0
            + model.login * logins
            + model.separate_photo * slots
            + switches * envelopes,
        b1: field_taps.b1
            + model.login * logins
            + model.separate_photo * shots
            + model.b1_attach * slots
            + switches * envelopes,
        one: field_taps.one
            + model.unlock
            + model.one_photo * shots
            + model.submit * small(day.len())
            + model.sync * sessions,
    };
    let elsewhere = catalogue.burden.sign_ins_elsewhere;
    let elsewhere = elsewhere.apps * elsewhere.per_day;
    let characters = sum(|one| one.text);
    let ledger_model = sum(|one| one.ledger_taps);
    Counts {
        tap_model: model.clone(),
        captures: day.len(),
        envelopes,
        systems,
        ledger_rows: sum(|one| one.ledger_rows),
        ledger_cells,
        totals: Totals {
            fields_with_ledger: fields,
            form_fields_without_ledger: Three {
                b0: fields.b0 - ledger_cells,
                b1: fields.b1 - ledger_cells,
                one: fields.one,
            },
            field_taps,
            all_taps,
            logins: Three {
                b0: logins,
                b1: logins,
                one: 0,
            },
            unlocks: Three {
                b0: 0,
                b1: 0,
                one: 1,
            },
            app_switches: Three {
                b0: envelopes,
                b1: envelopes,
                one: 0,
            },
            sign_ins_elsewhere: Three {
                b0: elsewhere,
                b1: elsewhere,
                one: 0,
            },
            photos_shot: Three {
                b0: slots,
                b1: shots,
                one: shots,
            },
            photo_slots: slots,
            slots_reused: slots.saturating_sub(shots),
            uploads: Uploads {
                b0: envelopes + slots,
                b1: envelopes + slots,
                one: match sessions {
                    1 => "1 session".to_owned(),
                    several => format!("{several} sessions"),
                },
            },
            ratio_taps: Ratio {
                b0: ratio(all_taps.b0, all_taps.one),
                b1: ratio(all_taps.b1, all_taps.one),
            },
        },
        classes: Classes {
            e: sum(|one| one.classes.e),
            d: sum(|one| one.classes.d),
            s: sum(|one| one.classes.s),
        },
        one_text: TextCounts {
            characters,
            taps: model.chinese_character * characters,
        },
        b0_form_taps_by_real_lengths: RealLengths {
            model: field_taps.b0 - ledger_model,
            real: sum(|one| one.real_taps),
            ledger_model,
            ledger_real: sum(|one| one.ledger_real_taps),
        },
        asked_by_systems: asked_by_systems(catalogue),
        per_capture: reckoned
            .into_iter()
            .map(|one| (one.label, one.counts))
            .collect(),
    }
}

/// How many systems ask for what an owner's word means, the ledger among them and inactive ones not.
pub fn asked_by_systems(catalogue: &Catalogue) -> BTreeMap<String, usize> {
    let facts = crate::duplicate::duplicates(catalogue);
    let count = |means: &Vec<String>| {
        let asked = facts.iter().filter(|fact| means.contains(&fact.concept));
        asked
            .flat_map(|fact| &fact.systems)
            .collect::<BTreeSet<_>>()
            .len()
    };
    let words = catalogue.burden.words.iter();
    words
        .map(|(word, means)| (word.clone(), count(means)))
        .collect()
}

/// One capture, reckoned.
#[derive(Debug)]
struct Reckoned {
    label: String,
    counts: CaptureCounts,
    classes: Classes,
    text: u32,
    real_taps: u32,
    ledger_rows: u32,
    ledger_cells: u32,
    ledger_taps: u32,
    ledger_real_taps: u32,
}

fn is_ledger(catalogue: &Catalogue, sent: &Sent<'_>) -> bool {
    let spec = catalogue.spec(sent.system);
    spec.is_some_and(|spec| matches!(spec.wire, Wire::Ledger(_)))
}

fn ratio(more: u32, less: u32) -> f64 {
    let ratio = f64::from(more) / f64::from(less.max(1));
    (ratio * 10.0).round() / 10.0
}

/// Counts of a day's work are far below the bound.
fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
