//! A household without a house, a place outside every grid: the other forms go, the one that cannot is
//! named, and nobody is asked for what would help no form.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::ask::{Asked, ask};
use fieldwork_forms::envelope::Problem;
use fieldwork_geo::Wgs84;
use fieldwork_register::{EntityId, EntityKind, IndexedBase, Register};
use village::Sketch;

fn asked(sketch: &Sketch) -> Asked {
    let register = Register::new(&sketch.base, &sketch.edits);
    ask(&sketch.catalogue, &sketch.capture, &register, None)
}

/// A visit with a request, of a household that has lost its house.
fn houseless() -> Sketch {
    let mut visit = Sketch::visit(32)
        .say("visit.text", "走访")
        .say("visit.unchanged", "true");
    let mut base = visit.base.base().clone();
    let home: EntityId = "household:990101100201000032".parse().unwrap();
    base.entities.retain(|entity| {
        entity.id.kind != EntityKind::House || entity.parent.as_ref() != Some(&home)
    });
    visit.base = IndexedBase::new(base);
    visit
}

#[test]
fn where_there_is_no_house_nothing_is_asked_of_one_and_the_visit_still_goes() {
    let visit = houseless();
    let left = asked(&visit);
    let all = [&left.required, &left.offered, &left.carried];
    let of_house = all
        .into_iter()
        .flatten()
        .find(|one| one.concept.starts_with("house."));
    assert!(of_house.is_none(), "{of_house:?}");
    assert_eq!(left.unanswerable, []);
    assert_eq!(visit.envelopes_made("ffp"), ["visit"]);
    assert_eq!(visit.envelopes_made("tz"), ["row"]);
}

#[test]
fn a_request_of_a_household_without_an_address_names_the_event_that_cannot_be_made() {
    let visit = houseless()
        .say("visit.need", "想找活干")
        .say("visit.help", "job")
        .say("issue.level", "1");
    let left = asked(&visit);
    let stuck: Vec<&str> = left
        .unanswerable
        .iter()
        .map(|one| one.system.as_str())
        .collect();
    assert_eq!(stuck, ["wg"]);
    assert!(
        matches!(&left.unanswerable[0].problem, Problem::Missing { field, .. } if field == "sfdz")
    );
    assert_eq!(visit.envelopes_made("ffp"), ["visit"]);
    assert_eq!(visit.envelopes("tz")[0].fields["jg"], "诉求已上报");
}

#[test]
fn a_place_outside_every_grid_takes_only_the_forms_that_need_one() {
    let mut road = Sketch::of("roadside", None)
        .say("issue.type", "env_water")
        .say("issue.text", "路边积水")
        .say("issue.demand", "疏通")
        .say("issue.due", "2025-04-10");
    road.capture.place.point = Wgs84::new(110.0, 30.0).unwrap();
    let left = asked(&road);
    assert!(!left.unanswerable.is_empty());
    assert!(left.unanswerable.iter().all(|one| one.system == "wg"));
    assert_eq!(road.envelopes_made("zf"), ["open"]);
    assert_eq!(road.envelopes_made("tz"), ["row"]);
}
