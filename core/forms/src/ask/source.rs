//! From which concepts derived facts follow, where an answer can supply them.

/// Derived fact → concepts, in the order in which the derivation looks at them. What is not here
/// (position, time, track, author, village) is never asked.
const SOURCES: &[(&str, &[&str])] = &[
    ("concerned.name", &["premises.owner"]),
    ("concerned.id_no", &["premises.owner_id"]),
    ("concerned.phone", &["premises.phone", "household.phone"]),
    ("place.address", &["premises.address", "house.address"]),
    (
        "place.address_short",
        &["premises.address", "house.address"],
    ),
    ("person.age", &["person.id_no"]),
];

/// Derived facts that are there as soon as the capture is about something.
const OF_SUBJECT: &[&str] = &[
    "concerned.present",
    "concerned.name",
    "concerned.id_no",
    "concerned.phone",
    "household.code",
    "household.size",
    "household.members",
    "plot.code",
    "house.code",
    "premises.code",
];

/// The concepts that supply a derived fact.
pub(crate) fn concepts(derived: &str) -> &'static [&'static str] {
    let found = SOURCES.iter().find(|(name, _)| *name == derived);
    found.map_or(&[], |(_, concepts)| concepts)
}

/// Whether picking a subject may supply a derived fact.
pub(crate) fn is_of_subject(derived: &str) -> bool {
    OF_SUBJECT.contains(&derived) || derived.starts_with("case.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_here_is_a_derived_fact() {
        let names = SOURCES.iter().map(|(name, _)| name).chain(OF_SUBJECT);
        for name in names {
            assert!(crate::facts::is_derived(name), "{name}");
        }
    }
}
