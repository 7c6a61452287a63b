//! Ask: what the day requires, and what it merely offers.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod answering;
mod village;

use answering::{Entered, all_specs, enter, entries};
use fieldwork_forms::ask::{Asked, Control, Question, SUBJECT, ask, facts_of_draft};
use fieldwork_forms::{Catalogue, fill};
use fieldwork_register::{Edits, Register};
use village::{Sketch, edit};

fn nine() -> Catalogue {
    Catalogue::from_files(all_specs()).unwrap()
}

fn asked(sketch: &Sketch) -> Asked {
    let register = Register::new(&sketch.base, &sketch.edits);
    ask(
        &sketch.catalogue,
        &sketch.capture,
        &register,
        sketch.case.as_ref(),
    )
}

fn of(kind: &str, subject: Option<&str>) -> Sketch {
    let mut sketch = Sketch::of(kind, subject);
    sketch.catalogue = nine();
    sketch
}

fn visit(serial: u32) -> Sketch {
    of("visit", Some(&format!("household:990101100201{serial:06}")))
}

fn names(questions: &[Question]) -> Vec<&str> {
    let names = questions.iter().map(|one| one.concept.as_str());
    names.collect()
}

fn question<'a>(questions: &'a [Question], concept: &str) -> &'a Question {
    let found = questions.iter().find(|one| one.concept == concept);
    found.unwrap_or_else(|| panic!("{concept} not in {:?}", names(questions)))
}

fn codes(question: &Question) -> Vec<&str> {
    let codes = question.choices.iter().map(|choice| choice.code.as_str());
    codes.collect()
}

/// The inputs of the day, by capture, without those left out.
fn day(edits: &Edits, leave: &[(&str, &str)]) -> Vec<(String, usize)> {
    let catalogue = nine();
    let base = village::base();
    let one = |mut entry: answering::Entry| {
        let label = entry.label.clone();
        let left = |concept: &str| leave.contains(&(label.as_str(), concept));
        entry.inputs.retain(|input| !left(&input.concept));
        let Entered {
            inputs,
            left,
            unused,
            draft,
        } = enter(&catalogue, &base, edits, &entry);
        assert_eq!(names(&left.required), [""; 0], "{}", entry.label);
        assert_eq!(left.unanswerable, [], "{}", entry.label);
        assert!(unused.is_empty(), "{} {unused:?}", entry.label);
        // What was asked is enough.
        let register = Register::new(&base, edits);
        let facts = facts_of_draft(&catalogue, &draft, &register, entry.case.as_ref());
        for filled in catalogue
            .serving(facts.day())
            .flat_map(|spec| fill(&facts, spec))
        {
            let whole = matches!(filled, fieldwork_forms::envelope::Filled::Envelope(_));
            assert!(whole, "{} {filled:?}", entry.label);
        }
        (entry.label, inputs)
    };
    entries(&catalogue, &base).into_iter().map(one).collect()
}

#[test]
fn the_day_takes_the_inputs_of_the_golden_counts_capture_by_capture() {
    let golden: serde_json::Value =
        serde_json::from_str(&village::fixture("expected/counts.json")).unwrap();
    let day = day(&Edits::default(), &[]);
    for (label, inputs) in &day {
        let most = &golden["per_capture"][label]["fields"]["ONE"];
        assert!(
            *inputs as u64 <= most.as_u64().unwrap(),
            "{label}: {inputs}"
        );
    }
    assert!(day.iter().map(|(_, inputs)| inputs).sum::<usize>() <= 70);
}

#[test]
fn without_the_role_of_enforcement_the_day_takes_two_inputs_less() {
    let mut edits = Edits::default();
    let roles = ("worker:K05".parse().unwrap(), "worker.roles".to_owned());
    edits.0.insert(roles, edit("两委;网格员;村级田长", None));
    let day = day(&edits, &[("C03", "issue.demand"), ("C03", "issue.due")]);
    assert!(day.iter().map(|(_, inputs)| inputs).sum::<usize>() <= 68);
    let of = |label| day.iter().find(|(one, _)| one == label).unwrap().1;
    assert_eq!(of("C03"), 6);
}

#[test]
fn when_a_system_is_withdrawn_no_capture_asks_for_anything_more() {
    let with = nine();
    let files = all_specs()
        .into_iter()
        .filter(|(path, _)| path != "systems/zf.json");
    let without = Catalogue::from_files(files.collect::<Vec<_>>()).unwrap();
    let base = village::base();
    let edits = Edits::default();
    let register = Register::new(&base, &edits);
    let mut spared = 0;
    for entry in entries(&with, &base) {
        let mut draft = entry.draft.clone();
        draft.subject.clone_from(&entry.subject);
        // At every step of entering it, not only at the first.
        for answers in 0..=entry.inputs.len() {
            draft.answers = entry.inputs[..answers].to_vec();
            let asked = |catalogue| ask(catalogue, &draft, &register, entry.case.as_ref());
            let (before, after) = (asked(&with), asked(&without));
            for question in &after.required {
                let before = names(&before.required);
                let known = before.contains(&question.concept.as_str());
                assert!(known, "{} {answers}: {}", entry.label, question.concept);
            }
            spared += before.required.len() - after.required.len();
        }
    }
    assert!(
        spared > 0,
        "the withdrawn system had asked for something of its own"
    );
}

#[test]
fn picking_the_subject_is_the_first_question() {
    for (kind, subjects) in [
        ("visit", 1),
        ("premises", 1),
        ("farmland_issue", 1),
        ("followup", 1),
    ] {
        let asked = asked(&of(kind, None));
        let first = asked.required.first().unwrap();
        assert_eq!(first.concept, SUBJECT, "{kind}");
        let Control::Subject(kinds) = &first.control else {
            panic!("{first:?}")
        };
        assert_eq!(kinds.len(), subjects);
    }
    let roadside = asked(&of("roadside", None));
    assert!(!names(&roadside.required).contains(&SUBJECT));
}

#[test]
fn a_visit_asks_first_whether_the_rest_is_unchanged_and_then_what_it_was_about() {
    let first = asked(&visit(47));
    assert_eq!(names(&first.required), ["visit.unchanged", "visit.text"]);
    let offered = names(&first.offered);
    for concept in [
        "visit.need",
        "house.hazard",
        "member.changed",
        "member.new",
        "member.moved_out",
    ] {
        assert!(offered.contains(&concept), "{concept} {offered:?}");
    }
    let unchanged = asked(&visit(47).say("visit.unchanged", "true"));
    assert_eq!(names(&unchanged.required), ["visit.text"]);
}

#[test]
fn only_codes_that_every_asking_system_has_can_be_picked() {
    let plain = asked(&visit(31).say("visit.unchanged", "false"));
    assert!(codes(question(&plain.required, "visit.help")).contains(&"none"));
    let need = asked(&visit(31).say("visit.need", "想申请低保"));
    let help = question(&need.required, "visit.help");
    assert!(
        codes(help).contains(&"none"),
        "a request that is none for help is no event, and stops none"
    );
    let plot = asked(&of("farmland_issue", Some("plot:9901011002010100017")));
    let types = codes(question(&plot.required, "issue.type")).join(" ");
    assert!(
        types.split(' ').all(|code| code.starts_with("farm_")),
        "{types}"
    );
    let hazard = asked(&visit(32).say("house.hazard", "true"));
    assert_eq!(codes(question(&hazard.required, "house.grade")), ["C", "D"]);
}

#[test]
fn limits_are_those_of_the_narrowest_field() {
    let plot = asked(&of("farmland_issue", Some("plot:9901011002010100017")));
    assert_eq!(
        question(&plot.required, "issue.area").limits.decimals,
        Some(2)
    );
    assert_eq!(
        question(&plot.required, "issue.text").limits.max_chars,
        Some(200)
    );
    let activity = asked(&of("activity", None));
    let title = question(&activity.required, "activity.title");
    assert_eq!(
        title.limits.max_chars,
        Some(30),
        "the culture cloud takes less"
    );
    let systems: Vec<&str> = title
        .needed_by
        .iter()
        .map(|one| one.system.as_str())
        .collect();
    assert_eq!(systems, ["lt", "yun"]);
}

#[test]
fn a_value_past_its_limit_is_asked_with_what_the_register_says_and_a_fresh_one_is_carried() {
    let household = "household:990101100201000047";
    let ages = [
        ("2025-04-08", false),
        ("2025-03-08", false),
        ("2025-01-31", false),
        ("2024-12-08", false),
        ("2024-08-08", false),
        ("2024-05-01", false),
        ("2024-04-09", false),
        ("2024-04-08", false),
        ("2024-04-07", true),
        ("2024-03-08", true),
        ("2023-04-08", true),
        ("2020-02-29", true),
    ];
    for (as_of, stale) in ages {
        let mut sketch = visit(47);
        let mut old = edit("9800", None);
        old.as_of = as_of.parse().unwrap();
        let cell = (household.parse().unwrap(), "household.income_pc".to_owned());
        sketch.edits.0.insert(cell, old);
        let no = asked(&{
            let mut sketch = visit(47).say("visit.unchanged", "false");
            sketch.edits = sketch_edits(&as_of.parse().unwrap());
            sketch
        });
        let is_asked = names(&no.required).contains(&"household.income_pc");
        assert_eq!(is_asked, stale, "{as_of}");
        let list = if stale { &no.required } else { &no.carried };
        let carried = question(list, "household.income_pc")
            .carried
            .clone()
            .unwrap();
        assert_eq!((carried.value.as_str(), carried.stale), ("9800", stale));
        assert_eq!(carried.as_of.unwrap().to_string(), as_of);
        // One tap confirms it, before and after it was given.
        let first = asked(&sketch);
        assert_eq!(
            names(&first.required),
            ["visit.unchanged", "visit.text"],
            "{as_of}"
        );
        let yes = asked(&sketch.say("visit.unchanged", "true"));
        assert_eq!(names(&yes.required), ["visit.text"], "{as_of}");
    }
}

fn sketch_edits(as_of: &fieldwork_ids::Date) -> Edits {
    let mut old = edit("9800", None);
    old.as_of = *as_of;
    let cell = (
        "household:990101100201000047".parse().unwrap(),
        "household.income_pc".to_owned(),
    );
    Edits([(cell, old)].into())
}

#[test]
fn a_system_of_which_everything_is_known_adds_no_question() {
    let mut files = all_specs();
    let (_, ffp) = files
        .iter()
        .find(|(name, _)| name.ends_with("/ffp.json"))
        .unwrap();
    let twin = ffp.replacen("\"ffp\"", "\"twin\"", 1);
    files.push(("systems/twin.json".to_owned(), twin));
    let twins = Catalogue::from_files(files).unwrap();
    assert!(twins.spec("twin").is_some());
    let base = village::base();
    let edits = Edits::default();
    let nine = nine();
    for entry in entries(&twins, &base) {
        let with = enter(&twins, &base, &edits, &entry);
        let without = enter(&nine, &base, &edits, &entry);
        assert_eq!(with.inputs, without.inputs, "{}", entry.label);
    }
}

#[test]
fn a_newcomer_is_asked_for_what_the_form_of_members_wants_and_a_child_for_less() {
    let newcomer = "person:n1";
    let about = |sketch: &Sketch| -> Vec<String> {
        let asked = asked(sketch);
        let of = asked.required.iter().filter(|one| one.about.is_some());
        of.map(|one| one.concept.clone()).collect()
    };
    let mut sketch = visit(63).say("member.new", newcomer);
    assert_eq!(
        about(&sketch),
        [
            "person.name",
            "person.id_no",
            "person.relation",
            "person.health"
        ]
    );
    let mut tell = |id_no: &str| {
        sketch.edits.0.insert(
            (newcomer.parse().unwrap(), "person.id_no".to_owned()),
            edit(id_no, Some(sketch.capture.id)),
        );
        about(&sketch)
    };
    assert_eq!(
        tell("990101202503020422"),
        ["person.name", "person.relation", "person.health"]
    );
    let grown = tell("990101198609180353");
    for concept in [
        "person.skill",
        "person.schooling",
        "person.work_place",
        "person.wage",
    ] {
        assert!(
            grown.iter().any(|one| one == concept),
            "{concept} {grown:?}"
        );
    }
}

mod random {
    //! Drafts that nobody wrote by hand, answered as they ask.

    use std::collections::BTreeMap;
    use std::sync::LazyLock;

    use fieldwork_forms::CaseFacts;
    use fieldwork_forms::capture::{Answer, Capture, Subject};
    use fieldwork_forms::concept::ConceptType;
    use fieldwork_forms::envelope::{Filled, Problem};
    use fieldwork_register::{EntityId, IndexedBase};
    use proptest::prelude::*;

    use super::*;

    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(nine);
    static BASE: LazyLock<IndexedBase> = LazyLock::new(village::base);

    const SUBJECTS: [(&str, &str); 8] = [
        ("visit", "household:990101100201000031"),
        ("visit", "household:990101100201000300"),
        ("visit", "household:990101100201000001"),
        ("visit", "household:990101100201999999"),
        ("farmland_issue", "plot:9901011002010200033"),
        ("premises", "premises:PR02"),
        ("premises", "premises:PR99"),
        ("followup", "premises:PR02"),
    ];

    /// An answer that suits a question; the same for the same question and seed.
    fn answer(question: &Question, seed: u64) -> String {
        let mix = question.concept.bytes().fold(seed, |mix, byte| {
            (mix ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let concept = CATALOGUE.concepts.find(&question.concept).unwrap();
        match concept.r#type {
            ConceptType::Code => match question.choices.len() {
                0 => concept.codes[0].code.clone(),
                several => question.choices[usize::try_from(mix).unwrap() % several]
                    .code
                    .clone(),
            },
            ConceptType::Bool => (mix % 2 == 0).to_string(),
            ConceptType::Number => (mix % 12).to_string(),
            ConceptType::Date => "2025-04-11".to_owned(),
            ConceptType::Time => "2025-04-08T19:30:00+08:00".to_owned(),
            ConceptType::CitizenId if mix % 2 == 0 => "990101202503020422".to_owned(),
            ConceptType::CitizenId => "990101198609180353".to_owned(),
            ConceptType::Phone => "13800000031".to_owned(),
            ConceptType::Entity => "person:n1".to_owned(),
            ConceptType::Text => "话".repeat(question.limits.max_chars.unwrap_or(9).clamp(1, 9)),
        }
    }

    /// Answers all that is required, each time one of the open questions.
    fn answered(
        draft: &Capture,
        case: Option<&CaseFacts>,
        seed: u64,
        order: &[usize],
    ) -> (Capture, Asked) {
        let edits = Edits::default();
        let register = Register::new(&BASE, &edits);
        let mut draft = draft.clone();
        for turn in 0.. {
            let asked = ask(&CATALOGUE, &draft, &register, case);
            if asked.required.is_empty() {
                return (draft, asked);
            }
            assert!(turn < 60, "it never ends: {:?}", names(&asked.required));
            let at = order[turn % order.len()] % asked.required.len();
            let question = &asked.required[at];
            assert_ne!(question.concept, SUBJECT);
            draft.answers.push(Answer {
                concept: question.concept.clone(),
                about: question.about.clone(),
                value: answer(question, seed),
            });
        }
        unreachable!()
    }

    fn start(kind: &str, subject: Option<&str>, offers: &[usize]) -> (Capture, Option<CaseFacts>) {
        let mut draft = Sketch::blank(kind);
        let entity: Option<EntityId> = subject.map(|subject| subject.parse().unwrap());
        let mut case = None;
        draft.subject = entity.clone().map(Subject::Entity);
        if kind == "followup" {
            let mut known = CaseFacts::new(village::ulid(9));
            known.subject = entity;
            known.held = BTreeMap::from([
                ("wg".to_owned(), None),
                ("zh".to_owned(), Some("1".to_owned())),
            ]);
            draft.subject = Some(Subject::Case(known.id));
            case = Some(known);
        }
        let edits = Edits::default();
        for offer in offers {
            let register = Register::new(&BASE, &edits);
            let asked = ask(&CATALOGUE, &draft, &register, case.as_ref());
            if asked.offered.is_empty() {
                break;
            }
            let question = &asked.offered[offer % asked.offered.len()];
            if question.concept != SUBJECT {
                draft.answers.push(Answer {
                    concept: question.concept.clone(),
                    about: question.about.clone(),
                    value: answer(question, 7),
                });
            }
        }
        (draft, case)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn when_all_that_is_required_was_said_every_form_is_whole_or_its_problem_was_named(
            pick in 0usize..11,
            offers in proptest::collection::vec(any::<usize>(), 0..5),
            seed in any::<u64>(),
            order in proptest::collection::vec(any::<usize>(), 1..9),
        ) {
            let (kind, subject) = match SUBJECTS.get(pick) {
                Some((kind, subject)) => (*kind, Some(*subject)),
                None => (["patrol", "roadside", "activity"][pick - SUBJECTS.len()], None),
            };
            let (draft, case) = start(kind, subject, &offers);
            let (whole, left) = answered(&draft, case.as_ref(), seed, &order);
            let edits = Edits::default();
            let register = Register::new(&BASE, &edits);
            let facts = facts_of_draft(&CATALOGUE, &whole, &register, case.as_ref());
            for filled in CATALOGUE.serving(facts.day()).flat_map(|spec| fill(&facts, spec)) {
                let Filled::Stopped(stopped) = filled else { continue };
                for problem in &stopped.problems {
                    let photo = matches!(problem, Problem::PhotoMissing { .. });
                    let named = left.unanswerable.iter().any(|one| {
                        (&one.system, &one.form, &one.about) == (&stopped.system, &stopped.form, &stopped.about)
                    });
                    prop_assert!(photo || named, "{} {} {problem:?}", stopped.system, stopped.form);
                }
            }
            // With the photographs that were required, none is missing.
            let mut photographed = whole.clone();
            let mut asked = left.clone();
            for turn in 0.. {
                let Some(photo) = asked.photos.iter().find(|photo| photo.required > 0) else { break };
                prop_assert!(turn < 20, "it never ends: {:?}", asked.photos);
                photographed.photos.push(village::photo(
                    &turn.to_string(),
                    photo.stage.as_str(),
                    photo.views.first().map(|view| view.as_str()),
                    photographed.at_ms,
                ));
                asked = ask(&CATALOGUE, &photographed, &register, case.as_ref());
            }
            let facts = facts_of_draft(&CATALOGUE, &photographed, &register, case.as_ref());
            for filled in CATALOGUE.serving(facts.day()).flat_map(|spec| fill(&facts, spec)) {
                let Filled::Stopped(stopped) = filled else { continue };
                let missing = |problem: &Problem| matches!(problem, Problem::PhotoMissing { .. });
                prop_assert!(!stopped.problems.iter().any(missing), "{} {}", stopped.system, stopped.form);
            }
            // Whoever said the same in another order is asked the same.
            let mut turned = whole;
            turned.answers.reverse();
            prop_assert_eq!(ask(&CATALOGUE, &turned, &register, case.as_ref()), left);
        }
    }
}
