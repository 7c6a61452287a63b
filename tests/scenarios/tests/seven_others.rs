//! One upstream that keeps everybody waiting, and the seven others that do not wait for it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use fieldwork_hub::outbox::State;
use fieldwork_scenarios::{County, golden};
use fieldwork_testkit::upstream::Behaviour;

const OTHERS: [&str; 7] = ["xuntian", "ffp", "zh", "fw", "zf", "lt", "yun"];

/// System → deliveries in a state.
fn in_state(county: &County, state: State) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for one in county.village().deliveries().unwrap() {
        if one.state == state {
            *counted.entry(one.envelope.system).or_default() += 1;
        }
    }
    counted
}

#[test]
fn seven_systems_have_all_their_forms_while_the_eighth_keeps_a_call_hanging() {
    let county = County::with_timeout(60);
    let silence = Behaviour::Silence(Duration::from_secs(60));
    county.wg.script(vec![silence; 100]);
    let phone = county.phone("lin", "K05");
    let all: Vec<&str> = county.day.captures.iter().map(|c| c.id.as_str()).collect();
    phone.play(&county.day, &all);
    phone.sync();
    let wanted: BTreeMap<String, usize> = OTHERS
        .map(|system| (system.to_owned(), golden::envelopes(&[system]).len()))
        .into();
    assert_eq!(wanted.values().sum::<usize>(), 23, "31 without its 8");
    county.until("the seven others have everything", || {
        let mut done = in_state(&county, State::Completed);
        done.remove("tz");
        done == wanted
    });
    assert!(county.wg.accepted().is_empty());
    assert_eq!(
        county.wg.attempts().len(),
        1,
        "one call hangs, none is piled up"
    );
    for upstream in county.others.iter().chain([&county.ffp]) {
        assert_eq!(upstream.duplicates(), 0, "{}", upstream.system());
        assert_eq!(
            upstream.held().len(),
            wanted[upstream.system()],
            "{}",
            upstream.system()
        );
    }
}
