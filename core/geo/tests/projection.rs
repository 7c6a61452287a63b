//! Grids against values of PROJ, and there and back.
//!
//! `tests/fixtures/projection/proj.csv` was made with PROJ 9.5.1; its README says how.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::path::Path;

use fieldwork_geo::{
    Ellipsoid, GaussKruger, ProjectionError, TransverseMercator, Utm, Wgs84, ZoneWidth,
};
use proptest::prelude::*;

#[derive(Clone, Copy)]
enum Grid {
    GaussKruger(GaussKruger, Option<ZoneWidth>),
    Utm(Utm),
}

/// The grid of an EPSG code, reckoned here from the ranges of the EPSG register.
fn grid(epsg: u16) -> Grid {
    let number = |first: u16, zone: u16| u8::try_from(epsg - first + zone).unwrap();
    let gk = |width, zone| GaussKruger::zone(width, zone).unwrap();
    match epsg {
        4491..=4501 => {
            Grid::GaussKruger(gk(ZoneWidth::Six, number(4491, 13)), Some(ZoneWidth::Six))
        }
        4502..=4512 => Grid::GaussKruger(gk(ZoneWidth::Six, number(4502, 13)), None),
        4513..=4533 => Grid::GaussKruger(
            gk(ZoneWidth::Three, number(4513, 25)),
            Some(ZoneWidth::Three),
        ),
        4534..=4554 => Grid::GaussKruger(gk(ZoneWidth::Three, number(4534, 25)), None),
        32601..=32660 => Grid::Utm(Utm::north(number(32601, 1)).unwrap()),
        32701..=32760 => Grid::Utm(Utm::south(number(32701, 1)).unwrap()),
        _ => panic!("no grid for {epsg}"),
    }
}

#[test]
fn every_grid_agrees_with_proj_to_a_micrometre_there_and_back() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/projection/proj.csv");
    let mut rows = csv::Reader::from_path(path).unwrap();
    let mut count = 0;
    let mut worst = [0.0_f64; 2];
    for row in rows.deserialize::<(u16, f64, f64, f64, f64)>() {
        let (epsg, lon, lat, east, north) = row.unwrap();
        let point = Wgs84::new(lon, lat).unwrap();
        let (there, back) = match grid(epsg) {
            Grid::GaussKruger(grid, number) => {
                let [east_m, north_m] = grid.project(point).unwrap();
                let zone = number.map_or(0, |width| grid.number(width).unwrap());
                let east_m = east_m + f64::from(zone) * 1e6;
                ([east_m, north_m], grid.unproject([east, north]).unwrap())
            }
            Grid::Utm(grid) => (
                grid.project(point).unwrap(),
                grid.unproject([east, north]).unwrap(),
            ),
        };
        let off_m = (there[0] - east).hypot(there[1] - north);
        let back_deg = (back.lat - lat).hypot(wrapped(back.lon - lon) * lat.to_radians().cos());
        assert!(off_m < 1e-6, "EPSG:{epsg}: {off_m} m");
        worst = [worst[0].max(off_m), worst[1].max(back_deg * 111_320.0)];
        count += 1;
    }
    assert_eq!(count, 680);
    assert!(worst[1] < 1e-6, "{} m", worst[1]);
    println!("worst: {:.7} m there, {:.7} m back", worst[0], worst[1]);
}

fn wrapped(degrees: f64) -> f64 {
    (degrees + 180.0).rem_euclid(360.0) - 180.0
}

#[test]
fn the_example_of_the_survey_is_read_with_its_zone_in_front_and_without() {
    // 119.5° E, 30° N: EPSG:4549 451 756.551, EPSG:4528 40 451 756.551, northing 3 320 218.650.
    let grid = GaussKruger::zone(ZoneWidth::Three, 40).unwrap();
    let [east, north] = grid
        .project(Wgs84 {
            lon: 119.5,
            lat: 30.0,
        })
        .unwrap();
    assert!((east - 451_756.551).abs() < 1e-3 && (north - 3_320_218.650).abs() < 1e-3);
    let without = grid.unproject([451_756.551, 3_320_218.650]).unwrap();
    let with = grid.unproject([40_451_756.551, 3_320_218.650]).unwrap();
    assert!((without.lon - 119.5).abs() < 1e-8 && (without.lat - 30.0).abs() < 1e-8);
    assert!((with.lon - without.lon).abs() < 1e-12);
    assert_eq!(GaussKruger::of_easting(40_451_756.551), Ok(grid));
}

#[test]
fn one_meridian_may_carry_two_numbers_and_any_third_is_refused() {
    let grid = GaussKruger::meridian(117.0).unwrap();
    assert_eq!(grid.number(ZoneWidth::Three), Some(39));
    assert_eq!(grid.number(ZoneWidth::Six), Some(20));
    assert!(grid.unproject([39_451_756.5, 3e6]).is_ok());
    assert!(grid.unproject([20_451_756.5, 3e6]).is_ok());
    assert_eq!(
        grid.unproject([40_451_756.5, 3e6]),
        Err(ProjectionError::OtherZone)
    );
    assert_eq!(
        GaussKruger::meridian(120.0).unwrap().number(ZoneWidth::Six),
        None
    );
}

#[test]
fn zones_that_do_not_exist_and_places_far_away_are_named_errors() {
    let none = Err(ProjectionError::NoSuchZone);
    for (width, number) in [
        (ZoneWidth::Three, 24),
        (ZoneWidth::Three, 46),
        (ZoneWidth::Six, 12),
        (ZoneWidth::Six, 24),
    ] {
        assert_eq!(GaussKruger::zone(width, number), none);
    }
    assert_eq!(GaussKruger::of_easting(451_756.5), none);
    assert_eq!(GaussKruger::of_easting(24_451_756.5), none);
    assert_eq!(GaussKruger::meridian(116.0), none);
    assert_eq!(Utm::north(0), Err(ProjectionError::NoSuchZone));
    assert_eq!(Utm::south(61), Err(ProjectionError::NoSuchZone));
    let far = Err(ProjectionError::OutOfReach);
    let utm = Utm::north(50).unwrap();
    assert_eq!(utm.project(Wgs84 { lon: 0.0, lat: 0.0 }).map(drop), far);
    for grid in [
        [f64::NAN, 0.0],
        [500_000.0, f64::NAN],
        [f64::INFINITY, 0.0],
        [5e6, 0.0],
        [500_000.0, 1.1e7],
    ] {
        assert_eq!(utm.unproject(grid).map(drop), far);
    }
}

proptest! {
    #[test]
    fn a_point_comes_back_from_any_grid_within_ten_degrees_of_its_meridian(
        meridian in -180.0..180.0_f64,
        off in -10.0..10.0_f64,
        lat in -89.0..89.0_f64,
        scale in 0.999..1.001_f64,
    ) {
        let grid = TransverseMercator {
            ellipsoid: Ellipsoid::Cgcs2000,
            meridian_deg: meridian,
            scale,
            false_easting_m: 500_000.0,
            false_northing_m: 0.0,
        };
        let point = Wgs84 { lon: wrapped(meridian + off), lat };
        let back = grid.unproject(grid.project(point).unwrap()).unwrap();
        prop_assert!((back.lat - lat).abs() < 1e-10, "{} {}", back.lat, lat);
        prop_assert!(wrapped(back.lon - point.lon).abs() * lat.to_radians().cos() < 1e-10);
    }

    #[test]
    fn no_numbers_make_a_grid_panic(
        east in prop::num::f64::ANY,
        north in prop::num::f64::ANY,
    ) {
        let _ = GaussKruger::of_easting(east).map(|grid| grid.unproject([east, north]));
        let _ = GaussKruger::meridian(east);
        let _ = Utm::south(33).unwrap().unproject([east, north]);
        let _ = Utm::south(33).unwrap().project(Wgs84 { lon: east, lat: north });
    }
}
