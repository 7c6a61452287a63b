//! A coming system after consent: every house of the register becomes its form, and nobody types.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use std::collections::BTreeMap;

use fieldwork_forms::capture::Subject;
use fieldwork_forms::envelope::{Envelope, Filled};
use fieldwork_forms::facts;
use fieldwork_forms::fill::fill_form;
use fieldwork_register::{EntityKind, NoEdits, Register};
use village::Sketch;

/// The forms of all houses, by the house's code.
fn houses() -> BTreeMap<String, Envelope> {
    let (mut catalogue, base) = (village::catalogue(), village::base());
    catalogue.specs.get_mut("fw2").unwrap().inactive = None;
    let spec = catalogue.spec("fw2").unwrap();
    let register = Register::new(&base, &NoEdits);
    let mut made = BTreeMap::new();
    for house in base.of_kind(EntityKind::House) {
        let mut capture = Sketch::blank("visit");
        capture.subject = Some(Subject::Entity(house.id.clone()));
        let facts = facts(&catalogue, &capture, &register, None);
        for traced in fill_form(&facts, spec, "house") {
            let Filled::Envelope(envelope) = traced.filled else {
                panic!("{}: {:?}", house.id, traced.filled);
            };
            made.insert(house.id.id.clone(), envelope);
        }
    }
    made
}

#[test]
fn after_consent_430_rows_are_whole_and_say_what_the_house_list_says() {
    let made = houses();
    assert_eq!(made.len(), 430);
    let text = village::fixture("register/房屋.csv");
    let mut csv = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headings = csv.headers().unwrap().clone();
    let mut checked = 0;
    for row in csv.records() {
        let row = row.unwrap();
        let cell = |heading: &str| {
            let at = headings.iter().position(|one| one == heading).unwrap();
            row[at].trim()
        };
        let Some(envelope) = made.get(cell("房屋编码")) else {
            continue;
        };
        let field = |id: &str| {
            envelope.fields.get(id).map_or_else(String::new, |value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            })
        };
        for (heading, id) in [
            ("户主姓名", "xm"),
            ("房屋地址", "dz"),
            ("层数", "cs"),
            ("建成年代", "nf"),
        ] {
            assert_eq!(field(id), cell(heading), "{heading}");
        }
        let hazard = cell("是否有隐患") == "是";
        assert_eq!(field("ms").is_empty(), !hazard);
        assert_eq!(envelope.fields.len(), 15 + usize::from(hazard));
        checked += 1;
    }
    assert_eq!(checked, 430);
}

#[test]
fn no_picture_goes_unless_its_owner_asks_for_it() {
    assert!(houses().values().all(|envelope| envelope.photos.is_empty()));
}
