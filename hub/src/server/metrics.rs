//! Figures in the text form that Prometheus reads: of systems and villages, never of persons.

use std::fmt::Write as _;

use crate::operator::{Overview, SystemOverview, VillageOverview};

/// The content type of that form.
pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4";

pub(super) fn text(overview: &Overview) -> String {
    let mut text = String::new();
    let by_village = |value: fn(&VillageOverview) -> u64| {
        let rows = overview.villages.iter();
        rows.map(|one| (format!("village=\"{}\"", one.village), value(one)))
            .collect::<Vec<_>>()
    };
    family(
        &mut text,
        "fieldwork_captures",
        "Captures that were received.",
        by_village(|one| one.captures),
    );
    family(
        &mut text,
        "fieldwork_open_cases",
        "Cases on which somebody still has to act.",
        by_village(|one| one.open_cases),
    );
    family(
        &mut text,
        "fieldwork_entries_set_aside",
        "Entries of phones that could not be used.",
        by_village(|one| one.set_aside),
    );
    let mut deliveries = Vec::new();
    let mut oldest = Vec::new();
    for (village, system) in systems(overview) {
        let labels = format!("village=\"{village}\",system=\"{}\"", system.system);
        for (state, count) in states(system) {
            deliveries.push((format!("{labels},state=\"{state}\""), u64::from(count)));
        }
        if let Some(since_ms) = system.oldest_waiting_ms {
            let seconds = (overview.now_ms - since_ms).max(0).unsigned_abs() / 1_000;
            oldest.push((labels, seconds));
        }
    }
    family(
        &mut text,
        "fieldwork_deliveries",
        "Forms by system and how they stand.",
        deliveries,
    );
    family(
        &mut text,
        "fieldwork_oldest_waiting_seconds",
        "How long the oldest form that waits has been waiting.",
        oldest,
    );
    text
}

fn systems(overview: &Overview) -> impl Iterator<Item = (&str, &SystemOverview)> {
    overview.villages.iter().flat_map(|village| {
        let systems = village.systems.iter();
        systems.map(|system| (village.village.as_str(), system))
    })
}

fn family(text: &mut String, name: &str, help: &str, rows: Vec<(String, u64)>) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
    for (labels, value) in rows {
        let _ = writeln!(text, "{name}{{{labels}}} {value}");
    }
}

fn states(system: &SystemOverview) -> [(&'static str, u32); 5] {
    [
        ("delivered", system.delivered),
        ("waiting", system.waiting),
        ("refused", system.refused),
        ("uncertain", system.uncertain),
        ("stopped", system.stopped),
    ]
}
