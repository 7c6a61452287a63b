//! What reads well and can never work is refused when the file is read, with its place.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::{Catalogue, SpecError};
use serde_json::{Value, json};

/// Loads the catalogue with one file changed.
fn with(file: &str, change: impl Fn(&mut Value)) -> Result<Catalogue, SpecError> {
    let files = village::spec_files().into_iter().map(|(name, text)| {
        if name != file {
            return (name, text);
        }
        let mut json: Value = serde_json::from_str(&text).unwrap();
        change(&mut json);
        (name, json.to_string())
    });
    Catalogue::from_files(files.collect::<Vec<_>>())
}

fn refused(file: &str, path: &str, reason: &str, change: impl Fn(&mut Value)) {
    let error = with(file, change).unwrap_err();
    assert_eq!(error.file, file, "{error}");
    assert_eq!(error.path, path, "{error}");
    assert!(error.reason.contains(reason), "{error}");
}

#[test]
fn a_condition_that_can_never_hold_is_refused() {
    let condition = |condition: Value, at: &str, reason: &str| {
        refused(
            "systems/wg.json",
            &format!("routes[2].when.{at}"),
            reason,
            |spec| spec["routes"][2]["when"] = condition.clone(),
        );
    };
    let equals = |of: &str, to: Value, reason: &str| {
        let test = json!({"equals": {"of": of, "to": to}});
        condition(test, "equals.to", reason);
    };
    equals("capture.kind", json!("visits"), "did you mean \"visit\"?");
    equals("case.kind", json!("fire"), "a kind of kinds.json");
    equals(
        "issue.level",
        json!("urgent!"),
        "issue.level is a code of its list",
    );
    equals(
        "said.household.water_ok",
        json!("false"),
        "write false without quotes",
    );
    equals("household.income_pc", json!("100"), "without quotes");
    equals("issue.text", json!(true), "issue.text is a text");
    equals("issue.due", json!("tomorrow"), "issue.due is a day");
    equals("capture.at", json!("2025-04-08"), "capture.at is a time");
    equals("case.held.wg", json!(false), "yes or not there");
    equals(
        "member.change",
        json!("changes"),
        "did you mean \"changed\"?",
    );
    equals("local.is_issue", json!("true"), "without quotes");
    equals("capture.links", json!(0), "a list");
    condition(
        json!({"in": {"of": "capture.kind", "values": ["visit", "road"]}}),
        "in.values[1]",
        "never \"road\"",
    );
    condition(
        json!({"in": {"of": "capture.kind", "values": []}}),
        "in.values",
        "empty",
    );
    condition(
        json!({"compare": {"of": "person.name", "is": "less", "than": 3}}),
        "compare.of",
        "no number",
    );
    condition(
        json!({"not": {"and": [{"present": "issue.text"}, {"equals": {"of": "capture.kind", "to": "x"}}]}}),
        "not.and[1].equals.to",
        "never holds",
    );
    refused(
        "kinds.json",
        "followup.cases.closes.equals.to",
        "never holds",
        |list| {
            let kinds = list["kinds"].as_array_mut().unwrap();
            let kind = kinds.iter_mut().find(|kind| kind["id"] == "followup");
            kind.unwrap()["cases"]["closes"] =
                json!({"equals": {"of": "check.result", "to": "fine"}});
        },
    );
}

#[test]
fn a_condition_that_may_hold_is_taken() {
    let taken = |condition: Value| {
        let read = with("systems/wg.json", |spec| {
            spec["routes"][2]["when"] = condition.clone();
        });
        assert!(read.is_ok(), "{condition}: {:?}", read.err());
    };
    taken(json!({"equals": {"of": "issue.due", "to": "2025-04-08"}}));
    taken(json!({"equals": {"of": "household.hamlet", "to": "西湾"}}));
    taken(json!({"equals": {"of": "local.is_issue", "to": false}}));
    taken(json!({"equals": {"of": "household.size", "to": 1}}));
    taken(json!({"equals": {"of": "case.type", "to": "farm_build"}}));
    taken(json!({"not": {"equals": {"of": "household.water_ok", "to": false}}}));
    taken(json!({"compare": {"of": "track.length_m", "is": "more", "than": 0}}));
}

#[test]
fn a_code_map_is_about_codes_that_exist() {
    let map = |system: &str, name: &'static str, at: &str, reason: &str, rules: Value| {
        let at = format!("code_maps.{name}.rules{at}");
        refused(&format!("systems/{system}.json"), &at, reason, |spec| {
            spec["code_maps"][name]["rules"] = rules.clone();
        });
    };
    map(
        "zh",
        "zgjg",
        "[1]",
        "did you mean \"cleared\"?",
        json!([["ok", "0"], ["cleard", "1"]]),
    );
    map("ffp", "jkzk", "[0]", "\"70-80\"", json!([["70-80", "x"]]));
    map("ffp", "yes_no", "", "\"false\"", json!([["true", "1"]]));
    map(
        "ffp",
        "yes_no",
        "[1]",
        "no code \"no\"",
        json!([["true", "1"], ["no", "0"]]),
    );
    map(
        "tz",
        "sx",
        "[0]",
        "no code \"visits\"",
        json!([["visits", "走访"]]),
    );
}

#[test]
fn a_code_that_a_route_asks_for_by_name_needs_a_rule() {
    refused(
        "systems/xuntian.json",
        "code_maps.wtlx.rules",
        "\"env_pile\" of issue.type",
        |spec| {
            spec["routes"][1]["when"] =
                json!({"in": {"of": "issue.type", "values": ["farm_build", "env_pile"]}});
        },
    );
}

#[test]
fn a_code_map_in_use_maps_its_own_concept_for_a_field_that_there_is() {
    refused(
        "systems/ffp.json",
        "code_maps.hlx.field",
        "did you mean \"hlx\"?",
        |spec| spec["code_maps"]["hlx"]["field"] = json!("hlxx"),
    );
    let of = "forms[0].fields[0].value.code_map.of";
    refused(
        "systems/wg.json",
        of,
        "is of issue.level, not of issue.type",
        |spec| {
            spec["forms"][0]["fields"][0]["value"] =
                json!({"code_map": {"map": "sjdj", "of": {"from": "issue.type"}}});
        },
    );
    refused("systems/wg.json", of, "of yes and no", |spec| {
        spec["forms"][0]["fields"][0]["value"] =
            json!({"code_map": {"map": "sfzb", "of": {"from": "issue.type"}}});
    });
}

#[test]
fn a_type_that_the_wire_does_not_write_is_refused() {
    refused(
        "systems/wg.json",
        "forms[0].fields[0].type",
        "message",
        |spec| {
            spec["forms"][0]["fields"][0]["type"] = json!("text");
        },
    );
    refused(
        "systems/ffp.json",
        "forms[0].fields[0].type",
        "table",
        |spec| {
            spec["forms"][0]["fields"][0]["type"] = json!("string");
        },
    );
}

#[test]
fn noughts_that_a_number_would_lose_are_refused() {
    let change = |fixed: bool| {
        move |spec: &mut Value| {
            spec["forms"][0]["fields"][0]["type"] = json!("number");
            spec["forms"][0]["fields"][0]["value"] = json!({"format": {
                "of": {"from": "issue.area"}, "as": [{"number": {"decimals": 2, "fixed": fixed}}]}});
        }
    };
    let at = "forms[0].fields[0].value";
    refused("systems/wg.json", at, "2.00", change(true));
    assert!(with("systems/wg.json", change(false)).is_ok());
}

#[test]
fn a_concept_is_asked_as_its_type_is_and_kept_where_it_belongs() {
    let concept = |id: &'static str, key: &'static str, value: Value, reason: &str| {
        let change = |list: &mut Value| {
            let concepts = list["concepts"].as_array_mut().unwrap();
            let concept = concepts.iter_mut().find(|concept| concept["id"] == id);
            concept.unwrap()[key] = value.clone();
        };
        let error = with("concepts.json", change).unwrap_err();
        assert!(error.path.ends_with(&format!("].{key}")), "{error}");
        assert!(error.reason.contains(reason), "{error}");
    };
    concept("issue.text", "register", json!(true), "capture alone");
    concept("issue.type", "widget", json!("yes_no"), "yes_no asks");
    concept("household.water_ok", "widget", json!("pick"), "yes_no asks");
    concept("issue.text", "widget", json!("pick"), "yes_no asks");
}

#[test]
fn a_code_map_maps_every_code_of_its_list_or_names_it_as_lacking() {
    let at = "code_maps.xldm_grade.rules";
    refused(
        "systems/wg.json",
        at,
        "no rule for \"A\", \"B\" of house.grade",
        |spec| {
            spec["code_maps"]["xldm_grade"]
                .as_object_mut()
                .unwrap()
                .remove("lacks");
        },
    );
    refused(
        "systems/wg.json",
        at,
        "no rule for \"B\" of house.grade",
        |spec| {
            spec["code_maps"]["xldm_grade"]["lacks"] = json!(["A"]);
        },
    );
    let at = "code_maps.xldm_grade.lacks[1]";
    refused("systems/wg.json", at, "no code \"E\"", |spec| {
        spec["code_maps"]["xldm_grade"]["lacks"] = json!(["A", "E", "B"]);
    });
    refused("systems/wg.json", at, "\"C\" has a rule", |spec| {
        spec["code_maps"]["xldm_grade"]["lacks"] = json!(["A", "C", "B"]);
    });
    let at = "code_maps.sfzb.rules";
    refused("systems/wg.json", at, "yes and no", |spec| {
        spec["code_maps"]["sfzb"]["rules"] = json!([["true", "1"]]);
        spec["code_maps"]["sfzb"]["lacks"] = json!(["false"]);
    });
}

#[test]
fn systems_that_feed_each_other_in_a_circle_are_refused() {
    let feed = |pairs: &[(&str, &str)]| {
        let files = village::spec_files().into_iter().map(|(name, text)| {
            let fed = pairs
                .iter()
                .find(|(from, _)| name == format!("systems/{from}.json"));
            let Some((_, to)) = fed else {
                return (name, text);
            };
            let mut spec: Value = serde_json::from_str(&text).unwrap();
            spec["forwards_to"] = json!(["tz", to]);
            (name, spec.to_string())
        });
        Catalogue::from_files(files.collect::<Vec<_>>())
    };
    assert!(feed(&[("wg", "zf"), ("zf", "zh")]).is_ok());
    for pairs in [
        &[("wg", "zf"), ("zf", "wg")] as &[_],
        &[("wg", "zf"), ("zf", "zh"), ("zh", "wg")],
    ] {
        let error = feed(pairs).unwrap_err();
        assert_eq!(
            (error.file.as_str(), error.path.as_str()),
            ("systems/wg.json", "forwards_to[1]")
        );
        assert!(error.reason.contains("wg → zf → "), "{error}");
    }
}

#[test]
fn a_system_that_is_fed_and_a_key_that_is_known_must_be_there() {
    refused(
        "systems/wg.json",
        "forwards_to[0]",
        "no system \"zff\"; did you mean \"zf\"?",
        |spec| spec["forwards_to"] = json!(["zff"]),
    );
    refused(
        "systems/wg.json",
        "wire.json.repeat",
        "wants a key_header",
        |spec| spec["wire"]["json"]["key_header"] = json!(null),
    );
}

#[test]
fn a_name_in_the_tap_model_that_is_nowhere_is_refused() {
    let model = std::fs::read_to_string(village::root().join("specs/burden.json")).unwrap();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut model: Value = serde_json::from_str(&model).unwrap();
        change(&mut model);
        let mut files = village::spec_files();
        files.push(("burden.json".to_owned(), model.to_string()));
        Catalogue::from_files(files).err()
    };
    assert_eq!(with(&|_| {}), None);
    let refused = |path: &str, reason: &str, change: &dyn Fn(&mut Value)| {
        let error = with(change).unwrap();
        assert_eq!(
            (error.file.as_str(), error.path.as_str()),
            ("burden.json", path)
        );
        assert!(error.reason.contains(reason), "{error}");
    };
    refused("forms.ffp.visits", "no form \"visits\"", &|model| {
        let forms = model["forms"].as_object_mut().unwrap();
        let visit = forms.remove("ffp.visit").unwrap();
        forms.insert("ffp.visits".to_owned(), visit);
    });
    refused("forms.ffp.visit.hbhh", "did you mean \"hbh\"?", &|model| {
        model["forms"]["ffp.visit"]["hbhh"] = json!(["E", "p"]);
    });
    refused(
        "words.place[0]",
        "did you mean \"place.address\"?",
        &|model| {
            model["words"]["place"] = json!(["place.adress"]);
        },
    );
}
