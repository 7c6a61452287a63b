//! Who lives here, whose plot is this, which house is nearest.

mod common;

use common::{fixture, id, village};
use fieldwork_geo::{Wgs84, distance_m};
use fieldwork_register::{EntityKind, IndexedBase};

fn ids<'a>(entities: impl Iterator<Item = &'a fieldwork_register::Entity>) -> Vec<String> {
    entities.map(|entity| entity.id.to_string()).collect()
}

#[test]
fn all_200_reference_points_lie_in_the_plot_and_grid_that_they_should() {
    let village = village();
    let table = String::from_utf8(fixture("expected/attribution.csv")).unwrap();
    let mut points = 0;
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let point = Wgs84::new(cells[1].parse().unwrap(), cells[2].parse().unwrap()).unwrap();
        let code = |found: Option<&fieldwork_register::Entity>| {
            found.map(|entity| entity.id.id.clone()).unwrap_or_default()
        };
        assert_eq!(code(village.plot_at(point)), cells[3], "{}", cells[0]);
        assert_eq!(code(village.grid_at(point)), cells[4], "{}", cells[0]);
        if let Some(grid) = village.plot_at(point).or(village.grid_at(point)) {
            let border_m = grid.outline.as_ref().unwrap().border_distance_m(point);
            let expected: f64 = cells[5].parse().unwrap();
            // The table names the distance to the nearest of all borders.
            assert!(border_m > expected - 0.02, "{}: {border_m} m", cells[0]);
        }
        points += 1;
    }
    assert_eq!(points, 200);
}

#[test]
fn members_come_head_first_and_then_as_in_the_roster() {
    let village = village();
    let members = ids(village.members(&id("household:990101100201000063")));
    let expected =
        ["01", "02", "03", "04"].map(|serial| format!("person:990101100201000063{serial}"));
    assert_eq!(members, expected);
    assert_eq!(
        village.members(&id("household:990101100209999999")).count(),
        0
    );
    let all: usize = village
        .of_kind(EntityKind::Household)
        .map(|household| village.members(&household.id).count())
        .sum();
    assert_eq!(all, 1386);
}

#[test]
fn a_head_further_down_the_roster_comes_first_and_the_others_keep_their_order() {
    let (mut base, _) = common::imported();
    let household = id("household:990101100201000063");
    for entity in base
        .entities
        .iter_mut()
        .filter(|entity| entity.parent.as_ref() == Some(&household))
    {
        let relation = if entity.id.id.ends_with("03") {
            "户主"
        } else {
            "其他"
        };
        if entity.id.kind == EntityKind::Person {
            entity
                .cells
                .insert("person.relation".into(), relation.into());
        }
    }
    let members = ids(IndexedBase::new(base).members(&household));
    let expected =
        ["03", "01", "02", "04"].map(|serial| format!("person:990101100201000063{serial}"));
    assert_eq!(members, expected);
}

#[test]
fn codes_and_numbers_lead_to_their_entities() {
    let village = village();
    let contractor = village
        .household_by_contractor("990101100201010047")
        .unwrap();
    assert_eq!(contractor.id, id("household:990101100201000047"));
    assert!(ids(village.plots(&contractor.id)).contains(&"plot:9901011002010100017".to_owned()));
    let old = village.person_by_id_no("990101380912023").unwrap();
    assert_eq!(old.id, id("person:99010110020100028801"));
    assert_eq!(
        village.person_by_id_no("99010119570302023x").unwrap().id,
        id("person:99010110020100000301")
    );
    assert!(village.person_by_id_no("11010519491231002X").is_none());
    assert_eq!(
        village.worker("K05").unwrap().cells["worker.name"],
        "林晓梅"
    );
    assert!(village.worker("K99").is_none());
    assert_eq!(
        ids(village.houses(&id("household:990101100201000032")))[0],
        "house:990101001001JC00032F00010001"
    );
}

#[test]
fn what_is_said_of_a_house_at_a_place_is_of_the_households_house_nearest_to_it() {
    let village = village();
    let register = fieldwork_register::Register::new(&village, &fieldwork_register::NoEdits);
    let home = id("household:990101100201000015");
    let houses: Vec<_> = village.houses(&home).collect();
    assert_eq!(houses.len(), 2);
    for house in houses {
        let at = house.point.unwrap();
        let related = |subject| register.related_at(subject, EntityKind::House, at);
        assert_eq!(related(&home), Some(house.id.clone()));
        let member = village.members(&home).next().unwrap();
        assert_eq!(related(&member.id), Some(house.id.clone()));
        let first = register.related(&home, EntityKind::House).unwrap();
        assert_eq!(related(&first), Some(first), "a house is itself");
        let household = register.related_at(&house.id, EntityKind::Household, at);
        assert_eq!(household, Some(home.clone()));
    }
    let at = Wgs84::new(115.4172, 33.2816).unwrap();
    let premises = register.related_at(&id("premises:PR02"), EntityKind::House, at);
    assert_eq!(premises, None);
}

#[test]
fn the_nearest_house_is_as_near_as_any_and_a_tie_goes_to_the_lower_id() {
    let village = village();
    let point = Wgs84::new(115.4172, 33.2816).unwrap();
    let (house, house_m) = village.nearest_house(point).unwrap();
    let all = village
        .of_kind(EntityKind::House)
        .map(|house| distance_m(house.point.unwrap(), point));
    assert_eq!(all.fold(f64::INFINITY, f64::min), house_m);
    assert!(house_m < 500.0);

    let (mut base, _) = common::imported();
    let twin = base
        .entities
        .iter()
        .find(|entity| entity.id == house.id)
        .unwrap()
        .clone();
    let lower = id("house:000000000000AA00000F00000000");
    base.entities.push(fieldwork_register::Entity {
        id: lower.clone(),
        ..twin
    });
    assert_eq!(
        IndexedBase::new(base).nearest_house(point).unwrap().0.id,
        lower
    );
}

#[test]
fn a_point_on_a_common_border_belongs_to_the_first_of_the_file() {
    let village = village();
    // A corner that the first two plots share.
    let shared = Wgs84::new(115.406_383_6, 33.283_183).unwrap();
    assert_eq!(
        village.plot_at(shared).unwrap().id,
        id("plot:9901011002010100001")
    );
}

#[test]
fn a_point_far_away_has_neither_plot_nor_grid() {
    let village = village();
    let far = Wgs84::new(116.0, 33.0).unwrap();
    assert!(village.plot_at(far).is_none() && village.grid_at(far).is_none());
}
