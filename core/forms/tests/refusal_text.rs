//! What a refusal says to people who write specs and know neither Rust nor serde.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::{Catalogue, SpecError};
use serde_json::{Value, json};

/// The file of a system with its text changed.
fn spoiled(system: &str, change: impl Fn(String) -> String) -> SpecError {
    let path = format!("systems/{system}.json");
    let files = village::spec_files().into_iter().map(|(name, text)| {
        let text = match name == path {
            true => change(text),
            false => text,
        };
        (name, text)
    });
    let error = Catalogue::from_files(files.collect::<Vec<_>>()).unwrap_err();
    assert_eq!(error.file, path, "{error}");
    error
}

/// The file of a system with its JSON changed.
fn changed(system: &str, change: impl Fn(&mut Value)) -> SpecError {
    spoiled(system, |text| {
        let mut spec: Value = serde_json::from_str(&text).unwrap();
        change(&mut spec);
        spec.to_string()
    })
}

fn says(error: &SpecError, path: &str, words: &[&str]) {
    assert_eq!(error.path, path, "{error}");
    for word in words {
        assert!(error.reason.contains(word), "{word}: {error}");
    }
}

#[test]
fn two_keys_where_one_is_wanted_are_both_named() {
    let error = changed("wg", |spec| {
        spec["forms"][0]["fields"][0]["value"] = json!({"from": "issue.text", "const": "x"});
    });
    says(
        &error,
        "forms[0].fields[0].value",
        &["exactly one key", "from", "const"],
    );
    let error = changed("wg", |spec| {
        spec["wire"]["by_hand"] = json!({"file": null, "receipt": "号"});
    });
    says(&error, "wire", &["exactly one key", "json", "by_hand"]);
    let error = changed("wg", |spec| spec["wire"] = json!({}));
    says(&error, "wire", &["exactly one key", "none"]);
    let error = changed("wg", |spec| {
        spec["routes"][0]["when"] =
            json!({"present": "issue.text", "not": {"present": "issue.due"}});
    });
    says(
        &error,
        "routes[0].when",
        &["exactly one key", "present", "not"],
    );
}

#[test]
fn a_word_where_a_condition_or_an_object_belongs_is_named() {
    let error = changed("wg", |spec| {
        spec["forms"][0]["fields"][0]["required"] = json!("yes");
    });
    says(
        &error,
        "forms[0].fields[0].required",
        &["true, false or a condition", "\"yes\""],
    );
    let error = changed("yun", |spec| {
        spec["wire"] = json!({"by_hand": {"file": {"kind": "xlsx", "name": "a", "date": "yyyy", "max_rows": 5}, "receipt": "号"}});
    });
    says(
        &error,
        "wire.by_hand.file.kind",
        &["\"xlsx\" does not stand alone", "{\"xlsx\": {"],
    );
}

#[test]
fn a_missing_key_is_the_place() {
    let without = |key: &'static str| {
        changed("wg", move |spec| {
            spec.as_object_mut().unwrap().remove(key);
        })
    };
    says(&without("wire"), "wire", &["the key \"wire\" is missing"]);
    says(&without("format"), "format", &["missing"]);
    let error = changed("wg", |spec| {
        let field = spec["forms"][0]["fields"][2].as_object_mut();
        field.unwrap().remove("label");
    });
    says(
        &error,
        "forms[0].fields[2].label",
        &["the key \"label\" is missing"],
    );
}

#[test]
fn a_full_width_mark_is_named_with_line_and_character() {
    let error = spoiled("wg", |text| {
        text.replacen("\"version\": 1,", "\"version\": 1，", 1)
    });
    says(&error, ".", &["，", "full-width", "line 4, character 15"]);
    let error = spoiled("wg", |text| text.replacen("\"id\"", "“id”", 1));
    says(&error, ".", &["“", "full-width"]);
    let error = spoiled("wg", |text| text.replacen("\"id\":", "\"id\"：", 1));
    says(&error, ".", &["：", "full-width"]);
}

#[test]
fn the_mark_before_a_text_and_the_name_of_a_schema_change_nothing() {
    let files = village::spec_files().into_iter().map(|(name, text)| {
        let told = text.replacen('{', "{\"$schema\": \"schema/x.json\",", 1);
        (name, format!("\u{feff}{told}"))
    });
    let read = Catalogue::from_files(files.collect::<Vec<_>>()).unwrap();
    assert_eq!(read.specs.len(), village::catalogue().specs.len());
}

#[test]
fn an_unknown_fact_gets_the_nearest_that_there_is() {
    let from = |name: &'static str| {
        changed("wg", move |spec| {
            spec["forms"][0]["fields"][0]["value"] = json!({"from": name});
        })
    };
    for (wrong, right) in [
        ("household.phones", "household.phone"),
        ("said.house.hazzard", "said.house.hazard"),
        ("place.adress", "place.address"),
        ("local.titel", "local.title"),
        ("户联系电话", "household.phone"),
    ] {
        let error = from(wrong);
        let told = format!("did you mean {right:?}");
        says(&error, "forms[0].fields[0].value.from", &[&told]);
    }
    let error = from("weather.tomorrow");
    assert!(!error.reason.contains("did you mean"), "{error}");
}

#[test]
fn every_file_that_is_refused_is_told_at_once() {
    let files = village::spec_files().into_iter().map(|(name, text)| {
        let text = match name.as_str() {
            "systems/wg.json" => text.replacen("\"issue.text\"", "\"issue.txt\"", 1),
            "systems/zf.json" => text.replacen("\"version\"", "\"verison\"", 1),
            _ => text,
        };
        (name, text)
    });
    let refused = Catalogue::refusals(files.collect::<Vec<_>>());
    let files: Vec<&str> = refused.iter().map(|error| error.file.as_str()).collect();
    assert_eq!(files, ["systems/zf.json", "systems/wg.json"], "{refused:?}");
    assert!(Catalogue::refusals(village::spec_files()).is_empty());
}
