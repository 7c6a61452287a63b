//! Datums against the independent reference points.

use fieldwork_geo::{Wgs84, distance_m};
use proptest::prelude::*;

const TABLE: &str = include_str!("../../../tests/fixtures/qinghe/expected/gcj02.csv");

#[test]
fn every_reference_point_is_met_in_both_datums_to_1e_8_degree() {
    let mut points = 0;
    for row in
        csv::Reader::from_reader(TABLE.trim_start_matches('\u{feff}').as_bytes()).into_records()
    {
        let row = row.unwrap();
        let number = |column: usize| row[column].parse::<f64>().unwrap();
        let wgs84 = Wgs84::new(number(1), number(2)).unwrap();
        let (gcj02, bd09) = (wgs84.gcj02(), wgs84.bd09());
        for (ours, column) in [(gcj02.lon, 3), (gcj02.lat, 4), (bd09.lon, 5), (bd09.lat, 6)] {
            assert!(
                (ours - number(column)).abs() <= 1e-8,
                "{} column {column}: {ours}",
                &row[0]
            );
        }
        assert_eq!(gcj02.bd09(), bd09);
        points += 1;
    }
    assert_eq!(points, 100);
}

#[test]
fn towns_on_the_edge_of_the_country_are_shifted_like_all_others() {
    // Heihe and Sansha, which masks of the mainland forget.
    for (lon, lat) in [(127.521, 50.243), (112.334, 16.833)] {
        let town = Wgs84::new(lon, lat).unwrap();
        let there = town.gcj02();
        let read_plainly = Wgs84::new(there.lon, there.lat).unwrap();
        assert!((400.0..700.0).contains(&distance_m(town, read_plainly)));
        assert!(distance_m(there.wgs84(), town) <= 0.000_2);
    }
}

#[test]
fn points_that_other_implementations_of_the_formula_agree_on_are_met() {
    // Equal in three independent implementations to 1e-13 degree.
    for (wgs84, gcj02) in [
        (
            (121.5272106, 31.1774276),
            (121.531_541_859_215, 31.175_303_983_645_97),
        ),
        (
            (113.912316, 22.543847),
            (113.917_176_480_836_3, 22.540_796_131_694_766),
        ),
        (
            (116.377817, 39.911954),
            (116.384_047_224_556_57, 39.913_345_455_360_69),
        ),
        (
            (116.404, 39.915),
            (116.410_244_499_169_38, 39.916_404_281_501_64),
        ),
    ] {
        let there = Wgs84::new(wgs84.0, wgs84.1).unwrap().gcj02();
        assert!((there.lon - gcj02.0).abs() < 1e-11 && (there.lat - gcj02.1).abs() < 1e-11);
    }
}

proptest! {
    #[test]
    fn a_point_comes_back_from_both_datums_within_a_fifth_of_a_millimetre(lon in 73.1..137.7, lat in 0.9..55.7) {
        let point = Wgs84::new(lon, lat).unwrap();
        prop_assert!(distance_m(point.gcj02().wgs84(), point) <= 0.000_2);
        prop_assert!(distance_m(point.bd09().gcj02().wgs84(), point) <= 0.000_2);
    }

    #[test]
    fn no_number_makes_a_conversion_panic(lon in any::<f64>(), lat in any::<f64>()) {
        let point = Wgs84 { lon, lat };
        let _ = (point.bd09().gcj02().wgs84(), point.to_e7());
    }
}
