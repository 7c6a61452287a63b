//! The village day against the results of the independent reference.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use std::collections::BTreeMap;

use fieldwork_forms::envelope::{Envelope, Filled, Reference};
use fieldwork_forms::ledger::{Row, ledger, lines};
use fieldwork_forms::{facts, fill};
use fieldwork_register::Register;
use serde_json::{Value, json};
use village::{Day, Played};

fn filled(system: &str) -> Vec<(Played, Vec<Filled>)> {
    let catalogue = village::catalogue();
    let base = village::base();
    let Day { played, edits } = village::day(&catalogue, &base);
    let register = Register::new(&base, &edits);
    let fill_one = |played: Played| {
        let facts = facts(&catalogue, &played.capture, &register, played.case.as_ref());
        let filled = fill(&facts, catalogue.spec(system).unwrap());
        (played, filled)
    };
    played.into_iter().map(fill_one).collect()
}

fn envelopes(system: &str) -> Vec<(String, Envelope)> {
    let mut all = Vec::new();
    for (played, filled) in filled(system) {
        for one in filled {
            match one {
                Filled::Envelope(envelope) => all.push((played.label.clone(), envelope)),
                Filled::Stopped(stopped) => panic!("{} {stopped:?}", played.label),
            }
        }
    }
    all
}

/// The envelope in the shape of the golden file.
fn shown(label: &str, envelope: &Envelope) -> Value {
    let about = envelope
        .about
        .as_ref()
        .map(|_| envelope.fields["zjhm"].clone());
    let mut key = format!("{label}/{}.{}", envelope.system, envelope.form);
    if let Some(about) = &about {
        key += &format!("/{}", about.as_str().unwrap());
    }
    let photos: Vec<Value> = envelope
        .photos
        .iter()
        .map(|photo| {
            let mut shown = json!({"slot": photo.slot, "photo": photo.photo});
            if let Some(file) = &photo.file {
                shown["file"] = json!(file);
            }
            shown
        })
        .collect();
    let mut shown = json!({
        "key": key, "capture": label, "system": envelope.system, "form": envelope.form,
        "fields": envelope.fields, "auto": envelope.auto, "photos": photos,
    });
    if let Some(about) = about {
        shown["about"] = about;
    }
    if let Some(Reference::Known(id)) = &envelope.reference {
        shown["ref"] = json!(id);
    }
    shown
}

fn by_key(list: impl IntoIterator<Item = Value>) -> BTreeMap<String, Value> {
    list.into_iter()
        .map(|one| (one["key"].as_str().unwrap().to_owned(), one))
        .collect()
}

fn expected(system: &str) -> BTreeMap<String, Value> {
    let all: Vec<Value> =
        serde_json::from_str(&village::fixture("expected/envelopes.json")).unwrap();
    by_key(
        all.into_iter()
            .filter(|one| one["system"] == system)
            .map(|mut one| {
                one.as_object_mut().unwrap().remove("n");
                one
            }),
    )
}

fn check_system(system: &str, count: usize) {
    let made = envelopes(system);
    assert_eq!(made.len(), count);
    let shown = by_key(made.iter().map(|(label, envelope)| shown(label, envelope)));
    assert_eq!(shown, expected(system));
    for (label, envelope) in &made {
        let golden = expected(system);
        let golden = golden
            .values()
            .find(|one| one["capture"] == *label && one["form"] == envelope.form);
        let order: Vec<&String> = golden.unwrap()["fields"]
            .as_object()
            .unwrap()
            .keys()
            .collect();
        assert_eq!(
            envelope.fields.keys().collect::<Vec<_>>(),
            order,
            "order of the fields"
        );
    }
}

#[test]
fn every_envelope_of_the_day_equals_the_golden_one_and_there_is_no_other() {
    let systems = [
        ("xuntian", 3),
        ("ffp", 8),
        ("wg", 8),
        ("zh", 4),
        ("fw", 1),
        ("zf", 5),
        ("lt", 1),
        ("yun", 1),
    ];
    for (system, count) in systems {
        check_system(system, count);
    }
    assert_eq!(systems.iter().map(|(_, count)| count).sum::<usize>(), 31);
}

#[test]
fn a_photograph_says_where_the_camera_looked_only_where_the_slot_asks_for_it() {
    let photos = |system: &str| {
        let all = envelopes(system).into_iter();
        all.flat_map(|(_, envelope)| envelope.photos)
            .map(|photo| photo.azimuth_deg)
            .collect::<Vec<_>>()
    };
    assert_eq!(photos("xuntian")[0], Some(128));
    assert!(photos("xuntian").iter().all(Option::is_some));
    assert!(photos("wg").iter().all(Option::is_none));
}

#[test]
fn the_ledger_of_the_day_equals_the_golden_file_byte_for_byte() {
    let catalogue = village::catalogue();
    let spec = catalogue.spec("tz").unwrap();
    let rows = envelopes("tz");
    let rows: Vec<Row<'_>> = rows
        .iter()
        .map(|(capture, envelope)| Row { capture, envelope })
        .collect();
    let golden = village::fixture("expected/ledger.csv");
    assert_eq!(ledger(spec, &rows, None).unwrap(), golden);

    let lines = lines(spec, &rows);
    assert_eq!(lines, ["田长", "走访", "安全", "网格", "文化"]);
    let rows_of = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    let mut of_lines: Vec<String> = Vec::new();
    for line in lines {
        of_lines.extend(rows_of(&ledger(spec, &rows, Some(line)).unwrap()));
    }
    of_lines.sort();
    assert_eq!(
        of_lines,
        rows_of(&golden),
        "the files of the lines hold the same rows"
    );
}
