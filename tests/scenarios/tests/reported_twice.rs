//! The same thing reported on two phones that know nothing of each other: offered as one case.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use fieldwork::replica::Replica;
use fieldwork_geo::Wgs84;
use fieldwork_scenarios::{County, Phone, at, said};

/// Where the second report was made, 30 m from C12.
const AGAIN: Wgs84 = Wgs84 {
    lon: 115.4223781,
    lat: 33.2805228,
};

fn report(phone: &Phone, label: &str, time: &str, kind: &str, point: Wgs84) {
    phone.clock.set(at(time));
    let answers = vec![
        said("issue.type", kind),
        said("issue.text", "路口有一堆装修垃圾。"),
    ];
    let mut draft = phone.draft(label, "roadside", None, answers);
    draft.place.point = point;
    draft.photos = vec![phone.photograph(&format!("{label}-before-1"), "before")];
    phone.workspace.save(&draft).unwrap();
}

fn authors(replica: &Replica, kind: &str) -> Vec<String> {
    let near = replica.near_cases(kind, AGAIN, at("16:00")).unwrap();
    near.into_iter().map(|sighting| sighting.by).collect()
}

#[test]
fn rubbish_reported_twice_within_thirty_metres_is_offered_as_one_case_with_both_authors() {
    let county = County::new();
    let (lin, zhou) = (county.phone("lin", "K05"), county.phone("zhou", "K01"));
    lin.play(&county.day, &["C12"]);
    report(&zhou, "Z12", "15:50", "env_rubbish", AGAIN);
    assert_eq!(authors(zhou.workspace.replica(), "env_rubbish"), ["K01"]);
    lin.sync();
    zhou.sync();
    lin.sync();
    let village = county.village();
    for (who, replica) in [
        ("lin", lin.workspace.replica()),
        ("zhou", zhou.workspace.replica()),
        ("hub", village.replica()),
    ] {
        let repeated = replica.repeated_cases().unwrap();
        assert_eq!(repeated.len(), 1, "{who}");
        let one = &repeated[0];
        let by: Vec<&str> = one.iter().map(|sighting| sighting.by.as_str()).collect();
        assert_eq!(by, ["K05", "K01"], "{who}: the first is offered");
        assert_eq!(one[0].capture, lin.id("C12"), "{who}");
        assert_eq!(authors(replica, "env_rubbish"), ["K05", "K01"], "{who}");
        assert_eq!(authors(replica, "env_pile"), [] as [String; 0], "{who}");
    }
    // Offered, not merged: nothing that was said is taken back.
    assert_eq!(village.replica().cases().unwrap().len(), 3, "one was open");
}

#[test]
fn another_kind_a_place_farther_off_or_another_day_is_another_case() {
    let county = County::new();
    let phone = county.phone("zhou", "K01");
    report(&phone, "Z1", "15:50", "env_rubbish", AGAIN);
    let off = Wgs84 {
        lon: AGAIN.lon + 0.0006,
        ..AGAIN
    };
    report(&phone, "Z2", "15:52", "env_rubbish", off);
    report(&phone, "Z3", "15:54", "env_pile", AGAIN);
    let replica = phone.workspace.replica();
    assert!(replica.repeated_cases().unwrap().is_empty());
    let later = at("15:50") + 24 * 60 * 60 * 1000;
    let near = |at_ms| {
        replica
            .near_cases("env_rubbish", AGAIN, at_ms)
            .unwrap()
            .len()
    };
    assert_eq!((near(later), near(later + 60_000)), (1, 0));
}
