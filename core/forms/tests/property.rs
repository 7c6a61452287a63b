//! Properties of fill over captures that nobody wrote by hand.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use fieldwork_forms::capture::{Answer, Subject};
use fieldwork_forms::concept::{Concept, ConceptType, Owner};
use fieldwork_forms::envelope::{Envelope, Filled, Problem};
use fieldwork_forms::{CaseFacts, Catalogue, Facts, facts, fill};
use fieldwork_register::{Edits, EntityId, IndexedBase, Register};
use proptest::prelude::*;
use village::{Sketch, edit, ulid};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(village::catalogue);
static BASE: LazyLock<IndexedBase> = LazyLock::new(village::base);

const SUBJECTS: [&str; 7] = [
    "household:990101100201000031",
    "household:990101100201000300",
    "household:990101100201999999",
    "plot:9901011002010200033",
    "premises:PR02",
    "premises:PR99",
    "person:99010110020100003103",
];
const MEMBERS: [&str; 3] = [
    "person:99010110020100003103",
    "person:99010110020100003102",
    "person:n1",
];

/// A value that is sometimes right for a concept, sometimes not.
fn value(concept: &Concept) -> BoxedStrategy<String> {
    let right: BoxedStrategy<String> = match concept.r#type {
        ConceptType::Code => {
            let codes = concept
                .codes
                .iter()
                .flat_map(|code| [code.code.clone(), code.label.clone()]);
            proptest::sample::select(codes.collect::<Vec<_>>()).boxed()
        }
        ConceptType::Bool => "true|false|是|否".boxed(),
        ConceptType::Number => "[0-9]{1,6}(\\.[0-9]{1,3})?".boxed(),
        ConceptType::Date => Just("2025-04-11".to_owned()).boxed(),
        ConceptType::Time => Just("2025-04-08T19:30:00+08:00".to_owned()).boxed(),
        ConceptType::CitizenId => Just("990101202503020422".to_owned()).boxed(),
        ConceptType::Phone => "1[0-9]{10}".boxed(),
        ConceptType::Entity => proptest::sample::select(&MEMBERS[..])
            .prop_map(str::to_owned)
            .boxed(),
        ConceptType::Text => "\\PC{0,20}".boxed(),
    };
    prop_oneof![40 => right, 1 => "\\PC{0,8}", 1 => Just(String::new())].boxed()
}

#[derive(Debug, Clone)]
struct Case {
    kind: String,
    subject: Option<&'static str>,
    answers: Vec<(String, String)>,
    edits: Vec<(String, String, bool)>,
    held: bool,
}

fn case() -> impl Strategy<Value = Case> {
    let concepts = || CATALOGUE.concepts.iter();
    let answers: Vec<_> = concepts()
        .filter(|concept| !concept.register)
        .map(|concept| {
            (
                Just(concept.id.clone()),
                proptest::option::weighted(0.7, value(concept)),
            )
        })
        .collect();
    let edits: Vec<_> = concepts()
        .filter(|concept| concept.register)
        .map(|concept| {
            let edit = (value(concept), any::<bool>());
            (
                Just(concept.id.clone()),
                proptest::option::weighted(0.1, edit),
            )
        })
        .collect();
    let kinds = CATALOGUE
        .kinds
        .iter()
        .map(|kind| kind.id.clone())
        .chain(["unheard_of".to_owned()]);
    let kinds = proptest::sample::select(kinds.collect::<Vec<_>>());
    let subject = proptest::option::of(proptest::sample::select(&SUBJECTS[..]));
    (kinds, subject, answers, edits, any::<bool>()).prop_map(
        |(kind, subject, answers, edits, held)| Case {
            kind,
            subject,
            answers: answers
                .into_iter()
                .filter_map(|(id, value)| Some((id, value?)))
                .collect(),
            edits: edits
                .into_iter()
                .filter_map(|(id, edit)| edit.map(|(value, own)| (id, value, own)))
                .collect(),
            held,
        },
    )
}

/// The facts of a case, with its answers in the given order.
fn known(case: &Case, answers: &[(String, String)]) -> Facts {
    let mut capture = Sketch::blank(&case.kind);
    capture.answers = answers
        .iter()
        .map(|(concept, value)| Answer {
            concept: concept.clone(),
            about: None,
            value: value.clone(),
        })
        .collect();
    let entity: Option<EntityId> = case.subject.map(|subject| subject.parse().unwrap());
    let mut opened = CaseFacts::new(ulid(9));
    let followup = case.kind == "followup";
    if followup {
        opened.subject = entity.clone();
        opened
            .held
            .insert("wg".to_owned(), case.held.then(|| "WG1".to_owned()));
        capture.subject = Some(Subject::Case(opened.id));
    } else {
        capture.subject = entity.clone().map(Subject::Entity);
    }
    let mut edits = Edits::default();
    for (concept, value, own) in &case.edits {
        let owner = CATALOGUE.concepts.find(concept).unwrap().entity;
        let about = match owner {
            Owner::Person => MEMBERS[0].parse().ok(),
            _ => entity.clone(),
        };
        if let Some(about) = about {
            edits.0.insert(
                (about, concept.clone()),
                edit(value, own.then_some(capture.id)),
            );
        }
    }
    let register = Register::new(&BASE, &edits);
    facts(&CATALOGUE, &capture, &register, followup.then_some(&opened))
}

fn fill_all(facts: &Facts) -> Vec<Filled> {
    CATALOGUE
        .specs
        .values()
        .flat_map(|spec| fill(facts, spec))
        .collect()
}

fn check_envelope(envelope: &Envelope) -> Result<(), TestCaseError> {
    let form = CATALOGUE
        .spec(&envelope.system)
        .unwrap()
        .form(&envelope.form)
        .unwrap();
    let named: BTreeSet<&str> = form.fields.iter().map(|field| field.id.as_str()).collect();
    for (id, value) in &envelope.fields {
        prop_assert!(named.contains(id.as_str()), "{} is not a field", id);
        prop_assert!(!value.is_null() && *value != "", "{} says nothing", id);
        let max = form
            .fields
            .iter()
            .find(|field| field.id == *id)
            .unwrap()
            .max;
        if let (Some(max), Some(text)) = (max, value.as_str()) {
            prop_assert!(text.chars().count() <= max, "{} is too long", id);
        }
    }
    let required = |field: &&fieldwork_forms::spec::Field| {
        matches!(
            field.required,
            fieldwork_forms::spec::Required::Always(true)
        )
    };
    for field in form.fields.iter().filter(required) {
        prop_assert!(
            envelope.fields.contains_key(&field.id),
            "{} is required",
            field.id
        );
    }
    let slots: BTreeSet<&str> = form.photos.iter().map(|slot| slot.slot.as_str()).collect();
    prop_assert!(
        envelope
            .photos
            .iter()
            .all(|photo| slots.contains(photo.slot.as_str()))
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fill_never_panics_and_gives_only_what_the_spec_names(case in case()) {
        let facts = known(&case, &case.answers);
        CATALOGUE.kinds.case_change(&facts);
        for filled in fill_all(&facts) {
            match filled {
                Filled::Envelope(envelope) => check_envelope(&envelope)?,
                Filled::Stopped(stopped) => prop_assert!(!stopped.problems.is_empty()),
            }
        }
    }

    #[test]
    fn a_visit_that_says_enough_is_whole_whatever_else_is_said(case in case()) {
        let mut case = Case { kind: "visit".into(), subject: Some(SUBJECTS[0]), edits: Vec::new(), ..case };
        case.answers.retain(|(concept, _)| {
            ["visit.need", "visit.help", "visit.text", "visit.unchanged"].iter().all(|id| concept != id)
        });
        let enough = [("visit.text", "走访"), ("visit.unchanged", "true")];
        case.answers.extend(enough.map(|(concept, value)| (concept.to_owned(), value.to_owned())));
        let filled = fill(&known(&case, &case.answers), CATALOGUE.spec("ffp").unwrap());
        match &filled[0] {
            Filled::Envelope(visit) => check_envelope(visit)?,
            Filled::Stopped(stopped) => return Err(TestCaseError::fail(format!("{stopped:?}"))),
        }
    }

    #[test]
    fn the_order_of_the_answers_does_not_matter(
        (case, shuffled) in case().prop_flat_map(|case| {
            let answers = Just(case.answers.clone()).prop_shuffle();
            (Just(case), answers)
        })
    ) {
        let (facts, other) = (known(&case, &case.answers), known(&case, &shuffled));
        prop_assert_eq!(&facts, &other);
        prop_assert_eq!(fill_all(&facts), fill_all(&other));
    }

    #[test]
    fn two_forms_of_one_capture_never_have_one_key(case in case()) {
        let facts = known(&case, &case.answers);
        let keys: Vec<String> = fill_all(&facts)
            .into_iter()
            .map(|filled| match filled {
                Filled::Envelope(envelope) => envelope.key(),
                Filled::Stopped(stopped) => stopped.key(facts.capture()),
            })
            .collect();
        prop_assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    }

    #[test]
    fn a_cell_taken_away_is_missing_and_never_no_or_nought(
        taken in proptest::sample::subsequence(
            vec!["edu_ok", "med_ok", "house_ok", "water_ok", "risk_removed", "income_pc", "phone", "kind"], 1..8,
        )
    ) {
        let home: EntityId = SUBJECTS[0].parse().unwrap();
        let mut capture = Sketch::blank("visit");
        capture.subject = Some(Subject::Entity(home.clone()));
        capture.answers = [("visit.text", "走访"), ("visit.unchanged", "true")]
            .map(|(concept, value)| Answer { concept: concept.into(), about: None, value: value.into() })
            .into();
        let mut edits = Edits::default();
        for concept in &taken {
            edits.0.insert((home.clone(), format!("household.{concept}")), edit("", None));
        }
        let facts = facts(&CATALOGUE, &capture, &Register::new(&BASE, &edits), None);
        let filled = fill(&facts, CATALOGUE.spec("ffp").unwrap());
        let [Filled::Stopped(stopped)] = &filled[..] else {
            return Err(TestCaseError::fail(format!("{filled:?}")));
        };
        let missing: BTreeSet<String> = stopped.problems.iter().flat_map(|problem| match problem {
            Problem::Missing { concepts, .. } => concepts.clone(),
            other => vec![format!("{other:?}")],
        }).collect();
        let expected = taken.iter().map(|concept| format!("household.{concept}")).collect();
        prop_assert_eq!(missing, expected);
    }
}
