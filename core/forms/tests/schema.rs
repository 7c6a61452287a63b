//! The schemas in `specs/schema/` are those of the types, and what is shipped keeps to them.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use std::env;
use std::fs;

use fieldwork_forms::envelope::Filled;
use fieldwork_forms::schema;
use fieldwork_forms::{facts, fill};
use fieldwork_register::Register;
use jsonschema::Validator;
use serde_json::{Value, json};

fn validator(name: &str) -> Validator {
    let made = schema::all();
    let (_, schema) = made.iter().find(|(file, _)| *file == name).unwrap();
    jsonschema::validator_for(schema).unwrap()
}

/// Where and why a document does not fit.
fn faults(validator: &Validator, document: &Value) -> Vec<String> {
    validator
        .iter_errors(document)
        .map(|error| error.to_string())
        .collect()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// With `FIELDWORK_WRITE_SCHEMA` set it writes them instead.
#[test]
fn the_schemas_that_are_shipped_are_those_of_the_types() {
    let folder = village::root().join("specs/schema");
    let mut names = Vec::new();
    for (name, schema) in schema::all() {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let path = folder.join(name);
        if env::var_os("FIELDWORK_WRITE_SCHEMA").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let shipped = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            shipped == text,
            "specs/schema/{name} is not what the types say; run this test with FIELDWORK_WRITE_SCHEMA=1"
        );
        names.push(name.to_owned());
    }
    let mut shipped: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    shipped.sort();
    names.sort();
    assert_eq!(shipped, names, "no other files lie there");
}

#[test]
fn every_file_of_the_catalogue_keeps_to_its_schema() {
    let (spec, concepts, kinds) = (
        validator("spec.json"),
        validator("concepts.json"),
        validator("kinds.json"),
    );
    let mut checked = 0;
    for (file, text) in village::spec_files() {
        let validator = match file.as_str() {
            "concepts.json" => &concepts,
            "kinds.json" => &kinds,
            name if name.ends_with(".json") => &spec,
            _ => continue,
        };
        assert_eq!(
            faults(validator, &parsed(&text)),
            [] as [String; 0],
            "{file}"
        );
        checked += 1;
    }
    assert_eq!(checked, 12, "concepts, kinds and ten systems");
}

#[test]
fn every_capture_and_envelope_of_the_day_keeps_to_its_schema() {
    let (captures, envelopes) = (validator("capture.json"), validator("envelope.json"));
    let (catalogue, base) = (village::catalogue(), village::base());
    let day = village::day(&catalogue, &base);
    let register = Register::new(&base, &day.edits);
    let mut checked = 0;
    for played in &day.played {
        let capture = serde_json::to_value(&played.capture).unwrap();
        assert_eq!(faults(&captures, &capture), [] as [String; 0]);
        let facts = facts(&catalogue, &played.capture, &register, played.case.as_ref());
        for spec in catalogue.specs.values() {
            for filled in fill(&facts, spec) {
                let Filled::Envelope(envelope) = filled else {
                    continue;
                };
                let envelope = serde_json::to_value(&envelope).unwrap();
                assert_eq!(faults(&envelopes, &envelope), [] as [String; 0]);
                checked += 1;
            }
        }
    }
    assert!(checked >= 31, "{checked}");
}

#[test]
fn what_the_reader_of_specs_refuses_by_shape_the_schema_refuses_too() {
    let validator = validator("spec.json");
    let spoiled: [(&str, Value); 6] = [
        ("/sign_in", json!({"per": "day"})),
        ("/forms/0/fields/0/type", json!("integer")),
        ("/forms/0/fields/0/value", json!({"script": "1 + 1"})),
        (
            "/forms/0/fields/0/value",
            json!({"from": "a.b", "const": 1}),
        ),
        ("/expires", json!("soon")),
        ("/wire", json!({"pigeon": {}})),
    ];
    for (at, value) in spoiled {
        let mut spec =
            parsed(&fs::read_to_string(village::root().join("specs/systems/wg.json")).unwrap());
        match spec.pointer_mut(at) {
            Some(place) => *place = value,
            None => spec[at.trim_start_matches('/')] = value,
        }
        assert!(!validator.is_valid(&spec), "{at}");
    }
}
