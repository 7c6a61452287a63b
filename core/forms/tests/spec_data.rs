//! The data of `specs/` against the golden lists, and its README against the program.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use std::collections::BTreeSet;

use fieldwork_forms::Catalogue;
use fieldwork_forms::condition::{CONDITIONS, Condition};
use fieldwork_forms::expression::{Expression, OPERATORS};
use fieldwork_forms::facts::DERIVED;
use fieldwork_forms::spec::{Required, Spec};
use fieldwork_forms::wire::{Repeat, Wire};

/// What a system's maps make of a code, in the words of the golden file.
fn target(spec: &Spec, concept: &str, field: &str, code: &str) -> Option<String> {
    if code.is_empty() {
        return Some("MISSING".to_owned());
    }
    let map = |field: &str| {
        spec.code_maps
            .values()
            .find(|map| map.concept == concept && map.field == field)
    };
    // The class is what stands before the kind, by the grid system's own list.
    let target = match field {
        "dldm" => map("xldm")?.target(code).map(|kind| kind[..2].to_owned()),
        _ => map(field)?.target(code).map(str::to_owned),
    };
    Some(target.unwrap_or_else(|| "UNMAPPED".to_owned()))
}

#[test]
fn what_a_shipped_map_means_to_lack_is_what_the_golden_list_gives_no_counterpart() {
    let catalogue = village::catalogue();
    let golden = village::fixture("codes.csv");
    let mut csv = csv::Reader::from_reader(golden.trim_start_matches('\u{feff}').as_bytes());
    let mapped: BTreeSet<[String; 4]> = csv
        .records()
        .map(Result::unwrap)
        .filter(|record| !record[5].is_empty())
        .map(|record| [0, 1, 3, 4].map(|at| record[at].to_owned()))
        .collect();
    let mut checked = 0;
    for spec in catalogue.specs.values() {
        for map in spec.code_maps.values() {
            for code in &map.lacks {
                let row = [&map.concept, code, &spec.id, &map.field].map(ToOwned::to_owned);
                assert!(!mapped.contains(&row), "{row:?}");
                checked += 1;
            }
        }
    }
    assert!(checked > 0);
}

/// Rows of the golden list.
const GOLDEN_ROWS: usize = 372;

#[test]
fn every_code_map_of_every_system_equals_the_golden_list() {
    let catalogue = village::catalogue();
    let golden = village::fixture("expected/code_maps.csv");
    let mut csv = csv::Reader::from_reader(golden.trim_start_matches('\u{feff}').as_bytes());
    let mut checked = 0;
    for record in csv.records() {
        let record = record.unwrap();
        let [concept, code, system, field, expected] = [0, 1, 2, 3, 4].map(|at| &record[at]);
        let spec = catalogue.spec(system).unwrap();
        let found = target(spec, concept, field, code);
        assert_eq!(
            found.as_deref(),
            Some(expected),
            "{system} {field} {concept} {code}"
        );
        checked += 1;
    }
    assert_eq!(checked, GOLDEN_ROWS);
}

#[test]
fn every_code_and_label_of_the_golden_list_is_a_concepts_and_no_other() {
    let catalogue = village::catalogue();
    let golden = village::fixture("codes.csv");
    let mut csv = csv::Reader::from_reader(golden.trim_start_matches('\u{feff}').as_bytes());
    let mut listed = BTreeSet::new();
    for record in csv.records() {
        let record = record.unwrap();
        let concept = catalogue.concepts.find(&record[0]);
        if &record[3] == "concept" && concept.is_some_and(|concept| !concept.codes.is_empty()) {
            listed.insert((
                record[0].to_owned(),
                record[1].to_owned(),
                record[2].to_owned(),
            ));
        }
    }
    let ours = catalogue.concepts.iter().flat_map(|concept| {
        concept
            .codes
            .iter()
            .map(|code| (concept.id.clone(), code.code.clone(), code.label.clone()))
    });
    assert_eq!(ours.collect::<BTreeSet<_>>(), listed);
}

#[test]
fn the_fields_of_every_form_equal_the_owners_tables() {
    let catalogue = village::catalogue();
    let upstreams = village::fixture("upstreams.md");
    let (mut chapter, mut form, mut checked) = ("", "", 0);
    for line in upstreams.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            chapter = title.split('`').nth(1).unwrap_or_default();
            form = "";
        } else if let Some(title) = line.strip_prefix("**") {
            form = title.split("**").next().unwrap();
        }
        let Some(spec) = catalogue.spec(chapter) else {
            continue;
        };
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let Some(Ok(at)) = cells.get(1).map(|cell| cell.parse::<usize>()) else {
            continue;
        };
        // A chapter with one form does not name it.
        let form = match form {
            "" => &spec.forms[0],
            named => spec.form(named).unwrap(),
        };
        let field = &form.fields[at - 1];
        let kind = serde_json::to_value(field.r#type).unwrap();
        let max = field.max.unwrap().to_string();
        let label = field.label.as_str();
        assert_eq!(
            [
                field.id.as_str(),
                label,
                kind.as_str().unwrap(),
                max.as_str()
            ],
            [cells[2].trim_matches('`'), cells[3], cells[5], cells[6]],
            "{chapter}.{}",
            form.id
        );
        if cells[7] != "yes" {
            assert_ne!(
                field.required,
                Required::Always(true),
                "{chapter}.{}",
                field.id
            );
        }
        checked += 1;
    }
    let numbered = |line: &&str| {
        let number = line
            .strip_prefix("| ")
            .and_then(|rest| rest.split(' ').next());
        number.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    assert_eq!(checked, upstreams.lines().filter(numbered).count());
}

#[test]
fn only_facts_about_things_of_the_register_are_kept_there() {
    let catalogue = village::catalogue();
    for concept in catalogue.concepts.iter() {
        let of_capture = concept.entity == fieldwork_forms::concept::Owner::Capture;
        assert_eq!(concept.register, !of_capture, "{}", concept.id);
    }
    for id in [
        "plot.use",
        "issue.text",
        "visit.need",
        "check.result",
        "member.changed",
    ] {
        assert!(!catalogue.concepts.find(id).unwrap().register, "{id}");
    }
}

#[test]
fn the_readme_lists_every_operator_condition_and_derived_fact() {
    let readme = village::spec_files().pop().unwrap().1;
    let names = OPERATORS.iter().chain(&CONDITIONS).chain(&DERIVED);
    for name in names {
        assert!(
            readme.contains(&format!("`{name}`")),
            "{name} is not in specs/README.md"
        );
    }
}

/// The variants that the reader knows, as its own error message names them.
fn known_to_reader<T: serde::de::DeserializeOwned>() -> BTreeSet<String> {
    let error = serde_json::from_str::<T>(r#"{"no such operator": 1}"#)
        .err()
        .unwrap()
        .to_string();
    let listed = error.split("expected").nth(1).unwrap();
    listed
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_lists_of_operators_and_conditions_are_closed_and_whole() {
    let set = |list: &[&str]| {
        list.iter()
            .map(|&name| name.to_owned())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(known_to_reader::<Expression>(), set(&OPERATORS));
    assert_eq!(known_to_reader::<Condition>(), set(&CONDITIONS));
}

#[test]
fn the_wires_say_how_each_system_is_reached() {
    let catalogue = village::catalogue();
    let wire = |system: &str| &catalogue.spec(system).unwrap().wire;
    let Wire::Json(wg) = wire("wg") else {
        panic!("wg is JSON")
    };
    assert!(
        wg.success
            .accepts(200, br#"{"success":true,"data":{"id":"1"}}"#)
    );
    assert!(
        !wg.success
            .accepts(200, br#"{"success":false,"code":50001}"#)
    );
    assert!(!wg.success.accepts(200, b"<html>"));
    assert!(!wg.success.accepts(201, br#"{"success":true}"#));
    let busy = wg.temporary.as_ref().unwrap();
    assert!(busy.matches(br#"{"success":false,"code":50001}"#));
    assert!(!busy.matches(br#"{"success":false,"code":40001}"#));
    let close = wg.calls["close"].path_with(|name| (name == "ref").then_some("WG1"));
    assert_eq!(close.as_deref(), Some("/api/event/WG1/finish"));
    assert_eq!(
        wg.calls["close"].path_with(|_| None),
        None,
        "never sent without its reference"
    );

    let Wire::TableZip(ffp) = wire("ffp") else {
        panic!("ffp is a table")
    };
    assert!(ffp.success.accepts(200, b"OK 3 rows") && !ffp.success.accepts(200, b"error"));
    assert_eq!(ffp.secret.value("s"), "Bearer s");
    assert_eq!(
        (
            wire("wg").repeat(),
            wire("ffp").repeat(),
            wire("tz").repeat()
        ),
        (Some(Repeat::Key), Some(Repeat::Upsert), None)
    );
}

#[test]
fn an_expired_system_gets_nothing() {
    let mut catalogue = village::catalogue();
    let serving = |catalogue: &fieldwork_forms::Catalogue, day: &str| {
        let specs = catalogue.serving(day.parse().unwrap());
        specs.map(|spec| spec.id.clone()).collect::<Vec<_>>()
    };
    let all = ["ffp", "fw", "lt", "tz", "wg", "xuntian", "yun", "zf", "zh"];
    assert_eq!(serving(&catalogue, "2025-06-30"), all, "fw2 is not active");
    let later = ["ffp", "fw", "lt", "tz", "wg", "xuntian", "yun", "zh"];
    assert_eq!(
        serving(&catalogue, "2025-07-01"),
        later,
        "the day zf is over"
    );
    let last = ["ffp", "fw", "lt", "tz", "wg", "xuntian", "yun"];
    assert_eq!(serving(&catalogue, "2026-12-31"), last);
    assert_eq!(serving(&catalogue, "2027-01-01"), ["tz"]);
    catalogue.specs.get_mut("fw2").unwrap().inactive = None;
    assert!(serving(&catalogue, "2025-04-08").contains(&"fw2".to_owned()));
}

#[test]
fn a_spec_reads_back_as_it_is_written() {
    for spec in village::catalogue().specs.values() {
        let text = serde_json::to_string(spec).unwrap();
        assert_eq!(&serde_json::from_str::<Spec>(&text).unwrap(), spec);
    }
}

#[test]
fn the_example_of_the_readme_loads_and_fills() {
    let mut files = village::spec_files();
    let readme = files.last().unwrap().1.clone();
    let blocks = readme
        .split("```json")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap());
    let example = blocks
        .into_iter()
        .find(|block| block.contains("fieldwork-spec/1"))
        .unwrap();
    files.push(("systems/clean.json".to_owned(), example.to_owned()));
    let mut sketch = village::Sketch::of("roadside", None).say("issue.type", "env_rubbish");
    sketch.catalogue = Catalogue::from_files(files).unwrap();
    let envelope = &sketch.envelopes("clean")[0];
    assert_eq!(
        (
            envelope.fields["kind"].as_str(),
            envelope.fields["day"].as_str()
        ),
        (Some("B"), Some("2025-04-08"))
    );
    let demanded = sketch.say("issue.demand", "清走");
    assert_eq!(
        demanded.stopped("clean")[0].1,
        [village::missing("due", &["issue.due"])]
    );
}
