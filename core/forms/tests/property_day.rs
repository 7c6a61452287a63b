//! Properties of fill in all systems over the day of the village with things taken out of it: answers,
//! facts that were stated, cells of the register, photographs.
//!
//! Beside `property.rs`, where captures are thrown together: here nearly every form of every system is
//! given, and what is taken away is what a form most wants.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use fieldwork_forms::capture::Capture;
use fieldwork_forms::envelope::{Envelope, Filled, Problem};
use fieldwork_forms::fill::{Traced, fill_traced};
use fieldwork_forms::spec::{Field, Form, Required};
use fieldwork_forms::{Catalogue, Facts, facts};
use fieldwork_register::{Edits, EntityId, IndexedBase, Register};
use proptest::prelude::*;
use serde_json::Value;
use village::{Day, edit};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(village::catalogue);
static BASE: LazyLock<IndexedBase> = LazyLock::new(village::base);
static DAY: LazyLock<Day> = LazyLock::new(|| village::day(&CATALOGUE, &BASE));
fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Every fixed value that an expression may give by itself: its constants and defaults, those of the
/// locals it names and the codes of its code maps.
fn constants(spec: &Value, json: &Value, seen: &mut BTreeSet<String>, into: &mut BTreeSet<String>) {
    match json {
        Value::Object(object) => {
            for (key, value) in object {
                if key == "const" || key == "value" {
                    into.insert(shown(value));
                }
                if key == "map" {
                    let rules = spec["code_maps"][shown(value)]["rules"].as_array();
                    into.extend(rules.into_iter().flatten().map(|rule| shown(&rule[1])));
                }
                constants(spec, value, seen, into);
            }
        }
        Value::Array(list) => {
            for value in list {
                constants(spec, value, seen, into);
            }
        }
        Value::String(name) => {
            if let Some(local) = name.strip_prefix("local.")
                && seen.insert(local.to_owned())
            {
                let routes = spec["routes"].as_array().into_iter().flatten();
                for locals in routes.chain([spec]).map(|part| &part["locals"][local]) {
                    constants(spec, locals, seen, into);
                }
            }
        }
        _ => {}
    }
}

/// Whether the owner's file itself says that a field may hold this.
fn is_written(envelope: &Envelope, id: &str, value: &Value) -> bool {
    let spec = serde_json::to_value(CATALOGUE.spec(&envelope.system).unwrap()).unwrap();
    let form = form_of(envelope);
    let field = form
        .fields
        .iter()
        .chain(&form.auto)
        .find(|field| field.id == id);
    let expression = serde_json::to_value(&field.unwrap().value).unwrap();
    let mut into = BTreeSet::new();
    constants(&spec, &expression, &mut BTreeSet::new(), &mut into);
    into.contains(&shown(value))
}

/// A capture of the day, poorer than it was.
#[derive(Debug, Clone)]
struct Poorer {
    at: usize,
    /// Which of its answers, stated facts and photographs are gone; a register cell whose place in the
    /// list of all concepts is here is blank.
    answers: Vec<bool>,
    stated: Vec<bool>,
    photos: Vec<bool>,
    blank: Vec<usize>,
}

fn poorer() -> impl Strategy<Value = Poorer> {
    let gone = |most: usize| proptest::collection::vec(proptest::bool::weighted(0.25), most);
    let blank = proptest::sample::subsequence(
        (0..CATALOGUE.concepts.iter().count()).collect::<Vec<_>>(),
        0..12,
    );
    (0..DAY.played.len(), gone(24), gone(24), gone(8), blank).prop_map(
        |(at, answers, stated, photos, blank)| Poorer {
            at,
            answers,
            stated,
            photos,
            blank,
        },
    )
}

fn kept<T: Clone>(list: &[T], gone: &[bool]) -> Vec<T> {
    let gone = gone.iter().chain(std::iter::repeat(&false));
    let pairs = list.iter().zip(gone);
    pairs
        .filter(|(_, gone)| !**gone)
        .map(|(one, _)| one.clone())
        .collect()
}

/// The capture and the edits that are left.
fn left(poorer: &Poorer) -> (Capture, Edits) {
    let mut capture = DAY.played[poorer.at].capture.clone();
    capture.answers = kept(&capture.answers, &poorer.answers);
    capture.photos = kept(&capture.photos, &poorer.photos);
    let own = capture.id.to_string();
    let mut edits = Edits::default();
    let mut stated = poorer.stated.iter();
    for (key, edit) in &DAY.edits.0 {
        let is_own = edit.capture.as_deref() == Some(own.as_str());
        if !is_own || !stated.next().copied().unwrap_or(false) {
            edits.0.insert(key.clone(), edit.clone());
        }
    }
    let concepts: Vec<_> = CATALOGUE.concepts.iter().collect();
    let subject: Option<EntityId> = match &capture.subject {
        Some(fieldwork_forms::capture::Subject::Entity(entity)) => Some(entity.clone()),
        _ => None,
    };
    let houses = subject
        .iter()
        .flat_map(|home| BASE.houses(home).map(|house| house.id.clone()));
    let about: Vec<EntityId> = subject.iter().cloned().chain(houses).collect();
    for at in &poorer.blank {
        for entity in &about {
            let key = (entity.clone(), concepts[*at].id.clone());
            edits.0.entry(key).or_insert_with(|| edit("", None));
        }
    }
    (capture, edits)
}

fn known(poorer: &Poorer, turned: bool) -> Facts {
    let (mut capture, edits) = left(poorer);
    if turned {
        capture.answers.reverse();
    }
    let case = DAY.played[poorer.at].case.as_ref();
    facts(&CATALOGUE, &capture, &Register::new(&BASE, &edits), case)
}

fn traced(facts: &Facts) -> Vec<Traced> {
    let specs = CATALOGUE.specs.values();
    specs.flat_map(|spec| fill_traced(facts, spec)).collect()
}

fn form_of(envelope: &Envelope) -> &'static Form {
    let spec = CATALOGUE.spec(&envelope.system).unwrap();
    spec.form(&envelope.form).unwrap()
}

/// Whether a fact is there, of the capture or of the member that the form is about.
fn is_known(facts: &Facts, about: Option<&EntityId>, name: &str) -> bool {
    let member = about.and_then(|about| facts.members().iter().find(|one| one.person == *about));
    member.is_some_and(|member| member.fact(name).is_some()) || facts.fact(name).is_some()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_missing_is_never_written_as_no_nought_or_empty_in_any_system(poorer in poorer()) {
        let facts = known(&poorer, false);
        for Traced { filled, sources, .. } in traced(&facts) {
            let Filled::Envelope(envelope) = filled else { continue };
            for (id, value) in envelope.fields.iter().chain(&envelope.auto) {
                prop_assert!(!value.is_null() && *value != "", "{}.{} is empty", envelope.system, id);
                let used = &sources[id];
                // Lists of the capture itself are known when they are empty.
                let missing = used.iter().find(|name| !is_known(&facts, envelope.about.as_ref(), name));
                prop_assert_eq!(missing, None, "{}.{}", envelope.system, id);
                if used.is_empty() {
                    prop_assert!(is_written(&envelope, id, value), "{}.{} holds what nobody said: {}", envelope.system, id, value);
                }
            }
        }
    }

    #[test]
    fn a_form_is_whole_by_its_own_rules_or_says_what_it_lacks(poorer in poorer()) {
        for traced in traced(&known(&poorer, false)) {
            match traced.filled {
                Filled::Stopped(stopped) => {
                    prop_assert!(!stopped.problems.is_empty());
                    let spec = CATALOGUE.spec(&stopped.system).unwrap();
                    let form = spec.form(&stopped.form).unwrap();
                    for problem in &stopped.problems {
                        if let Problem::Missing { field, .. } = problem {
                            let mut named = form.fields.iter().chain(&form.auto);
                            prop_assert!(named.any(|one| one.id == *field), "{} is no field", field);
                        }
                    }
                }
                Filled::Envelope(envelope) => {
                    let form = form_of(&envelope);
                    for (values, list) in [(&envelope.fields, &form.fields), (&envelope.auto, &form.auto)] {
                        let named: BTreeSet<&str> = list.iter().map(|field| field.id.as_str()).collect();
                        prop_assert!(values.keys().all(|id| named.contains(id.as_str())));
                        let always = |field: &&Field| field.required == Required::Always(true);
                        prop_assert!(list.iter().filter(always).all(|field| values.contains_key(&field.id)));
                    }
                    for slot in form.photos.iter().filter(|slot| !slot.on_request) {
                        let taken = envelope.photos.iter().filter(|photo| photo.slot == slot.slot).count();
                        prop_assert!((slot.min..=slot.max).contains(&taken), "{}: {}", slot.slot, taken);
                    }
                }
            }
        }
    }

    #[test]
    fn the_order_of_what_is_left_does_not_matter_in_any_system(poorer in poorer()) {
        let (facts, turned) = (known(&poorer, false), known(&poorer, true));
        prop_assert_eq!(traced(&facts), traced(&turned));
    }
}

#[test]
fn the_day_reaches_every_system_that_is_served() {
    let whole = |at| Poorer {
        at,
        answers: Vec::new(),
        stated: Vec::new(),
        photos: Vec::new(),
        blank: Vec::new(),
    };
    let reached: BTreeSet<String> = (0..DAY.played.len())
        .flat_map(|at| traced(&known(&whole(at), false)))
        .filter_map(|traced| match traced.filled {
            Filled::Envelope(envelope) => Some(envelope.system),
            Filled::Stopped(_) => None,
        })
        .collect();
    let served = CATALOGUE.serving("2025-04-08".parse().unwrap());
    let served: BTreeSet<String> = served.map(|spec| spec.id.clone()).collect();
    assert_eq!(served.len(), 9);
    assert!(served.is_subset(&reached), "{reached:?}");
}
