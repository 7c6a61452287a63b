//! Outlines: inside, border, outside; holes, parts, area.

use fieldwork_geo::{Plane, Polygon, PolygonError, Position, Ring, Wgs84};
use proptest::prelude::*;

fn square(from: i32, to: i32) -> Ring {
    vec![[from, from], [to, from], [to, to], [from, to]]
}

#[test]
fn a_point_is_inside_on_the_border_or_outside_and_a_hole_is_outside() {
    let pond = Polygon::new(vec![
        vec![square(0, 100), square(40, 60)],
        vec![square(200, 300)],
    ])
    .unwrap();
    for (at, position) in [
        ([10, 10], Position::Inside),
        ([0, 50], Position::Border),
        ([100, 100], Position::Border),
        ([101, 50], Position::Outside),
        ([50, 50], Position::Outside),
        ([40, 50], Position::Border),
        ([250, 250], Position::Inside),
        ([150, 150], Position::Outside),
    ] {
        assert_eq!(pond.position(at), position, "{at:?}");
    }
}

#[test]
fn a_point_one_step_off_a_slanting_side_is_not_on_it() {
    // A side from pole to pole nearly: the products do not fit 64 bits.
    let wide = Polygon::new(vec![vec![vec![
        [-1_800_000_000, -900_000_000],
        [1_800_000_000, 900_000_000],
        [-1_800_000_000, 900_000_000],
    ]]])
    .unwrap();
    assert_eq!(wide.position([0, 0]), Position::Border);
    assert_eq!(wide.position([1, 0]), Position::Outside);
    assert_eq!(wide.position([-1, 0]), Position::Inside);
}

#[test]
fn the_closing_corner_may_be_repeated_and_rings_too_small_are_refused() {
    let mut closed = square(0, 10);
    closed.push([0, 0]);
    let outline = Polygon::new(vec![vec![closed]]).unwrap();
    assert_eq!(outline, Polygon::new(vec![vec![square(0, 10)]]).unwrap());
    assert_eq!(Polygon::new(vec![]), Err(PolygonError::Empty));
    assert_eq!(Polygon::new(vec![vec![]]), Err(PolygonError::Empty));
    assert_eq!(
        Polygon::new(vec![vec![vec![[0, 0], [1, 1], [0, 0]]]]),
        Err(PolygonError::TooFewCorners)
    );
    assert_eq!(
        Polygon::new(vec![vec![square(0, 1_800_000_001)]]),
        Err(PolygonError::OutOfRange)
    );
    assert!(serde_json::from_str::<Polygon>("[[[[0,0],[1,1]]]]").is_err());
}

#[test]
fn area_and_distance_to_the_border_are_those_of_a_rectangle_in_metres() {
    let plane = Plane::at(Wgs84::new(115.4172, 33.2816).unwrap());
    let corner = |east, north| plane.to_point((east, north)).to_e7();
    let rectangle =
        |e: f64, n: f64| vec![corner(-e, -n), corner(e, -n), corner(e, n), corner(-e, n)];
    let plot = Polygon::new(vec![vec![rectangle(60.0, 40.0), rectangle(5.0, 5.0)]]).unwrap();
    assert!(
        (plot.area_m2() - (120.0 * 80.0 - 100.0)).abs() < 2.0,
        "{}",
        plot.area_m2()
    );
    assert!((plot.border_distance_m(plane.to_point((58.0, 0.0))) - 2.0).abs() < 0.02);
    assert!((plot.border_distance_m(plane.to_point((0.0, 43.0))) - 3.0).abs() < 0.02);
    assert!((plot.border_distance_m(plane.to_point((6.0, 0.0))) - 1.0).abs() < 0.02);
}

proptest! {
    #[test]
    fn two_halves_of_a_square_share_its_points_between_them(cut in 1..99i32, x in 0..=100i32, y in 0..=100i32) {
        let left = Polygon::new(vec![vec![vec![[0, 0], [cut, 0], [100 - cut, 100], [0, 100]]]]).unwrap();
        let right = Polygon::new(vec![vec![vec![[cut, 0], [100, 0], [100, 100], [100 - cut, 100]]]]).unwrap();
        let whole = Polygon::new(vec![vec![square(0, 100)]]).unwrap();
        let halves = (left.position([x, y]), right.position([x, y]));
        prop_assert_ne!(halves, (Position::Inside, Position::Inside));
        prop_assert_ne!(halves, (Position::Outside, Position::Outside));
        if whole.position([x, y]) == Position::Border {
            prop_assert!(halves.0 == Position::Border || halves.1 == Position::Border);
        }
    }

    #[test]
    fn an_outline_comes_back_from_cbor(corners in prop::collection::vec([-1_800_000_000..1_800_000_000i32, -900_000_000..900_000_000i32], 3..20)) {
        if let Ok(outline) = Polygon::new(vec![vec![corners]]) {
            let mut cbor = Vec::new();
            ciborium::into_writer(&outline, &mut cbor).unwrap();
            prop_assert_eq!(ciborium::from_reader::<Polygon, _>(&cbor[..]).unwrap(), outline);
        }
    }
}
