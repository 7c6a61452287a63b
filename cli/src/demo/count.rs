//! `counts.json`: what the day's work costs in three ways, and what would change it.
//!
//! Counted from what was entered and what was delivered, by the tap model of the specs. Figures that
//! need another day (a worker without a role, a system that is withdrawn, where a value came from) are
//! had by playing the same day again in a county of its own.

mod again;

use fieldwork_forms::Catalogue;
use fieldwork_forms::burden::{Counts, Entry as Typed, Sent, Work, burden};
use fieldwork_forms::coverage::coverage;
use fieldwork_hub::village::Delivered;
use fieldwork_ids::Date;
use fieldwork_register::{NoEdits, Register};
use fieldwork_testkit::day::{Day, Entry, Input};
use serde_json::{Map, Value, json};

use super::Played;
use crate::error::Failed;
use crate::play;

/// The day's counts, and all of it as it is published.
pub struct Counted {
    /// The burden meter.
    pub counts: Counts,
    /// With the figures of other days.
    pub published: Map<String, Value>,
}

impl Counted {
    /// Counts a day that was played from these folders, with so many sync sessions.
    pub fn of(
        played: &Played,
        register: &std::path::Path,
        specs: &std::path::Path,
        sessions: usize,
    ) -> Result<Self, Failed> {
        let sessions = u32::try_from(sessions).unwrap_or(u32::MAX);
        let village = played.hub.village(&played.day.village)?;
        let catalogue = village.replica().catalogue()?;
        let deliveries = village.deliveries()?;
        let work = work(&catalogue, &played.day, &deliveries);
        let counts = burden(&catalogue, &work, sessions);
        let mut published = match serde_json::to_value(&counts) {
            Ok(Value::Object(counts)) => counts,
            _ => Map::new(),
        };
        let again = again::Again::play(&played.day, register, specs)?;
        published.insert("e_class_origin".to_owned(), again.origins());
        published.extend(again.without_enforcement(sessions));
        published.extend(again.withdrawn_at_noon());
        let (_, base) = village.replica().base()?;
        let untouched = Register::new(&base, &NoEdits);
        let on = date(&played.day)?;
        published.extend(of_inactive(&catalogue, &untouched, on));
        Ok(Self { counts, published })
    }
}

fn date(day: &Day) -> Result<Date, Failed> {
    day.date.parse().map_err(|_| Failed::Time(day.date.clone()))
}

fn work<'a>(catalogue: &Catalogue, day: &Day, deliveries: &'a [Delivered]) -> Vec<Work<'a>> {
    let of = |entry: &Entry| Work {
        label: entry.id.clone(),
        inputs: typed(catalogue, entry, |_| true),
        photos: u32::try_from(entry.photos.len()).unwrap_or(u32::MAX),
        sent: deliveries
            .iter()
            .filter(|one| one.label.as_ref() == Some(&entry.id))
            .map(|one| Sent::from(&one.envelope))
            .collect(),
    };
    day.captures.iter().map(of).collect()
}

/// What was entered in a capture, picking its subject first.
fn typed(catalogue: &Catalogue, entry: &Entry, counts: impl Fn(&Input) -> bool) -> Vec<Typed> {
    let subject = entry.subject.iter().map(|_| Typed::Pick);
    let inputs = entry.inputs.iter().filter(|input| counts(input));
    let inputs = inputs.filter_map(|input| {
        let concept = catalogue.concepts.find(&input.concept)?;
        Typed::of_answer(concept, &play::value_of(input))
    });
    subject.chain(inputs).collect()
}

/// What systems that are not served yet would find in the register before anybody is asked.
fn of_inactive(catalogue: &Catalogue, register: &Register<'_>, on: Date) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for spec in catalogue
        .specs
        .values()
        .filter(|one| one.inactive.is_some())
    {
        let found = coverage(catalogue, spec, register, on);
        let several = found.forms.len() > 1;
        for form in found.forms {
            let things = form.about.map_or("thing", |kind| kind.as_str());
            let stale = spec.freshness_months.map_or_else(
                || "stale".to_owned(),
                |months| format!("stale_{months}_months"),
            );
            let told = [
                (format!("{things}s"), form.entities),
                ("fields_each".to_owned(), form.by_field.len()),
                ("fields".to_owned(), form.fields),
                (stale, form.stale_entities.len()),
                (
                    "fresh".to_owned(),
                    form.entities.saturating_sub(form.stale_entities.len()),
                ),
            ];
            let name = match several {
                true => format!("{}.{}", spec.id, form.form),
                false => spec.id.clone(),
            };
            let told: Map<String, Value> = told
                .into_iter()
                .map(|(name, count)| (name, json!(count)))
                .collect();
            all.push((name, Value::Object(told)));
        }
    }
    all
}
