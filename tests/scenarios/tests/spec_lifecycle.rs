//! Specs come and go while the villages work: signed by the hub, judged by the time of the capture.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;
use std::fs;

use fieldwork::log::ReceiptState;
use fieldwork::replica::ReplicaError;
use fieldwork_forms::catalogue::{Inactive, InactiveReason};
use fieldwork_hub::hub::{Hub, HubError};
use fieldwork_hub::village::VillageError;
use fieldwork_scenarios::{County, at, specs};
use fieldwork_testkit::upstream::Behaviour;
use serde_json::{Value, json};

/// The hub, not served, as the operator's commands open it.
fn operator<T>(county: &mut County, work: impl FnOnce(&Hub) -> T) -> T {
    county.stop();
    let hub = Hub::open(&county.hub_folder(), county.ports()).unwrap();
    let done = work(&hub);
    hub.close();
    county.start();
    done
}

fn spec(system: &str) -> Value {
    let path = specs().join(format!("systems/{system}.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn labels(county: &County) -> Vec<&str> {
    county
        .day
        .captures
        .iter()
        .map(|entry| entry.id.as_str())
        .collect()
}

#[test]
fn a_system_withdrawn_at_noon_gets_nothing_of_the_afternoon_and_all_others_get_theirs() {
    let mut county = County::new();
    let mut phone = county.phone("lin", "K05");
    operator(&mut county, |hub| {
        hub.withdraw_spec("zf", at("12:00")).unwrap()
    });
    phone.moved(&county.address());
    phone.sync();
    phone.play(&county.day, &labels(&county));
    phone.sync();
    county.settle();
    let gone: BTreeSet<&str> = ["C09", "C10", "C12", "C13"].into();
    let delivered = county.village().deliveries().unwrap();
    let at_hub: Vec<_> = delivered
        .iter()
        .filter(|one| one.envelope.system != "tz")
        .collect();
    assert_eq!(at_hub.len(), 27);
    for one in &at_hub {
        let late = gone.contains(one.label.as_deref().unwrap());
        assert!(!(late && one.envelope.system == "zf"), "{:?}", one.label);
    }
    // The phone shows what the hub sends.
    let on_phone: usize = labels(&county)
        .iter()
        .flat_map(|label| phone.envelopes(phone.id(label)))
        .filter(|envelope| envelope.system != "tz")
        .count();
    assert_eq!(on_phone, 27);
    let inactive = |time: &str| {
        let all = phone.workspace.catalogue().unwrap().inactive(at(time));
        all.into_iter()
            .find(|one| one.system == "zf")
            .map(|one| one.reason)
    };
    assert_eq!(inactive("11:59"), None);
    let withdrawn = InactiveReason::Withdrawn { at_ms: at("12:00") };
    assert_eq!(inactive("12:00"), Some(withdrawn));
}

#[test]
fn a_clock_that_is_ahead_does_not_outlive_a_withdrawal_nor_does_it_bring_one_forward() {
    let mut county = County::new();
    let mut phone = county.phone("lin", "K05");
    // The hub's clock shows 19:45; a capture cannot have been made after it came there.
    operator(&mut county, |hub| {
        hub.withdraw_spec("zf", at("20:00")).unwrap()
    });
    phone.moved(&county.address());
    phone.sync();
    let mut draft = phone.draft_of(&county.day, "C09");
    draft.at_ms = Some(at("21:00"));
    draft.id = None;
    phone.workspace.save(&draft).unwrap();
    phone.sync();
    county.settle();
    let delivered = county.village().deliveries().unwrap();
    assert!(delivered.iter().any(|one| one.envelope.system == "zf"));
}

#[test]
fn a_spec_that_the_burden_rules_refuse_is_not_published_and_the_rule_is_named() {
    let mut county = County::new();
    let before = county.village().replica().catalogue().unwrap();
    let mut bad = spec("wg");
    bad["version"] = json!(99);
    bad["sign_in"] = json!({"per": "day"});
    let error = operator(&mut county, |hub| {
        hub.add_spec("wg.json", &bad.to_string()).unwrap_err()
    });
    let HubError::Village(VillageError::Replica(ReplicaError::Catalogue(text))) = error else {
        panic!("{error:?}");
    };
    assert!(text.contains("B-01"), "{text}");
    assert_eq!(county.village().replica().catalogue().unwrap(), before);
}

#[test]
fn a_changed_spec_needs_a_higher_version_and_brings_a_withdrawn_system_back() {
    let mut county = County::new();
    operator(&mut county, |hub| {
        hub.withdraw_spec("zf", at("12:00")).unwrap();
        let mut changed = spec("zf");
        changed["name"] = json!("另一个名称");
        assert!(hub.add_spec("zf.json", &changed.to_string()).is_err());
        let version = changed["version"].as_u64().unwrap();
        changed["version"] = json!(version + 1);
        assert_eq!(hub.add_spec("zf.json", &changed.to_string()).unwrap(), "zf");
        assert!(hub.withdraw_spec("nothing", 0).is_err());
    });
    let catalogue = county.village().replica().catalogue().unwrap();
    assert_eq!(catalogue.spec("zf").unwrap().name, "另一个名称");
    assert!(
        catalogue
            .serving_at(at("13:00"))
            .any(|spec| spec.id == "zf")
    );
}

#[test]
fn what_a_spec_filled_before_it_was_raised_is_sent_as_that_version_says() {
    let mut county = County::new();
    let mut phone = county.phone("lin", "K05");
    county.wg.script_each(vec![Behaviour::BusyBody; 500]);
    phone.play(&county.day, &["C02"]);
    phone.sync();
    county.until("the upstream was asked in vain", || {
        !county.wg.attempts().is_empty()
    });
    operator(&mut county, |hub| {
        let mut raised = spec("wg");
        raised["version"] = json!(raised["version"].as_u64().unwrap() + 1);
        raised["wire"]["json"]["calls"]["open"]["path"] = json!("/moved/elsewhere");
        hub.add_spec("wg.json", &raised.to_string()).unwrap();
    });
    county.wg.script_each([]);
    county.settle();
    let accepted = county.wg.accepted();
    assert_eq!(accepted.len(), 1, "{:?}", county.wg.attempts());
    phone.moved(&county.address());
    phone.sync();
    let receipts = phone.workspace.receipts(phone.id("C02")).unwrap();
    let receipt = receipts.iter().find(|one| one.system == "wg").unwrap();
    assert_eq!(receipt.state, ReceiptState::Delivered);
}

#[test]
fn a_withdrawal_outlives_handing_the_same_specs_over_again() {
    let mut county = County::new();
    operator(&mut county, |hub| {
        hub.withdraw_spec("zf", at("12:00")).unwrap()
    });
    county.stop();
    county.add_village(&fieldwork_testkit::fixtures::Fixtures::default().register());
    county.start();
    let catalogue = county.village().replica().catalogue().unwrap();
    assert!(catalogue.withdrawn.contains_key("zf"));
}

/// A catalogue whose files and signatures are what `change` makes of the hub's own.
fn handed(change: impl Fn(&str, &mut String, &mut bool)) -> fieldwork_forms::catalogue::Catalogue {
    let files = fieldwork_hub::folder::read_specs(&specs()).unwrap();
    let handed = files.into_iter().map(|(path, mut text)| {
        let mut signed = true;
        change(&path, &mut text, &mut signed);
        fieldwork_forms::catalogue::Handed {
            path,
            text: text.into_bytes(),
            signed,
            withdrawn_ms: None,
        }
    });
    fieldwork_forms::catalogue::Catalogue::from_handed(handed).unwrap()
}

#[test]
fn an_unsigned_and_an_unusable_spec_are_left_out_with_their_reasons_and_all_others_serve() {
    let whole = handed(|_, _, _| {});
    let catalogue = handed(|path, text, signed| {
        *signed = path != "systems/zf.json";
        if path == "systems/xuntian.json" {
            *text = text.replacen("\"forms\"", "\"forums\"", 1);
        }
    });
    assert_eq!(catalogue.specs.len() + 2, whole.specs.len());
    let reason = |file: &str| {
        let inactive: Vec<Inactive> = catalogue.inactive(at("09:00"));
        inactive
            .into_iter()
            .find(|one| one.system == file)
            .unwrap()
            .reason
    };
    assert_eq!(reason("systems/zf.json"), InactiveReason::Unsigned);
    assert!(matches!(
        reason("systems/xuntian.json"),
        InactiveReason::Unusable(_)
    ));
    assert!(matches!(reason("fw2"), InactiveReason::Declared(_)));
    let expired =
        catalogue.inactive(fieldwork_ids::time::parse_rfc3339("2030-01-01T00:00:00Z").unwrap());
    let is_expired = |one: &Inactive| matches!(one.reason, InactiveReason::Expired(_));
    assert!(expired.iter().any(is_expired));
}
