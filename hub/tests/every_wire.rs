//! The day's forms over the wire of every system, against stand-ins that keep every rule.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod support;

use fieldwork_hub::outbox::State;
use fieldwork_testkit::upstream::Behaviour;
use support::{County, impatient, until};

/// Waits until all have arrived; a refusal fails the test with its reason.
fn all_arrive(county: &County, keys: &[String]) {
    let delivery = county.deliver(impatient());
    until(|| {
        keys.iter().all(|key| {
            let row = county.row(key);
            assert_ne!(row.state, State::Discarded, "{key}: {:?}", row.reason);
            row.state == State::Completed
        })
    });
    delivery.shutdown();
}

#[test]
fn all_thirty_one_forms_of_the_day_are_taken_by_the_eight_systems() {
    let county = County::new();
    let day = county.enqueue_everything();
    assert_eq!(day.len(), 31);
    let keys: Vec<String> = day.iter().map(|(key, _)| key.clone()).collect();
    all_arrive(&county, &keys);
    for upstream in &county.others {
        let wanted = day
            .iter()
            .filter(|(_, golden)| golden["system"] == upstream.system())
            .count();
        assert_eq!(upstream.accepted().len(), wanted, "{}", upstream.system());
        assert_eq!(upstream.repeats(), 0, "{}", upstream.system());
    }
    for (key, golden) in &day {
        let id = county.row(key).upstream_ref;
        let gives_one = ["wg", "zh", "zf"].contains(&golden["system"].as_str().unwrap());
        assert_eq!(id.is_some(), gives_one, "{key}");
    }
}

#[test]
fn where_an_answer_is_lost_the_system_holds_one_record_all_the_same() {
    let county = County::new();
    for upstream in &county.others {
        upstream.script_each([Behaviour::AcceptThenSilence]);
    }
    let keys: Vec<String> = county
        .others
        .iter()
        .flat_map(|upstream| county.enqueue_system(upstream.system()))
        .collect();
    assert_eq!(keys.len(), 15);
    all_arrive(&county, &keys);
    for upstream in &county.others {
        assert!(upstream.repeats() > 0, "{}", upstream.system());
        assert_eq!(upstream.duplicates(), 0, "{}", upstream.system());
    }
}
