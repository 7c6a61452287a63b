//! Which photographs a slot takes.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::envelope::{Filled, Problem};
use fieldwork_forms::fill::fill_form;
use village::Sketch;

const HOUSE: &str = "house:990101001001JC00032F00010001";
const MONTH_MS: i64 = 30 * 86_400_000;

/// What the slots `z` (outside) and `q` (defect, or a second one of the outside) take once their owner
/// asks for them: `(slot, photograph)`, or the slots that stay empty.
fn asked_for(sketch: &Sketch) -> Result<Vec<(String, String)>, Vec<String>> {
    let mut spec = sketch.catalogue.spec("fw2").unwrap().clone();
    for slot in &mut spec.forms[0].photos {
        slot.on_request = false;
    }
    match fill_form(&sketch.facts(), &spec, "house").remove(0).filled {
        Filled::Envelope(envelope) => {
            let photos = envelope.photos.into_iter();
            Ok(photos.map(|one| (one.slot, one.photo)).collect())
        }
        Filled::Stopped(stopped) => Err(stopped
            .problems
            .into_iter()
            .map(|problem| match problem {
                Problem::PhotoMissing { slot, .. } => slot,
                other => panic!("{other:?}"),
            })
            .collect()),
    }
}

fn taken(pairs: [(&str, &str); 2]) -> Result<Vec<(String, String)>, Vec<String>> {
    Ok(pairs
        .map(|(slot, photo)| (slot.to_owned(), photo.to_owned()))
        .into())
}

#[test]
fn a_slot_takes_another_stage_only_for_want_of_its_own() {
    let house = Sketch::of("visit", Some(HOUSE))
        .photo("front", "outside", None)
        .photo("side", "outside", None);
    assert_eq!(asked_for(&house), taken([("z", "front"), ("q", "side")]));
    let cracked = house.photo("crack", "defect", None);
    assert_eq!(asked_for(&cracked), taken([("z", "front"), ("q", "crack")]));
    let one = Sketch::of("visit", Some(HOUSE)).photo("front", "outside", None);
    assert_eq!(asked_for(&one), Err(vec!["q".to_owned()]));
}

#[test]
fn photographs_are_taken_in_the_order_of_shooting_however_they_are_listed() {
    let shot = |names: [(&str, i64); 3]| {
        let mut visit = Sketch::of("activity", None)
            .say("activity.title", "电影")
            .say("activity.kind", "film")
            .say("activity.start", "2025-11-02T19:30:00+08:00")
            .say("activity.end", "2025-11-02T21:00:00+08:00")
            .say("activity.headcount", "30")
            .say("activity.text", "一场")
            .say("activity.venue", "square");
        for (name, minute) in names {
            visit = visit.photo(name, "scene", None);
            visit.capture.photos.last_mut().unwrap().at_ms += minute * 60_000;
        }
        let photos = visit.envelopes("lt").remove(0).photos;
        let taken: Vec<String> = photos.into_iter().map(|one| one.photo).collect();
        (taken, visit.facts().value("capture.photos").cloned())
    };
    let in_order = shot([("1", 1), ("2", 2), ("3", 3)]);
    assert_eq!(in_order.0, ["1", "2"]);
    assert_eq!(shot([("3", 3), ("1", 1), ("2", 2)]), in_order);
    assert_eq!(shot([("2", 2), ("3", 3), ("1", 1)]), in_order);
    let at_once = shot([("b", 1), ("a", 1), ("0", 0)]);
    assert_eq!(at_once.0, ["0", "b"], "of one moment the list decides");
}

#[test]
fn a_photograph_older_than_the_owner_allows_does_not_fit() {
    let mut house = Sketch::of("visit", Some(HOUSE))
        .photo("front", "outside", None)
        .photo("crack", "defect", None);
    house.capture.photos[0].at_ms -= 11 * MONTH_MS;
    assert_eq!(asked_for(&house), taken([("z", "front"), ("q", "crack")]));
    house.capture.photos[0].at_ms -= 3 * MONTH_MS;
    assert_eq!(asked_for(&house), Err(vec!["z".to_owned()]));
}
