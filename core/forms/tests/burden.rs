//! The burden meter against the counts of the independent reference.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod answering;
mod village;

use answering::all_specs;
use fieldwork_forms::Catalogue;
use fieldwork_forms::burden::{Counts, Entry, Sent, Work, burden};
use serde_json::{Map, Value, json};

fn catalogue() -> Catalogue {
    let mut files = all_specs();
    let model = std::fs::read_to_string(village::root().join("specs/burden.json")).unwrap();
    files.push(("burden.json".to_owned(), model));
    Catalogue::from_files(files).unwrap()
}

/// The day as it went out, by the golden files: forms, and rows of the ledger.
fn counted(catalogue: &Catalogue) -> Counts {
    let golden: Vec<Value> =
        serde_json::from_str(&village::fixture("expected/envelopes.json")).unwrap();
    let day: Value = serde_json::from_str(&village::fixture("day.json")).unwrap();
    let ledger = village::fixture("expected/ledger.csv");
    let mut rows = csv::Reader::from_reader(ledger.as_bytes());
    let names: Vec<String> = {
        let form = catalogue.spec("tz").unwrap().form("row").unwrap();
        let headers = rows.headers().unwrap().clone();
        let id = |label| {
            form.fields
                .iter()
                .find(|field| field.label == label)
                .map(|f| f.id.clone())
        };
        headers
            .iter()
            .map(|label| id(label).unwrap_or_default())
            .collect()
    };
    let rows: Vec<(String, Map<String, Value>)> = rows
        .records()
        .map(|row| {
            let row = row.unwrap();
            let cells = names.iter().zip(&row).filter(|(name, _)| !name.is_empty());
            (
                row[0].to_owned(),
                cells
                    .map(|(name, cell)| (name.clone(), json!(cell)))
                    .collect(),
            )
        })
        .collect();
    let mut work = Vec::new();
    for capture in day["captures"].as_array().unwrap() {
        let label = capture["id"].as_str().unwrap();
        let mut inputs: Vec<Entry> = Vec::new();
        inputs.extend(capture["subject"].is_object().then_some(Entry::Pick));
        for input in capture["inputs"].as_array().unwrap() {
            let concept = catalogue
                .concepts
                .find(input["concept"].as_str().unwrap())
                .unwrap();
            let value = input["value"]
                .as_str()
                .map_or_else(|| input["value"].to_string(), str::to_owned);
            inputs.extend(Entry::of_answer(concept, &value));
        }
        let mut sent: Vec<Sent<'_>> = golden
            .iter()
            .filter(|one| one["capture"] == label)
            .map(|one| Sent {
                system: one["system"].as_str().unwrap(),
                form: one["form"].as_str().unwrap(),
                fields: one["fields"].as_object().unwrap(),
                photos: u32::try_from(one["photos"].as_array().unwrap().len()).unwrap(),
            })
            .collect();
        sent.extend(
            rows.iter()
                .filter(|(of, _)| of == label)
                .map(|(_, fields)| Sent {
                    system: "tz",
                    form: "row",
                    fields,
                    photos: 0,
                }),
        );
        work.push(Work {
            label: label.to_owned(),
            inputs,
            photos: u32::try_from(capture["photos"].as_array().unwrap().len()).unwrap(),
            sent,
        });
    }
    burden(catalogue, &work, 1)
}

#[test]
fn the_day_counts_as_the_reference_counts_it() {
    let catalogue = catalogue();
    let made = serde_json::to_value(counted(&catalogue)).unwrap();
    let golden: Value = serde_json::from_str(&village::fixture("expected/counts.json")).unwrap();
    // How many systems ask is counted over the specs; see below.
    for name in made
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| *name != "asked_by_systems")
    {
        assert_eq!(made[name], golden[name], "{name}");
    }
}

#[test]
fn how_many_systems_ask_the_same_is_counted_over_all_specs() {
    let catalogue = catalogue();
    let made = serde_json::to_value(counted(&catalogue).asked_by_systems).unwrap();
    let golden: Value = serde_json::from_str(&village::fixture("expected/counts.json")).unwrap();
    let all = ["ffp", "fw", "lt", "tz", "wg", "xuntian", "yun", "zf", "zh"];
    if all.iter().all(|system| catalogue.spec(system).is_some()) {
        assert_eq!(made, golden["asked_by_systems"]);
    } else {
        for (word, count) in made.as_object().unwrap() {
            assert!(
                count.as_u64() <= golden["asked_by_systems"][word].as_u64(),
                "{word}"
            );
        }
    }
}

#[test]
fn a_field_that_the_model_does_not_know_is_reckoned_from_its_expression_and_its_value() {
    let mut catalogue = catalogue();
    let before = counted(&catalogue);
    catalogue.burden.forms.remove("wg.open");
    let after = counted(&catalogue);
    assert_eq!(
        before.totals.fields_with_ledger.b0,
        after.totals.fields_with_ledger.b0
    );
    let classes = |counts: &Counts| counts.classes.e + counts.classes.d + counts.classes.s;
    assert_eq!(classes(&before), classes(&after));
    assert!(after.totals.field_taps.b0 > 0);
}

#[test]
fn no_figure_is_of_a_person() {
    let made = serde_json::to_value(counted(&catalogue()))
        .unwrap()
        .to_string();
    for word in ["K05", "林晓梅", "worker", "author", "by_person", "rank"] {
        assert!(!made.contains(word), "{word}");
    }
}
