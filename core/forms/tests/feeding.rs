//! Where one system feeds another, only the first gets an envelope, and none is lost by it.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use std::collections::BTreeSet;

use fieldwork_forms::catalogue::Handed;
use fieldwork_forms::envelope::Filled;
use fieldwork_forms::fill::fill_all;
use fieldwork_forms::{Catalogue, ask};
use fieldwork_register::Register;
use serde_json::{Value, json};
use village::Sketch;

/// The shipped files, where some systems feed others.
fn files(pairs: &[(&str, &[&str])]) -> Vec<(String, String)> {
    let files = village::spec_files().into_iter().map(|(name, text)| {
        let fed = pairs
            .iter()
            .find(|(from, _)| name == format!("systems/{from}.json"));
        let Some((_, to)) = fed else {
            return (name, text);
        };
        let mut spec: Value = serde_json::from_str(&text).unwrap();
        spec["forwards_to"] = json!(to);
        (name, spec.to_string())
    });
    files.collect()
}

fn feeding(pairs: &[(&str, &[&str])]) -> Catalogue {
    Catalogue::from_files(files(pairs)).unwrap()
}

/// The systems whose forms go out for a visit.
fn systems(sketch: &Sketch) -> Vec<String> {
    let facts = sketch.facts();
    let filled = fill_all(&sketch.catalogue, &facts, facts.at_ms());
    let systems: BTreeSet<String> = filled.map(|(spec, _)| spec.id.clone()).collect();
    systems.into_iter().collect()
}

/// A visit to a household that has a need.
fn visit(pairs: &[(&str, &[&str])], need: bool) -> Sketch {
    let mut sketch = Sketch::visit(31)
        .say("visit.text", "走访")
        .say("visit.unchanged", "true");
    if need {
        sketch = sketch
            .say("visit.need", "想配一副老花镜")
            .say("visit.help", "medical");
    }
    sketch.catalogue = feeding(pairs);
    sketch
}

#[test]
fn only_the_first_gets_an_envelope_where_it_has_a_form() {
    assert_eq!(systems(&visit(&[], true)), ["ffp", "tz", "wg"]);
    assert_eq!(systems(&visit(&[("ffp", &["wg"])], true)), ["ffp", "tz"]);
}

#[test]
fn a_system_gets_its_own_where_the_feeding_one_has_no_form_for_the_capture() {
    // No need is told: `wg` has no form for this visit and hands nothing on.
    assert_eq!(systems(&visit(&[("wg", &["ffp"])], false)), ["ffp", "tz"]);
    assert_eq!(systems(&visit(&[("wg", &["ffp"])], true)), ["tz", "wg"]);
    assert_eq!(
        systems(&visit(&[("lt", &["ffp", "tz"])], true)),
        ["ffp", "tz", "wg"]
    );
}

#[test]
fn what_is_fed_hands_on_in_turn_and_what_is_not_served_feeds_nobody() {
    let chain: &[(&str, &[&str])] = &[("ffp", &["wg"]), ("wg", &["tz"])];
    assert_eq!(systems(&visit(chain, true)), ["ffp"]);
    let mut withdrawn = visit(chain, true);
    withdrawn.catalogue.withdrawn.insert("ffp".to_owned(), 0);
    assert_eq!(systems(&withdrawn), ["wg"]);
}

#[test]
fn a_fed_system_asks_for_nothing_until_its_form_goes_out() {
    let asks = |pairs: &[(&str, &[&str])]| {
        let sketch = visit(pairs, true);
        let register = Register::new(&sketch.base, &sketch.edits);
        let asked = ask(&sketch.catalogue, &sketch.capture, &register, None);
        let needed = asked
            .required
            .into_iter()
            .flat_map(|question| question.needed_by);
        needed.map(|asker| asker.system).collect::<BTreeSet<_>>()
    };
    // `wg` wants the level of the need.
    assert!(asks(&[]).contains("wg"));
    assert!(!asks(&[("ffp", &["wg"])]).contains("wg"));
    assert!(
        asks(&[("lt", &["wg"])]).contains("wg"),
        "lt has no form for a visit"
    );
}

#[test]
fn a_form_that_cannot_be_made_yet_feeds_once_it_is_mended() {
    let mut sketch = Sketch::visit(31).say("visit.need", "想配一副老花镜");
    sketch.catalogue = feeding(&[("ffp", &["tz"])]);
    let facts = sketch.facts();
    let stopped = fill_all(&sketch.catalogue, &facts, facts.at_ms())
        .any(|(spec, one)| spec.id == "ffp" && matches!(one.filled, Filled::Stopped(_)));
    assert!(stopped, "nothing was said of the visit");
    assert!(!systems(&sketch).contains(&"tz".to_owned()));
}

#[test]
fn a_circle_that_came_over_a_network_costs_one_system_and_is_told() {
    let handed = files(&[("wg", &["zf"]), ("zf", &["wg"])]).into_iter();
    let handed = handed.map(|(path, text)| Handed {
        path,
        text: text.into_bytes(),
        signed: true,
        withdrawn_ms: None,
    });
    let catalogue = Catalogue::from_handed(handed.collect::<Vec<_>>()).unwrap();
    assert!(catalogue.spec("wg").is_some() && catalogue.spec("zf").is_none());
    let unused = &catalogue.unused[0];
    assert_eq!(unused.system, "systems/zf.json");
    assert!(
        unused.reason.to_string().contains("zf → wg → zf"),
        "{}",
        unused.reason
    );
}
