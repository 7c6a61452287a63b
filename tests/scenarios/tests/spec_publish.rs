//! What the hub says of a spec that it does not take, and until when it takes one that claims an exception.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fs;

use fieldwork::replica::ReplicaError;
use fieldwork_hub::hub::{Hub, HubError};
use fieldwork_hub::village::VillageError;
use fieldwork_scenarios::{County, specs};
use serde_json::{Value, json};

/// `wg` as shipped, in a new version.
fn raised() -> Value {
    let text = fs::read_to_string(specs().join("systems/wg.json")).unwrap();
    let mut spec: Value = serde_json::from_str(&text).unwrap();
    spec["version"] = json!(99);
    spec
}

fn refusal(hub: &Hub, spec: &Value) -> String {
    let error = hub.add_spec("given/wg.json", &spec.to_string());
    let HubError::Village(VillageError::Replica(ReplicaError::Catalogue(told))) =
        error.unwrap_err()
    else {
        panic!("another error");
    };
    told
}

#[test]
fn the_hub_names_the_file_as_it_was_handed_over_and_the_place_in_it() {
    let mut county = County::new();
    county.stop();
    let hub = Hub::open(&county.hub_folder(), county.ports()).unwrap();
    let value = "forms[0].fields[0].value";
    let mut operator = raised();
    operator["forms"][0]["fields"][0]["value"] = json!({"form": "issue.text"});
    let mut concept = raised();
    concept["forms"][0]["fields"][0]["value"] = json!({"from": "issue.txt"});
    let mut field = raised();
    field["forms"][0]["fields"][0]["label"] = json!("签到时间");
    for (spec, place) in [
        (operator, value),
        (concept, "forms[0].fields[0].value.from"),
        (field, "forms[0].fields[0].label"),
    ] {
        let told = refusal(&hub, &spec);
        assert!(told.starts_with("given/wg.json"), "{told}");
        assert!(told.contains(&format!("at {place}")), "{told}");
    }
    hub.close();
}

#[test]
fn an_exception_is_published_through_its_last_day_and_the_next_day_refused() {
    let mut county = County::new();
    county.stop();
    let hub = Hub::open(&county.hub_folder(), county.ports()).unwrap();
    let mut spec = raised();
    spec["sign_in"] = json!({"per": "day"});
    let until = |day: &str| json!({"kind": "应急", "basis": "防汛应急预案", "scope": "沿河网格", "expires": day});
    // The hub's clock shows 8 April.
    spec["exception"] = until("2025-04-07");
    let told = refusal(&hub, &spec);
    assert!(told.contains("B-27 at exception.expires"), "{told}");
    assert!(told.contains("B-01 at sign_in"), "{told}");
    spec["exception"] = until("2025-04-08");
    assert_eq!(hub.add_spec("wg.json", &spec.to_string()).unwrap(), "wg");
    let noon_tomorrow = fieldwork_scenarios::at("12:00") + 86_400_000;
    for village in hub.all_villages() {
        let catalogue = village.replica().catalogue().unwrap();
        let wg = catalogue.spec("wg").unwrap();
        assert!(catalogue.inactive_reason(wg, noon_tomorrow).is_some());
        assert!(
            catalogue
                .inactive_reason(wg, fieldwork_scenarios::at("12:00"))
                .is_none()
        );
    }
    hub.close();
}
