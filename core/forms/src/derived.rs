//! Derived facts: the list of their names.

/// The names of derived facts, as `specs/README.md` explains them. Beside them `case.held.SYSTEM` and
/// `case.ref.SYSTEM` for every system.
pub const DERIVED: [&str; 41] = [
    "capture.kind",
    "capture.label",
    "capture.at",
    "capture.date",
    "capture.links",
    "capture.photos",
    "worker.enforcement",
    "village.code",
    "village.county",
    "village.town",
    "village.name",
    "place.point",
    "place.grid",
    "place.grid_name",
    "place.address",
    "place.address_short",
    "place.nearest_house",
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
    "person.age",
    "member.change",
    "case.kind",
    "case.type",
    "case.type_concept",
    "case.due",
    "track.started",
    "track.ended",
    "track.first_grid",
    "track.first_grid_name",
    "track.last_grid",
    "track.last_grid_name",
    "track.length_m",
    "track.plots",
];

/// True for the name of a derived fact.
pub fn is_derived(name: &str) -> bool {
    let of_system = |prefix: &str| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty())
    };
    DERIVED.contains(&name) || of_system("case.held.") || of_system("case.ref.")
}

/// True for the name of a derived fact that is a list.
pub fn is_list(name: &str) -> bool {
    [
        "capture.links",
        "capture.photos",
        "household.members",
        "track.plots",
    ]
    .contains(&name)
}
