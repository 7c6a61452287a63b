//! The same day once more, to see what else it could have been.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use fieldwork_forms::Catalogue;
use fieldwork_forms::burden::{Class, Sent, Work, burden};
use fieldwork_forms::capture::Capture;
use fieldwork_forms::envelope::{Envelope, Filled};
use fieldwork_forms::facts::{Fact, Facts, Origin};
use fieldwork_forms::fill::Traced;
use fieldwork_forms::wire::Wire;
use fieldwork_ids::time::{china_date, start_of_day_ms};
use fieldwork_testkit::day::{Day, Entry};
use serde_json::{Map, Value, json};

use crate::county::{County, fill_traced};
use crate::error::Failed;

/// Noon, milliseconds after midnight.
const NOON_MS: i64 = 12 * 60 * 60 * 1000;

/// A day that was played once more.
pub struct Again<'a> {
    catalogue: Arc<Catalogue>,
    captures: Vec<Replayed<'a>>,
}

/// A capture with the forms it gives, and those it would give its author without a role that enforces.
struct Replayed<'a> {
    entry: &'a Entry,
    facts: Facts,
    traced: Vec<Traced>,
    without: Vec<Envelope>,
    /// Concepts whose answers only the role made worth giving.
    spared: BTreeSet<String>,
}

impl<'a> Again<'a> {
    /// Plays the day.
    pub fn play(day: &'a Day, register: &Path, specs: &Path) -> Result<Self, Failed> {
        let county = County::open(register, specs, day)?;
        let catalogue = county.phone().catalogue()?;
        let mut captures = Vec::new();
        for entry in &day.captures {
            let capture = county.enter(day, entry)?;
            let facts = county.facts(&capture)?;
            let traced: Vec<Traced> = fill_traced(&catalogue, &facts).map(|one| one.1).collect();
            let without = envelopes(&catalogue, &county.facts_without_enforcement(&capture)?);
            let spared = match without == made(&traced) {
                true => BTreeSet::new(),
                false => spared(&county, &catalogue, &capture, &without)?,
            };
            captures.push(Replayed {
                entry,
                facts,
                traced,
                without,
                spared,
            });
        }
        county.phone().shutdown()?;
        Ok(Self {
            catalogue,
            captures,
        })
    }

    /// Where the values of fields come from that the register could hold.
    pub fn origins(&self) -> Value {
        let mut register = 0;
        let (mut said, mut derived) = (Vec::new(), Vec::new());
        for one in &self.captures {
            for traced in &one.traced {
                let Filled::Envelope(envelope) = &traced.filled else {
                    continue;
                };
                let form = format!("{}.{}", envelope.system, envelope.form);
                for field in envelope.fields.keys() {
                    let known = self.catalogue.burden.forms.get(&form);
                    let class = known
                        .and_then(|fields| fields.get(field))
                        .map(|work| work.0);
                    if class != Some(Class::E) {
                        continue;
                    }
                    let name = || format!("{} {form} {field}", one.entry.id);
                    match one.is_of_register(traced, envelope, field) {
                        Some(true) => register += 1,
                        Some(false) => said.push(name()),
                        None => derived.push(name()),
                    }
                }
            }
        }
        json!({
            "register": register,
            "answered_in_the_same_capture": said,
            "derived_from_age": derived,
        })
    }

    /// What the day would be without a role that enforces; nothing where nobody has one.
    pub fn without_enforcement(&self, sessions: u32) -> Option<(String, Value)> {
        let changed = || {
            self.captures
                .iter()
                .filter(|one| one.changed().next().is_some())
        };
        changed().next()?;
        let work: Vec<Work<'_>> = self
            .captures
            .iter()
            .map(|one| Work {
                label: one.entry.id.clone(),
                inputs: super::typed(&self.catalogue, one.entry, |input| {
                    !one.spared.contains(&input.concept)
                }),
                photos: u32::try_from(one.entry.photos.len()).unwrap_or(u32::MAX),
                sent: one.without.iter().map(Sent::from).collect(),
            })
            .collect();
        let counts = burden(&self.catalogue, &work, sessions);
        let mut told = Map::new();
        for one in changed().filter(|one| !one.spared.is_empty()) {
            if let Some(capture) = counts.per_capture.get(&one.entry.id) {
                told.insert(
                    format!("{}_inputs", one.entry.id),
                    json!(capture.fields.one),
                );
            }
            for form in one.changed() {
                told.insert(format!("{}_fields", form.system), json!(form.fields.len()));
            }
        }
        told.insert(
            "inputs".to_owned(),
            json!(counts.totals.fields_with_ledger.one),
        );
        told.insert("all_taps_ONE".to_owned(), json!(counts.totals.all_taps.one));
        told.insert("envelopes".to_owned(), json!(counts.envelopes));
        Some(("without_enforcement_role".to_owned(), Value::Object(told)))
    }

    /// What goes out where a system that needs such a role is withdrawn at noon.
    pub fn withdrawn_at_noon(&self) -> Vec<(String, Value)> {
        let systems: BTreeSet<&str> = self
            .captures
            .iter()
            .flat_map(|one| one.changed().map(|form| form.system.as_str()))
            .collect();
        let without = |system: &str| {
            let mut catalogue = (*self.catalogue).clone();
            catalogue.specs.remove(system);
            let (mut total, mut fewer) = (0, Vec::new());
            for one in &self.captures {
                let at = one.entry.at_ms;
                let withdrawn = at >= start_of_day_ms(china_date(at)) + NOON_MS;
                let before = upstream(&self.catalogue, &made(&one.traced)).count();
                let now = match withdrawn {
                    true => upstream(&self.catalogue, &envelopes(&catalogue, &one.facts)).count(),
                    false => before,
                };
                if now < before {
                    fewer.push(one.entry.id.clone());
                }
                total += now;
            }
            json!({ "envelopes": total, "fewer": fewer })
        };
        systems
            .into_iter()
            .map(|system| (format!("{system}_withdrawn_at_noon"), without(system)))
            .collect()
    }
}

impl Replayed<'_> {
    /// The forms that the role changes, as they would be without it.
    fn changed(&self) -> impl Iterator<Item = &Envelope> {
        let with = made(&self.traced);
        self.without.iter().filter(move |form| !with.contains(form))
    }

    /// Whether the register holds what a value was made from: a code or name of one of its things too.
    /// `None` where the spec's own words stand there, chosen by a condition (how old somebody is).
    fn is_of_register(&self, traced: &Traced, envelope: &Envelope, field: &str) -> Option<bool> {
        let member = envelope
            .about
            .as_ref()
            .and_then(|about| self.facts.members().iter().find(|one| one.person == *about));
        let find = |name: &String| -> Option<&Fact> {
            member
                .and_then(|member| member.fact(name))
                .or_else(|| self.facts.fact(name))
        };
        let sources = traced.sources.get(field);
        let mut origins = sources
            .into_iter()
            .flatten()
            .filter_map(|name| Some(&find(name)?.origin))
            .peekable();
        origins.peek()?;
        Some(origins.any(|origin| *origin != Origin::Said))
    }
}

/// The answers without which what leaves the village would still be the same: those that nobody without
/// the role would be asked.
fn spared(
    county: &County,
    catalogue: &Catalogue,
    capture: &Capture,
    without: &[Envelope],
) -> Result<BTreeSet<String>, Failed> {
    let mut spared = BTreeSet::new();
    for answer in &capture.answers {
        let mut fewer = capture.clone();
        fewer.answers.retain(|one| one != answer);
        let forms = envelopes(catalogue, &county.facts_without_enforcement(&fewer)?);
        if upstream(catalogue, &forms).eq(upstream(catalogue, without)) {
            spared.insert(answer.concept.clone());
        }
    }
    Ok(spared)
}

fn envelopes(catalogue: &Catalogue, facts: &Facts) -> Vec<Envelope> {
    let forms = fill_traced(catalogue, facts).filter_map(|(_, traced)| match traced.filled {
        Filled::Envelope(envelope) => Some(envelope),
        Filled::Stopped(_) => None,
    });
    forms.collect()
}

fn made(traced: &[Traced]) -> Vec<Envelope> {
    let forms = traced.iter().filter_map(|one| match &one.filled {
        Filled::Envelope(envelope) => Some(envelope.clone()),
        Filled::Stopped(_) => None,
    });
    forms.collect()
}

/// The forms that leave the village: rows of the ledger do not.
fn upstream<'f>(
    catalogue: &'f Catalogue,
    forms: &'f [Envelope],
) -> impl Iterator<Item = &'f Envelope> {
    forms.iter().filter(|form| {
        let spec = catalogue.spec(&form.system);
        !spec.is_some_and(|spec| matches!(spec.wire, Wire::Ledger(_)))
    })
}
