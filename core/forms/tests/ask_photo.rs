//! Ask: which photographs are still to be taken.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod answering;
mod village;

use fieldwork_forms::Catalogue;
use fieldwork_forms::ask::{PhotoAsked, asked};
use fieldwork_forms::spec::{Stage, View};
use village::Sketch;

const PLOT: &str = "plot:9901011002010200033";

fn issue() -> Sketch {
    let mut sketch = Sketch::of("farmland_issue", Some(PLOT)).say("issue.type", "F01");
    sketch.catalogue = Catalogue::from_files(answering::all_specs()).unwrap();
    sketch
}

fn wanted(sketch: &Sketch) -> Vec<PhotoAsked> {
    asked(&sketch.catalogue, &sketch.facts(), true).photos
}

fn of(stage: Stage, photos: &[PhotoAsked]) -> Option<&PhotoAsked> {
    photos.iter().find(|photo| photo.stage == stage)
}

#[test]
fn each_view_is_asked_for_until_it_was_taken_and_one_photograph_serves_all_forms() {
    let nothing = wanted(&issue());
    let before = of(Stage::Before, &nothing).unwrap();
    assert_eq!(before.views, [View::Far, View::Near]);
    assert_eq!((before.required, before.wanted), (1, 2));
    assert!(before.azimuth);
    let mut systems: Vec<&str> = before
        .needed_by
        .iter()
        .map(|one| one.system.as_str())
        .collect();
    systems.dedup();
    assert!(systems.len() > 1, "{systems:?}");

    let far = wanted(&issue().photo("far", "before", Some("far")));
    let before = of(Stage::Before, &far).unwrap();
    assert_eq!((before.required, before.wanted), (0, 1));
    assert_eq!(before.views, [View::Near]);

    let both = issue()
        .photo("far", "before", Some("far"))
        .photo("near", "before", Some("near"));
    assert_eq!(of(Stage::Before, &wanted(&both)), None);
}

#[test]
fn a_photograph_that_every_form_can_do_without_is_wanted_and_not_required() {
    let photos = wanted(&issue());
    let after = of(Stage::After, &photos).unwrap();
    assert_eq!(after.required, 0);
    assert!(after.wanted > 0);
}

#[test]
fn a_form_that_does_not_apply_wants_no_photograph() {
    let mut activity = Sketch::of("activity", None);
    activity.catalogue = issue().catalogue;
    let stages: Vec<Stage> = wanted(&activity).iter().map(|one| one.stage).collect();
    assert!(!stages.contains(&Stage::Before), "{stages:?}");
}
