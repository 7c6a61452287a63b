//! Ask: what the day requires, and what it merely offers.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod answering;
mod village;

use answering::{Entered, all_specs, enter, entries};
use fieldwork_forms::Catalogue;

#[test]
fn the_day_requires_at_most_the_inputs_of_the_golden_counts() {
    let catalogue = Catalogue::from_files(all_specs()).unwrap();
    let base = village::base();
    let golden: serde_json::Value =
        serde_json::from_str(&village::fixture("expected/counts.json")).unwrap();
    let mut total = 0;
    for entry in entries(&catalogue, &base) {
        let Entered {
            inputs,
            left,
            unused,
            ..
        } = enter(&catalogue, &base, &entry);
        let open: Vec<&str> = left
            .required
            .iter()
            .map(|one| one.concept.as_str())
            .collect();
        assert_eq!(open, [""; 0], "{} still requires", entry.label);
        assert_eq!(left.unanswerable, [], "{}", entry.label);
        let all = catalogue.specs.len() > 9;
        assert!(unused.is_empty() || !all, "{}: {unused:?}", entry.label);
        let most = &golden["per_capture"][&entry.label]["fields"]["ONE"];
        assert!(
            inputs as u64 <= most.as_u64().unwrap(),
            "{}: {inputs}",
            entry.label
        );
        total += inputs as u64;
    }
    assert!(
        total
            <= golden["totals"]["fields_with_ledger"]["ONE"]
                .as_u64()
                .unwrap(),
        "{total}"
    );
}
