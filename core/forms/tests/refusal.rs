//! Files of the catalogue that are not right are refused, with file, place and reason.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::{Catalogue, SpecError};
use serde_json::{Value, json};

/// Loads the catalogue with one file changed.
fn with(file: &str, change: impl FnOnce(&mut Value)) -> Result<Catalogue, SpecError> {
    let mut change = Some(change);
    let files = village::spec_files().into_iter().map(|(name, text)| {
        if name != file {
            return (name, text);
        }
        let mut json: Value = serde_json::from_str(&text).unwrap();
        (change.take().unwrap())(&mut json);
        (name, json.to_string())
    });
    Catalogue::from_files(files.collect::<Vec<_>>())
}

/// Changes the grid system's file and expects it to be refused there.
fn refused(change: impl FnOnce(&mut Value), path: &str, reason: &str) {
    let error = with("systems/wg.json", change).unwrap_err();
    assert_eq!(error.file, "systems/wg.json");
    assert_eq!(error.path, path, "{error}");
    assert!(error.reason.contains(reason), "{error}");
}

#[test]
fn an_unknown_key_is_refused_everywhere() {
    refused(
        |spec| spec["colour"] = json!("red"),
        "colour",
        "unknown field `colour`",
    );
    refused(
        |spec| spec["forms"][0]["fields"][3]["hint"] = json!("x"),
        "forms[0].fields[3].hint",
        "unknown field",
    );
    refused(
        |spec| spec["wire"]["json"]["retry"] = json!(3),
        "wire.json.retry",
        "unknown field `retry`",
    );
    refused(
        |spec| spec["routes"][0]["then"] = json!("x"),
        "routes[0].then",
        "unknown field `then`",
    );
    refused(
        |spec| spec["code_maps"]["sfzb"]["rest"] = json!("0"),
        "code_maps.sfzb.rest",
        "unknown field",
    );
}

#[test]
fn an_unknown_operator_or_condition_is_refused() {
    let field =
        |value: Value| move |spec: &mut Value| spec["forms"][0]["fields"][0]["value"] = value;
    let at = "forms[0].fields[0].value";
    refused(
        field(json!({"script": "1 + 1"})),
        at,
        "unknown variant `script`",
    );
    refused(field(json!({"from": "issue.text", "const": "x"})), at, "");
    refused(field(json!("issue.text")), at, "");
    refused(
        |spec| spec["routes"][0]["when"] = json!({"matches": "x"}),
        "routes[0].when",
        "unknown variant `matches`",
    );
}

#[test]
fn names_that_do_not_exist_are_refused() {
    let field =
        |value: Value| move |spec: &mut Value| spec["forms"][0]["fields"][0]["value"] = value;
    let refused_at = |value: Value, at: &str, reason: &str| {
        refused(
            field(value),
            &format!("forms[0].fields[0].value.{at}"),
            reason,
        );
    };
    refused_at(
        json!({"from": "issue.colour"}),
        "from",
        "no concept or derived fact \"issue.colour\"",
    );
    refused_at(
        json!({"from": "said.place.grid"}),
        "from",
        "no concept or derived fact",
    );
    refused_at(
        json!({"from": "local.colour"}),
        "from",
        "no local \"colour\"",
    );
    refused_at(
        json!({"code_map": {"map": "colour", "of": {"const": "1"}}}),
        "code_map.map",
        "no code map \"colour\"",
    );
    refused_at(
        json!({"label": "issue.text"}),
        "label",
        "not a concept with a code list",
    );
    refused_at(json!({"count": "issue.text"}), "count", "not a list");
    refused(
        |spec| spec["routes"][0]["form"] = json!("opened"),
        "routes[0].form",
        "no form \"opened\"",
    );
    refused(
        |spec| spec["routes"][2]["opens_case"] = json!("issue.level"),
        "routes[2].opens_case",
        "no kind opens",
    );
    refused(
        |spec| spec["code_maps"]["sjdj"]["concept"] = json!("issue.levels"),
        "code_maps.sjdj.concept",
        "no concept",
    );
    refused(
        |spec| spec["routes"][2]["photos"] = json!({"during": {"stage": "during"}}),
        "routes[2].photos",
        "no slot \"during\"",
    );
}

#[test]
fn a_local_that_one_route_does_not_bind_is_refused() {
    refused(
        |spec| {
            spec["routes"][3]["locals"]
                .as_object_mut()
                .unwrap()
                .remove("title");
        },
        "forms[0].fields[0].value.join.of[1].from",
        "no local \"title\" here (filled by routes[3])",
    );
}

#[test]
fn locals_that_go_in_a_circle_are_refused() {
    refused(
        |spec| {
            spec["locals"]["a"] = json!({"from": "local.b"});
            spec["locals"]["b"] = json!({"first_of": [{"const": 1}, {"from": "local.a"}]});
        },
        "locals.a.from",
        "circle",
    );
    refused(
        |spec| spec["locals"]["a"] = json!({"from": "local.a"}),
        "locals.a.from",
        "circle",
    );
}

#[test]
fn locals_that_would_grow_without_bound_are_refused() {
    refused(
        |spec| {
            spec["locals"]["x0"] = json!({"const": "x"});
            for n in 1..40 {
                let half = json!({"from": format!("local.x{}", n - 1)});
                spec["locals"][format!("x{n}")] = json!({"join": {"of": [half.clone(), half]}});
            }
        },
        "locals.x10",
        "too large",
    );
    let chain = with("systems/wg.json", |spec| {
        spec["locals"]["c0"] = json!({"const": "x"});
        for n in 1..50_000 {
            spec["locals"][format!("c{n}")] = json!({"from": format!("local.c{}", n - 1)});
        }
    });
    assert!(chain.is_err());
}

#[test]
fn forms_and_fields_have_ids_of_their_own_and_a_route() {
    refused(
        |spec| spec["forms"][0]["fields"][1]["id"] = json!("sjmc"),
        "forms[0].fields[0].id",
        "not an id of its own",
    );
    refused(
        |spec| spec["forms"][1]["id"] = json!("open"),
        "forms[1].id",
        "not a form id of its own",
    );
    refused(
        |spec| {
            spec["routes"].as_array_mut().unwrap().pop();
        },
        "routes",
        "no route gives the form \"close\"",
    );
}

#[test]
fn a_wire_that_does_not_fit_the_forms_is_refused() {
    refused(
        |spec| {
            spec["wire"]["json"]["calls"]
                .as_object_mut()
                .unwrap()
                .remove("close");
        },
        "wire.json.calls",
        "\"close\" has no call",
    );
    refused(
        |spec| spec["wire"]["json"]["calls"]["open"]["path"] = json!("/api/{ref}"),
        "wire.json.calls.open.path",
        "has no reference",
    );
    refused(
        |spec| spec["wire"]["json"]["calls"]["open"]["path"] = json!("/api/{secret}"),
        "wire.json.calls.open.path",
        "knows only",
    );
    refused(
        |spec| spec["wire"]["json"]["photos"]["fields"][0]["slots"][0] = json!("during"),
        "wire.json.photos.fields",
        "no form has the slot",
    );
}

#[test]
fn a_key_or_file_that_is_given_twice_is_refused() {
    let doubled = |from: &str, to: &str| {
        let files = village::spec_files().into_iter();
        let files = files.map(|(name, text)| match name == "systems/wg.json" {
            true => (name, text.replacen(from, to, 1)),
            false => (name, text),
        });
        Catalogue::from_files(files.collect::<Vec<_>>()).unwrap_err()
    };
    let error = doubled(
        "\"locals\": {",
        "\"locals\": {\"is_issue\": {\"const\": 1},",
    );
    assert!(error.reason.contains("given twice"), "{error}");
    let mut files = village::spec_files();
    files.push(("systems/again.json".to_owned(), files[2].1.clone()));
    let error = Catalogue::from_files(files).unwrap_err();
    assert_eq!(error.file, "systems/again.json");
}

#[test]
fn concepts_and_kinds_are_checked_as_strictly() {
    let error = with("concepts.json", |list| {
        list["concepts"][0]["type"] = json!("colour")
    })
    .unwrap_err();
    assert_eq!(
        (error.file.as_str(), error.path.as_str()),
        ("concepts.json", "concepts[0].type")
    );
    let error = with("concepts.json", |list| {
        list["concepts"][1]["id"] = json!("place.grid")
    })
    .unwrap_err();
    assert!(error.reason.contains("derived fact"), "{error}");
    let error = with("kinds.json", |list| {
        list["kinds"][5]["cases"]["closes"] = json!({"present": "x.y"})
    })
    .unwrap_err();
    assert_eq!(
        (error.file.as_str(), error.path.as_str()),
        ("kinds.json", "followup.cases.closes.present")
    );
    let none = Catalogue::from_files([]).unwrap_err();
    assert!(
        none.to_string()
            .starts_with("catalogue: at .: there is no list of concepts"),
        "{none}"
    );
    let future = with("systems/tz.json", |spec| {
        spec["format"] = json!("fieldwork-spec/2")
    })
    .unwrap_err();
    assert_eq!(future.path, "format");
}

#[test]
fn dates_ranges_and_units_are_checked_when_the_file_is_read() {
    let value =
        |value: Value| move |spec: &mut Value| spec["forms"][0]["fields"][5]["value"] = value;
    let date = json!({"format": {"of": {"from": "capture.at"}, "as": [{"date": "YYYY-mm"}]}});
    refused(
        value(date),
        "forms[0].fields[5].value.format.as[0].date",
        "YYYY",
    );
    let unit = json!({"format": {"of": {"const": 1}, "as": [{"unit": {"from": "m", "to": "mu"}}]}});
    refused(
        value(unit),
        "forms[0].fields[5].value.format.as[0]",
        "a length is not an area",
    );
    refused(
        |spec| spec["code_maps"]["sjdj"]["rules"][0] = json!(["9-1", "1"]),
        "code_maps.sjdj.rules",
        "",
    );
}
