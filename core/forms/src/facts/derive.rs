//! The rules behind derived facts; their names are in [`crate::derived`].

use fieldwork_ids::time;
use fieldwork_register::EntityKind;

use crate::capture::Capture;
use crate::value::Value;

use super::address;
use super::build::shot_in_order;
use super::builder::Builder;
use super::source::{self, Things};
use super::{CaseFacts, Fact};

/// Adds the derived facts.
pub(super) fn derive(builder: &mut Builder<'_, '_>, case: Option<&CaseFacts>) {
    capture(builder);
    village(builder);
    subject(builder);
    concerned(builder);
    place(builder);
    track(builder);
    if let Some(case) = case {
        of_case(builder, case);
    }
}

fn capture(builder: &mut Builder<'_, '_>) {
    let Capture {
        kind,
        label,
        at_ms,
        links,
        ..
    } = builder.capture;
    builder.text("capture.kind", Some(kind));
    builder.text("capture.label", label.as_ref());
    builder.put("capture.at", Value::Time(*at_ms));
    builder.put("capture.date", Value::Date(time::china_date(*at_ms)));
    builder.put(
        "capture.links",
        Value::List(links.iter().map(ToString::to_string).collect()),
    );
    let photos = shot_in_order(builder.capture).into_iter();
    let names = photos.map(|photo| photo.name).collect();
    builder.put("capture.photos", Value::List(names));
    let roles = builder.known("worker.roles");
    if let Some(Value::Text(roles)) = roles
        && let Some(word) = &builder.concepts.wording().enforcement_role
    {
        let enforces = roles.contains(word.as_str());
        builder.put("worker.enforcement", Value::Bool(enforces));
    }
}

fn village(builder: &mut Builder<'_, '_>) {
    let village = builder.register.base().village();
    builder.text("village.code", Some(&village.code));
    builder.text("village.county", Some(&village.county));
    builder.text("village.town", Some(&village.town));
    builder.text("village.name", Some(&village.name));
}

fn subject(builder: &mut Builder<'_, '_>) {
    let Things {
        household,
        plot,
        house,
        premises,
        person,
        ..
    } = builder.things.clone();
    if let Some(household) = &household {
        builder.text("household.code", Some(&household.id));
        if builder.register.exists(household) {
            let members = source::members(builder.register, builder.capture, household);
            builder.put("household.size", Value::Number(members.len() as f64));
            let ids = members.iter().map(ToString::to_string).collect();
            builder.put("household.members", Value::List(ids));
        }
    }
    builder.text("plot.code", plot.as_ref().map(|plot| &plot.id));
    builder.text("house.code", house.as_ref().map(|house| &house.id));
    builder.text(
        "premises.code",
        premises.as_ref().map(|premises| &premises.id),
    );
    if person.is_some()
        && let Some(Value::Text(id)) = builder.known("person.id_no")
        && let Some(age) = source::age(&id, builder.day)
    {
        builder.put("person.age", age);
    }
}

/// Name, number and telephone go together: all of one person.
fn concerned(builder: &mut Builder<'_, '_>) {
    let subject = builder.things.subject.as_ref().map(|subject| subject.kind);
    let present =
        subject.is_some_and(|kind| !matches!(kind, EntityKind::Grid | EntityKind::Worker));
    builder.put("concerned.present", Value::Bool(present));
    if builder.things.premises.is_some() {
        builder.copy("premises.owner", "concerned.name");
        builder.copy("premises.owner_id", "concerned.id_no");
        builder.copy("premises.phone", "concerned.phone");
        return;
    }
    let Some(household) = builder.things.household.clone() else {
        return;
    };
    builder.copy("household.phone", "concerned.phone");
    if let Some(head) = source::head(builder.register, &household) {
        builder.cell_as(&head, "person.name", "concerned.name");
        builder.cell_as(&head, "person.id_no", "concerned.id_no");
        if builder.known("concerned.phone").is_none() {
            builder.cell_as(&head, "person.phone", "concerned.phone");
        }
    }
}

fn place(builder: &mut Builder<'_, '_>) {
    let point = builder.capture.place.point;
    builder.put("place.point", Value::Point(point));
    builder.text(
        "place.grid",
        builder.things.grid.clone().map(|grid| grid.id).as_ref(),
    );
    builder.copy("grid.name", "place.grid_name");
    let nearest = builder
        .register
        .base()
        .nearest_house(point)
        .map(|(house, _)| house.id.clone());
    builder.text(
        "place.nearest_house",
        nearest.as_ref().map(|house| &house.id),
    );
    let Some(address) = address::of(builder, nearest.as_ref()) else {
        return;
    };
    if let Value::Text(text) = &address.value {
        let short = address::short(builder.register.base().village(), text);
        let short = Fact {
            value: Value::Text(short.to_owned()),
            ..address.clone()
        };
        builder
            .facts
            .insert("place.address_short".to_owned(), short);
    }
    builder.facts.insert("place.address".to_owned(), address);
}

fn track(builder: &mut Builder<'_, '_>) {
    let Some(track) = &builder.capture.track else {
        return;
    };
    builder.put("track.started", Value::Time(track.started_ms));
    builder.put("track.ended", Value::Time(track.ended_ms));
    builder.put("track.plots", Value::List(track.plots.clone()));
    if let Some(length_m) = track.length_m.filter(|length| length.is_finite()) {
        builder.put("track.length_m", Value::Number(length_m));
    }
    for (name, grid) in [("first", &track.first_grid), ("last", &track.last_grid)] {
        let Some(code) = grid
            .as_deref()
            .map(|grid| grid.strip_prefix("grid:").unwrap_or(grid))
        else {
            continue;
        };
        builder.text(&format!("track.{name}_grid"), Some(&code.to_owned()));
        let grid = fieldwork_register::EntityId::new(EntityKind::Grid, code);
        builder.cell_as(&grid, "grid.name", &format!("track.{name}_grid_name"));
    }
}

fn of_case(builder: &mut Builder<'_, '_>, case: &CaseFacts) {
    builder.text("case.kind", case.kind.as_ref());
    builder.text("case.type", case.case_type.as_ref());
    builder.text("case.type_concept", case.type_concept.as_ref());
    if let Some(due) = case.due {
        builder.put("case.due", Value::Date(due));
    }
    for (system, reference) in &case.held {
        builder.put(&format!("case.held.{system}"), Value::Bool(true));
        builder.text(&format!("case.ref.{system}"), reference.as_ref());
    }
}
