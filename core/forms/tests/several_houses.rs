//! A household with more than one house: what is said goes to the house at which it is said.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::ask::facts_of_draft;
use fieldwork_forms::capture::Answer;
use fieldwork_forms::facts::Facts;
use fieldwork_geo::Wgs84;
use fieldwork_register::{EntityId, Register};
use village::Sketch;

/// This household has two houses.
const HOME: u32 = 15;

/// A visit of the household at one of its houses, with the ids of this house and of the other.
fn at_house(place: usize) -> (Sketch, EntityId, EntityId) {
    let mut visit = Sketch::visit(HOME).say("visit.text", "走访");
    let home = format!("household:990101100201{HOME:06}").parse().unwrap();
    let houses: Vec<(EntityId, Wgs84)> = visit
        .base
        .houses(&home)
        .map(|house| (house.id.clone(), house.point.unwrap()))
        .collect();
    let [(here, point), (other, _)] = [houses[place].clone(), houses[1 - place].clone()];
    visit.capture.place.point = point;
    (visit, here, other)
}

fn drafted(sketch: &Sketch) -> Facts {
    let register = Register::new(&sketch.base, &sketch.edits);
    facts_of_draft(&sketch.catalogue, &sketch.capture, &register, None)
}

#[test]
fn a_hazard_goes_to_the_house_where_the_capture_is_made() {
    for place in [0, 1] {
        let (visit, here, _) = at_house(place);
        let visit = visit
            .say("visit.unchanged", "true")
            .say("house.hazard", "true")
            .say("house.hazard_text", "墙裂")
            .say("house.grade", "C")
            .photo("o", "outside", None)
            .photo("d", "defect", None);
        let facts = drafted(&visit);
        assert_eq!(facts.text("house.code"), Some(here.id.as_str()));
        let spec = visit.catalogue.spec("fw").unwrap();
        let filled = fieldwork_forms::fill(&facts, spec).remove(0);
        let fieldwork_forms::envelope::Filled::Envelope(envelope) = filled else {
            panic!("{filled:?}")
        };
        assert_eq!(envelope.fields["fwbm"], here.id.as_str());
        assert_eq!(envelope.fields["sfyh"], "是");
        assert_eq!(
            facts.text("place.address").map(str::to_owned),
            Register::new(&visit.base, &visit.edits).text(&here, "house.address")
        );
    }
}

#[test]
fn an_answer_about_a_named_house_goes_there_wherever_the_capture_was_made() {
    for place in [0, 1] {
        let (mut visit, _, other) = at_house(place);
        for (concept, value) in [("house.hazard", "true"), ("house.grade", "D")] {
            visit.capture.answers.push(Answer {
                concept: concept.to_owned(),
                about: Some(other.clone()),
                value: value.to_owned(),
            });
        }
        let facts = drafted(&visit);
        assert_eq!(facts.text("house.code"), Some(other.id.as_str()));
        assert_eq!(facts.text("said.house.grade"), Some("D"));
        // A saved capture keeps it as an edit of that house, and fills the same.
        let (saved, ..) = at_house(place);
        let saved = saved
            .state(&other.to_string(), "house.hazard", "true")
            .state(&other.to_string(), "house.grade", "D");
        assert_eq!(saved.facts().text("house.code"), Some(other.id.as_str()));
    }
}
