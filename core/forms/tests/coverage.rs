//! Coverage: what a new system would find before anybody is asked.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod answering;
mod village;

use answering::all_specs;
use fieldwork_forms::coverage::{Coverage, FormCoverage};
use fieldwork_forms::{Catalogue, coverage};
use fieldwork_register::{Edits, EntityKind, Register};
use village::edit;

fn catalogue() -> Catalogue {
    Catalogue::from_files(all_specs()).unwrap()
}

fn of(system: &str, edits: &Edits) -> Coverage {
    let catalogue = catalogue();
    let base = village::base();
    let register = Register::new(&base, edits);
    let day = "2025-04-08".parse().unwrap();
    coverage(&catalogue, catalogue.spec(system).unwrap(), &register, day)
}

fn houses(edits: &Edits) -> FormCoverage {
    of("fw2", edits).forms.remove(0)
}

#[test]
fn the_twin_of_the_house_system_finds_every_field_of_every_house_and_asks_nobody() {
    let form = houses(&Edits::default());
    assert_eq!(form.about, Some(EntityKind::House));
    assert_eq!((form.entities, form.fields), (430, 6880));
    assert_eq!(form.sum.resolved(), 6880);
    assert_eq!(form.sum.to_ask, 0);
    let text = form
        .by_field
        .iter()
        .find(|field| field.label == "隐患描述")
        .unwrap();
    assert_eq!(form.sum.not_applicable, text.sum.not_applicable);
    assert_eq!(text.sum.not_applicable + text.sum.carried, 430);
}

#[test]
fn exactly_the_houses_of_the_golden_list_are_older_than_a_year() {
    let form = houses(&Edits::default());
    let stale: Vec<String> = form
        .stale_entities
        .iter()
        .map(|stale| format!("{},{}", stale.entity.id, stale.as_of))
        .collect();
    let golden = village::fixture("expected/stale_houses.csv");
    let golden: Vec<&str> = golden.lines().skip(1).collect();
    assert_eq!(stale, golden);
}

#[test]
fn what_is_said_anew_of_a_house_is_not_stale_any_more() {
    let first = "house:990101001001JC00001F00010001";
    let mut edits = Edits::default();
    let fields = |edits: &Edits| {
        let form = houses(edits);
        let found = form
            .stale_entities
            .iter()
            .find(|stale| stale.entity.to_string() == first);
        found.unwrap().fields
    };
    let before = fields(&edits);
    edits.0.insert(
        (first.parse().unwrap(), "house.rented".to_owned()),
        edit("true", None),
    );
    assert_eq!(fields(&edits), before - 1);
}

#[test]
fn a_blank_cell_of_the_register_is_a_question_for_that_household_only() {
    let forms = of("ffp", &Edits::default()).forms;
    let visit = forms.iter().find(|form| form.form == "visit").unwrap();
    assert_eq!(visit.about, Some(EntityKind::Household));
    assert_eq!(visit.entities, 412);
    let of = |id: &str| {
        visit
            .by_field
            .iter()
            .find(|field| field.field == id)
            .unwrap()
    };
    let water = of("ysaq");
    assert_eq!(
        (water.sum.to_ask, water.sum.carried),
        (1, 411),
        "the trap of H0300"
    );
    assert_eq!(
        water.asks.iter().collect::<Vec<_>>(),
        ["household.water_ok"]
    );
    assert_eq!(
        of("zfrq").sum.derivable,
        412,
        "the day comes from the clock"
    );
    assert_eq!(
        of("zfnr").sum.to_ask,
        412,
        "what was said is said anew each time"
    );
}

#[test]
fn a_box_that_no_answer_can_fill_is_told_apart_from_a_question() {
    let files = all_specs().into_iter().map(|(name, text)| {
        if !name.ends_with("ffp.json") {
            return (name, text);
        }
        let mut spec: serde_json::Value = serde_json::from_str(&text).unwrap();
        let fields = &mut spec["forms"][0]["fields"];
        let date = serde_json::json!([{"date": "yyyyMMdd"}]);
        fields[1]["value"] =
            serde_json::json!({"format": {"of": {"from": "concerned.name"}, "as": date}});
        fields[2]["max"] = serde_json::json!(8);
        (name, spec.to_string())
    });
    let catalogue = Catalogue::from_files(files.collect::<Vec<_>>()).unwrap();
    let (base, edits) = (village::base(), Edits::default());
    let register = Register::new(&base, &edits);
    let day = "2025-04-08".parse().unwrap();
    let found = coverage(&catalogue, catalogue.spec("ffp").unwrap(), &register, day);
    let fields = &found.forms[0].by_field;
    for (field, why) in [
        (&fields[1], "a text cannot be written as a date"),
        (&fields[2], "at most 8 characters, has 18"),
    ] {
        assert_eq!(
            (field.sum.to_ask, field.sum.unmakeable),
            (0, 412),
            "{field:?}"
        );
        assert_eq!(field.reasons.iter().collect::<Vec<_>>(), [why]);
        assert!(field.asks.is_empty());
    }
    let sum = found.forms[0].sum;
    assert_eq!(
        sum.resolved() + sum.to_ask + sum.unmakeable,
        found.forms[0].fields
    );
}
