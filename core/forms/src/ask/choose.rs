//! Choosing the fewest and lightest answers that give every row what it needs.

use std::collections::BTreeSet;

use crate::concept::{Concepts, Widget};

use super::want::{Want, Way, Ways};

/// Answers to require, in the order of the rows that need them.
///
/// What a row can have by one way only is needed in any case. Of several ways the lightest is taken, but
/// never one that decides which forms are given while there is another: those are for the worker to use.
pub(super) fn choose(rows: &[Ways], switches: &BTreeSet<Want>, concepts: &Concepts) -> Vec<Want> {
    let mut chosen = BTreeSet::new();
    for row in rows {
        let mut ways = row.iter();
        if let (Some(only), None) = (ways.next(), ways.next()) {
            chosen.extend(only.iter().cloned());
        }
    }
    for row in rows {
        let satisfied = |chosen: &BTreeSet<Want>| row.iter().any(|way| way.is_subset(chosen));
        if satisfied(&chosen) {
            continue;
        }
        let weight = |way: &&Way| -> usize {
            let new = way.difference(&chosen);
            new.map(|want| weight(want, switches, concepts)).sum()
        };
        if let Some(way) = row.iter().min_by_key(weight) {
            chosen.extend(way.iter().cloned());
        }
    }
    let mut order: Vec<Want> = Vec::new();
    for want in rows.iter().flat_map(Ways::wants) {
        if chosen.contains(want) && !order.contains(want) {
            order.push(want.clone());
        }
    }
    order
}

/// Heavier than any answer.
const SWITCH: usize = 10_000;

/// How much work an answer is, in taps of the usual length.
fn weight(want: &Want, switches: &BTreeSet<Want>, concepts: &Concepts) -> usize {
    let taps = match want {
        Want::Subject => 2,
        Want::Concept(id, _) => match concepts.find(id).map(|concept| concept.widget) {
            Some(Widget::YesNo) => 1,
            Some(Widget::Pick | Widget::Member | Widget::Household) => 2,
            Some(Widget::Date | Widget::Number) => 3,
            Some(Widget::Time) => 5,
            Some(Widget::Phone) => 11,
            Some(Widget::Code | Widget::NewMember) => 18,
            Some(Widget::Text) | None => 60,
        },
    };
    taps + if switches.contains(want) { SWITCH } else { 0 }
}
